"""What people do with the sources: switch them off and on."""

import json
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import calm, rss
from support.http_server import Feed
from support.wait import until

# A daemon that runs looks for switches each minute.
FOLLOWS_S = 90


class Sources(IntegrationCase):
    def ctl(self, *arguments, code=0):
        """mentionctl sources; its standard output, or its complaints when it must fail."""
        done = mentionctl("--config", self.config, "sources", *arguments)
        self.assertEqual(code, done.returncode, done.stderr)
        return done.stderr if code else done.stdout


class Switches(Sources):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(calm(1)))
        self.web["/blog"] = Feed(rss(calm(2)))
        self.settings["sources"].append(self.source("blog"))

    def listed(self, name):
        lines = self.ctl("list", "--json").splitlines()
        return next(row for row in map(json.loads, lines) if row["name"] == name)

    def expect_silence(self):
        """News is not asked while the blog is, several times."""
        before = self.web.count("/news")
        self.web.wait_for("/blog", self.web.count("/blog") + 3)
        self.assertLessEqual(self.web.count("/news"), before + 1)  # one was under way

    def test_a_running_daemon_follows(self):
        daemon = self.start()
        self.web.wait_for("/news")
        self.ctl("disable", "news", "--by", "amina", "--why", "its owner asked us to stop")
        until(lambda: "Source news is switched off" in daemon.log, "the switch", FOLLOWS_S)
        self.expect_silence()
        row = self.listed("news")
        self.assertEqual("disabled", row["state"])
        self.assertRegex(row["why"], "^by amina, .* ago: its owner asked us to stop$")
        self.assertNotIn("next_poll", row)

        daemon.reload()
        self.expect_silence()

        self.ctl("enable", "news")
        daemon.reload()
        self.web.wait_for("/news", self.web.count("/news") + 2)
        self.assertEqual("ok", self.listed("news")["state"])

    def test_a_restart_keeps_it(self):
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.ctl("disable", "news")
        self.assertIn("news is switched off", run_once(self.config).stderr)
        self.assertEqual((1, 2), (self.web.count("/news"), self.web.count("/blog")))
        self.assertEqual("disabled", self.database.value(
            "SELECT state FROM v_source_health WHERE source = 'news'"))

    def test_what_cannot_be(self):
        self.settings["sources"][1]["enabled"] = False
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.assertIn("did you mean news?", self.ctl("disable", "newz", code=66))
        self.assertIn("disabled in the settings", self.ctl("enable", "blog", code=78))
        self.assertEqual("in the settings", self.listed("blog")["why"])


if __name__ == "__main__":
    unittest.main()
