#include "ctl/failed_mail.h"

#include "base/clock.h"
#include "base/str.h"

void failed_mail_add(struct str *str, const struct failed_mail *mail)
{
	char at[TIME_TEXT_SIZE];

	str_add_format(str, "to %s at %s UTC, ", mail->recipient, time_format_sql(mail->at.us, at));
	if (mail->kind == DELIVERY_DIGEST)
		str_add_text(str, "the digest");
	else
		str_add_format(str, "rule %s for %s, source %s", mail->rule, mail->stream,
			mail->source ? mail->source : "any");
	str_add_format(str, ": %s", mail->why);
}
