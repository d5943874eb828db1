#include "record/notice.h"

#include <assert.h>

#include "base/macro.h"

static const char *const kind_names[] = {
	[NOTICE_ALERT] = "alert", [NOTICE_REST] = "rest", [NOTICE_DIGEST] = "digest"};

static_assert(ARRAY_SIZE(kind_names) == N_NOTICE_KINDS, "a kind without a name");

const char *notice_kind_name(enum notice_kind kind)
{
	assert(kind < N_NOTICE_KINDS);
	return kind_names[kind];
}
