#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "config/addresses.h"
#include "config/load.h"
#include "ctl/ctl.h"
#include "ctl/source_lines.h"
#include "ctl/sources.h"
#include "ctl/table.h"
#include "daemon/probe.h"
#include "text/charset.h"
#include "text/discover.h"

enum { ARENA_MAX_BYTES = 64 << 20, LINES_MAX_BYTES = 1 << 20, TITLE_SHOWN_COLUMNS = 40 };

/* One address and what stood there. */
struct found {
	const char *url;    /* where it led, for good */
	const char *format; /* NULL: no feed */
	const char *title;
	size_t n_posts;
	struct instant newest;
	const char *problem; /* why it is no feed; NULL */
};

struct discovery {
	const struct settings *settings;
	bool allow_private;
	struct arena *arena;
	struct found page;
	struct texts feeds; /* that the page names */
	struct found *found;
	size_t n_found, n_good;
};

/* What is known of the answer's address while it is read. */
struct look {
	struct discovery *discovery;
	struct found *found;
	bool is_page; /* feeds that it names are wanted too */
};

static const char *keep(struct discovery *discovery, const char *text)
{
	return text ? arena_copy_text(discovery->arena, text) : NULL;
}

static struct instant newest_of(const struct feed *feed)
{
	struct instant newest = {0};

	for (size_t i = 0; i < feed->n_posts; i++) {
		const struct instant at = feed->posts[i].published;

		if (at.known && (!newest.known || at.us > newest.us))
			newest = at;
	}
	return newest;
}

static const char *explain(struct discovery *discovery, const struct harvest *harvest)
{
	const struct fetch_answer *answer = &harvest->answer;

	if (answer->error < 0)
		return keep(discovery, answer->error_text);
	if (answer->status >= 300)
		return arena_format(discovery->arena, "HTTP status %d", answer->status);
	return keep(discovery,
		harvest->hints.error ? harvest->hints.error : "the answer holds nothing");
}

/* The feeds that the page names, in the discovery's arena. */
static int find_feeds(struct discovery *discovery, const struct fetch_answer *answer)
{
	CLEANUP(str_done) struct str buffer = STR_INIT(3 * answer->body.len + 1);
	struct slice html;
	const int r = charset_decode(answer->body, answer->charset, &buffer, &html);

	return r < 0 ? r
		     : discover_feeds(
			       html, slice_of(answer->url), discovery->arena, &discovery->feeds);
}

static int see(struct probe_result *result, void *userdata)
{
	const struct look *look = userdata;
	struct discovery *discovery = look->discovery;
	const struct harvest *harvest = &result->harvest;
	const struct fetch_answer *answer = &harvest->answer;
	struct found *found = look->found;

	if (answer->permanent_url)
		found->url = keep(discovery, answer->permanent_url);
	if (harvest->hints.parsed) {
		found->format = keep(discovery, harvest->feed.format);
		found->title = keep(discovery, harvest->feed.title);
		found->n_posts = harvest->feed.n_posts;
		found->newest = newest_of(&harvest->feed);
		return found->format && found->url ? 0 : -ENOMEM;
	}

	found->problem = explain(discovery, harvest);
	if (!found->problem || !found->url)
		return -ENOMEM;
	return look->is_page && answer->error == 0 && answer->status < 300
		       ? find_feeds(discovery, answer)
		       : 0;
}

static int look_at(struct discovery *discovery, struct found *found, bool is_page)
{
	struct look look = {.discovery = discovery, .found = found, .is_page = is_page};
	const struct source_settings source = {.name = found->url,
		.url = found->url,
		.allow_private = discovery->allow_private,
		.enabled = true};

	return probe_source(discovery->settings, &source, see, &look);
}

/* The page, then each feed that it names; or the page alone when it is one. */
static int discover(struct discovery *discovery)
{
	int r = look_at(discovery, &discovery->page, true);

	if (r < 0)
		return r;
	if (discovery->page.format) {
		discovery->found = &discovery->page;
		discovery->n_found = discovery->n_good = 1;
		return 0;
	}

	discovery->n_found = discovery->feeds.n;
	discovery->found = arena_array(
		discovery->arena, MAX(discovery->n_found, (size_t)1), sizeof(struct found));
	if (!discovery->found)
		return -ENOMEM;
	for (size_t i = 0; r >= 0 && i < discovery->n_found; i++) {
		discovery->found[i].url = discovery->feeds.items[i];
		r = look_at(discovery, &discovery->found[i], false);
		discovery->n_good += discovery->found[i].format != NULL;
	}
	return r;
}

/* --- output ------------------------------------------------------------------ */

static int print_json(const struct found *found)
{
	CLEANUP(json_freep) json_t *object = json_object();
	char time[TIME_TEXT_SIZE];
	int r = json_set_text(object, "url", found->url);

	r |= json_set_text(object, "format", found->format);
	r |= json_set_text(object, "title", found->title);
	if (found->format)
		r |= json_set_integer(object, "posts", (int64_t)found->n_posts);
	if (found->newest.known)
		r |= json_set_text(object, "newest", time_format_rfc3339(found->newest.us, time));
	r |= json_set_text(object, "problem", found->problem);

	return r != 0 ? -ENOMEM : ctl_print_json(object);
}

static int print_table(const struct discovery *discovery)
{
	static const struct table_column columns[] = {
		{.title = "FEED"},
		{.title = "FORMAT"},
		{.title = "POSTS", .right = true},
		{.title = "NEWEST"},
		{.title = "TITLE", .at_most = TITLE_SHOWN_COLUMNS},
		{.title = "PROBLEM"},
	};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	for (size_t i = 0; r == 0 && i < discovery->n_found; i++) {
		const struct found *found = &discovery->found[i];
		char time[TIME_TEXT_SIZE];

		table_add(table, found->url);
		table_add(table, found->format);
		if (found->format)
			table_add_format(table, "%zu", found->n_posts);
		else
			table_add(table, NULL);
		table_add(table,
			found->newest.known ? time_format_rfc3339(found->newest.us, time) : NULL);
		table_add(table, found->title);
		table_add_styled(table, STYLE_BAD, found->problem);
	}
	return r < 0 ? r : table_print(table, stdout);
}

/* To be pasted into the configuration; names that it has are not given again. */
static int print_lines(const struct discovery *discovery)
{
	CLEANUP(map_freep) struct map *names = NULL;
	CLEANUP(str_done) struct str lines = STR_INIT(LINES_MAX_BYTES);
	const struct settings *settings = discovery->settings;
	int r = map_new(&names);

	for (size_t i = 0; r >= 0 && i < settings->n_sources; i++)
		r = map_set(
			names, slice_of(settings->sources[i].name), (union map_value){.number = 1});
	str_add_text(&lines, "\nsources:\n");
	for (size_t i = 0; r >= 0 && i < discovery->n_found; i++) {
		const struct found *found = &discovery->found[i];
		const struct source_line line = {.title = found->title,
			.url = found->url,
			.allow_private = discovery->allow_private};
		const char *name;

		if (!found->format)
			continue;
		r = source_lines_name(&line, names, discovery->arena, &name);
		if (r == 0)
			source_lines_add(&lines, &line, name);
	}
	if (r >= 0)
		r = str_error(&lines);
	if (r == 0)
		fputs(str_text(&lines), stdout);
	return MIN(r, 0);
}

static int print_all(const struct discovery *discovery, bool json)
{
	int r = 0;

	for (size_t i = 0; json && r == 0 && i < discovery->n_found; i++)
		r = print_json(&discovery->found[i]);
	if (json)
		return r;

	if (discovery->page.format)
		printf("The address is a feed itself.\n\n");
	if (discovery->n_found > 0)
		r = print_table(discovery);
	return r == 0 && discovery->n_good > 0 ? print_lines(discovery) : r;
}

/* --- the command ------------------------------------------------------------- */

/* Those of the configuration when there is one: its limits, its proxy and its
 * contact are what the daemon will ask with. */
static int find_settings(struct ctl *ctl, struct settings **ret)
{
	static const char defaults[] = "sources: [{name: none, url: 'https://none.invalid/'}]";

	if (access(ctl_config_path(ctl), F_OK) == 0)
		return ctl_settings(ctl, ret);

	const int r = settings_parse("the defaults", slice_of(defaults), ret, NULL);
	return r < 0 ? log_error(r, "Cannot start") : 0;
}

static int tell_outcome(const struct discovery *discovery, const char *url)
{
	if (discovery->n_good > 0)
		return 0;
	if (discovery->n_found > 0)
		log_error(0, "%s names %zu feeds, none of which can be read", url,
			discovery->n_found);
	else
		log_error(0, "%s: %s%s", url, discovery->page.problem,
			strstr(discovery->page.problem, "allow_private") ? ", here --allow-private"
									 : "");
	return EX_UNAVAILABLE;
}

int sources_discover(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const char *url = ctl_argument(ctl, 0);
	struct complaint complaint = {0};
	int r;

	if (!address_is_url(url, "http https", &complaint))
		return ctl_usage(ctl, "%s: %s", url,
			complaint.problem ? complaint.problem : "this is no http or https address");
	r = find_settings(ctl, &settings);
	if (r != 0)
		return r;
	r = arena_new(ARENA_MAX_BYTES, &arena);
	if (r < 0)
		return log_error(r, "Cannot start");

	struct discovery discovery = {.settings = settings,
		.allow_private = ctl_flag(ctl, "allow-private"),
		.arena = arena,
		.page = {.url = url}};

	r = discover(&discovery);
	if (r == 0)
		r = print_all(&discovery, ctl_flag(ctl, "json"));
	return r < 0 ? log_error(r, "Cannot look at %s", url) : tell_outcome(&discovery, url);
}
