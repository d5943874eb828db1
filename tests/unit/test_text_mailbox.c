/* Mailboxes as people write them, and as attackers do. */
#include <errno.h>

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
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct mailbox mailbox;

		assert_int_equal(arena_new(4096, &arena), 0);
		expect(mailbox_parse(slice_of(cases[i].text), arena, &mailbox) == 0, "`%s'",
			cases[i].text);
		expect(same_text(mailbox.name, cases[i].name), "`%s': name %s", cases[i].text,
			mailbox.name ? mailbox.name : "(null)");
		expect(same_text(mailbox.address, cases[i].address), "`%s': address %s",
			cases[i].text, mailbox.address);
		expect(same_text(mailbox.domain, cases[i].domain), "`%s': domain %s", cases[i].text,
			mailbox.domain);
	}
}

static void test_refuses_what_is_no_single_mailbox(void **state)
{
	static const struct slice cases[] = {
		SLICE(""),
		SLICE("acme.example"),
		SLICE("@acme.example"),
		SLICE("a@"),
		SLICE("a@b@c"),
		SLICE("a b@c"),
		SLICE("a..b@c"),
		SLICE(".a@c"),
		SLICE("a@-c"),
		SLICE("a@c..d"),
		SLICE("a@[127.0.0.1]"),
		SLICE("\"a b\"@c"),
		SLICE("a@c, d@e"),
		SLICE("x: a@c;"),
		SLICE("Team, Support <a@c>"),
		SLICE("\"Team <a@c>"),
		SLICE("\"a\"b\" <a@c>"),
		SLICE("\"a\\\" <a@c>"),
		SLICE("name a@c>"),
		SLICE("<a@c"),
		SLICE("<a@c>>"),
		SLICE("a@münchen.example"),
		/* A header, a recipient, a command of the attacker's. */
		SLICE("a@c\r\nBcc: evil@x"),
		SLICE("a@c>\r\nRCPT TO:<evil@x"),
		SLICE("Na\nme <a@c>"),
		SLICE("Na\0me <a@c>"),
		SLICE("a@c\0"),
		SLICE("\xff <a@c>"),
	};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct mailbox mailbox;

	assert_int_equal(arena_new(65536, &arena), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(mailbox_parse(cases[i], arena, &mailbox) == -EINVAL, "row %zu: `%.*s'", i,
			SLICE_FMT(cases[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_mailboxes),
		cmocka_unit_test(test_refuses_what_is_no_single_mailbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
