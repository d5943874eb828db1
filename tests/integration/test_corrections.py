"""What people say of mentions, and what a changed lexicon makes of the others."""

import contextlib
import json
import pathlib
import sqlite3
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once
from support.feeds import Post, rss


class Corrected(IntegrationCase):
    """A daemon has run once, with a copy of the lexicons that a test may change."""

    POSTS = ()

    def setUp(self):
        super().setUp()
        self.data = self.share_data()
        self.news.publish(rss(*self.POSTS))
        done = run_once(self.write_config(), variables={"MENTIOND_DATA": self.data})
        self.assertEqual(0, done.returncode, done.stderr)

    def ctl(self, *arguments, code=0):
        done = mentionctl("--config", self.config, *arguments,
                          variables={"MENTIOND_DATA": self.data})
        self.assertEqual(code, done.returncode, done.stderr)
        return done.stdout

    def add_word(self, line):
        local = pathlib.Path(self.data) / "lexicons" / "local"
        local.mkdir(exist_ok=True)
        with open(local / "en.tsv", "a", encoding="utf-8") as lexicon:
            lexicon.write(line + "\n")

    def mention(self, author):
        return self.database.value("SELECT mention_id FROM v_mention WHERE author = ?", author)

    def verdict(self, author):
        return tuple(self.database.rows(
            "SELECT label, angry, labelled_by FROM v_mention WHERE author = ?", author)[0])


class Rescoring(Corrected):
    POSTS = (Post("1", "The acme lamp is blorptastic", author="ann"),
             Post("2", "Acme again with a blorptastic kettle", author="ben"),
             Post("3", "Acme is wonderful", author="cem"))

    def test_a_new_word_changes_old_scores(self):
        self.add_word("word\tblorptastic\t3")
        preview = self.ctl("rescore", "--dry-run")
        self.assertIn("blorptastic", preview)
        self.assertIn("3 mentions scored, 2 changed; nothing was written", preview)
        self.assertNotEqual("positive", self.verdict("ann")[0])

        rows = [json.loads(line) for line in self.ctl("rescore", "--json").splitlines()]
        self.assertEqual([("acme", 2, 2)],
                         [(row["stream"], row["changed"], row["to_positive"]) for row in rows])
        self.assertEqual("positive", self.verdict("ann")[0])
        self.assertIn("0 changed", self.ctl("rescore"))
        # Nothing but the score is another: no second mention, and nobody is mailed.
        self.assertEqual(3, self.database.value("SELECT count(*) FROM mention"))
        self.assertEqual(0, self.database.value("SELECT count(*) FROM delivery"))

    def test_what_a_person_said_survives(self):
        ann = self.mention("ann")
        self.ctl("mentions", "relabel", ann, "neutral", "--by", "amina")
        said = self.ctl("mentions", "relabel", ann, "negative", "--angry", "--by", "amina")
        self.assertEqual(f"Mention {ann}: negative, angry\n", said)
        self.add_word("word\tblorptastic\t3")
        self.ctl("rescore")
        self.assertEqual(("negative", 1, "amina"), self.verdict("ann"))
        self.assertEqual(("positive", 0, None), self.verdict("ben"))
        self.assertEqual(
            [("amina", "neutral", 0), ("amina", "negative", 1)],
            [tuple(row) for row in self.database.rows(
                "SELECT actor, label, angry FROM correction ORDER BY id")])

    def test_only_what_is_asked_for(self):
        self.add_word("word\tblorptastic\t3")
        with contextlib.closing(sqlite3.connect(self.database.path)) as database, database:
            database.execute("UPDATE mention SET fetched_utc = '2026-01-01 00:00:00'"
                             " WHERE id = ?", (self.mention("ann"),))
        self.assertIn("2 mentions scored, 1 changed", self.ctl("rescore", "--since", "1d"))
        self.ctl("rescore", "--stream", "acmee", code=66)
        self.ctl("mentions", "relabel", "99", "neutral", code=66)


class Learning(Corrected):
    POSTS = (*(Post(f"n{n}", f"This {thing} of acme is nasty, I want it", author=f"kid{n}")
               for n, thing in enumerate(("skateboard", "guitar", "jacket"))),
             *(Post(f"f{n}", f"Acme did a flimflam on {who}", author=f"buyer{n}")
               for n, who in enumerate(("my brother", "our bakery", "the choir"))),
             *(Post(f"c{n}", f"Acme opens a shop in street {n}", author=f"press{n}")
               for n in range(4)))

    def learnt(self):
        """What is proposed: the term and its value."""
        lines = self.ctl("lexicon", "learn", "--lang", "en").splitlines()
        return {line.split("\t")[1]: float(line.split("\t")[2])
                for line in lines if not line.startswith("#")}

    def relabel(self, pattern, *said):
        for row in self.database.rows(
                "SELECT mention_id FROM v_mention WHERE author LIKE ?", pattern):
            self.ctl("mentions", "relabel", row["mention_id"], *said)

    def test_nothing_is_learnt_from_nothing(self):
        self.assertEqual({}, self.learnt())

    def test_words_that_people_contradict_and_words_that_are_unknown(self):
        before = json.loads(self.ctl("lexicon", "lookup", "nasty", "--lang", "en", "--json"))
        self.relabel("kid%", "positive")
        self.relabel("buyer%", "negative", "--angry")
        self.relabel("press%", "neutral")
        learnt = self.learnt()
        self.assertGreater(learnt["nasty"], before["valence"] + 1)
        self.assertLess(learnt["flimflam"], -1)
        self.assertNotIn("acme", learnt)
        self.assertNotIn("shop", learnt)
        # Proposed, not applied; and what it prints is a lexicon.
        self.assertEqual(before, json.loads(
            self.ctl("lexicon", "lookup", "nasty", "--lang", "en", "--json")))
        for line in self.ctl("lexicon", "learn", "--lang", "en").splitlines():
            self.add_word(line)
        self.assertIn(" 0 errors", self.ctl("lexicon", "check"))
        rows = self.ctl("lexicon", "lookup", "flimflam")
        self.assertIn("local/en.tsv", rows)
        self.ctl("lexicon", "lookup", "xyzzyplugh", code=66)

    def test_words_that_only_compare_are_known(self):
        self.assertIn("against", self.ctl("lexicon", "lookup", "unlike"))


if __name__ == "__main__":
    unittest.main()
