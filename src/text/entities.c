#include "text/entities.h"

#include <errno.h>

#include "base/str.h"
#include "base/utf8.h"
#include "text/fold.h"
#include "text/letters.h"
#include "text/links.h"

enum {
	HANDLE_MAX_BYTES = 320,
	/* Of one kind in a post: comparing each with all others has an end. */
	ENTITIES_MAX = 256,
	/* What is looked at of one text: behind so many, more say nothing. */
	LOOKED_AT_MAX = 4096,
};

static uint32_t code_point_at(struct slice text, size_t at)
{
	return at < text.len ? utf8_next(text, &at) : 0;
}

static bool is_name_char(uint32_t c)
{
	return c == '_' || (c < 0x80 && is_alnum((char)c));
}

static bool is_hash(uint32_t c)
{
	return c == '#' || c == 0xFF03;
}

static bool is_at(uint32_t c)
{
	return c == '@' || c == 0xFF20;
}

/* A letter or a mark, but none that only chooses the style of an emoji; Armenian
 * marks that stand inside words, too, though they are punctuation to Unicode. */
static bool is_tag_letter(uint32_t c)
{
	if (c == 0xFE0E || c == 0xFE0F)
		return false;

	return letter_of(c)->flags & LETTER_NAMING || c == 0x055B || c == 0x055C || c == 0x055E;
}

static bool is_tag_char(uint32_t c)
{
	/* Signs that stand inside words of Hebrew, Tibetan, Catalan, Japanese. */
	static const uint32_t signs[] = {'_', 0x00B7, 0x05BE, 0x05F3, 0x05F4, 0x0F0B, 0x0F0C,
		0x200C, 0x200D, 0x3003, 0x301C, 0x309B, 0x309C, 0x30A0, 0x30FB, 0xA67E, 0xFF5E};

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (signs[i] == c)
			return true;

	return letter_of(c)->kind == LETTER_DIGIT || is_tag_letter(c);
}

static bool starts_address(struct slice text, size_t at)
{
	return slice_starts_with(slice_skip(text, at), SLICE("://"));
}

/* The end of the hashtag whose sign is at AT; AT when it is none. */
static size_t hashtag_end(struct slice text, size_t at, uint32_t before)
{
	size_t end = at;
	bool has_letter = false;

	if (before == '&' || (before != 0 && is_tag_char(before)))
		return at;

	utf8_next(text, &end);
	/* "#️⃣" is an emoji. */
	if (code_point_at(text, end) == 0xFE0F || code_point_at(text, end) == 0x20E3)
		return at;

	while (end < text.len) {
		size_t behind = end;
		const uint32_t c = utf8_next(text, &behind);

		if (!is_tag_char(c))
			break;
		has_letter |= is_tag_letter(c);
		end = behind;
	}
	if (!has_letter || is_hash(code_point_at(text, end)) || starts_address(text, end))
		return at;

	return end;
}

static size_t name_end(struct slice text, size_t at)
{
	while (at < text.len && is_name_char((unsigned char)text.ptr[at]))
		at++;

	return at;
}

/* The end of the domain (two labels at least) at AT, or AT. */
static size_t domain_end(struct slice text, size_t at)
{
	size_t end = at;
	size_t i = at;

	for (size_t n_labels = 1; i < text.len && i - at < HANDLE_MAX_BYTES; n_labels++) {
		const size_t label = i;

		while (i < text.len && (is_name_char((unsigned char)text.ptr[i]) ||
					       (text.ptr[i] == '-' && i > label &&
						       is_name_char(code_point_at(text, i + 1)))))
			i++;
		if (i == label)
			break;
		if (n_labels > 1)
			end = i;
		if (i >= text.len || text.ptr[i] != '.')
			break;
		i++;
	}
	return end;
}

/* Whether "RT" or "rt:" stands right before AT: "RT@name" is a handle. */
static bool follows_retweet(struct slice text, size_t at)
{
	if (at > 0 && text.ptr[at - 1] == ':')
		at--;
	if (at < 2 || to_lower(text.ptr[at - 2]) != 'r' || to_lower(text.ptr[at - 1]) != 't')
		return false;
	if (at == 2)
		return true;

	const char c = text.ptr[at - 3];

	return !is_alnum(c) && c != '_' && c != '+' && c != '~' && c != '.' && c != '-';
}

static bool may_precede_handle(struct slice text, size_t at, uint32_t before)
{
	if (before == '!' || (before >= '#' && before <= '&') || before == '*' || is_at(before))
		return false;

	return !is_name_char(before) || follows_retweet(text, at);
}

/* The end of the handle whose sign is at AT; AT when it is none. */
static size_t handle_end(struct slice text, size_t at, uint32_t before)
{
	size_t start = at;

	if (!may_precede_handle(text, at, before))
		return at;

	utf8_next(text, &start);

	const size_t name = name_end(text, start);
	const size_t domain = domain_end(text, start);
	size_t end = MAX(name, domain);

	if (end == start || end - start > HANDLE_MAX_BYTES)
		return at;
	if (is_at(code_point_at(text, end))) {
		size_t host = end;

		utf8_next(text, &host);
		end = domain_end(text, host);
		if (end == host)
			return at;
	}
	if (links_is_accented(code_point_at(text, end)) || starts_address(text, end))
		return at;

	return end;
}

/* The entity at AT, if there is one. */
static bool entity_at(struct slice text, size_t at, uint32_t before, struct entity *ret)
{
	const uint32_t c = code_point_at(text, at);

	ret->start = at;
	if (is_hash(c)) {
		ret->kind = ENTITY_HASHTAG;
		ret->end = hashtag_end(text, at, before);
	} else if (is_at(c)) {
		ret->kind = ENTITY_HANDLE;
		ret->end = handle_end(text, at, before);
	} else {
		ret->kind = ENTITY_LINK;
		ret->end =
			is_name_char(c) || links_is_accented(c) ? links_end(text, at, before) : at;
	}
	return ret->end > at;
}

/* The code point that ends right before AT, 0 at the start. */
static uint32_t code_point_before(struct slice text, size_t at)
{
	size_t start = at;

	while (start > 0 && at - start < UTF8_MAX) {
		start--;
		if (((unsigned char)text.ptr[start] & 0xC0) != 0x80)
			break;
	}
	return at > 0 ? utf8_next(text, &start) : 0;
}

/* 0 for a telling byte: in a form that the compiler turns into vector
 * instructions, which it does not do with comparisons. */
static unsigned char distance(unsigned char c)
{
	const unsigned char signs = MIN((unsigned char)(c ^ '#'), (unsigned char)(c ^ '@'));
	const unsigned char marks = MIN((unsigned char)(c ^ '.'), (unsigned char)(c ^ ':'));

	return MIN(MIN(signs, marks), (unsigned char)(c ^ 0xEF));
}

/* The next telling byte from AT on, or the end. */
static size_t next_telling(struct slice text, size_t at)
{
	enum { STEP = 32 };
	const unsigned char *bytes = (const unsigned char *)text.ptr;

	for (; at + STEP <= text.len; at += STEP) {
		unsigned char nearest = 0xFF;

		for (size_t i = 0; i < STEP; i++)
			nearest = MIN(nearest, distance(bytes[at + i]));
		if (nearest == 0)
			break;
	}
	while (at < text.len && distance(bytes[at]) != 0)
		at++;

	return at;
}

/* Steps from AT, which follows the start or a blank, over the words that cannot
 * hold an entity, which are most of a text: each entity has a sign, a dot or a
 * colon, or a sign of full width (U+FF03, U+FF20, which start with EF). */
static size_t skip_words(struct slice text, size_t at)
{
	const size_t start = at;

	at = next_telling(text, at);
	if (at == text.len)
		return at;
	while (at > start && !is_space(text.ptr[at - 1]))
		at--;

	return at;
}

bool entities_next(struct slice text, size_t *position, struct entity *ret)
{
	uint32_t before = code_point_before(text, *position);

	while (*position < text.len) {
		if (before == 0 || (before < 0x80 && is_space((char)before))) {
			const size_t next = skip_words(text, *position);

			before = next > *position ? ' ' : before;
			*position = next;
			if (next == text.len)
				break;
		}
		if (entity_at(text, *position, before, ret)) {
			*position = ret->end;
			return true;
		}
		before = utf8_next(text, position);
	}
	return false;
}

/* What ENTITY is called: without its sign. */
static struct slice name_of(struct slice text, const struct entity *entity)
{
	size_t start = entity->start;

	if (entity->kind != ENTITY_LINK)
		utf8_next(text, &start);

	return slice_from(text.ptr + start, entity->end - start);
}

int entities_find(struct slice text, struct arena *arena, struct entities *ret)
{
	struct entities found = {0};
	struct texts *const lists[] = {[ENTITY_HASHTAG] = &found.hashtags,
		[ENTITY_HANDLE] = &found.handles,
		[ENTITY_LINK] = &found.links};
	struct entity entity;

	for (size_t at = 0; entities_next(text, &at, &entity);) {
		const int r = texts_add(lists[entity.kind], arena, name_of(text, &entity));
		if (r < 0)
			return r;
	}
	*ret = found;
	return 0;
}

/* Appends what NAME is compared by. */
static int add_key(struct str *key, enum entity_kind kind, struct slice name)
{
	if (kind == ENTITY_HASHTAG)
		return fold(name, key, NULL);

	if (kind != ENTITY_HANDLE)
		str_add(key, name);
	for (size_t i = 0; i < name.len && kind == ENTITY_HANDLE; i++)
		str_add_char(key, to_lower(name.ptr[i]));
	return str_error(key);
}

/* A list of the post, and what its items are compared by. */
struct list {
	struct texts *texts;
	struct texts keys;
};

/* Remembers the key of NAME: 1 when it is new, 0 when it was there. */
static int remember(
	struct list *list, struct arena *arena, enum entity_kind kind, struct slice name)
{
	CLEANUP(str_done) struct str key = STR_INIT(name.len * 18 + 64);
	int r = add_key(&key, kind, name);

	if (r < 0 || list->keys.n >= ENTITIES_MAX || texts_has(&list->keys, str_slice(&key)))
		return r;

	r = texts_add(&list->keys, arena, str_slice(&key));
	return r < 0 ? r : 1;
}

static int add_found(struct list *found, struct arena *arena, struct slice text)
{
	struct entity entity;

	for (size_t at = 0, n = 0; n < LOOKED_AT_MAX && entities_next(text, &at, &entity); n++) {
		struct list *list = &found[entity.kind];
		const struct slice name = name_of(text, &entity);
		int r = remember(list, arena, entity.kind, name);

		if (r > 0)
			r = texts_add(list->texts, arena, name);
		if (r < 0)
			return r;
	}
	return 0;
}

int entities_add(struct post *post, struct arena *arena)
{
	struct list found[] = {[ENTITY_HASHTAG] = {.texts = &post->hashtags},
		[ENTITY_HANDLE] = {.texts = &post->handles},
		[ENTITY_LINK] = {.texts = &post->links}};
	int r = 0;

	for (size_t kind = 0; kind < ARRAY_SIZE(found); kind++)
		for (size_t i = 0; i < found[kind].texts->n && r >= 0; i++)
			r = remember(&found[kind], arena, (enum entity_kind)kind,
				slice_of(found[kind].texts->items[i]));

	for (enum field field = 0; field < N_FIELDS && r >= 0; field++)
		r = add_found(found, arena, slice_of(post_field(post, field)));

	return MIN(r, 0);
}
