"""From a feed to the database and the mailbox, and what a second poll costs."""

import dataclasses
import unittest

from support.case import IntegrationCase
from support.feeds import SAID, angry, calm, rss, unrelated


class FirstRun(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1), calm(1), unrelated(1)))

    def test_stores_posts_mentions_alert_and_mail(self):
        self.start()
        mail = self.mail.wait_for(1)[0]
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'", 1)

        self.assertEqual(["angry-1", "calm-1", "other-1"],
                         self.database.column("SELECT source_post_id FROM post ORDER BY 1"))
        self.assertEqual([("angry-1", "acme", 1), ("calm-1", "acme", 0)],
                         [tuple(row) for row in self.database.rows(
                             "SELECT p.source_post_id, s.name, m.angry FROM mention m"
                             " JOIN post p ON p.id = m.post_id"
                             " JOIN stream s ON s.id = m.stream_id ORDER BY 1")])
        self.assertEqual([f"{SAID:%Y-%m-%d %H:%M:%S}"] * 3,
                         self.database.column("SELECT published_utc FROM post"))
        self.assertEqual([("angry-customer", "open")], [tuple(row) for row in self.database.rows(
            "SELECT a.rule, i.state FROM alert a JOIN incident i ON i.id = a.incident_id")])

        self.assertEqual("mentiond@acme.example", mail.sender)
        self.assertEqual(["support@acme.example"], mail.recipients)
        self.assertEqual(mail.message_id, "<" + self.database.value(
            "SELECT message_id FROM delivery") + ">")
        # What was stored with the alert is what was sent, byte for byte.
        self.assertEqual(self.database.value("SELECT message FROM delivery"),
                         mail.content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        self.assertEqual([], self.database.check())

    def test_the_alert_says_who_what_why_and_until_when(self):
        self.start()
        mail = self.mail.wait_for(1)[0]

        for wanted in ("Acme", "customer1", "nobody answers", "https://news.example/angry-1",
                       "angry-customer"):
            self.assertIn(wanted, mail.text())
            self.assertIn(wanted, mail.text("html"))
        self.assertEqual("auto-generated", mail.message["Auto-Submitted"])
        self.assertEqual("Support <support@acme.example>", mail.message["To"])
        self.assertIn("Acme", mail.message["Subject"])
        self.assertTrue(mail.message["Date"])
        self.assertEqual([], mail.message.defects)

    def test_the_second_poll_is_a_304_and_changes_nothing(self):
        self.start()
        self.web.wait_for("/news", 1, 200)
        self.mail.wait_for(1)
        self.web.wait_for("/news", 2, 304)
        self.web.wait_for("/news", 3, 304)
        self.assertEqual(1, self.web.count("/news", 200))
        self.assertEqual(3, self.database.value("SELECT count(*) FROM post"))
        self.assertEqual(1, len(self.mail.mails.all()))

    def test_validators_survive_a_restart(self):
        daemon = self.start()
        self.web.wait_for("/news", 1, 200)
        self.database.wait_for("SELECT count(*) FROM post", 3)
        self.assertEqual(0, daemon.stop())
        self.start()
        self.web.wait_for("/news", 1, 304)
        self.assertEqual(1, self.web.count("/news", 200))

    def test_says_who_it_is(self):
        self.start()
        self.web.wait_for("/news")
        headers = self.web.requests.all()[0].headers
        self.assertRegex(headers["User-Agent"], r"^mentiond/[0-9.]+ .*social@acme\.example")
        self.assertNotIn("Cookie", headers)
        self.assertNotIn("Referer", headers)

    def test_new_and_edited_posts_of_later_polls(self):
        self.start()
        self.mail.wait_for(1)
        edited = dataclasses.replace(calm(1), text="Acme opens no branch after all.")
        self.news.publish(rss(angry(2), angry(1), edited, unrelated(1)))
        self.mail.wait_for(2)
        self.database.wait_for("SELECT count(*) FROM post WHERE text LIKE '%after all%'", 1)
        self.assertEqual(4, self.database.value("SELECT count(*) FROM post"))
        self.assertEqual(3, self.database.value("SELECT count(*) FROM mention"))
        self.assertEqual(2, len(self.mail.mails.all()))

    def test_ends_well_on_sigterm(self):
        daemon = self.start()
        self.mail.wait_for(1)
        self.assertEqual(0, daemon.stop())
        self.assertIn("STOPPING=1", daemon.notifications)
        self.assertTrue(any(line.startswith("STATUS=") for line in daemon.notifications))


if __name__ == "__main__":
    unittest.main()
