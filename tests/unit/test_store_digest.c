#include <errno.h>
#include <stdio.h>

#include "base/map.h"
#include "unit/store_fixture.h"

#define FROM  "2026-11-20 05:00:00"
#define UNTIL "2026-11-21 05:00:00"

static struct digest load(const struct fixture *fixture)
{
	struct digest digest = {
		.from_us = at(FROM), .until_us = at(UNTIL), .timezone = "Africa/Nairobi"};

	expect(store_load_digest(fixture->store, fixture->arena, &digest) == 0, "%s",
		store_error_text(fixture->store));
	return digest;
}

static int64_t open_incident(
	const struct fixture *fixture, const char *rule, int64_t mention_id, const char *time)
{
	const struct new_alert alert = {
		.rule = rule, .stream = "acme", .mention_id = mention_id, .now_us = at(time)};
	struct raised_alert raised;

	assert_int_equal(0, store_add_alert(fixture->store, &alert, &raised));
	return raised.incident_id;
}

/* --- the window ------------------------------------------------------------------ */

static void test_the_window_is_half_open(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *fetched;
		bool told;
	} cases[] = {
		{"2026-11-20 04:59:59", false},
		{"2026-11-20 05:00:00", true},
		{"2026-11-21 04:59:59", true},
		{"2026-11-21 05:00:00", false},
	};
	struct digest digest;
	char id[16];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(id, sizeof(id), "%zu", i);
		say(fixture->store,
			&(struct said){.id = id, .text = id, .fetched = cases[i].fetched},
			&(struct felt){.compound = -0.5});
	}
	digest = load(fixture);
	assert_int_equal(2, digest.negative.n);
	assert_int_equal(2, digest.streams[0].n_mentions);
	assert_int_equal(1, digest.streams[0].n_mentions_before);
}

/* Three days and a second before it came, or less; without a date it is new. */
static void test_what_is_old_is_counted_apart(void **state)
{
	const struct fixture *fixture = *state;
	static const struct said posts[] = {
		{.id = "1",
			.text = "a",
			.published = "2015-03-10 09:08:07",
			.fetched = "2026-11-20 09:00:00"},
		{.id = "2",
			.text = "b",
			.published = "2026-11-17 08:59:59",
			.fetched = "2026-11-20 09:00:00"},
		{.id = "3",
			.text = "c",
			.published = "2026-11-17 09:00:01",
			.fetched = "2026-11-20 09:00:00"},
		{.id = "4", .text = "d", .fetched = "2026-11-20 09:00:00"},
		{.id = "5",
			.text = "e",
			.published = "2015-03-10 09:08:07",
			.fetched = "2026-11-19 09:00:00"},
		{.id = "6", .text = "f", .fetched = "2026-11-19 09:00:00"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(posts); i++)
		say(fixture->store, &posts[i], &(struct felt){.compound = -0.5});

	const struct digest digest = load(fixture);

	assert_int_equal(2, digest.negative.n_all);
	assert_int_equal(2, digest.streams[0].n_mentions);
	assert_int_equal(2, digest.streams[0].n_negative);
	assert_int_equal(2, digest.streams[0].n_old);
	assert_int_equal(1, digest.streams[0].n_mentions_before);
}

/* --- sections -------------------------------------------------------------------- */

static void test_a_mention_stands_in_one_section(void **state)
{
	const struct fixture *fixture = *state;
	const struct felt bad = {.compound = -0.6, .anger = 0.8};
	const struct felt good = {.compound = 0.7};
	const char *inside = "2026-11-20 12:00:00";
	const char *before = "2026-11-19 12:00:00";
	struct digest digest;

	open_incident(fixture, "angry",
		say(fixture->store,
			&(struct said){.id = "1", .author = "A", .text = "a", .fetched = inside},
			&bad),
		inside);
	open_incident(fixture, "angry",
		say(fixture->store,
			&(struct said){.id = "2", .author = "B", .text = "b", .fetched = before},
			&bad),
		before);
	const int64_t taken = open_incident(fixture, "angry",
		say(fixture->store,
			&(struct said){.id = "3", .author = "C", .text = "c", .fetched = inside},
			&bad),
		inside);
	store_change_incident(fixture->store, &(struct incident_change){.incident_id = taken,
						      .action = ACTION_ACKNOWLEDGE,
						      .actor = "amina",
						      .now_us = at(inside)});
	say(fixture->store,
		&(struct said){.id = "4", .author = "D", .text = "d", .fetched = inside}, &bad);
	say(fixture->store,
		&(struct said){.id = "5", .author = "E", .text = "e", .fetched = inside}, &good);
	/* A post of no author that two streams match, and that is neither good nor bad. */
	const int64_t post =
		add_post(fixture->store, &(struct said){.id = "6", .text = "f", .fetched = inside})
			.id;
	add_mention(fixture->store, post, &(struct felt){0});
	add_mention(fixture->store, post, &(struct felt){.stream = "globex"});

	digest = load(fixture);
	const struct {
		const char *name;
		const struct items *items;
		size_t n;
		const char *first;
	} sections[] = {
		{"needs answer", &digest.needs_answer, 1, "a"},
		{"still open", &digest.still_open, 2, "b"},
		{"negative", &digest.negative, 1, "d"},
		{"positive", &digest.positive, 1, "e"},
		{"news", &digest.news, 1, "f"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct items *items = sections[i].items;

		expect(items->n == sections[i].n && items->n_all == sections[i].n, "%s: %zu of %zu",
			sections[i].name, items->n, items->n_all);
		expect(same_text(items->list[0].post.text, sections[i].first), "%s: `%s'",
			sections[i].name, items->list[0].post.text);
	}
	assert_int_equal(taken, digest.still_open.list[1].incident_id);
	assert_string_equal("amina", digest.still_open.list[1].assignee);
}

static void test_a_rate_is_told_by_a_mention_of_its_stream(void **state)
{
	const struct fixture *fixture = *state;
	struct digest digest;

	say(fixture->store,
		&(struct said){
			.id = "1", .author = "A", .text = "a", .fetched = "2026-11-20 11:00:00"},
		&(struct felt){.compound = -0.5});
	const int64_t id = open_incident(fixture, "crisis", 0, "2026-11-20 12:00:00");

	digest = load(fixture);
	assert_int_equal(1, digest.needs_answer.n);
	assert_int_equal(id, digest.needs_answer.list[0].incident_id);
	assert_string_equal("crisis", digest.needs_answer.list[0].rule);
	assert_string_equal("a", digest.needs_answer.list[0].post.text);
	assert_int_equal(0, digest.negative.n);
}

static void test_lists_are_cut_and_counted(void **state)
{
	const struct fixture *fixture = *state;
	struct digest digest;
	char id[16];

	for (size_t i = 0; i < 20; i++) {
		snprintf(id, sizeof(id), "n%zu", i);
		say(fixture->store,
			&(struct said){.id = id, .text = id, .fetched = "2026-11-20 12:00:00"},
			&(struct felt){.compound = -0.5, .anger = (double)i / 40});
		snprintf(id, sizeof(id), "p%zu", i);
		say(fixture->store,
			&(struct said){.id = id, .text = id, .fetched = "2026-11-20 12:00:00"},
			&(struct felt){.compound = 0.5});
	}
	digest = load(fixture);
	assert_int_equal(8, digest.negative.n);
	assert_int_equal(20, digest.negative.n_all);
	assert_string_equal("n19", digest.negative.list[0].post.text);
	assert_int_equal(5, digest.positive.n);
	assert_int_equal(20, digest.positive.n_all);
}

static void test_a_story_is_told_once_with_its_copies(void **state)
{
	const struct fixture *fixture = *state;
	int64_t story = 0;
	struct digest digest;
	char id[16];

	for (size_t i = 0; i < 4; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		const int64_t post =
			add_post(fixture->store, &(struct said){.id = id,
							 .author = id,
							 .text = id,
							 .fetched = "2026-11-20 12:00:00"})
				.id;
		assert_int_equal(0, store_set_story(fixture->store, post, story,
					    &(struct features){0}, &story));
		add_mention(fixture->store, post, &(struct felt){0});
	}
	digest = load(fixture);
	assert_int_equal(1, digest.news.n);
	assert_int_equal(4, digest.news.list[0].n_copies);
	assert_int_equal(4, digest.streams[0].n_mentions);
	assert_int_equal(1, digest.streams[0].n_stories);
}

/* --- words, streams, sources ------------------------------------------------------- */

static void test_words_rise_against_the_window_before(void **state)
{
	const struct fixture *fixture = *state;
	static const char *const now[] = {"Acme recall of drills now", "the Acme recall is a mess",
		"another recall? thanks Acme", "2026 2026 Acme ok", "nothing new from Acme"};
	static const char *const before[] = {"thanks Acme for the parcel",
		"a parcel from Acme, thanks", "the Acme parcel, thanks"};
	struct digest digest;
	char id[16];

	for (size_t i = 0; i < ARRAY_SIZE(now); i++) {
		snprintf(id, sizeof(id), "now%zu", i);
		say(fixture->store,
			&(struct said){.id = id,
				.text = now[i],
				.fetched = "2026-11-20 12:00:00",
				.hashtag = i < 3 ? "AcmeRecall" : "acmerecall"},
			&(struct felt){0});
	}
	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		snprintf(id, sizeof(id), "before%zu", i);
		say(fixture->store,
			&(struct said){
				.id = id, .text = before[i], .fetched = "2026-11-19 12:00:00"},
			&(struct felt){0});
	}
	digest = load(fixture);
	assert_int_equal(2, digest.n_rising);
	assert_string_equal("#acmerecall", digest.rising[0].text);
	assert_int_equal(5, digest.rising[0].n_now);
	assert_string_equal("recall", digest.rising[1].text);
	assert_int_equal(3, digest.rising[1].n_now);
	assert_int_equal(0, digest.rising[1].n_before);

	/* Words that the caller names do not rise; tags are no words. */
	CLEANUP(map_freep) struct map *stop_words = NULL;

	assert_int_equal(0, map_new(&stop_words));
	assert_int_equal(1, map_set(stop_words, SLICE("recall"), (union map_value){0}));
	digest.stop_words = stop_words;
	assert_int_equal(0, store_load_digest(fixture->store, fixture->arena, &digest));
	assert_int_equal(1, digest.n_rising);
	assert_string_equal("#acmerecall", digest.rising[0].text);
}

static void test_brands_and_competitors_are_always_counted(void **state)
{
	const struct fixture *fixture = *state;
	struct digest digest = load(fixture);

	assert_int_equal(2, digest.n_streams);
	assert_string_equal("acme", digest.streams[0].name);
	assert_string_equal("Acme", digest.streams[0].label);
	assert_string_equal("brand", digest.streams[0].kind);
	assert_string_equal("globex", digest.streams[1].name);

	say(fixture->store,
		&(struct said){.id = "1", .text = "parcel", .fetched = "2026-11-20 12:00:00"},
		&(struct felt){.stream = "parcels"});
	digest = load(fixture);
	assert_int_equal(3, digest.n_streams);
	assert_int_equal(1, digest.streams[2].n_mentions);
}

static void log_fetch(
	const struct fixture *fixture, const char *source, int64_t at_us, size_t n_new)
{
	const struct fetch_entry entry = {
		.source = source, .at_us = at_us, .status = 200, .n_posts = 5, .n_new = n_new};

	assert_int_equal(0, store_log_fetch(fixture->store, &entry));
}

static void test_failing_and_silent_sources_are_told(void **state)
{
	const struct fixture *fixture = *state;
	struct source_state failing = {.failures = 4, .last_error = "timed out"};
	struct digest digest = load(fixture);

	assert_int_equal(2, digest.n_sources);
	assert_int_equal(0, digest.n_troubled);

	assert_int_equal(0, store_set_source_state(fixture->store, "acme-news", &failing));
	/* Something new every six hours, then nothing for three days. */
	for (int64_t i = 0; i < 12; i++)
		log_fetch(fixture, "fediverse", at("2026-11-15 05:00:00") + i * 6 * US_PER_HOUR, 1);
	log_fetch(fixture, "fediverse", at("2026-11-20 05:00:00"), 0);

	digest = load(fixture);
	assert_int_equal(2, digest.n_troubled);
	assert_string_equal("acme-news", digest.troubled[0].name);
	assert_string_equal("failed 4 times in a row: timed out", digest.troubled[0].problem);
	assert_string_equal(
		"silent for 3d, usually something every 6h", digest.troubled[1].problem);

	/* Who switched a source off knows that it says nothing. */
	const struct source_switch off = {.source = "fediverse", .actor = "amina"};

	assert_int_equal(1, store_switch_source_off(fixture->store, &off));
	digest = load(fixture);
	assert_int_equal(1, digest.n_sources);
	assert_int_equal(1, digest.n_troubled);
}

static void test_a_source_that_never_worked_is_told_at_once(void **state)
{
	const struct fixture *fixture = *state;
	struct source_state once = {
		.failures = 1, .last_error = "no feed", .last_success = INSTANT(1)};
	struct digest digest;

	/* It worked before: one failure is no news. */
	assert_int_equal(0, store_set_source_state(fixture->store, "acme-news", &once));
	digest = load(fixture);
	assert_int_equal(0, digest.n_troubled);

	once.last_success = (struct instant){0};
	assert_int_equal(0, store_set_source_state(fixture->store, "acme-news", &once));
	digest = load(fixture);
	assert_int_equal(1, digest.n_troubled);
	assert_string_equal("has not worked yet: no feed", digest.troubled[0].problem);
}

/* --- runs -------------------------------------------------------------------------- */

static void test_a_window_is_recorded_once(void **state)
{
	const struct fixture *fixture = *state;
	const struct digest digest = load(fixture);
	struct instant until;
	int64_t first;
	int64_t again;

	assert_int_equal(
		0, store_last_digest(fixture->store, "support", at("2026-11-21 05:00:00"), &until));
	assert_false(until.known);
	assert_int_equal(
		1, store_add_digest_run(fixture->store, "support", &digest, at(UNTIL), &first));
	assert_int_equal(
		0, store_add_digest_run(fixture->store, "support", &digest, at(UNTIL), &again));
	assert_int_equal(first, again);
	assert_int_equal(
		1, store_add_digest_run(fixture->store, "press", &digest, at(UNTIL), &again));
	assert_int_equal(
		0, store_last_digest(fixture->store, "support", at("2026-11-21 05:00:00"), &until));
	assert_int_equal(at(UNTIL), until.us);
	assert_int_equal(-ENOENT,
		store_add_digest_run(fixture->store, "nobody", &digest, at(UNTIL), &again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_memory(test_the_window_is_half_open),
		with_memory(test_what_is_old_is_counted_apart),
		with_memory(test_a_mention_stands_in_one_section),
		with_memory(test_a_rate_is_told_by_a_mention_of_its_stream),
		with_memory(test_lists_are_cut_and_counted),
		with_memory(test_a_story_is_told_once_with_its_copies),
		with_memory(test_words_rise_against_the_window_before),
		with_memory(test_brands_and_competitors_are_always_counted),
		with_memory(test_failing_and_silent_sources_are_told),
		with_memory(test_a_source_that_never_worked_is_told_at_once),
		with_memory(test_a_window_is_recorded_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
