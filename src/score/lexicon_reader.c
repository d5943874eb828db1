/* Lexicon files, line by line: what a line may say, and what is wrong with it. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "score/lexicon_private.h"
#include "text/words.h"

enum { N_COLUMNS = 5, MAX_AFFIXES = 4096 };

static const double max_valence = 4, max_boost = 2;

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

	if (!entry_is_term(entry))
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

	r = lexicon_add_starts(reader->lexicon, str_slice(&key), is_run);
	if (r == 0)
		r = lexicon_get_slot(
			reader->lexicon, reader->lexicon->terms, str_slice(&key), &slot);
	if (r == 0)
		fill_slot(reader, slot, kind, row);

	return r;
}

static int add_emoticon(struct reader *reader, const struct kind *kind, const struct row *row)
{
	struct lexicon *lexicon = reader->lexicon;
	char bytes[MAX_EMOTICON_BYTES];
	struct slice key = lexicon_fold_emoticon(row->term, bytes);
	struct slot *slot;

	if (row->term.len > MAX_EMOTICON_BYTES || is_alnum(key.ptr[0]))
		return wrong(reader,
			"an emoticon has 16 bytes at most and starts with no letter or digit",
			row->term);

	int r = lexicon_get_slot(lexicon, lexicon->emoticons, key, &slot);
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

/* Words that carry no topic are one word each, without a role: texts are scored
 * as if they were not there. */
static int add_stop(struct reader *reader, const struct kind *kind, const struct row *row)
{
	const struct word *words;
	const union map_value file = {.number = reader->lexicon->n_files};
	union map_value known;
	size_t n;
	int r = words_split(reader->words, row->term, &words, &n);

	(void)kind;
	if (r < 0)
		return r;
	if (n != 1)
		return wrong(reader, "this kind takes one word", row->term);
	if (row->marks != 0)
		return wrong(reader, "this kind has no marks", row->term);

	if (map_find(reader->lexicon->stops, words[0].base, &known) && known.number == file.number)
		warn(reader, "the term stands here twice", row->term);
	r = map_set(reader->lexicon->stops, words[0].base, file);
	return MIN(r, 0);
}

static const struct kind kinds[] = {
	{"against", add_term, 0, VALUE_NONE, 0, COMPARES_AGAINST},
	{"booster", add_term, max_boost, VALUE_NUMBER, ROLE_BOOSTER, COMPARES_NOTHING},
	{"closer", add_term, 0, VALUE_NONE, ROLE_CLOSER, COMPARES_NOTHING},
	{"contrast", add_term, 0, VALUE_NONE, ROLE_CONTRAST, COMPARES_NOTHING},
	{"emoticon", add_emoticon, max_valence, VALUE_NUMBER, ROLE_WORD, COMPARES_NOTHING},
	{"joint", add_term, 0, VALUE_NONE, 0, COMPARES_JOINT},
	{"negator", add_term, 0, VALUE_NONE, ROLE_NEGATOR, COMPARES_NOTHING},
	{"plain", add_term, 0, VALUE_NONE, ROLE_PLAIN, COMPARES_NOTHING},
	{"prefix", add_affix, 0, VALUE_TEXT, 0, COMPARES_NOTHING},
	{"stop", add_stop, 0, VALUE_NONE, 0, COMPARES_NOTHING},
	{"suffix", add_affix, 0, VALUE_TEXT, 0, COMPARES_NOTHING},
	{"toward", add_term, max_valence, VALUE_NUMBER, 0, COMPARES_TOWARD},
	{"word", add_term, max_valence, VALUE_NUMBER, ROLE_WORD, COMPARES_NOTHING},
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
