#include "alert/mailing.h"

static const char *const names[N_MAILINGS] = {
	[MAIL_NOW] = "now",
	[MAIL_HOLD_MUTED] = "muted",
	[MAIL_HOLD_COOLDOWN] = "cooldown",
	[MAIL_HOLD_CAP] = "cap",
};

const char *mailing_name(enum mailing mailing)
{
	return names[mailing];
}

/* A clock that was set back must not silence a rule: a last mail in the future
 * does not count. */
static bool is_cooling(const struct mailing_input *input)
{
	const int64_t since_us = input->now_us - input->last_mailed.us;

	return !input->opened && input->last_mailed.known && since_us >= 0 &&
	       since_us < input->cooldown_us;
}

enum mailing mailing_decide(const struct mailing_input *input)
{
	if (input->muted_until.known && input->now_us < input->muted_until.us)
		return MAIL_HOLD_MUTED;
	if (is_cooling(input))
		return MAIL_HOLD_COOLDOWN;
	if (input->max_per_hour > 0 && input->n_sent_last_hour >= input->max_per_hour)
		return MAIL_HOLD_CAP;

	return MAIL_NOW;
}

bool mailing_rest_is_due(int64_t now_us, size_t n_untold, struct instant last_rest)
{
	const int64_t since_us = now_us - last_rest.us;

	return n_untold > 0 && (!last_rest.known || since_us < 0 || since_us >= US_PER_HOUR);
}
