#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/random.h"
#include "place/distance.h"
#include "place/gazetteer.h"
#include "text/name_key.h"
#include "unit.h"

/* The table as it is installed. */
static char *table_path;

static int find_table(void **state)
{
	(void)state;
	return file_find_data("places/towns.table", &table_path);
}

static int forget_table(void **state)
{
	(void)state;
	free(table_path);
	return 0;
}

static struct gazetteer *opened(void)
{
	struct gazetteer *gazetteer = NULL;

	assert_int_equal(gazetteer_open(table_path, &gazetteer, NULL), 0);
	return gazetteer;
}

static void test_nearest_is_what_a_look_at_all_towns_finds(void **state)
{
	CLEANUP(gazetteer_freep) struct gazetteer *gazetteer = opened();
	struct random random = {.state = 7};

	(void)state;
	for (int i = 0; i < 300; i++) {
		const double lat = (double)(random_next(&random) % 180001) / 1000 - 90;
		const double lon = (double)(random_next(&random) % 360001) / 1000 - 180;
		double best_km = 200;
		struct town town;
		bool found = false;

		for (uint32_t j = 0; gazetteer_town(gazetteer, j, &town); j++) {
			const double km = distance_km(lat, lon, town.lat, town.lon);

			found |= km <= best_km;
			best_km = MIN(best_km, km);
		}
		expect(gazetteer_nearest(gazetteer, lat, lon, 200, &town) == found,
			"%f,%f: found %d", lat, lon, !found);
		if (found)
			expect_near(distance_km(lat, lon, town.lat, town.lon), best_km, 1e-9,
				"%f,%f: %f,%f is not the nearest", lat, lon, town.lat, town.lon);
	}
}

/* tools/make-places writes keys in its own way: each must be what name_key()
 * makes of it. */
static void test_keys_of_the_table_are_those_of_the_texts(void **state)
{
	CLEANUP(free_heapp) char *bytes = NULL;
	CLEANUP(words_freep) struct words *words = NULL;
	CLEANUP(str_done) struct str key = STR_INIT(4096);
	CLEANUP(str_done) struct str base = STR_INIT(4096);
	size_t len;

	(void)state;
	assert_int_equal(file_read(table_path, 64 << 20, &bytes, &len), 0);
	assert_int_equal(words_new(&words), 0);

	const struct table_header *header = (const void *)bytes;
	const char *texts = bytes + header->sections[TABLE_TEXTS].at;
	const char *end = texts + header->sections[TABLE_TEXTS].len;
	size_t n_other = 0;

	for (const char *text = texts + 1; text < end; text += strlen(text) + 1) {
		assert_int_equal(name_key(words, slice_of(text), &key, &base), 0);
		n_other += strcmp(str_text(&key), text) != 0;
	}
	expect(n_other == 0, "%zu keys of the table are no keys", n_other);
}

/* One byte of a table that is else a good one. */
static void test_bytes_that_are_no_table_are_refused_with_the_reason(void **state)
{
	static const struct {
		size_t at;
		char byte;
		size_t len; /* 0: all of it */
		const char *want;
	} cases[] = {
		{0, 'M', 0, "no table of places"},
		{8, 1, 0, "another byte order"},
		{12, 2, 0, "another version"},
		{16, 1, 0, "sections do not fit"},
		{23, 127, 0, "sections do not fit"},
		{0, 'm', 0, NULL},
		{0, 'm', 20, "no table of places"},
		{0, 'm', 4096, "sections do not fit"},
		{0, 'm', 1, "no table of places"},
	};
	CLEANUP(free_heapp) char *bytes = NULL;
	size_t len;

	(void)state;
	assert_int_equal(file_read(table_path, 64 << 20, &bytes, &len), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(gazetteer_freep) struct gazetteer *gazetteer = NULL;
		const char before = bytes[cases[i].at];

		assert_int_equal(diags_new(&diags), 0);
		bytes[cases[i].at] = cases[i].byte;
		const int r =
			gazetteer_read(slice_from(bytes, cases[i].len > 0 ? cases[i].len : len),
				"places", &gazetteer, diags);
		bytes[cases[i].at] = before;
		expect(r == (cases[i].want ? -EINVAL : 0), "row %zu: %d", i, r);
		expect(!cases[i].want || strstr(diags_get(diags, 0)->message, cases[i].want),
			"row %zu: %s", i, diags_get(diags, 0)->message);
	}
}

static void test_a_file_with_another_byte_is_refused(void **state)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(free_heapp) char *bytes = NULL;
	struct gazetteer *gazetteer;
	char path[] = "/tmp/mentiond-places-XXXXXX";
	size_t len;

	(void)state;
	assert_int_equal(file_read(table_path, 64 << 20, &bytes, &len), 0);
	bytes[len / 2] ^= 1;
	const int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(gazetteer_open(path, &gazetteer, diags), -EINVAL);
	assert_non_null(strstr(diags_get(diags, 0)->message, "checksum is wrong"));
	unlink(path);
}

static void test_a_missing_file_is_told_apart(void **state)
{
	struct gazetteer *gazetteer;

	(void)state;
	assert_int_equal(gazetteer_open("/nowhere/towns.table", &gazetteer, NULL), -ENOENT);
	assert_int_equal(gazetteer_open("/dev/null", &gazetteer, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest_is_what_a_look_at_all_towns_finds),
		cmocka_unit_test(test_keys_of_the_table_are_those_of_the_texts),
		cmocka_unit_test(test_bytes_that_are_no_table_are_refused_with_the_reason),
		cmocka_unit_test(test_a_file_with_another_byte_is_refused),
		cmocka_unit_test(test_a_missing_file_is_told_apart),
	};

	return cmocka_run_group_tests(tests, find_table, forget_table);
}
