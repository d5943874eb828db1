/* score/vader.h: what only VADER's rules know.
 *
 * The words are those of vaderSentiment 3.3.2 (MIT licence, C.J. Hutto); its
 * lexicon is not here, who wants it brings the file.
 */
#pragma once

#include "score/rules.h"

struct lexicon;

/* Adds VADER's boosters, negators and idioms. -ENOMEM. */
int vader_add_words(struct lexicon *lexicon);

step_fn step_vader_emoji; /* tells which word of a description counted */
step_fn step_vader_no;    /* "no good": "no" turns the word and counts nothing itself */
step_fn step_vader_idiom; /* "kiss of death", "kind of" */
step_fn step_vader_least; /* "least good", unless "at least" */

/* The first "but" turns the whole text. */
pass_fn pass_vader_contrast;
