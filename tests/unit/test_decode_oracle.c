/* libxml2 as the oracle: on well-formed XML its elements, namespaces, attributes
 * and texts are ours. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/uri.h>

#include "base/arena.h"
#include "base/random.h"
#include "base/str.h"
#include "decode/decode.h"
#include "decode/fields.h"
#include "text/markup.h"
#include "unit/decode_cases.h"

/* --- What libxml2 reads --- */

static int number_of(const xmlNs *space)
{
	if (!space)
		return MARKUP_SPACE_NONE;
	for (size_t i = 0; i < n_field_spaces; i++)
		if (strcmp((const char *)space->href, field_spaces[i].uri) == 0)
			return field_spaces[i].number;

	/* What we take from a prefix that is bound to something unknown. */
	for (size_t i = 0; i < n_field_spaces; i++)
		if (space->prefix && field_spaces[i].prefix &&
			strcmp((const char *)space->prefix, field_spaces[i].prefix) == 0)
			return field_spaces[i].number;

	return MARKUP_SPACE_UNKNOWN;
}

static void add_attributes(const xmlNode *node, struct str *str)
{
	for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
		xmlChar *value = xmlNodeGetContent((const xmlNode *)attribute);

		str_add_format(str, " %s=%s", (const char *)attribute->name, (const char *)value);
		xmlFree(value);
	}
}

static void add_tree(const xmlNode *node, struct str *str)
{
	for (; node; node = node->next) {
		if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
			str_add_text(str, (const char *)node->content);
		if (node->type != XML_ELEMENT_NODE)
			continue;
		str_add_format(str, "<%d:%s", number_of(node->ns), (const char *)node->name);
		add_attributes(node, str);
		str_add_char(str, '>');
		add_tree(node->children, str);
		str_add_text(str, "</>");
	}
}

static bool read_by_libxml(struct slice input, struct str *str)
{
	xmlDoc *document = xmlReadMemory(input.ptr, (int)input.len, NULL, NULL,
		XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET);

	if (document)
		add_tree(xmlDocGetRootElement(document), str);
	xmlFreeDoc(document);
	return document;
}

/* --- What we read --- */

static void add_start(const struct markup_token *token, struct str *str)
{
	str_add_format(str, "<%d:%.*s", token->space, SLICE_FMT(token->local));
	for (size_t i = 0; i < token->n_attributes; i++) {
		const struct slice name = token->attributes[i].name;
		const ptrdiff_t colon = slice_find_char(name, ':');

		if (slice_starts_with(name, SLICE("xmlns")))
			continue;
		str_add_char(str, ' ');
		str_add(str, slice_skip(name, (size_t)(colon + 1)));
		str_add_char(str, '=');
		markup_add_text(NULL, token->attributes[i].value, str);
	}
	str_add_char(str, '>');
}

static void read_by_us(struct slice input, struct str *str)
{
	const struct markup_options options = {.spaces = field_spaces, .n_spaces = n_field_spaces};
	CLEANUP(markup_freep) struct markup *markup = NULL;
	const struct markup_token *token;

	assert_int_equal(markup_new(input, &options, &markup), 0);
	while ((token = markup_next(markup))->kind != MARKUP_EOF) {
		if (token->kind == MARKUP_START)
			add_start(token, str);
		else if (token->kind == MARKUP_END)
			str_add_text(str, "</>");
		else if (token->depth > 0 && token->kind == MARKUP_TEXT)
			markup_add_text(NULL, token->text, str);
		else if (token->depth > 0)
			str_add(str, token->text);
	}
}

static void compare(const char *folder, struct slice input, void *userdata)
{
	CLEANUP(str_done) struct str want = STR_INIT(CASE_MAX_BYTES);
	CLEANUP(str_done) struct str got = STR_INIT(CASE_MAX_BYTES);
	size_t *n_compared = userdata;
	size_t at = 0;

	/* A DTD's entities are the one thing that we leave alone on purpose. */
	if (slice_find(input, SLICE("<!ENTITY")) >= 0 || !read_by_libxml(input, &want))
		return;
	(*n_compared)++;
	read_by_us(input, &got);
	assert_int_equal(str_error(&want), 0);

	while (at < want.len && at < got.len && want.ptr[at] == got.ptr[at])
		at++;
	expect(at == want.len && at == got.len, "%s differs at\n got ...%.60s\nwant ...%.60s",
		folder, str_text(&got) + at, str_text(&want) + at);
}

static void test_reads_well_formed_xml_as_libxml2_does(void **state)
{
	size_t n_compared = 0;

	for_each_case(compare, &n_compared);
	expect(n_compared >= 8, "only %zu cases are well-formed", n_compared);
}

/* What a feed seldom holds and a fixture should not have to. */
static void test_reads_corners_as_libxml2_does(void **state)
{
	static const char *const cases[] = {
		"<a b='1' c = \"2\"\n d='&lt;&amp;&#65;'/>",
		"<a>&#x1F600;&lt;b&gt;<![CDATA[<c>&amp;]]>]]&gt;</a>",
		"<a xmlns='http://www.w3.org/2005/Atom'><b xmlns=''><c xmlns='u:x'/></b><d/></a>",
		"<x:a xmlns:x='http://purl.org/dc/elements/1.1/'><x:b xmlns:x='u:y'/><x:c/></x:a>",
		("<!DOCTYPE a [<!-- ]> --> <!ELEMENT a ANY>]><!-- - --><a><?pi > ?>x<!-- <b> "
		 "-->y</a>"),
		"<a b='>'>'\"</a>",
		"<a><![CDATA[]]><![CDATA[]]]]><![CDATA[>]]></a>",
		"<ключ значение='да'>ខ្មែរ</ключ>",
	};
	size_t n_compared = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		compare(cases[i], slice_of(cases[i]), &n_compared);
	assert_int_equal(n_compared, ARRAY_SIZE(cases));
}

/* --- Documents made from a seed --- */

enum { MADE_DOCUMENTS = 300, MADE_FEEDS = 200, MAX_MADE = 1 << 16 };

/* One of the N texts in CHOICES. */
static const char *pick(struct random *random, const char *const *choices, size_t n)
{
	return choices[random_next(random) % n];
}

static void add_made_text(struct random *random, struct str *str)
{
	static const char *const pieces[] = {"word", " ", "\n", "&amp;", "&lt;b&gt;", "&#233;",
		"&#x1F600;", "]]&gt;", "ខ្មែរ", "a > b", "'\"", "<![CDATA[<p>&nbsp;]] > </x>]]>",
		"<![CDATA[]]>", "<!-- <item> & -->", "<?pi <x> ?>"};

	for (size_t n = random_next(random) % 5; n > 0; n--)
		str_add_text(str, pick(random, pieces, ARRAY_SIZE(pieces)));
}

static void add_made_attributes(struct random *random, struct str *str)
{
	static const char *const declarations[] = {" xmlns='http://www.w3.org/2005/Atom'",
		" xmlns=''", " xmlns='http://purl.org/rss/1.0/'",
		" xmlns:p='http://purl.org/dc/elements/1.1/'",
		" xmlns:q = \"http://search.yahoo.com/mrss/\"", " xmlns:p='urn:other'"};
	static const char *const attributes[] = {
		" a='1'", " b=\"&lt;&amp;'&#65;\"", "\n c = '>'", " xml:lang='en'", " d=''"};

	if (random_next(random) % 3 == 0)
		str_add_text(str, pick(random, declarations, ARRAY_SIZE(declarations)));
	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
		if (random_next(random) % 6 == 0)
			str_add_text(str, attributes[i]);
}

static void add_made_element(struct random *random, struct str *str, int depth)
{
	static const char *const names[] = {
		"entry", "title", "p:creator", "q:group", "link", "div", "p:p", "Öffnung", "a.b-c"};
	const char *name = pick(random, names, ARRAY_SIZE(names));

	str_add_format(str, "<%s", name);
	add_made_attributes(random, str);
	if (random_next(random) % 5 == 0) {
		str_add_text(str, " />");
		return;
	}
	str_add_char(str, '>');
	for (size_t n = random_next(random) % 4; n > 0 && depth < 12; n--) {
		add_made_text(random, str);
		add_made_element(random, str, depth + 1);
	}
	add_made_text(random, str);
	str_add_format(str, "</%s%s>", name, random_next(random) % 8 == 0 ? "\n" : "");
}

/* Atom, RDF and RSS roots with namespaces, CDATA, comments and instructions. */
static void test_reads_made_documents_as_libxml2_does(void **state)
{
	static const char *const heads[] = {"<feed xmlns='http://www.w3.org/2005/Atom'",
		"<a:feed xmlns:a='http://www.w3.org/2005/Atom'",
		("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
		 "xmlns='http://purl.org/rss/1.0/'"),
		"<rss version='2.0'"};
	static const char *const tails[] = {"</feed>", "</a:feed>", "</rdf:RDF>", "</rss>"};
	struct random random = {.state = 7};
	size_t n_compared = 0;

	for (size_t i = 0; i < MADE_DOCUMENTS; i++) {
		CLEANUP(str_done) struct str document = STR_INIT(MAX_MADE);

		str_add_format(&document,
			"<?xml version='1.0'?><!DOCTYPE x [<!-- ]> -->]>%s xmlns:p='urn:p' "
			"xmlns:q='urn:q'>",
			heads[i % ARRAY_SIZE(heads)]);
		add_made_element(&random, &document, 0);
		add_made_element(&random, &document, 0);
		str_add_text(&document, tails[i % ARRAY_SIZE(tails)]);
		if (str_error(&document) == 0)
			compare(str_text(&document), str_slice(&document), &n_compared);
	}
	expect(n_compared > MADE_DOCUMENTS * 9 / 10, "only %zu are well-formed", n_compared);
}

/* --- Bases --- */

static const char *made_base(struct random *random)
{
	static const char *const bases[] = {"", " xml:base='x/'", " xml:base='../y/z'",
		" xml:base='/root/'", " xml:base='http://b.example/q?r=1'",
		" xml:base='//c.example/'", " xml:base='./'", " xml:base='a&amp;b/'"};

	return pick(random, bases, ARRAY_SIZE(bases));
}

/* The address of the first link of the first entry, as libxml2 sees it. */
static xmlChar *link_by_libxml(xmlDoc *document)
{
	xmlNode *entry = xmlFirstElementChild(xmlDocGetRootElement(document));
	xmlNode *link = xmlFirstElementChild(entry);
	xmlChar *base = xmlNodeGetBase(document, link);
	xmlChar *href = xmlGetProp(link, (const xmlChar *)"href");
	xmlChar *address = xmlBuildURI(href, base);

	xmlFree(base);
	xmlFree(href);
	return address;
}

static void check_link(struct slice body)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct decode_options options = {0};
	xmlDoc *document = xmlReadMemory(
		body.ptr, (int)body.len, NULL, NULL, XML_PARSE_NOERROR | XML_PARSE_NONET);
	xmlChar *want = link_by_libxml(document);
	struct feed feed;

	assert_int_equal(arena_new(CASE_MAX_BYTES, &arena), 0);
	assert_int_equal(decode_feed(body, &options, arena, &feed, NULL), 0);
	expect(same_text(feed.posts[0].url, (const char *)want), "%.*s\n got %s\nwant %s",
		SLICE_FMT(body), feed.posts[0].url, (const char *)want);
	xmlFree(want);
	xmlFreeDoc(document);
}

static void test_resolves_bases_as_libxml2_does(void **state)
{
	static const char *const links[] = {"one", "../two", "/three", "//d.example/four",
		"?five=1", "six#seven", "./", "a/../b"};
	struct random random = {.state = 11};

	for (size_t i = 0; i < MADE_FEEDS; i++) {
		CLEANUP(str_done) struct str body = STR_INIT(MAX_MADE);

		str_add_format(&body,
			"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://a.example/f/g'>"
			"<entry%s><link%s href='%s'/><title>x</title></entry></feed>",
			made_base(&random), made_base(&random),
			pick(&random, links, ARRAY_SIZE(links)));
		check_link(str_slice(&body));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_well_formed_xml_as_libxml2_does),
		cmocka_unit_test(test_reads_corners_as_libxml2_does),
		cmocka_unit_test(test_reads_made_documents_as_libxml2_does),
		cmocka_unit_test(test_resolves_bases_as_libxml2_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
