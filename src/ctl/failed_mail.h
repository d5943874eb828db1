/* ctl/failed_mail.h: mails that nobody got, in words. */
#pragma once

#include "record/delivery.h"

struct str;

/* Appends "to press at 2026-11-21 08:00:00 UTC, rule angry for acme, source news: no such
 * user". */
void failed_mail_add(struct str *str, const struct failed_mail *mail);
