/* store/item.h: mentions as people read them.
 *
 * Inside of store/ only.
 */
#pragma once

#include "record/digest.h"
#include "store/post.h"

/* What item_read() reads, in its order; ITEM_TABLES names the tables. */
#define ITEM_COLUMNS                                                                               \
	"m.id, st.name, st.label, m.label, m.compound, m.pos, m.neu, m.neg, m.anger, m.angry,"     \
	" m.complaint, m.churn, m.legal, m.profanity, m.urgent, m.sarcasm, m.scored_lang,"         \
	" m.coverage, m.labelled_by, m.scored_label,"                                              \
	" (SELECT count(*) FROM post AS copy WHERE copy.story_id = p.story_id),"                   \
	" i.id, i.rule, i.state, i.opened_utc, i.deadline_utc, i.assignee, " POST_COLUMNS
#define ITEM_TABLES                                                                                \
	" mention AS m JOIN post AS p ON p.id = m.post_id"                                         \
	" JOIN source AS so ON so.id = p.source_id"                                                \
	" JOIN stream AS st ON st.id = m.stream_id"                                                \
	" LEFT JOIN incident AS i ON i.id ="                                                       \
	" (SELECT max(a.incident_id) FROM alert AS a WHERE a.mention_id = m.id)"

/* Reads the row, then what stands in other tables: tags, hits, scored terms. */
int item_read(struct rows *rows, struct item *ret);
/* All rows of SQL as a list. */
int item_list(struct store *store, const char *sql, struct values values, struct arena *arena,
	struct items *ret);
