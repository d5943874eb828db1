#include "store/item.h"

#include <errno.h>
#include <string.h>

static enum field read_field(struct rows *rows)
{
	const char *name = rows_text(rows);

	return name && strcmp(name, field_name(FIELD_TITLE)) == 0 ? FIELD_TITLE : FIELD_TEXT;
}

static int read_hits(struct store *store, struct arena *arena, struct item *item)
{
	static const char list_sql[] = "SELECT field, starts, ends, text, term FROM mention_term"
				       " WHERE mention_id = ? ORDER BY position";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql, VALUES(value_int(item->mention_id)), arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct hit *hit = rows_add(&rows, &item->hits, item->n_hits, sizeof(*hit));

		if (!hit)
			return -ENOMEM;
		hit->field = read_field(&rows);
		hit->start = rows_count(&rows);
		hit->end = rows_count(&rows);
		hit->text = rows_text(&rows);
		hit->term = rows_text(&rows);
		item->n_hits++;
	}
	return r;
}

/* "churn; urgent" as one string each. */
static int split_words(const char *joined, struct arena *arena, struct texts *ret)
{
	struct slice rest = slice_of(joined);
	struct slice word;

	while (joined && slice_split(&rest, ';', &word)) {
		const int r = texts_add(ret, arena, slice_trim(word));

		if (r < 0)
			return r;
	}
	return 0;
}

static int read_reasons(struct rows *rows, struct scored_term *term)
{
	struct texts raised = {0};
	int r = split_words(rows_text(rows), rows->arena, &raised);

	for (size_t i = 0; i < raised.n; i++) {
		unsigned int bit;

		if (flag_find(raised.items[i], &bit))
			term->flags |= bit;
	}
	if (r == 0)
		r = split_words(rows_text(rows), rows->arena, &term->why);
	return r;
}

static int read_terms(struct store *store, struct arena *arena, struct item *item)
{
	static const char list_sql[] =
		"SELECT field, starts, ends, text, valence, anger, raises, why"
		" FROM score_term WHERE mention_id = ? ORDER BY position";
	CLEANUP(rows_done) struct rows rows = {0};
	struct sentiment *score = &item->sentiment;
	int r = rows_open(&rows, store, list_sql, VALUES(value_int(item->mention_id)), arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct scored_term *term =
			rows_add(&rows, &score->terms, score->n_terms, sizeof(*term));

		if (!term)
			return -ENOMEM;
		term->field = read_field(&rows);
		term->start = rows_count(&rows);
		term->end = rows_count(&rows);
		term->text = rows_text(&rows);
		term->valence = rows_real(&rows);
		term->anger = rows_real(&rows);
		r = read_reasons(&rows, term);
		score->n_terms++;
	}
	return r;
}

static void read_sentiment(struct rows *rows, struct sentiment *ret)
{
	label_find(rows_text(rows), &ret->label);
	ret->compound = rows_real(rows);
	ret->pos = rows_real(rows);
	ret->neu = rows_real(rows);
	ret->neg = rows_real(rows);
	ret->anger = rows_real(rows);
	ret->angry = rows_flag(rows);
	for (unsigned int i = 0; i < N_FLAGS; i++)
		if (rows_flag(rows))
			ret->flags |= 1u << i;
	ret->lang = rows_text(rows);
	ret->coverage = rows_real(rows);
}

int item_read(struct rows *rows, struct item *ret)
{
	struct item item = {0};
	int64_t post_id;
	int r;

	item.mention_id = rows_int(rows);
	item.stream = rows_text(rows);
	item.stream_label = rows_text(rows);
	read_sentiment(rows, &item.sentiment);
	item.labelled_by = rows_text(rows);
	label_find(rows_text(rows), &item.scored_label);
	item.n_copies = rows_count(rows); /* at least the post itself: it has a story */
	item.incident_id = rows_int(rows);
	item.rule = rows_text(rows);
	incident_state_find(rows_text(rows), &item.state);
	item.opened = rows_instant(rows);
	item.deadline = rows_instant(rows);
	item.assignee = rows_text(rows);
	post_read(rows, &item.post, &post_id, &item.fetched);
	item.post_id = post_id;

	r = rows_error(rows);
	if (r == 0)
		r = post_read_tags(rows->store, item.post_id, rows->arena, &item.post);
	if (r == 0)
		r = read_hits(rows->store, rows->arena, &item);
	if (r == 0)
		r = read_terms(rows->store, rows->arena, &item);
	if (r < 0)
		return r;

	*ret = item;
	return 0;
}

int item_list(struct store *store, const char *sql, struct values values, struct arena *arena,
	struct items *ret)
{
	CLEANUP(rows_done) struct rows rows = {0};
	struct items items = {0};
	int r = rows_open(&rows, store, sql, values, arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct item *item = rows_add(&rows, &items.list, items.n, sizeof(*item));

		if (!item)
			return -ENOMEM;
		r = item_read(&rows, item);
		items.n++;
	}
	if (r < 0)
		return r;

	items.n_all = items.n;
	*ret = items;
	return 0;
}
