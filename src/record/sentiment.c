#include "record/sentiment.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* The valence of the strongest word, and a tenth of it. */
#define STRONGEST       4
#define TELLING_VALENCE 0.4

static const char *const label_names[N_LABELS] = {
	[LABEL_UNKNOWN] = "unknown",
	[LABEL_NEGATIVE] = "negative",
	[LABEL_NEUTRAL] = "neutral",
	[LABEL_POSITIVE] = "positive",
};

static const char *const flag_names[N_FLAGS] = {
	"complaint", "churn", "legal", "profanity", "urgent", "sarcasm"};

const char *label_name(enum sentiment_label label)
{
	return label_names[label];
}

int label_find(const char *name, enum sentiment_label *ret)
{
	for (size_t i = 0; name && i < N_LABELS; i++) {
		if (strcmp(label_names[i], name) == 0) {
			*ret = (enum sentiment_label)i;
			return 1;
		}
	}
	return 0;
}

const char *flag_name(unsigned int index)
{
	return flag_names[index];
}

int flag_find(const char *name, unsigned int *ret_bit)
{
	for (size_t i = 0; name && i < N_FLAGS; i++) {
		if (strcmp(flag_names[i], name) == 0) {
			*ret_bit = 1u << i;
			return 1;
		}
	}
	return 0;
}

double sentiment_weight(const struct scored_term *term)
{
	return fabs(term->valence) / STRONGEST + fmax(term->anger, 0);
}

static bool counts_much(const struct scored_term *term)
{
	return fabs(term->valence) >= TELLING_VALENCE || term->anger > 0 || term->flags != 0;
}

bool sentiment_tells(const struct sentiment *sentiment, const struct scored_term *term)
{
	if (counts_much(term))
		return true;

	for (size_t i = 0; i < sentiment->n_terms; i++)
		if (counts_much(&sentiment->terms[i]))
			return false;
	return true;
}

/* VALUE to a whole number of 1/STEPS, as its decimals read: halves go to the
 * even one. */
static double rounded(double value, double steps)
{
	/* What the product lost is in REST, so that a tie is told from what only
	 * looks like one. */
	double product = value * steps, rest = fma(value, steps, -product);
	double below = floor(product), part = product - below + rest;
	bool is_odd = fmod(below, 2) != 0;

	if (part > 0.5 || (part == 0.5 && is_odd))
		below += 1;
	return below / steps + 0.0; /* no "-0.0" */
}

static json_t *flags_to_json(unsigned int flags)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < N_FLAGS; i++)
		if (flags & 1u << i)
			json_array_append_new(array, json_string(flag_names[i]));

	return array;
}

static json_t *term_to_json(const struct scored_term *term)
{
	json_t *object = json_object();
	json_t *why = json_array();
	int r = json_set_text(object, "text", term->text);

	r |= json_set_text(object, "field", field_name(term->field));
	r |= json_set_integer(object, "start", (int64_t)term->start);
	r |= json_set_integer(object, "end", (int64_t)term->end);
	r |= json_set_number(object, "valence", rounded(term->valence, 1e4));
	r |= json_set_number(object, "anger", rounded(term->anger, 1e4));
	if (term->flags)
		r |= json_set_take(object, "flags", flags_to_json(term->flags));
	for (size_t i = 0; i < term->why.n; i++)
		r |= json_array_append_new(why, json_string(term->why.items[i]));
	r |= json_set_take(object, "why", why);
	if (r != 0)
		json_decref(object);

	return r != 0 ? NULL : object;
}

/* {"again": {"amount": 1, "adds": 0.6}, ...} */
static json_t *evidence_to_json(const struct sentiment *sentiment)
{
	json_t *object = json_object();
	int r = 0;

	for (size_t i = 0; i < sentiment->n_evidence; i++) {
		const struct anger_evidence *evidence = &sentiment->evidence[i];
		json_t *item = json_object();

		r |= json_set_number(item, "amount", rounded(evidence->amount, 1e3));
		r |= json_set_number(item, "adds", rounded(evidence->adds, 1e3));
		r |= json_set_take(object, evidence->what, item);
	}
	if (r != 0)
		json_decref(object);

	return r != 0 ? NULL : object;
}

int sentiment_to_json(const struct sentiment *sentiment, bool with_terms, json_t **ret)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = json_set_take(object, "compound", json_real(rounded(sentiment->compound, 1e4)));

	r |= json_set_text(object, "label", label_names[sentiment->label]);
	r |= json_set_take(object, "pos", json_real(rounded(sentiment->pos, 1e3)));
	r |= json_set_take(object, "neu", json_real(rounded(sentiment->neu, 1e3)));
	r |= json_set_take(object, "neg", json_real(rounded(sentiment->neg, 1e3)));
	if (!sentiment->polarity_only) {
		r |= json_set_take(object, "anger", json_real(rounded(sentiment->anger, 1e3)));
		r |= json_set_take(object, "angry", json_boolean(sentiment->angry));
		r |= json_set_take(object, "flags", flags_to_json(sentiment->flags));
	}
	r |= json_set_text(object, "lang", sentiment->lang);
	r |= json_set_take(object, "coverage", json_real(rounded(sentiment->coverage, 1e3)));
	if (sentiment->is_cut)
		r |= json_set_take(object, "cut", json_true());
	if (with_terms) {
		CLEANUP(json_freep) json_t *terms = json_array();

		for (size_t i = 0; i < sentiment->n_terms; i++)
			r |= json_array_append_new(terms, term_to_json(&sentiment->terms[i]));
		r |= json_set_take(object, "terms", TAKE(terms));
		if (sentiment->n_evidence > 0)
			r |= json_set_take(object, "evidence", evidence_to_json(sentiment));
	}
	if (r != 0)
		return -ENOMEM;

	*ret = TAKE(object);
	return 0;
}
