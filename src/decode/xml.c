#include "decode/xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "decode/elements.h"
#include "decode/fields.h"
#include "decode/limits.h"
#include "text/html.h"
#include "text/markup.h"
#include "text/url.h"

/* Lists that open an element of their own name are broken: the entry before
 * lost its end tag. */
static const struct slice flat[] = {SLICE_INIT("item"), SLICE_INIT("entry")};

enum {
	MAX_BASE_BYTES = 1 << 12,
	MAX_ADDED_BYTES = 1 << 14, /* of bases, to the text of a leaf */
	MAX_LANG_BYTES = 100,
	MAX_PERSON_BYTES = 1 << 20,
	MAX_NAMES_BYTES = (MAX_BASE_BYTES + MAX_LANG_BYTES + 2) * (MARKUP_MAX_DEPTH + 1),
};

/* What holds within an element.  Texts stand in reader.inherited, those of the
 * innermost element last. */
struct level {
	enum scope scope;
	struct stretch {
		size_t start, len;
	} base, lang;  /* xml:base, resolved (no length: none is known), and xml:lang */
	bool has_lang; /* which may be empty */
	size_t end;    /* of the texts of this level and those around it */
};

/* The element whose text is being collected. */
struct leaf {
	struct element element;
	size_t depth;      /* 0: none */
	bool is_unwanted;  /* a better value is there already */
	struct slice only; /* all of it so far, while it is one piece of the input */
	size_t n_bytes;    /* of the input, so far */
	bool is_cut;       /* there was more */
	size_t base_bytes; /* what add_base() added */
	struct str text;   /* else */
};

struct xml {
	struct body *body;
	struct markup *markup;
	int own_space;
	struct slice root; /* local name; empty once it was met */
	int root_space;
	struct slice root_prefix;

	struct level levels[MARKUP_MAX_DEPTH + 1]; /* 0: outside of all */
	struct draft entry, person;
	size_t entry_depth, person_depth; /* 0: not within one */
	const char *entry_start;          /* in the text */
	struct arena *person_arena;
	unsigned char person_rank;
	struct leaf leaf;
	struct place_parts place;
	struct rhythm rhythm;
	struct str scratch;
	struct str inherited; /* texts of the levels */
};

/* --- Names --- */

static struct slice prefix_of(const struct markup_token *token)
{
	const size_t len = token->name.len - token->local.len;

	return slice_from(token->name.ptr, len > 0 ? len - 1 : 0);
}

/* The namespace of TOKEN.  The format's own is what the root is in, whatever
 * URI a publisher gave it, and where no namespace is said. */
static int space_of(const struct xml *reader, const struct markup_token *token)
{
	const struct slice prefix = prefix_of(token);
	const bool is_like_root =
		slice_equals(prefix, reader->root_prefix) && token->space == reader->root_space;

	if (prefix.len == 0 && (token->space <= MARKUP_SPACE_UNKNOWN || is_like_root))
		return reader->own_space;
	if (is_like_root && token->space == MARKUP_SPACE_UNKNOWN)
		return reader->own_space;
	return token->space;
}

static void note_root(struct xml *reader, const struct markup_token *token)
{
	reader->root = SLICE("");
	reader->root_space = token->space;
	reader->root_prefix = prefix_of(token);
}

/* --- Scopes --- */

static struct draft *draft_of(struct xml *reader)
{
	if (reader->person_depth > 0)
		return &reader->person;

	return reader->entry_depth > 0 ? &reader->entry : &reader->body->about;
}

/* Valid until the next level is opened. */
static struct slice text_of(const struct xml *reader, const struct stretch *stretch)
{
	return slice_from(str_text(&reader->inherited) + stretch->start, stretch->len);
}

/* Keeps TEXT as one of LEVEL, the innermost. */
static void inherit(
	struct xml *reader, struct level *level, struct stretch *stretch, struct slice text)
{
	*stretch = (struct stretch){.start = reader->inherited.len, .len = text.len};
	str_add(&reader->inherited, text);
	str_add_char(&reader->inherited, ' '); /* each has a place of its own */
	level->end = reader->inherited.len;
	if (str_error(&reader->inherited) < 0)
		draft_of(reader)->error = -ENOMEM;
}

static struct slice base_at(const struct xml *reader, size_t depth)
{
	const struct slice base = text_of(reader, &reader->levels[depth].base);

	return base.len > 0 ? base : body_base(reader->body);
}

static void set_base(struct xml *reader, struct level *level, struct slice value)
{
	const struct slice outer = base_at(reader, (size_t)(level - reader->levels) - 1);
	CLEANUP(str_done) struct str text = STR_INIT(MAX_BASE_BYTES);
	CLEANUP(str_done) struct str base = STR_INIT(MAX_BASE_BYTES);

	markup_add_text(NULL, value, &text);
	if (str_error(&text) == 0 && url_resolve(outer, str_slice(&text), &base) &&
		str_error(&base) == 0)
		inherit(reader, level, &level->base, str_slice(&base));
}

/* Opens the level of TOKEN with what it inherits. */
static struct level *open_level(struct xml *reader, const struct markup_token *token)
{
	struct level *level = &reader->levels[token->depth];
	struct slice value;

	*level = reader->levels[token->depth - 1];
	str_truncate(&reader->inherited, level->end);
	if (token->n_attributes == 0)
		return level;
	if (markup_attribute(token, SLICE("xml:base"), &value))
		set_base(reader, level, value);
	if (markup_attribute(token, SLICE("xml:lang"), &value) && value.len <= MAX_LANG_BYTES) {
		inherit(reader, level, &level->lang, slice_trim(value));
		level->has_lang = true;
	}
	return level;
}

/* What a CDF channel says in its start tag. */
static void start_feed(struct xml *reader, const struct markup_token *token)
{
	struct level *level = &reader->levels[token->depth];
	struct slice value;

	if (token->n_attributes == 0 || reader->own_space != SPACE_CORE)
		return;
	if (markup_attribute(token, SLICE("href"), &value))
		draft_set_url(
			&reader->body->about, SLOT_URL, 40, base_at(reader, token->depth), value);
	if (markup_attribute(token, SLICE("base"), &value))
		set_base(reader, level, value);
}

/* --- Entries and persons --- */

/* RDF's identity, and what CDF says of an item. */
static void read_entry_attributes(struct xml *reader, const struct markup_token *token)
{
	const struct slice base = base_at(reader, token->depth);
	struct draft *entry = &reader->entry;
	struct slice value;

	if (markup_attribute(token, SLICE("about"), &value)) {
		draft_set_text(entry, SLOT_ID, 80, value);
		draft_set_url(entry, SLOT_URL, 40, base, value);
	}
	if (markup_attribute(token, SLICE("href"), &value))
		draft_set_url(entry, SLOT_URL, 40, base, value);
	if (markup_attribute(token, SLICE("lastmod"), &value))
		draft_set_date(entry, SLOT_UPDATED, 40, value);
}

static void start_entry(struct xml *reader, const struct markup_token *token)
{
	const struct level *level = &reader->levels[token->depth];
	struct slice lang;

	reader->entry_start = token->source.ptr;
	if (!body_has_room(reader->body)) {
		body_refuse(reader->body, markup_line(reader->markup, reader->entry_start));
		reader->levels[token->depth].scope = SCOPE_NOTHING;
		return;
	}
	body_start(reader->body, &reader->entry);
	reader->entry_depth = token->depth;
	reader->place = (struct place_parts){0};

	if (level->has_lang)
		draft_set_text(&reader->entry, SLOT_LANG,
			markup_attribute(token, SLICE("xml:lang"), &lang) ? 70 : 10,
			text_of(reader, &level->lang));
	if (token->n_attributes > 0)
		read_entry_attributes(reader, token);
}

static int end_entry(struct xml *reader)
{
	reader->entry_depth = 0;
	reader->person_depth = 0;

	const int r = body_add(reader->body, &reader->entry);

	if (r == 0)
		body_lose_empty(reader->body, markup_line(reader->markup, reader->entry_start));
	if (r > 0 && reader->entry.is_cut)
		body_tell_cut(reader->body, markup_line(reader->markup, reader->entry_start));
	return MIN(r, 0);
}

static void start_person(struct xml *reader, size_t depth, unsigned char rank)
{
	/* Of its author, the source of a copied entry knows least. */
	reader->person_rank = reader->levels[depth - 1].scope == SCOPE_SOURCE ? 40 : rank;
	arena_reset(reader->person_arena);
	draft_init(&reader->person, reader->person_arena);
	reader->person_depth = depth;
	reader->levels[depth].scope = SCOPE_PERSON;
}

static void end_person(struct xml *reader)
{
	const struct draft *person = &reader->person;
	const unsigned char rank = reader->person_rank;

	reader->person_depth = 0;

	struct person named;

	person_parse(slice_of(person->texts[SLOT_AUTHOR]), &named);
	if (person->texts[SLOT_AUTHOR_URL])
		named.url = slice_of(person->texts[SLOT_AUTHOR_URL]);
	if (person->texts[SLOT_AUTHOR_HANDLE])
		named.handle = slice_of(person->texts[SLOT_AUTHOR_HANDLE]);
	if (person->texts[SLOT_AUTHOR_MAIL])
		named.mail = slice_of(person->texts[SLOT_AUTHOR_MAIL]);
	if (person->error < 0)
		draft_of(reader)->error = person->error;
	draft_of(reader)->is_cut |= person->is_cut;
	draft_set_person(draft_of(reader), rank, &named);
}

static void enter(struct xml *reader, const struct markup_token *token, enum scope scope)
{
	reader->levels[token->depth].scope = scope;
	if (scope == SCOPE_ENTRY)
		start_entry(reader, token);
	else if (scope == SCOPE_FEED)
		start_feed(reader, token);
}

/* Goes into a place, where elements deeper down say the rest. */
static void enter_place(struct xml *reader, const struct markup_token *token)
{
	struct slice system;

	if (markup_attribute(token, SLICE("srsname"), &system))
		reader->place.is_east_first = slice_find_nocase(system, SLICE("crs84")) >= 0;
}

/* --- Leaves --- */

/* Whether ROW does nothing but offer a value for its slot. */
static bool fills_slot(const struct field_row *row)
{
	return row->slot != SLOT_NONE && row->kind != KIND_LINK && row->kind != KIND_GUID &&
	       row->kind != KIND_CORNER;
}

/* Whether the start of a text of this kind is of use: half an address, id or
 * date is a wrong one. */
static bool is_prose(enum kind kind)
{
	return kind == KIND_TITLE || kind == KIND_HEADING || kind == KIND_HTML || kind == KIND_BODY;
}

/* How well the language of what fills SLOT tells that of its entry. */
static unsigned char language_rank(enum slot slot)
{
	return slot == SLOT_TEXT ? 80 : slot == SLOT_TITLE ? 30 : 0;
}

static void start_leaf(
	struct xml *reader, const struct markup_token *token, const struct field_row *row)
{
	struct leaf *leaf = &reader->leaf;
	struct level *level = &reader->levels[token->depth];

	leaf->depth = token->depth;
	leaf->only = SLICE("");
	leaf->n_bytes = 0;
	leaf->is_cut = false;
	leaf->base_bytes = 0;
	str_clear(&leaf->text);
	leaf->element = (struct element){
		.row = row,
		.body = reader->body,
		.draft = draft_of(reader),
		.place = &reader->place,
		.rhythm = &reader->rhythm,
		.markup = reader->markup,
		.scratch = &reader->scratch,
		.base = base_at(reader, token->depth),
	};
	element_start(&leaf->element, token);
	leaf->is_unwanted =
		leaf->element.is_done || reader->levels[token->depth - 1].scope == SCOPE_SOURCE ||
		(fills_slot(row) && !draft_wants(leaf->element.draft, row->slot, row->rank));
	if (reader->entry_depth > 0 &&
		level->lang.start != reader->levels[token->depth - 1].lang.start)
		draft_set_text(leaf->element.draft, SLOT_LANG, language_rank(row->slot),
			text_of(reader, &level->lang));
	level->scope = SCOPE_NOTHING;

	/* iTunes' categories stand within one another. */
	if (row->kind == KIND_CATEGORY && leaf->element.is_done) {
		leaf->depth = 0;
		level->scope = reader->levels[token->depth - 1].scope;
	}
}

/* Moves on to the buffer: the text is no longer one piece of the input. */
static struct str *buffer_of(struct leaf *leaf)
{
	str_add(&leaf->text, leaf->only);
	leaf->only = SLICE("");
	return &leaf->text;
}

/* What may be read of PIECE. */
static struct slice within(struct leaf *leaf, struct slice piece)
{
	const struct slice part =
		leaf->is_cut ? SLICE("") : utf8_prefix(piece, SOURCE_TEXT_BYTES - leaf->n_bytes);

	leaf->n_bytes += part.len;
	leaf->is_cut |= part.len < piece.len;
	return part;
}

/* Adds a piece of the input as it stands. */
static void add_piece(struct leaf *leaf, struct slice piece)
{
	if (leaf->only.len == 0 && leaf->text.len == 0)
		leaf->only = piece;
	else
		str_add(buffer_of(leaf), piece);
}

static void add_decoded(struct xml *reader, struct slice text)
{
	struct leaf *leaf = &reader->leaf;

	if (text.len == 0 || !memchr(text.ptr, '&', text.len))
		add_piece(leaf, text);
	else
		markup_add_text(reader->markup, text, buffer_of(leaf));
}

/* What stands in CDATA is text; among markup it has to say so. */
static void add_escaped(struct leaf *leaf, struct slice text)
{
	struct str *buffer = buffer_of(leaf);

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '<')
			str_add_text(buffer, "&lt;");
		else if (text.ptr[i] == '&')
			str_add_text(buffer, "&amp;");
		else
			str_add_char(buffer, text.ptr[i]);
	}
}

static void add_text(struct xml *reader, const struct markup_token *token)
{
	struct leaf *leaf = &reader->leaf;

	if (leaf->depth == 0 || leaf->is_unwanted)
		return;

	const struct slice text = within(leaf, token->text);

	if (leaf->element.is_markup == (token->kind == MARKUP_TEXT))
		add_piece(leaf, text);
	else if (token->kind == MARKUP_TEXT)
		add_decoded(reader, text);
	else
		add_escaped(leaf, text);
}

/* Says to the reader of HTML where links start from now on, in its own words. */
static void add_base(struct leaf *leaf, struct slice base)
{
	leaf->base_bytes += base.len + 16;
	if (leaf->base_bytes > MAX_ADDED_BYTES || slice_find_char(base, '"') >= 0)
		return;

	struct str *buffer = buffer_of(leaf);

	str_add_text(buffer, "<base href=\"");
	str_add(buffer, base);
	str_add_text(buffer, "\">");
}

/* Adds the tag TOKEN of HTML; an xml:base holds within its element. */
static void add_tag(struct xml *reader, const struct markup_token *token)
{
	struct leaf *leaf = &reader->leaf;
	const struct level *level = &reader->levels[token->depth];
	const struct slice inner = text_of(reader, &level->base);
	const bool has_base =
		inner.len > 0 && level->base.start != reader->levels[token->depth - 1].base.start;

	if (!leaf->element.keeps_tags || leaf->is_unwanted)
		return;
	if (has_base && token->kind == MARKUP_START)
		add_base(leaf, inner);
	add_piece(leaf, within(leaf, token->source));
	if (has_base && token->kind == MARKUP_END)
		add_base(leaf, base_at(reader, token->depth - 1));
}

/* Says that the text goes on, without what was begun of a tag. */
static void mark_cut(struct leaf *leaf)
{
	enum { LONGEST_TAG = 4096 };
	struct str *buffer = buffer_of(leaf);
	const char *less = memrchr(str_text(buffer), '<', buffer->len);
	const char *greater = memrchr(str_text(buffer), '>', buffer->len);

	if (less && less > (greater ? greater : str_text(buffer)) &&
		str_text(buffer) + buffer->len - less < LONGEST_TAG)
		str_truncate(buffer, (size_t)(less - buffer->ptr));
	str_add_text(buffer, "…");
	leaf->element.draft->is_cut = true;
}

static void end_leaf(struct xml *reader)
{
	struct leaf *leaf = &reader->leaf;

	if (leaf->is_cut)
		mark_cut(leaf);

	const struct slice text = leaf->text.len > 0 ? str_slice(buffer_of(leaf)) : leaf->only;
	const bool is_part = leaf->is_cut || markup_is_cut(reader->markup);

	leaf->element.base = base_at(reader, leaf->depth);
	leaf->depth = 0;
	if (str_error(&leaf->text) < 0)
		leaf->element.draft->error = str_error(&leaf->text);
	else if (!leaf->is_unwanted && (!is_part || is_prose(leaf->element.row->kind)))
		element_end(&leaf->element, text);
}

/* Whether TOKEN, met within a leaf, tells that the leaf is no line about a
 * person but holds its parts.  In Atom these may be any elements. */
static bool opens_person(const struct xml *reader, const struct markup_token *token, int space)
{
	return reader->leaf.element.row->scope == SCOPE_PERSON &&
	       token->depth == reader->leaf.depth + 1 &&
	       (reader->own_space == SPACE_ATOM ||
		       field_find(space, token->local, SCOPE_PERSON) != NULL);
}

/* Whether TOKEN, met within a leaf, tells that the leaf lost its end tag: it
 * belongs where the leaf stands.  HTML has a few of these names itself, deeper
 * in a text; its <link> has attributes, RSS's has none. */
static bool ends_leaf(const struct xml *reader, const struct markup_token *token, int space)
{
	const struct leaf *leaf = &reader->leaf;
	const bool is_link = slice_equals_nocase(token->local, SLICE("link"));

	if (leaf->element.is_markup || space != reader->own_space)
		return false;
	if (space == SPACE_CORE && is_link && token->n_attributes > 0)
		return false;
	if (token->depth > leaf->depth + 1 && !(is_link && space == SPACE_CORE) &&
		html_has_element(token->local))
		return false;

	return field_find(space, token->local, reader->levels[leaf->depth - 1].scope) != NULL;
}

/* Ends the leaf before TOKEN, which stands beside it. */
static void end_lost_leaf(struct xml *reader, const struct markup_token *token)
{
	const size_t depth = reader->leaf.depth;

	end_leaf(reader);
	for (size_t i = depth; i < token->depth; i++)
		reader->levels[i].scope = reader->levels[depth - 1].scope;
}

/* --- Tokens --- */

static void read_start(struct xml *reader, const struct markup_token *token)
{
	struct leaf *leaf = &reader->leaf;

	if (slice_equals(token->local, reader->root))
		note_root(reader, token);

	const int space = space_of(reader, token);
	const size_t depth = leaf->depth;

	if (depth > 0 && opens_person(reader, token, space)) {
		leaf->depth = 0;
		start_person(reader, depth, leaf->element.row->rank);
	} else if (depth > 0 && ends_leaf(reader, token, space)) {
		end_lost_leaf(reader, token);
	}

	struct level *level = open_level(reader, token);

	if (leaf->depth > 0) {
		add_tag(reader, token);
		return;
	}

	const struct field_row *row = field_find(space, token->local, level->scope);

	if (!row)
		level->scope =
			level->scope & (SCOPE_ROOT | SCOPE_FEED) ? SCOPE_ROOT : SCOPE_NOTHING;
	else if (row->kind == KIND_SCOPE)
		enter(reader, token, row->scope);
	else if (row->kind == KIND_PLACE)
		enter_place(reader, token);
	else if (row->kind != KIND_PASS)
		start_leaf(reader, token, row);
}

static int read_end(struct xml *reader, const struct markup_token *token)
{
	struct leaf *leaf = &reader->leaf;

	if (leaf->depth > 0 && token->depth > leaf->depth) {
		add_tag(reader, token);
		return 0;
	}
	if (leaf->depth > 0)
		end_leaf(reader);
	if (reader->person_depth == token->depth)
		end_person(reader);
	if (reader->entry_depth == token->depth)
		return end_entry(reader);
	return 0;
}

static int read_token(struct xml *reader, const struct markup_token *token)
{
	if (token->kind == MARKUP_END)
		return read_end(reader, token);
	if (token->kind == MARKUP_START)
		read_start(reader, token);
	else
		add_text(reader, token);
	return 0;
}

/* What is known at the end of the text. */
static int finish(struct xml *reader)
{
	struct feed *feed = &reader->body->feed;

	rhythm_finish(&reader->rhythm, feed);
	feed->is_cut = markup_is_cut(reader->markup);
	return feed->is_cut && feed->n_posts == 0 ? -EBADMSG : 0;
}

static int xml_step(void *userdata, const struct decoding_limit *limit)
{
	struct xml *reader = userdata;
	const size_t start = markup_position(reader->markup);

	while (!body_is_at(reader->body, limit, markup_position(reader->markup) - start)) {
		const struct markup_token *token = markup_next(reader->markup);

		if (token->kind == MARKUP_EOF)
			return finish(reader);

		const int r = read_token(reader, token);

		if (r < 0)
			return r;
	}
	return 1;
}

static void xml_free(void *userdata)
{
	struct xml *reader = userdata;

	markup_free(reader->markup);
	arena_free(reader->person_arena);
	str_done(&reader->leaf.text);
	str_done(&reader->scratch);
	str_done(&reader->inherited);
	free(reader);
}

static void xml_freep(struct xml **reader)
{
	if (*reader)
		xml_free(*reader);
}

static int open_space(struct body *body, struct slice root, int space, void **ret)
{
	CLEANUP(xml_freep) struct xml *reader = calloc(1, sizeof(*reader));
	const struct markup_options options = {
		.spaces = field_spaces,
		.n_spaces = n_field_spaces,
		.flat = flat,
		.n_flat = ARRAY_SIZE(flat),
		.warnings = body->warnings,
	};

	if (!reader)
		return -ENOMEM;
	reader->body = body;
	reader->own_space = space;
	reader->root = root;
	reader->levels[0].scope = SCOPE_ROOT;
	/* No reference is longer as UTF-8 than half as much again as written, and
	 * what CDATA needs is at most five times as long; the rest are bases. */
	reader->leaf.text = STR_INIT(SOURCE_TEXT_BYTES * 5 + 2 * MAX_ADDED_BYTES);
	reader->scratch = STR_INIT(SOURCE_TEXT_BYTES * 8 + 64);
	reader->inherited = STR_INIT(MAX_NAMES_BYTES);
	inherit(reader, &reader->levels[0], &reader->levels[0].lang, SLICE(""));

	int r = arena_new(MAX_PERSON_BYTES, &reader->person_arena);
	if (r == 0)
		r = markup_new(body->text, &options, &reader->markup);
	if (r == 0)
		*ret = TAKE(reader);
	return r;
}

static int open_core(struct body *body, struct slice root, void **ret)
{
	return open_space(body, root, SPACE_CORE, ret);
}

static int open_atom(struct body *body, struct slice root, void **ret)
{
	return open_space(body, root, SPACE_ATOM, ret);
}

const struct reader_class xml_reader = {.open = open_core, .step = xml_step, .free = xml_free};
const struct reader_class atom_reader = {.open = open_atom, .step = xml_step, .free = xml_free};
