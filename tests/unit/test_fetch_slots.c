#include "fetch/slots.h"
#include "unit/unit.h"

struct asker {
	const char *url;
	struct slot slot;
};

static void test_lines(void **state)
{
	struct asker askers[] = {
		{.url = "http://a.example/1"},
		{.url = "http://A.example/2"},
		{.url = "https://a.example:8443/3"},
		{.url = "http://b.example/4"},
		{.url = "no URL"},
	};
	struct slots slots;

	assert_int_equal(slots_init(&slots), 0);
	slots.max_parallel = 3;
	slots.max_per_host = 2;
	for (size_t i = 0; i < ARRAY_SIZE(askers); i++) {
		askers[i].slot.owner = &askers[i];
		assert_int_equal(slots_want(&slots, &askers[i].slot, askers[i].url), 0);
		assert_int_equal(slots_want(&slots, &askers[i].slot, askers[i].url), 0);
	}
	assert_int_equal(slots.n_waiting, 5);

	/* The third waits for its host, the fifth for room. */
	assert_ptr_equal(slots_take(&slots), &askers[0].slot);
	assert_ptr_equal(slots_take(&slots), &askers[1].slot);
	assert_ptr_equal(slots_take(&slots), &askers[3].slot);
	assert_null(slots_take(&slots));
	assert_int_equal(askers[2].slot.place, SLOT_WAITING);
	assert_int_equal(askers[4].slot.place, SLOT_READY);

	slots_leave(&slots, &askers[0].slot);
	assert_ptr_equal(slots_take(&slots), &askers[4].slot);
	slots_leave(&slots, &askers[4].slot);
	assert_ptr_equal(slots_take(&slots), &askers[2].slot);

	for (size_t i = 0; i < ARRAY_SIZE(askers); i++)
		slots_leave(&slots, &askers[i].slot);
	assert_int_equal(slots.n_taken, 0);
	assert_int_equal(slots.n_waiting, 0);
	slots_done(&slots);
}

static void test_who_leaves_the_line_is_passed_over(void **state)
{
	struct asker askers[] = {
		{.url = "http://a.example/1"},
		{.url = "http://a.example/2"},
		{.url = "http://a.example/3"},
		{.url = "http://a.example/4"},
	};
	struct slots slots;

	assert_int_equal(slots_init(&slots), 0);
	slots.max_parallel = 8;
	slots.max_per_host = 1;
	for (size_t i = 0; i < ARRAY_SIZE(askers); i++)
		assert_int_equal(slots_want(&slots, &askers[i].slot, askers[i].url), 0);

	slots_leave(&slots, &askers[1].slot); /* waits */
	slots_leave(&slots, &askers[0].slot); /* is ready */
	assert_ptr_equal(slots_take(&slots), &askers[2].slot);
	slots_leave(&slots, &askers[2].slot);
	assert_ptr_equal(slots_take(&slots), &askers[3].slot);
	slots_leave(&slots, &askers[3].slot);
	assert_null(slots_take(&slots));
	slots_done(&slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_who_leaves_the_line_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
