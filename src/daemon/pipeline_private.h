/* daemon/pipeline_private.h: what the files of the pipeline share. */
#pragma once

#include "alert/rule.h"
#include "base/arena.h"
#include "daemon/pipeline.h"
#include "dedupe/identity.h"
#include "match/engine.h"
#include "report/report.h"
#include "score/scorer.h"
#include "text/words.h"

struct compiled_rule {
	const struct alert_settings *settings;
	struct rule *rule;
};

struct pipeline {
	const struct settings *settings;
	struct store *store;
	const struct clock *clock;
	struct random *random;
	struct engine *engine;
	struct scorer *scorer;
	struct words *words;
	struct reporter *reporter;
	struct compiled_rule *rules; /* one for each of settings->alerts */
	int64_t told_until_us;       /* end of the last digest: what comes now is in the next */
	struct map *streams;         /* name -> const struct stream_settings * */

	/* Of the fetch at hand; reset with each. */
	struct arena *arena;
	struct arena *scratch; /* of one look at another post */
};

/* What goes with one post through match, score, store and alert. */
struct passage {
	const struct post *post;
	struct stored_post stored;
	struct sentiment post_sentiment; /* by pipeline_score_post() */
	const struct match *matches;     /* what the streams' queries found in it */
	size_t n_matches;
	int64_t fetched_us, now_us;
	bool is_late; /* a stream is applied to a post that was here before */
};

/* A post that a source brought. */
struct arrival {
	const struct source_settings *source;
	struct post *post;
	const struct post_identity *keys;
	int64_t now_us;     /* the time of its transaction */
	int64_t fetched_us; /* the same, but not before the end of the last digest */
};

/* Takes it from look-up to alerts, within a transaction; RESULT counts on. */
int pipeline_take_post(
	struct pipeline *pipeline, const struct arrival *arrival, struct ingest_result *result);

/* Writes what MATCH found, and raises the alerts that follow from it. */
int pipeline_add_mention(struct pipeline *pipeline, const struct passage *passage,
	const struct match *match, struct ingest_result *result);

/* WALK(TURN), in one transaction unless it is a DRY_RUN, whose store may be one for
 * reading.  What it returns; below 0 nothing was written. */
int pipeline_run_turn(struct pipeline *pipeline, bool dry_run, int (*walk)(void *turn), void *turn);

/* By name; NULL: none. */
const struct stream_settings *pipeline_find_stream(
	const struct pipeline *pipeline, const char *name);
const struct recipient_settings *pipeline_find_recipient(
	const struct pipeline *pipeline, const char *name);

/* --- daemon/scoring.c ------------------------------------------------------- */

/* Scores the post as a whole. */
int pipeline_score_post(struct pipeline *pipeline, struct passage *passage);
/* Scores it for the stream of MATCH, which is configured, with reasons; what the
 * passage's other matches are about is told apart. */
int pipeline_score_mention(struct pipeline *pipeline, const struct passage *passage,
	const struct match *match, struct sentiment *ret);

/* --- daemon/alerting.c ------------------------------------------------------ */

/* Judges the rules about mentions for ITEM of PASSAGE, whose rows are written, and
 * puts the mails that it causes into the outbox.  Within the fetch's transaction. */
int alerting_check_mention(struct pipeline *pipeline, const struct passage *passage,
	struct item *item, struct ingest_result *result);

/* --- daemon/grouping.c -------------------------------------------------------- */

/* Puts POST, a mention, into the story of the posts that say the same, and makes
 * one story of several that it joins.  Which posts share a story does not depend
 * on the order in which they come.  One that has a story stays there. */
int grouping_join(struct pipeline *pipeline, const struct post *post, int64_t post_id);
/* The same after the text of POST changed, from the story OLD_ID (0: none). */
int grouping_move(
	struct pipeline *pipeline, const struct post *post, int64_t post_id, int64_t old_id);
/* What a post that left STORY_ID held together falls apart. */
int grouping_split(struct pipeline *pipeline, int64_t story_id);

/* --- daemon/outgoing.c ------------------------------------------------------ */

/* A mail to all addresses of one recipient. */
struct outgoing {
	enum delivery_kind kind;
	const struct recipient_settings *recipient;
	int64_t alert_id, incident_id; /* of an alert */
	size_t n_held;                 /* alerts that it tells of after a cap; 0: of its own */
	int64_t digest_id;             /* of a digest */
	int64_t until_us;              /* of a digest: the end of its window */
	struct mail_content content;
	int error; /* why there is no content; 0: there is */
};

/* Puts it into the outbox; how many mails were new.  One that cannot be written is
 * recorded as failed, with its reason, and is told to the journal: below 0 is only
 * what the database said. */
int outgoing_queue(struct pipeline *pipeline, const struct outgoing *outgoing);
