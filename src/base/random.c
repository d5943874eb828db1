#include "base/random.h"

#include <stdio.h>
#include <sys/random.h>

void random_init(struct random *random)
{
	/* 8 bytes are below the size at which getrandom() may be interrupted. */
	if (getrandom(&random->state, sizeof(random->state), 0) != sizeof(random->state))
		random->state = (uint64_t)(uintptr_t)random;
}

uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

double random_fraction(struct random *random)
{
	return (double)(random_next(random) >> 11) * 0x1p-53;
}

char *uuid_make(char *text)
{
	struct random high;
	struct random low;

	random_init(&high);
	random_init(&low);
	const uint64_t a = (high.state & ~UINT64_C(0xF000)) | UINT64_C(0x4000);
	const uint64_t b = (low.state & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63;

	snprintf(text, UUID_TEXT_SIZE, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(a >> 32),
		(unsigned)(a >> 16 & 0xFFFF), (unsigned)(a & 0xFFFF), (unsigned)(b >> 48),
		(unsigned long long)(b & UINT64_C(0xFFFFFFFFFFFF)));
	return text;
}
