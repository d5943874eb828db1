#include "decode/caption.h"
#include "unit/unit.h"

static void descriptions_that_say_nothing_are_known(void **state)
{
	static const struct {
		const char *alt, *src;
		bool want;
	} cases[] = {
		{"Acme van crashed into a shop", "a.jpg", true},
		{"Acme", "a.jpg", true},
		{"A photo of the letter", "a.jpg", true},
		{"Письмо от Acme", "", true},
		{"Acme van crashed", "https://a.example/acme-van-crashed.jpg", true},
		{"😡", "", true},
		{"image", "", false},
		{"Image 3", "", false},
		{"[Photo]", "", false},
		{"photo_2", "", false},
		{"Featured image", "", false},
		{"Bild", "", false},
		{"зураг", "", false},
		{"Зураг 1", "", false},
		{"a.jpg", "", false},
		{"My letter to Acme.PNG", "", false},
		{"IMG_2031", "", false},
		{"DSC-00417", "", false},
		{"acme-van", "https://a.example/2024/acme-van.jpg?w=300", false},
		{"https://a.example/acme.jpg?x", "", false},
		{"2", "", false},
		{"...", "", false},
		{"", "", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(caption_is_telling(slice_of(cases[i].alt), slice_of(cases[i].src)) ==
				cases[i].want,
			"`%s' at `%s': want %d", cases[i].alt, cases[i].src, cases[i].want);
}

static void case_and_signs_make_no_other_words(void **state)
{
	(void)state;
	assert_true(caption_is_same(SLICE("Acme: Van on FIRE!"), SLICE("acme van on fire")));
	assert_true(caption_is_same(SLICE("ПИСЬМО"), SLICE("письмо")));
	assert_false(caption_is_same(SLICE("Acme 1"), SLICE("Acme 2")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptions_that_say_nothing_are_known),
		cmocka_unit_test(case_and_signs_make_no_other_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
