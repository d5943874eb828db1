#include <dirent.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/str.h"
#include "score/lexicon.h"
#include "text/words.h"
#include "unit/unit.h"

enum { LEAST_STOPS = 50 };

static struct lexicon *read_text(const char *text, struct diags *diags)
{
	CLEANUP(words_freep) struct words *words = NULL;
	struct lexicon *lexicon = NULL;

	assert_int_equal(words_new(&words), 0);
	assert_int_equal(lexicon_new("xx", &lexicon), 0);
	assert_int_equal(lexicon_read(lexicon, words, "xx.tsv", slice_of(text), diags), 0);
	return lexicon;
}

static void test_terms_are_found_by_their_keys(void **state)
{
	static const struct {
		const char *key;
		bool found;
		const char *next; /* the letter with which longer terms go on */
	} cases[] = {
		{"ugly", true, ""},
		{"don t like", true, ""},
		{"don t", false, "l"},
		{"don", false, "t"},
		{"like", false, ""},
		{"អន់ណាស់", true, ""},
		{"អន់", false, "ណ"},
	};
	CLEANUP(lexicon_freep)
	struct lexicon *lexicon = read_text(
		"# a comment\nword\tUgly\t-2\n\nword\tDon’t LIKE\t-1.5\tcomplaint,rage\r\n"
		"word\tអន់ណាស់\t-3",
		NULL);

	(void)state;
	assert_int_equal(lexicon_count(lexicon), 3);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct entry *entry = lexicon_find(lexicon, slice_of(cases[i].key));

		expect((entry && entry->roles) == cases[i].found, "`%s' found: want %d",
			cases[i].key, cases[i].found);
		expect((entry ? entry->continues : 0) ==
				lexicon_letter_bit(slice_of(cases[i].next)),
			"`%s' goes on with: want `%s'", cases[i].key, cases[i].next);
	}
	assert_int_equal(lexicon_find(lexicon, SLICE("don t like"))->marks,
		(int)FLAG_COMPLAINT | (int)MARK_RAGE);
}

static size_t count_stops(const struct lexicon *lexicon)
{
	struct slice base;
	size_t position = 0;
	size_t n = 0;

	while (lexicon_next_stop(lexicon, &position, &base))
		n++;

	return n;
}

/* They are no terms: a text is scored as if they were not there. */
static void test_stop_words_are_kept_apart(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;

	assert_int_equal(diags_new(&diags), 0);

	CLEANUP(lexicon_freep)
	struct lexicon *lexicon =
		read_text("stop\tThe\nstop\tété\nword\tlike\t1.5\nstop\tlike\nstop\tthe\n", diags);
	static const char *const want[] = {"the", "ete", "like"};
	struct slice base;
	size_t position = 0;

	(void)state;
	assert_int_equal(lexicon_count(lexicon), 1);
	assert_int_equal(diags_count(diags), 1);
	assert_string_equal(diags_get(diags, 0)->message, "the term stands here twice: `the'");
	assert_null(lexicon_find(lexicon, SLICE("the")));
	assert_int_equal(lexicon_find(lexicon, SLICE("like"))->roles, ROLE_WORD);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_true(lexicon_next_stop(lexicon, &position, &base));
		expect(slice_equals(base, slice_of(want[i])), "%zu: `%.*s'", i, SLICE_FMT(base));
	}
	assert_false(lexicon_next_stop(lexicon, &position, &base));
}

static void test_forms_of_words(void **state)
{
	static const struct {
		const char *key, *stem;
		bool negated, drawn;
	} cases[] = {
		{"crash", "crash", false, false},
		{"crashes", "crash", false, false},
		{"hated", "hate", false, false},
		{"crashless", "crash", true, false},
		{"uncrash", "crash", true, false},
		{"crashhhh", "crash", false, true},
		{"goood", "good", false, true},
		{"sooo", "so", false, true},
		{"nothing", NULL, false, false},
		{"es", NULL, false, false},
		{"", NULL, false, false},
	};
	CLEANUP(lexicon_freep)
	struct lexicon *lexicon =
		read_text("word\tcrash\t-2\nword\thate\t-3\nword\tgood\t2\nbooster\tso\t1\n"
			  "suffix\tes\nsuffix\ted\nsuffix\ted\te\nsuffix\tless\t\tnegates\n"
			  "prefix\tun\t\tnegates\n",
			NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool negated, drawn;
		const struct entry *entry =
			lexicon_find_word(lexicon, slice_of(cases[i].key), &negated, &drawn);
		const struct entry *want =
			cases[i].stem ? lexicon_find(lexicon, slice_of(cases[i].stem)) : NULL;

		expect(entry == want, "`%s' is no form of `%s'", cases[i].key,
			cases[i].stem ? cases[i].stem : "nothing");
		expect(negated == cases[i].negated, "`%s' negated: %d", cases[i].key, negated);
		expect(drawn == cases[i].drawn, "`%s' drawn: %d", cases[i].key, drawn);
	}
}

static void test_emoticons_by_the_longest(void **state)
{
	static const struct {
		const char *text;
		size_t want; /* bytes; 0: none */
	} cases[] = {
		{":( oh", 2},
		{":((", 3},
		{":D", 2},
		{":d", 2},
		{":", 0},
		{"", 0},
		{"(:", 0},
	};
	CLEANUP(lexicon_freep)
	struct lexicon *lexicon =
		read_text("emoticon\t:(\t-2\nemoticon\t:((\t-3\nemoticon\t:D\t3\n", NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = 0;
		const struct entry *entry =
			lexicon_find_emoticon(lexicon, slice_of(cases[i].text), &len);

		expect((entry != NULL) == (cases[i].want > 0) && (!entry || len == cases[i].want),
			"`%s': %zu bytes, want %zu", cases[i].text, len, cases[i].want);
	}
}

static void test_mistakes_have_their_line(void **state)
{
	static const struct {
		const char *line, *message;
		enum diag_level level;
	} cases[] = {
		{"wrod\tbad\t-2", "no such kind of term: `wrod'", DIAG_ERROR},
		{"word\tbad\tlow", "the value is no number, or too large: `low'", DIAG_ERROR},
		{"word\tbad\t-9", "the value is no number, or too large: `-9'", DIAG_ERROR},
		{"word\tbad\tnan", "the value is no number, or too large: `nan'", DIAG_ERROR},
		{"word\tbad", "the value is no number, or too large: `'", DIAG_ERROR},
		{"word\tbad\t-2\tangry", "no such mark: `angry'", DIAG_ERROR},
		{"plain\tthe\t1", "this kind has no value: `1'", DIAG_ERROR},
		{"word\t\t-2", "the term is empty or longer than 256 bytes: `word'", DIAG_ERROR},
		{"word\t:(\t-2", "the term holds no word; is it an emoticon?: `:('", DIAG_ERROR},
		{"word\tbad\t-2\trage\t-1\tx", "there are more than five columns: `x'", DIAG_ERROR},
		{"word\tbad\t-2\trage\tlow", "the fitted value is no number, or too large: `low'",
			DIAG_ERROR},
		{"suffix\tly\t\t\t1", "this kind has no fitted value: `1'", DIAG_ERROR},
		{"word\tb\xff\t-2", "the line is not UTF-8: `'", DIAG_ERROR},
		{"toward\tswitched to", "the value is no number, or too large: `'", DIAG_ERROR},
		{"against\tthan\t1", "this kind has no value: `1'", DIAG_ERROR},
		{"joint\tand\t\t\t1", "this kind has no fitted value: `1'", DIAG_ERROR},
		{"stop\tof the", "this kind takes one word: `of the'", DIAG_ERROR},
		{"stop\t...", "this kind takes one word: `...'", DIAG_ERROR},
		{"stop\tthe\t1", "this kind has no value: `1'", DIAG_ERROR},
		{"stop\tthe\t\trage", "this kind has no marks: `the'", DIAG_ERROR},
		{"word\tGood\t3", "the term stands here twice: `Good'", DIAG_WARNING},
		{"plain\tgood", "the term is both a word and plain: `good'", DIAG_WARNING},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(str_done) struct str text = STR_INIT(1024);

		assert_int_equal(diags_new(&diags), 0);
		str_add_format(&text, "word\tgood\t2\n%s\nword\tfine\t1\n", cases[i].line);
		CLEANUP(lexicon_freep) struct lexicon *lexicon = read_text(str_text(&text), diags);
		expect(diags_count(diags) == 1, "`%s': %zu messages", cases[i].line,
			diags_count(diags));

		const struct diag *diag = diags_get(diags, 0);
		expect(strcmp(diag->message, cases[i].message) == 0, "`%s': %s", cases[i].line,
			diag->message);
		assert_int_equal(diag->level, cases[i].level);
		assert_int_equal(diag->line, 2);
		assert_string_equal(diag->file, "xx.tsv");
		expect(lexicon_find(lexicon, SLICE("fine")) != NULL, "`%s': the next line is lost",
			cases[i].line);
	}
}

static void test_a_later_file_wins(void **state)
{
	CLEANUP(words_freep) struct words *words = NULL;
	CLEANUP(lexicon_freep) struct lexicon *lexicon = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;

	(void)state;
	assert_int_equal(words_new(&words), 0);
	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(lexicon_new("xx", &lexicon), 0);
	assert_int_equal(lexicon_read(lexicon, words, "xx.tsv",
				 SLICE("word\tsick\t-2\tcomplaint\nword\tsick of it\t-3\n"), diags),
		0);
	assert_int_equal(
		lexicon_read(lexicon, words, "local/xx.tsv", SLICE("word\tsick\t2\n"), diags), 0);

	const struct entry *entry = lexicon_find(lexicon, SLICE("sick"));
	assert_true(entry->valence == 2);
	assert_int_equal(entry->marks, 0);
	assert_true(entry->continues == lexicon_letter_bit(SLICE("o")));
	assert_int_equal(diags_count(diags), 0);
}

/* What we ship holds no mistake, no term twice and no contradiction. */
static void test_shipped_lexicons_are_clean(void **state)
{
	static const struct {
		const char *name;
		size_t least;
	} cases[] = {
		{"ar", 850},
		{"de", 1100},
		{"emoji", 300},
		{"en", 5000},
		{"es", 1100},
		{"fr", 1000},
		{"gu", 1100},
		{"hi", 1100},
		{"hy", 1000},
		{"it", 900},
		{"km", 1000},
		{"mn", 1000},
		{"pt", 1000},
		{"sw", 600},
	};
	CLEANUP(words_freep) struct words *words = NULL;

	(void)state;
	assert_int_equal(words_new(&words), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(lexicon_freep) struct lexicon *lexicon = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(str_done) struct str path = STR_INIT(4096);
		CLEANUP(free_heapp) char *text = NULL;
		size_t len;

		str_add_format(&path, TESTS_DIR "/../config/lexicons/%s.tsv", cases[i].name);
		assert_int_equal(file_read(str_text(&path), 16 << 20, &text, &len), 0);
		assert_int_equal(diags_new(&diags), 0);
		assert_int_equal(lexicon_new(cases[i].name, &lexicon), 0);
		assert_int_equal(
			lexicon_read(lexicon, words, cases[i].name, slice_from(text, len), diags),
			0);
		diags_print(diags, stderr);
		expect(diags_count(diags) == 0, "%s has mistakes", cases[i].name);
		expect(lexicon_count(lexicon) >= cases[i].least, "%s has only %zu terms",
			cases[i].name, lexicon_count(lexicon));
		expect(count_stops(lexicon) >= LEAST_STOPS, "%s has only %zu stop words",
			cases[i].name, count_stops(lexicon));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms_are_found_by_their_keys),
		cmocka_unit_test(test_stop_words_are_kept_apart),
		cmocka_unit_test(test_forms_of_words),
		cmocka_unit_test(test_emoticons_by_the_longest),
		cmocka_unit_test(test_mistakes_have_their_line),
		cmocka_unit_test(test_a_later_file_wins),
		cmocka_unit_test(test_shipped_lexicons_are_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
