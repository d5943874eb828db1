#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/str.h"
#include "unit/unit.h"

static struct diags *new_diags(void)
{
	struct diags *diags = NULL;

	assert_int_equal(diags_new(&diags), 0);
	return diags;
}

/* What is printed; the caller frees it. */
static char *printed(const struct diags *diags)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	diags_print(diags, out);
	fclose(out);
	return text;
}

static void test_prints_place_hint_and_caret(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = new_diags();
	CLEANUP(free_heapp) char *text = NULL;

	diags_add(diags, &(struct diag){
				 .file = "mentiond.yaml",
				 .line = 3,
				 .column = 3,
				 .message = "unknown key `evry'",
				 .hint = "did you mean `every'?",
				 .excerpt = "  evry: 5m",
			 });
	diags_add(diags, &(struct diag){.level = DIAG_WARNING, .file = "a.yaml", .message = "odd"});
	diags_add(diags, &(struct diag){.line = 2, .message = "no file"});
	diags_error(diags, NULL, 0, 0, "%d sources", 0);
	text = printed(diags);
	assert_string_equal(text,
		"mentiond.yaml:3:3: error: unknown key `evry' (did you mean `every'?)\n"
		"      evry: 5m\n"
		"      ^\n"
		"a.yaml: warning: odd\n"
		"2: error: no file\n"
		"error: 0 sources\n");
}

static void test_an_error_fails_and_a_warning_does_not(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = new_diags();
	const struct diag warning = {.level = DIAG_WARNING, .message = "w"};
	const struct diag error = {.level = DIAG_ERROR, .message = "e"};

	assert_int_equal(diags_add(diags, &warning), 0);
	assert_int_equal(diags_count_errors(diags), 0);
	assert_int_equal(diags_add(diags, &error), -EINVAL);
	assert_int_equal(diags_count(diags), 2);
	assert_int_equal(diags_count_errors(diags), 1);
	assert_string_equal(diags_get(diags, 1)->message, "e");

	/* Without a list nothing is kept, and the result is the same. */
	assert_int_equal(diags_add(NULL, &warning), 0);
	assert_int_equal(diags_add(NULL, &error), -EINVAL);
	assert_int_equal(diags_error(NULL, "f", 1, 1, "e"), -EINVAL);
	assert_int_equal(diags_count(NULL), 0);
	assert_int_equal(diags_count_errors(NULL), 0);
	assert_int_equal(diags_count_warnings(NULL), 0);
	diags_print(NULL, stdout);
}

static void test_copies_what_it_is_given(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = new_diags();
	char message[] = "first";

	diags_add(diags, &(struct diag){.message = message});
	message[0] = 'x';
	assert_string_equal(diags_get(diags, 0)->message, "first");
}

static void test_counts_what_it_does_not_keep(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = new_diags();
	CLEANUP(free_heapp) char *text = NULL;

	for (int i = 0; i < 250; i++)
		diags_error(diags, NULL, 0, 0, "mistake %d", i);
	assert_int_equal(diags_count(diags), 200);
	assert_int_equal(diags_count_errors(diags), 250);
	assert_int_equal(diags_count_warnings(diags), 0);
	text = printed(diags);
	assert_non_null(strstr(text, "mistake 199\n... and 50 more\n"));
}

static void test_survives_more_text_than_it_may_keep(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = new_diags();
	CLEANUP(free_heapp) char *text = NULL;
	CLEANUP(free_heapp) char *line = calloc(400001, 1);

	memset(line, 'x', 400000);
	for (int i = 0; i < 5; i++)
		diags_add(diags,
			&(struct diag){.message = "long", .line = 1, .column = 9, .excerpt = line});
	assert_int_equal(diags_count_errors(diags), 5);
	text = printed(diags);
	assert_true(strlen(text) < 2000);
}

static void test_cuts_a_long_message(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = new_diags();
	CLEANUP(free_heapp) char *name = calloc(10001, 1);

	memset(name, 'x', 10000);
	diags_error(diags, NULL, 0, 0, "unknown key `%s'", name);
	assert_int_equal(strncmp(diags_get(diags, 0)->message, "unknown key `xxx", 16), 0);
	assert_in_range(strlen(diags_get(diags, 0)->message), 4000, 4096);
}

static void test_printing_is_harmless(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = new_diags();
	CLEANUP(free_heapp) char *text = NULL;

	diags_add(diags, &(struct diag){.file = "f",
				 .line = 1,
				 .column = 1,
				 .message = "bad \x1B[31m",
				 .excerpt = "\x1B[31m"});
	text = printed(diags);
	assert_null(strchr(text, '\x1B'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prints_place_hint_and_caret),
		cmocka_unit_test(test_an_error_fails_and_a_warning_does_not),
		cmocka_unit_test(test_copies_what_it_is_given),
		cmocka_unit_test(test_counts_what_it_does_not_keep),
		cmocka_unit_test(test_survives_more_text_than_it_may_keep),
		cmocka_unit_test(test_cuts_a_long_message),
		cmocka_unit_test(test_printing_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
