/* One mention, as its card tells it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "report/excerpt.h"
#include "report/view.h"

enum {
	MAX_TITLE = 160,
	MAX_NAME = 60,
	MAX_TERMS = 6,
	MAX_TERM = 40,
	MAX_REASONS = 80,
	MAX_LANG = 35,
	QUOTE_TEXT_MAX = 16 * 1024,
};

static long percent(double value)
{
	return lround(value * 100);
}

/* How the card is coloured and what its badge says. */
static int set_tone(json_t *view, const struct sentiment *sentiment)
{
	static const char *const tones[N_LABELS] = {
		[LABEL_UNKNOWN] = "is_unknown",
		[LABEL_NEGATIVE] = "is_negative",
		[LABEL_NEUTRAL] = "is_neutral",
		[LABEL_POSITIVE] = "is_positive",
	};
	int r = view_set_flag(view, sentiment->angry ? "is_angry" : tones[sentiment->label], true);

	if (sentiment->label != LABEL_UNKNOWN)
		r |= view_set_signed(view, "score", percent(sentiment->compound));
	r |= view_set_format(view, "anger", "%ld", percent(sentiment->anger));
	r |= view_set_flag(view, "has_anger", percent(sentiment->anger) >= 10);
	return r;
}

/* --- why ----------------------------------------------------------------- */

static bool was_told(const struct scored_term *const *told, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(told[i]->text, text) == 0)
			return true;
	return false;
}

/* The heaviest term that was not told yet; NULL at the end. */
static const struct scored_term *next_term(
	const struct sentiment *sentiment, const struct scored_term *const *told, size_t n)
{
	const struct scored_term *best = NULL;

	for (size_t i = 0; i < sentiment->n_terms; i++) {
		const struct scored_term *term = &sentiment->terms[i];

		if (!term->text || was_told(told, n, term->text) ||
			!sentiment_tells(sentiment, term) ||
			(sentiment_weight(term) == 0 && term->flags == 0))
			continue;
		if (!best || sentiment_weight(term) > sentiment_weight(best))
			best = term;
	}
	return best;
}

static int add_reasons(struct str *str, const struct scored_term *term)
{
	for (size_t i = 0; i < term->why.n; i++)
		str_add_format(str, "%s%s", str->len > 0 ? ", " : "", term->why.items[i]);
	for (unsigned int i = 0; i < N_FLAGS; i++)
		if (term->flags & 1u << i)
			str_add_format(str, "%s%s", str->len > 0 ? ", " : "", flag_name(i));
	return str_error(str);
}

/* "worst -3.1 (caps)", "refund anger +0.4". */
static json_t *term_view(const struct scored_term *term)
{
	CLEANUP(json_freep) json_t *view = json_object();
	CLEANUP(str_done) struct str reasons = STR_INIT(1024);
	int r = view_set_cut(view, "text", term->text, MAX_TERM);

	if (fabs(term->valence) >= 0.05)
		r |= view_set_format(view, "weight", "%+.1f", term->valence);
	else if (term->anger >= 0.005)
		r |= view_set_format(view, "weight", "anger +%.2f", term->anger);
	r |= view_set_flag(view, "is_good", term->valence > 0 && term->anger <= 0);
	add_reasons(&reasons, term);
	/* Too many reasons are no reason to say nothing. */
	if (str_error(&reasons) == 0)
		r |= view_set_cut(view, "reasons", str_text(&reasons), MAX_REASONS);
	return r < 0 ? NULL : TAKE(view);
}

static int set_terms(json_t *view, const struct sentiment *sentiment)
{
	const struct scored_term *told[MAX_TERMS];
	CLEANUP(json_freep) json_t *terms = json_array();
	size_t n = 0;

	while (n < MAX_TERMS && (told[n] = next_term(sentiment, told, n))) {
		if (json_array_append_new(terms, term_view(told[n])) < 0)
			return -ENOMEM;
		n++;
	}
	if (n > 0)
		json_object_set_new(json_array_get(terms, n - 1), "is_last", json_true());
	return view_set_list(view, "terms", "has_terms", TAKE(terms));
}

static int set_flags(json_t *view, unsigned int flags)
{
	CLEANUP(str_done) struct str names = STR_INIT(256);

	for (unsigned int i = 0; i < N_FLAGS; i++)
		if (flags & 1u << i)
			str_add_format(&names, "%s%s", names.len > 0 ? ", " : "", flag_name(i));
	return json_set_text(view, "flags", str_text(&names));
}

/* --- what and who -------------------------------------------------------- */

/* The quote's lines for plain text, each goes behind a margin. */
static int set_lines(json_t *view, const char *name, const json_t *pieces)
{
	CLEANUP(str_done) struct str text = STR_INIT(QUOTE_TEXT_MAX);
	CLEANUP(json_freep) json_t *lines = json_array();
	struct slice line;

	excerpt_add_text(pieces, &text);
	if (str_error(&text) < 0)
		return -ENOMEM;
	for (struct slice rest = str_slice(&text); slice_split(&rest, '\n', &line);) {
		line = slice_trim(line);
		if (line.len > 0 &&
			json_array_append_new(lines, json_stringn(line.ptr, line.len)) < 0)
			return -ENOMEM;
	}
	return json_set_take(view, name, TAKE(lines));
}

static int set_words(json_t *view, const struct item *item, const struct view_context *context)
{
	CLEANUP(json_freep) json_t *title = NULL;
	CLEANUP(json_freep) json_t *quote = NULL;
	int r;

	r = excerpt_to_json(item, FIELD_TITLE, MAX_TITLE, &title);
	if (r == 0)
		r = excerpt_to_json(item, FIELD_TEXT, context->max_quote, &quote);
	if (r == 0)
		r = set_lines(view, "title_lines", title);
	if (r == 0)
		r = set_lines(view, "quote_lines", quote);
	if (r < 0)
		return r;

	r |= view_set_list(view, "title", "has_title", TAKE(title));
	r |= view_set_list(view, "quote", "has_quote", TAKE(quote));
	r |= view_set_cut(view, "lang", item->post.lang, MAX_LANG);
	return r;
}

static int set_author(json_t *view, const struct post *post)
{
	const struct metric_value *followers = &post->metrics[METRIC_FOLLOWERS];
	const char *author = post->author ? post->author : post->author_handle;
	int r = view_set_cut(view, "author", author, MAX_NAME);

	if (post->author_handle &&
		(!post->author || strcmp(post->author, post->author_handle) != 0))
		r |= view_set_cut(view, "handle", post->author_handle, MAX_NAME);
	r |= view_set_link(view, "author_url", post->author_url);
	if (followers->known && followers->value >= 1)
		r |= view_set_count(view, "followers", (size_t)fmin(followers->value, 1e15));
	return r;
}

static int set_origin(json_t *view, const struct item *item, const struct view_context *context)
{
	const struct post *post = &item->post;
	int r = view_set_cut(view, "source", post->source, MAX_NAME);

	r |= view_set_cut(view, "place",
		post->location.name ? post->location.name : post->location.country, MAX_NAME);
	r |= view_set_link(view, "url", post->url);
	r |= view_set_time(view, "time", post->published, context);
	if (!post->published.known)
		r |= view_set_time(view, "fetched", item->fetched, context);
	if (item->n_copies > 1)
		r |= view_set_count(view, "copies", item->n_copies);
	return r;
}

static int set_incident(json_t *view, const struct item *item, const struct view_context *context)
{
	int r;

	if (item->incident_id == 0)
		return 0;

	r = view_set_format(view, "incident", "%lld", (long long)item->incident_id);
	r |= view_set_cut(view, "rule", item->rule, MAX_NAME);
	r |= json_set_text(view, "state", incident_state_name(item->state));
	r |= view_set_cut(view, "assignee", item->assignee, MAX_NAME);
	/* An answer was due only as long as none was given. */
	if (item->state == INCIDENT_OPEN || item->state == INCIDENT_ACKNOWLEDGED) {
		r |= view_set_time(view, "deadline", item->deadline, context);
		r |= view_set_flag(view, "is_late",
			item->deadline.known && item->deadline.us < context->now_us);
	}
	return r;
}

int view_item(const struct item *item, const struct view_context *context, json_t **ret)
{
	CLEANUP(json_freep) json_t *view = json_object();
	int r = view_set_format(view, "id", "%lld", (long long)item->mention_id);

	r |= view_set_cut(
		view, "stream", item->stream_label ? item->stream_label : item->stream, MAX_NAME);
	r |= set_tone(view, &item->sentiment);
	r |= set_terms(view, &item->sentiment);
	r |= set_flags(view, item->sentiment.flags);
	r |= set_words(view, item, context);
	r |= set_author(view, &item->post);
	r |= set_origin(view, item, context);
	r |= set_incident(view, item, context);
	if (r != 0)
		return -ENOMEM;

	*ret = TAKE(view);
	return 0;
}

int view_items(const struct items *items, const struct view_context *context, json_t **ret)
{
	CLEANUP(json_freep) json_t *list = json_array();
	CLEANUP(json_freep) json_t *view = json_object();
	const size_t n = MIN(items->n, context->max_items);
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		json_t *item = NULL;

		r = view_item(&items->list[i], context, &item);
		if (r < 0 || json_array_append_new(list, item) < 0)
			return -ENOMEM;
	}
	r |= json_set_take(view, "items", TAKE(list));
	r |= view_set_count(view, "count", items->n_all);
	r |= view_set_count(view, "more", items->n_all - MIN(items->n_all, n));
	if (r < 0)
		return -ENOMEM;

	*ret = TAKE(view);
	return 0;
}
