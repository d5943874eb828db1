#include "ctl/database.h"

#include <errno.h>
#include <math.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/str.h"
#include "config/load.h"
#include "config/settings.h"

enum { REASON_WORDS = 3 };

static int open_file(const char *path, enum store_access access, struct store **ret)
{
	const int r = store_open(path, access, ret);

	if (r < 0)
		log_error(0, "Cannot open the database: %s", store_error_text(NULL));
	return r;
}

int database_open(struct ctl *ctl, enum store_access access, struct settings **ret_settings,
	struct store **ret)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	int r = ctl_settings(ctl, &settings);

	if (r == 0)
		r = open_file(settings->database, access, ret);
	if (r < 0)
		return r;

	*ret_settings = TAKE(settings);
	return 0;
}

int database_open_named(struct ctl *ctl, enum store_access access, struct store **ret)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	const char *path = ctl_text(ctl, "database");

	return path ? open_file(path, access, ret) : database_open(ctl, access, &settings, ret);
}

int database_check_stream(const struct ctl *ctl, struct store *store)
{
	const char *stream = ctl_text(ctl, "stream");
	const int64_t now_us = database_now_us();
	struct stream_count count;

	if (!stream)
		return 0;

	const int r = store_count_mentions(
		store, stream, &(struct count_window){now_us, now_us, 0}, &count);
	if (r == -ENOENT)
		log_error(0, "There is no stream %s", stream);
	else if (r < 0 && r != -ENODATA)
		database_error(store, r, "Cannot look for the stream");
	return r == -ENODATA ? 0 : r;
}

int database_error(const struct store *store, int error, const char *what)
{
	const char *text = store_error_text(store);

	log_error(0, "%s: %s", what, text[0] != '\0' ? text : error_text(error));
	return error;
}

const char *database_actor(const struct ctl *ctl)
{
	const char *name = ctl_text(ctl, "by");

	if (!name)
		name = getenv("SUDO_USER");
	if (name && name[0] != '\0')
		return name;

	const struct passwd *user = getpwuid(geteuid());
	return user ? user->pw_name : "unknown";
}

int64_t database_now_us(void)
{
	return clock_now_us(clock_system());
}

int64_t database_since_us(const struct ctl *ctl)
{
	return ctl_has(ctl, "since") ? database_now_us() - ctl_duration_us(ctl, "since") : 0;
}

const char *database_duration(int64_t duration_us, char *text)
{
	const int64_t unit = duration_us >= 2 * US_PER_DAY    ? US_PER_DAY
			     : duration_us >= 2 * US_PER_HOUR ? US_PER_HOUR
							      : US_PER_MINUTE;

	return duration_format(MAX(duration_us / unit, 1) * unit, text);
}

int database_set_time(json_t *object, const char *name, struct instant time)
{
	char text[TIME_TEXT_SIZE];

	return json_set_text(object, name, time.known ? time_format_rfc3339(time.us, text) : NULL);
}

static int add_verdicts(json_t *object, const struct item *item)
{
	const struct match match = {
		.stream = item->stream, .hits = item->hits, .n_hits = item->n_hits};
	json_t *matches = NULL;
	json_t *sentiment = NULL;
	int r = matches_to_json(&match, 1, &matches);

	if (r == 0)
		r = json_set_take(object, "matches", matches);
	if (r == 0)
		r = sentiment_to_json(&item->sentiment, true, &sentiment);
	return r < 0 ? r : json_set_take(object, "sentiment", sentiment);
}

int database_item_to_json(const struct item *item, json_t **ret)
{
	CLEANUP(json_freep) json_t *object = NULL;
	int r = post_to_json(&item->post, &object);

	if (r == 0)
		r = json_set_integer(object, "mention", item->mention_id);
	if (r == 0)
		r = json_set_text(object, "stream", item->stream);
	if (r == 0)
		r = database_set_time(object, "fetched", item->fetched);
	if (r == 0)
		r = json_set_integer(object, "copies", (int64_t)item->n_copies);
	if (r == 0)
		r = add_verdicts(object, item);
	if (r == 0 && item->incident_id != 0)
		r = json_set_integer(object, "incident", item->incident_id);
	if (r < 0)
		return r;

	*ret = TAKE(object);
	return 0;
}

void database_add_quote(struct str *str, const struct item *item)
{
	const struct post *post = &item->post;

	if (post->title)
		str_add_text(str, post->title);
	if (post->title && post->text)
		str_add_text(str, " - ");
	if (post->text)
		str_add_text(str, post->text);
}

static const struct scored_term *heaviest_below(const struct sentiment *sentiment, double limit)
{
	const struct scored_term *found = NULL;

	for (size_t i = 0; i < sentiment->n_terms; i++) {
		const double weight = sentiment_weight(&sentiment->terms[i]);

		if (weight > 0 && weight < limit && (!found || weight > sentiment_weight(found)) &&
			sentiment_tells(sentiment, &sentiment->terms[i]))
			found = &sentiment->terms[i];
	}
	return found;
}

void database_add_reason(struct str *str, const struct item *item)
{
	double limit = INFINITY;

	for (int i = 0; i < REASON_WORDS; i++) {
		const struct scored_term *term = heaviest_below(&item->sentiment, limit);

		if (!term)
			return;
		if (i > 0)
			str_add_text(str, ", ");
		str_add_text(str, term->text);
		limit = sentiment_weight(term);
	}
}
