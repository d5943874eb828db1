"""mentiond --once: one round, and an exit code that says how it went."""

import unittest

from support.case import IntegrationCase
from support.daemon import MENTIOND, mentionctl, run, run_once
from support.feeds import angry, calm, rss
from support.http_server import status


class Once(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1), calm(1)))

    def test_polls_sends_and_ends_with_0(self):
        done = run_once(self.write_config())
        self.assertEqual((0, 1), (done.returncode, len(self.mail.mails.all())), done.stderr)
        self.assertEqual(1, self.web.count("/news"))
        self.assertEqual(1, self.database.value(
            "SELECT count(*) FROM delivery WHERE state = 'sent'"))

        # Again: asked politely, nothing new, no mail.
        done = run_once(self.config)
        self.assertEqual((0, 1), (done.returncode, len(self.mail.mails.all())), done.stderr)
        self.assertEqual(1, self.web.count("/news", 304))

    def test_a_mail_that_must_wait_is_75_and_goes_out_the_next_time(self):
        self.mail.refuse_always("RCPT", "451 4.2.1 busy")
        self.assertEqual(75, run_once(self.write_config()).returncode)
        self.assertEqual(2, self.database.value("SELECT count(*) FROM post"))
        self.mail.allow()
        self.database.wait_for("SELECT due_utc <= datetime('now') FROM delivery", 1)
        self.assertEqual(0, run_once(self.config).returncode)
        self.assertEqual(1, len(self.mail.mails.all()))

    def test_a_source_that_fails_spoils_nothing(self):
        self.web["/broken"] = status(500)
        self.settings["sources"].append(self.source("broken"))
        done = run_once(self.write_config())
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("Source broken failed: HTTP 500", done.stderr)
        self.assertEqual(1, self.database.value("SELECT failures FROM source"
                                                " WHERE name = 'broken'"))
        self.assertEqual(1, len(self.mail.mails.all()))

    def test_without_a_mail_server(self):
        del self.settings["smtp"]
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.assertEqual(1, self.database.value("SELECT count(*) FROM alert"))

    def test_configurations_that_cannot_be_used_are_78(self):
        cases = (
            ("sources: [", "mentiond.yaml:"),
            ("sources:\n  - nme: x\n    url: http://x.example/\n", "mentiond.yaml:2:5: "),
            ("streams:\n  - { name: a, query: acme }\n", "source"),
            ("", "source"),
        )
        for text, wanted in cases:
            with self.subTest(text=text):
                self.config.write_text(text)
                done = run_once(self.config)
                self.assertEqual(78, done.returncode, done.stderr)
                self.assertIn(wanted, done.stderr)
        self.assertFalse(self.database.path.exists())

    def test_check_tells_of_settings_queries_and_rules_at_once(self):
        self.config.write_text("sources:\n"
                               "  - { name: news, url: http://x.example/, evry: 15m }\n"
                               "recipients:\n"
                               "  - { name: r, email: a@b.example, digest: { timezone: Mars } }\n"
                               "streams:\n"
                               "  - { name: a, query: acme AND }\n"
                               "  - { name: b }\n"
                               "alerts:\n"
                               "  - { name: c, streams: [a], when: angr >= 0.6 }\n"
                               "  - { name: d, streams: [a] }\n")
        done = mentionctl("--config", self.config, "check")
        self.assertEqual(78, done.returncode, done.stderr)
        self.assertNotIn("unknown timezone", done.stderr)
        for line in (2, 4, 6, 7, 9, 10):
            self.assertIn(f"{self.config.name}:{line}:", done.stderr)

    def test_a_missing_folder_of_data_is_named(self):
        done = run_once(self.write_config(), variables={"MENTIOND_DATA": "/nowhere"})
        self.assertEqual(66, done.returncode)
        self.assertIn("/nowhere/lexicons: error: ", done.stderr)

    def test_wrong_use_is_64_and_a_missing_file_78(self):
        self.assertEqual(64, run(MENTIOND, "--nonsense").returncode)
        self.assertEqual(64, run(MENTIOND, "surplus").returncode)
        done = run_once(self.folder / "none.yaml")
        self.assertEqual(78, done.returncode)
        self.assertIn("none.yaml", done.stderr)

    def test_help_and_version(self):
        self.assertIn("--once", run(MENTIOND, "--help").stdout)
        self.assertRegex(run(MENTIOND, "--version").stdout, r"^mentiond [0-9]+\.[0-9.]+\n$")


if __name__ == "__main__":
    unittest.main()
