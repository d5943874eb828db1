"""SIGKILL at any instant: nothing lost, nothing twice."""

import collections
import random
import unittest

from support.case import IntegrationCase
from support.feeds import angry, calm, rss, unrelated
from support.http_server import Gate
from support.smtp_server import LOSE
from support.wait import until


class Crash(IntegrationCase):
    def expect_all(self, posts):
        """The database and the mailbox hold what was served, once."""
        wanted = sorted(post.id for post in posts)
        mentions = sorted(id for id in wanted if not id.startswith("other"))
        angry_ones = sorted(id for id in wanted if id.startswith("angry"))

        self.database.wait_for("SELECT count(*) FROM post", len(wanted))
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'",
                               len(angry_ones))
        self.assertEqual(wanted, self.database.column(
            "SELECT source_post_id FROM post ORDER BY 1"))
        self.assertEqual(mentions, self.database.column(
            "SELECT source_post_id FROM post p JOIN mention m ON m.post_id = p.id ORDER BY 1"))
        self.assertEqual(angry_ones, self.database.column(
            "SELECT source_post_id FROM post p JOIN mention m ON m.post_id = p.id"
            " JOIN alert a ON a.mention_id = m.id ORDER BY 1"))
        self.assertEqual([], self.database.check())
        self.expect_mails(angry_ones)

    def expect_mails(self, angry_ones):
        """Each alert was accepted under one Message-ID; a repeat is the same mail."""
        contents = collections.defaultdict(set)
        told = collections.defaultdict(set)
        for mail in self.mail.mails.all():
            contents[mail.message_id].add(mail.content)
            for id in angry_ones:
                if f"https://news.example/{id}" in mail.text().split():
                    told[id].add(mail.message_id)

        self.assertEqual({f"<{id}>" for id in self.database.column(
            "SELECT message_id FROM delivery")}, set(contents))
        self.assertEqual([], [id for id, seen in contents.items() if len(seen) > 1])
        self.assertEqual({id: 1 for id in angry_ones}, {id: len(ids) for id, ids in told.items()})

    def test_killed_again_and_again_while_posts_come(self):
        chance = random.Random(20261121)
        posts = []
        for round_ in range(12):
            posts[:0] = [angry(round_), calm(round_), unrelated(round_)]
            self.news.publish(rss(*posts))
            requests = len(self.web.requests.all())
            daemon = self.start()
            # At another point of the poll, or of the mail, each time.
            wait = chance.choice((
                lambda: None,
                lambda: until(lambda: len(self.web.requests.all()) > requests, "a request"),
                lambda: self.database.wait_for("SELECT count(*) FROM post", len(posts)),
                lambda: self.mail.wait_for(round_),
            ))
            wait()
            daemon.kill()
        self.start()
        self.expect_all(posts)

    def test_killed_in_the_middle_of_a_body(self):
        posts = [angry(1), calm(1)]
        gate = Gate(rss(*posts))
        self.addCleanup(gate.opened.set)
        self.web["/news"] = gate
        daemon = self.start()
        self.assertTrue(gate.reached.wait(20))
        daemon.kill()
        self.assertEqual(0, self.database.value("SELECT count(*) FROM post"))
        self.news.publish(rss(*posts))
        self.web["/news"] = self.news
        self.start()
        self.expect_all(posts)

    def test_killed_after_the_mail_was_accepted_and_before_it_was_told(self):
        posts = [angry(1)]
        self.news.publish(rss(*posts))
        self.mail.refuse("END", LOSE)
        daemon = self.start()
        self.mail.wait_for(1)
        daemon.kill()
        self.start()
        self.mail.wait_for(2)
        self.expect_all(posts)
        self.assertEqual(2, len(self.mail.mails.all()))

    def test_what_waits_in_the_outbox_is_sent_after_a_crash(self):
        posts = [angry(n) for n in range(5)]
        self.news.publish(rss(*posts))
        self.mail.refuse_always("MAIL", "451 4.3.0 later")
        daemon = self.start()
        self.database.wait_for("SELECT count(*) FROM delivery", 5)
        daemon.kill()
        self.mail.allow()
        self.start()
        self.expect_all(posts)


if __name__ == "__main__":
    unittest.main()
