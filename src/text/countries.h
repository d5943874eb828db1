/* text/countries.h: countries by code, and by name in any language (ICU's
 * display names).
 *
 * The table of names is built when a name is first asked for that is no code,
 * and lives until exit; threads may share it.
 */
#pragma once

#include "base/slice.h"

/* The ISO 3166-1 alpha-2 code, in upper case and static memory, of an alpha-2
 * or alpha-3 code in any case; XK is Kosovo, UK is GB.  NULL when CODE is
 * none. */
const char *country_by_code(struct slice code);

/* The same for a name in any language, given as name_key() writes its base:
 * "kenya", "កម្ពុជា", "cote d ivoire", and the short forms "uk", "us", "usa".  Other
 * codes are no names: CA, GA and IN are states as well. */
const char *country_by_name(struct slice base);
