#include <unicode/uchar.h>

#include "base/slice.h"
#include "base/utf8.h"
#include "text/language_latin.h"
#include "unit/unit.h"

static struct latin_guess guessed(const char *text)
{
	const struct slice bytes = slice_of(text);
	struct latin_reading reading = {0};
	struct latin_guess guess;

	for (size_t at = 0; at < bytes.len;) {
		const uint32_t c = utf8_next(bytes, &at);

		if (is_latin_letter(c))
			latin_add_letter(&reading, (uint32_t)u_tolower((UChar32)c));
		else
			latin_end_word(&reading);
	}
	latin_end_word(&reading);
	latin_guess(&reading, &guess);
	return guess;
}

static void test_nothing_read(void **state)
{
	(void)state;
	assert_null(guessed("").tag);
	assert_null(guessed("123 -- !").tag);
}

/* Each column of the table is the language that it is said to be. */
static void test_each_language(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"ich habe das noch nicht bekommen", "de"},
		{"i have not got that yet", "en"},
		{"todavía no me ha llegado", "es"},
		{"je ne l'ai pas encore reçu", "fr"},
		{"mujhe abhi tak nahi mila hai", "hi-Latn"},
		{"non mi è ancora arrivato", "it"},
		{"ainda não chegou para mim", "pt"},
		{"bado haijafika kwangu", "sw"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct latin_guess guess = guessed(cases[i].text);

		expect(same_text(guess.tag, cases[i].want), "`%s': %s, want %s", cases[i].text,
			guess.tag, cases[i].want);
		expect(guess.weight > 0 && guess.lead > 0, "`%s': weight %f, lead %f",
			cases[i].text, guess.weight, guess.lead);
		expect(latin_knows(cases[i].want), "%s is not known", cases[i].want);
	}
	assert_false(latin_knows("nl"));
	assert_false(latin_knows("hi"));
}

/* What is in none of the languages weighs less than what is in one. */
static void test_weight_tells_known_from_unknown(void **state)
{
	const double known = guessed("wir warten seit drei Wochen auf das Geld").weight;

	(void)state;
	assert_true(known > guessed("üç haftadır parayı bekliyoruz").weight);
	assert_true(known > guessed("czekamy na pieniądze od trzech tygodni").weight);
	assert_true(known > guessed("xqzt wvkk jjqp zzxv").weight);
}

static void test_foreign_letters_and_words_are_counted(void **state)
{
	static const struct {
		const char *text;
		double foreign;
		size_t n_words;
	} cases[] = {
		{"naïve", 0, 1},
		{"cœur de pêche", 0, 3},
		{"ÅÅåå bbbb", 0.5, 2},
		{"şşşa", 0.75, 1},
		{"l'an 2026, été", 0, 3},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct latin_guess guess = guessed(cases[i].text);

		expect_near(guess.foreign, cases[i].foreign, 1e-9, "`%s': %f foreign",
			cases[i].text, guess.foreign);
		expect(guess.n_words == cases[i].n_words, "`%s': %zu words", cases[i].text,
			guess.n_words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_read),
		cmocka_unit_test(test_each_language),
		cmocka_unit_test(test_weight_tells_known_from_unknown),
		cmocka_unit_test(test_foreign_letters_and_words_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
