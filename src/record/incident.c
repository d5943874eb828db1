#include "record/incident.h"

#include <string.h>

#include "base/macro.h"

static const char *const state_names[N_INCIDENT_STATES] = {
	[INCIDENT_OPEN] = "open",
	[INCIDENT_ACKNOWLEDGED] = "acknowledged",
	[INCIDENT_RESPONDED] = "responded",
	[INCIDENT_RESOLVED] = "resolved",
	[INCIDENT_DISMISSED] = "dismissed",
};

const char *incident_state_name(enum incident_state state)
{
	return state_names[state];
}

int incident_state_find(const char *name, enum incident_state *ret)
{
	for (size_t i = 0; name && i < N_INCIDENT_STATES; i++) {
		if (strcmp(state_names[i], name) == 0) {
			*ret = (enum incident_state)i;
			return 1;
		}
	}
	return 0;
}

bool incident_state_is_live(enum incident_state state)
{
	return state != INCIDENT_RESOLVED && state != INCIDENT_DISMISSED;
}

bool incident_state_may_follow(enum incident_state from, enum incident_state to)
{
	if (from == to)
		return false;
	if (!incident_state_is_live(from))
		return to == INCIDENT_OPEN;

	return to > from;
}
