"""mentionctl check: what is wrong is told before it is in force, with its place."""

import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once


class Check(IntegrationCase):
    def check(self, text, code=78):
        """Checks TEXT with a source and a stream before it; what is said of it."""
        self.config.write_text(text)
        done = mentionctl("--config", self.config, "check")
        self.assertEqual(code, done.returncode, done.stdout + done.stderr)
        return done.stderr

    def test_what_would_be_silently_wrong_is_told(self):
        news = "sources: [{ name: news, url: https://news.example/rss }]\n"
        acme = "streams: [{ name: acme, query: acme }]\n"
        support = "recipients: [{ name: support, email: s@acme.example }]\n"
        mail = "smtp: { url: smtp://localhost:25, from: m@acme.example, tls: none }\n"
        cases = (
            (78, news + acme + support + mail + "alerts: [{ name: a, when: angry,"
             " notify: [support, support] }]\n", "5:52: error: `notify' names `support' twice"),
            (0, news + "streams: [{ name: acme, query: acme, kind: topic }]\n"
             "alerts: [{ name: a, when: angry }]\n",
             "3:10: warning: this alert watches the brands, and no stream is one"),
            (0, "sources:\n- { name: a, url: http://192.168.1.5/rss }\n" + acme,
             "2:3: warning: this source is at a private address, and will be refused"),
            (0, "sources:\n- { name: a, url: https://x.example/ }\n"
             "- { name: b, url: https://x.example/ }\n" + acme,
             "3:3: warning: this source has the address of `a' too"),
            (0, "sources:\n- { name: a, url: https://x.example/, enabled: false }\n" + acme,
             "2:3: warning: all sources are disabled"),
            (78, news + "streams:\n- { name: acme, query: acme, own: [https://acme.example/] }\n",
             "3:3: error: `own' lists handles and hosts: `https://acme.example/' is neither"),
            (78, news + acme + "push: { listen: localhost:8780 }\n",
             "error: push.listen is an address in numbers and a port, found `localhost:8780'"),
            (78, news + acme + "push: { listen: 127.0.0.1 }\n", "found `127.0.0.1'"),
            (78, news + acme + "push: { listen: '[::1]:99999' }\n", "found `[::1]:99999'"),
            (0, news + acme + "smtp: { url: smtp://m.example:465, from: m@acme.example }\n",
             "warning: port 465 speaks TLS from the first byte (write smtps://"),
            (78, news + acme + "smtp: { url: smtp://localhost, from: m@a.example, tls: none,"
             " retry: { first: 1h, give_up: 10m } }\n",
             "error: `retry' gives up before it tried a second time"),
            (78, "sources:\n- { name: a, url: https://x.example/, location: { country: XX } }\n"
             + acme, "2:3: error: source `a': XX is no country's code"),
        )
        for code, text, wanted in cases:
            with self.subTest(wanted=wanted):
                self.assertIn(wanted, self.check(text, code))

    def test_a_rule_is_not_compared_with_what_no_post_states(self):
        begin = ("sources: [{ name: fediverse, url: https://news.example/rss }]\n"
                 "streams: [{ name: acme, query: acme }]\n"
                 "alerts:\n- name: a\n  when: >-\n    angry and\n    ")
        language = "which is no language's code (ISO 639)"
        country = "which is no country's code (ISO 3166-1)"
        cases = (
            ("lang == english", 13, f"lang is compared with `english', {language} "
             "(did you mean en?)"),
            ("not (lang != \"Deutsch\" or angry)", 18, f"lang is compared with `Deutsch', {language} "
             "(did you mean de?)"),
            ("lang == eng", 13, f"lang is compared with `eng', {language} (did you mean en?)"),
            ("lang == en_GB", 13, f"lang is compared with `en_GB', {language} (did you mean en?)"),
            ("lang == klingonese", 13, f"lang is compared with `klingonese', {language}"),
            ("country == UK", 16, f"country is compared with `UK', {country} (did you mean GB?)"),
            ("source == fedivers", 15, "source is compared with `fedivers', which is the name of "
             "no source (did you mean fediverse?)"),
            ("source == x", 15, "source is compared with `x', which is the name of no source"),
        )
        for rule, column, wanted in cases:
            with self.subTest(rule=rule):
                self.assertEqual(f"mentiond.yaml:7:{column}: warning: rule of alert `a': {wanted}",
                                 self.check(begin + rule + "\n", 0).splitlines()[0]
                                 .rpartition("/")[2])
        for rule in ("lang == en", "lang == en-GB", "lang == haw", "source == Fediverse",
                     "country == gb", "author_handle == anybody", "label == negative"):
            with self.subTest(rule=rule):
                self.assertEqual("", self.check(begin + rule + "\n", 0))

    def test_a_recipient_that_nothing_tells_is_told(self):
        text = ("sources: [{ name: news, url: https://news.example/rss }]\n"
                "streams: [{ name: acme, query: acme }]\n"
                "smtp: { url: 'smtp://localhost:25', from: m@acme.example, tls: none }\n"
                "recipients:\n- { name: press, email: p@acme.example }\n")
        self.assertIn("5:3: warning: nothing is told to `press' (name it in `notify' of an alert, "
                      "or give it a `digest')", self.check(text, 0))
        self.assertEqual("", self.check(
            text + "alerts: [{ name: a, when: angry, notify: press }]\n", 0))
        self.assertEqual("", self.check(text.replace(
            "example }\n", "example, digest: { at: '08:00' } }\n"), 0))

    def test_what_is_right_is_not_complained_of(self):
        text = ("sources: [{ name: a, url: http://10.0.0.1/, allow_private: true,"
                " location: { country: UK } }]\n"
                "streams: [{ name: acme, query: acme, own: ['@acme', acme.example] }]\n"
                "push: { address: https://p.example/, listen: '[::1]:8780' }\n")
        for listen in ("'[::1]:8780'", "0.0.0.0:80", "':8780'"):
            self.assertEqual("", self.check(text.replace("'[::1]:8780'", listen), 0))

    def test_examples_test_their_query(self):
        text = ("sources:\n"
                "  - { name: news, url: https://news.example/rss }\n"
                "streams:\n"
                "  - name: acme\n"
                "    query: acme NOT job\n"
                "    examples:\n"
                "      match:\n"
                "        - Acme lost my parcel\n"
                "        - Acme has no job for me\n"
                "      ignore:\n"
                "        - Acme opens a shop\n"
                "        - nothing of the kind\n")
        said = self.check(text)
        self.assertEqual(
            ["mentiond.yaml:9:11: error: stream `acme': its query does not match this example: "
             "Acme has no job for me",
             "mentiond.yaml:11:11: error: stream `acme': its query matches this example: "
             "Acme opens a shop"],
            [line.rpartition("/")[2] for line in said.splitlines() if "example" in line])
        # The daemon asks the same.
        done = run_once(self.config)
        self.assertEqual(78, done.returncode, done.stderr)
        self.assertIn("does not match this example", done.stderr)


if __name__ == "__main__":
    unittest.main()
