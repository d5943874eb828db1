/* score/anger.h: whether this is a customer who is angry and needs an answer.
 *
 * Evidence for and against is gathered from the tokens' marks, their valences
 * and the shape of the text, weighed by one table, and mapped to 0..1 by the
 * logistic function.  A sad or bad news item is negative; it lacks complaint,
 * address and rage, and reports rather than speaks.
 */
#pragma once

#include "score/polarity.h"
#include "score/reading.h"

struct arena;
struct score_request;
struct sentiment;

enum feature {
	FEATURE_NEGATIVE, /* compound below 0 */
	FEATURE_POSITIVE,
	FEATURE_RAGE,
	FEATURE_PROFANITY,
	FEATURE_COMPLAINT,
	FEATURE_CHURN,
	FEATURE_LEGAL,
	FEATURE_URGENT,
	FEATURE_SARCASM,
	FEATURE_DURATION, /* "3 hours on hold" */
	FEATURE_SPAN,     /* "4 days", of a customer's things; nobody says that they wait */
	FEATURE_NEGATION, /* "not", "nobody", "won't", of a customer's things */
	FEATURE_SHOUTING,
	FEATURE_EXCLAMATION,
	FEATURE_AGAIN,   /* not for the first time, with bad words */
	FEATURE_WHY,     /* asks why, with bad words */
	FEATURE_ADDRESS, /* speaks to somebody, with bad words */
	FEATURE_SELF,    /* speaks of oneself, with bad words */
	FEATURE_SERVICE, /* a customer's things, with bad words */
	FEATURE_LOW_RATING,
	FEATURE_HIGH_RATING,
	FEATURE_ELSEWHERE, /* nobody is spoken to, and not of a customer's things */
	FEATURE_SAD,
	FEATURE_NEWS,
	FEATURE_OFFICIAL, /* a company speaks: "we apologise for ..." */
	FEATURE_LINK,     /* a link, and nobody speaks of oneself */
	FEATURE_JOB,
	FEATURE_QUESTION, /* asks, without a bad word */
	FEATURE_ASKING,   /* asks to be told something: "how do I", "is there a" */
	N_FEATURES,
};

struct anger {
	double features[N_FEATURES];
	double score;       /* 0 to 1 */
	unsigned int flags; /* enum anger_flag */
};

/* Weighs the tokens of READING by the weights of UNITS' sentences and what the
 * REQUEST's post says itself, and fills the tokens' anger.  A post by one of
 * our own is never angry. */
void anger_weigh(const struct score_request *request, const struct reading *reading,
	const struct units *units, const struct polarity *polarity, struct anger *ret);

/* Tells what ANGER was made of in RET's evidence, which lives in ARENA.  -ENOMEM. */
int anger_explain(const struct anger *anger, struct arena *arena, struct sentiment *ret);
