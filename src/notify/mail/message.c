#include "notify/mail/message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "notify/mail/mail_header.h"
#include "notify/mail/quoted_printable.h"
#include "text/localtime.h"

enum {
	ID_MAX = MESSAGE_ID_SIZE - 1,
	LIST_MAX = 1024, /* a name of 64 characters, and a domain */
	BOUNDARY_SIZE = 32,
};

/* Fixed for ever: boundaries depend on it. */
static const uint64_t boundary_seed = 2;

/* What goes between < and >, where nothing is encoded. */
static bool is_id(const char *text)
{
	const struct slice id = slice_of(text);

	for (size_t i = 0; i < id.len; i++)
		if (id.ptr[i] <= ' ' || id.ptr[i] > '~' || strchr("<>()[],;:\\\"", id.ptr[i]))
			return false;
	return id.len > 0 && id.len <= ID_MAX && strchr(text, '@') == strrchr(text, '@');
}

static void add_id(struct str *str, const char *name, const char *id)
{
	CLEANUP(str_done) struct str value = STR_INIT(ID_MAX + 2);

	str_add_format(&value, "<%s>", id);
	mail_header_add_token(str, name, str_text(&value));
}

/* A name that may stand in a List-Id: letters, digits and "-". */
static void add_label(struct str *str, const char *name)
{
	for (; *name != '\0'; name++)
		str_add_char(str, is_alnum(*name) ? to_lower(*name) : '-');
}

/* RFC 2919 and RFC 2369. */
static int add_list(struct str *str, const struct message *message, const struct mailbox *from,
	struct arena *arena)
{
	CLEANUP(str_done) struct str id = STR_INIT(LIST_MAX);
	CLEANUP(str_done) struct str words = STR_INIT(LIST_MAX);
	struct mailbox contact;
	int r;

	str_add_format(&words, "Digest for %s", message->list);
	str_add_text(&id, "digest-");
	add_label(&id, message->list);
	str_add_format(&id, ".%s", from->domain);
	if (str_error(&id) < 0 || str_error(&words) < 0)
		return -EINVAL;
	mail_header_add_phrase(str, "List-Id", str_slice(&words), str_text(&id));
	if (!message->contact)
		return 0;

	/* The contact of the settings may also be a page. */
	r = mailbox_parse(slice_of(message->contact), arena, &contact, NULL);
	if (r < 0)
		return r == -EINVAL ? 0 : r;

	str_clear(&id);
	str_add_format(&id, "<mailto:%s?subject=unsubscribe%%20", contact.address);
	add_label(&id, message->list);
	str_add_char(&id, '>');
	mail_header_add_token(str, "List-Unsubscribe", str_text(&id));
	return str_error(&id);
}

static int add_date(struct str *str, const struct message *message)
{
	char text[LOCAL_TEXT_SIZE];
	struct local_time local;
	int r;

	/* A zone that became unknown must not cost a mail. */
	r = localtime_at(message->timezone, message->date_us, &local);
	if (r < 0)
		r = localtime_at(NULL, message->date_us, &local);
	if (r < 0)
		return r;

	mail_header_add_token(str, "Date", localtime_format(&local, LOCAL_RFC5322, text));
	return 0;
}

static int add_addresses(struct str *str, const struct message *message, struct arena *arena,
	struct mailbox *ret_from)
{
	struct mailbox to;
	int r;

	r = mailbox_parse(slice_of(message->from), arena, ret_from, NULL);
	if (r == 0)
		r = mailbox_parse(slice_of(message->to), arena, &to, NULL);
	if (r < 0)
		return r;

	mail_header_add_mailbox(str, "From", ret_from);
	mail_header_add_mailbox(str, "To", &to);
	return 0;
}

static int add_headers(struct str *str, const struct message *message, struct arena *arena)
{
	struct mailbox from;
	int r;

	if (!is_id(message->message_id) || (message->references && !is_id(message->references)))
		return -EINVAL;

	r = add_date(str, message);
	if (r == 0)
		r = add_addresses(str, message, arena, &from);
	if (r < 0)
		return r;

	mail_header_add_text(str, "Subject", slice_of(message->content.subject));
	add_id(str, "Message-ID", message->message_id);
	if (message->references) {
		add_id(str, "In-Reply-To", message->references);
		add_id(str, "References", message->references);
	}
	/* Nobody's holiday answers to a robot (RFC 3834, and Exchange's own). */
	mail_header_add_token(str, "Auto-Submitted", "auto-generated");
	mail_header_add_token(str, "X-Auto-Response-Suppress", "All");
	mail_header_add_token(str, "X-Mentiond-Kind", delivery_kind_name(message->kind));
	return message->list ? add_list(str, message, &from, arena) : 0;
}

static void add_part(struct str *str, const char *boundary, const char *type, const char *body)
{
	if (boundary)
		str_add_format(str, "--%s\r\n", boundary);
	str_add_format(str,
		"Content-Type: %s; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		type);
	quoted_printable_add(str, slice_of(body));
}

/* Text first: a reader that knows both takes the last one. */
static void add_body(struct str *str, const struct message *message)
{
	char boundary[BOUNDARY_SIZE];

	str_add_text(str, "MIME-Version: 1.0\r\n");
	if (!message->content.html) {
		add_part(str, NULL, "text/plain", message->content.text);
		return;
	}

	/* "=_" never stands in quoted-printable text. */
	snprintf(boundary, sizeof(boundary), "=_%016llx",
		(unsigned long long)hash_bytes(slice_of(message->message_id), boundary_seed));
	str_add_format(
		str, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n", boundary);
	add_part(str, boundary, "text/plain", message->content.text);
	add_part(str, boundary, "text/html", message->content.html);
	str_add_format(str, "--%s--\r\n", boundary);
}

int message_render(const struct message *message, struct arena *arena, struct slice *ret)
{
	CLEANUP(str_done) struct str str = STR_INIT(MESSAGE_MAX_BYTES);
	int r;

	r = add_headers(&str, message, arena);
	if (r < 0)
		return r;
	add_body(&str, message);
	if (str_error(&str) < 0)
		return str_error(&str);

	const char *copy = arena_copy(arena, str_slice(&str));
	if (!copy)
		return -ENOMEM;

	*ret = slice_from(copy, str.len);
	return 0;
}

int message_id_make(
	const char *kind, const char *key, const char *domain, char ret[MESSAGE_ID_SIZE])
{
	const int n = snprintf(ret, MESSAGE_ID_SIZE, "%s.%s@%s", kind, key, domain);

	return n < MESSAGE_ID_SIZE && is_id(ret) ? 0 : -EINVAL;
}
