#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "unit/unit.h"

static void test_is_empty_before_the_first_append(void **state)
{
	struct str str = STR_INIT(10);
	char *text = NULL;

	assert_string_equal(str_text(&str), "");
	assert_int_equal(str_slice(&str).len, 0);
	assert_int_equal(str_take(&str, &text), 0);
	assert_string_equal(text, "");
	free(text);
}

static void test_appends(void **state)
{
	CLEANUP(str_done) struct str str = STR_INIT(100);

	str_add_text(&str, "a");
	str_add(&str, slice_from("bcd", 2));
	str_add_char(&str, '-');
	str_add_format(&str, "%d/%s", 42, "x");
	str_add_code_point(&str, 0x1F621);
	str_add_code_point(&str, 0xD800);
	str_add_text(&str, NULL);
	assert_int_equal(str_error(&str), 0);
	assert_string_equal(str_text(&str), "abc-42/x\xF0\x9F\x98\xA1\xEF\xBF\xBD");
}

static void test_holds_exactly_its_maximum(void **state)
{
	for (size_t len = 0; len <= 130; len++) {
		CLEANUP(str_done) struct str str = STR_INIT(len);

		for (size_t i = 0; i < len; i++)
			str_add_char(&str, 'x');
		expect(str_error(&str) == 0 && str.len == len, "%zu bytes do not fit", len);
		str_add_char(&str, 'y');
		expect(str_error(&str) == -EMSGSIZE, "%zu bytes and one more fit", len);
		expect(str.len == len, "a refused append changes the length");
	}
}

static void test_the_first_error_sticks(void **state)
{
	struct str str = STR_INIT(4);
	char untouched[] = "untouched";
	char *text = untouched;

	str_add_text(&str, "abc");
	str_add_text(&str, "def");
	str_add_char(&str, 'x'); /* would fit, but the text would have a hole */
	assert_int_equal(str_error(&str), -EMSGSIZE);
	assert_string_equal(str_text(&str), "abc");
	assert_int_equal(str_take(&str, &text), -EMSGSIZE);
	assert_ptr_equal(text, untouched);

	/* Taking reports it once; the string is new then. */
	str_add_text(&str, "abcd");
	assert_int_equal(str_take(&str, &text), 0);
	assert_string_equal(text, "abcd");
	free(text);
}

static void test_clear_forgets_the_error(void **state)
{
	CLEANUP(str_done) struct str str = STR_INIT(2);

	str_add_format(&str, "%s", "long");
	assert_int_equal(str_error(&str), -EMSGSIZE);
	str_clear(&str);
	str_add_text(&str, "ok");
	assert_int_equal(str_error(&str), 0);
	assert_string_equal(str_text(&str), "ok");
}

static void test_truncate_cuts_and_never_grows(void **state)
{
	CLEANUP(str_done) struct str str = STR_INIT(10);

	str_truncate(&str, 0);
	str_add_text(&str, "abc");
	str_truncate(&str, 5);
	assert_string_equal(str_text(&str), "abc");
	str_truncate(&str, 1);
	assert_string_equal(str_text(&str), "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_empty_before_the_first_append),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_holds_exactly_its_maximum),
		cmocka_unit_test(test_the_first_error_sticks),
		cmocka_unit_test(test_clear_forgets_the_error),
		cmocka_unit_test(test_truncate_cuts_and_never_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
