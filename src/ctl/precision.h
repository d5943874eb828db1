/* ctl/precision.h: what `mentionctl stats --precision' prints. */
#pragma once

#include "ctl/ctl.h"
#include "store/store.h"

/* How often people dismissed what streams, rules and terms brought, and which
 * words could be taken out by NOT. */
int precision_print(struct store *store, bool as_json);
