#include "base/str.h"
#include "text/html.h"
#include "unit/unit.h"

static void test_makes_plain_text(void **state)
{
	static const struct {
		const char *html, *want;
	} cases[] = {
		{"", ""},
		{"plain", "plain"},
		{"  white \n\t space  ", "white space"},
		{"a<br>b<br/>c<BR />d", "a\nb\nc\nd"},
		{"<p>one</p><p>two</p>", "one\ntwo"},
		{"<p>one<p>two", "one\ntwo"},
		{"<p>one</p>\n\n<p> </p><p>&nbsp;</p><p>two</p>", "one\ntwo"},
		{"<div><div><p>deep</p></div></div>", "deep"},
		{"a <b>bold</b> word", "a bold word"},
		{"in<b>si</b>de", "inside"},
		{"<b>a</b> <i>b</i>", "a b"},
		{"<ul><li>one</li><li>two</ul>after", "one\ntwo\nafter"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"<h1>Title</h1>text", "Title\ntext"},
		{"a&amp;b &lt;tag&gt; &eacute; &#8217; &#x2019;", "a&b <tag> é ’ ’"},
		{"&#150; &#146;", "– ’"},
		{"AT&T &copy 2026 &copy2026 a&b=c", "AT&T © 2026 &copy2026 a&b=c"},
		{"?a=1&copy=2", "?a=1&copy=2"},
		{"&unknown; &#; &#x; &", "&unknown; &#; &#x; &"},
		{"&#55296;&#1114112;&#0;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"a&nbsp;b", "a\xC2\xA0"
			     "b"},
		{"a&#10;&#32; b", "a b"},
		{"<script>var a = '<p>';</script>text", "text"},
		{"<SCRIPT>x</Script >text", "text"},
		{"<script>never closed <p>text", ""},
		{"a<style>p { color: red }</style>b", "ab"},
		{"a<script/>b", "ab"},
		{"a<video>Sorry, no video</video>b", "ab"},
		{"a<video>b", "ab"},
		{"a<noscript><img src=x></noscript>b", "ab"},
		{"<!-- comment -->a<!-- > -->b<!---->c", "abc"},
		{"a<!-- open", "a"},
		{"a<?php echo 1 ?>b", "ab"},
		{"1 < 2 > 1 <3 <", "1 < 2 > 1 <3 <"},
		{"1 <b and c</p>", "1 <b and c"},
		{"cut <a hre", "cut"},
		{"cut <a href='x' tit", "cut"},
		{"cut <a href='x", "cut"},
		{"<p class=\"a>b\">x</p>", "x"},
		{"<a href=\"x>y", "y"},
		{"<p title='<b>'>x</p>", "x"},
		{"<pre>a\r\n  b\n\nc</pre>d", "a\n  b\n\nc\nd"},
		{"<pre>a\rb\r\rc\r</pre>d", "a\nb\n\nc\nd"},
		{"<pre>x</pre><p> a  b </p>", "x\na b"},
		{"<![CDATA[raw <b>]]>", "raw <b>"},
		{"x<o:q>y</o:q>z<my-tag>w", "xyzw"},
		{"<img alt=\"a photo\" src=x>text", "text"},
		{"so <img class=\"wp-smiley\" alt=\"😀\" src=x> happy", "so 😀 happy"},
		{"<a href=\"x\">li<span>nk</span></a>", "link"},
		{"</p></div>text</b>", "text"},
		{"<div", ""},
		{"ខ្មែរ<br>ગુજરાતી", "ខ្មែរ\nગુજરાતી"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(1000);

		html_to_text(slice_of(cases[i].html), NULL, &got);
		expect(same_text(str_text(&got), cases[i].want), "`%s': got `%s', want `%s'",
			cases[i].html, str_text(&got), cases[i].want);
	}
}

static void test_makes_one_line_of_a_title(void **state)
{
	static const struct html_options line = {.mode = HTML_LINE};
	static const struct {
		const char *html, *want;
	} cases[] = {
		{"<b>Bold</b> title", "Bold title"},
		{"two<br>lines", "two lines"},
		{"<p>one</p><p>two</p>", "one two"},
		{"Vector<int> &amp; Map<string, int>", "Vector<int> & Map<string, int>"},
		{"1 < 2", "1 < 2"},
		{"I <3 Acme", "I <3 Acme"},
		{"\n  spread \n over  ", "spread over"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(1000);

		html_to_text(slice_of(cases[i].html), &line, &got);
		expect(same_text(str_text(&got), cases[i].want), "`%s': got `%s', want `%s'",
			cases[i].html, str_text(&got), cases[i].want);
	}
}

static void add_href(struct slice href, void *userdata)
{
	str_add(userdata, href);
	str_add_char(userdata, ' ');
}

static void test_tells_links(void **state)
{
	static const char html[] =
		"<a href='/one?a=1&amp;b=2'>1</a><a name=x>no</a><A HREF=two>2</A>"
		"<a href='/tags/acme' class='mention hashtag' rel='tag'>#acme</a>"
		"<a href='/@jane' class='u-url mention'>@jane</a>"
		"<a rel='tag' href='/category'>category</a><a href>none</a>";
	CLEANUP(str_done) struct str got = STR_INIT(1000);
	CLEANUP(str_done) struct str text = STR_INIT(1000);
	const struct html_options options = {.on_link = add_href, .userdata = &got};

	html_to_text(slice_of(html), &options, &text);
	assert_string_equal(str_text(&got), "/one?a=1&b=2 two ");
}

static void test_recognises_html_in_plain_text(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{"<p>Hello</p>", true},
		{"a<br/>b", true},
		{"see <img src=x>", true},
		{"<b>bold</b>", true},
		{"How to use <title>", false},
		{"a < b and c </d> e", false},
		{"Vector<int>", false},
		{"", false},
		{"<", false},
		{"</", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(html_is_likely(slice_of(cases[i].text)) == cases[i].want, "`%s': want %d",
			cases[i].text, cases[i].want);
}

/* Each of these was quadratic in some reader. */
static void test_is_linear(void **state)
{
	static const char *const parts[] = {"<", "<a ", "<video>", "<script>", "<a href=\"",
		"<a href='>", "</a", "<!--", "<![CDATA[", "<!doctype [", "&", "&#", "<pre>",
		"&nbsp;<p>"};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		CLEANUP(str_done) struct str html = STR_INIT(1 << 20);
		CLEANUP(str_done) struct str text = STR_INIT(4 << 20);

		while (html.len + 16 < html.max_bytes)
			str_add_text(&html, parts[i]);
		html_to_text(str_slice(&html), NULL, &text);
		assert_int_equal(str_error(&text), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_makes_plain_text),
		cmocka_unit_test(test_makes_one_line_of_a_title),
		cmocka_unit_test(test_tells_links),
		cmocka_unit_test(test_recognises_html_in_plain_text),
		cmocka_unit_test(test_is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
