/* text/fold.h: the folding behind the keys of words, in full generality.
 *
 * The slow way, by ICU, for any text; text/letters.h holds what it gives for
 * single letters, and text/words.c composes words from those where that is
 * the same.  The rules are those of docs/query-language.md, "Keys".
 */
#pragma once

#include "base/str.h"

/* Replaces KEY by K(TEXT) and BASE (may be NULL) by B(TEXT).  -ENOMEM;
 * -EMSGSIZE beyond their maxima. */
int fold(struct slice text, struct str *key, struct str *base);

/* Replaces NFC by TEXT in NFC. */
int fold_nfc(struct slice text, struct str *nfc);

/* CODE_POINT in lower case by Unicode's simple mapping, as most programs fold. */
uint32_t fold_lower(uint32_t code_point);

/* The case of CODE_POINT as Unicode's properties have it. */
enum fold_case { FOLD_NONE, FOLD_LOWER, FOLD_UPPER, FOLD_TITLE };
enum fold_case fold_case_of(uint32_t code_point);

/* As fold_nfc(), and replaces *MAP (a heap array with room for *ROOM) by where
 * each byte of NFC, and its end, comes from: the byte of TEXT where the piece
 * that was composed starts. */
int fold_nfc_map(struct slice text, struct str *nfc, uint32_t **map, size_t *room);

/* A negative errno for ICU's CODE, 0 for success and warnings. */
int errno_from_icu(int code);
