#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

#include "push/network.h"
#include "unit/unit.h"

static struct network network(const char *text)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(80)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(443)};
	struct network ret;

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		assert_true(network_of((struct sockaddr *)&v4, sizeof(v4), &ret));
	else if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
		assert_true(network_of((struct sockaddr *)&v6, sizeof(v6), &ret));
	else
		fail_msg("no address: %s", text);
	return ret;
}

static void test_who_calls(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"::ffff:192.0.2.1", "192.0.2.1", true},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"::1", "127.0.0.1", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct network a = network(cases[i].a);
		const struct network b = network(cases[i].b);

		expect(network_is_same(&a, &b) == cases[i].same, "%s and %s", cases[i].a,
			cases[i].b);
	}
}

static void test_what_is_no_internet_address_is_nobody(void **state)
{
	const struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct network ret;

	assert_false(network_of((const struct sockaddr *)&local, sizeof(local), &ret));
	assert_false(network_is_same(&ret, &ret));
	/* Cut short. */
	const struct sockaddr_in v4 = {.sin_family = AF_INET};
	assert_false(network_of((const struct sockaddr *)&v4, 4, &ret));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_calls),
		cmocka_unit_test(test_what_is_no_internet_address_is_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
