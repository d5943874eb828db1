#include "score/target.h"

#include <math.h>

#include "record/score_request.h"
#include "score/steps.h"

enum {
	NAME_REACH = 3,   /* tokens up to the name that a comparing word goes with */
	MOST_OTHERS = 2,  /* words beside a name that stands alone: "unlike", "and" */
	JOINT_REACH = 12, /* tokens on either side of an "and" that are looked at */
};

static size_t length_of(const struct units *units)
{
	size_t length = 0;

	for (size_t i = 0; i < units->n_sentences; i++)
		length += units->sentences[i].end - units->sentences[i].start;

	return length;
}

void target_sentences(
	const struct rules *rules, const struct score_request *request, struct units *units)
{
	if (request->n_hits == 0 || length_of(units) <= rules->whole_post)
		return;

	for (size_t i = 0; i < units->n_sentences; i++)
		units->sentences[i].weight = 0;
	for (size_t i = 0; i < units->n_sentences; i++) {
		struct sentence *sentence = &units->sentences[i];

		if (!units_is_hit(request, sentence->field, sentence->start, sentence->end))
			continue;
		sentence->weight = 1;
		if (i > 0)
			sentence[-1].weight = fmax(sentence[-1].weight, rules->beside_hit);
		for (size_t k = 1; k <= 2 && i + k < units->n_sentences; k++)
			sentence[k].weight = fmax(sentence[k].weight, rules->beside_hit);
	}
}

static bool is_own(const struct token *token)
{
	return token->traits & (TRAIT_HIT | TRAIT_OWN);
}

static bool is_rival(const struct token *token)
{
	return (token->traits & TRAIT_RIVAL) && !is_own(token);
}

static bool is_name(const struct token *token)
{
	return is_own(token) || is_rival(token);
}

static bool compares(const struct token *token, enum compares how)
{
	return token->entry && token->entry->compares == how;
}

/* Who is spoken of among some tokens. */
struct names {
	size_t n_own, n_against; /* the stream's names; those that others are compared with */
	size_t n_rivals;
	size_t rival, last; /* the last of them, and of all names */
	size_t n_others;
	bool says, compares; /* something good or bad; which of two is better */
};

static void count_names(const struct place *place, size_t first, size_t end, struct names *ret)
{
	*ret = (struct names){0};
	for (size_t i = first; i < end; i++) {
		const struct token *token = &place->tokens[i];

		ret->n_own += is_own(token);
		ret->n_against += is_own(token) && (token->traits & TRAIT_AGAINST);
		ret->n_rivals += is_rival(token);
		ret->n_others += !is_name(token);
		ret->rival = is_rival(token) ? i : ret->rival;
		ret->last = is_name(token) ? i : ret->last;
		ret->says |= (has_role(token, ROLE_WORD) && token->valence != 0) ||
			     (token->traits & TRAIT_TOWARD);
		ret->compares |=
			compares(token, COMPARES_AGAINST) || compares(token, COMPARES_TOWARD);
	}
}

bool target_divides(const struct place *place, size_t turn)
{
	struct names before, behind;

	if (!place->has_hits)
		return false;

	count_names(place, place->first, turn, &before);
	count_names(place, turn, place->end, &behind);
	return (before.n_own > 0) != (behind.n_own > 0) &&
	       (before.n_own > 0 ? behind.n_rivals : before.n_rivals) > 0;
}

/* The name that goes with the comparing word AT and stands on the side of it
 * where names do; place->end: none. */
static size_t find_name(const struct place *place, size_t at)
{
	const struct token *tokens = place->tokens;
	bool is_behind = tokens[at].entry->is_behind;

	for (size_t i = 1; i <= NAME_REACH; i++) {
		size_t name = is_behind ? at - i : at + i;
		size_t joint = is_behind ? name + 1 : name; /* where a comma would be */

		if (is_behind ? i > at - place->first : name >= place->end)
			break;
		if (tokens[joint].traits & TRAIT_BREAK)
			break;
		if (is_name(&tokens[name]))
			return name;
	}
	return place->end;
}

/* All words of the name that starts at AT. */
static void mark_against(struct place *place, size_t at)
{
	do
		place->tokens[at++].traits |= TRAIT_AGAINST;
	while (at < place->end && is_name(&place->tokens[at]) &&
		!(place->tokens[at].traits & TRAIT_BREAK));
}

static bool is_negated(const struct place *place, size_t at)
{
	for (size_t i = at; i > place->first && i + NAME_REACH > at; i--) {
		if (place->tokens[i].traits & TRAIT_BREAK)
			return false;
		if (has_role(&place->tokens[i - 1], ROLE_NEGATOR))
			return true;
	}
	return false;
}

/* "switched from Acme": bad for Acme, good for the other name of the sentence. */
static void weigh_toward(struct place *place, size_t at, size_t name, bool has_own)
{
	struct token *token = &place->tokens[at];
	double value = is_negated(place, at) ? -token->entry->toward : token->entry->toward;

	if (!is_own(&place->tokens[name]) && !has_own)
		return;

	token->valence = is_own(&place->tokens[name]) ? value : -value;
	token->traits |= TRAIT_TOWARD;
	place->at = at;
	place_note(place, value > 0 ? "speaks for" : "speaks against", &place->tokens[name]);
}

static void weigh_comparing(struct place *place, bool has_own)
{
	for (size_t i = place->first; i < place->end; i++) {
		const struct token *token = &place->tokens[i];
		bool is_toward = compares(token, COMPARES_TOWARD);

		if (!is_toward && !compares(token, COMPARES_AGAINST))
			continue;

		size_t name = find_name(place, i);
		if (name < place->end && is_toward)
			weigh_toward(place, i, name, has_own);
		else if (name < place->end)
			mark_against(place, name);
	}
}

static bool is_only_against(const struct names *names)
{
	return names->n_own > 0 && names->n_own == names->n_against;
}

/* What is said of a rival says nothing of the stream's subject. */
static void mute(struct place *place, const struct token *rival)
{
	struct token *token = &place->tokens[place->at];

	if (token->valence != 0 && has_role(token, ROLE_WORD))
		place_note(place, "said of", rival);
	token->valence = 0;
	token->share = 0;
}

/* What is bad turns good only beside a rival: "later than Acme said" is a complaint. */
static void turn(struct place *place, bool has_rival)
{
	struct token *token = &place->tokens[place->at];

	if (token->valence == 0 || !has_role(token, ROLE_WORD))
		return;
	if (token->valence < 0 && !has_rival)
		return;
	place_note(place, "compared", NULL);
	token->valence *= place->rules->compared;
}

/* Weighs the tokens FIRST to END, a clause, for the stream.  SENTENCE: the names
 * that stand in all of it. */
static void weigh_clause(
	struct place *place, size_t first, size_t end, const struct names *sentence)
{
	struct names names;

	count_names(place, first, end, &names);
	if (names.n_own + names.n_rivals > 0)
		place->topic = NULL;

	const struct token *spoken_of =
		names.n_rivals > 0 ? &place->tokens[names.rival] : place->topic;
	bool turns = is_only_against(names.n_own > 0 ? &names : sentence);
	bool mutes = names.n_own == 0 && spoken_of && is_rival(spoken_of) && !turns;

	for (place->at = first; place->at < end; place->at++) {
		if (place->tokens[place->at].traits & TRAIT_TOWARD)
			continue;
		if (turns)
			turn(place, sentence->n_rivals > 0);
		else if (mutes)
			mute(place, spoken_of);
	}
}

/* Whether both sides of the "and" AT say something of a name: "love Acme and
 * hate Globex", but not "love Acme and Globex". */
static bool is_joint(const struct place *place, size_t first, size_t at)
{
	struct names before, behind;
	size_t end = at + 1;

	if (!compares(&place->tokens[at], COMPARES_JOINT))
		return false;

	while (end < place->end && end - at < JOINT_REACH &&
		!(place->tokens[end].traits & TRAIT_BREAK))
		end++;
	count_names(place, at - first > JOINT_REACH ? at - JOINT_REACH : first, at, &before);
	count_names(place, at, end, &behind);
	return before.says && behind.says && before.n_own + before.n_rivals > 0 &&
	       behind.n_own + behind.n_rivals > 0;
}

/* The end of the piece of a sentence that starts at FIRST. */
static size_t find_piece_end(const struct place *place, size_t first)
{
	size_t at = first + 1;

	while (at < place->end && !(place->tokens[at].traits & TRAIT_BREAK) &&
		!has_role(&place->tokens[at], ROLE_CONTRAST) && !is_joint(place, first, at))
		at++;

	return at;
}

/* Whether a piece is hardly more than names: an item of a list, somebody who is
 * spoken to, "unlike Globex".  It belongs to what is said beside it. */
static bool is_lone(const struct names *names)
{
	return names->n_own + names->n_rivals > 0 && !names->says && names->n_others <= MOST_OTHERS;
}

/* Weighs clause by clause; whether there was one, and not names alone. */
static bool weigh_clauses(struct place *place, const struct names *sentence)
{
	size_t first = place->first, end = place->first; /* of the clause so far */
	bool has_clause = false;

	for (size_t at = place->first; at < place->end;) {
		size_t piece = at;
		struct names names;

		at = find_piece_end(place, piece);
		count_names(place, piece, at, &names);
		if (is_lone(&names))
			continue;
		if (has_clause) {
			weigh_clause(place, first, end, sentence);
			first = end;
		}
		has_clause = true;
		end = at;
	}
	weigh_clause(place, first, place->end, sentence);
	return has_clause;
}

void pass_target(struct place *place)
{
	struct names names;

	if (!place->has_hits)
		return;

	count_names(place, place->first, place->end, &names);
	if (names.compares) {
		weigh_comparing(place, names.n_own > 0 || (place->topic && is_own(place->topic)));
		count_names(place, place->first, place->end, &names);
	}

	bool has_clause = weigh_clauses(place, &names);
	bool is_topic = !has_clause && names.n_own + names.n_rivals > 0 && names.n_others == 0;
	place->topic = is_topic ? &place->tokens[names.last] : NULL;
}
