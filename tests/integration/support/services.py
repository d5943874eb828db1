"""Services with an API, as their documentation says: they page, they limit, and
they know what came since.  Each is a page for the web server."""

import datetime
import json
import urllib.parse

from support.feeds import SAID

START = SAID - datetime.timedelta(days=1)


class Service:
    """Posts are numbers from 1, one a minute; the newest come first.  `answer_with`
    replaces what is said for one request each."""

    page_size = 40
    limits = ()

    def __init__(self, n=0):
        self.n = n
        self.requests = []
        self.answer_with = []

    def __call__(self, handler):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(handler.path).query)
        query = {name: values[0] for name, values in query.items()}
        self.requests.append((query, dict(handler.headers)))
        if self.answer_with:
            special = self.answer_with.pop(0)
            if special:
                special(handler)
                return
        headers, answer = self.answer(handler, query)
        handler.answer(200, [("Content-Type", "application/json"), *headers, *self.limits],
                       json.dumps(answer).encode())

    def ids(self, below=None, since=None):
        """Newest first."""
        return range(min(self.n, (below or self.n + 1) - 1), since or 0, -1)


def at(n):
    return START + datetime.timedelta(minutes=n)


def iso(n):
    return at(n).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Mastodon(Service):
    """GET /api/v1/timelines/tag/TAG: pages by the header Link, whose next page
    forgets since_id."""

    def answer(self, handler, query):
        size = min(int(query.get("limit", 20)), self.page_size)
        ids = self.ids(below=int(query["max_id"]) if "max_id" in query else None,
                       since=int(query.get("since_id", 0)))[:size]
        headers = []
        if len(ids) == size:
            base = f"http://{handler.headers['Host']}{handler.path.split('?')[0]}"
            headers = [("Link", f'<{base}?limit={size}&max_id={ids[-1]}>; rel="next", '
                                f'<{base}?limit={size}&min_id={ids[0]}>; rel="prev"')]
        return headers, [self.status(n) for n in ids]

    @staticmethod
    def status(n):
        return {"id": str(n), "created_at": iso(n), "url": f"https://m.example/@u/{n}",
                "content": f"<p>toot {n} of #acme</p>", "account": {"acct": "u"}}


class HackerNews(Service):
    """GET /api/v1/search_by_date: pages by number, and a filter of time."""

    page_size = 100

    def answer(self, handler, query):
        since = int(query.get("numericFilters", ">=0").split(">=")[1])
        ids = [n for n in self.ids() if at(n).timestamp() >= since]
        size = min(int(query["hitsPerPage"]), self.page_size)
        page = int(query["page"])
        hits = [{"objectID": str(n), "title": f"story {n}", "created_at_i": int(at(n).timestamp())}
                for n in ids[page * size:(page + 1) * size]]
        return [], {"hits": hits, "nbHits": len(ids), "nbPages": -(-len(ids) // size),
                    "page": page}


class Bluesky(Service):
    """GET /xrpc/app.bsky.feed.searchPosts: pages by a cursor in the answer."""

    page_size = 25

    def answer(self, handler, query):
        since = datetime.datetime.fromisoformat(query["since"].replace("Z", "+00:00")) \
            if "since" in query else START
        below = int(query["cursor"]) if "cursor" in query else None
        ids = [n for n in self.ids(below=below) if at(n) >= since][:self.page_size]
        posts = [{"uri": f"at://did:plc:u/app.bsky.feed.post/{n}", "indexedAt": iso(n),
                  "author": {"did": "did:plc:u", "handle": "u.example"},
                  "record": {"text": f"skeet {n}", "createdAt": iso(n)}} for n in ids]
        more = {"cursor": str(ids[-1])} if len(ids) == self.page_size else {}
        return [], {"posts": posts, **more}


class Reddit(Service):
    """GET /search.json: pages by a cursor, nothing says what came since."""

    page_size = 100

    def answer(self, handler, query):
        below = int(query["after"][3:]) if "after" in query else None
        ids = self.ids(below=below)[:self.page_size]
        children = [{"kind": "t3", "data": {"name": f"t3_{n}", "title": f"link {n}",
                                            "permalink": f"/r/x/{n}/",
                                            "created_utc": at(n).timestamp()}} for n in ids]
        after = f"t3_{ids[-1]}" if len(ids) == self.page_size else None
        return [], {"kind": "Listing", "data": {"after": after, "children": children}}
