"""Feeds from the wild that were once read wrongly, through the whole program."""

import pathlib
import re
import unittest

from support.case import IntegrationCase
from support.daemon import run_once

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


if __name__ == "__main__":
    unittest.main()
