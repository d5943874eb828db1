#include <stdio.h>

#include "base/map.h"
#include "base/random.h"
#include "unit/unit.h"

enum { N_KEYS = 2000 };

static struct map *new_map(void)
{
	struct map *map = NULL;

	assert_int_equal(map_new(&map), 0);
	return map;
}

static int set(struct map *map, const char *key, int64_t number)
{
	return map_set(map, slice_of(key), (union map_value){.number = number});
}

static int64_t find(const struct map *map, const char *key)
{
	union map_value value;

	return map_find(map, slice_of(key), &value) == 1 ? value.number : -1;
}

static void test_sets_finds_removes(void **state)
{
	CLEANUP(map_freep) struct map *map = new_map();

	assert_int_equal(find(map, "a"), -1);
	assert_int_equal(set(map, "a", 1), 1);
	assert_int_equal(set(map, "b", 2), 1);
	assert_int_equal(set(map, "a", 3), 0);
	assert_int_equal(find(map, "a"), 3);
	assert_int_equal(map_find(map, SLICE("b"), NULL), 1);
	assert_int_equal(map_count(map), 2);
	assert_int_equal(map_remove(map, SLICE("a")), 1);
	assert_int_equal(map_remove(map, SLICE("a")), 0);
	assert_int_equal(find(map, "a"), -1);
	assert_int_equal(find(map, "b"), 2);
	assert_int_equal(map_count(map), 1);
}

static void test_keys_are_any_bytes(void **state)
{
	CLEANUP(map_freep) struct map *map = new_map();

	assert_int_equal(map_set(map, SLICE("a\0b"), (union map_value){.number = 1}), 1);
	assert_int_equal(map_set(map, SLICE("a\0c"), (union map_value){.number = 2}), 1);
	assert_int_equal(set(map, "a", 3), 1);
	assert_int_equal(set(map, "", 4), 1);
	assert_int_equal(find(map, ""), 4);
	assert_int_equal(map_count(map), 4);
}

static void test_iterates_in_order_of_insertion(void **state)
{
	CLEANUP(map_freep) struct map *map = new_map();
	char key[16];
	union map_value value;
	struct slice name;
	size_t position = 0;
	int64_t want = 1;

	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		set(map, key, i);
	}
	for (int i = 0; i < 100; i += 2) {
		snprintf(key, sizeof(key), "key%d", i);
		map_remove(map, slice_of(key));
	}
	set(map, "key1", 1); /* replacing does not move */
	for (; map_next(map, &position, &name, &value); want += 2)
		assert_int_equal(value.number, want);
	assert_int_equal(want, 101);
}

/* A long run of random steps against a plain array. */
static void test_agrees_with_an_array(void **state)
{
	CLEANUP(map_freep) struct map *map = new_map();
	struct random random = {.state = 7};
	static int64_t model[N_KEYS];
	size_t n = 0;
	char key[16];

	for (int step = 0; step < 100000; step++) {
		const uint64_t draw = random_next(&random);
		const size_t i = draw % N_KEYS;
		const bool was = model[i] != 0;

		snprintf(key, sizeof(key), "%zu", i);
		if (draw >> 60 < 7) {
			assert_int_equal(map_remove(map, slice_of(key)), was);
			model[i] = 0;
			n -= was;
		} else {
			assert_int_equal(set(map, key, step + 1), !was);
			model[i] = step + 1;
			n += !was;
		}
		assert_int_equal(map_count(map), n);
	}
	for (size_t i = 0; i < N_KEYS; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		assert_int_equal(find(map, key), model[i] != 0 ? model[i] : -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets_finds_removes),
		cmocka_unit_test(test_keys_are_any_bytes),
		cmocka_unit_test(test_iterates_in_order_of_insertion),
		cmocka_unit_test(test_agrees_with_an_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
