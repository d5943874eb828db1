/* Files in, records out: the design's sketch, defaults, and mentiond.d. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/str.h"
#include "config/load.h"
#include "config/settings.h"
#include "config/yaml.h"
#include "unit.h"

#define SKETCH  TESTS_DIR "/fixtures/config/sketch.yaml"
#define EXAMPLE TESTS_DIR "/../config/mentiond.yaml"

static struct settings *loaded(const char *path)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct settings *settings = NULL;

	assert_int_equal(diags_new(&diags), 0);
	const int r = settings_load(path, &settings, diags);
	diags_print(diags, stderr);
	expect(r == 0, "%s: %d", path, r);
	expect(diags_count(diags) == 0, "%s: warnings", path);
	return settings;
}

static void test_sketch(void **state UNUSED)
{
	CLEANUP(settings_freep) struct settings *settings = loaded(SKETCH);

	assert_string_equal(settings->database, "/var/lib/mentiond/mentions.db");
	assert_string_equal(settings->contact, "social@acme.example");
	assert_int_equal(settings->keep_mentions_us, 730 * US_PER_DAY);
	assert_int_equal(settings->keep_unmatched_us, 14 * US_PER_DAY);
	assert_int_equal(settings->n_sources, 3);
	assert_int_equal(settings->n_streams, 2);
	assert_int_equal(settings->n_recipients, 1);
	assert_int_equal(settings->n_alerts, 2);
}

static void test_sketch_sources(void **state UNUSED)
{
	CLEANUP(settings_freep) struct settings *settings = loaded(SKETCH);
	const struct source_settings *news = &settings->sources[0];
	const struct source_settings *tag = &settings->sources[1];
	const struct source_settings *daily = &settings->sources[2];

	assert_string_equal(news->url, "https://example.org/search.rss?q=acme");
	assert_int_equal(news->every_us, 15 * US_PER_MINUTE);
	assert_int_equal(news->location.via, VIA_NONE);
	assert_false(news->location.has_point);
	assert_int_equal(news->origin.line, 6);
	assert_int_equal(news->origin.column, 5);

	assert_string_equal(
		tag->url, "https://mastodon.example/api/v1/timelines/tag/acme?limit=40");
	assert_string_equal(tag->service->name, "mastodon-tag");
	assert_string_equal(tag->preset, "mastodon-tag");
	assert_int_equal(tag->with.n, 2);
	assert_string_equal(tag->with.items[1].name, "tag");
	assert_string_equal(tag->with.items[1].value, "acme");
	assert_int_equal(tag->every_us, 0);

	assert_string_equal(daily->location.country, "KE");
	assert_string_equal(daily->location.name, "Nairobi");
	assert_int_equal(daily->location.via, VIA_SOURCE);
	assert_true(daily->enabled);
	assert_false(daily->allow_private);
}

static void test_sketch_streams(void **state UNUSED)
{
	CLEANUP(settings_freep) struct settings *settings = loaded(SKETCH);
	const struct stream_settings *acme = &settings->streams[0];

	assert_string_equal(acme->query, "(acme OR \"acme corp\" OR #acme OR @acmehelp) NOT "
					 "(\"acme thread\" OR lang:de)");
	assert_int_equal(acme->kind, STREAM_BRAND);
	assert_string_equal(acme->label, "acme");
	assert_int_equal(acme->query_origin.line, 19);
	assert_int_equal(acme->query_origin.column, 7);
	assert_int_equal(acme->must_match.n, 1);
	assert_string_equal(acme->must_match.items[0], "Acme lost my parcel again");
	assert_int_equal(acme->match_origins[0].line, 21);
	assert_int_equal(acme->match_origins[0].column, 17);
	assert_string_equal(acme->must_ignore.items[0], "pitch an acme thread nut");
	assert_int_equal(settings->streams[1].kind, STREAM_COMPETITOR);
}

static void test_sketch_people(void **state UNUSED)
{
	CLEANUP(settings_freep) struct settings *settings = loaded(SKETCH);
	const struct recipient_settings *support = &settings->recipients[0];
	const struct alert_settings *angry = &settings->alerts[0];
	const struct smtp_settings *smtp = &settings->smtp;

	assert_string_equal(support->email.items[0], "Support Team <support@acme.example>");
	assert_true(support->digest.wanted);
	assert_int_equal(support->digest.minute_of_day, 480);
	assert_string_equal(support->digest.timezone, "Africa/Nairobi");
	assert_int_equal(support->digest.weekdays, 0x3e);
	assert_int_equal(support->digest.empty, EMPTY_SEND);
	assert_int_equal(support->max_per_hour, 30);

	assert_string_equal(angry->when, "anger >= 0.6");
	assert_string_equal(angry->streams.items[0], "acme");
	assert_string_equal(angry->notify.items[0], "support");
	assert_int_equal(angry->respond_within_us, US_PER_HOUR);
	assert_int_equal(settings->alerts[1].cooldown_us, 2 * US_PER_HOUR);
	assert_int_equal(settings->alerts[1].respond_within_us, 0);

	assert_string_equal(smtp->url, "smtp://localhost:25");
	assert_string_equal(smtp->from, "mentiond <mentiond@acme.example>");
	assert_int_equal(smtp->tls, TLS_NONE);
	assert_int_equal(smtp->retry_first_us, US_PER_MINUTE);
	assert_int_equal(smtp->retry_most_us, 4 * US_PER_HOUR);
	assert_int_equal(smtp->password.kind, SECRET_NONE);
}

/* What is not said has a value all the same. */
static void test_defaults(void **state UNUSED)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	static const struct slice text = SLICE("sources: [{name: a, url: 'http://h/'}]\n"
					       "recipients: [{name: r, email: r@h}]\n");

	assert_int_equal(settings_parse("f", text, &settings, NULL), 0);
	assert_string_equal(settings->database, "/var/lib/mentiond/mentions.db");
	assert_null(settings->contact);
	expect_near(settings->angry_at, 0.6, 1e-9, "%f", settings->angry_at);
	assert_int_equal(settings->fetch.max_body_bytes, 15 << 20);
	assert_int_equal(settings->fetch.timeout_us, 45 * US_PER_S);
	assert_null(settings->smtp.url);
	assert_int_equal(settings->smtp.tls, TLS_REQUIRED);
	assert_int_equal(settings->smtp.give_up_after_us, 5 * US_PER_DAY);
	assert_false(settings->recipients[0].digest.wanted);
	assert_int_equal(settings->recipients[0].email.n, 1);
	assert_int_equal(settings->n_alerts, 0);
}

static void test_example(void **state UNUSED)
{
	CLEANUP(settings_freep) struct settings *settings = loaded(EXAMPLE);

	assert_true(settings->n_sources > 0);
}

/* A folder with mentiond.yaml and mentiond.d/, below the build tree. */
struct folder {
	char path[64];
};

static void put(const struct folder *folder, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	assert_int_equal(file_replace(path, slice_of(text), 0600), 0);
}

static void folder_new(struct folder *folder)
{
	char path[256];

	strcpy(folder->path, "/tmp/test_config_load.XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	snprintf(path, sizeof(path), "%s/mentiond.d", folder->path);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void folder_done(struct folder *folder)
{
	static const char *const names[] = {"mentiond.d/10-a.yaml", "mentiond.d/20-b.yaml",
		"mentiond.d/.hidden.yaml", "mentiond.d/notes.txt", "mentiond.d", "mentiond.yaml",
		""};
	char path[256];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder->path, names[i]);
		remove(path);
	}
}

static int load_folder(const struct folder *folder, struct settings **ret, struct diags *diags)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/mentiond.yaml", folder->path);
	return settings_load(path, ret, diags);
}

static void test_lists_grow_and_texts_are_replaced(void **state UNUSED)
{
	CLEANUP(folder_done) struct folder folder;
	CLEANUP(settings_freep) struct settings *settings = NULL;

	folder_new(&folder);
	put(&folder, "mentiond.yaml",
		"contact: first@h\nkeep: {mentions: 1y}\nsources: [{name: a, url: 'http://a/'}]\n");
	put(&folder, "mentiond.d/20-b.yaml",
		"contact: third@h\nsources: [{name: c, url: 'http://c/'}]\n");
	put(&folder, "mentiond.d/10-a.yaml",
		"contact: second@h\nkeep: {unmatched: 7d}\n"
		"sources: [{name: b, url: 'http://b/'}]\n"
		"smtp: {url: 'smtp://h', from: a@b}\n");
	put(&folder, "mentiond.d/.hidden.yaml", "nonsense");
	put(&folder, "mentiond.d/notes.txt", "nonsense");

	assert_int_equal(load_folder(&folder, &settings, NULL), 0);
	assert_string_equal(settings->contact, "third@h");
	assert_int_equal(settings->keep_mentions_us, 365 * US_PER_DAY);
	assert_int_equal(settings->keep_unmatched_us, 7 * US_PER_DAY);
	assert_int_equal(settings->n_sources, 3);
	assert_string_equal(settings->sources[1].name, "b");
	assert_string_equal(settings->sources[2].name, "c");
	assert_non_null(strstr(settings->sources[2].origin.file, "mentiond.d/20-b.yaml"));
	assert_string_equal(settings->smtp.url, "smtp://h");
}

static void test_mistakes_of_all_files_are_told(void **state UNUSED)
{
	CLEANUP(folder_done) struct folder folder;
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;

	folder_new(&folder);
	assert_int_equal(diags_new(&diags), 0);
	put(&folder, "mentiond.yaml", "contcat: a\n");
	put(&folder, "mentiond.d/10-a.yaml", "a: [\n");
	put(&folder, "mentiond.d/20-b.yaml", "databse: a\n");

	assert_int_equal(load_folder(&folder, &settings, diags), -EINVAL);
	assert_null(settings);
	/* That no source is there may be the fault of the broken file. */
	assert_int_equal(diags_count_errors(diags), 3);
	assert_non_null(strstr(diags_get(diags, 1)->file, "10-a.yaml"));
	assert_int_equal(diags_get(diags, 1)->line, 2);
}

static void test_a_file_that_is_not_there(void **state UNUSED)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct settings *settings = NULL;

	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(settings_load("/nonexistent/mentiond.yaml", &settings, diags), -EINVAL);
	assert_int_equal(diags_count(diags), 1);
	assert_string_equal(
		diags_get(diags, 0)->message, "the file cannot be read: No such file or directory");
}

static void test_a_hundred_thousand_sources_in_one_file(void **state UNUSED)
{
	enum { MANY = 100000 };
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(str_done) struct str text = STR_INIT(YAML_MAX_BYTES);

	str_add_text(&text, "streams: [{ name: acme, query: acme }]\nsources:\n");
	for (int i = 0; i < MANY; i++)
		str_add_format(&text,
			"  - { name: feed-%d, url: 'https://host-%d.example/feed', every: 6h }\n",
			i, i);
	assert_int_equal(str_error(&text), 0);
	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(settings_parse("many", str_slice(&text), &settings, diags), 0);
	assert_int_equal(diags_count(diags), 0);
	assert_int_equal(settings->n_sources, MANY);
	assert_string_equal(settings->sources[MANY - 1].name, "feed-99999");
}

static void test_earlier_mistakes_do_not_count(void **state UNUSED)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;

	assert_int_equal(diags_new(&diags), 0);
	diags_error(diags, "other", 1, 1, "of another file");
	assert_int_equal(settings_parse("f", SLICE("sources: [{name: a, url: 'http://h/'}]\n"),
				 &settings, diags),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sketch),
		cmocka_unit_test(test_sketch_sources),
		cmocka_unit_test(test_sketch_streams),
		cmocka_unit_test(test_sketch_people),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_lists_grow_and_texts_are_replaced),
		cmocka_unit_test(test_mistakes_of_all_files_are_told),
		cmocka_unit_test(test_a_file_that_is_not_there),
		cmocka_unit_test(test_a_hundred_thousand_sources_in_one_file),
		cmocka_unit_test(test_earlier_mistakes_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
