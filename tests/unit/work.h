/* tests/unit/work.h: how much work something is, counted and not timed.
 *
 * What src/match, src/score and src/text do is counted in basic blocks that ran,
 * and in what libc's functions of memory and strings went over, so that a test
 * says that time is linear whatever else the machine does.  Programs that use it
 * are named in tests/unit/CMakeLists.txt; what ICU and PCRE2 do within one call
 * is not counted.
 */
#pragma once

#include <stdint.h>

/* Since the program started; only differences mean anything. */
uint64_t work_done(void);
