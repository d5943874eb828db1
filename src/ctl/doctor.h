/* ctl/doctor.h: what `mentionctl doctor' looks at (internal to it).
 *
 * Each look writes what it found, and what is to be done about it.
 */
#pragma once

#include "base/str.h"
#include "config/settings.h"

enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_ERROR, N_HEALTHS };

struct finding {
	enum health health;
	struct str text;
	const char *advice; /* static; NULL: nothing is to be done */
};

/* Sets the health of FINDING and ADVICE, and appends the formatted words. */
void finding_set(struct finding *finding, enum health health, const char *advice,
	const char *format, ...) PRINTF_LIKE(4, 5);

/* Whether the mail server answers: connects, reads its greeting, and leaves. */
void doctor_look_at_mail(const struct settings *settings, struct finding *finding);
