#include <errno.h>
#include <inttypes.h>

#include "base/log.h"
#include "ctl/database.h"
#include "ctl/precision.h"

static int print_json(const struct store_stats *stats)
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
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(numbers); i++)
		r = json_set_integer(object, numbers[i].name, (int64_t)numbers[i].n);
	r |= database_set_time(object, "first_fetched", stats->first_fetched);
	r |= database_set_time(object, "last_fetched", stats->last_fetched);

	return r != 0 ? -ENOMEM : ctl_print_json(object);
}

static void print_text(const struct store_stats *stats)
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
	printf("mails           %zu queued, %zu failed\n", stats->n_queued, stats->n_failed);
	printf("to index        %zu\n", stats->n_to_index);
	printf("size            %.1f MB\n", (double)stats->n_bytes / 1e6);
}

static int run(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	struct store_stats stats;
	int r = database_open_named(ctl, STORE_READ, &store);

	if (r < 0)
		return r;

	if (ctl_flag(ctl, "precision")) {
		r = precision_print(store, ctl_flag(ctl, "json"));
		return r < 0 ? database_error(store, r, "Cannot look at what was dismissed") : 0;
	}

	r = store_count(store, &stats);
	if (r < 0)
		return database_error(store, r, "Cannot count");

	if (ctl_flag(ctl, "json"))
		return print_json(&stats);

	print_text(&stats);
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
