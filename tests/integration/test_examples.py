"""The example of every command of mentionctl, run as it is printed: in a folder where
what it names is there."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from support.case import IntegrationCase
from support.daemon import MENTIONCTL, environment, fault_in, mentionctl, run_once
from support.feeds import angry, calm, rss
from support.http_server import content
from support.wait import DEADLINE_S

VERBS = pathlib.Path(__file__).parents[2] / "src" / "ctl" / "verbs.h"

# What must have happened before.
BEFORE = {
    "mentionctl alerts reopen 7 she wrote again": "mentionctl alerts resolve 7",
    "mentionctl alerts mutes": "mentionctl alerts mute angry-customer --for 2h",
    "mentionctl sources enable acme-news": "mentionctl sources disable acme-news",
    "mentionctl restore --dry-run /var/backups/mentions-2026-11-21.db":
        "mentionctl backup /var/backups/mentions-2026-11-21.db",
}

PAGE = (b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" '
        b'href="/feed.xml"></head><body>News</body></html>')

OPML = """<opml version="2.0"><head><title>Feeds</title></head><body><outline text="News">
<outline type="rss" text="City news" xmlUrl="https://city.example/rss"/></outline></body></opml>"""

TOOT = {"id": "1", "created_at": "2026-11-21T08:00:00.000Z", "url": "https://social.example/1",
        "content": "<p>The parcel of #acme is late, refund me!</p>",
        "account": {"acct": "wanjiru", "display_name": "Wanjiru",
                    "url": "https://social.example/@wanjiru"}}


def examples():
    """(command, line) for each line of each example, from the help of each."""
    names = re.findall(r"VERB\((\w+)\)", VERBS.read_text().split("CTL_VERBS(VERB)")[1])
    commands = [[name] for name in names]
    for command in commands:
        text = mentionctl(*command, "--help").stdout
        sections = dict(re.findall(r"^(\w+):\n((?:  .*\n|\n)*)", text, re.M))
        for line in sections.get("Example", "").splitlines():
            yield " ".join(command), line.strip()
        for line in sections.get("Commands", "").splitlines():
            if re.match(r"  \w", line):
                commands.append([*command, line.split()[0]])


class Examples(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.feed = rss(*map(angry, range(8)), *map(calm, range(60)))
        self.news.publish(self.feed)
        self.web["/feed.xml"] = content(self.feed)
        self.web["/"] = content(PAGE, "text/html")
        self.web["/api/v1/timelines/tag/acme"] = content(json.dumps([TOOT]).encode(),
                                                         "application/json")
        self.settings["sources"] = [
            {**self.source("news"), "name": "acme-news"},
            {"name": "acme-fediverse", "preset": "mastodon-tag", "allow_private": True,
             "with": {"instance": self.web.url(""), "tag": "acme"}}]
        self.settings["recipients"][0]["digest"] = {"timezone": "Africa/Nairobi"}
        done = run_once(self.write_config())
        self.assertEqual(0, done.returncode, done.stderr)

    def prepare(self, folder):
        """A folder with all that examples name, as the daemon left it."""
        (folder / "bin").mkdir(parents=True)
        (folder / "mentiond.d").mkdir()
        (folder / "bin" / "mentionctl").symlink_to(MENTIONCTL)
        for file in self.folder.glob("mentions.db*"):
            shutil.copy(file, folder)
        self.settings["database"] = str(folder / "mentions.db")
        (folder / "mentiond.yaml").write_text(json.dumps(self.settings))
        (folder / "feed.xml").write_bytes(self.feed)
        (folder / "feeds.opml").write_text(OPML)
        (folder / "posts.ndjson").write_text('{"text": "This is horrible :("}\n')
        (folder / "vader_lexicon.txt").write_text("horrible\t-2.5\t0.8\t[-3, -2]\n"
                                                  ":(\t-1.9\t1.1\t[-2, -2]\n")
        (folder / "emoji_utf8_lexicon.txt").write_text("😡\tangry face\n")

    def localised(self, line, folder):
        """LINE with the hosts and folders of the test."""
        for theirs, ours in (("sudo -u mentiond ", ""), ("/etc/bash_completion.d", str(folder)),
                             ("/etc/mentiond", str(folder)), ("/var/backups", str(folder)),
                             ("https://example.org", self.web.url("")),
                             ("https://news.example/", self.web.url("/") + " --allow-private")):
            line = line.replace(theirs, ours)
        return line

    def shell(self, line, folder):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", self.localised(line, folder)], cwd=folder, text=True,
            capture_output=True, timeout=DEADLINE_S, check=False,
            env=environment(MENTIOND_CONFIG=str(folder / "mentiond.yaml"),
                            PATH=f"{folder / 'bin'}:{os.environ['PATH']}"))
        self.assertIsNone(fault_in(done.stderr), done.stderr)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done

    def test_each_does_what_it_says(self):
        seen = list(examples())
        names = {command.split()[0] for command, _ in seen}
        for n, (command, line) in enumerate(seen):
            with self.subTest(command=command, example=line):
                if line.startswith("curl ") and not shutil.which("curl"):
                    print(f"not run, there is no curl: {line}")
                    continue
                folder = self.folder / str(n)
                self.prepare(folder)
                if line in BEFORE:
                    self.shell(BEFORE[line], folder)
                done = self.shell(line, folder)
                said = done.stdout + done.stderr
                if " > " in line:
                    target = self.localised(line.rsplit(" > ", 1)[1], folder)
                    said += (folder / target).read_text()
                if os.environ.get("SHOW"):  # for whoever reads them
                    print(f"$ {line}\n{said}")
                self.assertTrue(said.strip() or command == "backup", "it says nothing")
                self.assertNotIn("mentionctl: error", said)
        self.assertEqual(names, set(re.findall(r"VERB\((\w+)\)", VERBS.read_text())))


if __name__ == "__main__":
    unittest.main()
