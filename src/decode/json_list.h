/* decode/json_list.h: the lists of a JSON answer, item by item.
 *
 * The frame, all that is not in a list, is read at the start and kept; an item is in
 * memory only while it is read.
 */
#pragma once

#include "decode/json_scan.h"

/* The frame of a text. */
struct json_frame {
	json_t *json;          /* its lists are empty arrays */
	struct json_copy copy; /* where they start */
	bool is_mended;
	char error[JSON_ERROR_TEXT_LENGTH]; /* why JSON doesn't allow it */
};

/* Reads the frame of TEXT, of which BOUNDS says where its lists are, how much of other
 * arrays is wanted, and whether what is broken may be mended.  -EINVAL, with .error;
 * -ENOMEM. */
int json_frame_read(struct slice text, const struct json_bounds *bounds, struct json_frame *ret);

/* The same in steps. */
struct json_frame_reader;

/* TEXT and what BOUNDS refers to must outlive *RET.  -ENOMEM. */
int json_frame_open(
	struct slice text, const struct json_bounds *bounds, struct json_frame_reader **ret);
void json_frame_free(struct json_frame_reader *reader);
DEFINE_CLEANUP(struct json_frame_reader *, json_frame_free);

/* Reads on and takes the bytes that it went through, which are read twice when they have to
 * be mended, from *BUDGET: 1 when that did not last; else as json_frame_read(). */
int json_frame_step(struct json_frame_reader *reader, size_t *budget, struct json_frame *ret);
void json_frame_done(struct json_frame *frame);

struct json_list {
	struct slice text;
	size_t at; /* in the text; 0: there is no list */
	bool mend;
	bool is_ended;
	/* Of the item that starts at .at, while it is read. */
	bool is_within;
	struct json_scanner scanner;
	struct json_frame_reader *large; /* of one that is no small one; NULL: it is, so far */
};

/* Forgets what was begun. */
void json_list_done(struct json_list *list);

enum json_item_state {
	JSON_END,     /* no more items */
	JSON_MORE,    /* the budget ended within one: ask again */
	JSON_CUT,     /* no more, because the text ends */
	JSON_ITEM,    /* one as it stands */
	JSON_MENDED,  /* one that was broken */
	JSON_BOUNDED, /* one of which a part is left out */
	JSON_LOST,    /* one that cannot be read */
	JSON_SKIPPED,
};

struct json_item {
	enum json_item_state state;
	json_t *json; /* the caller's; NULL when there is none */
	size_t start; /* in the text */
};

/* The next item; when it is not WANTED, it is only skipped.  The bytes that were gone through
 * are taken from *BUDGET.  -ENOMEM. */
int json_list_next(struct json_list *list, bool wanted, size_t *budget, struct json_item *ret);
