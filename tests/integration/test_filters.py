"""parse, match and score as Unix filters, on the sample feeds and on lines that
are no posts."""

import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from support.daemon import MENTIONCTL, environment, mentionctl
from support.feeds import SAID, angry, rss

SAMPLES = pathlib.Path(__file__).parents[2] / "tools" / "samples"


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


class Samples(unittest.TestCase):
    """As tools/quickstart serves them, with dates of today."""

    def setUp(self):
        self.server = subprocess.Popen([sys.executable, SAMPLES / "serve.py", SAMPLES],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.communicate)
        self.port = int(self.server.stdout.readline())

    def page(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{name}", timeout=20) as page:
            return page.read().decode()

    def test_they_parse(self):
        for name, n, warns in (("wire.rss", 3, False), ("business.rss", 6, False),
                               ("city.rss", 4, False), ("forum.atom", 10, False),
                               ("social.json", 36, False), ("broken.rss", 3, True)):
            with self.subTest(name=name):
                done = mentionctl("parse", input=self.page(name))
                self.assertEqual(0, done.returncode, done.stderr)
                self.assertEqual(n, len(objects(done.stdout)))
                self.assertEqual(warns, "warning" in done.stderr, done.stderr)

    def test_what_is_no_feed_is_65(self):
        done = mentionctl("parse", input=self.page("status.html"))
        self.assertEqual((65, ""), (done.returncode, done.stdout))
        self.assertIn("HTML", done.stderr)


class Filters(unittest.TestCase):
    def test_a_feed_may_be_compressed(self):
        packed = gzip.compress(rss(angry(1)))
        with tempfile.NamedTemporaryFile(suffix=".gz") as file:
            for name, content, code in (("whole", packed, 0), ("joined with nothing", packed
                                        + gzip.compress(b""), 0), ("damaged", packed[:40]
                                        + bytes([packed[40] ^ 4]) + packed[41:], 65)):
                with self.subTest(name):
                    file.seek(0)
                    file.truncate()
                    file.write(content)
                    file.flush()
                    done = mentionctl("parse", file.name)
                    self.assertEqual(code, done.returncode, done.stderr)
                    self.assertEqual(code == 0, "Complaint 1 about Acme" in done.stdout)

    def test_the_daemon_in_miniature(self):
        posts = mentionctl("parse", input=rss(angry(1)).decode())
        matched = mentionctl("match", "--query", "acme AND furious", input=posts.stdout)
        scored = mentionctl("score", input=matched.stdout)
        post = objects(scored.stdout)[0]
        self.assertEqual("Complaint 1 about Acme", post["title"])
        self.assertEqual(f"{SAID:%Y-%m-%dT%H:%M:%SZ}", post["published"])
        self.assertEqual("negative", post["sentiment"]["label"])
        self.assertTrue(post["sentiment"]["angry"])
        for hit in post["matches"]:
            self.assertEqual(hit["text"], post[hit["field"]][hit["start"]:hit["end"]])

    def test_what_does_not_match_is_left_out(self):
        posts = '{"id":"1","text":"nothing here"}\n{"id":"2","text":"Acme here"}\n'
        done = mentionctl("match", "--query", "acme", input=posts)
        self.assertEqual((0, ["2"]), (done.returncode, [p["id"] for p in objects(done.stdout)]))

    def test_unknown_keys_pass_unchanged(self):
        post = {"x-first": {"deep": [1, None, ""]}, "text": "acme is furious", "zz": 1.25}
        line = json.dumps(post) + "\n"
        matched = mentionctl("match", "--query", "acme", input=line)
        scored = mentionctl("score", input=matched.stdout)
        after = objects(scored.stdout)[0]
        self.assertEqual(post, {key: after[key] for key in post})
        self.assertEqual({*post, "matches", "sentiment"}, set(after))

    def test_a_line_that_is_no_json_is_told_and_the_rest_goes_on(self):
        lines = '{"text":"acme 1"}\nnonsense\n\n[1]\n{"text":"acme 2"}\n'
        for filter_ in (("match", "--query", "acme"), ("score",)):
            with self.subTest(filter=filter_[0]):
                done = mentionctl(*filter_, input=lines)
                self.assertEqual(65, done.returncode)
                self.assertEqual(2, len(objects(done.stdout)))
                self.assertIn("line 2", done.stderr)
                self.assertIn("line 4", done.stderr)

    def test_nothing_in_nothing_out(self):
        for filter_ in (("match", "--query", "acme"), ("score",)):
            done = mentionctl(*filter_, input="")
            self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))

    def test_strange_texts_come_out_as_they_were(self):
        for text in ("Ի՞նչ սպասարկում է acme", "acme \u0000 \ud83d lone", "𝒜cme acme 😡",
                     "acme \u202e emca", "a" * 100_000 + " acme"):
            with self.subTest(text=text[:20]):
                line = json.dumps({"text": text}) + "\n"
                done = mentionctl("match", "--query", "acme", input=line)
                self.assertEqual(0, done.returncode, done.stderr)
                self.assertEqual(text, objects(done.stdout)[0]["text"])

    def test_a_reader_that_goes_away_ends_the_writer(self):
        lines = '{"text":"acme and more"}\n' * 200_000
        with subprocess.Popen([MENTIONCTL, "match", "--query", "acme"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=environment()) as program:
            program.stdout.close()
            try:
                program.stdin.write(lines)
                program.stdin.close()
            except BrokenPipeError:
                pass
            self.assertNotIn("Sanitizer", program.stderr.read())
            self.assertNotEqual(0, program.wait(20))

    def test_explain_names_the_part_that_failed(self):
        cases = (
            ("acme late", "acme AND refund", "refund"),
            ("acme late", "globex AND late", "globex"),
            ("acme late", "acme AND (late AND (refund OR lawyer))", "(refund OR lawyer)"),
            ("acme job", "acme NOT job", "NOT job"),
            ("acme late job", "(acme AND late) AND (acme AND NOT job)", "NOT job"),
            ("late", "acme OR globex", "(acme OR globex)"),
            ("late", "(acme AND late) OR globex", "((acme AND late) OR globex)"),
        )
        for text, query, failed in cases:
            with self.subTest(text=text, query=query):
                done = mentionctl("explain", "--query", query,
                                  input=json.dumps({"text": text}) + "\n")
                self.assertEqual((0, f"failed: {failed}"),
                                 (done.returncode, done.stdout.splitlines()[-1].strip()))

    def test_wrong_use(self):
        for arguments in (("match",), ("nonsense",), ("score", "--nonsense"), ()):
            with self.subTest(arguments=arguments):
                done = mentionctl(*arguments, input="")
                self.assertEqual((64, ""), (done.returncode, done.stdout), done.stderr)
                self.assertIn("--help", done.stderr)
        done = mentionctl("match", "--query", "acme AND (", input='{"text":"acme"}\n')
        self.assertEqual((65, ""), (done.returncode, done.stdout))
        self.assertIn("line 1, column 10", done.stderr)


if __name__ == "__main__":
    unittest.main()
