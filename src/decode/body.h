/* decode/body.h: one body on its way to posts, whatever its format.
 *
 * A format reads the text, fills body.about with what it finds of the feed, and
 * hands in a draft for each entry.
 */
#pragma once

#include "decode/decode.h"
#include "decode/draft.h"

struct body {
	struct slice bytes; /* as they came */
	struct slice text;  /* as clean UTF-8 */
	const struct decode_options *options;
	struct arena *arena;
	struct diags *warnings; /* may be NULL */
	struct draft about;     /* the feed; its author and language serve posts without */
	struct feed feed;
	size_t posts_room;
	bool is_full; /* more entries came than may */
};

/* Tells of N entries that are lost at LINE (0: unknown) and counts them. */
void body_lose(struct body *body, size_t n, unsigned int line, const char *why);

/* Whether one more entry may come; when not, body_refuse() has to count it. */
bool body_has_room(const struct body *body);
void body_refuse(struct body *body, unsigned int line);

/* Makes a post of ENTRY and adds it: 1; 0 when it says nothing, which
 * body_lose_empty() has to count; -ENOMEM. */
int body_add(struct body *body, const struct draft *entry);
void body_lose_empty(struct body *body, unsigned int line);

/* Fills the feed's own fields and lends its author and language.  -ENOMEM. */
int body_finish(struct body *body);

/* Where relative links of the feed start from, when nothing closer is said. */
struct slice body_base(const struct body *body);

/* Appends the plain text of HTML to STR and adds its links, which are seen from
 * BASE, to DRAFT. */
void body_add_html(struct draft *draft, struct slice base, struct slice html, struct str *str);
