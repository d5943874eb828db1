"""SIGHUP with a good configuration, a broken one, and many at once."""

import signal
import unittest

from support.case import IntegrationCase
from support.feeds import Post, angry, rss
from support.http_server import Feed


class Reload(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1), Post("g1", "Globex delivered early", author="ann")))
        self.daemon = self.start()
        self.mail.wait_for(1)

    def test_a_good_configuration_takes_over(self):
        self.web["/blog"] = Feed(rss(Post("b1", "Globex again", author="ben")))
        self.settings["sources"].append(self.source("blog"))
        self.settings["streams"].append(
            {"name": "globex", "kind": "competitor", "query": "globex"})
        self.write_config()
        self.daemon.reload()
        self.database.wait_for(
            "SELECT count(*) FROM mention m JOIN stream s ON s.id = m.stream_id"
            " WHERE s.name = 'globex'", 2)  # what was here before is found, too
        # Nothing is told again.
        self.assertEqual(1, self.database.value("SELECT count(*) FROM alert"))
        self.assertEqual(1, len(self.mail.mails.all()))

    def test_a_removed_source_is_asked_no_more_and_keeps_its_posts(self):
        self.web["/blog"] = Feed(rss())
        self.settings["sources"] = [self.source("blog")]
        self.write_config()
        self.daemon.reload()
        before = self.web.count("/news")
        self.web.wait_for("/blog", 3)
        self.assertLessEqual(self.web.count("/news"), before + 1)  # one was under way
        self.assertEqual(2, self.database.value("SELECT count(*) FROM post"))
        self.assertEqual(0, self.database.value(
            "SELECT configured FROM source WHERE name = 'news'"))

    def test_a_broken_configuration_changes_nothing_and_says_where(self):
        self.settings["streams"][0]["query"] = "acme AND ("
        self.settings["sources"][0]["evry"] = "5m"
        del self.settings["sources"][0]["every"]
        self.write_config()
        said = self.daemon.reload()
        self.assertTrue(any("Reload failed" in line for line in said), said)
        for wanted in ("mentiond.yaml:", "evry", "every", "Reload failed"):
            self.daemon.wait_log(wanted)
        self.news.publish(rss(angry(2), angry(1)))
        self.mail.wait_for(2)

    def test_one_that_fails_half_way_leaves_the_old_settings_in_the_database(self):
        # The settings can be written, and the switches that come next not be read.
        self.database.change("ALTER TABLE source RENAME COLUMN switched_off_utc TO lost")
        self.settings["streams"][0]["query"] = "globex"
        self.settings["streams"].append({"name": "other", "query": "other"})
        self.write_config()
        said = self.daemon.reload()
        self.assertTrue(any("Reload failed" in line for line in said), said)
        self.assertEqual([("acme", "acme")], [tuple(row) for row in self.database.rows(
            "SELECT name, query FROM stream WHERE configured")])
        self.news.publish(rss(angry(2), angry(1)))
        self.mail.wait_for(2)

    def test_a_storm_of_signals(self):
        for _ in range(50):
            self.daemon.signal(signal.SIGHUP)
        self.news.publish(rss(angry(2), angry(1)))
        self.mail.wait_for(2)
        self.assertEqual(0, self.daemon.stop())
        self.assertEqual(2, len(self.mail.mails.all()))
        self.assertEqual([], self.database.check())


if __name__ == "__main__":
    unittest.main()
