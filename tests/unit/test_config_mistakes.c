/* What a person is told about each kind of mistake in the configuration: the
 * whole text, with line and column. */
#include <errno.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/str.h"
#include "config/load.h"
#include "unit.h"

/* What makes a configuration whole, behind what is looked at. */
#define SOURCE "sources: [{name: n, url: 'https://h.example/'}]\n"
#define STREAM "streams: [{name: acme, query: acme}]\n"
#define REST   SOURCE STREAM

/* All that is said about TEXT, a line each. */
static void tell(struct str *told, const char *text, size_t *ret_n)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(settings_freep) struct settings *settings = NULL;

	assert_int_equal(diags_new(&diags), 0);
	const int r = settings_parse("f", slice_of(text), &settings, diags);

	expect(r == (diags_count_errors(diags) > 0 ? -EINVAL : 0), "%s: returned %d", text, r);
	expect((settings != NULL) == (r == 0), "%s: settings in spite of %d", text, r);
	for (size_t i = 0; i < diags_count(diags); i++) {
		diag_format(told, diags_get(diags, i));
		str_add_char(told, '\n');
	}
	*ret_n = diags_count(diags);
}

struct mistake {
	const char *text, *want;
};

static void check(const struct mistake *mistakes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(str_done) struct str told = STR_INIT(1 << 20);
		size_t count;

		tell(&told, mistakes[i].text, &count);
		expect(strcmp(str_text(&told), mistakes[i].want) == 0, "%s\ngives\n%swants\n%s",
			mistakes[i].text, str_text(&told), mistakes[i].want);
	}
}

static void test_keys(void **state UNUSED)
{
	static const struct mistake mistakes[] = {
		{"databse: x\n" REST,
			"f:1:1: error: unknown key `databse' (did you mean database?)\n"},
		{"keep: {\n  mentoins: 1y }\n" REST,
			"f:2:3: error: unknown key `mentoins' (did you mean mentions?)\n"},
		{"timezone: UTC\n" REST, "f:1:1: error: unknown key `timezone' (its place is "
					 "recipients[].digest.timezone)\n"},
		{"keep: {xyzzy: 1}\n" REST,
			"f:1:8: error: unknown key `xyzzy' (known here: mentions, unmatched)\n"},
		{"contact: a\ncontact: b\n" REST,
			"f:2:1: error: the key `contact' is given twice (line 1 has it too)\n"},
		{"[a]: b\n" REST, "f:1:1: error: a key must be a plain text (quote a value that "
				  "begins with {, [, * or &)\n"},
	};

	check(mistakes, ARRAY_SIZE(mistakes));
}

static void test_types(void **state UNUSED)
{
	static const struct mistake mistakes[] = {
		{"keep: {mentions: 14}\n" REST,
			"f:1:18: error: `mentions' wants a duration such as 90s, 15m, 2h or 14d, "
			"found `14' (say the unit: 14s, 14m, 14h or 14d)\n"},
		{"keep: {mentions: soon}\n" REST,
			"f:1:18: error: `mentions' wants a duration such as 90s, 15m, 2h or 14d, "
			"found `soon'\n"},
		{"keep: {mentions: 1h}\n" REST,
			"f:1:18: error: `mentions': 1h is below the least, 1d\n"},
		{"keep: 14d\n" REST,
			"f:1:7: error: `keep' wants a section: keys with values, found `14d'\n"},
		{"database: [a]\n" REST, "f:1:11: error: `database' wants a text, found a list\n"},
		{"database: {a: b}\n" REST,
			"f:1:11: error: `database' wants a text, found a section\n"},
		{"database:\n" REST, "f:1:10: error: `database' wants a text, found nothing "
				     "(leave the line out, or write a value)\n"},
		{"database: \"\"\n" REST, "f:1:11: error: `database' wants a text, found nothing "
					  "(leave the line out when there is nothing to say)\n"},
		{"database: \"a\\0b\"\n" REST,
			"f:1:11: error: a text cannot hold the character NUL\n"},
		{"database: \"a\\eb\"\n" REST, "f:1:11: error: `database': the text holds a "
					       "control character or a line break\n"},
		{"angry_at: high\n" REST,
			"f:1:11: error: `angry_at' wants a number, found `high'\n"},
		{"angry_at: 1.5\n" REST, "f:1:11: error: `angry_at': 1.5 is above the most, 1\n"},
		{"fetch: {max_body: big}\n" REST,
			"f:1:19: error: `max_body' wants a size such as 500k or 16M, found "
			"`big'\n"},
		{"fetch: {max_posts: -1}\n" REST,
			"f:1:20: error: `max_posts' wants a whole number, found `-1'\n"},
		{"fetch: {max_parallel: 100000}\n" REST,
			"f:1:23: error: `max_parallel': 100000 is above the most, 100\n"},
		{"sources: {name: a}\n" STREAM,
			"f:1:10: error: `sources' wants a list of sections, each after a dash, "
			"found a section\n"
			"f: error: there is no source at all, so there is nothing to do (add "
			"`sources:' with at least one feed)\n"},
		{"- a\n", "f:1:1: error: the file must hold keys with values (write for example "
			  "`sources:')\n"
			  "f: error: there is no source at all, so there is nothing to do (add "
			  "`sources:' with at least one feed)\n"
			  "f: warning: there is no stream, so no post will ever be a mention (add "
			  "`streams:' with a query)\n"},
	};

	check(mistakes, ARRAY_SIZE(mistakes));
}

static void test_sources(void **state UNUSED)
{
	static const struct mistake mistakes[] = {
		{STREAM, "f: error: there is no source at all, so there is nothing to do (add "
			 "`sources:' with at least one feed)\n"},
		{"sources: [a]\n" STREAM,
			"f:1:11: error: a source is a section, found `a' (write `- name: ...')\n"
			"f: error: there is no source at all, so there is nothing to do (add "
			"`sources:' with at least one feed)\n"},
		{"sources:\n- url: https://h.example/\n" STREAM,
			"f:2:3: error: this source has no `name'\n"},
		{"sources:\n- name: a\n" STREAM,
			"f:2:3: error: this source has no `url' and no `preset' (give one of "
			"them)\n"},
		{"sources:\n- {name: a, url: 'http://h/', preset: p}\n" STREAM,
			"f:2:3: error: this source has both `url' and `preset' (the preset knows "
			"the address: leave one of them out)\n"},
		{"sources:\n- {name: a, url: 'http://h/', with: {tag: t}}\n" STREAM,
			"f:2:43: error: `with' is for a preset, and there is none (give the "
			"preset too)\n"},
		{"sources:\n- {name: a, url: 'ftp://h/'}\n" STREAM,
			"f:2:18: error: `url' wants an address that begins with http: or https:, "
			"found `ftp://h/' (another scheme is not taken here)\n"},
		{"sources:\n- {name: a, url: 'h.example:8080/feed'}\n" STREAM,
			"f:2:18: error: `url' wants an address that begins with http: or https:, "
			"found `h.example:8080/feed' (write the scheme too)\n"},
		{"sources:\n- {name: a, url: 'https://u:pass@h/'}\n" STREAM,
			"f:2:18: error: `url': a user or password stands in the address (use the "
			"settings user and password: { credential: NAME })\n"},
		{"sources:\n- {name: a, url: 'http://h/', every: 0s}\n" STREAM,
			"f:2:38: error: `every': 0s is below the least, 1s\n"},
		{"sources:\n- name: a\n  url: 'https://h/'\n  ca_file: /nowhere/ca.pem\n" STREAM,
			"f:4:12: error: `/nowhere/ca.pem' cannot be read: No such file or "
			"directory "
			"(name a file that the daemon may read, with its whole path)\n"},
		{"sources: [{name: a, url: 'https://h/', ca_file: '/dev/null'}]\n" STREAM,
			"f:1:50: error: `/dev/null' holds no certificate in PEM (a file of "
			"certificates has lines `-----BEGIN CERTIFICATE-----')\n"},
		{"sources:\n- {name: a, url: 'http://h/', location: {lat: 1}}\n" STREAM,
			"f:2:3: error: the location has half a point (give both lat and lon)\n"},
		{"sources:\n- {name: a, url: 'http://h/', location: {country: Kenya}}\n" STREAM,
			"f:2:51: error: `country' wants a country code of two letters such as KE, "
			"found `Kenya'\n"},
		{"sources:\n- {name: a, url: 'http://h/', enabled: maybe}\n" STREAM,
			"f:2:40: error: `enabled' wants true or false, found `maybe'\n"},
		{"sources:\n- {name: a, url: 'http://h/', lang: english}\n" STREAM,
			"f:2:37: error: `lang' wants a language tag such as en or pt-BR, found "
			"`english'\n"},
		{"sources:\n- {name: a, url: 'http://h/'}\n- {name: a, url: 'http://i/'}\n" STREAM,
			"f:3:3: error: a second source is called `a' (the first is in f, line "
			"2)\n"},
	};

	check(mistakes, ARRAY_SIZE(mistakes));
}

static void test_secrets(void **state UNUSED)
{
#define HINT                                                                                       \
	" (write { credential: NAME }, and LoadCredential=NAME:FILE in the unit; { env: NAME } "   \
	"for tests)\n"
#define SMTP REST "smtp:\n  url: smtp://h\n  from: a@b\n  user: u\n  password: "
	static const struct mistake mistakes[] = {
		{SMTP "hunter2\n", "f:7:13: error: `password': a secret must not stand in the "
				   "configuration" HINT},
		{SMTP "[hunter2]\n", "f:7:13: error: `password' does not name a secret" HINT},
		{SMTP "{ file: hunter2 }\n",
			"f:7:13: error: `password' does not name a secret" HINT},
		{SMTP "{ credential: a, env: B }\n",
			"f:7:13: error: `password' does not name a secret" HINT},
		{SMTP "{ credential: ../hunter2 }\n",
			"f:7:27: error: `password': this is no name of a credential" HINT},
		{SMTP "{ env: A-B }\n",
			"f:7:20: error: `password': this is no name of a variable" HINT},
		{SMTP "{ credential: [a] }\n",
			"f:7:27: error: `password': this is no name of a credential" HINT},
		{REST "smtp: {url: 'smtp://h', from: a@b, password: {env: A}}\n",
			"f:3:7: error: `smtp' has a `password' but no `user'\n"},
		{REST "smtp: {url: 'smtp://h', from: a@b, tls: none, user: u, password: {env: "
		      "A}}\n",
			"f:3:7: warning: the password crosses the network for all to read (leave "
			"`tls: none' out)\n"},
		{REST "smtp: {url: 'smtp://localhost', from: a@b, tls: none, user: u, "
		      "password: {env: A}}\n",
			""},
		{REST "smtp: {url: 'smtps://h', from: a@b, tls: none, user: u, "
		      "password: {env: A}}\n",
			""},
	};

	check(mistakes, ARRAY_SIZE(mistakes));
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		assert_null(strstr(mistakes[i].want, "hunter2"));
}

static void test_streams_and_alerts(void **state UNUSED)
{
	static const struct mistake mistakes[] = {
		{SOURCE "streams:\n- name: a\n", "f:3:3: error: this stream has no `query'\n"},
		{SOURCE "streams:\n- {name: a, kind: brnd, query: q}\n",
			"f:3:19: error: `kind' wants one of brand, competitor, topic, found `brnd' "
			"(did you mean brand?)\n"},
		{SOURCE "streams:\n- {name: a, query: [q]}\n",
			"f:3:20: error: `query' wants a query, found a list\n"},
		{SOURCE "streams:\n- {name: a, query: q, examples: [x]}\n",
			"f:3:33: error: `examples' wants a section: keys with values, found a "
			"list\n"},
		{SOURCE "streams:\n- {name: a, query: q, examples: {match: [{b: c}]}}\n",
			"f:3:42: error: `match' wants a list, each a text, found a section\n"},
		{SOURCE, "f: warning: there is no stream, so no post will ever be a mention (add "
			 "`streams:' with a query)\n"},
		{REST "alerts:\n- {name: a, streams: [acmee], when: angry}\n",
			"f:4:23: error: `streams' names the stream `acmee', which does not exist "
			"(did you mean acme?)\n"},
		{REST "alerts:\n- {name: a, when: angry, notify: [support]}\n",
			"f:4:35: error: `notify' names the recipient `support', which does not "
			"exist\n"
			"f:4:3: warning: nobody is mailed at once: there is no `smtp' (add the "
			"section smtp)\n"},
		{REST "alerts:\n- {name: a, when: angry}\n- {name: a, when: angry}\n",
			"f:5:3: error: a second alert is called `a' (the first is in f, line "
			"4)\n"},
	};

	check(mistakes, ARRAY_SIZE(mistakes));
}

static void test_mail(void **state UNUSED)
{
#define DIGEST REST "smtp: {url: 'smtp://h', from: a@b}\nrecipients:\n- name: r\n  email: r@h\n"
	static const struct mistake mistakes[] = {
		{REST "recipients:\n- {name: r, email: r@h, digest: {at: '08:00'}}\n",
			"f:4:3: error: a digest is wanted, but there is no `smtp' to send it (add "
			"the section smtp, or leave digest out)\n"},
		{REST "recipients:\n- {name: r, email: [a@b, 'nobody']}\n",
			"f:4:26: error: `email' wants a list, each a mailbox such as Name "
			"<name@host.example>, found `nobody'\n"},
		/* All at once, each with its place. */
		{REST "recipients:\n- {name: r, email: [a@b, маша@b, 'A <c@d>, E <e@f>']}\n"
		      "smtp: {url: 'smtp://h', from: Нет <почта@b>}\n",
			"f:4:26: error: `email': what stands before the @ is not ASCII, which "
			"needs SMTPUTF8; that is not offered (use an address in ASCII; the domain "
			"and the name may be in any script)\n"
			"f:4:34: error: `email': these are several mailboxes (make each an entry "
			"of its own: [\"a@host.example\", \"b@host.example\"]; quote a name that "
			"only looks so: '\"a@host.example, b\" <c@host.example>')\n"
			"f:5:31: error: `from': what stands before the @ is not ASCII, which needs "
			"SMTPUTF8; that is not offered (use an address in ASCII; the domain and "
			"the "
			"name may be in any script)\n"},
		{REST "recipients:\n- {name: r}\n",
			"f:4:3: error: this recipient has no `email'\n"},
		{REST "smtp: {from: a@b}\n", "f:3:7: error: `smtp' has no `url' (write for example "
					     "url: smtp://localhost:25)\n"},
		{REST "smtp: {url: 'smtp://h'}\n",
			"f:3:7: error: `smtp' has no `from' (write for example from: mentiond "
			"<mentiond@acme.example>)\n"},
		{REST "smtp: {url: 'smtp://h:99999', from: a@b}\n",
			"f:3:13: error: `url': the address has no valid host\n"},
		{REST "smtp: {url: 'smtp://h', from: a@b, retry: {first: 5h}}\n",
			"f:3:7: error: the first wait of `retry' is longer than the longest one, "
			"`most'\n"},
		{DIGEST "  digest: { at: 25:00 }\n",
			"f:7:17: error: `at' wants a time of day such as 08:00, found `25:00'\n"},
		{DIGEST "  digest: { days: mon-fry }\n",
			"f:7:19: error: `days' wants days such as mon-fri or mon,wed, found "
			"`mon-fry'\n"},
		{DIGEST "  digest: { timezone: Afrika/Nairobi }\n",
			"f:7:23: error: `timezone' wants a time zone such as Africa/Nairobi, found "
			"`Afrika/Nairobi' (did you mean Africa/Nairobi?)\n"},
		{DIGEST "  digest: { timezone: Nowhere }\n",
			"f:7:23: error: `timezone' wants a time zone such as Africa/Nairobi, found "
			"`Nowhere' (`timedatectl list-timezones' lists what this machine knows)\n"},
		{DIGEST "  digest: { timezone: ../../../etc/passwd }\n",
			"f:7:23: error: `timezone' wants a time zone such as Africa/Nairobi, found "
			"`../../../etc/passwd'\n"},
	};

	check(mistakes, ARRAY_SIZE(mistakes));
}

/* Nothing that follows from a mistake is told as a second one. */
static void test_five_mistakes_are_five(void **state UNUSED)
{
	static const char text[] = "databse: x\n"
				   "keep: {mentions: 14}\n"
				   "sources:\n- {name: a, url: 'htps://x/'}\n"
				   "streams:\n- {name: acme, query: acme, kind: brnd}\n"
				   "alerts:\n- {name: a, when: angry, streams: [acmee]}\n";
	CLEANUP(str_done) struct str told = STR_INIT(1 << 20);
	size_t n;

	tell(&told, text, &n);
	expect(n == 5, "%zu:\n%s", n, str_text(&told));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_streams_and_alerts),
		cmocka_unit_test(test_mail),
		cmocka_unit_test(test_five_mistakes_are_five),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
