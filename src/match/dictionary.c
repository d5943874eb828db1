#include "match/dictionary.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

enum {
	FIRST_SLOTS = 64,
	/* Bits of a hash in its slot: used; a stream is filed under the term. */
	HASH_USED = 1,
	HASH_FILED = 2,
	HASH_FLAGS = HASH_USED | HASH_FILED,
	HASH_SHIFT = 2,
	MANY_CHILDREN = 8, /* more are found by a table */
	N_BYTES = 256,
	/* Of the filter, for each term in it, or up to twice as many: one word in
	 * thirty passes in vain, and the filter of ten thousand streams stays in
	 * the processor's first caches. */
	BITS_PER_TERM = 8,
	BITS_PER_UNIT = 64,
};

/* A byte of keys, below those that come before it. */
struct branch {
	unsigned char byte;
	uint16_t n_children;
	uint32_t n_filed; /* terms here and below under which streams are filed */
	struct branch *sibling;
	struct branch *child;
	struct branch **table; /* the children by their byte, when there are many */
	struct term *terms;    /* whose keys end here */
};

/* Terms that are looked up whole: open addressing with linear probing.  The
 * hashes stand apart, because nearly all words of posts are no term: what is
 * touched for them should stay in the processor's cache. */
struct dictionary {
	uint32_t *hashes; /* with their flags; 0: free */
	struct term **terms;
	size_t n_slots; /* a power of two */
	size_t n_whole;
	/* A filter in front of them: two bits of a unit for each hash of a term
	 * under which a stream is filed (Bloom 1970).  Those of terms that lost
	 * theirs stay until all are set anew. */
	uint64_t *filter;
	size_t n_bits; /* a power of two, or 0 */
	size_t n_set;  /* hashes */
	struct branch roots[N_TERM_KINDS];
	size_t n_terms[N_TERM_KINDS];
};

static bool is_in_tree(enum term_kind kind)
{
	return kind == TERM_PREFIX || kind == TERM_RUN || kind == TERM_RAW ||
	       kind == TERM_TAG_PREFIX;
}

int dictionary_new(struct dictionary **ret)
{
	CLEANUP(dictionary_freep) struct dictionary *dictionary = calloc(1, sizeof(*dictionary));
	if (!dictionary)
		return -ENOMEM;

	dictionary->n_slots = FIRST_SLOTS;
	dictionary->hashes = calloc(FIRST_SLOTS, sizeof(*dictionary->hashes));
	dictionary->terms = calloc(FIRST_SLOTS, sizeof(struct term *));
	if (!dictionary->hashes || !dictionary->terms)
		return -ENOMEM;

	*ret = TAKE(dictionary);
	return 0;
}

void dictionary_free(struct dictionary *dictionary)
{
	if (!dictionary)
		return;

	free(dictionary->hashes);
	free(dictionary->terms);
	free(dictionary->filter);
	for (size_t i = 0; i < N_TERM_KINDS; i++)
		free(dictionary->roots[i].table);
	free(dictionary);
}

static inline uint64_t load_8(const char *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static inline uint64_t load_4(const char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

/* The 1 to 8 last bytes of KEY, which has LEFT more: loads of fixed sizes that
 * overlap, because a word of a post costs no more than a few of them. */
static inline uint64_t load_last(struct slice key, size_t left)
{
	const char *bytes = key.ptr + key.len - left;

	if (key.len >= 8)
		return load_8(key.ptr + key.len - 8);
	if (left >= 4)
		return load_4(bytes) << 32 | load_4(bytes + left - 4);

	return (uint64_t)(unsigned char)bytes[0] << 16 |
	       (uint64_t)(unsigned char)bytes[left / 2] << 8 | (unsigned char)bytes[left - 1];
}

/* Without flags.  Keys come from queries, which their owner trusts: a plain
 * multiplicative hash, eight bytes at a time, does. */
uint32_t dictionary_hash(enum term_kind kind, struct slice key)
{
	const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15); /* 2^64 / golden ratio */
	uint64_t hash = (key.len + 1) * factor ^ kind;
	size_t i = 0;

	for (; i + 8 < key.len; i += 8) {
		hash = (hash ^ load_8(key.ptr + i)) * factor;
		hash ^= hash >> 32;
	}
	if (i < key.len)
		hash = (hash ^ load_last(key, key.len - i)) * factor;
	return (uint32_t)(hash ^ hash >> 32) & ~(uint32_t)HASH_FLAGS;
}

/* The slot that holds the term, or the free one where it would go. */
static size_t slot_of(const struct dictionary *dictionary, enum term_kind kind, struct slice key)
{
	const uint32_t hash = dictionary_hash(kind, key);
	size_t slot = (hash >> HASH_SHIFT) & (dictionary->n_slots - 1);

	for (; dictionary->hashes[slot] != 0; slot = (slot + 1) & (dictionary->n_slots - 1)) {
		const struct wanted *wanted = &dictionary->terms[slot]->wanted;

		if ((dictionary->hashes[slot] & ~(uint32_t)HASH_FLAGS) == hash &&
			wanted->kind == kind && slice_equals(wanted->key, key))
			break;
	}
	return slot;
}

static void set_slot(struct dictionary *dictionary, size_t slot, uint32_t hash, struct term *term)
{
	dictionary->hashes[slot] = hash;
	dictionary->terms[slot] = term;
}

/* Doubles the slots when they are half full. */
static int make_slots(struct dictionary *dictionary)
{
	struct dictionary old = *dictionary;

	if (old.n_whole * 2 < old.n_slots)
		return 0;

	dictionary->n_slots = old.n_slots * 2;
	dictionary->hashes = calloc(dictionary->n_slots, sizeof(*dictionary->hashes));
	dictionary->terms = calloc(dictionary->n_slots, sizeof(struct term *));
	if (!dictionary->hashes || !dictionary->terms) {
		free(dictionary->hashes);
		free(dictionary->terms);
		*dictionary = old;
		return -ENOMEM;
	}
	for (size_t i = 0; i < old.n_slots; i++) {
		if (old.hashes[i] == 0)
			continue;

		const struct wanted *wanted = &old.terms[i]->wanted;

		set_slot(dictionary, slot_of(dictionary, wanted->kind, wanted->key), old.hashes[i],
			old.terms[i]);
	}
	free(old.hashes);
	free(old.terms);
	return 0;
}

/* Frees the slot of TERM, and moves up those behind it that a search would no
 * longer reach (Knuth, The Art of Computer Programming 3, 6.4, algorithm R). */
static void remove_whole(struct dictionary *dictionary, const struct term *term)
{
	const size_t mask = dictionary->n_slots - 1;
	size_t hole = slot_of(dictionary, term->wanted.kind, term->wanted.key);

	for (size_t i = (hole + 1) & mask; dictionary->hashes[i] != 0; i = (i + 1) & mask) {
		const size_t home = (dictionary->hashes[i] >> HASH_SHIFT) & mask;

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		set_slot(dictionary, hole, dictionary->hashes[i], dictionary->terms[i]);
		hole = i;
	}
	set_slot(dictionary, hole, 0, NULL);
	dictionary->n_whole--;
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

	term->hash = dictionary_hash(wanted->kind, wanted->key);
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

static struct branch *find_child(const struct branch *parent, unsigned char byte)
{
	struct branch *child = parent->child;

	if (parent->table)
		return parent->table[byte];

	while (child && child->byte != byte)
		child = child->sibling;
	return child;
}

/* The third byte of a letter can be one of sixty: a list would be walked through
 * at each letter of each post.  Without memory, it is. */
static void make_table(struct branch *parent)
{
	if (parent->table || parent->n_children <= MANY_CHILDREN)
		return;

	parent->table = calloc(N_BYTES, sizeof(struct branch *));
	for (struct branch *child = parent->child; parent->table && child; child = child->sibling)
		parent->table[child->byte] = child;
}

static struct branch *add_child(struct branch *parent, unsigned char byte)
{
	struct branch *child = calloc(1, sizeof(*child));

	if (!child)
		return NULL;

	child->byte = byte;
	child->sibling = parent->child;
	parent->child = child;
	parent->n_children++;
	if (parent->table)
		parent->table[byte] = child;
	make_table(parent);
	return child;
}

/* Takes CHILD, and the one line of branches below it, away. */
static void remove_child(struct branch *parent, struct branch *child)
{
	struct branch **place = &parent->child;

	while (*place != child)
		place = &(*place)->sibling;
	*place = child->sibling;
	parent->n_children--;
	if (parent->table)
		parent->table[child->byte] = NULL;

	while (child) {
		struct branch *next = child->child;

		free(child->table);
		free(child);
		child = next;
	}
}

/* The branch where KEY ends, made if need be.  -ENOMEM leaves branches without
 * a term, which prune() takes away. */
static int grow(struct branch *branch, struct slice key, struct branch **ret)
{
	assert(key.len > 0);
	for (size_t i = 0; i < key.len; i++) {
		const unsigned char byte = (unsigned char)key.ptr[i];
		struct branch *child = find_child(branch, byte);

		branch = child ? child : add_child(branch, byte);
		if (!branch)
			return -ENOMEM;
	}
	*ret = branch;
	return 0;
}

/* Takes away the branches of KEY that lead to no term any more: the last of
 * them, and those above that have no other. */
static void prune(struct branch *branch, struct slice key)
{
	struct branch *parent = NULL;
	struct branch *cut = NULL;

	/* Find the highest branch with nothing but this key's rest below it. */
	for (size_t i = 0; i < key.len; i++) {
		struct branch *child = find_child(branch, (unsigned char)key.ptr[i]);

		if (!child)
			break;
		if (child->terms || child->n_children > (i + 1 < key.len)) {
			cut = NULL;
		} else if (!cut) {
			parent = branch;
			cut = child;
		}
		branch = child;
	}
	if (cut)
		remove_child(parent, cut);
}

static struct term *find_same(struct term *term, const struct wanted *wanted)
{
	while (term && !is_same(&term->wanted, wanted))
		term = term->next;

	return term;
}

static int take_from_tree(
	struct dictionary *dictionary, const struct wanted *wanted, struct term **ret)
{
	struct branch *tree = &dictionary->roots[wanted->kind];
	struct branch *branch = NULL;
	struct term *term = NULL;
	int r = grow(tree, wanted->key, &branch);

	if (r == 0) {
		*ret = find_same(branch->terms, wanted);
		if (*ret)
			return 0;
		r = term_new(wanted, &term);
	}
	if (r < 0) {
		prune(tree, wanted->key);
		return r;
	}

	assert(term);
	term->next = branch->terms;
	branch->terms = term;
	*ret = term;
	return 1;
}

static int take_whole(struct dictionary *dictionary, const struct wanted *wanted, struct term **ret)
{
	const int r = make_slots(dictionary);
	size_t slot;

	if (r < 0)
		return r;

	slot = slot_of(dictionary, wanted->kind, wanted->key);
	if (dictionary->hashes[slot] == 0) {
		struct term *term;

		if (term_new(wanted, &term) < 0)
			return -ENOMEM;
		set_slot(dictionary, slot, term->hash | HASH_USED, term);
		dictionary->n_whole++;
		*ret = term;
		return 1;
	}
	*ret = dictionary->terms[slot];
	return 0;
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
	struct branch *tree = &dictionary->roots[term->wanted.kind];
	struct branch *branch = NULL;

	/* All branches of a term exist, so nothing is made here. */
	if (grow(tree, term->wanted.key, &branch) < 0)
		return;

	struct term **place = &branch->terms;

	while (*place && *place != term)
		place = &(*place)->next;
	assert(*place);
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
		remove_whole(dictionary, term);
	term_free(term);
}

bool dictionary_has(const struct dictionary *dictionary, enum term_kind kind)
{
	return dictionary->n_terms[kind] > 0;
}

bool dictionary_has_filed(const struct dictionary *dictionary, enum term_kind kind)
{
	return dictionary->roots[kind].n_filed > 0;
}

struct term *dictionary_find(
	const struct dictionary *dictionary, enum term_kind kind, struct slice key)
{
	return dictionary->terms[slot_of(dictionary, kind, key)];
}

/* The unit by low bits of HASH, the two bits in it by its high ones. */
static size_t filter_unit(const struct dictionary *dictionary, uint32_t hash)
{
	return (hash >> HASH_SHIFT) & (dictionary->n_bits / BITS_PER_UNIT - 1);
}

static uint64_t filter_bits(uint32_t hash)
{
	return UINT64_C(1) << (hash >> 26) | UINT64_C(1) << (hash >> 20 & 63);
}

static bool passes(const struct dictionary *dictionary, uint32_t hash)
{
	if (dictionary->n_bits == 0)
		return false;

	const uint64_t bits = filter_bits(hash);

	return (dictionary->filter[filter_unit(dictionary, hash)] & bits) == bits;
}

static void let_pass(struct dictionary *dictionary, uint32_t hash)
{
	dictionary->filter[filter_unit(dictionary, hash)] |= filter_bits(hash);
	dictionary->n_set++;
}

/* Makes room in the filter for one term more. */
static int widen_filter(struct dictionary *dictionary)
{
	size_t n_filed = 0;
	size_t n_bits = (size_t)FIRST_SLOTS * BITS_PER_TERM;

	if ((dictionary->n_set + 1) * BITS_PER_TERM <= dictionary->n_bits)
		return 0;

	for (size_t i = 0; i < dictionary->n_slots; i++)
		n_filed += (dictionary->hashes[i] & HASH_FILED) != 0;
	/* With room, so that this is seldom needed. */
	while (n_bits < (n_filed + n_filed / 2) * BITS_PER_TERM)
		n_bits *= 2;

	uint64_t *filter = calloc(n_bits / BITS_PER_UNIT, sizeof(*filter));
	if (!filter)
		return -ENOMEM;

	free(dictionary->filter);
	dictionary->filter = filter;
	dictionary->n_bits = n_bits;
	dictionary->n_set = 0;
	for (size_t i = 0; i < dictionary->n_slots; i++)
		if (dictionary->hashes[i] & HASH_FILED)
			let_pass(dictionary, dictionary->hashes[i]);
	return 0;
}

struct term *dictionary_find_filed(
	const struct dictionary *dictionary, enum term_kind kind, struct slice key, uint32_t hash)
{
	const uint32_t wanted = hash | HASH_FLAGS;
	size_t slot = (wanted >> HASH_SHIFT) & (dictionary->n_slots - 1);

	if (!passes(dictionary, wanted))
		return NULL;

	for (; dictionary->hashes[slot] != 0; slot = (slot + 1) & (dictionary->n_slots - 1)) {
		if (dictionary->hashes[slot] != wanted)
			continue; /* without a look at the term */

		struct term *term = dictionary->terms[slot];

		if (term->wanted.kind == kind && slice_equals(term->wanted.key, key))
			return term;
	}
	return NULL;
}

/* Counts TERM, under which the first stream is filed or the last one no more, on
 * the way to its branch. */
static void count_filed(struct dictionary *dictionary, const struct term *term)
{
	struct branch *branch = &dictionary->roots[term->wanted.kind];
	const struct slice key = term->wanted.key;

	for (size_t i = 0; branch; i++) {
		branch->n_filed += term->n_streams > 0 ? 1u : -1u;
		branch = i < key.len ? find_child(branch, (unsigned char)key.ptr[i]) : NULL;
	}
}

/* Keeps the flag of TERM's slot right, and the filter; or the counts of a tree.
 * TERM has a stream for the first time, or none any more. */
static void mark_filed(struct dictionary *dictionary, const struct term *term)
{
	if (is_in_tree(term->wanted.kind)) {
		count_filed(dictionary, term);
		return;
	}

	uint32_t *hash =
		&dictionary->hashes[slot_of(dictionary, term->wanted.kind, term->wanted.key)];

	if (term->n_streams == 0) {
		*hash &= ~(uint32_t)HASH_FILED;
	} else {
		*hash |= HASH_FILED;
		let_pass(dictionary, *hash);
	}
}

int dictionary_file(struct dictionary *dictionary, struct term *term, struct stream *stream)
{
	int r = array_make_room(
		&term->streams, &term->room_streams, term->n_streams + 1, sizeof(struct stream *));

	if (r == 0)
		r = widen_filter(dictionary);
	if (r < 0)
		return r;

	term->streams[term->n_streams++] = stream;
	if (term->n_streams == 1)
		mark_filed(dictionary, term);
	return 0;
}

void dictionary_unfile(
	struct dictionary *dictionary, struct term *term, const struct stream *stream)
{
	size_t i = 0;

	while (i < term->n_streams && term->streams[i] != stream)
		i++;
	if (i == term->n_streams)
		return;

	term->streams[i] = term->streams[--term->n_streams];
	if (term->n_streams == 0)
		mark_filed(dictionary, term);
}

struct walk dictionary_walk(
	const struct dictionary *dictionary, enum term_kind kind, struct slice text)
{
	return (struct walk){.branch = &dictionary->roots[kind], .text = text};
}

struct walk dictionary_walk_filed(
	const struct dictionary *dictionary, enum term_kind kind, struct slice text)
{
	struct walk walk = dictionary_walk(dictionary, kind, text);

	walk.filed = true;
	return walk;
}

struct term *walk_next(struct walk *walk)
{
	while (walk->branch && walk->len < walk->text.len) {
		if (walk->filed && walk->branch->n_filed == 0)
			return NULL;
		walk->branch = find_child(walk->branch, (unsigned char)walk->text.ptr[walk->len++]);
		if (walk->branch && walk->branch->terms)
			return walk->branch->terms;
	}
	return NULL;
}
