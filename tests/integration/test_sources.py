"""What people do with the sources: switch them off and on, find new ones, take them
from another program and hand them on."""

import json
import unittest
import xml.etree.ElementTree

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import SAID, calm, rss
from support.http_server import Feed, content, status
from support.services import Mastodon
from support.wait import Events, until

# A daemon that runs looks for switches each minute.
FOLLOWS_S = 90


class Sources(IntegrationCase):
    def ctl(self, *arguments, code=0):
        """mentionctl sources; its standard output, or its complaints when it must fail."""
        done = mentionctl("--config", self.config, "sources", *arguments)
        self.assertEqual(code, done.returncode, done.stderr)
        return done.stderr if code else done.stdout


class Switches(Sources):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(calm(1)))
        self.web["/blog"] = Feed(rss(calm(2)))
        self.settings["sources"].append(self.source("blog"))

    def listed(self, name):
        lines = self.ctl("list", "--json").splitlines()
        return next(row for row in map(json.loads, lines) if row["name"] == name)

    def expect_silence(self):
        """News is not asked while the blog is, several times."""
        before = self.web.count("/news")
        self.web.wait_for("/blog", self.web.count("/blog") + 3)
        self.assertLessEqual(self.web.count("/news"), before + 1)  # one was under way

    def add_stream(self):
        """A source `tag' whose stream says nothing; what becomes of its connection."""
        seen = Events()

        def stream(handler):
            handler.start(200, [("Content-Type", "text/event-stream"),
                                ("Transfer-Encoding", "chunked")])
            handler.write_chunk(b":)\n")
            seen.add("opened")
            handler.connection.recv(1)
            seen.add("closed")

        self.web["/api/v1/timelines/tag/acme"] = Mastodon()
        self.web["/api/v1/streaming/hashtag"] = stream
        self.settings["sources"].append(
            {"name": "tag", "preset": "mastodon-tag", "stream": True, "allow_private": True,
             "with": {"instance": self.web.url(""), "tag": "acme"}})
        return seen

    def test_a_running_daemon_follows(self):
        stream = self.add_stream()
        daemon = self.start()
        self.web.wait_for("/news")
        stream.wait(lambda seen: "opened" in seen, "the stream")
        self.ctl("disable", "tag")
        self.ctl("disable", "news", "--by", "amina", "--why", "its owner asked us to stop")
        until(lambda: "Source news is switched off" in daemon.log, "the switch", FOLLOWS_S)
        stream.wait(lambda seen: "closed" in seen, "the end of the stream")
        self.expect_silence()
        row = self.listed("news")
        self.assertEqual("disabled", row["state"])
        self.assertRegex(row["why"], "^by amina, .* ago: its owner asked us to stop$")
        self.assertNotIn("next_poll", row)

        daemon.reload()
        self.expect_silence()

        self.ctl("enable", "news")
        daemon.reload()
        self.web.wait_for("/news", self.web.count("/news") + 2)
        self.assertEqual("ok", self.listed("news")["state"])

    def test_one_that_is_gone_is_revived(self):
        self.web["/news"] = status(410)
        daemon = self.start()
        self.database.wait_for("SELECT gone FROM source WHERE name = 'news'", 1)
        daemon.reload()
        self.expect_silence()
        self.web["/news"] = content(rss(calm(1)))
        self.ctl("enable", "news")
        daemon.reload()
        self.web.wait_for("/news", 2, code=200)
        self.database.wait_for("SELECT state FROM v_source_health WHERE source = 'news'", "ok")

    def test_a_restart_keeps_it(self):
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.ctl("disable", "news")
        self.assertIn("news is switched off", run_once(self.config).stderr)
        self.assertEqual((1, 2), (self.web.count("/news"), self.web.count("/blog")))
        self.assertEqual("disabled", self.database.value(
            "SELECT state FROM v_source_health WHERE source = 'news'"))

    def test_what_cannot_be(self):
        self.settings["sources"][1]["enabled"] = False
        self.assertEqual(0, run_once(self.write_config()).returncode)
        self.assertIn("did you mean news?", self.ctl("disable", "newz", code=66))
        self.assertIn("disabled in the settings", self.ctl("enable", "blog", code=78))
        self.assertEqual("in the settings", self.listed("blog")["why"])


PAGE = b"""<!doctype html><html><head><base href="/blog/">
<link rel="stylesheet" href="style.css">
<link rel="alternate" type="application/rss+xml" title="All" href="../news?all">
<link rel="alternate" type="application/atom+xml" href="notes.xml">
<link rel="alternate" type="application/rss+xml" href="/gone">
</head><body>Blog</body></html>"""

NOTES = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes: "a" &amp; b</title><id>n</id>
<entry><id>n1</id><title>One</title><updated>2026-11-01T10:00:00Z</updated></entry></feed>"""


class Discovery(Sources):
    """Without a configuration, as on the first day."""

    def setUp(self):
        super().setUp()
        self.web["/"] = content(PAGE, "text/html")
        self.web["/news"] = content(rss(calm(1), calm(2)))
        self.web["/blog/notes.xml"] = content(NOTES.encode(), "application/atom+xml")
        self.web["/gone"] = status(404)

    def discover(self, path, *arguments, code=0):
        return self.ctl("discover", self.web.url(path), *arguments, code=code)

    def test_a_page_that_names_feeds(self):
        rows = [json.loads(line) for line in
                self.discover("/", "--allow-private", "--json").splitlines()]
        self.assertEqual([
            {"url": self.web.url("/news?all"), "format": "rss", "title": "News", "posts": 2,
             "newest": f"{SAID:%Y-%m-%dT%H:%M:%SZ}"},
            {"url": self.web.url("/blog/notes.xml"), "format": "atom",
             "title": 'Notes: "a" & b', "posts": 1, "newest": "2026-11-01T10:00:00Z"},
            {"url": self.web.url("/gone"), "problem": "HTTP status 404"},
        ], rows)

    def test_its_lines_are_a_configuration(self):
        printed = self.discover("/", "--allow-private")
        self.assertIn("HTTP status 404", printed)
        lines = printed[printed.index("sources:"):]
        self.config.write_text(f"database: {self.database.path}\n"
                               "streams: [{name: branch, kind: topic, query: branch OR one}]\n"
                               + lines)
        self.assertEqual(0, run_once(self.config).returncode)
        self.assertEqual([("News", 2), ('Notes: "a" & b', 1)], [tuple(row) for row in
            self.database.rows("SELECT source, mentions_week FROM v_source_health ORDER BY 1")])

    def test_a_feed_itself(self):
        printed = self.discover("/news", "--allow-private")
        self.assertIn("is a feed itself", printed)
        self.assertIn(f'url: "{self.web.url("/news")}"', printed)

    def test_what_leads_nowhere(self):
        self.web["/empty"] = content(b"<!doctype html><html><body>nothing", "text/html")
        for path, arguments, said in (("/", (), "--allow-private"),
                                      ("/gone", ("--allow-private",), "HTTP status 404"),
                                      ("/empty", ("--allow-private",), "names no feed")):
            with self.subTest(path=path):
                self.assertIn(said, self.discover(path, *arguments, code=69))
        self.assertEqual(0, self.web.count("/"))
        self.assertIn("no http or https", self.ctl("discover", "ftp://x.example/", code=64))


OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>My feeds</title></head><body>
<outline text="World &amp; Kenya">
  <outline type="rss" text="Nairobi" xmlUrl="https://nairobi.example/rss?a=1&amp;b=2"/>
  <outline type="rss" text="Nairobi" xmlUrl="https://other.example/rss"/>
  <outline type="rss" text="Script" xmlUrl="exec:/bin/feed"/>
</outline>
<outline text="Daily"><outline text="Again" xmlUrl="http://nairobi.example/rss?a=1&amp;b=2"/></outline>
<outline text="ខ្មែរ" xmlUrl="https://khmer.example/"/>
<outline text="News" xmlUrl="{news}"/>
"""


class Opml(Sources):
    def setUp(self):
        super().setUp()
        self.opml = self.folder / "feeds.opml"
        self.opml.write_text(OPML.format(news=self.web.url("/news")))
        self.write_config()
        (self.folder / "mentiond.d").mkdir()
        self.written = self.folder / "mentiond.d" / "feeds.yaml"

    def test_import_check_export(self):
        done = mentionctl("--config", self.config, "sources", "import", self.opml,
                          "--output", self.written)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("3 sources; 1 twice in the file, 1 skipped, 1 configured already",
                      done.stderr)
        self.assertIn("feeds.opml:6: warning: Script is skipped", done.stderr)
        check = mentionctl("--config", self.config, "check")
        self.assertEqual(0, check.returncode, check.stderr)

        exported = self.ctl("export")
        body = xml.etree.ElementTree.fromstring(exported).find("body")
        self.assertEqual(
            {("news", self.web.url("/news"), ()),
             ("Nairobi", "https://nairobi.example/rss?a=1&b=2", ("World & Kenya", "Daily")),
             ("Nairobi 2", "https://other.example/rss", ("World & Kenya",)),
             ("ខ្មែរ", "https://khmer.example/", ())}, self.feeds(body))

        again = self.folder / "again.opml"
        again.write_text(exported)
        self.written.unlink()
        self.ctl("import", again, "--output", self.written)
        self.assertEqual(exported, self.ctl("export"))

    @staticmethod
    def feeds(body):
        """(title, address, folders) of each feed, folders in the file's order."""
        folders, titles = {}, {}
        for outline in body:
            for feed in outline if len(outline) else [outline]:
                titles[feed.get("xmlUrl")] = feed.get("text")
                own = folders.setdefault(feed.get("xmlUrl"), [])
                own.extend([outline.get("text")] if len(outline) else [])
        return {(title, url, tuple(folders[url])) for url, title in titles.items()}

    def test_nothing_is_overwritten(self):
        self.written.write_text("{}")
        self.assertIn("is there already",
                      self.ctl("import", self.opml, "--output", self.written, code=73))
        self.assertEqual("{}", self.written.read_text())

    def test_what_is_no_opml(self):
        self.opml.write_text("hello")
        self.assertIn("is no OPML", self.ctl("import", self.opml, code=65))
        self.opml.write_text("<opml><body><outline text='x'/></body></opml>")
        self.assertIn("no feed to import", self.ctl("import", self.opml, code=65))
        self.assertIn("Cannot read", self.ctl("import", self.folder / "none", code=66))


if __name__ == "__main__":
    unittest.main()
