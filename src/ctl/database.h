/* ctl/database.h: what the commands on the database have in common.
 *
 * Reading needs the group mentiond, changing the user: whoever changes
 * something is named in the audit log.
 */
#pragma once

#include "ctl/ctl.h"
#include "record/item.h"
#include "store/store.h"

struct settings;
struct str;

#define CTL_OPTION_DATABASE                                                                        \
	{                                                                                          \
		.name = "database", .type = OPTION_TEXT, .argument = "FILE",                       \
		.help = "The database, when it is not the configured one"                          \
	}
#define CTL_OPTION_BY                                                                              \
	{                                                                                          \
		.name = "by", .type = OPTION_TEXT, .argument = "NAME",                             \
		.help = "Who does it; else $SUDO_USER, else the user"                              \
	}

/* Reads the configuration and opens its database; the caller frees both, the
 * store first.  What is wrong is told here. */
int database_open(struct ctl *ctl, enum store_access access, struct settings **ret_settings,
	struct store **ret);
/* Opens the file that --database names, else the configured one. */
int database_open_named(struct ctl *ctl, enum store_access access, struct store **ret);

/* That --stream, where it is given, names a stream which STORE knows; else says so
 * and returns -ENOENT. */
int database_check_stream(const struct ctl *ctl, struct store *store);

/* Says "WHAT: the store's words" and returns ERROR. */
int database_error(const struct store *store, int error, const char *what);

/* --by, else $SUDO_USER, else the name of the user. */
const char *database_actor(const struct ctl *ctl);

int64_t database_now_us(void);
/* The moment that --since, an option of the command, stands for; 0: not given. */
int64_t database_since_us(const struct ctl *ctl);

/* "42m", "5h", "3d": how long DURATION is, roughly; TEXT has room for
 * TIME_TEXT_SIZE. */
const char *database_duration(int64_t duration_us, char *text);

/* A mention as the wire form of its post, with "mention", "stream", "fetched",
 * "copies", "matches", "sentiment" and, where it has one, "incident". */
int database_item_to_json(const struct item *item, json_t **ret);
/* Sets NAME to TIME in RFC 3339; nothing when it is unknown. */
int database_set_time(json_t *object, const char *name, struct instant time);

/* What ITEM says on one line, title and text. */
void database_add_quote(struct str *str, const struct item *item);
/* The words that counted most for its anger or label: "worst, never again". */
void database_add_reason(struct str *str, const struct item *item);
