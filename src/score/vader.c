#include "score/vader.h"

#include <errno.h>
#include <string.h>

#include "base/map.h"
#include "score/steps.h"

enum { MAX_JOINED_BYTES = 64, IDIOM_REACH = 3 };

static const double boost = 0.293;

static const char *const strengtheners[] = {
	"absolutely",
	"amazingly",
	"awfully",
	"completely",
	"considerable",
	"considerably",
	"decidedly",
	"deeply",
	"effing",
	"enormous",
	"enormously",
	"entirely",
	"especially",
	"exceptional",
	"exceptionally",
	"extreme",
	"extremely",
	"fabulously",
	"flippin",
	"flipping",
	"frackin",
	"fracking",
	"frickin",
	"fricking",
	"friggin",
	"frigging",
	"fuckin",
	"fucking",
	"fuggin",
	"fugging",
	"fully",
	"greatly",
	"hella",
	"highly",
	"hugely",
	"incredible",
	"incredibly",
	"intensely",
	"major",
	"majorly",
	"more",
	"most",
	"particularly",
	"purely",
	"quite",
	"really",
	"remarkably",
	"so",
	"substantially",
	"thoroughly",
	"total",
	"totally",
	"tremendous",
	"tremendously",
	"uber",
	"unbelievably",
	"unusually",
	"utter",
	"utterly",
	"very",
};

static const char *const weakeners[] = {
	"almost",
	"barely",
	"hardly",
	"just enough",
	"kind of",
	"kind-of",
	"kinda",
	"kindof",
	"less",
	"little",
	"marginal",
	"marginally",
	"occasional",
	"occasionally",
	"partly",
	"scarce",
	"scarcely",
	"slight",
	"slightly",
	"somewhat",
	"sort of",
	"sort-of",
	"sorta",
	"sortof",
};

static const char *const negators[] = {
	"ain't",
	"aint",
	"aren't",
	"arent",
	"can't",
	"cannot",
	"cant",
	"couldn't",
	"couldnt",
	"daren't",
	"darent",
	"despite",
	"didn't",
	"didnt",
	"doesn't",
	"doesnt",
	"don't",
	"dont",
	"hadn't",
	"hadnt",
	"hasn't",
	"hasnt",
	"haven't",
	"havent",
	"isn't",
	"isnt",
	"mightn't",
	"mightnt",
	"mustn't",
	"mustnt",
	"needn't",
	"neednt",
	"neither",
	"never",
	"none",
	"nope",
	"nor",
	"not",
	"nothing",
	"nowhere",
	"oughtn't",
	"oughtnt",
	"rarely",
	"seldom",
	"shan't",
	"shant",
	"shouldn't",
	"shouldnt",
	"uh-uh",
	"uhuh",
	"wasn't",
	"wasnt",
	"weren't",
	"werent",
	"without",
	"won't",
	"wont",
	"wouldn't",
	"wouldnt",
};

/* In a sentence they stand for the word beside them. */
static const struct {
	const char *words;
	double valence;
} idioms[] = {
	{"bad ass", 1.5},
	{"beating heart", 3.1},
	{"broken heart", -2.9},
	{"bus stop", 0},
	{"kiss of death", -1.5},
	{"the bomb", 3},
	{"the shit", 3},
	{"to die for", 3},
	{"yeah right", -2},
};

static int add_all(
	struct lexicon *lexicon, const char *const *words, size_t n, const struct entry *entry)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = lexicon_add(lexicon, slice_of(words[i]), entry);

	return r;
}

int vader_add_words(struct lexicon *lexicon)
{
	static const struct entry strengthens = {.roles = ROLE_BOOSTER, .boost = boost};
	static const struct entry weakens = {.roles = ROLE_BOOSTER, .boost = -boost};
	static const struct entry negates = {.roles = ROLE_NEGATOR};
	static const struct entry turns = {.roles = ROLE_CONTRAST};
	int r = add_all(lexicon, strengtheners, ARRAY_SIZE(strengtheners), &strengthens);

	if (r == 0)
		r = add_all(lexicon, weakeners, ARRAY_SIZE(weakeners), &weakens);
	if (r == 0)
		r = add_all(lexicon, negators, ARRAY_SIZE(negators), &negates);
	if (r == 0)
		r = lexicon_add(lexicon, SLICE("but"), &turns);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(idioms); i++) {
		struct entry entry = {.roles = ROLE_IDIOM, .valence = idioms[i].valence};

		r = lexicon_add(lexicon, slice_of(idioms[i].words), &entry);
	}
	return r;
}

/* The entry of N words from the token FIRST on with ROLE; NULL for none. */
static const struct entry *find_joined(
	const struct place *place, size_t first, size_t n, enum role role)
{
	char key[MAX_JOINED_BYTES];
	size_t len = 0;

	if (first + n > place->end || !place->tokens[first].entry ||
		!place->tokens[first].entry->continues)
		return NULL;

	for (size_t i = first; i < first + n; i++) {
		struct slice word = place->tokens[i].key;

		if (len + 1 + word.len > sizeof(key))
			return NULL;
		if (i > first)
			key[len++] = ' ';
		memcpy(key + len, word.ptr, word.len);
		len += word.len;
	}

	const struct entry *entry = lexicon_find(place->lexicon, slice_from(key, len));
	return entry && (entry->roles & role) ? entry : NULL;
}

static bool is_word(const struct place *place, size_t distance, struct slice word)
{
	return place->at >= place->first + distance &&
	       slice_equals(place->tokens[place->at - distance].key, word);
}

double step_no_booster(struct place *place, double valence, unsigned int distance)
{
	bool is_booster = has_role(&place->tokens[place->at], ROLE_BOOSTER) ||
			  find_joined(place, place->at, 2, ROLE_BOOSTER);

	(void)distance;
	return is_booster ? place_end(place, 0) : valence;
}

double step_vader_emoji(struct place *place, double valence, unsigned int distance)
{
	const struct token *token = &place->tokens[place->at];

	(void)distance;
	if (token->traits & TRAIT_DESCRIBED)
		place_note(place, "read as", &(struct token){.raw = token->key});

	return valence;
}

double step_vader_no(struct place *place, double valence, unsigned int distance)
{
	const struct token *token = &place->tokens[place->at];
	bool leads = is_word(place, 0, SLICE("no")) && place->at + 1 < place->end &&
		     has_role(token + 1, ROLE_WORD);
	bool is_joined = is_word(place, 1, SLICE("or")) || is_word(place, 1, SLICE("nor"));

	(void)distance;
	if (leads)
		valence = 0;
	for (unsigned int d = 1; d <= 3; d++) {
		if (!is_word(place, d, SLICE("no")) || (d == 3 && !is_joined))
			continue;
		place_note(place, "negated by", &token[-(ptrdiff_t)d]);
		return token->entry->valence * place->rules->negate_good;
	}
	return valence;
}

/* Idioms are looked for around the word in this order; those behind it win. */
static const struct {
	int first; /* relative to the word */
	unsigned int n;
} idiom_places[] = {{-1, 2}, {-2, 3}, {-2, 2}, {-3, 3}, {-3, 2}},
  idiom_places_behind[] = {{0, 2}, {0, 3}}, booster_places[] = {{-3, 3}, {-3, 2}, {-2, 2}};

double step_vader_idiom(struct place *place, double valence, unsigned int distance)
{
	const struct entry *entry = NULL;

	(void)distance;
	for (size_t i = 0; !entry && i < ARRAY_SIZE(idiom_places); i++)
		entry = find_joined(
			place, place->at + idiom_places[i].first, idiom_places[i].n, ROLE_IDIOM);
	for (size_t i = 0; i < ARRAY_SIZE(idiom_places_behind); i++) {
		const struct entry *behind =
			find_joined(place, place->at + idiom_places_behind[i].first,
				idiom_places_behind[i].n, ROLE_IDIOM);

		entry = behind ? behind : entry;
	}
	if (entry) {
		place_note(place, "idiom", NULL);
		valence = entry->valence;
	}

	for (size_t i = 0; i < ARRAY_SIZE(booster_places); i++) {
		size_t first = place->at + booster_places[i].first;

		entry = find_joined(place, first, booster_places[i].n, ROLE_BOOSTER);
		if (!entry)
			continue;
		place_note(place, "weakened by", &place->tokens[first]);
		valence += entry->boost;
	}
	return valence;
}

double step_vader_least(struct place *place, double valence, unsigned int distance)
{
	if (!is_word(place, distance, SLICE("least")) || is_word(place, 2, SLICE("at")) ||
		is_word(place, 2, SLICE("very")))
		return valence;

	place_note(place, "negated by", &place->tokens[place->at - 1]);
	return valence * place->rules->negate_good;
}

/* The first token of the sentence with VALENCE.  FIRSTS holds for each valence
 * a place before which there is none. */
static int find_first(const struct place *place, struct map *firsts, double valence, size_t *ret)
{
	const struct slice key = slice_from((const char *)&valence, sizeof(valence));
	union map_value from = {.number = (int64_t)place->first};

	map_find(firsts, key, &from);
	while (place->tokens[from.number].valence != valence)
		from.number++;

	*ret = (size_t)from.number;
	return map_set(firsts, key, from);
}

/* The token at AT has a new valence. */
static int renew_first(const struct place *place, struct map *firsts, size_t at)
{
	double valence = place->tokens[at].valence;
	const struct slice key = slice_from((const char *)&valence, sizeof(valence));
	union map_value from;

	if (!map_find(firsts, key, &from) || (size_t)from.number <= at)
		return 0;

	return map_set(firsts, key, (union map_value){.number = (int64_t)at});
}

/* For each value in order, the reference changes the first that is equal to it
 * in the list as it then stands, which need not be the one that it looks at. */
static int turn_by_value(struct place *place, struct map *firsts, size_t turn)
{
	const struct rules *rules = place->rules;

	for (size_t i = place->first; i < place->end; i++) {
		if (place->tokens[i].valence == 0)
			continue;

		int r = find_first(place, firsts, place->tokens[i].valence, &place->at);
		if (r < 0)
			return r;
		if (place->at == turn)
			continue;

		place->tokens[place->at].valence *=
			place->at < turn ? rules->before_contrast : rules->after_contrast;
		place_note(place, place->at < turn ? "before" : "after", &place->tokens[turn]);
		r = renew_first(place, firsts, place->at);
		if (r < 0)
			return r;
	}
	return 0;
}

void pass_vader_contrast(struct place *place)
{
	CLEANUP(map_freep) struct map *firsts = NULL;
	size_t turn = place->first;

	while (turn < place->end && !has_role(&place->tokens[turn], ROLE_CONTRAST))
		turn++;
	if (turn == place->end)
		return;

	if (map_new(&firsts) < 0 || turn_by_value(place, firsts, turn) < 0)
		place->failed = true;
}
