#include "ctl/precision.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/terminal.h"
#include "ctl/table.h"
#include "ctl/typical_words.h"

enum {
	ARENA_BYTES = 256 << 20,
	MOST_MENTIONS = 20000, /* of a stream, the latest */
	MOST_WORDS = 10,
	MOST_IN_QUERY = 3,
	QUERY_MAX_BYTES_OUT = 128 * 1024,
};

struct precision {
	struct store *store;
	struct arena *arena;
	struct arena *scratch; /* of one mention */
	struct precision_row *rows;
	size_t n_rows;
};

static void precision_done(struct precision *precision)
{
	arena_free(precision->arena);
	arena_free(precision->scratch);
}

/* --- the words of one stream -------------------------------------------------------- */

struct candidates {
	const char *stream;
	struct typical_word *list;
	size_t n;
	const char *query; /* with them taken out */
};

static int on_mention(const struct item *item, void *userdata)
{
	const enum verdict_on_mention verdict =
		item->incident_id == 0              ? MENTION_UNJUDGED
		: item->state == INCIDENT_DISMISSED ? MENTION_DISMISSED
		: item->state == INCIDENT_RESPONDED || item->state == INCIDENT_RESOLVED
			? MENTION_HANDLED
			: MENTION_UNJUDGED;

	return typical_words_add(userdata, item, verdict);
}

/* A word that handled mentions hold as well would take them out too. */
static bool is_safe(const struct typical_word *word)
{
	return word->n[MENTION_HANDLED] == 0;
}

/* "(acme) NOT ("thread" OR "pitch")"; NULL when no word is safe. */
static int write_query(struct precision *precision, struct candidates *candidates)
{
	CLEANUP(str_done) struct str line = STR_INIT(QUERY_MAX_BYTES_OUT);
	const char *query;
	size_t n = 0;
	int r = store_stream_query(precision->store, candidates->stream, precision->arena, &query);

	if (r < 0)
		return r;

	str_add_format(&line, "(%s) NOT (", query);
	for (size_t i = 0; i < candidates->n && n < MOST_IN_QUERY; i++)
		if (is_safe(&candidates->list[i]))
			str_add_format(
				&line, "%s\"%s\"", n++ > 0 ? " OR " : "", candidates->list[i].text);
	str_add_char(&line, ')');
	if (n == 0)
		return 0;

	candidates->query = arena_copy(precision->arena, str_slice(&line));
	return candidates->query ? str_error(&line) : -ENOMEM;
}

static int find_candidates(struct precision *precision, struct candidates *ret)
{
	CLEANUP(typical_words_freep) struct typical_words *typical = NULL;
	const struct mention_filter filter = {.stream = ret->stream, .limit = MOST_MENTIONS};
	int r = typical_words_new(&typical);

	if (r == 0)
		r = store_each_mention(
			precision->store, &filter, precision->scratch, on_mention, typical);
	if (r == 0)
		r = typical_words_list(typical, MOST_WORDS, precision->arena, &ret->list, &ret->n);
	return r < 0 ? r : write_query(precision, ret);
}

/* Calls PRINT for each stream of which something was dismissed. */
static int each_stream(
	struct precision *precision, int (*print)(const struct candidates *candidates))
{
	int r = 0;

	for (size_t i = 0; i < precision->n_rows && r == 0; i++) {
		const struct precision_row *row = &precision->rows[i];
		struct candidates candidates = {.stream = row->stream};

		if (strcmp(row->kind, "stream") != 0 || row->n_dismissed == 0)
			continue;
		r = find_candidates(precision, &candidates);
		if (r == 0)
			r = print(&candidates);
	}
	return r;
}

/* --- for people ----------------------------------------------------------------------- */

static size_t judged(const struct precision_row *row)
{
	return row->n_handled + row->n_dismissed;
}

static double percent(const struct precision_row *row)
{
	return 100.0 * (double)row->n_dismissed / (double)MAX(judged(row), (size_t)1);
}

static int print_rows(const struct precision *precision)
{
	static const struct table_column columns[] = {{.title = "OF"}, {.title = "STREAM"},
		{.title = "NAME", .at_most = 40}, {.title = "IN ALL", .right = true},
		{.title = "HANDLED", .right = true}, {.title = "DISMISSED", .right = true},
		{.title = "SHARE", .right = true}};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	for (size_t i = 0; r == 0 && i < precision->n_rows; i++) {
		const struct precision_row *row = &precision->rows[i];

		table_add(table, row->kind);
		table_add(table, row->stream);
		table_add(table, row->name);
		table_add_format(table, "%zu", row->n_all);
		table_add_format(table, "%zu", row->n_handled);
		table_add_format(table, "%zu", row->n_dismissed);
		if (judged(row) > 0)
			table_add_format(table, "%.0f %%", percent(row));
		else
			table_add(table, NULL);
	}
	return r < 0 ? r : table_print(table, stdout);
}

static int print_words(const struct candidates *candidates)
{
	static const struct table_column columns[] = {{.title = "WORD"},
		{.title = "DISMISSED", .right = true}, {.title = "HANDLED", .right = true},
		{.title = "OTHERS", .right = true}};
	CLEANUP(table_freep) struct table *table = NULL;
	CLEANUP(str_done) struct str safe = STR_INIT(QUERY_MAX_BYTES_OUT);
	int r = table_new(columns, ARRAY_SIZE(columns), &table);

	if (r < 0 || candidates->n == 0)
		return r;

	for (size_t i = 0; i < candidates->n; i++) {
		const struct typical_word *word = &candidates->list[i];

		table_add(table, word->text);
		table_add_format(table, "%zu", word->n[MENTION_DISMISSED]);
		table_add_format(table, "%zu", word->n[MENTION_HANDLED]);
		table_add_format(table, "%zu", word->n[MENTION_UNJUDGED]);
	}
	terminal_add_safe(&safe, slice_of(candidates->stream));
	printf("\nTypical of what was dismissed of %s:\n", str_text(&safe));
	r = table_print(table, stdout);
	if (r == 0 && candidates->query) {
		str_clear(&safe);
		terminal_add_safe(&safe, slice_of(candidates->query));
		printf("Try: mentionctl backtest --query '%s'\n", str_text(&safe));
	}
	return r;
}

/* --- for programs ----------------------------------------------------------------------- */

static int print_row_json(const struct precision_row *row)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = json_set_text(object, "kind", row->kind);

	if (r == 0)
		r = json_set_text(object, "stream", row->stream);
	if (r == 0)
		r = json_set_text(object, "name", row->name);
	if (r == 0)
		r = json_set_integer(object, "total", (int64_t)row->n_all);
	if (r == 0)
		r = json_set_integer(object, "handled", (int64_t)row->n_handled);
	if (r == 0)
		r = json_set_integer(object, "dismissed", (int64_t)row->n_dismissed);
	if (r == 0 && judged(row) > 0)
		r = json_set_take(object, "dismissed_percent", json_real(percent(row)));
	return r < 0 ? r : ctl_print_json(object);
}

static int add_word_json(json_t *list, const struct typical_word *word)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = json_set_text(object, "word", word->text);

	if (r == 0)
		r = json_set_integer(object, "dismissed", (int64_t)word->n[MENTION_DISMISSED]);
	if (r == 0)
		r = json_set_integer(object, "handled", (int64_t)word->n[MENTION_HANDLED]);
	if (r == 0)
		r = json_set_integer(object, "others", (int64_t)word->n[MENTION_UNJUDGED]);
	if (r == 0)
		r = json_set_take(object, "z", json_real(word->z));
	if (r == 0 && json_array_append_new(list, TAKE(object)) < 0)
		r = -ENOMEM;
	return r;
}

static int print_words_json(const struct candidates *candidates)
{
	CLEANUP(json_freep) json_t *object = json_object();
	CLEANUP(json_freep) json_t *list = json_array();
	int r = list ? json_set_text(object, "kind", "words") : -ENOMEM;

	if (r == 0)
		r = json_set_text(object, "stream", candidates->stream);
	for (size_t i = 0; i < candidates->n && r == 0; i++)
		r = add_word_json(list, &candidates->list[i]);
	if (r == 0)
		r = json_set_take(object, "words", TAKE(list));
	if (r == 0)
		r = json_set_text(object, "query", candidates->query);
	return r < 0 ? r : ctl_print_json(object);
}

int precision_print(struct store *store, bool as_json)
{
	CLEANUP(precision_done) struct precision precision = {.store = store};
	int r = arena_new(ARENA_BYTES, &precision.arena);

	if (r == 0)
		r = arena_new(ARENA_BYTES, &precision.scratch);
	if (r == 0)
		r = store_list_precision(
			store, precision.arena, &precision.rows, &precision.n_rows);
	for (size_t i = 0; as_json && i < precision.n_rows && r == 0; i++)
		r = print_row_json(&precision.rows[i]);
	if (r == 0 && !as_json)
		r = print_rows(&precision);
	return r < 0 ? r : each_stream(&precision, as_json ? print_words_json : print_words);
}
