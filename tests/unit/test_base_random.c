#include "base/random.h"
#include "unit/unit.h"

static void test_the_same_seed_gives_the_same_sequence(void **state)
{
	/* The first values of the authors' splitmix64.c for this seed. */
	static const uint64_t want[] = {
		UINT64_C(6457827717110365317),
		UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),
	};
	struct random random = {.state = 1234567};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_true(random_next(&random) == want[i]);
}

static void test_fractions_fill_their_range(void **state)
{
	struct random random = {.state = 1};
	double sum = 0;

	for (int i = 0; i < 10000; i++) {
		const double x = random_fraction(&random);

		assert_true(x >= 0 && x < 1);
		sum += x;
	}
	expect_near(sum / 10000, 0.5, 0.02, "the mean is %g", sum / 10000);
}

static void test_seeds_and_uuids_differ(void **state)
{
	char first[UUID_TEXT_SIZE];
	char second[UUID_TEXT_SIZE];
	struct random a;
	struct random b;

	random_init(&a);
	random_init(&b);
	assert_true(a.state != b.state);

	assert_string_not_equal(uuid_make(first), uuid_make(second));
	assert_int_equal(strlen(first), 36);
	assert_int_equal(first[14], '4');
	assert_non_null(strchr("89ab", first[19]));
	assert_int_equal(strspn(first, "0123456789abcdef-"), 36);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_seed_gives_the_same_sequence),
		cmocka_unit_test(test_fractions_fill_their_range),
		cmocka_unit_test(test_seeds_and_uuids_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
