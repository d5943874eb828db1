#include "text/language_romanised.h"

#include <stdlib.h>

#include "base/macro.h"

enum {
	MAX_WORD_BYTES = 12, /* of a telling word */
	LEAST_HITS = 2,
	LEAST_SHARE = 5, /* one word in so many */
};

enum { ARMENIAN, GUJARATI, MONGOLIAN };

static const char *const tags[N_ROMANISED] = {
	[ARMENIAN] = "hy-Latn",
	[GUJARATI] = "gu-Latn",
	[MONGOLIAN] = "mn-Latn",
};

/* Words that hardly any language written in Latin letters has; sorted. */
static const struct telling {
	struct slice word;
	int language;
} telling[] = {
	{SLICE("aavi"), GUJARATI},
	{SLICE("aavya"), GUJARATI},
	{SLICE("aavyu"), GUJARATI},
	{SLICE("ane"), GUJARATI},
	{SLICE("ape"), ARMENIAN},
	{SLICE("apta"), GUJARATI},
	{SLICE("ashxatum"), ARMENIAN},
	{SLICE("asum"), ARMENIAN},
	{SLICE("athvadiya"), GUJARATI},
	{SLICE("avaagui"), MONGOLIAN},
	{SLICE("avahgui"), MONGOLIAN},
	{SLICE("avsan"), MONGOLIAN},
	{SLICE("awsan"), MONGOLIAN},
	{SLICE("bahu"), GUJARATI},
	{SLICE("baic"), ARMENIAN},
	{SLICE("baigaa"), MONGOLIAN},
	{SLICE("baihgui"), MONGOLIAN},
	{SLICE("baina"), MONGOLIAN},
	{SLICE("baisan"), MONGOLIAN},
	{SLICE("barev"), ARMENIAN},
	{SLICE("bayarlalaa"), MONGOLIAN},
	{SLICE("bayc"), ARMENIAN},
	{SLICE("bgaa"), MONGOLIAN},
	{SLICE("bhgui"), MONGOLIAN},
	{SLICE("bna"), MONGOLIAN},
	{SLICE("boloh"), MONGOLIAN},
	{SLICE("bolson"), MONGOLIAN},
	{SLICE("che"), GUJARATI},
	{SLICE("chem"), ARMENIAN},
	{SLICE("ches"), ARMENIAN},
	{SLICE("chhe"), GUJARATI},
	{SLICE("chho"), GUJARATI},
	{SLICE("chhu"), GUJARATI},
	{SLICE("chi"), ARMENIAN},
	{SLICE("chka"), ARMENIAN},
	{SLICE("doloo"), MONGOLIAN},
	{SLICE("eli"), ARMENIAN},
	{SLICE("galu"), ARMENIAN},
	{SLICE("gej"), MONGOLIAN},
	{SLICE("gesen"), MONGOLIAN},
	{SLICE("gumar"), ARMENIAN},
	{SLICE("gumari"), ARMENIAN},
	{SLICE("haana"), MONGOLIAN},
	{SLICE("hariu"), MONGOLIAN},
	{SLICE("hati"), GUJARATI},
	{SLICE("hatu"), GUJARATI},
	{SLICE("heregtei"), MONGOLIAN},
	{SLICE("hezee"), MONGOLIAN},
	{SLICE("hima"), ARMENIAN},
	{SLICE("inchi"), ARMENIAN},
	{SLICE("inchpes"), ARMENIAN},
	{SLICE("inchu"), ARMENIAN},
	{SLICE("ireegui"), MONGOLIAN},
	{SLICE("irehgui"), MONGOLIAN},
	{SLICE("irsen"), MONGOLIAN},
	{SLICE("karvu"), GUJARATI},
	{SLICE("kem"), GUJARATI},
	{SLICE("kyare"), GUJARATI},
	{SLICE("kyarey"), GUJARATI},
	{SLICE("lav"), ARMENIAN},
	{SLICE("lriv"), ARMENIAN},
	{SLICE("malya"), GUJARATI},
	{SLICE("malyu"), GUJARATI},
	{SLICE("mane"), GUJARATI},
	{SLICE("maro"), GUJARATI},
	{SLICE("mash"), MONGOLIAN},
	{SLICE("medehgui"), MONGOLIAN},
	{SLICE("mongo"), MONGOLIAN},
	{SLICE("mongoo"), MONGOLIAN},
	{SLICE("muu"), MONGOLIAN},
	{SLICE("nathi"), GUJARATI},
	{SLICE("odoo"), MONGOLIAN},
	{SLICE("pacha"), GUJARATI},
	{SLICE("pachi"), GUJARATI},
	{SLICE("pachu"), GUJARATI},
	{SLICE("saru"), GUJARATI},
	{SLICE("shat"), ARMENIAN},
	{SLICE("shnorhakal"), ARMENIAN},
	{SLICE("shu"), GUJARATI},
	{SLICE("shuu"), MONGOLIAN},
	{SLICE("spasum"), ARMENIAN},
	{SLICE("tamara"), GUJARATI},
	{SLICE("tamari"), GUJARATI},
	{SLICE("tamaru"), GUJARATI},
	{SLICE("tame"), GUJARATI},
	{SLICE("tamne"), GUJARATI},
	{SLICE("thai"), GUJARATI},
	{SLICE("thaya"), GUJARATI},
	{SLICE("thayu"), GUJARATI},
	{SLICE("txa"), ARMENIAN},
	{SLICE("udaan"), MONGOLIAN},
	{SLICE("uu"), MONGOLIAN},
	{SLICE("uzum"), ARMENIAN},
	{SLICE("vagar"), GUJARATI},
	{SLICE("vat"), ARMENIAN},
	{SLICE("vonc"), ARMENIAN},
	{SLICE("vortegh"), ARMENIAN},
	{SLICE("vorteghe"), ARMENIAN},
	{SLICE("yaagaad"), MONGOLIAN},
	{SLICE("yagaad"), MONGOLIAN},
	{SLICE("yostoi"), MONGOLIAN},
	{SLICE("yum"), MONGOLIAN},
	{SLICE("zahialga"), MONGOLIAN},
};

static int compare(const void *word, const void *row)
{
	return slice_compare(*(const struct slice *)word, ((const struct telling *)row)->word);
}

static void add_word(struct romanised_reading *reading, struct slice word)
{
	char lower[MAX_WORD_BYTES];

	reading->n_words++;
	if (word.len > sizeof(lower))
		return;
	for (size_t i = 0; i < word.len; i++)
		lower[i] = to_lower(word.ptr[i]);

	const struct slice key = slice_from(lower, word.len);
	const struct telling *found =
		bsearch(&key, telling, ARRAY_SIZE(telling), sizeof(*telling), compare);
	if (found)
		reading->hits[found->language]++;
}

void romanised_add(struct romanised_reading *reading, struct slice chunk)
{
	for (size_t at = 0; at < chunk.len;) {
		const size_t start = at;

		while (at < chunk.len && is_alpha(chunk.ptr[at]))
			at++;
		if (at > start)
			add_word(reading, slice_from(chunk.ptr + start, at - start));
		else
			at++;
	}
}

const char *romanised_guess(const struct romanised_reading *reading)
{
	size_t best = 0;

	for (size_t i = 1; i < N_ROMANISED; i++)
		if (reading->hits[i] > reading->hits[best])
			best = i;
	if (reading->hits[best] < LEAST_HITS ||
		reading->hits[best] * LEAST_SHARE < reading->n_words)
		return NULL;

	return tags[best];
}
