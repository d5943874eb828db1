/* What it costs to read a body: peak memory and the longest step.
 *
 *	bench_steps FILE [PRESET]
 *
 * The body is read twice, in steps as small as the daemon's, as a long one is.  Prints the
 * peak of resident memory in MB, the CPU milliseconds of the longest step (the start
 * counts as one), the CPU seconds of all, the posts, and those that were left out and
 * cut.  tests/bench/bombs.py makes bodies for it. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "bench.h"
#include "config/presets.h"
#include "decode/decoding.h"

enum { MAX_BYTES = 256 << 20, MAX_PRESETS = 64 << 20 };

static const struct decoding_limit limit = {.max_bytes = 256 << 10, .max_posts = 50};

static double longest;

/* Notes how long it took since START and returns the time. */
static double note(double start)
{
	const double now = bench_cpu_s();

	longest = MAX(longest, now - start);
	return now;
}

static int read_all(struct decoding *decoding, struct arena *arena)
{
	int more = 1;
	double start = bench_cpu_s();

	while (more == 1) {
		struct post *posts;
		size_t n;

		arena_reset(arena);
		more = decoding_step(decoding, &limit, arena, &posts, &n);
		start = note(start);
	}
	return more;
}

/* Of this program alone: getrusage() knows that of whoever started it, too. */
static double peak_mb(void)
{
	CLEANUP(free_heapp) char *status = NULL;
	double kb = 0;

	if (file_read("/proc/self/status", MAX_BYTES, &status, NULL) < 0)
		return 0;

	const char *line = strstr(status, "VmHWM:");

	if (line)
		sscanf(line, "VmHWM: %lf", &kb);
	return kb / 1024;
}

int main(int argc, char **argv)
{
	CLEANUP(decoding_freep) struct decoding *decoding = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(arena_freep) struct arena *kept = NULL;
	CLEANUP(free_heapp) char *bytes = NULL;
	struct presets presets = {0};
	struct decode_options options = {.spends_body = true, .presets = &presets};
	size_t len = 0;

	if (argc < 2 || file_read(argv[1], MAX_BYTES, &bytes, &len) < 0)
		return 2;
	if (arena_new(MAX_PRESETS, &kept) < 0 || presets_load(NULL, kept, &presets, NULL) < 0 ||
		arena_new(DECODING_ARENA_BYTES(limit.max_bytes), &arena) < 0)
		return 2;
	options.preset = argc > 2 ? preset_find(&presets, argv[2]) : NULL;

	double start = bench_cpu_s();
	int r = decoding_new(slice_from(bytes, len), &options, NULL, &decoding);

	note(start);
	if (r == 0)
		r = read_all(decoding, arena);
	start = bench_cpu_s();
	if (r == 0)
		r = decoding_rewind(decoding);
	note(start);
	if (r == 0)
		(void)read_all(decoding, arena);

	const struct feed none = {0};
	const struct feed *feed = decoding ? decoding_feed(decoding) : &none;

	printf("%.0f %.0f %.2f %zu %zu %zu\n", peak_mb(), longest * 1000, bench_cpu_s(),
		feed->n_posts, feed->n_dropped, feed->n_cut);
	return 0;
}
