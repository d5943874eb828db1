#include "base/slice.h"
#include "unit/unit.h"

static void test_compares(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
		bool nocase, starts, starts_nocase, ends;
	} cases[] = {
		{"", "", 0, true, true, true, true},
		{"abc", "", 1, false, true, true, true},
		{"abc", "ab", 1, false, true, true, false},
		{"abc", "bc", -1, false, false, false, true},
		{"abc", "AB", 1, false, false, true, false},
		{"abc", "ABC", 1, true, false, true, false},
		{"\xC3\xA4", "\xC3\x84", 1, false, false, false, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct slice a = slice_of(cases[i].a);
		const struct slice b = slice_of(cases[i].b);
		const int order = slice_compare(a, b);

		expect((order > 0) - (order < 0) == cases[i].order &&
				(slice_compare(b, a) < 0) == (cases[i].order > 0),
			"order of `%s' and `%s'", a.ptr, b.ptr);
		expect(slice_equals(a, b) == (cases[i].order == 0), "`%s' is `%s'", a.ptr, b.ptr);
		expect(slice_equals_nocase(a, b) == cases[i].nocase, "`%s' is nearly `%s'", a.ptr,
			b.ptr);
		expect(slice_starts_with(a, b) == cases[i].starts, "`%s' starts with `%s'", a.ptr,
			b.ptr);
		expect(slice_starts_with_nocase(a, b) == cases[i].starts_nocase,
			"`%s' nearly starts with `%s'", a.ptr, b.ptr);
		expect(slice_ends_with(a, b) == cases[i].ends, "`%s' ends with `%s'", a.ptr, b.ptr);
	}
}

static void test_tells_ascii(void **state)
{
	assert_true(slice_is_ascii(SLICE("")));
	assert_true(slice_is_ascii(SLICE("a\0\x7F")));
	assert_false(slice_is_ascii(SLICE("a\x80")));
	assert_false(slice_is_ascii(SLICE("\xC3\xA4 a")));
}

static void test_finds(void **state)
{
	static const struct {
		const char *text, *needle;
		ptrdiff_t at, at_nocase;
	} cases[] = {
		{"", "", 0, 0},
		{"", "a", -1, -1},
		{"banana", "", 0, 0},
		{"banana", "ana", 1, 1},
		{"banana", "ANA", -1, 1},
		{"banana", "bananas", -1, -1},
		{"aaab", "ab", 2, 2},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct slice text = slice_of(cases[i].text);
		const struct slice needle = slice_of(cases[i].needle);

		expect(slice_find(text, needle) == cases[i].at, "`%s' in `%s'", needle.ptr,
			text.ptr);
		expect(slice_find_nocase(text, needle) == cases[i].at_nocase, "nearly `%s' in `%s'",
			needle.ptr, text.ptr);
	}
	assert_int_equal(slice_find_char(SLICE("a\0b"), 'b'), 2);
	assert_int_equal(slice_find_char(SLICE("ab"), '\0'), -1);
}

static void test_skips_and_trims(void **state)
{
	assert_true(slice_equals(slice_skip(SLICE("abc"), 1), SLICE("bc")));
	assert_int_equal(slice_skip(SLICE("abc"), 9).len, 0);
	assert_int_equal(slice_skip(slice_of(NULL), 1).len, 0);
	assert_true(slice_equals(slice_trim(SLICE(" \t\r\n\va b \f")), SLICE("a b")));
	assert_int_equal(slice_trim(SLICE("  ")).len, 0);
}

static void test_splits(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *parts[4];
	} cases[] = {
		{"", 1, {""}},
		{"a", 1, {"a"}},
		{"a,", 2, {"a", ""}},
		{",", 2, {"", ""}},
		{"a,,b", 3, {"a", "", "b"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct slice rest = slice_of(cases[i].text);
		struct slice part;
		size_t n = 0;

		while (slice_split(&rest, ',', &part)) {
			expect(n < cases[i].n && slice_equals(part, slice_of(cases[i].parts[n])),
				"part %zu of `%s'", n, cases[i].text);
			n++;
		}
		expect(n == cases[i].n, "`%s' has %zu parts", cases[i].text, n);
		expect(!rest.ptr, "`%s' is exhausted", cases[i].text);
	}
}

static void test_reads_integers(void **state)
{
	static const struct {
		struct slice text;
		int r;
		int64_t value;
	} cases[] = {
		{SLICE("0"), 1, 0},
		{SLICE("-7"), 1, -7},
		{SLICE("+7"), 1, 7},
		{SLICE("007"), 1, 7},
		{SLICE("9223372036854775807"), 1, INT64_MAX},
		{SLICE("-9223372036854775808"), 1, INT64_MIN},
		{SLICE("9223372036854775808"), 0, 0},
		{SLICE(""), 0, 0},
		{SLICE("-"), 0, 0},
		{SLICE("--1"), 0, 0},
		{SLICE(" 1"), 0, 0},
		{SLICE("1 "), 0, 0},
		{SLICE("1.0"), 0, 0},
		{SLICE("0x10"), 0, 0},
		{SLICE("1\0"), 0, 0},
		{SLICE("1\0002"), 0, 0},
		{SLICE("00000000000000000000000000000000000001"), 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t value = 0;

		expect(slice_to_int64(cases[i].text, &value) == cases[i].r &&
				value == cases[i].value,
			"row %zu: `%.*s' gives %lld", i, SLICE_FMT(cases[i].text),
			(long long)value);
	}
}

static void test_reads_numbers(void **state)
{
	static const struct {
		struct slice text;
		int r;
		double value;
	} cases[] = {
		{SLICE("0"), 1, 0},
		{SLICE("-1.25"), 1, -1.25},
		{SLICE("1e3"), 1, 1000},
		{SLICE(".5"), 1, 0.5},
		{SLICE("1e999"), 0, 0},
		{SLICE("inf"), 0, 0},
		{SLICE("nan"), 0, 0},
		{SLICE("0x1p3"), 0, 0},
		{SLICE("1,5"), 0, 0},
		{SLICE(""), 0, 0},
		{SLICE("-"), 0, 0},
		{SLICE("1e"), 0, 0},
		{SLICE("5\0"), 0, 0},
		{SLICE("5\0005"), 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double value = 0;

		expect(slice_to_double(cases[i].text, &value) == cases[i].r,
			"row %zu: `%.*s' is a number or not", i, SLICE_FMT(cases[i].text));
		expect_near(value, cases[i].value, 0, "row %zu: %g", i, value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compares),
		cmocka_unit_test(test_tells_ascii),
		cmocka_unit_test(test_finds),
		cmocka_unit_test(test_skips_and_trims),
		cmocka_unit_test(test_splits),
		cmocka_unit_test(test_reads_integers),
		cmocka_unit_test(test_reads_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
