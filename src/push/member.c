#include "push/member.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/errors.h"
#include "base/str.h"

#define LEAVE_US        (30 * US_PER_S)
#define BACKOFF_US      US_PER_MINUTE
#define BACKOFF_MOST_US (6 * US_PER_HOUR)
#define BUSY_US         (2 * US_PER_S)

enum {
	REQUESTS_MOST = 8, /* under way at one time */
	LEAVE_TRIES = 2,
	ANSWER_MAX_BYTES = 64 << 10,
	FORM_MAX_BYTES = 64 << 10,
	ADDRESS_MAX_BYTES = 8192,
};

int64_t subscriber_backoff_us(unsigned int failures)
{
	int64_t wait_us = BACKOFF_US;

	for (unsigned int i = 1; i < failures && wait_us < BACKOFF_MOST_US; i++)
		wait_us *= 2;
	return MIN(wait_us, BACKOFF_MOST_US);
}

int64_t subscriber_renewal_us(int64_t lease_us, double fraction)
{
	return (int64_t)((double)lease_us * (0.7 + 0.15 * fraction));
}

int64_t member_now_us(const struct member *member)
{
	return clock_now_us(member->subscriber->options.clock);
}

double subscriber_fraction(const struct subscriber *subscriber)
{
	return random_fraction(subscriber->options.random);
}

void member_say(struct member *member)
{
	const struct subscriber_options *options = &member->subscriber->options;

	options->on_change(member->source, &member->row, options->userdata);
}

/* The timer alone, not what is stored. */
void member_wake_in(struct member *member, int64_t wait_us)
{
	(void)sd_event_source_set_time_relative(member->timer, (uint64_t)MAX(wait_us, 0));
	(void)sd_event_source_set_enabled(member->timer, SD_EVENT_ONESHOT);
}

void member_try_in(struct member *member, int64_t wait_us)
{
	member->row.next_try = INSTANT(member_now_us(member) + wait_us);
	member_wake_in(member, wait_us);
}

void member_set_error(struct member *member, const char *words)
{
	snprintf(member->error, sizeof(member->error), "%s", words);
	member->row.last_error = member->error;
}

/* --- the end of a subscription -------------------------------------------------------- */

static void forget(struct member *member)
{
	struct subscriber *subscriber = member->subscriber;
	size_t i = 0;

	while (subscriber->members[i] != member)
		i++;
	subscriber->n_members--;
	memmove(&subscriber->members[i], &subscriber->members[i + 1],
		(subscriber->n_members - i) * sizeof(struct member *));
	map_remove(subscriber->by_token, slice_of(member->token));
	member_free(member);
}

/* The hub was told, or cannot be: what it is called from now on. */
void member_end(struct member *member)
{
	const struct subscriber_options *options = &member->subscriber->options;

	if (member->is_withdrawn) {
		options->on_end(member->row.id, options->userdata);
	} else {
		member->row.state = SUBSCRIPTION_OFFERED;
		member->row.until = member->row.next_try = (struct instant){0};
		member->row.address_mark = member->row.last_error = NULL;
		member->row.failures = 0;
		member_say(member);
	}
	forget(member);
}

/* --- asking ------------------------------------------------------------------------------ */

bool member_is_live(const struct member *member)
{
	return member->row.state == SUBSCRIPTION_LIVE;
}

/* WHY it did not work.  What is live stays so up to the end of its lease. */
static void fail(struct member *member, const char *why, bool is_refusal)
{
	struct subscription *row = &member->row;
	const int64_t now_us = member_now_us(member);
	int64_t wait_us;

	member->asked = ASKED_NOTHING;
	row->failures++;
	member_set_error(member, why);
	if (row->state == SUBSCRIPTION_LEAVING) {
		if (row->failures >= LEAVE_TRIES)
			member_end(member);
		else
			member_wake_in(member, LEAVE_US);
		return;
	}

	wait_us = subscriber_backoff_us(row->failures);
	wait_us += (int64_t)(subscriber_fraction(member->subscriber) * (double)wait_us / 4);
	if (member_is_live(member) && row->until.known && row->until.us > now_us)
		wait_us = MIN(wait_us, MAX(row->until.us - now_us, US_PER_S));
	else
		row->state = is_refusal ? SUBSCRIPTION_REFUSED : SUBSCRIPTION_ASKED;
	member_try_in(member, wait_us);
	member_say(member);
}

static void on_answer(const struct http_answer *answer, void *userdata)
{
	struct member *member = userdata;
	char why[HUB_ERROR_SIZE];

	member->request = NULL;
	member->subscriber->n_requests--;
	if (answer->error == -ECANCELED || member->asked == ASKED_NOTHING)
		return; /* it asked back already, or nobody waits */
	if (answer->error == 0 && answer->status >= 200 && answer->status < 300)
		return; /* the timer waits for it to ask back */

	if (answer->error < 0)
		snprintf(why, sizeof(why), "the hub: %s", answer->error_text);
	else
		snprintf(why, sizeof(why), "the hub answers HTTP %d: %.*s", answer->status,
			(int)MIN(answer->body.len, (size_t)HUB_SHOWN_BYTES),
			answer->body.ptr ? answer->body.ptr : "");
	fail(member, why, answer->error == 0 && answer->status < 500);
}

static void add_pair(struct str *form, const char *name, const char *value)
{
	str_add_format(form, "%s%s=", form->len > 0 ? "&" : "", name);
	str_add_percent_encoded(form, slice_of(value));
}

static void make_form(const struct member *member, struct str *form)
{
	CLEANUP(str_done) struct str callback = STR_INIT(ADDRESS_MAX_BYTES);
	struct slice address = slice_of(member->subscriber->address);
	char lease[32];

	while (slice_ends_with(address, SLICE("/")))
		address.len--;
	str_add_format(&callback, "%.*s/%s", SLICE_FMT(address), member->token);
	add_pair(form, "hub.callback", str_text(&callback));
	add_pair(form, "hub.mode", member->asked == ASKED_TO_SEND ? "subscribe" : "unsubscribe");
	add_pair(form, "hub.topic", member->row.topic);
	if (member->asked == ASKED_TO_STOP)
		return;

	snprintf(lease, sizeof(lease), "%lld", (long long)(LEASE_WANTED_US / US_PER_S));
	add_pair(form, "hub.lease_seconds", lease);
	add_pair(form, "hub.secret", member->secret);
}

/* Without its source, what is allowed of it is not known: then nothing private. */
static int post(struct member *member)
{
	struct subscriber *subscriber = member->subscriber;
	CLEANUP(str_done) struct str form = STR_INIT(FORM_MAX_BYTES);

	make_form(member, &form);
	if (str_error(&form) < 0)
		return str_error(&form);

	const struct http_exchange wanted = {
		.url = member->row.hub,
		.content = str_slice(&form),
		.content_type = "application/x-www-form-urlencoded",
		.allow_private = member->allow_private,
		.max_body_bytes = ANSWER_MAX_BYTES,
		.timeout_us = subscriber->settings->fetch.timeout_us,
		.max_redirects = subscriber->settings->fetch.max_redirects,
	};
	const int r = http_exchange(
		subscriber->options.client, &wanted, on_answer, member, &member->request);

	subscriber->n_requests += r >= 0;
	return r;
}

static void ask(struct member *member, enum asked what)
{
	struct subscription *row = &member->row;

	if (member->subscriber->n_requests >= REQUESTS_MOST) {
		member_wake_in(member, BUSY_US + (int64_t)(subscriber_fraction(member->subscriber) *
							   (double)BUSY_US));
		return;
	}

	member->asked = what;
	row->asked = INSTANT(member_now_us(member));
	if (what == ASKED_TO_SEND && !member_is_live(member))
		row->state = SUBSCRIPTION_ASKED;
	row->address_mark = member->mark;
	member_try_in(member, what == ASKED_TO_SEND ? VERIFY_US : LEAVE_US);
	member_say(member);
	const int r = post(member);
	if (r < 0)
		fail(member, error_text(r), false);
}

/* A lease that nobody renewed. */
static void notice_end(struct member *member)
{
	struct subscription *row = &member->row;

	if (member_is_live(member) && row->until.known && row->until.us <= member_now_us(member)) {
		row->state = SUBSCRIPTION_ASKED;
		row->until = (struct instant){0};
	}
}

static int on_timer(sd_event_source *timer, uint64_t at_us, void *userdata)
{
	struct member *member = userdata;

	(void)timer;
	(void)at_us;
	notice_end(member);
	if (member->request) {
		member_wake_in(member, BUSY_US);
	} else if (member->asked != ASKED_NOTHING) {
		char why[HUB_ERROR_SIZE];

		snprintf(why, sizeof(why),
			"the hub did not ask back at %.200s: can it be reached from the internet?",
			member->subscriber->address);
		fail(member, why, false);
	} else {
		ask(member,
			member->row.state == SUBSCRIPTION_LEAVING ? ASKED_TO_STOP : ASKED_TO_SEND);
	}
	return 0;
}

/* --- from beginning to end --------------------------------------------------------------- */

void member_free(struct member *member)
{
	if (!member)
		return;

	http_cancel(TAKE(member->request));
	sd_event_source_disable_unref(member->timer);
	free(member->texts);
	free(member);
}
/* The texts that stay, in one piece. */
static int keep_row(struct member *member, const struct subscription *row)
{
	const char *const texts[] = {row->source, row->hub, row->topic};
	const char **const places[] = {&member->row.source, &member->row.hub, &member->row.topic};
	size_t bytes = 0;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		bytes += strlen(texts[i]) + 1;
	member->texts = malloc(bytes);
	if (!member->texts)
		return -ENOMEM;

	char *end = member->texts;

	member->row = *row;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		*places[i] = end;
		end = stpcpy(end, texts[i]) + 1;
	}
	if (row->last_error)
		member_set_error(member, row->last_error);
	snprintf(member->mark, sizeof(member->mark), "%s",
		row->address_mark ? row->address_mark : "");
	member->row.address_mark = row->address_mark ? member->mark : NULL;
	member->row.last_event_id = NULL;
	member->is_withdrawn = row->state == SUBSCRIPTION_LEAVING;
	return 0;
}

static int make_names(struct member *member, const struct push_key *key)
{
	const struct key_subject subject = {
		.source = member->row.source, .hub = member->row.hub, .topic = member->row.topic};
	const int r = key_make_token(key, &subject, member->token);

	return r < 0 ? r : key_make_secret(key, &subject, member->secret);
}

int member_new(struct subscriber *subscriber, const struct push_key *key,
	const struct subscription *row, struct member **ret)
{
	CLEANUP(member_freep) struct member *member = calloc(1, sizeof(*member));
	int r;

	if (!member)
		return -ENOMEM;

	member->subscriber = subscriber;
	r = keep_row(member, row);
	if (r >= 0)
		r = make_names(member, key);
	if (r >= 0)
		r = sd_event_add_time_relative(subscriber->options.event, &member->timer,
			CLOCK_BOOTTIME, US_PER_DAY, US_PER_S / 10, on_timer, member);
	if (r >= 0)
		r = sd_event_source_set_enabled(member->timer, SD_EVENT_OFF);
	if (r < 0)
		return r;

	*ret = TAKE(member);
	return 0;
}
