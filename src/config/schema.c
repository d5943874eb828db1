#include "config/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/macro.h"
#include "config/settings.h"

#define PLACE(record, member)                                                                      \
	.offset = offsetof(struct record, member), .width = sizeof(((struct record *)0)->member)
/* A list of records is a pointer, whatever they are. */
#define LIST(record, member)   .offset = offsetof(struct record, member), .width = sizeof(void *)
#define ORIGIN(record, member) .origin_offset = offsetof(struct record, member)

#define RECORDS(record, kind, list, count)                                                         \
	static const struct record_kind kind##_records = {                                         \
		.name = #kind,                                                                     \
		.size = sizeof(struct record),                                                     \
		.count_offset = offsetof(struct settings, count),                                  \
		.origin_offset = offsetof(struct record, origin),                                  \
		.name_offset = offsetof(struct record, name),                                      \
	}

RECORDS(source_settings, source, sources, n_sources);
RECORDS(stream_settings, stream, streams, n_streams);
RECORDS(recipient_settings, recipient, recipients, n_recipients);
RECORDS(alert_settings, alert, alerts, n_alerts);

static const struct setting table[] = {
	{
		.path = "database",
		.type = SETTING_TEXT,
		PLACE(settings, database),
		.fallback = "/var/lib/mentiond/mentions.db",
		.help = "The SQLite file that holds everything. Its folder must be writable to the "
			"daemon, and readable to those who look at it with sqlite3.",
	},
	{
		.path = "contact",
		.type = SETTING_TEXT,
		PLACE(settings, contact),
		.help = "A mail address or web page of whoever runs this. It goes into the "
			"User-Agent, so that a site can complain before it blocks you.",
		.example = "social@acme.example",
	},
	{
		.path = "angry_at",
		.type = SETTING_NUMBER,
		PLACE(settings, angry_at),
		.fallback = "0.6",
		.min = "0",
		.max = "1",
		.help = "The anger from which a mention counts as angry.",
	},
	{
		.path = "keep",
		.type = SETTING_SECTION,
		.help = "How long posts stay in the database.",
	},
	{
		.path = "keep.mentions",
		.type = SETTING_DURATION,
		PLACE(settings, keep_mentions_us),
		.fallback = "2y",
		.min = "1d",
		.max = "100y",
		.help = "Posts that a stream matched, with their scores and alerts.",
	},
	{
		.path = "keep.unmatched",
		.type = SETTING_DURATION,
		PLACE(settings, keep_unmatched_us),
		.fallback = "14d",
		.min = "1h",
		.max = "100y",
		.help = "Posts that no stream matched. A stream that is added or changed later is "
			"applied to them.",
	},
	{
		.path = "stories",
		.type = SETTING_SECTION,
		.help = "Which posts say the same, and so are one story with copies. A change "
			"counts for posts that come from then on.",
	},
	{
		.path = "stories.distance",
		.type = SETTING_NUMBER,
		PLACE(settings, stories.distance),
		.fallback = "0.1",
		.min = "0",
		.max = "0.5",
		.help = "The share of words beyond the first 20 in which a copy may differ. In "
			"shorter posts no word may.",
	},
	{
		.path = "stories.window",
		.type = SETTING_DURATION,
		PLACE(settings, stories.window_us),
		.fallback = "3d",
		.min = "1h",
		.max = "60d",
		.help = "The longest time between two copies, by when they were fetched. A story "
			"goes on as long as copies come.",
	},
	{
		.path = "stories.least_words",
		.type = SETTING_COUNT,
		PLACE(settings, stories.least_words),
		.fallback = "6",
		.min = "4",
		.max = "100",
		.help = "Posts with fewer words are stories of their own: two people who write "
			"\"Acme is down\" tell no common story.",
	},
	{
		.path = "fetch",
		.type = SETTING_SECTION,
		.help = "Bounds of what one source can cost.",
	},
	{
		.path = "fetch.max_body",
		.type = SETTING_SIZE,
		PLACE(settings, fetch.max_body_bytes),
		.fallback = "15M",
		.min = "64k",
		.max = "1G",
		.help = "The longest answer that is read, counted after decompression.",
	},
	{
		.path = "fetch.max_posts",
		.type = SETTING_COUNT,
		PLACE(settings, fetch.max_posts),
		.fallback = "20000",
		.min = "1",
		.max = "1000000",
		.help = "Posts that are taken from one answer, the first ones.",
	},
	{
		.path = "fetch.timeout",
		.type = SETTING_DURATION,
		PLACE(settings, fetch.timeout_us),
		.fallback = "45s",
		.min = "1s",
		.max = "10m",
		.help = "The time that one request may take in all.",
	},
	{
		.path = "fetch.max_redirects",
		.type = SETTING_COUNT,
		PLACE(settings, fetch.max_redirects),
		.fallback = "5",
		.min = "0",
		.max = "20",
		.help = "Redirects that are followed in one request.",
	},
	{
		.path = "fetch.max_parallel",
		.type = SETTING_COUNT,
		PLACE(settings, fetch.max_parallel),
		.fallback = "64",
		.min = "1",
		.max = "100",
		.help = "Requests under way at one time.",
	},
	{
		.path = "fetch.max_per_host",
		.type = SETTING_COUNT,
		PLACE(settings, fetch.max_per_host),
		.fallback = "2",
		.min = "1",
		.max = "16",
		.help = "Requests under way at one time to the same host.",
	},
	{
		.path = "fetch.proxy",
		.type = SETTING_URL,
		PLACE(settings, fetch.proxy),
		.choices = "http https",
		.help = "A proxy for all sources. The proxy variables of the environment are not "
			"read. With a proxy, private addresses are refused by name only.",
		.example = "http://proxy.acme.example:3128",
	},

	{
		.path = "push",
		.type = SETTING_SECTION,
		ORIGIN(settings, push.origin),
		.help = "What comes by itself, beside the polls: from hubs (WebSub), when there is "
			"an address, and from the streams of sources.",
	},
	{
		.path = "push.address",
		.type = SETTING_URL,
		PLACE(settings, push.address),
		.choices = "http https",
		.help = "Where hubs reach this daemon from the internet: an address that a reverse "
			"proxy hands on to listen. Without it nothing listens, and no hub is "
			"asked. "
			"Whoever learns an address below it cannot do anything without our key.",
		.example = "https://push.acme.example/mentiond",
	},
	{
		.path = "push.listen",
		.type = SETTING_TEXT,
		PLACE(settings, push.listen),
		.fallback = "127.0.0.1:8780",
		.help = "Address and port that the daemon listens on for hubs, without TLS. A "
			"socket that systemd hands over (mentiond.socket) counts instead.",
		.example = "\"[::1]:8780\"",
	},
	{
		.path = "push.silence",
		.type = SETTING_DURATION,
		PLACE(settings, push.silence_us),
		.fallback = "90s",
		.min = "1s",
		.max = "1h",
		.help = "How long a stream may send nothing at all, not even a sign of life, until "
			"it counts as dead and is connected anew.",
	},

	{
		.path = "sources",
		.type = SETTING_RECORDS,
		LIST(settings, sources),
		.records = &source_records,
		.help = "What is polled: feeds and the services of the presets. At least one.",
	},
	{
		.path = "sources[].name",
		.type = SETTING_NAME,
		.required = true,
		PLACE(source_settings, name),
		.help = "How people and the database call it; each source has its own. A source "
			"that is renamed is a new one.",
		.example = "acme-news",
	},
	{
		.path = "sources[].url",
		.type = SETTING_URL,
		PLACE(source_settings, url),
		.choices = "http https",
		.help = "Where the feed is: RSS, Atom, JSON Feed or the JSON of a known service. "
			"Either this or preset.",
		.example = "https://news.example/search.rss?q=acme",
	},
	{
		.path = "sources[].preset",
		.type = SETTING_NAME,
		PLACE(source_settings, preset),
		.help = "A service whose API is described in a file of presets/. Either this or "
			"url.",
		.example = "mastodon-tag",
	},
	{
		.path = "sources[].with",
		.type = SETTING_PARAMETERS,
		PLACE(source_settings, with),
		.help = "What the preset asks for, each a text or a secret.",
		.example = "{ instance: mastodon.example, tag: acme }",
	},
	{
		.path = "sources[].every",
		.type = SETTING_DURATION,
		PLACE(source_settings, every_us),
		.min = "1s",
		.max = "30d",
		.help = "The time between polls. Without it the time follows the source's own "
			"rhythm: 5 minutes to an hour, or to 6 hours after three days without "
			"a post. Given, it wins over the feed's soft hints (ttl, updatePeriod, "
			"skipHours), never over Retry-After, rate limits and "
			"max-age (of at most an hour).",
		.example = "15m",
	},
	{
		.path = "sources[].enabled",
		.type = SETTING_BOOL,
		PLACE(source_settings, enabled),
		.fallback = "true",
		.help = "Whether it is polled. Beside this, mentionctl sources disable switches a "
			"source off without the file.",
	},
	{
		.path = "sources[].stream",
		.type = SETTING_BOOL,
		PLACE(source_settings, stream),
		.fallback = "false",
		.help = "Whether its posts are also taken from the stream of events that the "
			"preset knows, within a second. It is polled all the same, for what a "
			"broken stream leaves out.",
		.example = "true",
	},
	{
		.path = "sources[].allow_private",
		.type = SETTING_BOOL,
		PLACE(source_settings, allow_private),
		.fallback = "false",
		.help = "Whether it may be at a loopback or private address. A redirect from a "
			"public address to a private one is refused also then.",
	},
	{
		.path = "sources[].tags",
		.type = SETTING_TEXT,
		.list = true,
		PLACE(source_settings, tags),
		.help = "Folders, for people and for OPML.",
		.example = "[news, kenya]",
	},
	{
		.path = "sources[].lang",
		.type = SETTING_LANGUAGE,
		PLACE(source_settings, lang),
		.help = "The language of posts that state none. Without it the language is "
			"detected.",
		.example = "sw",
	},
	{
		.path = "sources[].location",
		.type = SETTING_SECTION,
		.help = "Where posts are from that state no place of their own.",
	},
	{
		.path = "sources[].location.country",
		.type = SETTING_COUNTRY,
		PLACE(source_settings, location.country),
		.help = "ISO 3166-1, two letters.",
		.example = "KE",
	},
	{
		.path = "sources[].location.name",
		.type = SETTING_TEXT,
		PLACE(source_settings, location.name),
		.help = "The place in words.",
		.example = "Nairobi",
	},
	{
		.path = "sources[].location.lat",
		.type = SETTING_NUMBER,
		PLACE(source_settings, location.lat),
		.min = "-90",
		.max = "90",
		.help = "Degrees north, WGS 84; with lon.",
		.example = "-1.29",
	},
	{
		.path = "sources[].location.lon",
		.type = SETTING_NUMBER,
		PLACE(source_settings, location.lon),
		.min = "-180",
		.max = "180",
		.help = "Degrees east; with lat.",
		.example = "36.82",
	},
	{
		.path = "sources[].user",
		.type = SETTING_TEXT,
		PLACE(source_settings, user),
		.help = "User name, for HTTP authentication.",
		.example = "acme",
	},
	{
		.path = "sources[].password",
		.type = SETTING_SECRET,
		PLACE(source_settings, password),
		.help = "Its password.",
		.example = "{ credential: news-password }",
	},
	{
		.path = "sources[].ca_file",
		.type = SETTING_TEXT,
		PLACE(source_settings, ca_file),
		ORIGIN(source_settings, ca_file_origin),
		.help = "Certificates that its server's is checked against, PEM, for a server with "
			"an authority of its own; the system's when none is named.",
		.example = "/etc/mentiond/intranet-ca.pem",
	},

	{
		.path = "streams",
		.type = SETTING_RECORDS,
		LIST(settings, streams),
		.records = &stream_records,
		.help = "Standing queries: the brands, competitors and topics to look for.",
	},
	{
		.path = "streams[].name",
		.type = SETTING_NAME,
		.required = true,
		PLACE(stream_settings, name),
		.help = "How alerts, the database and mentionctl call it; each stream has its own.",
		.example = "acme",
	},
	{
		.path = "streams[].label",
		.type = SETTING_TEXT,
		PLACE(stream_settings, label),
		.help = "How mails and reports call it; the name when there is none.",
		.example = "Acme",
	},
	{
		.path = "streams[].kind",
		.type = SETTING_CHOICE,
		PLACE(stream_settings, kind),
		.fallback = "brand",
		.choices = "brand competitor topic",
		.help = "brand: customers are answered and alerted on. competitor: compared with "
			"the brands. topic: read.",
	},
	{
		.path = "streams[].query",
		.type = SETTING_QUERY,
		.required = true,
		PLACE(stream_settings, query),
		ORIGIN(stream_settings, query_origin),
		.help = "What a post must say, in the language of docs/query-language.md.",
		.example = "'(acme OR \"acme corp\" OR #acme) NOT lang:de'",
	},
	{
		.path = "streams[].own",
		.type = SETTING_TEXT,
		.list = true,
		PLACE(stream_settings, own),
		.help = "The team's own handles and hosts: what they publish is never an angry "
			"customer.",
		.example = "[\"@acmehelp\", acme.example]",
	},
	{
		.path = "streams[].examples",
		.type = SETTING_SECTION,
		.help = "Texts that test the query at every load.",
	},
	{
		.path = "streams[].examples.match",
		.type = SETTING_LINES,
		.list = true,
		PLACE(stream_settings, must_match),
		ORIGIN(stream_settings, match_origins),
		.help = "Texts that the query must match.",
		.example = "[\"Acme lost my parcel again\"]",
	},
	{
		.path = "streams[].examples.ignore",
		.type = SETTING_LINES,
		.list = true,
		PLACE(stream_settings, must_ignore),
		ORIGIN(stream_settings, ignore_origins),
		.help = "Texts that it must not match.",
		.example = "[\"pitch an acme thread nut\"]",
	},

	{
		.path = "recipients",
		.type = SETTING_RECORDS,
		LIST(settings, recipients),
		.records = &recipient_records,
		.help = "Who is told.",
	},
	{
		.path = "recipients[].name",
		.type = SETTING_NAME,
		.required = true,
		PLACE(recipient_settings, name),
		.help = "How alerts call them; each recipient has its own.",
		.example = "support",
	},
	{
		.path = "recipients[].email",
		.type = SETTING_MAILBOX,
		.list = true,
		.required = true,
		PLACE(recipient_settings, email),
		.help = "Their mailboxes. Each gets a message of its own.",
		.example = "[\"Support Team <support@acme.example>\"]",
	},
	{
		.path = "recipients[].max_per_hour",
		.type = SETTING_COUNT,
		PLACE(recipient_settings, max_per_hour),
		.fallback = "30",
		.min = "0",
		.max = "10000",
		.help = "Alert mails in an hour; then one mail tells of the rest. 0 is no limit.",
	},
	{
		.path = "recipients[].digest",
		.type = SETTING_SECTION,
		PLACE(recipient_settings, digest.wanted),
		.help = "The daily mail. Without this section there is none.",
	},
	{
		.path = "recipients[].digest.at",
		.type = SETTING_TIME,
		PLACE(recipient_settings, digest.minute_of_day),
		.fallback = "08:00",
		.help = "When it is sent, local time.",
	},
	{
		.path = "recipients[].digest.timezone",
		.type = SETTING_TIMEZONE,
		PLACE(recipient_settings, digest.timezone),
		.fallback = "UTC",
		.help = "Whose local time, a name of the IANA time zone database. Times in mails "
			"are in it too.",
		.example = "Africa/Nairobi",
	},
	{
		.path = "recipients[].digest.days",
		.type = SETTING_WEEKDAYS,
		PLACE(recipient_settings, digest.weekdays),
		.fallback = "mon-sun",
		.help = "On which days. What came on the others is in the next digest.",
		.example = "mon-fri",
	},
	{
		.path = "recipients[].digest.empty",
		.type = SETTING_CHOICE,
		PLACE(recipient_settings, digest.empty),
		.fallback = "send",
		.choices = "send skip",
		.help = "What to do on a day without mentions.",
	},

	{
		.path = "alerts",
		.type = SETTING_RECORDS,
		LIST(settings, alerts),
		.records = &alert_records,
		.help = "Rules that say what a person must see at once.",
	},
	{
		.path = "alerts[].name",
		.type = SETTING_NAME,
		.required = true,
		PLACE(alert_settings, name),
		.help = "How incidents and mentionctl call it; each alert has its own.",
		.example = "angry-customer",
	},
	{
		.path = "alerts[].streams",
		.type = SETTING_NAME,
		.list = true,
		PLACE(alert_settings, streams),
		ORIGIN(alert_settings, stream_origins),
		.help = "The streams that it watches; all brands when none are named.",
		.example = "[acme]",
	},
	{
		.path = "alerts[].when",
		.type = SETTING_RULE,
		.required = true,
		PLACE(alert_settings, when),
		ORIGIN(alert_settings, when_origin),
		.help = "The rule, about one mention or about the rate of mentions; see Rules.",
		.example = "anger >= 0.6",
	},
	{
		.path = "alerts[].notify",
		.type = SETTING_NAME,
		.list = true,
		PLACE(alert_settings, notify),
		ORIGIN(alert_settings, notify_origins),
		.help = "The recipients who are mailed at once. Without them the incident is "
			"opened, and stands in the digest.",
		.example = "[support]",
	},
	{
		.path = "alerts[].respond_within",
		.type = SETTING_DURATION,
		PLACE(alert_settings, respond_within_us),
		.min = "1m",
		.max = "30d",
		.help = "The deadline for an answer, from the alert on.",
		.example = "1h",
	},
	{
		.path = "alerts[].max_age",
		.type = SETTING_DURATION,
		PLACE(alert_settings, max_age_us),
		ORIGIN(alert_settings, max_age_origin),
		.fallback = "3d",
		.min = "1h",
		.max = "100y",
		.help = "Posts that were published longer ago raise no alert, and no rate counts "
			"them: a source that is new here may bring years of old posts. One without "
			"a date counts as new. Posts that were here before their stream, or before "
			"they were scored again, alert only where this is given, up to that age.",
		.example = "7d",
	},
	{
		.path = "alerts[].cooldown",
		.type = SETTING_DURATION,
		PLACE(alert_settings, cooldown_us),
		.fallback = "1h",
		.min = "0s",
		.max = "30d",
		.help = "The time between two mails about the same incident. What is held back "
			"stands in the next one.",
		.example = "2h",
	},

	{
		.path = "smtp",
		.type = SETTING_SECTION,
		ORIGIN(settings, smtp.origin),
		.help = "How mail gets out. Without it none does.",
	},
	{
		.path = "smtp.url",
		.type = SETTING_URL,
		PLACE(settings, smtp.url),
		.choices = "smtp smtps file",
		.help = "The server: smtp://HOST:PORT, smtps://HOST:PORT, or file:FOLDER to write "
			"each message to a file. Private addresses are fine.",
		.example = "smtp://localhost:25",
	},
	{
		.path = "smtp.from",
		.type = SETTING_MAILBOX,
		PLACE(settings, smtp.from),
		.help = "Who the mail is from. Its domain is also that of the Message-IDs.",
		.example = "mentiond <mentiond@acme.example>",
	},
	{
		.path = "smtp.tls",
		.type = SETTING_CHOICE,
		PLACE(settings, smtp.tls),
		.fallback = "required",
		.choices = "required none",
		.help = "required: STARTTLS, or smtps; a server without it gets no mail. none: for "
			"a server on this machine.",
	},
	{
		.path = "smtp.ca_file",
		.type = SETTING_TEXT,
		PLACE(settings, smtp.ca_file),
		.help = "Certificates that the server's is checked against, PEM; the system's when "
			"none is named.",
		.example = "/etc/mentiond/mail-ca.pem",
	},
	{
		.path = "smtp.user",
		.type = SETTING_TEXT,
		PLACE(settings, smtp.user),
		.help = "User name at the server.",
		.example = "mentiond",
	},
	{
		.path = "smtp.password",
		.type = SETTING_SECRET,
		PLACE(settings, smtp.password),
		.help = "Its password.",
		.example = "{ credential: smtp-password }",
	},
	{
		.path = "smtp.retry",
		.type = SETTING_SECTION,
		.help = "When a mail is tried again that the server did not take for now.",
	},
	{
		.path = "smtp.retry.first",
		.type = SETTING_DURATION,
		PLACE(settings, smtp.retry_first_us),
		.fallback = "1m",
		.min = "1s",
		.max = "1d",
		.help = "The first wait; it doubles each time.",
	},
	{
		.path = "smtp.retry.most",
		.type = SETTING_DURATION,
		PLACE(settings, smtp.retry_most_us),
		.fallback = "4h",
		.min = "1s",
		.max = "7d",
		.help = "The longest wait.",
	},
	{
		.path = "smtp.retry.give_up",
		.type = SETTING_DURATION,
		PLACE(settings, smtp.give_up_after_us),
		.fallback = "5d",
		.min = "1m",
		.max = "30d",
		.help = "When a mail counts as failed.",
	},
};

size_t schema_count(void)
{
	return ARRAY_SIZE(table);
}

const struct setting *schema_at(size_t index)
{
	return &table[index];
}

struct slice schema_key(const struct setting *setting)
{
	const char *dot = strrchr(setting->path, '.');

	return slice_of(dot ? dot + 1 : setting->path);
}

bool schema_is_below(const struct setting *setting, struct slice parent)
{
	const struct slice path = slice_of(setting->path);
	const size_t skipped = parent.len > 0 ? parent.len + 1 : 0;

	return path.len == skipped + schema_key(setting).len && slice_starts_with(path, parent);
}

const struct setting *schema_find(struct slice parent, struct slice key)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (slice_equals(schema_key(&table[i]), key) && schema_is_below(&table[i], parent))
			return &table[i];

	return NULL;
}

struct slice schema_inner(const struct setting *setting, char *buffer, size_t size)
{
	snprintf(buffer, size, "%s%s", setting->path, setting->type == SETTING_RECORDS ? "[]" : "");
	return slice_of(buffer);
}
