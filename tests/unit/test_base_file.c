#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "unit/unit.h"

static char folder[] = "/tmp/mentiond-file-XXXXXX";

static int make_folder(void **state)
{
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	return rmdir(folder);
}

/* The path of NAME in the folder, for one use. */
static const char *in_folder(const char *name)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void test_reads_whole_files_up_to_the_limit(void **state)
{
	const char *path = in_folder("bytes");
	char *text = NULL;
	size_t len = 0;

	assert_int_equal(file_replace(path, SLICE("a\0b\xFF"), 0600), 0);
	assert_int_equal(file_read(path, 4, &text, &len), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(text, "a\0b\xFF", 5);
	free(text);
	assert_int_equal(file_read(path, 3, &text, &len), -EMSGSIZE);
	assert_int_equal(file_replace(path, SLICE(""), 0600), 0);
	assert_int_equal(file_read(path, 3, &text, NULL), 0);
	assert_string_equal(text, "");
	free(text);
	unlink(path);
	assert_int_equal(file_read(path, 3, &text, NULL), -ENOENT);
	assert_int_equal(file_read(folder, 3, &text, NULL), -EISDIR);
}

static void test_replaces_at_once_or_not_at_all(void **state)
{
	const char *path = in_folder("config");
	struct stat status;
	char *text = NULL;

	assert_int_equal(file_replace(path, SLICE("old"), 0640), 0);
	FILE *reader = fopen(path, "re");
	assert_non_null(reader);
	assert_int_equal(file_replace(path, SLICE("new"), 0600), 0);

	/* Who had it open still sees the old file, whole. */
	char old[8] = "";
	assert_int_equal(fread(old, 1, sizeof(old), reader), 3);
	assert_string_equal(old, "old");
	fclose(reader);

	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(file_read(path, 10, &text, NULL), 0);
	assert_string_equal(text, "new");
	free(text);
	unlink(path);
	/* remove_folder() fails when a temporary file is left. */
	assert_int_equal(file_replace(in_folder("no/such"), SLICE("x"), 0600), -ENOENT);
	assert_int_equal(mkdir(in_folder("taken"), 0700), 0);
	assert_int_equal(file_replace(in_folder("taken"), SLICE("x"), 0600), -EISDIR);
	assert_int_equal(rmdir(in_folder("taken")), 0);
}

static void test_reads_lines(void **state)
{
	static const char content[] = "first\r\n\nthis line is too long\nlast";
	CLEANUP(str_done) struct str line = STR_INIT(10);
	FILE *file = fmemopen((void *)(uintptr_t)content, sizeof(content) - 1, "r");

	assert_non_null(file);
	assert_int_equal(file_read_line(file, &line), 1);
	assert_string_equal(str_text(&line), "first");
	assert_int_equal(file_read_line(file, &line), 1);
	assert_string_equal(str_text(&line), "");
	assert_int_equal(file_read_line(file, &line), -EMSGSIZE);
	assert_int_equal(file_read_line(file, &line), 1);
	assert_string_equal(str_text(&line), "last");
	assert_int_equal(file_read_line(file, &line), 0);
	assert_int_equal(file_read_line(file, &line), 0);
	fclose(file);
}

static void test_finds_data(void **state)
{
	char *path = NULL;

	unsetenv("MENTIOND_DATA");
	assert_int_equal(file_find_data("presets/x.yaml", &path), 0);
	assert_string_equal(path, MENTIOND_SOURCE_DIR "/config/presets/x.yaml");
	free(path);
	setenv("MENTIOND_DATA", "/elsewhere", 1);
	assert_int_equal(file_find_data("x", &path), 0);
	assert_string_equal(path, "/elsewhere/x");
	free(path);
	unsetenv("MENTIOND_DATA");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_whole_files_up_to_the_limit),
		cmocka_unit_test(test_replaces_at_once_or_not_at_all),
		cmocka_unit_test(test_reads_lines),
		cmocka_unit_test(test_finds_data),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
