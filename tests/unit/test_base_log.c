#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "unit/unit.h"

/* Runs log_full() with standard error in a file; the caller frees the text. */
static char *logged(enum log_level level, int error, const char *message)
{
	FILE *file = tmpfile();
	const int saved = dup(STDERR_FILENO);
	char *text = calloc(1, 20000);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(saved >= 0);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	log_init("test", LOG_LEVEL_INFO);
	const int r = log_full(level, error, NULL, "%s", message);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);

	assert_int_equal(r, error);
	rewind(file);
	assert_true(fread(text, 1, 19999, file) < 19999);
	fclose(file);
	return text;
}

static void test_writes_plain_lines(void **state)
{
	static const struct {
		const char *invocation, *wanted_level; /* of the environment */
		enum log_level level;
		int error;
		const char *message, *want;
	} cases[] = {
		{NULL, NULL, LOG_LEVEL_INFO, 0, "ready", "test: ready\n"},
		{NULL, NULL, LOG_LEVEL_DEBUG, 0, "detail", ""},
		{NULL, "debug", LOG_LEVEL_DEBUG, 0, "detail", "test: detail\n"},
		{NULL, "error", LOG_LEVEL_WARNING, 0, "late", ""},
		{NULL, "nonsense", LOG_LEVEL_INFO, 0, "ready", "test: ready\n"},
		{NULL, NULL, LOG_LEVEL_WARNING, -ETIMEDOUT, "poll",
			"test: warning: poll: timed out\n"},
		{NULL, NULL, LOG_LEVEL_ERROR, 0, "a\nb\x1B[0m",
			"test: error: a b\xEF\xBF\xBD[0m\n"},
		{"abc", NULL, LOG_LEVEL_ERROR, 0, "x", "<3>x\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsetenv("INVOCATION_ID");
		unsetenv("MENTIOND_LOG");
		if (cases[i].invocation)
			setenv("INVOCATION_ID", cases[i].invocation, 1);
		if (cases[i].wanted_level)
			setenv("MENTIOND_LOG", cases[i].wanted_level, 1);

		CLEANUP(free_heapp)
		char *got = logged(cases[i].level, cases[i].error, cases[i].message);

		expect(strcmp(got, cases[i].want) == 0, "row %zu logs `%s'", i, got);
	}
}

static void test_a_long_message_is_one_bounded_line(void **state)
{
	CLEANUP(free_heapp) char *long_text = calloc(100001, 1);

	assert_non_null(long_text);
	memset(long_text, 'x', 100000);
	unsetenv("INVOCATION_ID");

	CLEANUP(free_heapp) char *got = logged(LOG_LEVEL_ERROR, -EIO, long_text);

	assert_in_range(strlen(got), 8000, 9000);
	assert_int_equal(strcspn(got, "\n"), strlen(got) - 1);
	assert_non_null(strstr(got, ": Input/output error"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_plain_lines),
		cmocka_unit_test(test_a_long_message_is_one_bounded_line),
	};

	unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
