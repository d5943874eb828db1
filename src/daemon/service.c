#include "daemon/service.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/random.h"
#include "config/load.h"
#include "config/secret.h"
#include "daemon/pipeline.h"
#include "daemon/pushes.h"
#include "daemon/requests.h"
#include "daemon/turns.h"
#include "fetch/fetcher.h"
#include "notify/outbox.h"

enum {
	INDEX_BATCH = 100, /* posts in one turn of idle work */
	PRUNE_BATCH = 500, /* posts removed in one turn */
	FAILING_AFTER = 3, /* failures in a row until an operator is told */
	COUNTS_TEXT_MAX = 128,
};

struct service {
	const struct service_options *options;
	sd_event *event;
	const struct clock *clock;
	struct random random;
	struct settings *settings;
	struct store *store;
	struct pipeline *pipeline;
	struct http_client *client;
	struct fetcher *fetcher;
	struct pushes *pushes; /* NULL: everything is asked once */
	struct outbox *outbox; /* NULL: no mail server is configured */
	sd_event_source *minute;
	sd_event_source *mail;
	sd_event_source *idle;
	bool switched;                      /* sources, and the fetcher does not know */
	struct instant mail_armed;          /* what the mail timer is set to */
	size_t n_new, n_mentions, n_alerts; /* since the start */
	struct applying applying;           /* streams to the posts that were here before */
	struct turns turns;
};

/* --- what the parts call ------------------------------------------------------ */

static int log_store(const struct service *service, int error, const char *what)
{
	const struct log_fields fields = {.message_id = LOG_ID_STORE_FAILED};

	return log_full(
		LOG_LEVEL_ERROR, error, &fields, "%s: %s", what, store_error_text(service->store));
}

/* A person who asks ONCE is told of each failure; an operator of lasting ones. */
static void log_source(const struct source_settings *source, const struct source_state *before,
	const struct source_state *after, bool once)
{
	struct log_fields fields = {.source = source->name, .message_id = LOG_ID_SOURCE_FAILING};

	if (after->gone && !before->gone)
		(void)log_full(LOG_LEVEL_ERROR, 0, &fields,
			"Source %s is gone and will not be asked again: %s", source->name,
			after->last_error ? after->last_error : "it says so");
	else if (after->failures == FAILING_AFTER)
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
			"Source %s failed %u times in a row: %s", source->name, after->failures,
			after->last_error ? after->last_error : "unknown reason");
	else if (after->failures > 0 && once)
		(void)log_full(LOG_LEVEL_WARNING, 0, &(struct log_fields){.source = source->name},
			"Source %s failed: %s", source->name,
			after->last_error ? after->last_error : "unknown reason");

	fields.message_id = LOG_ID_SOURCE_RECOVERED;
	if (after->failures == 0 && before->failures >= FAILING_AFTER)
		(void)log_full(LOG_LEVEL_INFO, 0, &fields, "Source %s answers again", source->name);
}

static void log_dropped(const struct source_settings *source, const struct ingest_result *result)
{
	const struct log_fields fields = {.source = source->name};
	char where[64] = "";

	if (result->dropped_line > 0)
		(void)snprintf(where, sizeof(where), ", the first on line %u of the body",
			result->dropped_line);
	(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
		"Source %s: %zu entries could not be read or are over a limit%s", source->name,
		result->n_dropped, where);
}

/* "1 new post, 2 mentions, 0 alerts", in BUFFER. */
static const char *counts_text(
	size_t n_new, size_t n_mentions, size_t n_alerts, char buffer[COUNTS_TEXT_MAX])
{
	snprintf(buffer, COUNTS_TEXT_MAX, "%zu new post%s, %zu mention%s, %zu alert%s", n_new,
		n_new == 1 ? "" : "s", n_mentions, n_mentions == 1 ? "" : "s", n_alerts,
		n_alerts == 1 ? "" : "s");
	return buffer;
}

static void log_ingest(const struct source_settings *source, const struct ingest_result *result)
{
	const struct log_fields fields = {.source = source->name};
	const struct log_fields limit = {.source = source->name, .message_id = LOG_ID_LIMIT_HIT};

	if (result->n_dropped > 0)
		log_dropped(source, result);
	if (result->is_cut)
		(void)log_full(LOG_LEVEL_WARNING, 0, &limit,
			"Source %s: posts may be missing, there are more than one poll takes (%u "
			"pages); ask more often (every: ...) or for less",
			source->name,
			source->service->pages.kind == PAGING_NONE ? 1
								   : source->service->pages.most);
	if (result->n_mentions > 0 || result->n_alerts > 0) {
		char counts[COUNTS_TEXT_MAX];

		(void)log_full(LOG_LEVEL_INFO, 0, &fields, "Source %s: %s", source->name,
			counts_text(result->n_new, result->n_mentions, result->n_alerts, counts));
	}
}

/* A match that a limit prevented is not passed over in silence. */
static void log_exceeded(struct service *service, const struct source_settings *source)
{
	struct log_fields fields = {.source = source->name, .message_id = LOG_ID_LIMIT_HIT};
	uint64_t n;

	while (pipeline_take_exceeded(service->pipeline, &fields.stream, &n))
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
			"Stream %s: on %llu posts of source %s a regular expression or a distance "
			"took more steps than are allowed; matches may be missing (simplify the "
			"query)",
			fields.stream, (unsigned long long)n, source->name);
}

/* What follows from what was stored. */
static void follow_up(struct service *service, const struct source_settings *source,
	const struct ingest_result *result)
{
	log_ingest(source, result);
	log_exceeded(service, source);
	service->n_new += result->n_new;
	service->n_mentions += result->n_mentions;
	service->n_alerts += result->n_alerts;
	if (result->n_mentions > 0 || result->n_edited > 0)
		sd_event_source_set_enabled(service->idle, SD_EVENT_ONESHOT);
	if (result->n_mails > 0 && service->outbox && !service->options->once)
		outbox_wake(service->outbox);
}

static int on_answer(const struct source_settings *source, const struct fetch_answer *answer,
	struct source_state *state, void *userdata)
{
	struct service *service = userdata;
	const struct source_state before = *state;
	struct ingest_result result;

	const int r = pipeline_ingest(service->pipeline, source, answer, state, &result);
	if (r < 0)
		return log_store(service, r, "Cannot store a fetch");

	log_source(source, &before, state, service->options->once);
	follow_up(service, source, &result);
	if (result.offer_changed && service->pushes)
		pushes_offers_changed(service->pushes);
	return 0;
}

static int take_pushed(const struct pushed *pushed, void *userdata)
{
	struct service *service = userdata;
	struct ingest_result result;

	const int r = pipeline_take(service->pipeline, pushed, &result);
	if (r == -EPROTONOSUPPORT || r == -EBADMSG || r == -EMSGSIZE)
		return r;
	if (r < 0)
		return log_store(service, r, "Cannot store what was pushed");

	if (result.n_new > 0)
		fetcher_note_new_post(
			service->fetcher, pushed->source->name, clock_now_us(service->clock));
	follow_up(service, pushed->source, &result);
	return 0;
}

static void hurry_source(const char *source, int64_t least_us, void *userdata)
{
	struct service *service = userdata;

	fetcher_hurry_source(service->fetcher, source, least_us);
}

static int take_due(void *userdata, int64_t now_us, struct arena *arena, struct delivery *ret)
{
	const struct service *service = userdata;
	struct deliveries due;

	const int r = store_due_deliveries(service->store, now_us, 1, arena, &due);
	if (r < 0 || due.n == 0)
		return r;

	*ret = due.list[0];
	return 1;
}

static int next_due(void *userdata, struct instant *ret)
{
	const struct service *service = userdata;

	return store_next_due(service->store, ret);
}

static int settle(void *userdata, const struct delivery_outcome *outcome)
{
	const struct service *service = userdata;
	const struct log_fields fields = {.message_id = LOG_ID_MAIL_FAILED};

	int r = store_begin(service->store);
	if (r >= 0)
		r = store_settle_delivery(service->store, outcome);
	if (r >= 0)
		r = store_commit(service->store);
	if (r < 0) {
		store_rollback(service->store);
		return r;
	}

	if (outcome->state == DELIVERY_FAILED)
		(void)log_full(LOG_LEVEL_ERROR, 0, &fields, "Mail %lld was refused for good: %s",
			(long long)outcome->id, outcome->text ? outcome->text : "no reason given");
	else if (outcome->state == DELIVERY_QUEUED)
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields, "Mail %lld must wait: %s",
			(long long)outcome->id, outcome->text ? outcome->text : "no reason given");
	return 0;
}

static void outbox_failed(void *userdata, int error)
{
	(void)log_store(userdata, error, "Cannot read or settle the outbox");
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

/* New settings and the pipeline that goes with them. */
static int load(struct service *service, struct settings **ret_settings)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	const char *path = service->options->config_path;

	int r = diags_new(&diags);
	if (r < 0)
		return r;

	r = settings_load(path, ret_settings, diags);
	return print_diags(diags, r, path);
}

static int make_pipeline(
	struct service *service, const struct settings *settings, struct pipeline **ret)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	const struct pipeline_options options = {.settings = settings,
		.store = service->store,
		.clock = service->clock,
		.random = &service->random};

	int r = diags_new(&diags);
	if (r < 0)
		return r;

	r = pipeline_new(&options, ret, diags);
	return print_diags(diags, r, service->options->config_path);
}

static int read_password(const struct settings *settings, char **ret)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;

	if (settings->smtp.password.kind == SECRET_NONE)
		return 0;

	int r = diags_new(&diags);
	if (r >= 0)
		r = secret_read(&settings->smtp.password, ret, diags);
	if (r < 0) {
		diags_print(diags, stderr);
		return log_error(r, "Cannot read the password of smtp");
	}
	return 0;
}

/* Makes client and outbox follow SETTINGS; PASSWORD is that of smtp. */
static int set_network(
	struct service *service, const struct settings *settings, const char *password)
{
	const struct http_client_options client = {
		.contact = settings->contact, .proxy = settings->fetch.proxy};
	const struct outbox_setup setup = {.client = service->client,
		.clock = service->clock,
		.smtp = &settings->smtp,
		.password = password,
		.random = &service->random,
		.store = {.take_due = take_due,
			.next_due = next_due,
			.settle = settle,
			.failed = outbox_failed,
			.userdata = service}};

	const int r = http_client_configure(service->client, &client);
	if (r < 0)
		return r;

	if (!settings->smtp.url) {
		outbox_free(TAKE(service->outbox));
		return 0;
	}
	if (service->outbox)
		return outbox_configure(service->outbox, &settings->smtp, password);

	return outbox_new(&setup, &service->outbox);
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

static int set_sources(struct service *service, struct settings *settings)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(free_heapp)
	struct source_state *states = calloc(MAX(settings->n_sources, (size_t)1), sizeof(*states));

	int r = states ? arena_new(PIPELINE_ARENA_BYTES, &arena) : -ENOMEM;

	if (r >= 0)
		r = read_switches(service, settings);
	for (size_t i = 0; i < settings->n_sources && r >= 0; i++) {
		r = store_source_state(
			service->store, settings->sources[i].name, arena, &states[i]);
		if (r == -ENOENT)
			r = 0;
	}
	return r < 0 ? r : fetcher_set_sources(service->fetcher, settings, states);
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
		stats.n_sources, stats.n_in_flight, service->n_mentions, service->n_alerts);
}

static void work_calendar(struct service *service)
{
	const int64_t now_us = clock_now_us(service->clock);
	struct ingest_result result = {0};
	size_t n_digests;

	int r = pipeline_check_alerts(service->pipeline, &result);
	if (r < 0)
		(void)log_store(service, r, "Cannot judge alerts");
	r = pipeline_make_digests(service->pipeline, &n_digests);
	if (r < 0)
		(void)log_store(service, r, "Cannot write a digest");
	r = store_prune(service->store, now_us - service->settings->keep_unmatched_us,
		now_us - service->settings->keep_mentions_us, PRUNE_BATCH);
	if (r < 0)
		(void)log_store(service, r, "Cannot remove old posts");

	service->n_alerts += result.n_alerts;
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
	int r = read_switches(service, service->settings);

	service->switched = service->switched || r != 0;
	if (r >= 0)
		r = find_revived(service);
	service->switched = service->switched || r != 0;
	if (r >= 0 && service->switched)
		r = set_sources(service, service->settings);
	if (r >= 0 && service->switched)
		r = set_pushes(service, service->settings);
	if (r < 0)
		(void)log_store(service, r, "Cannot switch sources");
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
	if (service->outbox)
		outbox_wake(service->outbox);
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
	if (applying->n_mails > 0 && service->outbox && !service->options->once)
		outbox_wake(service->outbox);

	service->n_mentions += applying->n[APPLY_COMES];
	service->n_alerts += applying->n_alerts;
	service->applying = (struct applying){0};
}

/* Some work of the kind that waits until nothing else is to be done.  1: there
 * may be more, 0: all is done. */
static int work_idle(struct service *service)
{
	int r = pipeline_apply_some(service->pipeline, &service->applying);

	if (r < 0)
		return log_store(service, r, "Cannot apply streams to earlier posts");
	if (r > 0)
		return r;

	end_applying(service);
	r = store_index_some(service->store, INDEX_BATCH);
	return r < 0 ? log_store(service, r, "Cannot index posts for search") : r;
}

static int on_idle(sd_event_source *source, void *userdata)
{
	/* The next turn comes after everything that is more urgent; after a failure
	 * with the next minute. */
	const bool has_more = work_idle(userdata) > 0;

	return sd_event_source_set_enabled(source, has_more ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static int on_mail_time(sd_event_source *source, uint64_t at_us, void *userdata)
{
	struct service *service = userdata;

	(void)source;
	(void)at_us;
	service->mail_armed = (struct instant){0};
	if (service->outbox)
		outbox_wake(service->outbox);
	return 0;
}

/* After every turn of the loop: the mail timer follows the outbox. */
static int on_turn(sd_event_source *source, void *userdata)
{
	struct service *service = userdata;
	const struct instant next =
		service->outbox ? outbox_next(service->outbox) : (struct instant){0};

	(void)source;
	if (service->options->once ||
		(next.known == service->mail_armed.known && next.us == service->mail_armed.us))
		return 0;

	service->mail_armed = next;
	if (!next.known)
		return sd_event_source_set_enabled(service->mail, SD_EVENT_OFF);

	const int64_t wait_us = next.us - clock_now_us(service->clock);

	sd_event_source_set_time_relative(service->mail, wait_us > 0 ? (uint64_t)wait_us : 0);
	return sd_event_source_set_enabled(service->mail, SD_EVENT_ONESHOT);
}

/* --- reload and end --------------------------------------------------------------- */

/* Puts new settings in force.  What can fail comes first; from the moment that
 * the fetcher took them the old ones are gone, and then a lack of memory ends
 * the daemon: systemd starts it with the new ones. */
static int swap(struct service *service, struct settings **settings)
{
	CLEANUP(pipeline_freep) struct pipeline *pipeline = NULL;
	CLEANUP(free_heapp) char *password = NULL;

	int r = make_pipeline(service, *settings, &pipeline);
	if (r >= 0)
		r = read_password(*settings, &password);
	if (r >= 0)
		r = store_apply_settings(service->store, *settings, clock_now_us(service->clock));
	if (r >= 0)
		r = set_sources(service, *settings);
	if (r < 0) {
		/* The store says which queries posts are judged by: the old ones. */
		(void)store_apply_settings(
			service->store, service->settings, clock_now_us(service->clock));
		return r;
	}

	r = set_network(service, *settings, password);
	if (r >= 0)
		r = set_pushes(service, *settings);
	if (r < 0)
		sd_event_exit(service->event, error_exit_code(r));

	pipeline_free(service->pipeline);
	settings_free(service->settings);
	service->pipeline = TAKE(pipeline);
	service->settings = TAKE(*settings);
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
		(long long)(now.tv_sec * US_PER_S + now.tv_nsec / 1000));

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
	if (service->outbox)
		outbox_wake(service->outbox);
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

	sd_event_exit(service->event, waiting > 0 ? EX_TEMPFAIL : EX_OK);
}

static void on_all_polled(void *userdata)
{
	struct service *service = userdata;

	work_calendar(service);
	while (work_idle(service) > 0)
		continue;

	if (service->outbox)
		outbox_drain(service->outbox, on_drained, service);
	else
		on_drained(service, 0);
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
	sd_event_source *turn;
	int r = sd_event_add_signal(service->event, NULL, SIGHUP, on_reload, service);

	if (r >= 0)
		r = sd_event_add_signal(service->event, NULL, SIGTERM, on_end, service);
	if (r >= 0)
		r = sd_event_add_signal(service->event, NULL, SIGINT, on_end, service);
	if (r >= 0)
		r = sd_event_add_time_relative(service->event, &service->mail, CLOCK_BOOTTIME, 0,
			US_PER_S / 10, on_mail_time, service);
	if (r >= 0)
		r = sd_event_source_set_enabled(service->mail, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_post(service->event, &turn, on_turn, service);
	if (r >= 0)
		r = sd_event_source_set_floating(turn, true);
	if (r >= 0)
		sd_event_source_unref(turn);
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

	int r = store_open(path, STORE_CREATE, &service->store);
	if (r < 0) {
		(void)log_full(LOG_LEVEL_ERROR, 0,
			&(struct log_fields){.message_id = LOG_ID_STORE_FAILED},
			"Cannot open the database: %s", store_error_text(NULL));
		return r;
	}

	r = store_apply_settings(service->store, service->settings, clock_now_us(service->clock));
	return r < 0 ? log_store(service, r, "Cannot write the settings") : 0;
}

static int open_pushes(struct service *service)
{
	const struct pushes_options options = {.event = service->event,
		.client = service->client,
		.clock = service->clock,
		.random = &service->random,
		.store = service->store,
		.take = take_pushed,
		.hurry = hurry_source,
		.userdata = service};

	return pushes_new(&options, &service->pushes);
}

static int open_network(struct service *service)
{
	CLEANUP(free_heapp) char *password = NULL;
	const struct http_client_options client = {.event = service->event};
	struct fetcher_options fetcher = {.event = service->event,
		.clock = service->clock,
		.random = &service->random,
		.on_answer = on_answer,
		.make_request = requests_make,
		.find_password = requests_find_password,
		.userdata = service};

	int r = read_password(service->settings, &password);
	if (r >= 0)
		r = http_client_new(&client, &service->client);
	if (r >= 0)
		r = set_network(service, service->settings, password);
	if (r < 0)
		return r;

	fetcher.client = service->client;
	r = fetcher_new(&fetcher, &service->fetcher);
	return r < 0 || service->options->once ? r : open_pushes(service);
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

	r = make_pipeline(service, service->settings, &service->pipeline);
	if (r < 0)
		return r == -EINVAL ? EX_CONFIG : error_exit_code(r);

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
	char counts[COUNTS_TEXT_MAX];
	int r = 0;

	log_info("mentiond " MENTIOND_VERSION " watches %zu source%s for %zu stream%s",
		service->settings->n_sources, service->settings->n_sources == 1 ? "" : "s",
		service->settings->n_streams, service->settings->n_streams == 1 ? "" : "s");
	if (service->options->once)
		r = fetcher_poll_once(service->fetcher, on_all_polled, service);
	else if (service->outbox)
		outbox_wake(service->outbox);
	if (r < 0)
		return error_exit_code(log_error(r, "Cannot poll the sources"));

	sd_notify(0, "READY=1");
	tell_status(service);
	r = turns_run(&service->turns, service->event);
	if (r < 0)
		return error_exit_code(log_error(r, "The event loop failed"));

	if (service->options->once)
		log_info("%s", counts_text(service->n_new, service->n_mentions, service->n_alerts,
				       counts));
	log_debug("Ends after %llu turns of work: 99 in 100 under %d ms, the longest %lld ms",
		(unsigned long long)service->turns.n, turns_quantile_ms(&service->turns, 0.99),
		(long long)(service->turns.longest_us / US_PER_MS));
	return r;
}

static void end(struct service *service)
{
	outbox_free(service->outbox);
	pushes_free(service->pushes);
	fetcher_free(service->fetcher);
	http_client_free(service->client);
	sd_event_source_unref(service->minute);
	sd_event_source_unref(service->mail);
	sd_event_source_unref(service->idle);
	pipeline_free(service->pipeline);
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

	end(&service);
	return code;
}
