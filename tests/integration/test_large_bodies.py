"""Many large bodies at once take the memory of few, and each comes to its end."""

import threading
import unittest

from support.case import IntegrationCase
from support.feeds import calm, rss, unrelated
from support.http_server import content
from support.wait import until

SOURCES = 12
POSTS = 3000
MEGABYTE = 1 << 20
FILLING = 14  # megabytes of each body
# What may be under way before one ends: less than the daemon takes at once.
TOGETHER = 40
# Freed memory is given back, or the peak would be that of the sanitizer.
SANITIZER = {"ASAN_OPTIONS": "quarantine_size_mb=1:allocator_release_to_os_interval_ms=0"}


class Filler:
    """Feeds that say little in many megabytes, of which none ends before several of them
    are under way."""

    def __init__(self, n_bodies, filling, charset):
        self.filling = filling
        self.charset = charset
        self.least = min(TOGETHER, n_bodies * FILLING)
        self.sent = 0
        self.enough = threading.Condition()

    def count(self):
        with self.enough:
            self.sent += 1
            self.enough.notify_all()

    def page(self, n):
        head, tail = rss(calm(n)).split(b"</channel>")

        def page(handler):
            handler.start(200, [("Content-Type", f"application/rss+xml; charset={self.charset}"),
                                ("Transfer-Encoding", "chunked")])
            handler.write_chunk(head + b"<!--")
            for _ in range(FILLING):
                handler.write_chunk(self.filling * MEGABYTE)
                self.count()
            with self.enough:
                self.enough.wait_for(lambda: self.sent >= self.least)
            handler.write_chunk(b"--></channel>" + tail)
            handler.write_chunk(b"")
        return page


class LargeBodies(IntegrationCase):
    def read_all(self, name, n, filling=b"x", charset="utf-8"):
        """Peak memory over N sources with a large body each, and one with a small one."""
        filler = Filler(n, filling, charset)
        names = [f"{name}{i}" for i in range(n + 1)]
        self.settings["sources"] = [self.source(one, every="1h") for one in names]
        self.settings["fetch"] = {"max_per_host": n + 1}
        for i, one in enumerate(names):
            self.web[f"/{one}"] = filler.page(i) if i < n else content(rss(calm(i)))
        daemon = self.start(**SANITIZER)
        self.database.wait_for("SELECT count(*) FROM source WHERE last_success_utc IS NOT NULL"
                               " AND configured", n + 1)
        self.assertEqual(0, self.database.value("SELECT max(failures) FROM source"))
        self.assertEqual(n + 1, self.database.value(
            "SELECT count(DISTINCT source_post_id) FROM post"))
        peak = daemon.memory_peak()
        self.assertEqual(0, daemon.stop())
        return peak

    def test_they_share_a_budget(self):
        one = self.read_all("one", 1)
        many = self.read_all("many", SOURCES)
        self.assertLess(many - one, 70 * MEGABYTE)

    def test_one_is_converted_at_a_time(self):
        """Thai is three times as long in UTF-8."""
        one = self.read_all("one", 1, b"\xca", "windows-874")
        many = self.read_all("many", SOURCES, b"\xca", "windows-874")
        self.assertLess(many - one, 70 * MEGABYTE)

    def test_a_small_one_waits_for_no_large_one(self):
        begun = threading.Event()
        self.addCleanup(begun.set)
        posts = rss(*(calm(n) for n in range(POSTS)))
        self.web["/large"] = content(posts + b"<!--" + b"x" * MEGABYTE + b"-->")

        def small(handler):
            begun.wait()
            content(rss(unrelated(0)))(handler)
        self.web["/small"] = small
        self.settings["sources"] = [self.source(one, every="1h") for one in ("large", "small")]
        self.start()
        until(lambda: self.database.value("SELECT count(*) FROM post") > 0, "a first slice")
        begun.set()
        self.database.wait_for("SELECT count(*) FROM post", POSTS + 1)
        self.assertLess(self.database.value(
            "SELECT id FROM post WHERE source_post_id = 'other-0'"), POSTS)


if __name__ == "__main__":
    unittest.main()
