/* Two days of a thousand adaptive sources, over the policy alone: no network,
 * and a clock that jumps from poll to poll.  The first day is for learning, the
 * second is measured. */
#include <stdlib.h>

#include "fetch/due.h"
#include "fetch/policy.h"
#include "unit/unit.h"

/* Saturday 21 November 2026, 00:00 GMT. */
#define START_US    (INT64_C(1795219200) * US_PER_S)
#define MEASURED_US (START_US + US_PER_DAY)
#define END_US      (START_US + 2 * US_PER_DAY)
#define MINUTE      US_PER_MINUTE
#define HOUR        US_PER_HOUR
/* fetch/fetcher.c starts a thousand sources within this. */
#define SPREAD_US (20 * US_PER_S)

enum {
	SEED = 20261121,
	MAX_POSTS = 10000,
	MINUTES = 24 * 60,
};

struct range {
	unsigned int least, most;
};

/* Bursts of posts, one in each period while its author is awake.  The first one
 * comes somewhere in the first period. */
struct rhythm {
	const char *name;
	unsigned int n_feeds;
	int64_t period_us;
	int64_t burst_us; /* how long one takes */
	struct range n_posts;
	struct range awake;  /* hours, GMT */
	struct range window; /* posts that the feed keeps */
};

static const struct rhythm rhythms[] = {
	{"hourly news", 200, HOUR, 10 * MINUTE, {3, 12}, {6, 22}, {20, 50}},
	{"news agency", 50, 10 * MINUTE, 5 * MINUTE, {1, 4}, {0, 23}, {30, 50}},
	{"forum", 150, 10 * MINUTE, 10 * MINUTE, {0, 3}, {7, 23}, {18, 25}},
	{"short feed", 100, 30 * MINUTE, 20 * MINUTE, {0, 4}, {8, 20}, {10, 20}},
	{"daily blog", 200, 24 * HOUR, HOUR, {1, 2}, {0, 23}, {10, 10}},
	{"weekly blog", 100, 168 * HOUR, HOUR, {1, 3}, {0, 23}, {10, 20}},
	{"comet", 50, 168 * HOUR, 5 * MINUTE, {8, 10}, {0, 23}, {10, 10}},
	{"dead", 100, 2000 * HOUR, HOUR, {0, 0}, {0, 23}, {10, 20}},
	{"flood", 50, 5 * MINUTE, 5 * MINUTE, {4, 10}, {0, 23}, {10, 20}},
};

struct feed {
	struct due_entry due; /* first: both have one address */
	const struct rhythm *rhythm;
	int64_t *posts; /* when each appeared, in order */
	size_t n_posts;
	size_t n_known; /* seen by a poll, or missed */
	size_t window;
	struct source_state state;
	/* On the second day. */
	unsigned int n_requests, n_idle, n_new, n_missed;
	int64_t longest_us; /* from a post to the poll that brings it */
};

struct world {
	struct feed *feeds;
	size_t n_feeds;
	struct due_heap due;
	struct random random;
	struct arena *arena;
	unsigned int minutes[MINUTES]; /* requests of the second day */
};

static unsigned int pick(struct random *random, struct range range)
{
	return range.least +
	       (unsigned int)(random_fraction(random) * (range.most - range.least + 1));
}

static int compare_times(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a;
	const int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool is_awake(const struct rhythm *rhythm, int64_t at_us)
{
	struct civil civil;

	civil_from_us(at_us, &civil);
	return (unsigned int)civil.hour >= rhythm->awake.least &&
	       (unsigned int)civil.hour <= rhythm->awake.most;
}

static void publish(struct feed *feed, struct random *random)
{
	const struct rhythm *rhythm = feed->rhythm;
	int64_t at_us = START_US + (int64_t)(random_fraction(random) * (double)rhythm->period_us);

	feed->posts = calloc(MAX_POSTS, sizeof(*feed->posts));
	assert_non_null(feed->posts);
	for (; at_us < END_US; at_us += rhythm->period_us) {
		unsigned int n = is_awake(rhythm, at_us) ? pick(random, rhythm->n_posts) : 0;

		for (; n > 0 && feed->n_posts < MAX_POSTS; n--)
			feed->posts[feed->n_posts++] = at_us + (int64_t)(random_fraction(random) *
									 (double)rhythm->burst_us);
	}
	qsort(feed->posts, feed->n_posts, sizeof(*feed->posts), compare_times);
}

/* A feed that is known for long. */
static void feed_init(struct feed *feed, const struct rhythm *rhythm, struct random *random)
{
	const double silent_us = random_fraction(random) * (double)rhythm->period_us;

	feed->rhythm = rhythm;
	feed->window = pick(random, rhythm->window);
	feed->state.last_success = INSTANT(START_US);
	feed->state.last_new_post = INSTANT(START_US - (int64_t)silent_us);
	publish(feed, random);
}

static void world_init(struct world *world)
{
	world->random.state = SEED;
	for (size_t i = 0; i < ARRAY_SIZE(rhythms); i++)
		world->n_feeds += rhythms[i].n_feeds;
	world->feeds = calloc(world->n_feeds, sizeof(*world->feeds));
	assert_non_null(world->feeds);
	assert_int_equal(arena_new(65536, &world->arena), 0);
	assert_int_equal(due_reserve(&world->due, world->n_feeds), 0);

	struct feed *feed = world->feeds;
	for (size_t i = 0; i < ARRAY_SIZE(rhythms); i++) {
		for (unsigned int n = 0; n < rhythms[i].n_feeds; n++, feed++) {
			feed_init(feed, &rhythms[i], &world->random);
			due_set(&world->due, &feed->due,
				(uint64_t)START_US + (uint64_t)(random_fraction(&world->random) *
								(double)SPREAD_US));
		}
	}
}

static void world_done(struct world *world)
{
	for (size_t i = 0; i < world->n_feeds; i++)
		free(world->feeds[i].posts);
	free(world->feeds);
	due_done(&world->due);
	arena_free(world->arena);
}

/* What is on the feed now, and was not at the last poll: how many the poll gets. */
static size_t take_posts(struct feed *feed, int64_t now_us)
{
	const size_t known = feed->n_known;
	size_t n = known;

	while (n < feed->n_posts && feed->posts[n] <= now_us)
		n++;
	feed->n_known = n;

	const size_t n_new = MIN(n - known, feed->window);

	for (size_t i = known; i < n; i++) {
		if (feed->posts[i] < MEASURED_US)
			continue;
		feed->n_missed += i < n - n_new;
		feed->n_new += i >= n - n_new;
		feed->longest_us = MAX(feed->longest_us, now_us - feed->posts[i]);
	}
	return n_new;
}

static void poll_feed(struct world *world, struct feed *feed, int64_t now_us)
{
	static const struct source_settings source = {.url = "http://a/"};
	const size_t n_new = take_posts(feed, now_us);
	const bool is_same = n_new == 0;
	const struct fetch_answer answer = {.status = is_same ? 304 : 200, .conditional = true};
	const struct feed_hints hints = {
		.parsed = !is_same, .n_posts = feed->window, .n_new = n_new};
	const struct policy_input input = {
		.source = &source, .answer = &answer, .hints = &hints, .now_us = now_us};

	assert_int_equal(policy_apply(&input, &world->random, world->arena, &feed->state), 0);
	if (now_us < MEASURED_US)
		return;
	world->minutes[(now_us - MEASURED_US) / MINUTE]++;
	feed->n_requests++;
	feed->n_idle += n_new == 0;
}

static void run(struct world *world)
{
	struct due_entry *first;

	while ((first = due_first(&world->due)) && (int64_t)first->at_us < END_US) {
		struct feed *feed = (struct feed *)first;
		const int64_t now_us = (int64_t)first->at_us;

		poll_feed(world, feed, now_us);

		const int64_t wait_us = feed->state.next_poll.us - now_us;

		expect(wait_us >= 5 * MINUTE && wait_us <= 6 * HOUR + 5 * MINUTE,
			"%s: waits %lld s", feed->rhythm->name, (long long)(wait_us / US_PER_S));
		due_set(&world->due, first, (uint64_t)feed->state.next_poll.us);
	}
}

/* Whether the feed never has more posts in an hour than it keeps: who asks once
 * an hour misses nothing. */
static bool keeps_an_hour(const struct feed *feed)
{
	for (size_t i = feed->window; i < feed->n_posts; i++)
		if (feed->posts[i] - feed->posts[i - feed->window] <= HOUR + 5 * MINUTE)
			return false;

	return true;
}

static void print_rhythm(const struct world *world, const struct rhythm *rhythm)
{
	struct feed sum = {0};
	unsigned int n_fit = 0;

	for (size_t i = 0; i < world->n_feeds; i++) {
		const struct feed *feed = &world->feeds[i];

		if (feed->rhythm != rhythm)
			continue;
		n_fit += keeps_an_hour(feed);
		sum.n_requests += feed->n_requests;
		sum.n_idle += feed->n_idle;
		sum.n_new += feed->n_new;
		sum.n_missed += feed->n_missed;
		sum.longest_us = MAX(sum.longest_us, feed->longest_us);
	}
	print_message("%-12s %5u %5u %9u %6u %6u %6u %5lld min\n", rhythm->name, rhythm->n_feeds,
		n_fit, sum.n_requests, sum.n_idle, sum.n_new, sum.n_missed,
		(long long)(sum.longest_us / MINUTE));
}

static void test_a_day_of_a_thousand_sources(void **state)
{
	static struct world world;
	unsigned int n_requests = 0;
	unsigned int most = 0;

	(void)state;
	world_init(&world);
	run(&world);

	print_message("rhythm       feeds  keep   requests   idle  posts missed  latest\n"
		      "                  1 hour\n");
	for (size_t i = 0; i < ARRAY_SIZE(rhythms); i++)
		print_rhythm(&world, &rhythms[i]);
	for (size_t i = 0; i < world.n_feeds; i++) {
		const struct feed *feed = &world.feeds[i];

		n_requests += feed->n_requests;
		expect(feed->n_missed == 0 || !keeps_an_hour(feed),
			"%s, feed %zu of %zu posts misses %u", feed->rhythm->name, i, feed->window,
			feed->n_missed);
	}
	for (size_t i = 0; i < MINUTES; i++)
		most = MAX(most, world.minutes[i]);
	print_message("%u requests, at most %u of them in a minute\n", n_requests, most);
	/* Spread evenly it were 0.07 %. */
	expect(most * 1000 <= n_requests * 2, "%u of %u requests in one minute", most, n_requests);
	world_done(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_day_of_a_thousand_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
