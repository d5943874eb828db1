/* Any bytes through sse_read(): the same events come out however the bytes are
 * cut, and none is over the bound. */
#include <assert.h>

#include "fuzz/fuzz.h"
#include "push/sse.h"

enum { EVENT_MAX_BYTES = 4096, LOG_MAX_BYTES = 64 << 20 };

static int on_event(const struct sse_event *event, void *userdata)
{
	struct str *log = userdata;

	assert(event->data.len < EVENT_MAX_BYTES);
	str_add_format(log, "%s|%s|%zu|", event->type, event->id, event->data.len);
	str_add(log, event->data);
	str_add_char(log, '\n');
	return 0;
}

/* Reads BYTES in pieces of STEP. */
static void read_in_pieces(struct slice bytes, size_t step, struct str *log)
{
	struct sse sse;

	sse_init(&sse, EVENT_MAX_BYTES);
	for (size_t at = 0; at < bytes.len; at += step)
		assert(sse_read(&sse, slice_from(bytes.ptr + at, MIN(step, bytes.len - at)),
			       on_event, log) == 0);
	str_add_format(log, "%zu %lld", sse.n_dropped, (long long)sse.retry_us);
	sse_done(&sse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice bytes = slice_from((const char *)data, size);
	CLEANUP(str_done) struct str whole = STR_INIT(LOG_MAX_BYTES);
	CLEANUP(str_done) struct str single = STR_INIT(LOG_MAX_BYTES);

	read_in_pieces(bytes, size + 1, &whole);
	read_in_pieces(bytes, 1, &single);
	assert(slice_equals(str_slice(&whole), str_slice(&single)));
	return 0;
}
