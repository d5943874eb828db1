#include "score/rulebook.h"

#include <limits.h>
#include <math.h>

#include "base/macro.h"
#include "score/spaced.h"
#include "score/steps.h"
#include "score/target.h"
#include "score/units.h"
#include "score/vader.h"

static const struct step default_steps[] = {
	{step_only_counting, 0},
	{step_no_mere_booster, 0},
	{step_emoji, 0},
	{step_caps, 0},
	{step_drawn, 0},
	{step_foreign, 0},
	{step_boost, 1},
	{step_boost, 2},
	{step_boost, 3},
	{step_boost_after, 0},
	{step_affix, 0},
	{step_negate, 1},
	{step_negate, 2},
	{step_negate, 3},
	{step_negate, 4},
	{step_negate_after, 0},
	{step_quoted, 0},
};

static pass_fn *const default_passes[] = {pass_contrast, pass_sarcasm, pass_target};

static const struct rules default_rules = {
	.name = "default",
	.read = units_read,
	.steps = default_steps,
	.n_steps = ARRAY_SIZE(default_steps),
	.passes = default_passes,
	.n_passes = ARRAY_SIZE(default_passes),
	.has_anger = true,
	.caps = 0.6,
	.lone_caps = 1,
	.drawn = 1.15,
	.boost = 0.6,
	.boost_after = 0.3,
	.boost_decay = {1.0, 0.9, 0.8},
	.negate_good = -0.65,
	.negate_bad = -0.4,
	.foreign = 0.8,
	.quoted = 0.3,
	.before_contrast = 0.4,
	.after_contrast = 1.5,
	.compared = -0.8,
	.sarcasm = 0.2,
	.exclamation = 0.2,
	.star = 1.5,
	.alpha = 15,
	.repeat_after = 60,
	.leaning_words = 20,
	.positive_at = 0.28,
	.negative_at = -0.26,
	.least_coverage = 0.15,
	.least_coverage_guessed = 0.5,
	.whole_post = 1000,
	.beside_hit = 0.3,
};

/* VADER goes outward word by word, and looks for boosters and negators at each
 * distance. */
static const struct step vader_steps[] = {
	{step_no_booster, 0},
	{step_vader_emoji, 0},
	{step_vader_no, 0},
	{step_caps, 0},
	{step_boost, 1},
	{step_negate, 1},
	{step_boost, 2},
	{step_negate, 2},
	{step_boost, 3},
	{step_negate, 3},
	{step_vader_idiom, 3},
	{step_vader_least, 1},
};

static pass_fn *const vader_passes[] = {pass_vader_contrast};

/* Three before, "so" or "this" directly before the word is enough: a slip of
 * the reference (an "and" that binds more strongly than its "or"), kept. */
static const struct exception vader_exceptions[] = {
	{2, {NULL, "never", "so"}, 1.25},
	{2, {NULL, "never", "this"}, 1.25},
	{2, {NULL, "without", "doubt"}, 1},
	{3, {"never", "so", NULL}, 1.25},
	{3, {"never", "this", NULL}, 1.25},
	{3, {NULL, NULL, "so"}, 1.25},
	{3, {NULL, NULL, "this"}, 1.25},
	{3, {"without", "doubt", NULL}, 1},
	{3, {"without", NULL, "doubt"}, 1},
};

static const struct rules vader_rules = {
	.name = "vader",
	.read = spaced_read,
	.as_it_stands = true,
	.steps = vader_steps,
	.n_steps = ARRAY_SIZE(vader_steps),
	.passes = vader_passes,
	.n_passes = ARRAY_SIZE(vader_passes),
	.reaches_over = true,
	.caps = 0.733,
	.boost = 1,
	.boost_caps = 0.733,
	.boost_decay = {1.0, 0.95, 0.9},
	.negate_good = -0.74,
	.negate_bad = -0.74,
	.exceptions = vader_exceptions,
	.n_exceptions = ARRAY_SIZE(vader_exceptions),
	.before_contrast = 0.5,
	.after_contrast = 1.5,
	.exclamation = 0.292,
	.question = 0.18,
	.many_questions = 0.96,
	.alpha = 15,
	.repeat_after = INFINITY,
	.positive_at = 0.05,
	.negative_at = -0.05,
	.whole_post = UINT_MAX,
};

const struct rules *rules_default(void)
{
	return &default_rules;
}

const struct rules *rules_vader(void)
{
	return &vader_rules;
}
