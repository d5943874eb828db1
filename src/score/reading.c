#include "score/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"
#include "record/score_request.h"

enum {
	MAX_KEY_BYTES = 256,
	MAX_TAG_BYTES = 40, /* a hashtag longer than that is not cut into words */
};

/* A search for the longest term at one place. */
struct found {
	const struct entry *entry;
	size_t n; /* units, or clusters of a run, that it covers */
	unsigned int traits;
};

struct maker {
	const struct lexicons *lexicons;
	const struct score_request *request;
	struct arena *arena;
	const struct unit *units;
	size_t n_units;
	struct reading *reading;
	size_t n_known;
};

static struct token *new_token(struct maker *maker)
{
	struct reading *reading = maker->reading;

	if (reading->n == reading->room && array_make_room(&reading->tokens, &reading->room,
						   reading->n + 1, sizeof(*reading->tokens)) < 0)
		return NULL;

	return &reading->tokens[reading->n++];
}

/* What the stream looks for is mostly a name, and a name says nothing of how
 * somebody feels; but "refund" in a query is still a refund. */
static const struct entry *entry_of_hit(const struct entry *entry)
{
	unsigned int telling = ((1u << N_FLAGS) - 1) | MARK_RAGE | MARK_MONEY;

	return entry && (entry->marks & telling) ? entry : NULL;
}

static int add_token(struct maker *maker, const struct unit *first, const struct unit *last,
	const struct found *found)
{
	struct token *token = new_token(maker);

	if (!token)
		return -ENOMEM;

	*token = (struct token){.field = first->field,
		.start = first->start,
		.end = last->end,
		.raw = slice_from(
			first->raw.ptr, (size_t)(last->raw.ptr - first->raw.ptr) + last->raw.len),
		.key = first->key,
		.entry = found->entry,
		.traits = first->traits | found->traits,
		.sentence = first->sentence,
		.share = 1};
	if (token->traits & TRAIT_HIT)
		token->entry = entry_of_hit(token->entry);
	if (token->entry)
		token->marks = token->entry->marks;
	return 0;
}

/* Appends the key of UNIT to KEY of *LEN bytes, behind a space. */
static bool append_key(char *key, size_t *len, const struct unit *unit)
{
	if (*len + 1 + unit->key.len > MAX_KEY_BYTES)
		return false;

	key[(*len)++] = ' ';
	memcpy(key + *len, unit->key.ptr, unit->key.len);
	*len += unit->key.len;
	return true;
}

/* Whether a term may go on from one unit to the next. */
static bool is_adjacent(const struct unit *unit, const struct unit *next)
{
	return next->sentence == unit->sentence && !next->run &&
	       !(next->traits & (TRAIT_BREAK | TRAIT_EMOJI | TRAIT_HANDLE | TRAIT_OWN));
}

/* Whether terms may start with ENTRY (may be NULL), that of the words up to the
 * one at AT, and go on with the word behind it. */
static bool may_go_on(const struct maker *maker, const struct entry *entry, size_t at)
{
	const struct unit *unit = &maker->units[at];

	return entry && entry->continues && at + 1 < maker->n_units &&
	       (entry->continues & lexicon_letter_bit(unit[1].key)) && is_adjacent(unit, unit + 1);
}

/* Looks UNIT up as it stands.  What only starts a longer term is not known, but
 * who looks for such terms wants to see it. */
static int read_as_it_stands(struct maker *maker, const struct unit *unit)
{
	struct found found = {.n = 1, .entry = lexicon_find(maker->lexicons->own, unit->key)};

	maker->reading->n_words++;
	maker->n_known += found.entry && found.entry->roles;
	return add_token(maker, unit, unit, &found);
}

/* Whether ENTRY is a term, and not the start of one only.  Words that only
 * compare names are terms where there are names. */
static bool is_term(const struct maker *maker, const struct entry *entry)
{
	return entry && (entry->roles || (entry->compares && maker->request->n_hits > 0));
}

/* Looks for longer terms than the one word at AT, that of ENTRY. */
static void find_longer(const struct maker *maker, const struct lexicon *lexicon,
	const struct entry *entry, size_t at, struct found *found)
{
	char key[MAX_KEY_BYTES];
	size_t len = maker->units[at].key.len, n = 1;

	if (len > MAX_KEY_BYTES)
		return;

	memcpy(key, maker->units[at].key.ptr, len);
	while (may_go_on(maker, entry, at + n - 1) &&
		append_key(key, &len, &maker->units[at + n])) {
		entry = lexicon_find(lexicon, slice_from(key, len));
		n++;
		if (is_term(maker, entry))
			*found = (struct found){.entry = entry, .n = n};
	}
}

static void find_in(
	const struct maker *maker, const struct lexicon *lexicon, size_t at, struct found *found)
{
	const struct slice key = maker->units[at].key;
	const struct entry *entry = lexicon ? lexicon_find(lexicon, key) : NULL;
	bool negated = false, drawn = false;

	*found = (struct found){.n = 1};
	if (is_term(maker, entry))
		found->entry = entry;
	else if (lexicon)
		found->entry = lexicon_find_form(lexicon, key, &negated, &drawn);

	found->traits = (negated ? TRAIT_NEGATED : 0u) | (drawn ? TRAIT_DRAWN : 0u);
	if (may_go_on(maker, entry, at))
		find_longer(maker, lexicon, entry, at, found);
}

/* The capitals of a term are those of all its words. */
static unsigned int shared_case(const struct maker *maker, size_t at, size_t n)
{
	unsigned int caps = TRAIT_CAPS;

	for (size_t i = 0; i < n; i++)
		if (maker->units[at + i].traits & TRAIT_CASED)
			caps &= maker->units[at + i].traits;

	return caps;
}

/* What the words of a term of N units tell by themselves. */
static unsigned int marks_of_words(const struct maker *maker, size_t at, size_t n)
{
	unsigned int marks = 0;

	for (size_t i = at; i < at + n; i++) {
		const struct entry *entry = lexicon_find(maker->lexicons->own, maker->units[i].key);

		marks |= entry ? entry->marks & MARKS_OF_CONTEXT : 0;
	}
	return marks;
}

/* The tokens that start with the unit AT; *RET_N units are read. */
static int read_unit(struct maker *maker, size_t at, size_t *ret_n)
{
	const struct unit *unit = &maker->units[at];
	struct found found = {.n = 1, .entry = unit->entry};

	*ret_n = 1;
	if (unit->traits & (TRAIT_EMOJI | TRAIT_HANDLE | TRAIT_OWN))
		return add_token(maker, unit, unit, &found);

	find_in(maker, maker->lexicons->own, at, &found);
	if (found.entry) {
		maker->n_known += found.n;
	} else {
		find_in(maker, maker->lexicons->foreign, at, &found);
		found.traits |= TRAIT_FOREIGN;
	}
	if (found.entry || !(unit->traits & TRAIT_NUMBER))
		maker->reading->n_words += found.n;

	int r = add_token(maker, unit, &maker->units[at + found.n - 1], &found);
	*ret_n = found.n;
	if (r < 0 || found.n == 1)
		return r;

	struct token *token = &maker->reading->tokens[maker->reading->n - 1];
	token->marks |= marks_of_words(maker, at, found.n);
	if (!(shared_case(maker, at, found.n) & TRAIT_CAPS))
		token->traits &= ~(unsigned)TRAIT_CAPS;
	return 0;
}

/* The longest term of a run from the cluster AT on. */
static void find_in_run(const struct maker *maker, const struct unit *unit, const struct cut *cuts,
	size_t at, struct found *found)
{
	const struct slice rest = slice_skip(unit->key, cuts[at].key);
	const struct lexicon *lexicon = maker->lexicons->own;
	const struct entry *entry = NULL;
	size_t n = 0, len;

	*found = (struct found){.n = 1};
	do {
		n++;
		len = cuts[at + n].key - cuts[at].key;
		entry = lexicon_find(lexicon, slice_from(rest.ptr, len));
		if (is_term(maker, entry))
			*found = (struct found){.entry = entry, .n = n};
	} while (entry && (entry->continues & lexicon_letter_bit(slice_skip(rest, len))) &&
		 at + n < unit->run->n_clusters);
}

/* The piece of UNIT, a run, between two cuts. */
static struct unit piece_of(const struct unit *unit, const struct cut *cuts, size_t from, size_t to)
{
	const char *text = unit->raw.ptr - cuts[0].start;
	struct unit piece = *unit;

	piece.run = NULL;
	piece.raw = slice_from(text + cuts[from].start, cuts[to].end - cuts[from].start);
	piece.start = cuts[from].start_index;
	piece.end = cuts[to].end_index;
	if (from > 0)
		piece.traits &= ~(unsigned)TRAIT_BREAK;
	return piece;
}

/* The terms that cover UNIT, a run; clusters between them are nobody's. */
static int read_run(struct maker *maker, const struct unit *unit)
{
	const struct lexicon *lexicon = maker->lexicons->own;
	const struct cut *cuts = words_cuts(maker->lexicons->of_field[unit->field], unit->run);
	size_t n = unit->run->n_clusters;
	struct found found;

	maker->reading->n_words += n;
	for (size_t at = 0; lexicon && at < n; at += found.n) {
		find_in_run(maker, unit, cuts, at, &found);

		struct unit piece = piece_of(unit, cuts, at, at + found.n);
		piece.traits |= units_names_at(maker->request, piece.field, piece.start, piece.end);
		if (!found.entry && !(piece.traits & (TRAIT_HIT | TRAIT_RIVAL)))
			continue;
		maker->n_known += found.entry ? found.n : 0;
		if (add_token(maker, &piece, &piece, &found) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int read_all(struct maker *maker)
{
	size_t n;
	int r = 0;

	for (size_t at = 0; r == 0 && at < maker->n_units; at += n) {
		n = 1;
		if (maker->lexicons->as_it_stands)
			r = read_as_it_stands(maker, &maker->units[at]);
		else if (maker->units[at].run)
			r = read_run(maker, &maker->units[at]);
		else
			r = read_unit(maker, at, &n);
	}
	return r;
}

/* A way to cut the first bytes of a hashtag into words. */
struct way {
	unsigned int n;     /* words; 0: there is none */
	unsigned int start; /* of the last one */
};

static bool is_piece(const struct lexicon *lexicon, struct slice piece)
{
	const struct entry *entry;

	if (piece.len == 1 && piece.ptr[0] != 'a' && piece.ptr[0] != 'i')
		return false;

	entry = lexicon_find(lexicon, piece);
	return entry && entry->roles;
}

/* Finds the way through TAG with the fewest words (dynamic programming over
 * its bytes); the last one's number of words, 0 for none. */
static unsigned int find_way(const struct lexicon *lexicon, struct slice tag, struct way *ways)
{
	ways[0] = (struct way){.n = 1};
	for (unsigned int end = 1; end <= tag.len; end++) {
		ways[end] = (struct way){0};
		for (unsigned int start = 0; start < end; start++) {
			const struct way *before = &ways[start];

			if (before->n == 0 || (ways[end].n > 0 && ways[end].n <= before->n + 1))
				continue;
			if (is_piece(lexicon, slice_from(tag.ptr + start, end - start)))
				ways[end] = (struct way){.n = before->n + 1, .start = start};
		}
	}
	return ways[tag.len].n > 0 ? ways[tag.len].n - 1 : 0;
}

/* Cuts the ASCII hashtag UNIT into words in PIECES, the number of them; 0 when
 * some piece is no word. */
static size_t cut_tag(const struct lexicon *lexicon, const struct unit *unit, struct unit *pieces)
{
	struct way ways[MAX_TAG_BYTES + 1];
	bool negated, drawn;

	if (unit->key.len > MAX_TAG_BYTES || unit->key.len != unit->raw.len ||
		lexicon_find_word(lexicon, unit->key, &negated, &drawn))
		return 0;

	unsigned int n = find_way(lexicon, unit->key, ways);
	size_t end = unit->key.len;
	for (unsigned int i = n; i > 0; i--) {
		size_t start = ways[end].start;
		struct unit *piece = &pieces[i - 1];

		*piece = *unit;
		piece->key = slice_from(unit->key.ptr + start, end - start);
		piece->raw = slice_from(unit->raw.ptr + start, end - start);
		piece->start = unit->start + start;
		piece->end = unit->start + end;
		end = start;
	}
	return n;
}

/* Replaces the hashtags among the units by their words. */
static int cut_tags(struct maker *maker)
{
	size_t n_more = 0, n = 0;

	for (size_t i = 0; i < maker->n_units; i++)
		if (maker->units[i].traits & TRAIT_HASHTAG)
			n_more += MIN(maker->units[i].key.len, (size_t)MAX_TAG_BYTES);
	if (n_more == 0 || !maker->lexicons->own)
		return 0;

	struct unit *units = arena_array(maker->arena, maker->n_units + n_more, sizeof(*units));
	if (!units)
		return -ENOMEM;
	for (size_t i = 0; i < maker->n_units; i++) {
		const struct unit *unit = &maker->units[i];
		size_t n_pieces = unit->traits & TRAIT_HASHTAG
					  ? cut_tag(maker->lexicons->own, unit, &units[n])
					  : 0;

		if (n_pieces == 0)
			units[n++] = *unit;
		n += n_pieces;
	}
	maker->units = units;
	maker->n_units = n;
	return 0;
}

int reading_make(const struct lexicons *lexicons, const struct units *units,
	const struct score_request *request, struct arena *arena, struct reading *reading)
{
	struct maker maker = {.lexicons = lexicons,
		.request = request,
		.arena = arena,
		.units = units->items,
		.n_units = units->n,
		.reading = reading};

	*reading = (struct reading){.lexicon = lexicons->own,
		.tokens = reading->tokens,
		.room = reading->room,
		.has_hits = request->n_hits > 0};
	int r = cut_tags(&maker);
	if (r == 0)
		r = read_all(&maker);
	if (r == 0 && reading->n_words > 0)
		reading->coverage = (double)maker.n_known / (double)reading->n_words;

	return r;
}

void reading_release(struct reading *reading)
{
	free(reading->tokens);
	*reading = (struct reading){0};
}
