#include "http/resolver.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/map.h"

enum lookup_state { LOOKUP_QUEUED, LOOKUP_RUNNING, LOOKUP_DONE };

struct lookup {
	TAILQ_ENTRY(lookup) entry; /* in the queue, or among the done */
	struct pool *pool;
	struct lookup_request request;
	char *host; /* a copy of the request's */
	enum lookup_state state;
	bool cancelled;
	int result; /* getaddrinfo()'s */
	struct addresses addresses;
};

TAILQ_HEAD(lookups, lookup);

struct worker {
	struct pool *pool;
	pthread_t thread;
	bool busy;        /* inside getaddrinfo() */
	bool left_behind; /* detached while it was busy */
};

/* What the threads share with the loop, all of it under MUTEX.  The last of
 * them to leave frees it. */
struct pool {
	pthread_mutex_t mutex;
	pthread_cond_t wanted; /* a look-up is queued, or the end */
	struct lookups queued;
	struct lookups done;
	unsigned int n_queued;
	unsigned int n_idle;
	unsigned int n_users; /* threads, and the resolver */
	bool stopping;
	int wake_fd; /* an eventfd: something is done */
	int (*look_up)(const char *host, struct addrinfo **ret);
	struct worker *workers;
	unsigned int n_workers;
};

struct cached {
	struct addresses addresses;
	uint64_t expires_us;
};

struct resolver {
	struct resolver_options options;
	struct pool *pool;
	sd_event_source *wake;
	struct map *cache; /* host to struct cached */
};

static int look_up_by_system(const char *host, struct addrinfo **ret)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};

	return getaddrinfo(host, NULL, &hints, ret);
}

static void lookup_free(struct lookup *lookup)
{
	free(lookup->host);
	free(lookup);
}

static void pool_free(struct pool *pool)
{
	while (!TAILQ_EMPTY(&pool->done)) {
		struct lookup *lookup = TAILQ_FIRST(&pool->done);

		TAILQ_REMOVE(&pool->done, lookup, entry);
		lookup_free(lookup);
	}
	if (pool->wake_fd >= 0)
		close(pool->wake_fd);
	pthread_cond_destroy(&pool->wanted);
	pthread_mutex_destroy(&pool->mutex);
	free(pool->workers);
	free(pool);
}

/* With the mutex held, which is given back. */
static void pool_leave(struct pool *pool)
{
	const bool last = --pool->n_users == 0;

	pthread_mutex_unlock(&pool->mutex);
	if (last)
		pool_free(pool);
}

/* Runs in a thread, without the mutex. */
static void look_up(struct lookup *lookup)
{
	struct addrinfo *list = NULL;
	struct addresses *addresses = &lookup->addresses;

	lookup->result = lookup->pool->look_up(lookup->host, &list);
	if (lookup->result != 0)
		return;

	for (const struct addrinfo *i = list; i && addresses->n < MAX_ADDRESSES; i = i->ai_next)
		addresses->n +=
			(size_t)address_from_sockaddr(i->ai_addr, &addresses->items[addresses->n]);
	freeaddrinfo(list);
	if (addresses->n == 0)
		lookup->result = EAI_NODATA;
}

/* Does one look-up, with the mutex held but for the look-up itself. */
static void serve_one(struct worker *worker)
{
	struct pool *pool = worker->pool;
	struct lookup *lookup = TAILQ_FIRST(&pool->queued);

	TAILQ_REMOVE(&pool->queued, lookup, entry);
	pool->n_queued--;
	lookup->state = LOOKUP_RUNNING;
	worker->busy = true;
	pthread_mutex_unlock(&pool->mutex);

	look_up(lookup);

	pthread_mutex_lock(&pool->mutex);
	worker->busy = false;
	lookup->state = LOOKUP_DONE;
	if (lookup->cancelled) {
		lookup_free(lookup);
		return;
	}
	TAILQ_INSERT_TAIL(&pool->done, lookup, entry);
	/* Fails only when 2^64 - 1 are not read yet. */
	(void)eventfd_write(pool->wake_fd, 1);
}

static void *serve(void *userdata)
{
	struct worker *worker = userdata;
	struct pool *pool = worker->pool;

	pthread_mutex_lock(&pool->mutex);
	while (!pool->stopping) {
		if (!TAILQ_EMPTY(&pool->queued)) {
			serve_one(worker);
			continue;
		}
		pool->n_idle++;
		pthread_cond_wait(&pool->wanted, &pool->mutex);
		pool->n_idle--;
	}
	pool_leave(pool);
	return NULL;
}

/* One thread more, with the mutex held.  Signals are the loop's. */
static int start_worker(struct pool *pool)
{
	struct worker *worker = &pool->workers[pool->n_workers];
	sigset_t all;
	sigset_t before;
	int r;

	worker->pool = pool;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&worker->thread, NULL, serve, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0)
		return -r;

	pool->n_workers++;
	pool->n_users++;
	return 0;
}

/* Ends the pool for the resolver: idle threads are joined, those inside
 * getaddrinfo() left to themselves. */
static void pool_stop(struct pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->wanted);
	for (unsigned int i = 0; i < pool->n_workers; i++) {
		struct worker *worker = &pool->workers[i];

		worker->left_behind = worker->busy;
		if (worker->left_behind)
			pthread_detach(worker->thread);
	}
	pthread_mutex_unlock(&pool->mutex);

	for (unsigned int i = 0; i < pool->n_workers; i++)
		if (!pool->workers[i].left_behind)
			pthread_join(pool->workers[i].thread, NULL);
	pthread_mutex_lock(&pool->mutex);
	pool_leave(pool);
}

static int pool_new(const struct resolver_options *options, struct pool **ret)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return -ENOMEM;

	pthread_mutex_init(&pool->mutex, NULL);
	pthread_cond_init(&pool->wanted, NULL);
	TAILQ_INIT(&pool->queued);
	TAILQ_INIT(&pool->done);
	pool->n_users = 1;
	pool->look_up = options->look_up ? options->look_up : look_up_by_system;
	pool->workers = calloc(options->max_threads, sizeof(*pool->workers));
	pool->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!pool->workers || pool->wake_fd < 0) {
		const int r = pool->workers ? -errno : -ENOMEM;

		pool_free(pool);
		return r;
	}

	*ret = pool;
	return 0;
}

static void clear_cache(struct resolver *resolver)
{
	union map_value value;
	size_t position = 0;
	struct slice host;

	while (resolver->cache && map_next(resolver->cache, &position, &host, &value))
		free(value.pointer);
	map_free(TAKE(resolver->cache));
}

/* The cache only saves work, so memory that is out is no error.  It is small
 * and short-lived: when it is full it starts again. */
static void remember(struct resolver *resolver, const struct lookup *lookup)
{
	uint64_t now_us;
	union map_value old;

	if (resolver->cache && map_count(resolver->cache) >= resolver->options.max_cached)
		clear_cache(resolver);
	if (!resolver->cache && map_new(&resolver->cache) < 0)
		return;

	struct cached *cached = malloc(sizeof(*cached));
	if (!cached)
		return;

	sd_event_now(resolver->options.event, CLOCK_MONOTONIC, &now_us);
	cached->addresses = lookup->addresses;
	cached->expires_us = now_us + (uint64_t)resolver->options.keep_us;
	const struct slice host = slice_of(lookup->host);

	if (map_find(resolver->cache, host, &old) == 1)
		free(old.pointer);
	if (map_set(resolver->cache, host, (union map_value){.pointer = cached}) < 0) {
		map_remove(resolver->cache, host);
		free(cached);
	}
}

static int find_cached(struct resolver *resolver, const char *host, struct addresses *ret)
{
	union map_value value;
	uint64_t now_us;

	if (!resolver->cache || map_find(resolver->cache, slice_of(host), &value) == 0)
		return 0;

	const struct cached *cached = value.pointer;

	sd_event_now(resolver->options.event, CLOCK_MONOTONIC, &now_us);
	if (now_us >= cached->expires_us)
		return 0;

	*ret = cached->addresses;
	return 1;
}

static struct lookup *take_done(struct pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	struct lookup *lookup = TAILQ_FIRST(&pool->done);
	if (lookup)
		TAILQ_REMOVE(&pool->done, lookup, entry);
	pthread_mutex_unlock(&pool->mutex);

	return lookup;
}

static void report(struct resolver *resolver, const struct lookup *lookup)
{
	const struct lookup_request *request = &lookup->request;

	if (lookup->result == 0) {
		remember(resolver, lookup);
		request->on_done(&lookup->addresses, 0, "", request->userdata);
	} else {
		request->on_done(&lookup->addresses,
			lookup->result == EAI_MEMORY ? -ENOMEM : -EHOSTUNREACH,
			gai_strerror(lookup->result), request->userdata);
	}
}

static int on_wake(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct resolver *resolver = userdata;
	struct lookup *lookup;
	eventfd_t count;

	(void)source;
	(void)events;
	(void)eventfd_read(fd, &count);
	/* One at a time: a callback may cancel another that is done. */
	while ((lookup = take_done(resolver->pool))) {
		report(resolver, lookup);
		lookup_free(lookup);
	}
	return 0;
}

int resolver_new(const struct resolver_options *options, struct resolver **ret)
{
	CLEANUP(resolver_freep) struct resolver *resolver = calloc(1, sizeof(*resolver));
	int r;

	if (!resolver)
		return -ENOMEM;

	resolver->options = *options;
	r = pool_new(options, &resolver->pool);
	if (r < 0)
		return r;
	r = sd_event_add_io(options->event, &resolver->wake, resolver->pool->wake_fd, EPOLLIN,
		on_wake, resolver);
	if (r < 0)
		return r;

	*ret = TAKE(resolver);
	return 0;
}

void resolver_free(struct resolver *resolver)
{
	if (!resolver)
		return;

	sd_event_source_disable_unref(resolver->wake);
	if (resolver->pool)
		pool_stop(resolver->pool);
	clear_cache(resolver);
	free(resolver);
}

static int lookup_new(struct pool *pool, const struct lookup_request *request, struct lookup **ret)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));

	if (!lookup)
		return -ENOMEM;

	lookup->pool = pool;
	lookup->request = *request;
	lookup->host = strdup(request->host);
	if (!lookup->host) {
		lookup_free(lookup);
		return -ENOMEM;
	}

	*ret = lookup;
	return 0;
}

/* With the mutex held. */
static int enqueue(struct resolver *resolver, struct lookup *lookup)
{
	struct pool *pool = resolver->pool;
	int r = 0;

	if (pool->n_queued >= resolver->options.max_queued)
		return -EBUSY;
	if (pool->n_queued >= pool->n_idle && pool->n_workers < resolver->options.max_threads)
		r = start_worker(pool);
	if (r < 0 && pool->n_workers == 0)
		return -EAGAIN;

	TAILQ_INSERT_TAIL(&pool->queued, lookup, entry);
	pool->n_queued++;
	pthread_cond_signal(&pool->wanted);
	return 0;
}

int resolver_find(struct resolver *resolver, const struct lookup_request *request,
	struct addresses *ret_now, struct lookup **ret)
{
	struct lookup *lookup;
	int r;

	if (address_parse(request->host, &ret_now->items[0]) == 1) {
		ret_now->n = 1;
		return 1;
	}
	if (find_cached(resolver, request->host, ret_now) == 1)
		return 1;

	r = lookup_new(resolver->pool, request, &lookup);
	if (r < 0)
		return r;
	pthread_mutex_lock(&resolver->pool->mutex);
	r = enqueue(resolver, lookup);
	pthread_mutex_unlock(&resolver->pool->mutex);
	if (r < 0) {
		lookup_free(lookup);
		return r;
	}

	*ret = lookup;
	return 0;
}

void lookup_cancel(struct lookup *lookup)
{
	struct pool *pool;
	bool running;

	if (!lookup)
		return;

	pool = lookup->pool;
	pthread_mutex_lock(&pool->mutex);
	running = lookup->state == LOOKUP_RUNNING;
	lookup->cancelled = true;
	if (lookup->state == LOOKUP_QUEUED) {
		TAILQ_REMOVE(&pool->queued, lookup, entry);
		pool->n_queued--;
	} else if (lookup->state == LOOKUP_DONE) {
		TAILQ_REMOVE(&pool->done, lookup, entry);
	}
	pthread_mutex_unlock(&pool->mutex);
	/* The thread frees one that it is busy with. */
	if (!running)
		lookup_free(lookup);
}
