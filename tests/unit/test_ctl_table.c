#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "ctl/table.h"
#include "unit.h"

static char *printed(const struct table *table)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(table_print(table, out), 0);
	fclose(out);
	return text;
}

static void test_columns(void **state UNUSED)
{
	static const struct table_column columns[] = {
		{.title = "NAME"}, {.title = "N", .right = true}, {.title = "TEXT"}};
	CLEANUP(table_freep) struct table *table = NULL;
	CLEANUP(free_heapp) char *text = NULL;

	assert_int_equal(table_new(columns, ARRAY_SIZE(columns), &table), 0);
	table_add(table, "acme");
	table_add_format(table, "%d", 7);
	table_add(table, "angry");
	table_add(table, "日本");
	table_add_format(table, "%d", 1234);
	table_add(table, NULL);
	assert_int_equal(table_count_rows(table), 2);

	text = printed(table);
	assert_string_equal(text, "NAME     N  TEXT\n"
				  "acme     7  angry\n"
				  "日本  1234  \n");
}

static void test_long_cells_are_cut(void **state UNUSED)
{
	static const struct table_column columns[] = {
		{.title = "A", .at_most = 4}, {.title = "B", .right = true, .at_most = 4}};
	CLEANUP(table_freep) struct table *table = NULL;
	CLEANUP(free_heapp) char *text = NULL;

	assert_int_equal(table_new(columns, ARRAY_SIZE(columns), &table), 0);
	table_add(table, "abcdef");
	table_add(table, "日本語");
	table_add(table, "abcd");
	table_add(table, "x");

	text = printed(table);
	assert_string_equal(text, "A        B\n"
				  "abc…   日…\n"
				  "abcd     x\n");
}

static void test_control_characters_are_harmless(void **state UNUSED)
{
	static const struct table_column columns[] = {{.title = "A"}};
	CLEANUP(table_freep) struct table *table = NULL;
	CLEANUP(free_heapp) char *text = NULL;

	assert_int_equal(table_new(columns, 1, &table), 0);
	table_add(table, "a\033[31m\nb");
	text = printed(table);
	assert_string_equal(text, "A\na\xEF\xBF\xBD[31m b\n");
}

static void test_no_color_in_a_file(void **state UNUSED)
{
	static const struct table_column columns[] = {{.title = "A"}};
	CLEANUP(table_freep) struct table *table = NULL;
	CLEANUP(free_heapp) char *text = NULL;

	assert_int_equal(table_new(columns, 1, &table), 0);
	table_add_styled(table, STYLE_BAD, "failing");
	text = printed(table);
	assert_string_equal(text, "A\nfailing\n");
}

static void test_a_row_that_is_not_full_is_not_printed(void **state UNUSED)
{
	static const struct table_column columns[] = {{.title = "A"}, {.title = "B"}};
	CLEANUP(table_freep) struct table *table = NULL;
	CLEANUP(free_heapp) char *text = NULL;

	assert_int_equal(table_new(columns, 2, &table), 0);
	for (int i = 0; i < 201; i++)
		table_add_format(table, "%d", i);
	assert_int_equal(table_count_rows(table), 100);
	text = printed(table);
	assert_null(strstr(text, "200"));
	assert_non_null(strstr(text, "199"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_long_cells_are_cut),
		cmocka_unit_test(test_control_characters_are_harmless),
		cmocka_unit_test(test_no_color_in_a_file),
		cmocka_unit_test(test_a_row_that_is_not_full_is_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
