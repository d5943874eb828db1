#include "config/addresses.h"
#include "unit.h"

struct row {
	const char *text;
	bool want;
};

static void test_urls(void **state UNUSED)
{
	static const struct row rows[] = {
		{"https://news.example/rss", true},
		{"HTTP://news.example", true},
		{"http://[::1]:8080/x", true},
		{"http://127.0.0.1:80/", true},
		{"https://новини.example/стрічка", true},
		{"https://h.example?q=a@b", true},
		{"", false},
		{"news.example/rss", false},
		{"http:", false},
		{"http://", false},
		{"http:///path", false},
		{"http:/h.example", false},
		{"http://h example/", false},
		{"http://h.example/a b", false},
		{"http://h.example/\r\nx", false},
		{"http://h:0/", false},
		{"http://h:65536/", false},
		{"http://h:/", false},
		{"http://h:+80/", false},
		{"http://.h/", false},
		{"http://user@h/", false},
		{"http://user:secret@h/", false},
		{"file:/tmp/x", false},
		{"ftp://h/", false},
		{"javascript:alert(1)", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct complaint complaint = {0};

		expect(address_is_url(rows[i].text, "http https", &complaint) == rows[i].want,
			"%s: want %d", rows[i].text, rows[i].want);
	}
}

static void test_a_folder_may_stand_for_a_server(void **state UNUSED)
{
	struct complaint complaint = {0};

	assert_true(address_is_url("file:/var/spool/mail", "smtp file", &complaint));
	assert_true(address_is_url("file:mails of today", "smtp file", &complaint));
	assert_false(address_is_url("file:", "smtp file", &complaint));
}

static void test_timezones(void **state UNUSED)
{
	static const struct row rows[] = {
		{"UTC", true},
		{"Africa/Nairobi", true},
		{"America/Argentina/Buenos_Aires", true},
		{"Etc/GMT+3", true},
		{"Africa/Nairoby", false},
		{"Africa", false},    /* a folder */
		{"zone.tab", false},  /* a table */
		{"tzdata.zi", false}, /* the source */
		{"/etc/passwd", false},
		{"Africa/../Africa/Nairobi", false},
		{"", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct complaint complaint = {0};

		expect(address_is_timezone(rows[i].text, &complaint) == rows[i].want, "%s: want %d",
			rows[i].text, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_a_folder_may_stand_for_a_server),
		cmocka_unit_test(test_timezones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
