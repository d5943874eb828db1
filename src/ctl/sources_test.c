#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/mask.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/terminal.h"
#include "config/load.h"
#include "ctl/ctl.h"
#include "ctl/sources.h"
#include "ctl/table.h"
#include "daemon/probe.h"

enum { LINE_MAX_BYTES = 16384, TEXT_SHOWN_COLUMNS = 100, HANDLE_SHOWN_COLUMNS = 24 };

struct test {
	const struct source_settings *source;
	bool json;
	FILE *facts; /* where what is no post goes */
};

/* One line "NAME:  VALUE", made harmless. */
static void print_fact(const struct test *test, const char *name, const char *format, ...)
	PRINTF_LIKE(3, 4);

static void print_fact(const struct test *test, const char *name, const char *format, ...)
{
	CLEANUP(str_done) struct str value = STR_INIT(LINE_MAX_BYTES);
	CLEANUP(str_done) struct str masked = STR_INIT((size_t)LINE_MAX_BYTES * 3);
	CLEANUP(str_done) struct str safe = STR_INIT((size_t)LINE_MAX_BYTES * 9);
	va_list arguments;

	va_start(arguments, format);
	str_add_vformat(&value, format, arguments);
	va_end(arguments);
	mask_add(&masked, str_slice(&value));
	terminal_add_safe(&safe, str_slice(&masked));
	fprintf(test->facts, "%-10s %s\n", name, str_text(&safe));
}

static void print_request(const struct test *test, const struct fetch_request *request)
{
	const struct source_settings *source = test->source;

	print_fact(test, "source:", "%s%s%s", source->name, source->preset ? ", preset " : "",
		source->preset ? source->preset : "");
	print_fact(test, "request:", "GET %s", request->url);
	for (size_t i = 0; request->headers && request->headers[i]; i++)
		print_fact(test, "", "%s", request->headers[i]);
	for (size_t i = 0; request->secret_headers && request->secret_headers[i]; i++)
		print_fact(test, "", "%.*s: (secret)",
			(int)strcspn(request->secret_headers[i], ":"), request->secret_headers[i]);
}

/* Headers that tell how often one may ask. */
static void print_limits(const struct test *test, struct slice headers)
{
	struct slice line;

	while (slice_split(&headers, '\n', &line)) {
		const ptrdiff_t colon = slice_find_char(line, ':');
		const struct slice name =
			colon < 0 ? SLICE("") : slice_from(line.ptr, (size_t)colon);

		if (slice_find_nocase(name, SLICE("ratelimit")) >= 0 ||
			slice_find_nocase(name, SLICE("rate-limit")) >= 0 ||
			slice_equals_nocase(name, SLICE("retry-after")))
			print_fact(test, "limit:", "%.*s", SLICE_FMT(slice_trim(line)));
	}
}

static void print_answer(const struct test *test, const struct probe_result *result)
{
	const struct fetch_answer *answer = &result->harvest.answer;
	char until[TIME_TEXT_SIZE];

	if (answer->error < 0) {
		print_fact(test, "answer:", "none: %s", answer->error_text);
		return;
	}
	print_fact(test, "answer:", "HTTP %d, %zu bytes of %s in %lld ms", answer->status,
		answer->body.len, answer->content_type ? answer->content_type : "no type",
		(long long)(answer->elapsed_us / US_PER_MS));
	if (strcmp(answer->url, result->request.url) != 0)
		print_fact(test, "from:", "%s", answer->url);
	print_limits(test, answer->headers);
	if (answer->limit_until.known)
		print_fact(test, "limit:", "not to be asked before %s",
			time_format_rfc3339(answer->limit_until.us, until));
}

static void print_outcome(const struct test *test, const struct harvest *harvest)
{
	const struct feed *feed = &harvest->feed;

	if (!harvest->hints.parsed) {
		if (harvest->hints.error)
			print_fact(test, "problem:", "%s", harvest->hints.error);
		else if (harvest->answer.error == 0)
			print_fact(test, "problem:", "the answer holds nothing");
		return;
	}
	print_fact(test, "format:", "%s", feed->format);
	print_fact(test, "posts:", "%zu", feed->n_posts);
	if (feed->n_dropped > 0)
		print_fact(test, "left out:", "%zu, with nothing to keep or over a limit",
			feed->n_dropped);
}

static int print_table(const struct feed *feed)
{
	static const struct table_column columns[] = {
		{.title = "PUBLISHED"},
		{.title = "AUTHOR", .at_most = HANDLE_SHOWN_COLUMNS},
		{.title = "TITLE OR TEXT", .at_most = TEXT_SHOWN_COLUMNS},
	};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	for (size_t i = 0; i < feed->n_posts && r == 0; i++) {
		const struct post *post = &feed->posts[i];
		char time[TIME_TEXT_SIZE];

		table_add(table, post->published.known
					 ? time_format_rfc3339(post->published.us, time)
					 : NULL);
		table_add(table, post->author);
		table_add(table, post->title ? post->title : post->text);
	}
	if (r < 0 || feed->n_posts == 0)
		return r;
	putchar('\n');
	return table_print(table, stdout);
}

static int show(struct probe_result *result, void *userdata)
{
	const struct test *test = userdata;
	struct harvest *harvest = &result->harvest;
	int r = 0;

	print_request(test, &result->request);
	print_answer(test, result);
	print_outcome(test, harvest);
	fflush(test->facts);
	for (size_t i = 0; i < harvest->feed.n_posts && r == 0; i++)
		r = harvest_complete(test->source, &harvest->feed.posts[i], harvest->answer.arena);
	if (r == 0)
		r = test->json ? ctl_print_posts(&harvest->feed) : print_table(&harvest->feed);
	if (r < 0)
		return log_error(r, "Cannot show the posts");

	return harvest->hints.parsed ? 0 : EX_UNAVAILABLE;
}

static const struct source_settings *find_source(
	const struct settings *settings, const char *name, const char **ret_nearest)
{
	struct nearest nearest = nearest_start(slice_of(name));

	for (size_t i = 0; i < settings->n_sources; i++) {
		if (strcmp(settings->sources[i].name, name) == 0)
			return &settings->sources[i];
		nearest_offer(&nearest, settings->sources[i].name);
	}
	*ret_nearest = nearest.name;
	return NULL;
}

int sources_test(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	const char *name = ctl_argument(ctl, 0);
	const char *nearest = NULL;
	struct test test = {.json = ctl_flag(ctl, "json")};
	int r = ctl_settings(ctl, &settings);

	if (r != 0)
		return r;
	test.source = find_source(settings, name, &nearest);
	if (!test.source) {
		(void)log_error(0, "There is no source %s%s%s%s", name,
			nearest ? " (did you mean " : "", nearest ? nearest : "",
			nearest ? "?)" : "");
		return -ENOENT;
	}

	test.facts = test.json ? stderr : stdout;
	r = probe_source(settings, test.source, show, &test);
	return r == -ENOMEM || r == -ECANCELED ? log_error(r, "Cannot test %s", name) : r;
}
