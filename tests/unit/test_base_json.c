#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/random.h"
#include "base/str.h"
#include "unit/unit.h"

#define BAD "\xEF\xBF\xBD"

static void test_mends_strings(void **state)
{
	static const struct {
		struct slice text;
		const char *want; /* as it is written again */
	} cases[] = {
		{SLICE("{\"a\":1}"), "{\"a\":1}"},
		{SLICE(" \"x\" "), "\"x\""},
		{SLICE("\"\\ud83d\\ude21\""), "\"😡\""},
		{SLICE("\"\\ud83d\""), "\"" BAD "\""},
		{SLICE("\"\\ude21\""), "\"" BAD "\""},
		{SLICE("\"\\ude21\\ud83d\""), "\"" BAD BAD "\""},
		{SLICE("\"\\ud83d\\ud83d\\ude21\""), "\"" BAD "😡\""},
		{SLICE("\"\\ud83dA\""), "\"" BAD "A\""},
		{SLICE("\"\\ud83d\\n\""), "\"" BAD "\\n\""},
		{SLICE("\"\\ud83d\\u0041\""), "\"" BAD "A\""},
		{SLICE("\"a\\u0000b\""), "\"a" BAD "b\""},
		{SLICE("\"a\0b\""), "\"a" BAD "b\""},
		{SLICE("\"\\\\ud83d \\\\u0000 \\ud83d\""), "\"\\\\ud83d \\\\u0000 " BAD "\""},
		{SLICE("\"caf\xE9\""), "\"caf" BAD "\""},
		{SLICE("\"\xED\xA0\xBD \xC3\""), "\"" BAD BAD BAD " " BAD "\""},
		{SLICE("{\"k\\ud83d\":[\"\\ud83d\",1.5,true,null]}"),
			"{\"k" BAD "\":[\"" BAD "\",1.5,true,null]}"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(json_freep) json_t *json = NULL;
		CLEANUP(str_done) struct str got = STR_INIT(1000);

		expect(json_read(cases[i].text, &json, NULL, NULL) == 0, "row %zu is no JSON", i);
		json_write(&got, json);
		expect(strcmp(str_text(&got), cases[i].want) == 0, "row %zu gives %s", i,
			str_text(&got));
	}
}

static void test_refuses_what_is_no_json(void **state)
{
	static const struct {
		struct slice text;
		size_t byte;
	} cases[] = {
		{SLICE(""), 0},
		{SLICE("{"), 1},
		{SLICE("{\"a\":1} x"), 9},
		{SLICE("<rss>"), 1},
		{SLICE("\"open"), 5},
		{SLICE("\"\\ud8"), 5},
		{SLICE("\"\\"), 2},
		{SLICE("[1,]"), 4},
		{SLICE("12345678901234567890"), 20},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char message[JSON_ERROR_TEXT_LENGTH] = "";
		json_t *json = NULL;
		size_t byte = 99;

		expect(json_read(cases[i].text, &json, &byte, message) == -EINVAL,
			"row %zu is JSON", i);
		expect(!json && message[0] != '\0', "row %zu says why", i);
		expect(byte == cases[i].byte, "row %zu says byte %zu", i, byte);
	}
}

static void test_depth_is_bounded(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
	json_t *json = NULL;

	for (int i = 0; i < 100000; i++)
		str_add_char(&text, '[');
	assert_int_equal(json_read(str_slice(&text), &json, NULL, NULL), -EINVAL);
}

static void test_absent_is_absent(void **state)
{
	CLEANUP(json_freep) json_t *json = NULL;
	CLEANUP(json_freep) json_t *made = json_object();
	CLEANUP(str_done) struct str got = STR_INIT(1000);
	char number[32];

	assert_int_equal(json_read(SLICE("{\"a\":\"x\",\"b\":\"\",\"c\":null,\"d\":7,\"e\":1.5}"),
				 &json, NULL, NULL),
		0);
	assert_string_equal(json_text(json, "a"), "x");
	assert_null(json_text(json, "b"));
	assert_null(json_text(json, "c"));
	assert_null(json_text(json, "d"));
	assert_null(json_text(json, "z"));
	assert_null(json_text(NULL, "a"));
	assert_string_equal(json_text_or_number(json, "d", number), "7");
	assert_string_equal(json_text_or_number(json, "e", number), "1.5");
	assert_null(json_text_or_number(json, "b", number));

	assert_int_equal(json_set_text(made, "none", NULL), 0);
	assert_int_equal(json_set_text(made, "empty", ""), 0);
	assert_int_equal(json_set_number(made, "nan", NAN), 0);
	assert_int_equal(json_set_number(made, "whole", 3.0), 0);
	assert_int_equal(json_set_number(made, "part", 0.1), 0);
	assert_int_equal(json_set_number(made, "zero", -0.0), 0);
	assert_int_equal(json_set_number(made, "large", 1e300), 0);
	assert_int_equal(json_set_integer(made, "most", INT64_MAX), 0);
	assert_int_equal(json_set_take(made, "lost", NULL), -ENOMEM);
	json_write(&got, made);
	assert_string_equal(str_text(&got), "{\"whole\":3,\"part\":0.1,\"zero\":0,\"large\":1e300,"
					    "\"most\":9223372036854775807}");
}

static void test_writes_within_the_limit(void **state)
{
	CLEANUP(json_freep) json_t *json = json_string("a long string");
	CLEANUP(str_done) struct str small = STR_INIT(5);

	json_write(&small, json);
	assert_int_equal(str_error(&small), -EMSGSIZE);
}

static void test_writes_what_it_reads(void **state)
{
	static const char *const cases[] = {
		"{}",
		"[]",
		"{\"z\":1,\"a\":[true,false,null,-2,0.1,1e20],\"m\":{\"\":\"\"}}",
		"\"say \\\"ö\\\" \\\\ /\"",
		"\"\\b\\t\\n\\f\\r\\u0001\\u001F\\u007F\"",
		/* What a terminal may obey; a C2 alone is most of Latin-1's signs. */
		"\"a\\u0080\\u009B\\u009F\u00A0«°\u00BFÂ\"",
		/* What ends a line elsewhere must not end one of NDJSON. */
		"\"a\\u2028b\\u2029–\u2027é€😀\"",
		"\"sixteen bytes and then a quote: \\\" and more than sixteen bytes again\"",
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(json_freep) json_t *json = NULL;
		CLEANUP(str_done) struct str got = STR_INIT(1000);

		assert_int_equal(json_read(slice_of(cases[i]), &json, NULL, NULL), 0);
		json_write(&got, json);
		assert_string_equal(str_text(&got), cases[i]);
	}
}

/* What Jansson reads is read the same way, its order too; what it refuses is
 * mended or refused. */
static void compare_with_jansson(struct slice text)
{
	CLEANUP(json_freep) json_t *want = json_loadb(text.ptr, text.len, JSON_DECODE_ANY, NULL);
	CLEANUP(json_freep) json_t *json = NULL;
	const int r = json_read(text, &json, NULL, NULL);

	if (!want)
		return;

	CLEANUP(str_done) struct str want_text = STR_INIT(1 << 16);
	CLEANUP(str_done) struct str got_text = STR_INIT(1 << 16);

	json_write(&want_text, want);
	json_write(&got_text, json);
	expect(r == 0 && json_equal(json, want), "`%.*s' is read", SLICE_FMT(text));
	expect(slice_equals(str_slice(&got_text), str_slice(&want_text)), "`%.*s' gives %s",
		SLICE_FMT(text), str_text(&got_text));
}

static const char *const plain_texts[] = {
	"{\"id\":\"1\",\"text\":\"sixteen bytes, and then “quotes” – \u2028 é€😀\",\"n\":12}",
	" { \"a\" : [ 1 , -0 , 0 , 1.5e3 , true , false , null , [ ] , { } ] , \"b\" : \"\" } ",
	"{\"twice\":1,\"other\":{\"twice\":[]},\"twice\":\"2\"}",
	"{\"\\u0061\":\"\\u00e9 \\ud83d\\ude21 \\\" \\\\ \\/ \\b\\f\\n\\r\\t\",\"\":\"\\u0041\"}",
	"[999999999999999999,1000000000000000000,9223372036854775807,-9223372036854775808]",
	"[0.1,1E5,1e-7,-1,100,1e308]",
	"[[[[[[[[\"deep\"]]]]]]]]",
};

static void test_reads_as_jansson_does(void **state)
{
	static const char marks[] = "{}[]\",:\\u019-+.eE tfn\xE2\x80\xC3\x01";
	struct random random = {.state = 8259};

	for (size_t i = 0; i < ARRAY_SIZE(plain_texts); i++) {
		const struct slice text = slice_of(plain_texts[i]);
		char changed[200];

		compare_with_jansson(text);
		assert_true(text.len < sizeof(changed));
		for (int round = 0; round < 2000; round++) {
			memcpy(changed, text.ptr, text.len);
			for (uint64_t n = random_next(&random) % 3; n < 3; n++)
				changed[random_next(&random) % text.len] =
					marks[random_next(&random) % (sizeof(marks) - 1)];
			compare_with_jansson(slice_from(changed,
				random_next(&random) % 4 == 0 ? random_next(&random) % text.len
							      : text.len));
		}
	}
}

static void test_refuses_what_is_nearly_json(void **state)
{
	static const char *const cases[] = {"01", "-", "1.", ".5", "+1", "1e400", "truex", "tru",
		"[1 2]", "[,1]", "{,}", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{1:1}", "\"\t\"",
		"\"\\x\"", "\"\\u12g4\"", "[1]]", "[", "{\"a\":", "\v1", "NaN", "'a'"};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		json_t *json = NULL;

		expect(json_read(slice_of(cases[i]), &json, NULL, NULL) == -EINVAL && !json,
			"`%s' is no JSON", cases[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mends_strings),
		cmocka_unit_test(test_refuses_what_is_no_json),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_absent_is_absent),
		cmocka_unit_test(test_writes_within_the_limit),
		cmocka_unit_test(test_writes_what_it_reads),
		cmocka_unit_test(test_reads_as_jansson_does),
		cmocka_unit_test(test_refuses_what_is_nearly_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
