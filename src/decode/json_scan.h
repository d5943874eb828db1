/* decode/json_scan.h: JSON of which only a part is read into memory.
 *
 * A value is found by its brackets and quotes alone, and copied within bounds:
 * Jansson's tree of a text takes up to eighty times its bytes.  Copying can mend what people
 * get wrong: raw line breaks, backslashes before anything, commas at the end,
 * names without quotes, NaN, and integers beyond 64 bits (which become texts).
 */
#pragma once

#include "base/json.h"
#include "base/macro.h"

struct str;

/* The value at the start of a text. */
struct json_extent {
	size_t len; /* in bytes; 0 when it does not end */
	size_t n_values;
	size_t depth;
};

struct json_extent json_scan(struct slice text);

/* The same in steps; all zero at the start. */
struct json_scanner {
	size_t at; /* in the text */
	size_t depth;
	bool is_in_string;
	struct json_extent extent; /* whole at the end */
};

/* Reads on in TEXT, which is the same in all calls, and takes the bytes that it went through
 * from *BUDGET: 1 when that did not last, 0 at the end. */
int json_scan_step(struct json_scanner *scanner, struct slice text, size_t *budget);

/* Without the white space at its start. */
struct slice json_skip_space(struct slice text);

enum { JSON_MOST_LISTS = 8 };

/* What is copied of a value. */
struct json_bounds {
	/* Behind so much, what is nested ends; behind twice as much everything does. */
	size_t max_bytes, max_values;
	size_t max_elements; /* of any array; 0: no bound */
	bool mend;
	/* Paths (names and numbers with dots between them) of arrays that are left
	 * empty; at most JSON_MOST_LISTS. */
	const char *const *lists;
	size_t n_lists;
};

struct json_copy {
	size_t len;                    /* of the value in the text */
	bool is_bounded;               /* something was left out */
	bool is_cut;                   /* the text ends before the value does */
	size_t lists[JSON_MOST_LISTS]; /* where what is in them starts; 0: not there */
};

/* Appends the value at the start of TEXT to STR within BOUNDS, in steps.  What the first
 * function takes must outlive *RET, but for BOUNDS itself.  -ENOMEM. */
struct json_copier;

int json_copier_new(struct slice text, const struct json_bounds *bounds, struct str *str,
	struct json_copier **ret);
void json_copier_free(struct json_copier *copier);
DEFINE_CLEANUP(struct json_copier *, json_copier_free);

/* Goes on and takes the bytes that it went through from *BUDGET: 1 when that did not last, 0
 * at the end, with *RET. */
int json_copier_step(struct json_copier *copier, size_t *budget, struct json_copy *ret);

/* Whether a value of EXTENT is within the bounds of one item (decode/limits.h). */
bool json_is_small(const struct json_extent *extent);

/* Reads the value that is TEXT, of EXTENT, within the bounds of one item
 * (decode/limits.h).  1 when all of it is in *RET, 0 when it was mended or a part
 * left out, which *RET_CUT tells; -EINVAL, also when it had to be MENDed and may
 * not be; -ENOMEM. */
int json_read_item(struct slice text, const struct json_extent *extent, bool mend, json_t **ret,
	bool *ret_cut);
