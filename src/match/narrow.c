#include "match/narrow.h"

#include <errno.h>

#include "match/node.h"

/* Parts as they are collected. */
struct parts {
	struct search *list;
	size_t n;
	bool is_whole; /* each of the parts said something */
};

static bool narrow_wanted(const struct wanted *wanted, struct search *ret)
{
	static const enum search_kind kinds[N_TERM_KINDS] = {
		[TERM_WORD] = SEARCH_WORD,
		[TERM_PREFIX] = SEARCH_PREFIX,
		[TERM_RUN] = SEARCH_PART,
		[TERM_HASHTAG] = SEARCH_TAG,
		[TERM_TAG_PREFIX] = SEARCH_TAG_PREFIX,
		[TERM_HANDLE] = SEARCH_HANDLE,
	};
	const bool is_pattern = wanted->pattern.len > 0;

	/* Others are in no text: SEARCH_WORD is 0 as well. */
	if (wanted->kind != TERM_WORD && kinds[wanted->kind] == SEARCH_WORD)
		return false;

	*ret = (struct search){.kind = kinds[wanted->kind],
		.text = wanted->key,
		.is_start = !wanted->open_start && !is_pattern,
		.is_end = !wanted->open_end && !is_pattern};
	return wanted->key.len > 0;
}

static int narrow_node(const struct node *node, struct arena *arena, struct search *ret);

static int narrow_children(const struct node *node, struct arena *arena, struct parts *ret)
{
	ret->list = arena_array(arena, node->n_children + 1, sizeof(*ret->list));
	ret->is_whole = true;
	if (!ret->list)
		return -ENOMEM;

	for (size_t i = 0; i < node->n_children; i++) {
		const int r = narrow_node(node->children[i], arena, &ret->list[ret->n]);

		if (r < 0)
			return r;
		ret->n += (size_t)r;
		ret->is_whole &= r > 0;
	}
	return 0;
}

static int narrow_words(const struct node *node, struct arena *arena, struct parts *ret)
{
	ret->list = arena_array(arena, node->n_wanted + 1, sizeof(*ret->list));
	if (!ret->list)
		return -ENOMEM;

	for (size_t i = 0; i < node->n_wanted; i++)
		ret->n += narrow_wanted(&node->wanted[i], &ret->list[ret->n]);
	return 0;
}

static int join(enum search_kind kind, const struct parts *parts, struct search *ret)
{
	if (parts->n == 1)
		*ret = parts->list[0];
	else
		*ret = (struct search){.kind = kind, .parts = parts->list, .n_parts = parts->n};

	return parts->n > 0;
}

/* 1 and *RET, or 0 when NODE says nothing of words. */
static int narrow_node(const struct node *node, struct arena *arena, struct search *ret)
{
	struct parts parts = {0};
	int r = 0;

	switch (node->kind) {
	case NODE_AND:
	case NODE_NEAR:
		r = narrow_children(node, arena, &parts);
		return r < 0 ? r : join(SEARCH_ALL, &parts, ret);
	case NODE_OR:
	case NODE_ATLEAST:
		r = narrow_children(node, arena, &parts);
		return r < 0 || !parts.is_whole ? r : join(SEARCH_ANY, &parts, ret);
	case NODE_WORDS:
	case NODE_WINDOW:
	case NODE_ENTITY:
		if (node->scope != 0 && !(node->scope & SCOPE_FIELDS))
			return 0;
		r = narrow_words(node, arena, &parts);
		return r < 0 ? r : join(SEARCH_ALL, &parts, ret);
	case NODE_NOT:
	case NODE_RAW:
	case NODE_REGEX:
	case NODE_FILTER:
	case N_NODE_KINDS:
		break;
	}
	return 0;
}

int query_narrow(const struct query *query, struct arena *arena, const struct search **ret)
{
	struct search *search = arena_alloc(arena, sizeof(*search));
	const int r = search ? narrow_node(query->root, arena, search) : -ENOMEM;

	if (r < 0)
		return r;

	*ret = r > 0 ? search : NULL;
	return 0;
}
