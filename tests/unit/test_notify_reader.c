/* Whether a mail program that is not ours reads what was meant: Python's. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "base/str.h"
#include "base/utf8.h"
#include "notify/mail/message.h"
#include "unit/unit.h"

enum { PATH_SIZE = 200, N_RANDOM = 60 };

struct sample {
	const char *subject, *to_name, *text;
};

static const struct sample samples[] = {
	{"[Acme] 3 angry, 42 mentions, net +8 - Sat 21 Nov", "Support Team", "Hello\n"},
	{"[Acme] Angry (91): Ի՞նչ է կատարվում ձեզ մոտ… - Սոնա Պետրոսյան", "Սոնա", "Ի՞նչ\n\nէ\n"},
	{"[Acme] Angry (64): សេវាកម្មរបស់យឺតណាស់ខ្ញុំរង់ចាំបីថ្ងៃហើយនៅតែមិនទាន់បានទទួលកញ្ចប់", "ក្រុមជំនួយ",
		"សេវាកម្មរបស់យឺតណាស់ខ្ញុំរង់ចាំបីថ្ងៃហើយនៅតែមិនទាន់បានទទួលកញ្ចប់\n"},
	{"ખૂબ ખરાબ 😡🤬👨‍👩‍👧 સેવા", "પ્રિયા", "ખૂબ ખરાબ 😡\n"},
	{"хэрэглэгчдийн санал хүсэлт: маш удаан хүргэлт байна", "Бат", "= . \tтаб\n"},
	{"خدمة سيئة جدا، انتظرت أسبوعين", "سارة", "سطر\n.\nMAIL FROM:<x>\n"},
	{"=?UTF-8?Q?not_decoded?= a=b_c?d", "Team, \"S\\T\"", ".\n..\nFrom here\n   \n"},
	{"a", "A name, that is so long that it goes over the end of the line <really>",
		"x  \ny\t\n"},
};

/* Not a subject that stands for itself: words, single spaces, no controls. */
static void add_random_words(struct str *str, struct random *random)
{
	static const uint32_t bases[] = {
		'a', 'A', 0xe0, 0x561, 0x627, 0xa95, 0x1780, 0x4e00, 0x1f600};

	for (size_t words = 1 + random_next(random) % 30; words > 0; words--) {
		const uint32_t base = bases[random_next(random) % ARRAY_SIZE(bases)];

		for (size_t n = 1 + random_next(random) % 25; n > 0; n--)
			str_add_code_point(str, base + (uint32_t)(random_next(random) % 20));
		if (words > 1)
			str_add_char(str, ' ');
	}
}

static void write_file(const char *folder, int number, const char *ending, struct slice bytes)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%03d.%s", folder, number, ending);
	assert_int_equal(file_replace(path, bytes, 0600), 0);
}

static void write_wanted(
	const char *folder, int number, const struct sample *sample, const struct message *message)
{
	CLEANUP(json_freep) json_t *json = json_object();
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
	CLEANUP(str_done) struct str id = STR_INIT(1000);

	str_add_format(&id, "<%s>", message->message_id);
	json_set_text(json, "subject", sample->subject);
	json_set_text(json, "to_name", sample->to_name);
	json_set_text(json, "to", "support@acme.example");
	json_set_text(json, "message_id", str_text(&id));
	json_set_text(json, "date", "2026-11-21T05:00:00+00:00");
	json_set_text(json, "text", message->content.text);
	json_set_text(json, "html", message->content.html);
	json_write(&text, json);
	write_file(folder, number, "json", str_slice(&text));
}

static void write_mail(const char *folder, int number, const struct sample *sample)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str to = STR_INIT(1000);
	struct message message = {
		.from = "mentiond <mentiond@acme.example>",
		.message_id = "alert.57.x@acme.example",
		.references = "incident.12.x@acme.example",
		.date_us = INT64_C(1795237200) * US_PER_S,
		.timezone = "Asia/Kolkata",
		.content = {sample->subject, sample->text, sample->text},
	};
	struct slice bytes;

	str_add_char(&to, '"');
	for (const char *c = sample->to_name; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			str_add_char(&to, '\\');
		str_add_char(&to, *c);
	}
	str_add_text(&to, "\" <support@acme.example>");
	message.to = str_text(&to);

	assert_int_equal(arena_new(1 << 22, &arena), 0);
	expect(message_render(&message, arena, &bytes) == 0, "mail %d", number);
	write_file(folder, number, "eml", bytes);
	write_wanted(folder, number, sample, &message);
}

static int read_by_python(const char *folder)
{
	int status = -1;
	const pid_t pid = fork();

	if (pid == 0) {
		execl("/usr/bin/python3", "python3", TESTS_DIR "/unit/mail_reader.py", folder,
			(char *)NULL);
		_exit(127);
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void remove_folder(const char *folder, int n)
{
	char path[PATH_SIZE];

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%03d.eml", folder, i);
		unlink(path);
		snprintf(path, sizeof(path), "%s/%03d.json", folder, i);
		unlink(path);
	}
	rmdir(folder);
}

static void test_another_program_reads_the_same(void **state)
{
	char folder[] = "/tmp/mentiond-test-XXXXXX";
	struct random random = {.state = 21};
	int n = 0;

	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		write_mail(folder, n++, &samples[i]);
	for (int i = 0; i < N_RANDOM; i++) {
		CLEANUP(str_done) struct str subject = STR_INIT(8192);
		CLEANUP(str_done) struct str name = STR_INIT(8192);

		add_random_words(&subject, &random);
		add_random_words(&name, &random);
		str_truncate(&name, utf8_prefix(str_slice(&name), 60).len);
		str_add_char(&name, '.');
		const struct sample sample = {
			str_text(&subject), str_text(&name), str_text(&subject)};
		write_mail(folder, n++, &sample);
	}

	const int r = read_by_python(folder);
	remove_folder(folder, n);
	assert_int_equal(r, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_another_program_reads_the_same)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
