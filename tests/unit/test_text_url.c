#include "base/str.h"
#include "text/url.h"
#include "unit/unit.h"

/* RFC 3986, § 5.4, and what people write. */
static void test_resolves(void **state)
{
	static const char base[] = "http://a/b/c/d;p?q";
	static const struct {
		const char *base, *reference, *want; /* NULL: nothing absolute */
	} cases[] = {
		{base, "g:h", "g:h"},
		{base, "g", "http://a/b/c/g"},
		{base, "./g", "http://a/b/c/g"},
		{base, "g/", "http://a/b/c/g/"},
		{base, "/g", "http://a/g"},
		{base, "//g", "http://g"},
		{base, "?y", "http://a/b/c/d;p?y"},
		{base, "g?y", "http://a/b/c/g?y"},
		{base, "#s", "http://a/b/c/d;p?q#s"},
		{base, "g#s", "http://a/b/c/g#s"},
		{base, "g?y#s", "http://a/b/c/g?y#s"},
		{base, ";x", "http://a/b/c/;x"},
		{base, "g;x", "http://a/b/c/g;x"},
		{base, "", "http://a/b/c/d;p?q"},
		{base, ".", "http://a/b/c/"},
		{base, "./", "http://a/b/c/"},
		{base, "..", "http://a/b/"},
		{base, "../", "http://a/b/"},
		{base, "../g", "http://a/b/g"},
		{base, "../..", "http://a/"},
		{base, "../../", "http://a/"},
		{base, "../../g", "http://a/g"},
		{base, "../../../g", "http://a/g"},
		{base, "../../../../g", "http://a/g"},
		{base, "/./g", "http://a/g"},
		{base, "/../g", "http://a/g"},
		{base, "g.", "http://a/b/c/g."},
		{base, ".g", "http://a/b/c/.g"},
		{base, "g..", "http://a/b/c/g.."},
		{base, "..g", "http://a/b/c/..g"},
		{base, "./../g", "http://a/b/g"},
		{base, "./g/.", "http://a/b/c/g/"},
		{base, "g/./h", "http://a/b/c/g/h"},
		{base, "g/../h", "http://a/b/c/h"},
		{base, "g;x=1/./y", "http://a/b/c/g;x=1/y"},
		{base, "g;x=1/../y", "http://a/b/c/y"},
		{base, "g?y/./x", "http://a/b/c/g?y/./x"},
		{base, "g#s/../x", "http://a/b/c/g#s/../x"},
		{"http://a", "g", "http://a/g"},
		{"http://a?q", "g", "http://a/g"},
		{"https://a.example/x", "//b.example/y", "https://b.example/y"},
		{"", "https://a.example/x", "https://a.example/x"},
		{"", "/x", NULL},
		{"", "", NULL},
		{"", "//b.example/y", NULL},
		{"/relative/base", "x", NULL},
		{base, "  /g \n", "http://a/g"},
		{base, "/a\n/b", "http://a/a/b"},
		{base, "/a b", "http://a/a%20b"},
		{base, "/ខ្មែរ", "http://a/ខ្មែរ"},
		{"", "http://u:p@h:8080/x//y", "http://u:p@h:8080/x//y"},
		{"", "mailto:a@b", "mailto:a@b"},
		{"http://[::1]:80/x", "y", "http://[::1]:80/y"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(1000);
		const int r =
			url_resolve(slice_of(cases[i].base), slice_of(cases[i].reference), &got);
		const char *shown = r ? str_text(&got) : NULL;

		expect(same_text(shown, cases[i].want), "`%s' from `%s': got %s, want %s",
			cases[i].reference, cases[i].base, shown ? shown : "nothing",
			cases[i].want ? cases[i].want : "nothing");
		expect(r || got.len == 0, "`%s': something was added", cases[i].reference);
	}
}

static void test_knows_web_addresses(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{"http://a.example", true},
		{"HTTPS://a.example/x", true},
		{"https:///x", false},
		{"https:x", false},
		{"ftp://a.example", false},
		{"javascript:alert(1)", false},
		{"file:///etc/passwd", false},
		{"data:text/html,x", false},
		{"//a.example", false},
		{"", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(url_is_web(slice_of(cases[i].text)) == cases[i].want, "`%s': want %d",
			cases[i].text, cases[i].want);
}

static void test_finds_hosts(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"https://WWW.Acme.Example/x", "www.acme.example"},
		{"https://user:pw@acme.example:8080/x@y", "acme.example"},
		{"http://a:b@c@acme.example/", "acme.example"},
		{"http://[2001:DB8::1]:8080/", "[2001:db8::1]"},
		{"http://acme.example?x=/y", "acme.example"},
		{"mailto:a@b.example", NULL},
		{"/x", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(1000);
		const char *shown = url_host(slice_of(cases[i].text), &got) ? str_text(&got) : NULL;

		expect(same_text(shown, cases[i].want), "`%s': got %s", cases[i].text,
			shown ? shown : "nothing");
	}
}

static void test_has_one_form(void **state)
{
	static const struct {
		const char *text, *normal, *key;
	} cases[] = {
		{"HTTP://Example.COM", "http://example.com/", "//example.com/"},
		{"https://example.com/", "https://example.com/", "//example.com/"},
		{"http://example.com:80/A", "http://example.com/A", "//example.com/A"},
		{"https://example.com:443/", "https://example.com/", "//example.com/"},
		{"https://example.com:80/", "https://example.com:80/", "//example.com:80/"},
		{"http://example.com/%7ejane/%2f", "http://example.com/~jane/%2F",
			"//example.com/~jane/%2F"},
		{"http://example.com/100%", "http://example.com/100%", "//example.com/100%"},
		{"http://example.com/?a=B", "http://example.com/?a=B", "//example.com/?a=B"},
		{"http://example.com/x#c1", "http://example.com/x#c1", "//example.com/x#c1"},
		{"http://example.com/x#", "http://example.com/x", "//example.com/x"},
		{"http://U@Example.com/", "http://U@example.com/", "//U@example.com/"},
		{"tag:example.com,2026:1", "tag:example.com,2026:1", "tag:example.com,2026:1"},
		{"12345", "12345", "12345"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str normal = STR_INIT(1000);
		CLEANUP(str_done) struct str key = STR_INIT(1000);

		url_normalize(slice_of(cases[i].text), &normal);
		url_key(slice_of(cases[i].text), &key);
		expect(same_text(str_text(&normal), cases[i].normal), "`%s': got %s", cases[i].text,
			str_text(&normal));
		expect(same_text(str_text(&key), cases[i].key), "`%s': got key %s", cases[i].text,
			str_text(&key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolves),
		cmocka_unit_test(test_knows_web_addresses),
		cmocka_unit_test(test_finds_hosts),
		cmocka_unit_test(test_has_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
