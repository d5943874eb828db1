/* Most posts have one key, their source's id.  Without an id it is the link, and that
 * is not enough where notices share a page: then the title, or the content, is a part of
 * the key.  Which of them share it may change from poll to poll, so each look-up tries all
 * keys, the likeliest first. */
#include "store/known.h"

#include "store/post.h"
#include "store/rows.h"
#include "store/short_key.h"

enum key_kind { KEY_ID, KEY_TITLE, KEY_CONTENT };

/* The whole one, which has no bound. */
static void make_key(const struct sought *sought, enum key_kind kind)
{
	const struct identity *identity = sought->identity;

	str_clear(sought->key);
	switch (kind) {
	case KEY_ID:
		str_add_text(sought->key, identity->id_key);
		break;
	case KEY_TITLE:
		str_add_format(sought->key, "%s t%016llx", identity->url_key,
			(unsigned long long)identity->title_hash);
		break;
	case KEY_CONTENT:
		str_add_format(sought->key, "%s %016llx", identity->url_key,
			(unsigned long long)identity->content_hash);
		break;
	}
}

/* As it is stored. */
static int set_key(const struct sought *sought, enum key_kind kind)
{
	char buffer[SHORT_KEY_SIZE];
	const char *stored;

	make_key(sought, kind);

	int r = str_error(sought->key);
	if (r < 0)
		return r;

	r = short_key(str_text(sought->key), buffer, &stored);
	if (r < 0 || stored != buffer)
		return r;

	str_clear(sought->key);
	str_add_text(sought->key, stored);
	return str_error(sought->key);
}

static struct slice take_visible(struct slice *rest)
{
	size_t len = 0;

	*rest = slice_trim(*rest);
	while (len < rest->len && !is_space(rest->ptr[len]))
		len++;

	const struct slice word = slice_from(rest->ptr, len);

	*rest = slice_skip(*rest, len);
	return word;
}

/* White space does not count: feeds change how they fold. */
static bool is_same_title(struct slice a, struct slice b)
{
	struct slice word;

	do {
		word = take_visible(&a);
		if (!slice_equals(word, take_visible(&b)))
			return false;
	} while (word.len > 0);
	return true;
}

static void compare(const struct post *post, struct rows *rows, struct known_post *ret)
{
	const struct slice title = rows_borrow(rows);

	ret->has_other_title =
		title.len == 0 || !post->title || !is_same_title(title, slice_of(post->title));

	const struct instant published = rows_instant(rows);

	ret->has_other_date =
		published.known && post->published.known && published.us != post->published.us;
}

static int find_by(const struct sought *sought, enum key_kind kind, struct known_post *ret)
{
	static const char find_sql[] =
		"SELECT id, content_hash, likes, shares, replies, comments, views, followers,"
		" rating, title, published_utc FROM post WHERE source_id = ?1 AND id_key = ?2"
		" UNION ALL"
		" SELECT p.id, content_hash, likes, shares, replies, comments, views, followers,"
		" rating, title, published_utc FROM post_alias AS a"
		" JOIN post AS p ON p.id = a.post_id"
		" WHERE a.source_id = ?1 AND a.id_key = ?2 LIMIT 1";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = set_key(sought, kind);

	if (r == 0)
		r = rows_open(&rows, sought->store, find_sql,
			VALUES(value_int(sought->source_id), value_text(str_text(sought->key))),
			NULL);
	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r;

	*ret = (struct known_post){0};
	ret->id = rows_int(&rows);
	ret->content_hash = rows_int(&rows);
	post_read_metrics(&rows, ret->metrics);
	if (sought->post)
		compare(sought->post, &rows, ret);
	return 1;
}

static bool has_content(const struct sought *sought, const struct known_post *known)
{
	return known->content_hash == (int64_t)sought->identity->content_hash;
}

/* Whether KNOWN, at the link alone, may be the post as it was before an edit. */
static bool is_before_edit(const struct sought *sought, const struct known_post *known)
{
	switch (sought->identity->link) {
	case LINK_OWN:
		return !known->has_other_title || !known->has_other_date;
	case LINK_SHARED:
		return !known->has_other_title && !known->has_other_date;
	default:
		return false;
	}
}

/* The same for KNOWN at link and title. */
static bool is_same_notice(const struct sought *sought, const struct known_post *known)
{
	return has_content(sought, known) ||
	       (sought->identity->link != LINK_TITLE_SHARED && !known->has_other_date);
}

/* Under what a post at a link is stored: the link, where that is free. */
static enum key_kind free_key(const struct sought *sought, bool link_is_taken, bool title_is_taken)
{
	if (sought->identity->link == LINK_OWN && !link_is_taken)
		return KEY_ID;

	return sought->identity->link == LINK_TITLE_SHARED || title_is_taken ? KEY_CONTENT
									     : KEY_TITLE;
}

static int find_at_link(const struct sought *sought, struct known_post *ret)
{
	struct known_post by_link;
	struct known_post by_title;
	const int at_link = find_by(sought, KEY_ID, &by_link);

	if (at_link < 0)
		return at_link;
	if (at_link > 0 && has_content(sought, &by_link)) {
		*ret = by_link;
		return 1;
	}

	int r = find_by(sought, KEY_CONTENT, ret);
	if (r != 0)
		return r;

	const int with_title = find_by(sought, KEY_TITLE, &by_title);
	if (with_title < 0)
		return with_title;
	if (with_title > 0 && is_same_notice(sought, &by_title)) {
		*ret = by_title;
		return 1;
	}
	if (at_link > 0 && is_before_edit(sought, &by_link)) {
		*ret = by_link;
		r = set_key(sought, KEY_ID);
		return r < 0 ? r : 1;
	}

	return set_key(sought, free_key(sought, at_link > 0, with_title > 0));
}

int known_find(const struct sought *sought, struct known_post *ret)
{
	return sought->identity->link == LINK_BESIDE ? find_by(sought, KEY_ID, ret)
						     : find_at_link(sought, ret);
}

int known_has_content(struct store *store, int64_t source_id, const struct identity *identity)
{
	CLEANUP(str_done) struct str key = STR_INIT(KNOWN_KEY_BYTES);
	const struct sought sought = {store, source_id, NULL, identity, &key};
	const enum key_kind last = identity->link == LINK_BESIDE ? KEY_ID : KEY_CONTENT;
	struct known_post known;

	for (enum key_kind kind = KEY_ID; kind <= last; kind++) {
		const int r = find_by(&sought, kind, &known);

		if (r < 0 || (r > 0 && has_content(&sought, &known)))
			return r;
	}
	return 0;
}

/* Where others share the link, it says nothing of who was erased.  Before keys had an end,
 * the whole one was hashed. */
int known_is_erased(struct store *store, int64_t source_id, const struct identity *identity)
{
	static const char find_sql[] = "SELECT 1 FROM erased WHERE source_id = ?"
				       " AND key_hash IN (?, ?)";
	CLEANUP(str_done) struct str key = STR_INIT(KNOWN_KEY_BYTES);
	const struct sought sought = {store, source_id, NULL, identity, &key};
	const enum key_kind last = identity->link == LINK_BESIDE ? KEY_ID : KEY_CONTENT;
	enum key_kind kind = identity->link > LINK_OWN ? KEY_TITLE : KEY_ID;
	int64_t one;
	int r = 0;

	for (; kind <= last && r == 0; kind++) {
		make_key(&sought, kind);
		const int64_t whole = post_key_hash(str_slice(&key));

		r = set_key(&sought, kind);
		if (r == 0)
			r = sql_find(store, find_sql,
				VALUES(value_int(source_id), value_int(whole),
					value_int(post_key_hash(str_slice(&key)))),
				&one);
	}
	return r;
}
