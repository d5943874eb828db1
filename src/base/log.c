#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "base/errors.h"
#include "base/mask.h"
#include "base/slice.h"
#include "base/str.h"
#include "base/terminal.h"

enum { MESSAGE_MAX_BYTES = 8192, MAX_FIELDS = 8 };

static struct {
	const char *program;
	enum log_level max_level;
	bool to_journal;
	bool to_terminal;
	bool under_systemd; /* standard error is read by systemd: "<N>" gives the level */
} logger = {.program = "mentiond", .max_level = LOG_LEVEL_INFO};

/* systemd says in $JOURNAL_STREAM which device and inode its stream has; only
 * when standard error still is that stream, nobody redirected it. */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device;
	unsigned long long inode;
	struct stat status;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

static enum log_level level_from_environment(enum log_level fallback)
{
	static const struct {
		const char *name;
		enum log_level level;
	} levels[] = {
		{"error", LOG_LEVEL_ERROR},
		{"warning", LOG_LEVEL_WARNING},
		{"info", LOG_LEVEL_INFO},
		{"debug", LOG_LEVEL_DEBUG},
	};
	const char *name = getenv("MENTIOND_LOG");

	for (size_t i = 0; name && i < ARRAY_SIZE(levels); i++)
		if (strcmp(name, levels[i].name) == 0)
			return levels[i].level;

	return fallback;
}

void log_init(const char *program, enum log_level max_level)
{
	logger.program = program;
	logger.max_level = level_from_environment(max_level);
	logger.to_journal = is_journal(STDERR_FILENO);
	logger.to_terminal = isatty(STDERR_FILENO) == 1;
	logger.under_systemd = !logger.to_terminal && getenv("INVOCATION_ID") != NULL;
}

static void print_plain(enum log_level level, const char *message)
{
	char when[16] = "";

	if (logger.to_terminal) {
		const time_t now = time(NULL);
		struct tm local;

		if (localtime_r(&now, &local))
			strftime(when, sizeof(when), "%H:%M:%S ", &local);
	}
	if (logger.under_systemd)
		fprintf(stderr, "<%d>%s\n", (int)level, message);
	else
		fprintf(stderr, "%s%s: %s%s\n", when, logger.program,
			level == LOG_LEVEL_ERROR     ? "error: "
			: level == LOG_LEVEL_WARNING ? "warning: "
						     : "",
			message);
}

struct journal_entry {
	char *texts[MAX_FIELDS];
	struct iovec fields[MAX_FIELDS];
	int n;
};

static void add_field(struct journal_entry *entry, const char *name, const char *value)
{
	char *text;

	if (!value || entry->n == MAX_FIELDS)
		return;

	const int length = asprintf(&text, "%s=%s", name, value);
	if (length < 0)
		return;

	entry->texts[entry->n] = text;
	entry->fields[entry->n++] = (struct iovec){.iov_base = text, .iov_len = (size_t)length};
}

/* sd_journal_sendv() writes the binary form, so a line break in a value adds
 * no field. */
static bool send_to_journal(
	enum log_level level, int error, const struct log_fields *fields, const char *message)
{
	struct journal_entry entry = {.n = 0};
	char number[16];

	add_field(&entry, "MESSAGE", message);
	snprintf(number, sizeof(number), "%d", (int)level);
	add_field(&entry, "PRIORITY", number);
	if (error < 0) {
		snprintf(number, sizeof(number), "%d", -error);
		add_field(&entry, "ERRNO", number);
	}
	if (fields) {
		add_field(&entry, "MENTIOND_SOURCE", fields->source);
		add_field(&entry, "MENTIOND_STREAM", fields->stream);
		add_field(&entry, "MENTIOND_ALERT", fields->alert);
		add_field(&entry, "MENTIOND_URL", fields->url);
		add_field(&entry, "MESSAGE_ID", fields->message_id);
	}

	const int r = sd_journal_sendv(entry.fields, entry.n);

	for (int i = 0; i < entry.n; i++)
		free(entry.texts[i]);
	return r >= 0;
}

int log_full(
	enum log_level level, int error, const struct log_fields *fields, const char *format, ...)
{
	char message[MESSAGE_MAX_BYTES]; /* a longer one is cut */
	CLEANUP(str_done) struct str masked = STR_INIT(4 * sizeof(message));
	CLEANUP(str_done) struct str safe = STR_INIT(8 * sizeof(message));
	va_list arguments;

	if (level > logger.max_level)
		return error;

	va_start(arguments, format);
	if (vsnprintf(message, sizeof(message), format, arguments) < 0)
		message[0] = '\0';
	va_end(arguments);
	mask_add(&masked, slice_of(message));
	terminal_add_safe(&safe, str_slice(&masked));
	if (error < 0)
		str_add_format(&safe, ": %s", error_text(error));

	if (!logger.to_journal || !send_to_journal(level, error, fields, str_text(&safe)))
		print_plain(level, str_text(&safe));
	return error;
}
