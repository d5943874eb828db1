"""What the daemon does by itself, a minute after the other: rules about a rate, and
old posts."""

import unittest

from support.case import IntegrationCase
from support.daemon import run_once
from support.feeds import calm, rss, unrelated


class Care(IntegrationCase):
    def test_a_rate_is_told(self):
        self.news.publish(rss(calm(1), calm(2), calm(3)))
        self.settings["alerts"] = []
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.assertEqual(3, self.database.value("SELECT count(*) FROM mention"))

        self.settings["alerts"] = [
            {"name": "quiet", "when": "count(1h) >= 4", "notify": ["support"]},
            {"name": "crisis", "when": "count(1h) >= 3", "notify": ["support"]}]
        self.start()
        self.assertIn("3 - count(1h) >= 3", self.mail.wait_for(1)[0].text())
        self.assertEqual(["crisis"], self.database.column("SELECT rule FROM alert"))

    def test_old_posts_go(self):
        self.news.publish(rss(calm(1), unrelated(1)))
        self.settings["keep"] = {"unmatched": "1h"}
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.database.change("UPDATE post SET fetched_utc = datetime('now', '-2 hours')")
        self.news.publish(rss())
        self.start()
        self.database.wait_for("SELECT group_concat(source_post_id) FROM post", "calm-1")


if __name__ == "__main__":
    unittest.main()
