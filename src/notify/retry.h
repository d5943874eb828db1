/* notify/retry.h: what becomes of a delivery after an attempt.  Pure. */
#pragma once

#include "base/random.h"
#include "config/settings.h"
#include "http/client.h"
#include "record/delivery.h"

/* How long to wait after the attempt with number ATTEMPT (from 1): doubles from
 * retry.first to retry.most, up to a fifth earlier by chance, so that what
 * failed together does not come back together. */
int64_t retry_delay_us(
	const struct smtp_settings *smtp, unsigned int attempt, struct random *random);

/* The outcome of DELIVERY, which was answered by ANSWER at NOW_US; its text is
 * ANSWER's. */
struct delivery_outcome retry_judge(const struct smtp_settings *smtp,
	const struct delivery *delivery, const struct mail_answer *answer, int64_t now_us,
	struct random *random);
