#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "ctl/ctl.h"
#include "ctl/table.h"
#include "store/store.h"

/* docs/questions.sql */
extern const char schema_questions[];

enum { ARENA_MAX_BYTES = 16 << 20, MARKDOWN_MAX_BYTES = 1 << 20 };

/* --- as Markdown ------------------------------------------------------------ */

/* '|' ends a cell of a Markdown table. */
static void add_cell(struct str *str, const char *text)
{
	for (; text && *text != '\0'; text++) {
		if (*text == '|')
			str_add_char(str, '\\');
		str_add_char(str, *text);
	}
}

static void add_doc(struct str *str, const struct doc_row *row)
{
	if (!row->column) {
		str_add_format(str, "\n### %s\n\n", row->object);
		str_add_text(str, row->description);
		str_add_text(str, "\n\n| column | holds | example |\n|---|---|---|\n");
		return;
	}
	str_add_format(str, "| `%s` | ", row->column);
	add_cell(str, row->description);
	str_add_text(str, " | ");
	if (row->example)
		str_add_char(str, '`');
	add_cell(str, row->example);
	if (row->example)
		str_add_char(str, '`');
	str_add_text(str, " |\n");
}

/* "-- Question?" and its statement; what stands before the first empty line is
 * the file's own heading. */
static void add_questions(struct str *str)
{
	struct slice rest = slice_of(strstr(schema_questions, "\n\n-- "));

	while (rest.len > 0) {
		const struct slice entry = slice_skip(rest, strlen("\n\n-- "));
		const ptrdiff_t next = slice_find(entry, SLICE("\n\n-- "));
		const struct slice whole =
			next < 0 ? slice_trim(entry) : slice_from(entry.ptr, (size_t)next);
		struct slice sql = whole;
		struct slice question;

		slice_split(&sql, '\n', &question);
		str_add_format(str, "\n**%.*s**\n\n```sql\n%.*s\n```\n", SLICE_FMT(question),
			SLICE_FMT(sql));
		rest = next < 0 ? (struct slice){0} : slice_skip(entry, (size_t)next);
	}
}

static void add_markdown(struct str *str, const struct doc_row *list, size_t n)
{
	bool in_tables = false;

	str_add_text(str,
		"# The database\n"
		"\n"
		"One SQLite file that any program may read: `sqlite3 -readonly`, a BI tool, a\n"
		"script.  Reading needs the group mentiond, also while the daemon runs and after\n"
		"it has stopped.  This page is printed by `mentionctl schema --markdown` from the\n"
		"table `doc` of the file itself.\n"
		"\n"
		"- Views begin with `v_`.  They are the promise: columns may be added, none goes\n"
		"  away.  The tables below them may change with a new version.\n"
		"- Times are UTC, `YYYY-MM-DD HH:MM:SS`, in columns named `..._utc`; they compare\n"
		"  with SQLite's own: `WHERE fetched_utc >= datetime('now', '-1 day')`.\n"
		"- NULL means that something is not known.\n"
		"- What was said (`published_utc`), seen (`fetched_utc`) and told\n"
		"  (`alerted_utc`) are three times; digests and rates go by the time of fetching.\n"
		"- A condition on what a view groups by (`day_utc`, `stream`, `word`) is looked "
		"at\n"
		"  first: name it, and a day takes as long as a day.\n"
		"- A transaction that stays open, also one that only reads, makes the log beside\n"
		"  the file grow: end it (`mentionctl doctor` names the process).\n"
		"\n"
		"## Questions\n");
	add_questions(str);
	str_add_text(str, "\n## Views\n");
	for (size_t i = 0; i < n; i++) {
		if (!list[i].column && !in_tables && strcmp(list[i].type, "table") == 0) {
			str_add_text(str, "\n## Tables\n");
			in_tables = true;
		}
		add_doc(str, &list[i]);
	}
}

static int print_markdown(const struct doc_row *list, size_t n)
{
	CLEANUP(str_done) struct str text = STR_INIT(MARKDOWN_MAX_BYTES);

	add_markdown(&text, list, n);
	fputs(str_text(&text), stdout);
	return str_error(&text);
}

/* --- as a table ------------------------------------------------------------- */

static int print_table(const struct doc_row *list, size_t n, const char *object)
{
	static const struct table_column overview[] = {
		{.title = "TABLE OR VIEW"}, {.title = "HOLDS"}};
	static const struct table_column columns[] = {{.title = "TABLE OR VIEW"},
		{.title = "COLUMN"}, {.title = "EXAMPLE", .at_most = 30}, {.title = "HOLDS"}};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = object ? table_new(columns, ARRAY_SIZE(columns), &table)
			     : table_new(overview, ARRAY_SIZE(overview), &table);

	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++) {
		const bool wanted =
			object ? strcmp(list[i].object, object) == 0 : list[i].column == NULL;

		if (!wanted)
			continue;
		table_add(table, list[i].object);
		if (object) {
			table_add(table, list[i].column);
			table_add(table, list[i].example);
		}
		table_add(table, list[i].description);
	}
	if (table_count_rows(table) == 0) {
		log_error(0, "There is no table or view %s", object);
		return -EINVAL;
	}
	return table_print(table, stdout);
}

/* The schema is the program's, so no file is needed: it is made in memory. */
static int run(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct doc_row *list = NULL;
	size_t n = 0;
	int r = store_open(":memory:", STORE_CREATE, &store);

	if (r == 0)
		r = arena_new(ARENA_MAX_BYTES, &arena);
	if (r == 0)
		r = store_list_docs(store, arena, &list, &n);
	if (r < 0)
		return log_error(r, "Cannot read the schema");

	if (ctl_flag(ctl, "markdown"))
		return print_markdown(list, n);
	return print_table(list, n, ctl_argument(ctl, 0));
}

static const struct ctl_option options[] = {
	{.name = "markdown", .help = "Print docs/database.md"},
};

const struct ctl_verb verb_schema = {
	.name = "schema",
	.group = "Database",
	.synopsis = "[TABLE]",
	.help = "Say what the tables and views of the database hold",
	.description =
		"Without TABLE all tables and views are listed, else the columns of that one.",
	.example = "mentionctl schema v_mention",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.max_args = 1,
	.run = run,
};
