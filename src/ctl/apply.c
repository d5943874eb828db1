#include <errno.h>
#include <inttypes.h>

#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "config/settings.h"
#include "ctl/progress.h"
#include "ctl/table.h"
#include "ctl/workbench.h"
#include "daemon/applying.h"

enum { MOST_SHOWN = 20, TEXT_MAX_BYTES = 1 << 20 };

static const char *const change_names[N_APPLY_CHANGES] = {
	[APPLY_COMES] = "come",
	[APPLY_GOES] = "go",
	[APPLY_CHANGES] = "change",
	[APPLY_STAYS] = "stay",
};

struct stream_changes {
	size_t n[N_APPLY_CHANGES];
};

/* What the command works with. */
struct work {
	struct workbench bench;
	struct texts streams;
	struct arena *arena;
	struct stream_changes *changes; /* one for each of streams */
	struct map *indexes;            /* name -> number in streams */
	struct table *shown;            /* what would change */
	bool dry_run;
};

static void work_done(struct work *work)
{
	table_free(work->shown);
	map_free(work->indexes);
	arena_free(work->arena);
	workbench_done(&work->bench);
}

static void show(
	struct work *work, enum apply_change change, const char *stream, const struct post *post)
{
	CLEANUP(str_done) struct str quote = STR_INIT(TEXT_MAX_BYTES);
	const struct item item = {.post = *post};

	database_add_quote(&quote, &item);
	table_add(work->shown, change_names[change]);
	table_add(work->shown, stream);
	table_add(work->shown, post->author ? post->author : post->source);
	table_add(work->shown, str_text(&quote));
}

static void on_change(
	enum apply_change change, const char *stream, const struct post *post, void *userdata)
{
	struct work *work = userdata;
	union map_value index;

	if (map_find(work->indexes, slice_of(stream), &index))
		work->changes[index.number].n[change]++;
	if (work->dry_run && table_count_rows(work->shown) < MOST_SHOWN)
		show(work, change, stream, post);
}

/* --- which streams --------------------------------------------------------------- */

static const struct stream_settings *find_stream(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->n_streams; i++)
		if (slice_equals(slice_of(settings->streams[i].name), slice_of(name)))
			return &settings->streams[i];

	return NULL;
}

static int add_stream(struct work *work, const struct stream_settings *stream)
{
	const union map_value index = {.number = (int64_t)work->streams.n};
	int r = map_set(work->indexes, slice_of(stream->name), index);

	if (r > 0)
		r = texts_add(&work->streams, work->arena, slice_of(stream->name));
	if (r >= 0 && !work->dry_run)
		r = store_add_stream(work->bench.store, stream, database_now_us());
	return r;
}

static int choose_streams(struct ctl *ctl, struct work *work)
{
	const struct settings *settings = work->bench.settings;
	int r = 0;

	for (size_t i = 0; ctl_argument(ctl, i) && r >= 0; i++) {
		const struct stream_settings *stream = find_stream(settings, ctl_argument(ctl, i));

		if (!stream) {
			log_error(0, "The configuration has no stream %s", ctl_argument(ctl, i));
			return -ENOENT;
		}
		r = add_stream(work, stream);
	}
	for (size_t i = 0; ctl_count_arguments(ctl) == 0 && i < settings->n_streams && r >= 0; i++)
		r = add_stream(work, &settings->streams[i]);
	if (r < 0)
		return database_error(work->bench.store, r, "Cannot add the streams");

	work->changes = arena_array(work->arena, work->streams.n + 1, sizeof(*work->changes));
	return work->changes ? 0 : -ENOMEM;
}

/* --- what is told ----------------------------------------------------------------- */

static int print_stream_json(const struct work *work, size_t i)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = json_set_text(object, "stream", work->streams.items[i]);

	for (size_t change = 0; r == 0 && change < N_APPLY_CHANGES; change++)
		r = json_set_integer(
			object, change_names[change], (int64_t)work->changes[i].n[change]);
	return r < 0 ? r : ctl_print_json(object);
}

static int print_table(const struct work *work)
{
	static const struct table_column columns[] = {{.title = "STREAM"},
		{.title = "COME", .right = true}, {.title = "GO", .right = true},
		{.title = "CHANGE", .right = true}, {.title = "STAY", .right = true}};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	if (r < 0)
		return r;

	for (size_t i = 0; i < work->streams.n; i++) {
		table_add(table, work->streams.items[i]);
		for (size_t change = 0; change < N_APPLY_CHANGES; change++)
			table_add_format(table, "%zu", work->changes[i].n[change]);
	}
	return table_print(table, stdout);
}

static int print_result(struct ctl *ctl, const struct work *work, const struct applying *applying)
{
	int r = 0;

	for (size_t i = 0; ctl_flag(ctl, "json") && i < work->streams.n && r >= 0; i++)
		r = print_stream_json(work, i);
	if (ctl_flag(ctl, "json"))
		return r;

	r = print_table(work);
	if (r >= 0 && table_count_rows(work->shown) > 0) {
		putchar('\n');
		r = table_print(work->shown, stdout);
	}
	printf("%zu post%s judged%s\n", applying->n_posts, applying->n_posts == 1 ? "" : "s",
		work->dry_run ? "; nothing was written" : "");
	return r;
}

/* --- the work --------------------------------------------------------------------- */

static int apply_all(struct work *work, struct applying *applying)
{
	CLEANUP(progress_end) struct progress progress = {.what = "Judging posts"};
	int r = store_count_posts(
		work->bench.store, applying->since_us, &applying->upto_id, &progress.n_all);

	if (r >= 0)
		r = 1;
	while (r > 0) {
		r = applying_step(&work->bench.context, applying);
		progress_tell(&progress, applying->n_posts);
	}
	return r < 0 ? database_error(work->bench.store, r, "Cannot apply the streams") : 0;
}

static int open_all(struct ctl *ctl, struct work *work)
{
	static const struct table_column columns[] = {{.title = "WOULD"}, {.title = "STREAM"},
		{.title = "AUTHOR", .at_most = 20}, {.title = "TEXT"}};
	int r = workbench_open(&work->bench, ctl, work->dry_run ? STORE_READ : STORE_WRITE);

	if (r == 0)
		r = arena_new(TURN_ARENA_BYTES, &work->arena);
	if (r == 0)
		r = map_new(&work->indexes);
	if (r == 0)
		r = table_new(columns, ARRAY_SIZE(columns), &work->shown);
	return r == 0 ? choose_streams(ctl, work) : r;
}

static int run(struct ctl *ctl)
{
	CLEANUP(work_done) struct work work = {.dry_run = ctl_flag(ctl, "dry-run")};
	struct applying applying = {.streams = &work.streams,
		.since_us = database_since_us(ctl),
		.dry_run = work.dry_run,
		.on_change = on_change,
		.userdata = &work};
	int r = open_all(ctl, &work);

	if (r != 0)
		return r;

	r = apply_all(&work, &applying);
	return r < 0 ? r : print_result(ctl, &work, &applying);
}

static const struct ctl_option options[] = {
	{.name = "dry-run", .help = "Only tell what would come and go"},
	CTL_OPTION_JSON,
	{.name = "since",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "Posts not older than this; without it all that are kept"},
};

const struct ctl_verb verb_apply = {
	.name = "apply",
	.group = "Mentions",
	.synopsis = "[STREAM...]",
	.help = "Apply streams to the posts that are here already",
	.description =
		"Judges the kept posts by the queries of the configuration, of all streams or of\n"
		"those named, and makes the mentions what they would be had the streams been\n"
		"there from the start.  The daemon does so by itself for new and changed streams\n"
		"at start and reload; both may run at once.  A mention that matches no more goes,\n"
		"unless somebody relabelled it or it raised an alert: then it stays.  What is old\n"
		"alerts nobody; only a rule with max_age takes posts up to that age.",
	.example = "mentionctl apply acme --since 14d --dry-run",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.max_args = CTL_MANY_ARGS,
	.run = run,
};
