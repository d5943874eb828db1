/* libxml2 as the oracle: on well-formed XML its elements, namespaces, attributes
 * and texts are ours. */
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/str.h"
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
		"<!DOCTYPE a [<!-- ]> --> <!ELEMENT a ANY>]><!-- - --><a><?pi > ?>x<!-- <b> "
		"-->y</a>",
		"<a b='>'>'\"</a>",
		"<a><![CDATA[]]><![CDATA[]]]]><![CDATA[>]]></a>",
		"<ключ значение='да'>ខ្មែរ</ключ>",
	};
	size_t n_compared = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		compare(cases[i], slice_of(cases[i]), &n_compared);
	assert_int_equal(n_compared, ARRAY_SIZE(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_well_formed_xml_as_libxml2_does),
		cmocka_unit_test(test_reads_corners_as_libxml2_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
