/* alert/rule.h: the `when:` of an alert, from text to a compiled rule.
 *
 * A rule is about one mention or about the rate of mentions, never both:
 *
 *	anger >= 0.6 or flag(legal) and followers >= 1000
 *	spike(mentions, 1h) >= 3 and net_sentiment(1h) < -0.3 and count(1h) >= 20
 *
 *	rule    = and { "or" and } ;
 *	and     = not { "and" not } ;
 *	not     = [ "not" ] ( "(" rule ")" | test ) ;
 *	test    = "angry" | "flag(" FLAG ")"
 *	        | NUMBER-FIELD ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) number
 *	        | TEXT-FIELD ( "==" | "!=" ) value
 *	        | RATE ( "<" | ... ) number ;
 *
 * It is written by a person and lives as long as the settings.  The numbers of
 * a rate come from the caller, so nothing here knows storage or a clock.
 *
 * Uses base/ and record/.
 */
#pragma once

#include "record/digest.h"

struct diags;
struct rule;
struct str;

/* Compiles TEXT into *RET, which the caller frees.  Mistakes are -EINVAL, and
 * DIAGS (which may be NULL) then says where in TEXT and why. */
int rule_compile(struct slice text, struct rule **ret, struct diags *diags);
void rule_free(struct rule *rule);
DEFINE_CLEANUP(struct rule *, rule_free);

/* Whether RULE is about a rate: then rule_check_rate() judges it, else
 * rule_check_mention(). */
bool rule_is_rate(const struct rule *rule);

/* A text that a rule compares with, and where it stands in the rule. */
struct rule_text {
	const char *word, *value; /* "lang", "en" */
	unsigned int line, column;
};
/* 1 and the text number INDEX of RULE, which lives as long as it; or 0. */
int rule_text_find(const struct rule *rule, size_t index, struct rule_text *ret);

/* Whether POST with SENTIMENT (of the mention) raises RULE: 1 or 0.  A number
 * that the post does not state satisfies no comparison.  When it does, what
 * holds in it is appended to RET_EVIDENCE (may be NULL), one line of JSON:
 *
 *	{"when": "anger >= 0.6", "seen": [{"test": "anger >= 0.6", "value": 0.83}]}
 *
 * -ENOMEM. */
int rule_check_mention(const struct rule *rule, const struct post *post,
	const struct sentiment *sentiment, struct str *ret_evidence);

/* Numbers of a stream: what was fetched in [from, until).  -ENODATA where the
 * stream was not watched yet. */
struct rate_source {
	int (*count)(void *userdata, const char *stream, int64_t from_us, int64_t until_us,
		struct stream_count *ret);
	void *userdata;
};

/* As rule_check_mention(), for the mentions of STREAM up to NOW_US.  What
 * SOURCE answers below 0 (but -ENODATA) is returned.
 *
 * count([KIND,] 1h)     mentions; KIND: mentions, negative, positive, neutral,
 *                       unknown, angry
 * share(KIND, 1h)       the part of the mentions that are of KIND, 0 to 1
 * net_sentiment(1h)     (positive - negative) / all, -1 to 1
 * spike([KIND,] 1h)     how far the count is above the median of the same hour
 *                       in the eight weeks before, in robust standard
 *                       deviations; 0 for fewer than five
 */
int rule_check_rate(const struct rule *rule, const char *stream, int64_t now_us,
	const struct rate_source *source, struct str *ret_evidence);
