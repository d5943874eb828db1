/* Any text as a preset: it is one, or there are words; and what it says of an
 * answer harms nothing. */
#include <assert.h>

#include "base/diags.h"
#include "config/preset_reader.h"
#include "decode/decode.h"
#include "fuzz/fuzz.h"

enum { MAX_ARENA = 32 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char answer[] =
		"{\"results\":[{\"id\":7,\"body\":\"<p>a *b*</p>\",\"by\":{\"nick\":\"jane\"},"
		"\"made\":1763712930,\"labels\":[\"x\",{\"y\":[]}],\"up\":\"/a/b\"}],"
		"\"topics\":[{\"id\":7}],\"next\":\"n\",\"more\":true}";
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct preset preset;
	struct feed feed;

	if (arena_new(MAX_ARENA, &arena) < 0 || diags_new(&diags) < 0)
		return 0;

	struct yaml_file file = {.path = "preset.yaml",
		.text = slice_from((const char *)data, size),
		.arena = arena};
	const int r = preset_read(&file, "preset", arena, &preset, diags);

	assert(r != 0 || diags_count_errors(diags) > 0);
	if (r <= 0)
		return 0;

	assert(diags_count_errors(diags) == 0);
	assert(preset.request.urls.n > 0 && preset.pages.most > 0);

	const struct decode_options options = {.preset = &preset};

	(void)decode_feed(slice_from(answer, sizeof(answer) - 1), &options, arena, &feed, diags);
	return 0;
}
