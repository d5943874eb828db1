#include "ctl/backtest.h"

#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/log.h"
#include "base/map.h"
#include "base/random.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/database.h"
#include "ctl/progress.h"
#include "ctl/queries.h"
#include "dedupe/story_counter.h"
#include "match/engine.h"
#include "match/narrow.h"
#include "match/query.h"
#include "text/words.h"

enum {
	ARENA_BYTES = 256 << 20,
	MOST_SAMPLES = 20,
	MOST_IN_STORIES = 100000, /* posts that are compared, the latest; others are alike */
	SAMPLE_SEED = 20261121,   /* the same command shows the same posts */
};

/* What the command works with. */
struct work {
	struct settings *settings;
	struct store *store;
	struct arena *arena;   /* of the result */
	struct arena *scratch; /* of one post */
	struct queries queries;
	struct query *query; /* once more, for what the index can say */
	const struct search *search;
	struct words *words;
	struct story_counter *stories;
	struct progress progress;
	size_t n_read;

	struct backtest_post *posts;
	size_t n_posts, room_posts;
	struct backtest_term *terms; /* by number of the verdict; text NULL: no term */
	size_t n_terms;
	struct backtest_overlap *overlaps; /* one for each other stream */
	size_t n_overlaps;
	struct backtest result;
};

static void work_done(struct work *work)
{
	free(work->posts);
	progress_end(&work->progress);
	story_counter_free(work->stories);
	words_free(work->words);
	query_free(work->query);
	engine_free(work->queries.engine);
	arena_free(work->scratch);
	arena_free(work->arena);
	store_close(work->store);
	settings_free(work->settings);
}

/* --- one post -------------------------------------------------------------------- */

/* Below a NOT nothing brings a post. */
static bool is_below_not(const struct verdicts *verdicts, size_t i)
{
	unsigned int depth = verdicts->items[i].depth;

	while (i-- > 0 && depth > 0) {
		if (verdicts->items[i].depth >= depth)
			continue;
		depth = verdicts->items[i].depth;
		if (strcmp(verdicts->items[i].label, "NOT") == 0)
			return true;
	}
	return false;
}

static bool is_leaf(const struct verdicts *verdicts, size_t i)
{
	return i + 1 == verdicts->n || verdicts->items[i + 1].depth <= verdicts->items[i].depth;
}

static int make_terms(struct work *work, const struct verdicts *verdicts)
{
	work->terms = arena_array(work->arena, verdicts->n, sizeof(*work->terms));
	if (!work->terms)
		return -ENOMEM;

	for (size_t i = 0; i < verdicts->n; i++) {
		if (!is_leaf(verdicts, i) || is_below_not(verdicts, i))
			continue;
		work->terms[i].text = arena_copy_text(work->arena, verdicts->items[i].label);
		if (!work->terms[i].text)
			return -ENOMEM;
	}
	work->n_terms = verdicts->n;
	return 0;
}

static int count_terms(struct work *work, const struct post *post)
{
	struct verdicts verdicts;
	int r = engine_explain(work->queries.engine, NULL, post, work->scratch, &verdicts);

	if (r == 0 && !work->terms)
		r = make_terms(work, &verdicts);
	if (r < 0)
		return r;

	for (size_t i = 0; i < work->n_terms; i++) {
		work->terms[i].n_in += verdicts.items[i].matched;
		work->terms[i].n_only += verdicts.items[i].is_needed;
	}
	return 0;
}

static int count_overlaps(struct work *work, int64_t post_id)
{
	struct post_mention *mentions;
	size_t n;
	const int r = store_list_post_mentions(work->store, post_id, work->scratch, &mentions, &n);

	for (size_t i = 0; r >= 0 && i < n; i++)
		for (size_t j = 0; j < work->n_overlaps; j++)
			work->overlaps[j].n_both +=
				strcmp(work->overlaps[j].stream, mentions[i].stream) == 0;
	return r;
}

static int add_post(struct work *work, const struct post *post, int64_t id, int64_t fetched_us)
{
	int r = array_make_room(
		&work->posts, &work->room_posts, work->n_posts + 1, sizeof(*work->posts));

	if (r < 0)
		return r;

	work->posts[work->n_posts++] = (struct backtest_post){id, fetched_us};
	if (work->n_posts <= MOST_IN_STORIES)
		r = story_counter_add(work->stories, post, work->words, fetched_us);
	if (r == 0)
		r = count_terms(work, post);
	return r < 0 ? r : count_overlaps(work, id);
}

static int on_post(const struct post *post, int64_t id, int64_t fetched_us, void *userdata)
{
	struct work *work = userdata;
	struct match *matches;
	size_t n;
	const int r = engine_match(work->queries.engine, post, work->scratch, &matches, &n);

	progress_tell(&work->progress, ++work->n_read);
	return r < 0 || n == 0 ? r : add_post(work, post, id, fetched_us);
}

/* --- the whole ------------------------------------------------------------------- */

/* Days in UTC, the first one with posts up to today. */
static int count_days(struct work *work)
{
	struct backtest *result = &work->result;
	const int64_t today_us = result->now_us - result->now_us % US_PER_DAY;
	const int64_t first_us = result->since_us - result->since_us % US_PER_DAY;
	const size_t n = (size_t)((today_us - first_us) / US_PER_DAY) + 1;
	struct backtest_day *days = arena_array(work->arena, n, sizeof(*days));

	if (!days)
		return -ENOMEM;

	for (size_t i = 0; i < n; i++)
		days[i].start_us = first_us + (int64_t)i * US_PER_DAY;
	for (size_t i = 0; i < work->n_posts; i++) {
		const int64_t day = (work->posts[i].fetched_us - first_us) / US_PER_DAY;

		if (day >= 0 && (size_t)day < n)
			days[day].n++;
	}
	result->days = days;
	result->n_days = n;
	result->per_day = (double)work->n_posts * US_PER_DAY /
			  (double)MAX(result->now_us - result->since_us, (int64_t)US_PER_DAY);
	return 0;
}

static int read_sample(struct work *work, const struct backtest_post *chosen, struct item *ret)
{
	struct match *matches = NULL;
	size_t n = 0;
	int r = store_get_post(work->store, chosen->id, work->arena, &ret->post);

	if (r == 0)
		r = engine_match(work->queries.engine, &ret->post, work->arena, &matches, &n);
	if (r < 0 || n == 0)
		return r;

	ret->post_id = chosen->id;
	ret->fetched = INSTANT(chosen->fetched_us);
	ret->hits = matches[0].hits;
	ret->n_hits = matches[0].n_hits;
	return 0;
}

/* One from each twentieth of the posts, so that all times have a say. */
static int take_samples(struct work *work)
{
	const size_t n = MIN(work->n_posts, (size_t)MOST_SAMPLES);
	struct random random = {.state = SAMPLE_SEED};
	struct item *samples = arena_array(work->arena, n + 1, sizeof(*samples));
	int r = samples ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && r >= 0; i++) {
		const size_t from = i * work->n_posts / n;
		const size_t until = (i + 1) * work->n_posts / n;
		const size_t at = from + (size_t)(random_next(&random) % (until - from));

		r = read_sample(work, &work->posts[at], &samples[i]);
		/* A post may go while we look. */
		if (r == -ENOENT)
			r = 0;
	}
	work->result.samples = samples;
	work->result.n_samples = n;
	return r;
}

static int count_others(struct work *work)
{
	const struct backtest *result = &work->result;
	int r = 0;

	for (size_t i = 0; i < work->n_overlaps && r >= 0; i++) {
		struct stream_count count = {0};

		const struct count_window window = {result->since_us, result->now_us + US_PER_S, 0};

		r = store_count_mentions(work->store, work->overlaps[i].stream, &window, &count);
		if (r == -ENOENT || r == -ENODATA)
			r = 0;
		work->overlaps[i].n_that = count.n_mentions;
	}
	return r;
}

static size_t count_stories(const struct work *work)
{
	const size_t n_compared = MIN(work->n_posts, (size_t)MOST_IN_STORIES);

	return story_counter_count(work->stories) * work->n_posts / MAX(n_compared, (size_t)1);
}

static int finish(struct work *work)
{
	struct backtest *result = &work->result;
	size_t n = 0;
	int r = count_days(work);

	if (r >= 0)
		r = count_others(work);
	if (r >= 0)
		r = take_samples(work);
	if (r < 0)
		return r;

	for (size_t i = 0; i < work->n_terms; i++)
		if (work->terms[i].text)
			work->terms[n++] = work->terms[i];
	result->terms = work->terms;
	result->n_terms = n;
	result->overlaps = work->overlaps;
	result->n_overlaps = work->n_overlaps;
	result->posts = work->posts;
	result->n_posts = work->n_posts;
	result->n_stories = count_stories(work);
	return 0;
}

/* What is not kept so long, or was not here yet, counts for no day. */
static int set_window(struct ctl *ctl, struct work *work)
{
	struct backtest *result = &work->result;
	struct store_stats stats;
	const int r = store_count(work->store, &stats);

	result->now_us = database_now_us();
	result->since_us = result->now_us - ctl_duration_us(ctl, "since");
	result->is_beyond_kept = ctl_duration_us(ctl, "since") > work->settings->keep_unmatched_us;
	if (r == 0 && stats.first_fetched.known)
		result->since_us = MAX(result->since_us, stats.first_fetched.us);
	return r;
}

static int read_posts(struct ctl *ctl, struct work *work)
{
	struct post_walk walk = {.search = work->search, .most = SIZE_MAX};
	int r = set_window(ctl, work);

	if (r >= 0)
		r = store_count_posts(
			work->store, work->result.since_us, &walk.upto_id, &work->result.n_all);
	if (r < 0)
		return r;

	work->progress = (struct progress){.what = "Reading posts", .n_all = work->result.n_all};
	walk.since_us = work->result.since_us;
	r = store_each_post_down(work->store, &walk, work->scratch, on_post, work);
	return r < 0 ? r : finish(work);
}

/* --- what is asked for ------------------------------------------------------------ */

static int find_stream(struct work *work, const char *name)
{
	const struct settings *settings = work->settings;

	for (size_t i = 0; i < settings->n_streams; i++)
		if (slice_equals(slice_of(settings->streams[i].name), slice_of(name))) {
			work->result.stream = settings->streams[i].name;
			work->result.query = settings->streams[i].query;
			return 0;
		}

	log_error(0, "The configuration has no stream %s", name);
	return -ENOENT;
}

static int choose_query(struct ctl *ctl, struct work *work)
{
	const char *name = ctl_argument(ctl, 0);

	work->result.query = ctl_text(ctl, "query");
	if ((work->result.query != NULL) == (name != NULL))
		return ctl_usage(ctl, "either a stream or --query is needed");

	return name ? find_stream(work, name) : 0;
}

static int compile(struct work *work)
{
	const struct slice text = slice_of(work->result.query);
	int r = engine_new(&work->queries.engine);

	if (r == 0)
		r = queries_add(&work->queries, text, NULL, "query");
	if (r == 0)
		r = query_compile(text, &work->query, NULL);
	return r < 0 ? r : query_narrow(work->query, work->arena, &work->search);
}

static int list_others(struct work *work)
{
	const struct settings *settings = work->settings;

	work->overlaps = arena_array(work->arena, settings->n_streams + 1, sizeof(*work->overlaps));
	if (!work->overlaps)
		return -ENOMEM;

	for (size_t i = 0; i < settings->n_streams; i++) {
		const char *name = settings->streams[i].name;

		if (name != work->result.stream)
			work->overlaps[work->n_overlaps++].stream = name;
	}
	return 0;
}

static int open_all(struct ctl *ctl, struct work *work)
{
	int r = database_open(ctl, STORE_READ, &work->settings, &work->store);

	if (r == 0)
		r = arena_new(ARENA_BYTES, &work->arena);
	if (r == 0)
		r = arena_new(ARENA_BYTES, &work->scratch);
	if (r == 0)
		r = words_new(&work->words);
	if (r == 0)
		r = story_counter_new(&work->settings->stories, &work->stories);
	if (r == 0)
		r = choose_query(ctl, work);
	if (r == 0)
		r = compile(work);
	return r < 0 ? r : list_others(work);
}

static int run(struct ctl *ctl)
{
	CLEANUP(work_done) struct work work = {0};
	int r = open_all(ctl, &work);

	if (r < 0)
		return r;

	r = read_posts(ctl, &work);
	progress_end(&work.progress);
	if (r < 0)
		return database_error(work.store, r, "Cannot read the posts");

	return ctl_flag(ctl, "json") ? backtest_print_json(&work.result)
				     : backtest_print(&work.result);
}

static const struct ctl_option options[] = {
	CTL_OPTION_JSON,
	{.name = "query",
		.type = OPTION_TEXT,
		.argument = "QUERY",
		.help = "A query that is no stream yet"},
	{.name = "since",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "Posts not older than this",
		.fallback = "14d"},
};

const struct ctl_verb verb_backtest = {
	.name = "backtest",
	.group = "Mentions",
	.synopsis = "STREAM | --query QUERY",
	.help = "Show what a query would have brought",
	.description =
		"Judges the kept posts, mentions or not, by the query: posts a day, which terms\n"
		"bring them, the overlap with the other streams, and 20 of the posts, spread over\n"
		"the time.  Nothing is written: mentionctl apply does that.",
	.example = "mentionctl backtest --query 'acme NOT \"acme thread\"' --since 7d",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.max_args = 1,
	.run = run,
};
