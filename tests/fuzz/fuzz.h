/* tests/fuzz/fuzz.h: what a fuzz target defines (libFuzzer's interface). */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Runs one input; returns 0.  What must not happen is an assert() or is seen by
 * a sanitizer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
