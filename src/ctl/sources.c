#include "ctl/sources.h"

#include <errno.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mask.h"
#include "base/str.h"
#include "ctl/database.h"
#include "ctl/table.h"

enum {
	ARENA_MAX_BYTES = 1 << 30,
	MANY_FAILURES = 3,
	WHY_MAX_BYTES = 16384,
	URL_MAX_BYTES = 1 << 20
};

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
		{"disabled", STYLE_FAINT, !row->enabled || row->switched_off.known},
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

/* Appends what stands behind the state; nothing when all is well. */
static void add_why(struct str *str, const struct source_row *row, int64_t now_us)
{
	char age[TIME_TEXT_SIZE];

	if (!row->configured) {
		str_add_text(str, "no longer in the settings");
	} else if (row->switched_off.known) {
		str_add_format(str, "by %s, %s ago", row->switched_off_by,
			database_duration(now_us - row->switched_off.us, age));
		if (row->switched_off_why)
			str_add_format(str, ": %s", row->switched_off_why);
	} else if (!row->enabled) {
		str_add_text(str, "in the settings");
	} else if (row->state.last_error) {
		str_add_text(str, row->state.last_error);
	} else if (row->push && row->push->last_error) {
		str_add_format(str, "%s: %s", subscription_kind_name(row->push->kind),
			row->push->last_error);
	} else if (row->push && row->push->state == SUBSCRIPTION_OFFERED) {
		str_add_text(str, "a hub would push it at once: see push.address");
	}
}

static void add_age(struct table *table, struct instant time, int64_t now_us)
{
	char text[TIME_TEXT_SIZE];

	if (!time.known)
		table_add(table, "never");
	else
		table_add_format(table, "%s ago", database_duration(now_us - time.us, text));
}

/* Unknown for what is asked no more, whatever was planned before. */
static struct instant next_poll(const struct source_row *row)
{
	const bool asked =
		row->configured && row->enabled && !row->switched_off.known && !row->state.gone;

	return asked ? row->state.next_poll : (struct instant){0};
}

static void add_next(struct table *table, const struct source_row *row, int64_t now_us)
{
	char text[TIME_TEXT_SIZE];
	const struct instant next = next_poll(row);

	if (!next.known)
		table_add(table, NULL);
	else if (next.us <= now_us)
		table_add(table, "now");
	else
		table_add_format(table, "in %s", database_duration(next.us - now_us, text));
}

/* What comes beside the polls of a source that is asked; NULL: nothing. */
static const char *push_of(const struct source_row *row)
{
	const bool asked = row->configured && row->enabled && !row->switched_off.known;

	return row->push && asked ? subscription_state_name(row->push->state) : NULL;
}

static int set_push(json_t *object, const struct source_row *row)
{
	const struct subscription *push = row->push;
	CLEANUP(json_freep) json_t *inner = push_of(row) ? json_object() : NULL;
	int r = 0;

	if (!push_of(row))
		return 0;

	r |= json_set_text(inner, "kind", subscription_kind_name(push->kind));
	r |= json_set_text(inner, "state", push_of(row));
	r |= json_set_text(inner, "from", push->hub);
	r |= database_set_time(inner, "until", push->until);
	r |= database_set_time(inner, "last_push", push->last_push);
	r |= json_set_integer(inner, "forged", (int64_t)push->n_forged);
	r |= json_set_text(inner, "last_error", push->last_error);
	return r | json_object_set_new(object, "push", TAKE(inner));
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
		{.title = "PUSH"},
		{.title = "FAILED", .right = true},
		{.title = "WHY"},
	};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++) {
		CLEANUP(str_done) struct str why = STR_INIT(WHY_MAX_BYTES);
		enum table_style style;
		const char *state = state_of(&list[i], &style);

		add_why(&why, &list[i], now_us);
		table_add(table, list[i].name);
		table_add_styled(table, style, state);
		add_age(table, list[i].state.last_success, now_us);
		add_age(table, list[i].state.last_new_post, now_us);
		table_add_format(table, "%zu", list[i].n_posts_week);
		add_next(table, &list[i], now_us);
		table_add(table, push_of(&list[i]));
		table_add_format(table, "%u", list[i].state.failures);
		table_add(table, str_text(&why));
	}
	return table_print(table, stdout);
}

static int print_json(const struct source_row *row, int64_t now_us)
{
	CLEANUP(json_freep) json_t *object = json_object();
	CLEANUP(str_done) struct str why = STR_INIT(WHY_MAX_BYTES);
	CLEANUP(str_done) struct str url = STR_INIT(URL_MAX_BYTES);
	const struct source_state *state = &row->state;
	enum table_style style;
	int r = json_set_text(object, "name", row->name);

	add_why(&why, row, now_us);
	r |= json_set_text(object, "state", state_of(row, &style));
	r |= json_set_text(object, "why", str_text(&why));
	mask_add(&url, slice_of(state->url));
	r |= json_set_text(object, "url", state->url ? str_text(&url) : NULL);
	r |= database_set_time(object, "last_poll", state->last_poll);
	r |= database_set_time(object, "last_success", state->last_success);
	r |= database_set_time(object, "last_new_post", state->last_new_post);
	r |= database_set_time(object, "next_poll", next_poll(row));
	r |= json_set_integer(object, "interval_s", state->interval_us / US_PER_S);
	r |= json_set_integer(object, "failures", state->failures);
	r |= json_set_integer(object, "new_posts_week", (int64_t)row->n_posts_week);
	if (state->last_status != 0)
		r |= json_set_integer(object, "last_status", state->last_status);
	r |= json_set_text(object, "last_error", state->last_error);
	r |= database_set_time(object, "switched_off", row->switched_off);
	r |= json_set_text(object, "switched_off_by", row->switched_off_by);
	r |= json_set_text(object, "switched_off_why", row->switched_off_why);
	r |= set_push(object, row);

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
		r = print_json(&list[i], now_us);
	return r < 0 ? log_error(r, "Cannot print the sources") : 0;
}

/* --- the commands ----------------------------------------------------------- */

static const struct ctl_option disable_options[] = {
	CTL_OPTION_BY,
	CTL_OPTION_DATABASE,
	{.name = "why", .type = OPTION_TEXT, .argument = "TEXT", .help = "The reason, for others"},
};

static const struct ctl_option discover_options[] = {
	{.name = "allow-private", .help = "Also ask loopback and private addresses"},
	CTL_OPTION_JSON,
};

static const struct ctl_option import_options[] = {
	{.name = "output",
		.type = OPTION_TEXT,
		.argument = "FILE",
		.help = "Write this new file instead of printing"},
};

static const struct ctl_option enable_options[] = {CTL_OPTION_DATABASE};

static const struct ctl_option list_options[] = {CTL_OPTION_DATABASE, CTL_OPTION_JSON};

static const struct ctl_option test_options[] = {CTL_OPTION_JSON};

static const struct ctl_verb sources_verbs[] = {
	{
		.name = "disable",
		.synopsis = "NAME [--why TEXT] [--by NAME]",
		.help = "Stop asking a source, without changing the settings",
		.description = "The switch stands in the database, with who set it and when: it "
			       "holds over\n"
			       "restarts and reloads until the source is enabled again.  A daemon "
			       "that runs\n"
			       "follows within a minute, or at once when it is told to reload.",
		.example =
			"mentionctl sources disable acme-news --why 'its owner asked us to stop'",
		.options = disable_options,
		.n_options = ARRAY_SIZE(disable_options),
		.min_args = 1,
		.max_args = 1,
		.run = sources_disable,
	},
	{
		.name = "discover",
		.synopsis = "URL [--allow-private] [--json]",
		.help = "Find the feeds that a page names, and look into each",
		.description =
			"Asks for the page, then once for each feed that it names, and prints "
			"their\n"
			"formats, titles, numbers of posts and newest dates, then the lines that "
			"make\n"
			"them sources of the configuration.  An address that is a feed itself is\n"
			"shown the same way.  The exit code is 69 when no feed could be read.",
		.example = "mentionctl sources discover https://news.example/",
		.options = discover_options,
		.n_options = ARRAY_SIZE(discover_options),
		.min_args = 1,
		.max_args = 1,
		.run = sources_discover,
	},
	{
		.name = "enable",
		.synopsis = "NAME",
		.help = "Ask a source again that was disabled, or is gone",
		.description =
			"Undoes `mentionctl sources disable'.  A source that is gone (it said 410, "
			"or "
			"that\n"
			"it has ended) is asked once more.  What the settings disable stays so\n"
			"(exit code 78) until they say otherwise.",
		.example = "mentionctl sources enable acme-news",
		.options = enable_options,
		.n_options = ARRAY_SIZE(enable_options),
		.min_args = 1,
		.max_args = 1,
		.run = sources_enable,
	},
	{
		.name = "export",
		.synopsis = "",
		.help = "Print the configured sources as OPML, for other feed readers",
		.description = "Tags become folders; a source with several stands in each.  "
			       "Sources that are\n"
			       "no feeds, but APIs, are left out and told on standard error.",
		.example = "mentionctl sources export > sources.opml",
		.run = sources_export,
	},
	{
		.name = "import",
		.synopsis = "FILE [--output FILE]",
		.help = "Make sources of the feeds in an OPML file",
		.description =
			"Prints the lines for the configuration, or writes them to a new file, "
			"best\n"
			"one in mentiond.d.  Folders become tags; feeds that stand in the file "
			"twice\n"
			"or are configured already are counted, not repeated; what cannot be a "
			"source\n"
			"is told with its line.  A broken file is salvaged as far as it goes.",
		.example = "mentionctl sources import feeds.opml\n"
			   "mentionctl sources import feeds.opml --output "
			   "/etc/mentiond/mentiond.d/feeds.yaml",
		.options = import_options,
		.n_options = ARRAY_SIZE(import_options),
		.min_args = 1,
		.max_args = 1,
		.run = sources_import,
	},
	{
		.name = "list",
		.synopsis = "",
		.help = "List the sources: how each is, when it was and will be asked",
		.description =
			"PUSH tells what sends its posts beside the polls, a hub or a stream: "
			"offered\n"
			"(the feed names a hub, but `push' of the settings has no address), "
			"asked,\n"
			"live or refused; WHY says what is wrong with it.",
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
	.help = "See how the sources are, find and import them, switch them off",
	.description = "Without a command the sources are listed.",
	.example = "mentionctl sources",
	.verbs = sources_verbs,
	.n_verbs = ARRAY_SIZE(sources_verbs),
};
