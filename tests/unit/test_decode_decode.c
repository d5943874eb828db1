#include <errno.h>

#include "base/diags.h"
#include "base/str.h"
#include "decode/decode.h"
#include "decode/draft.h"
#include "decode/fields.h"
#include "unit/unit.h"

enum { MAX_ARENA = 64 << 20 };

static const struct decode_options no_options = {0};

static void test_recognises_formats_by_content(void **state)
{
	static const struct {
		const char *body, *format;
		size_t n_posts;
	} cases[] = {
		{"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>", "rss",
			1},
		{"<rss/>", "rss", 0},
		{"<RSS><CHANNEL><ITEM><TITLE>x</TITLE></ITEM></CHANNEL></RSS>", "rss", 1},
		{"<channel><item><title>x</title></item></channel>", "rss", 1},
		{"<item><title>x</title></item>", "rss", 1},
		{"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
		 "<item><title>x</title></item></rdf:RDF>",
			"rdf", 1},
		{"\n <!-- x --> <feed><entry><title>x</title></entry></feed>", "atom", 1},
		{"<entry xmlns='http://www.w3.org/2005/Atom'><title>x</title></entry>", "atom", 1},
		{"\xEF\xBB\xBF "
		 "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":1}]}",
			"jsonfeed", 1},
		{"{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}", "jsonfeed", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct feed feed;

		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);

		const int r = decode_feed(slice_of(cases[i].body), &no_options, arena, &feed, NULL);

		expect(r == 0, "%s: error %d", cases[i].body, r);
		expect(same_text(feed.format, cases[i].format), "%s: got %s", cases[i].body,
			feed.format);
		expect(feed.n_posts == cases[i].n_posts, "%s: %zu posts", cases[i].body,
			feed.n_posts);
	}
}

static void test_says_what_is_no_feed(void **state)
{
	static const struct {
		const char *body;
		int want;
		const char *words; /* of the first message, with its hint */
	} cases[] = {
		{"", -EPROTONOSUPPORT, "error: this is no feed: it is empty"},
		{" \n", -EPROTONOSUPPORT, "error: this is no feed: it is empty"},
		{"Please wait five seconds.", -EPROTONOSUPPORT,
			"error: this is no feed but plain text: Please wait five seconds."},
		{"<!DOCTYPE html><title>x</title>", -EPROTONOSUPPORT,
			"error: this is no feed but an HTML page (it names no feed)"},
		{"<html><link rel='alternate' type='application/rss+xml' "
		 "href='https://b.example/'>",
			-EPROTONOSUPPORT,
			"error: this is no feed but an HTML page (it names the feed "
			"https://b.example/)"},
		{"<html><head><base href='https://b.example/x/'>"
		 "<link rel='alternate' type='application/rss+xml' href='feed?a=1&amp;b=2'>"
		 "<link rel='stylesheet' href='x.css'>"
		 "<link type='application/atom+xml; charset=utf-8' rel='feed alternate' "
		 "href='/atom'></head>",
			-EPROTONOSUPPORT,
			"error: this is no feed but an HTML page (it names these feeds: "
			"https://b.example/x/feed?a=1&b=2, https://b.example/atom)"},
		{"<?xml version='1.0'?><opml version='2.0'/>", -EPROTONOSUPPORT,
			"error: this is no feed but an OPML list of feeds"},
		{"<foo/>", -EPROTONOSUPPORT, "error: this is no feed: its first element is <foo>"},
		{"%PDF-1.4", -EPROTONOSUPPORT, "error: this is no feed but a PDF document"},
		{"\xFF\xD8\xFF\xE0 x", -EPROTONOSUPPORT, "error: this is no feed but an image"},
		{"{\"error\":\"quota\"}", -EPROTONOSUPPORT,
			"error: this is no feed but JSON, but no JSON Feed"},
		{"{\"version\":", -EBADMSG, NULL},
		{"<rss><channel><title>cut", -EBADMSG, NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(str_done) struct str words = STR_INIT(10000);
		struct feed feed;

		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		assert_int_equal(diags_new(&diags), 0);

		const int r =
			decode_feed(slice_of(cases[i].body), &no_options, arena, &feed, diags);

		expect(r == cases[i].want, "%s: got %d, want %d", cases[i].body, r, cases[i].want);
		expect(diags_count(diags) > 0, "%s: nothing is said", cases[i].body);
		diag_format(&words, diags_get(diags, 0));
		expect(!cases[i].words || same_text(str_text(&words), cases[i].words), "%s: %s",
			cases[i].body, str_text(&words));
	}
}

static void test_reads_what_the_feed_says_of_itself(void **state)
{
	static const char body[] =
		"<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "
		"xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>A &amp;amp; B</title>"
		"<link>/home</link><language>en_US</language><ttl>30</ttl>"
		"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
		"<skipHours><hour>0</hour><hour>23</hour><hour>24</hour><hour>x</hour></skipHours>"
		"<skipDays><day>Sunday</day><day>Saturday</day></skipDays>"
		"<atom:link rel='hub' href='https://hub.example/'/>"
		"<atom:link rel='self' href='https://a.example/self.xml'/>"
		"<atom:link rel='next' href='?page=2'/>"
		"</channel></rss>";
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct decode_options options = {.base_url = "https://a.example/feed"};
	struct feed feed;

	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decode_feed(slice_of(body), &options, arena, &feed, NULL), 0);
	assert_string_equal(feed.title, "A & B");
	assert_string_equal(feed.url, "https://a.example/home");
	assert_string_equal(feed.lang, "en-US");
	assert_string_equal(feed.hub, "https://hub.example/");
	assert_string_equal(feed.self, "https://a.example/self.xml");
	assert_string_equal(feed.next, "https://a.example/feed?page=2");
	assert_true(feed.ttl_us == 6 * US_PER_HOUR);
	assert_int_equal(feed.skip_hours, 1u << 23 | 1u);
	assert_int_equal(feed.skip_days, 1u << 6 | 1u);
	assert_false(feed.expired);
}

static void test_reads_what_a_json_feed_says_of_itself(void **state)
{
	static const char body[] =
		"{\"version\":\"https://jsonfeed.org/version/"
		"1.1\",\"title\":\"T\",\"expired\":true,"
		"\"home_page_url\":\"/\",\"feed_url\":\"f.json\",\"next_url\":\"f2.json\","
		"\"hubs\":[{\"type\":\"WebSub\",\"url\":\"https://hub.example/\"}],\"items\":[]}";
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct decode_options options = {.base_url = "https://a.example/x/feed"};
	struct feed feed;

	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decode_feed(slice_of(body), &options, arena, &feed, NULL), 0);
	assert_true(feed.expired);
	assert_string_equal(feed.url, "https://a.example/");
	assert_string_equal(feed.self, "https://a.example/x/f.json");
	assert_string_equal(feed.next, "https://a.example/x/f2.json");
	assert_string_equal(feed.hub, "https://hub.example/");
}

static void test_keeps_to_its_limits(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(arena_freep) struct arena *small = NULL;
	CLEANUP(str_done) struct str body = STR_INIT(1 << 20);
	const struct decode_options options = {.max_posts = 3, .source = "a source"};
	struct feed feed;

	for (int i = 0; i < 5; i++)
		str_add_format(&body, "<item><title>%d</title></item>\n", i);
	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(arena_new(1000, &small), 0);

	assert_int_equal(decode_feed(str_slice(&body), &options, arena, &feed, NULL), 0);
	assert_int_equal(feed.n_posts, 3);
	assert_int_equal(feed.n_dropped, 2);
	assert_int_equal(feed.dropped_line, 4);
	assert_string_equal(feed.posts[2].title, "2");
	assert_string_equal(feed.posts[2].source, "a source");
	assert_int_equal(decode_feed(str_slice(&body), &options, small, &feed, NULL), -ENOMEM);
}

static void test_takes_twenty_thousand_posts(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(str_done) struct str body = STR_INIT(4 << 20);
	struct feed feed;

	for (int i = 0; i < 20005; i++)
		str_add_format(&body, "<item><guid>%d</guid></item>\n", i);
	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(decode_feed(str_slice(&body), &no_options, arena, &feed, diags), 0);
	assert_int_equal(feed.n_posts, 20000);
	assert_int_equal(feed.n_dropped, 5);
	assert_int_equal(diags_count(diags), 1); /* once for all five */
	assert_int_equal(diags_get(diags, 0)->line, 20001);
}

/* Each of these costs some reader time or memory that grows with its square. */
static void test_hostile_bodies_take_linear_time(void **state)
{
	static const struct {
		const char *head, *part;
	} cases[] = {
		{"<rss><item><title>", "<b>"},
		{"<rss><item><abcdefghijklmnopqr>", "</abcdefghijklmnzzz>"},
		{"<rss><item><title ", "a='1' "},
		{"<rss ", "xmlns:a='http://b/' "},
		{"<rss><item>", "<a xmlns:b='http://c/'>"},
		{"<rss><item><enclosure url='http://e.example/", "a"},
		{"<rss><item><description>", "&amp;amp;"},
		{"<rss><item><description>", "<![CDATA[x"},
		{"<rss><item><description>", "&lt;a href=\"x\"&gt;"},
		{"<rss><item><description><zz>", "<guid>"},
		{"<rss><item>", "<category>x</category>"},
		{"<rss><item><author>", "a@b ("},
		{"<rss><item><title>\xC3\x83", "\xC2\xA9\xC3\x83"},
		{"<rss>", "<item>"},
		{"<rss>", "<!DOCTYPE a [ "},
		{"<!DOCTYPE a [ ", "<!ENTITY a 'b'>"},
		{"<feed xml:base='http://b.example/'><entry>", "<a xml:base='x/'>"},
		{"<feed><entry><content mode='base64' type='text/html'>", "QUJD"},
		{"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[", "{\"a\":"},
		{"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[", "{\"id\":1,},"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(str_done) struct str body = STR_INIT(1 << 20);
		struct feed feed;

		str_add_text(&body, cases[i].head);
		while (body.len + 32 < body.max_bytes)
			str_add_text(&body, cases[i].part);
		assert_int_equal(arena_new(4 * MAX_ARENA, &arena), 0);

		const int r = decode_feed(str_slice(&body), &no_options, arena, &feed, NULL);

		expect(r == 0 || r == -EBADMSG || r == -EPROTONOSUPPORT, "%s%s...: error %d",
			cases[i].head, cases[i].part, r);
	}
}

/* What a DOCTYPE declares cannot make much out of little. */
static void test_entities_are_no_bomb(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str body = STR_INIT(4 << 20);
	struct feed feed;

	str_add_text(&body, "<!DOCTYPE rss [<!ENTITY a '");
	for (int i = 0; i < 1000; i++)
		str_add_char(&body, 'x');
	str_add_text(&body, "'>]><rss>");
	for (int i = 0; i < 100; i++) {
		str_add_text(&body, "<item><description>");
		for (int k = 0; k < 50; k++)
			str_add_text(&body, "&a; ");
		str_add_text(&body, "</description></item>");
	}

	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decode_feed(str_slice(&body), &no_options, arena, &feed, NULL), 0);
	assert_int_equal(feed.n_posts, 100);
	assert_string_equal(feed.posts[99].text + strlen(feed.posts[99].text) - 7, "&a; &a;");

	size_t len = 0;

	for (size_t i = 0; i < feed.n_posts; i++)
		len += strlen(feed.posts[i].text);
	expect(len > 1 << 20 && len < body.len + (1 << 20), "the texts have %zu bytes", len);
}

/* However little memory there is, the answer is a clean -ENOMEM. */
static void test_survives_any_lack_of_memory(void **state)
{
	static const char body[] =
		"<rss xmlns:dc='http://purl.org/dc/elements/1.1/'><channel xml:lang='en' "
		"xml:base='/x'>"
		"<title>t</title><item><title>a</title><link>https://a.example/1</link>"
		"<dc:creator>Jane</dc:creator><category>c</category><guid>g</guid>"
		"<description>&lt;a "
		"href='https://b.example/'&gt;#tag&lt;/a&gt;</description></item>"
		"<item><title>no id</title></item></channel></rss>";
	int r = -ENOMEM;

	for (size_t bytes = 0; bytes < 40000 && r != 0; bytes += 16) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct feed feed;

		assert_int_equal(arena_new(bytes, &arena), 0);
		r = decode_feed(slice_of(body), &no_options, arena, &feed, NULL);
		expect(r == 0 || r == -ENOMEM, "%zu bytes: error %d", bytes, r);
	}
	assert_int_equal(r, 0);
}

static void test_tells_the_line_of_what_it_mends(void **state)
{
	static const char body[] = "<rss><channel>\n<title>a & b</title>\n\n<item><title>x</item>\n"
				   "<item><pubDate>soon</pubDate><title>y</title></item>\n"
				   "<item>\n<description> </description></item></channel></rss>";
	static const unsigned int lines[] = {2, 4, 5, 6};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct feed feed;

	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(decode_feed(slice_of(body), &no_options, arena, &feed, diags), 0);
	assert_int_equal(feed.n_posts, 2);
	assert_int_equal(diags_count(diags), ARRAY_SIZE(lines));
	assert_int_equal(diags_count_errors(diags), 0);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		expect(diags_get(diags, i)->line == lines[i], "warning %zu on line %u", i,
			diags_get(diags, i)->line);
}

static void test_the_same_bytes_give_the_same_id(void **state)
{
	static const char body[] = "<item><description>no id</description></item>";
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct feed first;
	struct feed second;

	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decode_feed(slice_of(body), &no_options, arena, &first, NULL), 0);
	assert_int_equal(decode_feed(slice_of(body), &no_options, arena, &second, NULL), 0);
	/* It is stored: a change here is a change of every database. */
	assert_string_equal(first.posts[0].id, second.posts[0].id);
	assert_string_equal(first.posts[0].id, "hash:50caad1fef9fbdf3c7ef5a15f40db21b");
}

static void test_splits_author_lines(void **state)
{
	static const struct {
		const char *text, *name, *mail, *handle;
	} cases[] = {
		{"Jane Doe", "Jane Doe", "", ""},
		{"jane@example.org (Jane Doe)", "Jane Doe", "jane@example.org", ""},
		{"Jane Doe <jane@example.org>", "Jane Doe", "jane@example.org", ""},
		{"\"Doe, Jane\" <jane@example.org>", "Doe, Jane", "jane@example.org", ""},
		{"Jane Doe (jane@example.org)", "Jane Doe", "jane@example.org", ""},
		{"mailto:jane@example.org", "", "jane@example.org", ""},
		{"jane@example.org", "", "jane@example.org", ""},
		{"Jane (the other one)", "Jane (the other one)", "", ""},
		{"(Jane Doe)", "Jane Doe", "", ""},
		{"@jane", "", "", "jane"},
		{"/u/jane", "", "", "jane"},
		{"", "", "", ""},
		{"()", "", "", ""},
		{"Jane Doe ()", "Jane Doe", "", ""},
		{"Jane Doe <>", "Jane Doe", "", ""},
		{"jane@example.org Jane Doe", "Jane Doe", "jane@example.org", ""},
		{"jane@example.org, Jane Doe", "Jane Doe", "jane@example.org", ""},
		{"Jane Doe - jane@example.org", "Jane Doe", "jane@example.org", ""},
		{"jane@example.org (Jane Doe (Acme))", "Jane Doe (Acme)", "jane@example.org", ""},
		{"Jane @ Acme", "Jane @ Acme", "", ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct person person;

		person_parse(slice_of(cases[i].text), &person);
		expect(slice_equals(person.name, slice_of(cases[i].name)) &&
				slice_equals(person.mail, slice_of(cases[i].mail)) &&
				slice_equals(person.handle, slice_of(cases[i].handle)),
			"`%s': name `%.*s', mail `%.*s', handle `%.*s'", cases[i].text,
			SLICE_FMT(person.name), SLICE_FMT(person.mail), SLICE_FMT(person.handle));
	}
}

static void test_field_tables_are_sorted_and_complete(void **state)
{
	for (int space = 0; space < N_SPACES; space++) {
		size_t n;
		const struct field_row *rows = field_rows(space, &n);

		for (size_t i = 0; i < n; i++) {
			expect(i == 0 || strcmp(rows[i - 1].name, rows[i].name) < 0,
				"`%s' stands before `%s'", rows[i - 1].name, rows[i].name);
			expect(rows[i].scopes != 0, "`%s' applies nowhere", rows[i].name);
			expect((rows[i].slot == SLOT_NONE) == (rows[i].rank == 0),
				"`%s' has a slot or a rank alone", rows[i].name);
			expect(rows[i].kind != KIND_SCOPE || rows[i].scope != 0,
				"`%s' enters nothing", rows[i].name);
			expect(field_find(space, slice_of(rows[i].name),
				       (enum scope)rows[i].scopes) == &rows[i],
				"`%s' is not found", rows[i].name);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recognises_formats_by_content),
		cmocka_unit_test(test_says_what_is_no_feed),
		cmocka_unit_test(test_reads_what_the_feed_says_of_itself),
		cmocka_unit_test(test_reads_what_a_json_feed_says_of_itself),
		cmocka_unit_test(test_keeps_to_its_limits),
		cmocka_unit_test(test_takes_twenty_thousand_posts),
		cmocka_unit_test(test_hostile_bodies_take_linear_time),
		cmocka_unit_test(test_entities_are_no_bomb),
		cmocka_unit_test(test_survives_any_lack_of_memory),
		cmocka_unit_test(test_tells_the_line_of_what_it_mends),
		cmocka_unit_test(test_the_same_bytes_give_the_same_id),
		cmocka_unit_test(test_splits_author_lines),
		cmocka_unit_test(test_field_tables_are_sorted_and_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
