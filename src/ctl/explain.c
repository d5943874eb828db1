#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/terminal.h"
#include "base/utf8.h"
#include "ctl/ctl.h"
#include "ctl/queries.h"
#include "match/engine.h"

enum { MAX_ARENA_BYTES = 256 << 20, INDENT = 2, TITLE_MAX_BYTES = 60 };

struct filter {
	struct queries queries;
	struct arena *arena; /* of one object */
	size_t n_posts;
};

static void add_safe(struct str *out, const char *text)
{
	terminal_add_safe(out, slice_of(text));
}

/* "post 2: no match, https://..." */
static void add_post(struct str *out, const struct post *post, size_t number, bool matched)
{
	const char *name = post->url ? post->url : post->id ? post->id : post->title;

	str_add_format(out, "post %zu: %s", number, matched ? "match" : "no match");
	if (name) {
		str_add_text(out, ", ");
		terminal_add_safe(out, utf8_prefix(slice_of(name), TITLE_MAX_BYTES));
	}
	str_add_char(out, '\n');
}

/* "  yes acme: title 0-4 Acme" */
static void add_verdict(struct str *out, const struct verdict *verdict)
{
	str_add_format(out, "%*s%s ", (int)(verdict->depth + 1) * INDENT, "",
		verdict->matched ? "yes" : "no ");
	add_safe(out, verdict->label);
	for (size_t i = 0; i < verdict->n_hits; i++) {
		const struct hit *hit = &verdict->hits[i];

		str_add_format(out, "%s %s %zu-%zu \"", i == 0 ? ":" : ",", field_name(hit->field),
			hit->start, hit->end);
		add_safe(out, hit->text);
		str_add_char(out, '"');
	}
	str_add_char(out, '\n');
}

/* The part because of which the query does not match: of an AND, the first of
 * its parts that failed, and so on down. */
static const struct verdict *find_failed(const struct verdicts *verdicts)
{
	const struct verdict *items = verdicts->items;
	const struct verdict *failed = items;

	for (size_t i = 1; i < verdicts->n && items[i].depth > failed->depth; i++)
		if (strcmp(failed->label, "AND") == 0 && !items[i].matched &&
			items[i].depth == failed->depth + 1)
			failed = &items[i];

	return failed;
}

static int explain_object(json_t *object, void *userdata)
{
	struct filter *filter = userdata;
	CLEANUP(str_done) struct str out = STR_INIT(SIZE_MAX / 4);
	struct verdicts verdicts;
	struct post post;

	arena_reset(filter->arena);
	filter->n_posts++;
	int r = post_from_json(object, filter->arena, &post);
	if (r < 0)
		return r;

	queries_complete(&filter->queries, &post, filter->arena);
	r = engine_explain(filter->queries.engine, NULL, &post, filter->arena, &verdicts);
	if (r < 0)
		return r;

	add_post(&out, &post, filter->n_posts, verdicts.items[0].matched);
	for (size_t i = 0; i < verdicts.n; i++)
		add_verdict(&out, &verdicts.items[i]);
	if (!verdicts.items[0].matched) {
		str_add_text(&out, "  failed: ");
		add_safe(&out, find_failed(&verdicts)->source);
		str_add_char(&out, '\n');
	}
	if (str_error(&out) < 0)
		return str_error(&out);

	return fwrite(out.ptr, 1, out.len, stdout) == out.len ? 0 : -EIO;
}

static int run(struct ctl *ctl)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const char *query = ctl_text(ctl, "query");

	if (!query)
		return ctl_usage(ctl, "--query is needed");

	int r = engine_new(&engine);
	if (r == 0)
		r = arena_new(MAX_ARENA_BYTES, &arena);
	if (r < 0)
		return log_error(r, "Cannot start");

	struct filter filter = {.queries = {.engine = engine}, .arena = arena};

	r = queries_add(&filter.queries, slice_of(query), NULL, "query");
	if (r == 0)
		r = ctl_filter_argument(ctl, 0, explain_object, &filter);
	queries_report_exceeded(&filter.queries);
	return r;
}

static const struct ctl_option options[] = {
	{.name = "query",
		.type = OPTION_TEXT,
		.argument = "QUERY",
		.help = "What to look for, in the query language of streams"},
};

const struct ctl_verb verb_explain = {
	.name = "explain",
	.group = "Filters",
	.synopsis = "--query QUERY [FILE]",
	.help = "Show why a query matches posts, or does not",
	.description =
		"Reads posts, one JSON object a line, from FILE or standard input and prints for\n"
		"each the tree of the query with the verdict of every part: where it stands in "
		"the\n"
		"post, and for a post that does not match the part that failed.",
	.example = "mentionctl parse feed.xml | mentionctl explain --query 'acme NOT job'",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.max_args = 1,
	.run = run,
};
