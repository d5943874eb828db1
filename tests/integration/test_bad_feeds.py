"""Bodies that are no feed, or want to do harm: their source alone suffers."""

import gzip
import unittest

from support.case import IntegrationCase
from support.feeds import angry, calm, rss, rss_item
from support.http_server import content, endless

HEAD, TAIL = rss().split(b"</channel>")
ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 20))
BOMB = (f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a0 'acme'>{ENTITIES}]><rss><channel><item>"
        "<guid>bomb</guid><title>&a19;</title></item></channel></rss>").encode()
EXTERNAL = (b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss>"
            b"<channel><item><guid>x</guid><title>acme &x;</title></item></channel></rss>")


class BadFeeds(IntegrationCase):
    """Beside the bad source there is always a good one."""

    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1)))
        self.settings["sources"].append(self.source("bad"))

    def serve(self, page):
        self.web["/bad"] = page
        daemon = self.start()
        self.web.wait_for("/bad")
        self.database.wait_for("SELECT last_poll_utc IS NOT NULL FROM source WHERE name = 'bad'",
                               1)
        self.mail.wait_for(1)  # of the good one
        return daemon

    def bad(self, column):
        return self.database.value(f"SELECT {column} FROM source WHERE name = 'bad'")

    def posts(self):
        return self.database.rows("SELECT p.* FROM post p JOIN source s ON s.id = p.source_id"
                                  " WHERE s.name = 'bad' ORDER BY p.id")

    def expect_failure(self):
        self.assertGreaterEqual(self.bad("failures"), 1)
        self.assertTrue(self.bad("last_error"))
        self.assertIsNone(self.bad("etag"))
        self.assertEqual([], self.posts())
        self.assertEqual(0, self.database.value("SELECT failures FROM source"
                                                " WHERE name = 'news'"))

    def test_no_feed_at_all(self):
        for name, body, media_type in (
                ("a web page", b"<!DOCTYPE html><html><body>Down for now</body></html>",
                 "text/html"),
                ("nothing", b"", "application/rss+xml"),
                ("noise", bytes(range(256)) * 40, "application/octet-stream"),
                ("other JSON", b'{"error": "rate limited"}', "application/json")):
            with self.subTest(name):
                daemon = self.serve(content(body, media_type))
                self.expect_failure()
                # Killed, it would blame the source that it was reading.
                self.assertEqual(0, daemon.stop())

    def test_a_truncated_feed_gives_its_whole_entries(self):
        body = rss(calm(1), calm(2), calm(3))
        self.serve(content(body[:body.rindex(b"calm-3") + 20]))
        self.assertEqual(["calm-1", "calm-2"],
                         [row["source_post_id"] for row in self.posts()][:2])

    def test_a_hundred_megabytes(self):
        item = rss_item(calm(1)).encode()
        chunk = item * (1_000_000 // len(item))
        daemon = self.serve(endless(HEAD, chunk, 100))
        self.expect_failure()
        self.assertIn("more than", self.bad("last_error"))
        self.assertLess(daemon.memory_peak(), 1 << 30)

    def test_a_gzip_bomb(self):
        bomb = gzip.compress(HEAD + b"<item><title>acme " + b" " * 100_000_000 + b"</title></item>"
                             + b"</channel>" + TAIL)
        self.assertLess(len(bomb), 200_000)
        self.serve(content(bomb, headers=[("Content-Encoding", "gzip")]))
        self.expect_failure()
        self.assertIn("more than", self.bad("last_error"))

    def test_an_entity_bomb_is_not_expanded(self):
        daemon = self.serve(content(BOMB))
        self.assertLess(sum(len(row["title"] or "") for row in self.posts()), 1000)
        self.assertLess(daemon.memory_peak(), 1 << 30)

    def test_files_are_not_read(self):
        self.serve(content(EXTERNAL))
        self.assertNotIn("root:", str([tuple(row) for row in self.posts()]))

    def test_bytes_that_are_not_what_they_say(self):
        body = (b"<?xml version='1.0' encoding='UTF-8'?><rss><channel><item><guid>caf</guid>"
                b"<title>acme caf\xe9</title></item></channel></rss>")
        self.serve(content(body))
        self.assertEqual(1, len(self.posts()))
        self.assertRegex(self.posts()[0]["title"], "^acme caf.$")

    def test_deep_nesting(self):
        deep = b"<x>" * 200_000
        body = HEAD + b"<item><guid>d</guid><title>acme</title>" + deep + b"</item></channel>" + TAIL
        self.serve(content(body))
        self.assertEqual(0, self.database.value("SELECT failures FROM source"
                                                " WHERE name = 'news'"))

    def test_more_posts_than_the_limit(self):
        self.settings["fetch"]["max_posts"] = 10
        daemon = self.serve(content(rss(*(calm(n) for n in range(25)))))
        self.assertEqual(10, len(self.posts()))
        daemon.wait_log("over a limit")


if __name__ == "__main__":
    unittest.main()
