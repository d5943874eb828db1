#include "mentiond/mentiond.h"

const char *mn_version(void)
{
	return MENTIOND_VERSION;
}
