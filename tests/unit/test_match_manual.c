/* Runs the examples of docs/query-language.md. */
#include <stdio.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/json.h"
#include "match/engine.h"
#include "match/query.h"
#include "unit.h"

enum { MANUAL_MAX_BYTES = 1 << 20, EXAMPLES_MIN = 30 };

/* One block: a query, then its texts. */
struct example {
	struct query *query;
	struct diags *diags;
	struct engine *engine;
	struct slice text; /* of the query */
};

static void start(struct example *example, struct slice query)
{
	example->text = query;
	assert_int_equal(diags_new(&example->diags), 0);
	assert_int_equal(engine_new(&example->engine), 0);
	if (query_compile(query, &example->query, example->diags) == 0)
		assert_int_equal(engine_add(example->engine, NULL, example->query), 0);
}

static void finish(struct example *example)
{
	diags_free(example->diags);
	engine_free(example->engine);
	*example = (struct example){0};
}

static bool matches(const struct example *example, struct slice text)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(json_freep) json_t *object = NULL;
	struct post post = {0};
	struct match *found;
	size_t n;

	assert_int_equal(arena_new(1 << 20, &arena), 0);
	post.text = arena_copy(arena, text);
	if (text.ptr[0] == '{') {
		expect(json_read(text, &object, NULL, NULL) == 0, "no JSON: %.*s", SLICE_FMT(text));
		assert_int_equal(post_from_json(object, arena, &post), 0);
	}
	assert_int_equal(engine_match(example->engine, &post, arena, &found, &n), 0);
	return n > 0;
}

/* Whether the query was answered with a diagnostic of LEVEL that holds WORDS. */
static bool is_told(const struct example *example, enum diag_level level, struct slice words)
{
	for (size_t i = 0; i < diags_count(example->diags); i++) {
		const struct diag *diag = diags_get(example->diags, i);

		if (diag->level == level && (slice_find(slice_of(diag->message), words) >= 0 ||
						    slice_find(slice_of(diag->hint), words) >= 0))
			return true;
	}
	return false;
}

static void check_line(const struct example *example, struct slice line)
{
	const struct slice rest = slice_trim(slice_skip(line, 1));
	const size_t n_errors = diags_count_errors(example->diags);

	if (line.ptr[0] == '!') {
		expect(is_told(example, DIAG_ERROR, rest), "`%.*s' is not refused with `%.*s'",
			SLICE_FMT(example->text), SLICE_FMT(rest));
		return;
	}
	expect(n_errors == 0, "`%.*s' is refused", SLICE_FMT(example->text));
	if (line.ptr[0] == '?') {
		expect(is_told(example, DIAG_WARNING, rest), "`%.*s' is no doubt of `%.*s'",
			SLICE_FMT(rest), SLICE_FMT(example->text));
		return;
	}
	expect(matches(example, rest) == (line.ptr[0] == '+'), "`%.*s' on `%.*s'",
		SLICE_FMT(example->text), SLICE_FMT(rest));
}

static void test_every_example_of_the_manual_holds(void **state)
{
	CLEANUP(free_heapp) char *manual = NULL;
	struct example example = {0};
	bool inside = false;
	size_t n_examples = 0;
	struct slice rest;
	struct slice line;
	size_t len;

	(void)state;
	assert_int_equal(file_read(MENTIOND_SOURCE_DIR "/docs/query-language.md", MANUAL_MAX_BYTES,
				 &manual, &len),
		0);
	rest = slice_from(manual, len);
	while (slice_split(&rest, '\n', &line)) {
		if (slice_equals(line, SLICE("```query"))) {
			inside = true;
		} else if (slice_equals(line, SLICE("```"))) {
			inside = false;
			finish(&example);
		} else if (inside && !example.engine) {
			start(&example, line);
			n_examples++;
		} else if (inside) {
			check_line(&example, line);
		}
	}
	expect(n_examples >= EXAMPLES_MIN, "only %zu examples", n_examples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_example_of_the_manual_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
