#include <errno.h>

#include "base/str.h"
#include "ctl/backtest.h"
#include "ctl/database.h"
#include "ctl/table.h"
#include "report/excerpt.h"

enum {
	BAR_COLUMNS = 40,
	QUOTE_CODE_POINTS = 200,
	TEXT_MAX_BYTES = 1 << 20,
	/* From here on a query is told to be noise. */
	NOISE_POSTS = 50,
	NOISE_PERCENT = 25,
	NOISE_A_DAY = 500,
	NOISE_TERM_PERCENT = 50, /* of the posts, by one term alone */
};

/* --- advice ----------------------------------------------------------------------- */

static const struct backtest_term *heaviest(const struct backtest *backtest)
{
	const struct backtest_term *found = NULL;

	for (size_t i = 0; i < backtest->n_terms; i++)
		if (!found || backtest->terms[i].n_only > found->n_only)
			found = &backtest->terms[i];

	return found;
}

/* What is wrong and how to mend it; nothing when all is well. */
static void add_advice(struct str *str, const struct backtest *backtest)
{
	const struct backtest_term *term = heaviest(backtest);
	const size_t percent = 100 * backtest->n_posts / MAX(backtest->n_all, (size_t)1);

	if (backtest->n_posts < NOISE_POSTS ||
		(percent < NOISE_PERCENT && backtest->per_day < NOISE_A_DAY))
		return;

	str_add_format(str, "It matches %zu of 100 posts, %.0f a day: more than people can read.",
		percent, backtest->per_day);
	if (term && 100 * term->n_only >= NOISE_TERM_PERCENT * backtest->n_posts)
		str_add_format(str,
			"  `%s' alone brings %zu of them: ask for a word beside it (%s NEAR/5 "
			"...), or take out by NOT what the samples have in common.",
			term->text, term->n_only, term->text);
	else
		str_add_text(str, "  Take out by NOT what the samples have in common.");
}

/* --- for people ------------------------------------------------------------------- */

static void print_head(const struct backtest *backtest)
{
	char since[TIME_TEXT_SIZE];

	printf("%zu of %zu posts match, in %zu stor%s; about %.1f a day since %s UTC\n\n",
		backtest->n_posts, backtest->n_all, backtest->n_stories,
		backtest->n_stories == 1 ? "y" : "ies", backtest->per_day,
		time_format_sql(backtest->since_us, since));
	if (backtest->is_beyond_kept)
		printf("Of the older days only mentions are kept, so their counts are too low "
		       "(keep.unmatched).\n\n");
}

static size_t busiest(const struct backtest *backtest)
{
	size_t most = 1;

	for (size_t i = 0; i < backtest->n_days; i++)
		most = MAX(most, backtest->days[i].n);

	return most;
}

static int print_days(const struct backtest *backtest)
{
	static const struct table_column columns[] = {
		{.title = "DAY"}, {.title = "POSTS", .right = true}, {.title = ""}};
	CLEANUP(table_freep) struct table *table = NULL;
	const size_t most = busiest(backtest);
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	for (size_t i = 0; r == 0 && i < backtest->n_days; i++) {
		const struct backtest_day *day = &backtest->days[i];
		const size_t length = (day->n * BAR_COLUMNS + most - 1) / most;
		CLEANUP(str_done) struct str bar = STR_INIT(BAR_COLUMNS * sizeof("▇"));
		char date[TIME_TEXT_SIZE];

		for (size_t column = 0; column < length; column++)
			str_add_text(&bar, "▇");
		table_add_format(table, "%.10s", time_format_sql(day->start_us, date));
		table_add_format(table, "%zu", day->n);
		table_add(table, str_text(&bar));
	}
	return r < 0 ? r : table_print(table, stdout);
}

static int print_terms(const struct backtest *backtest)
{
	static const struct table_column columns[] = {{.title = "TERM", .at_most = 40},
		{.title = "STANDS IN", .right = true}, {.title = "ALONE BRINGS", .right = true}};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	for (size_t i = 0; r == 0 && i < backtest->n_terms; i++) {
		table_add(table, backtest->terms[i].text);
		table_add_format(table, "%zu", backtest->terms[i].n_in);
		table_add_format(table, "%zu", backtest->terms[i].n_only);
	}
	return r < 0 ? r : table_print(table, stdout);
}

static size_t only_that(const struct backtest_overlap *overlap)
{
	return overlap->n_that - MIN(overlap->n_both, overlap->n_that);
}

static int print_overlaps(const struct backtest *backtest)
{
	static const struct table_column columns[] = {{.title = "OTHER STREAM"},
		{.title = "BOTH", .right = true}, {.title = "ONLY THIS", .right = true},
		{.title = "ONLY THAT", .right = true}};
	CLEANUP(table_freep) struct table *table = NULL;
	const int r = table_new(columns, ARRAY_SIZE(columns), &table);

	for (size_t i = 0; r == 0 && i < backtest->n_overlaps; i++) {
		const struct backtest_overlap *overlap = &backtest->overlaps[i];

		table_add(table, overlap->stream);
		table_add_format(table, "%zu", overlap->n_both);
		table_add_format(table, "%zu", backtest->n_posts - overlap->n_both);
		table_add_format(table, "%zu", only_that(overlap));
	}
	return r < 0 ? r : table_print(table, stdout);
}

/* The field with the first hit, the hit marked. */
static int add_quote(struct str *str, const struct item *item)
{
	const enum field field = item->n_hits > 0  ? item->hits[0].field
				 : item->post.text ? FIELD_TEXT
						   : FIELD_TITLE;
	CLEANUP(json_freep) json_t *pieces = NULL;
	const int r = excerpt_to_json(item, field, QUOTE_CODE_POINTS, &pieces);

	if (r == 0)
		excerpt_add_text(pieces, str);
	return r;
}

static int print_samples(const struct backtest *backtest)
{
	static const struct table_column columns[] = {
		{.title = "FETCHED"}, {.title = "AUTHOR", .at_most = 20}, {.title = "TEXT"}};
	CLEANUP(table_freep) struct table *table = NULL;
	int r = table_new(columns, ARRAY_SIZE(columns), &table);

	for (size_t i = 0; r == 0 && i < backtest->n_samples; i++) {
		const struct item *item = &backtest->samples[i];
		CLEANUP(str_done) struct str quote = STR_INIT(TEXT_MAX_BYTES);
		char fetched[TIME_TEXT_SIZE];

		r = add_quote(&quote, item);
		table_add_format(table, "%.16s", time_format_sql(item->fetched.us, fetched));
		table_add(table, item->post.author ? item->post.author : item->post.source);
		table_add(table, str_text(&quote));
	}
	return r < 0 ? r : table_print(table, stdout);
}

int backtest_print(const struct backtest *backtest)
{
	static int (*const parts[])(const struct backtest *) = {
		print_days, print_terms, print_overlaps, print_samples};
	CLEANUP(str_done) struct str advice = STR_INIT(TEXT_MAX_BYTES);
	int r = 0;

	print_head(backtest);
	for (size_t i = 0; i < ARRAY_SIZE(parts) && r == 0; i++) {
		if (i > 0)
			putchar('\n');
		r = parts[i](backtest);
	}
	add_advice(&advice, backtest);
	if (r == 0 && advice.len > 0)
		printf("\n%s\n", str_text(&advice));
	return r;
}

/* --- for programs ------------------------------------------------------------------ */

/* Appends OBJECT, which is taken, to LIST unless R says that it failed. */
static int append(json_t *list, json_t *object, int r)
{
	if (r < 0) {
		json_decref(object);
		return r;
	}
	return json_array_append_new(list, object) < 0 ? -ENOMEM : 0;
}

static int add_days(json_t *list, const struct backtest *backtest)
{
	int r = 0;

	for (size_t i = 0; i < backtest->n_days && r == 0; i++) {
		json_t *object = json_object();
		char date[TIME_TEXT_SIZE];

		time_format_sql(backtest->days[i].start_us, date);
		date[10] = '\0';
		r = json_set_text(object, "day", date);
		if (r == 0)
			r = json_set_integer(object, "posts", (int64_t)backtest->days[i].n);
		r = append(list, object, r);
	}
	return r;
}

static int add_terms(json_t *list, const struct backtest *backtest)
{
	int r = 0;

	for (size_t i = 0; i < backtest->n_terms && r == 0; i++) {
		const struct backtest_term *term = &backtest->terms[i];
		json_t *object = json_object();

		r = json_set_text(object, "term", term->text);
		if (r == 0)
			r = json_set_integer(object, "stands_in", (int64_t)term->n_in);
		if (r == 0)
			r = json_set_integer(object, "alone_brings", (int64_t)term->n_only);
		r = append(list, object, r);
	}
	return r;
}

static int add_overlaps(json_t *list, const struct backtest *backtest)
{
	int r = 0;

	for (size_t i = 0; i < backtest->n_overlaps && r == 0; i++) {
		const struct backtest_overlap *overlap = &backtest->overlaps[i];
		json_t *object = json_object();

		r = json_set_text(object, "stream", overlap->stream);
		if (r == 0)
			r = json_set_integer(object, "both", (int64_t)overlap->n_both);
		if (r == 0)
			r = json_set_integer(object, "only_this",
				(int64_t)(backtest->n_posts - overlap->n_both));
		if (r == 0)
			r = json_set_integer(object, "only_that", (int64_t)only_that(overlap));
		r = append(list, object, r);
	}
	return r;
}

static int add_samples(json_t *list, const struct backtest *backtest)
{
	int r = 0;

	for (size_t i = 0; i < backtest->n_samples && r == 0; i++) {
		const struct item *item = &backtest->samples[i];
		const struct match match = {.hits = item->hits, .n_hits = item->n_hits};
		json_t *object = NULL;
		json_t *hits = NULL;

		r = post_to_json(&item->post, &object);
		if (r == 0)
			r = matches_to_json(&match, 1, &hits);
		if (r == 0)
			r = json_set_take(object, "matches", hits);
		r = append(list, object, r);
	}
	return r;
}

static const struct {
	const char *name;
	int (*add)(json_t *list, const struct backtest *backtest);
} lists[] = {
	{"days", add_days},
	{"terms", add_terms},
	{"streams", add_overlaps},
	{"samples", add_samples},
};

int backtest_print_json(const struct backtest *backtest)
{
	CLEANUP(json_freep) json_t *object = json_object();
	CLEANUP(str_done) struct str advice = STR_INIT(TEXT_MAX_BYTES);
	int r = json_set_text(object, "stream", backtest->stream);

	add_advice(&advice, backtest);
	if (r == 0)
		r = json_set_text(object, "query", backtest->query);
	if (r == 0)
		r = database_set_time(object, "since", INSTANT(backtest->since_us));
	if (r == 0)
		r = json_set_integer(object, "posts", (int64_t)backtest->n_all);
	if (r == 0)
		r = json_set_integer(object, "matches", (int64_t)backtest->n_posts);
	if (r == 0)
		r = json_set_integer(object, "stories", (int64_t)backtest->n_stories);
	if (r == 0)
		r = json_set_take(object, "per_day", json_real(backtest->per_day));
	for (size_t i = 0; i < ARRAY_SIZE(lists) && r == 0; i++) {
		CLEANUP(json_freep) json_t *list = json_array();

		r = list ? lists[i].add(list, backtest) : -ENOMEM;
		if (r == 0)
			r = json_set_take(object, lists[i].name, TAKE(list));
	}
	if (r == 0 && advice.len > 0)
		r = json_set_text(object, "advice", str_text(&advice));
	return r < 0 ? r : ctl_print_json(object);
}
