/* decode/api.h: the JSON of a service's API, by its preset.
 *
 * What a field is called, where it stands and how it is written is told by the
 * preset (record/preset.h); values of a wrong type are left out like absent
 * ones, and an item without any id, title or text is no post.
 */
#pragma once

#include "decode/body.h"
#include "record/preset.h"

/* By the preset of the options.  -EPROTONOSUPPORT when it is no JSON, -EBADMSG when
 * it is broken, is an error of the service, or has not what the preset says; why
 * is then told by an error in the warnings. */
extern const struct reader_class api_reader;

/* By the one of the options' presets whose answers look like it.  -EPROTONOSUPPORT
 * when there is none. */
extern const struct reader_class any_api_reader;

/* Reads BODY, the data of one event of PRESET's stream, as an item of its first
 * list; what is none counts as dropped.  -ENOMEM. */
int api_decode_event(struct body *body, const struct preset *preset);

/* What the service's refusal STATUS with BYTES as its body means and what to do,
 * in words made in ARENA; NULL when memory is out. */
const char *api_explain(
	const struct preset *preset, int status, struct slice bytes, struct arena *arena);
