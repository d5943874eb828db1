#include "match/window.h"

#include <string.h>

#include "match/reading.h"

enum {
	WINDOW_SPANS_MAX = 128,
	WINDOW_STARTS_MAX = 10000, /* in a post: hostile ones repeat a word for ever */
	NONE = -1,
};

/* The words in reach of one start, and which term takes which of them: a
 * matching of terms and places that grows by augmenting paths (Kuhn 1955). */
struct window {
	const struct evaluation *evaluation;
	const struct node *node;
	const uint32_t *bounds;
	struct span places[WINDOW_SPANS_MAX];
	int owners[WINDOW_SPANS_MAX]; /* the term that takes the place, or NONE */
	size_t n_places;
	uint32_t cursors[WINDOW_WORDS_MAX]; /* the term's next span */
};

static bool is_at(const struct span *a, const struct span *b)
{
	return a->field == b->field && a->start == b->start && a->end == b->end;
}

/* Whether the term with number TERM stands at PLACE. */
static bool stands_at(const struct window *window, size_t term, const struct span *place)
{
	const struct span *spans = window->evaluation->spans;
	uint32_t first = window->bounds[term];
	uint32_t end = window->bounds[window->node->n_wanted + term];

	while (first < end) {
		const uint32_t middle = first + (end - first) / 2;
		const struct span *span = &spans[middle];

		if (is_at(span, place))
			return true;
		if (span->field < place->field ||
			(span->field == place->field && span->start < place->start))
			first = middle + 1;
		else
			end = middle;
	}
	return false;
}

/* Finds a place for TERM, moving others where they have another one. */
static bool settle(struct window *window, int term, bool *tried)
{
	for (size_t i = 0; i < window->n_places; i++) {
		if (tried[i] || !stands_at(window, (size_t)term, &window->places[i]))
			continue;

		tried[i] = true;
		if (window->owners[i] == NONE || settle(window, window->owners[i], tried)) {
			window->owners[i] = term;
			return true;
		}
	}
	return false;
}

/* Whether each term has a place of its own. */
static bool is_full(struct window *window)
{
	for (size_t i = 0; i < window->n_places; i++)
		window->owners[i] = NONE;

	for (size_t term = 0; term < window->node->n_wanted; term++) {
		bool tried[WINDOW_SPANS_MAX] = {false};

		if (!settle(window, (int)term, tried))
			return false;
	}
	return true;
}

/* The leftmost span that any term has from its cursor on; its cursors move
 * behind it.  NULL at the end. */
static const struct span *next_place(struct window *window)
{
	const struct span *spans = window->evaluation->spans;
	const size_t n = window->node->n_wanted;
	const struct span *first = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct span *span = &spans[window->cursors[i]];

		if (window->cursors[i] == window->bounds[n + i])
			continue;
		if (!first || span->field < first->field ||
			(span->field == first->field && span->start < first->start))
			first = span;
	}
	for (size_t i = 0; i < n && first; i++)
		if (window->cursors[i] < window->bounds[n + i] &&
			is_at(&spans[window->cursors[i]], first))
			window->cursors[i]++;

	return first;
}

/* Whether a window from its first place to LAST holds few enough words. */
static bool is_in_reach(const struct window *window, const struct span *last)
{
	const struct span *first = &window->places[0];
	const size_t most = window->node->count + window->node->n_wanted;

	/* The words between the first and the last, and these two. */
	return first->field == last->field &&
	       (is_at(first, last) ||
		       reading_words_between(window->evaluation->reading, first, last, most) + 2 <=
			       most);
}

/* Collects the places in reach of the one at which the cursors stand. */
static void collect_places(struct window *window)
{
	const struct span *place;

	window->n_places = 0;
	while (window->n_places < WINDOW_SPANS_MAX && (place = next_place(window))) {
		window->places[window->n_places] = *place;
		if (!is_in_reach(window, place))
			return;
		window->n_places++;
	}
}

/* The shortest window from the first place that is full; false when all that
 * is in reach does not make one. */
static bool find_shortest(struct window *window, struct span *ret)
{
	size_t low = window->node->n_wanted;
	size_t high = window->n_places;

	if (high < low || !is_full(window))
		return false;

	while (low < high) {
		window->n_places = low + (high - low) / 2;
		if (is_full(window))
			high = window->n_places;
		else
			low = window->n_places + 1;
	}

	const struct span *last = &window->places[high - 1];

	*ret = window->places[0];
	ret->end_word = last->end_word;
	ret->end_cut = last->end_cut;
	ret->end = last->end;
	ret->end_index = last->end_index;
	return true;
}

int window_find(struct evaluation *evaluation, const struct node *node, const uint32_t *bounds)
{
	struct window window = {.evaluation = evaluation, .node = node, .bounds = bounds};
	uint32_t starts[WINDOW_WORDS_MAX];
	const size_t bytes = node->n_wanted * sizeof(*starts);
	struct span pending = {0};
	int r = 0;

	memcpy(starts, bounds, bytes);
	for (size_t i = 0; r == 0; i++) {
		struct span span;

		memcpy(window.cursors, starts, bytes);
		collect_places(&window);
		if (window.n_places == 0)
			break;
		if (i == WINDOW_STARTS_MAX) {
			evaluation->n_exceeded++;
			break;
		}
		if (find_shortest(&window, &span)) {
			/* One that ends at the same word but starts later is
			 * the better one. */
			if (pending.end > 0 &&
				(pending.field != span.field || pending.end != span.end))
				r = evaluation_push(evaluation, &pending);
			pending = span;
		}

		/* The next window starts at the place behind this one's first. */
		memcpy(window.cursors, starts, bytes);
		next_place(&window);
		memcpy(starts, window.cursors, bytes);
	}
	if (r == 0 && pending.end > 0)
		r = evaluation_push(evaluation, &pending);
	return r;
}
