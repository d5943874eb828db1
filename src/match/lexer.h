/* match/lexer.h: the text of a query, cut into tokens.
 *
 * The parser pulls one token after the other, because what a comma or a value
 * is depends on where it stands.  Nothing is copied: tokens point into the
 * text, backslashes still in place.
 */
#pragma once

#include "base/slice.h"

struct diags;

enum token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA, /* in the list of an atleast only */
	TOKEN_OR,
	TOKEN_AND,
	TOKEN_NOT, /* NOT, or '-' before a primary */
	TOKEN_NEAR,
	TOKEN_WORD,
	TOKEN_PHRASE,
	TOKEN_HASHTAG,
	TOKEN_MENTION,
	TOKEN_REGEX,
	TOKEN_RAW,
	TOKEN_FIELD, /* a name and its colon */
};

struct token {
	enum token_kind kind;
	size_t at, end;       /* bytes of the text */
	struct slice content; /* without quotes, sign, braces, colon */
	struct slice flags;   /* TOKEN_REGEX */
	size_t number;        /* NEAR: the distance; PHRASE: words between */
	bool has_number;      /* PHRASE: "..."~n */
	bool ordered;         /* NEAR/nf */
};

/* Whether an operand may begin with a token of KIND, other than by NOT. */
static inline bool token_starts_primary(enum token_kind kind)
{
	return kind == TOKEN_OPEN || kind >= TOKEN_WORD;
}

struct lexer {
	struct slice text;
	size_t at;
	bool in_list; /* directly in the parentheses of an atleast */
	struct diags *diags;
};

/* The next token.  -EINVAL for what no token starts with, with words in the
 * diags. */
int lexer_next(struct lexer *lexer, struct token *ret);

/* The value behind a field's colon: a quoted text or what stands up to the
 * next white space, comma or parenthesis; TOKEN_PHRASE or TOKEN_WORD.  Other
 * tokens as by lexer_next(). */
int lexer_next_value(struct lexer *lexer, struct token *ret);

/* What stands up to the ')' that closes a '(' already read, as TOKEN_PHRASE;
 * *RET's end is behind the ')'. */
int lexer_next_brackets(struct lexer *lexer, struct token *ret);

/* Adds a mistake at byte AT; returns -EINVAL.  HINT may be NULL. */
int lexer_complain(const struct lexer *lexer, size_t at, const char *message, const char *hint);
/* Adds a warning. */
void lexer_warn(const struct lexer *lexer, size_t at, const char *message, const char *hint);
