/* Bodies: readable by every mail program, harmless to every server. */
#include "base/random.h"
#include "base/utf8.h"
#include "notify/mail/quoted_printable.h"
#include "unit.h"

static void test_encodes(void **state)
{
	static const struct {
		struct slice text;
		const char *want;
	} cases[] = {
		{SLICE(""), ""},
		{SLICE("a"), "a\r\n"},
		{SLICE("a\nb\r\nc\rd"), "a\r\nb\r\nc\r\nd\r\n"},
		{SLICE("a = \xc3\xa9"), "a =3D =C3=A9\r\n"},
		{SLICE("a \nb\t\n"), "a=20\r\nb=09\r\n"},
		{SLICE("a \x01\nb"), "a=20\r\nb\r\n"},
		{SLICE("a\0b\x1b[31mc\xc2\x9b"), "ab[31mc\r\n"},
		/* SMTP smuggling: the end of the mail, and a command. */
		{SLICE("\n.\nMAIL FROM:<x>\n"), "\r\n=2E\r\nMAIL FROM:<x>\r\n"},
		{SLICE(".a"), "=2Ea\r\n"},
		{SLICE("From me\nFrost"), "=46rom me\r\nFrost\r\n"},
		{SLICE("\xff"), "=EF=BF=BD\r\n"},
		{SLICE("0123456789012345678901234567890123456789012345678901234567890123456789"
		       "01234.6"),
			"0123456789012345678901234567890123456789012345678901234567890123456789"
			"01234=\r\n=2E6\r\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str str = STR_INIT(4096);

		quoted_printable_add(&str, cases[i].text);
		expect(strcmp(str_text(&str), cases[i].want) == 0, "row %zu: got `%s', want `%s'",
			i, str_text(&str), cases[i].want);
	}
}

static int hex(char c)
{
	return is_digit(c) ? c - '0' : c - 'A' + 10;
}

/* Decodes, and checks every line on the way. */
static void decode(struct slice text, struct str *ret)
{
	struct slice line;

	while (slice_split(&text, '\n', &line) && line.len > 0) {
		expect(line.ptr[line.len - 1] == '\r', "a bare LF");
		line.len--;
		expect(line.len <= 76, "a line of %zu", line.len);
		expect(line.len == 0 || (line.ptr[0] != '.' && line.ptr[line.len - 1] != ' '),
			"`%.*s'", SLICE_FMT(line));

		const bool soft = slice_ends_with(line, SLICE("="));
		line.len -= soft;
		for (size_t i = 0; i < line.len; i++) {
			if (line.ptr[i] == '=') {
				str_add_char(ret,
					(char)(hex(line.ptr[i + 1]) << 4 | hex(line.ptr[i + 2])));
				i += 2;
			} else {
				str_add_char(ret, line.ptr[i]);
			}
		}
		expect(utf8_is_valid(str_slice(ret)), "a line cuts a code point");
		if (!soft)
			str_add_char(ret, '\n');
	}
}

static void test_says_what_it_was_given(void **state)
{
	static const char *const pieces[] = {" ", ".", "=", "a", "From ", "\n", "\n.\n", "word",
		"é", "ខ្មែរ", "😡", "ગુજરાતી", "\t", "0123456789012345678901234567890123456789"};
	struct random random = {.state = 11};

	for (int round = 0; round < 2000; round++) {
		CLEANUP(str_done) struct str text = STR_INIT(65536);
		CLEANUP(str_done) struct str encoded = STR_INIT(1 << 20);
		CLEANUP(str_done) struct str decoded = STR_INIT(1 << 20);

		for (size_t n = random_next(&random) % 120; n > 0; n--)
			str_add_text(&text, pieces[random_next(&random) % ARRAY_SIZE(pieces)]);
		str_add_text(&text, ".\n");
		quoted_printable_add(&encoded, str_slice(&text));
		assert_int_equal(str_error(&encoded), 0);
		decode(str_slice(&encoded), &decoded);
		expect(strcmp(str_text(&decoded), str_text(&text)) == 0, "round %d: `%s'", round,
			str_text(&text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encodes),
		cmocka_unit_test(test_says_what_it_was_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
