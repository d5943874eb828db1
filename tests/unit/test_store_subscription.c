#include <errno.h>

#include "unit/store_fixture.h"

static int offer(void **state, const char *source, const char *hub, const char *topic)
{
	const struct fixture *fixture = *state;

	return store_offer_subscription(fixture->store,
		&(struct subscription_offer){
			.source = source, .kind = SUBSCRIPTION_HUB, .hub = hub, .topic = topic});
}

static size_t list(void **state, struct subscription **ret)
{
	const struct fixture *fixture = *state;
	size_t n;

	assert_int_equal(0, store_list_subscriptions(fixture->store, fixture->arena, ret, &n));
	return n;
}

static void test_an_offer_is_kept_once(void **state)
{
	struct subscription *rows;

	assert_int_equal(0, offer(state, "acme-news", NULL, "https://news.example/"));
	assert_int_equal(1, offer(state, "acme-news", "https://h.example/", "https://t.example/"));
	assert_int_equal(0, offer(state, "acme-news", "https://h.example/", "https://t.example/"));
	assert_int_equal(-ENOENT, offer(state, "nobody", "https://h.example/", "x"));
	assert_int_equal(1, list(state, &rows));
	assert_string_equal("acme-news", rows[0].source);
	assert_string_equal("https://h.example/", rows[0].hub);
	assert_string_equal("https://t.example/", rows[0].topic);
	assert_int_equal(SUBSCRIPTION_OFFERED, rows[0].state);
	assert_false(rows[0].until.known);
}

/* At a hub that was asked, somebody has to say that we leave. */
static void test_another_offer_takes_its_place(void **state)
{
	static const enum subscription_state states[] = {
		SUBSCRIPTION_OFFERED, SUBSCRIPTION_ASKED, SUBSCRIPTION_LIVE, SUBSCRIPTION_REFUSED};
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		const bool leaves =
			states[i] == SUBSCRIPTION_ASKED || states[i] == SUBSCRIPTION_LIVE;
		struct subscription *rows;

		assert_int_equal(1, offer(state, "acme-news", "https://h.example/1", "t"));
		assert_int_equal(1, list(state, &rows));
		rows[0].state = states[i];
		assert_int_equal(0, store_set_subscription(fixture->store, &rows[0]));
		assert_int_equal(1, offer(state, "acme-news", "https://h.example/2", "t"));
		assert_int_equal(leaves ? 2 : 1, list(state, &rows));
		if (leaves)
			assert_int_equal(SUBSCRIPTION_LEAVING, rows[0].state);
		assert_string_equal("https://h.example/2", rows[leaves].hub);

		/* It comes back before we left. */
		assert_int_equal(1, offer(state, "acme-news", "https://h.example/1", "t"));
		assert_int_equal(1, list(state, &rows));
		assert_int_equal(SUBSCRIPTION_OFFERED, rows[0].state);
		assert_int_equal(1, offer(state, "acme-news", NULL, "t"));
		assert_int_equal(0, list(state, &rows));
	}
}

static void test_what_is_set_is_read_again(void **state)
{
	const struct fixture *fixture = *state;
	struct subscription *rows;

	assert_int_equal(1, offer(state, "acme-news", "https://h.example/", "t"));
	assert_int_equal(1, list(state, &rows));
	struct subscription set = rows[0];

	set.state = SUBSCRIPTION_LIVE;
	set.address_mark = "mark";
	set.asked = INSTANT(at("2026-11-21 08:00:00"));
	set.until = INSTANT(at("2026-11-30 08:00:00"));
	set.next_try = INSTANT(at("2026-11-29 08:00:00"));
	set.failures = 2;
	set.last_push = INSTANT(at("2026-11-21 09:00:00"));
	set.n_pushes = 7;
	set.n_forged = 1;
	set.last_event_id = "e7";
	set.last_error = "HTTP 500";
	assert_int_equal(0, store_set_subscription(fixture->store, &set));
	assert_int_equal(1, list(state, &rows));
	assert_int_equal(SUBSCRIPTION_LIVE, rows[0].state);
	assert_string_equal("mark", rows[0].address_mark);
	assert_int_equal(set.asked.us, rows[0].asked.us);
	assert_int_equal(set.until.us, rows[0].until.us);
	assert_int_equal(set.next_try.us, rows[0].next_try.us);
	assert_int_equal(2, rows[0].failures);
	assert_int_equal(set.last_push.us, rows[0].last_push.us);
	assert_int_equal(7, rows[0].n_pushes);
	assert_int_equal(1, rows[0].n_forged);
	assert_string_equal("e7", rows[0].last_event_id);
	assert_string_equal("HTTP 500", rows[0].last_error);

	assert_int_equal(0, store_drop_subscription(fixture->store, set.id));
	assert_int_equal(-ENOENT, store_set_subscription(fixture->store, &set));
}

static void test_the_list_of_sources_has_it(void **state)
{
	const struct fixture *fixture = *state;
	struct source_row *sources;
	size_t n;

	assert_int_equal(1, offer(state, "acme-news", "https://h.example/", "t"));
	assert_int_equal(0, store_list_sources(fixture->store, at("2026-11-21 08:00:00"),
				    fixture->arena, &sources, &n));
	assert_int_equal(2, n);
	assert_string_equal("acme-news", sources[0].name);
	assert_non_null(sources[0].push);
	assert_string_equal("https://h.example/", sources[0].push->hub);
	assert_null(sources[1].push);
	assert_string_equal("https://news.example/acme.rss", sources[0].state.url);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_memory(test_an_offer_is_kept_once),
		with_memory(test_another_offer_takes_its_place),
		with_memory(test_what_is_set_is_read_again),
		with_memory(test_the_list_of_sources_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
