#include "http/mail.h"

#include <errno.h>

#include "base/errors.h"
#include "base/str.h"
#include "http/request.h"
#include "http/smtp.h"

/* How long the connection is kept for a next mail. */
#define KEEP_CONNECTION_US (5 * US_PER_S)

enum { LINE_MAX_BYTES = 1024, TEXT_MAX_BYTES = 2048 };

/* What was said last, and waits for its reply. */
enum said { SAID_NOTHING, SAID_MAIL, SAID_RCPT, SAID_DATA, SAID_MESSAGE };

struct mail {
	struct http_request request; /* first: both have one address */
	struct http_mail wanted;     /* texts are copies, but for the message */
	void (*on_done)(const struct mail_answer *answer, void *userdata);
	void *userdata;
	enum said said;
	enum mail_stage stage;
	int code;
	bool reuses; /* a connection that was open before */
	struct str text;
};

/* By what was said: where that is, and which replies go on from there. */
static const struct {
	enum mail_stage stage;
	int hundreds;
} steps[] = {
	[SAID_MAIL] = {MAIL_STAGE_SENDER, 2},
	[SAID_RCPT] = {MAIL_STAGE_RECIPIENT, 2},
	[SAID_DATA] = {MAIL_STAGE_MESSAGE, 3},
	[SAID_MESSAGE] = {MAIL_STAGE_MESSAGE, 2},
};

static const char *const stage_words[N_MAIL_STAGES] = {
	[MAIL_STAGE_CONNECT] = "connecting",
	[MAIL_STAGE_HELLO] = "saying EHLO and starting TLS",
	[MAIL_STAGE_AUTH] = "logging in",
	[MAIL_STAGE_SENDER] = "naming the sender",
	[MAIL_STAGE_RECIPIENT] = "naming the recipient",
	[MAIL_STAGE_MESSAGE] = "sending the message",
};

static struct mail *current_mail(const struct http_client *client)
{
	return client->mail && client->mail->state == REQUEST_ACTIVE ? (struct mail *)client->mail
								     : NULL;
}

void mail_close(struct http_client *client)
{
	smtp_free(TAKE(client->smtp));
	client->smtp_closer = sd_event_source_disable_unref(client->smtp_closer);
}

/* --- the dialogue ------------------------------------------------------------------ */

static int say_mail(const struct mail *mail, struct smtp *smtp)
{
	CLEANUP(str_done) struct str line = STR_INIT(LINE_MAX_BYTES);
	const struct http_mail *wanted = &mail->wanted;
	const bool plain_addresses =
		slice_is_ascii(slice_of(wanted->from)) && slice_is_ascii(slice_of(wanted->to));

	str_add_format(&line, "MAIL FROM:<%s>", wanted->from);
	if (smtp_offers(smtp, "SIZE"))
		str_add_format(&line, " SIZE=%zu", wanted->message.len);
	if (smtp_offers(smtp, "8BITMIME") && !slice_is_ascii(wanted->message))
		str_add_text(&line, " BODY=8BITMIME");
	if (smtp_offers(smtp, "SMTPUTF8") && !plain_addresses)
		str_add_text(&line, " SMTPUTF8");
	str_add_text(&line, "\r\n");

	return str_error(&line) < 0 ? str_error(&line) : smtp_say(smtp, str_text(&line));
}

static int say_recipient(const struct mail *mail, struct smtp *smtp)
{
	CLEANUP(str_done) struct str line = STR_INIT(LINE_MAX_BYTES);

	str_add_format(&line, "RCPT TO:<%s>\r\n", mail->wanted.to);
	return str_error(&line) < 0 ? str_error(&line) : smtp_say(smtp, str_text(&line));
}

static int say(struct mail *mail, enum said what)
{
	struct smtp *smtp = mail->request.client->smtp;

	mail->said = what;
	mail->stage = steps[what].stage;
	switch (what) {
	case SAID_MAIL:
		return say_mail(mail, smtp);
	case SAID_RCPT:
		return say_recipient(mail, smtp);
	case SAID_DATA:
		return smtp_say(smtp, "DATA\r\n");
	default:
		return smtp_say_message(smtp, mail->wanted.message);
	}
}

static void say_or_finish(struct mail *mail, enum said what)
{
	const int r = say(mail, what);

	if (r < 0)
		request_finish(&mail->request, r, "cannot go on: %s", error_text(r));
}

static void on_open(void *userdata)
{
	struct mail *mail = current_mail(userdata);

	if (mail)
		say_or_finish(mail, SAID_MAIL);
}

static void on_reply(int code, const char *text, void *userdata)
{
	struct http_client *client = userdata;
	struct mail *mail = current_mail(client);

	/* "421 idle for too long" */
	if (!mail) {
		mail_close(client);
		return;
	}

	mail->code = code;
	if (code / 100 != steps[mail->said].hundreds)
		request_finish(&mail->request, -EREMOTEIO, "%s", text);
	else if (mail->said == SAID_MESSAGE)
		request_finish(&mail->request, 0, "%s", text);
	else
		say_or_finish(mail, mail->said + 1);
}

static void open_connection(struct mail *mail);

static void on_broken(int error, int code, const char *words, void *userdata)
{
	struct http_client *client = userdata;
	struct mail *mail = current_mail(client);

	/* An idle connection is nobody's loss. */
	if (!mail) {
		mail_close(client);
		return;
	}
	/* Neither is one that the server had given up already. */
	if (mail->reuses && mail->said == SAID_MAIL) {
		mail_close(client);
		open_connection(mail);
		return;
	}

	if (mail->said == SAID_NOTHING) {
		mail->stage = smtp_stage(client->smtp);
		mail->code = code;
	}
	request_finish(&mail->request, error, "%s", words);
}

static void open_connection(struct mail *mail)
{
	struct http_client *client = mail->request.client;
	const struct smtp_events events = {.on_open = on_open,
		.on_reply = on_reply,
		.on_broken = on_broken,
		.userdata = client};
	int r;

	mail->reuses = false;
	mail->said = SAID_NOTHING;
	r = smtp_new(client, &mail->wanted, &events, &client->smtp);
	if (r < 0)
		request_finish(&mail->request, r, "cannot send to %.200s: %s", mail->wanted.url,
			r == -EINVAL ? "it is no address of a mail server" : error_text(r));
	else
		smtp_start(client->smtp);
}

/* --- the turns ------------------------------------------------------------------------ */

static void start_mail(struct mail *mail)
{
	struct http_client *client = mail->request.client;
	int r;

	r = request_set_deadline(&mail->request, mail->wanted.timeout_us);
	if (r < 0) {
		request_finish(&mail->request, r, "cannot start: %s", error_text(r));
		return;
	}

	if (client->smtp && smtp_serves(client->smtp, &mail->wanted)) {
		mail->reuses = true;
		say_or_finish(mail, SAID_MAIL);
		return;
	}
	mail_close(client);
	open_connection(mail);
}

static int on_idle(sd_event_source *source, uint64_t now_us, void *userdata)
{
	(void)source;
	(void)now_us;
	mail_close(userdata);
	return 0;
}

/* Without a timer the connection stays until the server ends it: no harm. */
static void close_soon(struct http_client *client)
{
	if (client->smtp && !client->smtp_closer)
		(void)sd_event_add_time_relative(client->event, &client->smtp_closer,
			CLOCK_MONOTONIC, KEEP_CONNECTION_US, US_PER_S, on_idle, client);
}

void mail_start_next(struct http_client *client)
{
	struct http_request *request = TAILQ_FIRST(&client->mails);

	if (client->mail)
		return;
	if (!request) {
		close_soon(client);
		return;
	}

	client->smtp_closer = sd_event_source_disable_unref(client->smtp_closer);
	client->mail = request;
	TAILQ_REMOVE(&client->mails, request, entry);
	request->state = REQUEST_ACTIVE;
	TAILQ_INSERT_TAIL(&client->active, request, entry);
	start_mail((struct mail *)request);
}

/* --- the request ------------------------------------------------------------------------ */

/* What was not brought to its end leaves the dialogue nowhere: only after an
 * accepted mail the connection serves the next. */
static void stop_mail(struct http_request *request)
{
	struct http_client *client = request->client;

	if (client->mail == request && request->error < 0)
		mail_close(client);
}

static void deliver_mail(struct http_request *request)
{
	struct mail *mail = (struct mail *)request;
	struct mail_answer answer = {
		.error = request->error, .stage = mail->stage, .code = mail->code};

	str_add_text(&mail->text, request->words);
	if (answer.error < 0)
		str_add_format(&mail->text, " (%s)", stage_words[mail->stage]);
	answer.text = str_text(&mail->text);
	mail->on_done(&answer, mail->userdata);
}

static const char *mail_waits_for(const struct http_request *request)
{
	const struct mail *mail = (const struct mail *)request;
	const struct smtp *smtp = request->client->smtp;

	return stage_words[mail->said == SAID_NOTHING && smtp ? smtp_stage(smtp) : mail->stage];
}

static void release_mail(struct http_request *request)
{
	struct mail *mail = (struct mail *)request;

	str_done(&mail->text);
}

static const struct request_kind mail_kind = {
	.stop = stop_mail,
	.deliver = deliver_mail,
	.waiting_for = mail_waits_for,
	.release = release_mail,
	.outcome_stands = true,
};

/* What could end the command line that it stands in, or the angle brackets. */
static bool is_safe_address(const char *address)
{
	for (const char *c = address; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || *c == '\x7f' || *c == '<' || *c == '>')
			return false;

	return *address != '\0';
}

/* Every CR is followed by LF, every LF follows a CR. */
static bool has_only_crlf(struct slice message)
{
	for (size_t i = 0; i < message.len; i++) {
		const bool after_cr = i > 0 && message.ptr[i - 1] == '\r';

		if ((message.ptr[i] == '\n') != after_cr)
			return false;
	}

	return message.len > 0 && message.ptr[message.len - 1] == '\n';
}

static int copy_wanted(struct mail *mail, const struct http_mail *wanted)
{
	struct arena *arena = mail->request.arena;
	struct http_mail *copy = &mail->wanted;
	const char **texts[] = {
		&copy->url, &copy->ca_file, &copy->user, &copy->password, &copy->from, &copy->to};

	*copy = *wanted;
	mail->text = STR_INIT(TEXT_MAX_BYTES);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!*texts[i])
			continue;
		*texts[i] = arena_copy_text(arena, *texts[i]);
		if (!*texts[i])
			return -ENOMEM;
	}

	return 0;
}

int http_send_mail(struct http_client *client, const struct http_mail *wanted,
	void (*on_done)(const struct mail_answer *answer, void *userdata), void *userdata,
	struct http_request **ret)
{
	struct http_request *request;
	int r;

	if (!is_safe_address(wanted->from) || !is_safe_address(wanted->to))
		return -EINVAL;
	if (!has_only_crlf(wanted->message))
		return -EBADMSG;

	r = request_new(client, &mail_kind, sizeof(struct mail), &request);
	if (r < 0)
		return r;

	struct mail *mail = (struct mail *)request;

	mail->on_done = on_done;
	mail->userdata = userdata;
	r = copy_wanted(mail, wanted);
	if (r < 0) {
		request_free(request);
		return r;
	}

	TAILQ_REMOVE(&client->active, request, entry);
	request->state = REQUEST_QUEUED;
	TAILQ_INSERT_TAIL(&client->mails, request, entry);
	mail_start_next(client);
	if (ret)
		*ret = request;
	return 0;
}
