#include "text/language_romanised.h"
#include "unit/unit.h"

static const char *guess_of(const char *text)
{
	struct romanised_reading reading = {0};
	struct slice rest = slice_of(text), chunk;

	while (slice_split(&rest, ' ', &chunk))
		romanised_add(&reading, chunk);

	return romanised_guess(&reading);
}

static void test_words_tell(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"Zahialga maani haana baina?", "mn-Latn"},
		{"INTERNET MASH UDAAN BNA SHUU", "mn-Latn"},
		{"refund nathi malyu, kem?", "gu-Latn"},
		{"barev,shat vat spasarkum", "hy-Latn"},
		{"aavi zahialga", NULL},
		{"aavi vagar", "gu-Latn"},
		{"avaagui zahialga", "mn-Latn"},
		{"ape vorteghe", "hy-Latn"},
		/* One word is chance, and so are two among many. */
		{"the word baina is mongolian", NULL},
		{"mash the potatoes, says the cook of the house by the sea, and then muu", NULL},
		/* Words count whole. */
		{"bainas mashed unathis", NULL},
		{"", NULL},
		{"12 ... 34", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = guess_of(cases[i].text);

		expect(same_text(got, cases[i].want), "`%s': %s, want %s", cases[i].text,
			got ? got : "unsure", cases[i].want ? cases[i].want : "unsure");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
