#include "score/rules.h"

static const struct rules default_rules = {
	.caps = 0.6,
	.drawn = 1.15,
	.boost = 0.6,
	.boost_after = 0.3,
	.boost_decay = {1.0, 0.9, 0.8},
	.negate_good = -0.65,
	.negate_bad = -0.4,
	.reach = RULES_MAX_REACH,
	.foreign = 0.8,
	.quoted = 0.3,
	.before_contrast = 0.6,
	.after_contrast = 1.3,
	.sarcasm = 0.2,
	.exclamation = 0.2,
	.alpha = 15,
	.repeat_after = 60,
	.positive_at = 0.3,
	.negative_at = -0.1,
	.least_coverage = 0.15,
	.least_coverage_guessed = 0.5,
	.whole_post = 1000,
	.beside_hit = 0.3,
};

const struct rules *rules_default(void)
{
	return &default_rules;
}
