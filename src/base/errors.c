#include "base/errors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/macro.h"

static const struct {
	int error;
	int exit_code;
	const char *text; /* NULL: the system's words are right */
} errors[] = {
	{EACCES, EX_NOPERM, NULL},
	{EAGAIN, EX_TEMPFAIL, NULL},
	{EALREADY, EX_TEMPFAIL, "another process does it already"},
	{EBADMSG, EX_DATAERR, "malformed beyond repair"},
	{EBUSY, EX_TEMPFAIL, "in use by another program"},
	{ECANCELED, EX_TEMPFAIL, "cancelled"},
	{ECONNREFUSED, EX_UNAVAILABLE, NULL},
	{ECONNRESET, EX_UNAVAILABLE, NULL},
	{EDOM, EX_USAGE, "wrong usage"},
	{EEXIST, EX_CANTCREAT, NULL},
	{EHOSTUNREACH, EX_UNAVAILABLE, "the host cannot be reached"},
	{EINVAL, EX_DATAERR, "not valid"},
	{EIO, EX_IOERR, NULL},
	{EISDIR, EX_NOINPUT, NULL},
	{EMSGSIZE, EX_DATAERR, "larger than the limit"},
	{ELOOP, EX_UNAVAILABLE, "redirected too often"},
	{ENOENT, EX_NOINPUT, NULL},
	{ENOMEM, EX_OSERR, "out of memory"},
	{ENOSPC, EX_IOERR, NULL},
	{ENOTDIR, EX_NOINPUT, NULL},
	{EPERM, EX_NOPERM, NULL},
	{EPROTONOSUPPORT, EX_DATAERR, "not in a format that is known here"},
	{EREMOTEIO, EX_UNAVAILABLE, "the server reported an error"},
	{EROFS, EX_CANTCREAT, NULL},
	{ESTALE, EX_SOFTWARE, "made by a newer version of mentiond"},
	{ETIMEDOUT, EX_TEMPFAIL, "timed out"},
	{EUCLEAN, EX_SOFTWARE, "damaged, or not a mentiond database"},
};

const char *error_text(int error)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].error == -error && errors[i].text)
			return errors[i].text;

	/* The program has one thread; strerror()'s buffer is ours. */
	return strerror(abs(error));
}

int error_exit_code(int error)
{
	if (error >= 0)
		return EX_OK;

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].error == -error)
			return errors[i].exit_code;

	return EX_OSERR;
}
