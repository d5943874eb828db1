/* base/array.h: arrays that grow and are kept for the next round. */
#pragma once

#include <stddef.h>

/* Makes room for WANTED elements of SIZE bytes in the heap array at *ITEMS (a
 * pointer to its pointer) of *ROOM elements, at least doubling it.  New
 * elements are zeroed.  -ENOMEM leaves all as it was. */
int array_make_room(void *items, size_t *room, size_t wanted, size_t size);
