/* base/macro.h: the few macros that every file may use.
 *
 * Ownership is declared where a local is initialised and given away where it
 * leaves the function:
 *
 *	CLEANUP(str_freep) struct str *line = NULL;
 *	...
 *	*ret = TAKE(line);
 */
#pragma once

#include <stddef.h>

/* Number of elements of a true array (not of a pointer). */
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Calls FN with the address of the variable when it leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* Defines FNp() for CLEANUP() from a destructor FN that takes a TYPE and
 * tolerates NULL. */
#define DEFINE_CLEANUP(type, fn)                                                                   \
	static inline void fn##p(type *pointer)                                                    \
	{                                                                                          \
		if (*pointer)                                                                      \
			fn(*pointer);                                                              \
	}                                                                                          \
	struct cleanup_needs_a_semicolon

/* Reads a pointer and leaves NULL behind: ownership moves to the reader. */
#define TAKE(pointer)                                                                              \
	__extension__({                                                                            \
		__typeof__(pointer) *take_from = &(pointer);                                       \
		__typeof__(pointer) take_result = *take_from;                                      \
		*take_from = NULL;                                                                 \
		take_result;                                                                       \
	})

#define PRINTF_LIKE(text_index, first) __attribute__((format(printf, text_index, first)))
#define UNUSED                         __attribute__((unused))
#define FALLTHROUGH                    __attribute__((fallthrough))

/* These are plain comparisons; their arguments are evaluated twice. */
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Frees what malloc() gave, for CLEANUP(). */
void free_heapp(void *pointer_to_pointer);
