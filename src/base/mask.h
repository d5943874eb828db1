/* base/mask.h: addresses without the secrets in them, as people may see them.
 *
 * Some services want their key in the address, which then stands in each message about
 * it.  What is shown, logged or kept as a reason goes through here.
 */
#pragma once

#include "base/slice.h"

struct str;

/* Appends TEXT, which may hold addresses, with "(secret)" for the value of each parameter
 * whose name says that it is one: api_key, token, password and the like. */
void mask_add(struct str *str, struct slice text);

/* Whether there is anything to mask in TEXT. */
bool mask_is_needed(struct slice text);
