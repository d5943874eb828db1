/* notify/mail/mail_folder.h: `url: file:FOLDER`, mails as files instead of by SMTP. */
#pragma once

#include "base/slice.h"

/* Whether URL names a folder; *RET_FOLDER (may be NULL) then points into it. */
bool mail_folder_is_url(const char *url, const char **ret_folder);

/* Writes FOLDER/<MESSAGE_ID>.eml, the folder too when it is missing; a mail
 * that is there already is replaced by the same bytes. */
int mail_folder_write(const char *folder, const char *message_id, struct slice message);
