#!/usr/bin/python3
"""Debian's package, built from the commit that is checked out, through its whole life on
a machine with a real systemd: install, enable, upgrade, remove, purge."""

import unittest

from machine import Machine, why_not

CONFIG = """
sources:
  - { name: news, url: "http://127.0.0.1:9/feed.xml", allow_private: true }
streams:
  - { name: acme, query: acme }
"""
SMTP = """
recipients:
  - { name: team, email: team@acme.example }
smtp:
  url: smtp://127.0.0.1
  from: mentiond@acme.example
  user: acme
  password: { credential: smtp-password }
"""


def build(machine):
    """Builds the package and a later version of it; what it needs to run is installed."""
    machine.clone("/root/mentiond")
    machine.run("apt-get update -qq && apt-get install -qq --yes --no-install-recommends dpkg-dev")
    machine.run("apt-get build-dep -qq --yes --no-install-recommends -P nocheck ./",
                folder="/root/mentiond")
    machine.run("dpkg-buildpackage -us -uc -b -Pnocheck", folder="/root/mentiond")
    machine.run("mv mentiond_*.deb old.deb && dpkg-deb -R old.deb new && "
                "sed -i 's/^Version: .*/&+later/' new/DEBIAN/control && dpkg-deb -b new new.deb")
    machine.run("apt-get satisfy -qq --yes --no-install-recommends"
                " \"$(dpkg-deb -f old.deb Depends)\" sqlite3")


@unittest.skipIf(why_not(), why_not())
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = Machine()
        cls.addClassCleanup(cls.machine.close)
        build(cls.machine)
        cls.machine.boot()

    def setUp(self):
        self.call("dpkg -i /root/old.deb")
        self.machine.write("/etc/mentiond/mentiond.yaml", CONFIG)
        self.addCleanup(self.call, "dpkg --purge mentiond; systemctl reset-failed mentiond;"
                        " rm -rf /etc/systemd/system/mentiond.service.d /etc/mentiond;"
                        " systemctl daemon-reload", wanted=None)

    def call(self, command, wanted=0):
        return self.machine.call(command, wanted=wanted)

    def shown(self, name, unit="mentiond"):
        return self.call(f"systemctl show --value -p {name} {unit}").stdout.strip()

    def assert_runs_its_file(self):
        self.assertEqual("active", self.shown("ActiveState"))
        self.assertEqual("/usr/bin/mentiond",
                         self.call(f"readlink /proc/{self.shown('MainPID')}/exe").stdout.strip())

    def assert_no_process(self):
        self.assertEqual("", self.call("ls -l /proc/[0-9]*/exe 2>/dev/null | grep mentiond",
                                       wanted=1).stdout)

    def test_a_new_installation_waits_for_its_administrator(self):
        self.assertEqual(("inactive", "disabled"),
                         (self.shown("ActiveState"), self.shown("UnitFileState")))
        self.call("sudo -u mentiond mentionctl check")
        self.call("systemctl enable --now mentiond")
        self.assert_runs_its_file()

    def test_the_shipped_configuration_is_right(self):
        self.call("cp /usr/share/doc/mentiond/examples/mentiond.yaml /etc/mentiond/")
        self.call("sudo -u mentiond mentionctl check")

    def test_an_upgrade_restarts_what_runs(self):
        for how in ("enable --now", "start"):
            with self.subTest(how=how):
                self.call("dpkg -i /root/old.deb")
                self.call(f"systemctl disable --now mentiond; systemctl {how} mentiond")
                enabled, old = self.shown("UnitFileState"), self.shown("MainPID")
                self.call("dpkg -i --force-confold /root/new.deb")
                self.assert_runs_its_file()
                self.assertNotEqual(old, self.shown("MainPID"))
                self.assertEqual(enabled, self.shown("UnitFileState"))

    def test_an_upgrade_starts_nothing(self):
        self.call("dpkg -i --force-confold /root/new.deb")
        self.assertEqual(("inactive", "disabled"),
                         (self.shown("ActiveState"), self.shown("UnitFileState")))
        self.assertEqual("disabled", self.shown("UnitFileState", "mentiond.socket"))

    def test_an_upgrade_with_the_socket(self):
        self.call("systemctl enable --now mentiond.socket && systemctl enable --now mentiond")
        self.call("dpkg -i --force-confold /root/new.deb")
        self.assert_runs_its_file()
        self.assertEqual("active", self.shown("ActiveState", "mentiond.socket"))

    def test_removing_stops_and_keeps(self):
        self.call("systemctl enable --now mentiond.socket && systemctl enable --now mentiond")
        self.call("dpkg --remove mentiond")
        self.assert_no_process()
        self.assertEqual("inactive", self.shown("ActiveState", "mentiond.socket"))
        self.assertEqual("not-found", self.shown("LoadState"))
        self.call("test -s /var/lib/mentiond/mentions.db && test -s /etc/mentiond/mentiond.yaml")
        self.call("dpkg -i /root/old.deb")
        self.assertEqual("enabled", self.shown("UnitFileState"))
        self.assert_runs_its_file()

    def test_purging_what_runs_leaves_nothing(self):
        self.call("systemctl enable --now mentiond")
        self.call("dpkg --purge mentiond")
        self.assert_no_process()
        left = self.call("ls -d /etc/mentiond /var/lib/mentiond /run/mentiond"
                         " /etc/systemd/system/*/mentiond* 2>/dev/null", wanted=None).stdout
        self.assertEqual("", left)
        self.assertEqual("", self.call(
            "systemctl list-units --all --plain --no-legend 'mentiond*'").stdout)

    # A credential that is missing

    def assert_ends_for_good(self, status):
        self.call("systemctl start mentiond", wanted=1)
        self.assertEqual(("failed", status, "0"), (self.shown("ActiveState"),
                         self.shown("ExecMainStatus"), self.shown("NRestarts")))

    def test_a_credential_that_no_drop_in_hands_over(self):
        self.machine.write("/etc/mentiond/mentiond.yaml", CONFIG + SMTP)
        self.assertIn("warning: the credential `smtp-password' cannot be read",
                      self.call("sudo -u mentiond mentionctl check").stderr)
        self.assert_ends_for_good("78")
        self.assertIn("mentiond.yaml:13:13: error: the credential `smtp-password' cannot be read",
                      self.call("journalctl --no-pager -u mentiond").stdout)

    def test_a_credential_whose_file_is_missing(self):
        self.machine.write("/etc/mentiond/mentiond.yaml", CONFIG + SMTP)
        self.machine.write("/etc/systemd/system/mentiond.service.d/credentials.conf",
                           "[Service]\nLoadCredential=smtp-password:/etc/mentiond/smtp-password\n")
        self.call("systemctl daemon-reload")
        self.assert_ends_for_good("243")
        self.machine.write("/etc/mentiond/smtp-password", "moonlight\n", 0o600)
        self.call("systemctl start mentiond")
        self.assert_runs_its_file()


if __name__ == "__main__":
    unittest.main(verbosity=2)
