#include <errno.h>
#include <string.h>

#include "unit/store_fixture.h"

/* Raises RULE for a mention (0: a rate of stream acme) at TIME; respond within
 * an hour. */
static struct raised_alert raise_at(
	struct store *store, const char *rule, int64_t mention_id, const char *time)
{
	const struct new_alert alert = {
		.rule = rule,
		.stream = "acme",
		.mention_id = mention_id,
		.evidence = "{\"when\": \"anger >= 0.6\"}",
		.now_us = at(time),
		.respond_within_us = US_PER_HOUR,
	};
	struct raised_alert raised;

	expect(store_add_alert(store, &alert, &raised) == 0, "%s: %s", rule,
		store_error_text(store));
	return raised;
}

static const struct felt furious = {.compound = -0.8, .anger = 0.9};

static int act(struct store *store, int64_t id, enum incident_action action, const char *time)
{
	return store_change_incident(store, &(struct incident_change){
						    .incident_id = id,
						    .action = action,
						    .actor = "amina",
						    .text = "because",
						    .now_us = at(time),
					    });
}

/* --- joining ----------------------------------------------------------------- */

static void test_alerts_that_belong_together_join(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *rule;
		struct said said;
		size_t incident; /* row that opened it, from 0 */
		const char *why;
	} cases[] = {
		{"angry", {.id = "1", .author = "Wanjiru", .text = "a"}, 0, "the first"},
		{"angry", {.id = "2", .author = "Wanjiru", .text = "b"}, 0, "same author"},
		{"angry", {.id = "3", .author = "Bold", .text = "c"}, 2, "somebody else"},
		{"legal", {.id = "1", .author = "Wanjiru", .text = "a"}, 3, "another rule"},
		{"angry", {.id = "4", .author = "Ani", .text = "d", .reply_to = "3"}, 2,
			"answers a post of the incident, by id"},
		{"angry",
			{.id = "5",
				.author = "Ravi",
				.text = "e",
				.reply_to = "https://posts.example/4"},
			2, "answers an answer, by address"},
		{"angry", {.id = "6", .author = "Ravi", .text = "f"}, 2, "author of an answer"},
		{"angry", {.source = "fediverse", .id = "7", .author = "Wanjiru", .text = "g"}, 7,
			"the same name in another source may be somebody else"},
	};
	int64_t incidents[ARRAY_SIZE(cases)];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const int64_t mention = say(fixture->store, &cases[i].said, &furious);
		const struct raised_alert raised =
			raise_at(fixture->store, cases[i].rule, mention, "2026-11-21 08:00:00");

		incidents[i] = raised.incident_id;
		expect(raised.opened == (cases[i].incident == i), "%s: opened %d", cases[i].why,
			raised.opened);
		expect(raised.incident_id == incidents[cases[i].incident], "%s: incident %lld",
			cases[i].why, (long long)raised.incident_id);
	}
}

static void test_a_long_thread_is_known_by_its_hash(void **state)
{
	const struct fixture *fixture = *state;
	char thread[700] = "https://posts.example/";
	int64_t incidents[3];

	memset(thread + strlen(thread), 't', sizeof(thread) - 1 - strlen(thread));
	for (size_t i = 0; i < ARRAY_SIZE(incidents); i++) {
		const char id[] = {(char)('1' + i), '\0'};

		thread[sizeof(thread) - 2] = i == 2 ? 'x' : 't';
		const int64_t mention = say(fixture->store,
			&(struct said){.id = id, .author = id, .text = id, .reply_to = thread},
			&furious);
		incidents[i] = raise_at(fixture->store, "angry", mention, "2026-11-21 08:00:00")
				       .incident_id;
	}
	assert_int_equal(incidents[0], incidents[1]);
	assert_int_not_equal(incidents[0], incidents[2]);

	CLEANUP(free_heapp)
	char *longest = shell(fixture->path, "SELECT max(length(key)) FROM incident_key");
	assert_string_equal("65\n", longest);
}

static void test_copies_of_a_story_join(void **state)
{
	const struct fixture *fixture = *state;
	const struct stored_post one =
		add_post(fixture->store, &(struct said){.id = "1", .author = "A", .text = "late"});
	const struct stored_post two =
		add_post(fixture->store, &(struct said){.id = "2", .author = "B", .text = "Late!"});
	int64_t story;

	assert_int_equal(
		0, store_set_story(fixture->store, one.id, 0, &(struct features){0}, &story));
	assert_int_equal(
		0, store_set_story(fixture->store, two.id, story, &(struct features){0}, &story));

	const int64_t first = add_mention(fixture->store, one.id, &furious);
	const int64_t second = add_mention(fixture->store, two.id, &furious);

	raise_at(fixture->store, "angry", first, "2026-11-21 08:00:00");
	const struct raised_alert raised =
		raise_at(fixture->store, "angry", second, "2026-11-21 08:00:00");
	assert_false(raised.opened);
	assert_int_equal(2, raised.n_alerts);
}

static void test_a_rate_joins_its_own_rule_and_stream(void **state)
{
	const struct fixture *fixture = *state;
	const struct raised_alert one =
		raise_at(fixture->store, "crisis", 0, "2026-11-21 08:00:00");
	const struct raised_alert two =
		raise_at(fixture->store, "crisis", 0, "2026-11-21 09:00:00");
	const struct raised_alert other =
		raise_at(fixture->store, "surge", 0, "2026-11-21 09:00:00");

	assert_true(one.opened);
	assert_false(two.opened);
	assert_int_equal(one.incident_id, two.incident_id);
	assert_true(other.opened);
}

static void test_a_mention_raises_a_rule_once(void **state)
{
	const struct fixture *fixture = *state;
	const int64_t mention =
		say(fixture->store, &(struct said){.id = "1", .text = "a"}, &furious);
	const struct new_alert again = {
		.rule = "angry", .stream = "acme", .mention_id = mention, .now_us = 0};
	struct raised_alert raised;

	raise_at(fixture->store, "angry", mention, "2026-11-21 08:00:00");
	assert_int_equal(-EEXIST, store_add_alert(fixture->store, &again, &raised));
}

static void test_who_is_angry_again_after_an_answer_needs_another(void **state)
{
	const struct fixture *fixture = *state;
	const struct said first = {.id = "1", .author = "Wanjiru", .text = "a"};
	const struct said later = {.id = "2", .author = "Wanjiru", .text = "b"};
	const struct raised_alert one = raise_at(fixture->store, "angry",
		say(fixture->store, &first, &furious), "2026-11-21 08:00:00");
	struct incident incident;

	assert_int_equal(
		0, act(fixture->store, one.incident_id, ACTION_RESPOND, "2026-11-21 08:10:00"));
	const struct raised_alert two = raise_at(fixture->store, "angry",
		say(fixture->store, &later, &furious), "2026-11-21 12:00:00");

	assert_true(two.reopened);
	assert_int_equal(one.incident_id, two.incident_id);
	assert_int_equal(
		0, store_get_incident(fixture->store, one.incident_id, fixture->arena, &incident));
	assert_int_equal(INCIDENT_OPEN, incident.state);
	assert_int_equal(at("2026-11-21 13:00:00"), incident.deadline.us);
	assert_int_equal(at("2026-11-21 08:10:00"), incident.first_response.us);
}

static void test_what_is_closed_is_not_joined(void **state)
{
	const struct fixture *fixture = *state;
	const struct said first = {.id = "1", .author = "Wanjiru", .text = "a"};
	const struct said later = {.id = "2", .author = "Wanjiru", .text = "b"};
	const struct raised_alert one = raise_at(fixture->store, "angry",
		say(fixture->store, &first, &furious), "2026-11-21 08:00:00");

	assert_int_equal(
		0, act(fixture->store, one.incident_id, ACTION_DISMISS, "2026-11-21 08:10:00"));
	assert_true(raise_at(fixture->store, "angry", say(fixture->store, &later, &furious),
		"2026-11-21 12:00:00")
			    .opened);
}

/* --- working on it ------------------------------------------------------------- */

static void test_work_goes_forward(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		enum incident_action action;
		int want;
		const char *state;
	} cases[] = {
		{ACTION_NOTE, 0, "open"},
		{ACTION_REOPEN, -EINVAL, "open"},
		{ACTION_ACKNOWLEDGE, 0, "acknowledged"},
		{ACTION_ACKNOWLEDGE, -EINVAL, "acknowledged"},
		{ACTION_ASSIGN, 0, "acknowledged"},
		{ACTION_RESPOND, 0, "responded"},
		{ACTION_ACKNOWLEDGE, -EINVAL, "responded"},
		{ACTION_RESOLVE, 0, "resolved"},
		{ACTION_ASSIGN, -EINVAL, "resolved"},
		{ACTION_DISMISS, -EINVAL, "resolved"},
		{ACTION_NOTE, 0, "resolved"},
		{ACTION_REOPEN, 0, "open"},
		{ACTION_DISMISS, 0, "dismissed"},
	};
	const int64_t id = raise_at(fixture->store, "angry",
		say(fixture->store, &(struct said){.id = "1", .text = "a"}, &furious),
		"2026-11-21 08:00:00")
				   .incident_id;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct incident incident;
		const int r = act(fixture->store, id, cases[i].action, "2026-11-21 08:30:00");

		expect(r == cases[i].want, "row %zu: %d", i, r);
		assert_int_equal(
			0, store_get_incident(fixture->store, id, fixture->arena, &incident));
		expect(same_text(incident_state_name(incident.state), cases[i].state),
			"row %zu: %s", i, incident_state_name(incident.state));
	}
	assert_int_equal(-ENOENT, act(fixture->store, id + 1, ACTION_NOTE, "2026-11-21 08:30:00"));
}

static void test_every_step_is_in_the_log(void **state)
{
	const struct fixture *fixture = *state;
	static const char *const wanted[] = {
		"opened", "joined", "acknowledged", "responded", "resolved"};
	const struct said first = {.id = "1", .author = "Wanjiru", .text = "a"};
	const struct said second = {.id = "2", .author = "Wanjiru", .text = "b"};
	const int64_t id = raise_at(fixture->store, "angry", say(fixture->store, &first, &furious),
		"2026-11-21 08:00:00")
				   .incident_id;
	struct incident incident;

	raise_at(fixture->store, "angry", say(fixture->store, &second, &furious),
		"2026-11-21 08:01:00");
	act(fixture->store, id, ACTION_ACKNOWLEDGE, "2026-11-21 08:05:00");
	act(fixture->store, id, ACTION_RESPOND, "2026-11-21 08:20:00");
	act(fixture->store, id, ACTION_RESOLVE, "2026-11-21 09:00:00");

	assert_int_equal(0, store_get_incident(fixture->store, id, fixture->arena, &incident));
	assert_int_equal(ARRAY_SIZE(wanted), incident.n_events);
	for (size_t i = 0; i < incident.n_events; i++)
		expect(same_text(incident.events[i].what, wanted[i]), "event %zu: %s", i,
			incident.events[i].what);
	assert_string_equal("mentiond", incident.events[0].actor);
	assert_string_equal("amina", incident.events[2].actor);
	assert_string_equal("amina", incident.assignee);
	assert_int_equal(2, incident.n_alerts);
	assert_int_equal(2, incident.n_items);
	assert_string_equal("a", incident.items[0].post.text);
	assert_int_equal(at("2026-11-21 09:00:00"), incident.deadline.us);
	assert_int_equal(at("2026-11-21 08:20:00"), incident.first_response.us);
	assert_int_equal(at("2026-11-21 09:00:00"), incident.closed.us);
}

/* In a thread others agree, or calm down: the one to answer is the one who is angry,
 * for the list and for those who read the view. */
static void test_the_angriest_stands_for_the_incident(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *id;
		double anger;
	} said[] = {{"calm", 0.2}, {"angry", 0.7}, {"furious", 0.9}, {"as furious", 0.9},
		{"thanks", 0.1}};
	struct incident *list;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		const struct said post = {
			.id = said[i].id, .author = "Wanjiru", .text = said[i].id};
		const struct felt felt = {.compound = -0.5, .anger = said[i].anger};

		raise_at(fixture->store, "angry", say(fixture->store, &post, &felt),
			"2026-11-21 08:00:00");
	}
	const struct incident_filter filter = {.live_only = true};

	assert_int_equal(
		0, store_list_incidents(fixture->store, &filter, fixture->arena, &list, &n));
	assert_int_equal(1, n);
	assert_int_equal(1, list[0].n_items);
	assert_string_equal("furious", list[0].items[0].post.text);

	CLEANUP(free_heapp)
	char *view = shell(fixture->path, "SELECT quote, alerts FROM v_incident_open");
	assert_string_equal("furious|5\n", view);
}

static void test_the_list_has_the_urgent_first(void **state)
{
	const struct fixture *fixture = *state;
	static const char *const opened[] = {
		"2026-11-21 08:00:00", "2026-11-21 07:00:00", "2026-11-21 06:00:00"};
	static const char names[] = "abc";
	int64_t ids[ARRAY_SIZE(opened)];
	struct incident *list;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(opened); i++) {
		const char name[] = {names[i], '\0'};
		const struct said said = {.id = name, .author = name, .text = name};

		ids[i] = raise_at(
			fixture->store, "angry", say(fixture->store, &said, &furious), opened[i])
				 .incident_id;
	}
	act(fixture->store, ids[2], ACTION_RESOLVE, "2026-11-21 08:30:00");

	assert_int_equal(0, store_list_incidents(fixture->store, &(struct incident_filter){0},
				    fixture->arena, &list, &n));
	assert_int_equal(3, n);
	assert_int_equal(ids[1], list[0].id);
	assert_int_equal(ids[0], list[1].id);
	assert_int_equal(ids[2], list[2].id);
	assert_string_equal("b", list[0].items[0].post.text);

	assert_int_equal(0,
		store_list_incidents(fixture->store, &(struct incident_filter){.live_only = true},
			fixture->arena, &list, &n));
	assert_int_equal(2, n);
	assert_int_equal(
		0, store_list_incidents(fixture->store, &(struct incident_filter){.rule = "other"},
			   fixture->arena, &list, &n));
	assert_int_equal(0, n);
}

/* --- mutes, numbers ------------------------------------------------------------ */

static void test_a_mute_ends(void **state)
{
	const struct fixture *fixture = *state;
	const struct mute mute = {
		.rule = "angry", .until_us = at("2026-11-21 10:00:00"), .actor = "amina"};
	static const struct {
		const char *rule, *stream, *now;
		bool muted;
	} cases[] = {
		{"angry", "acme", "2026-11-21 09:00:00", true},
		{"angry", "globex", "2026-11-21 09:59:59", true},
		{"angry", "acme", "2026-11-21 10:00:00", false},
		{"legal", "acme", "2026-11-21 09:00:00", false},
	};
	struct mute *list;
	size_t n;

	assert_int_equal(0, store_add_mute(fixture->store, &mute, at("2026-11-21 08:00:00")));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct instant until;

		assert_int_equal(0, store_muted_until(fixture->store, cases[i].rule,
					    cases[i].stream, at(cases[i].now), &until));
		expect(until.known == cases[i].muted, "row %zu", i);
	}
	assert_int_equal(0, store_list_mutes(fixture->store, at("2026-11-21 09:00:00"),
				    fixture->arena, &list, &n));
	assert_int_equal(1, n);
	assert_null(list[0].stream);
	assert_int_equal(mute.until_us, list[0].until_us);
}

static void test_counts_are_half_open(void **state)
{
	const struct fixture *fixture = *state;
	struct stream_count count;

	say(fixture->store,
		&(struct said){.id = "1", .text = "a", .fetched = "2026-11-21 08:00:00"}, &furious);
	say(fixture->store,
		&(struct said){.id = "2", .text = "b", .fetched = "2026-11-21 08:59:59"},
		&(struct felt){.compound = 0.5});
	say(fixture->store,
		&(struct said){.id = "3", .text = "c", .fetched = "2026-11-21 09:00:00"}, &furious);
	say(fixture->store,
		&(struct said){.id = "4",
			.text = "d",
			.fetched = "2026-11-20 08:30:00",
			.published = "2026-11-20 08:00:00"},
		&furious);
	say(fixture->store,
		&(struct said){.id = "5",
			.text = "e",
			.fetched = "2026-11-20 08:30:00",
			.published = "2015-03-10 09:08:07"},
		&furious);

	assert_int_equal(0, store_count_mentions(fixture->store, "acme",
				    &(struct count_window){at("2026-11-21 08:00:00"),
					    at("2026-11-21 09:00:00"), 0},
				    &count));
	assert_int_equal(2, count.n_mentions);
	assert_int_equal(1, count.n_negative);
	assert_int_equal(1, count.n_positive);
	assert_int_equal(1, count.n_angry);
	assert_int_equal(-ENODATA, store_count_mentions(fixture->store, "acme",
					   &(struct count_window){at("2026-11-14 08:00:00"),
						   at("2026-11-14 09:00:00"), 0},
					   &count));

	/* What was said years ago is no news, unless no bound is given. */
	static const struct {
		int64_t max_age_us;
		size_t want;
	} ages[] = {{0, 2}, {3 * US_PER_DAY, 1}, {US_PER_S, 0}};

	for (size_t i = 0; i < ARRAY_SIZE(ages); i++) {
		const struct count_window window = {
			at("2026-11-20 08:00:00"), at("2026-11-20 09:00:00"), ages[i].max_age_us};

		assert_int_equal(0, store_count_mentions(fixture->store, "acme", &window, &count));
		assert_int_equal(ages[i].want, count.n_mentions);
	}
	assert_int_equal(
		-ENOENT, store_count_mentions(fixture->store, "nothing",
				 &(struct count_window){0, at("2026-11-21 09:00:00"), 0}, &count));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_memory(test_alerts_that_belong_together_join),
		with_disk(test_a_long_thread_is_known_by_its_hash),
		with_memory(test_copies_of_a_story_join),
		with_memory(test_a_rate_joins_its_own_rule_and_stream),
		with_memory(test_a_mention_raises_a_rule_once),
		with_memory(test_who_is_angry_again_after_an_answer_needs_another),
		with_memory(test_what_is_closed_is_not_joined),
		with_memory(test_work_goes_forward),
		with_memory(test_every_step_is_in_the_log),
		with_disk(test_the_angriest_stands_for_the_incident),
		with_memory(test_the_list_has_the_urgent_first),
		with_memory(test_a_mute_ends),
		with_memory(test_counts_are_half_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
