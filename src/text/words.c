#include "text/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ubrk.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/fold.h"
#include "text/letters.h"
#include "text/links.h"

enum {
	TEXT_MAX_BYTES = 64 << 20,
	/* More than 256 kB of any language have; they are all in memory at once. */
	WORDS_MAX = 1 << 14,
	KEY_SLACK = 16,
	THAI_NIKHAHIT = 0x0E4D,
	THAI_SARA_AA = 0x0E32,
	THAI_SARA_AM = 0x0E33,
	LAO_NIGGAHITA = 0x0ECD,
	LAO_AA = 0x0EB2,
	LAO_AM = 0x0EB3,
	KEYCAP = 0x20E3,
	EMOJI_STYLE = 0xFE0F,
	TEXT_STYLE = 0xFE0E,
	ZWJ = 0x200D,
	ASCII_END = 0x80,
	TAG_FIRST = 0xE0020,
	TAG_LAST = 0xE007F,
	SKIN_FIRST = 0x1F3FB,
	SKIN_LAST = 0x1F3FF,
};

struct words {
	struct word *items;
	size_t n_items, room_items;
	struct cut *cuts;
	size_t n_cuts, room_cuts;
	bool *boundaries; /* by cut, for runs that are segmented */
	size_t room_boundaries;
	bool *segmented; /* by the first cut of a run */
	size_t room_segmented;
	struct word *segments;
	size_t room_segments;

	char *keys; /* KEYS, then BASES, each LETTER_GROWTH times the text */
	size_t room_keys;
	char *key_end, *base_end;
	struct arena *long_keys; /* what was folded by ICU */
	struct str key, base;    /* scratch */
	struct slice text;
	UBreakIterator *breaks;
	UChar *units; /* the run that is being segmented */
	size_t room_units;
	char ascii[ASCII_END]; /* the keys of letters and digits, 0 for all else */
};

/* A place in the text, and what stands there. */
struct place {
	size_t at;    /* bytes */
	size_t index; /* code points */
};

static bool is_word_kind(enum letter_kind kind)
{
	return kind == LETTER_PLAIN || kind == LETTER_DIGIT || kind == LETTER_MARK;
}

static void set_ascii(struct words *words)
{
	for (uint32_t c = 0; c < ASCII_END; c++)
		if (is_word_kind(letter_of(c)->kind))
			words->ascii[c] = letter_of(c)->key[0];
}

int words_new(struct words **ret)
{
	CLEANUP(words_freep) struct words *words = calloc(1, sizeof(*words));
	if (!words)
		return -ENOMEM;

	words->key = STR_INIT((size_t)TEXT_MAX_BYTES * 12);
	words->base = STR_INIT((size_t)TEXT_MAX_BYTES * 12);
	set_ascii(words);
	const int r = arena_new(SIZE_MAX / 2, &words->long_keys);
	if (r < 0)
		return r;

	*ret = TAKE(words);
	return 0;
}

void words_free(struct words *words)
{
	if (!words)
		return;

	free(words->items);
	free(words->cuts);
	free(words->boundaries);
	free(words->segmented);
	free(words->segments);
	free(words->keys);
	free(words->units);
	arena_free(words->long_keys);
	str_done(&words->key);
	str_done(&words->base);
	if (words->breaks)
		ubrk_close(words->breaks);
	free(words);
}

static inline bool continues(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* The code point at PLACE, which must lie before the end, PLACE behind it.  What
 * most scripts are written in is read here, all else by utf8_next(). */
static inline uint32_t next(struct slice text, struct place *place)
{
	const unsigned char *bytes = (const unsigned char *)text.ptr + place->at;
	const size_t left = text.len - place->at;

	place->index++;
	if (bytes[0] < 0x80) {
		place->at++;
		return bytes[0];
	}
	if (bytes[0] >= 0xC2 && bytes[0] < 0xE0 && left >= 2 && continues(bytes[1])) {
		place->at += 2;
		return (bytes[0] & 0x1Fu) << 6 | (bytes[1] & 0x3Fu);
	}
	/* Neither overlong forms (after E0) nor surrogates (after ED). */
	if (bytes[0] > 0xE0 && bytes[0] < 0xED && left >= 3 && continues(bytes[1]) &&
		continues(bytes[2])) {
		place->at += 3;
		return (bytes[0] & 0xFu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
	}
	return utf8_next(text, &place->at);
}

/* As next(), without moving; 0 at the end. */
static uint32_t peek(struct slice text, struct place place)
{
	return place.at < text.len ? next(text, &place) : 0;
}

static enum letter_kind peek_kind(struct slice text, struct place place)
{
	return place.at < text.len ? letter_of(peek(text, place))->kind : LETTER_SEPARATOR;
}

/* A word while it is read. */
struct reading {
	struct place start;
	struct place end; /* behind the last letter that belongs to it */
	char *key, *base; /* where its keys end */
	const struct letter *last;
	uint8_t all; /* flags that all its letters have */
	uint8_t any; /* flags that one of them has */
	bool marks_meet;
};

static const struct letter nothing;

static struct reading reading_start(const struct words *words, struct place place)
{
	return (struct reading){.start = place,
		.end = place,
		.key = words->key_end,
		.base = words->base_end,
		.all = 0xFF,
		.last = &nothing};
}

static inline void take_letter(struct reading *reading, const struct letter *letter)
{
	memcpy(reading->key, letter->key, sizeof(letter->key));
	memcpy(reading->base, letter->base, sizeof(letter->base));
	reading->key += letter->key_len;
	reading->base += letter->base_len;
	reading->all &= letter->flags;
	reading->any |= letter->flags;
	if (letter->flags & LETTER_ORDER && reading->last->flags & LETTER_ORDER)
		reading->marks_meet = true;
	reading->last = letter;
}

/* Whether the letters' own keys make up the key. */
static bool is_simple(const struct reading *reading)
{
	return reading->all & LETTER_ALONE && !reading->marks_meet;
}

/* Whether a sign before PLACE and what stands there are an emoji ("1⃣"). */
static bool is_keycap(struct slice text, struct place place)
{
	if (peek(text, place) == EMOJI_STYLE)
		next(text, &place);

	return peek(text, place) == KEYCAP;
}

/* Whether punctuation of KIND before PLACE belongs to the word that is read. */
static bool joins(
	const struct reading *reading, struct slice text, struct place place, enum letter_kind kind)
{
	const enum letter_kind before = reading->last->kind;
	const enum letter_kind after = peek_kind(text, place);

	switch (kind) {
	case LETTER_POINT:
		return before == LETTER_DIGIT && after == LETTER_DIGIT;
	case LETTER_MIDDOT:
		return (before == LETTER_PLAIN || before == LETTER_MARK) && after == LETTER_PLAIN;
	case LETTER_GERESH:
		return reading->last->flags & LETTER_HEBREW && place.at < text.len &&
		       letter_of(peek(text, place))->flags & LETTER_HEBREW;
	default:
		return kind == LETTER_IGNORED;
	}
}

/* Whether an address cuts off the word that ended with BEFORE: it may stand
 * straight behind a letter that is not ASCII. */
static bool is_cut_by_address(struct slice text, size_t at, uint32_t before)
{
	return before >= 0x80 && links_address_end(text, at) > at;
}

/* Reads letters as long as they make one word; READING's end is behind it. */
static void read_letters(struct slice text, struct reading *reading)
{
	struct place at = reading->end;
	uint32_t before = 0;

	while (at.at < text.len) {
		const uint32_t c = next(text, &at);
		const struct letter *letter = letter_of(c);

		if (is_word_kind(letter->kind)) {
			if (letter->flags & LETTER_ASCII_DIGIT && is_keycap(text, at))
				return;
			if ((c == 'h' || c == 'H') &&
				is_cut_by_address(text, reading->end.at, before))
				return;
			take_letter(reading, letter);
			reading->end = at;
			before = c;
			continue;
		}
		if (!joins(reading, text, at, letter->kind))
			return;
		if (letter->kind == LETTER_POINT || letter->kind == LETTER_MIDDOT)
			take_letter(reading, letter);
	}
}

static struct slice between(struct slice text, struct place start, struct place end)
{
	return slice_from(text.ptr + start.at, end.at - start.at);
}

/* Folds TEXT without what counts for nothing in words. */
static int fold_clean(struct words *words, struct slice text)
{
	CLEANUP(str_done) struct str clean = STR_INIT(text.len + 1);
	const struct letter *last = &nothing;

	for (size_t at = 0; at < text.len;) {
		const size_t start = at;
		const struct letter *letter = letter_of(utf8_next(text, &at));

		if (letter->kind == LETTER_IGNORED || letter->kind == LETTER_ZWSP ||
			(letter->kind == LETTER_GERESH && last->flags & LETTER_HEBREW))
			continue;
		str_add(&clean, slice_from(text.ptr + start, at - start));
		last = letter;
	}
	if (str_error(&clean) < 0)
		return str_error(&clean);

	return fold(str_slice(&clean), &words->key, &words->base);
}

/* Keeps the folded key and base of WORDS for WORD. */
static int keep_folded(struct words *words, struct word *word)
{
	const char *key = arena_copy(words->long_keys, str_slice(&words->key));
	const char *base = key;

	if (!slice_equals(str_slice(&words->key), str_slice(&words->base)))
		base = arena_copy(words->long_keys, str_slice(&words->base));
	if (!key || !base)
		return -ENOMEM;

	word->key = slice_from(key, words->key.len);
	word->base = slice_from(base, words->base.len);
	return 0;
}

/* Room for one word more, to be filled in place (a copy of it would cost more
 * than all the rest of a simple word), or NULL. */
static inline struct word *new_word(struct words *words)
{
	if (words->n_items == words->room_items &&
		array_make_room(&words->items, &words->room_items, words->n_items + 1,
			sizeof(*words->items)) < 0)
		return NULL;

	return &words->items[words->n_items++];
}

static int add_word(struct words *words, const struct word *word)
{
	struct word *place = new_word(words);

	if (!place)
		return -ENOMEM;

	*place = *word;
	return 0;
}

/* Keeps the keys that READING composed for WORD. */
static void keep_composed(struct words *words, const struct reading *reading, struct word *word)
{
	word->key = slice_from(words->key_end, (size_t)(reading->key - words->key_end));
	word->base = word->key;
	words->key_end = reading->key;
	if (reading->any & LETTER_ACCENT) {
		word->base = slice_from(words->base_end, (size_t)(reading->base - words->base_end));
		words->base_end = reading->base;
	}
}

static int read_word(struct words *words, struct place *place)
{
	struct reading reading = reading_start(words, *place);
	struct word word = {.kind = WORD_PLAIN, .n_clusters = 1};
	int r = 0;

	read_letters(words->text, &reading);
	word.raw = between(words->text, reading.start, reading.end);
	word.start = reading.start.index;
	word.end = reading.end.index;
	*place = reading.end;

	if (is_simple(&reading)) {
		keep_composed(words, &reading, &word);
	} else {
		r = fold_clean(words, word.raw);
		if (r == 0)
			r = keep_folded(words, &word);
	}
	/* Hangul fillers and the like are letters that fold to nothing. */
	return r < 0 || word.key.len == 0 ? r : add_word(words, &word);
}

static bool is_emoji_at(struct slice text, struct place place)
{
	struct place at = place;

	switch (peek_kind(text, place)) {
	case LETTER_EMOJI:
		return true;
	case LETTER_PICTURE:
		next(text, &at);
		return peek(text, at) == EMOJI_STYLE;
	case LETTER_FLAG:
		next(text, &at);
		return peek_kind(text, at) == LETTER_FLAG;
	default:
		return false;
	}
}

/* Whether C stands behind an emoji and belongs to it. */
static bool is_emoji_modifier(uint32_t c)
{
	return c == EMOJI_STYLE || c == TEXT_STYLE || c == KEYCAP ||
	       (c >= SKIN_FIRST && c <= SKIN_LAST) || (c >= TAG_FIRST && c <= TAG_LAST);
}

/* Style and skin tone are not what an emoji says. */
static bool is_dropped(uint32_t c)
{
	return c == EMOJI_STYLE || c == TEXT_STYLE || (c >= SKIN_FIRST && c <= SKIN_LAST);
}

/* The emoji at *PLACE, one grapheme cluster (UTS #51, ED-17). */
static int read_emoji(struct words *words, struct place *place)
{
	const struct slice text = words->text;
	const struct place start = *place;
	char *key = words->key_end;
	uint32_t c = next(text, place);

	key += utf8_encode(c, key);
	if (letter_of(c)->kind == LETTER_FLAG)
		key += utf8_encode(next(text, place), key);
	for (c = peek(text, *place); is_emoji_modifier(c) || c == ZWJ; c = peek(text, *place)) {
		struct place behind = *place;

		next(text, &behind);
		if (c == ZWJ && peek_kind(text, behind) != LETTER_EMOJI &&
			peek_kind(text, behind) != LETTER_PICTURE)
			break;
		if (!is_dropped(c))
			key += utf8_encode(c, key);
		if (c == ZWJ)
			key += utf8_encode(next(text, &behind), key);
		*place = behind;
	}

	const struct slice folded = slice_from(words->key_end, (size_t)(key - words->key_end));

	words->key_end = key;
	return add_word(words, &(struct word){.kind = WORD_EMOJI,
				       .raw = between(text, start, *place),
				       .start = start.index,
				       .end = place->index,
				       .key = folded,
				       .base = folded,
				       .n_clusters = 1});
}

static int add_cut(struct words *words, const struct cut *cut)
{
	const int r = array_make_room(
		&words->cuts, &words->room_cuts, words->n_cuts + 1, sizeof(*words->cuts));

	if (r < 0)
		return r;

	words->cuts[words->n_cuts++] = *cut;
	return 0;
}

/* Whether the letter C at the end of READING is the second half of a vowel
 * that has a code point of its own (Thai and Lao AM). */
static bool completes_am(struct slice text, const struct reading *reading, uint32_t c)
{
	const size_t len = 3; /* of the first half */

	if ((c != THAI_SARA_AA && c != LAO_AA) || reading->end.at < len)
		return false;

	size_t at = reading->end.at - len;
	const uint32_t before = utf8_next(text, &at);

	return (c == THAI_SARA_AA && before == THAI_NIKHAHIT) ||
	       (c == LAO_AA && before == LAO_NIGGAHITA);
}

/* Ends the cluster that READING holds: makes sure that its key is right. */
static int end_cluster(struct words *words, struct reading *reading)
{
	const struct slice raw = between(words->text, reading->start, reading->end);

	if (!is_simple(reading)) {
		const int r = fold_clean(words, raw);
		if (r < 0)
			return r;

		/* What grows beyond all measure stays as it was written. */
		const struct slice key =
			words->key.len <= raw.len * LETTER_GROWTH ? str_slice(&words->key) : raw;

		memcpy(words->key_end, key.ptr, key.len);
		reading->key = words->key_end + key.len;
	}
	words->key_end = reading->key;
	return 0;
}

/* Steps over zero-width spaces and what counts for nothing; whether a space
 * was among them. */
static bool skip_spaces(struct slice text, struct place *place)
{
	bool space = false;

	for (;;) {
		const enum letter_kind kind = peek_kind(text, *place);

		if (kind != LETTER_ZWSP && kind != LETTER_IGNORED)
			return space;
		space |= kind == LETTER_ZWSP;
		next(text, place);
	}
}

/* A cluster starts at *PLACE: reads it into READING. */
static void read_cluster(
	const struct words *words, struct place place, uint8_t script, struct reading *reading)
{
	const struct slice text = words->text;

	*reading = reading_start(words, place);
	while (place.at < text.len) {
		struct place behind = place;
		const uint32_t c = next(text, &behind);
		const struct letter *letter = letter_of(c);
		const bool first = reading->last == &nothing;

		if (letter->kind == LETTER_IGNORED) {
			place = behind;
			continue;
		}
		if (letter->kind != LETTER_MARK &&
			(letter->kind != LETTER_RUN || letter->script != script))
			return;
		if (!first && !(letter->flags & LETTER_EXTENDS) && !completes_am(text, reading, c))
			return;
		take_letter(reading, letter);
		reading->end = behind;
		place = behind;
	}
}

/* The run of an unspaced script at *PLACE, cut into clusters. */
static int read_run(struct words *words, struct place *place)
{
	const struct slice text = words->text;
	const uint8_t script = letter_of(peek(text, *place))->script;
	const char *key = words->key_end;
	struct word run = {.kind = WORD_RUN, .start = place->index, .first_cut = words->n_cuts};
	struct place start = *place;
	struct place end = *place;
	bool space = true;

	while (start.at < text.len && peek_kind(text, start) == LETTER_RUN &&
		letter_of(peek(text, start))->script == script) {
		struct reading reading;

		read_cluster(words, start, script, &reading);

		int r = add_cut(words, &(struct cut){.end = (uint32_t)end.at,
					       .end_index = (uint32_t)end.index,
					       .start = (uint32_t)start.at,
					       .start_index = (uint32_t)start.index,
					       .key = (uint32_t)(words->key_end - key),
					       .space = space});
		if (r == 0)
			r = end_cluster(words, &reading);
		if (r < 0)
			return r;

		run.n_clusters++;
		start = end = reading.end;
		space = skip_spaces(text, &start);
	}

	run.raw = slice_from(text.ptr + place->at, end.at - place->at);
	run.end = end.index;
	run.key = run.base = slice_from(key, (size_t)(words->key_end - key));
	*place = end;

	const int r = add_cut(words, &(struct cut){.end = (uint32_t)end.at,
					     .end_index = (uint32_t)end.index,
					     .start = (uint32_t)end.at,
					     .start_index = (uint32_t)end.index,
					     .key = (uint32_t)run.key.len,
					     .space = true});
	return r < 0 || run.key.len == 0 ? r : add_word(words, &run);
}

/* Whether an http(s) address starts at PLACE; then *PLACE is left behind it. */
static bool skip_address(struct slice text, struct place *place)
{
	const size_t end = links_address_end(text, place->at);

	if (end == place->at)
		return false;

	while (place->at < end)
		next(text, place);
	return true;
}

static int read_one(struct words *words, struct place *place)
{
	const struct slice text = words->text;
	const uint32_t c = peek(text, *place);
	const struct letter *letter = letter_of(c);
	struct place behind = *place;

	next(text, &behind);
	switch (letter->kind) {
	case LETTER_RUN:
		return read_run(words, place);
	case LETTER_PLAIN:
		if ((c == 'h' || c == 'H') && skip_address(text, place))
			return 0;
		FALLTHROUGH;
	case LETTER_MARK:
	case LETTER_DIGIT:
		if (letter->flags & LETTER_ASCII_DIGIT && is_keycap(text, behind))
			return read_emoji(words, place);
		return read_word(words, place);
	default:
		if (is_emoji_at(text, *place) ||
			((c == '#' || c == '*') && is_keycap(text, behind)))
			return read_emoji(words, place);
		*place = behind;
		return 0;
	}
}

/* Empties WORDS and makes room for the keys of TEXT. */
static int start_text(struct words *words, struct slice text)
{
	const size_t half = text.len * LETTER_GROWTH + KEY_SLACK;
	const int r = text.len > TEXT_MAX_BYTES
			      ? -EMSGSIZE
			      : array_make_room(&words->keys, &words->room_keys, half * 2, 1);

	if (r < 0)
		return r;

	words->text = text;
	words->key_end = words->keys;
	words->base_end = words->keys + half;
	words->n_items = 0;
	words->n_cuts = 0;
	if (words->room_segmented > 0)
		memset(words->segmented, 0, words->room_segmented);
	arena_reset(words->long_keys);
	return 0;
}

/* Steps over the ASCII from START on that belongs to no word. */
static size_t skip_ascii(const struct words *words, size_t start)
{
	const unsigned char *bytes = (const unsigned char *)words->text.ptr;
	size_t at = start;

	while (at < words->text.len && bytes[at] < ASCII_END && !words->ascii[bytes[at]])
		at++;

	/* What is not ASCII may change what the sign before it is ("#" and U+20E3). */
	return at > start && at < words->text.len && bytes[at] >= ASCII_END ? at - 1 : at;
}

/* The end of the word of ASCII letters at AT, its key behind the others; AT
 * itself when it takes a closer look to tell where it ends. */
static size_t read_ascii(const struct words *words, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)words->text.ptr;
	const size_t len = words->text.len;
	char *key = words->key_end;
	size_t end = at;

	while (end < len && bytes[end] < ASCII_END && words->ascii[bytes[end]])
		*key++ = words->ascii[bytes[end++]];

	/* An address; a point, perhaps between digits; a letter that is not ASCII. */
	if ((bytes[at] | 0x20) == 'h' && end + 1 < len && bytes[end] == ':')
		return at;
	if (end < len && (bytes[end] >= ASCII_END || ((bytes[end] == '.' || bytes[end] == ',') &&
							     is_digit((char)bytes[end - 1]))))
		return at;

	return end;
}

/* Reads the ASCII at *PLACE, as far as that is simple: nearly all of many texts.
 * 1 when there was some. */
static int read_simple(struct words *words, struct place *place)
{
	const size_t start = skip_ascii(words, place->at);
	const size_t index = place->index + (start - place->at);
	const bool skipped = start > place->at;

	*place = (struct place){start, index};
	if (start == words->text.len || (unsigned char)words->text.ptr[start] >= ASCII_END ||
		!words->ascii[(unsigned char)words->text.ptr[start]])
		return skipped;

	const size_t end = read_ascii(words, start);
	if (end == start)
		return skipped;

	struct word *word = new_word(words);
	const size_t len = end - start;
	const char *key = words->key_end;

	if (!word)
		return -ENOMEM;

	words->key_end += len;
	*place = (struct place){end, index + len};
	word->kind = WORD_PLAIN;
	word->raw.ptr = words->text.ptr + start;
	word->raw.len = len;
	word->start = index;
	word->end = index + len;
	word->key.ptr = word->base.ptr = key;
	word->key.len = word->base.len = len;
	word->first_cut = 0;
	word->n_clusters = 1;
	return 1;
}

int words_split(struct words *words, struct slice text, const struct word **ret, size_t *ret_n)
{
	struct place place = {0};
	int r = start_text(words, text);

	while (r >= 0 && place.at < text.len && words->n_items < WORDS_MAX) {
		r = read_simple(words, &place);
		if (r == 0)
			r = read_one(words, &place);
	}
	if (r < 0)
		return r;

	*ret = words->items;
	*ret_n = words->n_items;
	return 0;
}

int words_key(struct words *words, struct slice text, struct slice *ret_key, struct slice *ret_base)
{
	struct word word;
	int r = start_text(words, text);

	if (r == 0)
		r = fold_clean(words, text);
	if (r == 0)
		r = keep_folded(words, &word);
	if (r < 0)
		return r;

	*ret_key = word.key;
	if (ret_base)
		*ret_base = word.base;
	return 0;
}

const struct cut *words_cuts(const struct words *words, const struct word *run)
{
	return &words->cuts[run->first_cut];
}

/* Appends C to the units of a run, N of them so far. */
static size_t add_unit(UChar *units, size_t n, UChar32 c)
{
	if (n > 0 && c == THAI_SARA_AA && units[n - 1] == THAI_NIKHAHIT)
		units[n - 1] = THAI_SARA_AM;
	else if (n > 0 && c == LAO_AA && units[n - 1] == LAO_NIGGAHITA)
		units[n - 1] = LAO_AM;
	else
		U16_APPEND_UNSAFE(units, n, c);
	return n;
}

/* Appends the cluster of RAW in NFC. */
static int add_cluster(struct words *words, struct slice raw, size_t *n)
{
	struct slice nfc = raw;
	int all = LETTER_ALONE;

	for (size_t at = 0; at < raw.len;)
		all &= letter_of(utf8_next(raw, &at))->flags;
	if (!(all & LETTER_ALONE)) {
		const int r = fold_nfc(raw, &words->key);
		if (r < 0)
			return r;
		nfc = str_slice(&words->key);
	}

	const int r = array_make_room(
		&words->units, &words->room_units, *n + nfc.len + 2, sizeof(*words->units));
	if (r < 0)
		return r;

	for (size_t at = 0; at < nfc.len;) {
		const uint32_t c = utf8_next(nfc, &at);

		if (letter_of(c)->kind != LETTER_IGNORED)
			*n = add_unit(words->units, *n, (UChar32)c);
	}
	return 0;
}

/* Marks the cuts of RUN where BREAKS, set to its units, sees a boundary;
 * OFFSETS are the cuts' places in the units. */
static void mark_boundaries(struct words *words, const struct word *run, const size_t *offsets)
{
	int32_t boundary = ubrk_first(words->breaks);

	for (size_t i = 0; i <= run->n_clusters; i++) {
		while (boundary != UBRK_DONE && (size_t)boundary < offsets[i])
			boundary = ubrk_next(words->breaks);
		words->boundaries[run->first_cut + i] =
			words->cuts[run->first_cut + i].space ||
			(boundary != UBRK_DONE && (size_t)boundary == offsets[i]);
	}
}

static int set_breaks(struct words *words, size_t n_units)
{
	UErrorCode code = U_ZERO_ERROR;

	/* "" is the root locale, so that nothing depends on the user's. */
	if (!words->breaks)
		words->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
	if (U_SUCCESS(code))
		ubrk_setText(words->breaks, words->units, (int32_t)n_units, &code);

	return errno_from_icu(code);
}

static int segment(struct words *words, const struct word *run)
{
	CLEANUP(free_heapp) size_t *offsets = calloc(run->n_clusters + 1, sizeof(*offsets));
	const struct cut *cuts = words_cuts(words, run);
	size_t n = 0;
	int r = offsets ? 0 : -ENOMEM;

	for (size_t i = 0; i < run->n_clusters && r == 0; i++) {
		const struct slice raw = slice_from(
			words->text.ptr + cuts[i].start, cuts[i + 1].end - cuts[i].start);

		if (cuts[i].space && i > 0)
			words->units[n++] = 0x200B;
		offsets[i] = n;
		r = add_cluster(words, raw, &n);
	}
	if (r == 0)
		r = set_breaks(words, n);
	if (r < 0)
		return r;

	offsets[run->n_clusters] = n;
	mark_boundaries(words, run, offsets);
	words->segmented[run->first_cut] = true;
	return 0;
}

static int ensure_segmented(struct words *words, const struct word *run)
{
	int r = array_make_room(&words->segmented, &words->room_segmented, words->n_cuts, 1);

	if (r == 0)
		r = array_make_room(&words->boundaries, &words->room_boundaries, words->n_cuts, 1);
	if (r < 0 || words->segmented[run->first_cut])
		return r;

	return segment(words, run);
}

bool words_is_boundary(struct words *words, const struct word *run, size_t cut)
{
	if (words_cuts(words, run)[cut].space)
		return true;

	return ensure_segmented(words, run) == 0 && words->boundaries[run->first_cut + cut];
}

/* The part of RUN between the cuts FROM and TO as a word. */
static struct word part_of(
	const struct words *words, const struct word *run, size_t from, size_t to)
{
	const struct cut *cuts = words_cuts(words, run);
	struct word part = *run;

	part.raw = slice_from(words->text.ptr + cuts[from].start, cuts[to].end - cuts[from].start);
	part.start = cuts[from].start_index;
	part.end = cuts[to].end_index;
	part.key = slice_from(run->key.ptr + cuts[from].key, cuts[to].key - cuts[from].key);
	part.base = part.key;
	part.first_cut = run->first_cut + from;
	part.n_clusters = to - from;
	return part;
}

int words_segments(
	struct words *words, const struct word *run, const struct word **ret, size_t *ret_n)
{
	int r = ensure_segmented(words, run);
	size_t from = 0;
	size_t n = 0;

	if (r == 0)
		r = array_make_room(&words->segments, &words->room_segments, run->n_clusters,
			sizeof(*words->segments));
	if (r < 0)
		return r;

	for (size_t to = 1; to <= run->n_clusters; to++) {
		if (!words->boundaries[run->first_cut + to])
			continue;
		words->segments[n++] = part_of(words, run, from, to);
		from = to;
	}
	*ret = words->segments;
	*ret_n = n;
	return 0;
}
