/* What is told about queries that are wrong, or doubtful. */
#include <errno.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/str.h"
#include "match/query.h"
#include "unit.h"

struct mistake {
	const char *query;
	unsigned int line, column;
	const char *message; /* a part of it */
};

static void check(const struct mistake *mistake, int want, enum diag_level level)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(query_freep) struct query *query = NULL;

	assert_int_equal(diags_new(&diags), 0);
	const int r = query_compile(slice_of(mistake->query), &query, diags);

	expect(r == want, "`%s': got %d", mistake->query, r);
	expect(diags_count(diags) == 1, "`%s': got %zu messages", mistake->query,
		diags_count(diags));

	const struct diag *diag = diags_get(diags, 0);

	expect(diag->level == level && diag->line == mistake->line &&
			diag->column == mistake->column &&
			strstr(diag->message, mistake->message) && diag->excerpt,
		"`%s': got %u:%u: %s", mistake->query, diag->line, diag->column, diag->message);
}

static void test_mistakes_are_shown_where_they_are(void **state)
{
	static const struct mistake mistakes[] = {
		{"", 1, 1, "empty"},
		{" \n ", 1, 1, "empty"},
		{"<<< only a comment >>>", 1, 1, "empty"},
		{"acme AND (b", 1, 10, "not closed"},
		{"((a)", 1, 1, "not closed"},
		{"a)", 1, 2, "closes nothing"},
		{"a\nOR\n  b)", 3, 4, "closes nothing"},
		{"()", 1, 1, "nothing in these"},
		{"a AND ( )", 1, 7, "nothing in these"},
		{"acme \"corp", 1, 6, "quotation"},
		{"acme “corp", 1, 6, "quotation"},
		{"ភ្នំ \"corp", 1, 6, "quotation"},
		{"acme {BT", 1, 6, "{"},
		{"acme /x", 1, 6, "/"},
		{"a <<< b", 1, 3, "comment"},
		{"OR a", 1, 1, "OR needs"},
		{"a OR", 1, 3, "OR needs"},
		{"a OR OR b", 1, 3, "OR needs"},
		{"a OR AND b", 1, 3, "OR needs"},
		{"a (OR b)", 1, 4, "OR needs"},
		{"a OR\n\t(b OR)", 2, 5, "OR needs"},
		{"a AND OR b", 1, 3, "AND needs"},
		{"(a OR) b", 1, 4, "OR needs"},
		{"ខ្មែរ OR\n  ភ្នំ OR", 2, 8, "OR needs"},
		{"NOT", 1, 1, "NOT needs"},
		{"a NOT OR b", 1, 3, "NOT needs"},
		{"a (NOT)", 1, 4, "NOT needs"},
		{"a -NOT b", 1, 4, "NOT NOT"},
		{"a AND NOT AND b", 1, 7, "NOT needs"},
		{"a - b", 1, 3, "nothing to search"},
		{"-", 1, 1, "nothing to search"},
		{"a -\"\"", 1, 4, "nothing to search"},
		{"AND a", 1, 1, "AND needs"},
		{"a AND", 1, 3, "AND needs"},
		{"(a AND) b", 1, 4, "AND needs"},
		{"a NOT", 1, 3, "NOT needs"},
		{"a NOT NOT b", 1, 7, "NOT NOT"},
		{"a NOT -b", 1, 7, "NOT NOT"},
		{"NOT a", 1, 1, "only exclude"},
		{"-a", 1, 1, "only exclude"},
		{"a OR NOT b", 1, 6, "only exclude"},
		{"(NOT a) (NOT b)", 1, 2, "only exclude"},
		{"atleast:1(a, NOT b)", 1, 14, "only exclude"},
		{"a OR (NOT b NOT c)", 1, 7, "only exclude"},
		{"(a OR NOT b) (NOT c OR d)", 1, 7, "only exclude"},
		{"NOT (a NOT b)", 1, 1, "only exclude"},
		{"title:(NOT a)", 1, 1, "only exclude"},
		{"-a\n-b", 1, 1, "only exclude"},
		{"a OR (b OR\n-c)", 2, 1, "only exclude"},
		{"+++", 1, 1, "nothing to search"},
		{"acme \"...\"", 1, 6, "nothing to search"},
		{"\"http://example.com\"", 1, 1, "nothing to search"},
		{"*acme", 1, 1, "wildcard"},
		{"a OR ?cme", 1, 6, "wildcard"},
		{"\"*cme b\"", 1, 2, "wildcard"},
		{"\"a b\nc *d\"", 2, 3, "wildcard"},
		{"title:*x", 1, 7, "wildcard"},
		{"#a*", 1, 1, "two letters"},
		{"东*大学", 1, 1, "two letters"},
		{"?东京大学", 1, 1, "two letters"},
		{"👍*", 1, 1, "two letters"},
		{"a+*", 1, 1, "wildcard"},
		{"ab********************************?", 1, 1, "too many"},
		{"tag:*x", 1, 1, "tag:"},
		{"#b?d", 1, 1, "no hashtag"},
		{"#**", 1, 1, "no hashtag"},
		{"x a*", 1, 3, "two letters"},
		{"\"acme *orp\"", 1, 7, "wildcard"},
		{"acme *", 1, 6, "nothing to search"},
		{"#", 1, 1, "no hashtag"},
		{"#1", 1, 1, "no hashtag"},
		{"#a-b", 1, 1, "no hashtag"},
		{"@", 1, 1, "no handle"},
		{"@josé", 1, 1, "no handle"},
		{"Note: acme", 1, 1, "no field Note:"},
		{"acme lagn:en", 1, 6, "no field lagn:"},
		{"http://example.com", 1, 1, "no field http:"},
		{"lang:", 1, 1, "lang:"},
		{"lang:english", 1, 1, "lang:"},
		{"x country:Narnia", 1, 3, "country:"},
		{"country:(KE OR Narnia)", 1, 1, "country:"},
		{"country:(KE UG)", 1, 1, "joined by OR"},
		{"site:()", 1, 6, "nothing in these"},
		{"site:a.example/b", 1, 1, "site:"},
		{"site:a.example:80", 1, 1, "site:"},
		{"site:*.example", 1, 1, "site:"},
		{"site:\"a b\"", 1, 1, "site:"},
		{"site:", 1, 1, "site:"},
		{"a site:(b OR)", 1, 3, "site:"},
		{"site:(a NOT b)", 1, 1, "joined by OR"},
		{"site:(a.example", 1, 6, "not closed"},
		{"lang:e", 1, 1, "lang:"},
		{"lang:en-", 1, 1, "lang:"},
		{"source:\"\"", 1, 1, "source:"},
		{"url:www.", 1, 1, "url:"},
		{"link:https://", 1, 1, "link:"},
		{"tag:+", 1, 1, "tag:"},
		{"place:\"...\"", 1, 1, "place:"},
		{"near:(1,2,3km", 1, 6, "not closed"},
		{"near:\"1,181,3\"", 1, 1, "near:"},
		{"near:\"1,2,-3\"", 1, 1, "near:"},
		{"near:\"1,2,3,4\"", 1, 1, "near:"},
		{"near:", 1, 1, "near:"},
		{"bbox:\"1,2,3\"", 1, 1, "bbox:"},
		{"rating:>", 1, 1, "rating:"},
		{"likes:=5", 1, 1, "likes:"},
		{"likes:[5 to 9]", 1, 1, "likes:"},
		{"likes:[5 TO]", 1, 1, "likes:"},
		{"likes:[5", 1, 1, "likes:"},
		{"likes:1,000", 1, 1, "likes:"},
		{"near:\"1,2\"", 1, 1, "near:"},
		{"near:\"91,2,3km\"", 1, 1, "near:"},
		{"near:\"1,2,3 miles\"", 1, 1, "near:"},
		{"bbox:\"5,0,-5,0\"", 1, 1, "bbox:"},
		{"likes:many", 1, 1, "likes:"},
		{"likes:[9 TO 5]", 1, 1, "likes:"},
		{"title:(a author:b)", 1, 10, "inside another field"},
		{"title:title:a", 1, 7, "inside another field"},
		{"title: OR a", 1, 1, "title:"},
		{"a NEAR b", 1, 3, "distance"},
		{"a NEAR/ b", 1, 3, "distance"},
		{"a NEAR/101 b", 1, 3, "distance"},
		{"a NEAR/5x b", 1, 3, "ends after"},
		{"a NEAR/5", 1, 3, "NEAR needs"},
		{"NEAR/5 a", 1, 1, "NEAR needs"},
		{"a NEAR/5 NOT b", 1, 10, "NOT can't"},
		{"a NEAR/5 -b", 1, 10, "NOT can't"},
		{"a NEAR/5 OR b", 1, 3, "NEAR needs"},
		{"a NEAR/-1 b", 1, 3, "distance"},
		{"a NEAR/5F b", 1, 3, "ends after"},
		{"(a b) NEAR/5 c", 1, 1, "can't take part"},
		{"a NEAR/5 (b NOT c)", 1, 10, "can't take part"},
		{"a NEAR/5 @c", 1, 10, "can't take part"},
		{"a NEAR/5 /c/", 1, 10, "can't take part"},
		{"a NEAR/5 atleast:1(b, c)", 1, 10, "can't take part"},
		{"a NEAR/5 (b OR (c AND d))", 1, 16, "can't take part"},
		{"a NEAR/5 (b OR c NEAR/5 d)", 1, 16, "can't take part"},
		{"a NEAR/99999999999 b", 1, 3, "distance"},
		{"a NEAR/5\nlang:en", 2, 1, "can't take part"},
		{"a NEAR/5 (b AND c)", 1, 10, "can't take part"},
		{"a NEAR/5 (b OR #c)", 1, 16, "can't take part"},
		{"#a NEAR/5 b", 1, 1, "can't take part"},
		{"title:a NEAR/5 b", 1, 1, "can't take part"},
		{"a NEAR/5 (title:b)", 1, 10, "can't take part"},
		{"a NEAR/5 b NEAR/5 c", 1, 12, "two NEARs"},
		{"{ }", 1, 1, "nothing to search"},
		{"//", 1, 1, "empty"},
		{"acme /a(/", 1, 9, "parenthes"},
		{"/a/iq", 1, 5, "no flag q"},
		{"has:money", 1, 1, "has:"},
		{"\"a b\"~ c", 1, 1, "needs a number"},
		{"\"a b\"~101", 1, 1, "needs a number"},
		{"\"a b c d e f g h i j k l m n o p q\"~5", 1, 1, "at most 16"},
		{"/a/ii /b/y", 1, 10, "no flag y"},
		{"acme /[a/", 1, 9, "terminating"},
		{"x /a\\", 1, 3, "not closed"},
		{"a /(?<n/", 1, 8, "name"},
		{"a {b\\}", 1, 3, "not closed"},
		{"a\n \"b\n c", 2, 2, "quotation"},
		{"a\r\nb)", 2, 2, "closes nothing"},
		{"😀👍 )", 1, 4, "closes nothing"},
		{"a <<< b >> c", 1, 3, "comment"},
		{"raw:", 1, 1, "raw:"},
		{"author:", 1, 1, "author:"},
		{"author:#x", 1, 8, "hashtag can't"},
		{"author:{x}", 1, 8, "can't stand"},
		{"text:(a title:b)", 1, 9, "inside another field"},
		{"title:site:a", 1, 7, "inside another field"},
		{"atleast:1()", 1, 11, "missing"},
		{"atleast:1(, a)", 1, 11, "missing"},
		{"atleast:2 a", 1, 1, "atleast:"},
		{"atleast:(a)", 1, 1, "atleast:"},
		{"атака:x", 1, 1, "no field атака:"},
		{"(a OR b", 1, 1, "not closed"},
		{"a) b (", 1, 2, "closes nothing"},
		{"(a))", 1, 4, "closes nothing"},
		{"author:\"a b\"~2", 1, 8, "inside this field"},
		{"/a/ NEAR/2 b", 1, 1, "can't take part"},
		{"atleast:3(a, b)", 1, 1, "atleast:"},
		{"atleast:0(a, b)", 1, 1, "atleast:"},
		{"atleast:x(a, b)", 1, 1, "atleast:"},
		{"atleast:2(a,, b)", 1, 13, "missing"},
		{"atleast:2(a, )", 1, 14, "missing"},
		{"atleast:2(a, b", 1, 10, "not closed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		check(&mistakes[i], -EINVAL, DIAG_ERROR);
}

static void test_doubtful_forms_are_warnings(void **state)
{
	static const struct mistake warnings[] = {
		{"acme OR globex AND shop", 1, 1, "mixed"},
		{"acme or globex", 1, 6, "as a word"},
		{"acme NOT (job or shop)", 1, 15, "as a word"},
		{"title:(acme near globex)", 1, 13, "as a word"},
		{"acme globex OR shop", 1, 1, "mixed"},
		{"(x1 acme) OR tv", 1, 14, "so short"},
		{"tv", 1, 1, "so short"},

		{"acme OR /x/", 1, 1, "is needed"},
		{"has:link\nlikes:>5", 1, 1, "is needed"},
		{"bt OR telecom", 1, 1, "so short"},
		{"likes:>5", 1, 1, "is needed"},
		{"acme OR near:\"1,2,3\"", 1, 1, "is needed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(warnings); i++)
		check(&warnings[i], 0, DIAG_WARNING);
}

static void test_clear_forms_are_silent(void **state)
{
	static const char *const queries[] = {
		"acme",
		"(acme OR globex) AND shop",
		"acme NOT job",
		"bt AND broadband",
		"\"or\" acme",
		"东京",
		"서울",
		"atleast:2(late, broken, refund)",
		"acme, globex",
		"title:(acme OR globex)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(query_freep) struct query *query = NULL;

		assert_int_equal(diags_new(&diags), 0);
		assert_int_equal(query_compile(slice_of(queries[i]), &query, diags), 0);
		expect(diags_count(diags) == 0, "`%s': %s", queries[i],
			diags_get(diags, 0)->message);
	}
}

static void test_a_mixture_is_printed_back_in_brackets(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(query_freep) struct query *query = NULL;
	const char *text = "acme OR globex NOT job shop NEAR/3 \"new town\" OR lang:(en OR fr)";

	(void)state;
	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(query_compile(slice_of(text), &query, diags), 0);
	assert_int_equal(diags_count(diags), 1);
	assert_string_equal(diags_get(diags, 0)->hint,
		"it is read as (acme OR (globex AND NOT job AND (shop NEAR/3 \"new town\")) OR "
		"lang:(en OR fr))");
}

static void repeat(struct str *str, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_add_text(str, text);
}

static void test_limits_are_errors_not_crashes(void **state)
{
	static const struct {
		const char *before, *after;
		size_t n;
		int want;
	} cases[] = {
		{"(", ")", 64, 0},
		{"(", ")", 65, -EINVAL},
		{"(", "", 30000, -EINVAL},
		{"(b NOT (c ", "))", 100, -EINVAL},
		{"a ", "", 32000, 0},
		{"a ", "", 33000, -EINVAL},
		{"-(a ", ")", 60, -EINVAL},
		{"b OR ", "", 13000, 0},
		{"\"", "", 5, -EINVAL},
		{"\\", "", 65000, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
		struct query *query = NULL;

		repeat(&text, cases[i].before, cases[i].n);
		str_add_text(&text, "acme");
		repeat(&text, cases[i].after, cases[i].n);

		const int r = query_compile(str_slice(&text), &query, NULL);

		query_free(query);
		expect(r == cases[i].want, "%zu times `%s': got %d", cases[i].n, cases[i].before,
			r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes_are_shown_where_they_are),
		cmocka_unit_test(test_doubtful_forms_are_warnings),
		cmocka_unit_test(test_clear_forms_are_silent),
		cmocka_unit_test(test_a_mixture_is_printed_back_in_brackets),
		cmocka_unit_test(test_limits_are_errors_not_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
