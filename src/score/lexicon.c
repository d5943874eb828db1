#include "score/lexicon.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/words.h"

enum {
	MAX_TERM_BYTES = 256,
	MAX_KEY_BYTES = 1024, /* of a term: folding may make it longer */
	MAX_EMOTICON_BYTES = 16,
	LEAST_STEM = 3, /* letters that must be left of an inflected word */
	N_COLUMNS = 5,
	MAX_STEM_BYTES = 2 * MAX_TERM_BYTES,
	MAX_AFFIXES = 4096,
	MAX_AFFIX_BYTES = 1 << 20,
};

static const double max_valence = 4, max_boost = 2;

struct slot {
	struct entry entry;
	unsigned int file; /* number of the file that said it last */
};

/* An ending or a beginning that words of the language may have, and what
 * stands in its place in the lexicon. */
struct affix {
	struct slice text, replacement;
	bool negates;
	uint16_t next; /* 1 + the next one that has the same outermost byte; 0: none */
};

/* By the byte that is outermost, each list in the order of the file. */
struct affixes {
	struct affix *items;
	size_t n;
	uint16_t first[256], last[256]; /* 1 + index; 0: none */
};

struct lexicon {
	char *lang;
	struct map *terms;     /* key to number in slots */
	struct map *emoticons; /* bytes to number in slots */
	struct slot *slots;
	size_t n_slots, capacity;
	size_t n_terms;
	struct affixes prefixes, suffixes;
	struct arena *texts;            /* of the affixes */
	uint32_t emoticon_lengths[256]; /* by first byte: bit n when some have n bytes */
	unsigned int n_files;
};

/* One file that is being read. */
struct reader {
	struct lexicon *lexicon;
	struct words *words;
	struct diags *diags;
	const char *file;
	unsigned int line;
};

struct row {
	struct slice term;
	double value;
	double leaning;
	struct slice replacement;
	unsigned int marks;
	bool negates, is_behind;
};

enum value_kind { VALUE_NONE, VALUE_NUMBER, VALUE_TEXT };

struct kind {
	const char *name;
	int (*add)(struct reader *reader, const struct kind *kind, const struct row *row);
	double limit; /* of a number */
	enum value_kind value;
	unsigned char role;
	enum compares compares;
};

static const struct {
	const char *name;
	enum mark mark;
} marks[] = {
	{"again", MARK_AGAIN},
	{"ask", MARK_ASK},
	{"job", MARK_JOB},
	{"money", MARK_MONEY},
	{"news", MARK_NEWS},
	{"number", MARK_NUMBER},
	{"official", MARK_OFFICIAL},
	{"rage", MARK_RAGE},
	{"sad", MARK_SAD},
	{"self", MARK_SELF},
	{"service", MARK_SERVICE},
	{"unit", MARK_UNIT},
	{"wait", MARK_WAIT},
	{"why", MARK_WHY},
	{"you", MARK_YOU},
};

int lexicon_new(const char *lang, struct lexicon **ret)
{
	CLEANUP(lexicon_freep) struct lexicon *lexicon = calloc(1, sizeof(*lexicon));

	if (!lexicon)
		return -ENOMEM;
	lexicon->lang = strdup(lang);
	if (!lexicon->lang || map_new(&lexicon->terms) < 0 || map_new(&lexicon->emoticons) < 0 ||
		arena_new(MAX_AFFIX_BYTES, &lexicon->texts) < 0)
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

/* The slot of KEY in MAP, made when it is new. */
static int get_slot(struct lexicon *lexicon, struct map *map, struct slice key, struct slot **ret)
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

static int wrong(struct reader *reader, const char *message, struct slice what)
{
	return diags_error(reader->diags, reader->file, reader->line, 0, "%s: `%.*s'", message,
		SLICE_FMT(what));
}

static void warn(struct reader *reader, const char *message, struct slice what)
{
	char text[MAX_TERM_BYTES + 64];

	snprintf(text, sizeof(text), "%s: `%.*s'", message, SLICE_FMT(what));
	diags_add(reader->diags, &(struct diag){.level = DIAG_WARNING,
					 .file = reader->file,
					 .line = reader->line,
					 .message = text});
}

/* Adds what ROW says to SLOT.  Within one file a term gathers roles; the first
 * row of a later file starts anew. */
static void fill_slot(
	struct reader *reader, struct slot *slot, const struct kind *kind, const struct row *row)
{
	struct entry *entry = &slot->entry;

	if (entry->roles == 0 && !entry->compares)
		reader->lexicon->n_terms++;
	if (slot->file != reader->lexicon->n_files)
		*entry = (struct entry){.continues = entry->continues};
	slot->file = reader->lexicon->n_files;

	if (entry->roles & kind->role || (kind->compares && entry->compares))
		warn(reader, "the term stands here twice", row->term);
	else if ((entry->roles | kind->role) == (ROLE_WORD | ROLE_PLAIN))
		warn(reader, "the term is both a word and plain", row->term);
	entry->roles |= kind->role;
	entry->marks |= row->marks;
	if (kind->role == ROLE_WORD)
		entry->valence = row->value;
	else if (kind->role == ROLE_BOOSTER)
		entry->boost = row->value;
	if (kind->compares) {
		entry->compares = (unsigned char)kind->compares;
		entry->toward = row->value;
		entry->is_behind = row->is_behind;
	}
	if (row->leaning != 0)
		entry->leaning = row->leaning;
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
	int r = get_slot(lexicon, lexicon->terms, slice_from(key.ptr, len), &slot);

	if (r == 0)
		slot->entry.continues |= lexicon_letter_bit(slice_skip(key, next));
	return r;
}

/* 1, or 0 when it has no words. */
static int make_key(struct words *analyser, struct slice term, struct str *key, bool *ret_run)
{
	const struct word *words;
	size_t n;
	int r = words_split(analyser, term, &words, &n);

	if (r < 0)
		return r;

	str_clear(key);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			str_add_char(key, ' ');
		str_add(key, words[i].key);
	}
	*ret_run = n == 1 && words[0].kind == WORD_RUN;
	return str_error(key) < 0 ? str_error(key) : n > 0;
}

int lexicon_key(struct words *words, struct slice text, struct str *ret)
{
	bool is_run;

	return make_key(words, text, ret, &is_run);
}

/* A look-up goes on while what it has read so far is the start of a term:
 * word by word, and letter by letter in a run without spaces. */
static int add_starts(struct lexicon *lexicon, struct slice key, bool is_run)
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
	int r = add_starts(lexicon, key, false);

	if (r == 0)
		r = get_slot(lexicon, lexicon->terms, key, &slot);
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

static int add_term(struct reader *reader, const struct kind *kind, const struct row *row)
{
	CLEANUP(str_done) struct str key = STR_INIT(MAX_KEY_BYTES);
	struct slot *slot;
	bool is_run;
	int r = make_key(reader->words, row->term, &key, &is_run);

	if (r < 0)
		return r;
	if (r == 0)
		return wrong(reader, "the term holds no word; is it an emoticon?", row->term);

	r = add_starts(reader->lexicon, str_slice(&key), is_run);
	if (r == 0)
		r = get_slot(reader->lexicon, reader->lexicon->terms, str_slice(&key), &slot);
	if (r == 0)
		fill_slot(reader, slot, kind, row);

	return r;
}

/* Emoticons are compared as bytes, without regard to ASCII case. */
static struct slice fold_emoticon(struct slice text, char *bytes)
{
	size_t len = MIN(text.len, (size_t)MAX_EMOTICON_BYTES);

	for (size_t i = 0; i < len; i++)
		bytes[i] = to_lower(text.ptr[i]);

	return slice_from(bytes, len);
}

static int add_emoticon(struct reader *reader, const struct kind *kind, const struct row *row)
{
	struct lexicon *lexicon = reader->lexicon;
	char bytes[MAX_EMOTICON_BYTES];
	struct slice key = fold_emoticon(row->term, bytes);
	struct slot *slot;

	if (row->term.len > MAX_EMOTICON_BYTES || is_alnum(key.ptr[0]))
		return wrong(reader,
			"an emoticon has 16 bytes at most and starts with no letter or digit",
			row->term);

	int r = get_slot(lexicon, lexicon->emoticons, key, &slot);
	if (r < 0)
		return r;

	lexicon->emoticon_lengths[(unsigned char)key.ptr[0]] |= UINT32_C(1) << key.len;
	fill_slot(reader, slot, kind, row);
	return 0;
}

/* Appends the affix with number INDEX to the list of the byte at its outer end. */
static void link_affix(struct affixes *affixes, size_t index, bool is_prefix)
{
	struct slice text = affixes->items[index].text;
	unsigned char byte = (unsigned char)text.ptr[is_prefix ? 0 : text.len - 1];
	uint16_t number = (uint16_t)(index + 1);

	if (affixes->last[byte] != 0)
		affixes->items[affixes->last[byte] - 1].next = number;
	else
		affixes->first[byte] = number;
	affixes->last[byte] = number;
}

static int add_affix(struct reader *reader, const struct kind *kind, const struct row *row)
{
	bool is_prefix = kind->name[0] == 'p';
	struct affixes *affixes =
		is_prefix ? &reader->lexicon->prefixes : &reader->lexicon->suffixes;
	CLEANUP(str_done) struct str key = STR_INIT(MAX_KEY_BYTES);
	bool is_run;
	int r = make_key(reader->words, row->term, &key, &is_run);

	if (r < 0)
		return r;
	if (r == 0 || affixes->n == MAX_AFFIXES)
		return wrong(reader, "the affix has no letters, or is one too many", row->term);

	struct affix *items = reallocarray(affixes->items, affixes->n + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	affixes->items = items;

	char *text = arena_copy(reader->lexicon->texts, str_slice(&key));
	char *replacement = arena_copy(reader->lexicon->texts, row->replacement);
	if (!text || !replacement)
		return -ENOMEM;

	items[affixes->n++] = (struct affix){.text = slice_of(text),
		.replacement = slice_of(replacement),
		.negates = row->negates};
	link_affix(affixes, affixes->n - 1, is_prefix);
	return 0;
}

static const struct kind kinds[] = {
	{"against", add_term, 0, VALUE_NONE, 0, COMPARES_AGAINST},
	{"booster", add_term, max_boost, VALUE_NUMBER, ROLE_BOOSTER, 0},
	{"closer", add_term, 0, VALUE_NONE, ROLE_CLOSER, 0},
	{"contrast", add_term, 0, VALUE_NONE, ROLE_CONTRAST, 0},
	{"emoticon", add_emoticon, max_valence, VALUE_NUMBER, ROLE_WORD, 0},
	{"joint", add_term, 0, VALUE_NONE, 0, COMPARES_JOINT},
	{"negator", add_term, 0, VALUE_NONE, ROLE_NEGATOR, 0},
	{"plain", add_term, 0, VALUE_NONE, ROLE_PLAIN, 0},
	{"prefix", add_affix, 0, VALUE_TEXT, 0, 0},
	{"suffix", add_affix, 0, VALUE_TEXT, 0, 0},
	{"toward", add_term, max_valence, VALUE_NUMBER, 0, COMPARES_TOWARD},
	{"word", add_term, max_valence, VALUE_NUMBER, ROLE_WORD, 0},
};

static const struct kind *find_kind(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (slice_equals(slice_of(kinds[i].name), name))
			return &kinds[i];

	return NULL;
}

void marks_format(unsigned int all, struct str *str)
{
	const size_t start = str->len;

	for (unsigned int i = 0; i < N_FLAGS; i++)
		if (all & 1u << i)
			str_add_format(str, "%s%s", str->len > start ? "," : "", flag_name(i));
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (all & marks[i].mark)
			str_add_format(str, "%s%s", str->len > start ? "," : "", marks[i].name);
}

static unsigned int find_mark(struct slice name)
{
	for (unsigned int i = 0; i < N_FLAGS; i++)
		if (slice_equals(slice_of(flag_name(i)), name))
			return 1u << i;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (slice_equals(slice_of(marks[i].name), name))
			return marks[i].mark;

	return 0;
}

static int read_marks(struct reader *reader, struct slice list, struct row *row)
{
	struct slice name;

	while (list.len > 0 && slice_split(&list, ',', &name)) {
		unsigned int mark = find_mark(name);

		if (slice_equals(name, SLICE("negates")))
			row->negates = true;
		else if (slice_equals(name, SLICE("behind")))
			row->is_behind = true;
		else if (mark == 0)
			return wrong(reader, "no such mark", name);
		row->marks |= mark;
	}
	return 0;
}

static int read_value(
	struct reader *reader, const struct kind *kind, struct slice value, struct row *row)
{
	if (kind->value == VALUE_TEXT)
		row->replacement = value;
	else if (kind->value == VALUE_NONE && value.len > 0)
		return wrong(reader, "this kind has no value", value);
	else if (kind->value == VALUE_NUMBER &&
		 (!slice_to_double(value, &row->value) || !(fabs(row->value) <= kind->limit)))
		return wrong(reader, "the value is no number, or too large", value);

	return 0;
}

/* What a fit made of the rating, or what it found that a word tells which only
 * does something to others. */
static int read_fitted(
	struct reader *reader, const struct kind *kind, struct slice fitted, struct row *row)
{
	double *value = kind->role == ROLE_WORD ? &row->value : &row->leaning;

	if (fitted.len == 0)
		return 0;
	if (kind->role == 0)
		return wrong(reader, "this kind has no fitted value", fitted);
	if (!slice_to_double(fitted, value) || !(fabs(*value) <= max_valence))
		return wrong(reader, "the fitted value is no number, or too large", fitted);
	return 0;
}

static int read_line(struct reader *reader, struct slice line)
{
	struct slice columns[N_COLUMNS] = {SLICE(""), SLICE(""), SLICE(""), SLICE(""), SLICE("")};
	size_t n = 0;

	if (slice_trim(line).len == 0 || line.ptr[0] == '#')
		return 0;
	if (slice_ends_with(line, SLICE("\r")))
		line.len--;
	if (!utf8_is_valid(line))
		return wrong(reader, "the line is not UTF-8", SLICE(""));
	while (n < N_COLUMNS && slice_split(&line, '\t', &columns[n]))
		n++;
	if (line.ptr)
		return wrong(reader, "there are more than five columns", line);

	const struct kind *kind = find_kind(columns[0]);
	struct row row = {.term = columns[1]};
	if (!kind)
		return wrong(reader, "no such kind of term", columns[0]);
	if (row.term.len == 0 || row.term.len > MAX_TERM_BYTES)
		return wrong(reader, "the term is empty or longer than 256 bytes", columns[0]);

	int r = read_value(reader, kind, columns[2], &row);
	if (r == 0)
		r = read_marks(reader, columns[3], &row);
	if (r == 0)
		r = read_fitted(reader, kind, columns[4], &row);
	return r < 0 ? r : kind->add(reader, kind, &row);
}

int lexicon_read(struct lexicon *lexicon, struct words *words, const char *file, struct slice text,
	struct diags *diags)
{
	struct reader reader = {.lexicon = lexicon, .words = words, .diags = diags, .file = file};
	struct slice line;

	lexicon->n_files++;
	while (slice_split(&text, '\n', &line)) {
		reader.line++;

		int r = read_line(&reader, line);
		if (r < 0 && r != -EINVAL) /* those are in DIAGS */
			return r;
	}
	return 0;
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
		if ((*ret)->roles != 0)
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
	for (struct slice key = fold_emoticon(text, bytes); key.len > 0; key.len--) {
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
