#!/usr/bin/python3
"""Makes a small table from an excerpt of the data, and compares the bytes with the
table that the programs are tested with."""

import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["SOURCE"])
FIXTURES = SOURCE / "tests/fixtures/places"
WANTED = SOURCE / "tests/fuzz/corpus/places/few.table"


class MakePlaces(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mentiond-places-")
        self.addCleanup(folder.cleanup)
        self.output = pathlib.Path(folder.name) / "towns.table"

    def make(self, package, *options):
        return subprocess.run(
            [SOURCE / "tools/make-places", "--divisions", FIXTURES / "divisions",
             "--iso-codes", FIXTURES / "iso", "--locales", "/nowhere", *options, package,
             self.output], text=True, capture_output=True, check=False)

    def test_the_same_input_gives_the_same_bytes(self):
        done = self.make(FIXTURES / "cities", "--least-population", "500")
        self.assertEqual("", done.stderr)
        self.assertEqual(WANTED.read_bytes(), self.output.read_bytes())

    def test_small_places_are_left_out_but_for_capitals(self):
        done = self.make(FIXTURES / "cities", "--least-population", "100000")
        self.assertEqual("", done.stderr)
        table = self.output.read_bytes()
        self.assertIn(b"\0vaduz\0", table)
        self.assertNotIn(b"\0labasa\0", table)

    def test_airports_are_no_names(self):
        self.assertIn("NBO,", (FIXTURES / "cities/dist/cities500.txt").read_text())
        self.make(FIXTURES / "cities")
        self.assertNotIn(b"\0nbo\0", self.output.read_bytes())

    def test_a_folder_without_the_data_is_told(self):
        done = self.make("/nowhere")
        self.assertEqual(1, done.returncode)
        self.assertIn("/nowhere/dist/cities500.txt", done.stderr)
        self.assertFalse(self.output.exists())


if __name__ == "__main__":
    unittest.main()
