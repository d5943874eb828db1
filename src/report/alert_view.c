/* One alert, as its mail tells it. */
#include <errno.h>
#include <math.h>

#include "base/str.h"
#include "base/utf8.h"
#include "report/excerpt.h"
#include "report/view.h"

enum {
	MAX_NAME = 60,
	MAX_SNIPPET = 60,
	MAX_TEST = 120,
	MAX_TESTS = 4,
	MAX_WHEN = 240,
	SUBJECT_MAX = 2048
};

/* "40", "9.49". */
static int set_number(json_t *row, const char *name, double number)
{
	const bool is_whole = number == floor(number);

	return view_set_format(row, name, is_whole ? "%.0f" : "%.2f", number);
}

/* What the rule saw, in the words of rule_check_...(). */
static int set_evidence(json_t *view, const char *evidence)
{
	CLEANUP(json_freep) json_t *json = NULL;
	CLEANUP(json_freep) json_t *list = json_array();
	int r = 0;

	/* Evidence that cannot be read is a flaw of the mail, not its end. */
	if (!evidence || json_read(slice_of(evidence), &json, NULL, NULL) < 0)
		return 0;

	const json_t *seen = json_object_get(json, "seen");
	for (size_t i = 0; i < json_array_size(seen); i++) {
		const json_t *one = json_array_get(seen, i);
		const json_t *value = json_object_get(one, "value");
		json_t *row = json_object();

		r |= view_set_cut(row, "test", json_text(one, "test"), MAX_TEST);
		if (json_is_number(value))
			r |= set_number(row, "value", json_number_value(value));
		r |= json_array_append_new(list, row);
	}
	r |= view_set_cut(view, "when", json_text(json, "when"), MAX_WHEN);
	return r | json_set_take(view, "tests", TAKE(list));
}

/* The first words of what the post says, on one line. */
static void add_snippet(struct str *str, const struct post *post)
{
	const struct slice whole = slice_trim(slice_of(post->text ? post->text : post->title));
	const struct slice start = excerpt_prefix(whole, MAX_SNIPPET);

	for (size_t i = 0; i < start.len; i++)
		str_add_char(str, is_space(start.ptr[i]) ? ' ' : start.ptr[i]);
	if (start.len < whole.len)
		str_add_text(str, "\u2026");
}

/* "Angry (83): Your courier lost my parcel again - Jane Doe". */
static void add_mention(struct str *str, const struct item *item)
{
	const struct sentiment *sentiment = &item->sentiment;
	const char *author = item->post.author ? item->post.author : item->post.author_handle;

	if (sentiment->angry)
		str_add_format(str, "Angry (%ld): ", lround(sentiment->anger * 100));
	else if (sentiment->label == LABEL_UNKNOWN)
		str_add_text(str, "Mention: ");
	else
		str_add_format(str, "%s (%+ld): ",
			sentiment->label == LABEL_NEGATIVE   ? "Negative"
			: sentiment->label == LABEL_POSITIVE ? "Positive"
							     : "Neutral",
			lround(sentiment->compound * 100));
	add_snippet(str, &item->post);
	if (author)
		str_add_format(str, " - %.*s", SLICE_FMT(utf8_prefix(slice_of(author), MAX_NAME)));
}

/* "crisis: spike(mentions, 1h) 9.5, count(1h) 40"; the mail tells all of them. */
static void add_rate(struct str *str, const char *rule, const json_t *tests)
{
	str_add_text(str, rule);
	for (size_t i = 0; i < MIN(json_array_size(tests), (size_t)MAX_TESTS); i++) {
		const json_t *one = json_array_get(tests, i);
		const struct slice test = slice_of(json_text(one, "test"));
		const ptrdiff_t close = slice_find_char(test, ')');
		const char *value = json_text(one, "value");

		str_add_format(str, "%s%.*s %s", i == 0 ? ": " : ", ",
			SLICE_FMT(slice_from(test.ptr, (size_t)(close + 1))), value ? value : "");
	}
}

static int set_subject(json_t *view, const struct alert_notice *alert)
{
	CLEANUP(str_done) struct str str = STR_INIT(SUBJECT_MAX);

	str_add_format(
		&str, "[%.*s] ", SLICE_FMT(utf8_prefix(slice_of(alert->stream_label), MAX_NAME)));
	if (alert->item)
		add_mention(&str, alert->item);
	else
		add_rate(&str, alert->rule, json_object_get(view, "tests"));
	if (str_error(&str) < 0)
		return -ENOMEM;
	return json_set_text(view, "subject", str_text(&str));
}

static int set_item(
	json_t *view, const struct alert_notice *alert, const struct view_context *context)
{
	struct items examples = {.n = alert->n_examples, .n_all = alert->n_examples};
	json_t *one = NULL;
	int r = 0;

	if (alert->item) {
		r = view_item(alert->item, context, &one);
		return r < 0 ? r : json_set_take(view, "item", one);
	}
	if (examples.n == 0)
		return 0;

	/* Only read. */
	examples.list = (struct item *)(uintptr_t)alert->examples;
	r = view_items(&examples, context, &one);
	return r < 0 ? r : json_set_take(view, "examples", one);
}

int view_alert(const struct notice *notice, const struct view_context *context, json_t **ret)
{
	const struct alert_notice *alert = &notice->alert;
	CLEANUP(json_freep) json_t *view = json_object();
	int r = view_set_cut(view, "stream", alert->stream_label, MAX_NAME);

	r |= view_set_cut(view, "rule", alert->rule, MAX_NAME);
	r |= view_set_format(view, "incident", "%lld", (long long)alert->incident_id);
	r |= view_set_time(view, "deadline", alert->deadline, context);
	r |= view_set_time(view, "now", INSTANT(notice->now_us), context);
	r |= view_set_count(view, "earlier", alert->n_alerts > 0 ? alert->n_alerts - 1 : 0);
	r |= view_set_flag(view, "is_second", alert->n_alerts == 2);
	r |= view_set_count(view, "held_back", alert->n_held_back);
	r |= view_set_flag(view, "is_one_held", alert->n_held_back == 1);
	r |= view_set_flag(view, "is_rate", !alert->item);
	r |= set_evidence(view, alert->evidence);
	r |= set_subject(view, alert);
	r |= set_item(view, alert, context);
	if (r != 0)
		return -ENOMEM;

	*ret = TAKE(view);
	return 0;
}

int view_rest(const struct notice *notice, const struct view_context *context, json_t **ret)
{
	const struct rest_notice *rest = &notice->rest;
	const struct items *items = &rest->items;
	const char *name = rest->stream_label ? rest->stream_label : "mentiond";
	const char *plural = items->n_all == 1 ? "" : "s";
	json_t *view = NULL;
	size_t n_angry = 0;
	int r;

	for (size_t i = 0; i < items->n; i++)
		n_angry += items->list[i].sentiment.angry;

	r = view_items(items, context, &view);
	if (r < 0)
		return r;
	/* How many are angry is known only when all are here. */
	if (n_angry > 0 && items->n == items->n_all)
		r = view_set_format(view, "subject", "[%.*s] %zu more alert%s, %zu angry",
			SLICE_FMT(utf8_prefix(slice_of(name), MAX_NAME)), items->n_all, plural,
			n_angry);
	else
		r = view_set_format(view, "subject", "[%.*s] %zu more alert%s",
			SLICE_FMT(utf8_prefix(slice_of(name), MAX_NAME)), items->n_all, plural);
	r |= view_set_cut(view, "stream", rest->stream_label, MAX_NAME);
	r |= view_set_flag(view, "is_one", items->n_all == 1);
	r |= view_set_time(view, "now", INSTANT(notice->now_us), context);
	if (r != 0) {
		json_decref(view);
		return -ENOMEM;
	}

	*ret = view;
	return 0;
}
