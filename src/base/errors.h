/* base/errors.h: negative errno to words and to exit codes.
 *
 * Functions that can fail return 0 or more, or a negative errno.  Foreign
 * libraries' codes are mapped at the edge of the folder that uses them.  The
 * meanings that callers act on:
 *
 *	-EINVAL (+ diags)       a person's text is wrong        show it
 *	-EBADMSG                malformed beyond salvage        mark the source, go on
 *	-EMSGSIZE               over one of our limits          same, naming the limit
 *	-EPROTONOSUPPORT        no format accepts it            same
 *	-ETIMEDOUT -EHOSTUNREACH -ECONNREFUSED -EREMOTEIO       back off, retry
 *	-EACCES                 refused by policy (SSRF, 401)   tell the administrator
 *	-ENOENT -EEXIST         not there, already there        usually fine
 *	-EUCLEAN                our database is damaged         stop and say so
 *	-ESTALE                 our database is newer than us   stop and say so
 *	-EBUSY                  somebody else holds the database
 *	-EALREADY               another daemon has the database stop and say so
 */
#pragma once

/* What ERROR (negative errno or 0) means, in words for a person; never NULL. */
const char *error_text(int error);

/* The sysexits.h code for ERROR: 0 for 0 and above, 64 usage (-EDOM), 65 bad
 * input, 66 no such file, 69 unavailable, 70 the database is damaged or another
 * version's (starting again does not help), 71 what nobody expected of the system,
 * 73 and 74 for files, 75 try again, 77 permission.  78 (configuration) is said by
 * those who read settings. */
int error_exit_code(int error);
