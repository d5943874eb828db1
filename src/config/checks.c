#include "config/checks.h"

#include <arpa/inet.h>
#include <math.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/map.h"
#include "base/nearest.h"
#include "base/str.h"
#include "config/origin.h"
#include "config/schema.h"

enum { MESSAGE_MAX_BYTES = 4096, CA_FILE_MAX_BYTES = 16 << 20 };

/* The records of one list, and the index of each name in it. */
struct names {
	const struct record_kind *kind;
	const char *records;
	size_t n;
	struct map *map;
	struct diags *diags;
};

static void names_done(struct names *names)
{
	map_free(names->map);
}

/* NULL when it is missing, which was told. */
static const char *name_at(const struct names *names, size_t index)
{
	const char *record = names->records + index * names->kind->size;

	return *(const char *const *)(const void *)(record + names->kind->name_offset);
}

static const struct origin *origin_at(const struct names *names, size_t index)
{
	return (const void *)(names->records + index * names->kind->size +
			      names->kind->origin_offset);
}

static void complain_of_second(const struct names *names, size_t first, size_t second)
{
	CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);

	str_add_format(&hint, "the first is in %s, line %u", origin_at(names, first)->file,
		origin_at(names, first)->line);
	origin_complain(names->diags, origin_at(names, second), str_text(&hint),
		"a second %s is called `%s'", names->kind->name, name_at(names, second));
}

/* Collects the names in LIST ("streams") into NAMES, each of which must stand
 * there once. */
static int collect_names(
	struct settings *settings, const char *list, struct diags *diags, struct names *names)
{
	const struct setting *setting = schema_find(SLICE(""), slice_of(list));
	int r = map_new(&names->map);

	names->kind = setting->records;
	names->diags = diags;
	names->records = *(const char **)(void *)((char *)settings + setting->offset);
	names->n = *(size_t *)(void *)((char *)settings + names->kind->count_offset);

	for (size_t i = 0; r >= 0 && i < names->n; i++) {
		const struct slice name = slice_of(name_at(names, i));
		union map_value first;

		if (name.len == 0)
			continue;
		if (map_find(names->map, name, &first))
			complain_of_second(names, (size_t)first.number, i);
		else
			r = map_set(names->map, name, (union map_value){.number = (int64_t)i});
	}
	return r < 0 ? r : 0;
}

/* NAME, in the list `KEY' of an alert, must be one of NAMES. */
static void check_reference(
	const struct names *names, const char *key, const char *name, const struct origin *origin)
{
	CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);
	struct nearest nearest = nearest_start(slice_of(name));

	if (map_find(names->map, slice_of(name), NULL))
		return;

	for (size_t i = 0; i < names->n; i++)
		if (name_at(names, i))
			nearest_offer(&nearest, name_at(names, i));
	if (nearest.name)
		str_add_format(&hint, "did you mean %s?", nearest.name);
	origin_complain(names->diags, origin, nearest.name ? str_text(&hint) : NULL,
		"`%s' names the %s `%s', which does not exist", key, names->kind->name, name);
}

/* Who stands in NOTIFY twice would be mailed twice. */
static void check_notify(const struct alert_settings *alert, struct diags *diags)
{
	for (size_t i = 1; i < alert->notify.n; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(alert->notify.items[i], alert->notify.items[j]) == 0)
				origin_complain(diags, &alert->notify_origins[i], NULL,
					"`notify' names `%s' twice", alert->notify.items[i]);
}

static bool has_brand(const struct settings *settings)
{
	for (size_t i = 0; i < settings->n_streams; i++)
		if (settings->streams[i].kind == STREAM_BRAND)
			return true;

	return false;
}

/* An alert that names no stream watches the brands. */
static void check_watches(const struct settings *settings, struct diags *diags)
{
	if (settings->n_streams == 0 || has_brand(settings))
		return;

	for (size_t i = 0; i < settings->n_alerts; i++)
		if (settings->alerts[i].streams.n == 0)
			origin_warn(diags, &settings->alerts[i].origin, "name its `streams'",
				"this alert watches the brands, and no stream is one");
}

static void check_alert(const struct alert_settings *alert, const struct names *streams,
	const struct names *recipients)
{
	check_notify(alert, recipients->diags);
	for (size_t i = 0; i < alert->streams.n; i++)
		check_reference(
			streams, "streams", alert->streams.items[i], &alert->stream_origins[i]);
	for (size_t i = 0; i < alert->notify.n; i++)
		check_reference(
			recipients, "notify", alert->notify.items[i], &alert->notify_origins[i]);
}

static void check_location(struct source_settings *source, struct diags *diags)
{
	struct location *location = &source->location;

	if (isnan(location->lat) != isnan(location->lon))
		origin_complain(diags, &source->origin, "give both lat and lon",
			"the location has half a point");
	location->has_point = !isnan(location->lat) && !isnan(location->lon);
	if (!location->has_point)
		location->lat = location->lon = 0;
	if (location->has_point || location->country || location->name)
		location->via = VIA_SOURCE;
}

/* Found at night, in the daemon's log, it would be one more failing source. */
static void check_ca_file(const struct source_settings *source, struct diags *diags)
{
	CLEANUP(free_heapp) char *pem = NULL;

	if (!source->ca_file)
		return;

	const int r = file_read(source->ca_file, CA_FILE_MAX_BYTES, &pem, NULL);

	if (r < 0)
		origin_complain(diags, &source->ca_file_origin,
			"name a file that the daemon may read, with its whole path",
			"`%s' cannot be read: %s", source->ca_file, error_text(r));
	else if (!strstr(pem, "-----BEGIN CERTIFICATE-----"))
		origin_complain(diags, &source->ca_file_origin,
			"a file of certificates has lines `-----BEGIN CERTIFICATE-----'",
			"`%s' holds no certificate in PEM", source->ca_file);
}

static void check_source(struct source_settings *source, struct diags *diags)
{
	if (!source->url && !source->preset)
		origin_complain(diags, &source->origin, "give one of them",
			"this source has no `url' and no `preset'");
	if (source->url && source->preset)
		origin_complain(diags, &source->origin,
			"the preset knows the address: leave one of them out",
			"this source has both `url' and `preset'");
	if (source->with.n > 0 && !source->preset)
		origin_complain(diags, &source->with.items[0].origin, "give the preset too",
			"`with' is for a preset, and there is none");
	if (source->stream && !source->preset)
		origin_complain(diags, &source->origin, "leave `stream: true' out",
			"this source has a `stream' but no `preset' that knows it; what a feed's "
			"hub sends is taken by itself, see `push'");
	if (source->password.kind != SECRET_NONE && !source->user)
		origin_complain(
			diags, &source->origin, NULL, "this source has a `password' but no `user'");
	check_location(source, diags);
	check_ca_file(source, diags);
}

static bool is_on_this_machine(const char *url)
{
	return strstr(url, "//localhost") || strstr(url, "//127.") || strstr(url, "//[::1]");
}

/* As far as the address says it itself: names are resolved when they are asked. */
static bool is_private(const char *url)
{
	return is_on_this_machine(url) || strstr(url, "//10.") || strstr(url, "//192.168.") ||
	       strstr(url, "//169.254.");
}

/* Sources that are not asked as they seem to be. */
static int check_addresses(const struct settings *settings, struct diags *diags)
{
	CLEANUP(map_freep) struct map *seen = NULL;
	size_t n_enabled = 0;
	int r = map_new(&seen);

	for (size_t i = 0; r >= 0 && i < settings->n_sources; i++) {
		const struct source_settings *source = &settings->sources[i];
		union map_value first;

		n_enabled += source->enabled;
		if (!source->name || !source->url || source->url[0] == '\0' || source->preset)
			continue;
		if (!source->allow_private && is_private(source->url))
			origin_warn(diags, &source->origin,
				"add `allow_private: true' if you trust it",
				"this source is at a private address, and will be refused");
		if (map_find(seen, slice_of(source->url), &first))
			origin_warn(diags, &source->origin, "leave one of them out",
				"this source has the address of `%s' too",
				(const char *)first.pointer);
		else
			r = map_set(seen, slice_of(source->url),
				(union map_value){.pointer = (void *)(uintptr_t)source->name});
	}
	if (r >= 0 && settings->n_sources > 0 && n_enabled == 0)
		origin_warn(diags, &settings->sources[0].origin,
			"leave `enabled: false' out of one",
			"all sources are disabled, so there is nothing to do");
	return MIN(r, 0);
}

/* "Acme.example" is a host; with a scheme or a path it is compared with nothing. */
static void check_own(const struct stream_settings *stream, struct diags *diags)
{
	for (size_t i = 0; i < stream->own.n; i++) {
		const char *name = stream->own.items[i];

		if (strchr(name, '/') || strcmp(name, "@") == 0)
			origin_complain(diags, &stream->origin,
				"write for example own: [\"@acmehelp\", acme.example]",
				"`own' lists handles and hosts: `%s' is neither", name);
	}
}

static void check_smtp(const struct smtp_settings *smtp, struct diags *diags)
{
	if (smtp->origin.line == 0)
		return;
	if (!smtp->url)
		origin_complain(diags, &smtp->origin, "write for example url: smtp://localhost:25",
			"`smtp' has no `url'");
	if (!smtp->from)
		origin_complain(diags, &smtp->origin,
			"write for example from: mentiond <mentiond@acme.example>",
			"`smtp' has no `from'");
	if (smtp->password.kind != SECRET_NONE && !smtp->user)
		origin_complain(
			diags, &smtp->origin, NULL, "`smtp' has a `password' but no `user'");
	if (smtp->password.kind != SECRET_NONE && smtp->tls == TLS_NONE && smtp->url &&
		!slice_starts_with_nocase(slice_of(smtp->url), SLICE("smtps:")) &&
		!is_on_this_machine(smtp->url))
		origin_warn(diags, &smtp->origin, "leave `tls: none' out",
			"the password crosses the network for all to read");
	if (smtp->retry_first_us > smtp->retry_most_us)
		origin_complain(diags, &smtp->origin, NULL,
			"the first wait of `retry' is longer than the longest one, `most'");
	if (smtp->retry_first_us > smtp->give_up_after_us)
		origin_complain(diags, &smtp->origin, NULL,
			"`retry' gives up before it tried a second time");
	if (smtp->url && slice_starts_with_nocase(slice_of(smtp->url), SLICE("smtp:")) &&
		slice_ends_with(slice_of(smtp->url), SLICE(":465")))
		origin_warn(diags, &smtp->origin, "write smtps:// in the place of smtp://",
			"port 465 speaks TLS from the first byte");
}

/* "127.0.0.1:8780", "[::1]:8780", ":8780" for every address: no names, which could be
 * many. */
static bool is_listen_address(const char *text)
{
	const struct slice address = slice_of(text);
	const char *colon = strrchr(text, ':');
	unsigned char bytes[sizeof(struct in6_addr)];
	char host[INET6_ADDRSTRLEN];
	int64_t port;

	if (!colon || slice_to_int64(slice_of(colon + 1), &port) != 1 || port < 1 || port > 65535)
		return false;

	struct slice name = slice_from(text, (size_t)(colon - text));
	const bool is_v6 =
		slice_starts_with(address, SLICE("[")) && slice_ends_with(name, SLICE("]"));

	if (name.len == 0)
		return true;
	if (is_v6)
		name = slice_from(name.ptr + 1, name.len - 2);
	if (name.len >= sizeof(host))
		return false;
	memcpy(host, name.ptr, name.len);
	host[name.len] = '\0';
	return inet_pton(is_v6 ? AF_INET6 : AF_INET, host, bytes) == 1;
}

static void check_push(const struct push_settings *push, struct diags *diags)
{
	if (push->listen && push->listen[0] != '\0' && !is_listen_address(push->listen))
		origin_complain(diags, &push->origin,
			"write for example listen: 127.0.0.1:8780, or \"[::1]:8780\"",
			"push.listen is an address in numbers and a port, found `%s'",
			push->listen);
	if (!push->address)
		return;
	if (strpbrk(push->address, "?#"))
		origin_complain(diags, &push->origin,
			"write for example address: https://push.acme.example/mentiond",
			"push.address ends with its path: hubs ask with queries of their own");
	if (is_on_this_machine(push->address))
		origin_warn(diags, &push->origin,
			"write the address under which a reverse proxy hands on to push.listen",
			"push.address is this machine's own name for itself: hubs on the internet "
			"cannot reach it");
	else if (slice_starts_with_nocase(slice_of(push->address), SLICE("http:")))
		origin_warn(diags, &push->origin,
			"put a reverse proxy with TLS before it, and write https",
			"what hubs push crosses the network for all to read, with push.address at "
			"http");
}

/* Who would be told nothing because no mail gets out. */
static void check_mail(const struct settings *settings, struct diags *diags)
{
	if (settings->smtp.origin.line > 0)
		return;

	for (size_t i = 0; i < settings->n_recipients; i++)
		if (settings->recipients[i].digest.wanted)
			origin_complain(diags, &settings->recipients[i].origin,
				"add the section smtp, or leave digest out",
				"a digest is wanted, but there is no `smtp' to send it");
	for (size_t i = 0; i < settings->n_alerts; i++)
		if (settings->alerts[i].notify.n > 0)
			origin_warn(diags, &settings->alerts[i].origin, "add the section smtp",
				"nobody is mailed at once: there is no `smtp'");
}

static bool is_told(const struct settings *settings, const struct recipient_settings *recipient)
{
	for (size_t i = 0; i < settings->n_alerts; i++)
		for (size_t j = 0; j < settings->alerts[i].notify.n; j++)
			if (strcmp(settings->alerts[i].notify.items[j], recipient->name) == 0)
				return true;

	return recipient->digest.wanted;
}

/* Not where an error may be why: it is told, and mended first. */
static void check_recipients(const struct settings *settings, struct diags *diags)
{
	if (diags_count_errors(diags) > 0)
		return;

	for (size_t i = 0; i < settings->n_recipients; i++) {
		const struct recipient_settings *recipient = &settings->recipients[i];

		if (recipient->name && !is_told(settings, recipient))
			origin_warn(diags, &recipient->origin,
				"name it in `notify' of an alert, or give it a `digest'",
				"nothing is told to `%s'", recipient->name);
	}
}

static int check_names(struct settings *settings, struct diags *diags)
{
	CLEANUP(names_done) struct names sources = {0};
	CLEANUP(names_done) struct names streams = {0};
	CLEANUP(names_done) struct names recipients = {0};
	CLEANUP(names_done) struct names alerts = {0};
	int r = collect_names(settings, "sources", diags, &sources);

	if (r == 0)
		r = collect_names(settings, "streams", diags, &streams);
	if (r == 0)
		r = collect_names(settings, "recipients", diags, &recipients);
	if (r == 0)
		r = collect_names(settings, "alerts", diags, &alerts);
	if (r < 0)
		return r;

	for (size_t i = 0; i < settings->n_alerts; i++)
		check_alert(&settings->alerts[i], &streams, &recipients);
	return 0;
}

static void check_lists(const char *path, const struct settings *settings, struct diags *diags)
{
	const struct origin file = {.file = path};

	if (settings->n_sources == 0)
		origin_complain(diags, &file, "add `sources:' with at least one feed",
			"there is no source at all, so there is nothing to do");
	if (settings->n_streams == 0)
		origin_warn(diags, &file, "add `streams:' with a query",
			"there is no stream, so no post will ever be a mention");
}

int checks_run(const char *path, struct settings *settings, struct diags *diags)
{
	const int r = check_names(settings, diags);

	if (r < 0)
		return r;

	check_lists(path, settings, diags);
	for (size_t i = 0; i < settings->n_sources; i++)
		check_source(&settings->sources[i], diags);
	for (size_t i = 0; i < settings->n_streams; i++) {
		check_own(&settings->streams[i], diags);
		if (!settings->streams[i].label)
			settings->streams[i].label = settings->streams[i].name;
	}
	check_watches(settings, diags);
	check_smtp(&settings->smtp, diags);
	check_push(&settings->push, diags);
	check_mail(settings, diags);
	check_recipients(settings, diags);
	return check_addresses(settings, diags);
}
