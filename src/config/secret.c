#include "config/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/str.h"
#include "config/origin.h"
#include "config/settings.h"

/* systemd's own limit for one credential. */
enum { SECRET_MAX_BYTES = 1 << 20 };

static void cut_line_end(char *text)
{
	size_t len = strlen(text);

	if (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len > 0 && text[len - 1] == '\r')
		text[--len] = '\0';
}

/* systemd makes the folder at a start, so that what is added to the unit later
 * is not in it before the next one. */
static void complain_of_credential(
	const struct secret *secret, const char *reason, struct diags *diags)
{
	CLEANUP(str_done) struct str hint = STR_INIT(1024);

	str_add_format(&hint,
		"`systemctl edit mentiond', and below [Service] LoadCredential=%s:FILE; "
		"then restart it",
		secret->name);
	origin_complain(diags, &secret->origin, str_text(&hint),
		"the credential `%s' cannot be read: %s", secret->name, reason);
}

static int read_credential(const struct secret *secret, char **ret, struct diags *diags)
{
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	CLEANUP(str_done) struct str reason = STR_INIT(8192);
	const char *folder = getenv("CREDENTIALS_DIRECTORY");

	if (!folder || *folder == '\0') {
		complain_of_credential(secret, "$CREDENTIALS_DIRECTORY is not set", diags);
		return -ENOENT;
	}

	str_add_format(&path, "%s/%s", folder, secret->name);
	const int r = file_read(str_text(&path), SECRET_MAX_BYTES, ret, NULL);
	if (r < 0) {
		str_add_format(&reason, "%s: %s", str_text(&path), error_text(r));
		complain_of_credential(secret, str_text(&reason), diags);
	}
	return r;
}

static int read_environment(const struct secret *secret, char **ret, struct diags *diags)
{
	const char *value = getenv(secret->name);

	if (!value) {
		origin_complain(
			diags, &secret->origin, NULL, "the variable $%s is not set", secret->name);
		return -ENOENT;
	}
	*ret = strdup(value);
	return *ret ? 0 : -ENOMEM;
}

int secret_read(const struct secret *secret, char **ret, struct diags *diags)
{
	CLEANUP(free_heapp) char *text = NULL;
	int r;

	switch (secret->kind) {
	case SECRET_CREDENTIAL:
		r = read_credential(secret, &text, diags);
		break;
	case SECRET_ENVIRONMENT:
		r = read_environment(secret, &text, diags);
		break;
	default:
		return -ENOENT;
	}
	if (r < 0)
		return r;

	cut_line_end(text);
	*ret = TAKE(text);
	return 0;
}
