#include <errno.h>

#include "base/str.h"
#include "base/utf8.h"
#include "text/charset.h"
#include "unit/unit.h"

/* "é" and "€" in the encodings of the rows below. */
#define BYTES(literal)                                                                             \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

/* A window may end within a character. */
static void check_steps(struct slice bytes, const char *name, struct slice want, const char *why)
{
	for (size_t n = 1; n <= 5; n++) {
		CLEANUP(charset_freep) struct charset_reader *reader = NULL;
		CLEANUP(str_done) struct str buffer = STR_INIT(bytes.len * 3 + 16);
		size_t n_steps = 0;
		int r = 1;

		assert_int_equal(charset_open(bytes, name, &buffer, &reader), 0);
		for (; r == 1; n_steps++) {
			size_t budget = n;

			r = charset_step(reader, &budget);
		}
		assert_int_equal(r, 0);
		expect(slice_equals(charset_text(reader), want), "%s, %zu at a time: got `%.*s'",
			why, n, SLICE_FMT(charset_text(reader)));
		expect(n_steps >= bytes.len / (n + UTF8_MAX), "%s, %zu at a time: %zu steps", why,
			n, n_steps);
	}
}

static void test_decodes(void **state)
{
	static const struct {
		const char *why;
		struct slice bytes;
		const char *name, *want;
	} cases[] = {
		{"nothing", BYTES(""), NULL, ""},
		{"ASCII", BYTES("<a>"), NULL, "<a>"},
		{"UTF-8", BYTES("<a>\xC3\xA9"), NULL, "<a>é"},
		{"UTF-8 with mark", BYTES("\xEF\xBB\xBF<a>\xC3\xA9"), NULL, "<a>é"},
		{"the mark beats the header", BYTES("\xEF\xBB\xBF<a>\xC3\xA9"), "iso-8859-1",
			"<a>é"},
		{"the header beats the declaration",
			BYTES("<?xml version='1.0' encoding='utf-8'?>\xC2"), "koi8-r",
			"<?xml version='1.0' encoding='utf-8'?>б"},
		{"the header in quotes", BYTES("<a>\xC2"), "\"KOI8-R\"", "<a>б"},
		{"the declaration", BYTES("<?xml version=\"1.0\" encoding=\"windows-1251\"?>\xE1"),
			NULL, "<?xml version=\"1.0\" encoding=\"windows-1251\"?>б"},
		{"the meta element", BYTES("<html><meta charset=windows-1251>\xE1"), NULL,
			"<html><meta charset=windows-1251>б"},
		{"the meta element's content",
			BYTES("<meta http-equiv='x' content='text/html; charset=koi8-r'>\xC2"),
			NULL, "<meta http-equiv='x' content='text/html; charset=koi8-r'>б"},
		{"an unknown header", BYTES("<a>\xC3\xA9"), "x-unknown-1", "<a>é"},
		{"an unknown declaration", BYTES("<?xml encoding='nonsense'?>\xC3\xA9"), NULL,
			"<?xml encoding='nonsense'?>é"},
		{"neither header nor declaration, no UTF-8", BYTES("<a>\xE9 \x80"), NULL, "<a>é €"},
		{"a false UTF-8", BYTES("<?xml encoding='utf-8'?>\xE9 \x93x\x94"), NULL,
			"<?xml encoding='utf-8'?>é “x”"},
		{"one broken sequence among many whole", BYTES("\xC3\xA9\xC3\xA9\xC3\xA9\xC3x"),
			"utf-8", "ééé\xEF\xBF\xBDx"},
		{"stray bytes that are no letters", BYTES("a\xFF b\xE2\x82 c\xC0\xAF"), "utf-8",
			"a\xEF\xBF\xBD b\xEF\xBF\xBD c\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"UTF-8 that declares to be Latin",
			BYTES("<?xml encoding='iso-8859-1'?>\xC3\xA9\xE2\x82\xAC"), NULL,
			"<?xml encoding='iso-8859-1'?>é€"},
		{"the header says so as well", BYTES("<?xml encoding='utf-8'?>\xC3\xA9"),
			"iso-8859-1", "<?xml encoding='utf-8'?>Ã©"},
		{"windows-1252 made to UTF-8 byte by byte", BYTES("don\xC2\x92t"), NULL, "don’t"},
		{"iso-8859-1 is windows-1252", BYTES("<a>\x80"), "iso-8859-1", "<a>€"},
		{"us-ascii is windows-1252", BYTES("<a>\xE9"), "us-ascii", "<a>é"},
		{"gb2312 is gb18030", BYTES("<a>\x81\x30\x81\x30\xC4\xE3"), "gb2312",
			"<a>\xC2\x80你"},
		{"shift_jis", BYTES("<a>\x93\xFA\x96\x7B"), "Shift_JIS", "<a>日本"},
		{"big5", BYTES("<a>\xA4\xA4"), "big5", "<a>中"},
		{"euc-kr", BYTES("<a>\xB0\xA1"), "euc-kr", "<a>가"},
		{"UTF-16LE with mark", BYTES("\xFF\xFE<\0a\0>\0\xE9\0"), NULL, "<a>é"},
		{"UTF-16BE with mark", BYTES("\xFE\xFF\0<\0a\0>\0\xE9"), NULL, "<a>é"},
		{"UTF-16LE without mark", BYTES("<\0a\0>\0\xE9\0"), NULL, "<a>é"},
		{"UTF-16BE without mark", BYTES("\0<\0a\0>\0\xE9"), NULL, "<a>é"},
		{"UTF-16 with a false header", BYTES("\0<\0a\0>\0\xE9"), "utf-8", "<a>é"},
		{"UTF-16BE with a lone surrogate", BYTES("\xFE\xFF\0<\xD8\x00\0>"), NULL,
			"<\xEF\xBF\xBD>"},
		{"UTF-16BE with a pair", BYTES("\xFE\xFF\0<\xD8\x3D\xDE\x00"), NULL, "<😀"},
		{"UTF-32LE with mark", BYTES("\xFF\xFE\0\0<\0\0\0\xE9\0\0\0"), NULL, "<é"},
		{"UTF-32BE without mark", BYTES("\0\0\0<\0\0\0\xE9"), NULL, "<é"},
		{"a false declaration of UTF-16", BYTES("<?xml encoding='utf-16'?>\xC3\xA9"), NULL,
			"<?xml encoding='utf-16'?>é"},
		{"a false header of UTF-16", BYTES("<abc>\xC3\xA9"), "utf-16", "<abc>é"},
		{"NUL and controls vanish",
			BYTES("a\0b\x01\x1F\x7F"
			      "c\xC3\xA9"),
			NULL,
			"ab\x7F"
			"cé"},
		{"controls in another charset", BYTES("a\x01\x0B\xE9"), "windows-1252", "a é"},
		{"vertical tab and form feed are blanks", BYTES("a\vb\fc"), NULL, "a b c"},
		{"tab and line breaks stay", BYTES("a\tb\r\nc"), NULL, "a\tb\r\nc"},
		{"surrogates in UTF-8", BYTES("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xED\xA0\x80"),
			"utf-8", "éééé\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str buffer = STR_INIT(cases[i].bytes.len * 3 + 16);
		struct slice got = {0};

		assert_int_equal(charset_decode(cases[i].bytes, cases[i].name, &buffer, &got), 0);
		expect(slice_equals(got, slice_of(cases[i].want)), "%s: got `%.*s', want `%s'",
			cases[i].why, SLICE_FMT(got), cases[i].want);
		check_steps(cases[i].bytes, cases[i].name, got, cases[i].why);
	}
}

/* Feeds are megabytes and nearly all are clean. */
static void test_copies_nothing_that_is_clean(void **state)
{
	CLEANUP(str_done) struct str buffer = STR_INIT(0);
	const struct slice bytes = SLICE("\xEF\xBB\xBF<a>clean \xC3\xA9</a>");
	struct slice got;

	assert_int_equal(charset_decode(bytes, NULL, &buffer, &got), 0);
	assert_ptr_equal(got.ptr, bytes.ptr + 3);
}

static void test_stops_at_the_maximum(void **state)
{
	CLEANUP(str_done) struct str buffer = STR_INIT(4);
	struct slice got;

	assert_int_equal(charset_decode(SLICE("aaaaaaaaaa\xE9"), NULL, &buffer, &got), -EMSGSIZE);
}

/* Whatever two bytes begin, what comes out is UTF-8, and all that was, without a
 * control, stays as it is. */
static void test_knows_utf8_by_its_bytes(void **state)
{
	for (unsigned int i = 0; i < 0x10000; i++) {
		const char bytes[] = {'x', (char)(i >> 8), (char)(i & 0xFF), '\x80', '\xBF'};
		CLEANUP(str_done) struct str buffer = STR_INIT(100);
		struct slice got;

		for (size_t len = 2; len <= sizeof(bytes); len++) {
			const struct slice text = slice_from(bytes, len);

			str_clear(&buffer);
			assert_int_equal(charset_decode(text, "utf-8", &buffer, &got), 0);
			expect(utf8_is_valid(got), "%04X, %zu bytes: no UTF-8", i, len);
			expect(got.ptr != bytes || utf8_is_valid(text), "%04X: kept", i);
		}
	}
}

static void test_mends_what_was_encoded_twice(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: it is right as it is */
	} cases[] = {
		{"cafÃ©", "café"},
		{"Â£5 â€“ â‚¬6", "£5 – €6"},
		{"ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"},
		{"à¤¹à¤¿", "हि"},
		{"ðŸ˜€!", "😀!"},
		{"plain", NULL},
		{"", NULL},
		{"café", NULL},
		{"café cafÃ©", NULL}, /* who knows what this is */
		{"Привет Ã©", NULL},
		{"Ã", NULL},
		{"SÃO PAULO", NULL},
		{"Â", NULL},
		{"é\n©", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(200);
		const bool is_mended = charset_mend_twice(slice_of(cases[i].text), &got);
		const char *want = cases[i].want ? cases[i].want : "";

		expect(is_mended == (cases[i].want != NULL) && strcmp(str_text(&got), want) == 0,
			"%s: got %s", cases[i].text, str_text(&got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knows_utf8_by_its_bytes),
		cmocka_unit_test(test_mends_what_was_encoded_twice),
		cmocka_unit_test(test_decodes),
		cmocka_unit_test(test_copies_nothing_that_is_clean),
		cmocka_unit_test(test_stops_at_the_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
