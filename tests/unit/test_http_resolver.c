#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include <semaphore.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "http/resolver.h"
#include "unit/unit.h"

/* What getaddrinfo() would do with names that no test may depend on: "slow..."
 * waits until the test lets it go, "none..." is not known, all else is numeric
 * after a count. */
static sem_t may_go;
static sem_t waits; /* posted by each that does */
static atomic_uint n_asked;

static int look_up(const char *host, struct addrinfo **ret)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};

	atomic_fetch_add(&n_asked, 1);
	if (strncmp(host, "slow", 4) == 0) {
		sem_post(&waits);
		sem_wait(&may_go);
	}
	if (strncmp(host, "none", 4) == 0)
		return EAI_NONAME;

	return getaddrinfo("192.0.2.1", NULL, &hints, ret);
}

struct seen {
	unsigned int n_done;
	int error;
	size_t n_addresses;
	char words[200];
	struct lookup *cancels; /* when this one is done */
};

static void on_done(const struct addresses *addresses, int error, const char *words, void *userdata)
{
	struct seen *seen = userdata;

	seen->n_done++;
	seen->error = error;
	seen->n_addresses = addresses->n;
	snprintf(seen->words, sizeof(seen->words), "%s", words);
	lookup_cancel(TAKE(seen->cancels));
}

struct rig {
	sd_event *event;
	struct resolver *resolver;
};

static struct rig new_rig(unsigned int max_threads, unsigned int max_queued)
{
	struct rig rig;

	atomic_store(&n_asked, 0);
	sem_init(&may_go, 0, 0);
	sem_init(&waits, 0, 0);
	assert_int_equal(sd_event_new(&rig.event), 0);
	assert_int_equal(resolver_new(&(struct resolver_options){.event = rig.event,
					      .max_threads = max_threads,
					      .max_queued = max_queued,
					      .max_cached = 2,
					      .keep_us = US_PER_MINUTE,
					      .look_up = look_up},
				 &rig.resolver),
		0);
	return rig;
}

static void rig_done(struct rig *rig)
{
	resolver_free(rig->resolver);
	sd_event_unref(rig->event);
}

static int find(struct rig *rig, const char *host, struct seen *seen, struct lookup **ret)
{
	struct addresses now;

	return resolver_find(rig->resolver,
		&(struct lookup_request){.host = host, .on_done = on_done, .userdata = seen}, &now,
		ret);
}

static void wait_for(struct rig *rig, const struct seen *seen)
{
	while (seen->n_done == 0)
		assert_true(sd_event_run(rig->event, UINT64_MAX) >= 0);
}

static void test_numbers_need_no_thread(void **state)
{
	CLEANUP(rig_done) struct rig rig = new_rig(2, 8);
	struct seen seen = {0};
	struct lookup *lookup;

	assert_int_equal(find(&rig, "127.0.0.1", &seen, &lookup), 1);
	assert_int_equal(find(&rig, "2a00::1", &seen, &lookup), 1);
	assert_int_equal(atomic_load(&n_asked), 0);
	assert_int_equal(seen.n_done, 0);
}

static void test_a_name_is_told_from_the_loop_and_kept(void **state)
{
	CLEANUP(rig_done) struct rig rig = new_rig(2, 8);
	struct seen seen = {0};
	struct lookup *lookup;

	assert_int_equal(find(&rig, "a.example", &seen, &lookup), 0);
	assert_int_equal(seen.n_done, 0);
	wait_for(&rig, &seen);
	assert_int_equal(seen.error, 0);
	assert_int_equal(seen.n_addresses, 1);
	assert_int_equal(find(&rig, "a.example", &seen, &lookup), 1);
	assert_int_equal(atomic_load(&n_asked), 1);
}

static void test_an_unknown_name_is_told_in_words_and_asked_again(void **state)
{
	CLEANUP(rig_done) struct rig rig = new_rig(2, 8);

	for (unsigned int i = 1; i <= 2; i++) {
		struct seen seen = {0};
		struct lookup *lookup;

		assert_int_equal(find(&rig, "none.example", &seen, &lookup), 0);
		wait_for(&rig, &seen);
		assert_int_equal(seen.error, -EHOSTUNREACH);
		assert_string_not_equal(seen.words, "");
		assert_int_equal(atomic_load(&n_asked), i);
	}
}

static void test_a_slow_name_delays_no_other(void **state)
{
	CLEANUP(rig_done) struct rig rig = new_rig(2, 8);
	struct seen slow = {0};
	struct seen quick = {0};
	struct lookup *lookups[2];

	assert_int_equal(find(&rig, "slow.example", &slow, &lookups[0]), 0);
	assert_int_equal(find(&rig, "b.example", &quick, &lookups[1]), 0);
	wait_for(&rig, &quick);
	assert_int_equal(slow.n_done, 0);
	sem_post(&may_go);
	wait_for(&rig, &slow);
	assert_int_equal(slow.error, 0);
}

static void test_what_waits_is_bounded_and_can_be_cancelled(void **state)
{
	CLEANUP(rig_done) struct rig rig = new_rig(1, 2);
	struct seen seen[4] = {0};
	struct lookup *lookups[4];

	assert_int_equal(find(&rig, "slow.example", &seen[0], &lookups[0]), 0);
	sem_wait(&waits);
	assert_int_equal(find(&rig, "b.example", &seen[1], &lookups[1]), 0);
	assert_int_equal(find(&rig, "c.example", &seen[2], &lookups[2]), 0);
	assert_int_equal(find(&rig, "d.example", &seen[3], &lookups[3]), -EBUSY);
	lookup_cancel(lookups[0]); /* under way */
	lookup_cancel(lookups[1]); /* queued */
	assert_int_equal(find(&rig, "d.example", &seen[3], &lookups[3]), 0);
	sem_post(&may_go);
	wait_for(&rig, &seen[2]);
	wait_for(&rig, &seen[3]);
	assert_int_equal(seen[0].n_done, 0);
	assert_int_equal(seen[1].n_done, 0);
}

static void test_one_callback_may_cancel_the_next(void **state)
{
	CLEANUP(rig_done) struct rig rig = new_rig(1, 8);
	struct seen first = {0};
	struct seen second = {0};
	struct seen third = {0};
	struct lookup *lookup;

	assert_int_equal(find(&rig, "a.example", &first, &lookup), 0);
	assert_int_equal(find(&rig, "b.example", &second, &first.cancels), 0);
	assert_int_equal(find(&rig, "c.example", &third, &lookup), 0);
	wait_for(&rig, &third);
	assert_int_equal(first.n_done, 1);
	assert_int_equal(second.n_done, 0);
}

static void test_a_thread_that_hangs_does_not_delay_the_end(void **state)
{
	struct rig rig = new_rig(2, 8);
	struct seen seen = {0};
	struct lookup *lookup;

	assert_int_equal(find(&rig, "slow.example", &seen, &lookup), 0);
	sem_wait(&waits);
	lookup_cancel(lookup);
	rig_done(&rig); /* returns though nobody let it go */
	assert_int_equal(seen.n_done, 0);
	sem_post(&may_go);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_need_no_thread),
		cmocka_unit_test(test_a_name_is_told_from_the_loop_and_kept),
		cmocka_unit_test(test_an_unknown_name_is_told_in_words_and_asked_again),
		cmocka_unit_test(test_a_slow_name_delays_no_other),
		cmocka_unit_test(test_what_waits_is_bounded_and_can_be_cancelled),
		cmocka_unit_test(test_one_callback_may_cancel_the_next),
		cmocka_unit_test(test_a_thread_that_hangs_does_not_delay_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
