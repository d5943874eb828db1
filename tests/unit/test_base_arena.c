#include <stdlib.h>

#include "base/arena.h"
#include "unit/unit.h"

static struct arena *new_arena(size_t max_bytes)
{
	struct arena *arena = NULL;

	assert_int_equal(arena_new(max_bytes, &arena), 0);
	return arena;
}

static void test_gives_zeroed_aligned_memory(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(1 << 20);

	for (size_t bytes = 0; bytes < 3000; bytes += 7) {
		char *place = arena_alloc(arena, bytes);

		assert_non_null(place);
		assert_int_equal((uintptr_t)place % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < bytes; i++)
			assert_int_equal(place[i], 0);
		memset(place, 0xAA, bytes);
	}
}

static void test_keeps_to_its_maximum(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(100);

	assert_non_null(arena_alloc(arena, 60));
	assert_null(arena_alloc(arena, 41));
	assert_non_null(arena_alloc(arena, 40));
	assert_int_equal(arena_used(arena), 100);
	assert_null(arena_alloc(arena, 1));
	assert_null(arena_copy_text(arena, ""));
	assert_null(arena_format(arena, "%d", 1));
	assert_null(arena_alloc(arena, SIZE_MAX));
}

static void test_refuses_overflow(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(1 << 20);

	assert_null(arena_array(arena, SIZE_MAX / 2, 3));
	assert_null(arena_grow(arena, NULL, 0, SIZE_MAX, 2));
	assert_null(arena_copy(arena, slice_from("", SIZE_MAX)));
}

static void test_copies(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(1 << 20);

	assert_string_equal(arena_copy(arena, slice_from("abcdef", 3)), "abc");
	assert_string_equal(arena_copy(arena, slice_of(NULL)), "");
	assert_string_equal(arena_copy_text(arena, "x"), "x");
	assert_string_equal(arena_format(arena, "%s-%d", "a", 7), "a-7");
}

static void test_growing_keeps_old_and_new(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(1 << 20);
	int *three = arena_array(arena, 3, sizeof(*three));

	for (int i = 0; i < 3; i++)
		three[i] = i + 1;
	const int *six = arena_grow(arena, three, 3, 6, sizeof(*six));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(six[i], i + 1);
		assert_int_equal(three[i], i + 1);
		assert_int_equal(six[i + 3], 0);
	}
}

static void test_large_requests_get_their_own_block(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(10 << 20);
	char *small = arena_copy_text(arena, "small");
	char *large = arena_alloc(arena, 5 << 20);

	assert_non_null(large);
	memset(large, 1, 5 << 20);
	assert_string_equal(small, "small");
}

static void test_reset_starts_again(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(100000);

	arena_reset(arena);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 10; i++) {
			char *place = arena_alloc(arena, 10000);

			assert_non_null(place);
			assert_int_equal(place[9999], 0);
			memset(place, 1, 10000);
		}
		assert_null(arena_alloc(arena, 1));
		arena_reset(arena);
		assert_int_equal(arena_used(arena), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gives_zeroed_aligned_memory),
		cmocka_unit_test(test_keeps_to_its_maximum),
		cmocka_unit_test(test_refuses_overflow),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_growing_keeps_old_and_new),
		cmocka_unit_test(test_large_requests_get_their_own_block),
		cmocka_unit_test(test_reset_starts_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
