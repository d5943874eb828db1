/* decode/draft.h: an entry, or the feed itself, while it is being read.
 *
 * A format offers what it finds, with a rank: the highest rank wins, among
 * equals the first.  So the order in a document does not matter, and a value
 * that turns out empty or wrong leaves the place to the next best.  All formats
 * fill drafts; draft_finish() makes the post.
 */
#pragma once

#include "record/post.h"

enum slot {
	SLOT_NONE,
	SLOT_ID,
	SLOT_URL,
	SLOT_TITLE,
	SLOT_TEXT,
	SLOT_LANG, /* may be empty: said to be unknown */
	SLOT_REPLY_TO,
	SLOT_PLACE, /* name of the location */
	SLOT_AUTHOR,
	SLOT_AUTHOR_URL,
	SLOT_AUTHOR_HANDLE,
	SLOT_AUTHOR_MAIL,
	SLOT_HUB,
	SLOT_SELF,
	SLOT_NEXT,
	N_TEXT_SLOTS,

	SLOT_PUBLISHED = N_TEXT_SLOTS,
	SLOT_UPDATED,
	SLOT_POINT,
	N_SLOTS,
};

struct draft {
	struct arena *arena;
	const struct draft *feed; /* of an entry; NULL: not known */
	const char *texts[N_TEXT_SLOTS];
	struct instant times[2]; /* published, updated */
	double lat, lon;
	unsigned char ranks[N_SLOTS]; /* 0: empty */
	struct texts tags;
	struct texts links;
	struct texts hashtags, handles; /* that the source names itself */
	struct texts captions;          /* of pictures, on a line each */
	struct metric_value metrics[N_METRICS];
	const char *raw_url; /* a link that could not be made absolute: an id at need */
	bool is_cut;         /* something was longer, or more, than is kept (decode/limits.h) */
	int error;           /* -ENOMEM when a value could not be kept */
};

void draft_init(struct draft *draft, struct arena *arena);

/* Whether a value of RANK would be taken. */
bool draft_wants(const struct draft *draft, enum slot slot, unsigned char rank);

/* TEXT is copied; white space at its ends is cut, and an empty one is no value
 * (except for SLOT_LANG).  One that is too long is cut with a mark when it is prose,
 * hashed when it is an id, and no value else. */
void draft_set_text(struct draft *draft, enum slot slot, unsigned char rank, struct slice text);
/* SLOT is SLOT_PUBLISHED or SLOT_UPDATED; a text that is no date is no value, one
 * in doubt gives way to any other.  NULL, or what a warning should say of it: static
 * text that goes on a sentence ("is no date"). */
const char *draft_set_date(
	struct draft *draft, enum slot slot, unsigned char rank, struct slice text);
/* Out-of-range coordinates are no place. */
void draft_set_point(struct draft *draft, unsigned char rank, double lat, double lon);
void draft_set_metric(struct draft *draft, enum metric metric, struct slice number);
/* REFERENCE seen from BASE; what is no web address is no value. */
void draft_set_url(struct draft *draft, enum slot slot, unsigned char rank, struct slice base,
	struct slice reference);

/* An author, all parts of which are taken or left together. */
struct person {
	struct slice name, url, handle, mail; /* empty: unknown */
};
void draft_set_person(struct draft *draft, unsigned char rank, const struct person *person);
/* "jane@example.org (Jane Doe)", "Jane Doe <jane@example.org>", "@jane": an
 * address of mail may stand on either side, in brackets or not. */
void person_parse(struct slice text, struct person *ret);

void draft_add_tag(struct draft *draft, struct slice tag);
void draft_add_link(struct draft *draft, struct slice base, struct slice reference);

/* The description of a picture at SRC (empty: unknown); what says nothing is left out. */
void draft_add_caption(struct draft *draft, struct slice alt, struct slice src);

/* Without '#' or '@', which may stand there. */
void draft_add_hashtag(struct draft *draft, struct slice hashtag);
void draft_add_handle(struct draft *draft, struct slice handle);

/* Sets what is known of the author, the best of its names as .author. */
void draft_author(const struct draft *draft, struct post *post);

/* Makes the post, whose strings are the draft's: its text is without the footers that
 * software adds, and has the captions of its pictures behind it.  1, 0 when there is
 * nothing to keep, -ENOMEM. */
int draft_finish(const struct draft *draft, struct post *ret);
