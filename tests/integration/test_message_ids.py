"""Message-IDs say what is told: a mail that is told again has its own once more, and
another mail has another, also after an old database was put back."""

import contextlib
import dataclasses
import shutil
import sqlite3
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import angry, calm, rss
from support.http_server import Feed


class MessageIds(IntegrationCase):
    def poll(self, *posts):
        """The mails that these POSTS bring."""
        before = len(self.mail.mails.all())
        self.news.publish(rss(calm(1), *posts))
        done = run_once(self.write_config())
        self.assertEqual(0, done.returncode, done.stderr)
        return self.mail.mails.all()[before:]

    def back_up(self):
        done = mentionctl("--config", self.config, "backup", self.folder / "copy.db")
        self.assertEqual(0, done.returncode, done.stderr)

    def put_back(self):
        for suffix in ("-wal", "-shm"):
            self.database.path.with_name(self.database.path.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.folder / "copy.db", self.database.path)

    def test_after_a_backup_is_put_back(self):
        self.poll()
        self.back_up()
        (first,) = self.poll(angry(1))
        self.put_back()

        # Another complaint has the rows of the first one now.
        (second,) = self.poll(angry(2))
        self.assertNotEqual(first.message_id, second.message_id)
        # The first is told again, under the name that it has.
        (again,) = self.poll(angry(1), angry(2))
        self.assertEqual(first.message_id, again.message_id)
        self.assertRegex(first.message_id, r"^<alert\.[0-9a-f]{32}@acme\.example>$")

    def test_one_post_has_one_name_whatever_source_brings_it(self):
        self.poll()
        self.back_up()
        (first,) = self.poll(angry(1))
        self.put_back()
        other = Feed()
        other.publish(rss(angry(1)))
        self.web["/other"] = other
        self.settings["sources"].append(self.source("other"))
        (again,) = self.poll()
        self.assertEqual(first.message_id, again.message_id)

    def test_what_follows_belongs_to_the_thread_of_the_first(self):
        (first,) = self.poll(angry(1))
        self.assertIsNone(first.message["References"])
        same = dataclasses.replace(angry(2), author=angry(1).author)
        (second,) = self.poll(angry(1), same)
        third = dataclasses.replace(angry(3), author=angry(1).author)
        (third,) = self.poll(angry(1), same, third)
        for mail in (second, third):
            self.assertEqual(first.message_id, mail.message["References"].strip())
            self.assertEqual(first.message_id, mail.message["In-Reply-To"].strip())

    def test_an_incident_of_before_goes_on_in_its_thread(self):
        (first,) = self.poll(angry(1))
        old = "alert.1-0n13vu.11111111-2222-4333-8444-555555555555@acme.example"
        with contextlib.closing(sqlite3.connect(self.database.path)) as database, database:
            database.execute("UPDATE delivery SET message_id = ?", (old,))
        same = dataclasses.replace(angry(2), author=angry(1).author)
        (second,) = self.poll(angry(1), same)
        self.assertEqual(f"<{old}>", second.message["References"].strip())


if __name__ == "__main__":
    unittest.main()
