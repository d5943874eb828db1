/* report/report.h: what the team reads: alert mails and digests.
 *
 * A reporter holds the templates (config/templates), loaded and checked once;
 * the administrator may bring others.  Rendering is a pure function of the
 * records: subject, plain text of 72 columns, HTML under 90 kB with inline
 * styles, no remote images and nothing unescaped.
 *
 * Uses base/, record/, text/ (local times).
 */
#pragma once

#include "record/delivery.h"
#include "record/digest.h"

struct diags;
struct reporter;

enum { REPORT_HTML_MAX_BYTES = 90 * 1000 };

/* Loads the templates of FOLDER (NULL: those that came with mentiond).
 * -EINVAL + DIAGS for mistakes in a template, -ENOENT, -ENOMEM, or what reading
 * a file gave. */
int reporter_open(const char *folder, struct reporter **ret, struct diags *diags);
void reporter_close(struct reporter *reporter);
DEFINE_CLEANUP(struct reporter *, reporter_close);

/* What an alert's mail tells beside the mention. */
struct alert_context {
	const char *rule;         /* name in the settings */
	const char *evidence;     /* JSON from rule_check_...(); NULL: none */
	const char *stream_label; /* for people */
	int64_t incident_id;
	size_t n_alerts; /* of the incident, this one included */
	struct instant deadline;
	size_t n_held_back;   /* alerts held back from this recipient before */
	const char *timezone; /* IANA, in which times are told; NULL: UTC */
	int64_t now_us;
	const struct item *examples; /* a rate: mentions that show what it is about */
	size_t n_examples;
};

/* The mail that tells of ITEM's alert, in ARENA; ITEM is NULL for a rate.
 * -EMSGSIZE, -ENOMEM. */
int report_alert(const struct reporter *reporter, const struct item *item,
	const struct alert_context *context, struct arena *arena, struct mail_content *ret);

/* What a cap held back from a recipient. */
struct rest_context {
	const char *stream_label; /* NULL: of several streams */
	struct items items;       /* the most important first */
	const char *timezone;
	int64_t now_us;
};

/* The one mail that tells of the rest, likewise. */
int report_rest(const struct reporter *reporter, const struct rest_context *context,
	struct arena *arena, struct mail_content *ret);

/* The mail of a digest, likewise; lists are cut so that the HTML stays below
 * REPORT_HTML_MAX_BYTES, and say what they leave out. */
int report_digest(const struct reporter *reporter, const struct digest *digest, struct arena *arena,
	struct mail_content *ret);
