/* Templates: what they print, and what is wrong with them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/str.h"
#include "report/template.h"
#include "unit/unit.h"

enum { PATH_SIZE = 200 };

static const char *const names[] = {"a", "b", "list", "name", "text"};
static char folder[] = "/tmp/mentiond-test-XXXXXX";

static void write_file(const char *file, const char *text)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	assert_int_equal(file_replace(path, slice_of(text), 0600), 0);
}

static int open_file(const char *file, struct templates **ret, struct diags *diags)
{
	const struct template_source source = {
		.folder = folder,
		.files = &file,
		.n_files = 1,
		.names = names,
		.n_names = ARRAY_SIZE(names),
	};

	return templates_open(&source, ret, diags);
}

static int make_folder(void **state)
{
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const files[] = {"x.txt", "x.html", "y.txt", "y.html"};
	char path[PATH_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	return rmdir(folder);
}

/* FILE with TEMPLATE in it, filled with the JSON text VALUES. */
static void expect_output(
	const char *file, const char *template, const char *values, const char *want)
{
	CLEANUP(templates_freep) struct templates *templates = NULL;
	CLEANUP(json_freep) json_t *json = NULL;
	CLEANUP(str_done) struct str str = STR_INIT(4096);

	write_file(file, template);
	assert_int_equal(json_read(slice_of(values), &json, NULL, NULL), 0);
	expect(open_file(file, &templates, NULL) == 0, "`%s' does not open", template);
	templates_render(templates, file, json, &str);
	expect(str_error(&str) == 0 && strcmp(str_text(&str), want) == 0,
		"`%s' with %s: got `%s', want `%s'", template, values, str_text(&str), want);
}

static void test_fills_in(void **state)
{
	static const struct {
		const char *template, *values, *want;
	} cases[] = {
		{"", "{}", ""},
		{"plain { } }} text", "{}", "plain { } }} text"},
		{"{{a}}", "{\"a\":\"x\"}", "x"},
		{"-{{ a }}-{{b}}-", "{\"a\":7}", "-7--"},
		{"{{a}}", "{\"a\":{\"b\":1}}", ""},
		{"{{! words {{ }}x", "{}", "x"},
		/* Sections. */
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":true}", "y"},
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":\"text\"}", "y"},
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{}", "n"},
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":null}", "n"},
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":false}", "n"},
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":0}", "n"},
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":\"\"}", "n"},
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":[]}", "n"},
		{"{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":{}}", "y"},
		{"{{#list}}<{{.}}>{{/list}}", "{\"list\":[\"x\",\"y\",3]}", "<x><y><3>"},
		{"{{#list}}{{name}}{{a}} {{/list}}",
			"{\"a\":\"!\",\"list\":[{\"name\":\"x\"},{\"name\":\"y\",\"a\":\"?\"}]}",
			"x! y? "},
		{"{{#list}}{{#a}}{{b}}{{/a}};{{/list}}",
			"{\"list\":[{\"a\":{\"b\":1}},{\"a\":false},{\"b\":3}],\"a\":{\"b\":2}}",
			"1;;2;"},
		/* Lines with only a tag. */
		{"x\n  {{#a}}  \ny\n{{/a}}\nz\n", "{\"a\":true}", "x\ny\nz\n"},
		{"{{#a}}\ny\n{{/a}}", "{\"a\":true}", "y\n"},
		{"x {{#a}}\ny\n{{/a}}\n", "{\"a\":true}", "x \ny\n"},
		{"{{#a}}\n{{/a}}\n{{! nothing }}\n", "{\"a\":true}", ""},
		{"  {{a}}\n", "{\"a\":1}", "  1\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect_output("x.txt", cases[i].template, cases[i].values, cases[i].want);
}

static void test_escapes_by_kind(void **state)
{
	static const char values[] = "{\"a\":\"<script>\\\"&'\\u001b[31m\\n\\u0085 é</script>\"}";

	expect_output(
		"x.html", "{{a}}", values, "&lt;script&gt;&quot;&amp;&#39;[31m\n é&lt;/script&gt;");
	expect_output("x.html", "<a title='{{a}}'>", "{\"a\":\"' onload='x\"}",
		"<a title='&#39; onload=&#39;x'>");
	expect_output("x.txt", "{{a}}", values, "<script>\"&'[31m\n é</script>");
	expect_output("x.html", "{{{a}}}{{&a}}", "{\"a\":\"<b>\"}", "<b><b>");
	/* Values are not templates. */
	expect_output("x.txt", "{{a}}", "{\"a\":\"{{b}}\",\"b\":1}", "{{b}}");
}

static void test_includes(void **state)
{
	write_file("y.txt", "[{{name}}]\n");
	write_file("y.html", "<{{name}}>\n");
	expect_output("x.txt", "{{#list}}\n{{> y}}\n{{/list}}\n",
		"{\"list\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", "[a]\n[b]\n");
	expect_output("x.txt", "({{> y}})", "{\"name\":\"a\"}", "([a])");
	expect_output("x.html", "{{> y}}", "{\"name\":\"&\"}", "<&amp;>\n");
}

static void test_says_what_is_wrong(void **state)
{
	static const struct {
		const char *template;
		unsigned int line, column;
		const char *message;
	} cases[] = {
		{"x\n  {{nam}}", 2, 3, "`nam'"},
		{"é {{#a}}", 1, 3, "never closed"},
		{"{{#a}}{{#b}}{{/a}}{{/b}}", 1, 13, "`a' is closed where `b'"},
		{"{{/a}}", 1, 1, "no section `a' is open"},
		{"{{a", 1, 1, "without its end"},
		{"{{{a}}", 1, 1, "without its end"},
		{"{{}}", 1, 1, "without a name"},
		{"{{# }}", 1, 1, "without a name"},
		{"{{=<% %>=}}", 1, 1, "delimiters"},
		{"{{> ../x}}", 1, 1, "no template can be called"},
		{"{{> missing}}", 0, 0, "cannot read"},
		{"{{> x}}", 0, 0, "includes itself"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(templates_freep) struct templates *templates = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;

		assert_int_equal(diags_new(&diags), 0);
		write_file("x.txt", cases[i].template);
		expect(open_file("x.txt", &templates, diags) < 0, "`%s' opens", cases[i].template);
		expect(diags_count(diags) > 0, "`%s': no mistake", cases[i].template);

		const struct diag *diag = diags_get(diags, 0);
		expect(strstr(diag->message, cases[i].message), "`%s': %s", cases[i].template,
			diag->message);
		expect(diag->line == cases[i].line && diag->column == cases[i].column,
			"`%s': at %u:%u", cases[i].template, diag->line, diag->column);
		expect(strstr(diag->file, "x.txt") || strstr(diag->file, "missing.txt"), "%s",
			diag->file);
	}
}

static void test_says_all_that_is_wrong(void **state)
{
	CLEANUP(templates_freep) struct templates *templates = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;

	assert_int_equal(diags_new(&diags), 0);
	write_file("x.txt", "{{nam}} {{lst}}\n{{#a}}{{=}}");
	assert_int_equal(open_file("x.txt", &templates, diags), -EINVAL);
	assert_int_equal(diags_count(diags), 4);
	assert_string_equal(diags_get(diags, 0)->hint, "did you mean `name'?");
}

static void test_bounds_what_it_writes(void **state)
{
	CLEANUP(templates_freep) struct templates *templates = NULL;
	CLEANUP(json_freep) json_t *json = NULL;
	CLEANUP(str_done) struct str str = STR_INIT(100);

	write_file("x.txt",
		"{{#list}}{{#list}}{{#list}}{{#list}}0123456789{{/list}}{{/list}}{{/list}}"
		"{{/list}}");
	assert_int_equal(
		json_read(SLICE("{\"list\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"), &json, NULL, NULL),
		0);
	assert_int_equal(open_file("x.txt", &templates, NULL), 0);
	templates_render(templates, "x.txt", json, &str);
	assert_int_equal(str_error(&str), -EMSGSIZE);
}

static void test_bounds_nesting(void **state)
{
	CLEANUP(templates_freep) struct templates *templates = NULL;
	CLEANUP(str_done) struct str text = STR_INIT(65536);

	for (int i = 0; i < 100; i++)
		str_add_text(&text, "{{#a}}");
	write_file("x.txt", str_text(&text));
	assert_int_equal(open_file("x.txt", &templates, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fills_in),
		cmocka_unit_test(test_escapes_by_kind),
		cmocka_unit_test(test_includes),
		cmocka_unit_test(test_says_what_is_wrong),
		cmocka_unit_test(test_says_all_that_is_wrong),
		cmocka_unit_test(test_bounds_what_it_writes),
		cmocka_unit_test(test_bounds_nesting),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
