/* text/markup.h: a tolerant pull tokenizer for XML and HTML.
 *
 * It never fails: whatever the bytes are, it hands out start tags, end tags and
 * text until the end.  Names, attributes and text are slices of the input, so
 * nothing is copied, and all work is linear in the input.
 *
 * In XML mode each start tag gets exactly one end tag, in the right order:
 *  - an end tag closes the nearest open element of that name, else the innermost
 *    when it is nearly called so (<titel>...</title>), or is ignored;
 *  - a start tag that "cannot nest" closes an open element of its name;
 *  - `<' that no name, `/', `!' or `?' follows is text;
 *  - CDATA without its end stops at the end tag of its element;
 *  - a tag without `>' stops before the next `<', an attribute without its
 *    quote at the `>';
 *  - the DOCTYPE is skipped with its [...], entities are never declared by it;
 *  - elements deeper than MARKUP_MAX_DEPTH are skipped but for their text; what
 *    stands after them is read.
 * Where a strict reader would have failed, there is a warning with the line.
 *
 * In HTML mode start and end tags come as they stand, without namespaces.
 *
 * The input must be UTF-8 (text/charset.h) and outlive the tokens.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"

struct diags;
struct str;

enum { MARKUP_MAX_DEPTH = 256, MARKUP_MAX_ATTRIBUTES = 64 };

enum markup_kind { MARKUP_EOF, MARKUP_START, MARKUP_END, MARKUP_TEXT, MARKUP_CDATA };

/* Numbers of namespaces; from 2 on they are the caller's own. */
enum { MARKUP_SPACE_NONE = 0, MARKUP_SPACE_UNKNOWN = 1 };

/* A namespace that the caller knows: by its URI, compared without regard to
 * case, to http or https and to what closes it (`/' or `#'), and by the prefix
 * that stands for it where none is declared (NULL: none does). */
struct markup_space {
	const char *uri;
	const char *prefix;
	int number;
};

struct markup_attribute {
	struct slice name;  /* as written, with its prefix */
	struct slice value; /* as written: references are not replaced */
};

struct markup_token {
	enum markup_kind kind;
	struct slice source; /* all of it as written; empty for an implied end */
	struct slice text;   /* of MARKUP_TEXT as written, of MARKUP_CDATA what it holds */
	struct slice name;   /* as written */
	struct slice local;  /* without its prefix */
	int space;
	size_t depth; /* of the element, from 1; 0 in HTML mode */
	struct markup_attribute attributes[MARKUP_MAX_ATTRIBUTES];
	size_t n_attributes;
};

struct markup_options {
	bool html;
	const struct markup_space *spaces;
	size_t n_spaces;
	/* Names (without prefix) of elements that never stand in one of the same
	 * name. */
	const struct slice *flat;
	size_t n_flat;
	struct diags *warnings; /* may be NULL */
};

struct markup;

/* A reader of TEXT; OPTIONS and what it refers to must outlive it.  -ENOMEM. */
int markup_new(struct slice text, const struct markup_options *options, struct markup **ret);
void markup_free(struct markup *markup);
DEFINE_CLEANUP(struct markup *, markup_free);

/* The next token, valid until the next call; never NULL.  Among comments and tags that are
 * skipped there may be an empty text. */
const struct markup_token *markup_next(struct markup *markup);

/* How many bytes of the text were read. */
size_t markup_position(const struct markup *markup);

/* Whether the text ended within an element; to be asked at MARKUP_EOF. */
bool markup_is_cut(const struct markup *markup);

/* Steps behind the end tag NAME, without regard to case, and returns what stood
 * before it: for HTML's <script> and its like.  Without such an end tag nothing
 * moves and *RET_FOUND is false. */
struct slice markup_skip(struct markup *markup, struct slice name, bool *ret_found);

/* The value of the attribute called NAME as written or, if there is none, of
 * one that is called so behind its prefix; case does not count.  1 and *RET
 * (as written), or 0. */
int markup_attribute(const struct markup_token *token, struct slice name, struct slice *ret);

/* Appends TEXT with its references replaced (text/reference.h), warning about
 * those that XML does not know.  MARKUP may be NULL: no warnings. */
void markup_add_text(struct markup *markup, struct slice text, struct str *str);

/* The line, from 1, of the place where AT points into the input. */
unsigned int markup_line(struct markup *markup, const char *at);

/* Adds a warning for the place where AT points into the input; NULL is where
 * the reader stands.  MARKUP may be NULL. */
void markup_warn(struct markup *markup, const char *at, const char *format, ...) PRINTF_LIKE(3, 4);
