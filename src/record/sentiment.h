/* record/sentiment.h: how somebody feels, and why we think so. */
#pragma once

#include "record/post.h"

enum sentiment_label {
	LABEL_UNKNOWN, /* no lexicon, or too few known words: never "neutral" */
	LABEL_NEGATIVE,
	LABEL_NEUTRAL,
	LABEL_POSITIVE,
	N_LABELS,
};

/* Bits of struct sentiment's flags. */
enum anger_flag {
	FLAG_COMPLAINT = 1 << 0,
	FLAG_CHURN = 1 << 1,
	FLAG_LEGAL = 1 << 2,
	FLAG_PROFANITY = 1 << 3,
	FLAG_URGENT = 1 << 4,
	FLAG_SARCASM = 1 << 5,
	N_FLAGS = 6,
};

/* A word that counted.  Offsets are code points of the field as it came in;
 * the stars of a review, last in the list, have no place: start and end are 0. */
struct scored_term {
	enum field field;
	size_t start, end;
	const char *text;
	double valence;     /* as it counted, after its rules; 0 when it has none */
	double anger;       /* what it added to the anger evidence */
	unsigned int flags; /* the anger_flag bits that it raised */
	struct texts why;   /* rules that changed it: "caps", "negated by not", ... */
};

/* What spoke for or against anger, terms and circumstances alike. */
struct anger_evidence {
	const char *what; /* "rage", "again", "question"; static */
	double amount;    /* how much of it there is; 1 is a plain case */
	double adds;      /* to the sum whose logistic is the anger */
};

struct sentiment {
	double compound; /* -1 to 1 */
	double pos, neu, neg;
	enum sentiment_label label;
	double anger; /* 0 to 1 */
	bool angry;
	unsigned int flags;
	bool is_cut;        /* a field was too long to be read to its end */
	bool polarity_only; /* by rules that know nothing of anger and its flags */
	const char *lang;   /* whose lexicon was used, "und" when none */
	double coverage;    /* share of the words that were known, 0 to 1 */
	struct scored_term *terms;
	size_t n_terms;
	struct anger_evidence *evidence;
	size_t n_evidence;
};

/* "unknown", "negative", "neutral", "positive". */
const char *label_name(enum sentiment_label label);
int label_find(const char *name, enum sentiment_label *ret);
/* Name of the flag with number INDEX (flag 1 << INDEX), 0 <= INDEX < N_FLAGS. */
const char *flag_name(unsigned int index);
int flag_find(const char *name, unsigned int *ret_bit);

/* How much TERM says to people: its strength, and what it adds to the anger.
 * What speaks against anger ("flood": sad, not angry) is no less of a reason. */
double sentiment_weight(const struct scored_term *term);
/* Whether the TERM of SENTIMENT is worth telling people.  Words that hardly
 * count ("that", "my": a tenth of the scale's end, no anger) are not, unless
 * nothing else counted. */
bool sentiment_tells(const struct sentiment *sentiment, const struct scored_term *term);

/* The wire form; terms and evidence only when WITH_TERMS.  -ENOMEM. */
int sentiment_to_json(const struct sentiment *sentiment, bool with_terms, json_t **ret);
