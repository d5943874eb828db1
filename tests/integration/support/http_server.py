"""A web server on loopback whose pages behave, or misbehave, as they are told.

A page is a function of the request handler that sends the whole answer.  The
port is the kernel's choice; each request is kept in `requests`.
"""

import dataclasses
import email.utils
import gzip
import http.server
import sys
import threading
import time

from support.wait import Events


@dataclasses.dataclass
class Request:
    path: str
    headers: dict
    status: int = 0
    at: float = 0.0


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.request_seen = Request(self.path, dict(self.headers), at=time.monotonic())
        page = self.server.pages.get(self.path.split("?")[0], status(404))
        try:
            page(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        self.server.requests.add(self.request_seen)

    def do_POST(self):
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def answer(self, code, headers=(), body=b""):
        self.start(code, [*headers, ("Content-Length", str(len(body)))])
        self.wfile.write(body)

    def start(self, code, headers=()):
        self.request_seen.status = code
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def write_chunk(self, chunk):
        self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Clients that are killed, or had enough, are what the tests are about."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class HttpServer:
    """Serves until close(); pages are set with `server["/path"] = page`."""

    def __init__(self):
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.pages = {}
        self._server.requests = self.requests = Events()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def __setitem__(self, path, page):
        self._server.pages[path] = page

    def url(self, path):
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def count(self, path, code=None):
        return len([1 for r in self.requests.all()
                    if r.path == path and code in (None, r.status)])

    def wait_for(self, path, n=1, code=None):
        """Waits for the N-th request of PATH that was answered with CODE."""
        self.requests.wait(lambda seen: len([1 for r in seen if r.path == path
                                             and code in (None, r.status)]) >= n,
                           f"request {n} of {path}" + (f" with {code}" if code else ""))

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Feed:
    """A page with validators: answers 304 to who has the present body."""

    def __init__(self, body=b"", media_type="application/rss+xml", encoding=None):
        self.media_type = media_type
        self.encoding = encoding
        self._revision = 0
        self.publish(body)

    def publish(self, body):
        """Replaces the body, all at once."""
        self._revision += 1
        modified = email.utils.formatdate(1_700_000_000 + self._revision, usegmt=True)
        self._now = (body, f'W/"r{self._revision}"', modified)

    def __call__(self, handler):
        body, etag, modified = self._now
        headers = [("ETag", etag), ("Last-Modified", modified)]
        if handler.headers.get("If-None-Match") == etag:
            return handler.answer(304, headers)
        headers.append(("Content-Type", self.media_type))
        if self.encoding == "gzip":
            body = gzip.compress(body)
            headers.append(("Content-Encoding", "gzip"))
        return handler.answer(200, headers, body)


def content(body, media_type="application/rss+xml", headers=()):
    """The same bytes each time, without validators."""
    return lambda handler: handler.answer(200, [("Content-Type", media_type), *headers], body)


def status(code, headers=()):
    return lambda handler: handler.answer(code, headers, b"")


def redirect(target, code=302):
    return status(code, [("Location", target)])


def in_turn(*pages):
    """The first page to the first request, and so on; the last one stays."""
    left = list(pages)

    def page(handler):
        (left.pop(0) if len(left) > 1 else left[0])(handler)
    return page


def hang(handler):
    """Takes the request and says nothing, until the client gives up."""
    handler.close_connection = True
    handler.connection.recv(1)


def close_early(body, sent):
    """Promises BODY, sends SENT bytes of it and closes."""
    def page(handler):
        handler.start(200, [("Content-Type", "application/rss+xml"),
                            ("Content-Length", str(len(body)))])
        handler.wfile.write(body[:sent])
        handler.close_connection = True
    return page


def endless(start, chunk, n_chunks, headers=()):
    """START and then CHUNK, N_CHUNKS times, in chunked coding."""
    def page(handler):
        handler.start(200, [("Content-Type", "application/rss+xml"),
                            ("Transfer-Encoding", "chunked"), *headers])
        handler.write_chunk(start)
        for _ in range(n_chunks):
            handler.write_chunk(chunk)
        handler.write_chunk(b"")
    return page


class Gate:
    """A page that stops half-way through BODY until it is opened: what happens
    meanwhile happens during a fetch."""

    def __init__(self, body):
        self.body = body
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, handler):
        handler.start(200, [("Content-Type", "application/rss+xml"),
                            ("Content-Length", str(len(self.body)))])
        half = len(self.body) // 2
        handler.wfile.write(self.body[:half])
        handler.wfile.flush()
        self.reached.set()
        self.opened.wait()
        handler.wfile.write(self.body[half:])
