"""How long an angry customer waits until the team knows."""

import time
import unittest

from support.case import IntegrationCase
from support.feeds import angry, rss


class Latency(IntegrationCase):
    def test_from_publication_to_an_accepted_mail(self):
        posts = [angry(0)]
        self.news.publish(rss(*posts))
        self.start()
        self.mail.wait_for(1)
        took = []
        for n in range(1, 6):
            posts.insert(0, angry(n))
            published = time.monotonic()
            self.news.publish(rss(*posts))
            self.mail.wait_for(n + 1)
            took.append(time.monotonic() - published)
        print("seconds from publication to mail:", " ".join(f"{s:.2f}" for s in took))
        # What a busy machine can't change: raised by the poll that brought it, and sent once.
        self.database.wait_for("SELECT count(*) FROM delivery WHERE state = 'sent'", 6)
        self.assertEqual((1, 0), tuple(self.database.rows(
            "SELECT max(d.attempts), sum(a.alerted_utc <> m.fetched_utc)"
            " FROM delivery AS d JOIN alert AS a ON a.id = d.alert_id"
            " JOIN mention AS m ON m.id = a.mention_id")[0]))


if __name__ == "__main__":
    unittest.main()
