"""What people do with mentionctl, beside a daemon that runs."""

import contextlib
import dataclasses
import json
import sqlite3
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.database import Database
from support.feeds import Post, angry, calm, rss


class Workflow(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1), angry(2), calm(1)))

    def ctl(self, *arguments):
        """mentionctl, which must succeed; its standard output."""
        done = mentionctl("--config", self.config, *arguments)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def objects(self, *arguments):
        return [json.loads(line) for line in self.ctl(*arguments, "--json").splitlines()]

    def start_with_mails(self, n):
        daemon = self.start()
        self.mail.wait_for(n)
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'", n)
        return daemon


class Incidents(Workflow):
    def test_from_open_to_resolved(self):
        self.start_with_mails(2)
        first, second = [incident["id"] for incident in self.objects("alerts", "list")]
        self.ctl("alerts", "ack", first, "--by", "ann")
        self.ctl("alerts", "assign", first, "ben", "--by", "ann")
        self.ctl("alerts", "note", first, "called the depot", "--by", "ben")
        self.ctl("alerts", "respond", first, "--by", "ben")
        self.ctl("alerts", "resolve", first, "--by", "ben")
        self.ctl("alerts", "dismiss", second, "another Acme", "--by", "ann")
        self.assertEqual([], self.objects("alerts", "list"))

        self.assertEqual(
            [("opened", "mentiond", None), ("acknowledged", "ann", None),
             ("assigned", "ann", "ben"), ("noted", "ben", "called the depot"),
             ("responded", "ben", None), ("resolved", "ben", None)],
            [tuple(row) for row in self.database.rows(
                "SELECT what, actor, text FROM incident_event WHERE incident_id = ?"
                " ORDER BY id", first)])
        self.assertEqual([("dismissed", "another Acme")], [tuple(row) for row in self.database.rows(
            "SELECT what, text FROM incident_event WHERE incident_id = ? AND what <> 'opened'",
            second)])
        self.assertEqual(1, self.database.value(
            "SELECT count(*) FROM v_response_time WHERE in_time AND minutes_to_response >= 0"))
        for wanted in ("ann", "ben", "called the depot", "nobody answers", "resolved"):
            self.assertIn(wanted, self.ctl("alerts", "show", first))

    def test_what_cannot_be(self):
        self.start_with_mails(2)
        self.ctl("alerts", "resolve", 1)
        for arguments, code in ((("ack", "1"), 65), (("ack", "99"), 66), (("ack", "one"), 64),
                                (("ack",), 64), (("dismiss", "2"), 64),
                                (("mute", "angry-custmer"), 66)):
            with self.subTest(arguments=arguments):
                done = mentionctl("--config", self.config, "alerts", *arguments)
                self.assertEqual(code, done.returncode, done.stderr)
                self.assertTrue(done.stderr)
        self.assertIn("did you mean angry-customer?", done.stderr)

    def test_a_muted_rule_mails_nobody(self):
        self.start_with_mails(2)
        self.ctl("alerts", "mute", "angry-customer", "--for", "2h", "--why", "planned outage")
        self.news.publish(rss(angry(3), angry(1), angry(2), calm(1)))
        self.database.wait_for("SELECT count(*) FROM alert", 3)
        self.database.wait_for("SELECT count(*) FROM held_back", 1)
        self.assertEqual(2, len(self.mail.mails.all()))
        self.assertIn("planned outage", self.ctl("alerts", "mutes"))


class Precision(Workflow):
    def test_dismissed_incidents_count_against_stream_rule_and_terms(self):
        self.settings["streams"][0]["query"] = "acme OR kettle OR lathe"
        threads = [Post(f"thread-{n}", author=f"turner{n}", text=f"I hate this awful acme thread "
                        f"of my lathe, worst pitch ever, number {n}, I am furious! 😡")
                   for n in range(5)]
        self.news.publish(rss(angry(1), angry(3), angry(4), *threads, *map(calm, range(12))))
        self.start_with_mails(8)
        for row in self.database.rows(
                "SELECT DISTINCT incident_id, text LIKE '%thread%' AS wrong FROM v_mention"
                " WHERE incident_id IS NOT NULL"):
            what = ("dismiss", row["incident_id"], "a lathe") if row["wrong"] else (
                "resolve", row["incident_id"])
            self.ctl("alerts", *what)
        told = self.objects("stats", "--precision")
        numbers = {(row["kind"], row.get("name")): (row["handled"], row["dismissed"])
                   for row in told if row["kind"] != "words"}
        self.assertEqual((3, 5), numbers["stream", None])
        self.assertEqual((3, 5), numbers["rule", "angry-customer"])
        self.assertEqual((0, 5), numbers["term", "lathe"])
        self.assertEqual((3, 5), numbers["term", "acme"])
        self.assertNotIn(("term", "kettle"), numbers)

        words = told[-1]
        self.assertIn("thread", [word["word"] for word in words["words"]])
        self.assertNotIn("acme", [word["word"] for word in words["words"]])
        self.assertTrue(words["query"].startswith("(acme OR kettle OR lathe) NOT ("), words)
        tried = json.loads(self.ctl("backtest", "--query", words["query"], "--json"))
        self.assertEqual(15, tried["matches"])
        for wanted in ("DISMISSED", "62 %", "thread", "Try: mentionctl backtest --query"):
            self.assertIn(wanted, self.ctl("stats", "--precision"))
        rows = self.database.rows("SELECT dismissed, dismissed_percent FROM v_precision"
                                  " WHERE kind = 'stream'")
        self.assertEqual([(5, 62.5)], [tuple(row) for row in rows])


class Digests(Workflow):
    def setUp(self):
        super().setUp()
        self.settings["recipients"][0]["digest"] = {"at": "08:00", "timezone": "Africa/Nairobi"}

    def made(self):
        """After a poll, in the next second: a digest tells what came before."""
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.database.wait_for("SELECT datetime('now') > max(fetched_utc) FROM post", 1)

    def digests(self):
        return [mail for mail in self.mail.mails.all()
                if mail.message["X-Mentiond-Kind"] == "digest"]

    def test_each_mention_is_told_once(self):
        self.made()
        preview = self.ctl("digest", "preview", "support")
        self.assertEqual(0, self.database.value("SELECT count(*) FROM digest_run"))
        self.ctl("digest", "send", "support")
        self.assertEqual(0, run_once(self.config).returncode)
        text = self.digests()[0].text()
        self.assertIn("customer1", text)
        self.assertIn("NEEDS AN ANSWER (2)", text)
        self.assertIn("customer1", preview)

        # Nobody signs it: that is news.
        news = dataclasses.replace(calm(2), author="")
        self.news.publish(rss(news, angry(1), angry(2), calm(1)))
        self.made()
        self.ctl("digest", "send", "support")
        self.assertEqual(0, run_once(self.config).returncode)
        second = self.digests()[1]
        self.assertIn("branch 2", second.text())
        self.assertNotIn("branch 1", second.text())
        runs = self.database.rows("SELECT from_utc, until_utc FROM digest_run ORDER BY id")
        self.assertEqual(runs[0]["until_utc"], runs[1]["from_utc"])

    def test_the_mail_is_well_made(self):
        self.made()
        self.ctl("digest", "send", "support")
        self.assertEqual(0, run_once(self.config).returncode)
        mail = self.digests()[0]
        self.assertEqual([], mail.message.defects)
        self.assertIn("Acme", mail.message["Subject"])
        self.assertTrue(mail.message["List-Id"])
        html = mail.text("html")
        self.assertLess(len(html.encode()), 90_000)
        for banned in ("<script", "<img", "http-equiv", "javascript:"):
            self.assertNotIn(banned, html)

    def test_an_unknown_recipient(self):
        self.made()
        done = mentionctl("--config", self.config, "digest", "preview", "suport")
        self.assertNotEqual(0, done.returncode)
        self.assertIn("suport", done.stderr)


class Care(Workflow):
    def test_a_backup_beside_a_running_daemon_needs_nobody(self):
        self.start_with_mails(2)
        copy = self.folder / "copy.db"
        self.ctl("backup", copy)
        self.assertEqual([copy], list(self.folder.glob("copy.db*")))
        with contextlib.closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as there:
            self.assertEqual(3, there.execute("SELECT count(*) FROM v_mention").fetchone()[0])
        self.assertEqual([], Database(copy).check())
        again = mentionctl("--config", self.config, "backup", copy)
        self.assertNotEqual(0, again.returncode)

    def test_who_was_erased_does_not_come_back(self):
        self.start_with_mails(2)
        self.ctl("erase", "--author-name", "customer1")
        self.assertEqual(["angry-2", "calm-1"], self.database.column(
            "SELECT source_post_id FROM post ORDER BY 1"))
        self.news.publish(rss(angry(1), angry(2), calm(1), calm(2)))
        self.database.wait_for("SELECT count(*) FROM post WHERE source_post_id = 'calm-2'", 1)
        self.assertEqual(0, self.database.value(
            "SELECT count(*) FROM post WHERE source_post_id = 'angry-1'"))
        self.assertEqual([], self.database.check())

    def test_no_mail_about_who_was_erased_leaves(self):
        self.mail.refuse_always("RCPT", "451 4.3.0 later")
        self.start()
        self.database.wait_for("SELECT count(*) FROM delivery", 2)
        told = "1 post, 1 mention, 1 incident {0}erased; 0 mails {0}emptied, 1 queued mail {0}" \
            "withdrawn\n"
        self.assertEqual(told.format("would be "), self.ctl(
            "erase", "--dry-run", "--author-name", "customer1"))
        self.assertEqual(told.format(""), self.ctl("erase", "--author-name", "customer1"))
        self.mail.allow()
        (left,) = self.mail.wait_for(1)
        self.assertIn("customer2", left.text())
        self.database.wait_for("SELECT group_concat(state) FROM delivery", "sent")

    def test_a_mail_that_is_erased_on_its_way_stops_no_other(self):
        waiting, let_pass = self.mail.hold("DATA")
        self.start()
        waiting.wait(lambda stages: len(stages) > 0, "a mail on its way")
        for person in ("customer1", "customer2"):
            self.ctl("erase", "--author-name", person)
        let_pass()
        self.news.publish(rss(angry(1), angry(2), angry(3), calm(1)))
        self.database.wait_for("SELECT group_concat(state) FROM delivery", "sent")

    def test_exports(self):
        self.start_with_mails(2)
        lines = self.ctl("export", "--format", "csv").splitlines()
        self.assertEqual(4, len(lines))
        self.assertIn("stream", lines[0].split(","))
        objects = [json.loads(line) for line in
                   self.ctl("export", "--format", "ndjson").splitlines()]
        self.assertEqual({"customer1", "customer2", "Business Daily"},
                         {post["author"] for post in objects})

    def test_lists(self):
        self.start_with_mails(2)
        self.assertEqual(["news"], [row["name"] for row in self.objects("sources", "list")])
        self.assertEqual(3, len(self.objects("mentions")))
        self.assertEqual(2, len(self.objects("mentions", "--angry")))
        self.assertEqual(1, len(self.objects("mentions", "branch")))
        self.assertIn("customer2", self.ctl("mentions", "--label", "negative"))
        self.assertTrue(self.objects("stats"))

    def test_without_a_database(self):
        self.write_config()
        for arguments in (("alerts", "list"), ("mentions",), ("stats",)):
            with self.subTest(arguments=arguments):
                done = mentionctl("--config", self.config, *arguments)
                self.assertEqual(66, done.returncode)
                self.assertIn("mentions.db", done.stderr)
        self.assertFalse(self.database.path.exists())


if __name__ == "__main__":
    unittest.main()
