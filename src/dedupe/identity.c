#include "dedupe/identity.h"

#include <errno.h>

#include "base/map.h"
#include "base/sha256.h"
#include "base/str.h"
#include "text/url.h"

/* Any fixed numbers: the hashes are stored, so they must be the same for ever. */
#define CONTENT_SEED UINT64_C(0x6d656e74696f6e64)
#define TITLE_SEED   UINT64_C(0x7469746c65736565)

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

/* NULL when there is no memory.  An address beyond all measure is known by its hash:
 * it must not cost the other posts of its feed. */
static const char *copy_key(const char *address, struct arena *arena)
{
	CLEANUP(str_done) struct str key = STR_INIT(ADDRESS_MAX_BYTES);
	char hash[SHA256_TEXT_SIZE];

	url_key(slice_of(address), &key);
	if (str_error(&key) == -EMSGSIZE)
		return sha256_text(slice_of(address), hash) < 0 ? NULL
								: arena_format(arena, "#%s", hash);

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
	identity.title_hash = hash_visible(post->title ? post->title : post->text, TITLE_SEED);
	if (post->url) {
		identity.url_key = copy_key(post->url, arena);
		if (!identity.url_key)
			return -ENOMEM;
	}

	if (identity.url_key && (post->id_is_url || !post->id)) {
		identity.id_key = identity.url_key;
		identity.link = LINK_OWN;
	} else if (post->id && is_address(post->id)) {
		identity.id_key = copy_key(post->id, arena);
	} else if (post->id) {
		identity.id_key = arena_copy_text(arena, post->id);
	} else {
		identity.id_key = arena_format(
			arena, "content:%016llx", (unsigned long long)identity.content_hash);
	}
	if (!identity.id_key)
		return -ENOMEM;

	*ret = identity;
	return 0;
}

/* The first entry with the id of each: -ENOMEM, or 0 and *RET. */
static int find_first(
	const struct post_identity *identities, size_t n, struct arena *arena, size_t **ret)
{
	CLEANUP(map_freep) struct map *map = NULL;
	size_t *first = arena_array(arena, n + 1, sizeof(*first));

	int r = first ? map_new(&map) : -ENOMEM;

	for (size_t i = 0; i < n && r >= 0; i++) {
		const struct slice key = slice_of(identities[i].id_key);
		union map_value value = {.number = (int64_t)i};

		if (!map_find(map, key, &value))
			r = map_set(map, key, value);
		first[i] = (size_t)value.number;
	}
	if (r < 0)
		return r;

	*ret = first;
	return 0;
}

/* Whether nothing but the link, which they have in common, says that they are one. */
static bool are_linked(const struct post_identity *a, const struct post_identity *b)
{
	return a->link != LINK_BESIDE && b->link != LINK_BESIDE;
}

static bool has_other_place(const struct post_identity *a, const struct post_identity *b)
{
	if (a->url_key && b->url_key)
		return !slice_equals(slice_of(a->url_key), slice_of(b->url_key));

	return a->url_key != b->url_key || a->content_hash != b->content_hash;
}

static int add_place(struct post_identity *identity, struct arena *arena)
{
	identity->id_key = identity->url_key ? arena_format(arena, "%s %s", identity->id_key,
						       identity->url_key)
					     : arena_format(arena, "%s %016llx", identity->id_key,
						       (unsigned long long)identity->content_hash);

	return identity->id_key ? 0 : -ENOMEM;
}

/* --- Without ids ------------------------------------------------------------------ */

/* What two entries at one link may have in common. */
static uint64_t said_content(const struct post_identity *identity)
{
	return identity->content_hash;
}

static uint64_t said_title(const struct post_identity *identity)
{
	return identity->title_hash;
}

static uint64_t said_nothing(const struct post_identity *identity)
{
	(void)identity;
	return 0;
}

/* Of each entry that is known by its link, and no repetition, the first at that link that
 * says the same; itself, of the others.  -ENOMEM. */
static int find_same(const struct post_identity *identities, size_t n,
	uint64_t (*said)(const struct post_identity *identity), size_t *first)
{
	CLEANUP(map_freep) struct map *map = NULL;
	int r = map_new(&map);

	for (size_t i = 0; i < n && r >= 0; i++) {
		const struct post_identity *identity = &identities[i];
		union map_value value = {.number = (int64_t)i};

		first[i] = i;
		if (identity->link == LINK_BESIDE || identity->is_repeated)
			continue;

		const uint64_t key[] = {
			hash_bytes(slice_of(identity->url_key), CONTENT_SEED), said(identity)};
		const struct slice bytes = slice_from((const char *)key, sizeof(key));

		if (!map_find(map, bytes, &value))
			r = map_set(map, bytes, value);
		first[i] = (size_t)value.number;
	}
	return MIN(r, 0);
}

static void mark_repeated(struct post_identity *identities, size_t n, const size_t *first)
{
	for (size_t i = 0; i < n; i++)
		identities[i].is_repeated |= first[i] != i;
}

static void mark_links(
	struct post_identity *identities, size_t n, const size_t *first, enum link_role role)
{
	for (size_t i = 0; i < n; i++)
		if (first[i] != i)
			identities[i].link = identities[first[i]].link = role;
}

/* Settles those that are known by their links; FIRST is room for N. */
static int settle_links(struct post_identity *identities, size_t n, size_t *first)
{
	int r = find_same(identities, n, said_content, first);

	if (r == 0) {
		mark_repeated(identities, n, first);
		r = find_same(identities, n, said_nothing, first);
	}
	if (r == 0) {
		mark_links(identities, n, first, LINK_SHARED);
		r = find_same(identities, n, said_title, first);
	}
	if (r == 0)
		mark_links(identities, n, first, LINK_TITLE_SHARED);
	return r;
}

int identity_settle(struct post_identity *identities, size_t n, struct arena *arena)
{
	bool *is_shared = arena_array(arena, n + 1, sizeof(*is_shared));
	size_t *first;

	int r = is_shared ? find_first(identities, n, arena, &first) : -ENOMEM;
	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++)
		is_shared[first[i]] |= has_other_place(&identities[first[i]], &identities[i]);
	for (size_t i = 0; i < n && r >= 0; i++)
		if (is_shared[first[i]])
			r = add_place(&identities[i], arena);
	if (r >= 0)
		r = find_first(identities, n, arena, &first);
	for (size_t i = 0; i < n && r >= 0; i++)
		identities[i].is_repeated =
			first[i] != i && !are_linked(&identities[first[i]], &identities[i]);

	return r < 0 ? r : settle_links(identities, n, first);
}
