#include "daemon/alerting.h"

#include <errno.h>
#include <string.h>

#include "alert/mailing.h"
#include "alert/rule.h"
#include "base/str.h"
#include "daemon/outgoing.h"
#include "notify/channel.h"

enum { EVIDENCE_MAX_BYTES = 16 * 1024 };

/* How far back the examples of a rate reach. */
#define EXAMPLES_US US_PER_DAY

/* One raised rule, on its way to its recipients. */
struct raising {
	const struct alert_settings *rule;
	const struct stream_settings *stream;
	struct item *item;     /* NULL: a rate */
	struct items examples; /* of a rate: mentions that show what it is about */
	const char *evidence;
	struct raised_alert raised;
	struct instant deadline;
};

/* Whether RECIPIENT is told now. */
static int decide(struct turn *turn, const struct raising *raising,
	const struct recipient_settings *recipient, enum mailing *ret)
{
	struct mailing_input input = {.now_us = turn->now_us,
		.opened = raising->raised.opened || raising->raised.reopened,
		.last_mailed = raising->raised.last_mailed,
		.cooldown_us = raising->rule->cooldown_us,
		.max_per_hour = recipient->max_per_hour};

	int r = store_count_deliveries(
		turn->store, recipient->name, turn->now_us - US_PER_HOUR, &input.n_sent_last_hour);
	if (r >= 0)
		r = store_muted_until(turn->store, raising->rule->name, raising->stream->name,
			turn->now_us, &input.muted_until);
	if (r < 0)
		return r;

	*ret = mailing_decide(&input);
	return 0;
}

static int tell_recipient(struct turn *turn, const struct raising *raising,
	const struct recipient_settings *recipient)
{
	struct outgoing outgoing = {.recipient = recipient,
		.alert_id = raising->raised.alert_id,
		.notice = {.kind = NOTICE_ALERT,
			.recipient = recipient->name,
			.timezone = recipient->digest.timezone,
			.now_us = turn->now_us,
			.alert = {.item = raising->item,
				.rule = raising->rule->name,
				.evidence = raising->evidence,
				.stream_label = raising->stream->label,
				.incident_id = raising->raised.incident_id,
				.n_alerts = raising->raised.n_alerts,
				.deadline = raising->deadline,
				.examples = raising->examples.list,
				.n_examples = raising->examples.n}}};
	enum mailing mailing;

	int r = decide(turn, raising, recipient, &mailing);
	if (r < 0)
		return r;
	if (mailing != MAIL_NOW || !channels_serve(turn->tools->settings))
		return store_hold_back(turn->store, recipient->name, raising->raised.alert_id,
			turn->now_us,
			mailing != MAIL_NOW ? mailing_name(mailing) : "no mail server");

	r = store_count_held_back(
		turn->store, recipient->name, 0, &outgoing.notice.alert.n_held_back);
	return r < 0 ? r : outgoing_queue(turn, &outgoing);
}

static int raise_alert(struct turn *turn, struct raising *raising)
{
	const struct alert_settings *rule = raising->rule;
	const struct new_alert alert = {.rule = rule->name,
		.stream = raising->stream->name,
		.mention_id = raising->item ? raising->item->mention_id : 0,
		.evidence = raising->evidence,
		.now_us = turn->now_us,
		.respond_within_us = rule->respond_within_us};

	int r = store_add_alert(turn->store, &alert, &raising->raised);
	if (r < 0)
		return r == -EEXIST ? 0 : r; /* an edit of what is known already */

	turn->result.n_alerts++;
	if (rule->respond_within_us > 0)
		raising->deadline = INSTANT(turn->now_us + rule->respond_within_us);
	if (raising->item) {
		raising->item->incident_id = raising->raised.incident_id;
		raising->item->rule = rule->name;
		raising->item->opened = INSTANT(turn->now_us);
		raising->item->deadline = raising->deadline;
	}

	for (size_t i = 0; i < rule->notify.n && r >= 0; i++)
		r = tell_recipient(
			turn, raising, tools_find_recipient(turn->tools, rule->notify.items[i]));
	return r;
}

static bool concerns(const struct alert_settings *rule, const struct stream_settings *stream)
{
	if (rule->streams.n == 0)
		return stream->kind == STREAM_BRAND;

	return texts_has(&rule->streams, slice_of(stream->name));
}

/* Nobody can answer in time what was said years ago, which the first poll of a source
 * may bring.  A post that is new to its stream only is no news at all: the file must
 * say up to which age it is. */
static bool is_too_old(
	const struct turn *turn, const struct alert_settings *rule, const struct passage *passage)
{
	const struct instant said = passage->post->published;
	const int64_t from_us = said.known ? said.us : passage->fetched_us;

	if (passage->is_late && rule->max_age_origin.line == 0)
		return true;

	return turn->now_us - from_us > rule->max_age_us;
}

int alerting_check_mention(struct turn *turn, const struct passage *passage, struct item *item)
{
	struct raising raising = {
		.stream = tools_find_stream(turn->tools, item->stream), .item = item};
	int r = 0;

	for (size_t i = 0; i < turn->tools->settings->n_alerts && r >= 0; i++) {
		const struct compiled_rule *rule = &turn->tools->rules[i];
		CLEANUP(str_done) struct str evidence = STR_INIT(EVIDENCE_MAX_BYTES);

		if (rule_is_rate(rule->rule) || !concerns(rule->settings, raising.stream) ||
			is_too_old(turn, rule->settings, passage))
			continue;
		r = rule_check_mention(rule->rule, &item->post, &item->sentiment, &evidence);
		if (r <= 0)
			continue;
		raising.rule = rule->settings;
		raising.evidence = str_text(&evidence);
		r = raise_alert(turn, &raising);
	}
	return r;
}

/* The label that all ITEMS have in common; NULL: they are of several streams. */
static const char *common_label(const struct items *items)
{
	for (size_t i = 1; i < items->n; i++)
		if (strcmp(items->list[i].stream, items->list[0].stream) != 0)
			return NULL;

	return items->n > 0 ? items->list[0].stream_label : NULL;
}

/* After a cap, one mail tells of the rest; it stands for the latest alert. */
static int tell_rest(
	struct turn *turn, const struct recipient_settings *recipient, const struct held_back *held)
{
	const struct outgoing outgoing = {.recipient = recipient,
		.alert_id = held->alert_id,
		.notice = {.kind = NOTICE_REST,
			.recipient = recipient->name,
			.timezone = recipient->digest.timezone,
			.now_us = turn->now_us,
			.rest = {
				.stream_label = common_label(&held->items), .items = held->items}}};

	return outgoing_queue(turn, &outgoing);
}

static int check_cap(struct turn *turn, const struct recipient_settings *recipient)
{
	struct held_back held;

	if (recipient->max_per_hour == 0 || !channels_serve(turn->tools->settings))
		return 0;

	const int r = store_find_held_back(turn->store, recipient->name, turn->arena, &held);
	if (r < 0 || held.items.n == 0 ||
		!mailing_rest_is_due(turn->now_us, held.n, held.last_told))
		return r;

	return tell_rest(turn, recipient, &held);
}

/* What is counted for a rule. */
struct counting {
	struct store *store;
	int64_t max_age_us;
};

static int count_mentions(void *userdata, const char *stream, int64_t from_us, int64_t until_us,
	struct stream_count *ret)
{
	const struct counting *counting = userdata;
	const struct count_window window = {from_us, until_us, counting->max_age_us};

	return store_count_mentions(counting->store, stream, &window, ret);
}

/* Judges one rate for one stream. */
static int check_rate(
	struct turn *turn, const struct compiled_rule *rule, const struct stream_settings *stream)
{
	struct counting counting = {turn->store, rule->settings->max_age_us};
	const struct rate_source source = {.count = count_mentions, .userdata = &counting};
	CLEANUP(str_done) struct str evidence = STR_INIT(EVIDENCE_MAX_BYTES);
	struct raising raising = {.rule = rule->settings, .stream = stream};

	const int r = rule_check_rate(rule->rule, stream->name, turn->now_us, &source, &evidence);
	if (r <= 0)
		return r;

	raising.evidence = str_text(&evidence);
	const int r_examples = store_list_angriest(turn->store, stream->name,
		turn->now_us - EXAMPLES_US, turn->arena, &raising.examples);

	return r_examples < 0 ? r_examples : raise_alert(turn, &raising);
}

static int check_all(struct turn *turn, void *userdata)
{
	const struct settings *settings = turn->tools->settings;
	int r = 0;

	(void)userdata;
	for (size_t i = 0; i < settings->n_recipients && r >= 0; i++)
		r = check_cap(turn, &settings->recipients[i]);

	for (size_t i = 0; i < settings->n_alerts && r >= 0; i++) {
		if (!rule_is_rate(turn->tools->rules[i].rule))
			continue;
		for (size_t j = 0; j < settings->n_streams && r >= 0; j++)
			if (concerns(&settings->alerts[i], &settings->streams[j]))
				r = check_rate(turn, &turn->tools->rules[i], &settings->streams[j]);
	}
	return r;
}

int alerting_check_rates(const struct turn_context *context, struct turn_result *ret)
{
	return turn_run(context, TURN_WRITES, check_all, NULL, ret);
}
