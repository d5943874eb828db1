"""How long an angry customer waits until the team knows."""

import time
import unittest

from support.case import IntegrationCase
from support.feeds import angry, rss

EVERY_S = 1
WITHIN_S = 3 * EVERY_S  # the poll that comes, and the time to read, store and send


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
        self.assertLess(max(took), WITHIN_S)


if __name__ == "__main__":
    unittest.main()
