#include <errno.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "ctl/ctl.h"
#include "record/post.h"
#include "score/scorer.h"

enum { MAX_ARENA_BYTES = 256 << 20, MAX_ABOUT_BYTES = 1024 };

/* What one run of the filter needs for each line. */
struct filter {
	struct scorer *scorer;
	struct arena *arena; /* of one object */
	const char *lang;    /* of texts that state none */
	bool with_terms;
};

/* An object that holds nothing but "text" and maybe "lang" is a bare text. */
static bool is_bare(const json_t *object)
{
	size_t known = (json_object_get(object, "text") != NULL) +
		       (json_object_get(object, "lang") != NULL);

	return json_object_get(object, "text") && json_object_size(object) == known;
}

static int score_object(json_t *object, void *userdata)
{
	struct filter *filter = userdata;
	CLEANUP(json_freep) json_t *json = NULL;
	struct sentiment sentiment;
	struct post post;

	arena_reset(filter->arena);
	int r = post_from_json(object, filter->arena, &post);
	if (r < 0)
		return r;
	if (!post.lang)
		post.lang = filter->lang;

	r = scorer_score(filter->scorer,
		&(struct score_request){.post = &post, .explain = filter->with_terms},
		filter->arena, &sentiment);
	if (r == 0)
		r = sentiment_to_json(&sentiment, filter->with_terms, &json);
	if (r < 0)
		return r;
	if (is_bare(object))
		return ctl_print_json(json);

	r = json_set_take(object, "sentiment", TAKE(json));
	return r < 0 ? r : ctl_print_json(object);
}

static int open_scorer(struct ctl *ctl, struct scorer **ret)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(free_heapp) char *folder = NULL;
	CLEANUP(str_done) struct str about = STR_INIT(MAX_ABOUT_BYTES);
	struct scorer_options options = {.angry_at = ctl_number(ctl, "angry-at"),
		.wordlist = ctl_text(ctl, "lexicon"),
		.descriptions = ctl_text(ctl, "emoji")};
	int r = diags_new(&diags);

	if (r == 0 && !options.wordlist)
		r = file_find_data("lexicons", &folder);
	if (r < 0)
		return r;

	const char *from = options.wordlist ? options.wordlist : folder;
	options.folder = folder;
	r = scorer_open(&options, ret, diags);
	diags_print(diags, stderr);
	if (r < 0)
		return log_error(r, "Cannot read the lexicon %s", from);
	if (ctl_flag(ctl, "strict") && diags_count_errors(diags) > 0)
		return log_error(-EINVAL, "There are mistakes in %s, and --strict is given", from);

	scorer_describe(*ret, &about);
	if (options.wordlist)
		log_info("%s: %s", from, str_text(&about));
	return 0;
}

static int run(struct ctl *ctl)
{
	CLEANUP(scorer_freep) struct scorer *scorer = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const double angry_at = ctl_number(ctl, "angry-at");

	if (!(angry_at > 0 && angry_at <= 1))
		return ctl_usage(ctl, "--angry-at wants a number above 0, up to 1");

	if (ctl_has(ctl, "emoji") && !ctl_has(ctl, "lexicon"))
		return ctl_usage(ctl, "--emoji goes with --lexicon");

	int r = open_scorer(ctl, &scorer);

	if (r == 0)
		r = arena_new(MAX_ARENA_BYTES, &arena);
	if (r < 0)
		return r;

	struct filter filter = {.scorer = scorer,
		.arena = arena,
		.lang = ctl_text(ctl, "lang"),
		.with_terms = ctl_flag(ctl, "terms")};
	return ctl_filter_argument(ctl, 0, score_object, &filter);
}

static const struct ctl_option options[] = {
	{.name = "terms", .help = "Print the words that counted, with what they added and why"},
	{.name = "lang",
		.type = OPTION_TEXT,
		.argument = "TAG",
		.help = "The language of texts that state none (else it is detected)"},
	{.name = "lexicon",
		.type = OPTION_TEXT,
		.argument = "FILE",
		.help = "Score by this list of words and VADER's rules, not by our lexicons"},
	{.name = "emoji",
		.type = OPTION_TEXT,
		.argument = "FILE",
		.help = "VADER's descriptions of emoji, for --lexicon"},
	{.name = "strict", .help = "Refuse a lexicon that has a wrong line"},
	{.name = "angry-at",
		.type = OPTION_NUMBER,
		.argument = "X",
		.help = "The anger, 0 to 1, from which a post is angry",
		.fallback = "0.6"},
};

const struct ctl_verb verb_score = {
	.name = "score",
	.group = "Filters",
	.synopsis = "[--terms] [--lang TAG] [--angry-at X] [--lexicon FILE [--emoji FILE]] "
		    "[--strict] [FILE]",
	.help = "Score how somebody feels, and whether they are angry",
	.description =
		"Reads posts, one JSON object a line, from FILE or standard input and prints them\n"
		"with \"sentiment\" added.  For an object that holds only \"text\" and \"lang\" "
		"it\n"
		"prints the sentiment itself.  A line that is no JSON object is a warning with\n"
		"its number, and the exit code is 65 at the end.\n"
		"\n"
		"With --lexicon, a list of words that you bring is scored by VADER's rules: with\n"
		"VADER's own files the result is VADER's, to the last decimal.  VADER's and "
		"AFINN's\n"
		"lists are recognised by what is in them.  Such lists know no anger.",
	.example = "mentionctl parse feed.xml | mentionctl score --terms\n"
		   "mentionctl score --lexicon vader_lexicon.txt --emoji emoji_utf8_lexicon.txt "
		   "posts.ndjson",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.max_args = 1,
	.run = run,
};
