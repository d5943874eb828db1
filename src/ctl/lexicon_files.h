/* ctl/lexicon_files.h: the lexicons, file by file, for the commands that look into
 * them.  Scoring reads the same files as one (score/scorer.h).
 */
#pragma once

#include "base/macro.h"
#include "score/lexicon.h"
#include "text/words.h"

struct diags;

struct lexicon_file {
	char *path;
	bool is_local; /* a team's own: it wins over ours of the same language */
	struct lexicon *lexicon;
};

struct lexicon_files {
	char *folder;
	struct words *words;
	struct lexicon_file *items; /* ours first, each group by name */
	size_t n;
};

/* Reads all files of the folder and of local/ in it into RET, which is {0} before
 * and is released by lexicon_files_done(), also after a failure.  Wrong lines are
 * in DIAGS, which may be NULL.  -ENOENT when there is no lexicon. */
int lexicon_files_open(struct lexicon_files *ret, struct diags *diags);
/* For CLEANUP(). */
void lexicon_files_done(struct lexicon_files *files);

/* The file that has the last word on KEY in LANG, with what it says in *RET; or
 * NULL.  A form of a term is found where no file has the word itself. */
const struct lexicon_file *lexicon_files_find(const struct lexicon_files *files, const char *lang,
	struct slice key, const struct entry **ret);
