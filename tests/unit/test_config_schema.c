/* Walks the table of settings: what every row must be. */
#include <stdlib.h>

#include "base/arena.h"
#include "config/schema.h"
#include "config/settings.h"
#include "config/values.h"
#include "unit.h"

static void test_paths_are_unique_and_found(void **state UNUSED)
{
	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);
		const struct slice path = slice_of(setting->path);
		const struct slice key = schema_key(setting);
		const size_t parent_len = path.len - key.len;
		const struct slice parent =
			slice_from(path.ptr, parent_len > 0 ? parent_len - 1 : 0);

		/* An earlier row of the same path would be found instead. */
		expect(schema_find(parent, key) == setting, "%s is not found", setting->path);
		expect(setting->path[strspn(setting->path, "abcdefghijklmnopqrstuvwxyz_.[]")] ==
				'\0',
			"%s has other letters", setting->path);
	}
}

static bool has_row(struct slice path)
{
	for (size_t i = 0; i < schema_count(); i++) {
		char buffer[128];

		if (slice_equals(schema_inner(schema_at(i), buffer, sizeof(buffer)), path))
			return true;
	}
	return path.len == 0;
}

static void test_every_row_has_its_section(void **state UNUSED)
{
	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);
		const size_t inner = strlen(setting->path) - schema_key(setting).len;

		expect(has_row(slice_from(setting->path, inner > 0 ? inner - 1 : 0)),
			"%s stands in no section", setting->path);
	}
}

static void test_every_row_has_help(void **state UNUSED)
{
	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);
		const char *help = setting->help ? setting->help : "";
		const size_t length = strlen(help);

		expect(length > 10 && help[length - 1] == '.', "%s: help is no sentence",
			setting->path);
		expect(!strstr(help, "  "), "%s: two spaces in the help", setting->path);
		expect(setting->example || setting->fallback || setting->type == SETTING_SECTION ||
				setting->type == SETTING_RECORDS,
			"%s: neither example nor default", setting->path);
	}
}

/* The type's own width: another would write beside the member. */
static void test_widths(void **state UNUSED)
{
	static const size_t widths[N_SETTING_TYPES] = {
		[SETTING_TEXT] = sizeof(const char *),
		[SETTING_LINES] = sizeof(const char *),
		[SETTING_NAME] = sizeof(const char *),
		[SETTING_URL] = sizeof(const char *),
		[SETTING_MAILBOX] = sizeof(const char *),
		[SETTING_LANGUAGE] = sizeof(const char *),
		[SETTING_COUNTRY] = sizeof(const char *),
		[SETTING_TIMEZONE] = sizeof(const char *),
		[SETTING_QUERY] = sizeof(const char *),
		[SETTING_RULE] = sizeof(const char *),
		[SETTING_DURATION] = sizeof(int64_t),
		[SETTING_SIZE] = sizeof(size_t),
		[SETTING_NUMBER] = sizeof(double),
		[SETTING_BOOL] = sizeof(bool),
		[SETTING_CHOICE] = sizeof(enum stream_kind),
		[SETTING_TIME] = sizeof(int),
		[SETTING_WEEKDAYS] = sizeof(unsigned int),
		[SETTING_SECRET] = sizeof(struct secret),
		[SETTING_PARAMETERS] = sizeof(struct parameters),
		[SETTING_RECORDS] = sizeof(void *),
	};

	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);
		const size_t want = setting->list ? sizeof(struct texts) : widths[setting->type];

		if (setting->type == SETTING_SECTION)
			expect(setting->width == 0 || setting->width == sizeof(bool), "%s",
				setting->path);
		else if (setting->type == SETTING_COUNT)
			expect(setting->width == 4 || setting->width == 8, "%s", setting->path);
		else
			expect(setting->width == want, "%s: %zu bytes, want %zu", setting->path,
				setting->width, want);
		expect(!setting->list || setting->type <= SETTING_RULE, "%s: a list of these",
			setting->path);
	}
}

static int read(const struct setting *setting, const char *text, struct arena *arena)
{
	struct value value = {.setting = setting, .text = text, .arena = arena};
	char slot[64];

	return value_read(&value, slot);
}

/* Defaults, bounds and examples are values themselves, and within bounds. */
static void test_defaults_are_within_bounds(void **state UNUSED)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;

	assert_int_equal(arena_new(1 << 20, &arena), 0);
	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);
		const char *const texts[] = {setting->fallback, setting->min, setting->max,
			setting->list || setting->type >= SETTING_SECRET ||
					setting->type == SETTING_QUERY
				? NULL
				: setting->example};

		for (size_t k = 0; k < ARRAY_SIZE(texts); k++)
			expect(!texts[k] || read(setting, texts[k], arena) == 1,
				"%s: %s is no such value", setting->path, texts[k]);
		expect((setting->type == SETTING_CHOICE || setting->type == SETTING_URL) ==
				(setting->choices != NULL),
			"%s: choices", setting->path);
		expect((setting->type == SETTING_RECORDS) == (setting->records != NULL),
			"%s: records", setting->path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths_are_unique_and_found),
		cmocka_unit_test(test_every_row_has_its_section),
		cmocka_unit_test(test_every_row_has_help),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_defaults_are_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
