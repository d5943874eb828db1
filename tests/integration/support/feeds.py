"""Posts, and feeds of them."""

import dataclasses
import datetime
import email.utils
import html
from xml.sax.saxutils import escape


# When posts were said, where a test does not care: lately, for what is old is no news.
SAID = (datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        - datetime.timedelta(hours=1))


@dataclasses.dataclass(frozen=True)
class Post:
    id: str
    text: str
    title: str = ""
    author: str = ""
    at: datetime.datetime = SAID


COMPLAINTS = (
    "Third time this week that the Acme driver lies about a delivery. Disgusting, I want my "
    "money back today, you useless thieves! 😡",
    "Worst service ever! @acmehelp lost my lamp AGAIN and nobody answers. I am furious. "
    "Refund me NOW or I will sue you! 😡",
    "Two hours on hold with @acmehelp and then they hang up. I HATE this awful company, never "
    "again!! 🤬",
    "My kettle arrived in pieces and Acme refuses to pay. This is outrageous, shame on you! 😡",
    "Still no parcel after six weeks, no reply to five mails. Acme is a scam, I am so angry "
    "right now! 😡",
    "The rude courier of Acme threw my guitar over the fence. It is broken. Terrible, terrible "
    "people, my lawyer will call you! 🤬",
    "@acmehelp cancelled my order without a word and kept the money. Ridiculous! I am fed up "
    "with your pathetic excuses! 😡",
    "Waiting at home all day, for the fourth day, because Acme cannot read an address. "
    "Horrible service, I am raging, never order there! 😡",
)


def angry(n):
    """Somebody else each time; the first eight are about different things, so
    that each opens an incident of its own."""
    return Post(f"angry-{n}", title=f"Complaint {n} about Acme", author=f"customer{n}",
                text=COMPLAINTS[n % len(COMPLAINTS)])


def calm(n):
    return Post(f"calm-{n}", title=f"Acme opens branch {n}", author="Business Daily",
                text=f"Acme opens its {n}. branch on Monday, at the corner of street {n * 7}.")


def unrelated(n):
    return Post(f"other-{n}", title=f"Weather report {n}", text=f"Rain on day {n}.")


def rss_item(post):
    """The text is HTML, as in most feeds."""
    markup = html.escape(post.text, quote=False).replace("\n", "<br>")
    return (f"<item><guid isPermaLink='false'>{escape(post.id)}</guid>"
            f"<title>{escape(post.title)}</title>"
            f"<link>https://news.example/{escape(post.id)}</link>"
            f"<author>{escape(post.author)}</author>"
            f"<description>{escape(markup)}</description>"
            f"<pubDate>{email.utils.format_datetime(post.at)}</pubDate></item>")


def rss(*posts):
    return ("<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel>"
            "<title>News</title><link>https://news.example/</link><description/>"
            + "".join(map(rss_item, posts)) + "</channel></rss>").encode()
