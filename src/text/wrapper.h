/* text/wrapper.h: addresses that only count who goes to another one.
 *
 * Search engines and networks link to a page of their own that leads on to what was
 * meant.  Only known ones are opened: that an address has a parameter `url' says
 * nothing.
 */
#pragma once

#include "base/slice.h"

struct str;

/* Appends the web address that ADDRESS, an absolute one, wraps, decoded once: 1;
 * 0, and nothing is appended, when it is no known wrapper. */
int wrapper_open(struct slice address, struct str *str);
