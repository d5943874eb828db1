/* score/rules.h: what scoring does, and how much, in one table a mode.
 *
 * There is one engine (scorer.c) and a table for each way to use it: which
 * reader makes units of a text, how a unit is looked up, which steps weigh a
 * word in which order, what is done to a sentence as a whole, and the figures
 * for all of that.  What the two modes have in common is one step with two
 * figures; what one of them lacks is not in its list.  docs/scoring.md tells
 * where the figures come from.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct place;
struct score_request;
struct unit_reader;
struct units;

enum { RULES_MAX_BOOST = 3 };

/* Makes UNITS of the request's post, in place of what they were. */
typedef int read_units_fn(struct unit_reader *reader, const struct score_request *request,
	struct arena *arena, struct units *units);

/* Changes the VALENCE of the word at PLACE by what stands DISTANCE words before
 * it, or by the word itself (0). */
typedef double step_fn(struct place *place, double valence, unsigned int distance);

/* Changes the tokens of the sentence at PLACE, each weighed by its steps. */
typedef void pass_fn(struct place *place);

struct step {
	step_fn *weigh;
	unsigned int distance;
};

/* Words that make something else of a negator so many words before another;
 * the first row that fits counts. */
struct exception {
	unsigned int distance;
	const char *words[3]; /* 3, 2 and 1 before; NULL: any */
	double factor;
};

struct rules {
	const char *name;

	/* From a text to tokens. */
	read_units_fn *read;
	bool as_it_stands; /* a unit is looked up as it is: no endings, no longer terms */

	/* From a token to its valence. */
	const struct step *steps;
	size_t n_steps;
	pass_fn *const *passes;
	size_t n_passes;
	bool reaches_over; /* boosters and negators: over commas, "but" and other words */
	bool has_anger;    /* the words tell of anger, too */

	/* Polarity of a word. */
	double caps;            /* added to a shouted word, away from zero */
	unsigned int lone_caps; /* so many words may all be shouted and still say something */
	double drawn;           /* factor for "soooo" */
	double boost;           /* factor for a booster's own value */
	double boost_caps;      /* added for a booster that is shouted */
	double boost_after;     /* as `boost', for one that stands behind */
	double boost_decay[RULES_MAX_BOOST]; /* by distance */
	double negate_good;                  /* factor for a good word that is negated */
	double negate_bad;                   /* and for a bad one */
	const struct exception *exceptions;
	size_t n_exceptions;
	double foreign; /* factor for a word of another language */
	double quoted;  /* factor for one or two good words in quotation marks */
	double before_contrast, after_contrast;
	double compared; /* factor for what is said of others, beside whom a name loses or wins */
	double sarcasm;  /* factor for praise that a failure follows */

	/* Polarity of a text. */
	double exclamation;    /* added for each of at most four in a sentence */
	double question;       /* added for each of two or three in a sentence */
	double many_questions; /* added for more */
	double star;           /* added for each star that a rating is away from three of five */
	double alpha;          /* compound = s / sqrt(s * s + alpha) */
	double repeat_after; /* words that count in full; longer texts are damped by the square root
			      */
	double leaning_words; /* words up to which the leanings of function words count in full */
	double positive_at, negative_at; /* of compound, for the label */

	/* Knowing a text. */
	double least_coverage;         /* by a lexicon of the language that it is said to be in */
	double least_coverage_guessed; /* by one that was only tried */
	unsigned int whole_post;       /* code points up to which a post is scored as a whole */
	double beside_hit; /* weight of a sentence beside one that speaks of the match */
};
