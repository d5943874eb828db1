/* What a person is told about mistakes in a preset, and in what a source gives
 * to one. */
#include <stdlib.h>

#include "base/diags.h"
#include "base/str.h"
#include "config/preset_reader.h"
#include "config/presets.h"
#include "unit.h"

enum { ARENA_BYTES = 4 << 20 };

#define LISTS "lists: [{path: items, fields: {id: id}}]\n"

static void add_diags(struct str *told, const struct diags *diags)
{
	for (size_t i = 0; i < diags_count(diags); i++) {
		diag_format(told, diags_get(diags, i));
		str_add_char(told, '\n');
	}
}

static int read_text(const char *text, struct arena *arena, struct preset *ret, struct str *told)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct yaml_file file = {.path = "p.yaml", .text = slice_of(text), .arena = arena};

	assert_int_equal(diags_new(&diags), 0);
	const int r = preset_read(&file, "p", arena, ret, diags);

	expect(r == (diags_count(diags) == 0), "%s: returned %d", text, r);
	add_diags(told, diags);
	return r;
}

static void test_mistakes_in_a_preset(void **state UNUSED)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", "p.yaml: error: the file is empty\n"},
		{"request: {url: 'https://h/'}\n",
			"p.yaml:1:1: error: this preset does not say where the posts are (give "
			"`lists', or `format: feed' for RSS and Atom)\n"},
		{LISTS, "p.yaml:1:1: error: this preset has no address to ask (give request: { "
			"url: ... })\n"},
		{LISTS "request: {url: 'https://h/{x}'}\n",
			"p.yaml:2:16: error: `{x}' is no parameter of this preset\n"},
		{LISTS "parameters: {t: {kind: secret}}\n"
		       "request: {url: 'https://h/', query: {a: '{t}'}, headers: {B: '{t}'}}\n",
			"p.yaml:3:41: error: the secret `t' stands in an address, which is logged; "
			"send it in a header\n"},
		{LISTS "request: {url: 'https://h/', qeury: {}}\n",
			"p.yaml:2:30: error: unknown key `qeury' (did you mean query?)\n"},
		{LISTS "request: {url: 'https://h/'}\npages: {kind: cursr}\n",
			"p.yaml:3:15: error: unknown kind `cursr' (did you mean cursor?)\n"},
		{LISTS "request: {url: 'https://h/'}\npages: {kind: cursor}\n",
			"p.yaml:3:8: error: `path' must say where the answer has the cursor\n"},
		{LISTS "request: {url: 'https://h/'}\npages: {most: 1001, overlap: 5}\n",
			"p.yaml:3:15: error: a whole number, 0 to 1000, is wanted here\n"
			"p.yaml:3:30: error: a duration of at most 7d, such as 10m, is wanted "
			"here\n"},
		{"request: {url: 'https://h/'}\nlists: [{fields: {titel: a, text: {path: b, as: "
		 "htm}}}]\n",
			"p.yaml:2:19: error: unknown field `titel' (did you mean title?)\n"
			"p.yaml:2:49: error: unknown as `htm' (did you mean html?)\n"},
		{"request: {url: 'https://h/'}\nlists: [{path: items}]\n",
			"p.yaml:2:9: error: this list has no `fields'\n"},
		{"request: {url: 'https://h/'}\nlists: {path: items}\n",
			"p.yaml:2:8: error: a list is wanted here, one entry for each list of "
			"posts in the answer\n"
			"p.yaml:1:1: error: this preset does not say where the posts are (give "
			"`lists', or `format: feed' for RSS and Atom)\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(str_done) struct str told = STR_INIT(1 << 20);
		struct preset preset;

		assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
		read_text(cases[i].text, arena, &preset, &told);
		expect(strcmp(str_text(&told), cases[i].want) == 0, "%s\ngives\n%swants\n%s",
			cases[i].text, str_text(&told), cases[i].want);
	}
}

/* A source that names the preset of this test. */
struct given {
	const char *preset;
	struct parameter with[3];
	size_t n;
	const char *url;  /* that comes of it */
	const char *told; /* or this */
};

static void test_what_a_source_gives(void **state UNUSED)
{
	static const char text[] = LISTS
		"parameters:\n"
		"  server: {kind: server, required: true, help: who is asked, example: h.example}\n"
		"  query: {}\n"
		"  size: {fallback: '40'}\n"
		"  token: {kind: secret}\n"
		"request:\n"
		"  url: '{server}/a/{size}'\n"
		"  query: {q: '{query}', since: '{since_id}', p: '{page}'}\n"
		"  headers: {Authorization: 'Bearer {token}'}\n";
	static const struct given cases[] = {
		{.preset = "p",
			.with = {{.name = "server", .value = "h.example"}},
			.n = 1,
			.url = "https://h.example/a/40?p=1"},
		{.preset = "p",
			.with = {{.name = "server", .value = "http://127.0.0.1:80//"},
				{.name = "query", .value = "\"a b\" & #ž/?"},
				{.name = "size", .value = "../x"}},
			.n = 3,
			.url = "http://127.0.0.1:80/a/"
			       "..%2Fx?q=%22a%20b%22%20%26%20%23%C5%BE%2F%3F&p=1"},
		{.preset = "q",
			.told = "f:1: error: source `s': there is no preset `q' (did you mean "
				"p?)\n"},
		{.preset = "p",
			.told = "f:1: error: source `s': preset `p' needs `server' (write with: { "
				"server: h.example }; who is asked)\n"},
		{.preset = "p",
			.with = {{.name = "server", .value = "h.example/path"}},
			.n = 1,
			.told = "error: `server' is the name of a server, without a path (write "
				"for example mastodon.example)\n"},
		{.preset = "p",
			.with = {{.name = "server", .value = "user@h.example"}},
			.n = 1,
			.told = "error: `server' is the name of a server, without a path (write "
				"for example mastodon.example)\n"},
		{.preset = "p",
			.with = {{.name = "server", .value = "h"}, {.name = "qurey", .value = "x"}},
			.n = 2,
			.told = "error: preset `p' takes no `qurey' (did you mean query?)\n"},
		{.preset = "p",
			.with = {{.name = "server", .value = "h"},
				{.name = "query", .secret = {SECRET_ENVIRONMENT, "X"}}},
			.n = 2,
			.told = "error: `query' is no secret: it becomes a part of the address "
				"(write it as a text)\n"},
		{.preset = "p",
			.with = {{.name = "server", .value = "http://h"},
				{.name = "token", .secret = {SECRET_ENVIRONMENT, "X"}}},
			.n = 2,
			.told = "error: the secret `token' would cross the network for all to read "
				"(leave http:// out; with allow_private: true it may stand, for "
				"servers in your own network)\n"},
		{.preset = "p",
			.with = {{.name = "server", .value = "https://h"},
				{.name = "token", .secret = {SECRET_ENVIRONMENT, "X"}}},
			.n = 2,
			.url = "https://h/a/40?p=1"},
		{.preset = "p",
			.with = {{.name = "server", .value = "h"}, {.name = "token", .value = "x"}},
			.n = 2,
			.told = "error: `token': a secret must not stand in the configuration "
				"(write { credential: NAME }, and LoadCredential=NAME:FILE in the "
				"unit)\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(str_done) struct str told = STR_INIT(1 << 20);
		struct given given = cases[i];
		struct preset preset;
		struct source_settings source = {.name = "s",
			.preset = given.preset,
			.with = {.items = given.with, .n = given.n},
			.origin = {.file = "f", .line = 1}};
		struct settings settings = {
			.sources = &source, .n_sources = 1, .presets = {.items = &preset, .n = 1}};

		assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
		assert_int_equal(diags_new(&diags), 0);
		assert_int_equal(read_text(text, arena, &preset, &told), 1);
		assert_int_equal(presets_apply(&settings, arena, diags), 0);
		add_diags(&told, diags);
		expect(same_text(source.url, given.url), "case %zu: got %s", i, source.url);
		expect(strcmp(str_text(&told), given.told ? given.told : "") == 0,
			"case %zu\ngives %swants %s", i, str_text(&told), given.told);
	}
}

/* With no more than what they ask for, all presets that come with mentiond name
 * an address. */
static void test_each_shipped_preset_names_an_address(void **state UNUSED)
{
	enum { MOST_GIVEN = 8 };
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct settings settings = {0};

	assert_int_equal(arena_new(ARENA_BYTES, &arena), 0);
	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(presets_load(NULL, arena, &settings.presets, diags), 0);
	assert_true(settings.presets.n >= 12);

	for (size_t i = 0; i < settings.presets.n; i++) {
		const struct preset *preset = &settings.presets.items[i];
		struct parameter items[MOST_GIVEN] = {0};
		struct source_settings source = {
			.name = "s", .preset = preset->name, .with = {.items = items}};

		for (size_t j = 0; j < preset->n_parameters; j++) {
			const struct preset_parameter *asked = &preset->parameters[j];
			struct parameter *item = &items[source.with.n];

			if (!asked->required || source.with.n == MOST_GIVEN)
				continue;
			source.with.n++;
			item->name = asked->name;
			if (asked->kind == PARAMETER_SECRET)
				item->secret =
					(struct secret){.kind = SECRET_ENVIRONMENT, .name = "X"};
			else
				item->value = asked->kind == PARAMETER_SERVER ? "h.example" : "1";
		}
		settings.sources = &source;
		settings.n_sources = 1;
		assert_int_equal(presets_apply(&settings, arena, diags), 0);
		expect(source.url && slice_starts_with(slice_of(source.url), SLICE("https://")),
			"%s asks %s", preset->name, source.url);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes_in_a_preset),
		cmocka_unit_test(test_what_a_source_gives),
		cmocka_unit_test(test_each_shipped_preset_names_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
