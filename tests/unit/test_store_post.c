#include <errno.h>

#include "base/map.h"
#include "unit/store_fixture.h"

/* --- identity --------------------------------------------------------------- */

static void test_a_post_is_known_by_its_id(void **state)
{
	const struct fixture *fixture = *state;
	const struct {
		struct said said;
		enum seen seen;
		bool same_row; /* as the first */
	} cases[] = {
		{{.id = "1", .text = "Acme is late"}, POST_NEW, true},
		{{.id = "1", .text = "Acme is late"}, POST_SEEN, true},
		{{.id = "1", .text = "Acme is late again"}, POST_EDITED, true},
		{{.id = "1", .text = "Acme is late again"}, POST_SEEN, true},
		{{.id = "2", .text = "Acme is late"}, POST_NEW, false},
		/* Another source has the same address under an id of its own: a copy,
		 * also when that source edits it. */
		{{.source = "fediverse", .id = "1", .text = "Acme is late again"}, POST_SEEN, true},
		{{.source = "fediverse", .id = "1", .text = "Acme was late"}, POST_EDITED, true},
		{{.id = "1", .text = "Acme was late"}, POST_SEEN, true},
	};
	int64_t first = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct stored_post stored = add_post(fixture->store, &cases[i].said);

		if (i == 0)
			first = stored.id;
		expect(stored.seen == cases[i].seen, "row %zu: seen %d", i, stored.seen);
		expect((stored.id == first) == cases[i].same_row, "row %zu: id %lld, first %lld", i,
			(long long)stored.id, (long long)first);
	}
}

static void test_a_post_needs_a_known_source(void **state)
{
	const struct fixture *fixture = *state;
	const struct post post = {.source = "nowhere", .text = "Acme"};
	const struct identity identity = {.id_key = "1"};
	struct stored_post stored;

	assert_int_equal(-ENOENT, store_add_post(fixture->store, &post, &identity, 0, &stored));
}

/* --- round trip --------------------------------------------------------------- */

struct seen_item {
	size_t n;
	char *json;
};

static int keep_json(const struct item *item, void *userdata)
{
	struct seen_item *seen = userdata;
	json_t *post;
	json_t *score;

	assert_int_equal(0, post_to_json(&item->post, &post));
	assert_int_equal(0, sentiment_to_json(&item->sentiment, true, &score));
	json_object_set_new(post, "sentiment", score);
	free(seen->json);
	seen->json = json_dumps(post, JSON_COMPACT);
	seen->n++;
	json_decref(post);
	return 0;
}

static void test_what_is_read_is_what_was_written(void **state)
{
	static const char wire_form[] =
		"{\"id\":\"tag:1\",\"url\":\"https://a.example/1\",\"title\":\"\\u121d\\u1295\","
		"\"text\":\"Acme is the "
		"WORST\",\"author\":\"Wanjiru\",\"author_handle\":\"wanjiru\","
		"\"author_url\":\"https://a.example/"
		"@wanjiru\",\"published\":\"2026-11-20T06:00:00Z\","
		"\"updated\":\"2026-11-20T07:00:00Z\",\"lang\":\"en\",\"tags\":[\"News\",\"B\"],"
		"\"hashtags\":[\"acmefail\"],\"handles\":[\"acmehelp\"],"
		"\"links\":[\"https://b.example/"
		"?a=1&b=2\"],\"location\":{\"lat\":-1.25,\"lon\":36.75,"
		"\"name\":\"Nairobi\",\"country\":\"KE\",\"via\":\"geotag\"},\"reply_to\":\"tag:"
		"0\","
		"\"metrics\":{\"likes\":3,\"followers\":1200,\"rating\":4.5},\"source\":\"acme-"
		"news\"}";
	const struct fixture *fixture = *state;
	const struct identity identity = {.id_key = "tag:1", .url_key = "a.example/1"};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct stored_post stored;
	struct seen_item seen = {0};
	struct post post;
	json_t *wire = json_loads(wire_form, 0, NULL);
	char *want;

	assert_int_equal(0, arena_new(1 << 20, &arena));
	assert_int_equal(0, post_from_json(wire, fixture->arena, &post));
	assert_int_equal(0, store_add_post(fixture->store, &post, &identity,
				    at("2026-11-21 06:00:00"), &stored));
	add_mention(fixture->store, stored.id,
		&(struct felt){.compound = -0.5, .anger = 0.75, .flags = FLAG_CHURN | FLAG_URGENT});

	const struct mention_filter all = {0};
	assert_int_equal(0, store_each_mention(fixture->store, &all, arena, keep_json, &seen));
	assert_int_equal(1, seen.n);

	json_decref(wire);
	assert_int_equal(0, post_to_json(&post, &wire));
	json_object_set_new(wire, "sentiment",
		json_loads("{\"compound\":-0.5,\"label\":\"negative\",\"pos\":0.0,\"neu\":1.0,"
			   "\"neg\":0.0,\"anger\":0.75,\"angry\":true,\"flags\":[\"churn\","
			   "\"urgent\"],"
			   "\"lang\":\"en\",\"coverage\":0.5,\"terms\":[{\"text\":\"worst\","
			   "\"field\":\"text\",\"start\":5,\"end\":10,\"valence\":-2,"
			   "\"anger\":0.75,\"flags\":[\"churn\",\"urgent\"],"
			   "\"why\":[\"caps\",\"booster so\"]}]}",
			0, NULL));
	want = json_dumps(wire, JSON_COMPACT);
	assert_string_equal(want, seen.json);
	free(want);
	free(seen.json);
	json_decref(wire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_memory(test_a_post_is_known_by_its_id),
		with_memory(test_a_post_needs_a_known_source),
		with_memory(test_what_is_read_is_what_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
