#include "ctl/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macro.h"

#define EVERY_US (US_PER_S / 5)

void progress_tell(struct progress *progress, size_t n_done)
{
	const int percent = (int)(100 * n_done / MAX(progress->n_all, (size_t)1));

	if (percent == progress->last_percent || !isatty(STDERR_FILENO))
		return;

	const int64_t now_us = clock_now_us(clock_system());

	if (now_us - progress->told_us < EVERY_US)
		return;
	fprintf(stderr, "\r%s: %d %%", progress->what, MIN(percent, 100));
	progress->told_us = now_us;
	progress->last_percent = percent;
}

void progress_end(struct progress *progress)
{
	if (progress->told_us != 0)
		fputs("\r\033[K", stderr);
	progress->told_us = 0;
}
