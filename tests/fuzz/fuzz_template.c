/* Any bytes as a template: read, and what is sound filled in. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/str.h"
#include "fuzz/fuzz.h"
#include "report/template.h"

static const char values[] = "{\"a\":\"<&>\",\"b\":[1,\"x\",{\"a\":\"y\"},[]],\"c\":{\"b\":true}}";

/* One file for the whole run, removed at its end. */
static char folder[] = "/tmp/mentiond-fuzz-XXXXXX";
static char path[sizeof(folder) + 16];

static void remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

static void make_folder(void)
{
	if (path[0] != '\0')
		return;
	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof(path), "%s/x.html", folder);
	atexit(remove_folder);
}

static void write_template(const uint8_t *data, size_t size)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = {"x.html"};
	static const char *const names[] = {"a", "b", "c"};
	const struct template_source source = {folder, files, 1, names, 3};
	CLEANUP(templates_freep) struct templates *templates = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(json_freep) json_t *json = NULL;
	CLEANUP(str_done) struct str html = STR_INIT(1 << 16);

	make_folder();
	write_template(data, size);
	if (diags_new(&diags) < 0 || json_read(slice_of(values), &json, NULL, NULL) < 0)
		return 0;
	if (templates_open(&source, &templates, diags) < 0) {
		assert(diags_count_errors(diags) > 0);
		return 0;
	}

	templates_render(templates, "x.html", json, &html);
	return 0;
}
