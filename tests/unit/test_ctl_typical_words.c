#include "ctl/typical_words.h"
#include "unit/unit.h"

enum { ARENA_BYTES = 16 << 20 };

static void add(struct typical_words *typical, const char *text, enum verdict_on_mention verdict,
	size_t times)
{
	struct hit hit = {.field = FIELD_TEXT, .text = "acme"};
	const struct item item = {.post = {.text = text}, .hits = &hit, .n_hits = 1};

	for (size_t i = 0; i < times; i++)
		assert_int_equal(0, typical_words_add(typical, &item, verdict));
}

static void what_tells_the_dismissed_apart_stands_first(void **state)
{
	CLEANUP(typical_words_freep) struct typical_words *typical = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct typical_word *list;
	size_t n;

	assert_int_equal(0, arena_new(ARENA_BYTES, &arena));
	assert_int_equal(0, typical_words_new(&typical));
	add(typical, "an Acme thread for the lathe, the pitch is fine", MENTION_DISMISSED, 6);
	add(typical, "Acme thread, THREAD and thread", MENTION_DISMISSED, 4);
	add(typical, "the Acme driver lost the parcel", MENTION_HANDLED, 12);
	add(typical, "the Acme shop is open, the pitch was lost", MENTION_UNJUDGED, 40);
	add(typical, "the unique accident of Acme", MENTION_DISMISSED, 1);

	assert_int_equal(0, typical_words_list(typical, 3, arena, &list, &n));
	assert_true(n >= 2);
	assert_string_equal("thread", list[0].text);
	assert_int_equal(10, list[0].n[MENTION_DISMISSED]);
	assert_int_equal(0, list[0].n[MENTION_HANDLED] + list[0].n[MENTION_UNJUDGED]);
	for (size_t i = 0; i < n; i++) {
		static const char *const never[] = {"acme", "the", "pitch", "unique", "parcel"};

		for (size_t j = 0; j < ARRAY_SIZE(never); j++)
			expect(strcmp(never[j], list[i].text) != 0, "%s", never[j]);
		expect(i == 0 || list[i].z <= list[i - 1].z, "not in order");
	}
}

static void scripts_without_spaces_have_words_too(void **state)
{
	CLEANUP(typical_words_freep) struct typical_words *typical = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct typical_word *list;
	size_t n;

	assert_int_equal(0, arena_new(ARENA_BYTES, &arena));
	assert_int_equal(0, typical_words_new(&typical));
	add(typical, "acme 苹果很好吃", MENTION_DISMISSED, 8);
	add(typical, "acme 手机不好用", MENTION_UNJUDGED, 8);
	assert_int_equal(0, typical_words_list(typical, 10, arena, &list, &n));
	assert_true(n > 0);
	assert_string_equal("苹果", list[0].text);
}

static void of_nothing_nothing_is_typical(void **state)
{
	CLEANUP(typical_words_freep) struct typical_words *typical = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct typical_word *list;
	size_t n = 7;

	assert_int_equal(0, arena_new(ARENA_BYTES, &arena));
	assert_int_equal(0, typical_words_new(&typical));
	assert_int_equal(0, typical_words_list(typical, 10, arena, &list, &n));
	assert_int_equal(0, n);
	add(typical, "acme thread", MENTION_DISMISSED, 3);
	assert_int_equal(0, typical_words_list(typical, 10, arena, &list, &n));
	assert_int_equal(0, n); /* nothing to compare with */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_tells_the_dismissed_apart_stands_first),
		cmocka_unit_test(scripts_without_spaces_have_words_too),
		cmocka_unit_test(of_nothing_nothing_is_typical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
