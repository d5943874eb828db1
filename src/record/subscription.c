#include "record/subscription.h"

#include <string.h>

static const char *const kinds[N_SUBSCRIPTION_KINDS] = {
	[SUBSCRIPTION_HUB] = "hub",
	[SUBSCRIPTION_STREAM] = "stream",
};

static const char *const states[N_SUBSCRIPTION_STATES] = {
	[SUBSCRIPTION_OFFERED] = "offered",
	[SUBSCRIPTION_ASKED] = "asked",
	[SUBSCRIPTION_LIVE] = "live",
	[SUBSCRIPTION_REFUSED] = "refused",
	[SUBSCRIPTION_LEAVING] = "leaving",
};

const char *subscription_kind_name(enum subscription_kind kind)
{
	return kinds[kind];
}

const char *subscription_state_name(enum subscription_state state)
{
	return states[state];
}

static size_t find(const char *const *names, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && (!name || strcmp(names[i], name) != 0))
		i++;
	return i;
}

enum subscription_kind subscription_kind_find(const char *name)
{
	return (enum subscription_kind)find(kinds, N_SUBSCRIPTION_KINDS, name);
}

enum subscription_state subscription_state_find(const char *name)
{
	return (enum subscription_state)find(states, N_SUBSCRIPTION_STATES, name);
}
