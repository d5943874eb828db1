#!/usr/bin/python3
"""Installs below a folder for the prefix /usr and looks at what is there."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["SOURCE"])
BUILD = pathlib.Path(os.environ["BUILD"])
DATA = ("lexicons", "presets", "templates")
PAGES = ("mentionctl.1", "mentiond.yaml.5", "mentiond.8")


def run(*command, **options):
    return subprocess.run([*map(str, command)], text=True, capture_output=True, check=False,
                          **options)


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mentiond-install-")
        cls.addClassCleanup(folder.cleanup)
        top = pathlib.Path(folder.name)
        cls.root = top / "root"
        # The programs are those of this build; the rules are read again for /usr.
        cls.build = top / "build"
        done = run(os.environ["CMAKE"], "-S", SOURCE, "-B", cls.build, "-G", "Ninja",
                   "-DCMAKE_INSTALL_PREFIX=/usr", "-DMENTIOND_TESTS=OFF")
        assert done.returncode == 0, done.stderr
        for program in ("mentiond", "mentionctl"):
            shutil.copy2(BUILD / program, cls.build)
        for printed in ("completions", "config", "man"):
            shutil.copytree(BUILD / printed, cls.build / printed, dirs_exist_ok=True)
        done = run(os.environ["CMAKE"], "--install", cls.build,
                   env={**os.environ, "DESTDIR": str(cls.root)})
        assert done.returncode == 0, done.stdout + done.stderr
        cls.installed = {path.relative_to(cls.root).as_posix()
                         for path in cls.root.rglob("*") if not path.is_dir()}

    def unit(self):
        return next(self.root.rglob("mentiond.service"))

    def test_the_list(self):
        wanted = {"usr/bin/mentiond", "usr/bin/mentionctl", "usr/lib/sysusers.d/mentiond.conf",
                  "usr/lib/tmpfiles.d/mentiond.conf", "usr/lib/systemd/catalog/mentiond.catalog",
                  "usr/share/mentiond/places/towns.table",
                  self.unit().relative_to(self.root).as_posix(),
                  self.unit().with_suffix(".socket").relative_to(self.root).as_posix()}
        for name in ("mentiond-backup.service", "mentiond-backup.timer"):
            wanted.add(self.unit().with_name(name).relative_to(self.root).as_posix())
        for folder in DATA:
            for path in (SOURCE / "config" / folder).rglob("*"):
                if path.is_file() and "local" not in path.relative_to(SOURCE).parts:
                    wanted.add("usr/share/mentiond/"
                               + path.relative_to(SOURCE / "config").as_posix())
        if (SOURCE / "config/mentiond.yaml").exists():
            wanted |= {"etc/mentiond/mentiond.yaml",
                       "usr/share/doc/mentiond/examples/mentiond.yaml"}
        wanted |= {"usr/share/bash-completion/completions/mentionctl",
                   "usr/share/fish/vendor_completions.d/mentionctl.fish",
                   "usr/share/zsh/vendor-completions/_mentionctl"}
        wanted |= {f"usr/share/man/man{page[-1]}/{page}" for page in PAGES}
        self.assertEqual(wanted, self.installed)

    def test_the_manual_pages_are_right(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        for page in PAGES:
            with self.subTest(page=page):
                done = run("mandoc", "-T", "lint", "-W", "error",
                           self.root / f"usr/share/man/man{page[-1]}/{page}")
                self.assertEqual("", done.stdout)

    def test_nothing_names_the_folder_of_the_build(self):
        for file in self.installed:
            path = self.root / file
            if not os.access(path, os.X_OK):
                with self.subTest(file=file):
                    text = path.read_bytes()
                    self.assertNotIn(str(BUILD).encode(), text)
                    self.assertNotIn(b"@CMAKE", text)

    def test_a_damaged_database_is_not_tried_again_and_again(self):
        unit = self.unit().read_text()
        self.assertRegex(unit, r"(?m)^RestartPreventExitStatus=(.*\b)?70\b")

    def test_the_unit_is_as_closed_as_it_was(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        done = run("systemd-analyze", "security", "--offline=true", "--threshold=11", self.unit())
        self.assertEqual(0, done.returncode, done.stdout[-3000:] + done.stderr)
        self.assertRegex(done.stdout, r"Overall exposure level for mentiond\.service: [01]\.\d")

    def test_the_unit_is_right(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        for program in ("bin/kill", "usr/bin/mentiond"):
            path = self.root / program
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                shutil.copy2("/" + program, path)
        done = run("systemd-analyze", "verify", "--man=no", f"--root={self.root}",
                   self.unit(), self.unit().with_name("mentiond-backup.service"),
                   self.unit().with_name("mentiond-backup.timer"))
        complaints = [line for line in done.stderr.splitlines()
                      if "mentiond" in line and "network-online.target" not in line
                      and "basic.target" not in line and "sysinit.target" not in line]
        self.assertEqual([], complaints)

    def test_the_catalog_explains_every_message_id(self):
        ids = re.findall(r'#define LOG_ID_\w+\s+"([0-9a-f]{32})"',
                         (SOURCE / "src/base/log.h").read_text())
        entries = re.split(r"^-- ", (SOURCE / "systemd/mentiond.catalog").read_text(),
                           flags=re.MULTILINE)[1:]
        self.assertEqual(sorted(ids), sorted(entry[:32] for entry in entries))
        self.assertEqual(len(ids), len(set(ids)))
        for entry in entries:
            header, _, text = entry.partition("\n\n")
            self.assertRegex(header, r"\nSubject: .+\nDefined-By: mentiond")
            self.assertGreater(len(text), 100)

    def test_the_catalog_is_one(self):
        if not shutil.which("journalctl"):
            self.skipTest("journalctl is not installed")
        (self.root / "var/lib/systemd/catalog").mkdir(parents=True, exist_ok=True)
        done = run("journalctl", f"--root={self.root}", "--update-catalog")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        done = run("journalctl", f"--root={self.root}", "--dump-catalog")
        self.assertEqual(len(re.findall("^Defined-By: mentiond$", done.stdout, re.MULTILINE)),
                         (SOURCE / "systemd/mentiond.catalog").read_text().count("\n-- "))

    def test_users_and_files_are_made(self):
        if not shutil.which("systemd-sysusers") or os.geteuid() != 0:
            self.skipTest("making users needs systemd-sysusers and root")
        (self.root / "etc").mkdir(exist_ok=True)
        done = run("systemd-sysusers", f"--root={self.root}")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("mentiond", (self.root / "etc/passwd").read_text())
        done = run("systemd-tmpfiles", f"--root={self.root}", "--create", "mentiond.conf")
        self.assertEqual(0, done.returncode, done.stderr)
        state = self.root / "var/lib/mentiond"
        self.assertEqual(0o40750, state.stat().st_mode)
        self.assertEqual({"mentions.db-wal", "mentions.db-shm"},
                         {path.name for path in state.iterdir()})

    def test_a_configuration_is_not_overwritten(self):
        config = self.root / "etc/mentiond/mentiond.yaml"
        config.parent.mkdir(parents=True, exist_ok=True)
        before = config.read_bytes() if config.exists() else None
        config.write_text("# ours\n")
        done = run(os.environ["CMAKE"], "--install", self.build,
                   env={**os.environ, "DESTDIR": str(self.root)})
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("# ours\n", config.read_text())
        if before is None:
            config.unlink()
        else:
            config.write_bytes(before)


if __name__ == "__main__":
    unittest.main()
