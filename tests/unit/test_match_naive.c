/* An engine of many streams must say of each post what a reader without any
 * index says: one that walks the tree of each query over the words of the post
 * and tries all places.  Queries and posts are random, made from a seed; streams
 * come and go between posts.  MENTIOND_TEST_BATCHES=N makes N batches of them
 * instead of two, for changes of the engine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/str.h"
#include "base/utf8.h"
#include "match/engine.h"
#include "match/query.h"
#include "text/entities.h"
#include "text/words.h"
#include "unit.h"

enum {
	BATCHES = 2, /* one of each kind: seconds under a sanitizer */
	QUERIES = 50,
	POSTS = 60,
	DEPTH = 2,
	MAX_PARTS = 3,
	MAX_WORDS = 12, /* in a field */
	MAX_ATOMS = 128,
	MAX_SPANS = 4096,
	CERTAIN = 4, /* grapheme clusters that need no dictionary */
};

enum tree_kind { WORDS, WINDOW, NEAR, HASHTAG, HANDLE, LANG, LIKES, AND, OR, NOT, ATLEAST };

struct tree {
	enum tree_kind kind;
	unsigned int fields; /* bits */
	const char *terms[MAX_PARTS];
	struct tree *parts[MAX_PARTS];
	size_t n;     /* of the terms or parts */
	size_t count; /* words between; how many parts */
	bool ordered;
};

/* A word, or a grapheme cluster of a run. */
struct atom {
	struct slice key, base;
	bool in_run;
	bool starts; /* a word starts here, to a dictionary */
	bool joined; /* to the atom before, in one run */
	size_t start, end;
};

struct passage {
	struct words *words;
	const char *text;
	struct atom atoms[MAX_ATOMS];
	size_t n;
};

/* Atoms [from, to) of a field, or what has no atoms (from = to). */
struct place {
	size_t field, from, to;
	size_t start, end; /* code points */
};

struct places {
	struct place items[MAX_SPANS];
	size_t n;
};

struct state {
	struct random random;
	struct arena *arena;  /* of the queries */
	struct words *terms;  /* for the words of queries */
	struct words *folded; /* for hashtags */
	struct passage passages[N_FIELDS];
	const struct post *post;
	bool is_dense; /* few words, and queries of distances alone */
};

static size_t pick(struct state *state, size_t n)
{
	return random_next(&state->random) % n;
}

#define PICK(state, array) ((array)[pick((state), ARRAY_SIZE(array))])

static const char *const spaced[] = {"acme", "globex", "niño", "nino", "shop", "late", "the",
	"acmes", "👍", "2026", "ac*", "ni?o", "niñ*", "shop*"};
/* Few words, so that they often meet. */
static const char *const frequent[] = {"acme", "shop", "late"};
static const char *const unspaced[] = {
	"京大学", "ភ្នំពេញ", "ពេញ", "ភ្នំ*", "东京大学", "东京", "学生", "大学*", "京大"};

static struct tree *new_tree(struct state *state, enum tree_kind kind)
{
	struct tree *tree = arena_alloc(state->arena, sizeof(*tree));

	assert_non_null(tree);
	tree->kind = kind;
	tree->fields = 1u << FIELD_TITLE | 1u << FIELD_TEXT;
	return tree;
}

static const char *any_term(struct state *state)
{
	switch (state->is_dense ? 2 : pick(state, 4)) {
	case 0:
		return PICK(state, unspaced);
	case 1:
		return PICK(state, spaced);
	default:
		return PICK(state, frequent);
	}
}

static struct tree *make_words(struct state *state, bool with_field)
{
	struct tree *tree = new_tree(state, WORDS);

	tree->n = pick(state, 4) == 0 ? 2 : 1;
	for (size_t i = 0; i < tree->n; i++)
		tree->terms[i] = any_term(state);
	if (with_field && pick(state, 5) == 0)
		tree->fields = 1u << pick(state, N_FIELDS);
	return tree;
}

static struct tree *make_near(struct state *state, int depth);

static struct tree *make_operand(struct state *state, int depth)
{
	if (depth > 0 && pick(state, state->is_dense ? 2 : 4) == 0)
		return make_near(state, depth - 1);
	if (depth == 0 || pick(state, 3) > 0)
		return make_words(state, false);

	struct tree *tree = new_tree(state, OR);

	for (tree->n = 0; tree->n < 2; tree->n++)
		tree->parts[tree->n] = make_operand(state, depth - 1);
	return tree;
}

static struct tree *make_near(struct state *state, int depth)
{
	struct tree *tree = new_tree(state, NEAR);

	tree->count = pick(state, 4);
	tree->ordered = pick(state, 2);
	for (tree->n = 0; tree->n < 2; tree->n++)
		tree->parts[tree->n] = make_operand(state, depth);
	return tree;
}

static struct tree *make_leaf(struct state *state)
{
	static const char *const tags[] = {"#fail", "#fai*", "#niño", "#nino"};
	static const char *const langs[] = {"en", "km"};
	struct tree *tree;

	switch (state->is_dense ? 6 : pick(state, 12)) {
	case 0:
		tree = new_tree(state, HASHTAG);
		tree->terms[0] = PICK(state, tags);
		return tree;
	case 1:
		tree = new_tree(state, HANDLE);
		tree->terms[0] = "@help";
		return tree;
	case 2:
		tree = new_tree(state, LANG);
		tree->terms[0] = PICK(state, langs);
		return tree;
	case 3:
		tree = new_tree(state, LIKES);
		tree->count = pick(state, 8);
		return tree;
	case 4:
		tree = new_tree(state, WINDOW);
		tree->count = pick(state, 3);
		for (tree->n = 0; tree->n < 2 + pick(state, 2); tree->n++)
			tree->terms[tree->n] =
				pick(state, 2) ? PICK(state, spaced) : PICK(state, frequent);
		return tree;
	case 5:
	case 6:
		return make_near(state, 2);
	default:
		return make_words(state, true);
	}
}

static struct tree *make_tree(struct state *state, int depth)
{
	static const enum tree_kind kinds[] = {AND, AND, OR, OR, ATLEAST, NOT};

	if (depth == 0 || pick(state, 4) == 0)
		return make_leaf(state);

	struct tree *tree = new_tree(state, PICK(state, kinds));
	const size_t n = tree->kind == NOT ? 1 : 2 + pick(state, MAX_PARTS - 1);

	for (tree->n = 0; tree->n < n; tree->n++) {
		struct tree *part = make_tree(state, depth - 1);

		/* "NOT NOT" is an error. */
		while (tree->kind == NOT && part->kind == NOT)
			part = part->parts[0];
		tree->parts[tree->n] = part;
	}
	tree->count = 1 + pick(state, n);
	return tree;
}

/* How the parts of a tree are written. */
static const struct {
	const char *open, *between, *close;
} signs[] = {
	[WORDS] = {"\"", " ", "\""},
	[WINDOW] = {"\"", " ", "\""},
	[AND] = {"(", " AND ", ")"},
	[OR] = {"(", " OR ", ")"},
	[NOT] = {"NOT ", "", ""},
	[ATLEAST] = {"(", ", ", ")"},
};

static void write_tree(struct str *str, const struct tree *tree)
{
	char near[32];
	const char *between = signs[tree->kind].between;

	switch (tree->kind) {
	case HASHTAG:
	case HANDLE:
		str_add_text(str, tree->terms[0]);
		return;
	case LANG:
		str_add_format(str, "lang:%s", tree->terms[0]);
		return;
	case LIKES:
		str_add_format(str, "likes:>=%zu", tree->count);
		return;
	case ATLEAST:
		str_add_format(str, "atleast:%zu", tree->count);
		break;
	case NEAR:
		snprintf(near, sizeof(near), " NEAR/%zu%s ", tree->count, tree->ordered ? "f" : "");
		between = near;
		break;
	default:
		break;
	}
	if (tree->fields == 1u << FIELD_TITLE || tree->fields == 1u << FIELD_TEXT)
		str_add_text(str, tree->fields == 1u << FIELD_TITLE ? "title:" : "text:");
	str_add_text(str, tree->kind == NEAR ? "(" : signs[tree->kind].open);
	for (size_t i = 0; i < tree->n; i++) {
		if (i > 0)
			str_add_text(str, between);
		if (tree->terms[i])
			str_add_text(str, tree->terms[i]);
		else
			write_tree(str, tree->parts[i]);
	}
	str_add_text(str, tree->kind == NEAR ? ")" : signs[tree->kind].close);
	if (tree->kind == WINDOW)
		str_add_format(str, "~%zu", tree->count);
}

static void add_atoms(struct passage *passage, const struct word *word)
{
	const struct cut *cuts = words_cuts(passage->words, word);

	for (size_t i = 0; i < word->n_clusters; i++) {
		struct atom *atom = &passage->atoms[passage->n++];

		assert_true(passage->n < MAX_ATOMS);
		*atom = (struct atom){.key = word->key,
			.base = word->base,
			.starts = true,
			.start = word->start,
			.end = word->end};
		if (word->kind != WORD_RUN)
			continue;
		atom->in_run = true;
		atom->joined = i > 0;
		atom->starts = words_is_boundary(passage->words, word, i);
		atom->start = cuts[i].start_index;
		atom->end = cuts[i + 1].end_index;
		atom->key = slice_from(word->key.ptr + cuts[i].key, cuts[i + 1].key - cuts[i].key);
	}
}

static void read_post(struct state *state, const struct post *post)
{
	state->post = post;
	for (enum field field = 0; field < N_FIELDS; field++) {
		struct passage *passage = &state->passages[field];
		const struct word *items;
		size_t n;

		passage->text = post_field(post, field);
		passage->n = 0;
		assert_int_equal(
			words_split(passage->words, slice_of(passage->text), &items, &n), 0);
		for (size_t i = 0; i < n; i++)
			add_atoms(passage, &items[i]);
	}
}

static bool is_border(const struct passage *passage, size_t at)
{
	return at == passage->n || passage->atoms[at].starts;
}

/* Words of the atoms [FROM, TO) as a whole. */
static size_t count_words(const struct passage *passage, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		size_t end = i + 1;

		while (!is_border(passage, end))
			end++;
		n += is_border(passage, i) && end <= to;
	}
	return n;
}

static void add_place(
	struct state *state, struct places *places, size_t field, size_t from, size_t to)
{
	const struct atom *atoms = state->passages[field].atoms;

	assert_true(places->n < MAX_SPANS);
	places->items[places->n++] =
		(struct place){field, from, to, atoms[from].start, atoms[to - 1].end};
}

static bool fits(const char *pattern, const char *end, struct slice text)
{
	if (pattern == end)
		return text.len == 0;
	if (*pattern == '*')
		return fits(pattern + 1, end, text) ||
		       (text.len > 0 && fits(pattern, end, slice_skip(text, 1)));
	if (text.len == 0)
		return false;
	if (*pattern == '?') {
		size_t len = 1;

		while (len < text.len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
			len++;
		return fits(pattern + 1, end, slice_skip(text, len));
	}
	return *pattern == text.ptr[0] && fits(pattern + 1, end, slice_skip(text, 1));
}

/* The end of TERM, written in lower case, when it stands at the atom FROM; 0
 * when it does not. */
static size_t term_end(
	struct state *state, const struct passage *passage, size_t from, const char *term)
{
	const struct word *word;
	size_t n;
	CLEANUP(str_done) struct str literal = STR_INIT(256);

	for (const char *c = term; *c; c++)
		if (*c != '*' && *c != '?')
			str_add_char(&literal, *c);
	assert_int_equal(words_split(state->terms, str_slice(&literal), &word, &n), 0);
	assert_int_equal(n, 1);

	const bool is_open = slice_ends_with(slice_of(term), SLICE("*"));
	const struct atom *atom = &passage->atoms[from];

	if (word->kind != WORD_RUN) {
		const bool accented = word->key.ptr != word->base.ptr;

		return !atom->in_run && fits(term, term + strlen(term),
						accented ? atom->key : atom->base)
			       ? from + 1
			       : 0;
	}

	size_t end = from;
	size_t len = 0;

	while (end < passage->n && len < word->key.len && passage->atoms[end].in_run &&
		(end == from || passage->atoms[end].joined) &&
		slice_starts_with(slice_skip(word->key, len), passage->atoms[end].key))
		len += passage->atoms[end++].key.len;
	if (len < word->key.len)
		return 0;
	if (word->n_clusters >= CERTAIN)
		return end;

	return is_border(passage, from) && (is_open || is_border(passage, end)) ? end : 0;
}

static void find_words(struct state *state, const struct tree *tree, struct places *places)
{
	for (size_t field = 0; field < N_FIELDS; field++) {
		const struct passage *passage = &state->passages[field];

		for (size_t from = 0; tree->fields & 1u << field && from < passage->n; from++) {
			size_t at = from;
			size_t i = 0;

			for (; i < tree->n && at < passage->n; i++) {
				at = term_end(state, passage, at, tree->terms[i]);
				if (at == 0)
					break;
			}
			if (i == tree->n && at > 0)
				add_place(state, places, field, from, at);
		}
	}
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

static void sort_places(struct places *places)
{
	size_t kept = 0;

	if (places->n > 1)
		qsort(places->items, places->n, sizeof(places->items[0]), compare_places);
	for (size_t i = 0; i < places->n; i++)
		if (kept == 0 || compare_places(&places->items[kept - 1], &places->items[i]) != 0)
			places->items[kept++] = places->items[i];
	places->n = kept;
}

/* All places of what can take part in a NEAR; of a NEAR at the top, only those
 * that lead to the next place of the other part. */
static void find_all(
	struct state *state, const struct tree *tree, bool at_top, struct places *places);

static void find_pairs(struct state *state, const struct tree *tree, bool at_top,
	const struct places *first, const struct places *second, struct places *places)
{
	for (size_t i = 0; i < first->n; i++) {
		const struct place *a = &first->items[i];

		for (size_t j = 0; j < second->n; j++) {
			const struct place *b = &second->items[j];

			if (b->field != a->field || b->from < a->to)
				continue;
			if (count_words(&state->passages[a->field], a->to, b->from) <= tree->count)
				add_place(state, places, a->field, a->from, b->to);
			if (at_top)
				break;
		}
	}
}

static void find_near(
	struct state *state, const struct tree *tree, bool at_top, struct places *places)
{
	struct places *first = malloc(2 * sizeof(*first));
	struct places *second = first + 1;

	assert_non_null(first);
	first->n = second->n = 0;
	find_all(state, tree->parts[0], false, first);
	find_all(state, tree->parts[1], false, second);
	sort_places(first);
	sort_places(second);
	find_pairs(state, tree, at_top, first, second, places);
	if (!tree->ordered)
		find_pairs(state, tree, at_top, second, first, places);
	free(first);
}

static void find_all(
	struct state *state, const struct tree *tree, bool at_top, struct places *places)
{
	if (tree->kind == WORDS)
		find_words(state, tree, places);
	else if (tree->kind == NEAR)
		find_near(state, tree, at_top, places);
	else
		for (size_t i = 0; i < tree->n; i++)
			find_all(state, tree->parts[i], false, places);
}

/* Whether the terms of TREE from number I on have places of their own in the
 * atoms [FROM, TO); TAKEN are the places of the others. */
static bool has_all(struct state *state, const struct tree *tree, const struct passage *passage,
	size_t i, size_t from, size_t to, bool *taken)
{
	if (i == tree->n)
		return true;

	for (size_t at = from; at < to; at++) {
		if (taken[at] || term_end(state, passage, at, tree->terms[i]) == 0)
			continue;
		taken[at] = true;

		const bool all = has_all(state, tree, passage, i + 1, from, to, taken);

		taken[at] = false;
		if (all)
			return true;
	}
	return false;
}

/* The windows that hold no smaller one. */
static void find_windows(struct state *state, const struct tree *tree, struct places *places)
{
	bool taken[MAX_ATOMS] = {false};

	for (size_t field = 0; field < N_FIELDS; field++) {
		const struct passage *passage = &state->passages[field];

		for (size_t from = 0; from < passage->n; from++) {
			for (size_t to = from + 1; to <= passage->n; to++) {
				if (!has_all(state, tree, passage, 0, from, to, taken))
					continue;
				if (!has_all(state, tree, passage, 0, from + 1, to, taken) &&
					count_words(passage, from, to) <= tree->n + tree->count)
					add_place(state, places, field, from, to);
				break;
			}
		}
	}
}

static void find_entities(struct state *state, const struct tree *tree, struct places *places)
{
	const bool is_open = slice_ends_with(slice_of(tree->terms[0]), SLICE("*"));
	struct slice wanted = slice_of(tree->terms[0]);

	wanted.len -= is_open;
	for (size_t field = 0; field < N_FIELDS; field++) {
		const struct slice text = slice_of(state->passages[field].text);
		struct entity entity;

		for (size_t at = 0; entities_next(text, &at, &entity);) {
			const struct slice found =
				slice_from(text.ptr + entity.start, entity.end - entity.start);
			struct slice key;
			struct slice base;

			assert_int_equal(words_key(state->folded, found, &key, &base), 0);

			const struct slice other = slice_find(wanted, SLICE("ñ")) >= 0 ? key : base;

			if (is_open ? slice_starts_with(other, wanted)
				    : slice_equals(other, wanted))
				places->items[places->n++] = (struct place){.field = field,
					.start = utf8_index(text, entity.start),
					.end = utf8_index(text, entity.end)};
		}
	}
}

/* The verdict of TREE; when it matches, its hits are added to PLACES. */
static bool evaluate(struct state *state, const struct tree *tree, struct places *places)
{
	const size_t before = places->n;
	size_t n_matched = 0;

	switch (tree->kind) {
	case WORDS:
	case NEAR:
		find_all(state, tree, true, places);
		return places->n > before;
	case WINDOW:
		find_windows(state, tree, places);
		return places->n > before;
	case HASHTAG:
	case HANDLE:
		find_entities(state, tree, places);
		return places->n > before;
	case LANG:
		return state->post->lang && strcmp(state->post->lang, tree->terms[0]) == 0;
	case LIKES:
		return state->post->metrics[METRIC_LIKES].value >= (double)tree->count;
	default:
		break;
	}

	for (size_t i = 0; i < tree->n; i++)
		n_matched += evaluate(state, tree->parts[i], places);

	const bool matched = tree->kind == NOT   ? n_matched == 0
			     : tree->kind == AND ? n_matched == tree->n
			     : tree->kind == OR  ? n_matched > 0
						 : n_matched >= tree->count;

	if (!matched || tree->kind == NOT)
		places->n = before;
	return matched;
}

static char *make_text(struct state *state)
{
	static const char *const words[] = {"acme", "ACMES", "globex", "Niño", "nino", "shop",
		"shops", "late", "the", "👍🏽", "២០២៦", "2026", "#fail", "#FAILS", "#niño",
		"@help", "ភ្នំពេញ", "ភ្នំ", "ពេញ", "东京大学", "东京", "学生",
		"https://shop.example/acme"};
	static const char *const between[] = {" ", " ", " ", ", ", "\u200B", ".\n", ""};
	CLEANUP(str_done) struct str text = STR_INIT(4096);

	for (size_t i = pick(state, MAX_WORDS); i > 0; i--)
		str_add_format(&text, "%s%s",
			state->is_dense ? PICK(state, frequent) : PICK(state, words),
			PICK(state, between));

	char *copy = arena_copy(state->arena, str_slice(&text));

	assert_non_null(copy);
	return copy;
}

static void write_places(struct str *str, const struct places *places)
{
	for (size_t i = 0; i < places->n; i++)
		str_add_format(str, " %s %zu-%zu",
			places->items[i].field == FIELD_TITLE ? "title" : "text",
			places->items[i].start, places->items[i].end);
}

static void write_hits(struct str *str, const struct match *match)
{
	for (size_t i = 0; i < match->n_hits; i++)
		str_add_format(str, " %s %zu-%zu",
			match->hits[i].field == FIELD_TITLE ? "title" : "text",
			match->hits[i].start, match->hits[i].end);
}

/* A stream of the engine; its tree is NULL while it is out. */
struct stream {
	char name[16];
	char *query;
	struct tree *tree;
};

/* Queries that are refused, because they only exclude, are tried again. */
static void add_stream(struct state *state, struct engine *engine, struct stream *stream)
{
	struct query *query = NULL;

	while (!query) {
		CLEANUP(str_done) struct str text = STR_INIT(1 << 16);

		stream->tree = make_tree(state, DEPTH);
		write_tree(&text, stream->tree);
		stream->query = arena_copy(state->arena, str_slice(&text));
		assert_non_null(stream->query);
		query_compile(str_slice(&text), &query, NULL);
	}
	assert_int_equal(engine_add(engine, stream->name, query), 0);
}

static const struct match *find_match(const struct match *matches, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(matches[i].stream, name) == 0)
			return &matches[i];

	return NULL;
}

static void check_post(struct state *state, struct engine *engine, const struct stream *streams)
{
	const struct post post = {.title = make_text(state),
		.text = make_text(state),
		.lang = pick(state, 2) ? "en" : NULL,
		.metrics = {[METRIC_LIKES] = {(double)pick(state, 8), true}}};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct match *matches;
	size_t n;

	assert_int_equal(arena_new(16 << 20, &arena), 0);
	read_post(state, &post);
	assert_int_equal(engine_match(engine, &post, arena, &matches, &n), 0);
	for (size_t i = 0; i < QUERIES; i++) {
		const struct match *match = find_match(matches, n, streams[i].name);
		CLEANUP(str_done) struct str got = STR_INIT(1 << 16);
		CLEANUP(str_done) struct str want = STR_INIT(1 << 16);
		static struct places places;

		places.n = 0;
		if (match)
			write_hits(&got, match);
		else
			str_add_text(&got, "no");
		if (evaluate(state, streams[i].tree, &places)) {
			sort_places(&places);
			write_places(&want, &places);
		} else {
			str_add_text(&want, "no");
		}
		expect(same_text(str_text(&got), str_text(&want)),
			"`%s' on `%s' | `%s': got%s, want%s", streams[i].query, post.title,
			post.text, str_text(&got), str_text(&want));
	}
}

static void run_batch(struct state *state)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	struct stream streams[QUERIES];

	assert_int_equal(engine_new(&engine), 0);
	for (size_t i = 0; i < QUERIES; i++) {
		snprintf(streams[i].name, sizeof(streams[i].name), "%zu", i);
		add_stream(state, engine, &streams[i]);
	}
	for (size_t i = 0; i < POSTS; i++) {
		struct stream *changed = &streams[pick(state, QUERIES)];

		check_post(state, engine, streams);
		assert_int_equal(engine_remove(engine, changed->name), 0);
		add_stream(state, engine, changed);
	}
}

static void test_an_engine_says_what_a_reader_without_index_says(void **unused)
{
	struct state *state = calloc(1, sizeof(*state));
	struct words **const analysers[] = {&state->terms, &state->folded,
		&state->passages[FIELD_TITLE].words, &state->passages[FIELD_TEXT].words};

	(void)unused;
	assert_non_null(state);
	state->random.state = 4711;
	assert_int_equal(arena_new(64 << 20, &state->arena), 0);
	for (size_t i = 0; i < ARRAY_SIZE(analysers); i++)
		assert_int_equal(words_new(analysers[i]), 0);

	const char *wanted = getenv("MENTIOND_TEST_BATCHES");
	const size_t n_batches = wanted ? strtoul(wanted, NULL, 10) : BATCHES;

	assert_true(n_batches > 0);
	for (size_t i = 0; i < n_batches; i++) {
		state->is_dense = i % 2;
		run_batch(state);
		arena_reset(state->arena);
	}

	for (size_t i = 0; i < ARRAY_SIZE(analysers); i++)
		words_free(*analysers[i]);
	arena_free(state->arena);
	free(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_engine_says_what_a_reader_without_index_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
