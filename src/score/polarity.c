#include "score/polarity.h"

#include <errno.h>
#include <math.h>

#include "score/steps.h"

enum { MAX_EXCLAMATIONS = 4, MAX_QUESTIONS = 3 };

/* Whether capitals say something: not where everything is shouted. */
static bool caps_tell(const struct place *place)
{
	size_t n_cased = 0, n_caps = 0;

	for (size_t i = place->first; i < place->end; i++) {
		n_cased += (place->tokens[i].traits & TRAIT_CASED) != 0;
		n_caps += (place->tokens[i].traits & TRAIT_CAPS) != 0;
	}
	return n_caps < n_cased || n_cased <= place->rules->lone_caps;
}

int polarity_weigh(
	const struct rules *rules, struct reading *reading, bool explain, struct arena *arena)
{
	struct place place = {.rules = rules,
		.lexicon = reading->lexicon,
		.explains = explain,
		.arena = arena,
		.tokens = reading->tokens,
		.has_hits = reading->has_hits};

	while (place.end < reading->n) {
		place.first = place.end;
		while (place.end < reading->n && reading->tokens[place.end].sentence ==
							 reading->tokens[place.first].sentence)
			place.end++;

		place.caps_tell = caps_tell(&place);
		for (place.at = place.first; place.at < place.end; place.at++)
			place_weigh(&place);
		for (size_t i = 0; i < rules->n_passes; i++)
			rules->passes[i](&place);
	}
	return place.failed ? -ENOMEM : 0;
}

/* Sums of one text. */
struct sums {
	double all, pos, neg, neutral;
	double leaning; /* of words that have no valence */
	double words, emphasis;
};

static double emphasis_of(const struct rules *rules, const struct sentence *sentence)
{
	double asked = sentence->questions > MAX_QUESTIONS ? rules->many_questions
		       : sentence->questions > 1           ? rules->question * sentence->questions
							   : 0;

	return rules->exclamation * MIN(sentence->exclamations, (unsigned int)MAX_EXCLAMATIONS) +
	       asked;
}

static void add_token(struct sums *sums, const struct token *token, double weight)
{
	double valence = token->valence;

	sums->words += weight;
	if (!has_role(token, ROLE_WORD) && !(token->traits & TRAIT_TOWARD)) {
		sums->leaning += weight * valence;
		sums->neutral += weight;
		return;
	}
	sums->all += weight * valence;
	sums->pos += valence > 0 ? weight * (valence + 1) : 0;
	sums->neg += valence < 0 ? weight * (1 - valence) : 0;
	sums->neutral += valence == 0 ? weight : 0;
}

/* Any sum, as a number between -1 and 1. */
static double drawn_in(const struct rules *rules, double sum)
{
	return sum / sqrt(sum * sum + rules->alpha);
}

void polarity_sum(const struct rules *rules, const struct reading *reading,
	const struct units *units, struct polarity *ret)
{
	struct sums sums = {0};

	for (size_t i = 0; i < reading->n;) {
		uint32_t number = reading->tokens[i].sentence;
		const struct sentence *sentence = &units->sentences[number];
		double before = sums.all;

		for (; i < reading->n && reading->tokens[i].sentence == number; i++)
			add_token(&sums, &reading->tokens[i],
				sentence->weight * reading->tokens[i].share);

		double said = sums.all - before;
		double emphasis = sentence->weight * emphasis_of(rules, sentence);
		if (said != 0)
			sums.all = before + said + copysign(emphasis, said);
		sums.emphasis += emphasis;
	}

	/* One bad word in an article does not damn it: what is said counts by the
	 * square root of the number of times that there was room to say it. */
	if (sums.words > rules->repeat_after)
		sums.all *= sqrt(rules->repeat_after / sums.words);

	/* Function words stand in all texts: they tell by how dense they are. */
	sums.all += sums.leaning * fmin(1, rules->leaning_words / fmax(1, sums.words));

	if (sums.pos > sums.neg)
		sums.pos += sums.emphasis;
	else if (sums.neg > sums.pos)
		sums.neg += sums.emphasis;

	double total = sums.pos + sums.neg + sums.neutral;
	*ret = (struct polarity){.sum = sums.all, .compound = drawn_in(rules, sums.all)};
	if (total > 0) {
		ret->pos = sums.pos / total;
		ret->neg = sums.neg / total;
		ret->neu = sums.neutral / total;
	}
}

void polarity_add(const struct rules *rules, double valence, struct polarity *polarity)
{
	polarity->sum += valence;
	polarity->compound = drawn_in(rules, polarity->sum);
}
