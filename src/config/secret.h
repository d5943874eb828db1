/* config/secret.h: passwords and tokens, read where they are needed.
 *
 * A secret is never part of the settings: they name a file below
 * $CREDENTIALS_DIRECTORY (systemd's LoadCredential=) or, for tests, a variable
 * of the environment.
 */
#pragma once

struct diags;
struct secret;

/* Reads SECRET into *RET without one line end; the caller frees it.  -ENOENT
 * when SECRET is SECRET_NONE or what it names is not there; what is wrong is told
 * in DIAGS (which may be NULL) at SECRET's place, without the secret. */
int secret_read(const struct secret *secret, char **ret, struct diags *diags);
