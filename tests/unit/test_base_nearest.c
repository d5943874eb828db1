#include "base/nearest.h"
#include "unit/unit.h"

static void test_distances(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{"", "", 0},
		{"every", "every", 0},
		{"every", "EVERY", 0},
		{"", "abc", 3},
		{"evry", "every", 1},
		{"everry", "every", 1},
		{"evary", "every", 1},
		{"eveyr", "every", 1},
		{"ca", "abc", 3}, /* the restricted form: no edit between swapped letters */
		{"kitten", "sitting", 3},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct slice a = slice_of(cases[i].a);
		const struct slice b = slice_of(cases[i].b);

		expect(edit_distance(a, b) == cases[i].distance, "`%s' to `%s': %zu", a.ptr, b.ptr,
			edit_distance(a, b));
		expect(edit_distance(b, a) == cases[i].distance, "`%s' to `%s' is symmetric", b.ptr,
			a.ptr);
	}
}

static void test_long_words_are_far_from_everything(void **state)
{
	char word[66];

	memset(word, 'x', sizeof(word));
	assert_int_equal(edit_distance(slice_from(word, 64), slice_from(word, 64)), 0);
	assert_int_equal(edit_distance(slice_from(word, 65), slice_from(word, 65)), SIZE_MAX);
	assert_int_equal(edit_distance(SLICE("x"), slice_from(word, 65)), SIZE_MAX);
}

static void test_suggests_the_nearest_when_it_is_near(void **state)
{
	static const char *const names[] = {"url", "every", "name", "enabled", "tags"};
	static const struct {
		const char *word, *want; /* NULL: nothing is near enough */
	} cases[] = {
		{"evry", "every"},
		{"Every", "every"},
		{"nme", "name"},
		{"ur", "url"},
		{"tag", "tags"},
		{"enalbed", "enabled"},
		{"password", NULL},
		{"xx", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct nearest nearest = nearest_start(slice_of(cases[i].word));

		for (size_t j = 0; j < ARRAY_SIZE(names); j++)
			nearest_offer(&nearest, names[j]);
		expect(same_text(nearest.name, cases[i].want), "`%s' suggests %s", cases[i].word,
			nearest.name ? nearest.name : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_long_words_are_far_from_everything),
		cmocka_unit_test(test_suggests_the_nearest_when_it_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
