/* store/delivery.h: what SQL says of mails in several files.
 *
 * Inside of store/ only.
 */
#pragma once

/* A condition on delivery AS d: there was a mail that could be sent.  One that could
 * not be written has failed without an attempt; the index of those is small, where
 * the table would be read through all messages. */
#define DELIVERY_WAS_MADE                                                                          \
	"d.id NOT IN (SELECT f.id FROM delivery AS f WHERE f.state = 'failed' AND f.attempts = 0)"
