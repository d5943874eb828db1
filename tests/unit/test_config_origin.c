/* A place within a query is found in the file, however YAML wrote the query. */
#include "base/diags.h"
#include "base/utf8.h"
#include "config/load.h"
#include "config/origin.h"
#include "unit.h"

#define BEFORE "sources: [{name: n, url: 'https://h.example/'}]\nstreams:\n- name: s\n"

/* TEXT is the rest of the stream; in it the one "X" is the character to find,
 * which is the one "X" of the query that comes out. */
static void find_x(const char *text, struct origin *ret)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(settings_freep) struct settings *settings = NULL;

	assert_int_equal(diags_new(&diags), 0);
	expect(settings_parse("f", slice_of(text), &settings, diags) == 0, "%s: %s", text,
		diags_count(diags) > 0 ? diags_get(diags, 0)->message : "");

	const struct stream_settings *stream = &settings->streams[0];
	const struct slice query = slice_of(stream->query);
	unsigned int line = 1;
	size_t start = 0;
	const size_t x = (size_t)slice_find_char(query, 'X');

	for (size_t i = 0; i < x; i++)
		if (query.ptr[i] == '\n') {
			line++;
			start = i + 1;
		}
	const struct slice before = slice_from(query.ptr + start, x - start);

	*ret = origin_find(
		&stream->query_origin, stream->query, line, (unsigned int)utf8_length(before) + 1);
	/* The file's name goes with the settings. */
	ret->file = NULL;
}

static void test_places(void **state UNUSED)
{
	static const char *const texts[] = {
		BEFORE "  query: a X b\n",
		BEFORE "  query: X\n",
		BEFORE "  query: 'a X b'\n",
		BEFORE "  query: 'it''s ''a'' X'\n",
		BEFORE "  query: \"a \\\"b\\\" X\"\n",
		BEFORE "  query: \"\\u00e9\\x41 X\"\n",
		BEFORE "  query: Ի՞նչ AND X\n",
		BEFORE "  query: |\n    a OR\n    b X\n",
		BEFORE "  query: |\n\n    a OR\n      b X\n",
		BEFORE "  query: |2\n      a\n    b X\n",
		BEFORE "  query: >\n    X\n",
		BEFORE "  query: >\n    a OR\n    b X\n    c\n",
		BEFORE "  query: >-  # a comment\n\n    a OR\n\n      b\n\n    c X\n",
		BEFORE "  query: a OR\n    b OR\n\n    X\n",
		BEFORE "  query: 'a OR\n    b OR\n\n    it''s X'\n",
		BEFORE "  query: \"a OR \\\n    b X\"\n",
		BEFORE "  query: >\r\n    a OR\r\n    b X\r\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const struct slice text = slice_of(texts[i]);
		const size_t x = (size_t)slice_find_char(text, 'X');
		struct origin want = {.line = 1};
		struct origin got;
		size_t start = 0;

		for (size_t k = 0; k < x; k++)
			if (text.ptr[k] == '\n') {
				want.line++;
				start = k + 1;
			}
		want.column =
			(unsigned int)utf8_length(slice_from(text.ptr + start, x - start)) + 1;

		find_x(texts[i], &got);
		expect(got.line == want.line && got.column == want.column,
			"%s: found at %u:%u, is at %u:%u", texts[i], got.line, got.column,
			want.line, want.column);
	}
}

static void test_a_place_behind_the_end_is_the_end(void **state UNUSED)
{
	static const struct origin_part parts[] = {{.offset = 0, .line = 7, .column = 3}};
	const struct origin origin = {
		.file = "f", .line = 7, .column = 3, .parts = parts, .n_parts = 1};

	const struct origin behind = origin_find(&origin, "abc", 1, 4);
	assert_int_equal(behind.line, 7);
	assert_int_equal(behind.column, 6);

	const struct origin far = origin_find(&origin, "abc", 9, 99);
	assert_int_equal(far.column, 6);
}

static void test_diags_move_to_the_file(void **state UNUSED)
{
	static const struct origin_part parts[] = {{.offset = 0, .line = 7, .column = 3}};
	const struct origin origin = {
		.file = "f", .line = 7, .column = 3, .parts = parts, .n_parts = 1};
	CLEANUP(diags_freep) struct diags *found = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;

	assert_int_equal(diags_new(&found), 0);
	assert_int_equal(diags_new(&diags), 0);
	diags_error(found, NULL, 1, 2, "wrong");
	origin_add_diags(&origin, "abc", "stream `s'", found, diags);

	assert_int_equal(diags_count_errors(diags), 1);
	assert_string_equal(diags_get(diags, 0)->file, "f");
	assert_int_equal(diags_get(diags, 0)->line, 7);
	assert_int_equal(diags_get(diags, 0)->column, 4);
	assert_string_equal(diags_get(diags, 0)->message, "stream `s': wrong");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_a_place_behind_the_end_is_the_end),
		cmocka_unit_test(test_diags_move_to_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
