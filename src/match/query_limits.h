/* match/query_limits.h: how long and how deep a query may be. */
#pragma once

enum { QUERY_MAX_BYTES = 64 * 1024, QUERY_MAX_DEPTH = 64 };
