/* ctl/progress.h: how far long work is, for a person who waits.
 *
 * One line on standard error, a few times a second, when that is a terminal.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct progress {
	const char *what; /* "Reading posts" */
	size_t n_all;
	int64_t told_us;
	int last_percent;
};

void progress_tell(struct progress *progress, size_t n_done);
/* Removes the line: for CLEANUP(). */
void progress_end(struct progress *progress);
