"""The clock of the machine is wrong, or is set while mentiond runs."""

import dataclasses
import datetime
import os
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import angry, rss, unrelated
from support.wait import until

DAY_S = 24 * 60 * 60


class Clock(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.offset = self.folder / "offset"
        self.set_clock(0)

    def set_clock(self, seconds):
        """SECONDS ahead of the true time."""
        new = self.folder / "offset.new"
        new.write_text(str(seconds))
        new.rename(self.offset)

    def shim(self):
        # The sanitizer's library wants to be the first.
        return {"LD_PRELOAD": os.environ["CLOCK_SHIM_LIBRARY"], "CLOCK_SHIM": str(self.offset),
                "ASAN_OPTIONS": "exitcode=99:verify_asan_link_order=0"}

    def start(self):
        return super().start(**self.shim())

    def run_a_day_ahead(self):
        """Stores what is published under a clock that is a day ahead; then it is right."""
        self.set_clock(DAY_S)
        daemon = self.start()
        self.wait_stored(1)
        self.assertEqual(0, daemon.stop())
        self.set_clock(0)

    def published(self, n, days):
        """An angry post, dated by the clock of the daemon."""
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
        return dataclasses.replace(angry(n), at=now - datetime.timedelta(minutes=1))

    def wait_stored(self, n):
        self.database.wait_for("SELECT count(*) FROM post", n)

    def test_what_a_wrong_clock_stored_delays_nothing(self):
        self.news.publish(rss(angry(1)))
        self.run_a_day_ahead()
        self.news.publish(rss(angry(1), angry(2)))
        self.start()
        self.wait_stored(2)
        self.mail.wait_for(2)

    def test_steps_while_it_runs_lose_and_double_nothing(self):
        posts = []
        daemon = self.start()
        for n, days in enumerate((0, 1, 0, -1, 0, 30, 0)):
            self.set_clock(days * DAY_S)
            posts.insert(0, self.published(n, days))
            self.news.publish(rss(*posts))
            self.wait_stored(len(posts))
            self.mail.wait_for(len(posts))
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'", len(posts))
        self.assertEqual(len(posts), len({mail.message_id for mail in self.mail.mails.all()}))
        self.assertEqual(0, daemon.stop())

    def test_a_post_is_in_one_digest_when_the_clock_goes_back(self):
        """A run of an hour ahead: the clock was set back since."""
        self.settings["recipients"][0]["digest"] = {"at": "08:00", "timezone": "UTC"}
        self.settings["alerts"] = []
        self.news.publish(rss(self.published(1, 0)))
        daemon = self.start()
        self.wait_stored(1)
        self.assertEqual(0, daemon.stop())
        until_utc = "(SELECT max(until_utc) FROM digest_run)"
        self.database.change("INSERT INTO digest_run (recipient_id, from_utc, until_utc, timezone,"
                             " made_utc, mentions, negative, positive, angry, needs_answer,"
                             " still_open, troubled_sources) SELECT id, datetime('now', '-1 day'),"
                             " datetime('now', '+1 hour'), 'UTC', datetime('now'), 1, 0, 0, 0, 0,"
                             " 0, 0 FROM recipient")
        self.news.publish(rss(self.published(2, 0), self.published(1, 0)))
        self.start()
        self.wait_stored(2)
        self.assertEqual(1, self.database.value(
            f"SELECT count(*) FROM mention WHERE fetched_utc >= {until_utc}"))

    def test_nothing_is_removed_on_the_word_of_a_clock_that_went_ahead(self):
        self.news.publish(rss(unrelated(1)))
        self.assertEqual(0, run_once(self.write_config(), variables=self.shim()).returncode)
        self.news.publish(rss())
        self.set_clock(30 * DAY_S)
        done = run_once(self.config, variables=self.shim())
        self.assertIn("nothing old is removed for a day", done.stderr)
        self.assertEqual(1, self.database.value("SELECT count(*) FROM post"))
        # It stays in doubt over restarts, until somebody says that it is right.
        done = run_once(self.config, variables=self.shim())
        self.assertEqual(1, self.database.value("SELECT count(*) FROM post"))
        done = mentionctl("--config", self.config, "prune", variables=self.shim())
        self.assertEqual("1 post removed\n", done.stdout)
        self.assertNotIn("nothing old", run_once(self.config, variables=self.shim()).stderr)

    def test_times_of_the_future_are_told(self):
        self.news.publish(rss(angry(1)))
        self.run_a_day_ahead()
        self.start().wait_log("in the future")
        until(lambda: self.database.value(
            "SELECT last_success_utc < datetime('now', '+1 minute') FROM source"), "a new time")


if __name__ == "__main__":
    unittest.main()
