#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "http/client.h"
#include "unit/http_peer.h"

/* A line of dots, a dot in front of a word, and raw UTF-8: as they are. */
#define MESSAGE "Subject: hi\r\n\r\n.\r\n..\r\n.dot \xc3\xbc\r\nend\r\n"

struct outcome {
	sd_event *event;
	unsigned int n_wanted; /* answers until the loop ends */
	unsigned int n_done;
	int error;
	enum mail_stage stage;
	int code;
	char text[1024];
};

static void on_done(const struct mail_answer *answer, void *userdata)
{
	struct outcome *outcome = userdata;

	outcome->error = answer->error;
	outcome->stage = answer->stage;
	outcome->code = answer->code;
	snprintf(outcome->text, sizeof(outcome->text), "%s", answer->text);
	if (++outcome->n_done == outcome->n_wanted)
		sd_event_exit(outcome->event, 0);
}

static struct http_mail mail_to(const char *url)
{
	return (struct http_mail){.url = url,
		.from = "mentiond@acme.example",
		.to = "support@acme.example",
		.message = SLICE(MESSAGE),
		.timeout_us = 20 * US_PER_S};
}

static const char *url_of(char *url, size_t size, const char *server)
{
	snprintf(url, size, "smtp://localhost:%s/mentiond.example", peer_port(server));
	return url;
}

static struct http_client *client_on(sd_event *event)
{
	struct http_client *client = NULL;

	assert_int_equal(
		http_client_new(&(struct http_client_options){.event = event}, &client), 0);
	return client;
}

static void run(const struct http_mail *mail, struct outcome *ret)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(http_client_freep) struct http_client *client = NULL;

	assert_int_equal(sd_event_new(&event), 0);
	client = client_on(event);
	*ret = (struct outcome){.event = event, .n_wanted = 1};
	assert_int_equal(http_send_mail(client, mail, on_done, ret, NULL), 0);
	assert_int_equal(ret->n_done, 0);
	assert_int_equal(sd_event_loop(event), 0);
	assert_int_equal(ret->n_done, 1);
}

static char *hex_of(struct slice bytes, char *text)
{
	for (size_t i = 0; i < bytes.len; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned char)bytes.ptr[i]);
	return text;
}

static void test_the_bytes_arrive_as_they_are(void **state)
{
	struct outcome got;
	char url[100];
	char hex[2 * sizeof(MESSAGE) + 1];
	struct http_mail mail = mail_to(url_of(url, sizeof(url), "smtp"));

	(void)state;
	run(&mail, &got);
	expect(got.error == 0 && got.code == 250, "%d: %s", got.error, got.text);
	expect(strstr(got.text, hex_of(SLICE(MESSAGE), hex)), "%s", got.text);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *server;
		enum mail_stage stage;
		int error, code;
		const char *text;
	} cases[] = {
		{"smtp-greeting-554", MAIL_STAGE_CONNECT, -EREMOTEIO, 554,
			"554 no service (connecting)"},
		{"smtp-greeting-421", MAIL_STAGE_CONNECT, -EREMOTEIO, 421, "421 too busy"},
		{"smtp-greeting-closed", MAIL_STAGE_CONNECT, -ECONNRESET, 0, ""},
		{"smtp-greeting-hang", MAIL_STAGE_CONNECT, -ETIMEDOUT, 0, "while connecting"},
		{"smtp-ehlo-550", MAIL_STAGE_HELLO, -EACCES, 550, "550 who are you (saying EHLO"},
		{"smtp-auth-535", MAIL_STAGE_AUTH, -EACCES, 535,
			"535 5.7.8 wrong password (logging in"},
		{"smtp-auth-535-quit-hang", MAIL_STAGE_AUTH, -EACCES, 535, "wrong password"},
		{"smtp-auth-454", MAIL_STAGE_AUTH, -EACCES, 454, "454 4.7.0"},
		{"smtp-mail-550", MAIL_STAGE_SENDER, -EREMOTEIO, 550, "550 5.1.8"},
		{"smtp-mail-451", MAIL_STAGE_SENDER, -EREMOTEIO, 451, "451 4.3.0"},
		{"smtp-rcpt-550", MAIL_STAGE_RECIPIENT, -EREMOTEIO, 550,
			"550-5.1.1 no such user 550 5.1.1 really (naming the recipient"},
		{"smtp-rcpt-450", MAIL_STAGE_RECIPIENT, -EREMOTEIO, 450, "450 4.2.1"},
		{"smtp-data-554", MAIL_STAGE_MESSAGE, -EREMOTEIO, 554, "554 5.6.0"},
		{"smtp-dot-554", MAIL_STAGE_MESSAGE, -EREMOTEIO, 554, "554 5.7.1"},
		{"smtp-dot-451", MAIL_STAGE_MESSAGE, -EREMOTEIO, 451, "451 4.3.0"},
		{"smtp-dot-closed", MAIL_STAGE_MESSAGE, -ECONNRESET, 354, ""},
		{"smtp-dot-hang", MAIL_STAGE_MESSAGE, -ETIMEDOUT, 354, "while sending the message"},
		{"smtp-rcpt-550-quit-hang", MAIL_STAGE_RECIPIENT, -EREMOTEIO, 550, "no such user"},
		{"smtp-quit-hang", MAIL_STAGE_MESSAGE, 0, 250, "250 connection 1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct outcome got;
		char url[100];
		struct http_mail mail = mail_to(url_of(url, sizeof(url), cases[i].server));

		mail.user = "user";
		mail.password = "password";
		if (cases[i].error == -ETIMEDOUT)
			mail.timeout_us = 500 * US_PER_MS;
		run(&mail, &got);
		expect(got.error == cases[i].error && got.stage == cases[i].stage &&
				got.code == cases[i].code && strstr(got.text, cases[i].text),
			"%s: error %d, stage %d, code %d: %s", cases[i].server, got.error,
			got.stage, got.code, got.text);
		expect(!strstr(got.text, "password ") || strstr(got.text, "wrong password"),
			"%s: tells the password: %s", cases[i].server, got.text);
	}
}

static void test_encryption_is_required_unless_it_is_not(void **state)
{
	static const struct {
		const char *server;
		bool tls_required, trusted;
		int error;
	} cases[] = {
		{"smtp-tls", true, true, 0},
		{"smtp-tls", true, false, -EACCES},
		{"smtp", true, true, -EACCES},
		{"smtp-tls", false, false, 0},
	};
	char ca_file[300];

	(void)state;
	snprintf(ca_file, sizeof(ca_file), "%s/certificate.pem", peer_port("folder"));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct outcome got;
		char url[100];
		struct http_mail mail = mail_to(url_of(url, sizeof(url), cases[i].server));

		mail.tls_required = cases[i].tls_required;
		mail.ca_file = cases[i].trusted ? ca_file : NULL;
		run(&mail, &got);
		expect(got.error == cases[i].error &&
				(got.error == 0 || got.stage < MAIL_STAGE_SENDER),
			"case %zu: error %d: %s", i, got.error, got.text);
	}
}

static void test_mails_follow_each_other_on_one_connection(void **state)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(http_client_freep) struct http_client *client = NULL;
	struct outcome got = {.n_wanted = 5};
	char url[100];
	int before;
	int after;
	struct http_mail mail = mail_to(url_of(url, sizeof(url), "smtp"));

	(void)state;
	run(&mail, &got);
	assert_int_equal(sscanf(got.text, "250 connection %d", &before), 1);

	assert_int_equal(sd_event_new(&event), 0);
	client = client_on(event);
	got = (struct outcome){.event = event, .n_wanted = 5};
	for (unsigned int i = 0; i < got.n_wanted; i++)
		assert_int_equal(http_send_mail(client, &mail, on_done, &got, NULL), 0);
	assert_int_equal(sd_event_loop(event), 0);
	assert_int_equal(sscanf(got.text, "250 connection %d", &after), 1);
	assert_int_equal(after, before + 1);
}

struct second {
	struct http_client *client;
	const struct http_mail *mail;
	struct outcome outcome;
	unsigned int n_first;
};

static void on_first_done(const struct mail_answer *answer, void *userdata)
{
	struct second *second = userdata;

	assert_int_equal(answer->error, 0);
	second->n_first++;
	assert_int_equal(
		http_send_mail(second->client, second->mail, on_done, &second->outcome, NULL), 0);
}

static void test_a_connection_that_the_server_gave_up_is_replaced(void **state)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(http_client_freep) struct http_client *client = NULL;
	char url[100];
	struct http_mail mail = mail_to(url_of(url, sizeof(url), "smtp-one-mail"));

	assert_int_equal(sd_event_new(&event), 0);
	client = client_on(event);
	struct second second = {
		.client = client, .mail = &mail, .outcome = {.event = event, .n_wanted = 1}};

	assert_int_equal(http_send_mail(client, &mail, on_first_done, &second, NULL), 0);
	assert_int_equal(sd_event_loop(event), 0);
	assert_int_equal(second.n_first, 1);
	expect(second.outcome.error == 0, "%s", second.outcome.text);
}

static void test_a_refusal_does_not_hold_up_the_next(void **state)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(http_client_freep) struct http_client *client = NULL;
	struct outcome refused = {0};
	struct outcome sent = {.n_wanted = 1};
	char bad[100];
	char good[100];
	struct http_mail first = mail_to(url_of(bad, sizeof(bad), "smtp-rcpt-550-quit-hang"));
	struct http_mail second = mail_to(url_of(good, sizeof(good), "smtp"));

	(void)state;
	assert_int_equal(sd_event_new(&event), 0);
	client = client_on(event);
	refused.event = sent.event = event;
	assert_int_equal(http_send_mail(client, &first, on_done, &refused, NULL), 0);
	assert_int_equal(http_send_mail(client, &second, on_done, &sent, NULL), 0);
	assert_int_equal(sd_event_loop(event), 0);
	assert_int_equal(refused.error, -EREMOTEIO);
	assert_int_equal(sent.error, 0);
}

static void test_cancel_tells_once(void **state)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	struct outcome active = {0};
	struct outcome waiting = {0};
	struct http_request *request = NULL;
	char url[100];
	struct http_mail mail = mail_to(url_of(url, sizeof(url), "smtp-greeting-hang"));

	(void)state;
	assert_int_equal(sd_event_new(&event), 0);
	active.event = waiting.event = event;
	struct http_client *client = client_on(event);

	assert_int_equal(http_send_mail(client, &mail, on_done, &active, &request), 0);
	assert_int_equal(http_send_mail(client, &mail, on_done, &waiting, NULL), 0);
	http_cancel(request);
	assert_int_equal(active.n_done, 1);
	assert_int_equal(active.error, -ECANCELED);
	http_client_free(client);
	assert_int_equal(active.n_done, 1);
	assert_int_equal(waiting.n_done, 1);
	assert_int_equal(waiting.error, -ECANCELED);
}

static void test_what_could_end_a_command_or_the_mail_is_not_sent(void **state)
{
	static const struct {
		const char *to;
		struct slice message;
		int error;
	} cases[] = {
		{"a@b>\r\nRCPT TO:<evil@b", SLICE(MESSAGE), -EINVAL},
		{"a@b> NOTIFY=NEVER", SLICE(MESSAGE), -EINVAL},
		{"", SLICE(MESSAGE), -EINVAL},
		{"a@b", SLICE("one\n.\nMAIL FROM:<evil>\r\n"), -EBADMSG},
		{"a@b", SLICE("one\r.\r\n"), -EBADMSG},
		{"a@b", SLICE("no end"), -EBADMSG},
		{"a@b", SLICE(""), -EBADMSG},
	};
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(http_client_freep) struct http_client *client = NULL;

	(void)state;
	assert_int_equal(sd_event_new(&event), 0);
	client = client_on(event);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct http_mail mail = mail_to("smtp://127.0.0.1:9");

		mail.to = cases[i].to;
		mail.message = cases[i].message;
		expect(http_send_mail(client, &mail, on_done, NULL, NULL) == cases[i].error,
			"case %zu", i);
	}
	assert_int_equal(http_client_count(client), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_bytes_arrive_as_they_are),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_encryption_is_required_unless_it_is_not),
		cmocka_unit_test(test_mails_follow_each_other_on_one_connection),
		cmocka_unit_test(test_a_connection_that_the_server_gave_up_is_replaced),
		cmocka_unit_test(test_a_refusal_does_not_hold_up_the_next),
		cmocka_unit_test(test_cancel_tells_once),
		cmocka_unit_test(test_what_could_end_a_command_or_the_mail_is_not_sent),
	};

	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
