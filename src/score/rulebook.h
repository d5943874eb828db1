/* score/rulebook.h: the tables of rules, one a mode (score/rules.h). */
#pragma once

#include "score/rules.h"

/* Our own rules. */
const struct rules *rules_default(void);
/* Those of VADER 3.3.2, to its last digit. */
const struct rules *rules_vader(void);
