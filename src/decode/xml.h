/* decode/xml.h: RSS, RDF and Atom, all by the rows of decode/fields.h.
 *
 * The formats mix freely in the wild (Atom links in RSS, RSS items with Dublin
 * Core), so one reader serves them all; what differs is whose names stand
 * without a prefix.
 */
#pragma once

#include "decode/body.h"

/* Reads BODY whose elements are those of SPACE (SPACE_CORE or SPACE_ATOM) where
 * they have no namespace, or that of the element called ROOT.  -EBADMSG when
 * the text was cut before the first entry. */
int xml_decode(struct body *body, struct slice root, int space);
