/* decode/body.h: one body on its way to posts, whatever its format.
 *
 * A format reads the text, fills body.about with what it finds of the feed, and
 * hands in a draft for each entry.
 */
#pragma once

#include "decode/decode.h"
#include "decode/decoding.h"
#include "decode/draft.h"

struct body {
	struct slice bytes; /* as they came */
	struct slice text;  /* as clean UTF-8 */
	const struct decode_options *options;
	struct diags *warnings; /* may be NULL */

	struct arena *own;     /* what lives as long as the body: the feed's facts */
	struct arena *scratch; /* of the entry that is being read */
	struct arena *arena;   /* the caller's, of the posts of this step */
	struct post *posts;    /* of this step */
	size_t n_posts, room_posts;
	size_t used_before; /* of the arena, by others */
	size_t n_entries;   /* of this step: posts, and what gave none */

	struct draft about; /* the feed; its author and language serve posts without */
	struct draft known; /* the same, from the reading before this one */
	const char *lang;   /* what feed.lang was made of */
	struct feed feed;   /* .n_posts counts those of all steps */
	size_t n_read;      /* entries of all steps, also those that gave no post */
	bool is_full;       /* more entries came than may */
};

/* A format's way through a body, step by step. */
struct reader_class {
	/* Makes what the others take.  ROOT is the first element of the feed. */
	int (*open)(struct body *body, struct slice root, void **ret);
	/* Reads what has to be known before the first step, and takes the bytes that it went
	 * through from *BUDGET: 1 when that did not last, 0 at the end; -EPROTONOSUPPORT when
	 * it is another format.  NULL: there is nothing of the kind. */
	int (*prepare)(void *reader, size_t *budget);
	/* Reads up to LIMIT: 1, or 0 at the end. */
	int (*step)(void *reader, const struct decoding_limit *limit);
	void (*free)(void *reader);
};

/* Whether a step that read N_BYTES has to end. */
bool body_is_at(const struct body *body, const struct decoding_limit *limit, size_t n_bytes);

/* LIMIT as a budget of bytes. */
size_t body_budget(const struct decoding_limit *limit);

/* Tells of N entries that are lost at LINE (0: unknown) and counts them. */
void body_lose(struct body *body, size_t n, unsigned int line, const char *why);

/* Whether one more entry may come; when not, body_refuse() has to count it. */
bool body_has_room(const struct body *body);
void body_refuse(struct body *body, unsigned int line);

/* Starts ENTRY, whose values are forgotten with the next one. */
void body_start(struct body *body, struct draft *entry);

/* Makes a post of ENTRY and adds it: 1; 0 when it says nothing, which
 * body_lose_empty() has to count; -ENOMEM. */
int body_add(struct body *body, const struct draft *entry);
void body_lose_empty(struct body *body, unsigned int line);
/* Counts and tells that a part of the entry at LINE (0: unknown) was not kept. */
void body_tell_cut(struct body *body, unsigned int line);

/* Fills the feed's own fields as far as they are known, and lends its author and
 * language to the posts of this step.  -ENOMEM. */
int body_finish(struct body *body);

/* Where relative links of the feed start from, when nothing closer is said. */
struct slice body_base(const struct body *body);

/* Appends the plain text of HTML to STR and adds its links, which are seen from
 * BASE, to DRAFT. */
void body_add_html(struct draft *draft, struct slice base, struct slice html, struct str *str);
