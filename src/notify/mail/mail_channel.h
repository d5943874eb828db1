/* notify/mail/mail_channel.h: mails, by SMTP or as files of a folder (smtp.url). */
#pragma once

#include "notify/channel.h"

extern const struct channel mail_channel;
