/* Header fields: folding, encoded words, and that they say what they were
 * given. */
#include <ctype.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/utf8.h"
#include "notify/mail/mail_header.h"
#include "unit.h"

static void test_writes_fields(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", "Subject: \r\n"},
		{"Hello", "Subject: Hello\r\n"},
		{"[Acme] 3 angry, 42 mentions, net +8 - Sat 21 Nov",
			"Subject: [Acme] 3 angry, 42 mentions, net +8 - Sat 21 Nov\r\n"},
		{" a\r\nBcc: evil@x\tb ", "Subject: a Bcc: evil@x b\r\n"},
		{"caf\xc3\xa9 now", "Subject: =?UTF-8?Q?caf=C3=A9_now?=\r\n"},
		{"a =?x?= b", "Subject: =?UTF-8?Q?a_=3D=3Fx=3F=3D_b?=\r\n"},
		{"\xe2\x80\xaeloot", "Subject: loot\r\n"},
		{"\xff", "Subject: =?UTF-8?B?77+9?=\r\n"},
		{"ខ្មែរ", "Subject: =?UTF-8?B?4Z6B4Z+S4Z6Y4Z+C4Z6a?=\r\n"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb c",
			"Subject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
			"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb c\r\n"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cc",
			"Subject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
			"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n cc\r\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str str = STR_INIT(4096);

		mail_header_add_text(&str, "Subject", slice_of(cases[i].text));
		expect(same_text(str_text(&str), cases[i].want), "got `%s', want `%s'",
			str_text(&str), cases[i].want);
	}
}

static void test_writes_mailboxes(void **state)
{
	static const struct {
		struct mailbox mailbox;
		const char *want;
	} cases[] = {
		{{NULL, "a@b", "b"}, "To: a@b\r\n"},
		{{"Support Team", "a@b", "b"}, "To: Support Team <a@b>\r\n"},
		{{"Team, \"S\\\"", "a@b", "b"}, "To: \"Team, \\\"S\\\\\\\"\" <a@b>\r\n"},
		{{"J. Doe", "a@b", "b"}, "To: \"J. Doe\" <a@b>\r\n"},
		{{"Zoë (x)", "a@b", "b"}, "To: =?UTF-8?Q?Zo=C3=AB_=28x=29?= <a@b>\r\n"},
		{{"A name that is long enough that the address does not fit",
			 "support@acme.example", ""},
			"To: A name that is long enough that the address does not fit\r\n"
			" <support@acme.example>\r\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str str = STR_INIT(4096);

		mail_header_add_mailbox(&str, "To", &cases[i].mailbox);
		expect(same_text(str_text(&str), cases[i].want), "got `%s', want `%s'",
			str_text(&str), cases[i].want);
	}
}

static int hex(char c)
{
	return is_digit(c) ? c - '0' : toupper(c) - 'A' + 10;
}

static int base64(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c == '\0' ? NULL : strchr(digits, c);

	return found ? (int)(found - digits) : -1;
}

/* Decodes the text of one encoded word; it must hold whole code points. */
static void decode_word(struct str *str, char encoding, struct slice word)
{
	const size_t before = str->len;
	uint32_t bits = 0;
	int n = 0;

	for (size_t i = 0; i < word.len; i++) {
		const char c = word.ptr[i];

		if (encoding == 'B') {
			if (base64(c) < 0)
				break;
			bits = bits << 6 | (uint32_t)base64(c);
			n += 6;
			if (n >= 8)
				str_add_char(str, (char)(bits >> (n -= 8) & 0xff));
		} else if (c == '=') {
			str_add_char(str, (char)(hex(word.ptr[i + 1]) << 4 | hex(word.ptr[i + 2])));
			i += 2;
		} else {
			str_add_char(str, c == '_' ? ' ' : c);
		}
	}
	expect(utf8_is_valid(slice_from(str->ptr + before, str->len - before)),
		"a word cuts a code point: %.*s", SLICE_FMT(word));
}

/* Unfolds and decodes FIELD as a mail program does, and checks its lines. */
static void decode_field(struct slice field, struct str *ret)
{
	struct slice lines = field;
	struct slice line;
	bool after_word = false;

	while (slice_split(&lines, '\n', &line) && line.len > 0) {
		expect(line.ptr[line.len - 1] == '\r', "a bare LF");
		line.len--;

		const bool encoded = slice_find(line, SLICE("=?")) >= 0;
		expect(line.len <= (encoded ? 76 : 78), "a line of %zu", line.len);
		if (!encoded) {
			str_add(ret, line);
			after_word = false;
			continue;
		}

		const size_t start = (size_t)slice_find(line, SLICE("=?"));
		const struct slice word = slice_skip(line, start);
		expect(word.len <= 75, "a word of %zu", word.len);
		expect(slice_starts_with(word, SLICE("=?UTF-8?")) &&
				slice_ends_with(word, SLICE("?=")),
			"no encoded word: %.*s", SLICE_FMT(line));
		if (!after_word)
			str_add(ret, slice_from(line.ptr, start));
		decode_word(ret, word.ptr[8], slice_from(word.ptr + 10, word.len - 12));
		after_word = true;
	}
}

static void add_random_text(struct str *str, struct random *random)
{
	static const uint32_t bases[] = {' ', 'a', 0xe0, 0x531, 0x627, 0xa80, 0x1780, 0x1820,
		0x4e00, 0x1f600, 0x10fff0, 'A', '=', ' '};
	const size_t length = random_next(random) % 300;
	uint32_t base = 'a';

	for (size_t i = 0; i < length; i++) {
		if (random_next(random) % 8 == 0)
			base = bases[random_next(random) % ARRAY_SIZE(bases)];
		/* Single spaces within: the encoder parts words by one. */
		if (base == ' ')
			str_add_text(str, "x ");
		else
			str_add_code_point(str, base + (uint32_t)(random_next(random) % 14));
	}
	str_add_char(str, '.');
}

static void test_says_what_it_was_given(void **state)
{
	struct random random = {.state = 7};

	for (int round = 0; round < 3000; round++) {
		CLEANUP(str_done) struct str text = STR_INIT(4096);
		CLEANUP(str_done) struct str field = STR_INIT(65536);
		CLEANUP(str_done) struct str decoded = STR_INIT(65536);

		add_random_text(&text, &random);
		mail_header_add_text(&field, "Subject", str_slice(&text));
		assert_int_equal(str_error(&field), 0);
		decode_field(str_slice(&field), &decoded);
		expect(strlen(str_text(&decoded)) > 9 &&
				strcmp(str_text(&decoded) + 9, str_text(&text)) == 0,
			"round %d: got `%s', want `%s'", round, str_text(&decoded),
			str_text(&text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_fields),
		cmocka_unit_test(test_writes_mailboxes),
		cmocka_unit_test(test_says_what_it_was_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
