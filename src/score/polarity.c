#include "score/polarity.h"

#include <errno.h>
#include <math.h>

#include "base/utf8.h"

enum { MAX_EXCLAMATIONS = 4, MAX_WHY_BYTES = 48 };

/* One token in its sentence. */
struct place {
	const struct rules *rules;
	struct arena *arena;
	struct token *tokens;
	size_t first, end; /* of the sentence */
	size_t at;
	bool is_shouted; /* the whole sentence: capitals say nothing of one word */
	bool failed;     /* no memory for a reason */
};

static bool has_role(const struct token *token, enum role role)
{
	return token->entry && (token->entry->roles & role);
}

/* Notes that RULE changed the token, because of BY (NULL: by itself). */
static void note(struct place *place, const char *rule, const struct token *by)
{
	struct texts *why = &place->tokens[place->at].why;
	const char *text = rule;

	if (by) {
		struct slice word = by->raw;

		if (word.len > MAX_WHY_BYTES)
			word = utf8_prefix(word, MAX_WHY_BYTES);
		text = arena_format(place->arena, "%s %.*s", rule, SLICE_FMT(word));
	}
	if (!text || texts_add(why, place->arena, slice_of(text)) < 0)
		place->failed = true;
}

static double away_from_zero(double value, double by)
{
	return value < 0 ? value - by : value + by;
}

/* "fucking great": the first word is no curse, it only strengthens. */
static bool is_only_booster(const struct place *place)
{
	const struct token *token = &place->tokens[place->at], *next = token + 1;

	return has_role(token, ROLE_BOOSTER) && place->at + 1 < place->end &&
	       !(next->traits & TRAIT_BREAK) && has_role(next, ROLE_WORD) &&
	       fabs(next->entry->valence) >= 1;
}

/* Boosters directly before the token, until another word with a valence. */
static double boosted(struct place *place, double valence)
{
	const struct rules *rules = place->rules;

	for (size_t d = 0; d < ARRAY_SIZE(rules->boost_decay) && place->at > place->first + d;
		d++) {
		const struct token *token = &place->tokens[place->at - d - 1];

		if (token[1].traits & TRAIT_BREAK)
			break;
		if (has_role(token, ROLE_BOOSTER)) {
			double by = token->entry->boost;

			valence =
				away_from_zero(valence, rules->boost * by * rules->boost_decay[d]);
			note(place, by < 0 ? "weakened by" : "boosted by", token);
		} else if (has_role(token, ROLE_WORD)) {
			break;
		}
	}
	return valence;
}

/* "love it so much", "bad as hell": boosters that stand behind. */
static double boosted_after(struct place *place, double valence)
{
	for (size_t i = place->at + 1; i < place->end && i <= place->at + 2; i++) {
		const struct token *token = &place->tokens[i];

		if ((token->traits & TRAIT_BREAK) || has_role(token, ROLE_WORD))
			break;
		if (!has_role(token, ROLE_BOOSTER) || token->entry->boost < 0)
			continue;
		if (i + 1 < place->end && has_role(token + 1, ROLE_WORD))
			break; /* it belongs to that one */

		note(place, "boosted by", token);
		return away_from_zero(valence, place->rules->boost_after * token->entry->boost);
	}
	return valence;
}

static double turned(const struct rules *rules, double valence)
{
	return valence * (valence > 0 ? rules->negate_good : rules->negate_bad);
}

/* Negators before the token: several of them turn it several times.  What
 * stands beyond a comma or a "but" does not reach it. */
static double negated(struct place *place, double valence)
{
	const struct rules *rules = place->rules;
	const struct token *token = &place->tokens[place->at];

	if (token->traits & TRAIT_NEGATED) {
		valence = turned(rules, valence);
		note(place, "negated by its affix", NULL);
	}
	for (size_t d = 1; d <= rules->reach && place->at >= place->first + d; d++) {
		token = &place->tokens[place->at - d];
		if ((token[1].traits & TRAIT_BREAK) || has_role(token, ROLE_CONTRAST))
			break;
		if (!has_role(token, ROLE_NEGATOR))
			continue;

		valence = turned(rules, valence);
		note(place, "negated by", token);
	}
	return valence;
}

/* Gujarati and Mongolian negate behind the word. */
static double negated_after(struct place *place, double valence)
{
	for (size_t i = place->at + 1; i < place->end && i <= place->at + 2; i++) {
		const struct token *token = &place->tokens[i];

		if ((token->traits & TRAIT_BREAK) || has_role(token, ROLE_WORD))
			break;
		if (!has_role(token, ROLE_CLOSER))
			continue;

		note(place, "negated by", token);
		return turned(place->rules, valence);
	}
	return valence;
}

/* What the word itself looks like. */
static double shaped(struct place *place, double valence)
{
	const struct rules *rules = place->rules;
	unsigned int traits = place->tokens[place->at].traits;

	if ((traits & TRAIT_CAPS) && !place->is_shouted) {
		valence = away_from_zero(valence, rules->caps);
		note(place, "caps", NULL);
	}
	if (traits & TRAIT_DRAWN) {
		valence *= rules->drawn;
		note(place, "drawn out", NULL);
	}
	if (traits & TRAIT_FOREIGN) {
		valence *= rules->foreign;
		note(place, "English word", NULL);
	}
	return valence;
}

/* "the "service" they gave me": one or two good words in quotation marks are
 * rarely meant. */
static double unquoted(struct place *place, double valence)
{
	const struct token *token = &place->tokens[place->at];
	bool follows = place->at > place->first && (token[-1].traits & TRAIT_QUOTED);
	bool leads = place->at + 1 < place->end && (token[1].traits & TRAIT_QUOTED);

	if (!(token->traits & TRAIT_QUOTED) || (token->traits & TRAIT_EMOJI) || follows || leads)
		return valence;
	if (valence <= 0)
		return valence;

	note(place, "in quotation marks", NULL);
	return valence * place->rules->quoted;
}

static void weigh_token(struct place *place)
{
	struct token *token = &place->tokens[place->at];
	double valence;

	if (!has_role(token, ROLE_WORD) || token->entry->valence == 0 || is_only_booster(place))
		return;

	valence = token->entry->valence;
	if (token->traits & TRAIT_EMOJI) {
		note(place, "emoji", NULL);
	} else {
		valence = shaped(place, valence);
		valence = boosted(place, valence);
		valence = boosted_after(place, valence);
		valence = negated(place, valence);
		valence = negated_after(place, valence);
		valence = unquoted(place, valence);
	}
	if (token->traits & TRAIT_HASHTAG)
		note(place, "hashtag", NULL);
	token->valence = valence;
}

/* What follows the sentence's last "but" is what somebody means. */
static void weigh_contrast(struct place *place)
{
	size_t turn = place->end;

	for (size_t i = place->first + 1; i + 1 < place->end; i++)
		if (has_role(&place->tokens[i], ROLE_CONTRAST))
			turn = i;

	for (place->at = place->first; turn < place->end && place->at < place->end; place->at++) {
		struct token *token = &place->tokens[place->at];

		if (token->valence == 0 || place->at == turn)
			continue;
		token->valence *= place->at < turn ? place->rules->before_contrast
						   : place->rules->after_contrast;
		note(place, place->at < turn ? "before" : "after", &place->tokens[turn]);
	}
}

/* Whether the token at AT is praise that opens the sentence: "Great, ...",
 * "Thanks for ...". */
static bool is_opening_praise(const struct place *place, size_t at)
{
	const struct token *token = &place->tokens[at];

	return at < place->first + 2 && token->valence >= 1.2 && !(token->traits & TRAIT_EMOJI);
}

static bool is_failure(const struct token *token)
{
	return has_role(token, ROLE_WORD) && (token->entry->marks & FLAG_COMPLAINT) &&
	       token->valence <= -0.8;
}

/* "Great, my parcel is lost again": praise, then a failure, and no "but"
 * between them. */
static void weigh_sarcasm(struct place *place)
{
	size_t praise = place->end;

	for (size_t i = place->first; i < place->end; i++) {
		const struct token *token = &place->tokens[i];

		if (has_role(token, ROLE_CONTRAST))
			return;
		if (is_opening_praise(place, i))
			praise = i;
		if (praise == place->end || !is_failure(token))
			continue;

		place->at = praise;
		place->tokens[praise].valence *= place->rules->sarcasm;
		place->tokens[praise].traits |= TRAIT_SARCASM;
		note(place, "mocked by", token);
		return;
	}
}

/* Whether all words of the sentence are in capitals. */
static bool is_shouted(const struct place *place)
{
	size_t n_cased = 0, n_caps = 0;

	for (size_t i = place->first; i < place->end; i++) {
		n_cased += (place->tokens[i].traits & TRAIT_CASED) != 0;
		n_caps += (place->tokens[i].traits & TRAIT_CAPS) != 0;
	}
	return n_cased > 1 && n_caps == n_cased;
}

int polarity_weigh(const struct rules *rules, struct reading *reading, struct arena *arena)
{
	struct place place = {.rules = rules, .arena = arena, .tokens = reading->tokens};

	while (place.end < reading->n) {
		place.first = place.end;
		while (place.end < reading->n && reading->tokens[place.end].sentence ==
							 reading->tokens[place.first].sentence)
			place.end++;

		place.is_shouted = is_shouted(&place);
		for (place.at = place.first; place.at < place.end; place.at++)
			weigh_token(&place);
		weigh_contrast(&place);
		weigh_sarcasm(&place);
	}
	return place.failed ? -ENOMEM : 0;
}

/* Sums of one text. */
struct sums {
	double all, pos, neg, neutral;
	double words;
};

static void add_token(struct sums *sums, const struct token *token, double weight)
{
	double valence = token->valence;

	sums->words += weight;
	sums->all += weight * valence;
	sums->pos += valence > 0 ? weight * (valence + 1) : 0;
	sums->neg += valence < 0 ? weight * (1 - valence) : 0;
	sums->neutral += valence == 0 ? weight : 0;
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
			add_token(&sums, &reading->tokens[i], sentence->weight);

		double said = sums.all - before;
		double emphasis = rules->exclamation * sentence->weight *
				  MIN(sentence->exclamations, (unsigned int)MAX_EXCLAMATIONS);
		if (said != 0)
			sums.all = before + away_from_zero(said, emphasis);
	}

	/* One bad word in an article does not damn it: what is said counts by the
	 * square root of the number of times that there was room to say it. */
	if (sums.words > rules->repeat_after)
		sums.all *= sqrt(rules->repeat_after / sums.words);

	double total = sums.pos + sums.neg + sums.neutral;
	*ret = (struct polarity){.compound = sums.all / sqrt(sums.all * sums.all + rules->alpha)};
	if (total > 0) {
		ret->pos = sums.pos / total;
		ret->neg = sums.neg / total;
		ret->neu = sums.neutral / total;
	}
}
