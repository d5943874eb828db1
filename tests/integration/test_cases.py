"""Feeds from the wild that were once read wrongly, through the whole program."""

import email.utils
import pathlib
import re
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import SAID
from support.http_server import status

FEEDS = pathlib.Path(__file__).parents[1] / "fixtures" / "cases"


def without_item(feed, title):
    """FEED without the item that has TITLE."""
    return re.sub(rb"<item><title>%s</title>.*?</item>\n" % title.encode(), b"", feed)


class Case(IntegrationCase):
    def poll(self, feed):
        """One round in a process of its own, of FEED."""
        self.news.publish(feed)
        done = run_once(self.write_config())
        self.assertEqual(0, done.returncode, done.stderr)

    def mentions(self):
        """Title and time of its last edit (None) of each, in the order in which they came."""
        return [tuple(row) for row in self.database.rows(
            "SELECT p.title, p.edited_utc FROM mention m JOIN post p ON p.id = m.post_id"
            " ORDER BY m.id")]


class NoticesThatShareALink(Case):
    CLOSED, OPEN = ("Acme bridge closed", None), ("Acme bridge open again", None)

    def setUp(self):
        super().setUp()
        self.both = (FEEDS / "notices.xml").read_bytes()
        self.closed = without_item(self.both, "Acme bridge open again")
        self.open = without_item(self.both, "Acme bridge closed")

    def test_are_two_posts_however_often_they_come(self):
        for _ in range(2):
            self.poll(self.both)
            self.assertEqual([self.CLOSED, self.OPEN], self.mentions())

    def test_whichever_of_them_stand_there(self):
        for feed in (self.closed, self.both, self.open, self.both):
            self.poll(feed)
        self.assertEqual([self.CLOSED, self.OPEN], self.mentions())

    def test_an_edited_title_makes_no_second_post(self):
        self.poll(self.closed)
        self.poll(self.closed.replace(b"bridge closed", b"bridge is closed"))
        (title, edited), = self.mentions()
        self.assertEqual("Acme bridge is closed", title)
        self.assertIsNotNone(edited)


class AKeyInAnAddress(Case):
    def test_is_shown_to_nobody(self):
        self.web["/keyed"] = status(302, [("Location", "file:///?token=hunter2")])
        self.settings["sources"].append(
            {**self.source("keyed"), "url": self.web.url("/keyed?q=acme&api_key=hunter2")})
        self.news.publish((FEEDS / "notices.xml").read_bytes())
        done = run_once(self.write_config())
        self.assertIn("token=(secret)", done.stderr)
        shown = [done.stderr]
        for arguments in (("sources",), ("sources", "--json"), ("sources", "test", "keyed"),
                          ("sources", "export"), ("doctor",)):
            done = mentionctl("--config", self.config, *arguments)
            shown += [done.stdout, done.stderr]
        shown += [str(tuple(row)) for row in self.database.rows("SELECT * FROM v_source_health")]
        self.assertIn("/keyed?(secret)", "".join(shown))
        self.assertIn("/keyed?q=acme&api_key=(secret)", "".join(shown))
        self.assertNotIn("hunter2", "\n".join(shown))


class TheFirstPollOfAnOldFeed(Case):
    def setUp(self):
        super().setUp()
        self.old = (FEEDS / "old.xml").read_bytes()

    def alerts(self):
        return (self.database.value("SELECT count(*) FROM alert"),
                self.database.value("SELECT count(*) FROM incident"), len(self.mail.mails.all()))

    def test_stores_mentions_and_tells_nobody_at_once(self):
        self.settings["alerts"].append({"name": "wave", "when": "count(angry, 1h) >= 3",
                                        "notify": ["support"]})
        self.poll(self.old)
        self.assertEqual(3, self.database.value("SELECT count(*) FROM mention"
                                                " WHERE anger >= 0.6"))
        self.assertEqual((0, 0, 0), self.alerts())
        self.assertEqual([], self.database.rows("SELECT * FROM v_needs_answer"))

    def test_a_post_of_today_or_without_a_date_is_told(self):
        date = b"<pubDate>Tue, 10 Mar 2015 09:08:07 GMT</pubDate>"
        today = email.utils.format_datetime(SAID).encode()
        self.poll(self.old.replace(date, b"", 1).replace(date[9:-10], today, 1))
        self.assertEqual((2, 2, 2), self.alerts())

    def test_the_threshold_is_the_administrators_and_the_year_is_told(self):
        self.settings["alerts"][0]["max_age"] = "50y"
        self.poll(self.old)
        self.assertEqual((3, 3, 3), self.alerts())
        for mail in self.mail.mails.all():
            self.assertIn("10 Mar 2015", mail.text())

    def test_stands_in_the_digest_apart_from_what_is_new(self):
        self.settings["recipients"][0]["digest"] = {"at": "08:00"}
        self.poll(self.old)
        done = mentionctl("--config", self.config, "digest", "preview", "support")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("no mentions", done.stdout)
        self.assertIn("3 mentions were said more than 3 days before they came here",
                      " ".join(done.stdout.split()))


if __name__ == "__main__":
    unittest.main()
