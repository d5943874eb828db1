#include <errno.h>
#include <inttypes.h>

#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "ctl/progress.h"
#include "ctl/table.h"
#include "ctl/workbench.h"
#include "daemon/rescoring.h"

enum { MOST_SHOWN = 20, TEXT_MAX_BYTES = 1 << 20 };

/* What a new score means for whoever reads it; other changes are of degree. */
enum verdict_change {
	TO_POSITIVE,
	TO_NEUTRAL,
	TO_NEGATIVE,
	TO_UNKNOWN,
	TO_ANGRY,
	TO_CALM,
	N_VERDICT_CHANGES,
};

static const struct {
	const char *key, *title;
} change_names[N_VERDICT_CHANGES] = {
	[TO_POSITIVE] = {"to_positive", "POSITIVE"},
	[TO_NEUTRAL] = {"to_neutral", "NEUTRAL"},
	[TO_NEGATIVE] = {"to_negative", "NEGATIVE"},
	[TO_UNKNOWN] = {"to_unknown", "UNKNOWN"},
	[TO_ANGRY] = {"to_angry", "ANGRY"},
	[TO_CALM] = {"to_calm", "CALM"},
};

static const enum verdict_change change_of_label[N_LABELS] = {
	[LABEL_POSITIVE] = TO_POSITIVE,
	[LABEL_NEUTRAL] = TO_NEUTRAL,
	[LABEL_NEGATIVE] = TO_NEGATIVE,
	[LABEL_UNKNOWN] = TO_UNKNOWN,
};

struct stream_changes {
	const char *name;
	size_t n_changed; /* also by degree only */
	size_t n[N_VERDICT_CHANGES];
};

/* What the command works with. */
struct work {
	struct workbench bench;
	struct map *indexes;            /* name -> number in changes */
	struct stream_changes *changes; /* one for each configured stream */
	struct table *shown;            /* verdicts that change */
	bool dry_run;
};

static void work_done(struct work *work)
{
	table_free(work->shown);
	map_free(work->indexes);
	free(work->changes);
	workbench_done(&work->bench);
}

/* --- what changes ------------------------------------------------------------- */

static void add_verdict(struct work *work, const struct sentiment *sentiment)
{
	table_add_format(work->shown, "%s%s %+.2f", sentiment->angry ? "angry, " : "",
		label_name(sentiment->label), sentiment->compound);
}

static void show(struct work *work, const struct item *was, const struct sentiment *now)
{
	CLEANUP(str_done) struct str quote = STR_INIT(TEXT_MAX_BYTES);
	CLEANUP(str_done) struct str reason = STR_INIT(TEXT_MAX_BYTES);
	struct item item = *was;

	item.sentiment = *now;
	database_add_quote(&quote, was);
	database_add_reason(&reason, &item);
	table_add_format(work->shown, "%" PRId64, was->mention_id);
	table_add(work->shown, was->stream);
	add_verdict(work, &was->sentiment);
	add_verdict(work, now);
	table_add(work->shown, str_text(&quote));
	table_add(work->shown, str_text(&reason));
}

/* What somebody has said of a mention stays: only its score changes. */
static void on_change(const struct item *was, const struct sentiment *now, void *userdata)
{
	struct work *work = userdata;
	const struct sentiment *before = &was->sentiment;
	const bool other_label = !was->labelled_by && before->label != now->label;
	const bool other_anger = !was->labelled_by && before->angry != now->angry;
	union map_value index;

	if (map_find(work->indexes, slice_of(was->stream), &index)) {
		struct stream_changes *changes = &work->changes[index.number];

		changes->n_changed++;
		changes->n[change_of_label[now->label]] += other_label;
		changes->n[now->angry ? TO_ANGRY : TO_CALM] += other_anger;
	}
	if ((other_label || other_anger) && table_count_rows(work->shown) < MOST_SHOWN)
		show(work, was, now);
}

/* --- what is told --------------------------------------------------------------- */

static int print_stream_json(const struct stream_changes *changes)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = json_set_text(object, "stream", changes->name);

	r |= json_set_integer(object, "changed", (int64_t)changes->n_changed);
	for (size_t i = 0; r == 0 && i < N_VERDICT_CHANGES; i++)
		r = json_set_integer(object, change_names[i].key, (int64_t)changes->n[i]);
	return r != 0 ? -ENOMEM : ctl_print_json(object);
}

static int print_json(const struct work *work)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < work->bench.settings->n_streams; i++)
		r = print_stream_json(&work->changes[i]);
	return r;
}

static int print_table(const struct work *work)
{
	struct table_column columns[2 + N_VERDICT_CHANGES] = {
		{.title = "STREAM"}, {.title = "CHANGED", .right = true}};
	CLEANUP(table_freep) struct table *table = NULL;

	for (size_t i = 0; i < N_VERDICT_CHANGES; i++)
		columns[2 + i] =
			(struct table_column){.title = change_names[i].title, .right = true};

	const int r = table_new(columns, ARRAY_SIZE(columns), &table);
	if (r < 0)
		return r;

	for (size_t i = 0; i < work->bench.settings->n_streams; i++) {
		table_add(table, work->changes[i].name);
		table_add_format(table, "%zu", work->changes[i].n_changed);
		for (size_t k = 0; k < N_VERDICT_CHANGES; k++)
			table_add_format(table, "%zu", work->changes[i].n[k]);
	}
	return table_print(table, stdout);
}

static int print_result(const struct work *work, const struct rescoring *rescoring)
{
	int r = print_table(work);

	if (r >= 0 && table_count_rows(work->shown) > 0) {
		putchar('\n');
		r = table_print(work->shown, stdout);
	}
	printf("%zu mention%s scored, %zu changed%s\n", rescoring->n_mentions,
		rescoring->n_mentions == 1 ? "" : "s", rescoring->n_changed,
		work->dry_run ? "; nothing was written" : "");
	return r;
}

/* --- the work --------------------------------------------------------------------- */

static int add_streams(struct work *work)
{
	const struct settings *settings = work->bench.settings;
	int r = 0;

	work->changes = calloc(settings->n_streams + 1, sizeof(*work->changes));
	if (!work->changes)
		return -ENOMEM;

	for (size_t i = 0; r >= 0 && i < settings->n_streams; i++) {
		work->changes[i].name = settings->streams[i].name;
		r = map_set(work->indexes, slice_of(settings->streams[i].name),
			(union map_value){.number = (int64_t)i});
	}
	return r;
}

static int open_all(struct ctl *ctl, struct work *work)
{
	static const struct table_column columns[] = {{.title = "ID", .right = true},
		{.title = "STREAM"}, {.title = "WAS"}, {.title = "IS"},
		{.title = "TEXT", .at_most = 60}, {.title = "WHY"}};
	int r = workbench_open(&work->bench, ctl, work->dry_run ? STORE_READ : STORE_WRITE);

	if (r == 0)
		r = database_check_stream(ctl, work->bench.store);
	if (r != 0)
		return r;

	r = map_new(&work->indexes);
	if (r == 0)
		r = table_new(columns, ARRAY_SIZE(columns), &work->shown);
	if (r == 0)
		r = add_streams(work);
	return r < 0 ? log_error(r, "Cannot score again") : 0;
}

static int rescore_all(struct work *work, struct rescoring *rescoring)
{
	CLEANUP(progress_end) struct progress progress = {.what = "Scoring mentions"};
	struct store_stats stats;
	int r = store_count(work->bench.store, &stats);

	progress.n_all = stats.n_mentions;
	if (r >= 0)
		r = 1;
	while (r > 0) {
		r = rescoring_step(&work->bench.context, rescoring);
		progress_tell(&progress, rescoring->n_mentions);
	}
	return r < 0 ? database_error(work->bench.store, r, "Cannot score again") : 0;
}

static int run(struct ctl *ctl)
{
	CLEANUP(work_done) struct work work = {.dry_run = ctl_flag(ctl, "dry-run")};
	struct rescoring rescoring = {.stream = ctl_text(ctl, "stream"),
		.since_us = database_since_us(ctl),
		.dry_run = work.dry_run,
		.on_change = on_change,
		.userdata = &work};
	int r = open_all(ctl, &work);

	if (r != 0)
		return r;

	r = rescore_all(&work, &rescoring);
	if (r < 0)
		return r;

	return ctl_flag(ctl, "json") ? print_json(&work) : print_result(&work, &rescoring);
}

static const struct ctl_option options[] = {
	{.name = "dry-run", .help = "Only tell what would change"},
	CTL_OPTION_JSON,
	{.name = "since",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "Mentions not older than this; without it all"},
	{.name = "stream", .type = OPTION_TEXT, .argument = "NAME", .help = "Of this stream only"},
};

const struct ctl_verb verb_rescore = {
	.name = "rescore",
	.group = "Mentions",
	.synopsis = "",
	.help = "Score mentions again, after a lexicon changed",
	.description =
		"Prints for each stream how many scores are another now, and how many mentions\n"
		"became positive, neutral, negative or unknown, angry or calm by it.  What people\n"
		"have said of a mention stays.  What is old alerts nobody; only a rule with\n"
		"max_age takes mentions up to that age.",
	.example = "mentionctl rescore --since 30d --dry-run",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.run = run,
};
