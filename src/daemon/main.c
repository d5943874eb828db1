#include "mentiond/mentiond.h"

int main(int argc, char **argv)
{
	return mn_daemon_main(argc, argv);
}
