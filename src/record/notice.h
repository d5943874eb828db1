/* record/notice.h: what is told to a recipient, apart from the bytes that tell it.
 *
 * Each way out makes its own bytes of the same notice: a mail today.
 */
#pragma once

#include "record/digest.h"

enum notice_kind {
	NOTICE_ALERT,  /* a rule was raised, by a mention or by a rate */
	NOTICE_REST,   /* what a cap held back, told at once */
	NOTICE_DIGEST, /* a window of time */
	N_NOTICE_KINDS,
};

const char *notice_kind_name(enum notice_kind kind);

struct alert_notice {
	const struct item *item;  /* NULL: a rate */
	const char *rule;         /* name in the settings */
	const char *evidence;     /* JSON from rule_check_...(); NULL: none */
	const char *stream_label; /* for people */
	int64_t incident_id;
	size_t n_alerts; /* of the incident, this one included */
	struct instant deadline;
	size_t n_held_back;          /* alerts held back from this recipient before */
	const struct item *examples; /* of a rate: mentions that show what it is about */
	size_t n_examples;
};

struct rest_notice {
	const char *stream_label; /* NULL: of several streams */
	struct items items;       /* the most important first; n_all: what was held back */
};

/* All that it points to is the caller's. */
struct notice {
	enum notice_kind kind;
	const char *recipient; /* name in the settings */
	const char *timezone;  /* IANA, in which times are told; NULL: UTC */
	int64_t now_us;        /* when it is told */
	union {
		struct alert_notice alert;
		struct rest_notice rest;
		const struct digest *digest;
	};
};
