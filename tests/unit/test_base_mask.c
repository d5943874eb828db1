#include "base/mask.h"
#include "base/str.h"
#include "unit/unit.h"

static void secrets_in_addresses_are_masked(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: it stays */
	} cases[] = {
		{"https://a.example/feed?api_key=hunter2",
			"https://a.example/feed?api_key=(secret)"},
		{"https://a.example/feed?q=x&API-Key=hunter2&n=1#top",
			"https://a.example/feed?q=x&API-Key=(secret)&n=1#top"},
		{"https://a.example/?access_token=a.b-c_d&sig=9&key=%2Fx",
			"https://a.example/?access_token=(secret)&sig=(secret)&key=(secret)"},
		{"cannot follow the redirect to https://a.example/?token=hunter2: it is refused",
			"cannot follow the redirect to https://a.example/?token=(secret) it is "
			"refused"},
		{"GET `https://a.example/?password=hunter2' (twice)",
			"GET `https://a.example/?password=(secret)' (twice)"},
		{"https://a.example/?b=1;client_secret=hunter2",
			"https://a.example/?b=1;client_secret=(secret)"},
		{"https://a.example/feed?q=api_key&page=2", NULL},
		{"https://a.example/token=1/feed", NULL},
		{"https://a.example/feed?author=kim&design=1&keyword=acme", NULL},
		{"https://a.example/feed?api_key=", NULL},
		{"what is the api_key=? nobody knows", NULL},
		{"https://a.example/feed?api_key", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(1000);
		const char *want = cases[i].want ? cases[i].want : cases[i].text;

		mask_add(&got, slice_of(cases[i].text));
		expect(same_text(str_text(&got), want), "`%s'\n got %s\nwant %s", cases[i].text,
			str_text(&got), want);
		assert_int_equal(mask_is_needed(slice_of(cases[i].text)), cases[i].want != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_in_addresses_are_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
