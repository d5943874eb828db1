/* What the reply of a mail server means for its mail, and for the next. */
#include <errno.h>

#include "base/macro.h"
#include "http/client.h"
#include "notify/mail/mail_channel.h"
#include "unit/unit.h"

static void test_judge(void **state)
{
	static const struct {
		enum mail_stage stage;
		int code;
		enum send_verdict verdict;
	} cases[] = {
		{MAIL_STAGE_CONNECT, 0, SEND_RETRY_ALL},
		{MAIL_STAGE_AUTH, 535, SEND_RETRY_ALL},
		{MAIL_STAGE_SENDER, 550, SEND_RETRY_ALL},
		{MAIL_STAGE_SENDER, 552, SEND_REFUSED},
		{MAIL_STAGE_RECIPIENT, 550, SEND_REFUSED},
		{MAIL_STAGE_RECIPIENT, 530, SEND_RETRY_ALL},
		{MAIL_STAGE_RECIPIENT, 450, SEND_RETRY},
		{MAIL_STAGE_RECIPIENT, 421, SEND_RETRY_ALL},
		{MAIL_STAGE_MESSAGE, 354, SEND_RETRY},
		{MAIL_STAGE_MESSAGE, 554, SEND_REFUSED},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct send_answer answer = {
			.error = -EREMOTEIO, .stage = (int)cases[i].stage, .code = cases[i].code};

		expect(mail_channel.verdict(&answer) == cases[i].verdict,
			"stage %d, code %d: got %d", cases[i].stage, cases[i].code,
			mail_channel.verdict(&answer));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
