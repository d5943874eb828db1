#include "text/namespaces.h"

void namespaces_init(struct namespaces *namespaces, const struct markup_space *spaces, size_t n)
{
	namespaces->spaces = spaces;
	namespaces->n_spaces = n;
	namespaces->n_bindings = 0;
}

static struct slice without_scheme(struct slice uri)
{
	uri = slice_trim(uri);
	if (slice_starts_with_nocase(uri, SLICE("http://")))
		uri = slice_skip(uri, 7);
	else if (slice_starts_with_nocase(uri, SLICE("https://")))
		uri = slice_skip(uri, 8);
	while (uri.len > 0 && (uri.ptr[uri.len - 1] == '/' || uri.ptr[uri.len - 1] == '#'))
		uri.len--;

	return uri;
}

static int space_of_uri(const struct namespaces *namespaces, struct slice uri)
{
	uri = without_scheme(uri);
	if (uri.len == 0)
		return MARKUP_SPACE_NONE;

	for (size_t i = 0; i < namespaces->n_spaces; i++) {
		const struct markup_space *space = &namespaces->spaces[i];

		if (slice_equals_nocase(without_scheme(slice_of(space->uri)), uri))
			return space->number;
	}
	return MARKUP_SPACE_UNKNOWN;
}

/* What a prefix stands for by custom. */
static int space_by_custom(const struct namespaces *namespaces, struct slice prefix)
{
	for (size_t i = 0; i < namespaces->n_spaces; i++) {
		const struct markup_space *space = &namespaces->spaces[i];

		if (space->prefix && slice_equals_nocase(slice_of(space->prefix), prefix))
			return space->number;
	}
	return MARKUP_SPACE_UNKNOWN;
}

bool namespaces_declare(
	struct namespaces *namespaces, struct slice prefix, struct slice uri, size_t depth)
{
	int space = space_of_uri(namespaces, uri);
	bool is_right = true;

	if (namespaces->n_bindings == MAX_BINDINGS)
		return true;
	if (space == MARKUP_SPACE_UNKNOWN && prefix.len > 0) {
		space = space_by_custom(namespaces, prefix);
		is_right = space == MARKUP_SPACE_UNKNOWN;
	}
	namespaces->bindings[namespaces->n_bindings++] =
		(struct binding){.prefix = prefix, .space = space, .depth = depth};
	return is_right;
}

void namespaces_close(struct namespaces *namespaces, size_t depth)
{
	while (namespaces->n_bindings > 0 &&
		namespaces->bindings[namespaces->n_bindings - 1].depth > depth)
		namespaces->n_bindings--;
}

bool namespaces_find(const struct namespaces *namespaces, struct slice prefix, int *ret)
{
	for (size_t i = namespaces->n_bindings; i > 0; i--) {
		if (slice_equals(namespaces->bindings[i - 1].prefix, prefix)) {
			*ret = namespaces->bindings[i - 1].space;
			return true;
		}
	}
	*ret = prefix.len == 0 ? MARKUP_SPACE_NONE : space_by_custom(namespaces, prefix);
	return prefix.len == 0;
}
