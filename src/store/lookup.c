#include "store/lookup.h"

#include <errno.h>

#include "base/utf8.h"
#include "store/search.h"
#include "store/tokens.h"

enum {
	EXPRESSION_MAX_BYTES = 1024 * 1024,
	ARENA_BYTES = 256 << 20,
	TRIGRAM = 3,     /* code points from which the table of runs finds a text */
	MOST_DEPTH = 12, /* of parentheses: SQLite's parser has an end */
};

/* A phrase of punctuation only: it finds nothing. */
static const char nothing[] = "\".\"";

struct maker {
	struct store *store;
	struct arena *arena;
	unsigned int depth;
};

/* One expression for each of the tables, what either finds is found; NULL: it
 * finds nothing.  Both NULL: nothing can be said. */
struct pair {
	const char *words, *runs;
};

static const char *quote(const struct maker *maker, const char *sign, struct slice text)
{
	CLEANUP(str_done) struct str quoted = STR_INIT(EXPRESSION_MAX_BYTES);

	str_add_char(&quoted, '"');
	str_add_text(&quoted, sign);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			str_add_char(&quoted, '"');
		str_add_char(&quoted, text.ptr[i]);
	}
	str_add_char(&quoted, '"');
	return str_error(&quoted) < 0 ? NULL : arena_copy(maker->arena, str_slice(&quoted));
}

static const char *append(const struct maker *maker, const char *expression, const char *behind)
{
	return expression ? arena_format(maker->arena, "%s%s", expression, behind) : NULL;
}

static int has_token(const struct maker *maker, struct slice text)
{
	CLEANUP(str_done) struct str tokens = STR_INIT(EXPRESSION_MAX_BYTES);
	const int r = search_tokens(maker->store, text, &tokens);

	return r < 0 ? r : tokens.len > 0;
}

/* A word, SIGN before it and BEHIND it. */
static int make_word(const struct maker *maker, const char *sign, struct slice text,
	const char *behind, struct pair *ret)
{
	const int r = has_token(maker, text);

	if (r <= 0)
		return r;

	ret->words = append(maker, quote(maker, sign, text), behind);
	return ret->words ? 0 : -ENOMEM;
}

/* What is too short for the table of runs: it is a word as the dictionary sees
 * them, or its two letters are one each. */
static int make_short_part(const struct maker *maker, const struct search *search, struct pair *ret)
{
	const char *behind = search->is_end ? "" : " *";
	size_t at = 0;
	int r = search->is_start ? make_word(maker, "", search->text, behind, ret) : 0;

	if (r < 0 || !ret->words)
		return r;

	utf8_next(search->text, &at);
	if (at == search->text.len)
		return 0;

	const char *first = quote(maker, "", slice_from(search->text.ptr, at));
	const char *second = quote(maker, "", slice_skip(search->text, at));

	if (!first || !second)
		return -ENOMEM;
	ret->words = arena_format(
		maker->arena, "(%s OR (%s AND %s%s))", ret->words, first, second, behind);
	return ret->words ? 0 : -ENOMEM;
}

static int make_part(const struct maker *maker, const struct search *search, struct pair *ret)
{
	if (utf8_length(search->text) < TRIGRAM)
		return make_short_part(maker, search, ret);

	ret->runs = quote(maker, "", search->text);
	return ret->runs ? 0 : -ENOMEM;
}

static const char *join(
	const struct maker *maker, const char *one, const char *operator, const char * other)
{
	if (!one || !other)
		return one ? one : other;

	return arena_format(maker->arena, "%s %s %s", one, operator, other);
}

static const char *enclose(const struct maker *maker, const char *expression)
{
	return expression ? arena_format(maker->arena, "(%s)", expression) : NULL;
}

static int make(const struct maker *maker, const struct search *search, struct pair *ret);

static int make_any(const struct maker *maker, const struct search *search, struct pair *ret)
{
	struct pair all = {0};

	for (size_t i = 0; i < search->n_parts; i++) {
		struct pair part = {0};
		const int r = make(maker, &search->parts[i], &part);

		if (r < 0 || (!part.words && !part.runs))
			return r;
		all.words = join(maker, all.words, "OR", part.words);
		all.runs = join(maker, all.runs, "OR", part.runs);
	}
	ret->words = enclose(maker, all.words);
	ret->runs = enclose(maker, all.runs);
	return ret->words || ret->runs ? 0 : -ENOMEM;
}

/* One table can say AND, both together cannot: words go before runs, and what is
 * of both is only taken when there is nothing else. */
static int make_all(const struct maker *maker, const struct search *search, struct pair *ret)
{
	struct pair pure = {0};
	struct pair mixed = {0};

	for (size_t i = 0; i < search->n_parts; i++) {
		struct pair part = {0};
		const int r = make(maker, &search->parts[i], &part);

		if (r < 0)
			return r;
		if (part.words && part.runs)
			mixed = part;
		else if (part.words)
			pure.words = join(maker, pure.words, "AND", part.words);
		else if (part.runs)
			pure.runs = join(maker, pure.runs, "AND", part.runs);
	}
	if (pure.words)
		ret->words = enclose(maker, pure.words);
	else if (pure.runs)
		ret->runs = enclose(maker, pure.runs);
	else
		*ret = mixed;
	return 0;
}

static int make(const struct maker *maker, const struct search *search, struct pair *ret)
{
	const struct maker below = {maker->store, maker->arena, maker->depth + 1};

	if (maker->depth > MOST_DEPTH)
		return 0;
	switch (search->kind) {
	case SEARCH_WORD:
		return make_word(maker, "", search->text, "", ret);
	case SEARCH_PREFIX:
		return make_word(maker, "", search->text, " *", ret);
	case SEARCH_TAG:
		return make_word(maker, "#", search->text, "", ret);
	case SEARCH_TAG_PREFIX:
		return make_word(maker, "#", search->text, " *", ret);
	case SEARCH_HANDLE:
		return make_word(maker, "@", search->text, " *", ret);
	case SEARCH_PART:
		return make_part(maker, search, ret);
	case SEARCH_ANY:
		return make_any(&below, search, ret);
	case SEARCH_ALL:
		break;
	}
	return make_all(&below, search, ret);
}

int lookup_make(struct store *store, const struct search *search, struct lookup *ret)
{
	struct pair pair = {0};
	int r = arena_new(ARENA_BYTES, &ret->arena);
	const struct maker maker = {store, ret->arena, 0};

	if (r == 0 && search)
		r = make(&maker, search, &pair);
	if (r < 0)
		return r;

	ret->is_narrow = pair.words || pair.runs;
	ret->words = join(&maker, pair.words, "OR", "\"" LOOKUP_UNWRITTEN "\"");
	ret->runs = pair.runs ? pair.runs : nothing;
	return ret->words ? 0 : -ENOMEM;
}

struct values lookup_values(const struct lookup *lookup, struct values values)
{
	return (struct values){values.list, values.n - (lookup->is_narrow ? 0 : 2)};
}

void lookup_done(struct lookup *lookup)
{
	arena_free(lookup->arena);
}
