/* decode/xml.h: RSS, RDF and Atom, all by the rows of decode/fields.h.
 *
 * The formats mix freely in the wild (Atom links in RSS, RSS items with Dublin
 * Core), so one reader serves them all; what differs is whose names stand
 * without a prefix.
 */
#pragma once

#include "decode/body.h"

/* Bodies whose elements are those of SPACE_CORE or, the second, SPACE_ATOM where they
 * have no namespace, or that of the root.  -EBADMSG when the text was cut before
 * the first entry. */
extern const struct reader_class xml_reader, atom_reader;
