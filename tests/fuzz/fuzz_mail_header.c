/* Any bytes as the texts of a mail: no header, recipient or line may come out
 * of them that was not meant. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "notify/mail/mail_header.h"
#include "notify/mail/message.h"

/* Each line but the first begins with a space, and none is long, but where one
 * word, an address or id, is. */
static void check_field(struct slice field)
{
	struct slice line;
	bool first = true;

	assert(slice_ends_with(field, SLICE("\r\n")));
	field.len -= 2;
	while (slice_split(&field, '\n', &line)) {
		if (field.ptr) {
			assert(slice_ends_with(line, SLICE("\r")));
			line.len--;
		}
		assert(first || slice_starts_with(line, SLICE(" ")));
		assert(line.len <= 78 || slice_find_char(slice_trim(line), ' ') < 0);
		for (size_t i = 0; i < line.len; i++)
			assert(line.ptr[i] >= ' ' && line.ptr[i] <= '~');
		first = false;
	}
}

static void check_headers(struct slice text)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str field = STR_INIT(1 << 20);
	struct mailbox mailbox;

	mail_header_add_text(&field, "Subject", text);
	assert(str_error(&field) == 0);
	check_field(str_slice(&field));

	if (arena_new(1 << 20, &arena) < 0 || mailbox_parse(text, arena, &mailbox, NULL) < 0)
		return;
	str_clear(&field);
	mail_header_add_mailbox(&field, "To", &mailbox);
	check_field(str_slice(&field));
	assert(strlen(mailbox.address) < 330 && strchr(mailbox.address, '@'));
}

static void check_message(const char *text)
{
	const struct message message = {.from = "a@b",
		.to = "c@d",
		.message_id = "e@f",
		.list = text,
		.contact = text,
		.content = {.subject = text, .text = text, .html = text}};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct slice bytes;
	struct slice line;

	if (arena_new(4 << 20, &arena) < 0)
		return;
	const int r = message_render(&message, arena, &bytes);
	if (r < 0) {
		assert(r == -EINVAL || r == -EMSGSIZE || r == -ENOMEM);
		return;
	}
	while (slice_split(&bytes, '\n', &line)) {
		assert(!bytes.ptr || slice_ends_with(line, SLICE("\r")));
		assert(line.len <= 999 && !slice_starts_with(line, SLICE(".")));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

	check_headers(slice_from((const char *)data, size));
	for (size_t i = 0; i < size; i++)
		if (data[i] != '\0')
			str_add_char(&text, (char)data[i]);
	check_message(str_text(&text));
	return 0;
}
