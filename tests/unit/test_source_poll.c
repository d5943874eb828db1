/* What is asked next, as a function of what is known. */
#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "source/poll.h"
#include "unit/unit.h"

#define NOW_US (INT64_C(1763712930) * US_PER_S) /* 2025-11-21T08:15:30Z */
#define CURSOR "2025-11-21T08:15:30Z 42 a"

enum { ARENA_BYTES = 1 << 20 };

static const char *one(const char *text, const char **slot, struct texts *ret)
{
	*slot = text;
	*ret = (struct texts){.items = slot, .n = 1};
	return text;
}

/* A preset with one url, one thing in its query, and one header. */
struct sample {
	struct preset preset;
	struct preset_pair query, header;
	const char *url_slot, *query_slot, *header_slot;
	struct preset_parameter parameters[2];
	struct parameter given[2];
	struct source_settings source;
};

static void make_sample(struct sample *sample, const char *query, const char *header)
{
	*sample = (struct sample){0};
	sample->parameters[0] =
		(struct preset_parameter){.name = "server", .kind = PARAMETER_SERVER};
	sample->parameters[1] =
		(struct preset_parameter){.name = "token", .kind = PARAMETER_SECRET};
	sample->given[0] = (struct parameter){.name = "server", .value = "https://h.example"};
	sample->given[1] = (struct parameter){
		.name = "token", .secret = {.kind = SECRET_ENVIRONMENT, .name = "T"}};
	sample->query.name = "q";
	sample->header.name = "Authorization";
	one("{server}/s", &sample->url_slot, &sample->preset.request.urls);
	one(query, &sample->query_slot, &sample->query.templates);
	one(header, &sample->header_slot, &sample->header.templates);
	sample->preset.request.query = (struct preset_pairs){&sample->query, 1};
	sample->preset.request.headers = (struct preset_pairs){&sample->header, 1};
	sample->preset.parameters = sample->parameters;
	sample->preset.n_parameters = 2;
	sample->preset.n_lists = 1;
	sample->preset.pages = (struct preset_pages){.first = 1, .most = 3};
	sample->source = (struct source_settings){.name = "s",
		.url = "https://h.example/s",
		.service = &sample->preset,
		.with = {.items = sample->given, .n = 2}};
}

static int no_secret(const struct secret *secret, char **ret)
{
	return -ENOENT;
}

static int some_secret(const struct secret *secret, char **ret)
{
	*ret = strdup("s3cr3t");
	return *ret ? 0 : -ENOMEM;
}

static void test_asks_for_what_is_new(void **state)
{
	static const struct {
		const char *query;
		int64_t overlap_us;
		const char *cursor;
		struct source_page page;
		const char *want;
	} cases[] = {
		{"{since_id}", 0, NULL, {0}, "https://h.example/s"},
		{"{since_id}", 0, CURSOR, {0}, "https://h.example/s?q=42%20a"},
		{"{since_epoch}", 0, CURSOR, {0}, "https://h.example/s?q=1763712930"},
		{"{since_epoch}", US_PER_MINUTE, CURSOR, {0}, "https://h.example/s?q=1763712870"},
		{"{since_iso}", 0, CURSOR, {0}, "https://h.example/s?q=2025-11-21T08%3A15%3A30Z"},
		{"{since_date}", 0, CURSOR, {0}, "https://h.example/s?q=2025-11-21"},
		{"{since_compact}", 0, CURSOR, {0}, "https://h.example/s?q=20251121081530"},
		{"{since_epoch}", 0, "- 7", {0}, "https://h.example/s"},
		{"{since_id}", 0, "- 7", {0}, "https://h.example/s?q=7"},
		{"{since_id}", 0, "", {0}, "https://h.example/s"},
		{"{page}", 0, NULL, {0}, "https://h.example/s?q=1"},
		{"{page}", 0, NULL, {.n = 2}, "https://h.example/s?q=3"},
		{"{offset}", 0, NULL, {0}, "https://h.example/s"},
		{"{offset}", 0, NULL, {.n = 1, .n_posts = 40}, "https://h.example/s?q=40"},
		{"{cursor}", 0, NULL, {.n = 1, .next = "a=b&c"}, "https://h.example/s?q=a%3Db%26c"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		const struct source_state source_state = {
			.cursor = cases[i].cursor, .page = cases[i].page};
		struct poll_request request;
		struct sample sample;

		make_sample(&sample, cases[i].query, "x");
		sample.preset.pages.overlap_us = cases[i].overlap_us;
		assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
		assert_int_equal(
			poll_request(&sample.source, &source_state, no_secret, arena, &request), 0);
		expect(same_text(request.url, cases[i].want), "%s: got %s", cases[i].query,
			request.url);
		assert_false(request.is_feed);
	}
}

static void test_secrets_stand_apart(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct source_state nothing = {0};
	struct poll_request request;
	struct sample sample;

	assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
	make_sample(&sample, "x", "Bearer {token}");
	assert_int_equal(poll_request(&sample.source, &nothing, some_secret, arena, &request), 0);
	assert_null(request.headers[0]);
	assert_string_equal(request.secret_headers[0], "Authorization: Bearer s3cr3t");
	assert_null(request.secret_headers[1]);

	assert_int_equal(
		poll_request(&sample.source, &nothing, no_secret, arena, &request), -ENOENT);
	assert_string_equal(request.problem, "the secret of `token' cannot be read: is it in the "
					     "unit's LoadCredential=?");

	/* Who gives no token sends no header. */
	sample.source.with.n = 1;
	assert_int_equal(poll_request(&sample.source, &nothing, no_secret, arena, &request), 0);
	assert_null(request.secret_headers[0]);
}

static void test_a_feed_is_asked_at_its_address(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct source_settings source = {.name = "s", .url = "https://h.example/feed"};
	const struct source_state moved = {.url = "https://h.example/moved"};
	struct poll_request request;

	assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
	assert_int_equal(poll_request(&source, &moved, no_secret, arena, &request), 0);
	assert_string_equal(request.url, "https://h.example/moved");
	assert_true(request.is_feed);
}

/* Posts N, N - 1, ... of which one came each second; NOW is number 100. */
static size_t make_posts(struct post *posts, struct arena *arena, int newest, int oldest)
{
	size_t n = 0;

	for (int i = newest; i >= oldest; i--)
		posts[n++] = (struct post){.id = arena_format(arena, "%d", i),
			.published = INSTANT(NOW_US + (i - 100) * US_PER_S)};
	return n;
}

static void note_all(struct poll_notes *notes, const struct source_state *state,
	const struct post *posts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(poll_note(notes, state, &posts[i], INSTANT(NOW_US)), 0);
}

static void test_goes_back_to_what_is_known(void **state)
{
	static const struct {
		const char *name;
		int known;          /* newest post of the last poll; 0: none */
		int newest, oldest; /* on the page */
		unsigned int page;  /* its number, from 1 */
		bool has_more;
		int64_t overlap_us;
		bool goes_on, is_cut;
		const char *cursor;
	} cases[] = {
		{"first poll", 0, 50, 41, 1, true, 0, false, false, "2025-11-21T08:14:40Z 50"},
		{"not reached", 30, 50, 41, 1, true, 0, true, false, NULL},
		{"reached by id", 45, 50, 41, 1, true, 0, false, false, "2025-11-21T08:14:40Z 50"},
		{"reached by time", 45, 44, 41, 1, true, 0, false, false,
			"2025-11-21T08:14:35Z 45"},
		{"no more", 30, 50, 41, 1, false, 0, false, false, "2025-11-21T08:14:40Z 50"},
		{"bound", 30, 50, 41, 3, true, 0, false, true, "2025-11-21T08:14:40Z 50"},
		{"the service's own bound", 30, 50, 41, 3, false, 0, false, true,
			"2025-11-21T08:14:40Z 50"},
		{"bound, but reached", 45, 50, 41, 3, true, 0, false, false,
			"2025-11-21T08:14:40Z 50"},
		{"within overlap", 45, 50, 41, 1, true, 10 * US_PER_S, true, false, NULL},
		{"beyond overlap", 45, 50, 31, 1, true, 10 * US_PER_S, false, false,
			"2025-11-21T08:14:40Z 50"},
		{"nothing", 45, 0, 1, 1, true, 0, false, false, "2025-11-21T08:14:35Z 45"},
		{"the future", 45, 120, 41, 1, true, 0, false, false, "2025-11-21T08:15:30Z 120"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct source_state source_state = {.page = {.n = cases[i].page - 1}};
		struct post posts[100];
		struct poll_step step;
		struct sample sample;
		char time[TIME_TEXT_SIZE];

		assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
		make_sample(&sample, "{page}", "x");
		sample.preset.pages.kind = PAGING_NUMBER;
		sample.preset.pages.overlap_us = cases[i].overlap_us;
		if (cases[i].known > 0)
			source_state.cursor = arena_format(arena, "%s %d",
				time_format_rfc3339(
					NOW_US + (cases[i].known - 100) * US_PER_S, time),
				cases[i].known);

		CLEANUP(poll_notes_done) struct poll_notes notes = {0};
		struct poll_answer answer = {.notes = &notes, .has_more = cases[i].has_more};
		const size_t n = make_posts(posts, arena, cases[i].newest, cases[i].oldest);

		note_all(&notes, &source_state, posts, n);
		if (n > 0)
			answer.reach = posts[n - 1].published;

		assert_int_equal(
			poll_advance(&sample.source, &source_state, &answer, arena, &step), 0);
		expect(step.page.n == (cases[i].goes_on ? cases[i].page : 0), "%s: page %u",
			cases[i].name, step.page.n);
		expect(step.is_cut == cases[i].is_cut, "%s: cut %d", cases[i].name, step.is_cut);
		expect(same_text(step.cursor, cases[i].cursor), "%s: cursor %s", cases[i].name,
			step.cursor);
	}
}

static void test_the_cursor_is_of_the_first_page(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct source_state source_state = {.cursor = "2025-11-21T08:14:00Z 10"};
	struct post posts[100];
	struct poll_step step;
	struct sample sample;

	assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
	make_sample(&sample, "{page}", "x");
	sample.preset.pages.kind = PAGING_NUMBER;

	CLEANUP(poll_notes_done) struct poll_notes notes = {0};
	CLEANUP(poll_notes_done) struct poll_notes again = {0};
	CLEANUP(poll_notes_done) struct poll_notes older = {0};
	struct poll_answer answer = {.notes = &notes, .has_more = true};

	note_all(&notes, &source_state, posts, make_posts(posts, arena, 60, 51));
	answer.reach = posts[9].published;
	assert_int_equal(poll_advance(&sample.source, &source_state, &answer, arena, &step), 0);
	assert_int_equal(step.page.n, 1);
	assert_int_equal(step.page.n_posts, 10);

	/* The same page again: a service that does not know pages. */
	source_state.page = step.page;
	note_all(&again, &source_state, posts, 10);
	answer.notes = &again;
	assert_int_equal(poll_advance(&sample.source, &source_state, &answer, arena, &step), 0);
	assert_int_equal(step.page.n, 0);

	note_all(&older, &source_state, posts, make_posts(posts, arena, 50, 41));
	answer.notes = &older;
	answer.reach = posts[9].published;
	answer.has_more = false;
	assert_int_equal(poll_advance(&sample.source, &source_state, &answer, arena, &step), 0);
	assert_string_equal(step.cursor, "2025-11-21T08:14:50Z 60");
}

static void test_one_full_page_may_not_be_all(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct source_state source_state = {.cursor = "2025-11-21T08:14:00Z 10"};
	struct post posts[100];
	struct poll_step step;
	struct sample sample;

	assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
	make_sample(&sample, "x", "x");
	sample.preset.pages.size = 10;

	CLEANUP(poll_notes_done) struct poll_notes notes = {0};
	CLEANUP(poll_notes_done) struct poll_notes fewer = {0};
	struct poll_answer answer = {.notes = &notes};
	const size_t n = make_posts(posts, arena, 60, 51);

	note_all(&notes, &source_state, posts, n);
	assert_int_equal(poll_advance(&sample.source, &source_state, &answer, arena, &step), 0);
	assert_true(step.is_cut);

	note_all(&fewer, &source_state, posts, n - 1);
	answer.notes = &fewer;
	assert_int_equal(poll_advance(&sample.source, &source_state, &answer, arena, &step), 0);
	assert_false(step.is_cut);
}

static void test_finds_the_next_link(void **state)
{
	static const struct {
		const char *headers, *want; /* NULL: none */
	} cases[] = {
		{"Link: <https://h.example/s?p=2>; rel=\"next\"\n", "https://h.example/s?p=2"},
		{"link: <https://h.example/a>; rel=\"prev\", <https://h.example/s?p=2>; rel=next\n",
			"https://h.example/s?p=2"},
		{"Link: </s?p=2>; title=\"x\"; rel=\"next\"\n", "https://h.example/s?p=2"},
		{"Link: <https://h.example/a>; rel=\"prev\"\n", NULL},
		{"Link: <https://evil.example/s?p=2>; rel=\"next\"\n", NULL},
		{"Link: <http://h.example/s?p=2>; rel=\"next\"\n", NULL},
		{"Link: <https://h.example:8443/s?p=2>; rel=\"next\"\n", NULL},
		{"Link: <file:///etc/passwd>; rel=\"next\"\n", NULL},
		{"Link: ><; rel=\"next\"\n", NULL},
		{"Link: <https://h.example/s?p=2\n", NULL},
		{"X: y\n", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		const struct source_state source_state = {.cursor = "2025-11-21T08:14:00Z 10"};
		struct post posts[100];
		struct poll_step step;
		struct sample sample;

		assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
		make_sample(&sample, "x", "x");
		sample.preset.pages.kind = PAGING_LINK;

		CLEANUP(poll_notes_done) struct poll_notes notes = {0};
		struct poll_answer answer = {
			.notes = &notes, .headers = slice_of(cases[i].headers)};

		note_all(&notes, &source_state, posts, make_posts(posts, arena, 60, 51));
		assert_int_equal(
			poll_advance(&sample.source, &source_state, &answer, arena, &step), 0);
		expect(same_text(step.page.next, cases[i].want), "%s: got %s", cases[i].headers,
			step.page.next);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asks_for_what_is_new),
		cmocka_unit_test(test_secrets_stand_apart),
		cmocka_unit_test(test_a_feed_is_asked_at_its_address),
		cmocka_unit_test(test_goes_back_to_what_is_known),
		cmocka_unit_test(test_the_cursor_is_of_the_first_page),
		cmocka_unit_test(test_one_full_page_may_not_be_all),
		cmocka_unit_test(test_finds_the_next_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
