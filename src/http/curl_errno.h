/* http/curl_errno.h: libcurl's results as errno and words, in one place. */
#pragma once

#include <curl/curl.h>

/* Negative errno, 0 for CURLE_OK; the codes are told in http/client.h. */
int errno_from_curl(CURLcode code);
int errno_from_curl_multi(CURLMcode code);

/* What CODE means and what an administrator can do about it; never NULL. */
const char *curl_words(CURLcode code);
