#!/usr/bin/env python3
"""Many sources on loopback: memory, CPU and the longest turn of the loop.

Serves SOURCES feeds of POSTS posts each from this process, runs mentiond
against them for ROUNDS rounds, and prints what the kernel says of it.

    tests/bench/poll.py --mentiond build/release/mentiond --sources 10000
"""

import argparse
import asyncio
import os
import re
import signal
import subprocess
import tempfile
import time

ITEM = """<item><guid>post-{s}-{i}</guid><link>https://example.org/{s}/{i}</link>
<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate><title>Parcel {i} of shop {s} in town</title>
<description>&lt;p&gt;My parcel from shop {s} came late again, and nobody at the {brand} desk
answers the phone. Number {i} this week.&lt;/p&gt;</description></item>"""


def feed(source, posts):
    brand = "Acme" if source % 20 == 0 else "help"
    items = "".join(ITEM.format(s=source, i=i, brand=brand) for i in range(posts))
    return ('<?xml version="1.0"?><rss version="2.0"><channel><title>Shop %d</title>%s'
            "</channel></rss>" % (source, items)).encode()


class Server:
    def __init__(self, posts):
        self.posts = posts
        self.full = self.unchanged = 0

    async def answer(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                source = int(re.match(rb"GET /feed/(\d+) ", head).group(1))
                tag = b'"%d"' % source
                if b"If-None-Match: " + tag in head:
                    self.unchanged += 1
                    writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % tag)
                else:
                    self.full += 1
                    body = feed(source, self.posts)
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
                                 b"ETag: %s\r\nContent-Length: %d\r\n\r\n" % (tag, len(body)))
                    writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def settings(folder, port, options):
    lines = ["database: %s/mentions.db" % folder, "contact: bench@example.org",
             "streams:", "  - {name: acme, kind: brand, query: acme}", "sources:"]
    lines += ["  - {name: s%d, url: 'http://127.0.0.1:%d/feed/%d', every: %s, allow_private: true}"
              % (i, port, i, options.every) for i in range(options.sources)]
    path = os.path.join(folder, "mentiond.yaml")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def usage(pid):
    with open("/proc/%d/status" % pid) as file:
        fields = dict(line.split(":", 1) for line in file)
    with open("/proc/%d/stat" % pid) as file:
        stat = file.read().rsplit(")", 1)[1].split()
    cpu = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    return cpu, int(fields["VmRSS"].split()[0]) / 1024, int(fields["VmHWM"].split()[0]) / 1024


async def main(options):
    server = Server(options.posts)
    listener = await asyncio.start_server(server.answer, "127.0.0.1", 0, backlog=4096)
    port = listener.sockets[0].getsockname()[1]
    folder = tempfile.mkdtemp(prefix="mentiond-bench-")
    log = open(os.path.join(folder, "log"), "w+")
    daemon = subprocess.Popen([options.mentiond, "--config", settings(folder, port, options)],
                              stderr=log)
    start = time.monotonic()
    wanted = options.sources
    for number in range(1, options.rounds + 1):
        while server.full + server.unchanged < wanted * number:
            if daemon.poll() is not None:
                raise SystemExit("mentiond ended: see %s/log" % folder)
            await asyncio.sleep(0.2)
        cpu, now, peak = usage(daemon.pid)
        print("round %d: after %.0f s, CPU %.1f s in all, RSS %.0f MB, peak %.0f MB; "
              "%d bodies and %d times 304" % (number, time.monotonic() - start, cpu, now, peak,
                                              server.full, server.unchanged), flush=True)
    daemon.send_signal(signal.SIGTERM)
    while daemon.poll() is None:
        await asyncio.sleep(0.1)
    log.seek(0)
    print([line for line in log if "turns" in line][-1].strip())
    print("files are in", folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentiond", default="build/release/mentiond")
    parser.add_argument("--sources", type=int, default=10000)
    parser.add_argument("--posts", type=int, default=20)
    parser.add_argument("--every", default="15m")
    parser.add_argument("--rounds", type=int, default=1)
    asyncio.run(main(parser.parse_args()))
