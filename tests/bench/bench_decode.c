/* Megabytes per CPU second, of one very large feed and of many small ones, with
 * the peers that are installed on the same bytes in the same run:
 *
 *	sfeed		keeps the HTML and its entities; a process a feed
 *	xmllint --sax	only well-formedness: no field, no text
 *	feedparser	Python's, on the small ones
 *
 *	bench_decode [FILE...]
 *
 * Without FILE the feeds are made from a seed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "bench.h"
#include "decode/decode.h"
#include "text/charset.h"
#include "text/html.h"
#include "text/markup.h"

enum {
	LARGE_ITEMS = 4000,
	SMALL_FEEDS = 400,
	ROUNDS = 5,
	MAX_BYTES = 64 << 20,
	MAX_ARENA = 1 << 30,
};

/* --- The feeds --- */

struct feeds {
	struct slice *bodies;
	size_t n;
	size_t n_bytes;
	const char *folder; /* where they stand as files */
};

static void add_body(struct str *feed, struct random *random, int n_paragraphs)
{
	for (int i = 0; i < n_paragraphs; i++) {
		str_add_text(feed, "&lt;p class=&quot;text&quot;&gt;");
		bench_add_words(feed, random, 40);
		str_add_text(
			feed, " &lt;a href=&quot;https://shop.example/x?a=1&amp;amp;b=2&quot;&gt;");
		bench_add_words(feed, random, 3);
		str_add_text(feed, "&lt;/a&gt; caf&amp;eacute; &amp;#8217;n&lt;/p&gt;\n");
	}
}

/* An item as blogs write them: a summary, and the whole text as escaped HTML. */
static void add_rss_item(struct str *feed, struct random *random, int i)
{
	str_add_format(feed, "<item><title>Post %d: ", i);
	bench_add_words(feed, random, 8);
	str_add_format(feed,
		"</title><link>https://blog.example/%d</link>"
		"<guid isPermaLink=\"false\">https://blog.example/?p=%d</guid>"
		"<pubDate>Sat, 21 Nov 2026 08:30:15 +0000</pubDate>"
		"<dc:creator><![CDATA[Jane Doe]]></dc:creator><category>News</category>"
		"<description><![CDATA[",
		i, i);
	bench_add_words(feed, random, 30);
	str_add_text(feed, "]]></description><content:encoded>");
	add_body(feed, random, 5);
	str_add_text(feed, "</content:encoded></item>\n");
}

static void make_rss(struct str *feed, struct random *random, int n_items)
{
	str_add_text(feed,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" "
		"xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
		"xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Blog</title>"
		"<link>https://blog.example/</link><language>en</language>\n");
	for (int i = 0; i < n_items; i++)
		add_rss_item(feed, random, i);
	str_add_text(feed, "</channel></rss>\n");
}

static void make_atom(struct str *feed, struct random *random, int n_entries)
{
	str_add_text(feed,
		"<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" "
		"xml:lang=\"en\"><title>Journal</title><link href=\"https://a.example/\"/>\n");
	for (int i = 0; i < n_entries; i++) {
		str_add_format(feed,
			"<entry><id>tag:a.example,2026:%d</id><link href=\"/%d\"/>"
			"<author><name>Jane Doe</name></author><published>2026-11-21T08:30:15Z"
			"</published><category term=\"news\"/><title type=\"html\">",
			i, i);
		bench_add_words(feed, random, 8);
		str_add_text(feed, "</title><content type=\"html\">");
		add_body(feed, random, 2);
		str_add_text(feed, "</content></entry>\n");
	}
	str_add_text(feed, "</feed>\n");
}

static void make_rdf(struct str *feed, struct random *random, int n_items)
{
	str_add_text(feed,
		"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
		"xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
		"<channel rdf:about=\"https://r.example/\"><title>Wire</title></channel>\n");
	for (int i = 0; i < n_items; i++) {
		str_add_format(feed,
			"<item rdf:about=\"https://r.example/%d\"><link>https://r.example/%d"
			"</link><dc:date>2026-11-21T08:30:15Z</dc:date><title>",
			i, i);
		bench_add_words(feed, random, 8);
		str_add_text(feed, "</title><description>");
		bench_add_words(feed, random, 25);
		str_add_text(feed, "</description></item>\n");
	}
	str_add_text(feed, "</rdf:RDF>\n");
}

/* The feed number I, as large as real ones are: ten to thirty entries. */
static void make_small(struct str *feed, struct random *random, size_t i)
{
	static void (*const makers[])(struct str *, struct random *, int) = {
		make_rss, make_atom, make_rss, make_rdf};

	makers[i % ARRAY_SIZE(makers)](feed, random, 10 + (int)(random_next(random) % 21));
}

static void add_feed(struct feeds *feeds, struct slice body)
{
	CLEANUP(str_done) struct str path = STR_INIT(4096);

	feeds->bodies = realloc(feeds->bodies, (feeds->n + 1) * sizeof(*feeds->bodies));
	str_add_format(&path, "%s/%zu.xml", feeds->folder, feeds->n);
	if (!feeds->bodies || file_replace(str_text(&path), body, 0600) < 0)
		exit(EXIT_FAILURE);
	feeds->bodies[feeds->n++] =
		slice_from(memcpy(malloc(body.len), body.ptr, body.len), body.len);
	feeds->n_bytes += body.len;
}

static void feeds_done(struct feeds *feeds)
{
	CLEANUP(str_done) struct str command = STR_INIT(4096);

	str_add_format(&command, "rm -r %s", feeds->folder);
	if (system(str_text(&command)) != 0)
		fprintf(stderr, "cannot remove %s\n", feeds->folder);
	for (size_t i = 0; i < feeds->n; i++)
		free((void *)(uintptr_t)feeds->bodies[i].ptr);
	free(feeds->bodies);
}

/* --- Us --- */

static int run_decode(struct slice feed)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct decode_options options = {.base_url = "https://blog.example/feed"};
	struct feed got;

	if (arena_new(MAX_ARENA, &arena) < 0)
		return -1;
	return decode_feed(feed, &options, arena, &got, NULL);
}

static int run_charset(struct slice feed)
{
	CLEANUP(str_done) struct str buffer = STR_INIT(MAX_BYTES * 3ul);
	struct slice got;

	return charset_decode(feed, NULL, &buffer, &got);
}

static int run_markup(struct slice feed)
{
	static const struct markup_options options = {0};
	CLEANUP(markup_freep) struct markup *markup = NULL;

	if (markup_new(feed, &options, &markup) < 0)
		return -1;
	while (markup_next(markup)->kind != MARKUP_EOF)
		continue;
	return 0;
}

static int run_html(struct slice feed)
{
	CLEANUP(str_done) struct str text = STR_INIT(MAX_BYTES * 3ul);

	html_to_text(feed, NULL, &text);
	return str_error(&text);
}

static double print_speed(const char *what, const struct feeds *feeds, double cpu_s)
{
	const double speed = (double)feeds->n_bytes / 1e6 / cpu_s;

	printf("  %-28s %8.1f MB per CPU second", what, speed);
	return speed;
}

static double measure(const char *what, int (*run)(struct slice), const struct feeds *feeds)
{
	double best = HUGE_VAL;

	for (int round = 0; round < ROUNDS; round++) {
		const double start = bench_cpu_s();

		for (size_t i = 0; i < feeds->n; i++)
			if (run(feeds->bodies[i]) < 0)
				return 0;
		best = fmin(best, bench_cpu_s() - start);
	}

	const double speed = print_speed(what, feeds, best);

	printf("\n");
	return speed;
}

/* --- The peers --- */

static double children_cpu_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

/* Runs COMMAND in the folder of FEEDS, best of a few rounds; OURS is our speed. */
static void measure_peer(
	const char *what, const char *command, const struct feeds *feeds, int rounds, double ours)
{
	CLEANUP(str_done) struct str line = STR_INIT(4096);
	double best = HUGE_VAL;

	str_add_format(&line, "cd %s && (%s) >/dev/null 2>&1", feeds->folder, command);
	for (int round = 0; round < rounds; round++) {
		const double start = children_cpu_s();

		if (system(str_text(&line)) != 0) {
			printf("  %-28s is not installed\n", what);
			return;
		}
		best = fmin(best, children_cpu_s() - start);
	}

	const double speed = print_speed(what, feeds, best);

	printf(", we are %.2f times as fast\n", ours / speed);
}

static void bench_feeds(const char *name, const struct feeds *feeds, bool are_small)
{
	printf("%s: %zu of %.1f MB in all\n", name, feeds->n, (double)feeds->n_bytes / 1e6);

	const double ours = measure("decode_feed", run_decode, feeds);

	measure("  charset alone", run_charset, feeds);
	measure("  tokens alone", run_markup, feeds);
	measure("  all of it as HTML", run_html, feeds);
	measure_peer("sfeed (keeps the HTML)",
		"command -v sfeed && for f in *.xml; do sfeed < $f || exit 1; done", feeds, ROUNDS,
		ours);
	measure_peer(
		"xmllint --sax (no fields)", "xmllint --sax --noout *.xml", feeds, ROUNDS, ours);
	if (are_small)
		measure_peer("feedparser",
			"python3 -c 'import feedparser, glob\n"
			"for f in glob.glob(\"*.xml\"): feedparser.parse(open(f, \"rb\").read())'",
			feeds, 1, ours);
}

static void bench_files(char **paths, struct feeds *feeds)
{
	for (; *paths; paths++) {
		CLEANUP(free_heapp) char *bytes = NULL;
		size_t len;

		if (file_read(*paths, MAX_BYTES, &bytes, &len) == 0)
			add_feed(feeds, slice_from(bytes, len));
	}
	bench_feeds("given feeds", feeds, true);
}

static void bench_made(struct feeds *large, struct feeds *small)
{
	struct random random = {.state = 1};
	CLEANUP(str_done) struct str made = STR_INIT(MAX_BYTES);

	make_rss(&made, &random, LARGE_ITEMS);
	add_feed(large, str_slice(&made));
	bench_feeds("one large feed", large, false);

	for (size_t i = 0; i < SMALL_FEEDS; i++) {
		str_clear(&made);
		make_small(&made, &random, i);
		add_feed(small, str_slice(&made));
	}
	bench_feeds("many small feeds", small, true);
}

int main(int argc, char **argv)
{
	char folders[2][32] = {"/tmp/bench-decode-XXXXXX", "/tmp/bench-decode-XXXXXX"};

	if (!mkdtemp(folders[0]) || !mkdtemp(folders[1]))
		return EXIT_FAILURE;

	CLEANUP(feeds_done) struct feeds first = {.folder = folders[0]};
	CLEANUP(feeds_done) struct feeds second = {.folder = folders[1]};

	if (argc > 1)
		bench_files(argv + 1, &first);
	else
		bench_made(&first, &second);
	return EXIT_SUCCESS;
}
