#include <errno.h>
#include <string.h>

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

/* What polls bring of one page, notice by notice, as dedupe/ tells them apart. */
struct notice {
	int poll;
	enum link_role link;
	const char *title, *text, *published;
	enum seen seen;
	int row; /* which of them it is, counted from 1 */
};

static struct stored_post add_notice(
	struct store *store, const char *page, const struct notice *notice)
{
	const struct post post = {.source = "acme-news",
		.url = page,
		.title = notice->title,
		.text = notice->text,
		.published =
			notice->published ? INSTANT(at(notice->published)) : (struct instant){0}};
	const struct identity identity = {.id_key = page,
		.url_key = page,
		.content_hash =
			hash_bytes(slice_of(notice->text), hash_bytes(slice_of(notice->title), 1)),
		.title_hash = hash_bytes(slice_of(notice->title ? notice->title : notice->text), 2),
		.link = notice->link};
	struct stored_post stored;
	const int known = store_has_post(store, post.source, &identity);

	assert_int_equal(
		0, store_add_post(store, &post, &identity, at("2026-11-21 08:00:00"), &stored));
	expect(known == (stored.seen == POST_SEEN), "poll %d: `%s' known is %d", notice->poll,
		notice->title ? notice->title : notice->text, known);
	return stored;
}

#define DAY_1 "2026-11-01 09:00:00"
#define DAY_2 "2026-11-02 09:00:00"
#define DAY_3 "2026-11-03 09:00:00"

static void test_notices_that_share_a_link_are_told_apart(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *what;
		struct notice notices[8];
	} cases[] = {
		{"two at once, and again",
			{{1, LINK_SHARED, "Closed", "a", DAY_1, POST_NEW, 1},
				{1, LINK_SHARED, "Open", "b", DAY_2, POST_NEW, 2},
				{2, LINK_SHARED, "Closed", "a", DAY_1, POST_SEEN, 1},
				{2, LINK_SHARED, "Open", "b", DAY_2, POST_SEEN, 2},
				{3, LINK_OWN, "Open", "b", DAY_2, POST_SEEN, 2}}},
		{"one, then two, then the other",
			{{1, LINK_OWN, "Closed", "a", DAY_1, POST_NEW, 1},
				{2, LINK_SHARED, "Open", "b", DAY_2, POST_NEW, 2},
				{2, LINK_SHARED, "Closed", "a", DAY_1, POST_SEEN, 1},
				{3, LINK_OWN, "Open", "b", DAY_2, POST_SEEN, 2},
				{4, LINK_OWN, "Open", "b, at last", DAY_2, POST_EDITED, 2},
				{5, LINK_OWN, "Mended", "c", DAY_3, POST_NEW, 3}}},
		{"one after the other",
			{{1, LINK_OWN, "Closed", "a", DAY_1, POST_NEW, 1},
				{2, LINK_OWN, "Open", "b", DAY_2, POST_NEW, 2},
				{3, LINK_OWN, "Open", "b", DAY_2, POST_SEEN, 2},
				{4, LINK_SHARED, "Closed", "a", DAY_1, POST_SEEN, 1},
				{4, LINK_SHARED, "Open", "b", DAY_2, POST_SEEN, 2}}},
		{"an edit of the title alone, and of all but the date",
			{{1, LINK_OWN, "Closed", "a", DAY_1, POST_NEW, 1},
				{2, LINK_OWN, "Closed!", "a", DAY_1, POST_EDITED, 1},
				{3, LINK_OWN, "Shut", "b", DAY_1, POST_EDITED, 1},
				{4, LINK_OWN, "Shut", "b", DAY_2, POST_SEEN, 1},
				{5, LINK_OWN, "Shut", "c", DAY_2, POST_EDITED, 1}}},
		{"without dates an edit is the likelier",
			{{1, LINK_OWN, "Closed", "a", NULL, POST_NEW, 1},
				{2, LINK_OWN, "Open", "b", NULL, POST_EDITED, 1}}},
		{"an edit among others",
			{{1, LINK_SHARED, "Closed", "a", DAY_1, POST_NEW, 1},
				{1, LINK_SHARED, "Open", "b", DAY_2, POST_NEW, 2},
				{2, LINK_SHARED, "Closed", "a, really", DAY_1, POST_EDITED, 1},
				{2, LINK_SHARED, "Open", "b", DAY_2, POST_SEEN, 2}}},
		{"one title for all",
			{{1, LINK_OWN, "News", "a", NULL, POST_NEW, 1},
				{2, LINK_TITLE_SHARED, "News", "b", NULL, POST_NEW, 2},
				{2, LINK_TITLE_SHARED, "News", "a", NULL, POST_SEEN, 1},
				{3, LINK_TITLE_SHARED, "News", "c", NULL, POST_NEW, 3},
				{3, LINK_TITLE_SHARED, "News", "b", NULL, POST_SEEN, 2},
				{4, LINK_OWN, "News", "c", NULL, POST_SEEN, 3}}},
		{"no title at all", {{1, LINK_SHARED, NULL, "a", DAY_1, POST_NEW, 1},
					    {1, LINK_SHARED, NULL, "b", DAY_1, POST_NEW, 2},
					    {2, LINK_SHARED, NULL, "b", DAY_1, POST_SEEN, 2},
					    {3, LINK_OWN, NULL, "c", DAY_2, POST_NEW, 3}}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t rows[9] = {0};
		char page[40];

		snprintf(page, sizeof(page), "town.example/notices/%zu", i);
		for (size_t k = 0; k < 8 && cases[i].notices[k].poll > 0; k++) {
			const struct notice *notice = &cases[i].notices[k];
			const struct stored_post stored = add_notice(fixture->store, page, notice);
			int64_t *row = &rows[notice->row];

			expect(stored.seen == notice->seen, "%s: poll %d, notice %zu: seen %d",
				cases[i].what, notice->poll, k, stored.seen);
			expect(*row == 0 ? stored.seen == POST_NEW : *row == stored.id,
				"%s: poll %d, notice %zu: row %lld", cases[i].what, notice->poll, k,
				(long long)stored.id);
			*row = stored.id;
		}
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

/* An index of a later database takes no key of any length. */
static void test_a_long_key_is_stored_by_its_hash(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		size_t length;
		const char *text;
		enum seen seen;
		char last;
	} rows[] = {
		{512, "one", POST_NEW, 'a'},
		{513, "two", POST_NEW, 'a'},
		{513, "three", POST_NEW, 'b'},
		{513, "two", POST_SEEN, 'a'},
		{513, "four", POST_EDITED, 'b'},
		{512, "one", POST_SEEN, 'a'},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char id[514] = "";

		memset(id, 'k', rows[i].length);
		id[rows[i].length - 1] = rows[i].last;
		const struct stored_post stored =
			add_post(fixture->store, &(struct said){.id = id, .text = rows[i].text});
		expect(stored.seen == rows[i].seen, "row %zu: %d", i, stored.seen);
	}
	CLEANUP(free_heapp)
	char *keys = shell(fixture->path,
		"SELECT length(id_key), substr(id_key, 1, 1), count(*) FROM post GROUP BY 1, 2");
	assert_string_equal("65|#|2\n512|k|1\n", keys);
}

static void test_who_was_erased_stays_away_under_a_long_key(void **state)
{
	const struct fixture *fixture = *state;
	char id[600] = "";
	struct erased erased;

	memset(id, 'k', sizeof(id) - 1);
	const struct said said = {.id = id, .text = "one", .author = "Kirsten"};
	assert_int_equal(POST_NEW, add_post(fixture->store, &said).seen);
	assert_int_equal(
		0, store_erase_author(fixture->store,
			   &(struct erasing){.author = "Kirsten", .by_name = true}, &erased));
	assert_int_equal(1, erased.n_posts);
	assert_int_equal(POST_SEEN, add_post(fixture->store, &said).seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_memory(test_a_post_is_known_by_its_id),
		with_memory(test_notices_that_share_a_link_are_told_apart),
		with_memory(test_a_post_needs_a_known_source),
		with_memory(test_what_is_read_is_what_was_written),
		with_disk(test_a_long_key_is_stored_by_its_hash),
		with_memory(test_who_was_erased_stays_away_under_a_long_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
