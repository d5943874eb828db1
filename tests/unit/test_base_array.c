#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "unit/unit.h"

static void test_grows_and_keeps(void **state)
{
	CLEANUP(free_heapp) int *items = NULL;
	size_t room = 0;

	for (size_t n = 1; n <= 1000; n++) {
		assert_int_equal(array_make_room(&items, &room, n, sizeof(*items)), 0);
		assert_true(room >= n);
		assert_int_equal(items[n - 1], 0);
		items[n - 1] = (int)n;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i + 1);
	/* Doubling: no more than twice what is needed. */
	assert_true(room < 2048);
}

static void test_overflow_leaves_all_as_it_was(void **state)
{
	CLEANUP(free_heapp) int *items = NULL;
	size_t room = 0;

	assert_int_equal(array_make_room(&items, &room, 3, sizeof(*items)), 0);

	int *const before = items;
	const size_t room_before = room;

	assert_int_equal(array_make_room(&items, &room, SIZE_MAX / 2, sizeof(*items)), -ENOMEM);
	assert_ptr_equal(items, before);
	assert_int_equal(room, room_before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows_and_keeps),
		cmocka_unit_test(test_overflow_leaves_all_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
