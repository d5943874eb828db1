/* The reference is printed from the table of settings: what is committed must
 * be what it prints. */
#include "base/file.h"
#include "config/reference.h"
#include "config/schema.h"
#include "unit.h"

#define PAGE TESTS_DIR "/../docs/configuration.md"

static void test_the_page_is_what_the_table_prints(void **state UNUSED)
{
	CLEANUP(free_heapp) char *page = NULL;
	CLEANUP(str_done) struct str want = STR_INIT(1 << 20);

	reference_add_markdown(&want);
	assert_int_equal(str_error(&want), 0);
	assert_int_equal(file_read(PAGE, 1 << 20, &page, NULL), 0);
	expect(slice_ends_with(slice_of(page), str_slice(&want)),
		"the end of docs/configuration.md is not what `mentionctl settings --format "
		"markdown' prints");
}

static void test_every_setting_stands_in_each_form(void **state UNUSED)
{
	CLEANUP(str_done) struct str markdown = STR_INIT(1 << 20);
	CLEANUP(str_done) struct str scdoc = STR_INIT(1 << 20);

	reference_add_markdown(&markdown);
	reference_add_scdoc(&scdoc);
	for (size_t i = 0; i < schema_count(); i++) {
		const struct slice help = slice_of(schema_at(i)->help);

		/* Up to what one of the forms escapes. */
		const struct slice start = slice_from(help.ptr, strcspn(help.ptr, "|<*_`\\"));

		expect(slice_find(str_slice(&markdown), start) >= 0, "%s", schema_at(i)->path);
		expect(slice_find(str_slice(&scdoc), start) >= 0, "%s", schema_at(i)->path);
	}
}

static void test_types(void **state UNUSED)
{
	static const struct {
		const char *parent, *key, *want;
	} rows[] = {
		{"sources[]", "every", "duration, 1s to 30d"},
		{"sources[]", "name", "name, required"},
		{"sources[]", "url", "URL (http or https)"},
		{"streams[]", "kind", "brand, competitor or topic; default: brand"},
		{"recipients[]", "email", "list: mailbox, required"},
		{"", "smtp", "section"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(str_done) struct str type = STR_INIT(1024);

		reference_add_type(
			&type, schema_find(slice_of(rows[i].parent), slice_of(rows[i].key)));
		expect(strcmp(str_text(&type), rows[i].want) == 0, "%s: %s", rows[i].key,
			str_text(&type));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_page_is_what_the_table_prints),
		cmocka_unit_test(test_every_setting_stands_in_each_form),
		cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
