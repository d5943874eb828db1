#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diags.h"
#include "base/file.h"
#include "config/secret.h"
#include "config/settings.h"
#include "unit.h"

static void test_environment(void **state UNUSED)
{
	const struct secret secret = {.kind = SECRET_ENVIRONMENT, .name = "TEST_CONFIG_SECRET"};
	CLEANUP(free_heapp) char *text = NULL;

	setenv("TEST_CONFIG_SECRET", "hunter2\r\n", 1);
	assert_int_equal(secret_read(&secret, &text, NULL), 0);
	assert_string_equal(text, "hunter2");
}

static void test_what_is_not_there(void **state UNUSED)
{
	const struct secret secret = {.kind = SECRET_ENVIRONMENT, .name = "TEST_CONFIG_SECRET"};
	const struct secret none = {.kind = SECRET_NONE};
	CLEANUP(diags_freep) struct diags *diags = NULL;
	char *text = NULL;

	assert_int_equal(diags_new(&diags), 0);
	unsetenv("TEST_CONFIG_SECRET");
	assert_int_equal(secret_read(&secret, &text, diags), -ENOENT);
	assert_int_equal(diags_count_errors(diags), 1);
	assert_int_equal(secret_read(&none, &text, diags), -ENOENT);
	assert_null(text);
}

static void test_credential(void **state UNUSED)
{
	char folder[] = "/tmp/test_config_secret.XXXXXX";
	char path[64];
	const struct secret secret = {.kind = SECRET_CREDENTIAL, .name = "smtp"};
	const struct secret other = {.kind = SECRET_CREDENTIAL, .name = "other"};
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(free_heapp) char *text = NULL;

	assert_int_equal(diags_new(&diags), 0);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(secret_read(&secret, &text, diags), -ENOENT);
	assert_non_null(strstr(diags_get(diags, 0)->hint, "LoadCredential=smtp:"));

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/smtp", folder);
	/* One line end goes; what else is white belongs to it. */
	assert_int_equal(file_replace(path, SLICE("hunter2 \n\n"), 0600), 0);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	assert_int_equal(secret_read(&secret, &text, diags), 0);
	assert_string_equal(text, "hunter2 \n");
	free_heapp(&text);
	text = NULL;
	assert_int_equal(secret_read(&other, &text, diags), -ENOENT);

	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_credential),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
