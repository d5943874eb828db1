#include "match/terms.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "match/query_limits.h"

enum {
	WILDCARDS_MAX = 32,
	LITERALS_MIN = 2,     /* before a wildcard */
	CLUSTERS_CERTAIN = 4, /* a part of a run so long needs no dictionary */
};

struct wildcard {
	size_t at;         /* in the text without them */
	size_t content_at; /* in the content */
	char sign;
};

/* A word while it is analysed. */
struct analysis {
	struct words *words;
	struct arena *arena;
	struct term_problem *problem;
	struct slice content;
	struct str text; /* the content without backslashes and wildcards */
	struct wildcard wildcards[WILDCARDS_MAX];
	size_t n_wildcards;
};

/* A word of the text with the wildcards that it has. */
struct piece {
	size_t start, end; /* bytes of the text */
	size_t first, n;   /* of the wildcards */
	enum word_kind kind;
};

/* About the content as a whole. */
static int fail(const struct analysis *analysis, const char *message, const char *hint)
{
	*analysis->problem = (struct term_problem){message, hint, .is_whole = true};
	return -EINVAL;
}

/* At the written word that holds the wildcard. */
static int bad_wildcard(
	const struct analysis *analysis, const struct wildcard *wildcard, const char *message)
{
	size_t at = wildcard->content_at;

	while (at > 0 && !is_space(analysis->content.ptr[at - 1]))
		at--;

	*analysis->problem = (struct term_problem){
		message, "brand*, colo?r; write \\* or \\? for the sign itself", .at = at};
	return -EINVAL;
}

static int clean_up(struct analysis *analysis)
{
	const struct slice content = analysis->content;

	for (size_t i = 0; i < content.len; i++) {
		const char c = content.ptr[i];

		if (c == '\\' && i + 1 < content.len) {
			str_add_char(&analysis->text, content.ptr[++i]);
		} else if (c != '*' && c != '?') {
			str_add_char(&analysis->text, c);
		} else if (analysis->n_wildcards == WILDCARDS_MAX) {
			return fail(analysis, "there are too many wildcards", NULL);
		} else {
			analysis->wildcards[analysis->n_wildcards++] =
				(struct wildcard){analysis->text.len, i, c};
		}
	}
	return str_error(&analysis->text);
}

const char *terms_unescape(struct arena *arena, struct slice content)
{
	char *text = arena_copy(arena, content);
	size_t n = 0;

	for (size_t i = 0; text && i < content.len; i++) {
		if (text[i] == '\\' && i + 1 < content.len)
			i++;
		text[n++] = text[i];
	}
	if (text)
		text[n] = '\0';
	return text;
}

static int copy_slice(struct arena *arena, struct slice text, struct slice *ret)
{
	const char *copy = arena_copy(arena, text);

	*ret = slice_from(copy, text.len);
	return copy ? 0 : -ENOMEM;
}

static struct slice text_of(const struct analysis *analysis, size_t start, size_t end)
{
	return slice_from(analysis->text.ptr + start, end - start);
}

/* Appends the key of the literal TEXT of a pattern, or its base. */
static int add_literal(struct words *words, struct slice text, bool accented, struct str *pattern)
{
	struct slice key;
	struct slice base;
	const int r = words_key(words, text, &key, &base);

	if (r == 0)
		str_add(pattern, accented ? key : base);
	return r;
}

/* Writes the pattern of PIECE: literals folded, wildcards as single bytes that
 * no key holds. */
static int write_pattern(const struct analysis *analysis, const struct piece *piece, bool accented,
	struct str *pattern)
{
	size_t at = piece->start;
	int r = 0;

	for (size_t i = piece->first; i < piece->first + piece->n && r == 0; i++) {
		const struct wildcard *wildcard = &analysis->wildcards[i];

		r = add_literal(
			analysis->words, text_of(analysis, at, wildcard->at), accented, pattern);
		str_add_char(pattern, wildcard->sign == '*' ? TERM_ANY : TERM_ONE);
		at = wildcard->at;
	}
	if (r == 0)
		r = add_literal(
			analysis->words, text_of(analysis, at, piece->end), accented, pattern);
	return r < 0 ? r : str_error(pattern);
}

static size_t literal_len(struct slice pattern)
{
	size_t n = 0;

	while (n < pattern.len && pattern.ptr[n] != TERM_ANY && pattern.ptr[n] != TERM_ONE)
		n++;

	return n;
}

static int want_pattern(
	const struct analysis *analysis, const struct piece *piece, struct wanted *wanted)
{
	CLEANUP(str_done) struct str pattern = STR_INIT((size_t)QUERY_MAX_BYTES * 12);
	int r = write_pattern(analysis, piece, wanted->accented, &pattern);

	if (r == 0)
		r = copy_slice(analysis->arena, str_slice(&pattern), &wanted->pattern);
	if (r < 0)
		return r;

	if (wanted->kind != TERM_RUN)
		wanted->kind = TERM_PREFIX;
	wanted->key = slice_from(wanted->pattern.ptr, literal_len(wanted->pattern));
	return 0;
}

/* '*' at the ends of a part of a run releases them; what is left are wildcards
 * inside of it, and an end that is one code point. */
static int apply_wildcards_in_run(
	const struct analysis *analysis, struct piece *piece, struct wanted *wanted)
{
	const struct wildcard *wildcards = analysis->wildcards;
	const struct wildcard *first = &wildcards[piece->first];
	const struct wildcard *last = first + piece->n - 1;

	for (; piece->n > 0 && first->sign == '*' && first->at == piece->start; first++, piece->n--)
		wanted->open_start = true;
	for (; piece->n > 0 && last->sign == '*' && last->at == piece->end; last--, piece->n--)
		wanted->open_end = true;
	if (piece->n == 0)
		return 0;

	piece->first = (size_t)(first - wildcards);
	if (utf8_length(text_of(analysis, piece->start, first->at)) < LITERALS_MIN)
		return bad_wildcard(
			analysis, first, "a wildcard needs at least two letters before it");

	return want_pattern(analysis, piece, wanted);
}

/* Applies the wildcards of PIECE, which has some, to WANTED, which holds its
 * key. */
static int apply_wildcards(
	const struct analysis *analysis, struct piece *piece, struct wanted *wanted)
{
	const struct wildcard *first = &analysis->wildcards[piece->first];
	const struct slice literal = text_of(analysis, piece->start, first->at);

	if (piece->kind == WORD_RUN)
		return apply_wildcards_in_run(analysis, piece, wanted);
	if (literal.len == 0)
		return bad_wildcard(analysis, first, "a word can't begin with a wildcard");
	if (piece->kind == WORD_EMOJI || utf8_length(literal) < LITERALS_MIN)
		return bad_wildcard(
			analysis, first, "a wildcard needs at least two letters before it");

	return want_pattern(analysis, piece, wanted);
}

/* Hands each wildcard to the word that it touches, rather the one before it. */
static int share_out(const struct analysis *analysis, struct piece *pieces, size_t n)
{
	size_t piece = 0;

	for (size_t i = 0; i < analysis->n_wildcards; i++) {
		const struct wildcard *wildcard = &analysis->wildcards[i];

		while (piece < n && pieces[piece].end < wildcard->at)
			piece++;
		if (piece == n || pieces[piece].start > wildcard->at)
			return bad_wildcard(analysis, wildcard,
				"a wildcard needs at least two letters before it");
		if (pieces[piece].n++ == 0)
			pieces[piece].first = i;
	}
	return 0;
}

/* Takes the keys of the N words ITEMS into WANTED, and where they stand into
 * PIECES: what the analyser gave goes with its next use. */
static int take_words(const struct analysis *analysis, const struct word *items, size_t n,
	struct piece *pieces, struct wanted *wanted)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const size_t start = (size_t)(items[i].raw.ptr - analysis->text.ptr);

		pieces[i].kind = items[i].kind;
		pieces[i].start = start;
		pieces[i].end = start + items[i].raw.len;
		wanted[i].kind = items[i].kind == WORD_RUN ? TERM_RUN : TERM_WORD;
		wanted[i].accented = items[i].key.ptr != items[i].base.ptr;
		wanted[i].n_clusters = items[i].n_clusters;
		r = copy_slice(analysis->arena, items[i].key, &wanted[i].key);
	}
	return r;
}

static int want_all(const struct analysis *analysis, struct node *node)
{
	const struct word *items;
	size_t n;
	int r = words_split(analysis->words, str_slice(&analysis->text), &items, &n);

	if (r == 0 && n == 0)
		r = fail(analysis, "there is nothing to search for in this word",
			"letters, digits and emoji are searchable");
	if (r < 0)
		return r;

	struct piece *pieces = arena_array(analysis->arena, n, sizeof(*pieces));
	struct wanted *wanted = arena_array(analysis->arena, n, sizeof(*wanted));
	if (!pieces || !wanted)
		return -ENOMEM;

	r = take_words(analysis, items, n, pieces, wanted);
	if (r == 0)
		r = share_out(analysis, pieces, n);
	for (size_t i = 0; i < n && r == 0; i++)
		if (pieces[i].n > 0)
			r = apply_wildcards(analysis, &pieces[i], &wanted[i]);

	node->wanted = wanted;
	node->n_wanted = n;
	return r;
}

int terms_of_words(struct words *words, struct arena *arena, struct slice content,
	struct node *node, struct term_problem *problem)
{
	struct analysis analysis = {.words = words,
		.arena = arena,
		.problem = problem,
		.content = content,
		.text = STR_INIT(QUERY_MAX_BYTES + 1)};
	int r = clean_up(&analysis);

	if (r == 0)
		r = want_all(&analysis, node);
	str_done(&analysis.text);
	return r;
}

int terms_of_hashtag(struct words *words, struct arena *arena, struct slice content,
	struct node *node, struct term_problem *problem)
{
	const bool prefix = content.len > 0 && content.ptr[content.len - 1] == '*';
	struct wanted *wanted = arena_alloc(arena, sizeof(*wanted));
	struct slice key = {0};
	struct slice base = {0};
	int r = wanted ? 0 : -ENOMEM;

	if (prefix)
		content.len--;
	if (r == 0)
		r = words_key(words, content, &key, &base);
	if (r < 0)
		return r;
	if (key.len == 0) {
		*problem = (struct term_problem){"there is nothing to search for in this hashtag",
			"#brand", .is_whole = true};
		return -EINVAL;
	}
	if (prefix && utf8_length(content) < LITERALS_MIN) {
		*problem = (struct term_problem){"a wildcard needs at least two letters before it",
			"#brand*", .is_whole = true};
		return -EINVAL;
	}

	wanted->kind = prefix ? TERM_TAG_PREFIX : TERM_HASHTAG;
	wanted->accented = key.ptr != base.ptr;
	node->wanted = wanted;
	node->n_wanted = 1;
	return copy_slice(arena, key, &wanted->key);
}

bool term_fits(struct slice pattern, struct slice text)
{
	size_t p = 0;
	size_t t = 0;
	size_t star = SIZE_MAX; /* behind the last TERM_ANY, and what it took so far */
	size_t taken = 0;

	while (t < text.len || p < pattern.len) {
		if (p < pattern.len && pattern.ptr[p] == TERM_ANY) {
			star = ++p;
			taken = t;
		} else if (p < pattern.len && t < text.len && pattern.ptr[p] == TERM_ONE) {
			p++;
			utf8_next(text, &t);
		} else if (p < pattern.len && t < text.len && pattern.ptr[p] == text.ptr[t]) {
			p++;
			t++;
		} else if (star != SIZE_MAX && taken < text.len) {
			utf8_next(text, &taken);
			p = star;
			t = taken;
		} else {
			return false;
		}
	}
	return true;
}

bool term_is_word(const struct wanted *wanted, const struct word *word)
{
	const struct slice text = wanted->accented ? word->key : word->base;

	if (wanted->kind == TERM_PREFIX)
		return word->kind == WORD_PLAIN && term_fits(wanted->pattern, text);

	return slice_equals(wanted->key, text);
}

/* The cut of RUN behind START where KEY bytes of the key end; 0 when a cluster
 * goes on there. */
static size_t cut_at(const struct word *run, const struct cut *cuts, size_t start, size_t key)
{
	while (start < run->n_clusters && cuts[start].key < key)
		start++;

	return cuts[start].key == key ? start : 0;
}

/* Whether WANTED, which fits RUN there, may start or end at CUT. */
static bool may_stand_at(const struct wanted *wanted, bool is_open, struct words *words,
	const struct word *run, size_t cut)
{
	return wanted->n_clusters >= CLUSTERS_CERTAIN || is_open ||
	       words_is_boundary(words, run, cut);
}

/* Whether PATTERN from *P up to its next TERM_ANY, or its end, stands in TEXT at
 * *T; both move behind it. */
static bool fit_part(struct slice pattern, size_t *p, struct slice text, size_t *t)
{
	while (*p < pattern.len && pattern.ptr[*p] != TERM_ANY) {
		if (*t >= text.len)
			return false;
		if (pattern.ptr[*p] == TERM_ONE)
			utf8_next(text, t);
		else if (pattern.ptr[*p] == text.ptr[*t])
			++*t;
		else
			return false;
		++*p;
	}
	return true;
}

/* Where the shortest text that WANTED's pattern fits ends; as
 * term_end_in_run(). */
static size_t pattern_end_in_run(
	const struct wanted *wanted, struct words *words, const struct word *run, size_t start)
{
	const struct cut *cuts = words_cuts(words, run);
	const struct slice text = slice_skip(run->key, cuts[start].key);
	size_t part = 0; /* of the pattern, and where its text may start */
	size_t from = 0;

	for (size_t n_skipped = 0; n_skipped <= TERM_ANY_IN_RUN;) {
		size_t p = part;
		size_t t = from;

		const bool fits = fit_part(wanted->pattern, &p, text, &t);

		if (fits && p != wanted->pattern.len) {
			part = p + 1;
			from = t;
			n_skipped = 0;
			continue;
		}

		const size_t end = fits ? cut_at(run, cuts, start, cuts[start].key + t) : 0;

		if (end > 0 && may_stand_at(wanted, wanted->open_end, words, run, end))
			return end;
		if (part == 0 || from >= text.len)
			return 0;
		utf8_next(text, &from);
		n_skipped++;
	}
	return 0;
}

size_t term_end_in_run(
	const struct wanted *wanted, struct words *words, const struct word *run, size_t start)
{
	const struct cut *cuts = words_cuts(words, run);
	size_t end;

	if (!slice_starts_with(slice_skip(run->key, cuts[start].key), wanted->key) ||
		!may_stand_at(wanted, wanted->open_start, words, run, start))
		return 0;
	if (wanted->pattern.len > 0)
		return pattern_end_in_run(wanted, words, run, start);

	end = cut_at(run, cuts, start, cuts[start].key + wanted->key.len);
	return end > 0 && may_stand_at(wanted, wanted->open_end, words, run, end) ? end : 0;
}
