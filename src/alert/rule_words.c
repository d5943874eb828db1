/* The words of rules: one row each. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "alert/rule_tree.h"

enum { SPIKE_WEEKS = 8, SPIKE_FLOOR = 5 };

static const int64_t week_us = 7 * US_PER_DAY;

/* --- one mention -------------------------------------------------------- */

static void read_anger(const struct post *post UNUSED, const struct sentiment *sentiment,
	int index UNUSED, struct value *ret)
{
	*ret = (struct value){.known = true, .number = sentiment->anger};
}

static void read_angry(const struct post *post UNUSED, const struct sentiment *sentiment,
	int index UNUSED, struct value *ret)
{
	*ret = (struct value){.known = true, .number = sentiment->angry};
}

static void read_coverage(const struct post *post UNUSED, const struct sentiment *sentiment,
	int index UNUSED, struct value *ret)
{
	*ret = (struct value){.known = true, .number = sentiment->coverage};
}

/* Where the language or the words are unknown there is no polarity. */
static void read_polarity(const struct post *post UNUSED, const struct sentiment *sentiment,
	int index, struct value *ret)
{
	const double parts[] = {
		sentiment->compound, sentiment->pos, sentiment->neu, sentiment->neg};

	*ret = (struct value){.known = sentiment->label != LABEL_UNKNOWN, .number = parts[index]};
}

static void read_metric(const struct post *post, const struct sentiment *sentiment UNUSED,
	int index, struct value *ret)
{
	*ret = (struct value){
		.known = post->metrics[index].known, .number = post->metrics[index].value};
}

static void read_label(const struct post *post UNUSED, const struct sentiment *sentiment,
	int index UNUSED, struct value *ret)
{
	*ret = (struct value){.known = true, .text = label_name(sentiment->label)};
}

enum post_text { POST_LANG, POST_SOURCE, POST_COUNTRY, POST_HANDLE };

static void read_text(const struct post *post, const struct sentiment *sentiment UNUSED, int index,
	struct value *ret)
{
	const char *const texts[] = {[POST_LANG] = post->lang,
		[POST_SOURCE] = post->source,
		[POST_COUNTRY] = post->location.country,
		[POST_HANDLE] = post->author_handle};

	*ret = (struct value){.known = texts[index], .text = texts[index]};
}

static const struct mention_word mention_words[] = {
	{"anger", 0, 1, read_anger, 0, VALUE_NUMBER},
	{"angry", 0, 1, read_angry, 0, VALUE_TRUTH},
	{"author_handle", 0, 0, read_text, POST_HANDLE, VALUE_TEXT},
	{"comments", 0, INFINITY, read_metric, METRIC_COMMENTS, VALUE_NUMBER},
	{"compound", -1, 1, read_polarity, 0, VALUE_NUMBER},
	{"country", 0, 0, read_text, POST_COUNTRY, VALUE_TEXT},
	{"coverage", 0, 1, read_coverage, 0, VALUE_NUMBER},
	{"followers", 0, INFINITY, read_metric, METRIC_FOLLOWERS, VALUE_NUMBER},
	{"label", 0, 0, read_label, 0, VALUE_TEXT},
	{"lang", 0, 0, read_text, POST_LANG, VALUE_TEXT},
	{"likes", 0, INFINITY, read_metric, METRIC_LIKES, VALUE_NUMBER},
	{"neg", 0, 1, read_polarity, 3, VALUE_NUMBER},
	{"neu", 0, 1, read_polarity, 2, VALUE_NUMBER},
	{"pos", 0, 1, read_polarity, 1, VALUE_NUMBER},
	{"rating", 0, INFINITY, read_metric, METRIC_RATING, VALUE_NUMBER},
	{"replies", 0, INFINITY, read_metric, METRIC_REPLIES, VALUE_NUMBER},
	{"shares", 0, INFINITY, read_metric, METRIC_SHARES, VALUE_NUMBER},
	{"source", 0, 0, read_text, POST_SOURCE, VALUE_TEXT},
	{"views", 0, INFINITY, read_metric, METRIC_VIEWS, VALUE_NUMBER},
};

int mention_word_find(struct slice name, const struct mention_word **ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(mention_words); i++) {
		if (slice_equals_nocase(slice_of(mention_words[i].name), name)) {
			*ret = &mention_words[i];
			return 1;
		}
	}
	return 0;
}

/* --- rates -------------------------------------------------------------- */

static const struct count_kind count_kinds[] = {
	{"mentions", offsetof(struct stream_count, n_mentions)},
	{"negative", offsetof(struct stream_count, n_negative)},
	{"positive", offsetof(struct stream_count, n_positive)},
	{"neutral", offsetof(struct stream_count, n_neutral)},
	{"unknown", offsetof(struct stream_count, n_unknown)},
	{"angry", offsetof(struct stream_count, n_angry)},
};

int count_kind_find(struct slice name, const struct count_kind **ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(count_kinds); i++) {
		if (slice_equals_nocase(slice_of(count_kinds[i].name), name)) {
			*ret = &count_kinds[i];
			return 1;
		}
	}
	return 0;
}

static double count_of(const struct stream_count *count, const struct count_kind *kind)
{
	return (double)*(const size_t *)(const void *)((const char *)count + kind->offset);
}

/* The window of QUERY, moved back by AGO_US; 1, or 0 when the stream was not
 * watched then. */
static int count_window(const struct rate_query *query, int64_t ago_us, struct stream_count *ret)
{
	const int64_t until_us = query->now_us - ago_us;
	int r;

	*ret = (struct stream_count){0};
	r = query->source->count(
		query->source->userdata, query->stream, until_us - query->span_us, until_us, ret);
	if (r == -ENODATA)
		return 0;

	return r < 0 ? r : 1;
}

static int read_count(const struct rate_query *query, double *ret)
{
	struct stream_count count;
	const int r = count_window(query, 0, &count);

	*ret = count_of(&count, query->kind);
	return r;
}

static int read_share(const struct rate_query *query, double *ret)
{
	struct stream_count count;
	const int r = count_window(query, 0, &count);

	*ret = count.n_mentions == 0 ? 0 : count_of(&count, query->kind) / (double)count.n_mentions;
	return r;
}

static int read_net_sentiment(const struct rate_query *query, double *ret)
{
	struct stream_count count;
	const int r = count_window(query, 0, &count);

	*ret = net_sentiment(&count);
	return r;
}

static int compare_doubles(const void *a, const void *b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts VALUES; 0 for none. */
static double median(double *values, size_t n)
{
	if (n == 0)
		return 0;
	qsort(values, n, sizeof(*values), compare_doubles);
	return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Distance from the median in robust standard deviations: 1.4826 times the
 * median absolute deviation estimates one for normal noise (Hampel 1974).
 * Counts are at least as noisy as Poisson's, hence the root; and never
 * steadier than one. */
static double robust_distance(double now, double *earlier, size_t n)
{
	const double usual = median(earlier, n);

	for (size_t i = 0; i < n; i++)
		earlier[i] = fabs(earlier[i] - usual);

	const double deviation = fmax(1.4826 * median(earlier, n), fmax(sqrt(usual), 1));
	return (now - usual) / deviation;
}

static int read_spike(const struct rate_query *query, double *ret)
{
	double earlier[SPIKE_WEEKS];
	size_t n = 0;
	struct stream_count count;
	int r;

	*ret = 0;
	r = count_window(query, 0, &count);
	const double now = count_of(&count, query->kind);
	if (r <= 0 || now < SPIKE_FLOOR)
		return r;

	for (int week = 1; week <= SPIKE_WEEKS; week++) {
		r = count_window(query, week * week_us, &count);
		if (r < 0)
			return r;
		if (r > 0)
			earlier[n++] = count_of(&count, query->kind);
	}

	*ret = robust_distance(now, earlier, n);
	return 1;
}

static const struct rate_word rate_words[] = {
	{"count", true, 0, INFINITY, 31 * US_PER_DAY, read_count},
	{"net_sentiment", false, -1, 1, 31 * US_PER_DAY, read_net_sentiment},
	{"share", true, 0, 1, 31 * US_PER_DAY, read_share},
	/* Windows must not overlap those of the weeks before. */
	{"spike", true, -INFINITY, INFINITY, 7 * US_PER_DAY, read_spike},
};

int rate_word_find(struct slice name, const struct rate_word **ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(rate_words); i++) {
		if (slice_equals_nocase(slice_of(rate_words[i].name), name)) {
			*ret = &rate_words[i];
			return 1;
		}
	}
	return 0;
}

const char *rule_word_name(size_t index)
{
	if (index < ARRAY_SIZE(mention_words))
		return mention_words[index].name;

	index -= ARRAY_SIZE(mention_words);
	return index < ARRAY_SIZE(rate_words) ? rate_words[index].name : NULL;
}
