#include <stdlib.h>

#include "fetch/answer.h"
#include "fuzz/fuzz.h"
#include "http/client.h"
#include "http/header.h"

#define NOW_US (INT64_C(1795248000) * US_PER_S)

static void check_bound(struct instant instant)
{
	if (instant.known && (instant.us < NOW_US || instant.us > NOW_US + 2 * US_PER_DAY))
		abort();
}

/* A link is a part of the headers. */
static void check_link(struct slice headers)
{
	struct slice link;

	if (header_find_link(headers, "hub", &link) == 1 &&
		(link.ptr < headers.ptr || link.ptr + link.len > headers.ptr + headers.len))
		abort();
}

/* Whatever a server's headers say, no wait is in the past or beyond two days. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct http_answer answer = {.error_text = "",
		.status = 200,
		.headers = slice_from((const char *)data, size),
		.url = "http://a/"};
	struct fetch_answer read;

	if (arena_new(1 << 20, &arena) < 0 ||
		fetch_answer_read(&answer, NULL, NOW_US, arena, &read) < 0)
		return 0;
	check_bound(read.retry_after);
	check_bound(read.fresh_until);
	check_bound(read.limit_until);
	check_link(answer.headers);
	return 0;
}
