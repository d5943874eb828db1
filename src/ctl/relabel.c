#include <errno.h>
#include <inttypes.h>

#include "base/log.h"
#include "ctl/database.h"
#include "ctl/mentions.h"

static int run(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	struct correction correction = {.angry = ctl_flag(ctl, "angry"),
		.actor = database_actor(ctl),
		.now_us = database_now_us()};
	int r;

	if (!slice_to_int64(slice_of(ctl_argument(ctl, 0)), &correction.mention_id))
		return ctl_usage(ctl, "%s is no mention's number", ctl_argument(ctl, 0));
	if (!label_find(ctl_argument(ctl, 1), &correction.label))
		return ctl_usage(ctl, "%s is not positive, neutral, negative or unknown",
			ctl_argument(ctl, 1));
	r = database_open_named(ctl, STORE_WRITE, &store);
	if (r < 0)
		return r;

	r = store_correct(store, &correction);
	if (r == -ENOENT)
		log_error(0, "There is no mention %" PRId64, correction.mention_id);
	else if (r < 0)
		database_error(store, r, "Cannot relabel the mention");
	else
		printf("Mention %" PRId64 ": %s, %s\n", correction.mention_id,
			label_name(correction.label), correction.angry ? "angry" : "not angry");
	return r;
}

static const struct ctl_option options[] = {
	{.name = "angry", .help = "And that the author is angry; without it, that they are not"},
	CTL_OPTION_BY,
	CTL_OPTION_DATABASE,
};

const struct ctl_verb mentions_verbs[N_MENTIONS_VERBS] = {
	{
		.name = "relabel",
		.synopsis = "ID LABEL",
		.help = "Say how a mention feels, when the score is wrong",
		.description = "LABEL is positive, neutral, negative or unknown.  What you say "
			       "stays when the\n"
			       "mention is scored again; `mentionctl lexicon learn' makes "
			       "proposals of it.",
		.example = "mentionctl mentions relabel 57 negative --angry",
		.options = options,
		.n_options = ARRAY_SIZE(options),
		.min_args = 2,
		.max_args = 2,
		.run = run,
	},
};
