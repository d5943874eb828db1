#include "ctl/lexicon_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"

enum { MAX_FILE_BYTES = 16 << 20, MAX_PATH_BYTES = 4096 };

static const char suffix[] = ".tsv";

static int is_lexicon(const struct dirent *entry)
{
	const struct slice name = slice_of(entry->d_name);

	return name.len > strlen(suffix) && name.ptr[0] != '.' &&
	       slice_ends_with(name, slice_of(suffix));
}

static int read_lexicon(struct lexicon_files *files, struct lexicon_file *file, const char *name,
	struct diags *diags)
{
	CLEANUP(free_heapp) char *text = NULL;
	CLEANUP(free_heapp) char *lang = strndup(name, strlen(name) - strlen(suffix));
	size_t len;
	int r = lang ? file_read(file->path, MAX_FILE_BYTES, &text, &len) : -ENOMEM;

	if (r == 0)
		r = lexicon_new(lang, &file->lexicon);
	return r < 0 ? r
		     : lexicon_read(file->lexicon, files->words, file->path, slice_from(text, len),
			       diags);
}

static int add_file(struct lexicon_files *files, const char *folder, const char *name,
	bool is_local, struct diags *diags)
{
	struct lexicon_file *items =
		reallocarray(files->items, files->n + 1, sizeof(*files->items));

	if (!items)
		return -ENOMEM;

	files->items = items;
	struct lexicon_file *file = &items[files->n++];
	*file = (struct lexicon_file){.is_local = is_local};
	if (asprintf(&file->path, "%s/%s", folder, name) < 0) {
		file->path = NULL;
		return -ENOMEM;
	}
	return read_lexicon(files, file, name, diags);
}

static int add_folder(
	struct lexicon_files *files, const char *folder, bool is_local, struct diags *diags)
{
	struct dirent **entries;
	const int n = scandir(folder, &entries, is_lexicon, alphasort);
	int r = n < 0 ? -errno : 0;

	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = add_file(files, folder, entries[i]->d_name, is_local, diags);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return r;
}

int lexicon_files_open(struct lexicon_files *ret, struct diags *diags)
{
	CLEANUP(str_done) struct str local = STR_INIT(MAX_PATH_BYTES);
	int r = words_new(&ret->words);

	if (r == 0)
		r = file_find_data("lexicons", &ret->folder);
	if (r == 0)
		r = add_folder(ret, ret->folder, false, diags);
	if (r < 0)
		return r;
	if (ret->n == 0)
		return -ENOENT;

	str_add_format(&local, "%s/local", ret->folder);
	r = add_folder(ret, str_text(&local), true, diags);
	return r == -ENOENT ? 0 : r;
}

void lexicon_files_done(struct lexicon_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		lexicon_free(files->items[i].lexicon);
		free(files->items[i].path);
	}
	free(files->items);
	free(files->folder);
	words_free(files->words);
}

const struct lexicon_file *lexicon_files_find(const struct lexicon_files *files, const char *lang,
	struct slice key, const struct entry **ret)
{
	bool negated, drawn;

	/* Later files win; forms count where no file has the word itself. */
	for (int forms = 0; forms < 2; forms++)
		for (size_t i = files->n; i-- > 0;) {
			const struct lexicon *lexicon = files->items[i].lexicon;
			const struct entry *entry;

			if (strcmp(lexicon_lang(lexicon), lang) != 0)
				continue;
			entry = forms ? lexicon_find_form(lexicon, key, &negated, &drawn)
				      : lexicon_find(lexicon, key);
			if (entry && entry_is_term(entry)) {
				*ret = entry;
				return &files->items[i];
			}
		}
	return NULL;
}
