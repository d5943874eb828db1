/* tests/bench/bench.h: CPU time and words, for the benchmarks. */
#pragma once

#include <time.h>

#include "base/random.h"
#include "base/str.h"

/* CPU seconds of this process so far. */
static inline double bench_cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline double bench_wall_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Appends N words that look like English prose, from the sequence RANDOM. */
static inline void bench_add_words(struct str *str, struct random *random, int n)
{
	static const char *const words[] = {"the", "parcel", "is", "a", "late", "and", "my",
		"order", "from", "last", "week", "never", "came", "so", "I", "called", "them",
		"again", "today", "shop", "price", "good", "service", "very", "slow", "delivery",
		"town", "people", "say", "that", "it", "works", "well", "but", "not", "always",
		"thanks", "for", "nothing", "new", "phone", "market", "driver", "box", "street",
		"letter"};

	for (int i = 0; i < n; i++) {
		if (i > 0)
			str_add_char(str, ' ');
		str_add_text(str, words[random_next(random) % ARRAY_SIZE(words)]);
	}
}
