#include "match/lexer.h"

#include <errno.h>
#include <string.h>

#include "base/diags.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/letters.h"

enum { EXCERPT_MAX_BYTES = 4096, NEAR_MAX = 100, NUMBER_MAX_DIGITS = 6 };

static uint32_t code_point_at(struct slice text, size_t at)
{
	return at < text.len ? utf8_next(text, &at) : 0;
}

static size_t behind(struct slice text, size_t at)
{
	if (at < text.len)
		utf8_next(text, &at);
	return at;
}

static bool is_white(uint32_t c)
{
	return (c < 0x80 && is_space((char)c)) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
	       c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

static bool is_quote(uint32_t c)
{
	static const uint32_t quotes[] = {
		'"', 0x201C, 0x201D, 0x201E, 0x201F, 0x00AB, 0x00BB, 0xFF02};

	for (size_t i = 0; i < ARRAY_SIZE(quotes); i++)
		if (quotes[i] == c)
			return true;

	return false;
}

static bool is_open(uint32_t c)
{
	return c == '(' || c == 0xFF08;
}

static bool is_close(uint32_t c)
{
	return c == ')' || c == 0xFF09;
}

static bool is_comma(uint32_t c)
{
	return c == ',' || c == 0xFF0C;
}

static bool is_hash(uint32_t c)
{
	return c == '#' || c == 0xFF03;
}

static bool is_at(uint32_t c)
{
	return c == '@' || c == 0xFF20;
}

static bool starts_comment(struct slice text, size_t at)
{
	return slice_starts_with(slice_skip(text, at), SLICE("<<<"));
}

/* The line that holds the byte AT, and where it is in there. */
static struct diag place_of(const struct lexer *lexer, size_t at, char *excerpt)
{
	const struct slice text = lexer->text;
	struct diag diag = {.line = 1};
	size_t start = 0;
	size_t end = at;

	for (size_t i = 0; i < at; i++) {
		if (text.ptr[i] == '\n') {
			diag.line++;
			start = i + 1;
		}
	}
	while (end < text.len && text.ptr[end] != '\n')
		end++;

	const struct slice line =
		utf8_prefix(slice_from(text.ptr + start, end - start), EXCERPT_MAX_BYTES - 1);

	memcpy(excerpt, line.ptr, line.len);
	excerpt[line.len] = '\0';
	diag.excerpt = excerpt;
	diag.column = (unsigned int)utf8_index(slice_skip(text, start), at - start) + 1;
	return diag;
}

int lexer_complain(const struct lexer *lexer, size_t at, const char *message, const char *hint)
{
	char excerpt[EXCERPT_MAX_BYTES];
	struct diag diag = place_of(lexer, at, excerpt);

	diag.level = DIAG_ERROR;
	diag.message = message;
	diag.hint = hint;
	return diags_add(lexer->diags, &diag);
}

void lexer_warn(const struct lexer *lexer, size_t at, const char *message, const char *hint)
{
	char excerpt[EXCERPT_MAX_BYTES];
	struct diag diag = place_of(lexer, at, excerpt);

	diag.level = DIAG_WARNING;
	diag.message = message;
	diag.hint = hint;
	diags_add(lexer->diags, &diag);
}

/* Steps over white space, comments and commas that separate. */
static int skip_separators(struct lexer *lexer)
{
	for (;;) {
		const uint32_t c = code_point_at(lexer->text, lexer->at);

		if (starts_comment(lexer->text, lexer->at)) {
			const ptrdiff_t len =
				slice_find(slice_skip(lexer->text, lexer->at), SLICE(">>>"));

			if (len < 0)
				return lexer_complain(lexer, lexer->at, "this comment does not end",
					"close it with >>>");
			lexer->at += (size_t)len + strlen(">>>");
		} else if (lexer->at < lexer->text.len &&
			   (is_white(c) || (is_comma(c) && !lexer->in_list))) {
			lexer->at = behind(lexer->text, lexer->at);
		} else {
			return 0;
		}
	}
}

static bool is_hebrew(uint32_t c)
{
	return letter_of(c)->flags & LETTER_HEBREW;
}

/* In Hebrew a quotation mark inside a word marks an acronym. */
static bool is_gershayim(struct slice text, size_t at, uint32_t before)
{
	return code_point_at(text, at) == '"' && is_hebrew(before) &&
	       is_hebrew(code_point_at(text, at + 1));
}

/* Whether a bare word ends before the code point at AT. */
static bool ends_word(const struct lexer *lexer, size_t at, uint32_t before)
{
	const uint32_t c = code_point_at(lexer->text, at);
	const uint32_t after = code_point_at(lexer->text, behind(lexer->text, at));

	if (is_quote(c))
		return !is_gershayim(lexer->text, at, before);
	if (c == ',' && !lexer->in_list && letter_of(before)->kind == LETTER_DIGIT &&
		letter_of(after)->kind == LETTER_DIGIT)
		return false; /* 1,000 */

	return is_white(c) || is_open(c) || is_close(c) || is_comma(c) || c == '{' ||
	       starts_comment(lexer->text, at);
}

static size_t word_end(const struct lexer *lexer, size_t at)
{
	uint32_t before = 0;

	while (at < lexer->text.len && !ends_word(lexer, at, before)) {
		before = utf8_next(lexer->text, &at);
		if (before == '\\' && at < lexer->text.len)
			before = utf8_next(lexer->text, &at);
	}
	return at;
}

static struct slice slice_between(struct slice text, size_t start, size_t end)
{
	return slice_from(text.ptr + start, end - start);
}

/* Finds the unescaped code point that STOPS; the length of the text if there
 * is none. */
static size_t find_end(struct slice text, size_t at, bool (*stops)(uint32_t c))
{
	uint32_t before = 0;

	while (at < text.len) {
		const size_t start = at;
		const uint32_t c = utf8_next(text, &at);

		if (c == '\\')
			at = behind(text, at);
		else if (stops(c) && !is_gershayim(text, start, before))
			return start;
		before = c;
	}
	return text.len;
}

static bool is_brace_end(uint32_t c)
{
	return c == '}';
}

static bool is_slash(uint32_t c)
{
	return c == '/';
}

/* Reads the digits at *AT; false when there are none, or too many. */
static bool read_number(struct slice text, size_t *at, size_t *ret)
{
	const size_t start = *at;
	size_t number = 0;

	while (*at < text.len && is_digit(text.ptr[*at]) && *at - start <= NUMBER_MAX_DIGITS)
		number = number * 10 + (size_t)(text.ptr[(*at)++] - '0');

	*ret = number;
	return *at > start && *at - start <= NUMBER_MAX_DIGITS;
}

static int read_phrase(struct lexer *lexer, struct token *token)
{
	const size_t start = behind(lexer->text, lexer->at);
	const size_t end = find_end(lexer->text, start, is_quote);

	if (end == lexer->text.len)
		return lexer_complain(lexer, lexer->at, "this quotation does not end",
			"close it with \", or write \\\" for a quotation mark itself");

	token->kind = TOKEN_PHRASE;
	token->content = slice_between(lexer->text, start, end);
	token->end = behind(lexer->text, end);
	if (code_point_at(lexer->text, token->end) != '~')
		return 0;

	token->end++;
	token->has_number = true;
	if (!read_number(lexer->text, &token->end, &token->number) || token->number > NEAR_MAX)
		return lexer_complain(lexer, lexer->at, "~ needs a number from 0 to 100",
			"\"acme refund\"~5 allows five other words");
	return 0;
}

static int read_raw(struct lexer *lexer, struct token *token)
{
	const size_t end = find_end(lexer->text, lexer->at + 1, is_brace_end);

	if (end == lexer->text.len)
		return lexer_complain(lexer, lexer->at, "this { is not closed",
			"write {BT} for BT in exactly these letters");

	token->kind = TOKEN_RAW;
	token->content = slice_between(lexer->text, lexer->at + 1, end);
	token->end = end + 1;
	return 0;
}

static int read_regex(struct lexer *lexer, struct token *token)
{
	const size_t end = find_end(lexer->text, lexer->at + 1, is_slash);

	if (end == lexer->text.len)
		return lexer_complain(lexer, lexer->at, "this / is not closed",
			"a regular expression stands between two of them; write \\/ for a slash");

	token->kind = TOKEN_REGEX;
	token->content = slice_between(lexer->text, lexer->at + 1, end);
	token->end = end + 1;
	while (token->end < lexer->text.len && is_alpha(lexer->text.ptr[token->end]))
		token->end++;
	token->flags = slice_between(lexer->text, end + 1, token->end);
	return 0;
}

/* "NEAR/5", "NEAR/5f". */
static int read_near(const struct lexer *lexer, struct token *token)
{
	const struct slice word = token->content;
	size_t at = strlen("NEAR/");

	token->kind = TOKEN_NEAR;
	if (word.len <= at || !read_number(word, &at, &token->number) || token->number > NEAR_MAX)
		return lexer_complain(lexer, token->at, "NEAR needs a distance from 0 to 100 words",
			"acme NEAR/5 refund; \"NEAR\" in quotes is the word");

	token->ordered = at < word.len && word.ptr[at] == 'f';
	at += token->ordered;
	if (at < word.len)
		return lexer_complain(lexer, token->at, "NEAR/n ends after its number, or an f",
			"acme NEAR/5 refund, acme NEAR/5f refund");
	return 0;
}

/* The end of the letters at AT that a colon follows; AT when there are none. */
static size_t field_end(struct slice text, size_t at)
{
	size_t end = at;

	while (end < text.len) {
		const uint32_t c = code_point_at(text, end);
		const enum letter_kind kind = letter_of(c)->kind;

		if (c == '_' || (kind != LETTER_PLAIN && kind != LETTER_MARK && kind != LETTER_RUN))
			break;
		end = behind(text, end);
	}
	return end > at && code_point_at(text, end) == ':' ? end : at;
}

static int read_word(struct lexer *lexer, struct token *token)
{
	static const struct {
		struct slice word;
		enum token_kind kind;
	} operators[] = {
		{SLICE_INIT("AND"), TOKEN_AND},
		{SLICE_INIT("NOT"), TOKEN_NOT},
		{SLICE_INIT("OR"), TOKEN_OR},
	};
	const size_t colon = field_end(lexer->text, lexer->at);

	if (colon > lexer->at) {
		token->kind = TOKEN_FIELD;
		token->content = slice_between(lexer->text, lexer->at, colon);
		token->end = colon + 1;
		return 0;
	}

	token->kind = TOKEN_WORD;
	token->end = word_end(lexer, lexer->at);
	/* What no word starts with still is one, so that the parser names it. */
	token->end = MAX(token->end, behind(lexer->text, lexer->at));
	token->content = slice_between(lexer->text, lexer->at, token->end);
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (slice_equals(token->content, operators[i].word))
			token->kind = operators[i].kind;
	if (slice_equals(token->content, SLICE("NEAR")) ||
		slice_starts_with(token->content, SLICE("NEAR/")))
		return read_near(lexer, token);
	return 0;
}

/* A '-' that stands directly before what it excludes. */
static bool is_minus(const struct lexer *lexer)
{
	const uint32_t c = code_point_at(lexer->text, lexer->at);
	const uint32_t after = code_point_at(lexer->text, lexer->at + 1);

	return c == '-' && lexer->at + 1 < lexer->text.len && !is_white(after) &&
	       !is_close(after) && !is_comma(after) && after != '-' &&
	       !starts_comment(lexer->text, lexer->at + 1);
}

static int read_sign(struct lexer *lexer, struct token *token, enum token_kind kind)
{
	const size_t start = behind(lexer->text, lexer->at);

	token->kind = kind;
	token->end = word_end(lexer, start);
	token->content = slice_between(lexer->text, start, token->end);
	return 0;
}

static int read_token(struct lexer *lexer, struct token *token)
{
	const uint32_t c = code_point_at(lexer->text, lexer->at);

	if (lexer->at == lexer->text.len)
		return 0;

	token->end = behind(lexer->text, lexer->at);
	if (is_open(c))
		token->kind = TOKEN_OPEN;
	else if (is_close(c))
		token->kind = TOKEN_CLOSE;
	else if (is_comma(c))
		token->kind = TOKEN_COMMA;
	else if (is_minus(lexer))
		token->kind = TOKEN_NOT;
	else if (is_quote(c))
		return read_phrase(lexer, token);
	else if (c == '{')
		return read_raw(lexer, token);
	else if (c == '/')
		return read_regex(lexer, token);
	else if (is_hash(c))
		return read_sign(lexer, token, TOKEN_HASHTAG);
	else if (is_at(c))
		return read_sign(lexer, token, TOKEN_MENTION);
	else
		return read_word(lexer, token);
	return 0;
}

int lexer_next(struct lexer *lexer, struct token *ret)
{
	int r = skip_separators(lexer);
	struct token token = {.kind = TOKEN_END, .at = lexer->at, .end = lexer->at};

	if (r == 0)
		r = read_token(lexer, &token);
	if (r < 0)
		return r;

	lexer->at = token.end;
	*ret = token;
	return 0;
}

/* The end of a range, "[5 TO 9]". */
static size_t range_end(const struct lexer *lexer)
{
	const ptrdiff_t len = slice_find_char(slice_skip(lexer->text, lexer->at), ']');

	return len < 0 ? word_end(lexer, lexer->at) : lexer->at + (size_t)len + 1;
}

int lexer_next_value(struct lexer *lexer, struct token *ret)
{
	const int r = skip_separators(lexer);
	const uint32_t c = code_point_at(lexer->text, lexer->at);
	struct token token = {.kind = TOKEN_WORD, .at = lexer->at};

	if (r < 0)
		return r;
	if (lexer->at == lexer->text.len || is_open(c) || is_close(c) || is_comma(c) || is_quote(c))
		return lexer_next(lexer, ret);

	token.end = c == '[' ? range_end(lexer) : word_end(lexer, lexer->at);
	token.content = slice_between(lexer->text, token.at, token.end);
	lexer->at = token.end;
	*ret = token;
	return 0;
}

int lexer_next_brackets(struct lexer *lexer, struct token *ret)
{
	const size_t end = find_end(lexer->text, lexer->at, is_close);

	*ret = (struct token){.kind = TOKEN_PHRASE,
		.at = lexer->at,
		.end = behind(lexer->text, end),
		.content = slice_between(lexer->text, lexer->at, end)};
	lexer->at = ret->end;
	return end < lexer->text.len ? 0 : -EINVAL;
}
