"""A long body is stored slice by slice, and nothing else waits for it."""

import unittest

from support.case import IntegrationCase
from support.feeds import calm, rss
from support.wait import until

POSTS = 3000


class Slices(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(*(calm(n) for n in range(POSTS))))

    def wait_begun(self):
        until(lambda: self.database.value("SELECT count(*) FROM post") > 0, "a first slice")

    def expect_all(self):
        self.database.wait_for("SELECT count(*) FROM post", POSTS)
        self.assertEqual(POSTS, self.database.value(
            "SELECT count(DISTINCT source_post_id) FROM post"))
        self.assertEqual(POSTS, self.database.value("SELECT count(*) FROM mention"))
        self.database.wait_for("SELECT last_poll_utc IS NOT NULL FROM source", 1)
        self.assertEqual([], self.database.check())

    def test_it_ends_in_between_and_goes_on_after(self):
        daemon = self.start()
        self.wait_begun()
        self.assertEqual(0, daemon.stop())
        self.assertLess(self.database.value("SELECT count(*) FROM post"), POSTS)
        # State and validators come with the last slice.
        self.assertIsNone(self.database.value("SELECT last_poll_utc FROM source"))
        self.start()
        self.expect_all()
        self.assertEqual(0, self.database.value("SELECT failures FROM source"))

    def test_other_sources_are_asked_meanwhile(self):
        self.settings["sources"].append(self.source("other"))
        self.web["/other"] = self.news
        self.start()
        self.wait_begun()
        self.web.wait_for("/other")
        self.expect_all()

    def test_a_reload_in_between_begins_anew(self):
        daemon = self.start()
        self.wait_begun()
        daemon.reload()
        self.expect_all()

    def test_whoever_was_read_when_it_was_killed_waits_and_says_why(self):
        daemon = self.start()
        self.wait_begun()
        daemon.kill()
        self.settings["sources"][0]["every"] = "2s"
        self.start().wait_log("the daemon ended while it read")
        self.assertEqual(1, self.database.value(
            "SELECT failures FROM source WHERE last_error LIKE"
            " 'the daemon ended while it read % kB from this source'"))
        self.expect_all()
        self.assertEqual(0, self.database.value("SELECT failures FROM source"))


if __name__ == "__main__":
    unittest.main()
