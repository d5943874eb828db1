"""Posts, and feeds of them."""

import dataclasses
import datetime
import email.utils
import html
from xml.sax.saxutils import escape


@dataclasses.dataclass(frozen=True)
class Post:
    id: str
    text: str
    title: str = ""
    author: str = ""
    at: datetime.datetime = datetime.datetime(2026, 11, 21, 8, tzinfo=datetime.timezone.utc)


def angry(n):
    """Somebody else each time, and about something else, so that each opens an
    incident of its own."""
    things = ("parcel", "lamp", "kettle", "bicycle", "jacket", "phone", "desk", "guitar")
    thing = f"{things[n % len(things)]} number {n}"
    return Post(f"angry-{n}", title=f"Acme lost my {thing}", author=f"customer{n}",
                text=f"Worst service ever! @acmehelp lost my {thing} AGAIN and nobody answers. "
                     f"Third call this week, I am furious. Refund me NOW or I will sue you! 😡")


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
