/* store/tokens.h: words as the full-text tables see them.
 *
 * SQLite's own tokeniser with the arguments of post_words, asked directly: what
 * it drops or folds is never guessed.  Inside of store/ only.
 */
#pragma once

#include "store/sql.h"

struct tokens;

int tokens_new(struct store *store, struct tokens **ret);
void tokens_free(struct tokens *tokens);

/* Replaces RET by the tokens of TEXT, a space between: nothing when there are
 * none, and then no MATCH finds it. */
int tokens_of(struct tokens *tokens, struct slice text, struct str *ret);
