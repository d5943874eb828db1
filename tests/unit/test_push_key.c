#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "push/key.h"
#include "unit/unit.h"

/* RFC 2202 and RFC 4231, test case 2. */
#define SECRET "Jefe"
#define BODY   "what do ya want for nothing?"
#define SHA1   "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
#define SHA256 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
#define SHA384                                                                                     \
	"af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ec" \
	"fab21649"
#define SHA512                                                                                     \
	"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65" \
	"f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"

static void test_signatures(void **state)
{
	static const struct {
		const char *header;
		bool want;
	} cases[] = {
		{"sha1=" SHA1, true},
		{"sha256=" SHA256, true},
		{"sha384=" SHA384, true},
		{"sha512=" SHA512, true},
		{"SHA256=" SHA256, true},
		{" sha256 = 5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843 ",
			true},
		{"sha256=" SHA1, false},
		{"sha1=" SHA256, false},
		{"md5=" SHA1, false},
		{"sha256=" SHA256 "00", false},
		{"sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3842", false},
		{"sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384", false},
		{"sha256=zzdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", false},
		{"sha256=", false},
		{"sha256", false},
		{"=" SHA256, false},
		{"", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(key_is_signed(slice_of(cases[i].header), SECRET, SLICE(BODY)) ==
				cases[i].want,
			"%s: want %d", cases[i].header, cases[i].want);
	assert_false(key_is_signed(SLICE("sha256=" SHA256), "jefe", SLICE(BODY)));
	assert_false(key_is_signed(SLICE("sha256=" SHA256), SECRET, SLICE(BODY " ")));
	assert_false(key_is_signed(SLICE("sha256=" SHA256), SECRET, SLICE("")));
}

/* What differs in any part, or is cut elsewhere, is something else. */
static void test_each_subject_has_its_own(void **state)
{
	static const struct key_subject subjects[] = {
		{"a", "https://h.example/", "https://t.example/"},
		{"b", "https://h.example/", "https://t.example/"},
		{"a", "https://h.example", "https://t.example/"},
		{"a", "https://h.example/", "https://t.example"},
		{"a", "https://h.example/https://t.example/", ""},
		{"ahttps://h.example/", "", "https://t.example/"},
	};
	const struct push_key key = {.bytes = "key"};
	const struct push_key other = {.bytes = "another key"};
	char tokens[ARRAY_SIZE(subjects)][TOKEN_TEXT_SIZE];
	char secret[SECRET_TEXT_SIZE];
	char again[TOKEN_TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
		assert_int_equal(0, key_make_token(&key, &subjects[i], tokens[i]));
		assert_int_equal(0, key_make_secret(&key, &subjects[i], secret));
		assert_int_equal(TOKEN_TEXT_SIZE - 1, strlen(tokens[i]));
		assert_int_equal(SECRET_TEXT_SIZE - 1, strlen(secret));
		expect(strncmp(tokens[i], secret, TOKEN_TEXT_SIZE - 1) != 0, "%s", tokens[i]);
		for (size_t j = 0; j < i; j++)
			expect(strcmp(tokens[i], tokens[j]) != 0, "%zu and %zu", i, j);
	}
	assert_int_equal(0, key_make_token(&key, &subjects[0], again));
	assert_string_equal(tokens[0], again);
	assert_int_equal(0, key_make_token(&other, &subjects[0], again));
	assert_string_not_equal(tokens[0], again);
}

static void test_the_mark_tells_key_and_address_apart(void **state)
{
	const struct push_key key = {.bytes = "key"};
	const struct push_key other = {.bytes = "another key"};
	char mark[MARK_TEXT_SIZE];
	char second[MARK_TEXT_SIZE];

	assert_int_equal(0, key_make_mark(&key, "https://a.example/", mark));
	assert_int_equal(0, key_make_mark(&key, "https://b.example/", second));
	assert_string_not_equal(mark, second);
	assert_int_equal(0, key_make_mark(&other, "https://a.example/", second));
	assert_string_not_equal(mark, second);
	assert_int_equal(0, key_make_mark(&key, "https://a.example/", second));
	assert_string_equal(mark, second);
}

static void write_file(const char *path, const char *bytes, size_t len, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(len, fwrite(bytes, 1, len, file));
	assert_int_equal(0, fclose(file));
	assert_int_equal(0, chmod(path, mode));
}

static void test_the_file(void **state)
{
	char folder[] = "/tmp/push-key-XXXXXX";
	char path[64];
	struct push_key first;
	struct push_key again;
	struct stat status;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/key", folder);
	assert_int_equal(0, key_open(path, &first));
	assert_int_equal(0, stat(path, &status));
	assert_int_equal(0600, status.st_mode & 07777);
	assert_int_equal(0, key_open(path, &again));
	assert_memory_equal(first.bytes, again.bytes, KEY_BYTES);

	assert_int_equal(0, chmod(path, 0640));
	assert_int_equal(-EPERM, key_open(path, &again));
	write_file(path, "short", 5, 0600);
	assert_int_equal(-EBADMSG, key_open(path, &again));
	write_file(path, "0123456789012345678901234567890123", 34, 0600);
	assert_int_equal(-EBADMSG, key_open(path, &again));

	assert_int_equal(0, unlink(path));
	assert_int_equal(0, key_open(path, &again));
	assert_memory_not_equal(first.bytes, again.bytes, KEY_BYTES);
	assert_int_equal(0, unlink(path));
	assert_int_equal(0, rmdir(folder));
	assert_int_equal(-ENOENT, key_open(path, &again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_each_subject_has_its_own),
		cmocka_unit_test(test_the_mark_tells_key_and_address_apart),
		cmocka_unit_test(test_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
