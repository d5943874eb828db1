#include "push/subscriber.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "push/member.h"

/* What is to be asked at once starts this far apart, within the window. */
#define SPREAD_STEP_US (200 * US_PER_MS)
#define SPREAD_MOST_US (5 * US_PER_MINUTE)

/* What the subscriber is about to have. */
struct plan {
	struct member **members;
	size_t n;
	struct map *by_token;
	struct map *sources; /* that are asked, by name */
};

static void plan_drop(struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		const bool kept = plan->members[i]->kept;

		plan->members[i]->kept = false;
		if (!kept)
			member_free(plan->members[i]);
	}
	free(plan->members);
	map_free(plan->by_token);
	map_free(plan->sources);
	*plan = (struct plan){0};
}

static int compare_id(const void *id, const void *place)
{
	const int64_t a = *(const int64_t *)id;
	const int64_t b = (*(const struct member *const *)place)->row.id;

	return (a > b) - (a < b);
}

struct member *subscriber_find_by_id(const struct subscriber *subscriber, int64_t id)
{
	struct member **found = subscriber->n_members == 0
					? NULL
					: bsearch(&id, subscriber->members, subscriber->n_members,
						  sizeof(struct member *), compare_id);

	return found ? *found : NULL;
}

static int add_sources(const struct settings *settings, struct map *map)
{
	int r = 0;

	for (size_t i = 0; i < settings->n_sources && r >= 0; i++)
		if (settings->sources[i].enabled)
			r = map_set(map, slice_of(settings->sources[i].name),
				(union map_value){.pointer = &settings->sources[i]});
	return MIN(r, 0);
}

static int add_planned(struct subscriber *subscriber, const struct push_key *key,
	const struct subscription *row, struct plan *plan)
{
	struct member *member = subscriber_find_by_id(subscriber, row->id);
	int r = 0;

	if (member)
		member->kept = true;
	else
		r = member_new(subscriber, key, row, &member);
	if (r < 0)
		return r;

	plan->members[plan->n++] = member;
	r = map_set(plan->by_token, slice_of(member->token), (union map_value){.pointer = member});
	return MIN(r, 0);
}

/* One that we do not know is left alone when no hub reaches us. */
static bool is_of_use(
	const struct subscriber *subscriber, const struct subscription *row, bool is_on)
{
	return row->kind == SUBSCRIPTION_HUB &&
	       (is_on || subscriber_find_by_id(subscriber, row->id));
}

/* What is stored and what is to be, in the order of ids. */
struct wanted {
	const struct settings *settings;
	const struct push_key *key;
	const struct subscription *rows;
	size_t n_rows;
};

static int make_plan(struct subscriber *subscriber, const struct wanted *wanted, struct plan *ret)
{
	CLEANUP(plan_drop) struct plan plan = {0};
	const struct push_key *key = wanted->key ? wanted->key : &subscriber->key;
	int r;

	plan.members = calloc(MAX(wanted->n_rows, (size_t)1), sizeof(struct member *));
	if (!plan.members)
		return -ENOMEM;
	r = map_new(&plan.by_token);
	if (r >= 0)
		r = map_new(&plan.sources);
	if (r >= 0)
		r = add_sources(wanted->settings, plan.sources);
	for (size_t i = 0; i < wanted->n_rows && r >= 0; i++)
		if (is_of_use(subscriber, &wanted->rows[i], wanted->key != NULL))
			r = add_planned(subscriber, key, &wanted->rows[i], &plan);
	if (r < 0)
		return r;

	*ret = plan;
	plan = (struct plan){0};
	return 0;
}

/* The feed names another hub since, or this one again. */
static void follow_offer(struct member *member, const struct subscription *row)
{
	const bool was_leaving = member->row.state == SUBSCRIPTION_LEAVING;

	if (row->state == SUBSCRIPTION_LEAVING && !was_leaving)
		member->is_withdrawn = true;
	if (row->state == SUBSCRIPTION_OFFERED && was_leaving) {
		member->is_withdrawn = false;
		member->asked = ASKED_NOTHING;
		member->row.state = SUBSCRIPTION_OFFERED;
		member->row.address_mark = NULL;
	}
}

/* A subscription that is no longer wanted: its hub is told once it was asked. */
static void leave(struct member *member)
{
	const enum subscription_state state = member->row.state;

	if (state == SUBSCRIPTION_LEAVING && member->asked == ASKED_TO_STOP)
		return;
	http_cancel(TAKE(member->request));
	member->asked = ASKED_NOTHING;
	member->row.failures = 0;
	if (state == SUBSCRIPTION_OFFERED || state == SUBSCRIPTION_REFUSED) {
		member_end(member);
		return;
	}
	member->row.state = SUBSCRIPTION_LEAVING;
	member_say(member);
	member_wake_in(member, 0);
}

/* Whether it is asked for at once: it never was, or under another address. */
static bool is_fresh(const struct member *member)
{
	const char *mark = member->row.address_mark;

	return !mark || strcmp(mark, member->subscriber->mark) != 0;
}

static void go_on(struct member *member, size_t n_fresh)
{
	const int64_t now_us = member_now_us(member);
	const double window_us = (double)MIN((int64_t)n_fresh * SPREAD_STEP_US, SPREAD_MOST_US);
	const int64_t spread_us = (int64_t)(subscriber_fraction(member->subscriber) * window_us);
	struct subscription *row = &member->row;

	if (is_fresh(member)) {
		snprintf(member->mark, sizeof(member->mark), "%s", member->subscriber->mark);
		row->address_mark = member->mark;
		row->state = SUBSCRIPTION_OFFERED;
		row->until = (struct instant){0};
		row->failures = 0;
		member_wake_in(member, spread_us);
		return;
	}
	/* What was asked for before a restart may still be asked back about. */
	if (row->state == SUBSCRIPTION_ASKED && member->asked == ASKED_NOTHING &&
		row->failures == 0 && row->asked.known && row->asked.us + VERIFY_US > now_us)
		member->asked = ASKED_TO_SEND;
	if (row->next_try.known && row->next_try.us > now_us)
		member_wake_in(member, MIN(row->next_try.us - now_us, LEASE_MOST_US));
	else
		member_wake_in(member, spread_us);
}

static bool needs_asking(const struct member *member)
{
	const struct instant next = member->row.next_try;

	return is_fresh(member) || !next.known || next.us <= member_now_us(member);
}

static void find_source(struct member *member, const struct map *sources)
{
	union map_value value;

	member->source = NULL;
	if (!member->subscriber->is_on || member->is_withdrawn ||
		map_find(sources, slice_of(member->row.source), &value) == 0)
		return;

	member->source = value.pointer;
	member->allow_private = member->source->allow_private;
}

static void follow(struct subscriber *subscriber, const struct map *sources)
{
	size_t n_fresh = 0;

	for (size_t i = 0; i < subscriber->n_members; i++) {
		struct member *member = subscriber->members[i];

		find_source(member, sources);
		n_fresh += member->source && needs_asking(member);
	}
	/* From behind: one that ends at once moves those behind it. */
	for (size_t i = subscriber->n_members; i-- > 0;) {
		struct member *member = subscriber->members[i];

		if (!member->source)
			leave(member);
		else if (!member->request)
			go_on(member, n_fresh);
	}
}

static int keep_address(struct subscriber *subscriber, const struct wanted *wanted)
{
	const char *address = wanted->settings->push.address;
	char *copy;

	if (!wanted->key)
		return 0;

	const int r = key_make_mark(wanted->key, address, subscriber->mark);
	if (r < 0)
		return r;
	copy = strdup(address);
	if (!copy)
		return -ENOMEM;

	free(subscriber->address);
	subscriber->address = copy;
	subscriber->key = *wanted->key;
	return 0;
}

int subscriber_set_sources(struct subscriber *subscriber, const struct settings *settings,
	const struct push_key *key, const struct subscription *rows, size_t n_rows)
{
	const struct wanted wanted = {
		.settings = settings, .key = key, .rows = rows, .n_rows = n_rows};
	CLEANUP(plan_drop) struct plan plan = {0};
	int r = make_plan(subscriber, &wanted, &plan);

	if (r >= 0)
		r = keep_address(subscriber, &wanted);
	if (r < 0)
		return r;

	/* Nothing can fail from here on. */
	struct plan old = {.members = subscriber->members,
		.n = subscriber->n_members,
		.by_token = subscriber->by_token};

	subscriber->members = TAKE(plan.members);
	subscriber->n_members = plan.n;
	subscriber->by_token = TAKE(plan.by_token);
	plan.n = 0;
	subscriber->settings = settings;
	subscriber->is_on = key != NULL;
	plan_drop(&old);
	for (size_t i = 0; i < n_rows; i++) {
		struct member *member = subscriber_find_by_id(subscriber, rows[i].id);

		if (member)
			follow_offer(member, &rows[i]);
	}
	follow(subscriber, plan.sources);
	return 0;
}

size_t subscriber_count_leaving(const struct subscriber *subscriber)
{
	size_t n = 0;

	for (size_t i = 0; i < subscriber->n_members; i++)
		n += subscriber->members[i]->row.state == SUBSCRIPTION_LEAVING;
	return n;
}

int subscriber_new(const struct subscriber_options *options, struct subscriber **ret)
{
	CLEANUP(subscriber_freep) struct subscriber *subscriber = calloc(1, sizeof(*subscriber));

	if (!subscriber)
		return -ENOMEM;

	subscriber->options = *options;
	const int r = map_new(&subscriber->by_token);
	if (r < 0)
		return r;

	*ret = TAKE(subscriber);
	return 0;
}

void subscriber_free(struct subscriber *subscriber)
{
	if (!subscriber)
		return;

	for (size_t i = 0; i < subscriber->n_members; i++)
		member_free(subscriber->members[i]);
	free(subscriber->members);
	map_free(subscriber->by_token);
	free(subscriber->address);
	free(subscriber);
}
