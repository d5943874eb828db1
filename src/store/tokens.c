#include "store/tokens.h"

#include <errno.h>
#include <stdlib.h>

#include <sqlite3.h>

struct tokens {
	fts5_tokenizer vtable;
	Fts5Tokenizer *tokenizer;
};

/* As in the schema. */
static const char *arguments[] = {
	"remove_diacritics", "2", "categories", "L* M* N* So Co", "tokenchars", "#@_"};

static int find_api(struct store *store, fts5_api **ret)
{
	static const char api_sql[] = "SELECT fts5(?)";
	sqlite3_stmt *statement = NULL;
	int r = sqlite3_prepare_v2(store->db, api_sql, -1, &statement, NULL);

	*ret = NULL;
	if (r == SQLITE_OK)
		r = sqlite3_bind_pointer(statement, 1, ret, "fts5_api_ptr", NULL);
	if (r == SQLITE_OK)
		sqlite3_step(statement);
	sqlite3_finalize(statement);

	if (r != SQLITE_OK)
		return sql_fail(store, r);

	return *ret ? 0 : sql_fail(store, SQLITE_ERROR);
}

int tokens_new(struct store *store, struct tokens **ret)
{
	struct tokens *tokens = calloc(1, sizeof(*tokens));
	fts5_api *api = NULL;
	void *userdata;
	int r = tokens ? find_api(store, &api) : -ENOMEM;

	if (r == 0 && (!api || api->xFindTokenizer(api, "unicode61", &userdata, &tokens->vtable) !=
				       SQLITE_OK))
		r = -EUCLEAN;
	if (r == 0 && tokens->vtable.xCreate(userdata, arguments, ARRAY_SIZE(arguments),
			      &tokens->tokenizer) != SQLITE_OK)
		r = -ENOMEM;
	if (r < 0) {
		free(tokens);
		return r;
	}

	*ret = tokens;
	return 0;
}

void tokens_free(struct tokens *tokens)
{
	if (!tokens)
		return;

	tokens->vtable.xDelete(tokens->tokenizer);
	free(tokens);
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are FTS5's. */
static int add_token(void *context, int flags, const char *token, int n, int start, int end)
{
	struct str *found = context;

	(void)flags;
	(void)start;
	(void)end;
	if (found->len > 0)
		str_add_char(found, ' ');
	str_add(found, slice_from(token, (size_t)n));
	return SQLITE_OK;
}

int tokens_of(struct tokens *tokens, struct slice text, struct str *ret)
{
	str_clear(ret);
	const int r = tokens->vtable.xTokenize(
		tokens->tokenizer, ret, FTS5_TOKENIZE_QUERY, text.ptr, (int)text.len, add_token);

	return r != SQLITE_OK ? -ENOMEM : str_error(ret);
}
