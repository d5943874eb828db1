#include "dedupe/identity.h"

#include <errno.h>

#include "base/map.h"
#include "base/str.h"
#include "text/url.h"

/* Any fixed number: the hash is stored, so it must be the same for ever. */
#define CONTENT_SEED UINT64_C(0x6d656e74696f6e64)

/* Feeds change how they fold and indent from one fetch to the next: only the
 * visible characters count. */
static uint64_t hash_visible(const char *text, uint64_t seed)
{
	struct slice rest = slice_of(text);
	uint64_t hash = seed;

	while (rest.len > 0) {
		size_t end = 0;

		while (end < rest.len && !is_space(rest.ptr[end]))
			end++;
		if (end > 0)
			hash = hash_bytes(slice_from(rest.ptr, end), hash);
		while (end < rest.len && is_space(rest.ptr[end]))
			end++;
		rest = slice_skip(rest, end);
	}
	return hash;
}

enum { ADDRESS_MAX_BYTES = 16 * 1024 };

/* NULL when there is no memory, or when the address is beyond all measure. */
static const char *copy_key(const char *address, struct arena *arena)
{
	CLEANUP(str_done) struct str key = STR_INIT(ADDRESS_MAX_BYTES);

	url_key(slice_of(address), &key);
	return str_error(&key) < 0 ? NULL : arena_copy(arena, str_slice(&key));
}

static bool is_address(const char *id)
{
	return slice_starts_with_nocase(slice_of(id), SLICE("http://")) ||
	       slice_starts_with_nocase(slice_of(id), SLICE("https://"));
}

int identity_of(const struct post *post, struct arena *arena, struct post_identity *ret)
{
	struct post_identity identity = {0};

	identity.content_hash = hash_visible(post->text, hash_visible(post->title, CONTENT_SEED));
	if (post->url) {
		identity.url_key = copy_key(post->url, arena);
		if (!identity.url_key)
			return -ENOMEM;
	}

	if (post->id && is_address(post->id))
		identity.id_key = copy_key(post->id, arena);
	else if (post->id)
		identity.id_key = post->id;
	else if (identity.url_key)
		identity.id_key = identity.url_key;
	else
		identity.id_key = arena_format(
			arena, "content:%016llx", (unsigned long long)identity.content_hash);
	if (!identity.id_key)
		return -ENOMEM;

	*ret = identity;
	return 0;
}
