/* mentiond/mentiond.h: what the two programs call.
 *
 * Each program is a main() that hands its arguments to one of these.
 */
#pragma once

#define MN_PUBLIC __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0". */
MN_PUBLIC const char *mn_version(void);

/* The command-line tool and the daemon: from arguments to an exit code of
 * sysexits.h. */
MN_PUBLIC int mn_ctl_main(int argc, char **argv);
MN_PUBLIC int mn_daemon_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif
