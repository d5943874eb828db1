#include "score/anger.h"

#include <errno.h>
#include <math.h>

#include "base/arena.h"
#include "base/slice.h"
#include "record/score_request.h"
#include "text/url.h"

/* The name of each feature and what one unit of it adds to the evidence, whose
 * logistic is the score: fitted, each within the sign that a person gave it. */
static const struct {
	const char *name;
	double weight;
} features[N_FEATURES] = {
#define ANGER_FEATURE(feature, name, weight) [FEATURE_##feature] = {name, weight},
#define ANGER_BIAS(weight)
#include "score/anger_weights.inc"
#undef ANGER_FEATURE
#undef ANGER_BIAS
};

static const double bias =
#define ANGER_FEATURE(feature, name, weight)
#define ANGER_BIAS(weight) weight
#include "score/anger_weights.inc"
#undef ANGER_FEATURE
#undef ANGER_BIAS
	;

/* Evidence of one kind adds up more slowly the more there is of it. */
static const double repetition = 0.6;
/* Up to this many words, evidence counts in full. */
static const double full_words = 120;
/* A feature never counts more than this often. */
static const double most_of_one = 2.5;

/* Marks that are a feature of their own. */
static const struct {
	unsigned int mark;
	enum feature feature;
	bool by_valence; /* a strong word counts more than a weak one */
} mark_features[] = {
	{FLAG_CHURN, FEATURE_CHURN, false},
	{FLAG_COMPLAINT, FEATURE_COMPLAINT, true},
	{FLAG_LEGAL, FEATURE_LEGAL, true},
	{FLAG_PROFANITY, FEATURE_PROFANITY, false},
	{FLAG_SARCASM, FEATURE_SARCASM, false},
	{FLAG_URGENT, FEATURE_URGENT, false},
	{MARK_JOB, FEATURE_JOB, false},
	{MARK_NEWS, FEATURE_NEWS, false},
	{MARK_OFFICIAL, FEATURE_OFFICIAL, false},
	{MARK_RAGE, FEATURE_RAGE, true},
	{MARK_SAD, FEATURE_SAD, false},
};

/* Only customers speak of these. */
static const unsigned int customer_marks = MARK_SERVICE | MARK_MONEY | MARK_WAIT | FLAG_CHURN |
					   FLAG_LEGAL | FLAG_URGENT | FLAG_SARCASM;

/* What is known of the text while its tokens are walked through. */
struct evidence {
	struct anger *anger;
	const struct reading *reading;
	const struct units *units;
	double share[N_FEATURES]; /* what the next token of a feature counts */
	unsigned int marks;       /* of all tokens */
	size_t n_caps, n_cased;
	size_t n_bad;
	double negations, spans;
	double words, exclamations, questions;
};

/* How much of its feature a token is: by its valence, as it stands in its
 * sentence.  A word that was turned to its opposite ("no problem", "not angry")
 * is no evidence. */
static double strength_of(const struct token *token, bool by_valence)
{
	if (token->entry->valence < 0 && token->valence > 0)
		return 0;
	if (!by_valence)
		return 1;

	return 0.4 + 0.2 * fmin(fabs(token->valence), 4);
}

/* Adds STRENGTH to FEATURE and returns what that is in evidence. */
static double add_feature(struct evidence *evidence, enum feature feature, double strength)
{
	double *sum = &evidence->anger->features[feature];
	double counts = fmin(strength * evidence->share[feature], most_of_one - *sum);

	evidence->share[feature] *= repetition;
	*sum += counts;
	return counts * features[feature].weight;
}

static double weight_of(const struct evidence *evidence, const struct token *token)
{
	return evidence->units->sentences[token->sentence].weight * token->share;
}

static void weigh_marks(struct evidence *evidence, struct token *token, double weight)
{
	unsigned int marks = token->entry ? token->entry->marks : 0;

	for (size_t i = 0; marks != 0 && i < ARRAY_SIZE(mark_features); i++) {
		if (!(marks & mark_features[i].mark))
			continue;

		double strength = strength_of(token, mark_features[i].by_valence);
		if (strength == 0)
			continue;
		token->anger += add_feature(evidence, mark_features[i].feature, weight * strength);
		token->flags |= marks & mark_features[i].mark & ((1u << N_FLAGS) - 1);
	}
}

static bool negates(const struct token *token)
{
	return token->entry && token->entry->roles & (ROLE_NEGATOR | ROLE_CLOSER);
}

static void weigh_token(struct evidence *evidence, struct token *token)
{
	double weight = weight_of(evidence, token);

	if (weight == 0)
		return;

	evidence->words += weight;
	evidence->n_cased += (token->traits & TRAIT_CASED) != 0;
	evidence->n_caps += (token->traits & TRAIT_CAPS) != 0;
	evidence->marks |= token->marks;
	evidence->n_bad += token->valence <= -0.8;
	evidence->negations += negates(token) ? weight : 0;
	weigh_marks(evidence, token, weight);
	if (token->traits & TRAIT_SARCASM) {
		token->anger += add_feature(evidence, FEATURE_SARCASM, weight);
		token->flags |= FLAG_SARCASM;
	}
	evidence->anger->flags |= token->flags;
}

/* "3 hours", "two weeks": a number and a unit side by side. */
static bool is_duration(const struct token *token, const struct token *next)
{
	bool is_count = (token->traits & TRAIT_NUMBER) ||
			(token->entry && (token->entry->marks & MARK_NUMBER));

	return is_count && next->sentence == token->sentence && next->entry &&
	       (next->entry->marks & MARK_UNIT);
}

static void weigh_durations(struct evidence *evidence)
{
	struct token *tokens = evidence->reading->tokens;

	for (size_t i = 0; i + 1 < evidence->reading->n; i++) {
		double weight = weight_of(evidence, &tokens[i]);

		if (weight == 0 || !is_duration(&tokens[i], &tokens[i + 1]))
			continue;
		if (evidence->marks & MARK_WAIT)
			tokens[i + 1].anger += add_feature(evidence, FEATURE_DURATION, weight);
		else
			evidence->spans += weight;
	}
}

static void count_sentences(struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->units->n_sentences; i++) {
		const struct sentence *sentence = &evidence->units->sentences[i];

		evidence->exclamations += sentence->weight * sentence->exclamations;
		evidence->questions += sentence->weight * sentence->questions;
	}
}

/* What is no evidence by itself, only beside bad words; and what speaks
 * against a customer. */
static void weigh_shape(struct evidence *evidence, const struct polarity *polarity)
{
	double *amounts = evidence->anger->features;
	double bad = fmin(1, fmax(0, -1.5 * polarity->compound) + 0.4 * amounts[FEATURE_COMPLAINT] +
				     0.4 * amounts[FEATURE_RAGE]);
	bool speaks =
		evidence->marks & (MARK_SELF | MARK_YOU) || evidence->units->starts_with_handle;
	bool shouts = evidence->n_caps >= 2 && evidence->n_caps * 3 >= evidence->n_cased;
	/* A report tells of customers' things, but no customer speaks in it. */
	bool reports = !speaks && amounts[FEATURE_NEWS] > 1;
	bool is_customer = evidence->units->has_handle ||
			   (evidence->marks & (customer_marks | MARK_YOU) && !reports);

	amounts[FEATURE_NEGATIVE] = fmax(0, -polarity->compound);
	amounts[FEATURE_POSITIVE] = amounts[FEATURE_SARCASM] > 0 ? 0 : fmax(0, polarity->compound);
	amounts[FEATURE_SHOUTING] = shouts ? bad : 0;
	amounts[FEATURE_EXCLAMATION] =
		bad * fmin(4, evidence->exclamations + fmax(0, evidence->questions - 1));
	amounts[FEATURE_AGAIN] = evidence->marks & MARK_AGAIN ? bad : 0;
	amounts[FEATURE_WHY] = evidence->marks & MARK_WHY ? bad : 0;
	amounts[FEATURE_ADDRESS] =
		evidence->marks & MARK_YOU || evidence->units->starts_with_handle ? bad : 0;
	amounts[FEATURE_SELF] = evidence->marks & MARK_SELF ? bad : 0;
	amounts[FEATURE_SERVICE] = evidence->marks & MARK_SERVICE && !reports ? bad : 0;
	amounts[FEATURE_SPAN] = is_customer ? fmin(1, evidence->spans) : 0;
	amounts[FEATURE_NEGATION] = is_customer ? fmin(2, evidence->negations) : 0;
	amounts[FEATURE_ELSEWHERE] = !is_customer;
	amounts[FEATURE_LINK] = evidence->units->n_links > 0 && !speaks;
	amounts[FEATURE_NEWS] *= speaks ? 0.3 : 1;
	amounts[FEATURE_QUESTION] = evidence->questions > 0 && evidence->n_bad == 0;
	amounts[FEATURE_ASKING] = evidence->marks & MARK_ASK ? 1 : 0;
}

static void weigh_rating(const struct post *post, struct anger *anger)
{
	double stars = post_stars(post);

	anger->features[FEATURE_LOW_RATING] = stars > 0 && stars <= 2;
	anger->features[FEATURE_HIGH_RATING] = stars >= 4;
}

static struct slice without_at(struct slice name)
{
	return slice_starts_with(name, SLICE("@")) ? slice_skip(name, 1) : name;
}

/* Whether the post is by one of OWN's handles, names or hosts. */
static bool is_own_post(const struct post *post, const struct texts *own)
{
	struct url url;

	url_split(slice_of(post->url), &url);
	for (size_t i = 0; own && i < own->n; i++) {
		struct slice name = without_at(slice_of(own->items[i]));

		if (name.len == 0)
			continue;
		if (slice_equals_nocase(name, without_at(slice_of(post->author_handle))) ||
			slice_equals_nocase(name, slice_of(post->author)) ||
			slice_equals_nocase(name, url.host))
			return true;
	}
	return false;
}

/* Somebody who is angry says so soon; in an article there is room for some of
 * all evidence, so it counts by its density. */
static double logistic(const struct evidence *evidence)
{
	double damped = fmin(1, full_words / fmax(1, evidence->words));
	double sum = bias;

	for (size_t i = 0; i < N_FEATURES; i++)
		sum += evidence->anger->features[i] * features[i].weight *
		       (features[i].weight > 0 ? damped : 1);

	return 1 / (1 + exp(-sum));
}

void anger_weigh(const struct score_request *request, const struct reading *reading,
	const struct units *units, const struct polarity *polarity, struct anger *ret)
{
	struct evidence evidence = {.anger = ret, .reading = reading, .units = units};

	*ret = (struct anger){0};
	for (size_t i = 0; i < N_FEATURES; i++)
		evidence.share[i] = 1;
	for (size_t i = 0; i < reading->n; i++)
		weigh_token(&evidence, &reading->tokens[i]);

	count_sentences(&evidence);
	weigh_durations(&evidence);
	weigh_shape(&evidence, polarity);
	weigh_rating(request->post, ret);
	if (reading->n > 0 && !is_own_post(request->post, request->own))
		ret->score = logistic(&evidence);
}

int anger_explain(const struct anger *anger, struct arena *arena, struct sentiment *ret)
{
	struct anger_evidence *evidence = arena_array(arena, N_FEATURES, sizeof(*evidence));

	if (!evidence)
		return -ENOMEM;

	ret->evidence = evidence;
	for (size_t i = 0; i < N_FEATURES; i++) {
		double amount = anger->features[i];

		if (amount != 0)
			evidence[ret->n_evidence++] =
				(struct anger_evidence){.what = features[i].name,
					.amount = amount,
					.adds = amount * features[i].weight};
	}
	return 0;
}
