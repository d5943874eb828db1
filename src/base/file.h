/* base/file.h: whole files and lines, with a maximum. */
#pragma once

#include <stdio.h>

#include "base/str.h"

/* Reads the file PATH ("-" is standard input) of at most MAX_BYTES into *RET,
 * NUL-terminated, which the caller frees; *RET_LEN may be NULL.  -EMSGSIZE when
 * it is longer, else what the system says. */
int file_read(const char *path, size_t max_bytes, char **ret, size_t *ret_len);

/* Replaces the file PATH by BYTES: a temporary file beside it, synced, then
 * renamed, so that a reader sees the old one or the new one. */
int file_replace(const char *path, struct slice bytes, unsigned int mode);

/* Reads one line without its end into LINE (cleared first): 1, or 0 at the end
 * of the file, -EMSGSIZE when it is longer than LINE's maximum (the rest of
 * the line is skipped), -EIO. */
int file_read_line(FILE *file, struct str *line);

/* The folder of mentiond's data (lexicons, presets, places, templates), whose
 * file NAME is wanted: $MENTIOND_DATA, else config/ of the build tree or of its
 * sources when the program runs there, else the installed one.  *RET is a path that the caller
 * frees; the file need not exist. */
int file_find_data(const char *name, char **ret);
