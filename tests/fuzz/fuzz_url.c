#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "http/url.h"

/* What comes out is a URL that says the same when it is read again. */
static void check_again(const struct url *url)
{
	CLEANUP(url_done) struct url again = {0};

	if (url_parse(url->text, NULL, &again) < 0 || !url_same_origin(url, &again) || again.user ||
		again.password)
		abort();
}

/* A Location, and the address that it was found at, on two lines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free_heapp) char *text = strndup((const char *)data, size);
	CLEANUP(url_done) struct url url = {0};
	char *base = text ? strchr(text, '\n') : NULL;

	if (!text)
		return 0;
	if (base)
		*base++ = '\0';
	if (url_parse(text, base, &url) == 0)
		check_again(&url);
	return 0;
}
