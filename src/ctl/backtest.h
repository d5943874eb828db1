/* ctl/backtest.h: what a query would have brought, and how it is printed.
 *
 * backtest.c counts, backtest_print.c tells.
 */
#pragma once

#include "ctl/ctl.h"
#include "record/item.h"

/* A post that matches. */
struct backtest_post {
	int64_t id;
	int64_t fetched_us;
};

/* A part of the query. */
struct backtest_term {
	const char *text;
	size_t n_in;   /* posts that match, and it stands in them */
	size_t n_only; /* posts that would not match without it */
};

struct backtest_overlap {
	const char *stream;
	size_t n_both;
	size_t n_that; /* posts of the other stream */
};

struct backtest_day {
	int64_t start_us;
	size_t n;
};

struct backtest {
	const char *stream; /* NULL: a query from the command line */
	const char *query;
	int64_t since_us, now_us;
	size_t n_all;                      /* posts that are kept of this time */
	const struct backtest_post *posts; /* the latest first */
	size_t n_posts, n_stories;
	double per_day; /* over the days of which there are posts */
	const struct backtest_day *days;
	size_t n_days;
	const struct backtest_term *terms;
	size_t n_terms;
	const struct backtest_overlap *overlaps;
	size_t n_overlaps;
	const struct item *samples; /* hits marked */
	size_t n_samples;
	bool is_beyond_kept; /* it begins where only mentions are kept */
};

int backtest_print(const struct backtest *backtest);
int backtest_print_json(const struct backtest *backtest);
