"""Streams of server-sent events: a post is told within a second, and whatever
breaks, the polls bring what the stream left out."""

import json
import os
import time
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl
from support.feeds import COMPLAINTS
from support.http_server import redirect, status
from support.pushers import EventStream
from support.services import Mastodon, iso
from support.wait import until

TAG = "/api/v1/timelines/tag/acme"
STREAM = "/api/v1/streaming/hashtag"


def toot(n, text=None, **more):
    return {**Mastodon.status(n), "content": f"<p>{text or f'toot {n}'} #acme</p>",
            "account": {"acct": f"u{n}"}, **more}


class Stream(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.service = self.web[TAG] = Mastodon()
        self.stream = self.web[STREAM] = EventStream(retry_ms=1000)
        self.addCleanup(lambda: self.stream._queue and self.stream.end())
        self.settings["sources"] = [
            {"name": "tag", "preset": "mastodon-tag", "every": "1h", "allow_private": True,
             "stream": True, "with": {"instance": self.web.url(""), "tag": "acme"}}]

    def start_open(self, **options):
        daemon = self.start(**options)
        self.stream.wait_connection()
        self.wait_state("live")
        return daemon

    def wait_state(self, state):
        self.database.wait_for("SELECT push_state FROM v_source_health", state)

    def wait_posts(self, *ids):
        self.database.wait_for("SELECT group_concat(source_post_id) FROM"
                               " (SELECT source_post_id FROM post ORDER BY 1)",
                               ",".join(map(str, ids)))

    def wait_polls(self, n):
        self.web.requests.wait(lambda _: len(self.service.requests) >= n, f"poll {n}")

    def listed(self):
        done = mentionctl("--config", self.config, "sources", "--json")
        return json.loads(done.stdout)

    def test_an_event_is_told_at_once(self):
        """The promise is a second, and is printed; nothing but the event itself makes the
        daemon mail within the time that is waited for: the next poll is an hour away."""
        self.start_open()
        took = []
        for n, text in enumerate(COMPLAINTS[:5], 1):
            sent = time.monotonic()
            self.stream.send("update", toot(n, text))
            self.mail.wait_for(n)
            took.append(time.monotonic() - sent)
        print("seconds from event to mail:", " ".join(f"{s:.2f}" for s in took))
        self.assertEqual([("stream", 5)], [tuple(row) for row in self.database.rows(
            "SELECT via, sum(new_posts) FROM fetch_log WHERE new_posts > 0 GROUP BY 1")])

    def test_a_burst_is_stored_whole(self):
        self.start_open()
        for n in range(100, 400):
            self.stream.send("update", toot(n))
        self.wait_posts(*range(100, 400))
        self.assertEqual(300, self.database.value("SELECT pushes FROM subscription"))
        self.assertEqual([], self.database.check())

    def test_what_a_poll_finds_again_is_the_same_post(self):
        self.start_open()
        self.stream.send("update", toot(1))
        self.wait_posts(1)
        self.service.n = 2
        polls = len(self.service.requests)
        self.stream.end()
        self.wait_polls(polls + 1)
        self.wait_posts(1, 2)

    def test_edits_and_what_is_no_post(self):
        self.start_open()
        self.stream.send("update", toot(1))
        self.stream.send("delete", "1")
        self.stream.send("notification", {"id": "7"})
        self.stream.send("update", "{broken")
        self.stream.send_bytes("event: update\ndata: ".encode() + b"x" * (3 << 20) + b"\n\n")
        self.stream.send("status.update", toot(1, COMPLAINTS[0], edited_at=iso(9)))
        self.mail.wait_for(1)
        self.wait_posts(1)
        self.assertEqual(1, self.database.value("SELECT sum(dropped) FROM fetch_log"))
        self.assertEqual(1, len(self.stream.requests.all()))

    def test_a_new_connection_begins_where_the_old_one_ended_and_polls_at_once(self):
        daemon = self.start_open()
        self.stream.send("update", toot(1), event_id="e1")
        self.wait_posts(1)
        self.service.n = 3
        self.stream.end()
        self.assertEqual("e1", self.stream.wait_connection(2)["Last-Event-ID"])
        self.wait_posts(1, 2, 3)  # the gap, though the source is polled hourly
        self.assertEqual(0, daemon.stop())
        self.stream.end()
        self.start()
        self.assertEqual("e1", self.stream.wait_connection(3)["Last-Event-ID"])

    def test_a_stream_that_falls_silent_is_dead(self):
        self.settings["push"] = {"silence": "1s"}
        self.start_open()
        self.stream.wait_connection(2)
        self.database.wait_for("SELECT push_state FROM v_source_health", "live")
        self.stream.send("update", toot(1))
        self.wait_posts(1)

    def test_signs_of_life_keep_it(self):
        self.settings["push"] = {"silence": "2s"}
        self.start_open()
        for _ in range(8):
            time.sleep(0.5)  # what is measured is the time
            self.stream.send_bytes(b":thump\n")
        self.assertEqual(1, len(self.stream.requests.all()))

    def test_refusals_are_told(self):
        cases = ((status(401), "HTTP 401"), (status(204), "HTTP 204"),
                 (lambda handler: handler.answer(200, [("Content-Type", "text/html")], b"<p>"),
                  "no stream of events"))
        for n, (refusal, words) in enumerate(cases, 1):
            with self.subTest(words=words):
                self.stream.refuse_with = [refusal]
                daemon = self.start()
                self.stream.wait_connection(n)
                self.database.wait_for(
                    f"SELECT push_error LIKE '%{words}%' FROM v_source_health", 1)
                self.assertEqual("refused", self.listed()["push"]["state"])
                self.assertIn(words, self.listed()["why"])
                self.service.n += 1
                self.assertEqual(0, daemon.stop())
        self.assertEqual(len(cases), len(self.stream.requests.all()))

    def test_a_token_goes_to_its_server_only(self):
        elsewhere = EventStream()
        self.web["/elsewhere"] = elsewhere
        self.settings["sources"][0]["with"]["token"] = {"env": "TOKEN"}
        self.stream.refuse_with = [redirect(self.web.url("/elsewhere").replace(
            "127.0.0.1", "localhost"), 301)]
        self.addCleanup(elsewhere.end)
        self.start(TOKEN="t0ken")
        self.assertNotIn("Authorization", elsewhere.wait_connection())
        self.assertEqual("Bearer t0ken", self.stream.wait_connection()["Authorization"])
        self.assertIn("text/event-stream", self.stream.wait_connection()["Accept"])
        self.assertNotIn(b"t0ken", self.database.path.read_bytes())

    def test_a_reload_that_removes_it(self):
        daemon = self.start_open()
        self.settings["sources"][0]["stream"] = False
        self.write_config()
        daemon.reload()
        self.database.wait_for("SELECT count(*) FROM subscription", 0)
        self.stream.end()
        self.settings["sources"][0]["stream"] = True
        self.write_config()
        daemon.reload()
        self.stream.wait_connection(2)
        self.wait_state("live")

    def test_a_reload_that_keeps_it(self):
        daemon = self.start_open()
        daemon.reload()
        self.stream.send("update", toot(1))
        self.wait_posts(1)
        self.assertEqual(1, len(self.stream.requests.all()))

    def test_killed_and_stopped_in_the_middle(self):
        for n in range(3):
            daemon = self.start_open()
            for i in range(50):
                self.stream.send("update", toot(1000 + 100 * n + i))
            until(lambda: self.database.value("SELECT count(*) FROM post") > 0, "a post")
            if n == 1:
                daemon.kill()
            else:
                self.assertEqual(0, daemon.stop())
            self.stream.end()
            self.stream.requests.clear()
            self.assertEqual([], self.database.check())

    def test_mistakes_in_the_settings(self):
        self.settings["sources"] = [
            {"name": "a", "url": "https://news.example/feed", "stream": True},
            {"name": "b", "preset": "reddit", "with": {"query": "acme"}, "stream": True}]
        done = mentionctl("--config", self.write_config(), "check")
        self.assertEqual(os.EX_CONFIG, done.returncode)
        self.assertIn("this source has a `stream' but no `preset'", done.stderr)
        self.assertIn("preset `reddit' has no stream", done.stderr)


if __name__ == "__main__":
    unittest.main()
