#include <errno.h>
#include <inttypes.h>

#include "base/log.h"
#include "ctl/database.h"

static int run(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	enum sentiment_label label;
	int64_t id;
	int r;

	if (!slice_to_int64(slice_of(ctl_argument(ctl, 0)), &id))
		return ctl_usage(ctl, "%s is no mention's number", ctl_argument(ctl, 0));
	if (!label_find(ctl_argument(ctl, 1), &label))
		return ctl_usage(ctl, "%s is not positive, neutral, negative or unknown",
			ctl_argument(ctl, 1));
	r = database_open_named(ctl, STORE_WRITE, &store);
	if (r < 0)
		return r;

	r = store_relabel(store, id, label, database_actor(ctl));
	if (r == -ENOENT)
		log_error(0, "There is no mention %" PRId64, id);
	else if (r < 0)
		database_error(store, r, "Cannot relabel the mention");
	else
		printf("Mention %" PRId64 ": %s\n", id, ctl_argument(ctl, 1));
	return r;
}

static const struct ctl_option options[] = {CTL_OPTION_BY, CTL_OPTION_DATABASE};

const struct ctl_verb verb_relabel = {
	.name = "relabel",
	.group = "Mentions",
	.synopsis = "ID LABEL",
	.help = "Say how a mention feels, when the score is wrong",
	.description =
		"LABEL is positive, neutral, negative or unknown.  It stays when the mention\n"
		"is scored again.",
	.example = "mentionctl relabel 57 negative",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
