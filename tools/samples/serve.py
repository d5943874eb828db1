#!/usr/bin/python3
"""Serves the files of a folder on a free port of loopback, for tools/quickstart.

usage: serve.py FOLDER

Prints the port on one line and serves until standard input is closed.  Dates
written as @-95m@ become the time 95 minutes ago, counted from the start, so
that a feed stays the same between polls.
"""

import datetime
import email.utils
import http.server
import pathlib
import re
import sys
import threading

START = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
TYPES = {".rss": "application/rss+xml", ".atom": "application/atom+xml",
         ".json": "application/feed+json", ".html": "text/html"}


def when(minutes, suffix):
    time = START - datetime.timedelta(minutes=int(minutes))
    if suffix == ".rss":
        return email.utils.format_datetime(time, usegmt=True)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def page(path):
    if path.suffix not in TYPES:
        return path.read_bytes()
    text = path.read_text(encoding="utf-8")
    return re.sub(r"@-(\d+)m@", lambda found: when(found[1], path.suffix), text).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.server.folder / pathlib.PurePosixPath(self.path).name
        if not path.is_file():
            return self.send_error(404)
        etag = f'"{START.timestamp():.0f}"'
        if self.headers.get("If-None-Match") == etag:
            return self.answer(304, etag)
        return self.answer(200, etag, TYPES.get(path.suffix), page(path))

    def answer(self, status, etag, media_type=None, body=b""):
        self.send_response(status)
        self.send_header("ETag", etag)
        if media_type:
            self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.folder = pathlib.Path(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
