/* decode/decode.h: bytes in, posts out.
 *
 * A feed is recognised by its content, never by a media type or a file name:
 * RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1.  What
 * is not well-formed is salvaged as far as it goes, with warnings.
 *
 * All that comes out lives in the caller's arena, and nothing of it points into
 * the body.  No clock, no network: the same bytes give the same posts.
 */
#pragma once

#include "record/post.h"

struct diags;
struct preset;
struct presets;

struct decode_options {
	const char *charset;  /* that the HTTP header names; NULL: none */
	const char *base_url; /* where the body came from, for relative links; NULL: unknown */
	const char *source;   /* set on each post; NULL: none.  It is not copied. */
	size_t max_posts;     /* 0: 20000 */
	const struct preset *preset;   /* of the API that answered; NULL: a feed */
	const struct presets *presets; /* to recognise other JSON by; NULL: none */
	/* The body is of no other use: what was read of it may be given back to the system,
	 * page by page, and is zeros then. */
	bool spends_body;
};

struct feed {
	const char *format; /* "rss", "rdf", "atom", "jsonfeed", or the preset's name */
	const char *title;
	const char *url; /* of the site */
	const char *lang;
	const char *hub;     /* WebSub (link rel=hub) */
	const char *self;    /* the feed's own address, as it says */
	const char *next;    /* the next page (link rel=next, next_url) */
	bool expired;        /* says that it will never change again */
	int64_t ttl_us;      /* its own lower bound of the interval: the larger of ttl
			      * and updatePeriod / updateFrequency; 0: none */
	uint32_t skip_hours; /* bit 0 is 00:00 to 00:59 GMT */
	uint32_t skip_days;  /* bit 0 is Sunday */
	struct post *posts;  /* in the feed's order */
	size_t n_posts;
	bool is_cut; /* the body ends before the feed does: posts may be missing */
	/* Of an API only. */
	const char *cursor;   /* what asks for the next page; NULL: none */
	bool has_more;        /* there is a next page, by number ... */
	unsigned int n_pages; /* ... up to this one; 0: unknown */
	struct instant reach; /* how far back all lists of this page go */
	int64_t wait_us;      /* how long it wants not to be asked */
	size_t n_dropped; /* entries beyond max_posts, beyond reading, or with nothing to keep */
	size_t n_cut;     /* posts of which a part was too long, or too much, to be kept */
	unsigned int dropped_line; /* where the first of them stands; 0: unknown */
};

/* Reads BODY into *RET.  WARNINGS (which may be NULL) gets what was mended and,
 * when it is no feed, what it seems to be.
 *
 * -EPROTONOSUPPORT: no feed at all; -EBADMSG: a feed that is broken beyond
 * salvage; -EMSGSIZE: over a limit; -ENOMEM: also when ARENA is exhausted. */
int decode_feed(struct slice body, const struct decode_options *options, struct arena *arena,
	struct feed *ret, struct diags *warnings);

/* Reads ITEMS, the data of N events of the stream that the preset of OPTIONS
 * describes, each of which holds a post.  What cannot be read counts as dropped.
 * -ENOMEM. */
int decode_events(const struct slice *items, size_t n, const struct decode_options *options,
	struct arena *arena, struct feed *ret);
