#include "match/evaluate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "match/filters.h"
#include "match/regex.h"
#include "match/terms.h"
#include "match/window.h"
#include "text/letters.h"

enum {
	REGEX_HITS_MAX = 1000, /* in a field */
	/* Beyond so many pairs a NEAR inside of another one takes the next only: a
	 * hostile post repeats two words for ever. */
	INNER_PAIRS_MAX = 100000,
	HITS_MAX = 1000, /* that are told of a post */
};

void evaluation_done(struct evaluation *evaluation)
{
	free(evaluation->results);
	free(evaluation->spans);
	free(evaluation->cursors);
}

int evaluation_push(struct evaluation *evaluation, const struct span *span)
{
	const int r = array_make_room(&evaluation->spans, &evaluation->room_spans,
		evaluation->n_spans + 1, sizeof(*evaluation->spans));

	if (r < 0)
		return r;

	evaluation->spans[evaluation->n_spans++] = *span;
	return 0;
}

/* The spans pushed since FIRST are those of NODE. */
static int set_spans(struct evaluation *evaluation, const struct node *node, size_t first)
{
	const size_t n = evaluation->n_spans - first;

	evaluation->results[node->number] = (struct result){n > 0, (uint32_t)first, (uint32_t)n};
	return n > 0;
}

static int set_matched(struct evaluation *evaluation, const struct node *node, bool matched)
{
	evaluation->results[node->number] = (struct result){.matched = matched};
	return matched;
}

/* Pushes where the post's fields hold WANTED, in order. */
static int push_occurrences(
	struct evaluation *evaluation, const struct wanted *wanted, unsigned int scope)
{
	const struct reading *reading = evaluation->reading;
	int r = 0;

	if (!reading_has(reading, wanted->term))
		return 0;

	for (uint32_t i = wanted->term->first; i > 0 && r == 0;) {
		const struct occurrence *occurrence = &reading->occurrences[i - 1];

		if (scope & 1u << occurrence->span.field)
			r = evaluation_push(evaluation, &occurrence->span);
		i = occurrence->next;
	}
	return r;
}

/* Pushes where the words ITEMS of a text aside hold WANTED. */
static int push_aside(struct evaluation *evaluation, const struct wanted *wanted,
	const struct word *items, size_t n)
{
	struct words *words = evaluation->reading->aside;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		struct span span = {.word = (uint32_t)i, .end_word = (uint32_t)i, .end_cut = 1};
		const bool is_run = items[i].kind == WORD_RUN;

		if (is_run != (wanted->kind == TERM_RUN))
			continue;
		if (!is_run && term_is_word(wanted, &items[i]))
			r = evaluation_push(evaluation, &span);
		for (size_t cut = 0; is_run && cut < items[i].n_clusters && r == 0; cut++) {
			span.cut = (uint32_t)cut;
			span.end_cut = (uint32_t)term_end_in_run(wanted, words, &items[i], cut);
			if (span.end_cut > 0)
				r = evaluation_push(evaluation, &span);
		}
	}
	return r;
}

/* Where what stands directly behind a stretch starts. */
struct spot {
	enum field field;
	uint32_t word, cut;
};

static struct spot behind(const struct span *span, const struct word *items)
{
	if (span->end_cut == items[span->end_word].n_clusters)
		return (struct spot){span->field, span->end_word + 1, 0};

	return (struct spot){span->field, span->end_word, span->end_cut};
}

static int compare_spot(const struct span *span, const struct spot *spot)
{
	if (span->field != spot->field)
		return span->field < spot->field ? -1 : 1;
	if (span->word != spot->word)
		return span->word < spot->word ? -1 : 1;

	return (span->cut > spot->cut) - (span->cut < spot->cut);
}

/* The words that a stretch counts its places in. */
static const struct word *items_of(
	const struct evaluation *evaluation, const struct span *span, const struct word *aside)
{
	return aside ? aside : evaluation->reading->passages[span->field].items;
}

/* Makes SPAN end where NEXT does. */
static void stretch(struct span *span, const struct span *next)
{
	span->end_word = next->end_word;
	span->end_cut = next->end_cut;
	span->end = next->end;
	span->end_index = next->end_index;
}

/* Follows the phrase on from *SPAN, an occurrence of its first term, through
 * the lists of the others, whose ends stand in the cursors' second half.
 * Stretches come in order, so that no cursor ever goes back. */
static bool follow(
	struct evaluation *evaluation, size_t n_terms, const struct word *aside, struct span *span)
{
	uint32_t *cursors = evaluation->cursors;
	const uint32_t *ends = cursors + n_terms;

	for (size_t i = 1; i < n_terms; i++) {
		const struct spot spot = behind(span, items_of(evaluation, span, aside));

		while (cursors[i] < ends[i] &&
			compare_spot(&evaluation->spans[cursors[i]], &spot) < 0)
			cursors[i]++;
		if (cursors[i] == ends[i] ||
			compare_spot(&evaluation->spans[cursors[i]], &spot) != 0)
			return false;

		stretch(span, &evaluation->spans[cursors[i]]);
	}
	return true;
}

/* Pushes the stretches where the terms of NODE, whose lists the cursors
 * delimit, stand side by side. */
static int push_phrases(
	struct evaluation *evaluation, const struct node *node, const struct word *aside)
{
	const uint32_t first = evaluation->cursors[0];
	const uint32_t end = evaluation->cursors[node->n_wanted];
	int r = 0;

	for (uint32_t i = first; i < end && r == 0; i++) {
		struct span span = evaluation->spans[i];

		if (follow(evaluation, node->n_wanted, aside, &span))
			r = evaluation_push(evaluation, &span);
	}
	return r;
}

/* Whether NODE may miss a match where not all places of its terms are known. */
static bool needs_all(const struct node *node)
{
	return node->n_wanted > 1 || node->inner;
}

static bool is_cut(const struct term *term)
{
	return term && term->n_occurrences == READING_PLACES_MAX;
}

/* Lists where each term of NODE stands, and delimits the lists by cursors. */
static int list_terms(struct evaluation *evaluation, const struct node *node,
	const struct word *aside, size_t n_aside)
{
	int r = array_make_room(&evaluation->cursors, &evaluation->room_cursors, node->n_wanted * 2,
		sizeof(*evaluation->cursors));

	for (size_t i = 0; i < node->n_wanted && r == 0; i++) {
		const struct wanted *wanted = &node->wanted[i];

		evaluation->cursors[i] = (uint32_t)evaluation->n_spans;
		evaluation->n_exceeded += needs_all(node) && is_cut(wanted->term);
		r = aside ? push_aside(evaluation, wanted, aside, n_aside)
			  : push_occurrences(evaluation, wanted, node->scope);
		evaluation->cursors[node->n_wanted + i] = (uint32_t)evaluation->n_spans;
	}
	return r;
}

/* Leaves the stretches of NODE's words on top of the spans, *FIRST the place
 * of the first of them. */
static int find_words(struct evaluation *evaluation, const struct node *node,
	const struct word *aside, size_t n_aside, size_t *first)
{
	int r;

	*first = evaluation->n_spans;
	r = list_terms(evaluation, node, aside, n_aside);
	if (r < 0 || node->n_wanted == 1)
		return r;

	*first = evaluation->n_spans;
	return push_phrases(evaluation, node, aside);
}

/* Authors, categories and places have no positions in the post: one text that
 * holds the words is enough. */
static int evaluate_aside(struct evaluation *evaluation, const struct node *node)
{
	const struct post *post = evaluation->reading->post;
	const size_t bottom = evaluation->n_spans;
	bool found = false;

	for (size_t i = 0; i < scope_count_texts(node->scope, post) && !found; i++) {
		const struct word *items;
		size_t first = bottom;
		size_t n;
		int r = words_split(
			evaluation->reading->aside, scope_text(node->scope, post, i), &items, &n);

		if (r == 0 && n > 0)
			r = find_words(evaluation, node, items, n, &first);
		if (r < 0)
			return r;

		found = evaluation->n_spans > first;
		evaluation->n_spans = bottom;
	}
	return set_matched(evaluation, node, found);
}

/* A phrase needs all of its terms. */
static bool has_all(const struct evaluation *evaluation, const struct node *node)
{
	for (size_t i = 0; i < node->n_wanted; i++)
		if (!reading_has(evaluation->reading, node->wanted[i].term))
			return false;

	return true;
}

static int evaluate_words(struct evaluation *evaluation, const struct node *node)
{
	size_t first;
	int r;

	if (!(node->scope & SCOPE_FIELDS))
		return evaluate_aside(evaluation, node);
	if (!has_all(evaluation, node))
		return set_matched(evaluation, node, false);

	r = find_words(evaluation, node, NULL, 0, &first);
	return r < 0 ? r : set_spans(evaluation, node, first);
}

static bool is_letter_at(struct slice text, size_t at)
{
	return letter_is_alnum(utf8_next(text, &at));
}

/* Where the code point that ends at AT starts. */
static size_t step_back(struct slice text, size_t at)
{
	do
		at--;
	while (at > 0 && ((unsigned char)text.ptr[at] & 0xC0) == 0x80);

	return at;
}

/* Whether the letters at the ends of [START, END) are cut off from others. */
static bool stands_free(struct slice text, size_t start, size_t end)
{
	if (start > 0 && is_letter_at(text, start) && is_letter_at(text, step_back(text, start)))
		return false;

	return end == text.len || !is_letter_at(text, end) ||
	       !is_letter_at(text, step_back(text, end));
}

static int evaluate_raw(struct evaluation *evaluation, const struct node *node)
{
	struct reading *reading = evaluation->reading;
	const struct slice wanted = node->wanted->key;
	const size_t first = evaluation->n_spans;
	int r = 0;

	for (enum field field = 0; field < N_FIELDS; field++) {
		const struct slice text =
			node->scope & 1u << field ? reading_nfc(reading, field) : SLICE("");
		ptrdiff_t found = slice_find(text, wanted);
		size_t at = 0;

		for (; found >= 0 && r == 0 && evaluation->n_spans - first < READING_PLACES_MAX;
			found = slice_find(slice_skip(text, at), wanted)) {
			const size_t start = at + (size_t)found;
			const size_t end = start + wanted.len;

			at = start + 1; /* what does not stand free may overlap what does */
			if (!stands_free(text, start, end))
				continue;

			const struct span span = reading_nfc_span(reading, field, start, end);

			at = end;
			r = evaluation_push(evaluation, &span);
		}
	}
	return r < 0 ? r : set_spans(evaluation, node, first);
}

/* As regex_find(); what takes more than the limits is no match, and counted. */
static bool find_regex(struct evaluation *evaluation, const struct node *node, struct slice text,
	size_t *at, struct slice *ret)
{
	const int r = regex_find(node->regex, text, at, ret);

	evaluation->n_exceeded += r < 0;
	return r > 0;
}

static bool matches_aside(struct evaluation *evaluation, const struct node *node)
{
	const struct post *post = evaluation->reading->post;

	for (size_t i = 0; i < scope_count_texts(node->scope, post); i++) {
		struct slice found;
		size_t at = 0;

		if (find_regex(evaluation, node, scope_text(node->scope, post, i), &at, &found))
			return true;
	}
	return false;
}

/* Pushes the stretches of FIELD that NODE matches; whether there are any, empty
 * ones included. */
static int push_regex(struct evaluation *evaluation, const struct node *node, enum field field)
{
	struct reading *reading = evaluation->reading;
	const struct slice text = reading_nfc(reading, field);
	struct slice found;
	size_t at = 0;
	size_t n = 0;
	int r = 0;

	for (; text.len > 0 && n < REGEX_HITS_MAX && r == 0; n++) {
		if (!find_regex(evaluation, node, text, &at, &found))
			break;
		if (found.len == 0)
			continue;

		const size_t start = (size_t)(found.ptr - text.ptr);
		const struct span span = reading_nfc_span(reading, field, start, start + found.len);

		r = evaluation_push(evaluation, &span);
	}
	return r < 0 ? r : n > 0;
}

static int evaluate_regex(struct evaluation *evaluation, const struct node *node)
{
	const size_t first = evaluation->n_spans;
	bool matched = false;

	if (!(node->scope & SCOPE_FIELDS))
		return set_matched(evaluation, node, matches_aside(evaluation, node));

	for (enum field field = 0; field < N_FIELDS; field++) {
		const int r = node->scope & 1u << field ? push_regex(evaluation, node, field) : 0;

		if (r < 0)
			return r;
		matched |= r > 0;
	}
	set_spans(evaluation, node, first);
	evaluation->results[node->number].matched = matched;
	return matched;
}

static int evaluate_window(struct evaluation *evaluation, const struct node *node)
{
	size_t first;
	int r;

	if (!has_all(evaluation, node))
		return set_matched(evaluation, node, false);

	r = list_terms(evaluation, node, NULL, 0);
	first = evaluation->n_spans;
	if (r == 0)
		r = window_find(evaluation, node, evaluation->cursors);
	return r < 0 ? r : set_spans(evaluation, node, first);
}

/* A hashtag may be one of the post's own, which has no place in the text. */
static int evaluate_entity(struct evaluation *evaluation, const struct node *node)
{
	const size_t first = evaluation->n_spans;
	const int r = push_occurrences(evaluation, node->wanted, node->scope);

	if (r < 0)
		return r;

	set_spans(evaluation, node, first);
	if (node->scope == SCOPE_FIELDS && reading_has(evaluation->reading, node->wanted->term))
		evaluation->results[node->number].matched = true;
	return evaluation->results[node->number].matched;
}

static int evaluate_filter(struct evaluation *evaluation, const struct node *node)
{
	struct reading *reading = evaluation->reading;

	return set_matched(evaluation, node,
		node->n_wanted > 0 ? reading_has(reading, node->wanted->term)
				   : node->filter->matches(node, reading));
}

static int compare_spans(const void *a, const void *b)
{
	const struct span *x = a;
	const struct span *y = b;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;

	return (x->end > y->end) - (x->end < y->end);
}

static bool is_same_stretch(const struct span *a, const struct span *b)
{
	return compare_spans(a, b) == 0;
}

/* Sorts the spans since FIRST and drops repetitions. */
static void sort_spans(struct evaluation *evaluation, size_t first)
{
	const size_t n = evaluation->n_spans - first;
	size_t kept = 0;

	if (n < 2)
		return;

	struct span *spans = evaluation->spans + first;

	qsort(spans, n, sizeof(*spans), compare_spans);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !is_same_stretch(&spans[kept - 1], &spans[i]))
			spans[kept++] = spans[i];
	evaluation->n_spans = first + kept;
}

/* Pushes the stretches that the operand NODE of a NEAR has. */
static int push_operand(struct evaluation *evaluation, const struct node *node)
{
	const struct result result = evaluation->results[node->number];
	int r = 0;

	if (!result.matched)
		return 0;
	for (size_t i = 0; i < node->n_children && node->kind == NODE_OR && r == 0; i++)
		r = push_operand(evaluation, node->children[i]);
	for (uint32_t i = 0; i < result.n && r == 0; i++) {
		/* The array may move while it grows. */
		const struct span span = evaluation->spans[result.first + i];

		r = evaluation_push(evaluation, &span);
	}
	return r;
}

/* The first span of [FIRST, END) that starts at or behind the end of SPAN. */
static size_t first_behind(
	const struct evaluation *evaluation, const struct span *span, size_t first, size_t end)
{
	while (first < end) {
		const size_t middle = first + (end - first) / 2;
		const struct span *other = &evaluation->spans[middle];

		if (other->field < span->field ||
			(other->field == span->field && other->start < span->end))
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

static bool is_near(const struct evaluation *evaluation, const struct node *node,
	const struct span *a, const struct span *b)
{
	return a->field == b->field &&
	       reading_words_between(evaluation->reading, a, b, node->count) <= node->count;
}

/* Pushes the stretches from each of [FROM[0], FROM[1]) to the next of [TO[0],
 * TO[1]) behind it that is near enough; to each of those when NODE takes part in
 * a NEAR itself, for which the next one may be the wrong one. */
static int push_pairs(struct evaluation *evaluation, const struct node *node, const size_t *from,
	const size_t *to)
{
	const size_t bottom = evaluation->n_spans;
	int r = 0;

	for (size_t i = from[0]; i < from[1]; i++) {
		const struct span first = evaluation->spans[i];
		size_t j = first_behind(evaluation, &first, to[0], to[1]);

		for (bool more = true; more && r == 0 && j < to[1]; j++) {
			struct span span = first;
			const struct span next = evaluation->spans[j];

			if (!is_near(evaluation, node, &first, &next))
				break;
			stretch(&span, &next);
			r = evaluation_push(evaluation, &span);
			more = node->inner && evaluation->n_spans - bottom < INNER_PAIRS_MAX;
		}
	}
	evaluation->n_exceeded += evaluation->n_spans - bottom >= INNER_PAIRS_MAX && node->inner;
	return r;
}

static int find_near(struct evaluation *evaluation, const struct node *node)
{
	size_t bounds[3] = {evaluation->n_spans};
	int r = push_operand(evaluation, node->children[0]);

	sort_spans(evaluation, bounds[0]);
	bounds[1] = evaluation->n_spans;
	if (r == 0)
		r = push_operand(evaluation, node->children[1]);
	sort_spans(evaluation, bounds[1]);
	bounds[2] = evaluation->n_spans;

	if (r == 0)
		r = push_pairs(evaluation, node, &bounds[0], &bounds[1]);
	if (r == 0 && !node->ordered)
		r = push_pairs(evaluation, node, &bounds[1], &bounds[0]);
	if (r < 0)
		return r;

	sort_spans(evaluation, bounds[2]);
	return set_spans(evaluation, node, bounds[2]);
}

static int evaluate_node(struct evaluation *evaluation, const struct node *node);

static int evaluate_near(struct evaluation *evaluation, const struct node *node)
{
	int r = evaluate_node(evaluation, node->children[0]);

	if (r > 0 || (r == 0 && evaluation->whole)) {
		const int first = r;

		r = evaluate_node(evaluation, node->children[1]);
		r = r > 0 ? first : r;
	}
	if (r <= 0)
		return r < 0 ? r : set_matched(evaluation, node, false);

	return find_near(evaluation, node);
}

/* AND, OR, NOT and atleast: so many of the children must match. */
static int evaluate_count(struct evaluation *evaluation, const struct node *node, size_t needed)
{
	size_t matched = 0;

	for (size_t i = 0; i < node->n_children; i++) {
		/* What can't be reached any more need not be tried; but what
		 * matched more than once shows all its hits. */
		if (!evaluation->whole && matched + node->n_children - i < needed)
			break;

		const int r = evaluate_node(evaluation, node->children[i]);
		if (r < 0)
			return r;
		matched += (size_t)r;
	}
	return set_matched(evaluation, node, matched >= needed);
}

static int evaluate_node(struct evaluation *evaluation, const struct node *node)
{
	int r;

	switch (node->kind) {
	case NODE_WORDS:
		return evaluate_words(evaluation, node);
	case NODE_WINDOW:
		return evaluate_window(evaluation, node);
	case NODE_RAW:
		return evaluate_raw(evaluation, node);
	case NODE_REGEX:
		return evaluate_regex(evaluation, node);
	case NODE_ENTITY:
		return evaluate_entity(evaluation, node);
	case NODE_FILTER:
		return evaluate_filter(evaluation, node);
	case NODE_NEAR:
		return evaluate_near(evaluation, node);
	case NODE_AND:
		return evaluate_count(evaluation, node, node->n_children);
	case NODE_OR:
		return evaluate_count(evaluation, node, 1);
	case NODE_ATLEAST:
		return evaluate_count(evaluation, node, node->count);
	default:
		r = evaluate_node(evaluation, node->children[0]);
		return r < 0 ? r : set_matched(evaluation, node, r == 0);
	}
}

int evaluate(struct evaluation *evaluation, const struct query *query)
{
	const int r = array_make_room(&evaluation->results, &evaluation->room_results,
		query->n_nodes, sizeof(*evaluation->results));

	if (r < 0)
		return r;

	memset(evaluation->results, 0, query->n_nodes * sizeof(*evaluation->results));
	evaluation->n_spans = 0;
	return evaluate_node(evaluation, query->root);
}

/* Pushes the stretches of NODE and, unless it is a NEAR, of those below it
 * that made it match.  Their word becomes the number of the node: what is
 * pushed here has no other use for it. */
static int push_hits(struct evaluation *evaluation, const struct node *node)
{
	const struct result result = evaluation->results[node->number];
	int r = 0;

	if (!result.matched || node->kind == NODE_NOT)
		return 0;

	for (uint32_t i = 0; i < result.n && r == 0; i++) {
		struct span span = evaluation->spans[result.first + i];

		span.word = (uint32_t)node->number;
		r = evaluation_push(evaluation, &span);
	}
	for (size_t i = 0; i < node->n_children && node->kind != NODE_NEAR && r == 0; i++)
		r = push_hits(evaluation, node->children[i]);
	return r;
}

static int make_hit(const struct evaluation *evaluation, const struct span *span,
	const struct node *node, struct arena *arena, struct hit *ret)
{
	const char *field = evaluation->reading->passages[span->field].text.ptr;

	ret->field = span->field;
	ret->start = span->start_index;
	ret->end = span->end_index;
	ret->text = arena_copy(arena, slice_from(field + span->start, span->end - span->start));
	ret->term = arena_copy(arena, node->source);
	return ret->text && ret->term ? 0 : -ENOMEM;
}

int evaluation_hits(struct evaluation *evaluation, const struct query *query,
	const struct node *node, struct arena *arena, struct hits *ret)
{
	const size_t first = evaluation->n_spans;
	int r = push_hits(evaluation, node);

	sort_spans(evaluation, first);
	ret->n = MIN(evaluation->n_spans - first, (size_t)HITS_MAX);
	ret->items = arena_array(arena, ret->n, sizeof(*ret->items));
	if (!ret->items)
		r = -ENOMEM;
	for (size_t i = 0; i < ret->n && r == 0; i++) {
		const struct span *span = &evaluation->spans[first + i];

		r = make_hit(evaluation, span, query->nodes[span->word], arena, &ret->items[i]);
	}
	evaluation->n_spans = first;
	return r;
}
