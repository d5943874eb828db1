#include "base/diags.h"
#include "base/str.h"
#include "text/markup.h"
#include "unit/unit.h"

enum { SPACE_A = 10, SPACE_B };

static const struct markup_space spaces[] = {
	{"http://a.example/ns#", "a", SPACE_A},
	{"http://b.example/", NULL, SPACE_B},
};
static const struct slice flat[] = {{"item", 4}};

/* All tokens of TEXT on one line: "+name" "-name" "'text" "[cdata", a number
 * behind names in a namespace, attributes as " name=value". */
static void show(struct str *str, const struct markup_token *token)
{
	static const char marks[] = {[MARKUP_START] = '+',
		[MARKUP_END] = '-',
		[MARKUP_TEXT] = '\'',
		[MARKUP_CDATA] = '['};

	if (str->len > 0)
		str_add_char(str, ' ');
	str_add_char(str, marks[token->kind]);
	if (token->kind == MARKUP_TEXT || token->kind == MARKUP_CDATA) {
		str_add(str, token->text);
		return;
	}
	str_add(str, token->local);
	if (token->space != MARKUP_SPACE_NONE)
		str_add_format(str, ":%d", token->space);
	for (size_t i = 0; i < token->n_attributes; i++)
		str_add_format(str, "(%.*s=%.*s)", SLICE_FMT(token->attributes[i].name),
			SLICE_FMT(token->attributes[i].value));
}

static void read_all(const char *text, bool html, struct str *str, struct diags *warnings)
{
	const struct markup_options options = {
		.html = html,
		.spaces = spaces,
		.n_spaces = ARRAY_SIZE(spaces),
		.flat = flat,
		.n_flat = ARRAY_SIZE(flat),
		.warnings = warnings,
	};
	CLEANUP(markup_freep) struct markup *markup = NULL;
	const struct markup_token *token;

	assert_int_equal(markup_new(slice_of(text), &options, &markup), 0);
	while ((token = markup_next(markup))->kind != MARKUP_EOF)
		show(str, token);
}

struct token_case {
	const char *text, *want;
	unsigned int line; /* of the first warning; 0: none */
};

static void check(const struct token_case *cases, size_t n, bool html)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(str_done) struct str got = STR_INIT(10000);
		CLEANUP(diags_freep) struct diags *warnings = NULL;

		assert_int_equal(diags_new(&warnings), 0);
		read_all(cases[i].text, html, &got, warnings);
		expect(same_text(str_text(&got), cases[i].want), "%s\n got %s\nwant %s",
			cases[i].text, str_text(&got), cases[i].want);

		const unsigned int line =
			diags_count(warnings) > 0 ? diags_get(warnings, 0)->line : 0;

		expect(line == cases[i].line, "%s\nwarning on line %u, want %u", cases[i].text,
			line, cases[i].line);
	}
}

static void test_reads_xml(void **state)
{
	static const struct token_case cases[] = {
		{"", "", 0},
		{"<a>text</a>", "+a 'text -a", 0},
		{"<a/>", "+a -a", 0},
		{"<a />", "+a -a", 0},
		{"<a b=\"1\" c='2'/>", "+a(b=1)(c=2) -a", 0},
		{"<a\n\tb = \"1\"\n></a\n>", "+a(b=1) -a", 0},
		{"<a><b/><c>x</c></a>", "+a +b -b +c 'x -c -a", 0},
		{"<a><![CDATA[<b> & ]] > ]]></a>", "+a [<b> & ]] >  -a", 0},
		{"<a>x<![CDATA[y]]>z</a>", "+a 'x [y 'z -a", 0},
		{"<?xml version='1.0'?><!-- <x> --><a/>", "+a -a", 0},
		{"<!DOCTYPE rss PUBLIC \"-//x>\" \"y\"><a/>", "+a -a", 0},
		{"<!DOCTYPE a [ <!-- isn't ]> --> <?x ]>?> ]><a/>", "+a -a", 0},
		{"<!DOCTYPE a [<!ENTITY x \"]>\"> <!ELEMENT y (z)>]><a>&x;</a>", "+a '&x; -a", 0},
		{"<a xmlns='http://a.example/ns#'><b/></a>",
			"+a:10(xmlns=http://a.example/ns#) +b:10 -b:10 -a:10", 0},
		{"<x:a xmlns:x='HTTPS://A.example/ns'/>",
			"+a:10(xmlns:x=HTTPS://A.example/ns) -a:10", 0},
		{"<a xmlns:x='http://b.example'><x:b xmlns:x='http://a.example/ns#'/><x:c/></a>",
			"+a(xmlns:x=http://b.example) +b:10(xmlns:x=http://a.example/ns#) -b:10 "
			"+c:11 -c:11 -a",
			0},
		{"<a xmlns='http://b.example'><b xmlns=''/></a>",
			"+a:11(xmlns=http://b.example) +b(xmlns=) -b -a:11", 0},
		{"<a xmlns='http://other.example'/>", "+a:1(xmlns=http://other.example) -a:1", 0},
		{"<é/>", "+é -é", 0},
	};

	check(cases, ARRAY_SIZE(cases), false);
}

static void test_mends_xml(void **state)
{
	static const struct token_case cases[] = {
		/* end tags */
		{"<a>\n<b>x</a>", "+a '\n +b 'x -b -a", 2},
		{"<a>x</b></a>", "+a 'x -a", 1},
		{"<a><b>x</B></a>", "+a +b 'x -b -a", 0},
		{"<a><b>x</b", "+a +b 'x -b -a", 1},
		{"<a><b>x</b<c/></a>", "+a +b 'x -b +c -c -a", 1},
		{"<a>x", "+a 'x -a", 1},
		{"</a><b/>", "+b -b", 1},
		{"<a>x</ a>", "+a 'x -a", 0},
		{"<item>1<item>2</item>", "+item '1 -item +item '2 -item", 1},
		{"<item><b>1<x:item xmlns:x='y'>2</item>",
			"+item +b '1 +item:1(xmlns:x=y) '2 -item:1 -b -item", 1},
		{"<item><titel>x</title><b/></item>", "+item +titel 'x -titel +b -b -item", 1},
		{"<item><guid>1</giud>\n</item>", "+item +guid '1 -guid '\n -item", 1},
		{"<td>x</th></td>", "+td 'x -td", 1}, /* too short to tell */
		{"<link>x</language></link>", "+link 'x -link", 1},
		/* start tags */
		{"<item lang<b/></item>", "+item(lang=) +b -b -item", 1},
		{"<a><b\n<c/></a>", "+a +b +c -c -b -a", 1},
		{"<a>1 <b and c</a>", "+a '1  '<b and c -a", 1},
		{"<a>1 < 2 <3 <</a>", "+a '1 < 2 <3 < -a", 1},
		{"<a>x<", "+a 'x -a", 1},
		{"<a b='1'><c d='2' e='3", "+a(b=1) +c(d=2) -c -a", 1},
		{"<a><![cdata[x]]></a>", "+a [x -a", 0},
		/* attributes */
		{"<a b=1 c=2/>", "+a(b=1)(c=2) -a", 1},
		{"<a b/>", "+a(b=) -a", 0},
		{"<a b=\"1>x</a><c d=\"2\"/>", "+a(b=1) 'x -a +c(d=2) -c", 1},
		{"<a b=\"1 < 2\"/>", "+a(b=1 < 2) -a", 1},
		{"<a b='1>x</a>", "+a(b=1) 'x -a", 1},
		{"<a b=\"1\"c=\"2\"/>", "+a(b=1)(c=2) -a", 0},
		/* CDATA */
		{"<a><b><![CDATA[x</b><c>y</c></a>", "+a +b [x -b +c 'y -c -a", 1},
		{"<a><b><![CDATA[x</b><c><![CDATA[y]]></c></a>", "+a +b [x -b +c [y -c -a", 1},
		{"<a><b><![CDATA[x<![CDATA[y]]></b></a>", "+a +b [x<![CDATA[y -b -a", 0},
		{"<a><![CDATA[x", "+a [x -a", 1},
		/* declarations */
		{"<!DOCTYPE a [<a/>", "", 1},
		{"<!DOCTYPE a [ ><a/>", "+a -a", 1},
		{"<a><!-- x ><b/></a>", "+a +b -b -a", 1},
		{"<a><?x ><b/></a>", "+a +b -b -a", 1},
		{"<a><!x><b/></a>", "+a +b -b -a", 0},
		/* namespaces */
		{"<a:x/>", "+x:10 -x:10", 1},
		{"<q:x/>", "+x:1 -x:1", 1},
	};

	check(cases, ARRAY_SIZE(cases), false);
}

static void test_reads_html(void **state)
{
	static const struct token_case cases[] = {
		{"<P>x<br>y</p>", "+P 'x +br 'y -p", 0},
		{"<a href=x/y>z</a>", "+a(href=x/y) 'z -a", 0},
		{"</x><y", "-x +y", 0},
		{"<a title='<b>'>", "+a(title=<b>)", 0},
		{"a <_b> c", "'a <_b> c", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(10000);

		read_all(cases[i].text, true, &got, NULL);
		expect(same_text(str_text(&got), cases[i].want), "%s\n got %s\nwant %s",
			cases[i].text, str_text(&got), cases[i].want);
	}
}

/* Appends TEXT N times. */
static void repeat(struct str *str, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_add_text(str, text);
}

static void test_reads_on_behind_deep_nesting(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(10 << 20);
	CLEANUP(str_done) struct str got = STR_INIT(1 << 20);

	str_add_text(&text, "<a>");
	repeat(&text, "<d>", 100000);
	str_add_text(&text, "kept");
	repeat(&text, "</d>", 100000);
	str_add_text(&text, "<b>found</b></a>");
	read_all(str_text(&text), false, &got, NULL);

	assert_true(slice_ends_with(str_slice(&got), SLICE("-d +b 'found -b -a")));
	assert_true(slice_find(str_slice(&got), SLICE("'kept")) > 0);
}

static void test_finds_the_next_item_behind_elements_that_never_end(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(10 << 20);
	CLEANUP(str_done) struct str got = STR_INIT(1 << 20);

	str_add_text(&text, "<item>");
	repeat(&text, "<d>", 1000);
	str_add_text(&text, "</item><item>found</item>");
	read_all(str_text(&text), false, &got, NULL);
	assert_true(slice_ends_with(str_slice(&got), SLICE("-item +item 'found -item")));
}

static void test_gives_an_end_for_each_start(void **state)
{
	static const char *const parts[] = {"<a ", "<a>", "<a b=\"", "<a b='><c>", "</a", "</b>",
		"<!--", "<![CDATA[", "<![CDATA[<![CDATA[]]></x>", "<!doctype [", "<?", "<item>",
		"&", "<a xmlns:x='y'>", "<x:y>", "]]>"};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
		CLEANUP(markup_freep) struct markup *markup = NULL;
		const struct markup_options options = {.flat = flat, .n_flat = 1};
		const struct markup_token *token;
		int depth = 0;

		repeat(&text, parts[i], (1 << 20) / strlen(parts[i]));
		assert_int_equal(markup_new(str_slice(&text), &options, &markup), 0);
		while ((token = markup_next(markup))->kind != MARKUP_EOF) {
			depth += token->kind == MARKUP_START;
			expect(token->kind != MARKUP_END || (int)token->depth == depth,
				"`%s': an end tag at depth %zu within %d", parts[i], token->depth,
				depth);
			depth -= token->kind == MARKUP_END;
		}
		expect(depth == 0, "`%s': %d elements are left open", parts[i], depth);
	}
}

static void test_replaces_references(void **state)
{
	static const struct {
		const char *text, *want;
		unsigned int line; /* of a warning */
	} cases[] = {
		{"a &amp; b &lt;c&gt; &quot;&apos;", "a & b <c> \"'", 0},
		{"&eacute;&nbsp;&hellip;&CounterClockwiseContourIntegral;", "é\xC2\xA0…∳", 0},
		{"&zwnj;&AElig;&zscr;&Aacute;", "\xE2\x80\x8CÆ𝓏Á", 0},
		{"&nGt;&bne;&NewLine;&Tab;", "≫⃒=⃥\n\t", 0},
		{"&#233;&#xE9;&#XE9;&#128512;", "ééé😀", 0},
		{"&#147;&#148;&#128;", "“”€", 0},
		{"&#55357;&#xDE00; &#xD83D;&#56832;", "😀 😀", 0},
		{"&#xDC00;&#55357;&#0;&#x110000;",
			"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 0},
		{"a&#1;b&#11;c&#10;d", "ab c\nd", 0},
		{"&amp;amp;", "&amp;", 0},
		{"AT&T", "AT&T", 1},
		{"\n\n&unknown;", "\n\n&unknown;", 3},
		{"&amp &#233 &", "&amp &#233 &", 1},
		{"&lt;\n&Lt;\n&lT;", "<\n≪\n&lT;", 3},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(1000);
		CLEANUP(diags_freep) struct diags *warnings = NULL;
		CLEANUP(markup_freep) struct markup *markup = NULL;
		struct markup_options options = {0};

		assert_int_equal(diags_new(&warnings), 0);
		options.warnings = warnings;
		assert_int_equal(markup_new(slice_of(cases[i].text), &options, &markup), 0);
		markup_add_text(markup, slice_of(cases[i].text), &got);
		expect(same_text(str_text(&got), cases[i].want), "`%s': got `%s'", cases[i].text,
			str_text(&got));

		const unsigned int line =
			diags_count(warnings) > 0 ? diags_get(warnings, 0)->line : 0;

		expect(line == cases[i].line, "`%s': warning on line %u", cases[i].text, line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_xml),
		cmocka_unit_test(test_mends_xml),
		cmocka_unit_test(test_reads_html),
		cmocka_unit_test(test_reads_on_behind_deep_nesting),
		cmocka_unit_test(test_finds_the_next_item_behind_elements_that_never_end),
		cmocka_unit_test(test_gives_an_end_for_each_start),
		cmocka_unit_test(test_replaces_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
