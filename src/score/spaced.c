#include "score/spaced.h"

#include <errno.h>
#include <string.h>

#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "record/score_request.h"
#include "score/units.h"
#include "text/fold.h"

enum {
	MOST_SHORT = 2,   /* characters up to which a token keeps its punctuation */
	LOWER_GROWTH = 2, /* bytes of a letter in lower case, at most */
	DOTTED_I = 0x130, /* its lower case is no single letter */
};

/* The token that is being read, and where it stands. */
struct splitter {
	struct unit_reader *reader;
	struct units *units;
	struct arena *arena;
	enum field field;
	struct slice text;
	struct str *token;   /* what is read so far */
	size_t start, index; /* byte and code point of its first character */
	bool is_described;   /* words of a description are in it */
};

/* White space as Python's split() has it, which VADER is written in. */
static bool is_white(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);

	return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool is_punctuation(char c)
{
	return c > ' ' && c < 0x7F && !is_alnum(c);
}

/* TOKEN without punctuation at its ends, if then a word is left; *RET_LEAD
 * characters are gone before it. */
static struct slice strip(struct slice token, size_t *ret_lead)
{
	struct slice rest = token;

	while (rest.len > 0 && is_punctuation(rest.ptr[0]))
		rest = slice_skip(rest, 1);
	while (rest.len > 0 && is_punctuation(rest.ptr[rest.len - 1]))
		rest.len--;

	bool is_word = utf8_length(rest) > MOST_SHORT;
	*ret_lead = is_word ? (size_t)(rest.ptr - token.ptr) : 0;
	return is_word ? rest : token;
}

/* WORD in lower case at KEY; its letters' cases are counted. */
static size_t lower(struct slice word, char *key, size_t *upper, size_t *not_upper)
{
	char *end = key;

	for (size_t at = 0; at < word.len;) {
		uint32_t c = utf8_next(word, &at);
		enum fold_case kind = fold_case_of(c);

		*upper += kind == FOLD_UPPER;
		*not_upper += kind == FOLD_LOWER || kind == FOLD_TITLE;
		if (kind != FOLD_LOWER && c != DOTTED_I)
			c = fold_lower(c);
		end += utf8_encode(c, end);
	}
	return (size_t)(end - key);
}

/* Ends the token, if there is one, before the byte END of the text and its
 * code point INDEX. */
static int end_token(struct splitter *splitter, size_t end, size_t index)
{
	size_t lead, upper = 0, not_upper = 0;
	struct slice token = str_slice(splitter->token);
	struct slice word = strip(token, &lead);

	if (str_error(splitter->token) < 0)
		return str_error(splitter->token);
	if (token.len == 0)
		return 0;

	struct unit *unit = units_add(splitter->units);
	char *key = arena_alloc(splitter->arena, word.len * LOWER_GROWTH);
	if (!unit || !key)
		return -ENOMEM;

	*unit = (struct unit){.field = splitter->field,
		.start = splitter->index,
		.end = index,
		.raw = slice_from(splitter->text.ptr + splitter->start, end - splitter->start)};
	if (splitter->is_described) {
		unit->traits |= TRAIT_DESCRIBED;
	} else {
		unit->start += lead;
		unit->end -= token.len - lead - word.len;
		unit->raw = slice_from(unit->raw.ptr + lead, word.len);
	}
	unit->key = slice_from(key, lower(word, key, &upper, &not_upper));
	unit->traits |= TRAIT_CASED | (upper > 0 && not_upper == 0 ? TRAIT_CAPS : 0u);
	if (slice_find(unit->key, SLICE("n't")) >= 0)
		unit->traits |= TRAIT_NEGATOR;

	str_clear(splitter->token);
	splitter->is_described = false;
	return 0;
}

static void count_marks(struct splitter *splitter, char c)
{
	struct sentence *sentence = &splitter->units->sentences[0];

	sentence->exclamations += c == '!';
	sentence->questions += c == '?';
}

/* The character at the bytes FROM to TO joins the token. */
static void add_text(struct splitter *splitter, struct slice text, size_t from, size_t index)
{
	if (splitter->token->len == 0) {
		splitter->start = from;
		splitter->index = index;
	}
	str_add(splitter->token, text);
	for (size_t i = 0; i < text.len; i++)
		count_marks(splitter, text.ptr[i]);
}

/* The DESCRIPTION of an emoji, which stands at the bytes FROM to TO, starts a
 * token; its last word ends with what follows the emoji. */
static int add_description(
	struct splitter *splitter, struct slice description, size_t from, size_t to, size_t index)
{
	struct slice word;
	int r = end_token(splitter, from, index);

	while (r == 0 && slice_split(&description, ' ', &word)) {
		add_text(splitter, word, from, index);
		splitter->is_described = splitter->token->len > 0;
		if (description.ptr)
			r = end_token(splitter, to, index + 1);
	}
	return r;
}

/* The description of the character C, whose bytes are CHARACTER. */
static bool find_description(
	const struct splitter *splitter, struct slice character, struct slice *ret)
{
	union map_value text;

	if (character.len == 1 || !splitter->reader->descriptions ||
		!map_find(splitter->reader->descriptions, character, &text))
		return false;

	*ret = slice_of(text.pointer);
	return true;
}

static int split_field(struct splitter *splitter)
{
	struct slice text = splitter->text, description;
	size_t index = 0;
	int r = 0;

	for (size_t at = 0; r == 0 && at < text.len; index++) {
		size_t start = at;
		uint32_t c = utf8_next(text, &at);
		struct slice character = slice_from(text.ptr + start, at - start);

		if (is_white(c))
			r = end_token(splitter, start, index);
		else if (find_description(splitter, character, &description))
			r = add_description(splitter, description, start, at, index);
		else
			add_text(splitter, character, start, index);
	}
	return r < 0 ? r : end_token(splitter, text.len, index);
}

int spaced_read(struct unit_reader *reader, const struct score_request *request,
	struct arena *arena, struct units *units)
{
	CLEANUP(str_done) struct str token = STR_INIT(2 * UNITS_MAX_FIELD_BYTES);
	struct splitter splitter = {
		.reader = reader, .units = units, .arena = arena, .token = &token};
	int r = 0;

	units_clear(units);
	struct sentence *sentence = units_add_sentence(units);
	if (!sentence)
		return -ENOMEM;

	*sentence = (struct sentence){.weight = 1};
	for (size_t field = 0; r == 0 && field < N_FIELDS; field++) {
		splitter.field = (enum field)field;
		splitter.text = units_field(units, request, splitter.field);
		r = split_field(&splitter);
	}
	return r;
}
