#include "http/address.h"
#include "unit/unit.h"

static void test_private_addresses(void **state)
{
	static const struct {
		const char *text;
		bool private;
	} cases[] = {
		{"0.0.0.0", true},
		{"0.255.255.255", true},
		{"1.0.0.0", false},
		{"9.255.255.255", false},
		{"10.0.0.1", true},
		{"11.0.0.0", false},
		{"100.63.255.255", false},
		{"100.64.0.0", true},
		{"100.127.255.255", true},
		{"100.128.0.0", false},
		{"127.0.0.1", true},
		{"127.255.255.254", true},
		{"128.0.0.1", false},
		{"169.254.169.254", true},
		{"169.255.0.0", false},
		{"172.15.255.255", false},
		{"172.16.0.0", true},
		{"172.31.255.255", true},
		{"172.32.0.0", false},
		{"192.0.0.8", true},
		{"192.0.1.0", false},
		{"192.167.255.255", false},
		{"192.168.1.1", true},
		{"192.169.0.0", false},
		{"198.17.255.255", false},
		{"198.18.0.0", true},
		{"198.19.255.255", true},
		{"198.20.0.0", false},
		{"223.255.255.255", false},
		{"224.0.0.1", true},
		{"240.0.0.1", true},
		{"255.255.255.255", true},
		{"93.184.216.34", false},
		{"::", true},
		{"::1", true},
		{"::127.0.0.1", true},
		{"::ffff:127.0.0.1", true},
		{"::ffff:10.1.2.3", true},
		{"::ffff:93.184.216.34", false},
		{"64:ff9b::7f00:1", true},
		{"64:ff9b::5db8:d822", false},
		{"64:ff9b:1::5db8:d822", true},
		{"100::1", true},
		{"2001::1", true},
		{"2001:4860:4860::8888", false},
		{"2002:7f00:1::", true},
		{"2002:a00:1::", true},
		{"2002:5db8:d822::", false},
		{"2a00:1450::1", false},
		{"fbff::1", false},
		{"fc00::1", true},
		{"fdff::1", true},
		{"fe7f::1", false},
		{"fe80::1", true},
		{"febf::1", true},
		{"fec0::1", true},
		{"ff02::1", true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct address address;

		expect(address_parse(cases[i].text, &address) == 1, "%s is none", cases[i].text);
		expect(address_is_private(&address) == cases[i].private, "%s: want %d",
			cases[i].text, cases[i].private);
	}
}

static void test_only_plain_numeric_forms_are_parsed(void **state)
{
	static const char *const texts[] = {
		"", "localhost", "0x7f.1", "2130706433", "127.1", "[::1]", "::1%lo", "1.2.3.4.5"};
	struct address address;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		expect(address_parse(texts[i], &address) == 0, "`%s' is one", texts[i]);
}

static void test_format_is_what_parse_reads(void **state)
{
	static const char *const texts[] = {"127.0.0.1", "::1", "2a00:1450:4001:81a::200e"};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct address address;
		char text[ADDRESS_TEXT_SIZE];

		assert_int_equal(address_parse(texts[i], &address), 1);
		assert_string_equal(address_format(&address, text), texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private_addresses),
		cmocka_unit_test(test_only_plain_numeric_forms_are_parsed),
		cmocka_unit_test(test_format_is_what_parse_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
