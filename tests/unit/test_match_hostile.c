/* Posts that repeat one thing for ever, against queries that dislike it: work and
 * memory stay in proportion, and what a limit cut off is told. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/str.h"
#include "match/engine.h"
#include "match/query.h"
#include "unit.h"
#include "unit/work.h"

enum { POST_BYTES = 300 * 1000, TIMES = 8 };

static const char *const queries[] = {"a", "aa*aa*aa", "\"a a\"", "a NEAR/100 a",
	"(a NEAR/100 a) NEAR/100 a", "\"a a\"~5", "\"a a a a b\"~100", "{+}", "{+ +} OR {é}",
	"/(a+)+$/", "/é/", "កក", "东东*东", "东东?东*", "#a @a", "#ab*", "has:link has:mention",
	"link:b.example", "author:a", "url:é"};

static void add(struct engine *engine, const char *text)
{
	struct query *query = NULL;

	expect(query_compile(slice_of(text), &query, NULL) == 0, "`%s' is refused", text);
	assert_int_equal(engine_add(engine, text, query), 0);
}

static size_t count_matches(struct engine *engine, const char *text)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct post post = {.text = text, .author = text, .url = text};
	struct match *matches;
	size_t n;

	assert_int_equal(arena_new(1 << 30, &arena), 0);
	assert_int_equal(engine_match(engine, &post, arena, &matches, &n), 0);
	return n;
}

static uint64_t work_for(struct engine *engine, const char *piece, size_t bytes)
{
	CLEANUP(str_done) struct str text = STR_INIT(POST_BYTES + 64);

	while (text.len < bytes)
		str_add_text(&text, piece);

	const uint64_t before = work_done();

	count_matches(engine, str_text(&text));
	return work_done() - before;
}

static void test_repetitions_cost_no_more_than_their_length(void **state)
{
	static const char *const pieces[] = {"a ", "a", "A\u00ADa", "é ", "e\u0301", "\u0301\u0327",
		"e\u0327\u0301", "ក", "ក្", "ក\u200B", "东", "น\u0E49\u0E4D\u0E32", "\u202E",
		"\u200D", "\uFE0F", "👍", "👨\u200D👩", "🇰", "1\u20E3", "#a ", "#a", "@a ", "@", "RT@",
		"http://a.example/( ", "http://", "a.b.", "+ ", "+", "1,", "א\"", "\xFF",
		"\xE1\x80"};
	CLEANUP(engine_freep) struct engine *engine = NULL;

	(void)state;
	assert_int_equal(engine_new(&engine), 0);
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++)
		add(engine, queries[i]);

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		const uint64_t less = work_for(engine, pieces[i], POST_BYTES / TIMES);
		const uint64_t more = work_for(engine, pieces[i], POST_BYTES);

		expect(more < (TIMES + 2) * less,
			"`%s': %d bytes are %" PRIu64 " blocks, %d %" PRIu64, pieces[i],
			POST_BYTES / TIMES, less, POST_BYTES, more);
	}
}

static void test_limits_that_were_reached_are_told(void **state)
{
	static const struct {
		const char *query, *piece;
		size_t n;
		bool matches, told;
	} cases[] = {
		{"/(a+)+$/", "a", 40, true, false},
		{"/(a+)+[bc]$/", "a", 60, false, true},
		{"/(a|aa)+[bc]/", "a", 60, false, true},
		{"/a+b/", "a", 100, false, false},
		{"\"a a\"", "a ", 30000, true, true},
		{"a", "a ", 30000, true, false},
		{"\"a b\"", "a ", 30000, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(engine_freep) struct engine *engine = NULL;
		CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
		const char *stream = NULL;
		uint64_t n = 0;

		assert_int_equal(engine_new(&engine), 0);
		add(engine, cases[i].query);
		for (size_t j = 0; j < cases[i].n; j++)
			str_add_text(&text, cases[i].piece);
		expect(count_matches(engine, str_text(&text)) == cases[i].matches, "`%s' on `%s'",
			cases[i].query, cases[i].piece);

		const bool told = engine_take_exceeded(engine, &stream, &n);

		expect(told == cases[i].told, "`%s': told %d", cases[i].query, told);
		expect(!told || (n == 1 && same_text(stream, cases[i].query)), "`%s': %s, %zu",
			cases[i].query, stream, (size_t)n);
		expect(!engine_take_exceeded(engine, &stream, &n), "`%s' is told twice",
			cases[i].query);
	}
}

/* N times PIECE and a word more as a query, compiled and asked. */
static uint64_t work_for_query(const char *piece, size_t n)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(str_done) struct str text = STR_INIT(QUERY_MAX_BYTES + 1);
	const uint64_t before = work_done();

	assert_int_equal(engine_new(&engine), 0);
	for (size_t i = 0; i < n; i++)
		str_add_text(&text, piece);
	str_add_text(&text, "acme");
	assert_int_equal(str_error(&text), 0);
	add(engine, str_text(&text));
	expect(count_matches(engine, "acme acme") == 1, "`%s'", piece);
	expect(count_matches(engine, "nothing") == 0, "`%s'", piece);
	return work_done() - before;
}

static void test_long_queries_are_matched(void **state)
{
	static const struct {
		const char *piece;
		size_t n;
	} cases[] = {
		{"acme OR ", 8000},
		{"(acme) ", 9000},
		{"\"acme acme\" OR ", 4000},
		{"acme -b ", 8000},
		{"{acme} OR ", 6500},
		{"acm* OR ", 8000},
		{"(acme NEAR/5 b) OR ", 3400},
		{"acme,", 13000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint64_t less = work_for_query(cases[i].piece, cases[i].n / TIMES);
		const uint64_t more = work_for_query(cases[i].piece, cases[i].n);

		expect(more < (TIMES + 2) * less,
			"`%s': %zu times are %" PRIu64 " blocks, %zu %" PRIu64, cases[i].piece,
			cases[i].n / TIMES, less, cases[i].n, more);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repetitions_cost_no_more_than_their_length),
		cmocka_unit_test(test_limits_that_were_reached_are_told),
		cmocka_unit_test(test_long_queries_are_matched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
