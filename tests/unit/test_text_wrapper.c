#include "base/str.h"
#include "text/wrapper.h"
#include "unit/unit.h"

static void only_known_wrappers_are_opened(void **state)
{
	static const struct {
		const char *address, *want; /* NULL: it stays */
	} cases[] = {
		{"https://www.google.com/url?rct=j&sa=t&url=https://news.example/"
		 "acme-store%3Fid%3D5&ct=ga",
			"https://news.example/acme-store?id=5"},
		{"https://www.google.com/url?q=https://news.example/a&sa=U",
			"https://news.example/a"},
		{"https://google.co.uk/url?url=http%3A%2F%2Fnews.example%2F",
			"http://news.example/"},
		{"https://www.google.com.au/url?url=https://n.example/x", "https://n.example/x"},
		{"https://www.google.de/url?url=https://n.example/x", "https://n.example/x"},
		{"http://www.bing.com/news/"
		 "apiclick.aspx?ref=FexRss&url=https%3a%2f%2fn.example%2fx",
			"https://n.example/x"},
		{"https://l.facebook.com/l.php?u=https%3A%2F%2Fn.example%2Fx&h=AT",
			"https://n.example/x"},
		{"https://www.youtube.com/redirect?event=d&q=https%3A%2F%2Fn.example%2F",
			"https://n.example/"},
		/* Once: what is escaped twice is so in the address that was meant. */
		{"https://www.google.com/url?url=https://n.example/a%2520b",
			"https://n.example/a%20b"},
		/* An address that merely has such a parameter. */
		{"https://shop.example/url?url=https://n.example/", NULL},
		{"https://www.google.com/search?q=https://n.example/", NULL},
		{"https://google.evil.example/url?url=https://n.example/", NULL},
		{"https://notgoogle.com/url?url=https://n.example/", NULL},
		{"https://www.youtube.com/watch?q=https://n.example/", NULL},
		/* What it holds is no address. */
		{"https://www.google.com/url?q=acme", NULL},
		{"https://www.google.com/url?url=javascript:alert(1)", NULL},
		{"https://www.google.com/url?url=https://n.example/%00x", NULL},
		{"https://www.google.com/url?url=https://n.example/%ffx", NULL},
		{"https://www.google.com/url?url=&q=", NULL},
		{"https://www.google.com/url", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(1000);
		const int r = wrapper_open(slice_of(cases[i].address), &got);
		const char *shown = r ? str_text(&got) : NULL;

		expect(same_text(shown, cases[i].want), "%s: got %s", cases[i].address,
			shown ? shown : "nothing");
		expect(r || got.len == 0, "%s: something was added", cases[i].address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_known_wrappers_are_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
