"""Web servers that hang, lie or lead astray: their source alone suffers."""

import unittest

from support.case import IntegrationCase
from support.feeds import angry, calm, rss
from support.http_server import Feed, close_early, hang, in_turn, redirect, status


class BadServers(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(rss(angry(1)))
        self.settings["fetch"]["timeout"] = "1s"
        self.settings["sources"].append(self.source("bad"))

    def serve(self, page):
        self.web["/bad"] = page
        return self.start()

    def expect_failure(self, *words):
        self.database.wait_for("SELECT failures > 0 FROM source WHERE name = 'bad'", 1)
        error = self.database.value("SELECT last_error FROM source WHERE name = 'bad'")
        self.assertTrue(error)
        for word in words:
            self.assertIn(word, error)
        self.mail.wait_for(1)  # of the good source, meanwhile
        self.assertEqual(0, self.database.value(
            "SELECT count(*) FROM post p JOIN source s ON s.id = p.source_id"
            " WHERE s.name = 'bad'"))

    def test_hangs(self):
        self.serve(hang)
        self.expect_failure("1 s")

    def test_closes_before_the_answer(self):
        self.serve(close_early(rss(calm(1)), 0))
        self.expect_failure()

    def test_closes_inside_the_body(self):
        body = rss(calm(1), calm(2))
        self.web["/bad"] = close_early(body, len(body) // 2)
        self.start()
        self.expect_failure()

    def test_is_not_there(self):
        self.settings["sources"][1]["url"] = "http://127.0.0.1:1/feed"
        self.start()
        self.expect_failure()

    def test_redirects_for_ever(self):
        self.serve(redirect("/bad"))
        self.expect_failure("redirect")
        self.assertLess(self.web.count("/bad"), 20)

    def test_redirects_to_a_file(self):
        for target in ("file:///etc/passwd", "gopher://127.0.0.1/1", "ftp://127.0.0.1/"):
            with self.subTest(target=target):
                daemon = self.serve(redirect(target))
                self.expect_failure()
                daemon.kill()
                self.database.path.unlink()
                self.mail.mails.clear()

    def test_private_addresses_are_refused_unless_allowed(self):
        port = self.web.url("/bad").split(":")[2]
        self.settings["sources"][1]["allow_private"] = False
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::1]",
                     "[::ffff:127.0.0.1]"):
            with self.subTest(host=host):
                self.settings["sources"][1]["url"] = f"http://{host}:{port}"
                daemon = self.serve(Feed(rss(calm(1))))
                self.expect_failure()
                daemon.kill()
                self.assertEqual(0, self.web.count("/bad"))
                self.database.path.unlink()
                self.mail.mails.clear()

    def test_statuses_and_recovery(self):
        self.web["/bad"] = in_turn(status(500), status(404), status(401), Feed(rss(calm(1))))
        self.start()
        self.database.wait_for("SELECT count(*) FROM post WHERE source_post_id = 'calm-1'", 1)
        self.database.wait_for("SELECT failures FROM source WHERE name = 'bad'", 0)
        self.assertEqual(
            [500, 404, 401, 200],
            self.database.column("SELECT f.status FROM fetch_log f JOIN source s ON"
                                 " s.id = f.source_id WHERE s.name = 'bad' ORDER BY f.id")[:4])

    def test_gone_is_for_good(self):
        self.serve(status(410))
        self.database.wait_for("SELECT gone FROM source WHERE name = 'bad'", 1)
        self.web.wait_for("/news", 4)
        self.assertEqual(1, self.web.count("/bad"))

    def test_retry_after_is_obeyed(self):
        self.serve(status(503, [("Retry-After", "3600")]))
        self.database.wait_for("SELECT failures > 0 FROM source WHERE name = 'bad'", 1)
        self.web.wait_for("/news", 4)
        self.assertEqual(1, self.web.count("/bad"))

    def test_a_permanent_redirect_is_remembered(self):
        self.web["/moved"] = Feed(rss(calm(1)))
        self.serve(redirect("/moved", 301))
        self.web.wait_for("/moved", 3)
        self.assertEqual(1, self.web.count("/bad"))


if __name__ == "__main__":
    unittest.main()
