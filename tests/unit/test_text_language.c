#include "base/str.h"
#include "text/language.h"
#include "unit/unit.h"

static void test_languages(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"The parcel should have been here on Tuesday, where is it?", "en"},
		{"Das Paket sollte am Dienstag ankommen, wo ist es?", "de"},
		{"El paquete debería haber llegado el martes, ¿dónde está?", "es"},
		{"Le colis aurait dû arriver mardi, où est-il passé ?", "fr"},
		{"Il pacco doveva arrivare martedì, dove si trova adesso?", "it"},
		{"O pacote deveria ter chegado na terça-feira, onde ele está?", "pt"},
		{"Mzigo wangu ulitakiwa kufika siku ya Jumanne, uko wapi sasa?", "sw"},
		{"كان من المفترض أن يصل الطرد يوم الثلاثاء، أين هو؟", "ar"},
		{"पार्सल मंगलवार को आना चाहिए था, वह कहाँ है?", "hi"},
		{"Илгээмж мягмар гарагт ирэх ёстой байсан, хаана байна?", "mn"},
		{"Посылка должна была прийти во вторник, где она?", "ru"},
		{"Сәлемдеме сейсенбіде келуі керек еді, ол қайда?", "kk"},
		{"Ծանրոցը պետք է երեքշաբթի օրը հասներ", "hy"},
		{"પાર્સલ મંગળવારે આવવું જોઈતું હતું", "gu"},
		{"កញ្ចប់គួរតែមកដល់នៅថ្ងៃអង្គារ", "km"},
		{"החבילה הייתה אמורה להגיע ביום שלישי, איפה היא?", "he"},
		/* Names and places in Latin letters do not change a script's majority. */
		{"សេវាកម្ម Acme Online នៅលើ Instagram អន់ណាស់មែនទែន", "km"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = language_detect(slice_of(cases[i].text));

		expect(same_text(got, cases[i].want), "`%s': %s, want %s", cases[i].text,
			got ? got : "unsure", cases[i].want);
	}
}

static void test_what_tells_nothing(void **state)
{
	static const char *const texts[] = {
		"",
		"a",
		"1234 !!! 😡",
		"https://www.example.org/the/parcel/should/have/been/here",
		"@theparcel #shouldhave @beenhere",
		"\xff\xfe\xf0\x9f",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *got = language_detect(slice_of(texts[i]));

		expect(!got, "`%s': %s", texts[i], got);
	}
}

static void test_handles_links_and_tags_do_not_count(void **state)
{
	(void)state;
	assert_string_equal(
		language_detect(SLICE("@theparcel @shouldhave Das Paket ist noch nicht da "
				      "#herewego https://example.org/the/end")),
		"de");
}

/* Only the beginning of a text is read, and no letter is cut in two there. */
static void test_long_texts(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

	(void)state;
	str_add_text(&text, "x");
	while (text.len < 100000)
		str_add_text(&text, "Ծանրոցը չի հասել");
	assert_string_equal(language_detect(str_slice(&text)), "hy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_what_tells_nothing),
		cmocka_unit_test(test_handles_links_and_tags_do_not_count),
		cmocka_unit_test(test_long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
