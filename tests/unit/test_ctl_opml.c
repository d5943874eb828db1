#include <errno.h>

#include "base/diags.h"
#include "base/map.h"
#include "base/str.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/opml.h"
#include "ctl/source_lines.h"
#include "unit.h"

enum { TEXT_MAX = 1 << 20, ARENA_MAX = 64 << 20 };

static struct arena *new_arena(void)
{
	struct arena *arena;

	assert_int_equal(0, arena_new(ARENA_MAX, &arena));
	return arena;
}

/* "TITLE|URL|FOLDER,FOLDER" a line. */
static void summarize(const struct opml *opml, struct str *str)
{
	for (size_t i = 0; i < opml->n_feeds; i++) {
		const struct opml_feed *feed = &opml->feeds[i];

		str_add_format(str, "%s|%s|", feed->title ? feed->title : "-", feed->url);
		for (size_t j = 0; j < feed->folders.n; j++)
			str_add_format(str, "%s%s", j > 0 ? "," : "", feed->folders.items[j]);
		str_add_char(str, '\n');
	}
}

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"1.0\"><head/><body>"
#define TAIL "</body></opml>"

static void test_what_programs_export_is_read(void **state UNUSED)
{
	static const struct {
		const char *what, *opml, *want;
		size_t n_duplicates, n_skipped;
	} cases[] = {
		{"Feedly: folders, a feed in two of them",
			HEAD
			"<outline text=\"Tech\" title=\"Tech\">"
			"<outline type=\"rss\" text=\"Gear\" title=\"Gear\" "
			"xmlUrl=\"https://gear.example/rss\" htmlUrl=\"https://gear.example\"/>"
			"</outline><outline text=\"Daily\" title=\"Daily\">"
			"<outline type=\"rss\" text=\"Gear\" title=\"Gear\" "
			"xmlUrl=\"https://gear.example/rss\" htmlUrl=\"https://gear.example\"/>"
			"</outline>" TAIL,
			"Gear|https://gear.example/rss|Tech,Daily\n", 1, 0},
		{"Inoreader: feeds beside folders, http and https of one address",
			HEAD "<outline text=\"A\" title=\"A\" type=\"rss\" "
			     "xmlUrl=\"http://a.example/feed/\"/>\n"
			     "<outline text=\"News\" title=\"News\">\n"
			     "<outline text=\"A\" title=\"A\" type=\"rss\" "
			     "xmlUrl=\"https://a.example/feed/\"/>\n</outline>" TAIL,
			"A|http://a.example/feed/|News\n", 1, 0},
		{"newsboat: no text, a script among the feeds",
			HEAD
			"<outline type=\"rss\" xmlUrl=\"https://n.example/atom.xml\" "
			"htmlUrl=\"https://n.example/\" title=\"N &amp; M\"/>"
			"<outline type=\"rss\" xmlUrl=\"exec:~/bin/feed.sh\" title=\"S\"/>" TAIL,
			"N & M|https://n.example/atom.xml|\n", 0, 1},
		{"FreshRSS: names of its own, a page that it scrapes",
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\" "
			"xmlns:frss=\"https://freshrss.org/opml\"><head><title>F</title></"
			"head><body>"
			"<outline text=\"Blogs\"><outline text=\"B\" type=\"rss\" "
			"xmlUrl=\"https://b.example/feed?x=1&amp;y=2\" description=\"d\" "
			"frss:priority=\"important\"/>"
			"<outline text=\"C\" type=\"HTML+XPath\" xmlUrl=\"https://c.example/\" "
			"frss:xPathItem=\"//li\"/></outline></body></opml>",
			"B|https://b.example/feed?x=1&y=2|Blogs\n", 0, 1},
		{"folders in folders, and categories of OPML 2.0",
			HEAD "<outline text=\"World\"><outline text=\"Kenya\">"
			     "<outline text=\"K\" xmlUrl=\"https://k.example/\" "
			     "category=\"/Press/Daily,World\"/></outline></outline>" TAIL,
			"K|https://k.example/|World,Kenya,Press,Daily\n", 0, 0},
		{"any case, and the scheme that browsers made",
			"<OPML><BODY><OUTLINE TEXT='U' XMLURL='feed://u.example/x'/>"
			"<outline text='V' xmlurl='feed:https://v.example/'/></BODY></OPML>",
			"U|http://u.example/x|\nV|https://v.example/|\n", 0, 0},
		{"titles of many scripts, entities, no title",
			HEAD "<outline text=\"\xE1\x9E\x80\xE1\x9F\x92\xE1\x9E\x9A &quot;x&quot; "
			     "&#8217;\" xmlUrl=\"https://x.example/\"/>"
			     "<outline text=\"  \" xmlUrl=\" https://y.example/ \"/>" TAIL,
			"\xE1\x9E\x80\xE1\x9F\x92\xE1\x9E\x9A \"x\" "
			"\xE2\x80\x99|https://x.example/|\n"
			"-|https://y.example/|\n",
			0, 0},
		{"tags that nobody closed, and a cut file",
			HEAD
			"<outline text=\"F\"><outline text=\"1\" xmlUrl=\"https://1.example/\">"
			"<outline text=\"2\" xmlUrl=\"https://2.example/\">"
			"<outline text=\"3\" xmlUrl=\"https://3.example/\"",
			"1|https://1.example/|F\n2|https://2.example/|F\n3|https://3.example/|F\n",
			0, 0},
		{"an ampersand that is none",
			HEAD "<outline text=\"A & B\" xmlUrl=\"https://a.example/?a=1&b=2\"/>" TAIL,
			"A & B|https://a.example/?a=1&b=2|\n", 0, 0},
		{"addresses that no source may have",
			HEAD "<outline text=\"p\" xmlUrl=\"https://u:secret@h.example/\"/>"
			     "<outline text=\"f\" xmlUrl=\"file:///etc/passwd\"/>"
			     "<outline text=\"r\" xmlUrl=\"/relative\"/>"
			     "<outline text=\"s\" xmlUrl=\"https://s.example/a b\"/>" TAIL,
			"", 0, 4},
		{"no feed", HEAD TAIL, "", 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena();
		CLEANUP(str_done) struct str got = STR_INIT(TEXT_MAX);
		CLEANUP(diags_freep) struct diags *diags = NULL;
		struct opml opml;

		assert_int_equal(0, diags_new(&diags));
		const int r = opml_read(slice_of(cases[i].opml), arena, &opml, diags);

		expect(r == 0, "%s: %d", cases[i].what, r);
		summarize(&opml, &got);
		expect(strcmp(str_text(&got), cases[i].want) == 0, "%s:\n%s", cases[i].what,
			str_text(&got));
		expect(opml.n_duplicates == cases[i].n_duplicates &&
				opml.n_skipped == cases[i].n_skipped,
			"%s: %zu duplicates, %zu skipped", cases[i].what, opml.n_duplicates,
			opml.n_skipped);
		expect(diags_count(diags) >= opml.n_skipped, "%s: not told", cases[i].what);
	}
}

static void test_other_charsets_are_read(void **state UNUSED)
{
	static const char latin[] = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><opml><body>"
				    "<outline text=\"Caf\xE9\" xmlUrl=\"https://c.example/\"/>"
				    "</body></opml>";
	CLEANUP(arena_freep) struct arena *arena = new_arena();
	struct opml opml;

	assert_int_equal(0, opml_read(slice_of(latin), arena, &opml, NULL));
	assert_string_equal("Caf\xC3\xA9", opml.feeds[0].title);
}

static void test_what_is_no_opml_is_refused(void **state UNUSED)
{
	static const char *const cases[] = {"", "hello", "<html><body><p>x</body></html>",
		"{\"feeds\": []}", "<rss><channel><title>x</title></channel></rss>"};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena();
		struct opml opml;
		const int r = opml_read(slice_of(cases[i]), arena, &opml, NULL);

		expect(r == -EPROTONOSUPPORT, "%s: %d", cases[i], r);
	}
}

static void test_a_file_that_is_too_long_is_refused(void **state UNUSED)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena();
	CLEANUP(str_done) struct str text = STR_INIT(16 << 20);
	struct opml opml;

	str_add_text(&text, "<opml>");
	for (int i = 0; i <= 20000; i++)
		str_add_format(&text, "<outline xmlUrl='https://x.example/%d'/>", i);
	assert_int_equal(-EMSGSIZE, opml_read(str_slice(&text), arena, &opml, NULL));
}

static struct texts texts_of(const char **items, size_t n)
{
	return (struct texts){.items = items, .n = n};
}

static void test_what_is_written_is_read_again(void **state UNUSED)
{
	const char *both[] = {"News & <more>", "\"Kenya\""};
	const char *one[] = {"\"Kenya\""};
	const struct opml_feed feeds[] = {
		{.title = "a \"b\" <c> & 'd'\n", .url = "https://a.example/?x=1&y=<\">"},
		{.title = "ខ្មែរ", .url = "https://k.example/", .folders = texts_of(both, 2)},
		{.title = "third", .url = "https://t.example/", .folders = texts_of(one, 1)},
	};
	CLEANUP(arena_freep) struct arena *arena = new_arena();
	CLEANUP(str_done) struct str text = STR_INIT(TEXT_MAX);
	CLEANUP(str_done) struct str got = STR_INIT(TEXT_MAX);
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct opml opml;

	assert_int_equal(0, diags_new(&diags));
	opml_write(&text, feeds, ARRAY_SIZE(feeds));
	assert_int_equal(0, opml_read(str_slice(&text), arena, &opml, diags));
	assert_int_equal(0, diags_count(diags));
	summarize(&opml, &got);
	assert_string_equal("a \"b\" <c> & 'd'|https://a.example/?x=1&y=<\">|\n"
			    "ខ្មែរ|https://k.example/|News & <more>,\"Kenya\"\n"
			    "third|https://t.example/|\"Kenya\"\n",
		str_text(&got));
	assert_int_equal(1, opml.n_duplicates);
}

/* --- lines ------------------------------------------------------------------- */

static void test_lines_are_read_by_our_own_reader(void **state UNUSED)
{
	const char *tags[] = {"a, b]", " \n ", "null"};
	static const char *const titles[] = {"null", "~", "yes", "- x: {y}", "a\tb\n\nc ", "#1",
		"\"q\" \\ 'r'", "x\xC2\x85y\xE2\x80\xA8z\xEF\xBB\xBF\x7F", "", NULL, "null",
		"0123456789012345678901234567890123456789012345678901234567890123456789"};
	static const char *const names[] = {"null", "~", "yes", "- x: {y}", "a b c", "#1",
		"\"q\" \\ 'r'", "x y z", "h.example", "h.example 2", "null 2",
		"01234567890123456789012345678901234567890123456789012345"};
	CLEANUP(arena_freep) struct arena *arena = new_arena();
	CLEANUP(str_done) struct str text = STR_INIT(TEXT_MAX);
	CLEANUP(map_freep) struct map *taken = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(settings_freep) struct settings *settings = NULL;

	assert_int_equal(0, map_new(&taken));
	assert_int_equal(0, diags_new(&diags));
	str_add_text(&text, "sources:\n");
	for (size_t i = 0; i < ARRAY_SIZE(titles); i++) {
		const struct source_line line = {.title = titles[i],
			.url = "https://h.example/a?b=c#d\xC2\x85",
			.tags = texts_of(tags, ARRAY_SIZE(tags)),
			.allow_private = i == 0};
		const char *name;

		assert_int_equal(0, source_lines_name(&line, taken, arena, &name));
		source_lines_add(&text, &line, name);
	}

	const int r = settings_parse("lines", str_slice(&text), &settings, diags);
	expect(r == 0, "%d: %s\n%s", r, diags_get(diags, 0)->message, str_text(&text));
	assert_int_equal(ARRAY_SIZE(names), settings->n_sources);
	for (size_t i = 0; i < settings->n_sources; i++) {
		const struct source_settings *source = &settings->sources[i];

		expect(strcmp(source->name, names[i]) == 0, "%zu: %s", i, source->name);
		assert_string_equal("https://h.example/a?b=c#d\xC2\x85", source->url);
		assert_int_equal(2, source->tags.n);
		assert_string_equal("a, b]", source->tags.items[0]);
		assert_int_equal(i == 0, source->allow_private);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_programs_export_is_read),
		cmocka_unit_test(test_other_charsets_are_read),
		cmocka_unit_test(test_what_is_no_opml_is_refused),
		cmocka_unit_test(test_a_file_that_is_too_long_is_refused),
		cmocka_unit_test(test_what_is_written_is_read_again),
		cmocka_unit_test(test_lines_are_read_by_our_own_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
