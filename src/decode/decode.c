#include "decode/decode.h"

#include <errno.h>

#include "base/str.h"
#include "decode/api.h"
#include "decode/body.h"
#include "decode/decoding.h"
#include "text/charset.h"

enum { MAX_SCRATCH_BYTES = 16 << 20 };

/* A copy of FEED, whose texts live no longer than its decoding, in ARENA. */
static int copy_feed(const struct feed *feed, struct arena *arena, struct feed *ret)
{
	struct feed copy = *feed;
	const char **const texts[] = {&copy.title, &copy.url, &copy.lang, &copy.hub, &copy.self,
		&copy.next, &copy.cursor};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!*texts[i])
			continue;
		*texts[i] = arena_copy_text(arena, *texts[i]);
		if (!*texts[i])
			return -ENOMEM;
	}
	*ret = copy;
	return 0;
}

int decode_feed(struct slice body, const struct decode_options *options, struct arena *arena,
	struct feed *ret, struct diags *warnings)
{
	static const struct decoding_limit no_limit = {0};
	CLEANUP(decoding_freep) struct decoding *decoding = NULL;
	struct post *posts = NULL;
	size_t n = 0;

	int r = decoding_new(body, options, warnings, &decoding);
	if (r == 0)
		r = decoding_step(decoding, &no_limit, arena, &posts, &n);
	if (r == 0)
		r = copy_feed(decoding_feed(decoding), arena, ret);
	if (r < 0)
		return r;

	ret->posts = posts;
	ret->n_posts = n;
	return 0;
}

int decode_events(const struct slice *items, size_t n, const struct decode_options *options,
	struct arena *arena, struct feed *ret)
{
	CLEANUP(arena_freep) struct arena *scratch = NULL;
	struct body reading = {.options = options, .arena = arena, .own = arena};
	int r = arena_new(MAX_SCRATCH_BYTES, &scratch);

	reading.scratch = scratch;
	draft_init(&reading.about, arena);
	for (size_t i = 0; i < n && r >= 0; i++) {
		CLEANUP(str_done) struct str clean = STR_INIT(items[i].len * 3 + 16);

		reading.bytes = items[i];
		r = charset_decode(items[i], "utf-8", &clean, &reading.text);
		if (r >= 0)
			r = api_decode_event(&reading, options->preset);
	}
	if (r < 0)
		return r;

	reading.feed.format = options->preset->name;
	*ret = reading.feed;
	ret->posts = reading.posts;
	return 0;
}
