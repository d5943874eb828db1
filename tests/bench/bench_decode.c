/* Megabytes of RSS per CPU second: decode_feed(), its parts, libxml2's SAX on
 * the same bytes, and sfeed where it is installed.
 *
 *	bench_decode [FILE...]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <libxml/parser.h>

#include "base/arena.h"
#include "base/file.h"
#include "bench.h"
#include "decode/decode.h"
#include "text/charset.h"
#include "text/html.h"
#include "text/markup.h"

enum { ITEMS = 4000, ROUNDS = 5, MAX_BYTES = 64 << 20, MAX_ARENA = 1 << 30 };

/* A feed as blogs write them: a summary, and the whole text as escaped HTML. */
static void add_item(struct str *feed, struct random *random, int i)
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
	for (int paragraph = 0; paragraph < 5; paragraph++) {
		str_add_text(feed, "&lt;p class=&quot;text&quot;&gt;");
		bench_add_words(feed, random, 40);
		str_add_text(
			feed, " &lt;a href=&quot;https://shop.example/x?a=1&amp;amp;b=2&quot;&gt;");
		bench_add_words(feed, random, 3);
		str_add_text(feed, "&lt;/a&gt; caf&amp;eacute; &amp;#8217;n&lt;/p&gt;\n");
	}
	str_add_text(feed, "</content:encoded></item>\n");
}

static void make_feed(struct str *feed)
{
	struct random random = {.state = 1};

	str_add_text(feed,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" "
		"xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
		"xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Blog</title>"
		"<link>https://blog.example/</link><language>en</language>\n");
	for (int i = 0; i < ITEMS; i++)
		add_item(feed, &random, i);
	str_add_text(feed, "</channel></rss>\n");
}

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

static int run_libxml(struct slice feed)
{
	xmlSAXHandler sax = {0};

	xmlSAXUserParseMemory(&sax, NULL, feed.ptr, (int)feed.len);
	return 0;
}

static void measure(const char *what, int (*run)(struct slice), struct slice feed)
{
	double best = HUGE_VAL;

	for (int i = 0; i < ROUNDS; i++) {
		const double start = bench_cpu_s();

		if (run(feed) < 0)
			return;
		best = fmin(best, bench_cpu_s() - start);
	}
	printf("  %-28s %8.1f MB per CPU second\n", what, (double)feed.len / 1e6 / best);
}

static double children_cpu_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void measure_sfeed(struct slice feed)
{
	const double start = children_cpu_s();
	FILE *peer = popen("sfeed >/dev/null 2>&1", "w");

	if (!peer)
		return;
	fwrite(feed.ptr, 1, feed.len, peer);
	if (pclose(peer) == 0)
		printf("  %-28s %8.1f MB per CPU second\n", "sfeed (keeps the HTML)",
			(double)feed.len / 1e6 / (children_cpu_s() - start));
}

static void bench_feed(const char *name, struct slice feed)
{
	printf("%s: %.1f MB\n", name, (double)feed.len / 1e6);
	measure("decode_feed", run_decode, feed);
	measure("  charset alone", run_charset, feed);
	measure("  tokens alone", run_markup, feed);
	measure("  all of it as HTML", run_html, feed);
	measure("libxml2 SAX", run_libxml, feed);
	measure_sfeed(feed);
}

int main(int argc, char **argv)
{
	CLEANUP(str_done) struct str made = STR_INIT(MAX_BYTES);

	for (int i = 1; i < argc; i++) {
		CLEANUP(free_heapp) char *bytes = NULL;
		size_t len;

		if (file_read(argv[i], MAX_BYTES, &bytes, &len) == 0)
			bench_feed(argv[i], slice_from(bytes, len));
	}
	if (argc > 1)
		return 0;
	make_feed(&made);
	bench_feed("made", str_slice(&made));
	return 0;
}
