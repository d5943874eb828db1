#include "mentiond/mentiond.h"

int main(int argc, char **argv)
{
	return mn_ctl_main(argc, argv);
}
