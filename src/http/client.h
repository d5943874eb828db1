/* http/client.h: the one curl-multi client on sd-event; fetch and notify send
 * through it.
 *
 * A client belongs to one event loop and outlives nothing: http_client_free()
 * ends what is still under way.  A request copies what it is given, is bounded
 * in time, bytes, headers and redirects, and calls its ON_DONE exactly once:
 * from the loop, one request a turn, or with -ECANCELED from inside
 * http_cancel() and http_client_free(); never from inside http_exchange() or
 * http_send_mail().  A struct http_request is gone when its ON_DONE is called.
 *
 * Uses base/ only.  libcurl's types stop in this folder, as do its threads
 * (http/resolver.h).
 */
#pragma once

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/macro.h"
#include "base/slice.h"
#include "base/str.h"
#include "http/body.h"

struct http_client;
struct http_request;

struct http_client_options {
	sd_event *event;
	const char *contact; /* for the User-Agent: an address or URL; NULL: none */
	const char *proxy;   /* of GETs; NULL: none, whatever the environment says */
	const char *ca_file; /* trusted certificates of GETs; NULL: the system's */
};

int http_client_new(const struct http_client_options *options, struct http_client **ret);
void http_client_free(struct http_client *client);
DEFINE_CLEANUP(struct http_client *, http_client_free);

/* After a reload: requests that start from now on use CONTACT, PROXY and
 * CA_FILE of OPTIONS; its event is ignored.  -ENOMEM, and nothing changed. */
int http_client_configure(struct http_client *client, const struct http_client_options *options);

/* Requests that are not done. */
unsigned int http_client_count(const struct http_client *client);

struct http_answer;

struct http_exchange {
	const char *url;
	const char *const *headers; /* "Name: value", NULL-terminated; NULL: none */
	/* As HEADERS, but secret: not sent to another scheme, host or port that a
	 * redirect leads to.  The same holds for USER and PASSWORD. */
	const char *const *secret_headers;
	const char *user;
	const char *password;
	const char *ca_file; /* trusted certificates; NULL: the client's */
	/* Loopback and private addresses may be asked; after a hop to a public
	 * address they may not, whatever this says. */
	bool allow_private;
	size_t max_body_bytes; /* after decompression */
	int64_t timeout_us;    /* over all hops, look-ups included */
	unsigned int max_redirects;
	/* Sent as a POST, as CONTENT_TYPE ("application/json"), which a redirect repeats for
	 * 307 and 308 alone, and not from https to http.  content_type NULL: a GET. */
	struct slice content;
	const char *content_type;
	/* For an answer that has no end (NULL: it has one).  When one with status
	 * 200 begins ON_OPEN is told of it, without a body; the body goes to
	 * ON_BYTES as it comes and is not kept, however long.  A negative errno of
	 * theirs ends the request with it.  They may not cancel it.  TIMEOUT_US is
	 * then the time until the answer begins, and between two pieces of it. */
	int (*on_open)(const struct http_answer *head, void *userdata);
	int (*on_bytes)(struct slice bytes, void *userdata);
};

/* Everything in it lives until ON_DONE returns. */
struct http_answer {
	/* 0: STATUS is that of the last hop.  Else nothing but ERROR_TEXT, URL
	 * and ELAPSED_US counts: -ETIMEDOUT, -EHOSTUNREACH, -ECONNREFUSED,
	 * -ECONNRESET, -EREMOTEIO for the network, -EMSGSIZE over a bound,
	 * -EACCES refused by policy (private address, scheme, certificate),
	 * -EBADMSG no sound HTTP, -EINVAL no URL, -ELOOP too many redirects,
	 * -ECANCELED. */
	int error;
	const char *error_text; /* in words for the administrator; "" without error */
	int status;
	struct slice headers;         /* lines of the last hop; see http/header.h */
	struct slice body;            /* decompressed */
	struct http_body *body_owner; /* holds BODY, and may be moved out, but only while the
				       * client lives; NULL: nothing to hold */
	const char *url;              /* of the last hop, without user, password and fragment */
	const char *permanent_url;    /* where a chain of 301 and 308 alone led; NULL: none */
	unsigned int n_redirects;
	int64_t elapsed_us;
};

/* Asks a server (RFC 9110, 3.4): a GET, or a POST.  *RET (RET may be NULL) is for http_cancel().
 * -ENOMEM, -EINVAL for a header with a line break; all else is told by ON_DONE. */
int http_exchange(struct http_client *client, const struct http_exchange *wanted,
	void (*on_done)(const struct http_answer *answer, void *userdata), void *userdata,
	struct http_request **ret);

struct http_mail {
	const char *url;     /* smtp://HOST[:PORT][/OWN-NAME] or smtps:// */
	bool tls_required;   /* smtp:// ends without STARTTLS; else it is not asked for */
	const char *ca_file; /* NULL: the system's */
	const char *user;    /* NULL: no AUTH */
	const char *password;
	const char *from; /* addr-spec, without angle brackets */
	const char *to;   /* the same: one mail, one recipient */
	/* The whole message as it is to be sent: every line ends with CRLF.  It
	 * must live until ON_DONE returns. */
	struct slice message;
	int64_t timeout_us; /* from its turn on */
};

/* How far the dialogue came. */
enum mail_stage {
	MAIL_STAGE_CONNECT,   /* look-up, connection, greeting */
	MAIL_STAGE_HELLO,     /* EHLO, STARTTLS, handshake */
	MAIL_STAGE_AUTH,      /* AUTH */
	MAIL_STAGE_SENDER,    /* MAIL FROM */
	MAIL_STAGE_RECIPIENT, /* RCPT TO */
	MAIL_STAGE_MESSAGE,   /* DATA, and the answer to the final dot */
	N_MAIL_STAGES,
};

struct mail_answer {
	int error; /* 0 when sent; else as in struct http_answer, -EREMOTEIO for a refusal */
	enum mail_stage stage;
	int code;         /* last SMTP reply; 0: none came */
	const char *text; /* in words, with the server's reply and the stage */
};

/* Sends one mail.  Mails go one after another, over one connection while the
 * server keeps it.  -ENOMEM; -EINVAL for an address with control characters,
 * spaces or angle brackets; -EBADMSG for a message with a bare CR or LF, which
 * some servers take for the end of the mail. */
int http_send_mail(struct http_client *client, const struct http_mail *wanted,
	void (*on_done)(const struct mail_answer *answer, void *userdata), void *userdata,
	struct http_request **ret);

/* Ends REQUEST: its ON_DONE is called before this returns, with -ECANCELED (or
 * with its outcome, for a mail that was answered but not delivered here yet).
 * NULL does nothing.  A mail whose last byte was sent may arrive all the same. */
void http_cancel(struct http_request *request);
