#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "base/errors.h"
#include "unit/unit.h"

static void test_every_error_has_words_and_a_code(void **state)
{
	for (int error = 1; error < 134; error++) {
		expect(error_text(-error) && error_text(-error)[0] != '\0', "words for %d", error);
		expect(error_exit_code(-error) >= EX_USAGE && error_exit_code(-error) <= EX_CONFIG,
			"code for %d", error);
	}
}

static void test_codes_that_callers_rely_on(void **state)
{
	static const struct {
		int error, code;
	} cases[] = {
		{0, EX_OK},
		{3, EX_OK},
		{-EDOM, EX_USAGE},
		{-EINVAL, EX_DATAERR},
		{-EBADMSG, EX_DATAERR},
		{-EMSGSIZE, EX_DATAERR},
		{-EPROTONOSUPPORT, EX_DATAERR},
		{-ENOENT, EX_NOINPUT},
		{-ECONNREFUSED, EX_UNAVAILABLE},
		{-ENOSPC, EX_IOERR},
		{-ETIMEDOUT, EX_TEMPFAIL},
		{-EBUSY, EX_TEMPFAIL},
		{-EALREADY, EX_TEMPFAIL},
		{-EACCES, EX_NOPERM},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(error_exit_code(cases[i].error) == cases[i].code, "%d gives %d",
			cases[i].error, error_exit_code(cases[i].error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_error_has_words_and_a_code),
		cmocka_unit_test(test_codes_that_callers_rely_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
