#include <errno.h>

#include "base/arena.h"
#include "base/log.h"
#include "ctl/database.h"
#include "ctl/sources_test.h"
#include "ctl/table.h"

enum { ARENA_MAX_BYTES = 64 << 20, MANY_FAILURES = 3 };

/* --- list ------------------------------------------------------------------- */

static const char *state_of(const struct source_row *row, enum table_style *ret_style)
{
	const struct source_state *state = &row->state;
	const struct {
		const char *name;
		enum table_style style;
		bool holds;
	} states[] = {
		{"not configured", STYLE_FAINT, !row->configured},
		{"disabled", STYLE_FAINT, !row->enabled},
		{"gone", STYLE_BAD, state->gone},
		{"not polled yet", STYLE_FAINT, !state->last_poll.known},
		{"failing", STYLE_BAD, state->failures >= MANY_FAILURES},
		{"retrying", STYLE_WARNING, state->failures > 0},
		{"ok", STYLE_GOOD, true},
	};
	size_t i = 0;

	while (!states[i].holds)
		i++;
	*ret_style = states[i].style;
	return states[i].name;
}

static void add_age(struct table *table, struct instant time, int64_t now_us)
{
	char text[TIME_TEXT_SIZE];

	if (!time.known)
		table_add(table, "never");
	else
		table_add_format(table, "%s ago", database_duration(now_us - time.us, text));
}

static void add_next(struct table *table, const struct source_row *row, int64_t now_us)
{
	char text[TIME_TEXT_SIZE];
	const struct instant next = row->state.next_poll;

	if (!row->configured || !row->enabled || row->state.gone || !next.known)
		table_add(table, NULL);
	else if (next.us <= now_us)
		table_add(table, "now");
	else
		table_add_format(table, "in %s", database_duration(next.us - now_us, text));
}

static int print_table(const struct source_row *list, size_t n, int64_t now_us)
{
	static const struct table_column columns[] = {
		{.title = "SOURCE"},
		{.title = "STATE"},
		{.title = "SUCCESS", .right = true},
		{.title = "NEW POST", .right = true},
		{.title = "7 DAYS", .right = true},
		{.title = "NEXT POLL", .right = true},
		{.title = "FAILED", .right = true},
		{.title = "WHY"},
	};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++) {
		enum table_style style;
		const char *state = state_of(&list[i], &style);

		table_add(table, list[i].name);
		table_add_styled(table, style, state);
		add_age(table, list[i].state.last_success, now_us);
		add_age(table, list[i].state.last_new_post, now_us);
		table_add_format(table, "%zu", list[i].n_posts_week);
		add_next(table, &list[i], now_us);
		table_add_format(table, "%u", list[i].state.failures);
		table_add(table, list[i].state.last_error);
	}
	return table_print(table, stdout);
}

static int print_json(const struct source_row *row)
{
	CLEANUP(json_freep) json_t *object = json_object();
	const struct source_state *state = &row->state;
	enum table_style style;
	int r = json_set_text(object, "name", row->name);

	r |= json_set_text(object, "state", state_of(row, &style));
	r |= json_set_text(object, "url", state->url);
	r |= database_set_time(object, "last_poll", state->last_poll);
	r |= database_set_time(object, "last_success", state->last_success);
	r |= database_set_time(object, "last_new_post", state->last_new_post);
	r |= database_set_time(object, "next_poll", state->next_poll);
	r |= json_set_integer(object, "interval_s", state->interval_us / US_PER_S);
	r |= json_set_integer(object, "failures", state->failures);
	r |= json_set_integer(object, "new_posts_week", (int64_t)row->n_posts_week);
	if (state->last_status != 0)
		r |= json_set_integer(object, "last_status", state->last_status);
	r |= json_set_text(object, "last_error", state->last_error);

	return r != 0 ? -ENOMEM : ctl_print_json(object);
}

static int run_list(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const int64_t now_us = database_now_us();
	struct source_row *list = NULL;
	size_t n = 0;
	int r = database_open_named(ctl, STORE_READ, &store);

	if (r < 0)
		return r;

	r = arena_new(ARENA_MAX_BYTES, &arena);
	if (r == 0)
		r = store_list_sources(store, now_us, arena, &list, &n);
	if (r < 0)
		return database_error(store, r, "Cannot list the sources");

	if (!ctl_flag(ctl, "json"))
		r = print_table(list, n, now_us);
	for (size_t i = 0; r == 0 && ctl_flag(ctl, "json") && i < n; i++)
		r = print_json(&list[i]);
	return r < 0 ? log_error(r, "Cannot print the sources") : 0;
}

/* --- the commands ----------------------------------------------------------- */

static const struct ctl_option list_options[] = {CTL_OPTION_DATABASE, CTL_OPTION_JSON};

static const struct ctl_option test_options[] = {CTL_OPTION_JSON};

static const struct ctl_verb sources_verbs[] = {
	{
		.name = "list",
		.synopsis = "",
		.help = "List the sources: how each is, when it was and will be asked",
		.example = "mentionctl sources list --json",
		.options = list_options,
		.n_options = ARRAY_SIZE(list_options),
		.run = run_list,
	},
	{
		.name = "test",
		.synopsis = "NAME",
		.help = "Ask a source once, and show the answer and its posts",
		.description =
			"Asks the source NAME of the configuration for its first page and shows "
			"the\n"
			"request, the answer's status and limits, and the posts as they would be "
			"read.\n"
			"Nothing is stored.  With --json the posts are printed as parse does, all "
			"else\n"
			"on standard error.  The exit code is 69 when there is nothing to read.",
		.example = "mentionctl sources test acme-fediverse\n"
			   "mentionctl sources test acme-fediverse --json | mentionctl match "
			   "--query acme",
		.options = test_options,
		.n_options = ARRAY_SIZE(test_options),
		.min_args = 1,
		.max_args = 1,
		.run = sources_test,
	},
};

const struct ctl_verb verb_sources = {
	.name = "sources",
	.group = "Sources",
	.synopsis = "COMMAND",
	.help = "See how the sources are",
	.description = "Without a command the sources are listed.",
	.example = "mentionctl sources",
	.verbs = sources_verbs,
	.n_verbs = ARRAY_SIZE(sources_verbs),
};
