/* tests/fuzz/replay.c: the main() of a fuzz target without libFuzzer.
 *
 * Runs the empty input and then every file of the folders that are named, each
 * from a block of exactly its size, so that a read behind the end is seen.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fuzz/fuzz.h"

enum { MAX_SEED_BYTES = 64 << 20 };

static int run_bytes(struct slice bytes)
{
	CLEANUP(free_heapp) uint8_t *exact = calloc(MAX(bytes.len, (size_t)1), 1);

	if (!exact)
		return -1;
	if (bytes.len > 0)
		memcpy(exact, bytes.ptr, bytes.len);
	LLVMFuzzerTestOneInput(exact, bytes.len);
	return 0;
}

static int run_file(const char *folder, const char *name)
{
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	CLEANUP(free_heapp) char *bytes = NULL;
	size_t len;

	str_add_format(&path, "%s/%s", folder, name);
	if (file_read(str_text(&path), MAX_SEED_BYTES, &bytes, &len) < 0) {
		fprintf(stderr, "%s cannot be read\n", str_text(&path));
		return -1;
	}

	/* Before the run: a crash then says which file it was. */
	fprintf(stderr, "%s, %zu bytes\n", str_text(&path), len);
	return run_bytes(slice_from(bytes, len));
}

/* The number of files that ran, or -1. */
static int run_folder(const char *folder)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	int n = 0;
	int r = 0;

	if (!entries) {
		perror(folder);
		return -1;
	}
	while (r == 0 && (entry = readdir(entries))) {
		if (entry->d_name[0] == '.')
			continue;
		r = run_file(folder, entry->d_name);
		n++;
	}
	closedir(entries);
	return r < 0 ? r : n;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: %s FOLDER...\n", argv[0]);
		return EXIT_FAILURE;
	}
	if (run_bytes(SLICE("")) < 0)
		return EXIT_FAILURE;

	for (int i = 1; i < argc; i++) {
		const int n = run_folder(argv[i]);

		if (n <= 0) {
			fprintf(stderr, "%s: no seed ran\n", argv[i]);
			return EXIT_FAILURE;
		}
		printf("%s: %d seeds\n", argv[i], n);
	}
	return EXIT_SUCCESS;
}
