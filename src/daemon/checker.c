#include "daemon/checker.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <stdatomic.h>
#include <systemd/sd-event.h>

#include "store/store.h"

struct checker {
	struct store *store; /* the thread's, as long as it runs */
	pthread_t thread;
	bool runs; /* is to be joined */
	int result;
	atomic_bool is_to_end;
	int ended; /* eventfd */
	sd_event_source *on_end;
	checker_done_fn *done;
	void *userdata;
};

static void *look(void *userdata)
{
	struct checker *checker = userdata;
	int64_t position = 0;
	int r = 1;

	while (r > 0 && !atomic_load(&checker->is_to_end))
		r = store_check_next(checker->store, &position);
	checker->result = r;
	(void)eventfd_write(checker->ended, 1);
	return NULL;
}

static void join(struct checker *checker)
{
	if (checker->runs)
		pthread_join(checker->thread, NULL);
	checker->runs = false;
}

static int on_end(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct checker *checker = userdata;

	(void)fd;
	(void)events;
	join(checker);
	checker->done(checker->result, store_error_text(checker->store), checker->userdata);
	return sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

int checker_start(sd_event *event, const char *path, checker_done_fn *done, void *userdata,
	struct checker **ret)
{
	CLEANUP(checker_freep) struct checker *checker = calloc(1, sizeof(*checker));

	if (!checker)
		return -ENOMEM;

	checker->done = done;
	checker->userdata = userdata;
	checker->ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (checker->ended < 0)
		return -errno;

	int r = store_open(path, STORE_READ, &checker->store);
	if (r >= 0)
		r = sd_event_add_io(
			event, &checker->on_end, checker->ended, EPOLLIN, on_end, checker);
	if (r >= 0)
		r = -pthread_create(&checker->thread, NULL, look, checker);
	if (r < 0)
		return r;

	checker->runs = true;
	*ret = TAKE(checker);
	return 0;
}

void checker_free(struct checker *checker)
{
	if (!checker)
		return;

	atomic_store(&checker->is_to_end, true);
	if (checker->runs)
		store_interrupt(checker->store);
	join(checker);
	sd_event_source_unref(checker->on_end);
	store_close(checker->store);
	if (checker->ended >= 0)
		close(checker->ended);
	free(checker);
}
