/* Any bytes through json_read(), json_write() and post_from_json(). */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "record/post.h"

static void read_as_post(const json_t *json)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(json_freep) json_t *again = NULL;
	struct post post;

	if (arena_new(1 << 20, &arena) < 0 || post_from_json(json, arena, &post) < 0)
		return;
	if (post_to_json(&post, &again) == 0)
		assert(json_is_object(again));
}

/* What Jansson reads is read the same way, in the same order. */
static void compare(struct slice text, const json_t *json)
{
	CLEANUP(json_freep) json_t *want = json_loadb(text.ptr, text.len, JSON_DECODE_ANY, NULL);

	if (!want)
		return;

	char *got_text = json_dumps(json, JSON_ENCODE_ANY);
	char *want_text = json_dumps(want, JSON_ENCODE_ANY);

	assert(got_text && want_text && strcmp(got_text, want_text) == 0);
	free(got_text);
	free(want_text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(json_freep) json_t *json = NULL;
	CLEANUP(str_done) struct str text = STR_INIT(16 << 20);
	char message[JSON_ERROR_TEXT_LENGTH];
	size_t at;

	const int r = json_read(slice_from((const char *)data, size), &json, &at, message);
	if (r < 0) {
		assert(r == -EINVAL || r == -ENOMEM);
		return 0;
	}
	compare(slice_from((const char *)data, size), json);

	/* What was read can be written, on one line, as UTF-8. */
	json_write(&text, json);
	if (str_error(&text) == 0) {
		assert(utf8_is_valid(str_slice(&text)));
		assert(slice_find_char(str_slice(&text), '\n') < 0);
	}
	read_as_post(json);
	return 0;
}
