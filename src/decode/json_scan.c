#include "decode/json_scan.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "decode/limits.h"

enum {
	STRING_BYTES = SOURCE_TEXT_BYTES,
	NEAR_BYTES = STRING_BYTES + 64, /* in which what is kept of a string ends */
	WORD_BYTES = 4096,
};

/* Length of the JSON string at the start of TEXT, quotes included; 0 when it
 * does not end. */
static size_t string_length(struct slice text)
{
	const char *end = text.ptr + text.len;
	const char *at = text.ptr + 1;
	const char *quote = text.ptr;

	while (at < end) {
		if (quote < at)
			quote = memchr(at, '"', (size_t)(end - at));
		if (!quote)
			return 0;

		const char *escape = memchr(at, '\\', (size_t)(quote - at));

		if (!escape)
			return (size_t)(quote - text.ptr) + 1;
		at = escape + 2;
	}
	return 0;
}

/* Bytes that the scanner stops at; those between them belong to a number, a word or
 * to nothing. */
static const unsigned char is_sign[UCHAR_MAX + 1] = {
	['"'] = 1, ['{'] = 1, ['['] = 1, ['}'] = 1, [']'] = 1, [','] = 1};

/* Reads on in the string that the scanner is in, to the next quote; false when there is
 * none. */
static bool scan_string(struct json_scanner *scanner, struct slice text)
{
	const char *start = text.ptr + scanner->at;
	const char *quote = memchr(start, '"', text.len - scanner->at);
	size_t n_backslashes = 0;

	if (!quote)
		return false;
	while (quote - n_backslashes > start && quote[-1 - (ptrdiff_t)n_backslashes] == '\\')
		n_backslashes++;
	scanner->at = (size_t)(quote - text.ptr) + 1;
	scanner->is_in_string = n_backslashes % 2 == 1;
	return true;
}

/* Reads the sign C; whether it ends the value. */
static bool scan_sign(struct json_scanner *scanner, char c)
{
	struct json_extent *extent = &scanner->extent;

	if ((c == ',' || c == '}' || c == ']') && scanner->depth == 0)
		return true;
	scanner->at++;
	scanner->is_in_string = c == '"';
	extent->n_values += c == '{' || c == '[' || c == ',';
	if (c == '{' || c == '[') {
		scanner->depth++;
		extent->depth = MAX(extent->depth, scanner->depth);
	}
	return (c == '}' || c == ']') && --scanner->depth == 0;
}

int json_scan_step(struct json_scanner *scanner, struct slice text, size_t *budget)
{
	const size_t start = scanner->at;
	bool is_ended = false;

	while (scanner->at < text.len && !is_ended) {
		const char c = text.ptr[scanner->at];

		if (scanner->at - start >= *budget) {
			*budget = 0;
			return 1;
		}
		if (scanner->is_in_string)
			is_ended = !scan_string(scanner, text);
		else if (is_sign[(unsigned char)c])
			is_ended = scan_sign(scanner, c);
		else
			scanner->at++;
	}
	*budget -= MIN(*budget, scanner->at - start);
	scanner->extent.n_values++;
	if (scanner->depth == 0 && !scanner->is_in_string)
		scanner->extent.len = scanner->at;
	return 0;
}

struct json_extent json_scan(struct slice text)
{
	struct json_scanner scanner = {0};
	size_t budget = SIZE_MAX;

	json_scan_step(&scanner, text, &budget);
	return scanner.extent;
}

struct slice json_skip_space(struct slice text)
{
	size_t n = 0;

	while (n < text.len && is_space(text.ptr[n]))
		n++;

	return slice_skip(text, n);
}

/* --- Copying --- */

/* A bracket that is open. */
struct open_bracket {
	bool is_array;
	size_t n_elements;
	struct slice name; /* of the member that is being read */
};

enum skipping {
	SKIP_NOTHING,
	SKIP_VALUE,  /* what starts here */
	SKIP_STRING, /* the same, when it is one */
	SKIP_REST,   /* to the bracket that closes the innermost */
};

struct json_copier {
	struct json_bounds bounds;
	struct slice text;
	bool is_started;
	enum skipping skipping;
	bool is_scanning; /* the value that is skipped */
	struct json_scanner scanner;
	size_t at;
	struct str *str;
	size_t start; /* of what is ours in STR */
	size_t n_values;
	size_t depth;
	struct open_bracket open[ITEM_DEPTH];
	struct json_copy done;
};

static struct slice rest_of(const struct json_copier *copier)
{
	return slice_skip(copier->text, copier->at);
}

/* Whether what was copied is more than MOST times the bounds. */
static bool is_over(const struct json_copier *copier, size_t most)
{
	return copier->n_values > copier->bounds.max_values * most ||
	       copier->str->len - copier->start > copier->bounds.max_bytes * most;
}

static bool is_continued(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* The escape at the start of TEXT, or what is left of one that escapes nothing; returns
 * the length of what was read. */
static size_t copy_escape(struct json_copier *copier, struct slice text)
{
	const char c = text.len > 1 ? text.ptr[1] : '\0';
	const size_t len = MIN(text.len, (size_t)(c == 'u' ? 6 : 2));

	if (copier->bounds.mend && text.len > 1 && slice_find_char(SLICE("\"\\/bfnrtu"), c) < 0)
		return 1;
	str_add(copier->str, slice_from(text.ptr, len));
	return len;
}

/* A string.  Raw line breaks and tabs are JSON's most frequent fault, then
 * backslashes that escape nothing. */
static void copy_string(struct json_copier *copier, struct slice string)
{
	const bool mend = copier->bounds.mend;

	if (!mend && string.len <= STRING_BYTES) {
		str_add(copier->str, string);
		return;
	}
	for (size_t i = 0; i < string.len; i++) {
		const char c = string.ptr[i];

		if (i > STRING_BYTES && !is_continued(c)) {
			str_add_text(copier->str, "…\"");
			copier->done.is_bounded = true;
			return;
		}
		if (c == '\\') {
			i += copy_escape(copier, slice_skip(string, i)) - 1;
			continue;
		}
		if (mend && (unsigned char)c < ' ')
			str_add_char(copier->str, ' ');
		else
			str_add_char(copier->str, c);
	}
}

static bool is_in_word(char c)
{
	return is_alnum(c) || c == '_' || c == '$' || c == '.' || c == '+' || c == '-';
}

static bool is_number(struct slice word)
{
	double number;

	return (word.ptr[0] == '-' || is_digit(word.ptr[0])) && slice_to_double(word, &number);
}

/* What stands without quotes: NaN and undefined say nothing, numbers too long
 * for an integer are ids, and names of members need quotes. */
static void mend_word(struct str *str, struct slice word, bool is_name)
{
	static const struct slice words[] = {
		SLICE_INIT("true"), SLICE_INIT("false"), SLICE_INIT("null")};
	bool is_known = is_number(word) && word.len < 19;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		is_known |= slice_equals(word, words[i]);

	if (is_known && !is_name) {
		str_add(str, word);
	} else if (is_name || is_number(word)) {
		str_add_char(str, '"');
		str_add(str, word);
		str_add_char(str, '"');
	} else {
		str_add_text(str, "null");
	}
}

/* Whether the comma before REST parts nothing. */
static bool is_last(struct slice rest)
{
	rest = json_skip_space(rest);
	return rest.len == 0 || slice_find_char(SLICE("}],"), rest.ptr[0]) >= 0;
}

static struct open_bracket *innermost(struct json_copier *copier)
{
	return copier->depth > 0 ? &copier->open[copier->depth - 1] : NULL;
}

/* Whether the brackets that are open lead to where PATH does. */
static bool is_at_path(const struct json_copier *copier, struct slice path)
{
	struct slice step;
	size_t n = 0;

	if (path.len == 0)
		return copier->depth == 0;
	for (; slice_split(&path, '.', &step); n++) {
		int64_t number;

		if (n == copier->depth)
			return false;

		const struct open_bracket *open = &copier->open[n];

		if (open->is_array ? slice_to_int64(step, &number) == 0 ||
					     number != (int64_t)open->n_elements
				   : !slice_equals(step, open->name))
			return false;
	}
	return n == copier->depth;
}

/* The number of the list that starts here, or n_lists. */
static size_t find_list(const struct json_copier *copier)
{
	size_t i = 0;

	while (i < copier->bounds.n_lists && !is_at_path(copier, slice_of(copier->bounds.lists[i])))
		i++;

	return i;
}

/* Steps over the value that starts here, as far as *BUDGET goes: whether its end was
 * met. */
static bool skip_value(struct json_copier *copier, size_t *budget)
{
	const struct slice rest = rest_of(copier);

	if (!copier->is_scanning)
		copier->scanner = (struct json_scanner){0};
	copier->is_scanning = json_scan_step(&copier->scanner, rest, budget) > 0;
	if (copier->is_scanning)
		return false;

	const size_t len = copier->scanner.extent.len;

	copier->at += len == 0 ? rest.len : len;
	copier->done.is_cut |= len == 0 && copier->skipping == SKIP_VALUE;
	return true;
}

/* The same, for a string, of which the start was copied. */
static bool skip_string(struct json_copier *copier, size_t *budget)
{
	const struct slice rest = rest_of(copier);
	struct json_scanner *scanner = &copier->scanner;

	if (!copier->is_scanning)
		*scanner = (struct json_scanner){.at = 1, .is_in_string = true};
	copier->is_scanning = true;

	const size_t start = scanner->at;

	while (scanner->is_in_string) {
		if (scanner->at - start >= *budget) {
			*budget = 0;
			return false;
		}
		if (scan_string(scanner, rest))
			continue;
		scanner->at = rest.len;
		scanner->is_in_string = false;
		copier->done.is_cut = true;
	}
	*budget -= MIN(*budget, scanner->at - start);
	copier->is_scanning = false;
	copier->at += scanner->at;
	return true;
}

/* The same, to the bracket that closes the innermost. */
static bool skip_rest(struct json_copier *copier, size_t *budget)
{
	while (copier->at < copier->text.len) {
		const char c = copier->text.ptr[copier->at];

		if (*budget == 0)
			return false;
		if (!copier->is_scanning && (c == '}' || c == ']'))
			return true;
		if (!copier->is_scanning && (c == ',' || c == ':' || is_space(c))) {
			copier->at++;
			(*budget)--;
		} else if (!skip_value(copier, budget)) {
			return false;
		}
	}
	copier->done.is_cut = true;
	return true;
}

/* Goes on with what is being skipped: whether it is behind us. */
static bool skip(struct json_copier *copier, size_t *budget)
{
	if ((copier->skipping == SKIP_VALUE && !skip_value(copier, budget)) ||
		(copier->skipping == SKIP_STRING && !skip_string(copier, budget)) ||
		(copier->skipping == SKIP_REST && !skip_rest(copier, budget)))
		return false;

	copier->skipping = SKIP_NOTHING;
	return true;
}

static void open_bracket(struct json_copier *copier, char c)
{
	const size_t list = c == '[' ? find_list(copier) : copier->bounds.n_lists;

	copier->at++;
	str_add_char(copier->str, c);
	copier->open[copier->depth++] = (struct open_bracket){.is_array = c == '['};
	if (list == copier->bounds.n_lists)
		return;
	copier->done.lists[list] = copier->at;
	copier->skipping = SKIP_REST;
}

/* A container: gone into, or null when it is too deep or there is no room. */
static void copy_container(struct json_copier *copier, char c)
{
	const bool has_room = copier->depth == 0 || !is_over(copier, 1);

	if (copier->depth < ITEM_DEPTH && has_room) {
		open_bracket(copier, c);
		return;
	}

	copier->done.is_bounded = true;
	str_add_text(copier->str, "null");
	copier->skipping = SKIP_VALUE;
}

static void close_bracket(struct json_copier *copier, char c)
{
	copier->at++;
	str_add_char(copier->str, c);
	if (copier->depth > 0)
		copier->depth--;
}

/* A comma, behind which the container goes on if there is room. */
static void copy_comma(struct json_copier *copier)
{
	struct open_bracket *open = innermost(copier);
	const size_t most = copier->bounds.max_elements;

	copier->at++;
	if (copier->bounds.mend && is_last(rest_of(copier)))
		return;
	if (open)
		open->n_elements++;
	if ((open && open->is_array && most > 0 && open->n_elements >= most) ||
		is_over(copier, copier->depth > 1 ? 1 : 2)) {
		copier->done.is_bounded = true;
		copier->skipping = SKIP_REST;
		return;
	}
	str_add_char(copier->str, ',');
}

/* Notes what is the name of a member. */
static void note_name(struct json_copier *copier, struct slice name, struct slice behind)
{
	struct open_bracket *open = innermost(copier);

	if (open && !open->is_array && behind.len > 0 && behind.ptr[0] == ':')
		open->name = name;
}

/* A string whose end is beyond what is kept of one: its end is looked for as far as the
 * budget goes. */
static void copy_long_string(struct json_copier *copier, struct slice start)
{
	struct open_bracket *open = innermost(copier);

	copy_string(copier, start);
	if (!slice_ends_with(str_slice(copier->str), SLICE("\"")))
		str_add_char(copier->str, '"');
	copier->done.is_bounded = true;
	copier->skipping = SKIP_STRING;
	/* It may have been a name. */
	if (open)
		open->name = (struct slice){0};
}

static void copy_quoted(struct json_copier *copier)
{
	const struct slice rest = rest_of(copier);
	const struct slice near = slice_from(rest.ptr, MIN(rest.len, (size_t)NEAR_BYTES));
	size_t len = string_length(near);

	if (len == 0 && near.len < rest.len) {
		copy_long_string(copier, near);
		return;
	}
	copier->done.is_cut |= len == 0;
	len = len == 0 ? rest.len : len;
	note_name(copier, slice_from(rest.ptr + 1, len > 1 ? len - 2 : 0),
		json_skip_space(slice_skip(rest, len)));
	copy_string(copier, slice_from(rest.ptr, len));
	copier->at += len;
}

static void copy_scalar(struct json_copier *copier)
{
	const struct slice rest = rest_of(copier);
	size_t len = 0;

	if (rest.ptr[0] == '"') {
		copy_quoted(copier);
		return;
	}
	while (len < rest.len && is_in_word(rest.ptr[len]))
		len++;
	if (len == 0 || !copier->bounds.mend) {
		len = MAX(len, (size_t)1);
		str_add(copier->str, slice_from(rest.ptr, MIN(len, (size_t)WORD_BYTES)));
	} else {
		const struct slice word = slice_from(rest.ptr, MIN(len, (size_t)WORD_BYTES));
		const struct slice behind = json_skip_space(slice_skip(rest, len));

		mend_word(copier->str, word, behind.len > 0 && behind.ptr[0] == ':');
		note_name(copier, word, behind);
	}
	copier->at += len;
}

static void copy_piece(struct json_copier *copier)
{
	const char c = copier->text.ptr[copier->at];

	if (c == '{' || c == '[') {
		copier->n_values++;
		copy_container(copier, c);
	} else if (c == '}' || c == ']') {
		close_bracket(copier, c);
	} else if (c == ',') {
		copy_comma(copier);
	} else if (c == ':') {
		copier->at++;
		str_add_char(copier->str, c);
	} else {
		copier->n_values++;
		copy_scalar(copier);
	}
}

int json_copier_new(struct slice text, const struct json_bounds *bounds, struct str *str,
	struct json_copier **ret)
{
	struct json_copier *copier = calloc(1, sizeof(*copier));

	if (!copier)
		return -ENOMEM;
	copier->bounds = *bounds;
	copier->text = text;
	copier->str = str;
	copier->start = str->len;
	*ret = copier;
	return 0;
}

void json_copier_free(struct json_copier *copier)
{
	free(copier);
}

static bool has_more(const struct json_copier *copier)
{
	return !copier->is_started ||
	       (copier->at < copier->text.len && copier->depth > 0 && str_error(copier->str) == 0);
}

static void copy_next(struct json_copier *copier, size_t *budget)
{
	const size_t start = copier->at;

	copier->is_started = true;
	while (copier->at < copier->text.len && is_space(copier->text.ptr[copier->at]))
		copier->at++;
	if (copier->at < copier->text.len)
		copy_piece(copier);
	*budget -= MIN(*budget, copier->at - start);
}

int json_copier_step(struct json_copier *copier, size_t *budget, struct json_copy *ret)
{
	for (;;) {
		if (!skip(copier, budget))
			return 1;
		if (!has_more(copier))
			break;
		if (*budget == 0)
			return 1;
		copy_next(copier, budget);
	}

	copier->done.len = copier->at;
	copier->done.is_cut |= copier->depth > 0;
	/* What was begun is closed only where the rest may be missing. */
	while (copier->bounds.mend && copier->depth > 0)
		close_bracket(copier, innermost(copier)->is_array ? ']' : '}');
	*ret = copier->done;
	return 0;
}

/* All of it at once. */
static int copy_bounded(
	struct slice text, const struct json_bounds *bounds, struct str *str, struct json_copy *ret)
{
	CLEANUP(json_copier_freep) struct json_copier *copier = NULL;
	size_t budget = SIZE_MAX;
	const int r = json_copier_new(text, bounds, str, &copier);

	return r < 0 ? r : json_copier_step(copier, &budget, ret);
}

bool json_is_small(const struct json_extent *extent)
{
	return extent->len <= SOURCE_TEXT_BYTES && extent->n_values <= ITEM_VALUES &&
	       extent->depth < ITEM_DEPTH;
}

int json_read_item(
	struct slice text, const struct json_extent *extent, bool mend, json_t **ret, bool *ret_cut)
{
	struct json_bounds bounds = {.max_bytes = ITEM_BYTES, .max_values = ITEM_VALUES};
	CLEANUP(str_done) struct str copy = STR_INIT((size_t)8 * ITEM_BYTES);
	struct json_copy done = {0};
	int r = -EINVAL;

	*ret_cut = false;
	if (json_is_small(extent))
		r = json_read(text, ret, NULL, NULL);
	if (r == 0)
		return 1;
	if (r == -ENOMEM)
		return r;

	for (int i = 0; i <= mend && r == -EINVAL; i++) {
		bounds.mend = i > 0;
		str_clear(&copy);
		r = copy_bounded(text, &bounds, &copy, &done);
		if (r == 0)
			r = str_error(&copy);
		if (r == 0)
			r = json_read(str_slice(&copy), ret, NULL, NULL);
	}
	if (r == 0)
		*ret_cut = done.is_bounded;
	return r == -EMSGSIZE ? -EINVAL : r;
}
