#include "http/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/errors.h"
#include "base/str.h"
#include "http/address.h"
#include "http/curl_errno.h"

enum { RESOLVE_MAX_BYTES = 4096, WORDS_SIZE = 768, CONNECT_TIMEOUT_S = 15 };

int transfer_init(struct transfer *transfer, struct multi *multi, struct resolver *resolver)
{
	*transfer = (struct transfer){.multi = multi, .resolver = resolver};
	transfer->easy = curl_easy_init();
	transfer->names = curl_share_init();

	return transfer->easy && transfer->names ? 0 : -ENOMEM;
}

void transfer_stop(struct transfer *transfer)
{
	lookup_cancel(TAKE(transfer->lookup));
	if (transfer->in_multi)
		multi_remove(transfer->multi, transfer->easy);
	transfer->in_multi = false;
}

void transfer_done(struct transfer *transfer)
{
	transfer_stop(transfer);
	curl_easy_cleanup(transfer->easy);
	curl_share_cleanup(transfer->names);
	curl_slist_free_all(transfer->resolve);
	target_done(&transfer->url);
	*transfer = (struct transfer){0};
}

static void refuse(struct transfer *transfer)
{
	char words[WORDS_SIZE];

	snprintf(words, sizeof(words),
		"%s leads to a private address; `allow_private: true' permits it",
		transfer->url.host);
	transfer->on_end(transfer, -EACCES, words);
}

static void fail(struct transfer *transfer, const char *what, int error, const char *why)
{
	char words[WORDS_SIZE];

	snprintf(words, sizeof(words), "cannot %s: %s", what, why);
	transfer->on_end(transfer, error, words);
}

void transfer_ended(CURL *easy, CURLcode result)
{
	struct transfer *transfer;
	char words[WORDS_SIZE];

	if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer) != CURLE_OK)
		return;

	if (result != CURLE_OK || !transfer->keeps_connection)
		transfer_stop(transfer);
	if (transfer->refused) {
		refuse(transfer);
		return;
	}

	const char *more = transfer->curl_words;

	snprintf(words, sizeof(words), *more != '\0' ? "%s (%s)" : "%s", curl_words(result), more);
	transfer->on_end(transfer, errno_from_curl(result), words);
}

/* The second guard, in front of every connection: whatever path a URL took
 * through libcurl, it meets the list here. */
curl_socket_t transfer_open_socket(
	void *userdata, curlsocktype purpose, struct curl_sockaddr *wanted)
{
	struct transfer *transfer = userdata;
	struct address address;

	(void)purpose;
	if (address_from_sockaddr(&wanted->addr, &address) == 0)
		return CURL_SOCKET_BAD;
	if (!transfer->through_proxy && !transfer->allow_private && address_is_private(&address)) {
		transfer->refused = true;
		return CURL_SOCKET_BAD;
	}

	transfer->refused = false;
	return socket(
		wanted->family, wanted->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, wanted->protocol);
}

/* "HOST:PORT:ADDRESS,ADDRESS", those that may be asked; -EACCES when none may. */
static int format_resolve(
	const struct transfer *transfer, const struct addresses *addresses, struct str *line)
{
	const bool any = transfer->allow_private || transfer->through_proxy;
	char text[ADDRESS_TEXT_SIZE];
	size_t n = 0;

	str_add_format(line, "%s:%u:", transfer->connect_host, transfer->connect_port);
	for (size_t i = 0; i < addresses->n; i++) {
		const struct address *address = &addresses->items[i];

		if (!any && address_is_private(address))
			continue;
		str_add_format(line, address->family == AF_INET6 ? "%s[%s]" : "%s%s",
			n++ > 0 ? "," : "", address_format(address, text));
	}

	return n > 0 ? str_error(line) : -EACCES;
}

/* Gives libcurl the checked addresses, in a name cache of this transfer's own: in
 * the common one an address that another source may ask would be found too,
 * and 10,000 entries would be walked at every transfer. */
static int set_addresses(struct transfer *transfer, const struct addresses *addresses)
{
	CLEANUP(str_done) struct str line = STR_INIT(RESOLVE_MAX_BYTES);
	struct address numeric;
	int r;

	r = format_resolve(transfer, addresses, &line);
	if (r < 0)
		return r;
	/* A numeric host needs no look-up, and "::1:80:" could not be read. */
	if (address_parse(transfer->connect_host, &numeric) == 1)
		return 0;

	curl_slist_free_all(transfer->resolve);
	transfer->resolve = curl_slist_append(NULL, str_text(&line));
	if (!transfer->resolve)
		return -ENOMEM;
	if (curl_share_setopt(transfer->names, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) ||
		curl_easy_setopt(transfer->easy, CURLOPT_SHARE, transfer->names) ||
		curl_easy_setopt(transfer->easy, CURLOPT_RESOLVE, transfer->resolve))
		return -EIO;

	return 0;
}

static int set_connection(struct transfer *transfer)
{
	CURL *easy = transfer->easy;

	transfer->refused = false;
	transfer->curl_words[0] = '\0';
	const bool set = !curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) &&
			 !curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) &&
			 !curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->curl_words) &&
			 !curl_easy_setopt(easy, CURLOPT_URL, transfer->url.text) &&
			 !curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);

	return set ? 0 : -EIO;
}

static void run(struct transfer *transfer, const struct addresses *addresses)
{
	int r;

	r = set_addresses(transfer, addresses);
	if (r == -EACCES) {
		refuse(transfer);
		return;
	}
	if (r >= 0)
		r = set_connection(transfer);
	if (r >= 0)
		r = multi_add(transfer->multi, transfer->easy);
	transfer->in_multi = r >= 0;
	if (r < 0)
		fail(transfer, "start the transfer", r, error_text(r));
}

static void on_addresses(
	const struct addresses *addresses, int error, const char *words, void *userdata)
{
	struct transfer *transfer = userdata;

	transfer->lookup = NULL; /* gone when this returns */
	if (error < 0)
		fail(transfer, "look up the name", error, words);
	else
		run(transfer, addresses);
}

/* With a proxy only an address that stands in the URL itself can be checked. */
static bool names_private_address(const struct transfer *transfer)
{
	struct address address;

	return !transfer->allow_private && address_parse(transfer->url.host, &address) == 1 &&
	       address_is_private(&address);
}

void transfer_start(struct transfer *transfer)
{
	const struct lookup_request wanted = {
		.host = transfer->connect_host, .on_done = on_addresses, .userdata = transfer};
	struct addresses addresses = {0};
	int r;

	if (names_private_address(transfer)) {
		refuse(transfer);
		return;
	}

	r = resolver_find(transfer->resolver, &wanted, &addresses, &transfer->lookup);
	if (r < 0)
		fail(transfer, "look up the name", r, error_text(r));
	else if (r == 1)
		run(transfer, &addresses);
}
