"""Services with an API: nothing that came between two polls is missed, trouble is
told in words that help, and a token stays with the host it is for."""

import json
import os
import pathlib
import re
import time
import unittest
from unittest import mock

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.http_server import HttpServer, redirect
from support.services import Bluesky, HackerNews, Mastodon, Reddit

TAG = "/api/v1/timelines/tag/acme"


def says(code, body, *headers):
    """A page that answers CODE."""
    def page(handler):
        handler.answer(code, headers, body.encode())
    return page


class Presets(IntegrationCase):
    def watch(self, preset, path, service, **more):
        """Makes the one source use PRESET, whose SERVICE is at PATH."""
        parameters = more.pop("parameters", {})
        server = "instance" if preset.startswith("mastodon") else "server"
        self.web[path] = service
        self.settings["sources"] = [
            {"name": "api", "preset": preset, "every": "1s", "allow_private": True,
             "with": {server: self.web.url(""), **parameters}, **more}]
        return service

    def watch_tag(self, n=0, **parameters):
        return self.watch("mastodon-tag", TAG, Mastodon(n),
                          parameters={"tag": "acme", **parameters})

    def wait_posts(self, n):
        self.database.wait_for("SELECT count(*) FROM post", n)
        self.assertEqual(n, self.database.value("SELECT count(DISTINCT source_post_id) FROM post"))

    def wait_polled(self, service):
        """Waits until what was asked last is stored: one more poll has begun."""
        before = len(service.requests)
        self.web.requests.wait(lambda seen: len(service.requests) > before, "another poll")

    def wait_error(self, *words):
        self.database.wait_for("SELECT failures > 0 FROM source", 1)
        error = self.database.value("SELECT last_error FROM source")
        for word in words:
            self.assertIn(word, error)

    # Paging

    def expect_all(self, service, more):
        service.n = 5
        self.start()
        self.wait_posts(5)
        service.n += more
        self.wait_posts(5 + more)
        self.assertEqual("", self.database.value("SELECT coalesce(max(last_error), '') FROM source"))

    def test_link_header(self):
        service = self.watch_tag()
        self.expect_all(service, 130)
        polls = [query for query, _ in service.requests if query.get("since_id") == "5"]
        self.assertTrue(polls)
        self.wait_polled(service)
        self.wait_polled(service)
        self.assertEqual("135", service.requests[-1][0]["since_id"])

    def test_page_numbers(self):
        self.expect_all(self.watch("hacker-news", "/api/v1/search_by_date", HackerNews(),
                                   parameters={"query": "acme"}), 730)

    def test_cursor_with_since(self):
        self.expect_all(self.watch("bluesky-search", "/xrpc/app.bsky.feed.searchPosts", Bluesky(),
                                   parameters={"query": "acme"}), 130)

    def test_cursor_alone(self):
        self.expect_all(self.watch("reddit", "/search.json", Reddit(),
                                   parameters={"query": "acme"}), 330)

    def test_the_first_poll_takes_one_page(self):
        service = self.watch_tag(500)
        self.start()
        self.wait_posts(40)
        self.wait_polled(service)
        self.assertEqual([], [query for query, _ in service.requests if "max_id" in query])

    def test_a_poll_is_bounded_and_says_so(self):
        service = self.watch_tag(5)
        daemon = self.start()
        self.wait_posts(5)
        service.n = 1000
        daemon.wait_log("Source api: posts may be missing")
        self.assertIn("10 pages", daemon.log)
        self.wait_posts(405)
        self.wait_polled(service)
        service.n = 1001
        self.wait_posts(406)

    def test_a_service_that_repeats_itself(self):
        service = self.watch_tag(5)
        self.start()
        self.wait_posts(5)
        service.n = 60
        asked = len(service.requests)
        service.answer_with = [lambda handler: self.repeat(service, handler)] * 3
        self.wait_posts(45)
        self.assertLessEqual(len(service.requests) - asked, 12)

    @staticmethod
    def repeat(service, handler):
        headers, answer = service.answer(handler, {"limit": "40"})
        handler.answer(200, headers, json.dumps(answer).encode())

    def test_power_loss_between_two_pages(self):
        service = self.watch_tag(5)
        daemon = self.start()
        self.wait_posts(5)
        killed = []

        def die(handler):
            daemon.kill()
            killed.append(True)
            handler.close_connection = True

        service.answer_with = [None, None, die]
        service.n = 130
        self.web.requests.wait(lambda _: killed, "the third page")
        self.assertEqual(85, self.database.value("SELECT count(*) FROM post"))
        self.start()
        self.wait_posts(130)
        self.assertEqual([], self.database.check())

    def test_a_page_that_fails_loses_nothing(self):
        service = self.watch_tag(5)
        self.start()
        self.wait_posts(5)
        service.answer_with = [None, says(500, "oops")]
        service.n = 130
        self.wait_posts(130)

    def test_a_used_up_limit_is_waited_for(self):
        service = self.watch_tag(5)
        self.start()
        self.wait_posts(5)
        reset = time.time() + 3
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(reset))
        service.limits = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", stamp)]
        service.n = 60
        self.wait_posts(60)
        self.assertGreater(time.time(), int(reset) - 0.5)

    # Trouble

    def test_errors_say_what_to_do(self):
        cases = [
            (says(401, '{"error": "The access token is invalid"}'),
             "HTTP 401", "with: { token: { credential: NAME } }", "The access token is invalid"),
            (says(403, '{"error": "This action is outside the authorized scopes"}'),
             "HTTP 403", "read:statuses", "outside the authorized scopes"),
            (says(404, "<html>"), "HTTP 404", "`instance'"),
            (says(429, '{"error": "Too many requests"}', ("Retry-After", "1")),
             "HTTP 429", "ask less often"),
            (says(200, "<!DOCTYPE html><p>Log in</p>"), "HTML page came instead of JSON"),
            (says(200, '{"error": "This method requires an authenticated user"}'),
             "answers with an error", "requires an authenticated user"),
            (says(200, "Slow down, please"), "plain text", "Slow down, please"),
            (says(200, '[{"id": "1", "content": "<p>half'), "breaks off"),
        ]
        self.watch_tag(5)
        for page, *words in cases:
            with self.subTest(words=words):
                self.web[TAG] = page
                daemon = self.start()
                self.wait_error(*words)
                daemon.kill()
                for file in self.folder.glob("mentions.db*"):
                    file.unlink()

    def test_wrong_settings_are_told(self):
        self.watch_tag(tga="x", token="hunter2")
        done = mentionctl("--config", self.write_config(), "check")
        self.assertEqual(78, done.returncode)
        self.assertIn("preset `mastodon-tag' takes no `tga' (did you mean tag?)", done.stderr)
        self.assertIn("`token': a secret must not stand in the configuration", done.stderr)
        self.assertNotIn("hunter2", done.stderr)

    def test_a_missing_token_is_told_with_its_place(self):
        self.watch_tag(token={"env": "NO_SUCH_TOKEN"})
        done = run_once(self.write_config())
        self.assertEqual(78, done.returncode)
        self.assertRegex(done.stderr,
                         r"mentiond\.yaml:\d+:\d+: error: the variable \$NO_SUCH_TOKEN is not set")
        self.assertEqual(0, self.web.count(TAG))

    def test_a_token_of_a_source_that_is_off_may_be_missing(self):
        self.watch_tag(token={"env": "NO_SUCH_TOKEN"})
        self.settings["sources"][0]["enabled"] = False
        done = run_once(self.write_config())
        self.assertEqual(0, done.returncode, done.stderr)

    # mentionctl sources test

    def test_sources_test_shows_what_was_asked_and_read(self):
        service = self.with_token()
        service.limits = [("X-RateLimit-Remaining", "299")]
        done = mentionctl("--config", self.write_config(), "sources", "test", "api")
        self.assertEqual(0, done.returncode, done.stderr)
        for words in (f"GET {self.web.url(TAG)}?limit=40", "Authorization: (secret)", "HTTP 200",
                      "X-RateLimit-Remaining: 299", "mastodon-tag", "toot 5 of #acme"):
            self.assertIn(words, done.stdout)
        self.assertNotIn("s3cr3t", done.stdout + done.stderr)
        self.assertFalse(self.database.path.exists())

    def test_sources_test_prints_posts_for_programs(self):
        self.watch_tag(2)
        done = mentionctl("--config", self.write_config(), "sources", "test", "--json", "api")
        self.assertEqual(["2", "1"], [json.loads(line)["id"] for line in done.stdout.splitlines()])

    def test_sources_test_tells_trouble(self):
        self.watch_tag(2)
        self.web[TAG] = says(403, '{"error": "no"}')
        done = mentionctl("--config", self.write_config(), "sources", "test", "api")
        self.assertEqual(69, done.returncode)
        self.assertIn("the token lacks the scope read:statuses", done.stdout)

    # A preset of one's own

    def test_the_manual_s_own_preset(self):
        manual = (pathlib.Path(__file__).parents[2] / "docs/sources.md").read_text("utf-8")
        preset = re.search(r"^```yaml\n(.*?)^```", manual, re.DOTALL | re.MULTILINE).group(1)
        answer = re.search(r'^    (\{"results".*?"abc"\})$', manual, re.DOTALL | re.MULTILINE).group(1)
        (self.folder / "presets").mkdir()
        (self.folder / "presets/notes.yaml").write_text(preset)
        self.watch("notes", "/api/search", says(200, answer), parameters={"query": "acme"})
        done = mentionctl("--config", self.write_config(), "sources", "test", "--json", "api")
        self.assertIn(f"GET {self.web.url('/api/search')}?q=acme", done.stderr)
        post = json.loads(done.stdout)
        self.assertEqual(("7", "Acme again", "Jane", ["shop"], {"likes": 3}),
                         tuple(post[key] for key in ("id", "text", "author", "tags", "metrics")))
        self.assertEqual(self.web.url("/notes/7"), post["url"])

        saved = self.folder / "answer.json"
        saved.write_text(answer)
        done = mentionctl("--config", self.config, "parse", saved)
        self.assertEqual("7", json.loads(done.stdout)["id"])

    def test_mistakes_in_a_preset_are_told_with_their_place(self):
        (self.folder / "presets").mkdir()
        path = self.folder / "presets/notes.yaml"
        path.write_text("request: { url: 'https://notes.example/{q}' }\nlists:\n- feilds: {}\n")
        self.watch_tag()
        done = mentionctl("--config", self.write_config(), "check")
        self.assertEqual(78, done.returncode)
        self.assertIn(f"{path}:1:17: error: `{{q}}' is no parameter of this preset", done.stderr)
        self.assertIn(f"{path}:3:3: error: unknown key `feilds' (did you mean fields?)", done.stderr)

    # Tokens

    def with_token(self):
        self.enterContext(mock.patch.dict(os.environ, {"API_TOKEN": "s3cr3t-t0ken"}))
        return self.watch_tag(5, token={"env": "API_TOKEN"})

    def expect_no_leak(self, daemon):
        self.assertNotIn("s3cr3t", daemon.log)
        for file in self.folder.glob("mentions.db*"):
            self.assertNotIn(b"s3cr3t", file.read_bytes())

    def test_a_token_is_sent_and_not_shown(self):
        service = self.with_token()
        daemon = self.start()
        self.wait_posts(5)
        self.assertEqual("Bearer s3cr3t-t0ken", service.requests[0][1]["Authorization"])
        self.expect_no_leak(daemon)

    def test_a_token_that_a_service_repeats_is_not_shown(self):
        self.with_token()
        self.web[TAG] = says(401, '{"error": "s3cr3t-t0ken is no token: s3cr3t-t0ken"}')
        daemon = self.start()
        self.wait_error("it says: (secret) is no token: (secret)")
        self.expect_no_leak(daemon)

    def test_a_token_does_not_follow_a_redirect_to_another_host(self):
        self.with_token()
        other = self.opened(HttpServer())
        elsewhere = other["/elsewhere"] = Mastodon(3)
        self.web[TAG] = redirect(other.url("/elsewhere"))
        daemon = self.start()
        self.wait_posts(3)
        self.assertNotIn("Authorization", elsewhere.requests[0][1])
        self.expect_no_leak(daemon)

    def test_a_next_page_on_another_host_is_not_asked_for(self):
        service = self.with_token()
        other = self.opened(HttpServer())
        other[TAG] = Mastodon(100)
        self.start()
        self.wait_posts(5)

        def lead_astray(handler):
            headers, answer = service.answer(handler, {"limit": "40"})
            handler.answer(200, [("Link", f'<{other.url(TAG)}?max_id=61>; rel="next"')],
                           json.dumps(answer).encode())

        service.answer_with = [lead_astray]
        service.n = 100
        self.wait_posts(45)
        self.wait_polled(service)
        self.assertEqual([], other.requests.all())


if __name__ == "__main__":
    unittest.main()
