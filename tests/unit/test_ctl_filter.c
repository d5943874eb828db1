/* Lines of JSON through a filter: what is taken, and what is told. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "ctl/ctl.h"
#include "unit.h"

struct seen {
	size_t n;
	int answer; /* to every object */
};

static int see(json_t *object, void *userdata)
{
	struct seen *seen = userdata;

	assert_true(json_is_object(object));
	seen->n++;
	return seen->answer;
}

static int filter(struct slice text, struct seen *seen)
{
	/* fmemopen() takes no empty buffer. */
	char *copy = malloc(text.len + 1);
	assert_non_null(copy);
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\n';

	FILE *in = fmemopen(copy, text.len + 1, "r");
	assert_non_null(in);
	const int r = ctl_filter(in, see, seen);

	fclose(in);
	free(copy);
	return r;
}

static void test_lines(void **state UNUSED)
{
	static const struct {
		const char *text;
		size_t seen;
		int want;
	} rows[] = {
		{"", 0, 0},
		{"{}\n{\"a\":1}", 2, 0},
		{"\n  \n{}\r\n\n", 1, 0},
		{"{}\nno json\n{}", 2, -EINVAL},
		{"[1]\n{}", 1, -EINVAL},
		{"{} {}", 0, -EINVAL},
		{"{\"a\":", 0, -EINVAL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct seen seen = {0};
		const int r = filter(slice_of(rows[i].text), &seen);

		expect(r == rows[i].want && seen.n == rows[i].seen, "%s: %d after %zu objects",
			rows[i].text, r, seen.n);
	}
}

static void test_what_the_filter_refuses_is_a_bad_line(void **state UNUSED)
{
	struct seen seen = {.answer = -EINVAL};

	assert_int_equal(filter(SLICE("{}\n{}"), &seen), -EINVAL);
	assert_int_equal(seen.n, 2);
}

static void test_other_errors_end_it(void **state UNUSED)
{
	struct seen seen = {.answer = -ENOMEM};

	assert_int_equal(filter(SLICE("{}\n{}"), &seen), -ENOMEM);
	assert_int_equal(seen.n, 1);
}

static void test_a_line_that_is_too_long_is_skipped(void **state UNUSED)
{
	CLEANUP(str_done) struct str text = STR_INIT(32 << 20);
	CLEANUP(free_heapp) char *spaces = malloc((8 << 20) + 1);
	struct seen seen = {0};

	assert_non_null(spaces);
	memset(spaces, ' ', 8 << 20);
	spaces[8 << 20] = '\0';
	str_add_text(&text, "{}\n{\"a\": 1");
	str_add_text(&text, spaces);
	str_add_text(&text, "}\n{}");
	assert_int_equal(str_error(&text), 0);

	assert_int_equal(filter(str_slice(&text), &seen), -EINVAL);
	assert_int_equal(seen.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_what_the_filter_refuses_is_a_bad_line),
		cmocka_unit_test(test_other_errors_end_it),
		cmocka_unit_test(test_a_line_that_is_too_long_is_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
