/* score/steps.h: what may change the valence of a word in its sentence.
 *
 * The lists in rules.c say which steps are taken, in which order.  Each tells
 * in the token's `why' what it did.
 */
#pragma once

#include "score/reading.h"
#include "score/rules.h"

/* A token in its sentence. */
struct place {
	const struct rules *rules;
	const struct lexicon *lexicon; /* NULL: none */
	struct arena *arena;
	struct token *tokens;
	size_t first, end; /* of the sentence */
	size_t at;
	bool caps_tell; /* capitals say something, as not all words have them */
	bool is_over;   /* no further step for this word */
	bool explains;  /* reasons are wanted */
	bool failed;    /* no memory for one */
	bool has_hits;  /* a stream matched something in the text */
	/* The name that makes up the sentence before ("Globex?"), or NULL. */
	const struct token *topic;
	/* What stands further away does not reach the word. */
	bool boosters_end, negators_end;
};

bool has_role(const struct token *token, enum role role);

/* Notes that RULE changed the token, because of BY (NULL: by itself). */
void place_note(struct place *place, const char *rule, const struct token *by);
/* Ends the steps of the word; it counts VALENCE. */
double place_end(struct place *place, double valence);
/* Takes the steps of the token at PLACE. */
void place_weigh(struct place *place);

/* What counts at all: these end the steps. */
step_fn step_only_counting;   /* a word without valence has only its marks */
step_fn step_no_mere_booster; /* "fucking great": it only strengthens */
step_fn step_no_booster;      /* nor does any booster count, or the start of one */
step_fn step_emoji;           /* words around them do not change emoji */

/* What the word looks like. */
step_fn step_caps, step_drawn, step_foreign, step_affix, step_quoted;

/* What stands before it, or behind it. */
step_fn step_boost, step_boost_after, step_negate, step_negate_after;

pass_fn pass_contrast, pass_sarcasm;
