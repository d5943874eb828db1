"""A database that is locked, full, not ours, or may not be written."""

import contextlib
import gzip
import os
import pathlib
import sqlite3
import subprocess
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
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


class Damaged(IntegrationCase):
    """What the disk did to the file while nobody looked."""

    def fill_and_kill(self):
        self.news.publish(rss(*(calm(n) for n in range(100)), angry(1)))
        daemon = self.start()
        self.mail.wait_for(1)
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'", 1)
        daemon.kill()

    def damage(self, table):
        """Overwrites the first page of TABLE in the file and nothing of its log."""
        with contextlib.closing(sqlite3.connect(self.database.path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?",
                                      (table,)).fetchone()[0]
        with open(self.database.path, "r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"Z" * 4096)

    def test_damage_is_looked_for_after_a_kill_and_ends_the_daemon(self):
        self.fill_and_kill()
        self.damage("score_term")  # which nobody reads without a reason
        daemon = self.start()
        self.assertEqual(70, daemon.wait())
        self.assertIn("The last end was not clean", daemon.log)
        self.assertIn("The database is damaged", daemon.log)
        self.assertIn("mentionctl restore", daemon.log)
        self.assertIn(str(self.database.path), daemon.log)
        # Until it was restored it is looked at again.
        again = run_once(self.config)
        self.assertEqual(70, again.returncode, again.stderr)
        self.assertIn("mentionctl restore", again.stderr)

    def test_damage_that_a_statement_meets_ends_the_daemon(self):
        self.news.publish(rss(calm(1)))
        daemon = self.start()
        self.database.wait_for("SELECT count(*) FROM mention", 1)
        self.assertEqual(0, daemon.stop())
        self.damage("post")
        self.news.publish(rss(calm(2)))
        daemon = self.launch()
        self.assertEqual(70, daemon.wait())
        self.assertNotIn("The last end was not clean", daemon.log)
        self.assertIn("mentionctl restore", daemon.log)

    def test_a_whole_one_is_looked_at_once(self):
        self.fill_and_kill()
        daemon = self.start()
        daemon.wait_log("it is whole")
        self.assertEqual(0, daemon.stop())
        daemon = self.start()
        self.assertEqual(0, daemon.stop())
        self.assertNotIn("not clean", daemon.log)

    def test_a_backup_is_restored(self):
        self.fill_and_kill()
        backup = self.folder / "backup.db"
        ctl = ("--config", self.config)
        self.assertEqual(0, mentionctl(*ctl, "backup", backup).returncode)
        daemon = self.start()
        refused = mentionctl(*ctl, "restore", backup)
        self.assertEqual(75, refused.returncode, refused.stdout)
        self.assertIn("stop it first", refused.stderr)
        self.news.publish(rss(angry(2)))
        self.mail.wait_for(2)
        daemon.kill()  # its log stays beside the file

        told = mentionctl(*ctl, "restore", "--dry-run", backup)
        self.assertEqual(0, told.returncode, told.stderr)
        self.assertIn("Nothing was changed", told.stdout)
        self.assertEqual(2, self.database.value("SELECT count(*) FROM incident"))
        done = mentionctl(*ctl, "restore", backup)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("101 posts", done.stdout)
        self.assertEqual([], self.database.check())
        self.assertEqual(1, self.database.value("SELECT count(*) FROM incident"))
        (aside,) = (path for path in self.folder.glob("mentions.db.replaced-*")
                    if not path.name.endswith(("-wal", "-shm")))
        self.assertEqual(2, Database(aside).value("SELECT count(*) FROM incident"))

        self.news.publish(rss(angry(3)))
        self.start()
        self.mail.wait_for(3)
        self.assertEqual([1, 3], self.database.column("SELECT id FROM incident ORDER BY id"))


class Kept(IntegrationCase):
    """What is kept no longer."""

    OLD_POSTS = """
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50000)
        INSERT INTO post (source_id, id_key, content_hash, text, fetched_utc)
        SELECT 1, 'old-' || n, n, printf('%.*c', 400, 'x'), '2020-01-01 00:00:00' FROM n
    """

    def test_all_that_is_old_goes_at_once_and_so_does_its_room(self):
        self.news.publish(rss(calm(1)))
        self.assertEqual(0, run_once(self.write_config()).returncode)
        with contextlib.closing(sqlite3.connect(self.database.path)) as other:
            other.execute(self.OLD_POSTS)
            other.commit()
        self.assertEqual(50001, self.database.value("SELECT count(*) FROM post"))
        daemon = self.start()
        for left in (40001, 30001, 20001, 10001, 1):  # a slow machine may take its time
            self.database.wait_for(f"SELECT count(*) <= {left} FROM post", 1)
        self.database.wait_for("SELECT page_count < 600 FROM pragma_page_count", 1)
        self.assertEqual(0, daemon.stop())
        self.assertLess(self.database.path.stat().st_size, 3_000_000)
        self.assertEqual([], self.database.check())


class Held(IntegrationCase):
    """An analyst's transaction that nobody ended."""

    def test_a_log_that_grows_is_told(self):
        self.assertEqual(0, run_once(self.write_config()).returncode)
        with self.database.growing_log():
            self.start().wait_log("some program holds a transaction open")


class Older(IntegrationCase):
    def test_what_a_migration_takes_is_told_before_it_runs(self):
        fixture = pathlib.Path(__file__).parents[1] / "fixtures/store/version-1.db.gz"
        self.database.path.write_bytes(gzip.decompress(fixture.read_bytes()))
        first = run_once(self.write_config())
        self.assertRegex(first.stderr, r"Brings \S+mentions.db from format 1 to \d+: "
                                       r"\d+ MB, \d+ MB more on the disk .* about \d+ s")
        self.assertNotIn("Brings", run_once(self.config).stderr)
        self.assertEqual([], self.database.check())


class Full(IntegrationCase):
    """The database alone is on a small file system."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("mounting needs root")
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", self.disk],
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
        # The slices that there was room for are whole, the source is asked for all again.
        self.assertLess(self.database.value("SELECT count(*) FROM post"), 400)
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
