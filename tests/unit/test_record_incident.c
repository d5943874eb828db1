#include "record/incident.h"
#include "unit/unit.h"

static void test_work_goes_forward(void **state)
{
	/* A row a state, a column a state: open, acknowledged, responded, resolved,
	 * dismissed. */
	static const char *const may_follow[N_INCIDENT_STATES] = {
		[INCIDENT_OPEN] = "-yyyy",
		[INCIDENT_ACKNOWLEDGED] = "--yyy",
		[INCIDENT_RESPONDED] = "---yy",
		[INCIDENT_RESOLVED] = "y----",
		[INCIDENT_DISMISSED] = "y----",
	};

	for (int from = 0; from < N_INCIDENT_STATES; from++)
		for (int to = 0; to < N_INCIDENT_STATES; to++)
			expect(incident_state_may_follow((enum incident_state)from,
				       (enum incident_state)to) == (may_follow[from][to] == 'y'),
				"from %s to %s", incident_state_name((enum incident_state)from),
				incident_state_name((enum incident_state)to));
}

static void test_names_and_liveness(void **state)
{
	for (int i = 0; i < N_INCIDENT_STATES; i++) {
		enum incident_state state_found;

		assert_int_equal(incident_state_find(
					 incident_state_name((enum incident_state)i), &state_found),
			1);
		assert_int_equal(state_found, i);
		assert_int_equal(incident_state_is_live(state_found), i < INCIDENT_RESOLVED);
	}
	assert_int_equal(incident_state_find("closed", &(enum incident_state){0}), 0);
	assert_int_equal(incident_state_find(NULL, &(enum incident_state){0}), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work_goes_forward),
		cmocka_unit_test(test_names_and_liveness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
