/* score/scorer.h: how somebody feels about it, and whether they are angry.
 *
 * A scorer holds the lexicons of all languages and its working memory; it is
 * made once, at load, and serves one thread.  Scoring takes time linear in the
 * text's length, and explains itself: each word that counted is a struct
 * scored_term with the rules that changed it.
 *
 * Two questions are answered apart.  compound is polarity: how good or bad
 * the words are.  anger is the chance that this is a customer who is angry
 * with us and needs an answer; a sad news item is negative, not angry.
 *
 * Uses base/, record/ and text/: nothing here knows streams or storage.
 */
#pragma once

#include "base/macro.h"
#include "record/score_request.h"
#include "record/sentiment.h"

struct arena;
struct diags;
struct map;
struct scorer;
struct str;

struct scorer_options {
	const char *folder; /* of the lexicons, local/ over them; NULL: the installed ones */
	/* A list of words that somebody brings, VADER's or AFINN's, instead of the folder;
	 * such lists are scored by VADER's rules, which know no anger. */
	const char *wordlist;
	const char *descriptions; /* VADER's file of emoji, for a wordlist; may be NULL */
	double angry_at;          /* anger from which a post is angry; 0: SCORER_ANGRY_AT */
};

/* The threshold that the evidence is calibrated for. */
#define SCORER_ANGRY_AT 0.6

/* Reads every *.tsv file of the folder.  A line that is wrong becomes an error
 * in DIAGS (which may be NULL), with file and line, and the rest is loaded all
 * the same.  -ENOENT and the like when there is no such folder or no lexicon in
 * it, -ENOMEM. */
int scorer_open(const struct scorer_options *options, struct scorer **ret, struct diags *diags);
void scorer_free(struct scorer *scorer);
DEFINE_CLEANUP(struct scorer *, scorer_free);

/* Appends what is scored by, and why so, for people. */
void scorer_describe(const struct scorer *scorer, struct str *ret);

/* The words of all languages that carry no topic ("the", "kwa"), as keys: their bases
 * (text/words.h).  Valid as long as the scorer; empty with a list that somebody
 * brought. */
const struct map *scorer_stop_words(const struct scorer *scorer);

/* Scores what REQUEST holds into *RET; strings and terms live in ARENA.  A post
 * without words or stars is "unknown"; of a field longer than 64 KiB the rest is not read.
 * -ENOMEM. */
int scorer_score(struct scorer *scorer, const struct score_request *request, struct arena *arena,
	struct sentiment *ret);
