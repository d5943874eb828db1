/* tests/unit/unit.h: cmocka, and what it lacks.
 *
 * expect() says which row of a table failed, which an assert in a loop does
 * not; expect_near() compares doubles (cmocka 1.1.5 has no assert for them).
 */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/macro.h"

#define expect(condition, ...)                                                                     \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail_msg(__VA_ARGS__);                                                     \
	} while (0)

#define expect_near(got, want, within, ...)                                                        \
	do {                                                                                       \
		if (!(fabs((got) - (want)) <= (within)))                                           \
			fail_msg(__VA_ARGS__);                                                     \
	} while (0)

/* Whether two texts are the same; both may be NULL. */
static inline bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}
