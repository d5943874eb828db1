#include "score/units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "record/score_request.h"
#include "score/lexicon.h"

/* A name of ours as the keys of its words. */
struct name {
	struct slice *keys;
	size_t n;
};

/* The state while one field is walked through. */
struct walk {
	struct unit_reader *reader;
	struct units *units;
	struct arena *arena;
	const struct score_request *request;
	const struct name *names;
	size_t n_names;
	enum field field;
	struct slice text;
	bool wants_sentence; /* the next word starts one */
	bool wants_break;
	bool is_quoted;
	bool has_armenian; /* marks inside of words may stand in the text */
};

/* What a character between words does. */
enum gap_effect { GAP_NONE, GAP_BREAK, GAP_END, GAP_QUOTE, GAP_QUOTE_OPEN, GAP_QUOTE_CLOSE };

struct gap {
	enum gap_effect effect;
	bool exclaims, asks;
};

static const struct gap ascii_gaps[128] = {
	['\n'] = {GAP_END, false, false},
	['!'] = {GAP_END, true, false},
	['"'] = {GAP_QUOTE, false, false},
	['('] = {GAP_BREAK, false, false},
	[')'] = {GAP_BREAK, false, false},
	[','] = {GAP_BREAK, false, false},
	['.'] = {GAP_END, false, false},
	[':'] = {GAP_BREAK, false, false},
	[';'] = {GAP_BREAK, false, false},
	['?'] = {GAP_END, false, true},
	['['] = {GAP_BREAK, false, false},
	[']'] = {GAP_BREAK, false, false},
	['|'] = {GAP_END, false, false},
};

/* By code point. */
static const struct {
	uint32_t code_point;
	struct gap gap;
} other_gaps[] = {
	{0xA1, {GAP_NONE, false, false}},       /* ¡ */
	{0xAB, {GAP_QUOTE_OPEN, false, false}}, /* « */
	{0xBB, {GAP_QUOTE_CLOSE, false, false}},
	{0x55C, {GAP_NONE, true, false}}, /* Armenian, inside a word */
	{0x55D, {GAP_BREAK, false, false}},
	{0x55E, {GAP_NONE, false, true}},
	{0x589, {GAP_END, false, false}},
	{0x60C, {GAP_BREAK, false, false}}, /* Arabic */
	{0x61F, {GAP_END, false, true}},
	{0x964, {GAP_END, false, false}}, /* Devanagari, Gujarati */
	{0x965, {GAP_END, false, false}},
	{0x17D4, {GAP_END, false, false}}, /* Khmer */
	{0x17D5, {GAP_END, false, false}},
	{0x2013, {GAP_BREAK, false, false}},
	{0x2014, {GAP_BREAK, false, false}},
	{0x201C, {GAP_QUOTE_OPEN, false, false}},
	{0x201D, {GAP_QUOTE_CLOSE, false, false}},
	{0x2026, {GAP_BREAK, false, false}},
	{0x203C, {GAP_END, true, false}},
	{0x2049, {GAP_END, true, true}},
	{0x3001, {GAP_BREAK, false, false}},
	{0x3002, {GAP_END, false, false}},
	{0xFF01, {GAP_END, true, false}},
	{0xFF1F, {GAP_END, false, true}},
};

static const struct gap *find_gap(uint32_t c)
{
	if (c < ARRAY_SIZE(ascii_gaps))
		return &ascii_gaps[c];
	for (size_t i = 0; i < ARRAY_SIZE(other_gaps) && other_gaps[i].code_point <= c; i++)
		if (other_gaps[i].code_point == c)
			return &other_gaps[i].gap;

	return &ascii_gaps[' '];
}

void units_clear(struct units *units)
{
	*units = (struct units){.items = units->items,
		.room = units->room,
		.sentences = units->sentences,
		.room_sentences = units->room_sentences};
}

void units_done(struct units *units)
{
	free(units->items);
	free(units->sentences);
	*units = (struct units){0};
}

struct unit *units_add(struct units *units)
{
	if (units->n == units->room && array_make_room(&units->items, &units->room, units->n + 1,
					       sizeof(*units->items)) < 0)
		return NULL;

	return &units->items[units->n++];
}

struct sentence *units_add_sentence(struct units *units)
{
	if (array_make_room(&units->sentences, &units->room_sentences, units->n_sentences + 1,
		    sizeof(*units->sentences)) < 0)
		return NULL;

	return &units->sentences[units->n_sentences++];
}

struct slice units_field(struct units *units, const struct score_request *request, enum field field)
{
	struct slice text = slice_of(post_field(request->post, field));

	units->is_cut |= text.len > UNITS_MAX_FIELD_BYTES;
	return utf8_prefix(text, UNITS_MAX_FIELD_BYTES);
}

/* The sentence that stands at the end of what was read, NULL before the field's
 * first. */
static struct sentence *current_sentence(const struct walk *walk)
{
	const struct units *units = walk->units;

	if (units->n_sentences == 0 ||
		units->sentences[units->n_sentences - 1].field != walk->field)
		return NULL;
	return &units->sentences[units->n_sentences - 1];
}

/* Adds a unit at the code points START to END to the current sentence, or to a
 * new one when one is wanted; emoji stay with what stands before. */
static struct unit *add_unit(struct walk *walk, size_t start, size_t end, bool is_emoji)
{
	struct sentence *sentence = current_sentence(walk);

	if (!sentence || (walk->wants_sentence && !is_emoji)) {
		sentence = units_add_sentence(walk->units);
		if (!sentence)
			return NULL;
		*sentence = (struct sentence){.field = walk->field, .start = start, .weight = 1};
		walk->wants_sentence = false;
		walk->wants_break = false;
	}

	struct unit *unit = units_add(walk->units);
	if (!unit)
		return NULL;

	*unit = (struct unit){.field = walk->field,
		.start = start,
		.end = end,
		.sentence = (uint32_t)(walk->units->n_sentences - 1)};
	unit->traits = (is_emoji ? TRAIT_EMOJI : 0u) | (walk->wants_break ? TRAIT_BREAK : 0u) |
		       (walk->is_quoted ? TRAIT_QUOTED : 0u);
	sentence->end = end;
	walk->wants_break = false;
	return unit;
}

static void apply_character(struct walk *walk, uint32_t c, bool is_joined)
{
	const struct gap *gap = find_gap(c);
	struct sentence *sentence = current_sentence(walk);

	walk->wants_sentence |= gap->effect == GAP_END && !(c == '.' && is_joined);
	walk->wants_break |= gap->effect != GAP_NONE;
	if (gap->effect == GAP_QUOTE)
		walk->is_quoted = !walk->is_quoted;
	else if (gap->effect == GAP_QUOTE_OPEN || gap->effect == GAP_QUOTE_CLOSE)
		walk->is_quoted = gap->effect == GAP_QUOTE_OPEN;
	if (c == '\n') /* an open quotation mark is mostly a slip */
		walk->is_quoted = false;
	if (sentence) {
		sentence->exclamations += gap->exclaims;
		sentence->questions += gap->asks;
	}
}

/* An emoticon at the byte AT: its length, 0 for none, -ENOMEM.  What follows
 * must not go on like a word: ":(see" is none. */
static ptrdiff_t add_emoticon(struct walk *walk, size_t at, size_t start)
{
	struct slice rest = slice_skip(walk->text, at);
	size_t len;
	const struct entry *entry = lexicon_find_emoticon(walk->reader->emoji, rest, &len);

	if (!entry || (len < rest.len && (is_alnum(rest.ptr[len]) || rest.ptr[len] == '/')))
		return 0;
	if (at > 0 && is_digit(walk->text.ptr[at - 1]) && is_digit(rest.ptr[len - 1]))
		return 0;

	struct slice raw = slice_from(rest.ptr, len);
	struct unit *unit = add_unit(walk, start, start + utf8_length(raw), true);
	if (!unit)
		return -ENOMEM;

	unit->raw = raw;
	unit->entry = entry;
	return (ptrdiff_t)len;
}

/* Bytes of the address that starts at AT, 0 when none does. */
static size_t link_length(struct slice text, size_t at)
{
	struct slice rest = slice_skip(text, at);
	size_t len = 0;

	if (rest.len == 0 || to_lower(rest.ptr[0]) != 'h')
		return 0;
	if (!slice_starts_with_nocase(rest, SLICE("http://")) &&
		!slice_starts_with_nocase(rest, SLICE("https://")))
		return 0;
	while (len < rest.len && !is_space(rest.ptr[len]))
		len++;

	return len;
}

/* Reads the one character at the byte FROM, of a gap that ends at TO. */
static size_t read_character(struct walk *walk, size_t from, size_t to)
{
	uint32_t c = utf8_next(walk->text, &from);
	bool is_joined = from == to && from < walk->text.len && walk->text.ptr[from] >= 'a' &&
			 walk->text.ptr[from] <= 'z';

	apply_character(walk, c, is_joined);
	return from;
}

/* Reads what stands between two words: the bytes FROM to TO of the text, from
 * the code point INDEX.  Returns the byte up to which it read, which is behind TO when an
 * emoticon takes letters of the next word (":D"); -ENOMEM. */
static ptrdiff_t read_gap(struct walk *walk, size_t from, size_t to, size_t index)
{
	while (from < to) {
		if (walk->text.ptr[from] == ' ') { /* most gaps */
			from++;
			index++;
			continue;
		}

		size_t link = link_length(walk->text, from);
		size_t start = from;
		ptrdiff_t emoticon = link == 0 ? add_emoticon(walk, from, index) : 0;

		if (emoticon < 0)
			return emoticon;
		if (link == 0 && emoticon == 0) {
			from = read_character(walk, from, to);
			index++;
			continue;
		}
		from += link > 0 ? MIN(link, to - from) : (size_t)emoticon;
		walk->units->n_links += link > 0;
		index += utf8_length(slice_from(walk->text.ptr + start, from - start));
	}
	return (ptrdiff_t)from;
}

/* Capitals of the scripts that have them and that people shout in: enough to
 * tell SHOUTING, not a case mapping. */
static void count_case(uint32_t c, size_t *upper, size_t *lower)
{
	static const struct {
		uint32_t first, last;
		bool is_upper;
	} ranges[] = {
		{'A', 'Z', true},
		{'a', 'z', false},
		{0xC0, 0xDE, true},
		{0xDF, 0xFF, false},
		{0x391, 0x3A9, true},
		{0x3B1, 0x3C9, false},
		{0x400, 0x42F, true},
		{0x430, 0x45F, false},
		{0x4AE, 0x4AE, true}, /* Ү */
		{0x4AF, 0x4AF, false},
		{0x4E8, 0x4E8, true}, /* Ө */
		{0x4E9, 0x4E9, false},
		{0x531, 0x556, true},
		{0x561, 0x587, false},
	};

	if (c > ranges[ARRAY_SIZE(ranges) - 1].last)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ranges) && ranges[i].first <= c; i++) {
		if (c > ranges[i].last)
			continue;
		*upper += ranges[i].is_upper;
		*lower += !ranges[i].is_upper;
	}
}

/* Case of the word RAW.  Two letters tell it when one is small, as in most words. */
static unsigned int case_traits(struct slice raw)
{
	size_t upper = 0, lower = 0, at = 0;

	while (at < raw.len && (lower == 0 || upper + lower < 2)) {
		if ((signed char)raw.ptr[at] < 0) {
			count_case(utf8_next(raw, &at), &upper, &lower);
			continue;
		}
		upper += raw.ptr[at] >= 'A' && raw.ptr[at] <= 'Z';
		lower += raw.ptr[at] >= 'a' && raw.ptr[at] <= 'z';
		at++;
	}
	if (upper + lower < 2)
		return 0;

	return TRAIT_CASED | (lower == 0 ? TRAIT_CAPS : 0u);
}

static bool is_number(struct slice key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!is_digit(key.ptr[i]) && key.ptr[i] != '.' && key.ptr[i] != ',')
			return false;

	return key.len > 0;
}

/* The sign directly before the byte AT, or that joins it to a handle. */
static unsigned int sign_traits(const struct walk *walk, size_t at)
{
	const struct units *units = walk->units;
	char sign = at > 0 ? walk->text.ptr[at - 1] : ' ';

	if (sign == '@')
		return TRAIT_HANDLE;
	if (sign == '#')
		return TRAIT_HASHTAG;

	/* @name.of.somebody, @name@host.example */
	if (units->n > 0 && (sign == '.' || sign == '-')) {
		const struct unit *last = &units->items[units->n - 1];

		if ((last->traits & TRAIT_HANDLE) &&
			last->raw.ptr + last->raw.len + 1 == walk->text.ptr + at)
			return TRAIT_HANDLE;
	}
	return 0;
}

/* Marks inside of words count for the sentence: Armenian ՜ and ՞. */
static void read_marks(struct walk *walk, struct slice raw)
{
	if (slice_find(raw, SLICE("\xD5\x9C")) >= 0)
		apply_character(walk, 0x55C, false);
	if (slice_find(raw, SLICE("\xD5\x9E")) >= 0)
		apply_character(walk, 0x55E, false);
}

static int add_word(struct walk *walk, const struct word *word)
{
	size_t at = (size_t)(word->raw.ptr - walk->text.ptr);
	unsigned int sign = sign_traits(walk, at);
	struct unit *unit = add_unit(walk, word->start, word->end, word->kind == WORD_EMOJI);

	if (!unit)
		return -ENOMEM;

	unit->raw = word->raw;
	unit->key = word->key;
	unit->run = word->kind == WORD_RUN ? word : NULL;
	unit->traits |= sign | (is_number(word->key) ? TRAIT_NUMBER : 0u);
	if (word->kind == WORD_EMOJI)
		unit->entry = lexicon_find(walk->reader->emoji, word->key);
	walk->units->has_handle |= (sign & TRAIT_HANDLE) != 0;
	if (walk->units->n == 1)
		walk->units->starts_with_handle = (sign & TRAIT_HANDLE) != 0;
	if (word->kind == WORD_RUN) /* of a script without capitals and such marks */
		return 0;

	unit->traits |= case_traits(word->raw);
	if (walk->has_armenian)
		read_marks(walk, word->raw);
	return 0;
}

static int walk_field(struct walk *walk)
{
	const struct word *words;
	size_t n, at = 0, index = 0;
	int r = words_split(walk->reader->of_field[walk->field], walk->text, &words, &n);

	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++) {
		size_t start = (size_t)(words[i].raw.ptr - walk->text.ptr);
		ptrdiff_t read = read_gap(walk, at, start, index);

		if (read < 0)
			return (int)read;
		at = start + words[i].raw.len;
		index = words[i].end;
		if ((size_t)read > start) /* an emoticon took it */
			continue;
		if (add_word(walk, &words[i]) < 0)
			return -ENOMEM;
	}

	ptrdiff_t read = read_gap(walk, at, walk->text.len, index);
	return read < 0 ? (int)read : 0;
}

static int read_name(struct walk *walk, struct slice text, struct name *ret)
{
	const struct word *words;
	int r = words_split(walk->reader->of_names, text, &words, &ret->n);

	if (r < 0)
		return r;

	ret->keys = arena_array(walk->arena, ret->n, sizeof(*ret->keys));
	for (size_t i = 0; i < ret->n; i++) {
		char *key = ret->keys ? arena_copy(walk->arena, words[i].key) : NULL;

		if (!key)
			return -ENOMEM;
		ret->keys[i] = slice_from(key, words[i].key.len);
	}
	return 0;
}

static int read_names(struct walk *walk)
{
	const struct texts *own = walk->request->own;

	if (!own || own->n == 0)
		return 0;

	struct name *names = arena_array(walk->arena, own->n, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < own->n; i++) {
		int r = read_name(walk, slice_of(own->items[i]), &names[i]);

		if (r < 0)
			return r;
	}
	walk->names = names;
	walk->n_names = own->n;
	return 0;
}

static bool starts_with_name(const struct units *units, size_t at, const struct name *name)
{
	if (name->n == 0 || name->n > units->n - at)
		return false;
	for (size_t i = 0; i < name->n; i++)
		if (!slice_equals(units->items[at + i].key, name->keys[i]))
			return false;

	return true;
}

static void mark_names(struct walk *walk)
{
	struct units *units = walk->units;

	for (size_t at = 0; walk->n_names > 0 && at < units->n; at++) {
		for (size_t i = 0; i < walk->n_names; i++) {
			if (!starts_with_name(units, at, &walk->names[i]))
				continue;
			for (size_t k = 0; k < walk->names[i].n; k++)
				units->items[at + k].traits |= TRAIT_OWN;
		}
	}
}

/* Whether one of N HITS lies over the code points START to END. */
static bool is_over(const struct hit *hits, size_t n, enum field field, size_t start, size_t end)
{
	size_t low = 0, high = n;

	/* Hits are in the order of fields and places: the first that ends behind START. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct hit *hit = &hits[middle];

		if (hit->field < field || (hit->field == field && hit->end <= start))
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && hits[low].field == field && hits[low].start < end;
}

bool units_is_hit(const struct score_request *request, enum field field, size_t start, size_t end)
{
	return is_over(request->hits, request->n_hits, field, start, end);
}

unsigned int units_names_at(
	const struct score_request *request, enum field field, size_t start, size_t end)
{
	bool is_rival = is_over(request->rivals, request->n_rivals, field, start, end);

	return (units_is_hit(request, field, start, end) ? TRAIT_HIT : 0u) |
	       (is_rival ? TRAIT_RIVAL : 0u);
}

static void mark_hits(struct units *units, const struct score_request *request)
{
	for (size_t i = 0; request->n_hits > 0 && i < units->n; i++) {
		struct unit *unit = &units->items[i];

		if (!unit->run)
			unit->traits |=
				units_names_at(request, unit->field, unit->start, unit->end);
	}
}

int units_read(struct unit_reader *reader, const struct score_request *request, struct arena *arena,
	struct units *units)
{
	struct walk walk = {.reader = reader, .units = units, .arena = arena, .request = request};

	units_clear(units);
	int r = read_names(&walk);
	for (size_t field = 0; r == 0 && field < N_FIELDS; field++) {
		walk.field = (enum field)field;
		walk.text = units_field(units, request, walk.field);
		walk.wants_sentence = walk.wants_break = walk.is_quoted = false;
		walk.has_armenian = slice_find_char(walk.text, '\xD5') >= 0;
		if (walk.text.len > 0)
			r = walk_field(&walk);
	}
	if (r < 0)
		return r;

	mark_names(&walk);
	mark_hits(units, request);
	return 0;
}
