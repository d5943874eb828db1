/* daemon/pipeline_private.h: what the files of the pipeline share. */
#pragma once

#include "alert/rule.h"
#include "base/arena.h"
#include "daemon/pipeline.h"
#include "dedupe/stories.h"
#include "match/engine.h"
#include "report/report.h"
#include "score/scorer.h"
#include "text/words.h"

struct compiled_rule {
	const struct alert_settings *settings;
	struct rule *rule;
};

/* The story of a post that is stored, but not committed yet. */
struct pending_story {
	uint64_t fingerprint;
	int64_t story_id;
};

struct pipeline {
	const struct settings *settings;
	struct store *store;
	const struct clock *clock;
	struct random *random;
	struct engine *engine;
	struct scorer *scorer;
	struct words *words;
	struct stories *stories;
	struct reporter *reporter;
	struct compiled_rule *rules; /* one for each of settings->alerts */
	struct map *streams;         /* name -> const struct stream_settings * */

	/* Of the fetch at hand; reset with each. */
	struct arena *arena;
	struct pending_story *pending;
	size_t n_pending;
};

/* By name; NULL: none. */
const struct stream_settings *pipeline_find_stream(
	const struct pipeline *pipeline, const char *name);
const struct recipient_settings *pipeline_find_recipient(
	const struct pipeline *pipeline, const char *name);

/* --- daemon/alerting.c ------------------------------------------------------ */

/* Judges the rules about mentions for ITEM, whose rows are written, and puts
 * the mails that it causes into the outbox.  Within the fetch's transaction. */
int alerting_check_mention(
	struct pipeline *pipeline, struct item *item, struct ingest_result *result);

/* --- daemon/outgoing.c ------------------------------------------------------ */

/* A mail to all addresses of one recipient. */
struct outgoing {
	enum delivery_kind kind;
	const struct recipient_settings *recipient;
	int64_t alert_id, incident_id; /* of an alert */
	int64_t digest_id;             /* of a digest */
	struct mail_content content;
};

/* Puts it into the outbox; how many rows were new. */
int outgoing_queue(struct pipeline *pipeline, const struct outgoing *outgoing);
