/* daemon/pipeline.h: the stages wired together, for the daemon and for the
 * commands.
 *
 *	decode -> dedupe -> match -> score -> store -> alert -> outbox
 *
 * A pipeline is made from one settings object and one open store, which must
 * live as long as it does; a reload makes a new one.  What comes in goes through
 * daemon/ingest.h.
 */
#pragma once

#include "config/settings.h"
#include "fetch/policy.h"
#include "store/store.h"

struct diags;
struct pipeline;

/* One fetch at the limit of its body, several times over: posts, words, hits
 * and rendered mails. */
enum { PIPELINE_ARENA_BYTES = 512 << 20 };

struct pipeline_options {
	const struct settings *settings;
	struct store *store;
	const struct clock *clock;
	struct random *random;
};

/* Compiles queries and rules, and loads lexicons and templates.  -EINVAL with DIAGS when a person's
 * text is wrong. */
int pipeline_new(
	const struct pipeline_options *options, struct pipeline **ret, struct diags *diags);
void pipeline_free(struct pipeline *pipeline);
DEFINE_CLEANUP(struct pipeline *, pipeline_free);

/* What a fetch, or a slice of one, brought. */
struct ingest_result {
	size_t n_posts, n_new, n_edited, n_mentions, n_alerts, n_mails;
	size_t n_dropped;
	size_t n_cut;              /* posts of which a part was too long to be kept */
	unsigned int dropped_line; /* of the first of them in the body; 0: unknown */
	bool is_cut;               /* the service had more pages than a poll may have */
	bool offer_changed;        /* the source names another hub than before, or none */
};

/* As engine_take_exceeded(): streams whose queries reached a limit. */
bool pipeline_take_exceeded(struct pipeline *pipeline, const char **ret_stream, uint64_t *ret_n);

/* What applying a stream means for one post. */
enum apply_change {
	APPLY_COMES,   /* it is a mention now */
	APPLY_GOES,    /* it is none any more */
	APPLY_CHANGES, /* other words of it match */
	APPLY_STAYS,   /* it matches no more, but a person has worked on it */
	N_APPLY_CHANGES,
};

/* Streams on their way through the posts that were here before them. */
struct applying {
	const struct texts *streams; /* NULL: those that the store has not seen applied */
	int64_t since_us;            /* fetched */
	int64_t upto_id;             /* where it is; starts at the last post */
	bool dry_run;                /* only counts; the store may be one for reading */
	/* Told of each change, before it is committed; or NULL. */
	void (*on_change)(enum apply_change change, const char *stream, const struct post *post,
		void *userdata);
	void *userdata;

	size_t n_posts; /* judged so far */
	size_t n[N_APPLY_CHANGES];
	size_t n_alerts, n_mails;
};

/* Judges some more posts, the latest first, in one transaction: as many as a turn
 * of the loop has time for.  The mentions are those that would be here had the
 * streams been from the start.  1: there is more to do, 0: all is done. */
int pipeline_apply_some(struct pipeline *pipeline, struct applying *applying);

/* Mentions on their way through the lexicons of today. */
struct rescoring {
	const char *stream; /* NULL: all */
	int64_t since_us;   /* fetched */
	int64_t after_id;   /* where it is; starts at 0 */
	bool dry_run;       /* only counts; the store may be one for reading */
	/* Told of each mention whose score is another now, before it is committed; or
	 * NULL. */
	void (*on_change)(const struct item *was, const struct sentiment *now, void *userdata);
	void *userdata;

	size_t n_mentions, n_changed; /* so far */
};

/* Scores some more mentions again, the oldest first, in one transaction.  What a
 * person has said stays, and only rules with max_age alert.  1: there is more to
 * do, 0: all is done. */
int pipeline_rescore_some(struct pipeline *pipeline, struct rescoring *rescoring);

/* What is due every minute: judges the rules about rates, and tells recipients
 * whose cap is free again what it held back; in one transaction.  Only n_alerts
 * and n_mails of *RET tell something. */
int pipeline_check_alerts(struct pipeline *pipeline, struct ingest_result *ret);

/* Writes the digests that are due to the outbox, each in one transaction. */
int pipeline_make_digests(struct pipeline *pipeline, size_t *ret_n);
/* When the next digest is due; unknown when nobody wants one. */
int pipeline_next_digest(struct pipeline *pipeline, struct instant *ret);

/* Writes one for the recipient NAME now, due or not; it closes the window.  -ENOENT. */
int pipeline_send_digest(struct pipeline *pipeline, const char *name);
/* The digest of the recipient NAME as it would be sent now; nothing is recorded. */
int pipeline_preview_digest(
	struct pipeline *pipeline, const char *name, struct arena *arena, struct mail_content *ret);
