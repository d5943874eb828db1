#include "score/scorer.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/file.h"
#include "base/map.h"
#include "base/str.h"
#include "score/anger.h"
#include "score/lexicon.h"
#include "score/polarity.h"
#include "score/reading.h"
#include "score/rulebook.h"
#include "score/target.h"
#include "score/units.h"
#include "score/vader.h"
#include "score/wordlist.h"
#include "text/language.h"

enum {
	MAX_LEXICONS = 64,
	MAX_LEXICON_BYTES = 16 << 20,
	MAX_SCRATCH_BYTES = 512 << 20,
	MAX_PATH_BYTES = 4096,
	MAX_LANG_BYTES = 16,
	MIDDLE_STARS = 3,
	MAX_SAMPLE = 200,      /* words that a language is guessed from */
	MOST_KEPT = 64 * 1024, /* units that working memory is kept for */
};

struct scorer {
	double angry_at;
	const struct rules *rules;
	struct lexicon *lexicons[MAX_LEXICONS];
	size_t n_lexicons;
	struct lexicon *emoji; /* of all languages */
	struct map *stops;     /* of all of them */
	/* Instead of the lexicons: a list that somebody brought. */
	struct lexicon *brought;
	size_t n_brought; /* words of the list, without those of the rules */
	const struct wordlist_format *format;
	struct map *descriptions; /* of emoji; the texts live in `kept' */
	struct arena *kept;
	struct unit_reader reader;
	const struct lexicon *english; /* NULL: none */
	/* Working memory, of one post. */
	struct units units;
	struct reading reading;
	struct arena *scratch;
};

/* The lexicon of LANG ("emoji" for the shared one), made when it is new. */
static int get_lexicon(struct scorer *scorer, const char *lang, struct lexicon **ret)
{
	if (strcmp(lang, "emoji") == 0) {
		*ret = scorer->emoji;
		return 0;
	}
	for (size_t i = 0; i < scorer->n_lexicons; i++) {
		if (strcmp(lexicon_lang(scorer->lexicons[i]), lang) == 0) {
			*ret = scorer->lexicons[i];
			return 0;
		}
	}
	if (scorer->n_lexicons == MAX_LEXICONS)
		return -EMSGSIZE;

	int r = lexicon_new(lang, ret);
	if (r == 0)
		scorer->lexicons[scorer->n_lexicons++] = *ret;
	return r;
}

static int read_file(
	struct scorer *scorer, const char *folder, const char *name, struct diags *diags)
{
	CLEANUP(str_done) struct str path = STR_INIT(MAX_PATH_BYTES);
	CLEANUP(free_heapp) char *text = NULL;
	char lang[MAX_LANG_BYTES];
	size_t lang_len = strlen(name) - strlen(".tsv"), len;
	struct lexicon *lexicon;

	str_add_format(&path, "%s/%s", folder, name);
	if (lang_len >= sizeof(lang))
		return diags_error(diags, str_text(&path), 0, 0,
			"the file is not named after a language, as en.tsv is");
	memcpy(lang, name, lang_len);
	lang[lang_len] = '\0';

	int r = file_read(str_text(&path), MAX_LEXICON_BYTES, &text, &len);
	if (r == 0)
		r = get_lexicon(scorer, lang, &lexicon);
	if (r == 0)
		r = lexicon_read(lexicon, scorer->reader.of_names, str_text(&path),
			slice_from(text, len), diags);
	return r;
}

static int is_lexicon(const struct dirent *entry)
{
	struct slice name = slice_of(entry->d_name);

	return name.len > strlen(".tsv") && name.ptr[0] != '.' &&
	       slice_ends_with(name, SLICE(".tsv"));
}

/* Reads the lexicons of FOLDER in the order of their names. */
static int read_folder(struct scorer *scorer, const char *folder, struct diags *diags)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_lexicon, alphasort);
	int r = n < 0 ? -errno : 0;

	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = read_file(scorer, folder, entries[i]->d_name, diags);
		if (r == -EINVAL) /* told in DIAGS; the rest counts */
			r = 0;
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);

	return r;
}

/* The folder, and the team's own files in local/ over it. */
static int read_lexicons(struct scorer *scorer, const char *folder, struct diags *diags)
{
	CLEANUP(str_done) struct str local = STR_INIT(MAX_PATH_BYTES);
	int r = read_folder(scorer, folder, diags);

	if (r < 0)
		return r;
	if (scorer->n_lexicons == 0)
		return -ENOENT;

	str_add_format(&local, "%s/local", folder);
	r = read_folder(scorer, str_text(&local), diags);
	return r == -ENOENT ? 0 : r;
}

static int read_wordlist(struct scorer *scorer, const char *path, struct diags *diags)
{
	CLEANUP(free_heapp) char *text = NULL;
	size_t len;
	int r = file_read(path, MAX_LEXICON_BYTES, &text, &len);

	if (r == 0)
		r = lexicon_new("und", &scorer->brought);
	if (r == 0)
		r = wordlist_read(
			scorer->brought, path, slice_from(text, len), &scorer->format, diags);
	if (r < 0)
		return r;

	scorer->n_brought = lexicon_count(scorer->brought);
	return vader_add_words(scorer->brought);
}

static int read_descriptions(struct scorer *scorer, const char *path, struct diags *diags)
{
	CLEANUP(free_heapp) char *text = NULL;
	size_t len;
	int r = file_read(path, MAX_LEXICON_BYTES, &text, &len);

	if (r == 0)
		r = map_new(&scorer->descriptions);
	if (r == 0)
		r = arena_new(MAX_LEXICON_BYTES, &scorer->kept);
	if (r == 0)
		r = wordlist_read_emoji(
			scorer->descriptions, scorer->kept, path, slice_from(text, len), diags);

	scorer->reader.descriptions = scorer->descriptions;
	return r;
}

static int make_parts(struct scorer *scorer)
{
	struct unit_reader *reader = &scorer->reader;
	int r = lexicon_new("emoji", &scorer->emoji);

	for (size_t i = 0; r == 0 && i < N_FIELDS; i++)
		r = words_new(&reader->of_field[i]);
	if (r == 0)
		r = words_new(&reader->of_names);
	if (r == 0)
		r = map_new(&scorer->stops);
	if (r == 0)
		r = arena_new(MAX_SCRATCH_BYTES, &scorer->scratch);

	reader->emoji = scorer->emoji;
	return r;
}

/* What somebody brought, and the rules that such lists are made for. */
static int open_brought(
	struct scorer *scorer, const struct scorer_options *options, struct diags *diags)
{
	int r = read_wordlist(scorer, options->wordlist, diags);

	if (r == 0 && options->descriptions)
		r = read_descriptions(scorer, options->descriptions, diags);

	scorer->rules = rules_vader();
	return r;
}

/* The lexicon of the BCP 47 tag LANG, by its first subtag; NULL for none. */
static const struct lexicon *find_lexicon(const struct scorer *scorer, const char *lang)
{
	struct slice subtag = slice_of(lang);
	ptrdiff_t dash = slice_find_char(subtag, '-');

	if (dash >= 0)
		subtag.len = (size_t)dash;
	for (size_t i = 0; i < scorer->n_lexicons; i++)
		if (slice_equals_nocase(slice_of(lexicon_lang(scorer->lexicons[i])), subtag))
			return scorer->lexicons[i];

	return NULL;
}

static int add_stops(struct map *stops, const struct lexicon *lexicon)
{
	struct slice base;
	size_t position = 0;
	int r = 0;

	while (r >= 0 && lexicon_next_stop(lexicon, &position, &base))
		r = map_set(stops, base, (union map_value){0});
	return MIN(r, 0);
}

static int collect_stops(struct scorer *scorer)
{
	int r = add_stops(scorer->stops, scorer->emoji);

	for (size_t i = 0; i < scorer->n_lexicons && r == 0; i++)
		r = add_stops(scorer->stops, scorer->lexicons[i]);
	return r;
}

static int open_own(struct scorer *scorer, const char *folder, struct diags *diags)
{
	CLEANUP(free_heapp) char *installed = NULL;
	int r = folder ? 0 : file_find_data("lexicons", &installed);

	if (r == 0)
		r = read_lexicons(scorer, folder ? folder : installed, diags);
	if (r == 0)
		r = collect_stops(scorer);

	scorer->english = find_lexicon(scorer, "en");
	scorer->rules = rules_default();
	return r;
}

int scorer_open(const struct scorer_options *options, struct scorer **ret, struct diags *diags)
{
	CLEANUP(scorer_freep) struct scorer *scorer = calloc(1, sizeof(*scorer));
	int r = scorer ? make_parts(scorer) : -ENOMEM;

	if (r == 0)
		r = options->wordlist ? open_brought(scorer, options, diags)
				      : open_own(scorer, options->folder, diags);
	if (r < 0)
		return r;

	scorer->angry_at = options->angry_at > 0 ? options->angry_at : SCORER_ANGRY_AT;
	*ret = TAKE(scorer);
	return 0;
}

void scorer_free(struct scorer *scorer)
{
	if (!scorer)
		return;

	for (size_t i = 0; i < scorer->n_lexicons; i++)
		lexicon_free(scorer->lexicons[i]);
	lexicon_free(scorer->emoji);
	lexicon_free(scorer->brought);
	map_free(scorer->descriptions);
	map_free(scorer->stops);
	arena_free(scorer->kept);
	for (size_t i = 0; i < N_FIELDS; i++)
		words_free(scorer->reader.of_field[i]);
	words_free(scorer->reader.of_names);
	units_done(&scorer->units);
	reading_release(&scorer->reading);
	arena_free(scorer->scratch);
	free(scorer);
}

const struct map *scorer_stop_words(const struct scorer *scorer)
{
	return scorer->stops;
}

void scorer_describe(const struct scorer *scorer, struct str *ret)
{
	if (!scorer->brought)
		str_add_format(ret, "%zu lexicons; our own rules", scorer->n_lexicons);
	else
		str_add_format(ret,
			"%zu words, %s; scored by VADER's rules, as such a list brings no "
			"boosters and negators of its own",
			scorer->n_brought, wordlist_about(scorer->format));
}

/* One post that is being scored. */
struct scoring {
	struct scorer *scorer;
	const struct score_request *request;
	double stars;     /* of a review; 0: none that the rules count */
	double by_rating; /* what they say, as a valence */
	struct units *units;
	struct reading *reading;
};

/* Reads UNITS of the post by LEXICON (NULL: none); words that it does not know
 * are looked for in English. */
static int read_by(
	const struct scoring *scoring, const struct lexicon *lexicon, const struct units *units)
{
	struct scorer *scorer = scoring->scorer;
	struct lexicons lexicons = {.own = lexicon, .as_it_stands = scorer->rules->as_it_stands};

	/* Words of another language say nothing about a text that nobody knows. */
	if (lexicon && lexicon != scorer->english)
		lexicons.foreign = scorer->english;
	for (size_t i = 0; i < N_FIELDS; i++)
		lexicons.of_field[i] = scorer->reader.of_field[i];

	return reading_make(&lexicons, units, scoring->request, scorer->scratch, scoring->reading);
}

/* Tries the lexicon of the language LANG; 1 when it knows enough of the words. */
static int try_lang(struct scoring *scoring, const char *lang)
{
	const struct lexicon *lexicon = lang ? find_lexicon(scoring->scorer, lang) : NULL;

	if (!lexicon)
		return 0;

	int r = read_by(scoring, lexicon, scoring->units);
	if (r < 0)
		return r;

	return scoring->reading->coverage >= scoring->scorer->rules->least_coverage;
}

/* Tries all lexicons on the first words and takes the one that knows most of
 * them; 0 when none knows enough. */
static int try_all(struct scoring *scoring)
{
	const struct scorer *scorer = scoring->scorer;
	double most = scorer->rules->least_coverage_guessed;
	const struct lexicon *best = NULL;
	struct units sample = *scoring->units;

	sample.n = MIN(sample.n, (size_t)MAX_SAMPLE);
	for (size_t i = 0; i < scorer->n_lexicons; i++) {
		int r = read_by(scoring, scorer->lexicons[i], &sample);

		if (r < 0)
			return r;
		if (scoring->reading->coverage > most) {
			most = scoring->reading->coverage;
			best = scorer->lexicons[i];
		}
	}
	return best ? try_lang(scoring, lexicon_lang(best)) : 0;
}

/* Finds the lexicon that fits: of the language that the post states, else of
 * the one that its text looks like (feeds state wrong ones), else the one that
 * knows most of the words; else none. */
static int read_post(struct scoring *scoring)
{
	const struct post *post = scoring->request->post;

	if (scoring->scorer->brought)
		return read_by(scoring, scoring->scorer->brought, scoring->units);

	int r = try_lang(scoring, post->lang);

	for (size_t field = N_FIELDS; r == 0 && field > 0; field--)
		r = try_lang(scoring,
			language_detect(slice_of(post_field(post, (enum field)(field - 1)))));
	if (r == 0)
		r = try_all(scoring);
	if (r == 0)
		r = read_by(scoring, NULL, scoring->units);

	return r < 0 ? r : 0;
}

/* Also what did not count, when it is told why. */
static bool is_shown(const struct scoring *scoring, const struct token *token)
{
	return scoring->units->sentences[token->sentence].weight > 0 &&
	       (token->valence != 0 || token->anger != 0 ||
		       (token->share == 0 && token->why.n > 0));
}

static int copy_why(const struct texts *why, struct arena *arena, struct texts *ret)
{
	for (size_t i = 0; i < why->n; i++)
		if (texts_add(ret, arena, slice_of(why->items[i])) < 0)
			return -ENOMEM;

	return 0;
}

static int copy_term(const struct token *token, struct arena *arena, struct scored_term *ret)
{
	*ret = (struct scored_term){.field = token->field,
		.start = token->start,
		.end = token->end,
		.text = arena_copy(arena, token->raw),
		.valence = token->valence,
		.anger = token->anger,
		.flags = token->flags};
	return ret->text ? copy_why(&token->why, arena, &ret->why) : -ENOMEM;
}

/* A rating is told like a word, only that it has no place in the text. */
static int make_rating_term(
	const struct scoring *scoring, struct arena *arena, struct scored_term *ret)
{
	*ret = (struct scored_term){.field = FIELD_TEXT,
		.text = arena_format(arena, "rating %g of 5", scoring->stars),
		.valence = scoring->by_rating};
	return ret->text ? texts_add(&ret->why, arena, SLICE("rating")) : -ENOMEM;
}

static int copy_terms(const struct scoring *scoring, struct arena *arena, struct sentiment *ret)
{
	const struct reading *reading = scoring->reading;
	size_t n = scoring->by_rating != 0;

	for (size_t i = 0; i < reading->n; i++)
		n += is_shown(scoring, &reading->tokens[i]);

	struct scored_term *terms = arena_array(arena, n, sizeof(*terms));
	if (n > 0 && !terms)
		return -ENOMEM;
	for (size_t i = 0; i < reading->n; i++) {
		if (!is_shown(scoring, &reading->tokens[i]))
			continue;
		if (copy_term(&reading->tokens[i], arena, &terms[ret->n_terms++]) < 0)
			return -ENOMEM;
	}
	ret->terms = terms;
	return scoring->by_rating != 0 ? make_rating_term(scoring, arena, &terms[ret->n_terms++])
				       : 0;
}

static enum sentiment_label label_of(const struct scoring *scoring, double compound)
{
	const struct rules *rules = scoring->scorer->rules;

	/* Who rates has told us, in whatever language. */
	if (!scoring->reading->lexicon && scoring->stars == 0)
		return LABEL_UNKNOWN;
	if (compound >= rules->positive_at)
		return LABEL_POSITIVE;

	return compound <= rules->negative_at ? LABEL_NEGATIVE : LABEL_NEUTRAL;
}

/* In the middle, at three of five, nothing is said. */
static void weigh_stars(struct scoring *scoring, struct polarity *polarity)
{
	const struct rules *rules = scoring->scorer->rules;

	scoring->stars = rules->star > 0 ? post_stars(scoring->request->post) : 0;
	scoring->by_rating = scoring->stars > 0 ? rules->star * (scoring->stars - MIDDLE_STARS) : 0;
	polarity_add(rules, scoring->by_rating, polarity);
}

/* Gives the memory back that only a huge post needs. */
static void forget_huge(struct scorer *scorer)
{
	if (scorer->units.room > MOST_KEPT)
		units_done(&scorer->units);
	if (scorer->reading.room > MOST_KEPT)
		reading_release(&scorer->reading);
}

int scorer_score(struct scorer *scorer, const struct score_request *request, struct arena *arena,
	struct sentiment *ret)
{
	struct scoring scoring = {.scorer = scorer,
		.request = request,
		.units = &scorer->units,
		.reading = &scorer->reading};
	struct polarity polarity;
	struct anger anger = {0};

	arena_reset(scorer->scratch);
	forget_huge(scorer);
	int r = scorer->rules->read(&scorer->reader, request, scorer->scratch, &scorer->units);
	if (r == 0)
		r = read_post(&scoring);
	if (r == 0)
		r = polarity_weigh(
			scorer->rules, &scorer->reading, request->explain, scorer->scratch);
	if (r < 0)
		return r;

	target_sentences(scorer->rules, request, &scorer->units);
	polarity_sum(scorer->rules, &scorer->reading, &scorer->units, &polarity);
	if (scorer->rules->has_anger)
		anger_weigh(request, &scorer->reading, &scorer->units, &polarity, &anger);

	/* Of anger a rating is evidence of its own. */
	weigh_stars(&scoring, &polarity);
	*ret = (struct sentiment){.compound = polarity.compound,
		.pos = polarity.pos,
		.neu = polarity.neu,
		.neg = polarity.neg,
		.label = label_of(&scoring, polarity.compound),
		.anger = anger.score,
		.angry = anger.score >= scorer->angry_at,
		.flags = anger.flags,
		.is_cut = scorer->units.is_cut,
		.polarity_only = !scorer->rules->has_anger,
		.lang = scorer->reading.lexicon ? lexicon_lang(scorer->reading.lexicon) : "und",
		.coverage = scorer->reading.coverage};
	if (!request->explain)
		return 0;

	r = anger_explain(&anger, arena, ret);
	return r < 0 ? r : copy_terms(&scoring, arena, ret);
}
