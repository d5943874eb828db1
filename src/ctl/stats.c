#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include <libgen.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/database.h"
#include "ctl/failed_mail.h"
#include "ctl/precision.h"

enum { FAILED_MAX_BYTES = 1 << 20, SHOWN_FAILED = 3 };

/* The disk of the database, and how it fills. */
struct outlook {
	size_t n_disk_bytes; /* free on it */
	int64_t a_day;       /* bytes that the database grows by, or shrinks */
	struct instant full; /* unknown: never at this rate */
};

/* Whoever looks in 300 years has another disk. */
#define FAR_US ((double)300 * 365 * (double)US_PER_DAY)

static int look_ahead(struct store *store, const struct settings *settings, const char *path,
	const struct store_stats *stats, struct outlook *ret)
{
	CLEANUP(free_heapp) char *copy = strdup(path);
	const int64_t now_us = database_now_us();
	struct outlook outlook = {0};
	struct statvfs disk;

	if (!copy) {
		log_error(-ENOMEM, "Cannot look ahead");
		return -ENOMEM;
	}
	int r = statvfs(dirname(copy), &disk) < 0 ? -errno : 0;
	if (r < 0) {
		log_error(r, "Cannot look at the disk of %s", path);
		return r;
	}

	r = store_estimate_growth(store, now_us,
		settings ? now_us - settings->keep_unmatched_us : 0,
		settings ? now_us - settings->keep_mentions_us : 0, &outlook.a_day);
	if (r < 0)
		return database_error(store, r, "Cannot look ahead");

	outlook.n_disk_bytes = (size_t)disk.f_bavail * (size_t)disk.f_frsize;
	if (outlook.a_day > 0) {
		const double room = (double)outlook.n_disk_bytes + (double)stats->n_free_bytes;
		const double left_us = room / (double)outlook.a_day * (double)US_PER_DAY;

		if (left_us < FAR_US)
			outlook.full = INSTANT(now_us + (int64_t)left_us);
	}
	*ret = outlook;
	return 0;
}

/* The latest mails that nobody got, each with its reason. */
static int list_failed(struct store *store, struct arena *arena, struct failed_mails *ret)
{
	const int r =
		store_list_failed_mails(store, 0, database_now_us() + 366 * US_PER_DAY, arena, ret);

	return r < 0 ? database_error(store, r, "Cannot list the mails that failed") : 0;
}

/* How a mail failed, in one line. */
static void add_failed(struct str *str, const struct failed_mails *failed, size_t index)
{
	str_clear(str);
	failed_mail_add(str, &failed->list[index]);
}

static int set_failed(json_t *object, const struct failed_mails *failed)
{
	CLEANUP(str_done) struct str line = STR_INIT(FAILED_MAX_BYTES);
	CLEANUP(json_freep) json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; i < failed->n; i++) {
		add_failed(&line, failed, i);
		r |= json_array_append_new(list, json_string(str_text(&line)));
	}
	return r | json_set_take(object, "last_failed_mails", TAKE(list));
}

static void print_failed(const struct failed_mails *failed)
{
	CLEANUP(str_done) struct str line = STR_INIT(FAILED_MAX_BYTES);

	for (size_t i = 0; i < MIN(failed->n, (size_t)SHOWN_FAILED); i++) {
		add_failed(&line, failed, i);
		printf("%-16s%s\n", i == 0 ? "failed last" : "", str_text(&line));
	}
}

static int print_json(const struct store_stats *stats, const struct failed_mails *failed,
	const struct outlook *outlook)
{
	CLEANUP(json_freep) json_t *object = json_object();
	const struct {
		const char *name;
		size_t n;
	} numbers[] = {
		{"sources", stats->n_sources},
		{"posts", stats->n_posts},
		{"mentions", stats->n_mentions},
		{"stories", stats->n_stories},
		{"live_incidents", stats->n_live_incidents},
		{"queued_mails", stats->n_queued},
		{"failed_mails", stats->n_failed},
		{"posts_to_index", stats->n_to_index},
		{"bytes", stats->n_bytes},
		{"free_bytes", stats->n_free_bytes},
		{"disk_free_bytes", outlook->n_disk_bytes},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(numbers); i++)
		r = json_set_integer(object, numbers[i].name, (int64_t)numbers[i].n);
	r |= set_failed(object, failed);
	r |= json_set_integer(object, "growth_bytes_a_day", outlook->a_day);
	r |= database_set_time(object, "disk_full", outlook->full);
	r |= database_set_time(object, "first_fetched", stats->first_fetched);
	r |= database_set_time(object, "last_fetched", stats->last_fetched);

	return r != 0 ? -ENOMEM : ctl_print_json(object);
}

static void print_outlook(const struct outlook *outlook)
{
	char day[TIME_TEXT_SIZE];

	printf("disk            %.1f MB left, ", (double)outlook->n_disk_bytes / 1e6);
	if (outlook->a_day <= 0)
		printf("the database does not grow at this rate\n");
	else if (!outlook->full.known)
		printf("never full at this rate (%.1f MB a day)\n", (double)outlook->a_day / 1e6);
	else
		printf("full on %.10s at this rate (%.1f MB a day)\n",
			time_format_sql(outlook->full.us, day), (double)outlook->a_day / 1e6);
}

static void print_text(const struct store_stats *stats, const struct failed_mails *failed)
{
	char first[TIME_TEXT_SIZE];
	char last[TIME_TEXT_SIZE];

	printf("sources         %zu\n", stats->n_sources);
	printf("posts           %zu", stats->n_posts);
	if (stats->first_fetched.known && stats->last_fetched.known)
		printf(" (%s to %s UTC)", time_format_sql(stats->first_fetched.us, first),
			time_format_sql(stats->last_fetched.us, last));
	printf("\nmentions        %zu\n", stats->n_mentions);
	printf("stories         %zu\n", stats->n_stories);
	printf("live incidents  %zu\n", stats->n_live_incidents);
	printf("mails           %zu queued, %zu failed%s\n", stats->n_queued, stats->n_failed,
		stats->n_failed > 0 ? " (the view v_undelivered says why)" : "");
	print_failed(failed);
	printf("to index        %zu\n", stats->n_to_index);
	printf("size            %.1f MB, %.1f MB of it free\n", (double)stats->n_bytes / 1e6,
		(double)stats->n_free_bytes / 1e6);
}

static int run(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(store_closep) struct store *store = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct store_stats stats;
	struct failed_mails failed = {0};
	struct outlook outlook = {0};
	/* How long things are kept is known of the configured one. */
	int r = ctl_has(ctl, "database") ? database_open_named(ctl, STORE_READ, &store)
					 : database_open(ctl, STORE_READ, &settings, &store);

	if (r < 0)
		return r;

	if (ctl_flag(ctl, "precision")) {
		r = precision_print(store, ctl_flag(ctl, "json"));
		return r < 0 ? database_error(store, r, "Cannot look at what was dismissed") : 0;
	}

	r = store_count(store, &stats);
	if (r < 0)
		return database_error(store, r, "Cannot count");

	r = arena_new(FAILED_MAX_BYTES, &arena);
	if (r == 0)
		r = list_failed(store, arena, &failed);
	if (r < 0)
		return r;

	r = look_ahead(store, settings, settings ? settings->database : ctl_text(ctl, "database"),
		&stats, &outlook);
	if (r < 0)
		return r;

	if (ctl_flag(ctl, "json"))
		return print_json(&stats, &failed, &outlook);

	print_text(&stats, &failed);
	print_outlook(&outlook);
	return 0;
}

static const struct ctl_option options[] = {CTL_OPTION_DATABASE, CTL_OPTION_JSON,
	{.name = "precision", .help = "What people dismissed, by stream, rule and term"}};

const struct ctl_verb verb_stats = {
	.name = "stats",
	.group = "Database",
	.synopsis = "",
	.help = "Count what the database holds",
	.description =
		"Of the mails that nobody got the latest are listed, with the reason.\n"
		"The last line says when the disk will be full when as much comes as in the last\n"
		"seven days, less what the settings keep no longer (nothing of a database that is\n"
		"named with --database).\n\n"
		"With --precision: how many incidents of each stream and rule were handled and\n"
		"dismissed, and in how many such mentions each term of a query stands, where one\n"
		"was dismissed; below, the words that are typical of the dismissed mentions of a\n"
		"stream (log-odds with a prior, the query's own words left out), as candidates\n"
		"for NOT, with a query to try.",
	.example = "mentionctl stats --json\n"
		   "mentionctl stats --precision",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.run = run,
};
