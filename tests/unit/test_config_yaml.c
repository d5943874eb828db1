/* Syntax, and the bounds of what a text may become. */
#include <errno.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/str.h"
#include "config/yaml.h"
#include "unit.h"

struct parsed {
	struct arena *arena;
	struct diags *diags;
	struct yaml_node *root;
	int r;
};

static void parsed_done(struct parsed *parsed)
{
	arena_free(parsed->arena);
	diags_free(parsed->diags);
}

static void parse(struct parsed *parsed, struct slice text)
{
	*parsed = (struct parsed){0};
	assert_int_equal(arena_new(512 << 20, &parsed->arena), 0);
	assert_int_equal(diags_new(&parsed->diags), 0);

	struct yaml_file file = {.path = "f", .text = text, .arena = parsed->arena};
	parsed->r = yaml_parse(&file, &parsed->root, parsed->diags);
}

static void test_mistakes_have_a_place(void **state UNUSED)
{
	static const struct {
		struct slice text;
		const char *want;
	} rows[] = {
		{SLICE("a: [\n"), "f:2:1: error: did not find expected node content (is a value "
				  "missing, or a [ or { not closed?)"},
		{SLICE("a: [1 2\n"), "f:2:1: error: did not find expected ',' or ']' (is a comma, "
				     "a quote or the closing ] missing?)"},
		{SLICE("a: 'b\n"), "f:1:4: error: found unexpected end of stream (is a quote or "
				   "bracket left open?)"},
		{SLICE("a: b: c\n"),
			"f:1:5: error: mapping values are not allowed in this context (quote a "
			"text that holds `: ', and check the indentation)"},
		{SLICE("a:\n\tb: c\n"), "f:2:1: error: a tab cannot indent (use spaces)"},
		{SLICE("a: b\nc\nd: e\n"),
			"f:2:1: error: could not find expected ':' (a key is followed by a colon "
			"and a space: `key: value')"},
		{SLICE("a:\n  - b\n - c\n"),
			"f:3:2: error: did not find expected key (is the indentation that of the "
			"lines above?)"},
		{SLICE("a: @b\n"), "f:1:4: error: found character that cannot start any token "
				   "(quote a text that begins with @, ` or %)"},
		{SLICE("a: b\nc: \xff\n"), "f:2:4: error: this is no UTF-8 text, or holds a "
					   "control character (save the file as UTF-8)"},
		{SLICE("a: é\x01\n"), "f:1:5: error: this is no UTF-8 text, or holds a control "
				      "character (save the file as UTF-8)"},
		{SLICE("\xff\xfe"
		       "a\0:\0"),
			"f:1:1: error: this is no UTF-8 text, or holds a control character (save "
			"the file as UTF-8)"},
		{SLICE("a: 1\n---\nb: 2\n"), "f:2:1: error: a second document begins here (put it "
					     "into a file of its own in mentiond.d)"},
		{SLICE("a: !x b\n"), "f:1:4: error: a tag has no meaning here (quote a text that "
				     "begins with !)"},
		{SLICE("a: *b\n"), "f:1:4: error: this alias has no anchor before it (quote a "
				   "text that begins with *)"},
		{SLICE("a: &b [*b]\n"), "f:1:8: error: this alias has no anchor before it (quote "
					"a text that begins with *)"},
		{SLICE("{a: {}, a: b}\n"),
			"f:1:9: error: the key `a' is given twice (line 1 has it too)"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(parsed_done) struct parsed parsed;
		CLEANUP(str_done) struct str told = STR_INIT(4096);

		parse(&parsed, rows[i].text);
		expect(diags_count(parsed.diags) == 1, "%s: %zu told", rows[i].text.ptr,
			diags_count(parsed.diags));
		diag_format(&told, diags_get(parsed.diags, 0));
		expect(strcmp(str_text(&told), rows[i].want) == 0, "%s: %s", rows[i].text.ptr,
			str_text(&told));
	}
}

static void test_nodes_have_places(void **state UNUSED)
{
	CLEANUP(parsed_done) struct parsed parsed;

	parse(&parsed, SLICE("é: \"x\"\nlist:\n  - |\n    y\n  - z\n"));
	assert_int_equal(parsed.r, 0);

	const struct yaml_node *root = parsed.root;
	assert_int_equal(root->kind, YAML_KIND_MAP);
	assert_int_equal(root->n_items, 2);
	assert_int_equal(root->items[0]->line, 1);
	assert_int_equal(root->items[0]->column, 4);
	assert_int_equal(root->items[0]->style, YAML_DOUBLE_QUOTED);
	assert_int_equal(root->items[1]->items[0]->style, YAML_LITERAL);
	assert_string_equal(root->items[1]->items[0]->text.ptr, "y\n");
	assert_int_equal(root->items[1]->items[1]->line, 5);
	assert_int_equal(root->items[1]->items[1]->column, 5);
}

static void test_empty_is_no_mistake(void **state UNUSED)
{
	static const struct slice texts[] = {SLICE(""), SLICE("\n# nothing\n"), SLICE("---\n")};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP(parsed_done) struct parsed parsed;

		parse(&parsed, texts[i]);
		expect(parsed.r == 0, "%s: %d", texts[i].ptr, parsed.r);
	}
}

static void test_aliases_repeat(void **state UNUSED)
{
	CLEANUP(parsed_done) struct parsed parsed;

	parse(&parsed, SLICE("a: &x {b: c}\nd: [*x, *x]\n"));
	assert_int_equal(parsed.r, 0);
	assert_ptr_equal(parsed.root->items[0], parsed.root->items[1]->items[1]);
	/* Root, two keys, {b: c} of 3, the list, and two more of 3. */
	assert_int_equal(parsed.root->size, 13);
}

/* Ten times ten times ten ...: read at once, and refused. */
static void test_alias_bomb(void **state UNUSED)
{
	CLEANUP(parsed_done) struct parsed parsed;
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

	str_add_text(&text, "a0: &a0 x\n");
	for (int i = 1; i < 30; i++) {
		str_add_format(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			str_add_format(&text, "*a%d, ", i - 1);
		str_add_text(&text, "]\n");
	}
	parse(&parsed, str_slice(&text));
	assert_int_equal(parsed.r, -EINVAL);
	assert_string_equal(diags_get(parsed.diags, 0)->message, "too many values in one file");
}

/* Nearly all are repeated by an alias, which is quicker; the last ones are written out. */
static void test_too_many_values(void **state UNUSED)
{
	CLEANUP(parsed_done) struct parsed parsed;
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

	str_add_text(&text, "- &a [");
	for (int i = 0; i < 1000; i++)
		str_add_text(&text, "b, ");
	str_add_text(&text, "]\n");
	for (int i = 2; i < YAML_MAX_NODES / 1001; i++)
		str_add_text(&text, "- *a\n");
	for (int i = 0; i < 3000; i++)
		str_add_text(&text, "- c\n");
	parse(&parsed, str_slice(&text));
	assert_int_equal(parsed.r, -EINVAL);
	assert_string_equal(diags_get(parsed.diags, 0)->message, "too many values in one file");
	assert_true(diags_get(parsed.diags, 0)->line > YAML_MAX_NODES / 1001);
}

static void test_bounds(void **state UNUSED)
{
	static const struct {
		const char *repeated;
		size_t times;
		const char *want;
	} rows[] = {
		{"[", YAML_MAX_DEPTH + 1, "too many levels"},
		{"{a: ", YAML_MAX_DEPTH + 1, "too many levels"},
		{"- ", YAML_MAX_DEPTH + 1, "too many levels"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(parsed_done) struct parsed parsed;
		CLEANUP(str_done) struct str text = STR_INIT(16 << 20);

		for (size_t k = 0; k < rows[i].times; k++)
			str_add_text(&text, rows[i].repeated);
		parse(&parsed, str_slice(&text));
		expect(parsed.r == -EINVAL, "%s: %d", rows[i].repeated, parsed.r);
		expect(strcmp(diags_get(parsed.diags, 0)->message, rows[i].want) == 0, "%s: %s",
			rows[i].repeated, diags_get(parsed.diags, 0)->message);
	}
}

static void test_too_many_keys(void **state UNUSED)
{
	CLEANUP(parsed_done) struct parsed parsed;
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

	for (int i = 0; i <= YAML_MAX_KEYS; i++)
		str_add_format(&text, "k%d: v\n", i);
	parse(&parsed, str_slice(&text));
	assert_int_equal(parsed.r, -EINVAL);
	assert_string_equal(diags_get(parsed.diags, 0)->message, "too many keys in one map");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes_have_a_place),
		cmocka_unit_test(test_nodes_have_places),
		cmocka_unit_test(test_empty_is_no_mistake),
		cmocka_unit_test(test_aliases_repeat),
		cmocka_unit_test(test_alias_bomb),
		cmocka_unit_test(test_too_many_values),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_too_many_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
