/* Any bytes as the answer of each API that there is a preset for: the first byte
 * chooses the preset, or recognition by shape.  What comes out is clean. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/utf8.h"
#include "config/presets.h"
#include "decode/api.h"
#include "fuzz/fuzz.h"
#include "text/url.h"

enum { MAX_ARENA = 64 << 20, MAX_POSTS = 500, PRESETS_ARENA = 4 << 20 };

static void check_text(const char *text)
{
	assert(!text || text[0] != '\0');
	assert(!text || utf8_is_valid(slice_of(text)));
}

static void check_texts(const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		check_text(texts->items[i]);
}

static void check_post(const struct post *post)
{
	assert(post->id);
	check_text(post->id);
	check_text(post->title);
	check_text(post->text);
	check_text(post->author);
	check_text(post->author_handle);
	check_text(post->lang);
	check_text(post->reply_to);
	check_texts(&post->tags);
	check_texts(&post->hashtags);
	check_texts(&post->handles);
	check_texts(&post->links);
	assert(!post->url || url_is_web(slice_of(post->url)));
	assert(!post->author_url || url_is_web(slice_of(post->author_url)));
	assert(!post->title || slice_find_char(slice_of(post->title), '\n') < 0);
	assert(!post->updated.known || post->published.known);
}

/* Read once; never freed, for the process ends with it. */
static const struct presets *installed(void)
{
	static struct arena *arena;
	static struct presets presets;

	if (!arena && (arena_new(PRESETS_ARENA, &arena) < 0 ||
			      presets_load(NULL, arena, &presets, NULL) < 0))
		abort();
	assert(presets.n > 0);
	return &presets;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	const struct presets *presets = installed();
	struct decode_options options = {
		.base_url = "https://a.example/api", .max_posts = MAX_POSTS, .presets = presets};
	struct feed feed;

	if (size == 0 || arena_new(MAX_ARENA, &arena) < 0 || diags_new(&diags) < 0)
		return 0;

	const struct slice body = slice_from((const char *)data + 1, size - 1);
	const size_t choice = data[0] % (presets->n + 1);

	options.preset = choice < presets->n ? &presets->items[choice] : NULL;
	if (options.preset)
		assert(api_explain(options.preset, 403, body, arena));

	const int r = decode_feed(body, &options, arena, &feed, diags);

	if (r < 0) {
		assert(r == -EPROTONOSUPPORT || r == -EBADMSG || r == -EMSGSIZE || r == -ENOMEM);
		assert(r == -ENOMEM || diags_count_errors(diags) > 0 || !options.preset ||
			options.preset->format == FORMAT_FEED);
		return 0;
	}
	assert(feed.format && feed.n_posts <= MAX_POSTS && feed.wait_us >= 0);
	check_text(feed.cursor);
	for (size_t i = 0; i < feed.n_posts; i++)
		check_post(&feed.posts[i]);
	return 0;
}
