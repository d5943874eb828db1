/* daemon/service.h: the running daemon: one event loop, one thread of work.
 *
 * Owns everything for as long as it runs: settings, tools, store, HTTP
 * client, fetcher and outbox, and tells systemd how it is.  SIGHUP builds new
 * settings and new tools beside the old ones and swaps them, or says why
 * not and keeps the old ones.  SIGTERM and SIGINT end it.
 */
#pragma once

#include <stdbool.h>

struct service_options {
	const char *config_path;
	bool once; /* every source once, then the outbox, then the end */
};

/* Runs until it is told to end and returns the exit code: 0, 75 when it ran
 * once and a mail must wait, 78 for a configuration that is wrong, or the code
 * of what failed. */
int service_run(const struct service_options *options);
