/* config/values.h: one value of the settings, from its text.
 *
 * Pure: a value is judged by its row in the table alone.  The same readers
 * take what stands in the file, the table's defaults and its bounds.
 */
#pragma once

#include "base/arena.h"
#include "config/schema.h"

struct value {
	const struct setting *setting;
	const char *text;
	struct arena *arena; /* for what is kept */

	/* Why it is none, when it is none: what is wrong (NULL: it is no such
	 * value at all) and how to mend it (NULL: no advice).  Texts of the
	 * arena, or literals. */
	const char *problem;
	const char *hint;
};

/* Reads VALUE into SLOT, the place that the table names (for a list: a const
 * char * of its own).  1, or 0 and SLOT is unchanged; -ENOMEM. */
int value_read(struct value *value, void *slot);

struct str;

/* Appends what SETTING takes: "a duration such as 90s, 15m, 2h or 14d", "one of
 * send, skip". */
void value_add_wanted(struct str *str, const struct setting *setting);
/* "duration": the word for TYPE in the reference. */
const char *value_type_name(enum setting_type type);

/* Whether the text is what YAML calls null: nothing, "~" or "null". */
bool value_is_null(struct slice text);
