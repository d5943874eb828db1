/* What names a notice at its target. */
#include <string.h>

#include "base/macro.h"
#include "notify/notice_key.h"
#include "unit/unit.h"

/* The last two stay. */
static const char *made(const struct notice_key *key)
{
	static char keys[2][NOTICE_KEY_SIZE];
	static size_t turn;

	turn = 1 - turn;
	assert_int_equal(notice_key_make(key, keys[turn]), 0);
	return keys[turn];
}

static void test_a_notice_keeps_its_key(void **state)
{
	static const char *const parts[] = {"angry", "acme", "ab", "c"};
	static const char *const other_parts[] = {"angry", "acme", "a", "bc"};
	static const char *const less[] = {"angry", "acme", "ab", NULL};
	const struct notice_key key = {.kind = "alert",
		.parts = parts,
		.n_parts = ARRAY_SIZE(parts),
		.target = "support@acme.example",
		.instance = "01234567-89ab-4cde-8f01-23456789abcd"};
	struct notice_key others[] = {key, key, key, key, key, key};

	/* As it was when such a key was first sent: it is the same for ever. */
	assert_string_equal(made(&key), "5c13849aa7b8cf782c8cbfd64eb3c8f0");

	others[0].kind = "rest";
	others[1].parts = other_parts;
	others[2].parts = less;
	others[3].n_parts--;
	others[4].target = "boss@acme.example";
	others[5].instance = "11234567-89ab-4cde-8f01-23456789abcd";
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		expect(strcmp(made(&key), made(&others[i])) != 0, "row %zu: %s", i,
			made(&others[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_notice_keeps_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
