/* Step by step, whatever the steps, a body gives what it gives in one go. */
#include <iconv.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/json.h"
#include "base/str.h"
#include "base/utf8.h"
#include "decode/decoding.h"
#include "decode/limits.h"
#include "unit/decode_cases.h"

enum { MAX_ARENA = 64 << 20 };

static const struct decode_options no_options = {0};

static const struct decoding_limit limits[] = {{.max_posts = 1}, {.max_bytes = 1},
	{.max_bytes = 1000}, {.max_posts = 3, .max_bytes = 500}};

static void add_posts(const struct post *posts, size_t n, struct str *lines)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(json_freep) json_t *json = NULL;

		assert_int_equal(post_to_json(&posts[i], &json), 0);
		json_write(lines, json);
		str_add_char(lines, '\n');
	}
}

/* Appends the posts of all steps, each made in an arena that goes with it; returns the
 * last answer. */
static int read_steps(
	struct decoding *decoding, const struct decoding_limit *limit, struct str *lines)
{
	int r = 1;

	while (r == 1) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct post *posts;
		size_t n = 0;

		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		r = decoding_step(decoding, limit, arena, &posts, &n);
		expect(limit->max_posts == 0 || n <= limit->max_posts, "%zu posts in a step", n);
		if (r >= 0)
			add_posts(posts, n, lines);
	}
	return r;
}

static void check_case(const char *folder, struct slice input, void *userdata)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str want = STR_INIT(CASE_MAX_BYTES);
	struct feed feed;

	(void)userdata;
	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decode_feed(input, &no_options, arena, &feed, NULL), 0);
	add_posts(feed.posts, feed.n_posts, &want);

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		CLEANUP(decoding_freep) struct decoding *decoding = NULL;
		CLEANUP(str_done) struct str first = STR_INIT(CASE_MAX_BYTES);
		CLEANUP(str_done) struct str again = STR_INIT(CASE_MAX_BYTES);

		assert_int_equal(decoding_new(input, &no_options, NULL, &decoding), 0);
		assert_int_equal(read_steps(decoding, &limits[i], &first), 0);
		assert_int_equal(decoding_rewind(decoding), 0);
		assert_int_equal(read_steps(decoding, &limits[i], &again), 0);
		expect(slice_equals(str_slice(&again), str_slice(&want)),
			"%s in steps %zu\n got %s\nwant %s", folder, i, str_text(&again),
			str_text(&want));

		const struct feed *whole = decoding_feed(decoding);

		expect(whole->n_posts == feed.n_posts && whole->n_dropped == feed.n_dropped &&
				whole->is_cut == feed.is_cut && same_text(whole->lang, feed.lang) &&
				same_text(whole->title, feed.title) &&
				same_text(whole->url, feed.url),
			"%s in steps %zu: another feed", folder, i);
	}
}

static void test_any_steps_give_the_same_posts(void **state)
{
	expect(for_each_case(check_case, NULL) >= 18, "cases are missing");
}

static void test_what_stands_behind_the_items_comes_with_the_second_reading(void **state)
{
	static const char body[] =
		"<rss><channel><item><title>one</title></item><item><title>two</title></item>"
		"<language>km</language><managingEditor>Maly</managingEditor></channel></rss>";
	CLEANUP(decoding_freep) struct decoding *decoding = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct post *posts;
	size_t n;

	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decoding_new(slice_of(body), &no_options, NULL, &decoding), 0);
	assert_int_equal(decoding_step(decoding, &limits[0], arena, &posts, &n), 1);
	assert_int_equal(n, 1);
	assert_null(posts[0].lang);
	while (decoding_step(decoding, &limits[0], arena, &posts, &n) == 1)
		continue;

	assert_int_equal(decoding_rewind(decoding), 0);
	assert_int_equal(decoding_step(decoding, &limits[0], arena, &posts, &n), 1);
	assert_string_equal(posts[0].title, "one");
	assert_string_equal(posts[0].lang, "km");
	assert_string_equal(posts[0].author, "Maly");
	assert_string_equal(decoding_feed(decoding)->lang, "km");
}

/* The end of a body without posts is reached, and stays reached. */
static void test_the_end_is_the_end(void **state)
{
	static const char *const bodies[] = {"<rss/>", "{\"version\":\"x\",\"items\":[]}"};

	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		CLEANUP(decoding_freep) struct decoding *decoding = NULL;
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct post *posts;
		size_t n;

		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		assert_int_equal(
			decoding_new(slice_of(bodies[i]), &no_options, NULL, &decoding), 0);
		while (decoding_step(decoding, &limits[1], arena, &posts, &n) == 1)
			assert_int_equal(n, 0);
		assert_int_equal(decoding_step(decoding, &limits[1], arena, &posts, &n), 0);
		assert_int_equal(n, 0);
	}
}

static void add_times(
	struct str *str, const char *head, const char *part, size_t n, const char *tail)
{
	str_add_text(str, head);
	for (size_t i = 0; i < n; i++)
		str_add_text(str, part);
	str_add_text(str, tail);
}

/* However a text is written, it ends at its limit, with a mark, and that is told. */
static void test_a_text_has_a_limit(void **state)
{
	static const struct {
		const char *head, *part, *tail;
	} cases[] = {
		{"<rss><item><description>", "សួស្តី ", "</description></item></rss>"},
		{"<rss><item><description><![CDATA[", "សួស្តី ", "]]></description></item></rss>"},
		{"<rss><item><description>", "&lt;p&gt;acme&lt;/p&gt;",
			"</description></item></rss>"},
		{"<rss><item><description>", "&#6016;&amp;", "</description></item></rss>"},
		{"<rss><item><description>", "<![CDATA[x]]> ", "</description></item></rss>"},
		{"<rss><item><description>", "&lt;a href='https://a.example/'&gt;y&lt;/a&gt; ",
			"</description></item></rss>"},
		{"<feed><entry><content type='xhtml'>", "<p>acme</p>", "</content></entry></feed>"},
		{"<feed><entry><content type='text'>", "acme\n", "</content></entry></feed>"},
		{"{\"version\":\"1\",\"items\":[{\"content_text\":\"", "acme ", "\"}]}"},
		{"{\"version\":\"1\",\"items\":[{\"content_text\":\"", "\\u1780", "\"}]}"},
		{"{\"version\":\"1\",\"items\":[{\"content_text\":\"", "\\ud83d\\ude21", "\"}]}"},
		{"{\"version\":\"1\",\"items\":[{\"content_html\":\"", "<p>a\nb</p>", "\"}]}"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(str_done) struct str body = STR_INIT(8 << 20);
		struct feed feed;

		add_times(&body, cases[i].head, cases[i].part, (3 << 20) / strlen(cases[i].part),
			cases[i].tail);
		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		assert_int_equal(diags_new(&diags), 0);

		const int r = decode_feed(str_slice(&body), &no_options, arena, &feed, diags);

		expect(r == 0 && feed.n_posts == 1, "%s%s: error %d", cases[i].head, cases[i].part,
			r);

		const struct slice text = slice_of(feed.posts[0].text);

		expect(text.len > 1000 && text.len <= POST_TEXT_BYTES && utf8_is_valid(text) &&
				slice_ends_with(text, SLICE("…")),
			"%s%s: %zu bytes, ending %s", cases[i].head, cases[i].part, text.len,
			text.ptr + text.len - MIN(text.len, (size_t)10));
		expect(feed.n_cut == 1 && diags_count(diags) > 0, "%s%s: is not told",
			cases[i].head, cases[i].part);
	}
}

/* Text that is not UTF-8 is three times as long when it is, if it is Thai. */
static void test_a_text_that_is_converted_has_a_limit(void **state)
{
	static const char head[] = "<?xml version='1.0' encoding='windows-874'?><rss><item><title>"
				   "\xca\xc7\xd1\xca\xb4\xd5</title></item><!--";
	static const char tail[] = "--><item><title>after</title></item></rss>";
	struct decode_options options = no_options;

	options.spends_body = true;
	for (int megabytes = 15; megabytes <= 30; megabytes += 15) {
		const bool is_cut = megabytes == 30;
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(str_done) struct str body = STR_INIT(40 << 20);
		struct feed feed;

		add_times(&body, head, "\xca\xc7\xd1\xca\xb4\xd5\xca\xc7", (size_t)megabytes << 17,
			tail);
		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		assert_int_equal(diags_new(&diags), 0);
		assert_int_equal(decode_feed(str_slice(&body), &options, arena, &feed, diags), 0);
		assert_int_equal(feed.n_posts, is_cut ? 1 : 2);
		assert_string_equal(feed.posts[0].title, "สวัสดี");
		assert_int_equal(feed.is_cut, is_cut);
		expect((diags_count(diags) > 0) == is_cut, "%d MB", megabytes);
	}
}

/* What has no end for us has one: what stands behind it counts. */
static void test_reads_on_behind_what_is_too_long(void **state)
{
	static const struct {
		const char *head, *part, *tail;
	} cases[] = {
		{"{\"version\":\"1\",\"items\":[{\"id\":\"1\",\"x\":\"", "\\\"",
			"\",\"title\":\"behind\"},{\"id\":\"2\",\"title\":\"after\"}]}"},
		{"{\"version\":\"1\",\"items\":[{\"id\":\"1\",\"", "name",
			"\":7,\"title\":\"behind\"},{\"id\":\"2\",\"title\":\"after\"}]}"},
		{"<rss><item ", "a='1' ",
			"><title>behind</title></item><item><title>after</title></item></rss>"},
		{"<rss><item><title>behind</title><x ", "a='1' ",
			"/></item><item><title>after</title></item></rss>"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(str_done) struct str body = STR_INIT(8 << 20);
		struct feed feed;

		add_times(&body, cases[i].head, cases[i].part, (3 << 20) / strlen(cases[i].part),
			cases[i].tail);
		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		assert_int_equal(decode_feed(str_slice(&body), &no_options, arena, &feed, NULL), 0);
		expect(feed.n_posts == 2, "row %zu: %zu posts", i, feed.n_posts);
		assert_string_equal(feed.posts[0].title, "behind");
		assert_string_equal(feed.posts[1].title, "after");
	}
}

/* What else a post has ends as well: prose is cut, what would be wrong is left out. */
static void test_every_value_has_a_limit(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str body = STR_INIT(8 << 20);
	struct feed feed;

	add_times(&body, "<rss><item><title>", "acme ", 10000, "</title>");
	add_times(&body, "<author>", "Jane ", 10000, "</author>");
	add_times(&body, "<guid isPermaLink='false'>", "id", 10000, "</guid>");
	add_times(&body, "<link>https://a.example/", "x", 10000, "</link>");
	add_times(&body, "<category>", "c", 10000, "</category>");
	for (int i = 0; i < 1000; i++)
		str_add_format(&body,
			"<category>c%d</category><enclosure url='https://a.example/%d'/>", i, i);
	str_add_text(&body, "</item></rss>");

	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decode_feed(str_slice(&body), &no_options, arena, &feed, NULL), 0);
	assert_int_equal(feed.n_posts, 1);
	assert_int_equal(feed.n_cut, 1);

	const struct post *post = &feed.posts[0];

	assert_true(strlen(post->title) <= POST_TITLE_BYTES);
	assert_true(slice_ends_with(slice_of(post->title), SLICE("…")));
	assert_true(strlen(post->author) <= POST_NAME_BYTES);
	assert_true(slice_ends_with(slice_of(post->author), SLICE("…")));
	assert_true(slice_starts_with(slice_of(post->id), SLICE("hash:")));
	assert_null(post->url);
	assert_int_equal(post->tags.n, POST_TAGS);
	assert_string_equal(post->tags.items[0], "c0");
	assert_int_equal(post->links.n, POST_LINKS);
}

/* An item with more than anybody says loses that, and nothing behind it. */
static void test_an_item_has_a_limit(void **state)
{
	static const struct {
		const char *part, *close;
	} cases[] = {{"{},", "0]"}, {"[[]],", "0]"}, {"{\"a\":[", NULL}, {"\"x\",", "0]"}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(str_done) struct str body = STR_INIT(16 << 20);
		struct feed feed;

		add_times(&body, "{\"version\":\"1\",\"items\":[{\"x\":[", cases[i].part, 100000,
			cases[i].close ? cases[i].close : "");
		if (!cases[i].close)
			add_times(&body, "", "]}", 100000, "]");
		str_add_text(&body, ",\"content_text\":\"acme\"},{\"content_text\":\"next\"}]}");
		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);

		const int r = decode_feed(str_slice(&body), &no_options, arena, &feed, NULL);

		expect(r == 0 && feed.n_posts == 2, "%s: error %d", cases[i].part, r);
		expect(same_text(feed.posts[0].text, "acme") &&
				same_text(feed.posts[1].text, "next"),
			"%s: got %s", cases[i].part, feed.posts[0].text);
		expect(feed.n_cut == 1, "%s: is not told", cases[i].part);
	}
}

/* Much that says nothing is not read for ever. */
static void test_entries_without_a_word_count(void **state)
{
	static const struct {
		const char *head, *part, *tail;
	} cases[] = {
		{"<rss>", "<item/>", "</rss>"},
		{"{\"version\":\"1\",\"items\":[{}", ",{}", "]}"},
		{"{\"version\":\"1\",\"items\":[{}", ",}", "]}"},
	};
	const struct decode_options options = {.max_posts = 10};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(str_done) struct str body = STR_INIT(1 << 20);
		struct feed feed;

		add_times(&body, cases[i].head, cases[i].part, 1000, cases[i].tail);
		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		assert_int_equal(diags_new(&diags), 0);
		(void)decode_feed(str_slice(&body), &options, arena, &feed, diags);
		expect(diags_count(diags) <= 12, "%s: %zu are told", cases[i].part,
			diags_count(diags));
	}
}

/* A short link may be a long address: a step has an end all the same. */
static void test_a_step_has_room_in_its_arena(void **state)
{
	const struct decoding_limit limit = {.max_bytes = 64 << 10};
	CLEANUP(decoding_freep) struct decoding *decoding = NULL;
	CLEANUP(str_done) struct str body = STR_INIT(4 << 20);
	int more = 1;

	add_times(&body, "<rss><channel xml:base='https://a.example/", "x", 3900, "/'>");
	for (int i = 0; i < 300; i++) {
		str_add_text(&body, "<item>");
		for (int k = 0; k < 50; k++)
			str_add_format(&body, "<enclosure url='%d'/>", k);
		str_add_text(&body, "</item>");
	}
	str_add_text(&body, "</channel></rss>");

	assert_int_equal(decoding_new(str_slice(&body), &no_options, NULL, &decoding), 0);
	while (more == 1) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct post *posts;
		size_t n;

		assert_int_equal(arena_new(DECODING_ARENA_BYTES(limit.max_bytes), &arena), 0);
		more = decoding_step(decoding, &limit, arena, &posts, &n);
		expect(more >= 0, "error %d", more);
	}
	assert_int_equal(decoding_feed(decoding)->n_posts, 300);
}

/* --- What comes before posts do --- */

static void add_in_charset(const char *charset, struct slice text, struct str *str)
{
	iconv_t converter = iconv_open(charset, "UTF-8");
	char *bytes = malloc(text.len * 4);
	char *in = (char *)(uintptr_t)text.ptr;
	char *out = bytes;
	size_t in_left = text.len;
	size_t out_left = text.len * 4;

	assert_true(converter != (iconv_t)-1 && bytes);
	assert_int_equal(iconv(converter, &in, &in_left, &out, &out_left), 0);
	iconv_close(converter);
	str_add(str, slice_from(bytes, (size_t)(out - bytes)));
	free(bytes);
}

/* Reads BYTES in steps of N bytes; returns how many there were. */
static size_t count_steps(
	struct slice bytes, const struct decode_options *options, size_t n, struct str *lines)
{
	const struct decoding_limit limit = {.max_bytes = n};
	CLEANUP(decoding_freep) struct decoding *decoding = NULL;
	size_t n_steps = 0;
	int more = 1;

	assert_int_equal(decoding_new(bytes, options, NULL, &decoding), 0);
	for (; more == 1; n_steps++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct post *posts;
		size_t n_posts = 0;

		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		more = decoding_step(decoding, &limit, arena, &posts, &n_posts);
		assert_true(more >= 0);
		add_posts(posts, n_posts, lines);
	}
	return n_steps;
}

/* Wherever a step ends, within a character or a reference, the posts are the same, and no
 * step makes all of the text at once. */
static void test_the_text_is_made_in_steps(void **state)
{
	static const struct {
		const char *why, *head, *charset, *http, *word;
		struct slice before; /* bytes */
	} cases[] = {
		{"declared", "<?xml version='1.0' encoding='windows-1251'?>", "windows-1251", NULL,
			"лампа", {"", 0}},
		{"by HTTP", "", "windows-1251", "windows-1251", "лампа", {"", 0}},
		{"gb18030", "<?xml version='1.0' encoding='gb18030'?>", "gb18030", NULL,
			"服务太差了", {"", 0}},
		{"a mark", "", "UTF-16LE", NULL, "лампа 😀", {"\xFF\xFE", 2}},
		{"UTF-16 without", "", "UTF-16BE", NULL, "лампа 😀", {"", 0}},
		{"UTF-8", "", "UTF-8", NULL, "服务 лампа 😀", {"", 0}},
		{"UTF-8 with a mark", "", "UTF-8", NULL, "лампа", {"\xEF\xBB\xBF", 3}},
		{"broken UTF-8", "<!--ééééé\xFF-->", NULL, NULL, "лампа", {"", 0}},
		{"controls", "<!--\x01\x02-->", NULL, NULL, "лампа", {"", 0}},
		{"Latin that says UTF-8", "<?xml encoding='utf-8'?>\xE9", NULL, NULL, "caf\xE9",
			{"", 0}},
		{"entities", "<!DOCTYPE rss [<!-- ]> --><!ENTITY e 'лампа'>]>", NULL, NULL, "&e;",
			{"", 0}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct decode_options options = {.charset = cases[i].http};
		CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
		CLEANUP(str_done) struct str bytes = STR_INIT(1 << 20);
		CLEANUP(str_done) struct str want = STR_INIT(1 << 20);

		str_add_format(&text, "%s<rss><channel>", cases[i].head);
		for (int k = 0; k < 10; k++)
			str_add_format(&text,
				"<item><title>%s %d</title><description><![CDATA[&e; %s]]>"
				"</description></item>",
				cases[i].word, k, cases[i].word);
		str_add_text(&text, "</channel></rss>");
		str_add(&bytes, cases[i].before);
		if (cases[i].charset)
			add_in_charset(cases[i].charset, str_slice(&text), &bytes);
		else
			str_add(&bytes, str_slice(&text));

		assert_int_equal(count_steps(str_slice(&bytes), &options, 0, &want), 1);
		expect(slice_find(str_slice(&want), SLICE("лампа 9")) >= 0 ||
				slice_find(str_slice(&want), SLICE("了 9")) >= 0 ||
				slice_find(str_slice(&want), SLICE("😀 9")) >= 0 ||
				slice_find(str_slice(&want), SLICE("café 9")) >= 0,
			"%s: got %s", cases[i].why, str_text(&want));
		for (size_t n = 1; n < 100; n += 7) {
			CLEANUP(str_done) struct str got = STR_INIT(1 << 20);
			const size_t n_steps = count_steps(str_slice(&bytes), &options, n, &got);

			expect(slice_equals(str_slice(&got), str_slice(&want)),
				"%s, %zu at a time: got %s", cases[i].why, n, str_text(&got));
			expect(n_steps > bytes.len / (n + 10), "%s, %zu at a time: %zu steps",
				cases[i].why, n, n_steps);
		}
	}
}

/* Whatever stands before the first post, and however long a post is, a step ends. */
static void test_no_step_reads_all(void **state)
{
	static const struct {
		const char *head, *part, *tail;
	} cases[] = {
		{"<?xml version='1.0' encoding='windows-1251'?><rss><item><title>", "\xEB",
			"</title></item></rss>"},
		{"<rss><item><title>x</title>", "\x01", "</item></rss>"},
		{"<!DOCTYPE rss [<!ENTITY a 'x'>", "<!ENTITY b 'y'>",
			"]><rss><item><title>x</title></item></rss>"},
		{"<!DOCTYPE rss [<!ENTITY a 'x'>]><rss><item><title>", "&a;",
			"</title></item></rss>"},
		{"{\"version\":\"1\",\"x\":[", "{},", "0],\"items\":[{\"title\":\"x\"}]}"},
		{"{\"version\":\"1\",\"items\":[", "\"", "]}"},
		{"{\"version\":\"1\",\"items\":[{\"title\":\"x\",\"x\":[", "[],", "0]}]}"},
		{"{\"version\":\"1\",\"items\":[{\"title\":\"", "\\\"", "\"}]}"},
	};
	enum { STEP = 1000, TIMES = 200000 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct decoding_limit limit = {.max_bytes = STEP};
		CLEANUP(decoding_freep) struct decoding *decoding = NULL;
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(str_done) struct str body = STR_INIT(8 << 20);
		size_t n_before = 0; /* the first post */
		size_t n = 0;
		int more = 1;

		add_times(&body, cases[i].head, cases[i].part, TIMES, cases[i].tail);
		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		assert_int_equal(decoding_new(str_slice(&body), &no_options, NULL, &decoding), 0);
		for (; more == 1 && n == 0; n_before++) {
			struct post *posts;

			arena_reset(arena);
			more = decoding_step(decoding, &limit, arena, &posts, &n);
		}
		/* What is no feed is found out in steps, too. */
		expect(n_before > TIMES / STEP, "%s%s: %zu steps, then %d", cases[i].head,
			cases[i].part, n_before, more);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_steps_give_the_same_posts),
		cmocka_unit_test(test_what_stands_behind_the_items_comes_with_the_second_reading),
		cmocka_unit_test(test_the_end_is_the_end),
		cmocka_unit_test(test_a_text_has_a_limit),
		cmocka_unit_test(test_a_text_that_is_converted_has_a_limit),
		cmocka_unit_test(test_reads_on_behind_what_is_too_long),
		cmocka_unit_test(test_every_value_has_a_limit),
		cmocka_unit_test(test_an_item_has_a_limit),
		cmocka_unit_test(test_entries_without_a_word_count),
		cmocka_unit_test(test_a_step_has_room_in_its_arena),
		cmocka_unit_test(test_the_text_is_made_in_steps),
		cmocka_unit_test(test_no_step_reads_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
