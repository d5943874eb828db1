/* Each type of value: what is one and what is none. */
#include "base/arena.h"
#include "base/clock.h"
#include "config/values.h"
#include "unit.h"

static int read_as(const struct setting *setting, const char *text, void *slot)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct value value = {.setting = setting, .text = text};

	assert_int_equal(arena_new(1 << 20, &arena), 0);
	value.arena = arena;
	return value_read(&value, slot);
}

static void test_whole_numbers(void **state UNUSED)
{
	static const struct {
		enum setting_type type;
		const char *text;
		int64_t want; /* -1: it is none */
	} rows[] = {
		{SETTING_DURATION, "90s", 90 * US_PER_S},
		{SETTING_DURATION, "1h30m", 90 * US_PER_MINUTE},
		{SETTING_DURATION, "2w", 14 * US_PER_DAY},
		{SETTING_DURATION, "90", -1},
		{SETTING_DURATION, "-1s", -1},
		{SETTING_DURATION, "1 h", -1},
		{SETTING_DURATION, "99999999999y", -1},
		{SETTING_SIZE, "512", 512},
		{SETTING_SIZE, "64k", 65536},
		{SETTING_SIZE, "16MiB", 16 << 20},
		{SETTING_SIZE, "1gb", 1 << 30},
		{SETTING_SIZE, "1T", -1},
		{SETTING_SIZE, "M", -1},
		{SETTING_SIZE, "9999999999999G", -1},
		{SETTING_COUNT, "0", 0},
		{SETTING_COUNT, "30", 30},
		{SETTING_COUNT, "-1", -1},
		{SETTING_COUNT, "3.5", -1},
		{SETTING_COUNT, "", -1},
		{SETTING_COUNT, "99999999999999999999", -1},
		{SETTING_TIME, "08:00", 480},
		{SETTING_TIME, "8:05", 485},
		{SETTING_TIME, "23:59", 1439},
		{SETTING_TIME, "24:00", -1},
		{SETTING_TIME, "08:60", -1},
		{SETTING_TIME, "8", -1},
		{SETTING_TIME, "08:0", -1},
		{SETTING_TIME, "08:00:00", -1},
		{SETTING_TIME, "-8:00", -1},
		{SETTING_WEEKDAYS, "mon-sun", 0x7f},
		{SETTING_WEEKDAYS, "mon-fri", 0x3e},
		{SETTING_WEEKDAYS, "fri-mon", 0x63},
		{SETTING_WEEKDAYS, "Sat, Sunday", 0x41},
		{SETTING_WEEKDAYS, "wed", 0x08},
		{SETTING_WEEKDAYS, "mon-mon", 0x02},
		{SETTING_WEEKDAYS, "mo", -1},
		{SETTING_WEEKDAYS, "mon,", -1},
		{SETTING_WEEKDAYS, "mon-", -1},
		{SETTING_WEEKDAYS, "", -1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct setting setting = {
			.path = "x", .type = rows[i].type, .width = sizeof(int64_t)};
		int64_t got = -1;
		const int r = read_as(&setting, rows[i].text, &got);

		expect(r == (rows[i].want >= 0) && got == rows[i].want, "%s: %lld, want %lld",
			rows[i].text, (long long)got, (long long)rows[i].want);
	}
}

static void test_a_narrow_slot_is_not_overrun(void **state UNUSED)
{
	const struct setting setting = {
		.path = "x", .type = SETTING_COUNT, .width = sizeof(unsigned int)};
	unsigned int slots[2] = {7, 7};

	assert_int_equal(read_as(&setting, "30", &slots[0]), 1);
	assert_int_equal(slots[0], 30);
	assert_int_equal(slots[1], 7);
}

static void test_bounds_are_inclusive(void **state UNUSED)
{
	const struct setting setting = {.path = "x",
		.type = SETTING_DURATION,
		.width = sizeof(int64_t),
		.min = "1s",
		.max = "1m"};
	int64_t us = 0;

	assert_int_equal(read_as(&setting, "1s", &us), 1);
	assert_int_equal(read_as(&setting, "60s", &us), 1);
	assert_int_equal(read_as(&setting, "0s", &us), 0);
	assert_int_equal(read_as(&setting, "61s", &us), 0);
	assert_int_equal(us, 60 * US_PER_S);
}

static void test_words(void **state UNUSED)
{
	static const struct {
		enum setting_type type;
		const char *text;
		int want;
	} rows[] = {
		{SETTING_BOOL, "true", 1},
		{SETTING_BOOL, "No", 1},
		{SETTING_BOOL, "1", 0},
		{SETTING_CHOICE, "skip", 1},
		{SETTING_CHOICE, "Skip", 0},
		{SETTING_CHOICE, "", 0},
		{SETTING_LANGUAGE, "en", 1},
		{SETTING_LANGUAGE, "hi-Latn", 1},
		{SETTING_LANGUAGE, "e", 0},
		{SETTING_LANGUAGE, "en-", 0},
		{SETTING_LANGUAGE, "en_GB", 0},
		{SETTING_COUNTRY, "ke", 1},
		{SETTING_COUNTRY, "KEN", 0},
		{SETTING_COUNTRY, "K1", 0},
		{SETTING_NAME, "acme", 1},
		{SETTING_NAME, "ажил тест", 1},
		{SETTING_NAME, " acme", 0},
		{SETTING_NAME, "a\nb", 0},
		{SETTING_NAME, "", 0},
		{SETTING_TEXT, "a\x1b[31m", 0},
		{SETTING_LINES, "a\n\tb", 1},
		{SETTING_LINES, "\n \n", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct setting setting = {.path = "x",
			.type = rows[i].type,
			.width = sizeof(unsigned int),
			.choices = "send skip"};
		char slot[8];

		expect(read_as(&setting, rows[i].text, slot) == rows[i].want, "`%s': want %d",
			rows[i].text, rows[i].want);
	}
}

static void test_long_names_are_refused(void **state UNUSED)
{
	const struct setting setting = {.path = "x", .type = SETTING_NAME};
	char name[66];
	char slot[8];

	memset(name, 'a', sizeof(name));
	name[65] = '\0';
	assert_int_equal(read_as(&setting, name, slot), 0);
	name[64] = '\0';
	assert_int_equal(read_as(&setting, name, slot), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_numbers),
		cmocka_unit_test(test_a_narrow_slot_is_not_overrun),
		cmocka_unit_test(test_bounds_are_inclusive),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_long_names_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
