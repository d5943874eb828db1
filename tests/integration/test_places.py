"""Where posts come from: from the feed to the archive, and the same by filters."""

import json
import pathlib
import shutil
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once

FEED = """<rss version="2.0" xmlns:georss="http://www.georss.org/georss"><channel><title>x</title>
<item><guid>named</guid><title>Acme is late</title>
  <georss:featurename>Atlanta, Georgia</georss:featurename></item>
<item><guid>point</guid><title>Acme is late again</title>
  <georss:point>-1.29 36.82</georss:point></item>
<item><guid>unset</guid><title>Acme was late once</title>
  <georss:point>0 0</georss:point></item>
<item><guid>silent</guid><title>Acme in Paris, France</title></item>
</channel></rss>""".encode()

QUERIES = {
    "in-us": "country:US",
    "in-kenya": "country:Kenya",
    "in-france": "country:FR",
    "near-atlanta": 'near:"33.75,-84.39,50km"',
    "near-nairobi": 'near:"-1.29,36.82,50km"',
    "somewhere": "has:geo",
}


class Places(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.news.publish(FEED)
        self.settings["streams"] = [{"name": name, "query": query}
                                    for name, query in QUERIES.items()]
        self.settings["alerts"] = []

    def found(self):
        """Pairs of a post and a stream that mentions it."""
        return set(self.rows(
            "SELECT source_post_id, stream.name FROM mention"
            " JOIN post ON post.id = post_id JOIN stream ON stream.id = stream_id"))

    def rows(self, sql):
        return [tuple(row) for row in self.database.rows(sql)]

    def test_the_daemon_and_the_filters_agree(self):
        done = run_once(self.write_config())
        self.assertEqual(0, done.returncode, done.stderr)
        wanted = {("named", "in-us"), ("named", "near-atlanta"), ("named", "somewhere"),
                  ("point", "in-kenya"), ("point", "near-nairobi"), ("point", "somewhere"),
                  ("unset", "somewhere")}
        self.assertEqual(wanted, self.found())

        queries = self.folder / "queries"
        queries.write_text("".join(f"{name}\t{query}\n" for name, query in QUERIES.items()))
        posts = mentionctl("parse", input=FEED.decode())
        matched = mentionctl("match", "--queries", queries, input=posts.stdout)
        self.assertEqual(wanted, {(post["id"], name)
                                  for post in map(json.loads, matched.stdout.splitlines())
                                  for name in post["streams"]})
        for name, query in QUERIES.items():
            with self.subTest(query=query):
                listed = mentionctl("--config", self.config, "mentions", query, "--stream", name,
                                    "--json")
                self.assertEqual({post for post, stream in wanted if stream == name},
                                 {json.loads(line)["id"] for line in listed.stdout.splitlines()})

    def test_nothing_is_printed_that_the_feed_did_not_say(self):
        posts = mentionctl("parse", input=FEED.decode())
        locations = [json.loads(line).get("location") for line in posts.stdout.splitlines()]
        self.assertEqual([{"name": "Atlanta, Georgia", "via": "geotag"},
                          {"lat": -1.29, "lon": 36.82, "via": "geotag"},
                          {"lat": 0, "lon": 0, "via": "geotag"}, None], locations)
        matched = mentionctl("match", "--query", "has:geo", input=posts.stdout)
        self.assertEqual(locations[:3], [json.loads(line)["location"]
                                         for line in matched.stdout.splitlines()])

    def test_the_archive_keeps_the_country_and_what_was_said(self):
        run_once(self.write_config())
        self.assertEqual(
            [("named", "Atlanta, Georgia", "US", None, None, "geotag"),
             ("point", None, "KE", -1.29, 36.82, "geotag"),
             ("silent", None, None, None, None, None),
             ("unset", None, None, 0, 0, "geotag")],
            self.rows("SELECT source_post_id, place, country, lat, lon, location_via"
                               " FROM post ORDER BY source_post_id"))

    def test_a_source_says_where_posts_without_a_place_are_from(self):
        self.settings["sources"][0]["location"] = {"name": "Phnom Penh"}
        run_once(self.write_config())
        self.assertEqual(
            [("silent", "Phnom Penh", "KH", "source")],
            self.rows("SELECT source_post_id, place, country, location_via FROM post"
                               " WHERE location_via = 'source'"))

    def test_without_the_table_countries_are_still_known_and_a_warning_says_so(self):
        data = self.folder / "data"
        shutil.copytree(pathlib.Path(__file__).parents[2] / "config", data)
        done = run_once(self.write_config(), variables={"MENTIOND_DATA": str(data)})
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("there is no table of places", done.stderr)
        self.assertEqual({("named", "somewhere"), ("point", "near-nairobi"),
                          ("point", "somewhere"), ("unset", "somewhere")}, self.found())

        (data / "places/towns.table").write_bytes(b"mnplaces, cut off")
        done = mentionctl("--config", self.config, "check", variables={"MENTIOND_DATA": str(data)})
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(f"{data}/places/towns.table: warning: ", done.stderr)
        done = mentionctl("match", "--query", "country:Kenya",
                          input='{"text":"x","location":{"name":"Mombasa, Kenya"}}\n',
                          variables={"MENTIOND_DATA": str(data)})
        self.assertIn("Mombasa", done.stdout)


if __name__ == "__main__":
    unittest.main()
