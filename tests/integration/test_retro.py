"""A stream that comes after its posts: applied by the daemon, by hand, by both."""

import json
import signal
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import Post, angry, calm, rss, unrelated

GLOBEX = {"name": "globex", "kind": "competitor", "query": "globex OR branch"}


def mentions_of(stream):
    return (f"SELECT count(*) FROM mention m JOIN stream s ON s.id = m.stream_id"
            f" WHERE s.name = '{stream}'")


class Retro(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.posts = [calm(n) for n in range(30)] + [unrelated(n) for n in range(200)] + [
            Post(f"globex-{n}", f"Globex is late again, order {n}, I hate it! 😡", author="ann")
            for n in range(40)] + [angry(1)]
        self.news.publish(rss(*self.posts))

    def ctl(self, *arguments, want=0):
        done = mentionctl("--config", self.write_config(), *arguments)
        self.assertEqual(want, done.returncode, done.stderr)
        return done.stdout if want == 0 else done.stderr

    def counts(self, *arguments):
        """Stream by stream: what came, went, changed, stayed."""
        lines = self.ctl("apply", "--json", *arguments).splitlines()
        return {line["stream"]: [line["come"], line["go"], line["change"], line["stay"]]
                for line in map(json.loads, lines)}


class Daemon(Retro):
    def test_a_reload_finds_the_earlier_posts_and_alerts_nobody(self):
        daemon = self.start()
        self.mail.wait_for(1)
        self.settings["streams"].append(GLOBEX)
        self.settings["alerts"][0]["streams"].append("globex")
        self.write_config()
        daemon.reload()
        self.database.wait_for(mentions_of("globex"), 70)
        daemon.wait_log("70 mentions came, 0 went")
        self.assertEqual(1, self.database.value("SELECT count(*) FROM alert"))
        # They are as old as their posts.
        self.assertEqual(0, self.database.value(
            "SELECT count(*) FROM mention m JOIN post p ON p.id = m.post_id"
            " WHERE m.fetched_utc <> p.fetched_utc"))

        self.settings["streams"][-1] = {**GLOBEX, "query": "globex"}
        self.write_config()
        daemon.reload()
        self.database.wait_for(mentions_of("globex"), 40)
        self.assertEqual(0, daemon.stop())
        self.assertEqual([], self.database.check())

    def test_killed_at_work_it_goes_on(self):
        self.start().stop()
        self.settings["streams"].append(GLOBEX)
        self.write_config()
        for _ in range(5):
            daemon = self.launch()
            self.database.wait_for("SELECT count(*) FROM stream WHERE name = 'globex'", 1)
            daemon.kill()
        self.start()
        self.database.wait_for(mentions_of("globex"), 70)
        self.database.wait_for("SELECT count(*) FROM stream WHERE apply_upto > 0", 0)
        self.assertEqual([], self.database.check())

    def test_a_command_beside_it(self):
        daemon = self.start()
        self.database.wait_for("SELECT count(*) FROM post", len(self.posts))
        self.settings["streams"].append(GLOBEX)
        self.write_config()
        daemon.signal(signal.SIGHUP)
        for _ in range(3):
            self.counts("globex")
        self.database.wait_for("SELECT count(*) FROM stream WHERE apply_upto > 0", 0)
        self.assertEqual(70, self.database.value(mentions_of("globex")))
        self.assertEqual({"acme": [0, 0, 0, 0], "globex": [0, 0, 0, 0]}, self.counts())
        self.assertEqual([], self.database.check())


class Command(Retro):
    def setUp(self):
        super().setUp()
        self.assertEqual(0, run_once(self.write_config()).returncode)

    def test_apply_before_the_daemon_knows_the_stream(self):
        self.settings["streams"].append(GLOBEX)
        told = self.ctl("apply", "globex", "--dry-run", "--since", "14d")
        self.assertIn("would", told.lower())
        self.assertIn("Globex is late again", told)
        self.assertEqual(0, self.database.value("SELECT count(*) FROM stream"
                                                " WHERE name = 'globex'"))
        self.assertEqual({"globex": [70, 0, 0, 0]}, self.counts("globex", "--since", "14d"))
        self.assertEqual(70, self.database.value(mentions_of("globex")))
        self.assertEqual({"globex": [0, 0, 0, 0]}, self.counts("globex"))
        self.assertEqual(0, run_once(self.config).returncode)
        self.assertEqual(70, self.database.value(mentions_of("globex")))
        self.assertIn("no stream nobody", self.ctl("apply", "nobody", want=66))

    def test_what_somebody_worked_on_stays(self):
        self.settings["streams"][0]["query"] = "acme NOT (branch OR kettle OR lamp OR driver)"
        before = self.database.value(mentions_of("acme"))
        self.assertEqual({"acme": [0, before - 1, 0, 1]}, self.counts("--dry-run"))
        self.assertEqual({"acme": [0, before - 1, 0, 1]}, self.counts())
        # It raised an incident.
        self.assertEqual(["Complaint 1 about Acme"],
                         self.database.column("SELECT title FROM v_mention"))

    def test_backtest(self):
        self.settings["streams"].append(GLOBEX)
        query = "acme branch OR globex NOT nothing"
        result = json.loads(self.ctl("backtest", "--query", query, "--json"))
        self.assertEqual((271, 70), (result["posts"], result["matches"]))
        self.assertEqual(70, sum(day["posts"] for day in result["days"]))
        self.assertEqual(
            [{"term": "acme", "stands_in": 30, "alone_brings": 30},
             {"term": "branch", "stands_in": 30, "alone_brings": 30},
             {"term": "globex", "stands_in": 40, "alone_brings": 40}], result["terms"])
        self.assertEqual([{"stream": "acme", "both": 30, "only_this": 40, "only_that": 1},
                          {"stream": "globex", "both": 0, "only_this": 70, "only_that": 0}],
                         result["streams"])
        self.assertEqual(20, len(result["samples"]))
        for sample in result["samples"]:
            self.assertTrue(sample["matches"], sample)
        self.assertIn("25 of 100", result["advice"])
        self.assertEqual(result, json.loads(self.ctl("backtest", "--query", query, "--json")))

        told = self.ctl("backtest", "globex", "--since", "7d")
        for wanted in ("70 of 271 posts match", "▇", "ALONE BRINGS", "OTHER STREAM", "*Globex*"):
            self.assertIn(wanted, told)
        self.assertEqual(0, self.database.value(mentions_of("globex")))

    def test_backtest_says_what_is_wrong(self):
        self.assertIn("column 6", self.ctl("backtest", "--query", "acme (", want=65))
        self.assertIn("no stream nobody", self.ctl("backtest", "nobody", want=66))
        self.assertIn("either", self.ctl("backtest", want=64))

    def test_mentions_are_searched_by_words_and_by_queries(self):
        for query, n in (("branch", 30), ("opens NEAR/3 branch", 30), ("/corner of street 7\\b/", 1),
                         ("acme NOT branch", 1), ("globex", 0)):
            lines = self.ctl("mentions", query, "--json", "--limit", "0").splitlines()
            self.assertEqual(n, len(lines), query)


if __name__ == "__main__":
    unittest.main()
