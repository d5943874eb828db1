/* http/smtp.h: a connection to a mail server (internal to http/).
 *
 * libcurl opens it (look-up, TLS, EHLO, STARTTLS, AUTH); the commands of a mail
 * are ours, with the bytes passed through libcurl's TLS.  For libcurl 7.88 waits
 * inside its call for the answer to the final dot, as long as the server likes
 * to think, and sends that dot for a mail which is cancelled half-way.
 *
 * Nothing is written and nothing is told from inside smtp_say(), so a callback
 * may close the connection.
 */
#pragma once

#include "http/client.h"

struct smtp;

struct smtp_events {
	void (*on_open)(void *userdata);
	/* A whole reply: CODE, and TEXT with its lines joined. */
	void (*on_reply)(int code, const char *text, void *userdata);
	/* The connection is of no use any more: close it.  ERROR as in struct
	 * http_answer; CODE is the last reply's, 0 if none came. */
	void (*on_broken)(int error, int code, const char *words, void *userdata);
	void *userdata;
};

/* A connection that can serve MAIL; smtp_start() opens it.  -ENOMEM, -EINVAL for
 * an URL that names no mail server. */
int smtp_new(struct http_client *client, const struct http_mail *mail,
	const struct smtp_events *events, struct smtp **ret);
/* Says QUIT when that is possible at once, and never waits. */
void smtp_free(struct smtp *smtp);
DEFINE_CLEANUP(struct smtp *, smtp_free);

/* May call on_broken before it returns. */
void smtp_start(struct smtp *smtp);

/* Whether SMTP leads to the server of MAIL, as its user and in its manner. */
bool smtp_serves(const struct smtp *smtp, const struct http_mail *mail);
/* How far the opening came. */
enum mail_stage smtp_stage(const struct smtp *smtp);
/* Whether the reply to EHLO has a line with KEYWORD, in upper case. */
bool smtp_offers(const struct smtp *smtp, const char *keyword);

/* Sends LINE, which has its CRLF.  -ENOMEM. */
int smtp_say(struct smtp *smtp, const char *line);
/* Sends MESSAGE, with leading dots doubled, and the final dot.  -ENOMEM. */
int smtp_say_message(struct smtp *smtp, struct slice message);
