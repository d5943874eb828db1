#include "unit/work.h"

#include <stddef.h>

/* What one basic block is worth in bytes that libc goes over. */
enum { BYTES_PER_BLOCK = 16 };

static uint64_t n_blocks;

/* gcc and clang call it in each block, for -fsanitize-coverage=trace-pc. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
	n_blocks++;
}

/* The linker, told by --wrap, sends calls of NAME here. */
#define COUNT_BYTES(type, name, bytes, parameters, ...)                                            \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		type ret = __real_##name(__VA_ARGS__);                                             \
                                                                                                   \
		n_blocks += (size_t)(bytes) / BYTES_PER_BLOCK;                                     \
		return ret;                                                                        \
	}

COUNT_BYTES(size_t, strlen, ret, (const char *text), text)
COUNT_BYTES(void *, memcpy, n, (void *to, const void *from, size_t n), to, from, n)
COUNT_BYTES(void *, memmove, n, (void *to, const void *from, size_t n), to, from, n)
COUNT_BYTES(void *, memset, n, (void *to, int byte, size_t n), to, byte, n)
COUNT_BYTES(int, memcmp, n, (const void *a, const void *b, size_t n), a, b, n)
COUNT_BYTES(void *, memchr, ret ? (char *)ret - (const char *)in : (ptrdiff_t)n,
	(const void *in, int byte, size_t n), in, byte, n)

uint64_t work_done(void)
{
	return n_blocks;
}
