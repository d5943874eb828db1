#!/usr/bin/python3
"""layers.py finds what is planted for it, and nothing else."""

import pathlib
import tempfile
import unittest

import layers


class Layers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name)

    def write(self, name, *lines):
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line + "\n" for line in lines))

    def mistakes(self):
        return layers.check(self.project)[0]

    def test_circles_of_modules(self):
        self.write("src/match/one.h", "/* about */")
        self.write("src/match/other.h", "/* about */")
        self.write("src/match/one.c", '#include "match/one.h"', '#include "match/other.h"')
        self.assertEqual([], self.mistakes())
        self.write("src/match/other.c", '#include "match/one.h"')
        self.assertEqual(["modules include each other: match/one, match/other"], self.mistakes())

    def test_circles_that_are_allowed(self):
        self.write("src/match/field.h", "/* about */")
        self.write("src/match/parse.h", '#include "match/field.h"')
        self.assertEqual(["a circle that is gone stands in CIRCLES: match/field, match/parse"],
                         self.mistakes())
        self.write("src/match/field.c", '#include "match/parse.h"')
        self.assertEqual([], self.mistakes())

    def test_the_manual_has_the_table(self):
        manual = pathlib.Path(__file__).parents[2] / "docs/architecture.md"
        self.assertIn(layers.table(), manual.read_text(encoding="utf-8"),
                      "print it anew: tests/layers/layers.py --table")

    def test_arrows(self):
        cases = (
            # file, include, whether it may stand there
            ("src/base/str.c", '"base/utf8.h"', True),
            ("src/base/str.c", '"record/post.h"', False),
            ("src/match/query.c", '"text/words.h"', True),
            ("src/match/query.c", '"config/settings.h"', True),
            ("src/match/query.c", '"config/load.h"', False),
            ("src/match/query.c", '"score/score.h"', False),
            ("src/match/query.c", '"http/client.h"', False),
            ("src/notify/smtp.c", '"http/client.h"', True),
            ("src/match/query.c", '"query.h"', False),
            ("src/daemon/mentioning.c", '"store/store.h"', True),
            ("src/daemon/mentioning.c", '"ctl/ctl.h"', False),
            ("src/ctl/match.c", '"daemon/turn.h"', True),
            ("src/ctl/match.c", '"daemon/scheduler.h"', False),
            ("src/util/all.c", '"base/str.h"', False),
            ("include/mentiond/mentiond.h", '"base/str.h"', False),
            ("src/http/client.c", "<curl/curl.h>", True),
            ("src/fetch/poll.c", "<curl/curl.h>", False),
            ("src/decode/rss.c", "<libxml/parser.h>", False),
            ("src/base/log.c", "<systemd/sd-journal.h>", True),
            ("src/base/str.c", "<systemd/sd-journal.h>", False),
            ("src/text/cld2.cc", "<cld2/public/compact_lang_det.h>", True),
            ("src/store/store.h", "<sqlite3.h>", True),
            ("src/alert/rule.c", "<string.h>", True),
        )
        for file, include, allowed in cases:
            with self.subTest(file=file, include=include):
                self.write(file, "/* about */", f"#include {include}")
                found = self.mistakes()
                self.assertEqual(0 if allowed else 1, len(found), found)
                for mistake in found:
                    self.assertTrue(mistake.startswith(file + ":2: "), mistake)
                (self.project / file).unlink()

    def test_spaces_and_comments(self):
        self.write("src/base/a.c", "# include <curl/curl.h>", '/* see #include "store/x.h" */')
        self.assertEqual(1, len(self.mistakes()))

    def test_cycle_of_headers(self):
        self.write("src/base/a.h", '#include "base/b.h"')
        self.write("src/base/b.h", '#include "base/c.h"')
        self.write("src/base/c.h", '#include "base/a.h"')
        self.assertEqual(["headers include each other: "
                          "base/a.h -> base/b.h -> base/c.h -> base/a.h",
                          "modules include each other: base/a, base/b, base/c"], self.mistakes())


if __name__ == "__main__":
    unittest.main()
