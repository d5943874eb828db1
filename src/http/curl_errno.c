#include "http/curl_errno.h"

#include <errno.h>

#include "base/macro.h"

/* What is not listed is -EIO, with libcurl's own words. */
static const struct {
	CURLcode code;
	int error;
	const char *words;
} results[] = {
	{CURLE_OK, 0, ""},
	{CURLE_UNSUPPORTED_PROTOCOL, EBADMSG, "the answer is no HTTP/1"},
	{CURLE_URL_MALFORMAT, EINVAL, "the address is no URL"},
	{CURLE_COULDNT_RESOLVE_PROXY, EHOSTUNREACH, "the name of the proxy is not known"},
	{CURLE_COULDNT_RESOLVE_HOST, EHOSTUNREACH, "the name of the host is not known"},
	{CURLE_COULDNT_CONNECT, ECONNREFUSED, "cannot connect; is the server up?"},
	{CURLE_WEIRD_SERVER_REPLY, EBADMSG, "the reply makes no sense"},
	{CURLE_REMOTE_ACCESS_DENIED, EACCES, "the server denies access"},
	{CURLE_PARTIAL_FILE, ECONNRESET, "the server closed before the end of the body"},
	{CURLE_WRITE_ERROR, EIO, "the answer could not be kept"},
	{CURLE_OUT_OF_MEMORY, ENOMEM, "out of memory"},
	{CURLE_OPERATION_TIMEDOUT, ETIMEDOUT, "too slow"},
	{CURLE_SSL_CONNECT_ERROR, EREMOTEIO, "TLS could not be agreed on"},
	{CURLE_TOO_MANY_REDIRECTS, ELOOP, "too many redirects"},
	{CURLE_GOT_NOTHING, ECONNRESET, "the server closed without an answer"},
	{CURLE_SEND_ERROR, ECONNRESET, "the connection broke while sending"},
	{CURLE_RECV_ERROR, ECONNRESET, "the connection broke while receiving"},
	{CURLE_SSL_CERTPROBLEM, EACCES, "the own certificate cannot be used"},
	{CURLE_PEER_FAILED_VERIFICATION, EACCES, "the server's certificate is not trusted"},
	{CURLE_BAD_CONTENT_ENCODING, EBADMSG, "the compressed body is damaged"},
	{CURLE_FILESIZE_EXCEEDED, EMSGSIZE, "the body is larger than the limit"},
	{CURLE_USE_SSL_FAILED, EACCES,
		"the server offers no STARTTLS; `tls: none' would send without encryption"},
	{CURLE_LOGIN_DENIED, EACCES, "the server refuses user or password"},
	{CURLE_SSL_CACERT_BADFILE, EACCES, "the file of trusted certificates cannot be read"},
	{CURLE_PROXY, EREMOTEIO, "the proxy refused"},
};

int errno_from_curl(CURLcode code)
{
	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		if (results[i].code == code)
			return -results[i].error;

	return -EIO;
}

int errno_from_curl_multi(CURLMcode code)
{
	switch (code) {
	case CURLM_OK:
		return 0;
	case CURLM_OUT_OF_MEMORY:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

const char *curl_words(CURLcode code)
{
	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		if (results[i].code == code)
			return results[i].words;

	return curl_easy_strerror(code);
}
