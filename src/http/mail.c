#include "http/mail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/str.h"
#include "base/utf8.h"
#include "http/multi.h"
#include "http/request.h"

enum { REPLY_MAX_BYTES = 512 };

/* How long the connection is kept for a next mail. */
#define KEEP_CONNECTION_US (5 * US_PER_S)

struct mail {
	struct http_request request; /* first: both have one address */
	struct http_mail wanted;     /* texts are copies, but for the message */
	void (*on_done)(const struct mail_answer *answer, void *userdata);
	void *userdata;

	struct curl_slist *recipients;
	size_t n_sent; /* bytes of the message that libcurl took */
	enum mail_stage stage;
	struct str reply;     /* the last one, its lines joined */
	bool reply_goes_on;   /* its last line was "250-..." */
	struct str explained; /* the answer's text */
};

static const char *const stage_words[N_MAIL_STAGES] = {
	[MAIL_STAGE_CONNECT] = "connecting",
	[MAIL_STAGE_HELLO] = "saying EHLO and starting TLS",
	[MAIL_STAGE_AUTH] = "logging in",
	[MAIL_STAGE_SENDER] = "naming the sender",
	[MAIL_STAGE_RECIPIENT] = "naming the recipient",
	[MAIL_STAGE_MESSAGE] = "sending the message",
};

enum {
	REPLY_SHUTTING_DOWN = 421,
	REPLY_WANTS_LOGIN = 530,
	REPLY_TOO_LARGE = 552,
};

enum mail_verdict mail_judge(enum mail_stage stage, int code)
{
	const bool permanent = code >= 500 && code <= 599;

	if (stage < MAIL_STAGE_SENDER || code == REPLY_SHUTTING_DOWN || code == REPLY_WANTS_LOGIN)
		return MAIL_RETRY_ALL;
	/* The sender is the same for all mails, but the size is told here too. */
	if (stage == MAIL_STAGE_SENDER)
		return code == REPLY_TOO_LARGE ? MAIL_REFUSED : MAIL_RETRY_ALL;

	return permanent ? MAIL_REFUSED : MAIL_RETRY;
}

/* Makes what still reads from a mail server end at once: libcurl waits two
 * minutes, inside its call, for the answer to QUIT. */
static void shut_sockets(struct http_client *client)
{
	for (size_t i = 0; i < MAX_MAIL_SOCKETS; i++)
		if (client->mail_sockets[i] >= 0)
			shutdown(client->mail_sockets[i], SHUT_RD);
}

static void replace_socket(struct http_client *client, int old, int new)
{
	for (size_t i = 0; i < MAX_MAIL_SOCKETS; i++) {
		if (client->mail_sockets[i] == old) {
			client->mail_sockets[i] = new;
			return;
		}
	}
}

static curl_socket_t open_mail_socket(
	void *userdata, curlsocktype purpose, struct curl_sockaddr *wanted)
{
	struct http_request *request = userdata;
	const curl_socket_t fd = request_open_socket(userdata, purpose, wanted);

	if (fd != CURL_SOCKET_BAD)
		replace_socket(request->client, -1, fd);
	return fd;
}

/* A connection may outlive the mail that opened it, so this gets the client. */
static int close_mail_socket(void *userdata, curl_socket_t fd)
{
	struct http_client *client = userdata;

	replace_socket(client, fd, -1);
	return close(fd);
}

/* Which command takes the dialogue to which stage.  What follows AUTH is base64
 * and may read like a command: so a word that is base64 too counts only where
 * the protocol has it. */
static const struct {
	struct slice command;
	enum mail_stage stage;
	enum mail_stage only_from, only_to;
} commands[] = {
	{SLICE("EHLO "), MAIL_STAGE_HELLO, MAIL_STAGE_CONNECT, MAIL_STAGE_HELLO},
	{SLICE("HELO "), MAIL_STAGE_HELLO, MAIL_STAGE_CONNECT, MAIL_STAGE_HELLO},
	{SLICE("AUTH "), MAIL_STAGE_AUTH, MAIL_STAGE_HELLO, MAIL_STAGE_AUTH},
	{SLICE("MAIL FROM:"), MAIL_STAGE_SENDER, MAIL_STAGE_CONNECT, MAIL_STAGE_AUTH},
	{SLICE("RCPT TO:"), MAIL_STAGE_RECIPIENT, MAIL_STAGE_SENDER, MAIL_STAGE_RECIPIENT},
	{SLICE("DATA\r\n"), MAIL_STAGE_MESSAGE, MAIL_STAGE_RECIPIENT, MAIL_STAGE_RECIPIENT},
};

/* libcurl shows what it sends; it may hold the password and is not kept. */
static int on_dialogue(CURL *easy, curl_infotype kind, char *bytes, size_t size, void *userdata)
{
	struct mail *mail = userdata;
	const struct slice line = slice_from(bytes, size);

	(void)easy;
	if (kind != CURLINFO_HEADER_OUT)
		return 0;
	if (slice_equals(line, SLICE("QUIT\r\n")))
		shut_sockets(mail->request.client);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (slice_starts_with(line, commands[i].command) &&
			mail->stage >= commands[i].only_from && mail->stage <= commands[i].only_to)
			mail->stage = commands[i].stage;

	return 0;
}

/* Lines of replies.  One that is too long stays cut. */
static size_t on_reply(char *bytes, size_t size, size_t n, void *userdata)
{
	struct mail *mail = userdata;
	const struct slice line = slice_from(bytes, size * n);

	if (!mail->reply_goes_on)
		str_clear(&mail->reply);
	else
		str_add_char(&mail->reply, ' ');
	utf8_add_valid(&mail->reply, slice_trim(line));
	mail->reply_goes_on = line.len > 3 && line.ptr[3] == '-';
	return line.len;
}

/* The bytes of the message as they are; libcurl doubles the leading dots. */
static size_t on_read(char *buffer, size_t size, size_t n, void *userdata)
{
	struct mail *mail = userdata;
	const struct slice rest = slice_skip(mail->wanted.message, mail->n_sent);
	const size_t take = MIN(rest.len, size * n);

	if (take > 0)
		memcpy(buffer, rest.ptr, take);
	mail->n_sent += take;
	return take;
}

static int on_seek(void *userdata, curl_off_t offset, int origin)
{
	struct mail *mail = userdata;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > mail->wanted.message.len)
		return CURL_SEEKFUNC_FAIL;

	mail->n_sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static int set_dialogue(struct mail *mail)
{
	CURL *easy = mail->request.easy;
	struct http_client *client = mail->request.client;

	const bool set = !curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L) &&
			 !curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_dialogue) &&
			 !curl_easy_setopt(easy, CURLOPT_DEBUGDATA, mail) &&
			 !curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply) &&
			 !curl_easy_setopt(easy, CURLOPT_HEADERDATA, mail) &&
			 !curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read) &&
			 !curl_easy_setopt(easy, CURLOPT_READDATA, mail) &&
			 !curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek) &&
			 !curl_easy_setopt(easy, CURLOPT_SEEKDATA, mail) &&
			 !curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_mail_socket) &&
			 !curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &mail->request) &&
			 !curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_mail_socket) &&
			 !curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, client);

	return set ? 0 : -EIO;
}

static int set_options(struct mail *mail)
{
	const struct http_mail *wanted = &mail->wanted;
	CURL *easy = mail->request.easy;

	mail->recipients = curl_slist_append(NULL, wanted->to);
	if (!mail->recipients)
		return -ENOMEM;

	const bool set =
		!curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
		!curl_easy_setopt(easy, CURLOPT_PROXY, "") &&
		!curl_easy_setopt(easy, CURLOPT_USE_SSL,
			(long)(wanted->tls_required ? CURLUSESSL_ALL : CURLUSESSL_NONE)) &&
		(!wanted->ca_file || !curl_easy_setopt(easy, CURLOPT_CAINFO, wanted->ca_file)) &&
		!curl_easy_setopt(easy, CURLOPT_USERNAME, wanted->user) &&
		!curl_easy_setopt(easy, CURLOPT_PASSWORD, wanted->password) &&
		!curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L) &&
		!curl_easy_setopt(
			easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)wanted->message.len) &&
		!curl_easy_setopt(easy, CURLOPT_MAIL_FROM, wanted->from) &&
		!curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, mail->recipients);

	return set ? set_dialogue(mail) : -EIO;
}

static int prepare(struct mail *mail)
{
	struct http_request *request = &mail->request;
	struct http_client *client = request->client;
	int r;

	r = request_set_deadline(request, mail->wanted.timeout_us);
	if (r < 0)
		return r;
	r = url_parse(mail->wanted.url, NULL, &request->url);
	if (r < 0)
		return r;
	if (!slice_starts_with(slice_of(request->url.scheme), SLICE("smtp")))
		return -EINVAL;
	if (!client->mail_multi) {
		r = multi_new(client->event, client_on_end, &client->mail_multi);
		if (r < 0)
			return r;
	}

	request->multi = client->mail_multi;
	request->connect_host = request->url.host;
	request->connect_port = request->url.port;
	return 0;
}

static void start_mail(struct mail *mail)
{
	int r;

	r = prepare(mail);
	if (r < 0)
		request_finish(&mail->request, r, "cannot send to %.200s: %s", mail->wanted.url,
			r == -EINVAL ? "it is no address of a mail server" : error_text(r));
	else
		request_connect(&mail->request);
}

void mail_close(struct http_client *client)
{
	shut_sockets(client);
	multi_free(TAKE(client->mail_multi));
	client->mail_closer = sd_event_source_disable_unref(client->mail_closer);
}

static int on_idle(sd_event_source *source, uint64_t now_us, void *userdata)
{
	(void)source;
	(void)now_us;
	mail_close(userdata);
	return 0;
}

/* Without a timer the connection stays until the next mail: no harm. */
static void close_soon(struct http_client *client)
{
	if (client->mail_multi && !client->mail_closer)
		(void)sd_event_add_time_relative(client->event, &client->mail_closer,
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

	client->mail_closer = sd_event_source_disable_unref(client->mail_closer);
	client->mail = request;
	TAILQ_REMOVE(&client->mails, request, entry);
	request->state = REQUEST_ACTIVE;
	TAILQ_INSERT_TAIL(&client->active, request, entry);
	start_mail((struct mail *)request);
}

static void on_mail_end(struct http_request *request, CURLcode result)
{
	struct mail *mail = (struct mail *)request;
	long code = 0;

	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &code);
	if (result == CURLE_OK)
		request_finish(request, 0, "%s", str_text(&mail->reply));
	else if (code >= 400)
		request_finish(request, result == CURLE_LOGIN_DENIED ? -EACCES : -EREMOTEIO, "%s",
			str_text(&mail->reply));
	else
		request_fail(request, result);
}

static void deliver_mail(struct http_request *request)
{
	struct mail *mail = (struct mail *)request;
	struct mail_answer answer = {.error = request->error, .stage = mail->stage};
	long code = 0;

	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &code);
	answer.code = (int)code;
	answer.verdict = answer.error == 0 ? MAIL_SENT : mail_judge(mail->stage, answer.code);
	str_add_text(&mail->explained, request->words);
	if (answer.error < 0)
		str_add_format(&mail->explained, " (%s, %s)", stage_words[mail->stage],
			request->url.host ? request->url.host : "no server");
	answer.text = str_text(&mail->explained);
	mail->on_done(&answer, mail->userdata);
}

static const char *mail_waits_for(const struct http_request *request)
{
	const struct mail *mail = (const struct mail *)request;

	return request->lookup ? "looking up the name" : stage_words[mail->stage];
}

static void release_mail(struct http_request *request)
{
	struct mail *mail = (struct mail *)request;

	curl_slist_free_all(TAKE(mail->recipients));
	str_done(&mail->reply);
	str_done(&mail->explained);
}

static const struct request_kind mail_kind = {
	.on_end = on_mail_end,
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
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!*texts[i])
			continue;
		*texts[i] = arena_copy_text(arena, *texts[i]);
		if (!*texts[i])
			return -ENOMEM;
	}

	mail->reply = STR_INIT(REPLY_MAX_BYTES);
	mail->explained = STR_INIT(REPLY_MAX_BYTES + REQUEST_WORDS_SIZE);
	mail->request.allow_private = true;
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
	if (r >= 0)
		r = set_options(mail);
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
