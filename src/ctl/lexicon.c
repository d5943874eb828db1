/* What the lexicons say of a word, and what is wrong with them. */

#include "ctl/lexicon.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/str.h"
#include "ctl/lexicon_files.h"
#include "ctl/table.h"
#include "place/place.h"

enum { MAX_TEXT_BYTES = 4096 };

/* A word that says less than this is no contradiction, and may be a name. */
static const double strong = 1;

static const struct {
	enum role role;
	const char *name;
} roles[] = {
	{ROLE_WORD, "word"},
	{ROLE_BOOSTER, "booster"},
	{ROLE_NEGATOR, "negator"},
	{ROLE_CLOSER, "closer"},
	{ROLE_CONTRAST, "contrast"},
	{ROLE_PLAIN, "plain"},
};

static const char *const comparisons[] = {
	[COMPARES_AGAINST] = "against",
	[COMPARES_JOINT] = "joint",
	[COMPARES_TOWARD] = "toward",
};

static int open_files(struct lexicon_files *files, struct diags *diags)
{
	const int r = lexicon_files_open(files, diags);

	return r < 0 ? log_error(r, "Cannot read the lexicons in %s",
			       files->folder ? files->folder : "the data folder")
		     : 0;
}

/* --- lookup ------------------------------------------------------------------------ */

static void format_roles(const struct entry *entry, struct str *str)
{
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (entry->roles & roles[i].role)
			str_add_format(str, "%s%s", str->len > 0 ? ", " : "", roles[i].name);
	if (entry->compares)
		str_add_format(str, "%s%s", str->len > 0 ? ", " : "", comparisons[entry->compares]);
}

/* What one file says of KEY. */
struct found {
	const struct lexicon_file *file;
	const struct entry *entry;
	bool is_form, is_negated, is_drawn;
};

static bool find_in(const struct lexicon_file *file, struct slice key, struct found *ret)
{
	struct found found = {.file = file, .entry = lexicon_find(file->lexicon, key)};

	if (!found.entry || !entry_is_term(found.entry)) {
		found.entry =
			lexicon_find_form(file->lexicon, key, &found.is_negated, &found.is_drawn);
		found.is_form = true;
	}
	if (!found.entry || !entry_is_term(found.entry))
		return false;

	*ret = found;
	return true;
}

static const char *how(const struct found *found)
{
	if (found->is_drawn)
		return "drawn out";
	if (found->is_negated)
		return "a form that negates";
	return found->is_form ? "a form" : NULL;
}

static void add_row(struct table *table, const struct found *found, const char *word)
{
	CLEANUP(str_done) struct str kinds = STR_INIT(MAX_TEXT_BYTES);
	CLEANUP(str_done) struct str marks = STR_INIT(MAX_TEXT_BYTES);
	const struct entry *entry = found->entry;

	format_roles(entry, &kinds);
	marks_format(entry->marks, &marks);
	table_add(table, word);
	table_add(table, lexicon_lang(found->file->lexicon));
	table_add(table, str_text(&kinds));
	if (entry->roles & ROLE_WORD)
		table_add_format(table, "%+.2f", entry->valence);
	else if (entry->roles & ROLE_BOOSTER)
		table_add_format(table, "%+.2f", entry->boost);
	else if (entry->compares == COMPARES_TOWARD)
		table_add_format(table, "%+.2f", entry->toward);
	else
		table_add(table, NULL);
	table_add(table, str_text(&marks));
	table_add(table, how(found));
	table_add(table, found->file->path);
}

static int print_json(const struct found *found, const char *word)
{
	CLEANUP(json_freep) json_t *object = json_object();
	CLEANUP(str_done) struct str kinds = STR_INIT(MAX_TEXT_BYTES);
	CLEANUP(str_done) struct str marks = STR_INIT(MAX_TEXT_BYTES);
	const struct entry *entry = found->entry;

	format_roles(entry, &kinds);
	marks_format(entry->marks, &marks);
	int r = json_set_text(object, "word", word);
	r |= json_set_text(object, "lang", lexicon_lang(found->file->lexicon));
	r |= json_set_text(object, "kind", str_text(&kinds));
	if (entry->roles & ROLE_WORD)
		r |= json_set_take(object, "valence", json_real(entry->valence));
	if (entry->roles & ROLE_BOOSTER)
		r |= json_set_take(object, "boost", json_real(entry->boost));
	if (entry->compares == COMPARES_TOWARD)
		r |= json_set_take(object, "toward", json_real(entry->toward));
	r |= json_set_text(object, "marks", marks.len > 0 ? str_text(&marks) : NULL);
	r |= json_set_text(object, "via", how(found));
	r |= json_set_text(object, "file", found->file->path);
	return r != 0 ? -ENOMEM : ctl_print_json(object);
}

static int look_up(const struct lexicon_files *files, struct ctl *ctl, const char *word,
	struct table *table, size_t *n_found)
{
	CLEANUP(str_done) struct str key = STR_INIT(MAX_TEXT_BYTES);
	const char *lang = ctl_text(ctl, "lang");
	int r = lexicon_key(files->words, slice_of(word), &key);

	if (r == 0)
		return ctl_usage(ctl, "`%s' holds no word", word);

	for (size_t i = 0; i < files->n && r > 0; i++) {
		const struct lexicon_file *file = &files->items[i];
		struct found found;

		if ((lang && strcmp(lang, lexicon_lang(file->lexicon)) != 0) ||
			!find_in(file, str_slice(&key), &found))
			continue;
		++*n_found;
		if (!ctl_flag(ctl, "json"))
			add_row(table, &found, word);
		else if (print_json(&found, word) < 0)
			r = -ENOMEM;
	}
	return MIN(r, 0);
}

static int run_lookup(struct ctl *ctl)
{
	static const struct table_column columns[] = {{.title = "WORD"}, {.title = "LANG"},
		{.title = "KIND"}, {.title = "VALUE", .right = true}, {.title = "MARKS"},
		{.title = "AS"}, {.title = "FILE"}};
	CLEANUP(lexicon_files_done) struct lexicon_files files = {0};
	CLEANUP(table_freep) struct table *table = NULL;
	size_t n = 0;
	int r = open_files(&files, NULL);

	if (r == 0)
		r = table_new(columns, ARRAY_SIZE(columns), &table);
	for (size_t i = 0; r == 0 && ctl_argument(ctl, i); i++)
		r = look_up(&files, ctl, ctl_argument(ctl, i), table, &n);
	if (r < 0)
		return r;

	if (n == 0) {
		log_error(0, "No lexicon knows it; a line in %s/local/LANG.tsv would tell",
			files.folder);
		return -ENOENT;
	}
	if (ctl_flag(ctl, "json"))
		return 0;
	r = table_print(table, stdout);
	return r < 0 ? log_error(r, "Cannot print what was found") : 0;
}

/* --- check ------------------------------------------------------------------------- */

/* "`KEY' WHAT MORE". */
static void warn(struct diags *diags, const struct lexicon_file *file, struct slice key,
	const char *what, const char *more)
{
	char text[MAX_TEXT_BYTES];

	snprintf(text, sizeof(text), "`%.*s' %s%s", SLICE_FMT(key), what, more);
	diags_add(
		diags, &(struct diag){.level = DIAG_WARNING, .file = file->path, .message = text});
}

/* "unhappy" in the file at +2 while "un-" turns "happy". */
static void check_forms(const struct lexicon_file *file, struct slice key,
	const struct entry *entry, struct diags *diags)
{
	bool negated, drawn;
	const struct entry *form = lexicon_find_form(file->lexicon, key, &negated, &drawn);

	if (!form || form == entry || drawn || fabs(form->valence) < strong)
		return;
	if ((form->valence > 0) != (negated ? entry->valence < 0 : entry->valence > 0))
		warn(diags, file, key, entry->valence > 0 ? "is good, " : "is bad, ",
			"and the word of which it is a form says the opposite");
}

/* A word that is a town's name, too, is found where nobody feels anything. */
static void check_names(const struct lexicon_file *file, struct slice key, struct diags *diags)
{
	char name[256];
	const struct location location = {.name = name};
	struct position place;

	if (memchr(key.ptr, ' ', key.len) || key.len >= sizeof(name))
		return;
	snprintf(name, sizeof(name), "%.*s", SLICE_FMT(key));
	if (place_resolve(place_gazetteer(), &location, &place) == 0 && place.has_point &&
		place.country)
		warn(diags, file, key, "is also a town in ", place.country);
}

static void check_terms(const struct lexicon_file *file, bool with_names, struct diags *diags)
{
	const struct entry *entry;
	struct slice key;
	size_t position = 0;

	while (lexicon_next(file->lexicon, &position, &key, &entry)) {
		if ((entry->roles & ROLE_WORD) && (entry->roles & ROLE_PLAIN))
			warn(diags, file, key, "is both a word and plain", "");
		if (!(entry->roles & ROLE_WORD) || fabs(entry->valence) < strong)
			continue;
		check_forms(file, key, entry, diags);
		if (with_names)
			check_names(file, key, diags);
	}
}

static int run_check(struct ctl *ctl)
{
	CLEANUP(lexicon_files_done) struct lexicon_files files = {0};
	CLEANUP(diags_freep) struct diags *diags = NULL;
	size_t n = 0;
	int r = diags_new(&diags);

	if (r == 0)
		r = open_files(&files, diags);
	if (r < 0)
		return r;

	for (size_t i = 0; i < files.n; i++) {
		check_terms(&files.items[i], ctl_flag(ctl, "names"), diags);
		n += lexicon_count(files.items[i].lexicon);
	}
	diags_print(diags, stderr);
	printf("%zu terms in %zu files: %zu errors, %zu warnings\n", n, files.n,
		diags_count_errors(diags), diags_count_warnings(diags));
	return diags_count_errors(diags) > 0 ? -EINVAL : 0;
}

/* --- the commands -------------------------------------------------------------------- */

static const struct ctl_option check_options[] = {
	{.name = "names", .help = "Warn also of words that are names of towns"}};

static const struct ctl_option lookup_options[] = {
	CTL_OPTION_JSON,
	{.name = "lang", .type = OPTION_TEXT, .argument = "TAG", .help = "In this language only"},
};

static const struct ctl_verb verbs[] = {
	{
		.name = "check",
		.synopsis = "",
		.help = "Find wrong lines, duplicates and contradictions in all lexicons",
		.example = "mentionctl lexicon check --names",
		.options = check_options,
		.n_options = ARRAY_SIZE(check_options),
		.run = run_check,
	},
	{
		.name = "learn",
		.synopsis = "",
		.help = "Propose lines for the local lexicon from what people corrected",
		.description =
			"Looks at the mentions that somebody relabelled and prints lines for\n"
			"local/LANG.tsv: words that counted against what people said, and unknown\n"
			"words of what they called positive or negative.  Nothing is changed: "
			"read\n"
			"them, append those that are right, and see `mentionctl rescore "
			"--dry-run'.",
		.example = "mentionctl lexicon learn --lang en",
		.options = lexicon_learn_options,
		.n_options = N_LEXICON_LEARN_OPTIONS,
		.run = lexicon_learn,
	},
	{
		.name = "lookup",
		.synopsis = "WORD...",
		.help = "Say what the lexicons know of a word or term",
		.example = "mentionctl lexicon lookup disappointed 'thanks for nothing'",
		.options = lookup_options,
		.n_options = ARRAY_SIZE(lookup_options),
		.min_args = 1,
		.max_args = CTL_MANY_ARGS,
		.run = run_lookup,
	},
};

const struct ctl_verb verb_lexicon = {
	.name = "lexicon",
	.group = "Mentions",
	.synopsis = "COMMAND",
	.help = "Look into the words that scores are made of",
	.description =
		"A team's own words stand in local/LANG.tsv in the folder of the lexicons, and\n"
		"win over ours.",
	.example = "mentionctl lexicon lookup refund",
	.verbs = verbs,
	.n_verbs = ARRAY_SIZE(verbs),
};
