#include "ctl/mentions.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/log.h"
#include "base/str.h"
#include "ctl/database.h"
#include "ctl/table.h"
#include "match/engine.h"
#include "match/narrow.h"
#include "match/query.h"

enum { ARENA_MAX_BYTES = 64 << 20, TEXT_MAX_BYTES = 1 << 20, FOLLOW_NS = 500 * 1000 * 1000 };

/* What the command walks with. */
struct listing {
	struct store *store;
	struct arena *arena;   /* of one mention */
	struct engine *engine; /* NULL: all */
	struct query *query;   /* once more, for what an index can say */
	const struct search *search;
	struct arena *search_arena;
	struct table *table; /* NULL: JSON */
	int64_t now_us;
	int64_t last_id;
	size_t n, most;
};

static void listing_done(struct listing *listing)
{
	store_close(listing->store);
	arena_free(listing->arena);
	engine_free(listing->engine);
	query_free(listing->query);
	arena_free(listing->search_arena);
	table_free(listing->table);
}

static int compile(const char *text, struct engine **ret)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct query *query;
	int r = diags_new(&diags);

	if (r == 0)
		r = engine_new(&engine);
	if (r == 0)
		r = query_compile(slice_of(text), &query, diags);
	diags_print(diags, stderr);
	if (r == 0)
		r = engine_add(engine, NULL, query);
	if (r < 0)
		return r == -EINVAL ? r : log_error(r, "Cannot use the query");

	*ret = TAKE(engine);
	return 0;
}

static int take_query(struct listing *listing, const char *text)
{
	int r = compile(text, &listing->engine);

	if (r == 0)
		r = query_compile(slice_of(text), &listing->query, NULL);
	if (r == 0)
		r = arena_new(ARENA_MAX_BYTES, &listing->search_arena);
	return r < 0 ? r : query_narrow(listing->query, listing->search_arena, &listing->search);
}

/* 1 when the query takes it. */
static int is_wanted(struct listing *listing, const struct item *item)
{
	struct match *matches;
	size_t n;

	if (!listing->engine)
		return 1;

	const int r = engine_match(listing->engine, &item->post, listing->arena, &matches, &n);
	return r < 0 ? r : n > 0;
}

static enum table_style style_of(const struct item *item)
{
	static const enum table_style styles[N_LABELS] = {
		[LABEL_UNKNOWN] = STYLE_FAINT,
		[LABEL_NEGATIVE] = STYLE_WARNING,
		[LABEL_NEUTRAL] = STYLE_PLAIN,
		[LABEL_POSITIVE] = STYLE_GOOD,
	};

	return item->sentiment.angry ? STYLE_BAD : styles[item->sentiment.label];
}

static void add_row(struct listing *listing, const struct item *item)
{
	CLEANUP(str_done) struct str quote = STR_INIT(TEXT_MAX_BYTES);
	struct table *table = listing->table;
	char age[TIME_TEXT_SIZE];

	database_add_quote(&quote, item);
	table_add_format(table, "%" PRId64, item->mention_id);
	table_add(table, database_duration(listing->now_us - item->fetched.us, age));
	table_add(table, item->stream);
	table_add_styled(table, style_of(item),
		item->sentiment.angry ? "angry" : label_name(item->sentiment.label));
	table_add_format(table, "%+.2f", item->sentiment.compound);
	table_add(table, item->post.author ? item->post.author : item->post.source);
	table_add(table, str_text(&quote));
}

static int print_json(const struct item *item)
{
	CLEANUP(json_freep) json_t *object = NULL;
	const int r = database_item_to_json(item, &object);

	return r < 0 ? r : ctl_print_json(object);
}

/* Ends the walk with -ECANCELED when there are enough. */
static int on_mention(const struct item *item, void *userdata)
{
	struct listing *listing = userdata;
	int r = is_wanted(listing, item);

	listing->last_id = MAX(listing->last_id, item->mention_id);
	if (r <= 0)
		return r;

	if (listing->table)
		add_row(listing, item);
	else
		r = print_json(item);
	listing->n++;
	if (r >= 0 && listing->most > 0 && listing->n >= listing->most)
		return -ECANCELED;
	return r < 0 ? r : 0;
}

/* Prints what comes, as JSON, until it is interrupted. */
static int follow(struct listing *listing, struct mention_filter *filter)
{
	const struct timespec pause = {.tv_nsec = FOLLOW_NS};
	int r = 0;

	table_free(TAKE(listing->table));
	listing->most = 0;
	filter->from_us = 0;
	filter->oldest_first = true;
	while (r >= 0) {
		fflush(stdout);
		nanosleep(&pause, NULL);
		filter->after_id = listing->last_id;
		r = store_each_mention(listing->store, filter, listing->arena, on_mention, listing);
	}
	return r;
}

static int print_all(struct ctl *ctl, struct listing *listing)
{
	struct mention_filter filter = {
		.stream = ctl_text(ctl, "stream"),
		.label = ctl_text(ctl, "label"),
		.angry_only = ctl_flag(ctl, "angry"),
		.search = listing->search,
		.from_us = database_since_us(ctl),
	};
	int r = store_each_mention(listing->store, &filter, listing->arena, on_mention, listing);

	if (r == -ECANCELED)
		r = 0;
	if (r == 0 && listing->table)
		r = table_print(listing->table, stdout);
	if (r == 0 && listing->table && table_count_rows(listing->table) == 0)
		fputs("No mention is such.\n", stderr);
	if (r == 0 && ctl_flag(ctl, "follow"))
		r = follow(listing, &filter);
	return r;
}

static int open_all(struct ctl *ctl, struct listing *listing)
{
	static const struct table_column columns[] = {
		{.title = "ID", .right = true},
		{.title = "AGE", .right = true},
		{.title = "STREAM"},
		{.title = "FEELS"},
		{.title = "SCORE", .right = true},
		{.title = "AUTHOR", .at_most = 20},
		{.title = "TEXT"},
	};
	const char *query = ctl_argument(ctl, 0);
	int r = query ? take_query(listing, query) : 0;

	if (r == 0)
		r = database_open_named(ctl, STORE_READ, &listing->store);
	if (r == 0)
		r = database_check_stream(ctl, listing->store);
	if (r == 0)
		r = arena_new(ARENA_MAX_BYTES, &listing->arena);
	if (r == 0 && !ctl_flag(ctl, "json"))
		r = table_new(columns, ARRAY_SIZE(columns), &listing->table);
	return r;
}

static int run(struct ctl *ctl)
{
	CLEANUP(listing_done)
	struct listing listing = {
		.now_us = database_now_us(),
		.most = (size_t)ctl_count(ctl, "limit"),
	};
	int r = open_all(ctl, &listing);

	if (r < 0)
		return r;

	r = print_all(ctl, &listing);
	return r < 0 ? database_error(listing.store, r, "Cannot list the mentions") : 0;
}

static const struct ctl_option options[] = {
	{.name = "angry", .help = "Angry ones only"},
	CTL_OPTION_DATABASE,
	{.name = "follow", .help = "Go on printing what comes, as JSON"},
	CTL_OPTION_JSON,
	{.name = "label",
		.type = OPTION_TEXT,
		.argument = "LABEL",
		.help = "Of this feeling only",
		.choices = "positive neutral negative unknown"},
	{.name = "limit",
		.type = OPTION_COUNT,
		.argument = "N",
		.help = "At most so many; 0: all",
		.fallback = "50"},
	{.name = "since",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "Not older than this"},
	{.name = "stream", .type = OPTION_TEXT, .argument = "NAME", .help = "Of this stream only"},
};

const struct ctl_verb verb_mentions = {
	.name = "mentions",
	.group = "Mentions",
	.synopsis = "[QUERY | COMMAND]",
	.help = "List mentions, the latest first",
	.description = "QUERY is written as those of streams are, and looks into mentions only:\n"
		       "posts that no stream matched are not searched (backtest does that).",
	.example = "mentionctl mentions --since 1d --label negative\n"
		   "mentionctl mentions 'parcel* NEAR/5 late' --stream acme --json",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.verbs = mentions_verbs,
	.n_verbs = N_MENTIONS_VERBS,
	.max_args = 1,
	.run = run,
};
