#include "decode/body.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/diags.h"
#include "base/str.h"
#include "decode/footer.h"
#include "decode/limits.h"
#include "text/entities.h"
#include "text/html.h"
#include "text/url.h"

enum { MAX_POSTS = 20000 };

void body_lose(struct body *body, size_t n, unsigned int line, const char *why)
{
	struct feed *feed = &body->feed;

	if (feed->n_dropped == 0)
		feed->dropped_line = line;
	feed->n_dropped += n;
	diags_add(body->warnings,
		&(struct diag){.level = DIAG_WARNING, .line = line, .message = why});
}

static size_t most_posts(const struct body *body)
{
	return body->options->max_posts > 0 ? body->options->max_posts : MAX_POSTS;
}

bool body_has_room(const struct body *body)
{
	return body->n_read < most_posts(body);
}

void body_refuse(struct body *body, unsigned int line)
{
	CLEANUP(str_done) struct str why = STR_INIT(100);

	/* Once is enough for all that follow. */
	if (body->is_full) {
		body->feed.n_dropped++;
		return;
	}
	str_add_format(&why, "from here on entries are left out: there are more than %zu",
		most_posts(body));
	body_lose(body, 1, line, str_text(&why));
	body->is_full = true;
}

void body_lose_empty(struct body *body, unsigned int line)
{
	body_lose(body, 1, line, "an entry that says nothing is left out");
}

void body_tell_cut(struct body *body, unsigned int line)
{
	body->feed.n_cut++;
	diags_add(body->warnings, &(struct diag){.level = DIAG_WARNING,
					  .line = line,
					  .message = "a part of an entry is too long, or too "
						     "much, and is cut or left out"});
}

static struct post *add_room(struct body *body)
{
	if (body->n_posts == body->room_posts) {
		const size_t room = body->room_posts == 0 ? 32 : body->room_posts * 2;
		struct post *grown = arena_grow(
			body->arena, body->posts, body->n_posts, room, sizeof(*body->posts));

		if (!grown)
			return NULL;
		body->posts = grown;
		body->room_posts = room;
	}
	return &body->posts[body->n_posts];
}

bool body_is_at(const struct body *body, const struct decoding_limit *limit, size_t n_bytes)
{
	const size_t n_made = arena_used(body->arena) - body->used_before;

	return (limit->max_posts > 0 && body->n_entries >= limit->max_posts) ||
	       (limit->max_bytes > 0 && (n_bytes >= limit->max_bytes ||
						n_made >= limit->max_bytes * DECODING_GROWTH));
}

size_t body_budget(const struct decoding_limit *limit)
{
	return limit->max_bytes > 0 ? limit->max_bytes : SIZE_MAX;
}

void body_start(struct body *body, struct draft *entry)
{
	arena_reset(body->scratch);
	draft_init(entry, body->scratch);
	entry->feed = body->known.texts[SLOT_LANG] ? &body->known : &body->about;
}

int body_add(struct body *body, const struct draft *entry)
{
	struct post *room = add_room(body);
	struct post post;

	body->n_entries++;
	body->n_read++;
	if (!room)
		return -ENOMEM;

	int r = draft_finish(entry, &post);
	if (r <= 0)
		return r;

	post.source = body->options->source;
	r = entities_add(&post, body->scratch);
	if (r == 0)
		r = post_copy(&post, body->arena, room);
	if (r < 0)
		return r;
	body->n_posts++;
	body->feed.n_posts++;
	return 1;
}

struct slice body_base(const struct body *body)
{
	const char *const bases[] = {
		body->options->base_url, body->about.texts[SLOT_SELF], body->about.texts[SLOT_URL]};

	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		if (bases[i])
			return slice_of(bases[i]);

	return SLICE("");
}

/* TAG in the form of BCP 47 ("en_US.UTF-8" becomes "en-US") in ARENA, or NULL when it
 * is none: a primary language of two or three letters, then parts of up to
 * eight letters and digits. */
static const char *language_tag(struct arena *arena, const char *tag)
{
	char *copy = tag ? arena_copy_text(arena, tag) : NULL;
	struct slice rest;
	struct slice part;
	bool is_first = true;

	if (!copy)
		return NULL;
	copy[strcspn(copy, ".@")] = '\0';
	rest = slice_of(copy);
	for (char *c = copy; *c != '\0'; c++)
		if (*c == '_')
			*c = '-';

	while (slice_split(&rest, '-', &part)) {
		if (part.len > 8 || part.len < (is_first ? 2 : 1) || (is_first && part.len > 3))
			return NULL;
		for (size_t i = 0; i < part.len; i++)
			if (!(is_first ? is_alpha(part.ptr[i]) : is_alnum(part.ptr[i])))
				return NULL;
		is_first = false;
	}
	/* "und" says that nobody knows. */
	return slice_starts_with_nocase(slice_of(copy), SLICE("und")) ? NULL : copy;
}

/* What posts without their own get, in the step's arena: they outlive the body. */
struct loan {
	struct post author;
	const char *lang;
};

static int make_loan(struct body *body, struct loan *ret)
{
	const struct draft *about = &body->about;
	const struct draft *known = &body->known;
	const bool has_author = known->texts[SLOT_AUTHOR] || known->texts[SLOT_AUTHOR_HANDLE] ||
				known->texts[SLOT_AUTHOR_MAIL] || known->texts[SLOT_AUTHOR_URL];
	const char *lang =
		known->texts[SLOT_LANG] ? known->texts[SLOT_LANG] : about->texts[SLOT_LANG];
	struct post author = {0};

	draft_author(has_author ? known : about, &author);
	ret->lang = language_tag(body->arena, lang);
	return post_copy(&author, body->arena, &ret->author);
}

static void lend(const struct loan *loan, struct arena *arena, struct post *post)
{
	post->lang = post->lang ? language_tag(arena, post->lang) : loan->lang;
	if (post->author || post->author_url)
		return;
	post->author = loan->author.author;
	post->author_handle = loan->author.author_handle;
	post->author_url = loan->author.author_url;
}

int body_finish(struct body *body)
{
	const struct draft *about = &body->about;
	struct feed *feed = &body->feed;
	struct loan loan;

	if (about->error < 0)
		return about->error;

	feed->title = about->texts[SLOT_TITLE];
	feed->url = about->texts[SLOT_URL];
	feed->hub = about->texts[SLOT_HUB];
	feed->self = about->texts[SLOT_SELF];
	feed->next = about->texts[SLOT_NEXT];
	if (about->texts[SLOT_LANG] != body->lang) {
		body->lang = about->texts[SLOT_LANG];
		feed->lang = language_tag(body->own, body->lang);
	}

	const int r = make_loan(body, &loan);

	for (size_t i = 0; i < body->n_posts && r == 0; i++)
		lend(&loan, body->arena, &body->posts[i]);
	return r;
}

enum { RECENT_LINKS = 8 };

/* Where what a text in HTML brings goes to.  At which byte of the text it stands says
 * whether it is the author's or a footer's. */
struct link_target {
	struct draft *draft;
	const struct str *text;
	struct slice base;
	struct str inner_base; /* what <base> says, seen from .base; empty: nothing */
	size_t n_links_before;
	size_t link_at[POST_LINKS + 1]; /* by their place in the draft */
	size_t n_recent;                /* all that were met */
	size_t recent[RECENT_LINKS];    /* the last of them */
};

static void add_link(struct slice href, void *userdata)
{
	struct link_target *target = userdata;
	const bool has_inner = target->inner_base.len > 0;

	/* Where it is none of the draft's yet, it becomes the next. */
	target->link_at[target->draft->links.n] = target->text->len;
	target->recent[target->n_recent++ % RECENT_LINKS] = target->text->len;
	draft_add_link(
		target->draft, has_inner ? str_slice(&target->inner_base) : target->base, href);
}

static void add_image(struct slice alt, struct slice src, void *userdata)
{
	struct link_target *target = userdata;

	draft_add_caption(target->draft, alt, src);
}

/* Takes what software added off the end of TEXT, which began at START, and its links out
 * of the draft. */
static void cut_footer(struct link_target *target, struct str *text, size_t start)
{
	const struct footer_evidence evidence = {
		.links = target->recent, .n_links = MIN(target->n_recent, (size_t)RECENT_LINKS)};
	const size_t end = footer_find(str_slice(text), &evidence);
	struct texts *links = &target->draft->links;
	size_t n_kept = target->n_links_before;

	if (end == text->len || end < start)
		return;

	for (size_t i = n_kept; i < links->n; i++)
		if (target->link_at[i] <= end || footer_links_out(slice_skip(str_slice(text), end),
							 slice_of(links->items[i])))
			links->items[n_kept++] = links->items[i];
	links->n = n_kept;
	str_truncate(text, end);
}

static void set_base(struct slice href, void *userdata)
{
	struct link_target *target = userdata;

	str_clear(&target->inner_base);
	url_resolve(target->base, href, &target->inner_base);
}

static void link_target_done(struct link_target *target)
{
	str_done(&target->inner_base);
}

void body_add_html(struct draft *draft, struct slice base, struct slice html, struct str *str)
{
	CLEANUP(link_target_done)
	struct link_target target = {.draft = draft,
		.text = str,
		.base = base,
		.inner_base = STR_INIT(POST_URL_BYTES),
		.n_links_before = draft->links.n};
	const struct html_options options = {.on_link = add_link,
		.on_base = set_base,
		.on_image = add_image,
		.userdata = &target};
	const size_t start = str->len;

	html_to_text(html, &options, str);
	cut_footer(&target, str, start);
}
