#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "http/target.h"

/* What comes out is a URL that says the same when it is read again. */
static void check_again(const struct target *url)
{
	CLEANUP(target_done) struct target again = {0};

	if (target_parse(url->text, NULL, &again) < 0 || !target_same_origin(url, &again) ||
		again.user || again.password)
		abort();
}

/* A Location, and the address that it was found at, on two lines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free_heapp) char *text = strndup((const char *)data, size);
	CLEANUP(target_done) struct target url = {0};
	char *base = text ? strchr(text, '\n') : NULL;

	if (!text)
		return 0;
	if (base)
		*base++ = '\0';
	if (target_parse(text, base, &url) == 0)
		check_again(&url);
	return 0;
}
