/* Any bytes through decode_feed(): what comes out is clean, or there is an error
 * that decode.h names. */
#include <assert.h>
#include <errno.h>

#include "base/diags.h"
#include "base/utf8.h"
#include "decode/decode.h"
#include "fuzz/fuzz.h"
#include "text/url.h"

enum { MAX_ARENA = 64 << 20, MAX_POSTS = 500 };

static void check_text(const char *text)
{
	assert(!text || text[0] != '\0');
	assert(!text || utf8_is_valid(slice_of(text)));
}

static void check_post(const struct post *post)
{
	assert(post->id);
	check_text(post->id);
	check_text(post->title);
	check_text(post->text);
	check_text(post->author);
	check_text(post->lang);
	assert(!post->url || url_is_web(slice_of(post->url)));
	assert(!post->title || slice_find_char(slice_of(post->title), '\n') < 0);
	assert(!post->updated.known || post->published.known);
	for (size_t i = 0; i < post->tags.n; i++)
		check_text(post->tags.items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	const struct decode_options options = {
		.base_url = "https://a.example/feed", .max_posts = MAX_POSTS};
	struct feed feed;

	if (arena_new(MAX_ARENA, &arena) < 0 || diags_new(&diags) < 0)
		return 0;

	const int r =
		decode_feed(slice_from((const char *)data, size), &options, arena, &feed, diags);

	if (r < 0) {
		assert(r == -EPROTONOSUPPORT || r == -EBADMSG || r == -EMSGSIZE || r == -ENOMEM);
		return 0;
	}
	assert(feed.format);
	assert(feed.n_posts <= MAX_POSTS);
	for (size_t i = 0; i < feed.n_posts; i++)
		check_post(&feed.posts[i]);
	return 0;
}
