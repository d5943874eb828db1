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
