/* http/multi.h: libcurl's multi interface on sd-event: the only glue.
 *
 * ON_END is called on the loop and outside of libcurl's callbacks, so it may
 * add, remove and free transfers.  One that has ended stays in the multi handle
 * until it is removed.
 */
#pragma once

#include <curl/curl.h>
#include <systemd/sd-event.h>

#include "base/macro.h"

struct multi;

int multi_new(sd_event *event, void (*on_end)(CURL *easy, CURLcode result), struct multi **ret);
/* No transfer may be left. */
void multi_free(struct multi *multi);
DEFINE_CLEANUP(struct multi *, multi_free);

/* Starts the transfer EASY, which stays the caller's. */
int multi_add(struct multi *multi, CURL *easy);
/* Ends EASY, without ON_END. */
void multi_remove(struct multi *multi, CURL *easy);
