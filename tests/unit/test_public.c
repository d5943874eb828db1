/* The public header alone: what a program needs that is to be mentiond or mentionctl. */
#include <sysexits.h>

#include <mentiond/mentiond.h>

#include "unit.h"

static void test_a_program_is_its_arguments(void **state)
{
	char name[] = "mentionctl", version[] = "--version", wrong[] = "--no-such-option";
	char *right_arguments[] = {name, version, NULL};
	char *wrong_arguments[] = {name, wrong, NULL};

	assert_string_equal(mn_version(), MENTIOND_VERSION);
	assert_int_equal(mn_ctl_main(2, right_arguments), EX_OK);
	assert_int_equal(mn_daemon_main(2, right_arguments), EX_OK);
	assert_int_equal(mn_ctl_main(2, wrong_arguments), EX_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_program_is_its_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
