#include "daemon/probe.h"

#include <errno.h>

#include "daemon/requests.h"

struct probe {
	const struct settings *settings;
	int (*on_result)(struct probe_result *result, void *userdata);
	void *userdata;
	sd_event *event;
	struct http_client *client;
	struct fetcher *fetcher;
	struct random random;
	int outcome;
};

static void probe_done(struct probe *probe)
{
	fetcher_free(probe->fetcher);
	http_client_free(probe->client);
	sd_event_unref(probe->event);
}

static int on_answer(const struct source_settings *source, const struct fetch_answer *answer,
	struct source_state *state, void *userdata)
{
	struct probe *probe = userdata;
	struct probe_result result = {0};

	/* A secret that cannot be read is an answer of its own. */
	(void)requests_make(source, state, answer->arena, &result.request, NULL);
	probe->outcome = harvest_make(probe->settings, source, answer, state, &result.harvest);
	if (probe->outcome == 0)
		probe->outcome = probe->on_result(&result, probe->userdata);
	return 0;
}

static void on_all_done(void *userdata)
{
	struct probe *probe = userdata;

	sd_event_exit(probe->event, 0);
}

static int open_parts(struct probe *probe)
{
	struct http_client_options client = {
		.contact = probe->settings->contact, .proxy = probe->settings->fetch.proxy};
	struct fetcher_options fetcher = {.clock = clock_system(),
		.random = &probe->random,
		.on_answer = on_answer,
		.make_request = requests_make,
		.find_password = requests_find_password,
		.userdata = probe};
	int r = sd_event_new(&probe->event);

	if (r < 0)
		return r;
	client.event = fetcher.event = probe->event;
	r = http_client_new(&client, &probe->client);
	if (r < 0)
		return r;

	fetcher.client = probe->client;
	return fetcher_new(&fetcher, &probe->fetcher);
}

int probe_source(const struct settings *settings, const struct source_settings *source,
	int (*on_result)(struct probe_result *result, void *userdata), void *userdata)
{
	CLEANUP(probe_done)
	struct probe probe = {.settings = settings,
		.on_result = on_result,
		.userdata = userdata,
		.outcome = -ECANCELED};
	struct source_settings one = *source;
	struct settings alone = *settings;
	const struct source_state state = {0};

	one.enabled = true;
	alone.sources = &one;
	alone.n_sources = 1;
	random_init(&probe.random);

	int r = open_parts(&probe);

	if (r >= 0)
		r = fetcher_set_sources(probe.fetcher, &alone, &state);
	if (r >= 0)
		r = fetcher_poll_once(probe.fetcher, on_all_done, &probe);
	if (r >= 0)
		r = sd_event_loop(probe.event);

	return r < 0 ? r : probe.outcome;
}
