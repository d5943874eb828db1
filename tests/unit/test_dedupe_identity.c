#include <string.h>

#include "base/arena.h"
#include "dedupe/identity.h"
#include "unit/unit.h"

static struct post_identity identity(struct arena *arena, const struct post *post)
{
	struct post_identity result;

	assert_int_equal(identity_of(post, arena, &result), 0);
	return result;
}

static void posts_are_known_by_id_then_address_then_content(void **state)
{
	static const struct {
		struct post post;
		const char *id_key;
	} cases[] = {
		{{.id = "tag:example.org,2026:1", .url = "https://example.org/1"},
			"tag:example.org,2026:1"},
		{{.url = "https://example.org/1"}, "example.org/1"},
		{{.id = "HTTP://Example.org:80/1#top"}, "example.org/1#top"},
	};
	struct arena *arena;

	(void)state;
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = identity(arena, &cases[i].post).id_key;

		expect(slice_ends_with(slice_of(got), slice_of(cases[i].id_key)),
			"case %zu: %s, not %s", i, got, cases[i].id_key);
	}

	const struct post bare = {.text = "no id, no address"};
	expect(slice_starts_with(slice_of(identity(arena, &bare).id_key), SLICE("content:")),
		"a bare post is not known by its content");
	arena_free(arena);
}

static void https_is_the_same_address_as_http(void **state)
{
	const struct post plain = {.id = "http://example.org/a?b=1"};
	const struct post secure = {.id = "https://example.org/a?b=1"};
	struct arena *arena;

	(void)state;
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	assert_string_equal(identity(arena, &plain).id_key, identity(arena, &secure).id_key);
	arena_free(arena);
}

static void folding_is_no_edit_but_a_changed_word_is(void **state)
{
	const struct post one = {.title = "Late again", .text = "My parcel\n\n is late"};
	const struct post folded = {.title = "Late  again ", .text = "My parcel is\tlate"};
	const struct post edited = {.title = "Late again", .text = "My parcel is here"};
	struct arena *arena;

	(void)state;
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	const uint64_t hash = identity(arena, &one).content_hash;

	assert_true(hash == identity(arena, &folded).content_hash);
	assert_true(hash != identity(arena, &edited).content_hash);
	arena_free(arena);
}

static void an_id_that_stands_at_several_addresses_names_no_post(void **state)
{
	static const struct {
		const char *what;
		struct post posts[3];
		bool repeated[3];
		bool ids_stay;
	} cases[] = {
		{"one id for all",
			{{.id = "feed", .url = "http://h.example/1", .text = "one"},
				{.id = "feed", .url = "http://h.example/2", .text = "two"},
				{.id = "feed", .url = "http://h.example/3", .text = "three"}},
			{false, false, false}, false},
		{"a post that is listed twice",
			{{.id = "a", .url = "http://h.example/1", .text = "newer words"},
				{.id = "a", .url = "https://h.example/1", .text = "older words"},
				{.id = "b", .url = "http://h.example/2", .text = "two"}},
			{false, true, false}, true},
		{"one id, no address",
			{{.id = "a", .text = "one"}, {.id = "a", .text = "two"},
				{.id = "a", .text = "one"}},
			{false, false, true}, false},
	};
	struct arena *arena;

	(void)state;
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct post_identity identities[3];

		for (size_t j = 0; j < 3; j++)
			identities[j] = identity(arena, &cases[i].posts[j]);
		assert_int_equal(identity_settle(identities, 3, arena), 0);
		for (size_t j = 0; j < 3; j++)
			expect(identities[j].is_repeated == cases[i].repeated[j],
				"%s: entry %zu repeated is %d", cases[i].what, j,
				identities[j].is_repeated);
		expect(same_text(identities[0].id_key, cases[i].posts[0].id) == cases[i].ids_stay,
			"%s: id became %s", cases[i].what, identities[0].id_key);
	}
	arena_free(arena);
}

static void a_link_that_several_entries_have_tells_none_of_them(void **state)
{
	static const struct {
		const char *what;
		struct post posts[3];
		bool repeated[3];
		enum link_role links[3];
	} cases[] = {
		{"each has its own",
			{{.url = "http://h.example/1", .title = "One"},
				{.url = "http://h.example/2", .title = "Two"},
				{.url = "http://h.example/3", .title = "One"}},
			{false, false, false}, {LINK_OWN, LINK_OWN, LINK_OWN}},
		{"a page of notices",
			{{.url = "http://h.example/", .title = "One"},
				{.url = "https://h.example/", .title = "Two"},
				{.url = "http://h.example/3", .title = "Three"}},
			{false, false, false}, {LINK_SHARED, LINK_SHARED, LINK_OWN}},
		{"notices with the same title",
			{{.url = "http://h.example/", .title = "One", .text = "a"},
				{.url = "http://h.example/", .title = "One", .text = "b"},
				{.url = "http://h.example/", .title = "Two"}},
			{false, false, false}, {LINK_TITLE_SHARED, LINK_TITLE_SHARED, LINK_SHARED}},
		{"one that is listed twice",
			{{.url = "http://h.example/", .title = "One"},
				{.url = "http://h.example/", .title = " One "},
				{.url = "http://h.example/2", .title = "Two"}},
			{false, true, false}, {LINK_OWN, LINK_OWN, LINK_OWN}},
		{"an id that is an address is an id",
			{{.id = "http://h.example/", .url = "http://h.example/", .title = "One"},
				{.id = "http://h.example/",
					.url = "http://h.example/",
					.title = "One, edited"},
				{.id = "http://h.example/",
					.url = "http://h.example/",
					.title = "Two",
					.id_is_url = true}},
			{false, true, true}, {LINK_BESIDE, LINK_BESIDE, LINK_OWN}},
	};
	struct arena *arena;

	(void)state;
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct post_identity identities[3];

		for (size_t j = 0; j < 3; j++)
			identities[j] = identity(arena, &cases[i].posts[j]);
		assert_int_equal(identity_settle(identities, 3, arena), 0);
		for (size_t j = 0; j < 3; j++)
			expect(identities[j].is_repeated == cases[i].repeated[j] &&
					identities[j].link == cases[i].links[j],
				"%s: entry %zu repeated is %d, its link %d", cases[i].what, j,
				identities[j].is_repeated, identities[j].link);
	}
	arena_free(arena);
}

/* A failure would cost the other posts of its feed. */
static void an_address_beyond_all_measure_is_known_by_its_hash(void **state)
{
	static const char start[] = "https://example.org/";
	static char first[40000];
	static char second[40000];
	struct arena *arena;

	(void)state;
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	memset(first, 'a', sizeof(first) - 1);
	for (size_t i = 0; start[i] != '\0'; i++)
		first[i] = start[i];
	memcpy(second, first, sizeof(second));
	second[sizeof(second) - 2] = 'b';

	const struct post one = {.url = first, .id = first};
	const struct post other = {.url = second, .id = second};
	const struct post_identity known = identity(arena, &one);
	assert_true(strlen(known.url_key) == 65 && known.url_key[0] == '#');
	assert_string_equal(known.id_key, identity(arena, &one).id_key);
	assert_string_not_equal(known.id_key, identity(arena, &other).id_key);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posts_are_known_by_id_then_address_then_content),
		cmocka_unit_test(https_is_the_same_address_as_http),
		cmocka_unit_test(folding_is_no_edit_but_a_changed_word_is),
		cmocka_unit_test(an_id_that_stands_at_several_addresses_names_no_post),
		cmocka_unit_test(a_link_that_several_entries_have_tells_none_of_them),
		cmocka_unit_test(an_address_beyond_all_measure_is_known_by_its_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
