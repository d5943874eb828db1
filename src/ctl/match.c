#include <errno.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ctl/ctl.h"
#include "ctl/queries.h"
#include "match/engine.h"

enum { MAX_ARENA_BYTES = 256 << 20 };

struct filter {
	struct queries queries;
	struct arena *arena; /* of one object */
	bool has_names;
};

/* Prints LINE, an object, with ADDED to its members: all else stays as it was
 * written. */
static int print_spliced(struct slice line, const json_t *added)
{
	CLEANUP(str_done) struct str out = STR_INIT(SIZE_MAX / 4);
	CLEANUP(str_done) struct str members = STR_INIT(SIZE_MAX / 4);
	const struct slice object = slice_trim(line);
	const struct slice body = slice_trim(slice_from(object.ptr + 1, object.len - 2));

	json_write(&members, added);
	str_add(&out, slice_from(object.ptr, object.len - 1));
	if (body.len > 0)
		str_add_char(&out, ',');
	str_add(&out, slice_skip(str_slice(&members), 1));
	str_add_char(&out, '\n');
	if (str_error(&members) < 0 || str_error(&out) < 0)
		return -ENOMEM;

	return fwrite(out.ptr, 1, out.len, stdout) == out.len ? 0 : -EIO;
}

/* A line that can't be kept byte by byte is written anew. */
static int print_post(json_t *object, struct slice line, json_t *added)
{
	const char *name;
	json_t *value;
	bool has_one = !utf8_is_valid(line);

	json_object_foreach (added, name, value)
		has_one |= json_object_get(object, name) != NULL;
	if (!has_one)
		return print_spliced(line, added);
	if (json_object_update(object, added) < 0)
		return -ENOMEM;

	return ctl_print_json(object);
}

static int add_names(json_t *added, const struct match *matches, size_t n)
{
	CLEANUP(json_freep) json_t *names = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(names, json_string(matches[i].stream)) < 0)
			return -ENOMEM;

	return json_set_take(added, "streams", TAKE(names));
}

static int match_object(json_t *object, struct slice line, void *userdata)
{
	struct filter *filter = userdata;
	CLEANUP(json_freep) json_t *added = json_object();
	json_t *hits = NULL;
	struct match *matches;
	struct post post;
	size_t n;

	arena_reset(filter->arena);
	int r = post_from_json(object, filter->arena, &post);
	if (r < 0)
		return r;

	queries_complete(&filter->queries, &post, filter->arena);
	r = engine_match(filter->queries.engine, &post, filter->arena, &matches, &n);
	if (r < 0 || n == 0)
		return r;

	if (filter->has_names)
		r = add_names(added, matches, n);
	if (r == 0)
		r = matches_to_json(matches, n, &hits);
	if (r == 0)
		r = json_set_take(added, "matches", hits);

	return r < 0 ? r : print_post(object, line, added);
}

static int run(struct ctl *ctl)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const char *query = ctl_text(ctl, "query");
	const char *file = ctl_text(ctl, "queries");

	if ((query != NULL) == (file != NULL))
		return ctl_usage(ctl, "one of --query and --queries is needed");

	int r = engine_new(&engine);
	if (r == 0)
		r = arena_new(MAX_ARENA_BYTES, &arena);
	if (r < 0)
		return log_error(r, "Cannot start");

	struct filter filter = {
		.queries = {.engine = engine}, .arena = arena, .has_names = file != NULL};

	r = query ? queries_add(&filter.queries, slice_of(query), NULL, "query")
		  : queries_add_file(&filter.queries, file);
	if (r == 0)
		r = ctl_filter_lines(ctl, 0, match_object, &filter);
	queries_report_exceeded(&filter.queries);
	return r;
}

static const struct ctl_option options[] = {
	{.name = "query",
		.type = OPTION_TEXT,
		.argument = "QUERY",
		.help = "What to look for, in the query language of streams"},
	{.name = "queries",
		.type = OPTION_TEXT,
		.argument = "FILE",
		.help = "Many queries at once, one a line: a name, a tab, the query"},
};

const struct ctl_verb verb_match = {
	.name = "match",
	.group = "Filters",
	.synopsis = "--query QUERY | --queries FILE [FILE]",
	.help = "Let the posts through that a query matches",
	.description =
		"Reads posts, one JSON object a line, from FILE or standard input and prints\n"
		"those that match, unchanged and in order, with \"matches\" added: where the\n"
		"words of the query stand, in code points of the field.  Filters that name no\n"
		"words add none.  With several queries \"streams\" is added too, the names of\n"
		"those that match.  A query that is wrong is shown with line, column and a caret,\n"
		"and the exit code is 65.",
	.example =
		"mentionctl parse feed.xml | mentionctl match --query 'acme NOT \"acme thread\"'",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.max_args = 1,
	.run = run,
};
