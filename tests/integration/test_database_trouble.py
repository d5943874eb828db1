"""A database that is locked, full, not ours, or may not be written."""

import contextlib
import os
import pathlib
import sqlite3
import subprocess
import unittest

from support.case import IntegrationCase
from support.daemon import run_once
from support.database import Database
from support.feeds import angry, calm, rss


class Unusable(IntegrationCase):
    def expect_refusal(self, *words):
        done = run_once(self.write_config())
        self.assertNotIn(done.returncode, (0, 75), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_not_a_database(self):
        self.database.path.write_bytes(b"Dear diary, " * 1000)
        self.expect_refusal(str(self.database.path))
        self.assertTrue(self.database.path.read_bytes().startswith(b"Dear diary"))

    def test_somebody_elses_database(self):
        with contextlib.closing(sqlite3.connect(self.database.path)) as other:
            other.execute("CREATE TABLE recipe (name TEXT)")
            other.commit()
        self.expect_refusal(str(self.database.path))
        self.assertEqual(["recipe"], self.database.column("SELECT name FROM sqlite_schema"))

    def test_made_by_a_newer_version(self):
        self.assertEqual(0, run_once(self.write_config()).returncode)
        with contextlib.closing(sqlite3.connect(self.database.path)) as newer:
            newer.execute("PRAGMA user_version = 9999")
            newer.commit()
        self.expect_refusal("newer")
        self.assertEqual(9999, self.database.value("PRAGMA user_version"))

    def test_damaged(self):
        self.news.publish(rss(*(calm(n) for n in range(200))))
        self.assertEqual(0, run_once(self.write_config()).returncode)
        with open(self.database.path, "r+b") as file:
            file.seek(4096)
            file.write(os.urandom(4096 * 30))
        done = run_once(self.config)
        self.assertNotEqual(0, done.returncode)
        self.assertIn(str(self.database.path), done.stderr)

    def test_no_folder(self):
        self.settings["database"] = str(self.config / "mentions.db")
        self.expect_refusal("mentiond.yaml/mentions.db")

    @unittest.skipUnless(os.geteuid() == 0, "becoming another user needs root")
    def test_read_only(self):
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.folder.chmod(0o755)
        self.config.chmod(0o644)
        for file in self.folder.glob("mentions.db*"):
            file.chmod(0o444)
        daemon = self.launch(prefix=["setpriv", "--reuid=nobody", "--regid=nogroup",
                                     "--clear-groups"], MENTIOND_DATA=self.share_data())
        self.assertNotEqual(0, daemon.wait())
        self.assertIn("mentions.db", daemon.log)


class Locked(IntegrationCase):
    def test_a_lock_costs_time_and_no_post(self):
        self.news.publish(rss(angry(1)))
        daemon = self.start()
        self.mail.wait_for(1)
        with contextlib.closing(sqlite3.connect(self.database.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            self.news.publish(rss(angry(2), calm(2), angry(1)))
            polls = self.web.count("/news")
            self.web.wait_for("/news", polls + 2)
            self.assertTrue(daemon.is_running())
            other.rollback()
        self.mail.wait_for(2)
        self.assertEqual(["angry-1", "angry-2", "calm-2"],
                         self.database.column("SELECT source_post_id FROM post ORDER BY 1"))
        self.assertEqual([], self.database.check())


class Claimed(IntegrationCase):
    def test_there_is_one_daemon_and_a_killed_one_is_none(self):
        self.news.publish(rss(angry(1)))
        daemon = self.start()
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'", 1)
        second = run_once(self.config)
        self.assertEqual(75, second.returncode, second.stderr)
        self.assertIn("another mentiond", second.stderr)
        self.assertIn(str(self.database.path), second.stderr)
        self.assertTrue(daemon.is_running())
        daemon.kill()
        self.assertEqual(0, run_once(self.config).returncode)
        self.assertEqual(1, len(self.mail.mails.all()))


class Full(IntegrationCase):
    """The database alone is on a small file system."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("mounting needs root")
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", self.disk],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted here: " + mounted.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)
        self.database = Database(self.disk / "mentions.db")
        self.settings["database"] = str(self.database.path)

    def fill(self, but=0):
        """Takes all the room that is left, BUT so many bytes; returns the file that does."""
        ballast = pathlib.Path(self.disk / "ballast")
        with open(ballast, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))
            file.truncate(file.tell() - but)
        return ballast

    def test_once_says_that_something_was_not_stored(self):
        self.assertEqual(0, run_once(self.write_config()).returncode)
        ballast = self.fill(but=256 << 10)
        self.news.publish(rss(*(calm(n) for n in range(400))))
        done = run_once(self.config)
        self.assertEqual(74, done.returncode, done.stderr)
        self.assertIn("Cannot store a fetch", done.stderr)
        self.assertEqual(0, self.database.value("SELECT count(*) FROM post"))
        ballast.unlink()
        self.assertEqual(0, run_once(self.config).returncode)
        self.assertEqual(400, self.database.value("SELECT count(*) FROM post"))

    def test_a_full_disk_loses_no_post(self):
        self.news.publish(rss(angry(1)))
        daemon = self.start()
        self.mail.wait_for(1)
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'", 1)
        ballast = self.fill()
        posts = [angry(2), *(calm(n) for n in range(400))]
        self.news.publish(rss(*posts))
        daemon.wait_log("Cannot store a fetch")
        self.assertTrue(daemon.is_running())
        ballast.unlink()
        self.mail.wait_for(2)
        self.database.wait_for("SELECT count(*) FROM post", len(posts) + 1)
        self.assertEqual([], self.database.check())


if __name__ == "__main__":
    unittest.main()
