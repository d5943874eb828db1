#include "match/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"
#include "base/utf8.h"
#include "match/filters.h"
#include "match/terms.h"
#include "text/entities.h"
#include "text/fold.h"
#include "text/idn.h"
#include "text/letters.h"
#include "text/url.h"

enum {
	HOST_MAX_BYTES = 1024,
	VALUE_MAX_BYTES = 16 * 1024,
	LANG_MAX_BYTES = 64,
	NFC_MAX_BYTES = 192 << 20, /* three times the longest text */
	/* The sample in which terms are counted: the first posts, then one in so
	 * many. */
	COUNTED_FIRST = 2048,
	COUNTED_LATER = 64,
};

int reading_init(struct reading *reading)
{
	int r = words_new(&reading->aside);

	for (size_t i = 0; i < N_FIELDS && r == 0; i++) {
		reading->passages[i].nfc = STR_INIT(NFC_MAX_BYTES);
		r = words_new(&reading->passages[i].words);
	}
	return r;
}

void reading_done(struct reading *reading)
{
	for (size_t i = 0; i < N_FIELDS; i++) {
		words_free(reading->passages[i].words);
		str_done(&reading->passages[i].nfc);
		free(reading->passages[i].nfc_map);
		free(reading->passages[i].hashes);
	}
	words_free(reading->aside);
	free(reading->occurrences);
	free(reading->found);
}

bool reading_is_counted(const struct reading *reading)
{
	return reading->epoch <= COUNTED_FIRST || reading->epoch % COUNTED_LATER == 0;
}

/* Notes that the post holds TERM (NULL is fine). */
static int touch(struct reading *reading, struct term *term)
{
	if (!term || term->epoch == reading->epoch)
		return 0;

	const int r = array_make_room(
		&reading->found, &reading->room_found, reading->n_found + 1, sizeof(struct term *));
	if (r < 0)
		return r;

	term->epoch = reading->epoch;
	term->n_counted += reading_is_counted(reading);
	term->first = term->last = term->n_occurrences = 0;
	reading->found[reading->n_found++] = term;
	return 0;
}

/* Notes that TERM stands at SPAN. */
static int add_occurrence(struct reading *reading, struct term *term, const struct span *span)
{
	int r = touch(reading, term);

	if (r < 0 || term->n_occurrences == READING_PLACES_MAX)
		return r;

	r = array_make_room(&reading->occurrences, &reading->room_occurrences,
		reading->n_occurrences + 1, sizeof(*reading->occurrences));
	if (r < 0)
		return r;

	term->n_occurrences++;

	reading->occurrences[reading->n_occurrences++] = (struct occurrence){.span = *span};

	const uint32_t number = (uint32_t)reading->n_occurrences;

	if (term->last > 0)
		reading->occurrences[term->last - 1].next = number;
	else
		term->first = number;
	term->last = number;
	return 0;
}

/* The patterns along KEY that WORD fits. */
static int look_up_patterns(struct reading *reading, const struct dictionary *dictionary,
	const struct word *word, const struct span *span, bool accented)
{
	struct walk walk =
		dictionary_walk(dictionary, TERM_PREFIX, accented ? word->key : word->base);
	struct term *term;

	while ((term = walk_next(&walk))) {
		for (; term; term = term->next) {
			if (term->wanted.accented != accented || !term_is_word(&term->wanted, word))
				continue;

			const int r = add_occurrence(reading, term, span);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* The unit of the filter by low bits of HASH, two bits in it by high ones. */
static size_t wants_unit(uint32_t hash)
{
	return hash / 4 % READING_WANTS;
}

static uint64_t wants_bits(uint32_t hash)
{
	return UINT64_C(1) << (hash >> 26) | UINT64_C(1) << (hash >> 20 & 63);
}

void reading_want(struct reading *reading, const struct term *term)
{
	if (term)
		reading->wants[wants_unit(term->hash)] |= wants_bits(term->hash);
}

static bool may_want(const struct reading *reading, uint32_t hash)
{
	const uint64_t bits = wants_bits(hash);

	return reading->wants_all || (reading->wants[wants_unit(hash)] & bits) == bits;
}

static int look_up_word(struct reading *reading, const struct dictionary *dictionary,
	const struct word *word, uint32_t hash, const struct span *span)
{
	const bool has_accents = word->key.ptr != word->base.ptr;
	struct term *term =
		may_want(reading, hash) ? dictionary_find(dictionary, TERM_WORD, word->base) : NULL;
	int r = term ? add_occurrence(reading, term, span) : 0;

	term = has_accents ? dictionary_find(dictionary, TERM_WORD, word->key) : NULL;
	if (r == 0 && term)
		r = add_occurrence(reading, term, span);
	if (r < 0 || word->kind != WORD_PLAIN || !dictionary_has(dictionary, TERM_PREFIX))
		return r;

	r = look_up_patterns(reading, dictionary, word, span, false);
	if (r == 0 && has_accents)
		r = look_up_patterns(reading, dictionary, word, span, true);
	return r;
}

/* The terms that start at the cut START of the run with number INDEX. */
static int look_up_part(struct reading *reading, const struct dictionary *dictionary,
	enum field field, size_t index, size_t start)
{
	struct words *words = reading->passages[field].words;
	const struct word *run = &reading->passages[field].items[index];
	const struct cut *cuts = words_cuts(words, run);
	struct walk walk =
		dictionary_walk(dictionary, TERM_RUN, slice_skip(run->key, cuts[start].key));
	struct term *term;

	while ((term = walk_next(&walk))) {
		for (; term; term = term->next) {
			const size_t end = term_end_in_run(&term->wanted, words, run, start);

			if (end == 0)
				continue;

			const int r = add_occurrence(reading, term,
				&(struct span){.field = field,
					.word = (uint32_t)index,
					.cut = (uint32_t)start,
					.end_word = (uint32_t)index,
					.end_cut = (uint32_t)end,
					.start = cuts[start].start,
					.end = cuts[end].end,
					.start_index = cuts[start].start_index,
					.end_index = cuts[end].end_index});
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int look_up_run(struct reading *reading, const struct dictionary *dictionary,
	enum field field, size_t index)
{
	const struct word *run = &reading->passages[field].items[index];
	int r = 0;

	for (size_t i = 0; i < run->n_clusters && r == 0; i++)
		r = look_up_part(reading, dictionary, field, index, i);
	return r;
}

/* The terms along KEY under which streams are filed, as far as a look at their
 * start tells. */
static int touch_filed(struct reading *reading, const struct dictionary *dictionary,
	enum term_kind kind, struct slice key)
{
	struct walk walk = dictionary_walk_filed(dictionary, kind, key);
	struct term *term;
	int r = 0;

	while (r == 0 && (term = walk_next(&walk)))
		for (; term && r == 0; term = term->next)
			if (term->n_streams > 0)
				r = touch(reading, term);
	return r;
}

static int scan_run(struct reading *reading, const struct dictionary *dictionary,
	const struct passage *passage, const struct word *run)
{
	const struct cut *cuts = words_cuts(passage->words, run);
	int r = 0;

	for (size_t i = 0; i < run->n_clusters && r == 0; i++)
		r = touch_filed(reading, dictionary, TERM_RUN, slice_skip(run->key, cuts[i].key));
	return r;
}

static int scan_word(struct reading *reading, const struct dictionary *dictionary,
	const struct word *word, uint32_t hash)
{
	const bool has_accents = word->key.ptr != word->base.ptr;
	int r = touch(reading, dictionary_find_filed(dictionary, TERM_WORD, word->base, hash));

	if (r == 0 && has_accents)
		r = touch(reading, dictionary_find_filed(dictionary, TERM_WORD, word->key,
					   dictionary_hash(TERM_WORD, word->key)));
	if (r < 0 || word->kind != WORD_PLAIN || !dictionary_has_filed(dictionary, TERM_PREFIX))
		return r;

	r = touch_filed(reading, dictionary, TERM_PREFIX, word->base);
	if (r == 0 && has_accents)
		r = touch_filed(reading, dictionary, TERM_PREFIX, word->key);
	return r;
}

/* Text as written starts where no letter is cut off from one before it. */
static int scan_raw(struct reading *reading, const struct dictionary *dictionary, enum field field)
{
	bool after_letter = false;
	int r = 0;

	if (!dictionary_has_filed(dictionary, TERM_RAW))
		return 0;

	const struct slice text = reading_nfc(reading, field);

	for (size_t at = 0; at < text.len && r == 0;) {
		const size_t start = at;
		const bool letter = letter_is_alnum(utf8_next(text, &at));

		if (!letter || !after_letter)
			r = touch_filed(reading, dictionary, TERM_RAW, slice_skip(text, start));
		after_letter = letter;
	}
	return r;
}

/* Cuts a field into words and looks for terms under which streams are filed. */
static int scan_field(
	struct reading *reading, const struct dictionary *dictionary, enum field field)
{
	struct passage *passage = &reading->passages[field];
	const bool wants_runs = dictionary_has_filed(dictionary, TERM_RUN);
	int r = words_split(passage->words, passage->text, &passage->items, &passage->n);

	if (r == 0)
		r = array_make_room(&passage->hashes, &passage->room_hashes, passage->n,
			sizeof(*passage->hashes));
	passage->has_runs = false;
	passage->has_nfc = false;
	passage->counted_at = passage->counted_index = 0;
	for (size_t i = 0; r == 0 && i < passage->n; i++) {
		const struct word *word = &passage->items[i];

		if (word->kind != WORD_RUN) {
			passage->hashes[i] = dictionary_hash(TERM_WORD, word->base);
			r = scan_word(reading, dictionary, word, passage->hashes[i]);
			continue;
		}
		passage->has_runs = true;
		if (wants_runs)
			r = scan_run(reading, dictionary, passage, word);
	}
	return r < 0 ? r : scan_raw(reading, dictionary, field);
}

static int look_up_field(
	struct reading *reading, const struct dictionary *dictionary, enum field field)
{
	const struct passage *passage = &reading->passages[field];
	int r = 0;

	for (size_t i = 0; i < passage->n && r == 0; i++) {
		const struct word *word = &passage->items[i];
		const uint32_t start = (uint32_t)(word->raw.ptr - passage->text.ptr);
		const struct span span = {.field = field,
			.word = (uint32_t)i,
			.end_word = (uint32_t)i,
			.end_cut = 1,
			.start = start,
			.end = start + (uint32_t)word->raw.len,
			.start_index = (uint32_t)word->start,
			.end_index = (uint32_t)word->end};

		r = word->kind == WORD_RUN
			    ? look_up_run(reading, dictionary, field, i)
			    : look_up_word(reading, dictionary, word, passage->hashes[i], &span);
	}
	return r;
}

/* Notes TERM at SPAN; without one (the post names the tag elsewhere), that it
 * is there. */
static int note(struct reading *reading, struct term *term, const struct span *span)
{
	if (!term)
		return 0;

	return span ? add_occurrence(reading, term, span) : touch(reading, term);
}

static int look_up_hashtag(struct reading *reading, const struct dictionary *dictionary,
	struct slice name, const struct span *span)
{
	struct slice key;
	struct slice base;
	int r = words_key(reading->aside, name, &key, &base);

	if (r == 0)
		r = note(reading, dictionary_find(dictionary, TERM_HASHTAG, base), span);
	if (r == 0 && key.ptr != base.ptr)
		r = note(reading, dictionary_find(dictionary, TERM_HASHTAG, key), span);

	for (int accented = 0; accented < 2 && r == 0; accented++) {
		struct walk walk =
			dictionary_walk(dictionary, TERM_TAG_PREFIX, accented ? key : base);
		struct term *term;

		while (r == 0 && (term = walk_next(&walk)))
			for (; term && r == 0; term = term->next)
				if (term->wanted.accented == accented)
					r = note(reading, term, span);
	}
	return r;
}

/* "@user@host" is also "@user". */
static int look_up_handle(struct reading *reading, const struct dictionary *dictionary,
	struct slice name, const struct span *span)
{
	CLEANUP(str_done) struct str key = STR_INIT(VALUE_MAX_BYTES);

	for (size_t i = 0; i < name.len; i++)
		str_add_char(&key, to_lower(name.ptr[i]));
	if (str_error(&key) < 0)
		return 0;

	const ptrdiff_t at = slice_find_char(str_slice(&key), '@');
	int r = note(reading, dictionary_find(dictionary, TERM_HANDLE, str_slice(&key)), span);

	if (r == 0 && at > 0)
		r = note(reading,
			dictionary_find(dictionary, TERM_HANDLE, slice_from(key.ptr, (size_t)at)),
			span);
	return r;
}

/* How code points of the text are counted on from one entity to the next. */
struct counter {
	size_t at, index;
};

static uint32_t count_to(struct slice text, struct counter *counter, size_t at)
{
	counter->index += utf8_length(slice_from(text.ptr + counter->at, at - counter->at));
	counter->at = at;
	return (uint32_t)counter->index;
}

static int read_entities(
	struct reading *reading, const struct dictionary *dictionary, enum field field)
{
	const struct slice text = reading->passages[field].text;
	struct counter counter = {0};
	struct entity entity;
	int r = 0;

	for (size_t at = 0; r == 0 && entities_next(text, &at, &entity);) {
		if (entity.kind == ENTITY_LINK)
			continue;

		const struct span span = {.field = field,
			.start = (uint32_t)entity.start,
			.end = (uint32_t)entity.end,
			.start_index = count_to(text, &counter, entity.start),
			.end_index = count_to(text, &counter, entity.end)};
		size_t start = entity.start;

		utf8_next(text, &start); /* '#' or '@', of any width */

		const struct slice name = slice_from(text.ptr + start, entity.end - start);

		r = entity.kind == ENTITY_HASHTAG
			    ? look_up_hashtag(reading, dictionary, name, &span)
			    : look_up_handle(reading, dictionary, name, &span);
	}
	return r;
}

static bool may_hold_entities(struct slice text)
{
	return slice_find_char(text, '#') >= 0 || slice_find_char(text, '@') >= 0 ||
	       (slice_find_char(text, '\xEF') >= 0 &&
		       slice_find(text, SLICE("\xEF\xBC")) >= 0); /* wide ones */
}

/* Hashtags and handles: those in the text have a place, those that only the
 * source names do not. */
static int read_tags(struct reading *reading, const struct dictionary *dictionary)
{
	const struct post *post = reading->post;
	int r = 0;

	if (!dictionary_has(dictionary, TERM_HASHTAG) &&
		!dictionary_has(dictionary, TERM_TAG_PREFIX) &&
		!dictionary_has(dictionary, TERM_HANDLE))
		return 0;

	for (enum field field = 0; field < N_FIELDS && r == 0; field++)
		if (may_hold_entities(reading->passages[field].text))
			r = read_entities(reading, dictionary, field);
	for (size_t i = 0; i < post->hashtags.n && r == 0; i++) {
		struct slice name = slice_of(post->hashtags.items[i]);

		name = slice_skip(name, slice_starts_with(name, SLICE("#")));
		r = look_up_hashtag(reading, dictionary, name, NULL);
	}
	return r;
}

/* The host of the post's address, and each domain above it. */
static int read_site(struct reading *reading, const struct dictionary *dictionary)
{
	CLEANUP(str_done) struct str host = STR_INIT(HOST_MAX_BYTES);
	struct url url;
	int r = 0;

	if (!reading->post->url || !dictionary_has(dictionary, TERM_SITE))
		return 0;

	url_split(slice_of(reading->post->url), &url);
	idn_to_ascii(url.host, &host);

	struct slice rest = str_slice(&host);

	while (rest.len > 0 && r == 0) {
		const ptrdiff_t dot = slice_find_char(rest, '.');

		r = touch(reading, dictionary_find(dictionary, TERM_SITE, rest));
		rest = dot < 0 ? SLICE("") : slice_skip(rest, (size_t)dot + 1);
	}
	return r;
}

/* The language, and what it is a kind of: en-GB is en. */
static int read_lang(struct reading *reading, const struct dictionary *dictionary)
{
	const struct slice lang = slice_of(reading->post->lang);
	char tag[LANG_MAX_BYTES];
	int r = 0;

	if (lang.len == 0 || lang.len > sizeof(tag) || !dictionary_has(dictionary, TERM_LANG))
		return 0;

	for (size_t i = 0; i <= lang.len && r == 0; i++) {
		const char c = i == lang.len || lang.ptr[i] == '_' ? '-' : lang.ptr[i];

		if (c == '-')
			r = touch(reading,
				dictionary_find(dictionary, TERM_LANG, slice_from(tag, i)));
		if (i < lang.len)
			tag[i] = to_lower(c);
	}
	return r;
}

const struct position *reading_position(struct reading *reading)
{
	if (!reading->has_position &&
		place_resolve(place_gazetteer(), &reading->post->location, &reading->position) < 0)
		reading->position = (struct position){0};

	reading->has_position = true;
	return &reading->position;
}

static int read_country(struct reading *reading, const struct dictionary *dictionary)
{
	if (!dictionary_has(dictionary, TERM_COUNTRY))
		return 0;

	const char *country = reading_position(reading)->country;

	return country ? touch(reading,
				 dictionary_find(dictionary, TERM_COUNTRY, slice_of(country)))
		       : 0;
}

static int read_source(struct reading *reading, const struct dictionary *dictionary)
{
	CLEANUP(str_done) struct str key = STR_INIT(VALUE_MAX_BYTES);

	if (!reading->post->source || !dictionary_has(dictionary, TERM_SOURCE) ||
		fold(slice_of(reading->post->source), &key, NULL) < 0)
		return 0;

	return touch(reading, dictionary_find(dictionary, TERM_SOURCE, str_slice(&key)));
}

/* The words of what is looked at aside; without places, for they only tell
 * which queries are worth a look. */
static int read_aside(
	struct reading *reading, const struct dictionary *dictionary, unsigned int scope)
{
	const enum term_kind kind = scope_term(scope);
	const struct word *items;
	size_t n;
	int r = 0;

	if (!dictionary_has(dictionary, kind))
		return 0;

	for (size_t i = 0; i < scope_count_texts(scope, reading->post) && r == 0; i++) {
		r = words_split(reading->aside, scope_text(scope, reading->post, i), &items, &n);
		for (size_t j = 0; r == 0 && j < n; j++) {
			r = touch(reading, dictionary_find(dictionary, kind, items[j].base));
			if (r == 0 && items[j].key.ptr != items[j].base.ptr)
				r = touch(reading, dictionary_find(dictionary, kind, items[j].key));
		}
	}
	return r;
}

int reading_take(
	struct reading *reading, const struct dictionary *dictionary, const struct post *post)
{
	static int (*const readers[])(struct reading *, const struct dictionary *) = {
		read_tags, read_site, read_lang, read_country, read_source};
	int r = 0;

	reading->post = post;
	reading->epoch++;
	reading->is_complete = false;
	reading->has_position = false;
	reading->wants_all = reading_is_counted(reading);
	memset(reading->wants, 0, sizeof(reading->wants));
	reading->n_counted += reading_is_counted(reading);
	reading->n_found = 0;
	reading->n_occurrences = 0;
	for (enum field field = 0; field < N_FIELDS && r == 0; field++) {
		reading->passages[field].text = slice_of(post_field(post, field));
		r = scan_field(reading, dictionary, field);
	}
	for (size_t i = 0; i < ARRAY_SIZE(readers) && r == 0; i++)
		r = readers[i](reading, dictionary);
	for (unsigned int scope = SCOPE_AUTHOR; scope <= SCOPE_PLACE && r == 0; scope <<= 1)
		r = read_aside(reading, dictionary, scope);
	return r;
}

int reading_complete(struct reading *reading, const struct dictionary *dictionary)
{
	int r = 0;

	for (enum field field = 0; field < N_FIELDS && r == 0 && !reading->is_complete; field++)
		r = look_up_field(reading, dictionary, field);
	reading->is_complete = true;
	return r;
}

bool reading_has(const struct reading *reading, const struct term *term)
{
	return term->epoch == reading->epoch;
}

/* The number of words of PASSAGE that end at or before byte AT. */
static size_t words_before(const struct passage *passage, size_t at)
{
	size_t first = 0;
	size_t end = passage->n;

	while (first < end) {
		const size_t middle = first + (end - first) / 2;
		const struct slice raw = passage->items[middle].raw;

		if ((size_t)(raw.ptr + raw.len - passage->text.ptr) <= at)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

/* The code points before byte AT, where N words have ended.  Counted from the
 * last of them, or from where counting ended the last time: a text without
 * words is not counted from its start each time. */
static size_t index_of(struct passage *passage, size_t n, size_t at)
{
	size_t start = passage->counted_at <= at ? passage->counted_at : 0;
	size_t index = passage->counted_at <= at ? passage->counted_index : 0;

	if (n > 0) {
		const struct word *word = &passage->items[n - 1];
		const size_t end = (size_t)(word->raw.ptr + word->raw.len - passage->text.ptr);

		index = end > start ? word->end : index;
		start = MAX(start, end);
	}
	passage->counted_at = at;
	passage->counted_index =
		index + utf8_length(slice_from(passage->text.ptr + start, at - start));
	return passage->counted_index;
}

struct span reading_span(struct reading *reading, enum field field, size_t start, size_t end)
{
	struct passage *passage = &reading->passages[field];
	const size_t before = words_before(passage, start);
	const size_t until = words_before(passage, end);
	struct span span = {.field = field,
		.word = (uint32_t)before,
		.start = (uint32_t)start,
		.end = (uint32_t)end,
		.start_index = (uint32_t)index_of(passage, before, start),
		.end_index = (uint32_t)index_of(passage, until, end)};

	/* A word that END cuts belongs to the stretch. */
	const bool cuts =
		until < passage->n && passage->items[until].raw.ptr < passage->text.ptr + end;

	span.end_word = (uint32_t)(until + cuts) - 1;
	if (until + cuts > before)
		span.end_cut = (uint32_t)passage->items[span.end_word].n_clusters;
	return span;
}

struct slice reading_nfc(struct reading *reading, enum field field)
{
	struct passage *passage = &reading->passages[field];

	if (!passage->has_nfc) {
		passage->is_composed = letters_are_composed(passage->text);
		if (!passage->is_composed && fold_nfc_map(passage->text, &passage->nfc,
						     &passage->nfc_map, &passage->room_nfc_map) < 0)
			return SLICE("");
		passage->has_nfc = true;
	}
	return passage->is_composed ? passage->text : str_slice(&passage->nfc);
}

struct span reading_nfc_span(struct reading *reading, enum field field, size_t start, size_t end)
{
	const struct passage *passage = &reading->passages[field];
	const uint32_t *map = passage->nfc_map;
	size_t until = end;

	if (passage->is_composed)
		return reading_span(reading, field, start, end);

	/* An end inside a piece that was composed means the whole piece. */
	while (until > start && until < passage->nfc.len && map[until] == map[until - 1])
		until++;
	return reading_span(reading, field, map[start], map[until]);
}

/* The dictionary's words between two cuts of a run. */
static size_t words_of_part(
	const struct passage *passage, const struct word *run, size_t from, size_t to)
{
	size_t boundaries = 0;

	for (size_t i = from; i <= to; i++)
		boundaries += words_is_boundary(passage->words, run, i);

	return boundaries > 1 ? boundaries - 1 : 0;
}

size_t reading_words_between(
	const struct reading *reading, const struct span *a, const struct span *b, size_t most)
{
	const struct passage *passage = &reading->passages[a->field];
	const bool has_words = a->end_word + 1 != a->word;
	/* The word where A ends; the one behind it when A holds no word. */
	const uint32_t start = has_words ? a->end_word : a->word;
	const int64_t between = (int64_t)b->word - start - has_words;
	size_t n = 0;

	if (!passage->has_runs || between > (int64_t)most)
		return between > 0 ? (size_t)between : 0;

	for (size_t i = start; i <= b->word && n <= most && i < passage->n; i++) {
		const struct word *word = &passage->items[i];
		const bool first = has_words && i == start;
		const bool last = i == b->word;

		if (word->kind == WORD_RUN)
			n += words_of_part(passage, word, first ? a->end_cut : 0,
				last ? b->cut : word->n_clusters);
		else
			n += !first && !last;
	}
	return n;
}
