/* tests/unit/decode_cases.h: the folders of tests/fixtures/decode. */
#pragma once

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "unit/unit.h"

enum { CASE_MAX_BYTES = 1 << 20 };

/* Calls CHECK for each folder, with its name and the bytes of its input.* ;
 * returns how many there were. */
static inline size_t for_each_case(
	void (*check)(const char *folder, struct slice input, void *userdata), void *userdata)
{
	static const char *const inputs[] = {"input.xml", "input.json"};
	struct dirent **entries = NULL;
	const int n = scandir(TESTS_DIR "/fixtures/decode", &entries, NULL, alphasort);
	size_t n_cases = 0;

	for (int i = 0; i < n; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(inputs); k++) {
			CLEANUP(str_done) struct str path = STR_INIT(4096);
			CLEANUP(free_heapp) char *bytes = NULL;
			size_t len;

			str_add_format(&path, "%s/fixtures/decode/%s/%s", TESTS_DIR,
				entries[i]->d_name, inputs[k]);
			if (file_read(str_text(&path), CASE_MAX_BYTES, &bytes, &len) < 0)
				continue;
			check(entries[i]->d_name, slice_from(bytes, len), userdata);
			n_cases++;
		}
		free(entries[i]);
	}
	free(entries);
	return n_cases;
}
