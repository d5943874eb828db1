#include "notify/retry.h"

enum { MOST_DOUBLINGS = 30 };

int64_t retry_delay_us(const struct retry_times *retry, unsigned int attempt, struct random *random)
{
	int64_t delay_us = MAX(retry->first_us, US_PER_S);
	const int64_t most_us = MAX(retry->most_us, delay_us);

	for (unsigned int i = 1; i < attempt && i < MOST_DOUBLINGS && delay_us < most_us; i++)
		delay_us *= 2;
	delay_us = MIN(delay_us, most_us);

	return delay_us - (int64_t)((double)delay_us * random_fraction(random) / 5);
}

static bool is_too_old(
	const struct retry_times *retry, const struct delivery *delivery, int64_t now_us)
{
	return delivery->queued.known && retry->give_up_after_us > 0 &&
	       now_us - delivery->queued.us >= retry->give_up_after_us;
}

struct delivery_outcome retry_judge(
	const struct retry_times *retry, const struct attempt *attempt, struct random *random)
{
	const struct delivery *delivery = attempt->delivery;
	const int64_t now_us = attempt->now_us;
	struct delivery_outcome outcome = {
		.id = delivery->id,
		.now_us = now_us,
		.due_us = now_us,
		.code = attempt->answer->code,
		.text = attempt->answer->text,
	};

	if (attempt->verdict == SEND_DONE) {
		outcome.state = DELIVERY_SENT;
	} else if (attempt->verdict == SEND_REFUSED || is_too_old(retry, delivery, now_us)) {
		outcome.state = DELIVERY_FAILED;
	} else {
		outcome.state = DELIVERY_QUEUED;
		outcome.due_us = now_us + retry_delay_us(retry, delivery->attempts + 1, random);
	}
	return outcome;
}
