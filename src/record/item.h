/* record/item.h: a mention as people read it, in a mail, a digest, a report or
 * on a terminal.  Filled by the store, or from the records of a fetch before
 * they are stored. */
#pragma once

#include "record/incident.h"
#include "record/mention.h"
#include "record/sentiment.h"

struct item {
	int64_t mention_id;
	int64_t post_id;
	const char *stream;       /* name */
	const char *stream_label; /* for people */
	struct post post;
	struct hit *hits;
	size_t n_hits;
	struct sentiment sentiment; /* of the mention, with its terms */
	const char *labelled_by;    /* who has said label and angry; NULL: the score */
	enum sentiment_label scored_label;
	struct instant fetched; /* seen */
	size_t n_copies;        /* posts of the same story, this one included; 1: none */

	/* The incident that it belongs to; incident_id 0: none. */
	int64_t incident_id;
	const char *rule;
	enum incident_state state;
	struct instant opened;
	struct instant deadline;
	const char *assignee; /* NULL: nobody */
};
