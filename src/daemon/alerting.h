/* daemon/alerting.h: from a rule that is raised to an incident and to mails in the
 * outbox: all within the turn that brought the mention.
 */
#pragma once

#include "daemon/passage.h"
#include "daemon/turn.h"

/* Judges the rules about mentions for ITEM of PASSAGE, whose rows are written, and
 * puts the mails that it causes into the outbox. */
int alerting_check_mention(struct turn *turn, const struct passage *passage, struct item *item);

/* What is due every minute: judges the rules about rates, and tells recipients whose
 * cap is free again what it held back; one turn. */
int alerting_check_rates(const struct turn_context *context, struct turn_result *ret);
