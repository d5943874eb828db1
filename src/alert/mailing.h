/* alert/mailing.h: mail an alert now, or hold it back?
 *
 * An angry customer is told at once; noise is bounded.  What is held back
 * stands in the next mail and in the digest.  Pure decisions.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

enum mailing { MAIL_NOW, MAIL_HOLD_MUTED, MAIL_HOLD_COOLDOWN, MAIL_HOLD_CAP, N_MAILINGS };

struct mailing_input {
	int64_t now_us;
	bool opened;                /* the alert opened its incident */
	struct instant last_mailed; /* of the incident */
	int64_t cooldown_us;        /* of the rule */
	struct instant muted_until; /* of the rule */
	size_t n_sent_last_hour;    /* immediate mails to the recipient */
	unsigned int max_per_hour;  /* 0: no limit */
};

enum mailing mailing_decide(const struct mailing_input *input);

/* After a cap one mail tells of the rest: at once, then once an hour while the
 * storm lasts.  N_UNTOLD alerts were held back by the cap and stand in no mail
 * yet; LAST_REST is when the recipient had such a mail. */
bool mailing_rest_is_due(int64_t now_us, size_t n_untold, struct instant last_rest);

/* "now", "muted", "cooldown", "cap": for store_hold_back(). */
const char *mailing_name(enum mailing mailing);
