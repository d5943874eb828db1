#include "config/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
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

static int read_credential(const char *name, char **ret, struct diags *diags)
{
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	const char *folder = getenv("CREDENTIALS_DIRECTORY");

	if (!folder || *folder == '\0') {
		diags_error(diags, NULL, 0, 0,
			"the credential `%s' cannot be read: $CREDENTIALS_DIRECTORY is not set "
			"(the unit wants LoadCredential=%s:FILE)",
			name, name);
		return -ENOENT;
	}

	str_add_format(&path, "%s/%s", folder, name);
	const int r = file_read(str_text(&path), SECRET_MAX_BYTES, ret, NULL);
	if (r < 0)
		diags_error(diags, str_text(&path), 0, 0, "the credential cannot be read: %s",
			error_text(r));
	return r;
}

static int read_environment(const char *name, char **ret, struct diags *diags)
{
	const char *value = getenv(name);

	if (!value) {
		diags_error(diags, NULL, 0, 0, "the variable $%s is not set", name);
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
		r = read_credential(secret->name, &text, diags);
		break;
	case SECRET_ENVIRONMENT:
		r = read_environment(secret->name, &text, diags);
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
