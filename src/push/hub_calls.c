#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "push/member.h"

#define LEASE_LEAST_US (5 * US_PER_S)
#define DENIED_US      US_PER_DAY

static struct member *find_member(const struct subscriber *subscriber, const char *token)
{
	union map_value value;

	return map_find(subscriber->by_token, slice_of(token), &value) == 1 ? value.pointer : NULL;
}

static int64_t lease_of(const struct hub_call *call)
{
	int64_t seconds;

	if (!call->lease_seconds || slice_to_int64(slice_of(call->lease_seconds), &seconds) == 0 ||
		seconds <= 0)
		return LEASE_WANTED_US;

	seconds = MIN(seconds, LEASE_MOST_US / US_PER_S);
	return MAX(seconds * US_PER_S, LEASE_LEAST_US);
}

static void become_live(struct member *member, int64_t lease_us)
{
	const struct subscriber_options *options = &member->subscriber->options;
	const bool is_new = !member_is_live(member);

	member->asked = ASKED_NOTHING;
	member->row.state = SUBSCRIPTION_LIVE;
	member->row.until = INSTANT(member_now_us(member) + lease_us);
	member->row.failures = 0;
	member->row.last_error = NULL;
	member_try_in(
		member, subscriber_renewal_us(lease_us, subscriber_fraction(member->subscriber)));
	member_say(member);
	if (is_new)
		options->on_news(member->source, options->userdata);
}

static int confirm(struct member *member, const struct hub_call *call, const char **ret_text)
{
	struct subscriber *subscriber = member->subscriber;
	const bool sends = strcmp(call->mode, "subscribe") == 0;
	const bool stops = strcmp(call->mode, "unsubscribe") == 0;

	if (!call->challenge || !((sends && member->asked == ASKED_TO_SEND && member->source) ||
					(stops && member->asked == ASKED_TO_STOP)))
		return CALL_NOT_FOUND;

	snprintf(subscriber->challenge, sizeof(subscriber->challenge), "%s", call->challenge);
	*ret_text = subscriber->challenge;
	if (sends)
		become_live(member, lease_of(call));
	else
		member_end(member);
	return CALL_OK;
}

/* It may say so at any time, also of what it had confirmed. */
static int take_denial(struct member *member, const struct hub_call *call)
{
	char why[HUB_ERROR_SIZE];

	snprintf(why, sizeof(why), "the hub refuses: %.*s", HUB_SHOWN_BYTES,
		call->reason ? call->reason : "it gives no reason");
	if (member->row.state == SUBSCRIPTION_LEAVING) {
		member_end(member);
		return CALL_OK;
	}
	member->asked = ASKED_NOTHING;
	member->row.state = SUBSCRIPTION_REFUSED;
	member->row.until = (struct instant){0};
	member->row.failures++;
	member_set_error(member, why);
	member_try_in(member, DENIED_US + (int64_t)(subscriber_fraction(member->subscriber) *
						    (double)US_PER_HOUR));
	member_say(member);
	return CALL_OK;
}

static int take_content(struct member *member, const struct hub_call *call)
{
	const struct subscriber_options *options = &member->subscriber->options;
	const struct hub_push push = {.row = &member->row,
		.body = call->body,
		.content_type = call->content_type,
		.ticket = call->ticket};

	/* 2xx all the same (WebSub, 8): who forges learns nothing. */
	if (!key_is_signed(slice_of(call->signature), member->secret, str_slice(call->body))) {
		member->row.n_forged++;
		member_say(member);
		options->on_forged(member->source, member->row.n_forged, options->userdata);
		return CALL_OK;
	}

	return options->on_push(member->source, &push, options->userdata) < 0 ? CALL_LATER
									      : CALL_PENDING;
}

int subscriber_end_push(struct subscriber *subscriber, int64_t id, int result)
{
	const struct subscriber_options *options = &subscriber->options;
	const bool is_unreadable =
		result == -EPROTONOSUPPORT || result == -EBADMSG || result == -EMSGSIZE;
	struct member *member = subscriber_find_by_id(subscriber, id);

	if (result < 0 && !is_unreadable)
		return CALL_LATER;
	if (!member)
		return CALL_GONE;

	member->row.last_push = INSTANT(member_now_us(member));
	member->row.n_pushes++;
	if (is_unreadable && member->source) {
		member_say(member);
		options->on_news(member->source, options->userdata);
	}
	return CALL_OK;
}

int subscriber_accepts(const char *token, void *userdata)
{
	const struct member *member = find_member(userdata, token);

	if (!member)
		return CALL_NOT_FOUND;

	return member->source ? CALL_OK : CALL_GONE;
}

int subscriber_answer(const struct hub_call *call, const char **ret_text, void *userdata)
{
	struct member *member = find_member(userdata, call->token);

	if (!member)
		return CALL_NOT_FOUND;
	if (call->has_content)
		return member->source ? take_content(member, call) : CALL_GONE;
	if (!call->mode || !call->topic || strcmp(call->topic, member->row.topic) != 0)
		return CALL_NOT_FOUND;
	if (strcmp(call->mode, "denied") == 0)
		return take_denial(member, call);

	return confirm(member, call, ret_text);
}
