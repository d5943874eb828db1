/* A digest, as its mail tells it. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "report/view.h"
#include "text/localtime.h"

enum {
	MAX_NAME = 40,
	MAX_PROBLEM = 160,
	MAX_STREAMS = 25,
	MAX_RISING = 12,
	MAX_TROUBLED = 12,
	MAX_UNSENT = 5,
	SUBJECT_MAX = 512,
};

static const char *label_of(const struct stream_count *stream)
{
	return stream->label ? stream->label : stream->name;
}

static bool is_kind(const struct stream_count *stream, const char *kind)
{
	return stream->kind && strcmp(stream->kind, kind) == 0;
}

static void add_counts(struct stream_count *sum, const struct stream_count *stream)
{
	sum->n_mentions += stream->n_mentions;
	sum->n_positive += stream->n_positive;
	sum->n_neutral += stream->n_neutral;
	sum->n_negative += stream->n_negative;
	sum->n_unknown += stream->n_unknown;
	sum->n_angry += stream->n_angry;
	sum->n_mentions_before += stream->n_mentions_before;
	sum->n_old += stream->n_old;
}

/* The digest is about the brands; where none is configured, about all. */
static bool is_ours(const struct digest *digest, const struct stream_count *stream)
{
	for (size_t i = 0; i < digest->n_streams; i++)
		if (is_kind(&digest->streams[i], "brand"))
			return is_kind(stream, "brand");
	return true;
}

static void sum_ours(const struct digest *digest, struct stream_count *ret)
{
	*ret = (struct stream_count){0};
	for (size_t i = 0; i < digest->n_streams; i++)
		if (is_ours(digest, &digest->streams[i]))
			add_counts(ret, &digest->streams[i]);
}

static long net_points(const struct stream_count *count)
{
	return lround(net_sentiment(count) * 100);
}

/* "Acme", "Acme, Globex", "Acme +2". */
static void add_names(struct str *str, const struct digest *digest)
{
	const char *names[2];
	size_t n = 0;

	for (size_t i = 0; i < digest->n_streams; i++) {
		if (!is_ours(digest, &digest->streams[i]))
			continue;
		if (n < ARRAY_SIZE(names))
			names[n] = label_of(&digest->streams[i]);
		n++;
	}
	if (n == 0)
		str_add_text(str, "mentiond");
	else if (n == 2)
		str_add_format(str, "%.40s, %.40s", names[0], names[1]);
	else
		str_add_format(str, "%.80s", names[0]);
	if (n > 2)
		str_add_format(str, " +%zu", n - 1);
}

/* "[Acme] 3 angry, 42 mentions, net +8 - Sat 21 Nov". */
static int set_subject(json_t *view, const struct digest *digest, const struct stream_count *ours)
{
	CLEANUP(str_done) struct str str = STR_INIT(SUBJECT_MAX);
	char day[LOCAL_TEXT_SIZE] = "";
	struct local_time local;

	if (localtime_at(digest->timezone, digest->until_us, &local) == 0 ||
		localtime_at(NULL, digest->until_us, &local) == 0)
		localtime_format(&local, LOCAL_DAY, day);

	str_add_char(&str, '[');
	add_names(&str, digest);
	str_add_text(&str, "] ");
	if (ours->n_mentions == 0)
		str_add_text(&str, "no mentions");
	else
		str_add_format(&str, "%zu angry, %zu mention%s, net %+ld", ours->n_angry,
			ours->n_mentions, ours->n_mentions == 1 ? "" : "s", net_points(ours));
	str_add_format(&str, " - %s", day);
	if (str_error(&str) < 0)
		return -ENOMEM;
	return json_set_text(view, "subject", str_text(&str));
}

/* "+12" or "-3" against the window before; nothing when it is the same. */
static int set_change(json_t *view, const struct stream_count *count)
{
	const long change = (long)count->n_mentions - (long)count->n_mentions_before;
	int r = change == 0 ? 0 : view_set_format(view, "change", "%+ld", change);

	r |= view_set_flag(view, "is_up", change > 0);
	return r;
}

static int set_net(json_t *view, const struct stream_count *count)
{
	const long points = net_points(count);
	int r;

	if (count->n_mentions == 0)
		return 0;
	r = view_set_signed(view, "net", points);
	r |= view_set_flag(view, "is_good", points > 0);
	r |= view_set_flag(view, "is_bad", points < 0);
	return r;
}

static int set_headline(json_t *view, const struct digest *digest, const struct stream_count *ours)
{
	CLEANUP(json_freep) json_t *headline = json_object();
	int r = view_set_count(headline, "mentions", ours->n_mentions);

	r |= view_set_count(headline, "angry", ours->n_angry);
	r |= view_set_count(
		headline, "waiting", digest->needs_answer.n_all + digest->still_open.n_all);
	r |= set_change(headline, ours);
	r |= set_net(headline, ours);
	r |= json_set_take(view, "headline", TAKE(headline));
	return r;
}

/* --- the lists ----------------------------------------------------------- */

static int set_items(json_t *view, const char *name, const struct items *items,
	const struct view_context *context)
{
	json_t *list = NULL;
	int r;

	if (items->n_all == 0 && items->n == 0)
		return 0;

	r = view_items(items, context, &list);
	return r < 0 ? r : json_set_take(view, name, list);
}

static int set_rising(json_t *view, const struct digest *digest)
{
	const size_t n = MIN(digest->n_rising, (size_t)MAX_RISING);
	CLEANUP(json_freep) json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		const struct rising_word *word = &digest->rising[i];
		json_t *row = json_object();

		r |= view_set_cut(row, "text", word->text, MAX_NAME);
		r |= view_set_format(row, "now", "%zu", word->n_now);
		r |= view_set_format(row, "before", "%zu", word->n_before);
		r |= view_set_flag(row, "is_last", i + 1 == n);
		r |= json_array_append_new(list, row);
	}
	return r | view_set_list(view, "rising", "has_rising", TAKE(list));
}

/* Share of voice is among brands and competitors. */
static bool has_voice(const struct stream_count *stream)
{
	return !is_kind(stream, "topic");
}

static json_t *stream_view(const struct stream_count *stream, size_t n_voices)
{
	CLEANUP(json_freep) json_t *row = json_object();
	int r = view_set_cut(row, "name", label_of(stream), MAX_NAME);

	r |= view_set_flag(row, "is_brand", is_kind(stream, "brand"));
	r |= view_set_format(row, "mentions", "%zu", stream->n_mentions);
	r |= view_set_flag(row, "is_one", stream->n_mentions == 1);
	r |= view_set_count(row, "angry", stream->n_angry);
	/* Told where some say the same. */
	if (stream->n_stories > 0 && stream->n_stories < stream->n_mentions)
		r |= view_set_format(row, "stories", "%zu stor%s", stream->n_stories,
			stream->n_stories == 1 ? "y" : "ies");
	r |= set_change(row, stream);
	r |= set_net(row, stream);
	if (has_voice(stream) && n_voices > 0) {
		const double share = (double)stream->n_mentions / (double)n_voices;

		r |= view_set_format(row, "share", "%ld", lround(share * 100));
		/* A bar of no width is drawn by some programs as a full one. */
		r |= view_set_format(row, "width", "%ld", MAX(lround(share * 100), 1));
	}
	return r != 0 ? NULL : TAKE(row);
}

/* The rows of "voices" (WITH_VOICE) or of "topics". */
static int set_streams(json_t *view, const char *name, const struct digest *digest, bool with_voice)
{
	CLEANUP(json_freep) json_t *list = json_array();
	size_t n_voices = 0;

	for (size_t i = 0; i < digest->n_streams; i++)
		if (has_voice(&digest->streams[i]))
			n_voices += digest->streams[i].n_mentions;
	for (size_t i = 0; i < digest->n_streams; i++) {
		if (has_voice(&digest->streams[i]) != with_voice ||
			json_array_size(list) >= MAX_STREAMS)
			continue;
		if (json_array_append_new(list, stream_view(&digest->streams[i], n_voices)) < 0)
			return -ENOMEM;
	}
	return view_set_list(view, name, with_voice ? "has_voices" : "has_topics", TAKE(list));
}

/* A mail that nobody got: to whom, about what, why. */
static json_t *failed_view(const struct failed_mail *mail, const struct view_context *context)
{
	CLEANUP(json_freep) json_t *row = json_object();
	int r = view_set_cut(row, "name", mail->recipient, MAX_NAME);

	r |= view_set_cut(row, "rule", mail->rule, MAX_NAME);
	r |= view_set_cut(row, "stream", mail->stream, MAX_NAME);
	r |= view_set_cut(row, "source", mail->source, MAX_NAME);
	r |= view_set_cut(row, "problem", mail->why, MAX_PROBLEM);
	r |= view_set_time(row, "time", mail->at, context);
	return r != 0 ? NULL : TAKE(row);
}

static int set_unsent(
	json_t *coverage, const struct failed_mails *failed, const struct view_context *context)
{
	const size_t n = MIN(failed->n, (size_t)MAX_UNSENT);
	CLEANUP(json_freep) json_t *list = json_array();
	int r = view_set_count(coverage, "unsent", failed->n_all);

	for (size_t i = 0; i < n; i++)
		r |= json_array_append_new(list, failed_view(&failed->list[i], context));
	r |= view_set_flag(coverage, "is_one_unsent", failed->n_all == 1);
	r |= json_set_take(coverage, "mails", TAKE(list));
	return r | view_set_count(coverage, "more_unsent", failed->n_all - MIN(failed->n_all, n));
}

static int set_coverage(
	json_t *view, const struct digest *digest, const struct view_context *context)
{
	const size_t n = MIN(digest->n_troubled, (size_t)MAX_TROUBLED);
	CLEANUP(json_freep) json_t *coverage = json_object();
	CLEANUP(json_freep) json_t *list = json_array();
	int r = view_set_count(coverage, "sources", digest->n_sources);

	for (size_t i = 0; i < n; i++) {
		const struct source_health *source = &digest->troubled[i];
		json_t *row = json_object();

		r |= view_set_cut(row, "name", source->name, MAX_NAME);
		r |= view_set_cut(row, "problem", source->problem, MAX_PROBLEM);
		r |= view_set_time(row, "last_success", source->last_success, context);
		r |= json_array_append_new(list, row);
	}
	r |= view_set_count(coverage, "bad", digest->n_troubled);
	r |= view_set_flag(coverage, "is_one", digest->n_troubled == 1);
	r |= json_set_take(coverage, "troubled", TAKE(list));
	r |= view_set_count(coverage, "more", digest->n_troubled - n);
	r |= set_unsent(coverage, &digest->failed, context);
	return r | json_set_take(view, "coverage", TAKE(coverage));
}

/* Those of all streams: what is old is in no other number. */
static int set_older(json_t *view, const struct digest *digest)
{
	CLEANUP(json_freep) json_t *older = json_object();
	size_t n = 0;

	for (size_t i = 0; i < digest->n_streams; i++)
		n += digest->streams[i].n_old;
	if (n == 0)
		return 0;

	int r = view_set_count(older, "count", n);

	r |= view_set_flag(older, "is_one", n == 1);
	r |= view_set_format(older, "days", "%d", (int)(DIGEST_OLD_US / US_PER_DAY));
	return r | json_set_take(view, "older", TAKE(older));
}

/* --- the whole ----------------------------------------------------------- */

static bool is_empty(const struct digest *digest)
{
	size_t n = digest->needs_answer.n_all + digest->still_open.n_all + digest->negative.n_all +
		   digest->positive.n_all + digest->news.n_all;

	for (size_t i = 0; i < digest->n_streams; i++)
		n += digest->streams[i].n_mentions + digest->streams[i].n_old;
	return n == 0;
}

static int set_window(json_t *view, const struct digest *digest, const struct view_context *context)
{
	struct view_context zoned = *context;
	int r = view_set_time(view, "from", INSTANT(digest->from_us), context);

	zoned.with_zone = true;
	r |= view_set_time(view, "until", INSTANT(digest->until_us), &zoned);
	/* The times say UTC themselves. */
	if (digest->timezone && strcmp(digest->timezone, "UTC") != 0)
		r |= json_set_text(view, "timezone", digest->timezone);
	return r;
}

static int set_lists(json_t *view, const struct digest *digest, const struct view_context *context)
{
	const struct {
		const char *name;
		const struct items *items;
	} lists[] = {
		{"needs_answer", &digest->needs_answer},
		{"still_open", &digest->still_open},
		{"negative", &digest->negative},
		{"positive", &digest->positive},
		{"news", &digest->news},
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists) && r == 0; i++)
		r = set_items(view, lists[i].name, lists[i].items, context);
	return r;
}

int view_digest(const struct notice *notice, const struct view_context *context, json_t **ret)
{
	const struct digest *digest = notice->digest;
	CLEANUP(json_freep) json_t *view = json_object();
	CLEANUP(str_done) struct str names = STR_INIT(SUBJECT_MAX);
	struct stream_count ours;
	int r;

	sum_ours(digest, &ours);
	add_names(&names, digest);
	r = set_subject(view, digest, &ours);
	r |= json_set_text(view, "names", str_text(&names));
	r |= set_window(view, digest, context);
	r |= view_set_flag(view, "is_empty", is_empty(digest));
	r |= set_headline(view, digest, &ours);
	r |= set_lists(view, digest, context);
	r |= set_rising(view, digest);
	r |= set_streams(view, "voices", digest, true);
	r |= set_streams(view, "topics", digest, false);
	r |= set_older(view, digest);
	r |= set_coverage(view, digest, context);
	r |= view_set_count(view, "held_back", digest->n_held_back);
	if (r != 0)
		return -ENOMEM;

	*ret = TAKE(view);
	return 0;
}
