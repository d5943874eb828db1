/* text/idn.h: internationalised host names (UTS #46). */
#pragma once

#include "base/slice.h"

struct str;

/* Appends HOST in lower case with its labels in ASCII ("xn--..."), without a
 * dot at the end.  What is no valid name is appended in lower case as it is. */
void idn_to_ascii(struct slice host, struct str *str);
