/* report/view.h: records as the values that templates fill in.
 *
 * A view is JSON of ready words: templates decide where they stand, never how
 * a number or a time is written.  Names of the values are listed in report.c.
 * All return 0 or -ENOMEM.
 */
#pragma once

#include "base/json.h"
#include "report/report.h"

struct view_context {
	const char *timezone;
	int64_t now_us;
	bool with_zone;   /* times name their zone */
	size_t max_items; /* of a list */
	size_t max_quote; /* code points of a quote */
};

/* --- writing values ------------------------------------------------------ */

int view_set_format(json_t *object, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
/* Nothing when it is false. */
int view_set_flag(json_t *object, const char *name, bool value);
/* Steals LIST, and sets the flag HAS when it is not empty: a section of the list
 * itself would be filled in once for each element. */
int view_set_list(json_t *object, const char *name, const char *has, json_t *list);
/* "1,204"; nothing for 0. */
int view_set_count(json_t *object, const char *name, size_t count);
/* "+8", "-30", "0". */
int view_set_signed(json_t *object, const char *name, long value);
/* Local time, with the year when it is not the present one; nothing when unknown. */
int view_set_time(
	json_t *object, const char *name, struct instant time, const struct view_context *context);
/* TEXT with at most MAX code points, "…" behind what was cut. */
int view_set_cut(json_t *object, const char *name, const char *text, size_t max);
/* An http or https address without controls and spaces; nothing for others. */
int view_set_link(json_t *object, const char *name, const char *url);

/* --- views --------------------------------------------------------------- */

int view_item(const struct item *item, const struct view_context *context, json_t **ret);
/* The first items of ITEMS, and "more": how many are left out. */
int view_items(const struct items *items, const struct view_context *context, json_t **ret);
/* Of a notice of that kind. */
int view_alert(const struct notice *notice, const struct view_context *context, json_t **ret);
int view_rest(const struct notice *notice, const struct view_context *context, json_t **ret);
int view_digest(const struct notice *notice, const struct view_context *context, json_t **ret);
