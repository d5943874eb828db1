#include "score/steps.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "score/target.h"

enum { MAX_WHY_BYTES = 48, REACH_BEHIND = 2 };

/* Words from which on a booster before them is no word of its own. */
static const double least_boosted = 1;
/* Praise and failure of sarcasm are no weaker than these. */
static const double least_praise = 1.2, most_failure = -0.8;

bool has_role(const struct token *token, enum role role)
{
	return token->entry && (token->entry->roles & role);
}

void place_note(struct place *place, const char *rule, const struct token *by)
{
	struct texts *why = &place->tokens[place->at].why;
	const char *text = rule;

	if (!place->explains)
		return;

	if (by) {
		struct slice word = by->raw;

		if (word.len > MAX_WHY_BYTES)
			word = utf8_prefix(word, MAX_WHY_BYTES);
		text = arena_format(place->arena, "%s %.*s", rule, SLICE_FMT(word));
	}
	if (!text || texts_add(why, place->arena, slice_of(text)) < 0)
		place->failed = true;
}

static const struct token *token_before(const struct place *place, size_t distance)
{
	return &place->tokens[place->at - distance];
}

/* Whether a step may look at the word DISTANCE before.  Where nothing stops a
 * booster or negator, one that has a valence itself is none. */
static bool is_in_reach(const struct place *place, unsigned int distance)
{
	if (distance > place->at - place->first)
		return false;

	return distance == 0 || !place->rules->reaches_over ||
	       !has_role(token_before(place, distance), ROLE_WORD);
}

void place_weigh(struct place *place)
{
	const struct rules *rules = place->rules;
	struct token *token = &place->tokens[place->at];

	if (!has_role(token, ROLE_WORD)) {
		token->valence = token->entry ? token->entry->leaning : 0;
		return;
	}

	double valence = token->entry->valence;
	place->is_over = place->boosters_end = place->negators_end = false;
	for (size_t i = 0; i < rules->n_steps && !place->is_over; i++)
		if (is_in_reach(place, rules->steps[i].distance))
			valence = rules->steps[i].weigh(place, valence, rules->steps[i].distance);
	if ((token->traits & TRAIT_HASHTAG) && valence != 0)
		place_note(place, "hashtag", NULL);
	token->valence = valence;
}

/* Moves VALENCE by so much in its own sense; zero counts as bad. */
static double intensified(double valence, double by)
{
	return valence > 0 ? valence + by : valence - by;
}

double place_end(struct place *place, double valence)
{
	place->is_over = true;
	return valence;
}

double step_only_counting(struct place *place, double valence, unsigned int distance)
{
	(void)distance;
	return valence == 0 ? place_end(place, 0) : valence;
}

double step_no_mere_booster(struct place *place, double valence, unsigned int distance)
{
	const struct token *token = &place->tokens[place->at], *next = token + 1;

	(void)distance;
	if (has_role(token, ROLE_BOOSTER) && place->at + 1 < place->end &&
		!(next->traits & TRAIT_BREAK) && has_role(next, ROLE_WORD) &&
		fabs(next->entry->valence) >= least_boosted)
		return place_end(place, 0);

	return valence;
}

double step_emoji(struct place *place, double valence, unsigned int distance)
{
	(void)distance;
	if (!(place->tokens[place->at].traits & TRAIT_EMOJI))
		return valence;

	place_note(place, "emoji", NULL);
	return place_end(place, valence);
}

double step_caps(struct place *place, double valence, unsigned int distance)
{
	(void)distance;
	if (!(place->tokens[place->at].traits & TRAIT_CAPS) || !place->caps_tell)
		return valence;

	place_note(place, "caps", NULL);
	return intensified(valence, place->rules->caps);
}

double step_drawn(struct place *place, double valence, unsigned int distance)
{
	(void)distance;
	if (!(place->tokens[place->at].traits & TRAIT_DRAWN))
		return valence;

	place_note(place, "drawn out", NULL);
	return valence * place->rules->drawn;
}

double step_foreign(struct place *place, double valence, unsigned int distance)
{
	(void)distance;
	if (!(place->tokens[place->at].traits & TRAIT_FOREIGN))
		return valence;

	place_note(place, "English word", NULL);
	return valence * place->rules->foreign;
}

double step_boost(struct place *place, double valence, unsigned int distance)
{
	const struct rules *rules = place->rules;
	const struct token *token = token_before(place, distance);
	bool is_booster = has_role(token, ROLE_BOOSTER);

	if (!rules->reaches_over && (token[1].traits & TRAIT_BREAK))
		place->boosters_end = true;
	if (place->boosters_end)
		return valence;
	if (!is_booster) {
		place->boosters_end = !rules->reaches_over && has_role(token, ROLE_WORD);
		return valence;
	}

	/* A weakener that is shouted strengthens: so VADER has it. */
	double by = (valence < 0 ? -rules->boost : rules->boost) * token->entry->boost;
	if ((token->traits & TRAIT_CAPS) && place->caps_tell)
		by = valence > 0 ? by + rules->boost_caps : by - rules->boost_caps;
	place_note(place, token->entry->boost < 0 ? "weakened by" : "boosted by", token);
	return valence + by * rules->boost_decay[distance - 1];
}

/* "love it so much", "bad as hell". */
double step_boost_after(struct place *place, double valence, unsigned int distance)
{
	(void)distance;
	for (size_t i = place->at + 1; i < place->end && i <= place->at + REACH_BEHIND; i++) {
		const struct token *token = &place->tokens[i];

		if ((token->traits & TRAIT_BREAK) || has_role(token, ROLE_WORD))
			break;
		if (!has_role(token, ROLE_BOOSTER) || token->entry->boost < 0)
			continue;
		if (i + 1 < place->end && has_role(token + 1, ROLE_WORD))
			break; /* it belongs to that one */

		place_note(place, "boosted by", token);
		return intensified(valence, place->rules->boost_after * token->entry->boost);
	}
	return valence;
}

static double turned(const struct rules *rules, double valence)
{
	return valence * (valence > 0 ? rules->negate_good : rules->negate_bad);
}

double step_affix(struct place *place, double valence, unsigned int distance)
{
	(void)distance;
	if (!(place->tokens[place->at].traits & TRAIT_NEGATED))
		return valence;

	place_note(place, "negated by its affix", NULL);
	return turned(place->rules, valence);
}

/* Whether the words before the token at PLACE are those of ROW. */
static bool is_exception(
	const struct place *place, const struct exception *row, unsigned int distance)
{
	const size_t n = ARRAY_SIZE(row->words);

	if (row->distance != distance)
		return false;
	for (size_t d = 1; d <= n; d++) {
		const char *word = row->words[n - d];

		if (word && !slice_equals(token_before(place, d)->key, slice_of(word)))
			return false;
	}
	return true;
}

static const struct exception *find_exception(const struct place *place, unsigned int distance)
{
	for (size_t i = 0; i < place->rules->n_exceptions; i++)
		if (is_exception(place, &place->rules->exceptions[i], distance))
			return &place->rules->exceptions[i];

	return NULL;
}

/* Several negators turn it several times. */
double step_negate(struct place *place, double valence, unsigned int distance)
{
	const struct rules *rules = place->rules;
	const struct token *token = token_before(place, distance);

	if (!rules->reaches_over &&
		((token[1].traits & TRAIT_BREAK) || has_role(token, ROLE_CONTRAST)))
		place->negators_end = true;
	if (place->negators_end)
		return valence;

	const struct exception *exception = find_exception(place, distance);
	if (exception) {
		place_note(place, exception->factor > 1 ? "boosted by" : "not negated by", token);
		return valence * exception->factor;
	}
	if (!has_role(token, ROLE_NEGATOR) && !(token->traits & TRAIT_NEGATOR))
		return valence;

	place_note(place, "negated by", token);
	return turned(rules, valence);
}

/* Gujarati and Mongolian negate behind the word. */
double step_negate_after(struct place *place, double valence, unsigned int distance)
{
	(void)distance;
	for (size_t i = place->at + 1; i < place->end && i <= place->at + REACH_BEHIND; i++) {
		const struct token *token = &place->tokens[i];

		if ((token->traits & TRAIT_BREAK) || has_role(token, ROLE_WORD))
			break;
		if (!has_role(token, ROLE_CLOSER))
			continue;

		place_note(place, "negated by", token);
		return turned(place->rules, valence);
	}
	return valence;
}

/* "the "service" they gave me": one or two good words in quotation marks are
 * rarely meant. */
double step_quoted(struct place *place, double valence, unsigned int distance)
{
	const struct token *token = &place->tokens[place->at];
	bool follows = place->at > place->first && (token[-1].traits & TRAIT_QUOTED);
	bool leads = place->at + 1 < place->end && (token[1].traits & TRAIT_QUOTED);

	(void)distance;
	if (!(token->traits & TRAIT_QUOTED) || follows || leads || valence <= 0)
		return valence;

	place_note(place, "in quotation marks", NULL);
	return valence * place->rules->quoted;
}

/* What follows the sentence's last "but" is what somebody means; but between two
 * names it compares them, and both halves are meant. */
void pass_contrast(struct place *place)
{
	size_t turn = place->end;

	for (size_t i = place->first + 1; i + 1 < place->end; i++)
		if (has_role(&place->tokens[i], ROLE_CONTRAST))
			turn = i;
	if (turn < place->end && target_divides(place, turn))
		return;

	for (place->at = place->first; turn < place->end && place->at < place->end; place->at++) {
		struct token *token = &place->tokens[place->at];

		if (token->valence == 0 || place->at == turn || !has_role(token, ROLE_WORD))
			continue;
		token->valence *= place->at < turn ? place->rules->before_contrast
						   : place->rules->after_contrast;
		place_note(place, place->at < turn ? "before" : "after", &place->tokens[turn]);
	}
}

/* Whether the token at AT is praise that opens the sentence: "Great, ...",
 * "Thanks for ...". */
static bool is_opening_praise(const struct place *place, size_t at)
{
	const struct token *token = &place->tokens[at];

	return at < place->first + 2 && token->valence >= least_praise &&
	       !(token->traits & TRAIT_EMOJI);
}

static bool is_failure(const struct token *token)
{
	return has_role(token, ROLE_WORD) && (token->entry->marks & FLAG_COMPLAINT) &&
	       token->valence <= most_failure;
}

/* "Great, my parcel is lost again": praise, then a failure, and no "but"
 * between them. */
void pass_sarcasm(struct place *place)
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
		place_note(place, "mocked by", token);
		return;
	}
}
