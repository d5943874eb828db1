/* Mailboxes as people write them, and as attackers do. */
#include <errno.h>
#include <string.h>

#include "text/mailbox.h"
#include "unit.h"

static void test_reads_mailboxes(void **state)
{
	static const struct {
		const char *text, *name, *address, *domain;
	} cases[] = {
		{"support@acme.example", NULL, "support@acme.example", "acme.example"},
		{"  root@localhost ", NULL, "root@localhost", "localhost"},
		{"<a@b.c>", NULL, "a@b.c", "b.c"},
		{"Support Team <support@acme.example>", "Support Team", "support@acme.example",
			"acme.example"},
		{"Support<s@acme.example>", "Support", "s@acme.example", "acme.example"},
		{"\"Team, \\\"Support\\\"\" <s@a.example>", "Team, \"Support\"", "s@a.example",
			"a.example"},
		{"Ünï Çødé <u+x@a-b.example>", "Ünï Çødé", "u+x@a-b.example", "a-b.example"},
		{"ក្រុមជំនួយ <kh@a.example>", "ក្រុមជំនួយ", "kh@a.example", "a.example"},
		{"\"\" <a@b>", NULL, "a@b", "b"},
		{"\"<>\" <a@b>", "<>", "a@b", "b"},
		/* RFC 5322 wants quotes around these; people do not. */
		{"Maya (Marketing) <maya@a.example>", "Maya (Marketing)", "maya@a.example",
			"a.example"},
		{"Maya, Marketing <maya@a.example>", "Maya, Marketing", "maya@a.example",
			"a.example"},
		{"[Care] <care@a.example>", "[Care]", "care@a.example", "a.example"},
		{"Care: urgent; now <care@a.example>", "Care: urgent; now", "care@a.example",
			"a.example"},
		{"care@a.example <care@a.example>", "care@a.example", "care@a.example",
			"a.example"},
		{"Acme @ Nairobi <care@a.example>", "Acme @ Nairobi", "care@a.example",
			"a.example"},
		{"Team \\ Care <care@a.example>", "Team \\ Care", "care@a.example", "a.example"},
		{"\"Maya\" Wanjiru, \"a@b, c\" <maya@a.example>", "Maya Wanjiru, a@b, c",
			"maya@a.example", "a.example"},
		{"\"a@c, b@d\" <maya@a.example>", "a@c, b@d", "maya@a.example", "a.example"},
		{"Маша (Маркетинг) <m@a.example>", "Маша (Маркетинг)", "m@a.example", "a.example"},
		/* Domains of other scripts. */
		{"care@юнайтед.рф", NULL, "care@xn--80aicps6azf.xn--p1ai",
			"xn--80aicps6azf.xn--p1ai"},
		{"care@München.example", NULL, "care@xn--mnchen-3ya.example",
			"xn--mnchen-3ya.example"},
		{"Care <care@例え。テスト>", "Care", "care@xn--r8jz45g.xn--zckzah",
			"xn--r8jz45g.xn--zckzah"},
		{"Care@Acme.Example", NULL, "Care@Acme.Example", "Acme.Example"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct mailbox mailbox;

		assert_int_equal(arena_new(4096, &arena), 0);
		expect(mailbox_parse(slice_of(cases[i].text), arena, &mailbox, NULL) == 0, "`%s'",
			cases[i].text);
		expect(same_text(mailbox.name, cases[i].name), "`%s': name %s", cases[i].text,
			mailbox.name ? mailbox.name : "(null)");
		expect(same_text(mailbox.address, cases[i].address), "`%s': address %s",
			cases[i].text, mailbox.address);
		expect(same_text(mailbox.domain, cases[i].domain), "`%s': domain %s", cases[i].text,
			mailbox.domain);
	}
}

static void test_says_why_a_text_is_none(void **state)
{
	static const struct {
		struct slice text;
		const char *problem; /* how it begins; NULL: none */
	} cases[] = {
		{SLICE(""), NULL},
		{SLICE("acme.example"), NULL},
		{SLICE("@acme.example"), NULL},
		{SLICE("name a@c>"), NULL},
		{SLICE("a@"), "what stands behind the @"},
		{SLICE("a@b@c"), "what stands behind the @"},
		{SLICE("a@-c"), "what stands behind the @"},
		{SLICE("a@c..d"), "what stands behind the @"},
		{SLICE("a@c_d"), "what stands behind the @"},
		{SLICE("a@[127.0.0.1]"), "what stands behind the @"},
		{SLICE("a@м\1.рф"), "the mailbox holds a control"},
		{SLICE("a@-м.рф"), "what stands behind the @"},
		{SLICE("a@c (Team)"), "what stands behind the @"},
		{SLICE("a b@c"), "what stands before the @ is no name"},
		{SLICE("a..b@c"), "what stands before the @ is no name"},
		{SLICE(".a@c"), "what stands before the @ is no name"},
		{SLICE("\"a b\"@c"), "what stands before the @ is no name"},
		{SLICE("маша@a.example"), "what stands before the @ is not ASCII"},
		{SLICE("Маша <маша@a.example>"), "what stands before the @ is not ASCII"},
		{SLICE("a23456789b123456789c123456789d123456789e123456789f123456789g12345@c"),
			"what stands before the @ is longer"},
		/* Whoever stands first would be told nothing. */
		{SLICE("a@c, d@e"), "these are several"},
		{SLICE("a@c; d@e"), "these are several"},
		{SLICE("a@c, D <d@e>"), "these are several"},
		{SLICE("A <a@c>, D <d@e>"), "these are several"},
		{SLICE("\"A, B\" <a@c>, D <d@e>"), "these are several"},
		{SLICE("x: a@c;"), "what stands before the @ is no name"},
		{SLICE("Team <old> <a@c>"), "the name holds <"},
		{SLICE("\"Team <a@c>"), "a quote in the name"},
		{SLICE("\"a\"b\" <a@c>"), "a quote in the name"},
		{SLICE("\"a\\\" <a@c>"), "a quote in the name"},
		{SLICE("<a@c"), "the address is not closed"},
		{SLICE("Team <a@c> x"), "the address is not closed"},
		{SLICE("<a@c>>"), "what stands behind the @"},
		/* A header, a recipient, a command of the attacker's. */
		{SLICE("a@c\r\nBcc: evil@x"), "the mailbox holds a control"},
		{SLICE("a@c>\r\nRCPT TO:<evil@x"), "the mailbox holds a control"},
		{SLICE("Na\nme <a@c>"), "the mailbox holds a control"},
		{SLICE("Na\0me <a@c>"), "the mailbox holds a control"},
		{SLICE("a@c\0"), "the mailbox holds a control"},
		{SLICE("Na\xc2\x85me <a@c>"), "the mailbox holds a control"},
		{SLICE("\xff <a@c>"), "the mailbox is not UTF-8"},
	};
	CLEANUP(arena_freep) struct arena *arena = NULL;

	assert_int_equal(arena_new(65536, &arena), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct slice want = slice_of(cases[i].problem);
		struct mailbox_mistake mistake = {0};
		struct mailbox mailbox;

		expect(mailbox_parse(cases[i].text, arena, &mailbox, &mistake) == -EINVAL,
			"row %zu: `%.*s'", i, SLICE_FMT(cases[i].text));
		expect(!mistake.problem == !cases[i].problem &&
				slice_starts_with(slice_of(mistake.problem), want),
			"row %zu: `%.*s': %s", i, SLICE_FMT(cases[i].text),
			mistake.problem ? mistake.problem : "(null)");
	}
}

static void test_bounds_what_it_reads(void **state)
{
	char text[1100];
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct mailbox_mistake mistake = {0};
	struct mailbox mailbox;

	assert_int_equal(arena_new(65536, &arena), 0);
	memset(text, 'n', sizeof(text));
	memcpy(text + 257, " <a@c>", 7);
	assert_int_equal(mailbox_parse(slice_of(text), arena, &mailbox, &mistake), -EINVAL);
	assert_string_equal(mistake.problem, "the name is longer than 256 bytes");

	memset(text, 'n', sizeof(text));
	assert_int_equal(
		mailbox_parse(slice_from(text, sizeof(text)), arena, &mailbox, &mistake), -EINVAL);
	assert_string_equal(mistake.problem, "the mailbox is longer than 998 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_mailboxes),
		cmocka_unit_test(test_says_why_a_text_is_none),
		cmocka_unit_test(test_bounds_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
