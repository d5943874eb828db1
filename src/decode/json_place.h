/* decode/json_place.h: where an item of JSON says that it is from.
 *
 * No format of posts defines it; what services and extensions write is known by
 * its shape: the Place of ActivityPub, GeoJSON (longitude first), Twitter's
 * `coordinates' (the same), `geo' (latitude first) and `place'.
 */
#pragma once

#include "base/json.h"
#include "decode/draft.h"

/* Fills name and point of DRAFT by what ITEM says. */
void json_place_read(const json_t *item, struct draft *draft);
