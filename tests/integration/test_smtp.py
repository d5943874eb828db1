"""A mail server that refuses, at each stage of its dialogue, and recovers."""

import os
import unittest

from support.case import IntegrationCase
from support.daemon import environment
from support.feeds import angry, rss
from support.smtp_server import CLOSE, LOSE, STAGES, Certificate, SmtpServer


class Smtp(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1)))

    def wait_state(self, state, n=1):
        self.database.wait_for(f"SELECT count(*) FROM delivery WHERE state = '{state}'", n)

    def expect_sent_once(self, n_accepted=1):
        self.wait_state("sent")
        mails = self.mail.mails.all()
        self.assertEqual(n_accepted, len(mails))
        self.assertEqual({f"<{self.database.value('SELECT message_id FROM delivery')}>"},
                         {mail.message_id for mail in mails})
        self.assertEqual(1, len({mail.content for mail in mails}))


class Recovers(Smtp):
    """One test a stage and way of refusing."""

    def refused_then_accepted(self, stage, reply):
        # After a refused EHLO a client may try HELO, in the same dialogue.
        self.mail.refuse(stage, *[reply] * (2 if stage == "EHLO" else 1))
        self.start()
        self.mail.wait_for(2 if reply == LOSE else 1)
        self.expect_sent_once(2 if reply == LOSE else 1)
        self.assertGreaterEqual(self.database.value("SELECT attempts FROM delivery"), 1)


def add_recovery(stage, name, reply):
    def test(self):
        self.refused_then_accepted(stage, reply)
    setattr(Recovers, f"test_{stage.lower()}_{name}", test)


for stage_ in STAGES:
    add_recovery(stage_, "later", "421 4.3.2 later" if stage_ == "CONNECT" else "451 4.3.0 later")
    add_recovery(stage_, "closes", CLOSE)
add_recovery("END", "accepts_and_closes", LOSE)


class Refuses(Smtp):
    def test_a_mailbox_that_does_not_exist_fails_alone(self):
        self.settings["recipients"][0]["email"] = ["gone@acme.example", "support@acme.example"]
        self.mail.refuse("RCPT", "550 5.1.1 no such user")
        daemon = self.start()
        self.wait_state("failed")
        self.wait_state("sent")
        row = self.database.rows("SELECT * FROM delivery WHERE state = 'failed'")[0]
        self.assertEqual(550, row["last_code"])
        self.assertIn("no such user", row["last_text"])
        daemon.wait_log("refused for good")
        self.assertEqual(1, len(self.mail.mails.all()))

    def test_a_server_that_is_away_is_asked_again(self):
        self.settings["smtp"]["url"] = "smtp://127.0.0.1:1"
        daemon = self.start()
        daemon.wait_log("must wait")
        self.assertEqual(0, daemon.stop())
        self.settings["smtp"]["url"] = self.mail.url
        self.start()
        self.mail.wait_for(1)
        self.expect_sent_once()


class Tls(Smtp):
    def setUp(self):
        super().setUp()
        self.certificate = Certificate(self.folder)
        self.mail = self.opened(SmtpServer(self.certificate, "mentiond", "secret-word"))
        self.settings["smtp"].update(
            url=f"smtp://localhost:{self.mail.port}", tls="required", user="mentiond",
            password={"env": "SMTP_PASSWORD"}, ca_file=self.certificate.path)

    def start_with_password(self, password):
        os.environ["SMTP_PASSWORD"] = password
        self.addCleanup(os.environ.pop, "SMTP_PASSWORD", None)
        self.assertIn("SMTP_PASSWORD", environment())
        return self.start()

    def test_starttls_and_auth(self):
        self.start_with_password("secret-word")
        mail = self.mail.wait_for(1)[0]
        self.assertTrue(mail.tls)
        self.assertEqual("mentiond", mail.user)
        self.expect_sent_once()

    def test_a_wrong_password_loses_nothing_and_is_not_told(self):
        daemon = self.start_with_password("wrong-word")
        daemon.wait_log("must wait")
        self.assertNotIn("wrong-word", daemon.log)
        self.assertEqual([], self.mail.mails.all())
        daemon.stop()
        self.start_with_password("secret-word")
        self.mail.wait_for(1)
        self.expect_sent_once()

    def test_no_mail_goes_to_a_server_that_is_not_trusted(self):
        del self.settings["smtp"]["ca_file"]
        daemon = self.start_with_password("secret-word")
        daemon.wait_log("must wait")
        self.assertEqual([], self.mail.mails.all())

    def test_no_mail_goes_out_in_clear_when_tls_is_required(self):
        plain = self.opened(SmtpServer())
        self.settings["smtp"]["url"] = plain.url
        daemon = self.start_with_password("secret-word")
        daemon.wait_log("must wait")
        self.assertEqual([], plain.mails.all())


class Folder(Smtp):
    def test_file_url_writes_messages(self):
        folder = self.folder / "mail"
        folder.mkdir()
        self.settings["smtp"]["url"] = f"file:{folder}"
        self.start()
        self.wait_state("sent")
        files = list(folder.glob("*.eml"))
        self.assertEqual(1, len(files))
        self.assertIn(b"nobody answers", files[0].read_bytes())


if __name__ == "__main__":
    unittest.main()
