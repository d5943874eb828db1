#include "match/node.h"

#include "base/str.h"
#include "match/filters.h"

static const char *const operators[N_NODE_KINDS] = {
	[NODE_AND] = "AND", [NODE_OR] = "OR", [NODE_NOT] = "NOT"};

void node_add_label(struct str *str, const struct node *node)
{
	switch (node->kind) {
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT:
		str_add_text(str, operators[node->kind]);
		break;
	case NODE_NEAR:
		str_add_format(str, "NEAR/%zu%s", node->count, node->ordered ? "f" : "");
		break;
	case NODE_ATLEAST:
		str_add_format(str, "atleast:%zu", node->count);
		break;
	default:
		str_add(str, node->source);
		break;
	}
}

static void format_children(struct str *str, const struct node *node)
{
	for (size_t i = 0; i < node->n_children; i++) {
		if (i > 0 && node->kind == NODE_ATLEAST) {
			str_add_text(str, ", ");
		} else if (i > 0) {
			str_add_char(str, ' ');
			node_add_label(str, node);
			str_add_char(str, ' ');
		}
		node_format(str, node->children[i]);
	}
}

void node_format(struct str *str, const struct node *node)
{
	/* The values of a filter are no operands. */
	if (node->n_children == 0 ||
		(node->filter && node->filter->form != FORM_SCOPE && node->kind == NODE_OR)) {
		str_add(str, node->source);
		return;
	}

	if (node->filter && node->filter->form == FORM_SCOPE)
		str_add_format(str, "%s:", node->filter->name);
	if (node->kind == NODE_NOT) {
		str_add_text(str, "NOT ");
		format_children(str, node);
		return;
	}
	if (node->kind == NODE_ATLEAST)
		node_add_label(str, node);
	str_add_char(str, '(');
	format_children(str, node);
	str_add_char(str, ')');
}
