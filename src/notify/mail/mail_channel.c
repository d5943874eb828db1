#include "notify/mail/mail_channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/str.h"
#include "config/secret.h"
#include "http/client.h"
#include "notify/mail/mail_folder.h"
#include "notify/mail/message.h"
#include "report/report.h"
#include "text/mailbox.h"

enum { TEXTS_MAX_BYTES = 64 * 1024 };

static const int64_t send_timeout_us = 5 * US_PER_MINUTE; /* RFC 5321, 4.5.3.2 */

/* --- the settings --------------------------------------------------------- */

struct post_office {
	const struct smtp_settings *smtp;
	struct http_client *client;
	struct arena *arena;
	struct mailbox from;
	char *password; /* NULL: none */
};

static bool serves(const struct settings *settings)
{
	return settings->smtp.url;
}

/* It must not outlive its use. */
static void forget(char *password)
{
	if (password)
		explicit_bzero(password, strlen(password));
	free(password);
}

static int check(const struct settings *settings, size_t *ret_n, struct diags *diags)
{
	char *password = NULL;
	int r;

	if (settings->smtp.password.kind == SECRET_NONE)
		return 0;

	r = secret_read(&settings->smtp.password, &password, diags);
	forget(password);
	++*ret_n;
	return r == -ENOMEM ? r : 0;
}

static void free_office(struct post_office *office)
{
	if (!office)
		return;

	forget(office->password);
	arena_free(office->arena);
	free(office);
}
DEFINE_CLEANUP(struct post_office *, free_office);

static int open_office(const struct settings *settings, struct http_client *client, struct way *ret,
	struct diags *diags)
{
	const struct smtp_settings *smtp = &settings->smtp;
	CLEANUP(free_officep) struct post_office *office = calloc(1, sizeof(*office));
	int r;

	if (!office)
		return -ENOMEM;

	office->smtp = smtp;
	office->client = client;
	r = arena_new(TEXTS_MAX_BYTES, &office->arena);
	if (r == 0)
		r = mailbox_parse(slice_of(smtp->from), office->arena, &office->from, NULL);
	if (r == 0 && smtp->password.kind != SECRET_NONE)
		r = secret_read(&smtp->password, &office->password, diags);
	if (r < 0)
		return r;

	*ret = (struct way){.state = TAKE(office),
		.retry = {.first_us = smtp->retry_first_us,
			.most_us = smtp->retry_most_us,
			.give_up_after_us = smtp->give_up_after_us}};
	return 0;
}

static void close_office(struct way *way)
{
	free_office(way->state);
	*way = (struct way){0};
}

/* --- writing -------------------------------------------------------------- */

static const struct texts *targets(const struct recipient_settings *recipient)
{
	return &recipient->email;
}

static int locate(const char *to, struct arena *arena, const char **ret)
{
	struct mailbox mailbox = {.address = to};
	const int r = mailbox_parse(slice_of(to), arena, &mailbox, NULL);

	*ret = mailbox.address;
	return r;
}

static int make_id(const struct rendering *rendering, struct arena *arena, struct delivery *ret)
{
	char id[MESSAGE_ID_SIZE];
	struct mailbox from;
	int r = mailbox_parse(slice_of(rendering->settings->smtp.from), arena, &from, NULL);

	if (r == 0)
		r = message_id_make(
			notice_kind_name(rendering->notice->kind), rendering->key, from.domain, id);
	if (r < 0)
		return r;

	ret->message_id = arena_copy_text(arena, id);
	return ret->message_id ? 0 : -ENOMEM;
}

static int render(const struct rendering *rendering, struct arena *arena, struct delivery *ret)
{
	const struct settings *settings = rendering->settings;
	const struct notice *notice = rendering->notice;
	struct message message = {.kind = ret->kind,
		.from = settings->smtp.from,
		.to = rendering->to,
		.references = rendering->thread,
		.date_us = ret->queued.us,
		.timezone = notice->timezone,
		.list = notice->kind == NOTICE_DIGEST ? notice->recipient : NULL,
		.contact = settings->contact};

	int r = make_id(rendering, arena, ret);
	if (r == 0)
		r = rendering->error;
	if (r == 0)
		r = report_mail(rendering->reporter, notice, arena, &message.content);
	if (r < 0)
		return r;

	message.message_id = ret->message_id;
	return message_render(&message, arena, &ret->message);
}

/* --- sending -------------------------------------------------------------- */

static void write_to_folder(const char *folder, const struct delivery *delivery,
	void (*on_done)(const struct send_answer *answer, void *userdata), void *userdata)
{
	CLEANUP(str_done) struct str text = STR_INIT(8192);
	const int r = mail_folder_write(folder, delivery->message_id, delivery->message);
	struct send_answer answer = {.error = r, .stage = MAIL_STAGE_CONNECT};

	if (r < 0)
		str_add_format(&text, "cannot write to %s: %s", folder, error_text(r));
	answer.text = str_text(&text);
	on_done(&answer, userdata);
}

/* Who waits for a mail: the office may be set up anew meanwhile. */
struct waiter {
	void (*on_done)(const struct send_answer *answer, void *userdata);
	void *userdata;
};

static void on_mail_done(const struct mail_answer *mail, void *userdata)
{
	CLEANUP(free_heapp) struct waiter *waiter = userdata;
	const struct send_answer answer = {.error = mail->error,
		.stage = (int)mail->stage,
		.code = mail->code,
		.text = mail->text};

	waiter->on_done(&answer, waiter->userdata);
}

static int send_mail(const struct way *way, const struct delivery *delivery,
	void (*on_done)(const struct send_answer *answer, void *userdata), void *userdata,
	struct http_request **ret)
{
	const struct post_office *office = way->state;
	const struct http_mail mail = {
		.url = office->smtp->url,
		.tls_required = office->smtp->tls == TLS_REQUIRED,
		.ca_file = office->smtp->ca_file,
		.user = office->smtp->user,
		.password = office->password,
		.from = office->from.address,
		.to = delivery->target,
		.message = delivery->message,
		.timeout_us = send_timeout_us,
	};
	const char *folder;

	if (mail_folder_is_url(office->smtp->url, &folder)) {
		write_to_folder(folder, delivery, on_done, userdata);
		return 0;
	}

	struct waiter *waiter = malloc(sizeof(*waiter));
	if (!waiter)
		return -ENOMEM;
	*waiter = (struct waiter){on_done, userdata};

	const int r = http_send_mail(office->client, &mail, on_mail_done, waiter, ret);
	if (r < 0)
		free(waiter);
	return r;
}

/* --- what it means ---------------------------------------------------------- */

/* RFC 5321, 4.2: replies that are about the server, whatever was asked. */
enum { REPLY_SHUTTING_DOWN = 421, REPLY_WANTS_LOGIN = 530, REPLY_TOO_LARGE = 552 };

static enum send_verdict verdict(const struct send_answer *answer)
{
	const int code = answer->code;
	const bool permanent = code >= 500 && code <= 599;

	if (answer->stage < MAIL_STAGE_SENDER || code == REPLY_SHUTTING_DOWN ||
		code == REPLY_WANTS_LOGIN)
		return SEND_RETRY_ALL;
	/* The sender is the same for all mails, but the size is told here too. */
	if (answer->stage == MAIL_STAGE_SENDER)
		return code == REPLY_TOO_LARGE ? SEND_REFUSED : SEND_RETRY_ALL;

	return permanent ? SEND_REFUSED : SEND_RETRY;
}

const struct channel mail_channel = {
	.name = "mail",
	.serves = serves,
	.check = check,
	.open = open_office,
	.close = close_office,
	.targets = targets,
	.locate = locate,
	.render = render,
	.send = send_mail,
	.verdict = verdict,
};
