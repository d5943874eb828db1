#include "http/header.h"
#include "unit/unit.h"

static void test_links_are_found_by_relation(void **state)
{
	static const struct {
		const char *headers, *rel, *want;
	} cases[] = {
		{"link: <https://h.example/>; rel=hub\r\n", "hub", "https://h.example/"},
		{"Link: <https://h.example/>; rel=\"hub\"\r\n", "hub", "https://h.example/"},
		{"Link: <a>; rel=\"self alternate\", <b>; rel=\"next hub\"\r\n", "hub", "b"},
		{"Link: <a>; rel=self\r\nX: y\r\nLink: <b>; REL=HUB\r\n", "hub", "b"},
		/* Separators within an address or quotes are none. */
		{"Link: <https://h.example/?a,b;c>; title=\"x, <y>; rel=hub\"; rel=self\r\n",
			"self", "https://h.example/?a,b;c"},
		{"Link: <a>; title=\"x, <y>; rel=hub\"; rel=self\r\n", "hub", NULL},
		{"Link: <a>; title=\"q\\\"; rel=hub\"; rel=self, <b>; rel=hub\r\n", "hub", "b"},
		/* The first relation counts (RFC 8288, 3.3). */
		{"Link: <a>; rel=self; rel=hub\r\n", "hub", NULL},
		{"Link: <a>; rel=hubs\r\n", "hub", NULL},
		{"Link: <a\r\n", "hub", NULL},
		{"Link: a; rel=hub\r\n", "hub", NULL},
		{"Link: <a>\r\n", "hub", NULL},
		{"Link: <a>; title=\"open\r\n", "hub", NULL},
		{"", "hub", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct slice got = SLICE("");
		const int r = header_find_link(slice_of(cases[i].headers), cases[i].rel, &got);

		expect(r == (cases[i].want != NULL) && slice_equals(got, slice_of(cases[i].want)),
			"%s: %.*s", cases[i].headers, SLICE_FMT(got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links_are_found_by_relation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
