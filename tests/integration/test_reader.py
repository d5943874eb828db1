"""An analyst in the daemon's group reads the file with the stock shell, in
every state of it; others do not."""

import os
import pwd
import shutil
import subprocess
import unittest

from support.case import IntegrationCase
from support.feeds import angry, calm, rss

WRITER = "daemon"
READER = "nobody"


def as_user(name, group):
    return ["setpriv", f"--reuid={name}", f"--regid={group}", "--clear-groups"]


@unittest.skipUnless(os.geteuid() == 0, "becoming other users needs root")
@unittest.skipUnless(shutil.which("sqlite3"), "the sqlite3 shell is not installed")
class Reader(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1), calm(1)))
        # As StateDirectory= makes it: /var/lib/mentiond, 0750, UMask=0027.
        state = self.folder / "state"
        state.mkdir()
        state.chmod(0o750)
        writer = pwd.getpwnam(WRITER)
        os.chown(state, writer.pw_uid, writer.pw_gid)
        self.folder.chmod(0o755)
        self.data = self.share_data()
        self.database.path = state / "mentions.db"
        self.settings["database"] = str(self.database.path)

    def start_as_writer(self):
        self.write_config().chmod(0o644)
        daemon = self.start(prefix=as_user(WRITER, WRITER), umask=0o027,
                            MENTIOND_DATA=self.data)
        self.mail.wait_for(1)
        self.database.wait_for("SELECT count(*) FROM mention", 2)
        return daemon

    def read(self, group):
        return subprocess.run(
            [*as_user(READER, group), "sqlite3", "-readonly", self.database.path,
             "SELECT count(*) FROM post; SELECT count(*) FROM v_mention"],
            capture_output=True, text=True, check=False, timeout=20)

    def expect_readable(self):
        done = self.read(WRITER)
        self.assertEqual(("2\n2\n", "", 0), (done.stdout, done.stderr, done.returncode))

    def test_while_it_runs(self):
        self.start_as_writer()
        self.expect_readable()

    def test_after_it_stopped(self):
        self.assertEqual(0, self.start_as_writer().stop())
        self.expect_readable()

    def test_after_it_was_killed(self):
        self.start_as_writer().kill()
        self.expect_readable()

    def test_reading_does_not_stop_the_next_start(self):
        self.start_as_writer().stop()
        self.expect_readable()
        daemon = self.start(prefix=as_user(WRITER, WRITER), umask=0o027,
                            MENTIOND_DATA=self.data)
        self.news.publish(rss(angry(2), angry(1), calm(1)))
        self.mail.wait_for(2)
        self.assertEqual(0, daemon.stop())

    def test_others_read_nothing(self):
        self.start_as_writer()
        done = self.read("nogroup")
        self.assertNotEqual(0, done.returncode)
        self.assertNotIn("2", done.stdout)


if __name__ == "__main__":
    unittest.main()
