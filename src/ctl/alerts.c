#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/terminal.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/database.h"
#include "ctl/table.h"

enum { ARENA_MAX_BYTES = 256 << 20, TEXT_MAX_BYTES = 1 << 20, QUOTE_WIDTH = 60 };

/* The database and the memory of what is read from it. */
struct desk {
	struct store *store;
	struct arena *arena;
	int64_t now_us;
};

static void desk_close(struct desk *desk)
{
	store_close(desk->store);
	arena_free(desk->arena);
}

static int desk_open(struct ctl *ctl, enum store_access access, struct desk *ret)
{
	int r = database_open_named(ctl, access, &ret->store);

	if (r < 0)
		return r;

	ret->now_us = database_now_us();
	r = arena_new(ARENA_MAX_BYTES, &ret->arena);
	return r < 0 ? log_error(r, "Cannot read the alerts") : 0;
}

/* --- as JSON ---------------------------------------------------------------- */

static int events_to_json(const struct incident *incident, json_t *object)
{
	json_t *array = json_array();
	int r = array ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < incident->n_events; i++) {
		const struct incident_event *event = &incident->events[i];
		json_t *entry = json_object();

		r = database_set_time(entry, "at", event->at);
		r |= json_set_text(entry, "actor", event->actor);
		r |= json_set_text(entry, "what", event->what);
		r |= json_set_text(entry, "text", event->text);
		r |= json_array_append_new(array, entry);
	}
	r |= json_set_take(object, "events", array);
	return r != 0 ? -ENOMEM : 0;
}

static int items_to_json(const struct incident *incident, json_t *object)
{
	json_t *array = json_array();
	int r = array ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < incident->n_items; i++) {
		json_t *item;

		r = database_item_to_json(&incident->items[i], &item);
		if (r == 0)
			r = json_array_append_new(array, item);
	}
	r |= json_set_take(object, "mentions", array);
	return r != 0 ? -ENOMEM : 0;
}

static int print_json(const struct incident *incident)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = json_set_integer(object, "id", incident->id);

	r |= json_set_text(object, "state", incident_state_name(incident->state));
	r |= json_set_text(object, "rule", incident->rule);
	r |= json_set_text(object, "stream", incident->stream);
	r |= json_set_text(object, "assignee", incident->assignee);
	r |= database_set_time(object, "opened", incident->opened);
	r |= database_set_time(object, "deadline", incident->deadline);
	r |= database_set_time(object, "first_response", incident->first_response);
	r |= database_set_time(object, "closed", incident->closed);
	r |= json_set_integer(object, "alerts", (int64_t)incident->n_alerts);
	r |= items_to_json(incident, object);
	if (incident->n_events > 0)
		r |= events_to_json(incident, object);

	return r != 0 ? -ENOMEM : ctl_print_json(object);
}

/* --- list ------------------------------------------------------------------- */

static bool waits_for_an_answer(const struct incident *incident)
{
	return incident->state == INCIDENT_OPEN || incident->state == INCIDENT_ACKNOWLEDGED;
}

static void add_due(struct table *table, const struct incident *incident, int64_t now_us)
{
	char duration[TIME_TEXT_SIZE];
	char text[TIME_TEXT_SIZE + 16];
	const int64_t left_us = incident->deadline.us - now_us;

	if (!incident->deadline.known || !waits_for_an_answer(incident)) {
		table_add(table, NULL);
		return;
	}
	database_duration(left_us < 0 ? -left_us : left_us, duration);
	snprintf(text, sizeof(text), left_us < 0 ? "overdue %s" : "in %s", duration);
	table_add_styled(table, left_us < 0 ? STYLE_BAD : STYLE_WARNING, text);
}

static void add_angriest(struct table *table, const struct incident *incident)
{
	CLEANUP(str_done) struct str quote = STR_INIT(TEXT_MAX_BYTES);
	CLEANUP(str_done) struct str reason = STR_INIT(TEXT_MAX_BYTES);

	str_add_text(&reason, incident->rule);
	if (incident->n_items > 0) {
		const struct item *item = &incident->items[0];

		database_add_quote(&quote, item);
		str_add_text(&reason, ": ");
		database_add_reason(&reason, item);
		table_add(table, item->post.author);
	} else {
		table_add(table, NULL);
	}
	table_add(table, str_text(&quote));
	table_add(table, str_text(&reason));
}

static int print_table(const struct incident *list, size_t n, int64_t now_us)
{
	static const struct table_column columns[] = {
		{.title = "ID", .right = true},
		{.title = "STATE"},
		{.title = "WHO"},
		{.title = "AGE", .right = true},
		{.title = "ANSWER"},
		{.title = "STREAM"},
		{.title = "AUTHOR", .at_most = 20},
		{.title = "QUOTE", .at_most = QUOTE_WIDTH},
		{.title = "WHY"},
	};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++) {
		char age[TIME_TEXT_SIZE];

		table_add_format(table, "%" PRId64, list[i].id);
		table_add(table, incident_state_name(list[i].state));
		table_add(table, list[i].assignee);
		table_add(table, database_duration(now_us - list[i].opened.us, age));
		add_due(table, &list[i], now_us);
		table_add(table, list[i].stream);
		add_angriest(table, &list[i]);
	}
	return table_print(table, stdout);
}

static int run_list(struct ctl *ctl)
{
	CLEANUP(desk_close) struct desk desk = {0};
	const struct incident_filter filter = {
		.live_only = !ctl_flag(ctl, "all"),
		.stream = ctl_text(ctl, "stream"),
		.rule = ctl_text(ctl, "rule"),
		.limit = (size_t)ctl_count(ctl, "limit"),
	};
	struct incident *list;
	size_t n;
	int r = desk_open(ctl, STORE_READ, &desk);

	if (r == 0)
		r = database_check_stream(ctl, desk.store);
	if (r < 0)
		return r;

	r = store_list_incidents(desk.store, &filter, desk.arena, &list, &n);
	if (r < 0)
		return database_error(desk.store, r, "Cannot list the incidents");

	if (!ctl_flag(ctl, "json") && n > 0)
		r = print_table(list, n, desk.now_us);
	for (size_t i = 0; r == 0 && ctl_flag(ctl, "json") && i < n; i++)
		r = print_json(&list[i]);
	if (r < 0)
		return log_error(r, "Cannot print the incidents");

	if (n == 0)
		fputs("Nobody waits for an answer.\n", stderr);
	return 0;
}

/* --- show ------------------------------------------------------------------- */

static void print_line(const char *name, const char *text)
{
	CLEANUP(str_done) struct str safe = STR_INIT(TEXT_MAX_BYTES);

	if (!text || text[0] == '\0')
		return;

	terminal_add_safe(&safe, slice_of(text));
	printf("%-10s %s\n", name, str_text(&safe));
}

static void print_time(const char *name, struct instant time)
{
	char text[TIME_TEXT_SIZE];

	if (time.known)
		printf("%-10s %s UTC\n", name, time_format_sql(time.us, text));
}

static void print_item(const struct item *item)
{
	CLEANUP(str_done) struct str quote = STR_INIT(TEXT_MAX_BYTES);
	CLEANUP(str_done) struct str reason = STR_INIT(TEXT_MAX_BYTES);

	database_add_quote(&quote, item);
	database_add_reason(&reason, item);
	printf("\nMention %" PRId64 "\n", item->mention_id);
	print_line("author", item->post.author);
	print_time("said", item->post.published);
	print_time("seen", item->fetched);
	print_line("text", str_text(&quote));
	printf("%-10s %s, anger %.2f\n", "feels", label_name(item->sentiment.label),
		item->sentiment.anger);
	print_line("because", str_text(&reason));
	print_line("answer at", item->post.url);
}

static void print_event(const struct incident_event *event)
{
	CLEANUP(str_done) struct str safe = STR_INIT(TEXT_MAX_BYTES);
	char at[TIME_TEXT_SIZE];

	terminal_add_safe(&safe, slice_of(event->actor));
	if (event->text) {
		str_add_text(&safe, ": ");
		terminal_add_safe(&safe, slice_of(event->text));
	}
	printf("%s  %s by %s\n", time_format_sql(event->at.us, at), event->what, str_text(&safe));
}

static void print_incident(const struct incident *incident)
{
	printf("%-10s %" PRId64 "\n", "incident", incident->id);
	print_line("state", incident_state_name(incident->state));
	print_line("who", incident->assignee);
	print_line("rule", incident->rule);
	print_line("stream", incident->stream);
	print_time("opened", incident->opened);
	print_time("answer by", incident->deadline);
	print_time("answered", incident->first_response);
	print_time("closed", incident->closed);
	printf("%-10s %zu\n\n", "alerts", incident->n_alerts);
	for (size_t i = 0; i < incident->n_events; i++)
		print_event(&incident->events[i]);
	for (size_t i = 0; i < incident->n_items; i++)
		print_item(&incident->items[i]);
}

static int parse_id(struct ctl *ctl, int64_t *ret)
{
	const char *text = ctl_argument(ctl, 0);

	if (slice_to_int64(slice_of(text), ret) && *ret > 0)
		return 0;

	return ctl_usage(ctl, "%s is no incident's number", text);
}

static int unknown_incident(int64_t id)
{
	log_error(0, "There is no incident %" PRId64, id);
	return -ENOENT;
}

static int run_show(struct ctl *ctl)
{
	CLEANUP(desk_close) struct desk desk = {0};
	struct incident incident;
	int64_t id;
	int r = parse_id(ctl, &id);

	if (r == 0)
		r = desk_open(ctl, STORE_READ, &desk);
	if (r < 0)
		return r;

	r = store_get_incident(desk.store, id, desk.arena, &incident);
	if (r == -ENOENT)
		return unknown_incident(id);
	if (r < 0)
		return database_error(desk.store, r, "Cannot read the incident");

	if (ctl_flag(ctl, "json"))
		return print_json(&incident);

	print_incident(&incident);
	return 0;
}

/* --- change ----------------------------------------------------------------- */

static int refuse(const struct desk *desk, const struct incident_change *change)
{
	struct incident incident;

	if (store_get_incident(desk->store, change->incident_id, desk->arena, &incident) == 0)
		log_error(0, "Incident %" PRId64 " is %s: that cannot be done to it now",
			incident.id, incident_state_name(incident.state));
	return -EINVAL;
}

/* What stands behind the number is the text: quotes can be left out. */
static int join_arguments(const struct ctl *ctl, struct str *text)
{
	for (size_t i = 1; i < ctl_count_arguments(ctl); i++) {
		if (i > 1)
			str_add_char(text, ' ');
		str_add_text(text, ctl_argument(ctl, i));
	}
	return str_error(text);
}

static int print_change(const struct desk *desk, const struct incident_change *change)
{
	struct incident incident;
	const int r = store_get_incident(desk->store, change->incident_id, desk->arena, &incident);

	if (r < 0)
		return database_error(desk->store, r, "Cannot read the incident");

	CLEANUP(str_done) struct str line = STR_INIT(TEXT_MAX_BYTES);

	str_add_format(&line, "Incident %" PRId64 ": ", change->incident_id);
	if (change->action == ACTION_NOTE)
		str_add_text(&line, "noted; it is ");
	str_add_text(&line, incident_state_name(incident.state));
	if (incident.assignee) {
		str_add_text(&line, ", with ");
		terminal_add_safe(&line, slice_of(incident.assignee));
	}
	puts(str_text(&line));
	return str_error(&line);
}

static int change(struct ctl *ctl, enum incident_action action)
{
	CLEANUP(desk_close) struct desk desk = {0};
	CLEANUP(str_done) struct str text = STR_INIT(TEXT_MAX_BYTES);
	struct incident_change wanted = {.action = action, .actor = database_actor(ctl)};
	int r = parse_id(ctl, &wanted.incident_id);

	if (r == 0)
		r = join_arguments(ctl, &text);
	if (r == 0)
		r = desk_open(ctl, STORE_WRITE, &desk);
	if (r < 0)
		return r;

	wanted.text = text.len > 0 ? str_text(&text) : NULL;
	wanted.now_us = desk.now_us;
	r = store_change_incident(desk.store, &wanted);
	if (r == -ENOENT)
		return unknown_incident(wanted.incident_id);
	if (r == -EINVAL)
		return refuse(&desk, &wanted);
	if (r < 0)
		return database_error(desk.store, r, "Cannot change the incident");

	return print_change(&desk, &wanted);
}

static int run_ack(struct ctl *ctl)
{
	return change(ctl, ACTION_ACKNOWLEDGE);
}

static int run_assign(struct ctl *ctl)
{
	return change(ctl, ACTION_ASSIGN);
}

static int run_note(struct ctl *ctl)
{
	return change(ctl, ACTION_NOTE);
}

static int run_respond(struct ctl *ctl)
{
	return change(ctl, ACTION_RESPOND);
}

static int run_resolve(struct ctl *ctl)
{
	return change(ctl, ACTION_RESOLVE);
}

static int run_dismiss(struct ctl *ctl)
{
	return change(ctl, ACTION_DISMISS);
}

static int run_reopen(struct ctl *ctl)
{
	return change(ctl, ACTION_REOPEN);
}

/* --- mute ------------------------------------------------------------------- */

/* A mute of a rule that is spelled wrong would let its mails through. */
static int check_rule(struct ctl *ctl, const char *rule)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	struct nearest nearest = nearest_start(slice_of(rule));
	const int r = ctl_settings(ctl, &settings);

	if (r < 0)
		return r;

	for (size_t i = 0; i < settings->n_alerts; i++) {
		if (strcmp(settings->alerts[i].name, rule) == 0)
			return 0;
		nearest_offer(&nearest, settings->alerts[i].name);
	}
	log_error(0, "There is no rule %s%s%s%s", rule, nearest.name ? "; did you mean " : "",
		nearest.name ? nearest.name : "", nearest.name ? "?" : "");
	return -ENOENT;
}

static int run_mute(struct ctl *ctl)
{
	CLEANUP(desk_close) struct desk desk = {0};
	struct mute mute = {
		.rule = ctl_argument(ctl, 0),
		.stream = ctl_text(ctl, "stream"),
		.actor = database_actor(ctl),
		.why = ctl_text(ctl, "why"),
	};
	char until[TIME_TEXT_SIZE];
	int r;

	if (!mute.rule && !mute.stream)
		return ctl_usage(ctl, "name a rule, a --stream, or both");
	/* Only the configuration knows the rules, and a named file has none. */
	r = mute.rule && !ctl_text(ctl, "database") ? check_rule(ctl, mute.rule) : 0;
	if (r == 0)
		r = desk_open(ctl, STORE_WRITE, &desk);
	if (r == 0)
		r = database_check_stream(ctl, desk.store);
	if (r < 0)
		return r;

	mute.until_us = desk.now_us + ctl_duration_us(ctl, "for");
	r = store_add_mute(desk.store, &mute, desk.now_us);
	if (r < 0)
		return database_error(desk.store, r, "Cannot mute");

	printf("Muted until %s UTC\n", time_format_sql(mute.until_us, until));
	return 0;
}

static int run_mutes(struct ctl *ctl)
{
	static const struct table_column columns[] = {{.title = "RULE"}, {.title = "STREAM"},
		{.title = "UNTIL"}, {.title = "BY"}, {.title = "WHY"}};
	CLEANUP(desk_close) struct desk desk = {0};
	CLEANUP(table_freep) struct table *table = NULL;
	struct mute *list;
	size_t n;
	int r = desk_open(ctl, STORE_READ, &desk);

	if (r < 0)
		return r;

	r = store_list_mutes(desk.store, desk.now_us, desk.arena, &list, &n);
	if (r < 0)
		return database_error(desk.store, r, "Cannot list the mutes");

	r = table_new(columns, ARRAY_SIZE(columns), &table);
	for (size_t i = 0; r == 0 && i < n; i++) {
		char until[TIME_TEXT_SIZE];

		table_add(table, list[i].rule ? list[i].rule : "every rule");
		table_add(table, list[i].stream ? list[i].stream : "every stream");
		table_add_format(table, "%s UTC", time_format_sql(list[i].until_us, until));
		table_add(table, list[i].actor);
		table_add(table, list[i].why);
	}
	if (r == 0)
		r = table_print(table, stdout);
	return r < 0 ? log_error(r, "Cannot print the mutes") : 0;
}

/* --- the commands ----------------------------------------------------------- */

static const struct ctl_option list_options[] = {
	{.name = "all", .help = "Those that are closed too"},
	CTL_OPTION_DATABASE,
	CTL_OPTION_JSON,
	{.name = "limit",
		.type = OPTION_COUNT,
		.argument = "N",
		.help = "At most so many",
		.fallback = "100"},
	{.name = "rule", .type = OPTION_TEXT, .argument = "NAME", .help = "Of this rule only"},
	{.name = "stream", .type = OPTION_TEXT, .argument = "NAME", .help = "Of this stream only"},
};

static const struct ctl_option show_options[] = {CTL_OPTION_DATABASE, CTL_OPTION_JSON};
static const struct ctl_option change_options[] = {CTL_OPTION_BY, CTL_OPTION_DATABASE};

static const struct ctl_option mute_options[] = {
	CTL_OPTION_BY,
	CTL_OPTION_DATABASE,
	{.name = "for",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "How long",
		.fallback = "1d"},
	{.name = "stream", .type = OPTION_TEXT, .argument = "NAME", .help = "On this stream only"},
	{.name = "why", .type = OPTION_TEXT, .argument = "TEXT", .help = "Why, for the others"},
};

static const struct ctl_option mutes_options[] = {CTL_OPTION_DATABASE};

#define CHANGE(verb_name, function, least, most, what, text, sample)                               \
	{                                                                                          \
		.name = verb_name, .synopsis = what, .help = text, .example = sample,              \
		.options = change_options, .n_options = ARRAY_SIZE(change_options),                \
		.min_args = (least), .max_args = (most), .run = (function)                         \
	}

static const struct ctl_verb alerts_verbs[] = {
	CHANGE("ack", run_ack, 1, 1, "ID", "Say that you take care of an incident",
		"mentionctl alerts ack 7"),
	CHANGE("assign", run_assign, 2, 2, "ID NAME", "Give an incident to somebody",
		"mentionctl alerts assign 7 amina"),
	CHANGE("dismiss", run_dismiss, 2, CTL_MANY_ARGS, "ID REASON",
		"Close an incident that was none; the reason teaches",
		"mentionctl alerts dismiss 7 another company of that name"),
	{
		.name = "list",
		.synopsis = "",
		.help = "List the incidents, the most urgent first",
		.example = "mentionctl alerts list --stream acme",
		.options = list_options,
		.n_options = ARRAY_SIZE(list_options),
		.run = run_list,
	},
	{
		.name = "mute",
		.synopsis = "[RULE]",
		.help = "Mail nothing of a rule or stream for a while",
		.example = "mentionctl alerts mute angry-customer --for 2h --why 'planned outage'",
		.options = mute_options,
		.n_options = ARRAY_SIZE(mute_options),
		.max_args = 1,
		.run = run_mute,
	},
	{
		.name = "mutes",
		.synopsis = "",
		.help = "List what is muted, by whom and until when",
		.example = "mentionctl alerts mutes",
		.options = mutes_options,
		.n_options = ARRAY_SIZE(mutes_options),
		.run = run_mutes,
	},
	CHANGE("note", run_note, 2, CTL_MANY_ARGS, "ID TEXT", "Write a note to an incident",
		"mentionctl alerts note 7 called her, she sends the bill"),
	CHANGE("reopen", run_reopen, 1, CTL_MANY_ARGS, "ID [REASON]",
		"Open a closed incident again", "mentionctl alerts reopen 7 she wrote again"),
	CHANGE("resolve", run_resolve, 1, CTL_MANY_ARGS, "ID [TEXT]",
		"Close an incident that is solved", "mentionctl alerts resolve 7 refunded"),
	CHANGE("respond", run_respond, 1, CTL_MANY_ARGS, "ID [TEXT]",
		"Say that the author has an answer: the clock stops",
		"mentionctl alerts respond 7"),
	{
		.name = "show",
		.synopsis = "ID",
		.help = "Show an incident with its history and what was said",
		.example = "mentionctl alerts show 7",
		.options = show_options,
		.n_options = ARRAY_SIZE(show_options),
		.min_args = 1,
		.max_args = 1,
		.run = run_show,
	},
};

const struct ctl_verb verb_alerts = {
	.name = "alerts",
	.group = "Alerts",
	.synopsis = "COMMAND",
	.help = "Work on incidents: see, take, answer and close them",
	.description =
		"An incident holds the alerts of one rule that belong together.  It is open,\n"
		"acknowledged by somebody, responded to, and resolved or dismissed in the end.\n"
		"Without a command the incidents are listed.  Who does something is written\n"
		"down: --by, else $SUDO_USER, else the user.",
	.example = "mentionctl alerts\nsudo -u mentiond mentionctl alerts ack 7",
	.verbs = alerts_verbs,
	.n_verbs = ARRAY_SIZE(alerts_verbs),
};
