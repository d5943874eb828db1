/* push/member.h: one subscription of the subscriber (internal to push/).
 *
 * member.c asks the hub, hub_calls.c hears what it says, subscriber.c decides
 * which there are.
 */
#pragma once

#include "base/map.h"
#include "push/subscriber.h"

enum { CHALLENGE_MAX_BYTES = 4096, HUB_ERROR_SIZE = 512, HUB_SHOWN_BYTES = 200 };

#define LEASE_WANTED_US (10 * US_PER_DAY)
#define LEASE_MOST_US   (365 * US_PER_DAY)
/* A hub asks back within a moment; some have a queue. */
#define VERIFY_US (10 * US_PER_MINUTE)

/* What the hub was asked for and has not asked back about. */
enum asked { ASKED_NOTHING, ASKED_TO_SEND, ASKED_TO_STOP };

/* One subscription. */
struct member {
	struct subscriber *subscriber;
	const struct source_settings *source; /* NULL: it is no longer wanted */
	struct subscription row;
	char *texts; /* holds those of ROW that stay */
	char mark[MARK_TEXT_SIZE];
	char token[TOKEN_TEXT_SIZE];
	char secret[SECRET_TEXT_SIZE];
	char error[HUB_ERROR_SIZE];
	enum asked asked;
	bool allow_private;           /* as its source last said */
	bool is_withdrawn;            /* the feed names this hub no more */
	bool kept;                    /* over a reload */
	struct http_request *request; /* NULL: none */
	sd_event_source *timer;
};

struct subscriber {
	struct subscriber_options options;
	const struct settings *settings;
	struct push_key key; /* the last one */
	bool is_on;          /* hubs reach us */
	char *address;       /* that hubs were given last */
	char mark[MARK_TEXT_SIZE];
	struct member **members; /* by the ids of their rows */
	size_t n_members;
	struct map *by_token;
	unsigned int n_requests;
	char challenge[CHALLENGE_MAX_BYTES + 1];
};

/* NULL: there is none. */
struct member *subscriber_find_by_id(const struct subscriber *subscriber, int64_t id);

int member_new(struct subscriber *subscriber, const struct push_key *key,
	const struct subscription *row, struct member **ret);
void member_free(struct member *member);
DEFINE_CLEANUP(struct member *, member_free);

/* The hub was told, or cannot be: the member is gone, and its row says so. */
void member_end(struct member *member);

/* Has its row stored. */
void member_say(struct member *member);
/* What it waits for is due in WAIT_US: the timer alone, or what is stored, too. */
void member_wake_in(struct member *member, int64_t wait_us);
void member_try_in(struct member *member, int64_t wait_us);
void member_set_error(struct member *member, const char *words);

bool member_is_live(const struct member *member);
int64_t member_now_us(const struct member *member);
double subscriber_fraction(const struct subscriber *subscriber);
