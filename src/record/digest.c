#include "record/digest.h"

double net_sentiment(const struct stream_count *count)
{
	if (count->n_mentions == 0)
		return 0;

	return ((double)count->n_positive - (double)count->n_negative) / (double)count->n_mentions;
}
