/* score/rules.h: the constants of scoring, in one table.
 *
 * The engine knows what a booster or a negator does; how much it does stands
 * here.  docs/scoring.md tells where the figures come from.
 */
#pragma once

#include <stdbool.h>

enum { RULES_MAX_REACH = 4 };

struct rules {
	/* Polarity of a word. */
	double caps;           /* added to a shouted word, away from zero */
	double drawn;          /* factor for "soooo" */
	double boost;          /* factor for a booster's own value */
	double boost_after;    /* the same for one that stands behind */
	double boost_decay[3]; /* by distance */
	double negate_good;    /* factor for a good word that is negated */
	double negate_bad;     /* and for a bad one */
	unsigned int reach;    /* words that a negator reaches over */
	double foreign;        /* factor for a word of another language */
	double quoted;         /* factor for one or two good words in quotation marks */
	double before_contrast, after_contrast;
	double sarcasm; /* factor for praise that a failure follows */

	/* Polarity of a text. */
	double exclamation;  /* added for each of at most four in a sentence */
	double alpha;        /* compound = s / sqrt(s * s + alpha) */
	double repeat_after; /* words that count in full; longer texts are damped by the square root
			      */
	double positive_at, negative_at; /* of compound, for the label */

	/* Knowing a text. */
	double least_coverage;         /* by a lexicon of the language that it is said to be in */
	double least_coverage_guessed; /* by one that was only tried */
	unsigned int whole_post;       /* code points up to which a post is scored as a whole */
	double beside_hit; /* weight of a sentence beside one that speaks of the match */
};

/* Our own rules. */
const struct rules *rules_default(void);
