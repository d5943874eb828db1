#include "http/body.h"

#include <assert.h>

static bool has_room(const struct body_budget *budget, size_t n_bytes)
{
	return budget->n_taken == 0 || budget->n_taken + n_bytes <= BODY_BUDGET_BYTES;
}

static void give(struct body_share *share)
{
	share->is_waiting = false;
	share->budget->n_taken += share->n_bytes;
}

static int on_grant(sd_event_source *source, void *userdata)
{
	struct body_budget *budget = userdata;
	struct body_share *share;

	(void)source;
	while ((share = TAILQ_FIRST(&budget->waiting)) && has_room(budget, share->n_bytes)) {
		TAILQ_REMOVE(&budget->waiting, share, entry);
		give(share);
		share->on_granted(share->userdata);
	}
	return 0;
}

int body_budget_open(struct body_budget *budget, sd_event *event)
{
	TAILQ_INIT(&budget->waiting);
	const int r = sd_event_add_defer(event, &budget->grant, on_grant, budget);

	return r < 0 ? r : sd_event_source_set_enabled(budget->grant, SD_EVENT_OFF);
}

void body_budget_close(struct body_budget *budget)
{
	sd_event_source_disable_unref(budget->grant);
}

bool body_share_take(struct body_share *share, struct body_budget *budget, size_t n_bytes,
	void (*on_granted)(void *userdata), void *userdata)
{
	assert(!share->is_waiting);
	if (share->budget)
		return true;

	*share = (struct body_share){.budget = budget,
		.n_bytes = n_bytes,
		.on_granted = on_granted,
		.userdata = userdata};
	/* Nobody overtakes those who wait. */
	if (TAILQ_EMPTY(&budget->waiting) && has_room(budget, n_bytes)) {
		give(share);
		return true;
	}
	share->is_waiting = true;
	TAILQ_INSERT_TAIL(&budget->waiting, share, entry);
	return false;
}

/* Fails only in a loop that is finished. */
static void grant_soon(struct body_budget *budget)
{
	if (!TAILQ_EMPTY(&budget->waiting))
		(void)sd_event_source_set_enabled(budget->grant, SD_EVENT_ONESHOT);
}

void body_share_shrink(struct body_share *share, size_t n_bytes)
{
	if (!share->budget || share->is_waiting || n_bytes >= share->n_bytes)
		return;
	share->budget->n_taken -= share->n_bytes - n_bytes;
	share->n_bytes = n_bytes;
	grant_soon(share->budget);
}

void body_share_release(struct body_share *share)
{
	struct body_budget *budget = share->budget;

	if (!budget)
		return;
	if (share->is_waiting)
		TAILQ_REMOVE(&budget->waiting, share, entry);
	else
		budget->n_taken -= share->n_bytes;
	grant_soon(budget);
	*share = (struct body_share){0};
}

void http_body_done(struct http_body *body)
{
	str_done(&body->bytes);
	body_share_release(&body->share);
}

void http_body_move(struct http_body *from, struct http_body *to)
{
	assert(!from->share.is_waiting);
	*to = *from;
	from->bytes = STR_INIT(0);
	from->share = (struct body_share){0};
}
