#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pty.h>

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

/* A bare chroot has no /dev/pts, and nothing can be shown there. */
static bool has_terminals(void)
{
	int master, terminal;

	if (openpty(&master, &terminal, NULL, NULL, NULL) < 0)
		return false;

	close(master);
	close(terminal);
	return true;
}

/* What a terminal of COLUMNS columns shows of TABLE. */
static char *shown(const struct table *table, unsigned short columns)
{
	const struct winsize size = {.ws_row = 24, .ws_col = columns};
	char text[4096];
	size_t len = 0;
	ssize_t n;
	int master, terminal;

	assert_int_equal(0, openpty(&master, &terminal, NULL, NULL, &size));
	FILE *out = fdopen(terminal, "w");
	assert_non_null(out);
	assert_int_equal(table_print(table, out), 0);
	/* Closed first: the end of what was written is then EIO, however many pieces
	 * the kernel hands it over in. */
	fclose(out);
	while ((n = read(master, text + len, sizeof(text) - len)) > 0)
		len += (size_t)n;
	assert_true(n == 0 || errno == EIO);
	close(master);
	return strndup(text, len);
}

static void test_a_row_fits_on_the_terminal(void **state UNUSED)
{
	static const struct table_column columns[] = {{.title = "ID", .right = true},
		{.title = "NAME"}, {.title = "TEXT"}, {.title = "WHY"}};
	static const struct {
		unsigned short columns;
		const char *want;
	} rows[] = {
		{80, "     ID  NAME  TEXT                        WHY\r\n"
		     "1234567  acme  this parcel was never here  one of the words\r\n"},
		{48, "     ID  NAME  TEXT             WHY\r\n"
		     "1234567  acme  this parcel wa…  one of the words\r\n"},
		{40, "     ID  NAME  TEXT         WHY\r\n"
		     "1234567  acme  this parce…  one of the …\r\n"},
		/* Too narrow for anything: as narrow as it is readable. */
		{10, "     ID  NAME  TEXT      WHY\r\n"
		     "1234567  acme  this pa…  one of …\r\n"},
	};
	CLEANUP(table_freep) struct table *table = NULL;

	if (!has_terminals())
		skip();
	setenv("NO_COLOR", "1", true);
	assert_int_equal(table_new(columns, ARRAY_SIZE(columns), &table), 0);
	table_add(table, "1234567");
	table_add(table, "acme");
	table_add(table, "this parcel was never here");
	table_add(table, "one of the words");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(free_heapp) char *text = shown(table, rows[i].columns);

		expect(strcmp(text, rows[i].want) == 0, "%u columns:\n%s", rows[i].columns, text);
	}
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
		cmocka_unit_test(test_a_row_fits_on_the_terminal),
		cmocka_unit_test(test_no_color_in_a_file),
		cmocka_unit_test(test_a_row_that_is_not_full_is_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
