/* record/mail_content.h: what a mail says, before it is a message: UTF-8, lines ended by LF. */
#pragma once

struct mail_content {
	const char *subject;
	const char *text;
	const char *html;
};
