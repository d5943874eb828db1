#include "report/excerpt.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"
#include "text/letters.h"

enum { MARK_HIT = 1 << 0, MARK_BAD = 1 << 1, MARK_GOOD = 1 << 2 };
enum { WORD_REACH = 24, PIECE_MAX_BYTES = 64 * 1024 };

static const char ellipsis[] = "\u2026";

/* A part of a field, in code points of the field. */
struct window {
	struct slice text; /* the whole field */
	size_t n;          /* code points of it */
	size_t start, end;
	unsigned char *marks; /* one for each from start on */
};

static bool is_space_at(struct slice text, size_t offset)
{
	return offset < text.len && is_space(text.ptr[offset]);
}

static bool may_cut_at(struct slice text, size_t offset)
{
	size_t position = offset;

	return offset == 0 || offset >= text.len ||
	       !(letter_of(utf8_next(text, &position))->flags & LETTER_EXTENDS);
}

/* The place nearest to INDEX where a word starts (STEP 1, looking forward) or
 * ends (STEP -1, looking back); else one between two clusters. */
static size_t cut_near(const struct window *window, size_t index, int step)
{
	size_t place = index;

	for (size_t i = 0; i < WORD_REACH && place > 0 && place < window->n; i++) {
		const size_t space = step > 0 ? place - 1 : place;

		if (is_space_at(window->text, utf8_offset(window->text, space)))
			return place;
		place = step > 0 ? place + 1 : place - 1;
	}
	while (index > 0 && !may_cut_at(window->text, utf8_offset(window->text, index)))
		index--;
	return index;
}

struct slice excerpt_prefix(struct slice text, size_t max_code_points)
{
	const struct window window = {.text = text, .n = utf8_length(text)};

	if (window.n <= max_code_points)
		return text;

	const size_t end = cut_near(&window, max_code_points, -1);
	return slice_from(text.ptr, utf8_offset(text, end));
}

/* What the excerpt must show: the first hit, else the first word that counted. */
static size_t find_focus(const struct item *item, enum field field)
{
	for (size_t i = 0; i < item->n_hits; i++)
		if (item->hits[i].field == field)
			return item->hits[i].start;
	for (size_t i = 0; i < item->sentiment.n_terms; i++)
		if (item->sentiment.terms[i].field == field)
			return item->sentiment.terms[i].start;
	return 0;
}

static void choose_window(struct window *window, size_t focus, size_t max)
{
	window->start = 0;
	window->end = window->n;
	if (window->n <= max)
		return;

	/* A third before what matters, the rest behind it. */
	if (focus > max / 3)
		window->start = MIN(focus - max / 3, window->n - max);
	window->end = MIN(window->start + max, window->n);
	if (window->start > 0)
		window->start = cut_near(window, window->start, 1);
	if (window->end < window->n)
		window->end = cut_near(window, window->end, -1);
}

static void mark(struct window *window, size_t start, size_t end, unsigned char bit)
{
	for (size_t i = MAX(start, window->start); i < MIN(end, window->end); i++)
		window->marks[i - window->start] |= bit;
}

static int mark_all(struct window *window, const struct item *item, enum field field)
{
	window->marks = calloc(window->end - window->start + 1, 1);
	if (!window->marks)
		return -ENOMEM;

	for (size_t i = 0; i < item->n_hits; i++)
		if (item->hits[i].field == field)
			mark(window, item->hits[i].start, item->hits[i].end, MARK_HIT);
	for (size_t i = 0; i < item->sentiment.n_terms; i++) {
		const struct scored_term *term = &item->sentiment.terms[i];

		if (term->field != field || !sentiment_tells(&item->sentiment, term))
			continue;
		if (term->valence < 0 || term->anger > 0)
			mark(window, term->start, term->end, MARK_BAD);
		else if (term->valence > 0)
			mark(window, term->start, term->end, MARK_GOOD);
	}
	return 0;
}

static int add_piece(json_t *pieces, struct str *text, unsigned char marks)
{
	int r = str_error(text);

	if (text->len == 0)
		return r;

	json_t *piece = json_object();
	r |= json_set_text(piece, "text", str_text(text));
	if (marks & MARK_HIT)
		r |= json_set_take(piece, "is_hit", json_true());
	else if (marks & MARK_BAD)
		r |= json_set_take(piece, "is_bad", json_true());
	else if (marks & MARK_GOOD)
		r |= json_set_take(piece, "is_good", json_true());
	r |= json_array_append_new(pieces, piece);
	str_clear(text);
	return r < 0 ? -ENOMEM : 0;
}

/* What stood before a character. */
enum gap { GAP_NONE, GAP_SPACE, GAP_BREAK };

/* White space in a row is one space, or one line break where there is one. */
static void add_character(struct str *text, uint32_t code_point, enum gap *before)
{
	if (code_point > ' ' && code_point != 0xa0) {
		str_add_code_point(text, code_point);
		*before = GAP_NONE;
	} else if (code_point == '\n' && *before != GAP_BREAK) {
		if (*before == GAP_SPACE && text->len > 0)
			str_truncate(text, text->len - 1);
		str_add_char(text, '\n');
		*before = GAP_BREAK;
	} else if (*before == GAP_NONE) {
		str_add_char(text, ' ');
		*before = GAP_SPACE;
	}
}

static int add_pieces(const struct window *window, json_t *pieces)
{
	CLEANUP(str_done) struct str text = STR_INIT(PIECE_MAX_BYTES);
	size_t position = utf8_offset(window->text, window->start);
	enum gap before = GAP_BREAK;
	int r = 0;

	if (window->start > 0)
		str_add_text(&text, ellipsis);
	for (size_t i = 0; i < window->end - window->start && r == 0; i++) {
		if (i > 0 && window->marks[i] != window->marks[i - 1])
			r = add_piece(pieces, &text, window->marks[i - 1]);
		else if (i == 0 && window->marks[0] != 0)
			r = add_piece(pieces, &text, 0);
		add_character(&text, utf8_next(window->text, &position), &before);
	}
	if (r < 0)
		return r;

	r = add_piece(pieces, &text,
		window->end > window->start ? window->marks[window->end - window->start - 1] : 0);
	if (window->end < window->n)
		str_add_text(&text, ellipsis);
	return r < 0 ? r : add_piece(pieces, &text, 0);
}

int excerpt_to_json(const struct item *item, enum field field, size_t max_code_points, json_t **ret)
{
	CLEANUP(json_freep) json_t *pieces = json_array();
	struct window window = {.text = slice_of(post_field(&item->post, field))};
	int r;

	if (!pieces)
		return -ENOMEM;

	while (window.text.len > 0 && is_space(window.text.ptr[window.text.len - 1]))
		window.text.len--;
	window.n = utf8_length(window.text);
	choose_window(&window, find_focus(item, field), max_code_points);
	r = mark_all(&window, item, field);
	if (r == 0)
		r = add_pieces(&window, pieces);
	free(window.marks);
	if (r < 0)
		return r;

	*ret = TAKE(pieces);
	return 0;
}

void excerpt_add_text(const json_t *pieces, struct str *str)
{
	for (size_t i = 0; i < json_array_size(pieces); i++) {
		const json_t *piece = json_array_get(pieces, i);
		const char *star = json_object_get(piece, "is_hit") ? "*" : "";

		str_add_format(str, "%s%s%s", star, json_text(piece, "text"), star);
	}
}
