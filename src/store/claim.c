#include "store/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Far behind the bytes that SQLite locks (0x40000000 and the next 512), and
 * behind every database's end. */
#define CLAIM_BYTE ((off_t)1 << 62)

int claim_take(const char *path, int *ret_fd)
{
	const struct flock claim = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = CLAIM_BYTE, .l_len = 1};
	const int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_OFD_SETLK, &claim) < 0) {
		const int r = errno == EAGAIN || errno == EACCES ? -EALREADY : -errno;

		close(fd);
		return r;
	}

	*ret_fd = fd;
	return 0;
}
