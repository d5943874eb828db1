/* base/log.h: the one logger.
 *
 * To the journal with fields when standard error is the journal, as plain
 * lines (with the time when it is a terminal) else.  Only daemon/ and ctl/ log,
 * once, where the decision is taken; stages return.  Text from outside may
 * stand in messages and fields: it is made harmless here.
 *
 * info: a state changed; warning: retried by itself; error: a person is needed.
 */
#pragma once

#include "base/macro.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* Journal fields; what is NULL is left out. */
struct log_fields {
	const char *source;     /* MENTIOND_SOURCE */
	const char *stream;     /* MENTIOND_STREAM */
	const char *alert;      /* MENTIOND_ALERT */
	const char *url;        /* MENTIOND_URL, without user, password and query */
	const char *message_id; /* one of the LOG_ID_ constants below */
};

/* Kinds of events that operators alert on: MESSAGE_ID in the journal,
 * explained by systemd/mentiond.catalog. */
#define LOG_ID_RELOAD_FAILED    "5b4d9ab1a8d14c5ea9e4c0a5a1c86f01"
#define LOG_ID_SOURCE_FAILING   "5b4d9ab1a8d14c5ea9e4c0a5a1c86f02"
#define LOG_ID_SOURCE_RECOVERED "5b4d9ab1a8d14c5ea9e4c0a5a1c86f03"
#define LOG_ID_MAIL_FAILED      "5b4d9ab1a8d14c5ea9e4c0a5a1c86f04"
#define LOG_ID_STORE_FAILED     "5b4d9ab1a8d14c5ea9e4c0a5a1c86f05"
#define LOG_ID_INCIDENT_OPENED  "5b4d9ab1a8d14c5ea9e4c0a5a1c86f06"
#define LOG_ID_LIMIT_HIT        "5b4d9ab1a8d14c5ea9e4c0a5a1c86f07"
#define LOG_ID_STORE_DAMAGED    "5b4d9ab1a8d14c5ea9e4c0a5a1c86f0b"
#define LOG_ID_LOG_GROWS        "5b4d9ab1a8d14c5ea9e4c0a5a1c86f0c"

/* PROGRAM stands before plain lines; messages above MAX_LEVEL are left out.
 * $MENTIOND_LOG (error, warning, info, debug) overrides MAX_LEVEL. */
void log_init(const char *program, enum log_level max_level);

/* Logs and returns ERROR (negative errno or 0), whose words follow the message
 * after a colon when it is negative. */
int log_full(enum log_level level, int error, const struct log_fields *fields, const char *format,
	...) PRINTF_LIKE(4, 5);

#define log_error(error, ...)   log_full(LOG_LEVEL_ERROR, (error), NULL, __VA_ARGS__)
#define log_warning(error, ...) log_full(LOG_LEVEL_WARNING, (error), NULL, __VA_ARGS__)
#define log_info(...)           ((void)log_full(LOG_LEVEL_INFO, 0, NULL, __VA_ARGS__))
#define log_debug(...)          ((void)log_full(LOG_LEVEL_DEBUG, 0, NULL, __VA_ARGS__))
