/* What the full-text tables leave out matches no query: the posts that a query
 * finds are the same with and without them. */
#include <stdlib.h>

#include "base/random.h"
#include "base/str.h"
#include "base/utf8.h"
#include "match/engine.h"
#include "match/narrow.h"
#include "match/query.h"
#include "text/fold.h"
#include "text/words.h"
#include "unit/store_fixture.h"

enum { ARENA_BYTES = 64 << 20, MOST_FOUND = 4096, N_MADE = 150, CODE_POINT_STEP = 149 };

static const char *const texts[] = {
	"Acme lost my parcel, what a nightmare. Never AGAIN! call 3.14 or 10:30",
	"RT @ann@social.example: El niño mira la Straße de Acme #AcmeFail #Ünïted",
	"Smørrebrød und Œuvre in Łódź, þorn að æðsta; naïve café Việt Nam Đà Nẵng",
	"AT&T wendy's e-mail l’avion il·lusió C++ {BT} foo_bar soft\xC2\xADhyphen ﬁre ＡＣＭＥ",
	"એક્મી ની સેવા ખરાબ છે અને મારું પાર્સલ ખોવાયું",
	"એક્મી ની સવારી #એક્મી",
	"សេវាកម្មអតិថិជនមិនល្អទេ ខ្ញុំខឹងណាស់",
	"ក្រុមហ៊ុនដឹកជញ្ជូនបានបាត់កញ្ចប់របស់ខ្ញុំ acme #ក្រុមហ៊ុន",
	"Ի՞նչ է սա, Acme։ Հաճախորդները և ես, հայտնվու՞մ",
	"Acme so bad😡😡 again 👨‍👩‍👧 👍🏽 🇰🇪",
	"AcmeFail without a tag; хэрэглэгчийн үйлчилгээ ёлка Йод",
	"顧客服務很好，苹果手机不好用",
	"ｶﾅカナ東京タワー日本語テキスト",
	"ลูกค้าไม่พอใจ น้ำท่วม ทำไม๑๒๓",
	"العربيّة خدمةٌ سيئة آسف إلى",
	"צה\"ל שלום שָׁלוֹם",
	"한국어 서울에서 만나요",
	"Κακή εξυπηρέτηση ΆΓΙΟΣ ς",
	"İstanbul ıssız IŞIK",
	"ᲐᲑᲒ ქართული",
	"𞤀𞤣𞤤𞤢𞤥 ߒߞߏ",
	"x² ½ Ⅻ ㎏ №5",
	("a\xE2\x80\x8B"
	 "b zero\xE2\x80\x8Bwidth"),
	"@AcmeHelp @acme_help please #2026 #c3po #acme_x",
};

static const char *const queries[] = {
	"acme",
	"ACME NOT parcel",
	"\"lost my parcel\"",
	"\"parcel lost nightmare\"~4",
	"parc*",
	"acme NEAR/5 nightmare",
	"acme NEAR/0f lost",
	"3.14",
	"10:30",
	"nino",
	"niño",
	"strasse",
	"straße",
	"smorrebrod",
	"smørrebrød",
	"oeuvre",
	"lodz",
	"thorn",
	"aedsta",
	"naive",
	"viet",
	"\"da nang\"",
	"AT&T",
	"wendy's",
	"e-mail",
	"avion",
	"illusio",
	"il·lusió",
	"raw:\"C++\"",
	"{BT}",
	"foo_bar",
	"softhyphen",
	"fire",
	"#acmefail",
	"#acme*",
	"#united",
	"@ann",
	"@ann@social.example",
	"@acmehelp",
	"@acme_help",
	"#c3po",
	"#acme_x",
	"સેવા",
	"એક્મી",
	"#એક્મી",
	"પાર્સલ",
	"સેવા*",
	"អតិថិជន",
	"ខឹង",
	"ក្រុមហ៊ុន*",
	"#ក្រុមហ៊ុន",
	"ភ្នំ*",
	"ինչ",
	"հաճախորդ*",
	"հայտնվում",
	"եւ",
	"😡",
	"👍",
	"🇰🇪",
	"👨‍👩‍👧",
	"хэрэглэгч*",
	"елка",
	"服務",
	"苹果",
	"手机",
	"*服務",
	"很",
	"顧客服務很好",
	"カナ",
	"東京",
	"東京タワー",
	"ลูกค้า",
	"น้ำ",
	"ทำไม",
	"123",
	"العربية",
	"خدمة",
	"اسف",
	"צהל",
	"שלום",
	"서울*",
	"αγιος",
	"κακη",
	"istanbul",
	"issiz",
	"აბგ",
	"𞤀𞤣𞤤𞤢𞤥",
	"ߒߞߏ",
	"x2",
	"xii",
	"kg",
	"zero",
	"/nightm.re/i",
	"/a/",
	"acme AND /lost/",
	"lang:en",
	"acme lang:en",
	"title:acme",
	"text:(acme OR nino)",
	"author:ann",
	"acme author:ann",
	"site:news.example",
	"likes:>5",
	"atleast:2(acme, parcel, nightmare)",
	"atleast:3(acme, parcel, nightmare)",
	"(acme OR raw:\"C++\") parcel",
	"acme OR /parcel/",
	"(acme OR 服務) NOT (lost OR很好)",
	("((((((((((((((acme OR lost) again) OR bad) never) OR nino) so) OR x2) a) OR b) call) OR "
	 "my) what) OR 3.14) nightmare)"),
};

/* The posts that QUERY finds among those which SEARCH leaves. */
struct finding {
	struct engine *engine;
	struct arena *arena;
	int64_t found[MOST_FOUND];
	size_t n_found, n_seen;
};

static int on_mention(const struct item *item, void *userdata)
{
	struct finding *finding = userdata;
	struct match *matches;
	size_t n;

	finding->n_seen++;
	assert_int_equal(
		0, engine_match(finding->engine, &item->post, finding->arena, &matches, &n));
	if (n > 0 && finding->n_found < MOST_FOUND)
		finding->found[finding->n_found++] = item->mention_id;
	return 0;
}

static int on_post(const struct post *post, int64_t id, int64_t fetched_us, void *userdata)
{
	const struct item item = {.mention_id = id, .post = *post};

	return on_mention(&item, userdata);
}

static void find(const struct fixture *fixture, const struct search *search, bool in_mentions,
	struct finding *finding)
{
	const struct mention_filter filter = {.search = search, .oldest_first = true};
	const struct post_walk walk = {.search = search, .upto_id = INT64_MAX, .most = 100000};
	const int r = in_mentions ? store_each_mention(fixture->store, &filter, finding->arena,
					    on_mention, finding)
				  : store_each_post_down(fixture->store, &walk, finding->arena,
					    on_post, finding);

	expect(r == 0, "%s", store_error_text(fixture->store));
}

/* Fails unless QUERY finds the same either way; how many posts it was spared. */
static size_t check(const struct fixture *fixture, const char *text, bool must_find)
{
	CLEANUP(query_freep) struct query *query = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(engine_freep) struct engine *engine = NULL;
	struct query *taken;
	const struct search *search;
	size_t n_spared = 0;

	assert_int_equal(0, arena_new(ARENA_BYTES, &arena));
	expect(query_compile(slice_of(text), &query, NULL) == 0, "no query: %s", text);
	assert_int_equal(0, query_compile(slice_of(text), &taken, NULL));
	assert_int_equal(0, engine_new(&engine));
	assert_int_equal(0, engine_add(engine, NULL, taken));
	assert_int_equal(0, query_narrow(query, arena, &search));
	for (int in_mentions = 0; in_mentions < 2; in_mentions++) {
		struct finding all = {.engine = engine, .arena = fixture->arena};
		struct finding narrow = {.engine = engine, .arena = fixture->arena};

		find(fixture, NULL, in_mentions, &all);
		find(fixture, search, in_mentions, &narrow);
		expect(all.n_found == narrow.n_found &&
				memcmp(all.found, narrow.found, sizeof(all.found)) == 0,
			"`%s': %zu posts, narrowed %zu", text, all.n_found, narrow.n_found);
		expect(!must_find || all.n_found > 0, "`%s' finds nothing", text);
		n_spared += all.n_seen - narrow.n_seen;
	}
	return n_spared;
}

static int fill(void **state)
{
	fixture_in_memory(state);
	const struct fixture *fixture = *state;
	char id[32];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct said said = {.id = id, .author = "Ann", .text = texts[i]};

		snprintf(id, sizeof(id), "%zu", i);
		say(fixture->store, &said, &(struct felt){0});
		/* The same once more as no mention, and as one that no word is known of. */
		snprintf(id, sizeof(id), "unmatched-%zu", i);
		add_post(fixture->store, &said);
	}
	while (store_index_some(fixture->store, 100) > 0)
		continue;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i += 3) {
		snprintf(id, sizeof(id), "todo-%zu", i);
		say(fixture->store, &(struct said){.id = id, .text = texts[i]}, &(struct felt){0});
	}
	return 0;
}

static void nothing_is_lost(void **state)
{
	const struct fixture *fixture = *state;
	size_t n_spared = 0;

	for (size_t i = 0; i < ARRAY_SIZE(queries); i++)
		n_spared += check(fixture, queries[i], false);
	assert_true(n_spared > ARRAY_SIZE(queries) * ARRAY_SIZE(texts) / 2);
}

/* --- queries that are made from what stands there -------------------------------- */

/* A word of TEXT, or its start, or a part of a run. */
static void add_term(struct str *query, struct words *words, struct random *random)
{
	const char *text = texts[random_next(random) % ARRAY_SIZE(texts)];
	const struct word *list;
	size_t n;

	assert_int_equal(0, words_split(words, slice_of(text), &list, &n));

	const struct word *word = &list[random_next(random) % n];
	const size_t most = 1 + random_next(random) % word->raw.len;
	const struct slice start = utf8_prefix(word->raw, most);

	if (word->kind != WORD_EMOJI && utf8_length(start) >= 3 && random_next(random) % 3 == 0)
		str_add_format(query, "%.*s*", (int)start.len, start.ptr);
	else if (word->kind == WORD_RUN && start.len > 0)
		str_add_format(query, "\"%.*s\"", (int)start.len, start.ptr);
	else
		str_add_format(query, "\"%.*s\"", (int)word->raw.len, word->raw.ptr);
}

static void add_query(struct str *query, struct words *words, struct random *random, int depth)
{
	static const char *const operators[] = {" AND ", " OR ", " NOT ", " "};

	if (depth == 0 || random_next(random) % 3 == 0) {
		add_term(query, words, random);
		return;
	}
	str_add_char(query, '(');
	add_query(query, words, random, depth - 1);
	str_add_text(query, operators[random_next(random) % ARRAY_SIZE(operators)]);
	add_query(query, words, random, depth - 1);
	str_add_char(query, ')');
}

static bool is_query(const char *text)
{
	CLEANUP(query_freep) struct query *query = NULL;

	return query_compile(slice_of(text), &query, NULL) == 0;
}

static void made_queries_lose_nothing(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(words_freep) struct words *words = NULL;
	struct random random = {.state = 5};
	size_t n = 0;

	assert_int_equal(0, words_new(&words));
	for (int i = 0; i < N_MADE; i++) {
		CLEANUP(str_done) struct str query = STR_INIT(65536);

		add_query(&query, words, &random, i % 4);
		if (!is_query(str_text(&query)))
			continue;
		check(fixture, str_text(&query), false);
		n++;
	}
	assert_true(n > N_MADE / 2);
}

/* --- each letter ------------------------------------------------------------------ */

static size_t count_narrowed(const struct fixture *fixture, const char *text)
{
	CLEANUP(query_freep) struct query *query = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(engine_freep) struct engine *engine = NULL;
	struct query *taken;
	const struct search *search;

	assert_int_equal(0, arena_new(ARENA_BYTES, &arena));
	assert_int_equal(0, query_compile(slice_of(text), &query, NULL));
	assert_int_equal(0, query_compile(slice_of(text), &taken, NULL));
	assert_int_equal(0, engine_new(&engine));
	assert_int_equal(0, engine_add(engine, NULL, taken));
	assert_int_equal(0, query_narrow(query, arena, &search));

	struct finding narrow = {.engine = engine, .arena = fixture->arena};
	find(fixture, search, true, &narrow);
	return narrow.n_found;
}

/* "abXcd" for a letter X: a word, or several, or what SQLite knows no letter of. */
static bool make_word(struct str *word, uint32_t letter)
{
	str_clear(word);
	str_add_text(word, "\"ab");
	str_add_code_point(word, letter);
	str_add_text(word, "cd\"");
	return (letter < 0xD800 || letter >= 0xE000) && is_query(str_text(word));
}

static void each_letter_is_found(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(str_done) struct str word = STR_INIT(64);
	size_t n = 0;

	for (uint32_t letter = 0xA0; letter < 0x20000; letter += CODE_POINT_STEP) {
		char id[32];

		snprintf(id, sizeof(id), "letter-%x", letter);
		if (make_word(&word, letter))
			say(fixture->store, &(struct said){.id = id, .text = str_text(&word)},
				&(struct felt){0});
	}
	while (store_index_some(fixture->store, 1000) > 0)
		continue;
	for (uint32_t letter = 0xA0; letter < 0x20000; letter += CODE_POINT_STEP) {
		if (!make_word(&word, letter))
			continue;
		expect(count_narrowed(fixture, str_text(&word)) > 0, "U+%04X: %s", letter,
			str_text(&word));
		n++;
	}
	assert_true(n > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_lost, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(made_queries_lose_nothing, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(each_letter_is_found, fill, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
