/* config/settings.h: the settings as plain records, filled by config/.
 *
 * Every stage may include this file, and nothing else of config/.  All of it
 * lives in one arena that settings_free() (config/load.h) releases; after a
 * reload the old records go only when nothing refers to them any more.
 * Absent texts are NULL, absent durations 0.  Defaults are filled in, so a
 * reader never asks what an absent value means.
 */
#pragma once

#include "base/clock.h"
#include "record/post.h"
#include "record/preset.h"

/* From byte OFFSET of a text on, its file reads on at LINE and COLUMN. */
struct origin_part {
	size_t offset;
	unsigned int line, column;
};

/* Where a value stands, for messages of later checks.  That of a query, rule
 * or example has parts: config/origin.h finds a place within it. */
struct origin {
	const char *file;
	unsigned int line, column; /* from 1, in code points */
	const struct origin_part *parts;
	size_t n_parts;
};

/* A secret is named in the settings and read when it is needed. */
struct secret {
	enum { SECRET_NONE, SECRET_CREDENTIAL, SECRET_ENVIRONMENT } kind;
	const char *name;
	struct origin origin;
};

/* What a preset is given: a text, or a secret. */
struct parameter {
	const char *name;
	const char *value; /* NULL: it is the secret */
	struct secret secret;
	struct origin origin;
};

struct parameters {
	struct parameter *items;
	size_t n;
};

struct source_settings {
	const char *name;
	const char *url;
	const char *preset; /* NULL: url is it */
	/* What PRESET names; NULL without one.  url is then the address of a first
	 * poll, and with holds every parameter that has a value. */
	const struct preset *service;
	struct parameters with;
	int64_t every_us;   /* 0: adaptive, 5 minutes to 6 hours */
	bool allow_private; /* loopback and private addresses may be asked */
	bool enabled;
	bool stream;              /* its posts are taken as events, too */
	const char *stream_url;   /* where; NULL: it has none */
	struct texts tags;        /* folders, for people */
	const char *lang;         /* of posts that state none */
	struct location location; /* of posts that have none; via is VIA_SOURCE */
	const char *user;         /* HTTP authentication */
	struct secret password;
	const char *
		ca_file; /* certificates that its server's is checked against; NULL: the system's */
	struct origin origin;
	struct origin ca_file_origin;
};

enum stream_kind { STREAM_BRAND, STREAM_COMPETITOR, STREAM_TOPIC, N_STREAM_KINDS };

struct stream_settings {
	const char *name;
	const char *label; /* for people: "Acme"; the name when none is given */
	enum stream_kind kind;
	const char *query;
	struct texts own;        /* the team's own handles and hosts: never angry customers */
	struct texts must_match; /* examples */
	struct texts must_ignore;
	struct origin origin;                /* of the stream */
	struct origin query_origin;          /* of the query's text */
	const struct origin *match_origins;  /* one for each of must_match */
	const struct origin *ignore_origins; /* one for each of must_ignore */
};

enum digest_empty { EMPTY_SEND, EMPTY_SKIP };

struct digest_settings {
	bool wanted;
	int minute_of_day;     /* local; 480 is 08:00 */
	const char *timezone;  /* IANA name */
	unsigned int weekdays; /* bit 0 is Sunday */
	enum digest_empty empty;
};

struct recipient_settings {
	const char *name;
	struct texts email; /* mailboxes as written: "Name <a@b>" or "a@b" */
	struct digest_settings digest;
	unsigned int max_per_hour; /* mails at once; 0: no limit */
	struct origin origin;
};

struct alert_settings {
	const char *name;
	struct texts streams;      /* names; none: all brands */
	const char *when;          /* the rule, see alert/rule.h */
	struct texts notify;       /* recipients' names */
	int64_t respond_within_us; /* 0: no deadline */
	int64_t max_age_us;        /* of posts that alert */
	int64_t cooldown_us;       /* between mails of one incident */
	struct origin origin;
	struct origin when_origin;
	struct origin max_age_origin;        /* without a line: the default, for what is new here */
	const struct origin *stream_origins; /* one for each of streams */
	const struct origin *notify_origins; /* one for each of notify */
};

enum smtp_tls { TLS_REQUIRED, TLS_NONE };

struct smtp_settings {
	const char *url; /* smtp://host:port, smtps://host:port or file:FOLDER; NULL: no mail */
	const char *from;
	enum smtp_tls tls;
	const char *ca_file;
	const char *user;
	struct secret password;
	int64_t retry_first_us, retry_most_us, give_up_after_us;
	struct origin origin;
};

/* Bounds of one fetch, and of the poller. */
struct fetch_settings {
	size_t max_body_bytes; /* after decoding */
	size_t max_posts;
	int64_t timeout_us;
	unsigned int max_redirects;
	unsigned int max_parallel;
	unsigned int max_per_host;
	const char *proxy; /* NULL: none, whatever the environment says */
};

/* When posts say the same (dedupe/sketch.h). */
struct story_settings {
	double distance;          /* share of the words of a longer text that may differ */
	int64_t window_us;        /* between the fetches of two copies */
	unsigned int least_words; /* of a text that can be a story */
};

/* What comes without being asked for. */
struct push_settings {
	const char *address; /* under which hubs reach us; NULL: they cannot */
	const char *listen;  /* "HOST:PORT", when systemd hands us no socket */
	int64_t silence_us;  /* after which a stream counts as dead */
	struct origin origin;
};

struct settings {
	const char *database;
	const char *contact;
	int64_t keep_mentions_us;
	int64_t keep_unmatched_us;
	double angry_at; /* anger from which a mention counts as angry */
	struct fetch_settings fetch;
	struct story_settings stories;
	struct smtp_settings smtp;
	struct push_settings push;
	struct presets presets; /* all that are installed */
	struct source_settings *sources;
	size_t n_sources;
	struct stream_settings *streams;
	size_t n_streams;
	struct recipient_settings *recipients;
	size_t n_recipients;
	struct alert_settings *alerts;
	size_t n_alerts;
};
