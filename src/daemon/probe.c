#include "daemon/probe.h"

#include <assert.h>
#include <errno.h>

#include "daemon/requests.h"

enum { ARENA_BYTES = 512 << 20 };

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

static void probe_result_done(struct probe_result *result)
{
	harvest_done(&result->harvest);
}

static void probe_done(struct probe *probe)
{
	fetcher_free(probe->fetcher);
	http_client_free(probe->client);
	sd_event_unref(probe->event);
}

/* All at once: nothing waits for it. */
static int read_whole(
	struct harvest *harvest, const struct source_state *state, struct arena *arena)
{
	static const struct decoding_limit whole;
	struct post *posts = NULL;
	size_t n = 0;
	int r = harvest_read(harvest, &whole, arena, &posts, &n);

	assert(r <= 0);
	for (size_t i = 0; i < n && r == 0; i++)
		r = harvest_note(harvest, state, &posts[i]);
	if (r == 0)
		r = harvest_conclude(harvest, state);
	harvest->feed.posts = posts;
	harvest->feed.n_posts = n;
	return r;
}

static int on_answer(const struct source_settings *source, const struct fetch_answer *answer,
	struct source_state *state, void *userdata)
{
	struct probe *probe = userdata;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(probe_result_done) struct probe_result result = {0};
	struct fetch_answer kept = *answer;
	int r = arena_new(ARENA_BYTES, &arena);

	kept.arena = arena;
	/* A secret that cannot be read is an answer of its own. */
	if (r == 0) {
		(void)requests_make(source, state, arena, &result.request, NULL);
		r = harvest_open(probe->settings, source, &kept, &result.harvest);
	}
	if (r == 0)
		r = read_whole(&result.harvest, state, arena);
	if (r == 0)
		r = probe->on_result(&result, probe->userdata);
	probe->outcome = r;
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
