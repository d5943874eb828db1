/* tests/unit/store_fixture.h: a small database for the tests of store/.
 *
 * Two sources, a brand, a competitor and a topic, two recipients; posts and
 * mentions are added in a line each.  Whatever fails ends the test.
 */
#pragma once

#include "store/store.h"
#include "unit/unit.h"

struct fixture {
	struct store *store;
	struct arena *arena;
	char folder[64]; /* of a database on disk; "" for one in memory */
	char path[96];
};

/* A database in memory with the settings applied at "2026-11-16 00:00:00", and
 * one on disk in a new folder below /tmp: for cmocka's set-up; *STATE is a struct
 * fixture. */
int fixture_in_memory(void **state);
int fixture_on_disk(void **state);
/* Closes it and removes its folder. */
int fixture_tear_down(void **state);

#define with_memory(test)                                                                          \
	cmocka_unit_test_setup_teardown(test, fixture_in_memory, fixture_tear_down)
#define with_disk(test) cmocka_unit_test_setup_teardown(test, fixture_on_disk, fixture_tear_down)

/* "2026-11-21 08:00:00" in microseconds. */
int64_t at(const char *text);

const struct settings *fixture_settings(void);

/* What a post says; what is NULL is absent, source is "acme-news". */
struct said {
	const char *source, *id, *author, *text;
	const char *published, *fetched;
	const char *hashtag;
	const char *reply_to;
};
struct stored_post add_post(struct store *store, const struct said *said);

/* What a stream makes of it. */
struct felt {
	const char *stream; /* NULL: "acme" */
	double compound;    /* the label follows from it */
	double anger;       /* angry from 0.6 on */
	unsigned int flags;
};
int64_t add_mention(struct store *store, int64_t post_id, const struct felt *felt);
/* Both at once; returns the mention. */
int64_t say(struct store *store, const struct said *said, const struct felt *felt);

/* What the stock shell prints for SQL, read-only; the caller frees it. */
char *shell(const char *path, const char *sql);
