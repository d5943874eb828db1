"""Mailboxes as administrators write them: what the check takes, a mail server gets."""

import email
import email.header
import email.utils
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import angry, rss

# As it is written, the name that is read, the address in the envelope.
MAILBOXES = (
    ("Maya (Marketing) <maya@united.example>", "Maya (Marketing)", "maya@united.example"),
    ("Maya, Marketing <comma@united.example>", "Maya, Marketing", "comma@united.example"),
    ("[Care] <care@united.example>", "[Care]", "care@united.example"),
    ("Care: now; or never <colon@united.example>", "Care: now; or never",
     "colon@united.example"),
    ("Acme @ Nairobi <at@united.example>", "Acme @ Nairobi", "at@united.example"),
    ('"Team \\"Quote\\", of two" <quoted@united.example>', 'Team "Quote", of two',
     "quoted@united.example"),
    ("Маша (Маркетинг, Киев) <masha@united.example>", "Маша (Маркетинг, Киев)",
     "masha@united.example"),
    ("ក្រុមជំនួយ <kh@united.example>", "ក្រុមជំនួយ", "kh@united.example"),
    ("Домен <idn@юнайтед.рф>", "Домен", "idn@xn--80aicps6azf.xn--p1ai"),
    ("plain@united.example", "", "plain@united.example"),
)


def mailboxes(mail, name):
    """The names and addresses in the header NAME, as a mail program reads them."""
    value = str(email.message_from_bytes(mail.content)[name]).replace("\r\n", "")
    return [(str(email.header.make_header(email.header.decode_header(shown))), address)
            for shown, address in email.utils.getaddresses([value])]


class Mailboxes(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1)))

    def test_each_gets_its_mail(self):
        self.settings["recipients"][0]["email"] = [text for text, _, _ in MAILBOXES]
        self.settings["smtp"]["from"] = "mentiond (Acme), the ears <m@юнайтед.рф>"
        done = mentionctl("--config", self.write_config(), "check")
        self.assertEqual(0, done.returncode, done.stderr)
        done = run_once(self.config)
        self.assertEqual(0, done.returncode, done.stderr)

        mails = self.mail.mails.all()
        self.assertEqual(sorted(address for _, _, address in MAILBOXES),
                         sorted(mail.recipients[0] for mail in mails))
        for mail in mails:
            self.assertEqual("m@xn--80aicps6azf.xn--p1ai", mail.sender)
            self.assertEqual([("mentiond (Acme), the ears", mail.sender)],
                             mailboxes(mail, "From"))
            (name,) = (name for _, name, address in MAILBOXES if address == mail.recipients[0])
            self.assertEqual([(name, mail.recipients[0])], mailboxes(mail, "To"))
            self.assertTrue(mail.message_id.endswith("@xn--80aicps6azf.xn--p1ai>"))

    def test_the_check_tells_of_all_that_are_none(self):
        self.settings["recipients"][0]["email"] = [
            "маша@united.example", "Maya <maya@united.example", "good@united.example",
            "maya@united.example, omar@united.example"]
        self.settings["smtp"]["from"] = "Почта <почта@united.example>"
        done = mentionctl("--config", self.write_config(), "check")
        self.assertEqual(78, done.returncode)
        lines = self.config.read_text().splitlines()
        for text, column, problem in (
                ("маша@", 5, "`email': what stands before the @ is not ASCII"),
                ("Maya <maya", 5, "`email': the address is not closed"),
                ("omar@", 5, "`email': these are several mailboxes"),
                ("Почта", 11, "`from': what stands before the @ is not ASCII")):
            (line,) = (i for i, found in enumerate(lines, 1) if text in found)
            self.assertIn(f"{self.config}:{line}:{column}: error: {problem}", done.stderr)


if __name__ == "__main__":
    unittest.main()
