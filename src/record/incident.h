/* record/incident.h: alerts, and the incidents that people work on. */
#pragma once

#include "base/clock.h"

enum incident_state {
	INCIDENT_OPEN,
	INCIDENT_ACKNOWLEDGED,
	INCIDENT_RESPONDED,
	INCIDENT_RESOLVED,
	INCIDENT_DISMISSED,
	N_INCIDENT_STATES,
};

const char *incident_state_name(enum incident_state state);
int incident_state_find(const char *name, enum incident_state *ret);

/* Whether somebody still has to do something about it. */
bool incident_state_is_live(enum incident_state state);

/* Whether a person may move an incident from FROM to TO.  Work goes forward;
 * what is closed can be opened again. */
bool incident_state_may_follow(enum incident_state from, enum incident_state to);
