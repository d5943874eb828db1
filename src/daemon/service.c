#include "daemon/service.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include <malloc.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/random.h"
#include "config/load.h"
#include "daemon/alerting.h"
#include "daemon/applying.h"
#include "daemon/check.h"
#include "daemon/digests.h"
#include "daemon/ingest.h"
#include "daemon/intake.h"
#include "daemon/journal.h"
#include "daemon/loop_times.h"
#include "daemon/pushes.h"
#include "daemon/requests.h"
#include "daemon/sending.h"
#include "daemon/upkeep.h"
#include "fetch/fetcher.h"

enum { INDEX_BATCH = 100 }; /* posts in one turn of idle work */

struct service {
	const struct service_options *options;
	sd_event *event;
	const struct clock *clock;
	struct random random;
	struct settings *settings;
	struct store *store;
	struct tools *tools;
	struct turn_context context; /* with the tools */
	struct http_client *client;
	struct fetcher *fetcher;
	struct pushes *pushes; /* NULL: everything is asked once */
	struct intake *intake;
	struct sending *sending;
	struct upkeep *upkeep;
	sd_event_source *minute;
	sd_event_source *idle;
	bool switched;             /* sources, and the fetcher does not know */
	struct turn_result stored; /* since the start */
	bool unstored;             /* something could not be, since the start */
	struct applying applying;  /* streams to the posts that were here before */
	struct loop_times times;
};

static int store_failed(struct service *service, int error, const char *what)
{
	service->unstored = true;
	return journal_store_failed(service->store, error, what);
}

/* --- what the parts call ------------------------------------------------------ */

/* What follows from what was stored. */
static void on_stored(const struct turn_result *result, void *userdata)
{
	struct service *service = userdata;

	turn_result_add(&service->stored, result);
	if (result->n_mentions > 0 || result->n_edited > 0)
		sd_event_source_set_enabled(service->idle, SD_EVENT_ONESHOT);
	if (result->n_mails > 0)
		sending_wake(service->sending);
}

static void on_offer(void *userdata)
{
	const struct service *service = userdata;

	if (service->pushes)
		pushes_offers_changed(service->pushes);
}

/* --- the parts ------------------------------------------------------------------ */

static int print_diags(const struct diags *diags, int r, const char *path)
{
	diags_print(diags, stderr);
	if (r == -EINVAL)
		(void)log_error(0, "%s has mistakes, see above", path);
	else if (r < 0 && diags_count_errors(diags) > 0)
		(void)log_error(0, "Cannot use the configuration %s, see above", path);
	else if (r < 0)
		(void)log_error(r, "Cannot use the configuration %s", path);

	return r;
}

/* New settings. */
static int load(struct service *service, struct settings **ret_settings)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	const char *path = service->options->config_path;

	int r = diags_new(&diags);
	if (r < 0)
		return r;

	r = settings_load(path, ret_settings, diags);
	/* One that is missing now is missing at every start: no reason to try again. */
	if (r >= 0)
		r = check_secrets(*ret_settings, DIAG_ERROR, diags);
	return print_diags(diags, r, path);
}

static int make_tools(
	const struct service *service, const struct settings *settings, struct tools **ret)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	int r = diags_new(&diags);

	if (r < 0)
		return r;

	r = tools_new(settings, ret, diags);
	return print_diags(diags, r, service->options->config_path);
}

/* From now on turns work with TOOLS, which are taken. */
static void set_tools(struct service *service, struct tools *tools)
{
	tools_free(service->tools);
	service->tools = tools;
	service->context = (struct turn_context){.tools = tools,
		.store = service->store,
		.clock = service->clock,
		.random = &service->random};
}

/* Makes client and outbox follow SETTINGS. */
static int set_network(struct service *service, const struct settings *settings)
{
	const struct http_client_options client = {
		.contact = settings->contact, .proxy = settings->fetch.proxy};
	const int r = http_client_configure(service->client, &client);

	return r < 0 ? r : sending_configure(service->sending, settings);
}

/* Makes the sources of SETTINGS follow what was applied to the store, with the
 * switches that people set since.  Returns how many changed. */
static int read_switches(struct service *service, struct settings *settings)
{
	int n_changed = 0;

	for (size_t i = 0; i < settings->n_sources; i++) {
		struct source_settings *source = &settings->sources[i];
		const int on = store_is_source_on(service->store, source->name);

		if (on < 0)
			return on;
		if (source->enabled == (on > 0))
			continue;
		(void)log_full(LOG_LEVEL_INFO, 0, &(struct log_fields){.source = source->name},
			"Source %s is switched %s", source->name, on > 0 ? "on" : "off");
		source->enabled = on > 0;
		n_changed++;
	}
	return n_changed;
}

/* A clock that was wrong shows in what was stored by it. */
static void tell_future(
	const struct settings *settings, const struct source_state *states, int64_t now_us)
{
	char when[TIME_TEXT_SIZE];
	size_t first = 0;
	size_t n = 0;

	for (size_t i = settings->n_sources; i-- > 0;)
		if (states[i].last_success.known && states[i].last_success.us > now_us) {
			first = i;
			n++;
		}
	if (n > 0)
		log_warning(0,
			"%zu source%s answered in the future (%s at %s): the clock was wrong then, "
			"or is now",
			n, n == 1 ? "" : "s", settings->sources[first].name,
			time_format_rfc3339(states[first].last_success.us, when));
}

static int set_sources(struct service *service, struct settings *settings)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(free_heapp)
	struct source_state *states = calloc(MAX(settings->n_sources, (size_t)1), sizeof(*states));

	int r = states ? arena_new(TURN_ARENA_BYTES, &arena) : -ENOMEM;

	if (r >= 0)
		r = read_switches(service, settings);
	for (size_t i = 0; i < settings->n_sources && r >= 0; i++) {
		r = store_source_state(
			service->store, settings->sources[i].name, arena, &states[i]);
		if (r == -ENOENT)
			r = 0;
	}
	if (r < 0)
		return r;

	tell_future(settings, states, clock_now_us(service->clock));
	return fetcher_set_sources(service->fetcher, settings, states);
}

static int set_pushes(struct service *service, const struct settings *settings)
{
	return service->pushes ? pushes_set_sources(service->pushes, settings) : 0;
}

/* --- what happens by itself ---------------------------------------------------- */

static void tell_status(const struct service *service)
{
	struct fetcher_stats stats;

	fetcher_get_stats(service->fetcher, &stats);
	sd_notifyf(0, "STATUS=%zu sources, %zu in flight; %zu mentions and %zu alerts since start",
		stats.n_sources, stats.n_in_flight, service->stored.n_mentions,
		service->stored.n_alerts);
}

static void work_calendar(struct service *service)
{
	struct turn_result result = {0};
	size_t n_digests;

	int r = alerting_check_rates(&service->context, &result);
	if (r < 0)
		(void)store_failed(service, r, "Cannot judge alerts");
	r = digests_make_due(&service->context, &n_digests);
	if (r < 0)
		(void)store_failed(service, r, "Cannot write a digest");
	upkeep_minute(service->upkeep);

	service->stored.n_alerts += result.n_alerts;
}

/* Whether a person wants a source to be asked again that had said 410. */
static int find_revived(const struct service *service)
{
	size_t position = 0;
	const char *name;

	while ((name = fetcher_next_gone(service->fetcher, &position))) {
		const int r = store_is_source_gone(service->store, name);

		if (r <= 0)
			return r < 0 ? r : 1;
	}
	return 0;
}

/* What mentionctl sources enable and disable wrote. */
static void follow_switches(struct service *service)
{
	int r = store_is_touched(service->store);

	/* Mostly nobody did anything, and there may be many sources. */
	if (r == 0 && !service->switched)
		return;
	if (r >= 0)
		r = read_switches(service, service->settings);
	service->switched = service->switched || r != 0;
	if (r >= 0)
		r = find_revived(service);
	service->switched = service->switched || r != 0;
	if (r >= 0 && service->switched) {
		intake_cancel_all(service->intake);
		r = set_sources(service, service->settings);
	}
	if (r >= 0 && service->switched)
		r = set_pushes(service, service->settings);
	if (r < 0)
		(void)store_failed(service, r, "Cannot switch sources");
	else
		service->switched = false;
}

static int on_minute(sd_event_source *source, uint64_t at_us, void *userdata)
{
	struct service *service = userdata;

	(void)at_us;
	work_calendar(service);
	follow_switches(service);
	tell_status(service);
	/* What could not be done, because a command was at the database. */
	sd_event_source_set_enabled(service->idle, SD_EVENT_ONESHOT);
	/* Also for what mentionctl wrote to the outbox. */
	sending_wake(service->sending);
	sd_event_source_set_time_relative(source, US_PER_MINUTE);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void end_applying(struct service *service)
{
	const struct applying *applying = &service->applying;

	if (applying->n_posts > 0)
		log_info("New and changed streams were applied to %zu earlier posts: %zu mentions "
			 "came, %zu went, %zu changed",
			applying->n_posts, applying->n[APPLY_COMES], applying->n[APPLY_GOES],
			applying->n[APPLY_CHANGES]);
	if (applying->n[APPLY_STAYS] > 0)
		log_info("%zu mentions match no more, and stay because somebody has worked on "
			 "them",
			applying->n[APPLY_STAYS]);
	if (applying->n_mails > 0)
		sending_wake(service->sending);

	service->stored.n_mentions += applying->n[APPLY_COMES];
	service->stored.n_alerts += applying->n_alerts;
	service->applying = (struct applying){0};
}

/* Some work of the kind that waits until nothing else is to be done.  1: there
 * may be more, 0: all is done. */
static int work_idle(struct service *service)
{
	int r = applying_step(&service->context, &service->applying);

	if (r < 0)
		return store_failed(service, r, "Cannot apply streams to earlier posts");
	if (r > 0)
		return r;

	end_applying(service);
	r = upkeep_work(service->upkeep, service->settings, clock_now_us(service->clock));
	if (r != 0)
		return r;

	r = store_index_some(service->store, INDEX_BATCH);
	return r < 0 ? store_failed(service, r, "Cannot index posts for search") : r;
}

static int on_idle(sd_event_source *source, void *userdata)
{
	/* The next turn comes after everything that is more urgent; after a failure
	 * with the next minute. */
	const bool has_more = work_idle(userdata) > 0;

	return sd_event_source_set_enabled(source, has_more ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

/* --- reload and end --------------------------------------------------------------- */

/* Puts new settings in force.  What can fail comes first; from the moment that
 * the fetcher took them the old ones are gone, and then a lack of memory ends
 * the daemon: systemd starts it with the new ones. */
static int swap(struct service *service, struct settings **settings)
{
	CLEANUP(tools_freep) struct tools *tools = NULL;

	int r = make_tools(service, *settings, &tools);
	if (r >= 0)
		r = store_apply_settings(service->store, *settings, clock_now_us(service->clock));
	/* They are read by the old settings; what is not stored is asked for again. */
	if (r >= 0)
		intake_cancel_all(service->intake);
	if (r >= 0)
		r = set_sources(service, *settings);
	if (r < 0) {
		/* The store says which queries posts are judged by: the old ones. */
		(void)store_apply_settings(
			service->store, service->settings, clock_now_us(service->clock));
		return r;
	}

	r = set_network(service, *settings);
	if (r >= 0)
		r = set_pushes(service, *settings);
	if (r < 0)
		sd_event_exit(service->event, error_exit_code(r));

	set_tools(service, TAKE(tools));
	settings_free(service->settings);
	service->settings = TAKE(*settings);
	/* Of many sources the old ones were most of our memory. */
	malloc_trim(0);
	/* New and changed streams have work to do. */
	sd_event_source_set_enabled(service->idle, SD_EVENT_ONESHOT);
	return r;
}

static int reload(struct service *service)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;

	const int r = load(service, &settings);
	if (r < 0)
		return r;

	if (strcmp(settings->database, service->settings->database) != 0)
		(void)log_warning(
			0, "The database moves to %s at the next restart", settings->database);
	return swap(service, &settings);
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *signal, void *userdata)
{
	const struct log_fields failed = {.message_id = LOG_ID_RELOAD_FAILED};
	struct service *service = userdata;
	struct timespec now;

	(void)source;
	(void)signal;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
		(long long)now.tv_sec * US_PER_S + now.tv_nsec / 1000);

	const int r = reload(service);
	if (r < 0) {
		(void)log_full(LOG_LEVEL_ERROR, r, &failed,
			"Reload failed, the running configuration stays");
		sd_notify(0, "READY=1\nSTATUS=Reload failed, the running configuration stays");
		return 0;
	}

	log_info("Reloaded: %zu sources, %zu streams", service->settings->n_sources,
		service->settings->n_streams);
	sd_notify(0, "READY=1");
	tell_status(service);
	sending_wake(service->sending);
	return 0;
}

static int on_end(sd_event_source *source, const struct signalfd_siginfo *signal, void *userdata)
{
	(void)signal;
	(void)userdata;
	sd_notify(0, "STOPPING=1");

	return sd_event_exit(sd_event_source_get_event(source), EX_OK);
}

static void on_drained(void *userdata, int waiting)
{
	struct service *service = userdata;

	if (service->unstored || intake_has_failed(service->intake) ||
		sending_has_failed(service->sending))
		sd_event_exit(service->event, EX_IOERR);
	else
		sd_event_exit(service->event, waiting > 0 ? EX_TEMPFAIL : EX_OK);
}

static void on_all_polled(void *userdata)
{
	struct service *service = userdata;

	work_calendar(service);
	while (work_idle(service) > 0)
		continue;

	sending_drain(service->sending, on_drained, service);
}

/* --- from start to end --------------------------------------------------------------- */

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	signal(SIGPIPE, SIG_IGN);

	/* Before the resolver's threads start: they inherit it. */
	return -pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static int add_events(struct service *service)
{
	int r = sd_event_add_signal(service->event, NULL, SIGHUP, on_reload, service);

	if (r >= 0)
		r = sd_event_add_signal(service->event, NULL, SIGTERM, on_end, service);
	if (r >= 0)
		r = sd_event_add_signal(service->event, NULL, SIGINT, on_end, service);
	if (r >= 0)
		r = sd_event_add_defer(service->event, &service->idle, on_idle, service);
	if (r >= 0)
		r = sd_event_source_set_priority(service->idle, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0 && !service->options->once)
		r = sd_event_add_time_relative(service->event, &service->minute, CLOCK_BOOTTIME,
			US_PER_S, US_PER_S, on_minute, service);
	return r < 0 ? r : sd_event_set_watchdog(service->event, true);
}

static int open_store(struct service *service)
{
	const char *path = service->settings->database;
	struct migration migration;

	int r = store_find_migration(path, &migration);
	if (r > 0) {
		journal_migration(path, &migration);
		/* Several times of what it may take: systemd is not to end it half-way. */
		sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%lld",
			(long long)(US_PER_MINUTE + 10 * migration.duration_us));
	}

	r = store_open(path, STORE_CREATE, &service->store);
	if (r >= 0)
		r = store_claim(service->store);
	if (r < 0) {
		(void)log_full(LOG_LEVEL_ERROR, 0,
			&(struct log_fields){.message_id = LOG_ID_STORE_FAILED},
			"Cannot open the database: %s", store_error_text(service->store));
		return r;
	}

	r = store_apply_settings(service->store, service->settings, clock_now_us(service->clock));
	return r < 0 ? journal_store_failed(service->store, r, "Cannot write the settings") : 0;
}

static int open_pushes(struct service *service)
{
	const struct pushes_options options = {.event = service->event,
		.client = service->client,
		.clock = service->clock,
		.random = &service->random,
		.store = service->store,
		.take_events = intake_take_events,
		.take_push = intake_take_push,
		.hurry = intake_hurry,
		.userdata = service->intake};

	return pushes_new(&options, &service->pushes);
}

static int open_intake(struct service *service)
{
	const struct intake_options options = {.event = service->event,
		.context = &service->context,
		.database = service->settings->database,
		.once = service->options->once,
		.on_stored = on_stored,
		.on_offer = on_offer,
		.userdata = service};
	const int r = intake_new(&options, &service->intake);

	return r < 0 ? r : intake_blame(service->intake);
}

static int open_upkeep(struct service *service)
{
	const struct upkeep_options options = {.event = service->event,
		.clock = service->clock,
		.store = service->store,
		.path = service->settings->database,
		.once = service->options->once};

	return upkeep_new(&options, &service->upkeep);
}

static int open_sending(struct service *service)
{
	const struct sending_options options = {.event = service->event,
		.client = service->client,
		.clock = service->clock,
		.random = &service->random,
		.store = service->store,
		.drains_only = service->options->once};

	return sending_new(&options, &service->sending);
}

static int open_network(struct service *service)
{
	const struct http_client_options client = {.event = service->event};
	struct fetcher_options fetcher = {.event = service->event,
		.clock = service->clock,
		.random = &service->random,
		.on_answer = intake_take_answer,
		.make_request = requests_make,
		.find_password = requests_find_password,
		.userdata = service->intake};

	int r = http_client_new(&client, &service->client);
	if (r >= 0)
		r = open_sending(service);
	if (r >= 0)
		r = set_network(service, service->settings);
	if (r < 0)
		return r;

	fetcher.client = service->client;
	r = fetcher_new(&fetcher, &service->fetcher);
	if (r < 0)
		return r;
	intake_set_fetcher(service->intake, service->fetcher);
	return service->options->once ? 0 : open_pushes(service);
}

/* Everything up to READY; the exit code, or 0. */
static int start(struct service *service)
{
	int r = block_signals();

	if (r >= 0)
		r = sd_event_default(&service->event);
	if (r < 0)
		return error_exit_code(log_error(r, "Cannot start the event loop"));

	if (load(service, &service->settings) < 0)
		return EX_CONFIG;

	r = open_store(service);
	if (r < 0)
		return error_exit_code(r);

	struct tools *tools;

	r = make_tools(service, service->settings, &tools);
	if (r < 0)
		return r == -EINVAL ? EX_CONFIG : error_exit_code(r);
	set_tools(service, tools);

	r = open_intake(service);
	if (r >= 0)
		r = open_upkeep(service);
	if (r >= 0)
		r = open_network(service);
	if (r >= 0)
		r = add_events(service);
	if (r >= 0)
		r = set_sources(service, service->settings);
	if (r >= 0)
		r = set_pushes(service, service->settings);
	return r < 0 ? error_exit_code(log_error(r, "Cannot start")) : EX_OK;
}

static int run(struct service *service)
{
	int r = 0;

	log_info("mentiond " MENTIOND_VERSION " watches %zu source%s for %zu stream%s",
		service->settings->n_sources, service->settings->n_sources == 1 ? "" : "s",
		service->settings->n_streams, service->settings->n_streams == 1 ? "" : "s");
	if (service->options->once)
		r = fetcher_poll_once(service->fetcher, on_all_polled, service);
	else
		sending_wake(service->sending);
	if (r < 0)
		return error_exit_code(log_error(r, "Cannot poll the sources"));

	sd_notify(0, "READY=1");
	tell_status(service);
	r = loop_times_run(&service->times, service->event);
	if (r < 0)
		return error_exit_code(log_error(r, "The event loop failed"));

	if (service->options->once)
		journal_totals(service->stored.n_new, service->stored.n_mentions,
			service->stored.n_alerts);
	log_debug("Ends after %llu turns of work: 99 in 100 under %d ms, the longest %lld ms",
		(unsigned long long)service->times.n, loop_times_quantile_ms(&service->times, 0.99),
		(long long)(service->times.longest_us / US_PER_MS));
	return r;
}

static void end(struct service *service)
{
	sending_free(service->sending);
	/* Who waits for what is being read is told before it goes. */
	intake_free(service->intake);
	pushes_free(service->pushes);
	fetcher_free(service->fetcher);
	http_client_free(service->client);
	sd_event_source_unref(service->minute);
	sd_event_source_unref(service->idle);
	tools_free(service->tools);
	upkeep_free(service->upkeep);
	store_close(service->store);
	settings_free(service->settings);
	sd_event_unref(service->event);
}

int service_run(const struct service_options *options)
{
	struct service service = {.options = options, .clock = clock_system()};

	random_init(&service.random);

	int code = start(&service);
	if (code == EX_OK)
		code = run(&service);
	/* Whatever else came of it. */
	if (service.store && store_is_damaged(service.store))
		code = error_exit_code(-EUCLEAN);

	end(&service);
	return code;
}
