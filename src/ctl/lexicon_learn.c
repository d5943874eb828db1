/* From what people corrected to lines for the local lexicon.
 *
 * A word of the lexicon is in question when it counted for one side in mentions
 * that people put on the other.  Its value moves towards what they said, by the
 * share of the mentions that contradict it, and less the fewer there are.  A word
 * that no lexicon knows is proposed when it is typical of what people called
 * positive or negative (ctl/typical_words.h).
 */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "ctl/database.h"
#include "ctl/lexicon.h"
#include "ctl/lexicon_files.h"
#include "ctl/typical_words.h"

enum {
	ARENA_MAX_BYTES = 256 << 20,
	MAX_TEXT_BYTES = 4096,
	LEAST_AGAINST = 2, /* mentions: one may be a slip */
	LEAST_UNKNOWN = 3,
	MOST_UNKNOWN = 20,
};

/* So many mentions are needed to move a value half the way. */
static const double inertia = 3;
/* What a person's word is worth on the scale of a lexicon. */
static const double clear_feeling = 2;
/* And that of a new word, of which little is known. */
static const double new_word = 1.5;

/* A term of one language, in mentions that people judged. */
struct judged_term {
	char *lang, *key;
	size_t n_against, n_for;
	double said; /* sum of the directions that people gave its mentions */
};

/* What learns. */
struct lesson {
	const char *lang; /* only this one; NULL: all */
	struct lexicon_files files;
	struct arena *arena; /* of one mention */
	struct map *indexes; /* "lang key" -> number in terms */
	struct judged_term *terms;
	size_t n_terms, room_terms;
	struct typical_words *typical[N_LABELS]; /* of those with that label against the others */
	size_t n_mentions;
	char *main_lang; /* of the first mention: for words that no lexicon knows */
	size_t n_proposals;
};

static void lesson_done(struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->n_terms; i++) {
		free(lesson->terms[i].lang);
		free(lesson->terms[i].key);
	}
	for (int label = 0; label < N_LABELS; label++)
		typical_words_free(lesson->typical[label]);
	free(lesson->terms);
	free(lesson->main_lang);
	map_free(lesson->indexes);
	arena_free(lesson->arena);
	lexicon_files_done(&lesson->files);
}

static int direction_of(enum sentiment_label label)
{
	return (label == LABEL_POSITIVE) - (label == LABEL_NEGATIVE);
}

/* --- what the mentions say ------------------------------------------------------------ */

static int get_term(
	struct lesson *lesson, const char *lang, struct slice key, struct judged_term **ret)
{
	CLEANUP(str_done) struct str name = STR_INIT(MAX_TEXT_BYTES);
	union map_value index = {.number = (int64_t)lesson->n_terms};

	str_add_format(&name, "%s %.*s", lang, SLICE_FMT(key));
	if (map_find(lesson->indexes, str_slice(&name), &index)) {
		*ret = &lesson->terms[index.number];
		return 0;
	}

	int r = array_make_room(
		&lesson->terms, &lesson->room_terms, lesson->n_terms + 1, sizeof(*lesson->terms));
	if (r == 0)
		r = MIN(map_set(lesson->indexes, str_slice(&name), index), 0);
	if (r < 0)
		return r;

	struct judged_term *term = &lesson->terms[lesson->n_terms++];
	*term = (struct judged_term){.lang = strdup(lang), .key = strndup(key.ptr, key.len)};
	*ret = term;
	return term->lang && term->key ? 0 : -ENOMEM;
}

/* A term whose sign was turned ("not good") says nothing of itself. */
static bool counted_as_it_is(
	const struct lesson *lesson, const char *lang, struct slice key, double valence)
{
	const struct entry *entry;

	return lexicon_files_find(&lesson->files, lang, key, &entry) &&
	       (entry->roles & ROLE_WORD) && entry->valence * valence > 0;
}

static int judge_term(
	struct lesson *lesson, const struct item *item, const struct scored_term *scored)
{
	CLEANUP(str_done) struct str key = STR_INIT(MAX_TEXT_BYTES);
	const char *lang = item->sentiment.lang;
	const int said = direction_of(item->sentiment.label);
	const bool is_against = scored->valence * said <= 0;
	struct judged_term *term;
	int r = lexicon_key(lesson->files.words, slice_of(scored->text), &key);

	if (r <= 0 || scored->valence == 0 ||
		!counted_as_it_is(lesson, lang, str_slice(&key), scored->valence))
		return r;
	/* What the score and the person agree about blames nobody. */
	if (is_against && item->scored_label == item->sentiment.label)
		return 0;

	r = get_term(lesson, lang, str_slice(&key), &term);
	if (r < 0)
		return r;
	term->said += said;
	*(is_against ? &term->n_against : &term->n_for) += 1;
	return 0;
}

static int on_mention(const struct item *item, void *userdata)
{
	struct lesson *lesson = userdata;
	const struct sentiment *sentiment = &item->sentiment;
	int r = 0;

	if (lesson->lang && strcmp(lesson->lang, sentiment->lang) != 0)
		return 0;

	lesson->n_mentions++;
	if (!lesson->main_lang && strcmp(sentiment->lang, "und") != 0)
		lesson->main_lang = strdup(sentiment->lang);
	for (size_t i = 0; i < sentiment->n_terms && r >= 0; i++)
		r = judge_term(lesson, item, &sentiment->terms[i]);
	for (int label = 0; label < N_LABELS && r >= 0; label++)
		r = typical_words_add(lesson->typical[label], item,
			sentiment->label == (enum sentiment_label)label ? MENTION_DISMISSED
									: MENTION_UNJUDGED);
	return MIN(r, 0);
}

/* --- proposals -------------------------------------------------------------------------- */

static void propose_value(struct lesson *lesson, const struct judged_term *term)
{
	CLEANUP(str_done) struct str marks = STR_INIT(MAX_TEXT_BYTES);
	const size_t n = term->n_against + term->n_for;
	const struct entry *entry;
	const struct lexicon_file *file =
		lexicon_files_find(&lesson->files, term->lang, slice_of(term->key), &entry);

	if (!file || term->n_against < LEAST_AGAINST || term->n_against <= 2 * term->n_for)
		return;

	const double pull = (double)term->n_against / ((double)n + inertia);
	const double wanted = clear_feeling * term->said / (double)n;
	const double value = entry->valence + pull * (wanted - entry->valence);

	marks_format(entry->marks, &marks);
	printf("# local/%s.tsv: counts %+.1f; people said otherwise in %zu of %zu mentions\n",
		term->lang, entry->valence, term->n_against, n);
	printf("word\t%s\t%.1f%s%s\n", term->key, value, marks.len > 0 ? "\t" : "",
		str_text(&marks));
	lesson->n_proposals++;
}

static bool is_known(const struct lesson *lesson, const char *lang, const char *key)
{
	const struct entry *entry;

	return lexicon_files_find(&lesson->files, lang, slice_of(key), &entry) ||
	       lexicon_files_find(&lesson->files, "emoji", slice_of(key), &entry);
}

static int propose_words(struct lesson *lesson, enum sentiment_label label)
{
	const char *lang = lesson->lang ? lesson->lang : lesson->main_lang;
	struct typical_word *list;
	size_t n;
	int r;

	arena_reset(lesson->arena);
	r = typical_words_list(lesson->typical[label], MOST_UNKNOWN, lesson->arena, &list, &n);
	for (size_t i = 0; r == 0 && lang && i < n; i++) {
		if (list[i].n[MENTION_DISMISSED] < LEAST_UNKNOWN ||
			is_known(lesson, lang, list[i].text))
			continue;
		printf("# local/%s.tsv: unknown; stands in %zu mentions that people called %s, in "
		       "%zu others\n",
			lang, list[i].n[MENTION_DISMISSED], label_name(label),
			list[i].n[MENTION_UNJUDGED]);
		printf("word\t%s\t%.1f\n", list[i].text, new_word * direction_of(label));
		lesson->n_proposals++;
	}
	return r;
}

/* --- the command -------------------------------------------------------------------------- */

static int prepare(struct lesson *lesson)
{
	int r = lexicon_files_open(&lesson->files, NULL);

	if (r == 0)
		r = arena_new(ARENA_MAX_BYTES, &lesson->arena);
	if (r == 0)
		r = map_new(&lesson->indexes);
	for (int label = 0; label < N_LABELS && r == 0; label++)
		r = typical_words_new(&lesson->typical[label]);
	return r < 0 ? log_error(r, "Cannot read the lexicons") : 0;
}

static int compare(const void *a, const void *b)
{
	const struct judged_term *x = a;
	const struct judged_term *y = b;

	return x->n_against != y->n_against ? (x->n_against < y->n_against) * 2 - 1
					    : strcmp(x->key, y->key);
}

int lexicon_learn(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	CLEANUP(lesson_done) struct lesson lesson = {.lang = ctl_text(ctl, "lang")};
	const struct mention_filter filter = {
		.from_us = database_since_us(ctl), .labelled_only = true, .oldest_first = true};
	int r = database_open_named(ctl, STORE_READ, &store);

	if (r == 0)
		r = prepare(&lesson);
	if (r < 0)
		return r;

	r = store_each_mention(store, &filter, lesson.arena, on_mention, &lesson);
	if (r < 0)
		return database_error(store, r, "Cannot read what people said");

	if (lesson.n_terms > 0)
		qsort(lesson.terms, lesson.n_terms, sizeof(*lesson.terms), compare);
	for (size_t i = 0; i < lesson.n_terms; i++)
		propose_value(&lesson, &lesson.terms[i]);
	r = propose_words(&lesson, LABEL_NEGATIVE);
	if (r == 0)
		r = propose_words(&lesson, LABEL_POSITIVE);
	if (r < 0)
		return log_error(r, "Cannot look for words");

	log_info("%zu corrected mentions, %zu proposals; nothing was changed.  What is right "
		 "belongs into %s/local/, then: mentionctl rescore --dry-run",
		lesson.n_mentions, lesson.n_proposals, lesson.files.folder);
	return 0;
}

const struct ctl_option lexicon_learn_options[N_LEXICON_LEARN_OPTIONS] = {
	CTL_OPTION_DATABASE,
	{.name = "lang", .type = OPTION_TEXT, .argument = "TAG", .help = "Of this language only"},
	{.name = "since",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "From mentions not older than this; without it all"},
};
