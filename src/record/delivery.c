#include "record/delivery.h"

static const char *const kind_names[N_DELIVERY_KINDS] = {
	[DELIVERY_ALERT] = "alert", [DELIVERY_DIGEST] = "digest"};

static const char *const state_names[N_DELIVERY_STATES] = {
	[DELIVERY_QUEUED] = "queued", [DELIVERY_SENT] = "sent", [DELIVERY_FAILED] = "failed"};

const char *delivery_kind_name(enum delivery_kind kind)
{
	return kind_names[kind];
}

const char *delivery_state_name(enum delivery_state state)
{
	return state_names[state];
}
