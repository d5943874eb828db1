#include "decode/facets.h"

/* The bytes of TEXT that INDEX names; empty when it names none. */
static struct slice part_of(struct slice text, const json_t *index)
{
	const json_int_t start = json_integer_value(json_object_get(index, "byteStart"));
	const json_int_t end = json_integer_value(json_object_get(index, "byteEnd"));

	if (start < 0 || end <= start || (size_t)end > text.len)
		return SLICE("");
	/* A byte 10xxxxxx continues a character. */
	if (((unsigned char)text.ptr[start] & 0xC0) == 0x80 ||
		((size_t)end < text.len && ((unsigned char)text.ptr[end] & 0xC0) == 0x80))
		return SLICE("");

	return slice_from(text.ptr + start, (size_t)(end - start));
}

static void add_feature(struct draft *draft, const json_t *feature, struct slice part)
{
	const struct slice type = slice_of(json_text(feature, "$type"));

	if (slice_ends_with(type, SLICE("#tag")))
		draft_add_hashtag(draft, slice_of(json_text(feature, "tag")));
	else if (slice_ends_with(type, SLICE("#link")))
		draft_add_link(draft, SLICE(""), slice_of(json_text(feature, "uri")));
	else if (slice_ends_with(type, SLICE("#mention")))
		draft_add_handle(draft, part);
}

void facets_add(struct draft *draft, const json_t *facets, struct slice text)
{
	const json_t *facet;
	const json_t *feature;
	size_t i;
	size_t k;

	json_array_foreach (facets, i, facet) {
		const struct slice part = part_of(text, json_object_get(facet, "index"));

		json_array_foreach (json_object_get(facet, "features"), k, feature)
			add_feature(draft, feature, part);
	}
}
