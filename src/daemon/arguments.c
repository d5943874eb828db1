/* The arguments of mentiond, to service_run(). */

#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "mentiond/mentiond.h"

#include "base/log.h"
#include "daemon/service.h"

static const char help[] =
	"Usage: mentiond [--config FILE] [--once]\n"
	"\n"
	"Polls feeds and APIs, keeps the posts that mention your brands, scores how\n"
	"people feel, and mails the team at once when a customer is angry.\n"
	"\n"
	"  --config FILE  the configuration (" MENTIOND_CONFIG_DIR "/mentiond.yaml)\n"
	"  --once         ask every source once, send what is in the outbox, and end:\n"
	"                 0, 75 when a mail must wait, or 74 when something could\n"
	"                 not be stored\n"
	"  --version      print the version\n"
	"  --help         print this\n"
	"\n"
	"Signals: SIGHUP reloads the configuration, SIGTERM ends.\n"
	"Exit codes: 0, 64 wrong usage, 74 not stored, 75 try again, 78 wrong\n"
	"configuration, others as in sysexits.h.\n"
	"\n"
	"Example:\n"
	"  mentionctl --config ./mentiond.yaml check &&\n"
	"  mentiond --config ./mentiond.yaml --once\n";

int mn_daemon_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"once", no_argument, NULL, 'o'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct service_options service = {.config_path = MENTIOND_CONFIG_DIR "/mentiond.yaml"};
	int option;

	log_init("mentiond", LOG_LEVEL_INFO);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			service.config_path = optarg;
			break;
		case 'o':
			service.once = true;
			break;
		case 'v':
			puts("mentiond " MENTIOND_VERSION);
			return EX_OK;
		case 'h':
			fputs(help, stdout);
			return EX_OK;
		default:
			fputs("Try mentiond --help\n", stderr);
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "mentiond: unexpected argument %s\nTry mentiond --help\n",
			argv[optind]);
		return EX_USAGE;
	}
	return service_run(&service);
}
