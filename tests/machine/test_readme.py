#!/usr/bin/python3
"""What the README names works with what the README installs: the commands of each section,
as they stand there, on a machine of its own."""

import re
import unittest

from machine import SOURCE, Machine, why_not

CONFIG = """
sources:
  - { name: news, url: "http://127.0.0.1:9/feed.xml", allow_private: true }
streams:
  - { name: acme, query: acme }
"""
EDITOR = f"#!/bin/sh\ncat >\"$1\" <<'END'{CONFIG}END\n"
# Where commands can't go on without systemd as PID 1.
NEEDS_SYSTEMD = ("systemctl", "sudo systemctl", "sudo -u mentiond", "sqlite3")
# What stands for something of the reader's, or is not a command.
NOT_HERE = re.compile(r"YOUR|\.\.\.|^(?!mentionctl|mentiond |sqlite3|tools/)")


def section(title):
    text = (SOURCE / "README.md").read_text()
    return re.search(rf"^## {title}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)[1]


def blocks(title):
    """The lines of the indented blocks that are commands; what a program prints is not."""
    return [line[4:].split(" #")[0].strip() for line in section(title).splitlines()
            if re.match(r"    (sudo|cmake|tools/|systemctl|sqlite3|mention)", line)
            and "YOUR" not in line and "example.org" not in line]


def table_commands(title):
    """The commands in the second column of the table of a section."""
    rows = re.findall(r"^\| \d+ \| (.*?) \| [^|]* \|$", section(title).replace(r"\|", "¦"),
                      re.MULTILINE)
    return [command.replace("¦", "|") for row in rows for command in re.findall(r"`([^`]+)`", row)
            if not NOT_HERE.search(command)]


@unittest.skipIf(why_not(), why_not())
class Readme(unittest.TestCase):
    def machine(self):
        machine = Machine()
        self.addCleanup(machine.close)
        machine.clone("/root/mentiond")
        return machine

    def test_two_commands_and_the_first_hour(self):
        machine = self.machine()
        commands = blocks("Two commands")
        self.assertEqual(["tools/quickstart", "tools/check"], commands)
        machine.run(commands[0], folder="/root/mentiond")
        hour = table_commands("The first hour")
        self.assertGreater(len(hour), 10)
        for command in hour:
            with self.subTest(command=command):
                done = machine.run(
                    "export PATH=$PWD/build/quickstart:$PATH"
                    " MENTIOND_CONFIG=$PWD/build/quickstart/mentiond.yaml;"
                    " cp -n $MENTIOND_CONFIG my.yaml; " + command,
                    folder="/root/mentiond", wanted=None)
                # 75: a mail must wait.
                self.assertIn(done.returncode, (0, 75), done.stdout + done.stderr)
        machine.run(commands[1], folder="/root/mentiond")

    def test_installing_as_a_service(self):
        machine = self.machine()
        machine.write("/root/editor", EDITOR, 0o755)
        commands = blocks("Installing as a service")
        self.assertGreater(len(commands), 7)
        n = next(i for i, command in enumerate(commands) if command.startswith(NEEDS_SYSTEMD))
        for command in commands[:n]:
            machine.run(command, folder="/root/mentiond")
        machine.boot()
        for command in commands[n:]:
            machine.call(command)
        self.assertEqual("active\n", machine.call("systemctl is-active mentiond").stdout)
        named = re.findall(r"^`((?:sudo|systemctl)[^`]*)`", section("Installing as a service"),
                           re.MULTILINE)
        self.assertGreater(len(named), 1)
        for command in named:
            with self.subTest(command=command):
                # 69: nothing keeps the clock of a machine right that is no real one.
                self.assertIn(machine.call(command, wanted=None).returncode, (0, 69))


if __name__ == "__main__":
    unittest.main(verbosity=2)
