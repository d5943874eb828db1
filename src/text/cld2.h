/* text/cld2.h: the one C++ library, seen from C; used by language.c alone. */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cld2_guess {
	const char *code; /* as CLD2 spells it, in static memory; NULL: none */
	int percent;      /* of the text that is in it */
	int score;        /* how well the text fits it; about 1000 in running text */
	int letters;      /* bytes of letters that the guess rests on */
	bool reliable;
};

/* Guesses the language of LEN bytes of well-formed UTF-8.  CLD2 looks a little
 * behind the end: CLD2_PADDING bytes of zeros must follow. */
enum { CLD2_PADDING = 16 };
void cld2_detect(const char *text, int len, struct cld2_guess *ret);

#ifdef __cplusplus
}
#endif
