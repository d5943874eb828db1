#include "score/scorer.h"

#include <errno.h>
#include <stdlib.h>

struct scorer {
	double angry_at;
};

int scorer_open(const struct scorer_options *options, struct scorer **ret, struct diags *diags)
{
	struct scorer *scorer = calloc(1, sizeof(*scorer));

	(void)diags;
	if (!scorer)
		return -ENOMEM;

	scorer->angry_at = options->angry_at > 0 ? options->angry_at : SCORER_ANGRY_AT;
	*ret = scorer;
	return 0;
}

void scorer_free(struct scorer *scorer)
{
	free(scorer);
}

int scorer_score(const struct scorer *scorer, const struct score_request *request,
	struct arena *arena, struct sentiment *ret)
{
	(void)scorer;
	(void)request;
	(void)arena;
	*ret = (struct sentiment){.label = LABEL_UNKNOWN, .lang = "und"};
	return 0;
}
