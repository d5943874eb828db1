#include "base/str.h"
#include "base/utf8.h"
#include "text/words.h"
#include "unit.h"

static struct words *words;

static int make(void **state)
{
	(void)state;
	return words_new(&words);
}

static int release(void **state)
{
	(void)state;
	words_free(words);
	return 0;
}

/* The keys of TEXT's words, "key" or "key=base", separated by bars. */
static void add_keys(struct str *str, const char *text)
{
	const struct word *items;
	size_t n;

	assert_int_equal(words_split(words, slice_of(text), &items, &n), 0);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			str_add_char(str, '|');
		str_add(str, items[i].key);
		if (items[i].key.ptr != items[i].base.ptr)
			str_add_format(str, "=%.*s", SLICE_FMT(items[i].base));
	}
}

struct keys_case {
	const char *text, *keys;
};

static void check_keys(const struct keys_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(str_done) struct str got = STR_INIT(4096);

		add_keys(&got, cases[i].text);
		expect(same_text(str_text(&got), cases[i].keys), "`%s': got `%s', want `%s'",
			cases[i].text, str_text(&got), cases[i].keys);
	}
}

static void test_words_end_at_punctuation(void **state)
{
	static const struct keys_case cases[] = {
		{"", ""},
		{"Hello, World!", "hello|world"},
		{"#Nike @nike", "nike|nike"},
		{"l’avion d'Arc rock'n'roll", "l|avion|d|arc|rock|n|roll"},
		{"e-mail e‑mail e–mail", "e|mail|e|mail|e|mail"},
		{"ka\u02BBimi ta\u02BCa", "ka|imi|ta|a"},
		{"AT&T 10:30 a_b", "at|t|10|30|a_b"},
		{"3.14 1,234 v2.0 2. .5 a.b a,b", "3.14|1,234|v2.0|2|5|a|b|a|b"},
		{"болно.Энэ આવશે.Instagram", "болно|энэ|આવશે|instagram"},
		{"il·lusió il\u0387lusio a· ·a 1·2", "il·lusió=il·lusio|il·lusio|a|a|1|2"},
		{"nike.com", "nike|com"},
		{"Acme™ Acme® m²", "acme|acme|m2"},
		{"=\t\n+++", ""},
	};

	(void)state;
	check_keys(cases, ARRAY_SIZE(cases));
}

static void test_what_counts_for_nothing_is_deleted(void **state)
{
	static const struct keys_case cases[] = {
		{"soft\u00ADhyphen zero\u200Cwidth\u200Djoiner\u2060s",
			"softhyphen|zerowidthjoiners"},
		{"\uFEFFbom \u200Eltr\u200F a\u202Eb", "bom|ltr|ab"},
		{"zero\u200Bspace", "zero|space"}, {"a\uFE0F b\U000E0100", "a|b"},
		{"\u200D\u200D", ""}, {"\u3164 \u115F", ""}, /* Hangul fillers */
	};

	(void)state;
	check_keys(cases, ARRAY_SIZE(cases));
}

static void test_addresses_hold_no_words(void **state)
{
	static const struct keys_case cases[] = {
		{"see https://example.com/nike?a=b#c now", "see|now"},
		{"HTTP://EXAMPLE.COM/nike.", ""},
		{"http://localhost:8080/nike x", "x"},
		{"(http://example.com/a_(b)) nike", "nike"},
		{"មើលhttps://example.com/nikeនៅ", "មើល|នៅ"},
		{"nike.com/shoes", "nike|com|shoes"},
		{"http is a word, http:// too", "http|is|a|word|http|too"},
		{"смотриhttps://nike.com/x там", "смотри|там"},
		{"éHTTP://nike.com", "é=e"},
		{"эhttpэ", "эhttpэ"},
		{"xhttp://nike.com", "xhttp|nike|com"},
	};

	(void)state;
	check_keys(cases, ARRAY_SIZE(cases));
}

static void test_latin_accents_are_in_the_key_only(void **state)
{
	static const struct keys_case cases[] = {
		{"Niño nin\u0303o NINO", "niño=nino|niño=nino|nino"},
		{"STRASSE Straße", "strasse|strasse"},
		{"Øre đak ðat Łódź ħ", "øre=ore|đak=dak|ðat=dat|łódź=lodz|ħ=h"},
		{"Æther œuvre Þing", "æther=aether|œuvre=oeuvre|þing=thing"},
		{"İstanbul ISTANBUL ıstanbul", "istanbul|istanbul|istanbul"},
		{"Việt Vie\u0302\u0323t", "việt=viet|việt=viet"},
		{"ﬁne Ｎｉｋｅ", "fine|nike"},
		{"ǆ x\u0332y", "dž=dz|x\u0332y=xy"},
	};

	(void)state;
	check_keys(cases, ARRAY_SIZE(cases));
}

static void test_scripts_keep_their_vowels_and_lose_their_stress(void **state)
{
	static const struct keys_case cases[] = {
		{"Ελλάδα ΕΛΛΆΔΑ ελλαδα οδός ΐ", "ελλαδα|ελλαδα|ελλαδα|οδοσ|ι"},
		{"ёлка ЁЛКА елка йод їжа ўзор", "елка|елка|елка|йод|їжа|ўзор"},
		{"за\u0301мок ќе ѓ и\u0306", "замок|ќе|ѓ|й"},
		{"хэрэглэгчийн өдөр ҮНЭ", "хэрэглэгчийн|өдөр|үнэ"},
		{"كِتَاب کتاب أحمد آمال مدرسة مصرى كتـــاب", "كتاب|كتاب|احمد|امال|مدرسة|مصري|كتاب"},
		{"مسؤول رئيس", "مسؤول|رئيس"},
		{"צה\"ל צה״ל צהל ג'ירפה שָׁלוֹם", "צהל|צהל|צהל|גירפה|שלום"},
		{"\"שלום\" צה\"x", "שלום|צה|x"},
		{"հայտնվու՞մ հայտնվում Հայաստան և եւ", "հայտնվում|հայտնվում|հայաստան|եւ|եւ"},
		{"ગુજરાતી ગુજરાત હિન્દી", "ગુજરાતી|ગુજરાત|હિન્દી"},
		{"नमस्ते ज़िन्दगी ज\u093Cिन्दगी", "नमस्ते|ज\u093Cिन्दगी|ज\u093Cिन्दगी"},
		{"١٢٣ ۴۵ १२", "123|45|12"},
		{"서울에 서울", "서울에|서울"},
		{"Mteja WATEJA", "mteja|wateja"},
	};

	(void)state;
	check_keys(cases, ARRAY_SIZE(cases));
}

static void test_an_emoji_is_a_word(void **state)
{
	static const struct keys_case cases[] = {
		{"good👍🏽👍", "good|👍|👍"},
		{"❤️ ❤ ❤\uFE0E", "❤|❤|❤"},
		{"👨\u200D👩\u200D👧 👨", "👨\u200D👩\u200D👧|👨"},
		{"🇰🇪🇰🇭", "🇰🇪|🇰🇭"},
		{"1️⃣ #️⃣ a1", "1\u20E3|#\u20E3|a1"},
		{"v1️⃣", "v|1\u20E3"},
		{"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F 🏴",
			"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F|🏴"},
		{"©️ ©", "©"},
		{"★★★ →", ""},
		{"🏽", "🏽"},
		{"x🈁y 🈚", "x|🈁|y|🈚"},
		{"Ⓜ Ⓜ️ 🅰", "Ⓜ|🅰"},
		{"🧑🏻\u200D❤️\u200D💋\u200D🧑🏼",
			"🧑\u200D❤\u200D💋\u200D🧑"},
		{"🏳️\u200D🌈🏳️\u200D⚧️", "🏳\u200D🌈|🏳\u200D⚧"},
		{"👍\u200D x", "👍|x"},
		{"🇰 🇰🇪🇰", "🇰🇪"},
		{"\U0001FADF", "\U0001FADF"}, /* not an emoji yet in Unicode 15 */
		{"*️⃣9⃣12", "*\u20E3|9\u20E3|12"},
		{"☎️ ☎", "☎|☎"},
		{"™️ ™ x™", "™|x"},
		{"㊗️㊗", "㊗"},
	};

	(void)state;
	check_keys(cases, ARRAY_SIZE(cases));
}

static void test_unspaced_scripts_make_runs(void **state)
{
	static const struct keys_case cases[] = {
		{"នៅលើInstagram", "នៅលើ|instagram"},
		{"ខ្ញុំ ទៅ។ផ្សារ", "ខ្ញុំ|ទៅ|ផ្សារ"},
		{"ភ្នំ\u200Bពេញ", "ភ្នំពេញ"},
		{"២០២៦ឆ្នាំ 2026ឆ្នាំ", "2026|ឆ្នាំ|2026|ឆ្នាំ"},
		{"២.៥០០ ๓,๐๐๐", "2.500|3,000"},
		{"第１２回", "第|12|回"},
		{"น้ำตาล น้\u0E4D\u0E32", "น้\u0E4D\u0E32ตาล|น้\u0E4D\u0E32"},
		{"東京タワーへ行く。iPhoneを買う", "東京タワーへ行く|iphone|を買う"},
		{"ｶﾞﾗｽ か\u3099", "ガラス|が"},
		{"ไทยខ្មែរ", "ไทย|ខ្មែរ"},
		{"漢字\u200Babc", "漢字|abc"},
		{"ကုမ္ပဏီ ພາສາ", "ကုမ္ပဏီ|ພາສາ"},
	};

	(void)state;
	check_keys(cases, ARRAY_SIZE(cases));
}

static void test_positions_count_code_points_as_they_came_in(void **state)
{
	static const struct {
		const char *text;
		size_t word, start, end;
		const char *raw;
	} cases[] = {
		{"Éa bc", 1, 3, 5, "bc"},
		{"E\u0301a bc", 1, 4, 6, "bc"},
		{"Ի՞նչ է", 0, 0, 4, "Ի՞նչ"},
		{"x👍🏽y", 1, 1, 3, "👍🏽"},
		{"http://a.com/é z", 0, 15, 16, "z"},
		{"\u200Eab\u200E", 0, 1, 3, "ab"},
		{"a ភ្នំ\u200Bពេញ b", 1, 2, 10, "ភ្នំ\u200Bពេញ"},
		{"\xFF\xFE ab", 0, 3, 5, "ab"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct word *items;
		size_t n;

		assert_int_equal(words_split(words, slice_of(cases[i].text), &items, &n), 0);
		assert_true(cases[i].word < n);

		const struct word *word = &items[cases[i].word];

		expect(word->start == cases[i].start && word->end == cases[i].end &&
				slice_equals(word->raw, slice_of(cases[i].raw)),
			"`%s': got `%.*s' at %zu to %zu", cases[i].text, SLICE_FMT(word->raw),
			word->start, word->end);
	}
}

static void test_dictionaries_cut_runs_into_words(void **state)
{
	static const struct keys_case cases[] = {
		{"ខ្ញុំចូលចិត្តភ្នំពេញ", "ខ្ញុំ|ចូលចិត្ត|ភ្នំពេញ"},
		{"ภาษาไทยง่าย", "ภาษา|ไทย|ง่าย"},
		{"东京大学", "东京|大学"},
		{"ភ្នំ\u200Bពេញ", "ភ្នំ|ពេញ"},
		{"គ", "គ"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(4096);
		const struct word *items;
		const struct word *parts;
		size_t n;

		assert_int_equal(words_split(words, slice_of(cases[i].text), &items, &n), 0);
		assert_int_equal(n, 1);
		assert_int_equal(words_segments(words, &items[0], &parts, &n), 0);
		for (size_t j = 0; j < n; j++)
			str_add_format(&got, "%s%.*s", j > 0 ? "|" : "", SLICE_FMT(parts[j].key));
		expect(same_text(str_text(&got), cases[i].keys), "`%s': got `%s'", cases[i].text,
			str_text(&got));
	}
}

static void test_cuts_stand_between_grapheme_clusters(void **state)
{
	static const struct {
		const char *text;
		size_t n_clusters;
	} cases[] = {
		{"ភ្នំ", 2},
		{"ពេញ", 2},
		{"น้ำ", 1},
		{"น้\u0E4D\u0E32", 1},
		{"ក\u200Bខ", 2},
		{"が", 1},
		{"か\u3099き", 2},
		{"東京", 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct slice text = slice_of(cases[i].text);
		const struct word *items;
		size_t n;

		assert_int_equal(words_split(words, text, &items, &n), 0);
		assert_int_equal(n, 1);
		expect(items[0].n_clusters == cases[i].n_clusters, "`%s': got %zu clusters",
			cases[i].text, items[0].n_clusters);

		const struct cut *cuts = words_cuts(words, &items[0]);

		assert_int_equal(cuts[0].start, 0);
		assert_int_equal(cuts[cases[i].n_clusters].end, text.len);
		assert_int_equal(cuts[cases[i].n_clusters].end_index, utf8_length(text));
		assert_int_equal(cuts[cases[i].n_clusters].key, items[0].key.len);
		assert_true(words_is_boundary(words, &items[0], cases[i].n_clusters));
	}
}

static void test_a_text_can_be_folded_as_a_whole(void **state)
{
	struct slice key;
	struct slice base;

	(void)state;
	assert_int_equal(words_key(words, SLICE("São-Tomé, ГДЁ"), &key, &base), 0);
	assert_true(slice_equals(key, SLICE("são-tomé, где")));
	assert_true(slice_equals(base, SLICE("sao-tome, где")));
}

/* The key of a word must not depend on whether its letters' own keys sufficed
 * to compose it. */
static void test_both_ways_of_folding_agree(void **state)
{
	static const uint32_t marks[] = {0x0301, 0x0327, 0x0ACD, 0x093C, 0x05B4, 0x064B, 0x3099};

	(void)state;
	for (uint32_t c = 0xA0; c < 0x3400; c++) {
		for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
			CLEANUP(str_done) struct str text = STR_INIT(64);
			const struct word *items;
			struct slice whole;
			struct slice base;
			size_t n;

			str_add_code_point(&text, c);
			str_add_code_point(&text, marks[i]);
			str_add_code_point(&text, c);
			assert_int_equal(words_split(words, str_slice(&text), &items, &n), 0);
			if (n != 1 || items[0].raw.len != text.len || items[0].kind == WORD_EMOJI)
				continue;

			CLEANUP(str_done) struct str key = STR_INIT(64);

			str_add(&key, items[0].key);
			assert_int_equal(words_key(words, str_slice(&text), &whole, &base), 0);
			expect(slice_equals(whole, str_slice(&key)),
				"U+%04X U+%04X: `%s' and `%.*s'", c, marks[i], str_text(&key),
				SLICE_FMT(whole));
		}
	}
}

static void test_a_text_has_so_many_words(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
	const struct word *items;
	size_t n;

	for (int i = 0; i < 70000; i++)
		str_add_text(&text, i % 2 ? "a " : "é ");
	assert_int_equal(words_split(words, str_slice(&text), &items, &n), 0);
	assert_int_equal(n, 16384);
	assert_int_equal(items[n - 1].start, 2 * 16383);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_text_has_so_many_words),
		cmocka_unit_test(test_words_end_at_punctuation),
		cmocka_unit_test(test_what_counts_for_nothing_is_deleted),
		cmocka_unit_test(test_addresses_hold_no_words),
		cmocka_unit_test(test_latin_accents_are_in_the_key_only),
		cmocka_unit_test(test_scripts_keep_their_vowels_and_lose_their_stress),
		cmocka_unit_test(test_an_emoji_is_a_word),
		cmocka_unit_test(test_unspaced_scripts_make_runs),
		cmocka_unit_test(test_positions_count_code_points_as_they_came_in),
		cmocka_unit_test(test_dictionaries_cut_runs_into_words),
		cmocka_unit_test(test_cuts_stand_between_grapheme_clusters),
		cmocka_unit_test(test_a_text_can_be_folded_as_a_whole),
		cmocka_unit_test(test_both_ways_of_folding_agree),
	};

	return cmocka_run_group_tests(tests, make, release);
}
