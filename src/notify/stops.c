#include "notify/stops.h"

#include <stdlib.h>
#include <string.h>

static bool is_of(const struct stop *stop, const char *target)
{
	return target && stop->target ? strcmp(stop->target, target) == 0
				      : !target && !stop->target;
}

/* The stop of TARGET (NULL: of all); NULL: it has none. */
static struct stop *find(struct stops *stops, const char *target)
{
	for (size_t i = 0; i < stops->n; i++)
		if (is_of(&stops->list[i], target))
			return &stops->list[i];

	return NULL;
}

static void remove_stop(struct stops *stops, const char *target)
{
	struct stop *stop = find(stops, target);

	if (!stop)
		return;
	free(stop->target);
	*stop = stops->list[--stops->n];
}

/* NULL: there is no room. */
static struct stop *add(struct stops *stops, const char *target)
{
	struct stop stop = {0};

	if (stops->n == STOPS_MAX)
		return NULL;
	if (target) {
		stop.target = strdup(target);
		if (!stop.target)
			return NULL;
	}
	stops->list[stops->n] = stop;
	return &stops->list[stops->n++];
}

int stops_note(struct stops *stops, const struct attempt *attempt, const struct retry_times *retry,
	struct random *random, int64_t *ret_until_us)
{
	const enum send_verdict verdict = attempt->verdict;
	const char *target = attempt->delivery->target;
	const char *stopped = verdict == SEND_RETRY_ALL ? NULL : target;
	struct stop *stop;

	/* The channel has answered, and unless it said otherwise so has the target. */
	if (verdict != SEND_RETRY_ALL)
		remove_stop(stops, NULL);
	if (verdict != SEND_RETRY_ALL && verdict != SEND_RETRY_TARGET) {
		remove_stop(stops, target);
		return 0;
	}

	stop = find(stops, stopped);
	if (!stop)
		stop = add(stops, stopped);
	if (!stop)
		return 0;

	stop->n_failures++;
	stop->until_us = attempt->now_us + retry_delay_us(retry, stop->n_failures, random);
	*ret_until_us = stop->until_us;
	return 1;
}

static bool is_waiting(const struct stop *stop, int64_t now_us, int64_t most_us)
{
	const int64_t left_us = stop->until_us - now_us;

	return left_us > 0 && left_us <= MAX(most_us, US_PER_S);
}

struct instant stops_all(const struct stops *stops, int64_t now_us, int64_t most_us)
{
	for (size_t i = 0; i < stops->n; i++)
		if (!stops->list[i].target && is_waiting(&stops->list[i], now_us, most_us))
			return INSTANT(stops->list[i].until_us);

	return (struct instant){0};
}

void stops_list(const struct stops *stops, int64_t now_us, int64_t most_us, struct str *ret)
{
	for (size_t i = 0; i < stops->n; i++) {
		const struct stop *stop = &stops->list[i];

		if (!stop->target || !is_waiting(stop, now_us, most_us))
			continue;
		if (ret->len == 0)
			str_add_char(ret, '\n');
		str_add_text(ret, stop->target);
		str_add_char(ret, '\n');
	}
}

struct instant stops_next(const struct stops *stops, int64_t now_us, int64_t most_us)
{
	struct instant next = {0};

	for (size_t i = 0; i < stops->n; i++) {
		const struct stop *stop = &stops->list[i];

		if (stop->target && is_waiting(stop, now_us, most_us))
			next = instant_first(next, INSTANT(stop->until_us));
	}
	return next;
}

void stops_clear(struct stops *stops)
{
	for (size_t i = 0; i < stops->n; i++)
		free(stops->list[i].target);
	stops->n = 0;
}
