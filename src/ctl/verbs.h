/* ctl/verbs.h: the list of commands.
 *
 * One line a command, sorted; src/ctl/<command>.c defines its row.
 */
#pragma once

#include "ctl/ctl.h"

/* clang-format off */
#define CTL_VERBS(VERB) \
	VERB(alerts) \
	VERB(apply) \
	VERB(backtest) \
	VERB(backup) \
	VERB(check) \
	VERB(completion) \
	VERB(digest) \
	VERB(doctor) \
	VERB(entities) \
	VERB(erase) \
	VERB(explain) \
	VERB(export) \
	VERB(lexicon) \
	VERB(manual) \
	VERB(match) \
	VERB(mentions) \
	VERB(parse) \
	VERB(prune) \
	VERB(rescore) \
	VERB(restore) \
	VERB(schema) \
	VERB(score) \
	VERB(settings) \
	VERB(sources) \
	VERB(stats) \
	/* the end */
/* clang-format on */

#define CTL_DECLARE(name) extern const struct ctl_verb verb_##name;
CTL_VERBS(CTL_DECLARE)
#undef CTL_DECLARE

/* The row with number INDEX below PARENT (NULL: of the program itself), NULL
 * behind the last. */
const struct ctl_verb *verbs_at(const struct ctl_verb *parent, size_t index);
/* The row called NAME, or NULL. */
const struct ctl_verb *verbs_find(const struct ctl_verb *parent, const char *name);
/* The known name that NAME was probably meant to be, or NULL. */
const char *verbs_nearest(const struct ctl_verb *parent, const char *name);

/* The headings of the list of commands, in their order; NULL behind the last. */
const char *verbs_group(size_t index);
