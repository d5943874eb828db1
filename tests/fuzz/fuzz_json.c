/* Any bytes through json_read(), json_write() and post_from_json(). */
#include <assert.h>
#include <errno.h>

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

	/* What was read can be written, on one line, as UTF-8. */
	json_write(&text, json);
	if (str_error(&text) == 0) {
		assert(utf8_is_valid(str_slice(&text)));
		assert(slice_find_char(str_slice(&text), '\n') < 0);
	}
	read_as_post(json);
	return 0;
}
