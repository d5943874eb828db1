#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/json.h"
#include "base/random.h"
#include "base/str.h"
#include "match/engine.h"
#include "match/query.h"
#include "unit.h"

/* Adds the compiled QUERY; a mistake in it fails the test. */
static void add(struct engine *engine, const char *name, const char *query)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct query *compiled = NULL;

	assert_int_equal(diags_new(&diags), 0);
	expect(query_compile(slice_of(query), &compiled, diags) == 0, "`%s': %s", query,
		diags_count(diags) > 0 ? diags_get(diags, 0)->message : "?");
	assert_int_equal(engine_add(engine, name, compiled), 0);
}

/* The hits of POST ("title 0-4 Acme", separated by bars), or "no". */
static void add_hits(struct str *str, const char *query, const struct post *post)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct match *matches;
	size_t n;

	assert_int_equal(arena_new(1 << 20, &arena), 0);
	assert_int_equal(engine_new(&engine), 0);
	add(engine, NULL, query);
	assert_int_equal(engine_match(engine, post, arena, &matches, &n), 0);
	if (n == 0)
		str_add_text(str, "no");
	for (size_t i = 0; n > 0 && i < matches[0].n_hits; i++) {
		const struct hit *hit = &matches[0].hits[i];

		str_add_format(str, "%s%s%zu-%zu %s", i > 0 ? "|" : "",
			hit->field == FIELD_TITLE ? "title " : "", hit->start, hit->end, hit->text);
	}
}

struct text_case {
	const char *query, *text, *hits;
};

static void check_texts(const struct text_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct post post = {.text = cases[i].text};
		CLEANUP(str_done) struct str got = STR_INIT(4096);

		add_hits(&got, cases[i].query, &post);
		expect(same_text(str_text(&got), cases[i].hits),
			"`%s' on `%s': got `%s', want `%s'", cases[i].query, cases[i].text,
			str_text(&got), cases[i].hits);
	}
}

static void test_words_match_whole_words_in_any_case(void **state)
{
	static const struct text_case cases[] = {
		{"acme", "ACME opens, acme closes", "0-4 ACME|12-16 acme"},
		{"acme", "Pharmacies open late", "no"},
		{"nike", "#Nike @nike nike.com", "1-5 Nike|7-11 nike|12-16 nike"},
		{"nike", "https://nike.com/nike", "no"},
		{"e-mail", "your E-Mail, e mail, email", "5-11 E-Mail|13-19 e mail"},
		{"AT&T", "AT&T and at t", "0-4 AT&T|9-13 at t"},
		{"wendy's", "Wendy’s", "0-7 Wendy’s"},
		{"10:30", "at 10:30", "3-8 10:30"},
		{"3.14", "3.14 3 14", "0-4 3.14"},
		{"1,000", "1,000 people", "0-5 1,000"},
		{"\\(acme\\)", "acme", "0-4 acme"},
		{"\"AND\"", "rock and roll", "5-8 and"},
		{"👍", "great👍🏽!", "5-7 👍🏽"},
		{"👨", "👨\u200D👩\u200D👧", "no"},
		{"👍🏽", "👍🏿 👍", "0-2 👍🏿|3-4 👍"},
		{"❤", "❤️ ❤\uFE0E", "0-2 ❤️|3-5 ❤\uFE0E"},
		{"🇰🇪", "🇰🇪🇺🇬 🇺🇬", "0-2 🇰🇪"},
		{"🇪🇺", "🇰🇪🇺🇬", "no"},
		{"1️⃣", "1️⃣ 1", "0-3 1️⃣"},
		{"\"great 👍\"", "great 👍🏽!", "0-8 great 👍🏽"},
		{"1", "1️⃣", "no"},
		{"nike", "смотриhttps://nike.com", "no"},
		{"смотри", "смотриhttps://nike.com", "0-6 смотри"},
		{"a_b", "a_b a b", "0-3 a_b"},
		{"l’avion", "l'avion", "0-7 l'avion"},
		{"il·lusió", "IL·LUSIÓ il lusió", "0-8 IL·LUSIÓ"},
		{"zerowidth", "zero\u200Cwidth zero\u00ADwidth zero\u200Bwidth",
			"0-10 zero\u200Cwidth|11-21 zero\u00ADwidth"},
		{"zero\u00ADwidth", "zerowidth", "0-9 zerowidth"},
		{"3,14", "3.14", "no"},
		{"\"3 14\"", "3.14", "no"},
		{"2.5", "២.៥", "0-3 ២.៥"},
		{"2026", "ឆ្នាំ២០២៦នេះ ٢٠٢٦", "5-9 ២០២៦|13-17 ٢٠٢٦"},
		{"២០២៦", "in 2026", "3-7 2026"},
		{"m²", "m2 M²", "0-2 m2|3-5 M²"},
		{"Ｎｉｋｅ", "nike", "0-4 nike"},
		{"acme,globex", "globex acme", "0-6 globex|7-11 acme"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_accents_matter_when_they_are_written(void **state)
{
	static const struct text_case cases[] = {
		{"nino", "niño Nino", "0-4 niño|5-9 Nino"},
		{"niño", "nino NIN\u0303O", "5-10 NIN\u0303O"},
		{"strasse", "Straße", "0-6 Straße"},
		{"малыи", "малый", "no"},
		{"елка", "ЁЛКА", "0-4 ЁЛКА"},
		{"nin*", "niños", "0-5 niños"},
		{"niñ*", "ninos niños", "6-11 niños"},
		{"\"el niño\"", "el nino el niño", "8-15 el niño"},
		{"\"el nino\"", "el niño", "0-7 el niño"},

		{"oeuvre", "Œuvre œuvre", "0-5 Œuvre|6-11 œuvre"},
		{"œuvre", "oeuvre Œuvre", "7-12 Œuvre"},
		{"lodz", "Łódź", "0-4 Łódź"},
		{"łódź", "lodz łodz", "no"},
		{"thing", "Þing", "0-4 Þing"},
		{"ae", "ä", "no"},
		{"istanbul", "İSTANBUL ISTANBUL ıstanbul",
			"0-8 İSTANBUL|9-17 ISTANBUL|18-26 ıstanbul"},
		{"x\u0332y", "xy", "no"},
		{"か", "が", "no"},
		{"ガ", "カ", "no"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_phrases_are_adjacent_and_in_order(void **state)
{
	static const struct text_case cases[] = {
		{"\"acme corp\"", "Acme, Corp. corp acme", "0-10 Acme, Corp"},
		{"\"acme corp\"", "acme new corp", "no"},
		{"\"a b a b\"", "a b a b a b", "0-7 a b a b|4-11 a b a b"},
		{"“acme corp”", "acme corp", "0-9 acme corp"},
		{"«acme corp»", "acme corp", "0-9 acme corp"},
		{"\"acme cor*\"", "acme corporation", "0-16 acme corporation"},
		{"\"acme\\\" corp\"", "acme corp", "0-9 acme corp"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_operators_combine(void **state)
{
	static const struct text_case cases[] = {
		{"acme AND fail", "acme fails", "no"},
		{"acme AND fail", "fail, acme", "0-4 fail|6-10 acme"},
		{"acme fail", "fail, acme", "0-4 fail|6-10 acme"},
		{"acme OR globex", "globex", "0-6 globex"},
		{"acme NOT job", "acme job", "no"},
		{"acme NOT job", "acme", "0-4 acme"},
		{"acme AND NOT job", "acme", "0-4 acme"},
		{"acme -job -\"new shop\"", "acme new shop", "no"},
		{"acme -(job OR shop)", "acme shop", "no"},
		{"acme NOT (job NOT good)", "acme good job", "0-4 acme"},
		{"a OR b AND c", "a", "0-1 a"},
		{"(a OR b) AND c", "a", "no"},
		{"(a AND b) OR c", "a c", "2-3 c"},
		{"a, b\n\tc <<< d >>> e", "a b c e", "0-1 a|2-3 b|4-5 c|6-7 e"},
		{"（a OR b）", "b", "0-1 b"},
		{"atleast:2(late, broken, refund)", "late and broken", "0-4 late|9-15 broken"},
		{"atleast:2(late, broken, refund)", "late and lame", "no"},
		{"atleast:1((a, b), c d)", "c d", "0-1 c|2-3 d"},
		{"nike OR nike OR #nike", "#nike", "0-5 #nike|1-5 nike"},
		{"nike OR nik* OR \"nike\"", "nike", "0-4 nike"}, /* one stretch, one hit */
		{"b a", "a b a", "0-1 a|2-3 b|4-5 a"},
		{"a and b", "a and b", "0-1 a|2-5 and|6-7 b"},
		{"a OR (b AND c)", "a b", "0-1 a"}, /* what did not match gives no hit */
		{"a NOT (b OR c)", "a x", "0-1 a"},
		{"a NOT b NOT c", "a c", "no"},
		{"a OR b NOT c", "a c", "0-1 a"},
		{"NOT c a", "a", "0-1 a"},
		{"-c a", "a c", "no"},
		{"a NOT b NEAR/1 c", "a b x x c", "0-1 a"},
		{"a NOT b NEAR/1 c", "a b c", "no"},
		{"a <<<x>>>b", "a b", "0-1 a|2-3 b"},
		{"a\u3000b\u00A0c", "c b a", "0-1 c|2-3 b|4-5 a"},
		{"a，b", "b a", "0-1 b|2-3 a"},
		{"„a b“ ‟c d” ＂e f＂", "a b c d e f", "0-3 a b|4-7 c d|8-11 e f"},
		{"\\-a", "a", "0-1 a"},
		{"\\OR", "or", "0-2 or"},
		{"a \\<<<b", "a b", "0-1 a|2-3 b"},
		{"title\\:acme", "title: acme", "0-11 title: acme"},
		{"or", "or", "0-2 or"},
		{"aTlEaSt:2(a b, (c, d), TEXT:e)", "a b e", "0-1 a|2-3 b|4-5 e"},
		{"atleast:2(1,000, b)", "b 000", "0-1 b|2-5 000"},
		{"atleast:2(a,a)", "a", "0-1 a"},
		{"atleast:1(\"a, b\", c)", "a b", "0-3 a b"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_near_counts_the_words_between(void **state)
{
	static const struct text_case cases[] = {
		{"acme NEAR/2 refund", "acme is a refund", "0-16 acme is a refund"},
		{"acme NEAR/1 refund", "acme is a refund", "no"},
		{"acme NEAR/2 refund", "refund by acme", "0-14 refund by acme"},
		{"acme NEAR/2f refund", "refund by acme", "no"},
		{"acme NEAR/0 acme", "acme", "no"},
		{"acme NEAR/0 acme", "acme acme", "0-9 acme acme"},
		{"(late OR slow) NEAR/1 parcel", "slow parcel", "0-11 slow parcel"},
		{"\"new shop\" NEAR/1 acme", "acme: a new shop", "0-16 acme: a new shop"},
		{"(a NEAR/0 b) NEAR/1 c", "b a x c", "0-7 b a x c"},
		{"acme NEAR/2 ពេញ", "acme នៅភ្នំ ពេញ", "0-15 acme នៅភ្នំ ពេញ"},
		{"acme NEAR/1 ពេញ", "acme នៅភ្នំ ពេញ", "no"},
		{"(a NEAR/5f b) NEAR/0f c", "a b b c", "0-7 a b b c"}, /* not only the next b */
		{"c NEAR/0f (b NEAR/5f a)", "c b b a", "0-7 c b b a"},

		{"((a NEAR/0f b) OR c) NEAR/0f d", "a b d", "0-5 a b d"},
		{"{C++} NEAR/2 {BT}", "C++ or BT", "0-9 C++ or BT"},
		{"acm* NEAR/1 refund*", "refunds, acmes", "0-14 refunds, acmes"},
		{"\"a b\" NEAR/0 b", "a b", "no"},
		{"\"a b\" NEAR/0 \"b c\"", "a b c", "no"},
		{"a NEAR/1 b", "a x b y a", "0-5 a x b|4-9 b y a"},
		{"a NEAR/0 b", "a http://x.com/y b", "0-18 a http://x.com/y b"},
		{"a NEAR/1 b", "a 👍 b", "0-5 a 👍 b"},
		{"a NEAR/0 b", "a 👍 b", "no"},
		{"a NEAR/0 b", "a. +++ b", "0-8 a. +++ b"},
		{"\"a b\"~1 NEAR/0f c", "b x a c", "0-7 b x a c"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_wildcards_stay_inside_a_word(void **state)
{
	static const struct text_case cases[] = {
		{"brand*", "brand brands rebrand", "0-5 brand|6-12 brands"},
		{"colo?r", "colour color coloor", "0-6 colour|13-19 coloor"},
		{"co*r", "car color corner", "4-9 color|10-16 corner"},
		{"хэрэглэгч*", "Хэрэглэгчийн", "0-12 Хэрэглэгчийн"},
		{"հաճախորդ*", "հաճախորդները", "0-12 հաճախորդները"},
		{"ગ્રાહક*", "ગ્રાહકોને", "0-9 ગ્રાહકોને"},
		{"서울*", "서울에서", "0-4 서울에서"},
		{"e-mail*", "e-mails", "0-7 e-mails"},
		{"what\\?", "what", "0-4 what"},
		{"na?ve", "naïve", "0-5 naïve"},
		{"ac*e*", "acme acmes acre", "0-4 acme|5-10 acmes|11-15 acre"},
		{"ac**", "acme", "0-4 acme"},
		{"col??r", "colour colr", "0-6 colour"},
		{"ab?", "ab abc", "3-6 abc"},
		{"\"big acm* shop\"", "Big ACMEs shop", "0-14 Big ACMEs shop"},
		{"ac\\*me", "ac me", "0-5 ac me"},
		{"fo?", "fo👍 foo", "4-7 foo"},
		{"સ્*", "સ્વાગત", "0-6 સ્વાગત"},
		{"20*", "2026 20", "0-4 2026|5-7 20"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_unspaced_scripts_are_searched_inside_runs(void **state)
{
	static const struct text_case cases[] = {
		{"ភ្នំពេញ", "ខ្ញុំនៅភ្នំពេញ", "7-14 ភ្នំពេញ"},
		{"ភ្នំ", "នៅភ្នំពេញ", "no"}, /* inside a word of the dictionary */
		{"ភ្នំ*", "នៅភ្នំពេញ", "2-6 ភ្នំ"},
		{"ភ្នំ", "ភ្នំ\u200Bពេញ", "0-4 ភ្នំ"},
		{"ភ្នំ\u200Bពេញ", "ភ្នំពេញ", "0-7 ភ្នំពេញ"},
		{"ភ្នំពេញ", "ភ្នំ\u200Bពេញ", "0-8 ភ្នំ\u200Bពេញ"},
		{"\"ភ្នំ ពេញ\"", "ភ្នំ ពេញ", "0-8 ភ្នំ ពេញ"},
		{"นครปฐม", "จังหวัดนครปฐมค่ะ", "7-13 นครปฐม"},
		{"น้ำ", "ดื่มน\u0E49\u0E4D\u0E32เย็น", "4-8 น\u0E49\u0E4D\u0E32"},
		{"东京", "我爱东京。", "2-4 东京"},
		{"京大", "东京大学", "no"},
		{"タワー", "高いタワーへ", "2-5 タワー"},
		{"ﾀﾜｰ", "高いタワーへ", "2-5 タワー"},
		{"Instagram", "នៅលើInstagram", "4-13 Instagram"},
		{"លើInstagram", "នៅលើInstagram", "2-13 លើInstagram"},
		{"#ភ្នំពេញ", "#ភ្នំពេញ", "0-8 #ភ្នំពេញ"},

		{"东京*学", "东京的大学 东京", "0-5 东京的大学"},
		{"东京?学", "东京大学 东京的大学", "0-4 东京大学"},
		{"*京大*", "东京大学", "1-3 京大"},
		{"京大*", "东京大学", "no"},
		{"*京大", "东京大学", "no"},
		{"ភ្នំ*ពេញ", "នៅភ្នំធំពេញ", "2-11 ភ្នំធំពេញ"},
		{"*គ្រប់គ្រង", "ការគ្រប់គ្រង", "3-12 គ្រប់គ្រង"},
		{"东京*东京",
			"东京一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二东京",
			"0-36 "
			"东京一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二东京"},
		{"东京*东京",
			"东京一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三东"
			"京",
			"no"},
		{"\"acme ភ្នំពេញ shop\"", "Acme ភ្នំពេញ shop", "0-17 Acme ភ្នំពេញ shop"},
		{"\"东京 大学\"", "东京大学 东京，大学", "0-4 东京大学|5-10 东京，大学"},
		{"东京 NEAR/1 学生", "东京大学学生", "0-6 东京大学学生"},
		{"东京 NEAR/0 学生", "东京大学学生", "no"},
		{"ကုမ္ပဏီ", "ကုမ္ပဏီသည်", "0-7 ကုမ္ပဏီ"},
		{"ພາສາ", "ພາສາລາວ", "0-4 ພາສາ"},
		{"ភ្នំពេញ", "ភ្នំ\u200B\u200Bពេញ\u200B", "0-9 ភ្នំ\u200B\u200Bពេញ"},
		{"น้ำ", "น้ำ", "0-3 น้ำ"},
		{"น้", "น้ำ", "no"}, /* ends inside a cluster */
		{"タワー", "タワ", "no"},
		{"東京都", "東京都に", "0-3 東京都"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_every_script_finds_its_spellings(void **state)
{
	static const struct text_case cases[] = {
		{"հայտնվում", "Հայտնվու՞մ է", "0-10 Հայտնվու՞մ"},
		{"צהל", "חיילי צה\"ל", "6-10 צה\"ל"},
		{"צה\"ל", "צה״ל", "0-4 צה״ל"},
		{"שלום", "שָׁלוֹם", "0-7 שָׁלוֹם"},
		{"كتاب", "کِتاب", "0-5 کِتاب"},
		{"احمد", "أحمد", "0-4 أحمد"},
		{"ગુજરાત", "ગુજરાતી", "no"},
		{"ગુજરાતી", "ગુજરાતી.", "0-7 ગુજરાતી"},
		{"ελλαδα", "Ελλάδα", "0-6 Ελλάδα"},
		{"өдөр", "ӨДӨР.Маргааш", "0-4 ӨДӨР"},
		{"123", "١٢٣", "0-3 ١٢٣"},
		{"nike", "n\u0456ke", "no"}, /* a Cyrillic letter */
		{"եւ", "և", "0-1 և"},
		{"հայտնվու՞մ", "հայտնվում", "0-9 հայտնվում"},
		{"ինչ", "Ի՞նչ։", "0-4 Ի՞նչ"},
		{"كتاب", "كتـــاب", "0-7 كتـــاب"},
		{"مدرسه", "مدرسة", "no"},
		{"مصرى", "مصري", "0-4 مصري"},
		{"إسلام", "اسلام", "0-5 اسلام"},
		{"رييس", "رئيس", "no"},
		{"ΟΔΟΣ", "οδός", "0-4 οδός"},
		{"замок", "за\u0301мок", "0-6 за\u0301мок"},
		{"ида", "йда", "no"},
		{"їжа", "іжа", "no"},
		{"ג'ירפה", "גירפה", "0-5 גירפה"},
		{"צה\"ל", "צהל", "0-3 צהל"},
		{"google", "ב\"Google\"", "2-8 Google"},
		{"\"צה\"ל חזק\"", "צה״ל חזק", "0-8 צה״ל חזק"},
		{"שלום", "אמר \"שלום\".", "5-9 שלום"},
		{"१२", "12 ௧௨", "0-2 12|3-5 ௧௨"},
		{"хүн", "ХҮН хун", "0-3 ХҮН"},
		{"हिन्दी", "हिन्दि", "no"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_raw_text_is_taken_as_written(void **state)
{
	static const struct text_case cases[] = {
		{"{BT}", "BT bt #BT ABT BTs", "0-2 BT|7-9 BT"},
		{"{C++}", "C++ and c++, C+", "0-3 C++"},
		{"raw:Google+", "on Google+.", "3-10 Google+"},
		{"raw:\"New  Shop\"", "New Shop, New  Shop", "10-19 New  Shop"},
		{"{a\\}b}", "a}b", "0-3 a}b"},
		{"{nike}", "https://nike.com", "8-12 nike"},
		{"{+} NOT {++}", "a + b", "2-3 +"},
		{"{é}", "é e\u0301 x", "0-1 é|2-4 e\u0301"}, /* NFC on both sides */
		{"{e\u0301}", "é", "0-1 é"},
		{"{e}", "e\u0301", "no"},
		{"{b b}", "ab b b", "3-6 b b"},
		{"{b b}", "b b b b", "0-3 b b|4-7 b b"},
		{"{BT}", "BT_1 _BT BT2 BT’s", "0-2 BT|6-8 BT|13-15 BT"},
		{"{東}", "東京 東", "3-4 東"},
		{"{ BT }", "a BT b BT", "1-5  BT "},
		{"raw:\"say \\\"hi\\\"\"", "they say \"hi\".", "5-13 say \"hi\""},
		{"{👍}", "x👍🏽", "1-2 👍"},
		{"raw:nike", "nike.com", "0-4 nike"},
		{"{C++} NEAR/1 job", "C++ x job", "0-9 C++ x job"},
		{"{++} NEAR/1 job", "C ++ x job", "2-10 ++ x job"},
		{"{++} NEAR/0 job", "C ++ x job", "no"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_regular_expressions(void **state)
{
	static const struct text_case cases[] = {
		{"/ac.e/", "acme ACME", "0-4 acme"},
		{"/ac.e/i", "acme ACME", "0-4 acme|5-9 ACME"},
		{"/^b/m", "a\nb", "2-3 b"},
		{"/a b/x", "ab", "0-2 ab"},
		{"/a\\/b/", "a/b", "0-3 a/b"},
		{"/é/", "e\u0301 é", "0-2 e\u0301|3-4 é"},
		{"/x*/", "abc", ""},
		{"/(a+)+$/", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "no"},
		{"acme NOT /job(s)?/", "acme jobs", "no"},
		{"/\\d+ ?€/", "only 20 €!", "5-9 20 €"},
		{"/É/i", "e\u0301 x e\u0301", "0-2 e\u0301|5-7 e\u0301"},
		{"/\\bé/", "👍 re\u0301 e\u0301", "6-8 e\u0301"},
		{"/e\u0301/", "é", "0-1 é"},
		{"/a.b/s", "a\nb", "0-3 a\nb"},
		{"/a.b/", "a\nb", "no"},
		{"/^b$/m", "a\nb\nc", "2-3 b"},
		{"/a # x\n b/x", "ab", "0-2 ab"},
		{"/a/ NOT b", "a b", "no"},
		{"/[0-9]{3}/", "12345678", "0-3 123|3-6 456"},
		{"/(?=a)/ a", "a", "0-1 a"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_windows_hold_all_words_in_any_order(void **state)
{
	static const struct text_case cases[] = {
		{"\"late parcel acme\"~1", "acme: the parcel late", "0-21 acme: the parcel late"},
		{"\"late parcel acme\"~0", "acme: the parcel late", "no"},
		{"\"a b\"~0", "b a", "0-3 b a"},
		{"\"a a\"~0", "a", "no"},
		{"\"a a\"~1", "a x a", "0-5 a x a"},
		{"\"a b\"~2", "a a b", "2-5 a b"},
		{"\"nino niño\"~0", "nino niño niño", "0-9 nino niño|5-14 niño niño"},
		{"\"niño nino\"~0", "niño", "no"},
		{"\"acm* acme\"~0", "acme acmes", "0-10 acme acmes"},
		{"\"a b\"~1 NEAR/0 c", "c b a", "0-5 c b a"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

static void test_hashtags_and_mentions(void **state)
{
	static const struct text_case cases[] = {
		{"#nike", "nike #Nike, #nikeplus", "5-10 #Nike"},
		{"#nike*", "#nikeplus", "0-9 #nikeplus"},
		{"＃nike", "#nike", "0-5 #nike"},
		{"#nino", "#niño", "0-5 #niño"},
		{"#niño", "#nino", "no"},
		{"#nike", "https://x.com/#nike", "no"},
		{"@nike", "by @Nike!", "3-8 @Nike"},
		{"@nike", "@nikeplus me@nike", "no"},
		{"@nike", "@nike@shop.example", "0-18 @nike@shop.example"},
		{"@nike@shop.example", "@nike", "no"},
		{"@nike.bsky.social", "@nike.bsky.social.", "0-17 @nike.bsky.social"},
		{"nike #fail", "Nike: #FAIL", "0-4 Nike|6-11 #FAIL"},
		{"#nike", "＃Nike &#nike a#nike", "0-5 ＃Nike"},
		{"#ñam*", "#ñame #name", "0-5 #ñame"},
		{"#日本", "今日は #日本。", "4-7 #日本"},
		{"#صه", "#صَه", "0-4 #صَه"},
		{"#צה״ל", "#צהל", "0-4 #צהל"},
		{"@nike", "សួស្តី@nikeបាទ ＠NIKE", "6-11 @nike|15-20 ＠NIKE"},
		{"@nike", "@nike@ @nike.", "7-12 @nike"},
		{"@NIKE@Shop.Example", "@nike@shop.example.", "0-18 @nike@shop.example"},
		{"@shop.example", "cc @shop.example, @shop", "3-16 @shop.example"},
		{"@user", "@user.bsky.social", "no"},
	};

	(void)state;
	check_texts(cases, ARRAY_SIZE(cases));
}

/* Posts as they come in, so that rows read like the documentation. */
static void test_fields_filter(void **state)
{
	static const struct text_case cases[] = {
		{"title:acme", "{'title':'Acme','text':'acme'}", "title 0-4 Acme"},
		{"text:acme", "{'title':'Acme','text':'acme'}", "0-4 acme"},
		{"acme", "{'title':'Acme','text':'acme'}", "title 0-4 Acme|0-4 acme"},
		{"\"acme corp\"", "{'title':'Acme','text':'corp'}", "no"},
		{"title:(acme NOT job)", "{'title':'Acme','text':'job'}", "title 0-4 Acme"},
		{"TITLE:\"new shop\"", "{'title':'a new shop'}", "title 2-10 new shop"},
		{"#fail", "{'text':'x','hashtags':['Fail']}", ""},
		{"title:#fail", "{'text':'x','hashtags':['Fail']}", "no"},
		{"#fail", "{'text':'x','tags':['fail']}", "no"},
		{"tag:fail", "{'text':'x','tags':['Epic Fail']}", ""},
		{"tag:\"epic fail\"", "{'text':'x','tags':['epic','fail']}", "no"},
		{"author:bbc", "{'author':'BBC News'}", ""},
		{"author:\"bbc news\"", "{'author':'BBC World News'}", "no"},
		{"author:@bbc", "{'author':'bbc'}", ""},
		{"author:(bbc OR cnn)", "{'author':'CNN'}", ""},
		{"author:new*", "{'author':'BBC News'}", ""},
		{"author:acme", "{'text':'acme'}", "no"},
		{"site:nike.com", "{'url':'https://www.Nike.com/x'}", ""},
		{"site:www.nike.com", "{'url':'https://shop.nike.com/x'}", ""},
		{"site:nike.com", "{'url':'https://notnike.com/nike.com'}", "no"},
		{"site:münchen.de", "{'url':'https://xn--mnchen-3ya.de/'}", ""},
		{"site:(a.example OR b.example)", "{'url':'http://b.example'}", ""},
		{"lang:en", "{'lang':'en-GB'}", ""},
		{"lang:en-GB", "{'lang':'en'}", "no"},
		{"lang:en", "{'text':'x'}", "no"},
		{"lang:(km OR gu)", "{'lang':'gu'}", ""},
		{"country:KE", "{'location':{'country':'KE'}}", ""},
		{"country:Kenya", "{'location':{'country':'ke'}}", ""},
		{"country:កម្ពុជា", "{'location':{'name':'Phnom Penh, Cambodia'}}", ""},
		{"country:UK", "{'location':{'country':'GB'}}", ""},
		{"country:KE", "{'text':'Kenya','lang':'sw'}", "no"},
		{"near:\"-1.29,36.82,25km\"", "{'location':{'lat':-1.3,'lon':36.8}}", ""},
		{"near:\"-1.29,36.82,25km\"", "{'location':{'lat':-4.04,'lon':39.67}}", "no"},
		{"near:(-1.29, 36.82, 300 mi)", "{'location':{'lat':-4.04,'lon':39.67}}", ""},
		{"near:\"-1.29,36.82,25\"", "{'location':{'lat':'-1.3','lon':'36.8'}}", ""},
		{"bbox:\"-5,33,5,42\"", "{'location':{'lat':-1.3,'lon':36.8}}", ""},
		{"bbox:\"-20,170,-10,-170\"", "{'location':{'lat':-15,'lon':-175}}", ""},
		{"place:nairobi", "{'location':{'name':'Nairobi West'}}", ""},
		{"source:acme-news", "{'source':'Acme-News'}", ""},
		{"source:acme-*", "{'source':'acme-blog'}", ""},
		{"source:acme", "{'source':'acme-blog'}", "no"},
		{"url:example.org/blog", "{'url':'https://www.Example.org/blog/1'}", ""},
		{"link:example.org", "{'text':'see https://www.example.org/a'}", ""},
		{"link:example.org", "{'text':'see notexample.org'}", "no"},
		{"link:example.org/a", "{'links':['http://blog.example.org/A']}", ""},
		{"link:example.org", "{'url':'http://example.org','text':'x'}", "no"},
		{"has:link", "{'text':'see nike.com'}", ""},
		{"has:hashtag", "{'text':'x','hashtags':['y']}", ""},
		{"has:mention", "{'text':'@x'}", ""},
		{"has:geo", "{'text':'Nairobi'}", "no"},
		{"(has:link OR has:geo) x", "{'text':'x','location':{'country':'KE'}}", "0-1 x"},
		{"author:/^bbc/i", "{'author':'BBC News'}", ""},
		{"title:/x/", "{'title':'y','text':'x'}", "no"},
		{"title:{BT}", "{'title':'BT','text':'BT'}", "title 0-2 BT"},
		{"likes:>5", "{'metrics':{'likes':6}}", ""},
		{"likes:>5", "{'metrics':{'likes':5}}", "no"},
		{"likes:[5 TO *]", "{'metrics':{'likes':5}}", ""},
		{"likes:5", "{'text':'x'}", "no"},
		{"rating:<=2.5", "{'metrics':{'rating':2.5}}", ""},
		{"acme lang:en", "{'text':'acme','lang':'en'}", "0-4 acme"},
		{"acme NOT lang:de", "{'text':'acme','lang':'de'}", "no"},
		{"acme NOT lang:de", "{'text':'acme'}", "0-4 acme"},
		{"acme NOT likes:5", "{'text':'acme'}", "0-4 acme"},
		{"lang:zh-hant", "{'lang':'zh-Hant-TW'}", ""},

		{"site:nike.com", "{'url':'https://user@nike.com:8080/x'}", ""},
		{"site:NIKE.com.", "{'url':'http://nike.com./'}", ""},
		{"site:com", "{'url':'https://nike.com/'}", ""},
		{"site:xn--mnchen-3ya.de", "{'url':'https://www.MÜNCHEN.de/'}", ""},
		{"url:MÜNCHEN/straße", "{'url':'https://münchen/STRASSE'}", ""},
		{"url:https://www.a.example/x", "{'url':'http://a.example/x?y'}", ""},
		{"url:example", "{'links':['https://example.org']}", "no"},
		{"link:пример.рф", "{'text':'http://пример.рф/x'}", ""},
		{"link:example.org:8080", "{'text':'http://example.org:8080/x'}", ""},
		{"link:example.org", "{'text':'http://u@example.org:80?x'}", ""},
		{"link:example.org", "{'links':['http://u@example.org:80?x']}", ""},
		{"link:(a.example OR b.example/c)", "{'links':['b.example/C/d']}", ""},
		{"#fail", "{'hashtags':['#Fail']}", ""},
		{"#fai*", "{'hashtags':['fails']}", ""},

		{"source:(a OR b*)", "{'source':'BCD'}", ""},
		{"tag:loc*", "{'tags':['x','Local News']}", ""},
		{"tag:(a OR \"b c\")", "{'tags':['a b','B-C']}", ""},
		{"place:\"siem reap\"", "{'location':{'name':'Siem Reap, Cambodia'}}", ""},
		{"place:reap", "{'text':'reap'}", "no"},
		{"author:(/^b/i NOT cnn)", "{'author':'BBC'}", ""},
		{"author:\"@bbc news\"", "{'author':'BBC News'}", ""},
		{"author:nino", "{'author':'El Niño'}", ""},
		{"title:acm*", "{'title':'Acmes'}", "title 0-5 Acmes"},
		{"title:(a NEAR/1 b)", "{'title':'a x b','text':'a b'}", "title 0-5 a x b"},
		{"text:(/b+/ OR c)", "{'title':'b','text':'abb'}", "1-3 bb"},
		{"a NEAR/5 b", "{'title':'a','text':'b'}", "no"},
		{"\"a b\"~5", "{'title':'a','text':'b'}", "no"},
		{"a b", "{'title':'a','text':'b'}", "title 0-1 a|0-1 b"},
		{"title:a NOT text:b", "{'title':'a','text':'b'}", "no"},
		{"likes:[* TO 5]", "{'metrics':{'likes':5}}", ""},
		{"likes:[5 TO 9]", "{'metrics':{'likes':9.5}}", "no"},
		{"likes:*", "{'metrics':{'likes':0}}", ""},
		{"shares:<1", "{'metrics':{'shares':0}}", ""},
		{"views:10", "{'metrics':{'views':'10'}}", ""},
		{"followers:<=5", "{'metrics':{'followers':5}}", ""},
		{"replies:>=5 comments:>=1", "{'metrics':{'replies':5,'comments':1}}", ""},
		{"near:\"0,179.9,30km\"", "{'location':{'lat':0,'lon':-179.9}}", ""},
		{"near:\"0,0,111196 m\"", "{'location':{'lat':1,'lon':0}}", ""},
		{"near:\"0,0,111195m\"", "{'location':{'lat':1,'lon':0}}", "no"},
		{"bbox:(0,0,1,1)", "{'location':{'lat':1,'lon':1}}", ""},
		{"has:geo", "{'location':{'country':'KE'}}", ""},
		{"has:mention", "{'handles':['x']}", ""},
		{"has:link", "{'text':'a.b'}", "no"},
		{"acme has:link", "{'text':'acme at nike.com'}", "0-4 acme"},
		{"country:KEN", "{'location':{'country':'KE'}}", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(json_freep) json_t *object = NULL;
		CLEANUP(str_done) struct str got = STR_INIT(4096);
		struct post post;

		assert_int_equal(arena_new(1 << 16, &arena), 0);

		char *line = arena_copy_text(arena, cases[i].text);

		for (char *c = line; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		assert_int_equal(json_read(slice_of(line), &object, NULL, NULL), 0);
		assert_int_equal(post_from_json(object, arena, &post), 0);
		add_hits(&got, cases[i].query, &post);
		expect(same_text(str_text(&got), cases[i].hits), "`%s' on %s: got `%s', want `%s'",
			cases[i].query, cases[i].text, str_text(&got), cases[i].hits);
	}
}

static void test_streams_come_and_go(void **state)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct post post = {.text = "acme and globex, ភ្នំពេញ #fail"};
	struct match *matches;
	size_t n;

	(void)state;
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	assert_int_equal(engine_new(&engine), 0);
	add(engine, "b", "acme OR ភ្នំពេញ");
	add(engine, "a", "glob* OR #fail");
	add(engine, "c", "initech");
	add(engine, "d", "likes:>1 OR acme");

	assert_int_equal(engine_match(engine, &post, arena, &matches, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(matches[0].stream, "b");
	assert_string_equal(matches[1].stream, "a");
	assert_string_equal(matches[2].stream, "d");

	assert_int_equal(engine_remove(engine, "b"), 0);
	assert_int_equal(engine_remove(engine, "b"), -ENOENT);
	add(engine, "b", "ភ្នំពេញ");
	assert_int_equal(engine_match(engine, &post, arena, &matches, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(matches[2].stream, "b");

	struct query *query;

	assert_int_equal(query_compile(SLICE("x"), &query, NULL), 0);
	assert_int_equal(engine_add(engine, "a", query), -EEXIST);
}

/* A query of random parts, nested to DEPTH. */
static void add_random(struct str *str, struct random *random, int depth)
{
	static const char *const leaves[] = {"acme", "glob*", "\"new shop\"", "#fail", "@help",
		"ភ្នំពេញ", "ពេញ", "niño", "nino", "title:shop", "lang:en", "likes:>3", "author:jane",
		"(new OR late) NEAR/2 shop", "country:KE", "site:shop.example", "text:(late new)",
		"atleast:2(acme, late, #fail)", "{acme}", "/sho./", "\"late acme the\"~2"};
	static const char *const operators[] = {" AND ", " OR ", " NOT ", " "};

	if (depth == 0 || random_next(random) % 3 == 0) {
		str_add_text(str, leaves[random_next(random) % ARRAY_SIZE(leaves)]);
		return;
	}
	str_add_char(str, '(');
	add_random(str, random, depth - 1);
	str_add_text(str, operators[random_next(random) % ARRAY_SIZE(operators)]);
	add_random(str, random, depth - 1);
	str_add_char(str, ')');
}

static void add_random_text(struct str *str, struct random *random)
{
	static const char *const words[] = {"acme", "globex", "new", "shop", "#fail", "@help",
		"ភ្នំពេញ", "នៅ", "ពេញ", "niño", "nino", "late", "and", "the", "a\u200B"};

	for (size_t i = random_next(random) % 9; i > 0; i--)
		str_add_format(str, "%s%s", words[random_next(random) % ARRAY_SIZE(words)],
			random_next(random) % 4 == 0 ? "" : " ");
}

enum { RANDOM_QUERIES = 200, RANDOM_POSTS = 400 };

/* Whether QUERY, alone in an engine of its own that saw no other post, matches
 * POST. */
static size_t count_alone(const char *query, const struct post *post, struct arena *arena)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	struct match *matches;
	size_t n;

	assert_int_equal(engine_new(&engine), 0);
	add(engine, NULL, query);
	assert_int_equal(engine_match(engine, post, arena, &matches, &n), 0);
	return n == 0 ? 0 : matches[0].n_hits + 1;
}

/* Filing under terms, sampling and filing anew must never change a verdict. */
static void test_many_queries_match_what_each_alone_matches(void **state)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct str queries[RANDOM_QUERIES];
	struct random random = {.state = 1121};

	(void)state;
	assert_int_equal(arena_new(64 << 20, &arena), 0);
	assert_int_equal(engine_new(&engine), 0);
	for (size_t i = 0; i < RANDOM_QUERIES; i++) {
		char name[16];

		queries[i] = STR_INIT(4096);
		add_random(&queries[i], &random, 3);
		snprintf(name, sizeof(name), "%zu", i);
		add(engine, name, str_text(&queries[i]));
	}

	for (size_t i = 0; i < RANDOM_POSTS; i++) {
		CLEANUP(str_done) struct str title = STR_INIT(4096);
		CLEANUP(str_done) struct str text = STR_INIT(4096);
		struct match *matches;
		size_t next = 0;
		size_t n;

		add_random_text(&title, &random);
		add_random_text(&text, &random);

		const struct post post = {.title = str_text(&title),
			.text = str_text(&text),
			.lang = random_next(&random) % 2 ? "en" : NULL,
			.author = random_next(&random) % 2 ? "Jane Doe" : NULL,
			.url = random_next(&random) % 2 ? "https://shop.example/" : NULL,
			.metrics = {[METRIC_LIKES] = {(double)(random_next(&random) % 8), true}}};

		arena_reset(arena);
		assert_int_equal(engine_match(engine, &post, arena, &matches, &n), 0);
		for (size_t j = i % 8; j < RANDOM_QUERIES; j += 8) {
			char name[16];

			snprintf(name, sizeof(name), "%zu", j);
			while (next < n && atoi(matches[next].stream) < (int)j)
				next++;

			const bool found = next < n && strcmp(matches[next].stream, name) == 0;
			const size_t got = found ? matches[next].n_hits + 1 : 0;
			const size_t want = count_alone(str_text(&queries[j]), &post, arena);

			expect(got == want, "`%s' on `%s' | `%s': got %zu, alone %zu",
				str_text(&queries[j]), post.title, post.text, got, want);
		}
	}
	for (size_t i = 0; i < RANDOM_QUERIES; i++)
		str_done(&queries[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_match_whole_words_in_any_case),
		cmocka_unit_test(test_accents_matter_when_they_are_written),
		cmocka_unit_test(test_phrases_are_adjacent_and_in_order),
		cmocka_unit_test(test_operators_combine),
		cmocka_unit_test(test_near_counts_the_words_between),
		cmocka_unit_test(test_wildcards_stay_inside_a_word),
		cmocka_unit_test(test_unspaced_scripts_are_searched_inside_runs),
		cmocka_unit_test(test_every_script_finds_its_spellings),
		cmocka_unit_test(test_raw_text_is_taken_as_written),
		cmocka_unit_test(test_regular_expressions),
		cmocka_unit_test(test_windows_hold_all_words_in_any_order),
		cmocka_unit_test(test_hashtags_and_mentions),
		cmocka_unit_test(test_fields_filter),
		cmocka_unit_test(test_streams_come_and_go),
		cmocka_unit_test(test_many_queries_match_what_each_alone_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
