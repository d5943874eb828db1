"""The mails as a real mail server takes, refuses and keeps them."""

import dataclasses
import os
import unittest

from support import exim
from support.case import IntegrationCase
from support.feeds import angry, rss
from support.smtp_server import Certificate
from support.wait import until


@unittest.skipIf(exim.missing(), exim.missing())
class EximTest(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)
        spool = self.folder / "exim"
        spool.mkdir()
        certificate = Certificate(self.folder)
        self.server = self.opened(exim.Exim(spool, certificate))
        os.environ["SMTP_PASSWORD"] = "PASS"
        self.addCleanup(os.environ.pop, "SMTP_PASSWORD", None)
        self.settings["smtp"].update(
            url=f"smtp://localhost:{self.server.port}", tls="required", user="USER",
            password={"env": "SMTP_PASSWORD"}, ca_file=certificate.path)

    def test_takes_refuses_and_defers(self):
        self.settings["recipients"][0]["email"] = [
            "Zoë 支援 <support@acme.example>", "nosuch@acme.example", "busy@acme.example"]
        self.news.publish(rss(angry(1)))
        self.start()
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'", 1)
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'failed'", 1)
        self.database.wait_for("SELECT last_code FROM delivery WHERE state = 'queued'", 451)
        self.assertEqual(
            [("busy@acme.example", "queued"), ("nosuch@acme.example", "failed"),
             ("support@acme.example", "sent")],
            [tuple(row) for row in self.database.rows(
                "SELECT target, state FROM delivery ORDER BY 1")])

        mail = until(self.server.mails, "a mail in exim's folder")[0]
        self.assertEqual("<" + self.database.value(
            "SELECT message_id FROM delivery WHERE state = 'sent'") + ">", mail["Message-ID"])
        self.assertEqual("Zoë 支援 <support@acme.example>", mail["To"])
        self.assertIn("nobody answers", mail.get_body(("plain",)).get_content())
        self.assertEqual([], mail.defects)
        self.assertIn("esmtpsa", mail["Received"])  # TLS, and authenticated

    def test_text_that_looks_like_smtp_is_only_text(self):
        lines = "\n.\nMAIL FROM:<evil@elsewhere.example>\n.\n..\nFrom here on\n"
        self.news.publish(rss(dataclasses.replace(angry(1), text=angry(1).text + lines)))
        self.start()
        mail = until(self.server.mails, "a mail in exim's folder")[0]
        self.assertIn("MAIL FROM:<evil@elsewhere.example>", mail.get_body(("plain",)).get_content())
        self.assertEqual(1, len(self.server.mails()))


if __name__ == "__main__":
    unittest.main()
