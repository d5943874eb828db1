#include "base/str.h"
#include "base/utf8.h"
#include "unit/unit.h"

static void test_every_scalar_value_round_trips(void **state)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char bytes[UTF8_MAX];
		const size_t len = utf8_encode(c, bytes);
		const uint32_t want = c >= 0xD800 && c <= 0xDFFF ? UTF8_REPLACEMENT : c;
		size_t position = 0;

		expect(utf8_next(slice_from(bytes, len), &position) == want && position == len,
			"U+%04X", c);
		expect(utf8_is_valid(slice_from(bytes, len)), "U+%04X is valid", c);
	}
	char bytes[UTF8_MAX];

	assert_int_equal(utf8_encode(0x110000, bytes), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
}

/* The examples of Unicode 15, § 3.9, tables 3-8 to 3-11, and what feeds cut. */
static void test_wrong_sequences_become_replacements(void **state)
{
	static const struct {
		struct slice text;
		const char *want;
	} cases[] = {
		{SLICE("a"), "a"},
		{SLICE("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), "????????A"},
		{SLICE("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), "????????A"},
		{SLICE("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"), "?????A??B"},
		{SLICE("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), "????A"},
		{SLICE("x\xF0\x9F\x98"), "x?"},
		{SLICE("a\0b"), "a?b"},
		{SLICE("\xEF\xBF\xBD"), "?"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(100);
		CLEANUP(str_done) struct str want = STR_INIT(100);

		utf8_add_valid(&got, cases[i].text);
		for (const char *c = cases[i].want; *c != '\0'; c++)
			str_add_text(&want, *c == '?' ? "\xEF\xBF\xBD" : (char[]){*c, '\0'});
		expect(slice_equals(str_slice(&got), str_slice(&want)), "row %zu gives `%s'", i,
			str_text(&got));
		expect(utf8_length(cases[i].text) == strlen(cases[i].want), "row %zu: length", i);
	}
}

static void test_tells_valid_from_wrong(void **state)
{
	assert_true(utf8_is_valid(SLICE("")));
	assert_true(utf8_is_valid(SLICE("Ինչ ખરાબ ខឹង ө 😡 \xEF\xBF\xBD")));
	assert_false(utf8_is_valid(SLICE("caf\xE9")));
	assert_false(utf8_is_valid(SLICE("\xC3")));
}

static void test_counts_code_points(void **state)
{
	const struct slice text = SLICE("aö😡\xFFz");
	static const struct {
		size_t offset, index;
	} cases[] = {{0, 0}, {1, 1}, {3, 2}, {7, 3}, {8, 4}, {9, 5}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(utf8_index(text, cases[i].offset) == cases[i].index, "index of byte %zu",
			cases[i].offset);
		expect(utf8_offset(text, cases[i].index) == cases[i].offset,
			"offset of code point %zu", cases[i].index);
	}
	assert_int_equal(utf8_offset(text, 99), 9);
	assert_int_equal(utf8_index(text, 99), 5);
}

static void test_a_prefix_cuts_no_code_point(void **state)
{
	static const struct {
		struct slice text;
		size_t max, want;
	} cases[] = {
		{SLICE("abc"), 5, 3},
		{SLICE("abc"), 2, 2},
		{SLICE("aöb"), 2, 1},
		{SLICE("aöb"), 3, 3},
		{SLICE("😡😡"), 7, 4},
		{SLICE("😡"), 3, 0},
		{SLICE("abc"), 0, 0},
		/* Bytes that are no text are cut anywhere, so that a caller gets on. */
		{SLICE("\x80\x80\x80\x80\x80\x80\x80"), 5, 5},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const size_t got = utf8_prefix(cases[i].text, cases[i].max).len;

		expect(got == cases[i].want, "row %zu: %zu bytes", i, got);
	}
}

static void test_knows_bidi_controls_from_marks(void **state)
{
	static const struct {
		uint32_t first, last;
		bool want;
	} rows[] = {
		{0x202A, 0x202E, true},
		{0x2066, 0x2069, true},
		{0x2029, 0x2029, false},
		{0x202F, 0x202F, false},
		{0x2065, 0x2065, false},
		{0x206A, 0x206A, false},
		{0x200E, 0x200F, false},
		{0x061C, 0x061C, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (uint32_t c = rows[i].first; c <= rows[i].last; c++)
			expect(utf8_is_bidi_control(c) == rows[i].want, "U+%04X", c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_scalar_value_round_trips),
		cmocka_unit_test(test_wrong_sequences_become_replacements),
		cmocka_unit_test(test_tells_valid_from_wrong),
		cmocka_unit_test(test_counts_code_points),
		cmocka_unit_test(test_a_prefix_cuts_no_code_point),
		cmocka_unit_test(test_knows_bidi_controls_from_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
