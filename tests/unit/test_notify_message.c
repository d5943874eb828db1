/* Whole messages: headers, structure, identity, refusals. */
#include <errno.h>

#include "base/str.h"
#include "notify/mail/message.h"
#include "unit.h"

static const struct message plain = {
	.kind = DELIVERY_ALERT,
	.from = "mentiond <mentiond@acme.example>",
	.to = "Support Team <support@acme.example>",
	.message_id = "alert.57.x@acme.example",
	.date_us = INT64_C(1795237200) * US_PER_S,
	.timezone = "Africa/Nairobi",
	.content = {"Hello", "Text.\n", "<p>Text.</p>\n"},
};

static struct slice rendered(const struct message *message, struct arena *arena)
{
	struct slice bytes = {0};
	const int r = message_render(message, arena, &bytes);

	expect(r == 0, "message_render: %d", r);
	return bytes;
}

static void test_writes_an_alert(void **state)
{
	static const char want[] =
		"Date: Sat, 21 Nov 2026 08:00:00 +0300\r\n"
		"From: mentiond <mentiond@acme.example>\r\n"
		"To: Support Team <support@acme.example>\r\n"
		"Subject: Hello\r\n"
		"Message-ID: <alert.57.x@acme.example>\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"X-Auto-Response-Suppress: All\r\n"
		"X-Mentiond-Kind: alert\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: multipart/alternative; boundary=\"=_0000000000000000\"\r\n"
		"\r\n"
		"--=_0000000000000000\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n"
		"Text.\r\n"
		"--=_0000000000000000\r\n"
		"Content-Type: text/html; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n"
		"<p>Text.</p>\r\n"
		"--=_0000000000000000--\r\n";
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str got = STR_INIT(65536);

	/* The boundary is a hash: not what is tested here. */
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	struct slice rest = rendered(&plain, arena);
	for (ptrdiff_t at; (at = slice_find(rest, SLICE("=_"))) >= 0;) {
		str_add(&got, slice_from(rest.ptr, (size_t)at));
		str_add_text(&got, "=_0000000000000000");
		rest = slice_skip(rest, (size_t)at + 18);
	}
	str_add(&got, rest);
	assert_string_equal(str_text(&got), want);
}

static void test_has_the_headers_of_its_kind(void **state)
{
	struct message digest = plain;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	static const char *const want[] = {
		"\r\nX-Mentiond-Kind: digest\r\n",
		"\r\nIn-Reply-To: <incident.12.x@acme.example>\r\n",
		"\r\nReferences: <incident.12.x@acme.example>\r\n",
		"\r\nList-Id: Digest for Support Desk <digest-support-desk.acme.example>\r\n",
		("\r\nList-Unsubscribe:"
		 "\r\n <mailto:social@acme.example?subject=unsubscribe%20support-desk>\r\n"),
		"\r\nDate: Sat, 21 Nov 2026 05:00:00 +0000\r\n",
		"\r\nSubject: =?UTF-8?B?",
	};

	digest.kind = DELIVERY_DIGEST;
	digest.references = "incident.12.x@acme.example";
	digest.list = "Support Desk";
	digest.contact = "Social <social@acme.example>";
	digest.timezone = NULL;
	digest.content.subject = "សួស្តី";
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	CLEANUP(str_done) struct str bytes = STR_INIT(65536);
	str_add_text(&bytes, "\r\n");
	str_add(&bytes, rendered(&digest, arena));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		expect(strstr(str_text(&bytes), want[i]), "no `%s' in `%s'", want[i],
			str_text(&bytes));
}

static void test_same_input_same_bytes(void **state)
{
	struct message other = plain;
	CLEANUP(arena_freep) struct arena *arena = NULL;

	assert_int_equal(arena_new(1 << 20, &arena), 0);
	assert_true(slice_equals(rendered(&plain, arena), rendered(&plain, arena)));
	other.message_id = "alert.58.x@acme.example";
	assert_false(slice_equals(rendered(&plain, arena), rendered(&other, arena)));
}

static void test_refuses_injection(void **state)
{
	static const struct {
		const char *from, *to, *message_id, *references;
	} cases[] = {
		{"a@b\r\nBcc: x@y", "a@b", "i@b", NULL},
		{"a@b", "a@b>\r\nBcc: <x@y", "i@b", NULL},
		{"a@b", "a@b\nX: y", "i@b", NULL},
		{"a@b", "a@b", "i@b>\r\nBcc: x@y", NULL},
		{"a@b", "a@b", "i b", NULL},
		{"a@b", "a@b", "", NULL},
		{"a@b", "a@b", NULL, NULL},
		{"a@b", "a@b", "i@b", "r@b\nX: y"},
		{"a@b", "a@b", "i@b", "r@b> <s@b"},
		{"a@b", NULL, "i@b", NULL},
	};
	CLEANUP(arena_freep) struct arena *arena = NULL;

	assert_int_equal(arena_new(1 << 20, &arena), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct message message = plain;
		struct slice bytes;

		message.from = cases[i].from;
		message.to = cases[i].to;
		message.message_id = cases[i].message_id;
		message.references = cases[i].references;
		expect(message_render(&message, arena, &bytes) == -EINVAL, "row %zu", i);
	}
}

static void test_no_id_breaks_a_header(void **state)
{
	char domain[300] = "";
	char id[MESSAGE_ID_SIZE];

	assert_int_equal(message_id_make("alert", "5c13", "acme.example", id), 0);
	assert_string_equal(id, "alert.5c13@acme.example");
	assert_int_equal(message_id_make("alert", "5c13", "x\r\nBcc: y", id), -EINVAL);
	/* The longest domain that a mailbox may have; then one beyond all. */
	memset(domain, 'd', 253);
	assert_int_equal(
		message_id_make("alert", "5c13849aa7b8cf782c8cbfd64eb3c8f0", domain, id), 0);
	memset(domain, 'd', sizeof(domain) - 1);
	assert_int_equal(
		message_id_make("alert", "5c13849aa7b8cf782c8cbfd64eb3c8f0", domain, id), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_an_alert),
		cmocka_unit_test(test_has_the_headers_of_its_kind),
		cmocka_unit_test(test_same_input_same_bytes),
		cmocka_unit_test(test_refuses_injection),
		cmocka_unit_test(test_no_id_breaks_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
