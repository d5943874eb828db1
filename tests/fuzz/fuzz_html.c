/* Any text through html_to_text(): lines without blanks at their ends, no more
 * text than there was, whatever the tags. */
#include <assert.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "text/html.h"

static void see_link(struct slice href, void *userdata)
{
	(void)userdata;
	assert(href.len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum html_mode modes[] = {HTML_BLOCKS, HTML_LINE};
	const struct slice html = slice_from((const char *)data, size);

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		CLEANUP(str_done) struct str text = STR_INIT(size * 2 + 64);
		const struct html_options options = {.mode = modes[i], .on_link = see_link};

		html_to_text(html, &options, &text);
		assert(str_error(&text) == 0);
		assert(text.len == 0 || !is_space(str_text(&text)[text.len - 1]));
		assert(modes[i] == HTML_BLOCKS || slice_find_char(str_slice(&text), '\n') < 0);
	}
	(void)html_is_likely(html);
	return 0;
}
