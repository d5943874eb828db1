"""What a polite and careful poller does: the daemon itself against a real web
server, with the log of requests in hand.

Waits of minutes and hours are read from the database, where each poll leaves
the time of the next one: nothing here waits for them.  `mentiond --once` is one
poll of each source, and a restart besides.  tests/unit/test_fetch_policy.c has
more of the waits, tests/unit/test_fetch_day.c a whole day of them.
"""

import collections
import datetime
import email.utils
import gzip
import json
import re
import threading
import time
import unittest
import zlib

from support.case import IntegrationCase
from support.daemon import run_once
from support.feeds import Post, calm, rss
from support.http_server import (Feed, close_early, content, endless, hang, in_turn, redirect,
                                 status)

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Later by a tenth, and by five minutes at most; the database has whole seconds,
# and so have headers.
JITTER_MOST_S = 5 * MINUTE
ROUNDING_S = 2


def http_date(seconds_ahead):
    return email.utils.formatdate(time.time() + seconds_ahead, usegmt=True)


def with_headers(*headers):
    """A feed with these headers, the same each time and never "not modified"."""
    return content(rss(calm(1)), headers=headers)


def made_anew(make):
    """The page that MAKE gives, made for each request: it names a time."""
    return lambda handler: make()(handler)


def with_channel(channel):
    """A feed whose channel says CHANNEL."""
    body = rss(calm(1)).replace(b"<description/>", b"<description/>" + channel.encode())
    return content(body.replace(b"<rss ", b"<rss xmlns:sy="
                                b"'http://purl.org/rss/1.0/modules/syndication/' "))


class Poller(IntegrationCase):
    """Sources come with their pages."""

    def setUp(self):
        super().setUp()
        self.settings["sources"] = []

    def add(self, name, page, every="10m", **more):
        """A source with PAGE; adaptive without EVERY."""
        self.web[f"/{name}"] = page
        source = self.source(name, **more)
        del source["every"]
        if every:
            source["every"] = every
        self.settings["sources"].append(source)

    def poll(self, times=1):
        """Asks each source once, TIMES times, by as many processes."""
        self.write_config()
        for _ in range(times):
            done = run_once(self.config)
            self.assertEqual(0, done.returncode, done.stderr)
        return done.stderr

    def requests(self, name):
        return [r for r in self.web.requests.all() if r.path == f"/{name}"]

    def sent(self, name, header):
        """What the requests for NAME say in HEADER, in their order."""
        return [r.headers.get(header) for r in self.requests(name)]

    def state(self, name, column):
        return self.database.rows(f"SELECT {column} FROM source WHERE name = ?", name)[0][0]

    def posts(self, name, column="source_post_id"):
        return self.database.column(
            f"SELECT p.{column} FROM post p JOIN source s ON s.id = p.source_id"
            " WHERE s.name = ? ORDER BY 1", name)

    def wait_of(self, name):
        """Seconds from the last poll to the next."""
        last, following = (datetime.datetime.fromisoformat(self.state(name, column))
                           for column in ("last_poll_utc", "next_poll_utc"))
        return (following - last).total_seconds()

    def expect_wait(self, name, seconds):
        """The next poll is never earlier, and little later."""
        wait = self.wait_of(name)
        self.assertGreaterEqual(wait, seconds - ROUNDING_S, name)
        self.assertLessEqual(wait, seconds + min(seconds / 10, JITTER_MOST_S) + ROUNDING_S, name)

    def expect_waits(self, cases, times=1, **more):
        """CASES is name: (page, seconds)."""
        for name, (page, _) in cases.items():
            self.add(name, page, **more)
        self.poll(times)
        for name, (_, seconds) in cases.items():
            with self.subTest(name):
                self.expect_wait(name, seconds)


class Validators(Poller):
    def test_go_back_byte_for_byte(self):
        etags = {"strong": '"abc"', "weak": 'W/"a b"', "bare": "abc,def", "empty": '""',
                 "inner": '"a"b"', "gzip": '"x-gzip"', "colon": '"a:b;c=d"', "lower": "w/'1'"}
        dates = {"usual": "Sun, 06 Nov 1994 08:49:37 GMT", "old": "Sunday, 06-Nov-94 08:49:37 GMT",
                 "zone": "Sun, 06 Nov 1994 08:49:37 +0100", "words": "last Tuesday",
                 "zero": "0", "future": "Fri, 01 Jan 2100 00:00:00 GMT"}
        for name, etag in etags.items():
            self.add(name, with_headers(("ETag", etag)))
        for name, date in dates.items():
            self.add(name, with_headers(("Last-Modified", date)))
        self.add("both", with_headers(("ETag", '"1"'), ("Last-Modified", dates["zone"])))
        self.poll(2)
        for name, etag in etags.items():
            with self.subTest(name):
                self.assertEqual([None, etag], self.sent(name, "If-None-Match"))
                self.assertEqual([None, None], self.sent(name, "If-Modified-Since"))
        for name, date in dates.items():
            with self.subTest(name):
                self.assertEqual([None, None], self.sent(name, "If-None-Match"))
                self.assertEqual([None, date], self.sent(name, "If-Modified-Since"))
        self.assertEqual('"1"', self.sent("both", "If-None-Match")[1])
        self.assertEqual(dates["zone"], self.sent("both", "If-Modified-Since")[1])

    def test_are_never_made_up(self):
        dated = ("<pubDate>Sat, 21 Nov 2026 08:00:00 GMT</pubDate>"
                 "<lastBuildDate>Sat, 21 Nov 2026 08:00:00 GMT</lastBuildDate>")
        self.add("dated", with_channel(dated))
        self.add("blank", with_headers(("ETag", ""), ("Last-Modified", "")))
        self.poll(3)
        for name in ("dated", "blank"):
            for header in ("If-None-Match", "If-Modified-Since"):
                self.assertEqual([None] * 3, self.sent(name, header))

    def test_are_the_newest_and_go_with_an_answer_without(self):
        first, second = (with_headers(("ETag", etag)) for etag in ('"1"', '"2"'))
        broken = status(500, [("ETag", '"error"')])
        without = content(rss(calm(1)))
        self.add("feed", in_turn(first, second, broken, status(304), without, without))
        self.poll(6)
        self.assertEqual([None, '"1"', '"2"', '"2"', '"2"', None],
                         self.sent("feed", "If-None-Match"))

    def test_are_stored_when_all_came_and_was_read(self):
        body = rss(*map(calm, range(50)))
        tag = ("ETag", '"cut"')

        def cut_chunks(handler):
            handler.start(200, [tag, ("Transfer-Encoding", "chunked")])
            handler.write_chunk(body[:1000])
            handler.close_connection = True

        def cut_without_length(handler):
            handler.start(200, [tag, ("Connection", "close")])
            handler.wfile.write(body[:len(body) // 2])
            handler.close_connection = True

        pages = {
            "length": close_early(body, len(body) // 2),
            "chunks": cut_chunks,
            "no-length": cut_without_length,
            "cut-gzip": content(gzip.compress(body)[:-200],
                                headers=[tag, ("Content-Encoding", "gzip")]),
            "json": content(b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", '
                            b'"items": [{"id": "1", "content_text": "one"}, {"id": "2", "con',
                            headers=[tag]),
            "html": content(b"<html><p>Down for maintenance</html>", headers=[tag]),
            "empty": content(b"", headers=[tag]),
        }
        for name, page in pages.items():
            self.add(name, page)
        self.poll(2)
        for name in pages:
            with self.subTest(name):
                self.assertEqual([None, None], self.sent(name, "If-None-Match"))

    def test_and_the_next_poll_are_kept_over_a_restart(self):
        names = [f"feed-{i}" for i in range(20)]
        for name in names:
            self.add(name, Feed(rss(calm(1))), every="1h")
        self.add("busy", Feed(rss(calm(2))), every="1s")
        for _ in range(3):
            daemon = self.start()
            self.database.wait_for("SELECT count(*) FROM source WHERE last_success_utc > ''", 21)
            self.web.wait_for("/busy", self.web.count("/busy") + 2)
            daemon.kill()
        self.assertEqual([1] * len(names), [self.web.count(f"/{name}") for name in names])
        self.assertEqual([200], [r.status for r in self.requests("busy")][:1])
        self.assertEqual({304}, {r.status for r in self.requests("busy")[1:]})
        for name in names:
            self.expect_wait(name, HOUR)


class Waits(Poller):
    def test_at_most_one_request_an_interval(self):
        def slow(handler):
            time.sleep(0.3)  # the server's, not the test's: an answer that takes a while
            content(rss(calm(1)))(handler)

        self.add("plain", Feed(rss(calm(1))), every="1s")
        self.add("slow", slow, every="1s")
        daemon = self.start()
        self.web.wait_for("/plain", 2)
        daemon.reload()
        self.web.wait_for("/plain", 4)
        self.web.wait_for("/slow", 3)
        for name in ("plain", "slow"):
            times = [r.at for r in self.requests(name)]
            for earlier, later in zip(times, times[1:]):
                self.assertGreaterEqual(later - earlier, 0.98, name)

    def test_a_reload_hurries_only_who_has_a_new_interval(self):
        patient = {
            "fresh": with_headers(("Cache-Control", "max-age=1800")),
            "limited": with_headers(("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1800")),
            "busy": status(503, [("Retry-After", "1800")]),
            "usual": with_headers(),
        }
        for name, page in patient.items():
            self.add(name, page, every="2s")
        self.settings["sources"][-1]["every"] = "1h"
        self.add("new", with_headers(), every="1h")
        daemon = self.start()
        self.database.wait_for("SELECT count(*) FROM source WHERE last_poll_utc > ''", 5)
        for source in self.settings["sources"]:
            if source["name"] != "usual":
                source["every"] = "1s"
        self.write_config()
        daemon.reload()
        self.web.wait_for("/new", 3)
        self.assertEqual([1] * len(patient), [self.web.count(f"/{name}") for name in patient])

    def test_a_new_interval_counts_after_a_restart(self):
        self.add("feed", with_headers(), every="30d")
        self.add("busy", status(503), every="30d")
        self.poll()
        for source in self.settings["sources"]:
            source["every"] = "1s"
        self.start()
        self.web.wait_for("/feed", 3)
        self.assertEqual(1, self.web.count("/busy"))

    def test_retry_after_is_obeyed_and_capped(self):
        cases = {f"{what}-{code}": (status(code, [("Retry-After", value)]), seconds)
                 for code in (429, 503)
                 for what, value, seconds in (
                     ("seconds", "7200", 2 * HOUR), ("weeks", "9999999", 2 * DAY),
                     ("huge", "9" * 40, 2 * DAY),
                     ("years", "Fri, 01 Jan 2100 00:00:00 GMT", 2 * DAY))}
        cases["date"] = (made_anew(lambda: status(503, [("Retry-After", http_date(3 * HOUR))])),
                         3 * HOUR)
        cases["soon"] = (status(503, [("Retry-After", "1")]), 10 * MINUTE)
        cases["past"] = (status(503, [("Retry-After", http_date(-HOUR))]), 10 * MINUTE)
        cases["words"] = (status(503, [("Retry-After", "tomorrow")]), 10 * MINUTE)
        cases["negative"] = (status(503, [("Retry-After", "-5")]), 10 * MINUTE)
        self.settings["fetch"]["max_per_host"] = 16
        self.expect_waits(cases)
        self.poll()
        for name in cases:
            self.assertEqual(1, self.web.count(f"/{name}"), "who asks for patience is left alone")

    def test_failures_back_off_exponentially_and_success_resets(self):
        self.settings["fetch"]["timeout"] = "1s"
        pages = {"error": status(500), "not-there": status(404), "who": status(401),
                 "denied": status(403), "gateway": status(502), "silent": hang,
                 "html": content(b"<html>no"), "cut": close_early(rss(calm(1)), 100)}
        for name, page in pages.items():
            self.add(name, page)
        for failures in (1, 2, 3):
            self.poll()
            for name in pages:
                with self.subTest(name, failures=failures):
                    self.assertEqual(failures, self.state(name, "failures"))
                    self.assertTrue(self.state(name, "last_error"))
                    self.expect_wait(name, 10 * MINUTE * 2 ** (failures - 1))
        for name in pages:
            self.web[f"/{name}"] = content(rss(calm(1)))
        self.poll()
        for name in pages:
            with self.subTest(name, failures=0):
                self.assertEqual((0, None), (self.state(name, "failures"),
                                             self.state(name, "last_error")))
                self.expect_wait(name, 10 * MINUTE)

    def test_too_many_requests_alone_doubles_the_wait(self):
        self.expect_waits({"bare": (status(429), 20 * MINUTE)})

    def test_freshness_is_a_lower_bound_within_a_maximum(self):
        def cached(control, *more):
            return with_headers(("Cache-Control", control), *more)

        self.expect_waits({
            "max-age": (cached("public, max-age=1800"), 30 * MINUTE),
            "aged": (cached("max-age=1800", ("Age", "600")), 20 * MINUTE),
            "quoted": (cached('Max-Age="1800"'), 30 * MINUTE),
            "beats-expires": (cached("max-age=1800", ("Expires", http_date(45 * MINUTE))),
                              30 * MINUTE),
            "two-lines": (cached("public", ("Cache-Control", "max-age=1800")), 30 * MINUTE),
            "expires": (made_anew(lambda: with_headers(("Expires", http_date(30 * MINUTE)))),
                        30 * MINUTE),
            "past": (with_headers(("Expires", http_date(-HOUR))), 10 * MINUTE),
            "never": (with_headers(("Expires", "0")), 10 * MINUTE),
            "short": (cached("max-age=5"), 10 * MINUTE),
            "no-store": (cached("no-store, max-age=1800"), 10 * MINUTE),
            "shared": (cached("s-maxage=1800"), 10 * MINUTE),
            "words": (cached("max-age=soon"), 10 * MINUTE),
            "month": (cached("max-age=2592000"), HOUR),
            "not-modified": (in_turn(with_headers(("ETag", '"1"')),
                                     status(304, [("Cache-Control", "max-age=1800")])),
                             30 * MINUTE),
        }, times=2)

    def test_freshness_bounds_adaptive_sources_to_six_hours(self):
        self.expect_waits({
            "hours": (with_headers(("Cache-Control", "max-age=7200")), 2 * HOUR),
            "month": (with_headers(("Cache-Control", "max-age=2592000")), 6 * HOUR),
        }, every=None)

    def test_a_used_up_rate_limit_is_waited_for(self):
        def epoch():
            return str(int(time.time()) + HOUR)

        def iso():
            at = datetime.datetime.fromtimestamp(time.time() + HOUR, datetime.timezone.utc)
            return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")

        def limited(remaining, reset, prefix="X-RateLimit"):
            return with_headers((f"{prefix}-Remaining", remaining), (f"{prefix}-Reset", reset))

        self.expect_waits({
            "epoch": (made_anew(lambda: limited("0", epoch())), HOUR),
            "seconds": (limited("0.0", "3600"), HOUR),
            "iso": (made_anew(lambda: limited("0", iso(), "X-Ratelimit")), HOUR),
            "draft": (limited("0", "3600", "RateLimit"), HOUR),
            "left": (limited("5", "3600"), 10 * MINUTE),
            "past": (limited("0", "-3"), 10 * MINUTE),
            "refused": (status(403, [("X-RateLimit-Remaining", "0"),
                                     ("X-RateLimit-Reset", "3600")]), HOUR),
            "too-many": (status(429, [("X-RateLimit-Reset", "3600")]), HOUR),
        })

    def test_what_the_feed_says_bounds_adaptive_sources(self):
        def period(name, frequency):
            return with_channel(f"<sy:updatePeriod>{name}</sy:updatePeriod>"
                                f"<sy:updateFrequency>{frequency}</sy:updateFrequency>")

        self.expect_waits({
            "ttl": (with_channel("<ttl>120</ttl>"), 2 * HOUR),
            "short-ttl": (with_channel("<ttl>1</ttl>"), 15 * MINUTE),
            "week-ttl": (with_channel("<ttl>10080</ttl>"), 6 * HOUR),
            "odd-ttl": (with_channel("<ttl>-5</ttl>"), 15 * MINUTE),
            "hourly": (period("hourly", 1), HOUR),
            "twice": (period("hourly", 2), 30 * MINUTE),
            "daily": (period("daily", 12), 2 * HOUR),
        }, every=None)
        self.add("fixed", with_channel("<ttl>120</ttl>"))
        self.poll()
        self.expect_wait("fixed", 10 * MINUTE)

    def test_hours_and_days_to_skip_are_skipped(self):
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=3)
        hours = "".join(f"<hour>{hour}</hour>" for hour in range(24) if hour != soon.hour)
        later = soon + datetime.timedelta(days=2)
        days = "".join(f"<day>{(later + datetime.timedelta(days=n)):%A}</day>"
                       for n in range(1, 7))
        self.add("hours", with_channel(f"<skipHours>{hours}</skipHours>"), every=None)
        self.add("days", with_channel(f"<skipDays>{days}</skipDays>"), every=None)
        self.poll()
        self.assertRegex(self.state("hours", "next_poll_utc"), f" {soon.hour:02}:0[0-5]")
        self.assertRegex(self.state("days", "next_poll_utc"), f"{later:%Y-%m-%d} 00:0[0-5]")

    def test_polls_are_spread(self):
        names = [f"feed-{i}" for i in range(24)]
        for name in names:
            self.add(name, with_headers(), every="1h")
        self.poll()
        waits = {self.wait_of(name) for name in names}
        self.assertGreater(len(waits), 12)
        self.assertGreaterEqual(min(waits), HOUR - ROUNDING_S)
        self.assertLessEqual(max(waits), HOUR + JITTER_MOST_S + ROUNDING_S)


class Addresses(Poller):
    def test_a_permanent_redirect_replaces_the_address(self):
        ways = {"moved": [301], "permanent": [308], "chain": [301, 308], "found": [302],
                "other": [303], "temporary": [307], "mixed": [301, 302], "late": [307, 301]}
        for name, codes in ways.items():
            stops = [name, *[f"{name}-{i + 1}" for i in range(len(codes))]]
            for stop, following, code in zip(stops, stops[1:], codes):
                self.web[f"/{stop}"] = redirect(f"/{following}", code)
            self.web[f"/{stops[-1]}"] = Feed(rss(Post(name, text="text")))
            self.add(name, redirect(f"/{stops[1]}", codes[0]))
        self.poll(2)
        for name, codes in ways.items():
            with self.subTest(name):
                end = f"{name}-{len(codes)}"
                permanent = set(codes) <= {301, 308}
                self.assertEqual(1 if permanent else 2, self.web.count(f"/{name}"))
                self.assertEqual(self.web.url(f"/{end if permanent else name}"),
                                 self.state(name, "asked_url"))
                # The validator comes along either way.
                self.assertEqual([200, 304], [r.status for r in self.requests(end)])
                self.assertEqual([name], self.posts(name))

    def test_an_address_moves_only_to_what_is_a_feed(self):
        self.add("feed", redirect("/page", 301))
        self.web["/page"] = content(b"<html>We have moved</html>", "text/html")
        self.poll(2)
        self.assertEqual(2, self.web.count("/feed"))

    def test_gone_is_for_good_and_is_said(self):
        ended = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x",
                            "expired": True, "items": [{"id": "last", "content_text": "Bye"}]})
        self.add("feed", status(410))
        self.add("ended", content(ended.encode(), "application/feed+json"))
        said = self.poll()
        self.assertIn("feed is gone and will not be asked again: HTTP 410", said)
        self.assertIn("ended is gone and will not be asked again: the feed says", said)
        self.poll(2)
        self.assertEqual((1, 1), (self.web.count("/feed"), self.web.count("/ended")))
        self.assertEqual({"gone"}, set(self.database.column("SELECT state FROM v_source_health")))
        self.assertEqual(["last"], self.posts("ended"))

    def test_hops_are_bounded_and_go_to_the_web_only(self):
        self.add("circle", redirect("/circle", 301))
        for scheme in ("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/",
                       "javascript:alert(1)", "http://[::1"):
            self.add("to-" + re.sub("[^a-z]", "", scheme), redirect(scheme, 301))
        self.poll()
        self.assertEqual(6, self.web.count("/circle"))  # five redirects are followed
        self.assertIn("5 redirects", self.state("circle", "last_error"))
        for source in self.settings["sources"][1:]:
            self.assertIn("cannot follow the redirect", self.state(source["name"], "last_error"))

    def test_a_public_server_leads_to_no_private_one(self):
        self.settings["fetch"]["proxy"] = self.web.url("")
        self.web["http://127.0.0.1/inside"] = content(rss(calm(1)))
        targets = {"loopback": "http://127.0.0.1/inside", "number": "http://2130706433/inside",
                   "six": "http://[::1]/inside", "link": "http://169.254.169.254/inside",
                   "mapped": "http://[::ffff:127.0.0.1]/inside"}
        for name, target in targets.items():
            url = f"http://public.example/{name}"
            self.web[url] = redirect(target, 301)
            self.settings["sources"].append({"name": name, "url": url, "every": "10m"})
        self.poll()
        for name in targets:
            with self.subTest(name):
                self.assertIn("private", self.state(name, "last_error"))
        self.assertEqual({f"http://public.example/{name}" for name in targets},
                         {r.path for r in self.web.requests.all()})

    def test_a_page_says_which_feed_it_names(self):
        link = '<link rel="alternate" type="application/{}+xml" href="{}">'
        page = "<!DOCTYPE html><html><head>{}</head><body>Hello</body></html>"
        for name, links in (("one", link.format("rss", "/feed.xml")),
                            ("two", link.format("rss", "a.xml") + link.format("atom", "b.xml")),
                            ("none", "")):
            self.add(name, content(page.format(links).encode(), "text/html"))
        self.poll()
        self.assertIn(f"it names the feed {self.web.url('/feed.xml')}",
                      self.state("one", "last_error"))
        self.assertIn(f"these feeds: {self.web.url('/a.xml')}, {self.web.url('/b.xml')}",
                      self.state("two", "last_error"))
        self.assertIn("it names no feed", self.state("none", "last_error"))
        self.assertEqual(0, self.web.count("/feed.xml"))


class Requests(Poller):
    def test_say_who_asks_and_for_what_and_no_more(self):
        jar = [("Set-Cookie", "id=1; Path=/"), ("ETag", '"1"')]
        self.add("feed", with_headers(*jar))
        self.add("led", status(302, [("Location", "/there"), *jar]))
        self.web["/there"] = with_headers(*jar)
        self.poll(2)
        usual = {"Host", "User-Agent", "Accept", "Accept-Encoding"}
        for request in self.web.requests.all():
            with self.subTest(request.path):
                self.assertLessEqual(set(request.headers), usual | {"If-None-Match"})
                self.assertLessEqual(usual, set(request.headers))
                self.assertRegex(request.headers["User-Agent"],
                                 r"^mentiond/\d\S* \(\+social@acme\.example\)$")
                for media_type in ("atom+xml", "rss+xml", "feed+json", "rdf+xml"):
                    self.assertIn(f"application/{media_type}", request.headers["Accept"])
        self.assertEqual({"/feed", "/led", "/there"}, {r.path for r in self.web.requests.all()})

    def test_offer_the_encodings_that_are_read(self):
        coders = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress,
                  "raw-deflate": raw_deflate, "identity": bytes}
        for name, code in coders.items():
            body = code(rss(Post(name, text="text")))
            encoding = name.replace("raw-", "")
            self.add(name, content(body, headers=[("Content-Encoding", encoding)]))
        self.poll()
        for name in coders:
            with self.subTest(name):
                self.assertIsNone(self.state(name, "last_error"))
                self.assertEqual([name], self.posts(name))
        self.assertEqual({"gzip", "deflate"},
                         set(re.split(", *", self.sent("gzip", "Accept-Encoding")[0])))

    def test_believe_the_bytes_more_than_the_encoding(self):
        """Object stores and hand-written servers name codings that were not applied."""
        said = ("utf-8", "UTF-8", "aws-chunked", "binary", "gzip")
        for name in said:
            self.add(f"as-{name}", content(rss(Post(f"as-{name}", text="text")),
                                           headers=[("Content-Encoding", name)]))
        self.add("unsaid", content(gzip.compress(rss(Post("unsaid", text="text")))))
        damaged = bytearray(gzip.compress(rss(*map(calm, range(50)))))
        damaged[len(damaged) // 2] ^= 4
        self.add("damaged", content(bytes(damaged), headers=[("Content-Encoding", "gzip")]))
        self.poll()
        for name in [f"as-{name}" for name in said] + ["unsaid"]:
            with self.subTest(name):
                self.assertIsNone(self.state(name, "last_error"))
                self.assertEqual([name], self.posts(name))
        self.assertIn("damaged", self.state("damaged", "last_error"))
        self.assertEqual([], self.posts("damaged"))

    def test_are_bounded_in_time_and_bytes(self):
        self.settings["fetch"].update(timeout="1s", max_body="64k")
        stop = threading.Event()
        self.addCleanup(stop.set)

        def drip(handler):
            handler.start(200, [("Content-Length", "60000")])
            while not stop.wait(0.1):
                handler.wfile.write(b" ")

        big = rss(*map(calm, range(2000)))
        cases = {
            "silent": (hang, "not done in 1 s"),
            "drip": (drip, "not done in 1 s"),
            "long": (content(big), ""),
            "chunks": (endless(b"<rss>", b" " * 4096, 10000), "more than 65536 bytes"),
            "bomb": (content(gzip.compress(b"<rss>" + b" " * 50_000_000),
                             headers=[("Content-Encoding", "gzip")]), "more than 65536 bytes"),
            "headers": (with_headers(*[(f"X-{i}", "x" * 1000) for i in range(90)]), "headers"),
        }
        for name, (page, _) in cases.items():
            self.add(name, page)
        self.poll()
        for name, (_, words) in cases.items():
            with self.subTest(name):
                self.assertEqual(1, self.state(name, "failures"))
                self.assertIn(words, self.state(name, "last_error"))
                self.assertEqual([], self.posts(name))

    def test_a_slow_host_delays_no_other(self):
        opened = threading.Event()
        self.addCleanup(opened.set)
        lock = threading.Lock()
        counts = collections.Counter()

        def slow(handler):
            with lock:
                counts["now"] += 1
                counts["most"] = max(counts["most"], counts["now"])
            opened.wait()
            with lock:
                counts["now"] -= 1
            content(rss(calm(1)))(handler)

        names = [f"slow-{i}" for i in range(8)]
        for name in names:
            self.add(name, slow, every="1h")
        self.add("quick", Feed(rss(calm(2))), every="1s")
        quick = self.settings["sources"][-1]
        quick["url"] = quick["url"].replace("127.0.0.1", "localhost")
        self.start()
        self.web.wait_for("/quick", 3)
        self.assertEqual((2, 2), (counts["now"], counts["most"]))
        opened.set()
        for name in names:
            self.web.wait_for(f"/{name}")
        self.assertEqual(2, counts["most"])


class Answers(Poller):
    def test_the_charset_of_http_counts_unless_a_byte_order_mark_says_otherwise(self):
        def page(codec, declared, charset, media_type="application/rss+xml"):
            post = Post(f"{codec} {declared} {charset} {media_type}", title="Žluťoučký kůň",
                        text="text")
            body = rss(post)
            body = body.decode().replace("UTF-8", declared).encode(codec)
            return content(body, media_type + (f"; charset={charset}" if charset else ""))

        cases = {
            "declared": page("iso-8859-2", "iso-8859-2", None),
            "http": page("iso-8859-2", "utf-8", "ISO-8859-2"),
            "quoted": page("iso-8859-2", "utf-8", '"iso-8859-2"'),
            "mark": page("utf-8-sig", "iso-8859-2", "iso-8859-2"),
            "mark-16": page("utf-16", "iso-8859-2", "iso-8859-2"),
            "unknown": page("utf-8", "utf-8", "klingon"),
            "html": page("utf-8", "utf-8", None, "text/html"),
            "image": page("utf-8", "utf-8", None, "image/png"),
        }
        for name, answer in cases.items():
            self.add(name, answer)
        self.poll()
        for name in cases:
            with self.subTest(name):
                self.assertEqual(["Žluťoučký kůň"], self.posts(name, "title"))

    def test_one_post_for_each_guid(self):
        a, b, c = (Post(i, title=f"Title {i}", text=f"Text {i}") for i in "abc")
        edited = Post("a", title="Title a", text="Text a, mended")
        self.add("feed", in_turn(*(content(rss(*posts)) for posts in (
            (a, b, a),        # twice in one feed
            (b, a),           # in another order
            (b, c),           # a vanishes
            (a, b, c),        # and returns
            (edited, b, c),   # and is edited
        ))))
        self.poll(5)
        self.assertEqual(["a", "b", "c"], self.posts("feed"))
        self.assertEqual(["Text a, mended", "Text b", "Text c"], self.posts("feed", "text"))

    def test_without_a_guid_the_link_or_the_title_tells(self):
        def items(*texts):
            return content(("<rss version='2.0'><channel><title>x</title>" + "".join(
                f"<item>{text}</item>" for text in texts) + "</channel></rss>").encode())

        def link(scheme, n, text):
            return (f"<link>{scheme}://news.example/{n}</link><title>Title {n}</title>"
                    f"<description>{text}</description>")

        def guid(scheme, n):
            return f"<guid>{scheme}://blog.example/{n}</guid><title>Title {n}</title>"

        self.add("links", in_turn(items(link("http", 1, "one"), link("http", 2, "two")),
                                  items(link("http", 2, "two"), link("http", 1, "one, edited"))))
        self.add("titles", in_turn(items("<title>One</title>"),
                                   items("<title>Two</title>", "<title>One</title>")))
        self.add("https", in_turn(items(guid("http", 1), guid("http", 2)),
                                  items(guid("https", 1), guid("https", 2))))
        self.add("https-links", in_turn(items(link("http", 3, "one")),
                                        items(link("https", 3, "one"))))
        self.add("blank", items("<guid></guid><title>First</title>",
                                "<guid/><title>Second</title>"))
        self.poll(2)
        self.assertEqual(["Title 1", "Title 2"], self.posts("links", "title"))
        self.assertEqual(["One", "Two"], self.posts("titles", "title"))
        self.assertEqual(["Title 1", "Title 2"], self.posts("https", "title"))
        self.assertEqual(["Title 3"], self.posts("https-links", "title"))
        self.assertEqual(["First", "Second"], self.posts("blank", "title"))

    def test_nothing_is_lost(self):
        def window(name, start, end):
            return rss(*(Post(f"{name}-{n:03}", text=f"text {n}")
                         for n in range(end - 1, start - 1, -1)))

        def with_trailers(body):
            def page(handler):
                handler.start(200, [("Transfer-Encoding", "chunked"), ("Trailer", "ETag")])
                for at in range(0, len(body), 700):
                    handler.write_chunk(body[at:at + 700])
                handler.wfile.write(b"0\r\nETag: \"of-the-trailer\"\r\nX-More: 1\r\n\r\n")
            return page

        bursts = [(0, 20), (15, 35), (30, 530), (500, 540)]
        growth = [(0, 0), (0, 1), (0, 10), (0, 540)]
        for name, make, windows in (("bursts", content, bursts), ("grows", content, growth),
                                    ("trailers", with_trailers, bursts)):
            self.add(name, in_turn(*(make(window(name, *ends)) for ends in windows)))
        self.poll(4)
        for name in ("bursts", "grows", "trailers"):
            self.assertEqual([f"{name}-{n:03}" for n in range(540)], self.posts(name))
        self.assertEqual([None] * 4, self.sent("trailers", "If-None-Match"))

    def test_only_a_whole_feed_counts_as_one(self):
        """A difference between feeds (RFC 3229) is never asked for, so an answer
        that claims to be one is none."""
        self.add("feed", status(226, [("IM", "feed"), ("ETag", '"1"')]))
        self.poll(2)
        self.assertEqual([None, None], self.sent("feed", "A-IM"))
        self.assertEqual([None, None], self.sent("feed", "If-None-Match"))
        self.assertEqual(2, self.state("feed", "failures"))


def raw_deflate(body):
    """Without the header that "deflate" should have."""
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(body) + coder.flush()


if __name__ == "__main__":
    unittest.main()
