/* notify/channel.h: a way out: one folder below notify/, and one row in channel.c.
 *
 * A channel turns notices into bytes for its targets and brings them there.  All that
 * deliveries have in common is not its business: what is due and in which order, what
 * waits how long, and when to give up is the outbox's (notify/outbox.h), and what a
 * delivery is made of, for whom, the caller's.  Whatever a channel does wrong costs its
 * own deliveries, never others'.
 *
 * Uses base/, record/, http/, report/report.h, config/settings.h.
 */
#pragma once

#include "base/str.h"
#include "config/settings.h"
#include "record/delivery.h"
#include "record/notice.h"

struct diags;
struct http_client;
struct http_request;
struct reporter;

/* What an attempt means, for its delivery and for those that come after it. */
enum send_verdict {
	SEND_DONE,         /* taken: it is told */
	SEND_REFUSED,      /* for good, this one */
	SEND_RETRY,        /* this one later */
	SEND_RETRY_TARGET, /* nothing goes to this target now */
	SEND_RETRY_ALL,    /* nothing goes by this channel now */
};

/* How an attempt ended. */
struct send_answer {
	int error;        /* 0: taken; -ECANCELED: by the outbox; else a negative errno */
	int stage;        /* how far it came, in the channel's own numbers */
	int code;         /* the last reply's; 0: none came */
	const char *text; /* in words, for people; it lives as long as the call */
};

/* When what failed is tried again. */
struct retry_times {
	int64_t first_us, most_us; /* doubles from the first to the most */
	int64_t give_up_after_us;  /* since it was queued; 0: never */
};

/* A channel as the settings set it up. */
struct way {
	void *state; /* the channel's own */
	struct retry_times retry;
};

/* What is to be told to one target. */
struct rendering {
	const struct settings *settings;
	const struct reporter *reporter;
	const struct notice *notice;
	int error;          /* why NOTICE has no values; 0: it has */
	const char *to;     /* the target as the settings write it */
	const char *key;    /* see notify/notice_key.h */
	const char *thread; /* what named the incident's first delivery; NULL: this is it */
};

struct channel {
	/* delivery.channel in the database: for ever. */
	const char *name;

	/* Whether SETTINGS set it up.  What is due waits while they don't. */
	bool (*serves)(const struct settings *settings);

	/* Reads each secret that SETTINGS name for it, and forgets it.  What can't be read is
	 * told in DIAGS.  Adds to *RET_N how many there are; 0, or -ENOMEM. */
	int (*check)(const struct settings *settings, size_t *ret_n, struct diags *diags);

	/* Sets it up by SETTINGS, which it serves, and which outlive *RET; what is sent goes
	 * by CLIENT.  -EINVAL and the like with DIAGS, -ENOMEM. */
	int (*open)(const struct settings *settings, struct http_client *client, struct way *ret,
		struct diags *diags);
	/* Secrets are wiped.  What is under way goes on. */
	void (*close)(struct way *way);

	/* Where RECIPIENT wants to be told, as the settings write it. */
	const struct texts *(*targets)(const struct recipient_settings *recipient);

	/* *RET in ARENA: what names the target TO, however it is written.  Where nothing
	 * does it is TO, with a negative errno. */
	int (*locate)(const char *to, struct arena *arena, const char **ret);

	/* Sets message_id, then message of RET, in ARENA, whose other values stand already.  The
	 * same input gives the same bytes.  A negative errno when there is no message: an id
	 * that is set by then stands, so that the row can say why. */
	int (*render)(const struct rendering *rendering, struct arena *arena, struct delivery *ret);

	/* Begins to bring DELIVERY, which lives until ON_DONE returns, to its target.  ON_DONE
	 * is called once, at the latest when the request's own time is over, and may be before
	 * this returns: *RET is NULL then, else what http_cancel() ends.  -ENOMEM: not now;
	 * another negative errno: never. */
	int (*send)(const struct way *way, const struct delivery *delivery,
		void (*on_done)(const struct send_answer *answer, void *userdata), void *userdata,
		struct http_request **ret);

	/* What an answer with an error means; one without is SEND_DONE. */
	enum send_verdict (*verdict)(const struct send_answer *answer);
};

/* All of them; *RET_N: how many. */
const struct channel *const *channels_all(size_t *ret_n);

/* Adds the names of all, a line each, with a line break before the first. */
void channels_add_names(struct str *str);

/* Whether any of them serves SETTINGS. */
bool channels_serve(const struct settings *settings);
