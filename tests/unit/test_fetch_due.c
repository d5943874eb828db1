#include "base/random.h"
#include "fetch/due.h"
#include "unit/unit.h"

enum { N = 1000 };

static uint64_t take_first(struct due_heap *heap)
{
	struct due_entry *first = due_first(heap);

	assert_non_null(first);
	due_remove(heap, first);
	return first->at_us;
}

static void test_what_is_due_comes_in_order(void **state)
{
	struct due_entry entries[N] = {0};
	struct due_heap heap = {0};
	struct random random = {.state = 7};
	size_t n = 0;

	(void)state;
	assert_int_equal(due_reserve(&heap, N), 0);
	for (size_t i = 0; i < N; i++)
		due_set(&heap, &entries[i], random_next(&random) % 500);
	/* Some move, some go. */
	for (size_t i = 0; i < N; i += 3)
		due_set(&heap, &entries[i], random_next(&random) % 500);
	for (size_t i = 0; i < N; i += 5)
		due_remove(&heap, &entries[i]);
	due_remove(&heap, &entries[0]);

	for (uint64_t last = 0; due_first(&heap); n++) {
		const uint64_t at_us = take_first(&heap);

		expect(at_us >= last, "%zu: %llu after %llu", n, (unsigned long long)at_us,
			(unsigned long long)last);
		last = at_us;
	}
	assert_int_equal(n, N - N / 5);
	due_done(&heap);
}

static void test_nothing_is_due_in_an_empty_heap(void **state)
{
	const struct due_heap heap = {0};

	(void)state;
	assert_null(due_first(&heap));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_due_comes_in_order),
		cmocka_unit_test(test_nothing_is_due_in_an_empty_heap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
