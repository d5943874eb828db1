#include "match/necessity.h"

static bool holds(const struct node *node, const struct result *results, const struct node *without)
{
	size_t n = 0;

	if (node == without)
		return false;
	if (node->n_children == 0)
		return results[node->number].matched;

	for (size_t i = 0; i < node->n_children; i++)
		n += holds(node->children[i], results, without);

	switch (node->kind) {
	case NODE_OR:
		return n > 0;
	case NODE_NOT:
		return n == 0;
	case NODE_ATLEAST:
		return n >= node->count;
	case NODE_NEAR: /* the distance between them was right */
		return n == node->n_children && results[node->number].matched;
	default:
		return n == node->n_children;
	}
}

bool necessity_of(const struct query *query, const struct result *results, const struct node *node)
{
	return results[query->root->number].matched && results[node->number].matched &&
	       !holds(query->root, results, node);
}
