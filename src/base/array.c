#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"

enum { FIRST_ROOM = 8 };

int array_make_room(void *items, size_t *room, size_t wanted, size_t size)
{
	void *old;
	size_t bytes;

	if (wanted <= *room)
		return 0;

	const size_t grown = MAX(MAX(wanted, *room * 2), (size_t)FIRST_ROOM);
	if (__builtin_mul_overflow(grown, size, &bytes))
		return -ENOMEM;

	memcpy(&old, items, sizeof(old));
	char *ptr = realloc(old, bytes);
	if (!ptr)
		return -ENOMEM;

	memset(ptr + *room * size, 0, bytes - *room * size);
	memcpy(items, &ptr, sizeof(ptr));
	*room = grown;
	return 0;
}
