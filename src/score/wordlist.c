#include "score/wordlist.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "score/lexicon.h"

enum { LEAST_VADER_COLUMNS = 3, MAX_COLUMNS = 5, MAX_TERM_BYTES = 256 };

/* Far beyond what any list uses, and small enough to sum up. */
static const double max_valence = 100;

/* A file that is being read. */
struct list {
	struct lexicon *lexicon;
	struct diags *diags;
	const char *file;
	unsigned int line;
};

struct wordlist_format {
	const char *about;
	bool (*fits)(struct slice text);
	int (*read)(struct list *list, struct slice text);
};

/* The columns of LINE, trimmed; their number. */
static size_t split_line(struct slice line, struct slice columns[MAX_COLUMNS])
{
	size_t n = 0;

	line = slice_trim(line);
	while (n < MAX_COLUMNS && line.len > 0 && slice_split(&line, '\t', &columns[n])) {
		columns[n] = slice_trim(columns[n]);
		n++;
	}
	return n;
}

/* The first line of TEXT that holds anything. */
static size_t split_first_line(struct slice text, struct slice columns[MAX_COLUMNS])
{
	struct slice line;
	size_t n = 0;

	while (n == 0 && slice_split(&text, '\n', &line))
		n = split_line(line, columns);

	return n;
}

static bool is_valence(struct slice text, double *ret)
{
	return slice_to_double(text, ret) && fabs(*ret) <= max_valence;
}

static int add_word(struct list *list, struct slice word, double valence)
{
	if (word.len == 0 || word.len > MAX_TERM_BYTES || !utf8_is_valid(word))
		return diags_error(list->diags, list->file, list->line, 0,
			"the word is empty, no UTF-8, or longer than 256 bytes");

	return lexicon_add(
		list->lexicon, word, &(struct entry){.roles = ROLE_WORD, .valence = valence});
}

static int read_line(struct list *list, struct slice line)
{
	struct slice columns[MAX_COLUMNS];
	size_t n = split_line(line, columns);
	double valence;

	if (n == 0)
		return 0;
	if (n < 2 || !is_valence(columns[1], &valence))
		return diags_error(list->diags, list->file, list->line, 0,
			"want a word, a tab and a number: `%.*s'",
			SLICE_FMT(utf8_prefix(line, MAX_TERM_BYTES)));

	return add_word(list, columns[0], valence);
}

static int read_lines(struct list *list, struct slice text)
{
	struct slice line;

	while (slice_split(&text, '\n', &line)) {
		list->line++;

		int r = read_line(list, line);
		if (r < 0 && r != -EINVAL) /* those are in DIAGS */
			return r;
	}
	return 0;
}

static int read_object(struct list *list, struct slice text)
{
	CLEANUP(json_freep) json_t *object = NULL;
	char message[JSON_ERROR_TEXT_LENGTH];
	const char *word;
	json_t *value;
	int r = json_read(text, &object, NULL, message);

	if (r == -EINVAL)
		return diags_error(list->diags, list->file, 0, 0, "%s", message);
	json_object_foreach (object, word, value) {
		double valence = json_number_value(value);

		if (r < 0 && r != -EINVAL)
			return r;
		if (!json_is_number(value) || fabs(valence) > max_valence)
			r = diags_error(list->diags, list->file, 0, 0,
				"the value of `%s' is no number, or too large", word);
		else
			r = add_word(list, slice_of(word), valence);
	}
	return r == -EINVAL ? 0 : r;
}

static bool is_vader(struct slice text)
{
	struct slice columns[MAX_COLUMNS];
	size_t n = split_first_line(text, columns);
	double mean, deviation;

	return n >= LEAST_VADER_COLUMNS && is_valence(columns[1], &mean) &&
	       is_valence(columns[2], &deviation);
}

static bool is_afinn(struct slice text)
{
	struct slice columns[MAX_COLUMNS];
	double valence;

	return split_first_line(text, columns) == 2 && is_valence(columns[1], &valence);
}

static bool is_json_object(struct slice text)
{
	return slice_starts_with(slice_trim(text), SLICE("{"));
}

static const struct wordlist_format formats[] = {
	{"word, mean and deviation a line, as VADER has them", is_vader, read_lines},
	{"word and number a line, as AFINN has them", is_afinn, read_lines},
	{"one JSON object of words and numbers, as AFINN has it", is_json_object, read_object},
};

int wordlist_read(struct lexicon *lexicon, const char *file, struct slice text,
	const struct wordlist_format **ret, struct diags *diags)
{
	struct list list = {.lexicon = lexicon, .diags = diags, .file = file};

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!formats[i].fits(text))
			continue;

		*ret = &formats[i];
		return formats[i].read(&list, text);
	}

	diags_add(diags,
		&(struct diag){.file = file,
			.line = 1,
			.message = "this is no list of words and numbers",
			.hint = "VADER's and AFINN's lists are read; a lexicon of mentiond's "
				"own goes to lexicons/local/ and needs no --lexicon"});
	return -EPROTONOSUPPORT;
}

const char *wordlist_about(const struct wordlist_format *format)
{
	return format->about;
}

static int add_emoji(
	struct map *descriptions, struct arena *arena, struct slice emoji, struct slice description)
{
	if (utf8_length(emoji) != 1)
		return 0;

	char *copy = arena_copy(arena, description);
	int r = copy ? map_set(descriptions, emoji, (union map_value){.pointer = copy}) : -ENOMEM;

	return r < 0 ? r : 0;
}

int wordlist_read_emoji(struct map *descriptions, struct arena *arena, const char *file,
	struct slice text, struct diags *diags)
{
	struct slice line, columns[MAX_COLUMNS];
	int r = 0;

	for (unsigned int number = 1; r == 0 && slice_split(&text, '\n', &line); number++) {
		size_t n = split_line(line, columns);

		if (n >= 2 && utf8_is_valid(line))
			r = add_emoji(descriptions, arena, columns[0], columns[1]);
		else if (n > 0)
			diags_error(
				diags, file, number, 0, "want an emoji, a tab and its description");
	}
	return r;
}
