#include "unit/store_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/map.h"
#include "base/str.h"

#define STARTED "2026-11-16 00:00:00"

static struct source_settings sources[] = {
	{.name = "acme-news", .url = "https://news.example/acme.rss", .enabled = true},
	{.name = "fediverse", .url = "https://social.example/tags/acme.rss", .enabled = true},
};

static struct stream_settings streams[] = {
	{.name = "acme", .label = "Acme", .kind = STREAM_BRAND, .query = "acme"},
	{.name = "globex", .label = "Globex", .kind = STREAM_COMPETITOR, .query = "globex"},
	{.name = "parcels", .label = "Parcels", .kind = STREAM_TOPIC, .query = "parcel*"},
};

static struct recipient_settings recipients[] = {
	{.name = "support",
		.max_per_hour = 30,
		.digest = {.wanted = true, .minute_of_day = 480, .timezone = "Africa/Nairobi"}},
	{.name = "press"},
};

static const struct settings settings = {
	.sources = sources,
	.n_sources = ARRAY_SIZE(sources),
	.streams = streams,
	.n_streams = ARRAY_SIZE(streams),
	.recipients = recipients,
	.n_recipients = ARRAY_SIZE(recipients),
};

const struct settings *fixture_settings(void)
{
	return &settings;
}

int64_t at(const char *text)
{
	int64_t time_us;

	expect(time_parse(text, &time_us) == 1, "no time: %s", text);
	return time_us;
}

/* One test runs at a time. */
static struct fixture fixture;

static int open_at(const char *path, void **state)
{
	assert_int_equal(0, arena_new(64 * 1024 * 1024, &fixture.arena));
	expect(store_open(path, STORE_CREATE, &fixture.store) == 0, "%s", store_error_text(NULL));
	assert_int_equal(0, store_apply_settings(fixture.store, &settings, at(STARTED)));
	*state = &fixture;
	return 0;
}

int fixture_in_memory(void **state)
{
	fixture = (struct fixture){0};
	return open_at(":memory:", state);
}

int fixture_on_disk(void **state)
{
	fixture = (struct fixture){.folder = "/tmp/mentiond-test-XXXXXX"};
	assert_non_null(mkdtemp(fixture.folder));
	snprintf(fixture.path, sizeof(fixture.path), "%s/mentions.db", fixture.folder);
	return open_at(fixture.path, state);
}

int fixture_tear_down(void **state)
{
	char command[128];

	(void)state;
	store_close(fixture.store);
	arena_free(fixture.arena);
	snprintf(command, sizeof(command), "rm -r '%s'", fixture.folder);
	return fixture.folder[0] ? system(command) : 0;
}

struct stored_post add_post(struct store *store, const struct said *said)
{
	const char *fetched = said->fetched ? said->fetched : "2026-11-21 08:00:00";
	char url[128];
	struct post post = {
		.source = said->source ? said->source : "acme-news",
		.id = said->id,
		.url = url,
		.author = said->author,
		.text = said->text,
		.reply_to = said->reply_to,
		.lang = "en",
	};
	struct identity identity = {.id_key = said->id, .url_key = url};
	struct stored_post stored;

	snprintf(url, sizeof(url), "https://posts.example/%s", said->id);
	if (said->published)
		post.published = INSTANT(at(said->published));
	const char *hashtags[] = {said->hashtag};
	post.hashtags = (struct texts){hashtags, said->hashtag ? 1 : 0};
	identity.content_hash = hash_bytes(slice_of(said->text), 1);
	expect(store_add_post(store, &post, &identity, at(fetched), &stored) == 0, "%s: %s",
		said->id, store_error_text(store));
	return stored;
}

int64_t add_mention(struct store *store, int64_t post_id, const struct felt *felt)
{
	struct hit hit = {
		.field = FIELD_TEXT, .start = 0, .end = 4, .text = "Acme", .term = "acme"};
	const struct match match = {
		.stream = felt->stream ? felt->stream : "acme", .hits = &hit, .n_hits = 1};
	const char *why[] = {"caps", "booster so"};
	struct scored_term term = {
		.field = FIELD_TEXT,
		.start = 5,
		.end = 10,
		.text = felt->compound < 0 ? "worst" : "great",
		.valence = felt->compound * 4,
		.anger = felt->anger,
		.flags = felt->flags,
		.why = {why, ARRAY_SIZE(why)},
	};
	const struct sentiment sentiment = {
		.compound = felt->compound,
		.label = felt->compound <= -0.05  ? LABEL_NEGATIVE
			 : felt->compound >= 0.05 ? LABEL_POSITIVE
						  : LABEL_NEUTRAL,
		.neu = 1,
		.anger = felt->anger,
		.angry = felt->anger >= 0.6,
		.flags = felt->flags,
		.lang = "en",
		.coverage = 0.5,
		.terms = &term,
		.n_terms = 1,
	};
	const struct new_mention mention = {
		.post_id = post_id,
		.match = &match,
		.sentiment = &sentiment,
		.post_sentiment = &sentiment,
		.now_us = at("2026-11-21 08:00:00"),
	};
	int64_t id;

	expect(store_add_mention(store, &mention, &id) >= 0, "%s", store_error_text(store));
	return id;
}

int64_t say(struct store *store, const struct said *said, const struct felt *felt)
{
	return add_mention(store, add_post(store, said).id, felt);
}

char *shell(const char *path, const char *sql)
{
	char command[512];
	char *text = NULL;
	size_t n = 0;
	struct str all = STR_INIT(16 * 1024 * 1024);

	snprintf(command, sizeof(command), "sqlite3 -batch -readonly %s 2>&1 <<'END'\n", path);
	str_add_text(&all, command);
	str_add_text(&all, sql);
	str_add_text(&all, "\nEND\n");

	FILE *pipe = popen(str_text(&all), "r");

	assert_non_null(pipe);
	str_clear(&all);
	while (getline(&text, &n, pipe) > 0)
		str_add_text(&all, text);
	free(text);
	expect(pclose(pipe) == 0, "%s: %s", sql, str_text(&all));
	assert_int_equal(0, str_take(&all, &text));
	return text;
}
