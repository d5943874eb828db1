"""A mail that cannot be written: the post is stored, and those who look are told."""

import json
import pathlib
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import angry, calm, rss


class UnwrittenMails(IntegrationCase):
    def setUp(self):
        super().setUp()
        # Each alert is larger than a mail may be; digests are not.
        self.data = self.share_data()
        template = pathlib.Path(self.data) / "templates" / "alert.html"
        template.write_text(template.read_text() + "<p>" + "x" * 100_000 + "</p>")
        self.settings["recipients"].append(
            {"name": "press", "email": ["press@acme.example"],
             "digest": {"at": "08:00", "timezone": "UTC"}})
        self.settings["alerts"][0]["notify"] = ["support", "press"]
        self.news.publish(rss(angry(1), calm(1)))

    def ctl(self, *arguments):
        return mentionctl("--config", self.config, *arguments,
                          variables={"MENTIOND_DATA": self.data})

    def test_the_fetch_is_stored_and_all_who_look_are_told(self):
        done = run_once(self.write_config(), variables={"MENTIOND_DATA": self.data})
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(2, self.database.value("SELECT count(*) FROM post"))
        self.assertEqual(1, self.database.value("SELECT count(*) FROM alert"))
        self.assertEqual([], self.mail.mails.all())
        for recipient in ("support", "press"):
            self.assertRegex(done.stderr, rf"error: The mail to {recipient} \(.*\) of rule "
                             "angry-customer for stream acme, source news, cannot be written: "
                             "larger than the limit")

        rows = self.database.rows("SELECT * FROM v_undelivered ORDER BY delivery_id")
        self.assertEqual(["support", "press"], [row["recipient"] for row in rows])
        self.assertEqual({("angry-customer", "acme", "news",
                           "the mail cannot be written: larger than the limit")},
                         {(row["rule"], row["stream"], row["source"], row["why"])
                          for row in rows})

        found = [json.loads(line) for line in self.ctl("doctor", "--json").stdout.splitlines()]
        (outbox,) = (line for line in found if line["check"] == "outbox")
        self.assertEqual("warning", outbox["state"])
        self.assertIn("2 mails of the last 7 days reached nobody, the last to press", outbox["finding"])
        self.assertIn("rule angry-customer for acme, source news", outbox["finding"])
        stats = self.ctl("stats").stdout
        self.assertIn("2 failed (the view v_undelivered says why)", stats)
        why = r"rule angry-customer for acme, source news: the mail cannot be written: larger than"
        self.assertRegex(stats, rf"\nfailed last     to press at .* UTC, {why}")
        self.assertRegex(stats, rf"\n                to support at .* UTC, {why}")
        self.assertEqual(2, len(json.loads(
            self.ctl("stats", "--json").stdout)["last_failed_mails"]))

        digest = self.ctl("digest", "preview", "press").stdout
        self.assertIn("2 mails reached nobody", digest)
        self.assertRegex(digest, r"(?s)rule angry-customer for acme,\s+source news:\s+the mail")

    def test_what_a_newer_version_wrote_is_left_to_it(self):
        run_once(self.write_config(), variables={"MENTIOND_DATA": self.data})
        self.database.change("UPDATE delivery SET state = 'queued', channel = 'pigeon'")
        done = run_once(self.write_config())
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("2 messages wait for a way out that this version does not know (pigeon)",
                      done.stderr)
        self.assertEqual([(2, 0)], [tuple(row) for row in self.database.rows(
            "SELECT count(*), max(attempts) FROM delivery WHERE state = 'queued'")])
        found = [json.loads(line) for line in self.ctl("doctor", "--json").stdout.splitlines()]
        (outbox,) = (line for line in found if line["check"] == "outbox")
        self.assertIn("does not know: pigeon", outbox["finding"])


if __name__ == "__main__":
    unittest.main()
