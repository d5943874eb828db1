#include "match/dictionary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"

/* A byte of keys; those that may stand in its place are its siblings. */
struct branch {
	unsigned char byte;
	struct branch *sibling;
	struct branch *child;
	struct term *terms; /* whose keys end here */
};

struct dictionary {
	struct map *whole[N_TERM_KINDS];
	struct branch *trees[N_TERM_KINDS];
	size_t n_terms[N_TERM_KINDS];
};

static bool is_in_tree(enum term_kind kind)
{
	return kind == TERM_PREFIX || kind == TERM_RUN || kind == TERM_TAG_PREFIX;
}

int dictionary_new(struct dictionary **ret)
{
	CLEANUP(dictionary_freep) struct dictionary *dictionary = calloc(1, sizeof(*dictionary));
	if (!dictionary)
		return -ENOMEM;

	for (size_t kind = 0; kind < N_TERM_KINDS; kind++) {
		const int r = map_new(&dictionary->whole[kind]);
		if (r < 0)
			return r;
	}
	*ret = TAKE(dictionary);
	return 0;
}

void dictionary_free(struct dictionary *dictionary)
{
	if (!dictionary)
		return;

	for (size_t kind = 0; kind < N_TERM_KINDS; kind++)
		map_free(dictionary->whole[kind]);
	free(dictionary);
}

static void term_free(struct term *term)
{
	if (!term)
		return;

	free((void *)(uintptr_t)term->wanted.key.ptr);
	free((void *)(uintptr_t)term->wanted.pattern.ptr);
	free(term->streams);
	free(term);
}
DEFINE_CLEANUP(struct term *, term_free);

static int copy_slice(struct slice text, struct slice *ret)
{
	char *copy = malloc(text.len + 1);

	if (!copy)
		return -ENOMEM;
	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	*ret = slice_from(copy, text.len);
	return 0;
}

static int term_new(const struct wanted *wanted, struct term **ret)
{
	CLEANUP(term_freep) struct term *term = calloc(1, sizeof(*term));
	if (!term)
		return -ENOMEM;

	int r = copy_slice(wanted->key, &term->wanted.key);
	if (r == 0)
		r = copy_slice(wanted->pattern, &term->wanted.pattern);
	if (r < 0)
		return r;

	term->wanted.kind = wanted->kind;
	term->wanted.accented = wanted->accented;
	term->wanted.open_start = wanted->open_start;
	term->wanted.open_end = wanted->open_end;
	term->wanted.n_clusters = wanted->n_clusters;
	*ret = TAKE(term);
	return 0;
}

/* Whether two wanted terms with the same kind and key are the same. */
static bool is_same(const struct wanted *a, const struct wanted *b)
{
	return slice_equals(a->pattern, b->pattern) && a->accented == b->accented &&
	       a->open_start == b->open_start && a->open_end == b->open_end;
}

static struct branch *find_branch(struct branch *branch, unsigned char byte)
{
	while (branch && branch->byte != byte)
		branch = branch->sibling;

	return branch;
}

/* The branch where KEY ends, made if need be.  -ENOMEM leaves branches without
 * a term, which prune() takes away. */
static int grow(struct branch **place, struct slice key, struct branch **ret)
{
	struct branch *branch = NULL;

	for (size_t i = 0; i < key.len; i++) {
		const unsigned char byte = (unsigned char)key.ptr[i];

		branch = find_branch(*place, byte);
		if (!branch) {
			branch = calloc(1, sizeof(*branch));
			if (!branch)
				return -ENOMEM;
			branch->byte = byte;
			branch->sibling = *place;
			*place = branch;
		}
		place = &branch->child;
	}
	*ret = branch;
	return 0;
}

/* Takes away the branches of KEY that lead to no term any more: the last of
 * them, and those above that have no other. */
static void prune(struct branch **place, struct slice key)
{
	struct branch **cut = NULL;

	/* Find the highest branch with nothing but this key's rest below it. */
	for (size_t i = 0; i < key.len && *place; i++) {
		while (*place && (*place)->byte != (unsigned char)key.ptr[i])
			place = &(*place)->sibling;
		if (!*place)
			return;

		const struct branch *child = (*place)->child;
		const bool is_end = i + 1 == key.len;

		if ((*place)->terms || (child && (child->sibling || is_end)))
			cut = NULL;
		else if (!cut)
			cut = place;
		place = &(*place)->child;
	}
	if (!cut)
		return;

	struct branch *branch = *cut;

	*cut = branch->sibling;
	while (branch) {
		struct branch *child = branch->child;

		free(branch);
		branch = child;
	}
}

static int take_from_tree(
	struct dictionary *dictionary, const struct wanted *wanted, struct term **ret)
{
	struct branch **tree = &dictionary->trees[wanted->kind];
	struct branch *branch;
	struct term *term;
	int r = grow(tree, wanted->key, &branch);

	if (r == 0) {
		for (term = branch->terms; term; term = term->next) {
			if (is_same(&term->wanted, wanted)) {
				*ret = term;
				return 0;
			}
		}
		r = term_new(wanted, &term);
	}
	if (r < 0) {
		prune(tree, wanted->key);
		return r;
	}

	term->next = branch->terms;
	branch->terms = term;
	*ret = term;
	return 1;
}

static int take_whole(struct dictionary *dictionary, const struct wanted *wanted, struct term **ret)
{
	struct term *term = dictionary_find(dictionary, wanted->kind, wanted->key);
	int r = 0;

	if (!term) {
		r = term_new(wanted, &term);
		if (r < 0)
			return r;
		r = map_set(dictionary->whole[wanted->kind], wanted->key,
			(union map_value){.pointer = term});
		if (r < 0)
			term_free(term);
	}
	*ret = term;
	return r;
}

int dictionary_take(struct dictionary *dictionary, const struct wanted *wanted, struct term **ret)
{
	const int r = is_in_tree(wanted->kind) ? take_from_tree(dictionary, wanted, ret)
					       : take_whole(dictionary, wanted, ret);

	if (r < 0)
		return r;

	dictionary->n_terms[wanted->kind] += r > 0;
	(*ret)->n_users++;
	return 0;
}

static void remove_from_tree(struct dictionary *dictionary, struct term *term)
{
	struct branch **tree = &dictionary->trees[term->wanted.kind];
	struct branch *branch;

	/* All branches of a term exist, so nothing is made here. */
	if (grow(tree, term->wanted.key, &branch) < 0)
		return;

	struct term **place = &branch->terms;

	while (*place != term)
		place = &(*place)->next;
	*place = term->next;
	prune(tree, term->wanted.key);
}

void dictionary_release(struct dictionary *dictionary, struct term *term)
{
	if (!term || --term->n_users > 0)
		return;

	dictionary->n_terms[term->wanted.kind]--;
	if (is_in_tree(term->wanted.kind))
		remove_from_tree(dictionary, term);
	else
		map_remove(dictionary->whole[term->wanted.kind], term->wanted.key);
	term_free(term);
}

bool dictionary_has(const struct dictionary *dictionary, enum term_kind kind)
{
	return dictionary->n_terms[kind] > 0;
}

struct term *dictionary_find(
	const struct dictionary *dictionary, enum term_kind kind, struct slice key)
{
	union map_value value;

	return map_find(dictionary->whole[kind], key, &value) ? value.pointer : NULL;
}

struct walk dictionary_walk(
	const struct dictionary *dictionary, enum term_kind kind, struct slice text)
{
	return (struct walk){.branches = dictionary->trees[kind], .text = text};
}

struct term *walk_next(struct walk *walk)
{
	while (walk->branches && walk->len < walk->text.len) {
		const struct branch *branch = walk->branches;
		const unsigned char byte = (unsigned char)walk->text.ptr[walk->len];

		while (branch && branch->byte != byte)
			branch = branch->sibling;
		walk->branches = branch ? branch->child : NULL;
		if (!branch)
			return NULL;
		walk->len++;
		if (branch->terms)
			return branch->terms;
	}
	return NULL;
}
