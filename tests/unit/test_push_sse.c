#include <errno.h>

#include "push/sse.h"
#include "unit/unit.h"

enum { EVENT_MAX_BYTES = 64, LOG_MAX_BYTES = 4096 };

/* "TYPE(ID)=DATA;" */
static int on_event(const struct sse_event *event, void *userdata)
{
	str_add_format(userdata, "%s(%s)=%.*s;", event->type, event->id, SLICE_FMT(event->data));
	return 0;
}

static void test_events(void **state)
{
	static const struct {
		const char *stream, *events, *last_id;
		int64_t retry_us;
		size_t n_dropped;
	} cases[] = {
		{"data: a\n\n", "message()=a;", "", -1, 0},
		{"event: update\nid: 7\ndata: a\n\n", "update(7)=a;", "7", -1, 0},
		{"data: a\ndata: b\ndata:\n\n", "message()=a\nb\n;", "", -1, 0},
		/* One blank behind the colon is no part of the value. */
		{"data:a\ndata:  b\n\n", "message()=a\n b;", "", -1, 0},
		/* The three line ends, also mixed. */
		{"data: a\r\ndata: b\rdata: c\n\r\n", "message()=a\nb\nc;", "", -1, 0},
		{"data: a\r\rdata: b\r\r\n", "message()=a;message()=b;", "", -1, 0},
		{"\xEF\xBB\xBF"
		 "data: a\n\n",
			"message()=a;", "", -1, 0},
		{"\n\xEF\xBB\xBF"
		 "data: a\n\n",
			"", "", -1, 0},
		/* An id stays until another comes, the type does not. */
		{"id: 1\nevent: x\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
			"x(1)=a;message(1)=b;message()=c;", "", -1, 0},
		/* An id counts without data, and only with its empty line. */
		{"id: 1\n\nid: 2\ndata: a\n", "", "1", -1, 0},
		{"data\n\ndata\ndata\n\n", "message()=;message()=\n;", "", -1, 0},
		{"event: x\n\ndata: a\n\n", "message()=a;", "", -1, 0},
		/* Signs of life and what nobody knows. */
		{":)\n\n:thump\nfoo: bar\n data: no\ndata: a\n\n", "message()=a;", "", -1, 0},
		{"retry: 2500\n\n", "", "", 2500 * US_PER_MS, 0},
		{"retry: 2s\nretry: -1\nretry: 99999999999999999999\nretry:\n", "", "", -1, 0},
		{"retry: 999999999999\n", "", "", US_PER_DAY, 0},
		{"data: unfinished", "", "", -1, 0},
		/* Over the bound: a line, or lines together; the next event is read. */
		{"id: 1\ndata: 0123456789012345678901234567890123456789012345678901234567890\n\n"
		 "data: a\n\n",
			"message(1)=a;", "1", -1, 1},
		{"data: 0123456789012345678901234567890\ndata: 0123456789012345678901234567890\n"
		 "data: 1\n\ndata: a\n\n",
			"message()=a;", "", -1, 1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t step = 1; step <= 1024; step *= 32) {
			const struct slice stream = slice_of(cases[i].stream);
			CLEANUP(str_done) struct str log = STR_INIT(LOG_MAX_BYTES);
			CLEANUP(sse_done) struct sse sse;

			sse_init(&sse, EVENT_MAX_BYTES);
			for (size_t at = 0; at < stream.len; at += step)
				assert_int_equal(0, sse_read(&sse,
							    slice_from(stream.ptr + at,
								    MIN(step, stream.len - at)),
							    on_event, &log));
			expect(same_text(str_text(&log), cases[i].events), "`%s' gives `%s'",
				cases[i].stream, str_text(&log));
			expect(same_text(str_text(&sse.last_id), cases[i].last_id),
				"`%s': last id `%s'", cases[i].stream, str_text(&sse.last_id));
			expect(sse.retry_us == cases[i].retry_us, "`%s': retry %lld",
				cases[i].stream, (long long)sse.retry_us);
			expect(sse.n_dropped == cases[i].n_dropped, "`%s': %zu dropped",
				cases[i].stream, sse.n_dropped);
		}
	}
}

static void test_an_id_with_nul_is_none(void **state)
{
	CLEANUP(str_done) struct str log = STR_INIT(LOG_MAX_BYTES);
	CLEANUP(sse_done) struct sse sse;

	sse_init(&sse, EVENT_MAX_BYTES);
	assert_int_equal(
		0, sse_read(&sse, SLICE("id: 1\nid: 2\0003\ndata: a\n\n"), on_event, &log));
	assert_string_equal("message(1)=a;", str_text(&log));
}

static void test_a_new_connection_forgets_what_was_half_read(void **state)
{
	CLEANUP(str_done) struct str log = STR_INIT(LOG_MAX_BYTES);
	CLEANUP(sse_done) struct sse sse;

	sse_init(&sse, EVENT_MAX_BYTES);
	assert_int_equal(0, sse_read(&sse, SLICE("id: 1\ndata: a\n\nid: 2\nevent: x\ndata: b\nda"),
				    on_event, &log));
	sse_restart(&sse, SLICE("1"));
	assert_int_equal(0, sse_read(&sse,
				    SLICE("\xEF\xBB\xBF"
					  "data: c\n\n"),
				    on_event, &log));
	assert_string_equal("message(1)=a;message(1)=c;", str_text(&log));
}

static int refuse(const struct sse_event *event, void *userdata)
{
	return -ENOSPC;
}

static void test_who_takes_events_may_end_it(void **state)
{
	CLEANUP(sse_done) struct sse sse;

	sse_init(&sse, EVENT_MAX_BYTES);
	assert_int_equal(-ENOSPC, sse_read(&sse, SLICE("data: a\n\n"), refuse, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_an_id_with_nul_is_none),
		cmocka_unit_test(test_a_new_connection_forgets_what_was_half_read),
		cmocka_unit_test(test_who_takes_events_may_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
