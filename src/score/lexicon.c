#include "score/lexicon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "score/lexicon_private.h"

enum {
	LEAST_STEM = 3, /* letters that must be left of an inflected word */
	MAX_STEM_BYTES = 2 * MAX_TERM_BYTES,
	MAX_AFFIX_BYTES = 1 << 20,
};

int lexicon_new(const char *lang, struct lexicon **ret)
{
	CLEANUP(lexicon_freep) struct lexicon *lexicon = calloc(1, sizeof(*lexicon));

	if (!lexicon)
		return -ENOMEM;
	lexicon->lang = strdup(lang);
	if (!lexicon->lang || map_new(&lexicon->terms) < 0 || map_new(&lexicon->emoticons) < 0 ||
		map_new(&lexicon->stops) < 0 || arena_new(MAX_AFFIX_BYTES, &lexicon->texts) < 0)
		return -ENOMEM;

	*ret = TAKE(lexicon);
	return 0;
}

void lexicon_free(struct lexicon *lexicon)
{
	if (!lexicon)
		return;

	free(lexicon->prefixes.items);
	free(lexicon->suffixes.items);
	arena_free(lexicon->texts);
	map_free(lexicon->terms);
	map_free(lexicon->emoticons);
	map_free(lexicon->stops);
	free(lexicon->slots);
	free(lexicon->lang);
	free(lexicon);
}

const char *lexicon_lang(const struct lexicon *lexicon)
{
	return lexicon->lang;
}

size_t lexicon_count(const struct lexicon *lexicon)
{
	return lexicon->n_terms;
}

bool lexicon_next_stop(const struct lexicon *lexicon, size_t *position, struct slice *ret)
{
	union map_value file;

	return map_next(lexicon->stops, position, ret, &file);
}

int lexicon_get_slot(struct lexicon *lexicon, struct map *map, struct slice key, struct slot **ret)
{
	union map_value number;

	if (map_find(map, key, &number)) {
		*ret = &lexicon->slots[number.number];
		return 0;
	}

	if (lexicon->n_slots == lexicon->capacity) {
		size_t capacity = MAX(lexicon->capacity * 2, 256);
		struct slot *slots = reallocarray(lexicon->slots, capacity, sizeof(*slots));

		if (!slots)
			return -ENOMEM;
		lexicon->slots = slots;
		lexicon->capacity = capacity;
	}

	number.number = (int64_t)lexicon->n_slots;
	int r = map_set(map, key, number);
	if (r < 0)
		return r;

	*ret = &lexicon->slots[lexicon->n_slots++];
	**ret = (struct slot){0};
	return 0;
}

uint32_t lexicon_letter_bit(struct slice key)
{
	size_t at = 0;

	return key.len > 0 ? UINT32_C(1) << utf8_next(key, &at) % 32 : 0;
}

/* Marks the first LEN bytes of KEY as the start of longer terms, which go on at
 * the byte NEXT. */
static int add_start(struct lexicon *lexicon, struct slice key, size_t len, size_t next)
{
	struct slot *slot;
	int r = lexicon_get_slot(lexicon, lexicon->terms, slice_from(key.ptr, len), &slot);

	if (r == 0)
		slot->entry.continues |= lexicon_letter_bit(slice_skip(key, next));
	return r;
}

int lexicon_add_starts(struct lexicon *lexicon, struct slice key, bool is_run)
{
	int r = 0;

	for (size_t at = 0; r == 0 && at < key.len;) {
		size_t start = at;
		uint32_t c = utf8_next(key, &at);

		if (is_run && at < key.len)
			r = add_start(lexicon, key, at, at);
		else if (!is_run && c == ' ')
			r = add_start(lexicon, key, start, at);
	}
	return r;
}

int lexicon_add(struct lexicon *lexicon, struct slice key, const struct entry *entry)
{
	struct slot *slot;
	int r = lexicon_add_starts(lexicon, key, false);

	if (r < 0)
		return r;

	r = lexicon_get_slot(lexicon, lexicon->terms, key, &slot);
	if (r < 0)
		return r;

	lexicon->n_terms += slot->entry.roles == 0;
	slot->entry.roles |= entry->roles;
	slot->entry.marks |= entry->marks;
	if (entry->roles & (ROLE_WORD | ROLE_IDIOM))
		slot->entry.valence = entry->valence;
	if (entry->roles & ROLE_BOOSTER)
		slot->entry.boost = entry->boost;
	return 0;
}

struct slice lexicon_fold_emoticon(struct slice text, char *bytes)
{
	size_t len = MIN(text.len, (size_t)MAX_EMOTICON_BYTES);

	for (size_t i = 0; i < len; i++)
		bytes[i] = to_lower(text.ptr[i]);

	return slice_from(bytes, len);
}

static const struct entry *find_in(
	const struct lexicon *lexicon, const struct map *map, struct slice key)
{
	union map_value number;

	return map_find(map, key, &number) ? &lexicon->slots[number.number].entry : NULL;
}

bool lexicon_next(const struct lexicon *lexicon, size_t *position, struct slice *ret_key,
	const struct entry **ret)
{
	union map_value number;

	while (map_next(lexicon->terms, position, ret_key, &number)) {
		*ret = &lexicon->slots[number.number].entry;
		if (entry_is_term(*ret))
			return true;
	}
	return false;
}

const struct entry *lexicon_find(const struct lexicon *lexicon, struct slice key)
{
	return find_in(lexicon, lexicon->terms, key);
}

/* Whether there are at least LEAST_STEM letters in KEY. */
static bool is_long_enough(struct slice key)
{
	size_t n = 0;

	for (size_t i = 0; i < key.len && n < LEAST_STEM; i++)
		n += ((unsigned char)key.ptr[i] & 0xC0) != 0x80;

	return n >= LEAST_STEM;
}

/* A stem counts when it is a term that may be inflected. */
static const struct entry *find_stem(const struct lexicon *lexicon, struct slice stem)
{
	const struct entry *entry = is_long_enough(stem) ? lexicon_find(lexicon, stem) : NULL;

	return entry && (entry->roles & (ROLE_WORD | ROLE_PLAIN)) ? entry : NULL;
}

/* As find_stem() for a STEM between what replaces its affixes. */
static const struct entry *find_changed_stem(
	const struct lexicon *lexicon, struct slice before, struct slice stem, struct slice after)
{
	char bytes[MAX_STEM_BYTES];
	size_t len = before.len + stem.len + after.len;

	if (len > sizeof(bytes))
		return NULL;
	memcpy(bytes, before.ptr, before.len);
	memcpy(bytes + before.len, stem.ptr, stem.len);
	memcpy(bytes + before.len + stem.len, after.ptr, after.len);
	return find_stem(lexicon, slice_from(bytes, len));
}

static const struct entry *find_between(
	const struct lexicon *lexicon, struct slice before, struct slice stem, struct slice after)
{
	return before.len + after.len == 0 ? find_stem(lexicon, stem)
					   : find_changed_stem(lexicon, before, stem, after);
}

/* KEY without one of the suffixes.  What stands BEFORE it, from a prefix, comes
 * first in the look-up. */
static const struct entry *find_without_suffix(
	const struct lexicon *lexicon, struct slice before, struct slice key, bool *negated)
{
	const struct affixes *suffixes = &lexicon->suffixes;
	const struct affix *affix;
	unsigned char last = (unsigned char)key.ptr[key.len - 1];

	for (size_t i = suffixes->first[last]; i != 0; i = affix->next) {
		affix = &suffixes->items[i - 1];
		if (key.len <= affix->text.len || !slice_ends_with(key, affix->text))
			continue;

		const struct entry *entry = find_between(lexicon, before,
			slice_from(key.ptr, key.len - affix->text.len), affix->replacement);
		if (entry) {
			*negated ^= affix->negates;
			return entry;
		}
	}
	return NULL;
}

static const struct entry *find_inflected(
	const struct lexicon *lexicon, struct slice key, bool *ret_negated)
{
	const struct affixes *prefixes = &lexicon->prefixes;
	bool negated = false;
	const struct entry *entry = find_without_suffix(lexicon, SLICE(""), key, &negated);
	const struct affix *affix;

	for (size_t i = prefixes->first[(unsigned char)key.ptr[0]]; !entry && i != 0;
		i = affix->next) {
		affix = &prefixes->items[i - 1];

		struct slice rest = slice_skip(key, affix->text.len);
		if (rest.len == 0 || !slice_starts_with(key, affix->text))
			continue;

		negated = affix->negates;
		entry = find_between(lexicon, affix->replacement, rest, SLICE(""));
		if (!entry)
			entry = find_without_suffix(lexicon, affix->replacement, rest, &negated);
	}

	if (entry)
		*ret_negated = negated;
	return entry;
}

/* KEY with at most MOST equal letters in a row; false when that changes
 * nothing. */
static bool shorten(struct slice key, unsigned int most, struct str *ret)
{
	uint32_t last = 0;
	unsigned int run = 0;

	for (size_t at = 0; at < key.len;) {
		uint32_t c = utf8_next(key, &at);

		run = c == last ? run + 1 : 1;
		last = c;
		if (run <= most)
			str_add_code_point(ret, c);
	}
	return ret->len < key.len && str_error(ret) == 0;
}

static const struct entry *find_shortened(
	const struct lexicon *lexicon, struct slice key, unsigned int most, bool *negated)
{
	CLEANUP(str_done) struct str shorter = STR_INIT(MAX_KEY_BYTES);

	if (!shorten(key, most, &shorter))
		return NULL;

	const struct entry *entry = lexicon_find(lexicon, str_slice(&shorter));
	if (!entry || entry->roles == 0)
		entry = find_inflected(lexicon, str_slice(&shorter), negated);
	return entry;
}

/* Whether some letter stands three times or more in a row. */
static bool is_drawn(struct slice key)
{
	uint32_t last = 0;
	unsigned int run = 0;

	for (size_t at = 0; at < key.len && run < 3;) {
		uint32_t c = utf8_next(key, &at);

		run = c == last ? run + 1 : 1;
		last = c;
	}
	return run >= 3;
}

const struct entry *lexicon_find_form(
	const struct lexicon *lexicon, struct slice key, bool *ret_negated, bool *ret_drawn)
{
	*ret_negated = *ret_drawn = false;
	if (key.len == 0 || key.len > MAX_TERM_BYTES)
		return NULL;

	const struct entry *entry = find_inflected(lexicon, key, ret_negated);
	if (entry || !is_drawn(key))
		return entry;

	for (unsigned int most = 2; !entry && most > 0; most--)
		entry = find_shortened(lexicon, key, most, ret_negated);
	*ret_drawn = entry != NULL;
	return entry;
}

const struct entry *lexicon_find_word(
	const struct lexicon *lexicon, struct slice key, bool *ret_negated, bool *ret_drawn)
{
	const struct entry *entry = lexicon_find(lexicon, key);

	*ret_negated = *ret_drawn = false;
	return entry && entry->roles ? entry
				     : lexicon_find_form(lexicon, key, ret_negated, ret_drawn);
}

const struct entry *lexicon_find_emoticon(
	const struct lexicon *lexicon, struct slice text, size_t *ret_len)
{
	unsigned char first = text.len > 0 ? (unsigned char)text.ptr[0] : 0;
	uint32_t lengths = lexicon->emoticon_lengths[first];

	if (lengths == 0)
		return NULL;

	char bytes[MAX_EMOTICON_BYTES];
	for (struct slice key = lexicon_fold_emoticon(text, bytes); key.len > 0; key.len--) {
		const struct entry *entry = lengths & UINT32_C(1) << key.len
						    ? find_in(lexicon, lexicon->emoticons, key)
						    : NULL;

		if (entry) {
			*ret_len = key.len;
			return entry;
		}
	}
	return NULL;
}
