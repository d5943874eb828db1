#include <errno.h>
#include <math.h>

#include "base/str.h"
#include "record/post.h"
#include "unit/unit.h"

static const char FULL[] =
	"{\"id\":\"t3_1\",\"url\":\"https://forum.example/1\",\"title\":\"Late again\","
	"\"text\":\"Third call\\nthis week 😡\",\"author\":\"Ana\",\"author_handle\":\"ana\","
	"\"author_url\":\"https://forum.example/u/ana\",\"published\":\"2026-11-21T08:00:00Z\","
	"\"updated\":\"2026-11-21T09:30:00.250Z\",\"lang\":\"en\",\"tags\":[\"parcels\",\"late\"],"
	"\"hashtags\":[\"fail\"],\"handles\":[\"acmehelp\"],\"links\":[\"https://acme.example/\"],"
	"\"location\":{\"lat\":-1.29,\"lon\":36.82,\"name\":\"Nairobi\",\"country\":\"KE\","
	"\"via\":\"geotag\"},\"reply_to\":\"t3_0\",\"metrics\":{\"likes\":3,\"shares\":0,"
	"\"replies\":1,\"comments\":2,\"views\":900,\"followers\":12,\"rating\":1.5},"
	"\"source\":\"forum\"}";

static json_t *read_json(const char *text)
{
	json_t *json = NULL;

	expect(json_read(slice_of(text), &json, NULL, NULL) == 0, "no JSON: %s", text);
	return json;
}

static struct arena *new_arena(size_t max_bytes)
{
	struct arena *arena = NULL;

	assert_int_equal(arena_new(max_bytes, &arena), 0);
	return arena;
}

/* Reads TEXT as a post, expects that it is written as WANT. */
static void expect_written(const char *text, const char *want)
{
	CLEANUP(json_freep) json_t *before = read_json(text);
	CLEANUP(json_freep) json_t *after = NULL;
	CLEANUP(arena_freep) struct arena *arena = new_arena(1 << 20);
	CLEANUP(str_done) struct str got = STR_INIT(1 << 16);
	struct post post;

	assert_int_equal(post_from_json(before, arena, &post), 0);
	assert_int_equal(post_to_json(&post, &after), 0);
	json_write(&got, after);
	expect(strcmp(str_text(&got), want) == 0, "%s\nis written\n%s", text, str_text(&got));
}

static void test_round_trip(void **state)
{
	expect_written(FULL, FULL);
	expect_written("{}", "{}");
}

static void test_absent_wrong_and_impossible_members_are_left_out(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"{\"id\":\"\",\"title\":null,\"text\":[],\"url\":{}}", "{}"},
		{"{\"id\":42}", "{\"id\":\"42\"}"},
		{"{\"published\":\"yesterday\",\"updated\":\"2026-02-30T00:00:00Z\"}", "{}"},
		{"{\"published\":1795248000}", "{}"},
		{"{\"tags\":[\"\",null,7,\"a\"],\"links\":\"x\",\"handles\":[]}",
			"{\"tags\":[\"a\"]}"},
		{"{\"location\":{\"lat\":91,\"lon\":0,\"via\":\"geotag\"}}", "{}"},
		{"{\"location\":{\"lat\":1}}", "{}"},
		{"{\"location\":{\"lat\":\"1.5\",\"lon\":\"2\"}}",
			"{\"location\":{\"lat\":1.5,\"lon\":2}}"},
		{"{\"location\":{\"country\":\"KE\",\"via\":\"guess\"}}",
			"{\"location\":{\"country\":\"KE\"}}"},
		{"{\"location\":\"Nairobi\"}", "{}"},
		{"{\"metrics\":{\"likes\":\"3\",\"views\":null,\"own\":1}}",
			"{\"metrics\":{\"likes\":3}}"},
		{"{\"metrics\":7}", "{}"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect_written(cases[i].text, cases[i].want);
}

/* What a filter does: read the post, add its key, print the object. */
static void test_unknown_keys_survive_a_filter(void **state)
{
	CLEANUP(json_freep)
	json_t *json = read_json("{\"x-before\":{\"deep\":[1,null]},\"id\":\"1\",\"zz\":\"\"}");
	CLEANUP(arena_freep) struct arena *arena = new_arena(1 << 20);
	CLEANUP(str_done) struct str got = STR_INIT(1000);
	struct post post;

	assert_int_equal(post_from_json(json, arena, &post), 0);
	assert_int_equal(json_set_take(json, "matches", json_array()), 0);
	json_write(&got, json);
	assert_string_equal(str_text(&got),
		"{\"x-before\":{\"deep\":[1,null]},\"id\":\"1\",\"zz\":\"\",\"matches\":[]}");
}

static void test_copies_outlive_the_json(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(1 << 20);
	json_t *json = read_json(FULL);
	struct post post;

	assert_int_equal(post_from_json(json, arena, &post), 0);
	json_decref(json);
	assert_string_equal(post.title, "Late again");
	assert_string_equal(post.tags.items[1], "late");
	assert_string_equal(post.location.country, "KE");
	assert_true(post.metrics[METRIC_SHARES].known);
	assert_string_equal(post_field(&post, FIELD_TITLE), post.title);
	assert_string_equal(post_field(&post, FIELD_TEXT), post.text);
}

static void test_what_is_no_object_or_too_large_fails(void **state)
{
	CLEANUP(json_freep) json_t *array = read_json("[1]");
	CLEANUP(json_freep) json_t *full = read_json(FULL);
	struct post post = {.id = "untouched"};

	for (size_t max_bytes = 0; max_bytes < 200; max_bytes++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena(max_bytes);

		assert_int_equal(post_from_json(array, arena, &post), -EINVAL);
		assert_int_equal(post_from_json(NULL, arena, &post), -EINVAL);
		assert_int_equal(post_from_json(full, arena, &post), -ENOMEM);
		assert_string_equal(post.id, "untouched");
	}
}

static void test_names(void **state)
{
	enum location_via via;

	assert_string_equal(field_name(FIELD_TITLE), "title");
	assert_string_equal(field_name(FIELD_TEXT), "text");
	for (int i = 0; i < N_METRICS; i++)
		assert_non_null(metric_name((enum metric)i));
	assert_null(location_via_name(VIA_NONE));
	for (int i = VIA_GEOTAG; i < N_VIAS; i++) {
		assert_int_equal(
			location_via_find(location_via_name((enum location_via)i), &via), 1);
		assert_int_equal(via, i);
	}
	assert_int_equal(location_via_find("", &via), 0);
	assert_int_equal(location_via_find(NULL, &via), 0);
}

static void test_texts_grow(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = new_arena(1 << 20);
	struct texts texts = {0};
	char name[2] = "";

	for (int c = 'a'; c <= 'z'; c++) {
		name[0] = (char)c;
		assert_false(texts_has(&texts, slice_of(name)));
		assert_int_equal(texts_add(&texts, arena, slice_of(name)), 0);
	}
	assert_int_equal(texts.n, 26);
	for (size_t i = 0; i < texts.n; i++)
		assert_int_equal(texts.items[i][0], 'a' + (int)i);
	assert_true(texts_has(&texts, SLICE("q")));
	assert_false(texts_has(&texts, SLICE("Q")));
	assert_false(texts_has(&texts, SLICE("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_absent_wrong_and_impossible_members_are_left_out),
		cmocka_unit_test(test_unknown_keys_survive_a_filter),
		cmocka_unit_test(test_copies_outlive_the_json),
		cmocka_unit_test(test_what_is_no_object_or_too_large_fails),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_texts_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
