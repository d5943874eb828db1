#include "base/sha256.h"
#include "unit.h"

static void test_hashes(void **state)
{
	/* FIPS 180-2, appendix B. */
	static const struct {
		struct slice bytes;
		const char *want;
	} cases[] = {
		{SLICE(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{SLICE("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{SLICE("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{SLICE("a\0b"), "59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[SHA256_TEXT_SIZE];

		assert_int_equal(0, sha256_text(cases[i].bytes, text));
		expect(same_text(text, cases[i].want), "row %zu: %s", i, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_hashes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
