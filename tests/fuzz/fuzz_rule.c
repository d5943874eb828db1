/* Any bytes through rule_compile(), and what compiles through both judges. */
#include <assert.h>
#include <errno.h>

#include "alert/rule.h"
#include "base/diags.h"
#include "base/str.h"
#include "fuzz/fuzz.h"

static int count(void *userdata, const char *stream, int64_t from_us, int64_t until_us,
	struct stream_count *ret)
{
	assert(from_us < until_us);
	*ret = (struct stream_count){.name = stream,
		.n_mentions = (size_t)(until_us / US_PER_DAY) % 50,
		.n_negative = (size_t)(until_us / US_PER_DAY) % 7};
	(void)userdata;
	return 0;
}

static void judge(const struct rule *rule)
{
	static const struct sentiment sentiment = {.compound = -0.6,
		.label = LABEL_NEGATIVE,
		.anger = 0.8,
		.angry = true,
		.flags = FLAG_LEGAL};
	static const struct post post = {
		.lang = "en-GB", .metrics[METRIC_FOLLOWERS] = {1000, true}};
	const struct rate_source source = {.count = count};
	CLEANUP(str_done) struct str evidence = STR_INIT(1 << 20);
	CLEANUP(json_freep) json_t *json = NULL;

	const int r = rule_is_rate(rule)
			      ? rule_check_rate(rule, "acme", 100 * US_PER_DAY, &source, &evidence)
			      : rule_check_mention(rule, &post, &sentiment, &evidence);

	/* Whoever is woken gets a reason. */
	assert(r == 0 || r == 1);
	assert((r == 1) == (evidence.len > 0));
	if (r == 1)
		assert(json_read(str_slice(&evidence), &json, NULL, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(rule_freep) struct rule *rule = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;

	if (diags_new(&diags) < 0)
		return 0;

	const int r = rule_compile(slice_from((const char *)data, size), &rule, diags);
	if (r == 0) {
		judge(rule);
		return 0;
	}

	assert(r == -EINVAL && diags_count_errors(diags) > 0);
	for (size_t i = 0; i < diags_count(diags); i++)
		assert(diags_get(diags, i)->line >= 1 && diags_get(diags, i)->column >= 1);
	return 0;
}
