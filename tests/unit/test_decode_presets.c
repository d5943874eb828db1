/* Each folder of tests/fixtures/presets: its response, in the shape that the
 * service documents, gives its expected.ndjson by the preset of that name, and
 * is recognised without being told the name. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/str.h"
#include "config/presets.h"
#include "decode/decoding.h"
#include "unit/unit.h"

#define FIXTURES TESTS_DIR "/fixtures/presets"

enum { MAX_BYTES = 1 << 20 };

struct fixture {
	struct arena *arena;
	struct presets presets;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	CLEANUP(diags_freep) struct diags *diags = NULL;

	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(arena_new(16 << 20, &fixture.arena), 0);
	assert_int_equal(presets_load(NULL, fixture.arena, &fixture.presets, diags), 0);
	diags_print(diags, stderr);
	assert_int_equal(diags_count(diags), 0);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	arena_free(((struct fixture *)*state)->arena);
	return 0;
}

static void read_file(const char *name, const char *file, struct str *ret)
{
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	CLEANUP(free_heapp) char *bytes = NULL;
	size_t len;

	str_add_format(&path, FIXTURES "/%s/%s", name, file);
	if (file_read(str_text(&path), MAX_BYTES, &bytes, &len) == 0)
		str_add(ret, slice_from(bytes, len));
}

static void read_response(const char *name, struct str *ret)
{
	read_file(name, "response.json", ret);
	if (ret->len == 0)
		read_file(name, "response.xml", ret);
	expect(ret->len > 0, "%s has no response", name);
}

static void add_posts(const struct post *posts, size_t n, struct str *ret)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(json_freep) json_t *json = NULL;

		assert_int_equal(post_to_json(&posts[i], &json), 0);
		json_write(ret, json);
		str_add_char(ret, '\n');
	}
}

/* BYTES as the lines that `mentionctl parse' prints. */
static void add_lines(
	struct slice bytes, const struct decode_options *options, struct str *ret, const char *name)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct feed feed;

	assert_int_equal(arena_new(16 << 20, &arena), 0);
	assert_int_equal(diags_new(&diags), 0);

	const int r = decode_feed(bytes, options, arena, &feed, diags);

	diags_print(diags, stderr);
	expect(r == 0, "%s: error %d", name, r);
	add_posts(feed.posts, feed.n_posts, ret);
}

/* The same, post by post and at the second reading. */
static void add_steps(
	struct slice bytes, const struct decode_options *options, struct str *ret, const char *name)
{
	static const struct decoding_limit one = {.max_posts = 1};
	CLEANUP(decoding_freep) struct decoding *decoding = NULL;
	int more = 1;

	assert_int_equal(decoding_new(bytes, options, NULL, &decoding), 0);
	for (int reading = 0; reading < 2; reading++, more = 1) {
		assert_int_equal(reading > 0 ? decoding_rewind(decoding) : 0, 0);
		str_clear(ret);
		while (more == 1) {
			CLEANUP(arena_freep) struct arena *arena = NULL;
			struct post *posts;
			size_t n = 0;

			assert_int_equal(arena_new(16 << 20, &arena), 0);
			more = decoding_step(decoding, &one, arena, &posts, &n);
			expect(more >= 0 && n <= 1, "%s: %d, %zu posts", name, more, n);
			add_posts(posts, n, ret);
		}
	}
}

static void check(const struct fixture *fixture, const char *name)
{
	CLEANUP(str_done) struct str response = STR_INIT(MAX_BYTES);
	CLEANUP(str_done) struct str wanted = STR_INIT(MAX_BYTES);
	CLEANUP(str_done) struct str by_name = STR_INIT(MAX_BYTES);
	CLEANUP(str_done) struct str by_shape = STR_INIT(MAX_BYTES);
	CLEANUP(str_done) struct str by_steps = STR_INIT(MAX_BYTES);
	struct decode_options options = {
		.base_url = "https://service.example/some/path?q=acme",
		.preset = preset_find(&fixture->presets, name),
	};

	expect(options.preset, "there is no preset %s", name);
	read_response(name, &response);
	read_file(name, "expected.ndjson", &wanted);
	add_lines(str_slice(&response), &options, &by_name, name);
	expect(strcmp(str_text(&by_name), str_text(&wanted)) == 0, "%s\n got %s\nwant %s", name,
		str_text(&by_name), str_text(&wanted));

	add_steps(str_slice(&response), &options, &by_steps, name);
	expect(strcmp(str_text(&by_steps), str_text(&wanted)) == 0, "%s in steps\n got %s\nwant %s",
		name, str_text(&by_steps), str_text(&wanted));

	options.preset = NULL;
	options.presets = &fixture->presets;
	add_lines(str_slice(&response), &options, &by_shape, name);
	expect(strcmp(str_text(&by_shape), str_text(&wanted)) == 0,
		"%s by its shape\n got %s\nwant %s", name, str_text(&by_shape), str_text(&wanted));
}

static void test_each_response_gives_its_posts(void **state)
{
	struct fixture *fixture = *state;
	struct dirent **entries = NULL;
	const int n = scandir(FIXTURES, &entries, NULL, alphasort);
	size_t n_cases = 0;

	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			check(fixture, entries[i]->d_name);
			n_cases++;
		}
		free(entries[i]);
	}
	free(entries);
	expect(n_cases == fixture->presets.n, "%zu of %zu presets have a fixture", n_cases,
		fixture->presets.n);
}

static void test_each_preset_explains_itself(void **state)
{
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < fixture->presets.n; i++) {
		const struct preset *preset = &fixture->presets.items[i];

		expect(preset->help && preset->docs, "%s has no help or docs", preset->name);
		expect(preset->format == FORMAT_FEED || preset->sniff.n > 0, "%s is not recognised",
			preset->name);
		for (size_t k = 0; k < preset->n_parameters; k++)
			expect(!preset->parameters[k].required ||
					(preset->parameters[k].help &&
						preset->parameters[k].example),
				"%s: %s is required, but has no help or example", preset->name,
				preset->parameters[k].name);
	}
}

/* Not a post is an answer that only looks like one. */
static void test_what_is_no_answer_is_told(void **state)
{
	static const struct {
		const char *preset, *body, *words;
	} cases[] = {
		{"hacker-news", "<!DOCTYPE html><title>Just a moment...</title>",
			"an HTML page came instead of JSON: a log-in, a check for robots, or no "
			"such "
			"service at this address; open the address in a browser"},
		{"gdelt", "Please limit requests to one every 5 seconds.",
			"the service refuses in plain text: Please limit requests to one every 5 "
			"seconds."},
		{"mastodon-tag", "{\"error\":\"The access token is invalid\"}",
			"the service answers with an error: The access token is invalid"},
		{"stack-exchange", "{\"error_id\":502,\"error_message\":\"too many requests\"}",
			"the service answers with an error: too many requests"},
		{"bluesky-search", "{\"error\":\"InvalidRequest\",\"message\":\"q is empty\"}",
			"the service answers with an error: q is empty"},
		{"reddit", "{\"message\":\"Forbidden\",\"error\":403}",
			"the service answers with an error: Forbidden"},
		{"lemmy", "{\"error\":\"couldnt_find\"}",
			"the service answers with an error: couldnt_find"},
		{"github", "{\"total_count\":0}",
			"the answer has no list `items', as the preset says"},
		{"mastodon-tag", "{\"x\":1}", "the answer is no list, as the preset says"},
		{"discourse", "", "the answer is empty, where JSON should be"},
	};
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;
		const struct decode_options options = {
			.preset = preset_find(&fixture->presets, cases[i].preset)};
		struct feed feed;

		assert_int_equal(arena_new(1 << 20, &arena), 0);
		assert_int_equal(diags_new(&diags), 0);

		const int r = decode_feed(slice_of(cases[i].body), &options, arena, &feed, diags);

		expect(r < 0 && diags_count(diags) == 1, "%s: %d", cases[i].body, r);
		expect(strcmp(diags_get(diags, 0)->message, cases[i].words) == 0, "%s:\n got %s",
			cases[i].body, diags_get(diags, 0)->message);
	}
}

/* Values of wrong types, missing objects and lone entries cost no other. */
static void test_damage_costs_nothing_else(void **state)
{
	static const struct {
		const char *preset, *body, *ids;
	} cases[] = {
		{"gdelt", "{}", ""},
		{"app-store-reviews", "{\"feed\":{\"author\":{}}}", ""},
		{"app-store-reviews",
			"{\"feed\":{\"entry\":{\"id\":{\"label\":\"7\"},\"im:rating\":{\"label\":"
			"\"1\"}}}}",
			"7 "},
		{"hacker-news",
			"{\"hits\":[null,5,[],{\"objectID\":1},{\"objectID\":\"2\",\"title\":{},"
			"\"created_at_i\":\"x\",\"points\":[]},{\"objectID\":null}]}",
			"1 2 "},
		{"lemmy", "{\"posts\":null,\"comments\":[{\"comment\":{\"id\":9}}]}", "9 "},
		{"discourse", "{\"posts\":[{\"id\":1,\"topic_id\":2}],\"topics\":{\"id\":2}}",
			"1 "},
	};
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(str_done) struct str ids = STR_INIT(1024);
		const struct decode_options options = {
			.preset = preset_find(&fixture->presets, cases[i].preset)};
		struct feed feed = {0};

		assert_int_equal(arena_new(1 << 20, &arena), 0);

		const int r = decode_feed(slice_of(cases[i].body), &options, arena, &feed, NULL);

		expect(r == 0, "%s: %d", cases[i].body, r);
		for (size_t k = 0; k < feed.n_posts; k++)
			str_add_format(&ids, "%s ", feed.posts[k].id);
		expect(strcmp(str_text(&ids), cases[i].ids) == 0, "%s: got %s", cases[i].body,
			str_text(&ids));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_response_gives_its_posts),
		cmocka_unit_test(test_each_preset_explains_itself),
		cmocka_unit_test(test_what_is_no_answer_is_told),
		cmocka_unit_test(test_damage_costs_nothing_else),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
