#include "ctl/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sysexits.h>
#include <unistd.h>

#include <libgen.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/log.h"
#include "base/terminal.h"
#include "config/load.h"
#include "config/presets.h"
#include "ctl/ctl.h"
#include "ctl/database.h"
#include "ctl/failed_mail.h"
#include "daemon/check.h"
#include "notify/channel.h"
#include "place/place.h"
#include "score/scorer.h"
#include "store/store.h"

#define MIB (1024.0 * 1024)

enum {
	FINDING_MAX_BYTES = 64 * 1024,
	PRESETS_MAX_BYTES = 64 << 20,
	FAILED_MAX_BYTES = 1 << 20,
	FULL_MIB = 100,    /* less is an error */
	NARROW_MIB = 1024, /* less is a warning */
	LOG_HELD_MIB = 100 /* a log that is larger is held by a reader */
};

void finding_set(
	struct finding *finding, enum health health, const char *advice, const char *format, ...)
{
	CLEANUP(free_heapp) char *text = NULL;
	va_list args;

	va_start(args, format);
	const int n = vasprintf(&text, format, args);
	va_end(args);

	finding->health = health;
	finding->advice = advice;
	if (n < 0)
		text = NULL;
	else
		str_add_text(&finding->text, text);
}

/* The first of what DIAGS holds, and how many there are, as HEALTH. */
static void set_from_diags(
	struct finding *finding, enum health health, const char *advice, const struct diags *diags)
{
	const size_t n = diags_count(diags);

	if (n > 1)
		str_add_format(&finding->text, "%zu complaints, the first: ", n);
	diag_format(&finding->text, diags_get(diags, 0));
	finding_set(finding, health, advice, "%s", "");
}

/* --- what is looked at ------------------------------------------------------ */

/* What the settings come from, and what could be read of them. */
struct patient {
	const char *config_path;
	struct settings *settings; /* NULL: they can't be read */
	struct diags *diags;       /* of reading them */
};

static void look_at_configuration(const struct patient *patient, struct finding *finding)
{
	const struct settings *settings = patient->settings;

	if (diags_count_errors(patient->diags) > 0)
		set_from_diags(finding, HEALTH_ERROR, "see `mentionctl check'", patient->diags);
	else if (!settings)
		finding_set(finding, HEALTH_ERROR,
			"read it as root, or as a user that is in the group mentiond",
			"%s cannot be read", patient->config_path);
	else if (diags_count(patient->diags) > 0)
		set_from_diags(finding, HEALTH_WARNING, "see `mentionctl check'", patient->diags);
	else
		finding_set(finding, HEALTH_OK, NULL, "%s", patient->config_path);
}

/* Who holds a read lock on the log: SQLite's bytes in the -shm file
 * (https://www.sqlite.org/walformat.html, WAL_READ_LOCK).  0: nobody whom we see. */
static pid_t find_reader(const char *path)
{
	enum { READ_LOCKS_AT = 123, N_READ_LOCKS = 5 };
	CLEANUP(str_done) struct str index = STR_INIT(FINDING_MAX_BYTES);
	struct flock lock = {.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = READ_LOCKS_AT,
		.l_len = N_READ_LOCKS};

	str_add_format(&index, "%s-shm", path);
	const int fd = open(str_text(&index), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;

	const int r = fcntl(fd, F_GETLK, &lock);
	close(fd);
	return r == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0 ? lock.l_pid : 0;
}

/* STORE is closed first: our own locks are in nobody's way then. */
static void look_at_log(struct store *store, const char *path, struct finding *finding)
{
	size_t n_bytes = 0;
	const int r = store_log_size(store, &n_bytes);
	const double mib = (double)n_bytes / MIB;

	store_close(store);
	const pid_t reader = find_reader(path);

	if (r < 0 || mib <= LOG_HELD_MIB)
		finding_set(finding, HEALTH_OK, NULL, "%s", path);
	else if (reader != 0)
		finding_set(finding, HEALTH_WARNING,
			"end its transaction, or the program: the disk fills meanwhile",
			"%s-wal has grown to %.0f MiB: process %d holds a transaction open", path,
			mib, (int)reader);
	else
		finding_set(finding, HEALTH_WARNING,
			"look for programs that have the database open (lsof)",
			"%s-wal has grown to %.0f MiB: some program held a transaction open", path,
			mib);
}

static void look_at_database(const struct patient *patient, struct finding *finding)
{
	CLEANUP(store_closep) struct store *store = NULL;
	const char *path = patient->settings->database;
	struct store_stats stats;
	int r = store_open(path, STORE_READ, &store);

	if (r == -ENOENT) {
		finding_set(finding, HEALTH_WARNING, "start mentiond: it makes it",
			"%s is not there yet", path);
		return;
	}
	if (r == 0)
		r = store_count(store, &stats);
	if (r == 0)
		r = store_check(store);
	if (r < 0)
		finding_set(finding, HEALTH_ERROR,
			r == -EUCLEAN ? "stop mentiond, then `mentionctl restore' a backup"
				      : "look at its owner and mode",
			"%s", store_error_text(store));
	else
		look_at_log(TAKE(store), path, finding);
}

static void look_at_disk(const struct patient *patient, struct finding *finding)
{
	static const char advice[] = "make room, or keep less (`keep' in the configuration)";
	CLEANUP(free_heapp) char *path = strdup(patient->settings->database);
	struct statvfs disk;

	if (!path)
		return;

	const char *folder = dirname(path);

	if (statvfs(folder, &disk) < 0) {
		finding_set(finding, HEALTH_ERROR, "make the folder of the database", "%s: %s",
			folder, error_text(-errno));
		return;
	}

	const double free_mib = (double)disk.f_bavail * (double)disk.f_frsize / MIB;
	const enum health health = free_mib < FULL_MIB     ? HEALTH_ERROR
				   : free_mib < NARROW_MIB ? HEALTH_WARNING
							   : HEALTH_OK;

	finding_set(finding, health, health == HEALTH_OK ? NULL : advice, "%s has %.0f MiB left",
		folder, free_mib);
}

static void look_at_places(const struct patient *patient, struct finding *finding)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;

	(void)patient;
	if (diags_new(&diags) == 0 && place_check(diags) <= 0)
		set_from_diags(finding, HEALTH_WARNING,
			"install the package again, or make the table with tools/make-places",
			diags);
	else
		finding_set(finding, HEALTH_OK, NULL, "the table of places is whole");
}

static void look_at_lexicons(const struct patient *patient, struct finding *finding)
{
	static const char advice[] = "mend the line, or install the package again";
	CLEANUP(scorer_freep) struct scorer *scorer = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(free_heapp) char *folder = NULL;

	(void)patient;
	if (diags_new(&diags) < 0 || file_find_data("lexicons", &folder) < 0)
		return;

	const int r = scorer_open(&(struct scorer_options){0}, &scorer, diags);

	if (diags_count(diags) > 0)
		set_from_diags(finding, r < 0 ? HEALTH_ERROR : HEALTH_WARNING, advice, diags);
	else if (r < 0)
		finding_set(finding, HEALTH_ERROR, advice, "%s: %s", folder, error_text(r));
	else
		finding_set(finding, HEALTH_OK, NULL, "%s", folder);
}

static void look_at_presets(const struct patient *patient, struct finding *finding)
{
	static const char advice[] = "mend the file, or install the package again";
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct presets presets = {0};
	int r = diags_new(&diags);

	if (r == 0)
		r = arena_new(PRESETS_MAX_BYTES, &arena);
	if (r == 0)
		r = presets_load(
			patient->settings ? patient->config_path : NULL, arena, &presets, diags);
	if (diags_count(diags) > 0)
		set_from_diags(finding, r < 0 ? HEALTH_ERROR : HEALTH_WARNING, advice, diags);
	else if (r < 0)
		finding_set(finding, HEALTH_ERROR, advice, "%s", error_text(r));
	else if (presets.n == 0)
		finding_set(finding, HEALTH_WARNING, advice,
			"there are none: sources with `preset' do not work");
	else
		finding_set(finding, HEALTH_OK, NULL, "%zu services", presets.n);
}

/* Credentials are the daemon's: nobody else need be able to read them. */
static void look_at_credentials(const struct patient *patient, struct finding *finding)
{
	static const char advice[] =
		"LoadCredential= in the unit hands them to the daemon; look at them with "
		"CREDENTIALS_DIRECTORY set to their folder";
	CLEANUP(diags_freep) struct diags *diags = NULL;

	if (diags_new(&diags) < 0)
		return;

	const bool can_look = getenv("CREDENTIALS_DIRECTORY") != NULL;
	const int n = check_secrets(patient->settings, can_look ? DIAG_ERROR : DIAG_WARNING, diags);

	if (diags_count(diags) > 0)
		set_from_diags(finding, can_look ? HEALTH_ERROR : HEALTH_WARNING, advice, diags);
	else if (n > 0)
		finding_set(finding, HEALTH_OK, NULL, "%d can be read", n);
	else
		finding_set(finding, HEALTH_OK, NULL, "none are needed");
}

static void look_at_mail(const struct patient *patient, struct finding *finding)
{
	doctor_look_at_mail(patient->settings, finding);
}

/* 1 when what a newer version wrote waits for it. */
static int find_strangers(struct store *store, struct arena *arena, struct finding *finding)
{
	CLEANUP(str_done) struct str known = STR_INIT(FAILED_MAX_BYTES);
	const char *channel;

	channels_add_names(&known);
	const int n = store_count_strange_deliveries(store, str_text(&known), arena, &channel);
	if (n > 0)
		finding_set(finding, HEALTH_WARNING, "start the newer mentiond that wrote them",
			"%d messages wait for a way out that this version does not know: %s", n,
			channel);
	return MIN(n, 1);
}

/* Mails that nobody got lately. */
static void look_at_outbox(const struct patient *patient, struct finding *finding)
{
	CLEANUP(store_closep) struct store *store = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const int64_t now_us = database_now_us();
	struct failed_mails failed = {0};
	int r = store_open(patient->settings->database, STORE_READ, &store);

	if (r == 0)
		r = arena_new(FAILED_MAX_BYTES, &arena);
	if (r == 0)
		r = store_list_failed_mails(
			store, now_us - 7 * US_PER_DAY, now_us + US_PER_DAY, arena, &failed);
	if (r == 0)
		r = find_strangers(store, arena, finding);
	if (r < 0 && r != -ENOENT) {
		finding_set(finding, HEALTH_WARNING, "see what is said of the database",
			"not looked at");
		return;
	}
	if (r > 0)
		return;
	if (failed.n == 0) {
		finding_set(finding, HEALTH_OK, NULL, "no mail of the last 7 days failed for good");
		return;
	}
	finding_set(finding, HEALTH_WARNING,
		"mend the recipient or the mail server; the view v_undelivered lists them all",
		"%zu mail%s of the last 7 days reached nobody, the last ", failed.n_all,
		failed.n_all == 1 ? "" : "s");
	failed_mail_add(&finding->text, &failed.list[0]);
}

/* The kernel knows whether a time service disciplines its clock. */
static void look_at_clock(const struct patient *patient, struct finding *finding)
{
	struct timex state = {0};

	(void)patient;
	if (adjtimex(&state) == TIME_ERROR)
		finding_set(finding, HEALTH_WARNING,
			"start systemd-timesyncd or chrony; in a container see the host",
			"no time service keeps it right");
	else
		finding_set(finding, HEALTH_OK, NULL, "synchronised");
}

static const struct look {
	const char *name;
	void (*run)(const struct patient *patient, struct finding *finding);
	bool needs_settings;
} looks[] = {
	{"configuration", look_at_configuration, false},
	{"database", look_at_database, true},
	{"disk", look_at_disk, true},
	{"lexicons", look_at_lexicons, false},
	{"places", look_at_places, false},
	{"presets", look_at_presets, false},
	{"credentials", look_at_credentials, true},
	{"mail", look_at_mail, true},
	{"outbox", look_at_outbox, true},
	{"clock", look_at_clock, false},
};

/* --- what is printed -------------------------------------------------------- */

static const char *const health_names[N_HEALTHS] = {
	[HEALTH_OK] = "ok", [HEALTH_WARNING] = "warning", [HEALTH_ERROR] = "error"};

static int print_json(const char *name, const struct finding *finding)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = object ? 0 : -ENOMEM;

	if (r == 0)
		r = json_set_text(object, "check", name);
	if (r == 0)
		r = json_set_text(object, "state", health_names[finding->health]);
	if (r == 0)
		r = json_set_text(object, "finding", str_text(&finding->text));
	if (r == 0)
		r = json_set_text(object, "advice", finding->advice);

	return r < 0 ? r : ctl_print_json(object);
}

static int print_text(const char *name, const struct finding *finding)
{
	CLEANUP(str_done) struct str line = STR_INIT((size_t)FINDING_MAX_BYTES * 4);

	str_add_format(&line, "%-8s %-14s ", health_names[finding->health], name);
	terminal_add_safe(&line, str_slice(&finding->text));
	if (finding->advice)
		str_add_format(&line, "\n%-8s %-14s what to do: %s", "", "", finding->advice);
	str_add_char(&line, '\n');
	if (str_error(&line) < 0)
		return str_error(&line);

	return fputs(str_text(&line), stdout) < 0 ? -EIO : 0;
}

static int look_at(
	const struct look *look, const struct patient *patient, bool as_json, enum health *ret)
{
	struct finding finding = {.text = STR_INIT(FINDING_MAX_BYTES)};

	if (look->needs_settings && !patient->settings)
		finding_set(
			&finding, HEALTH_WARNING, "mend the configuration first", "not looked at");
	else
		look->run(patient, &finding);
	*ret = finding.health;

	const int r = as_json ? print_json(look->name, &finding) : print_text(look->name, &finding);

	str_done(&finding.text);
	return r;
}

static int read_settings(struct ctl *ctl, struct patient *patient)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;

	patient->config_path = ctl_config_path(ctl);

	const int r = settings_load_partly(patient->config_path, &settings, patient->diags);

	if (r == -ENOMEM)
		return r;
	if (settings)
		check_settings(settings, patient->diags);
	/* Parts may be missing: nothing else is to stumble over them. */
	if (r == 0)
		patient->settings = TAKE(settings);
	return 0;
}

static int run(struct ctl *ctl)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(settings_freep) struct settings *settings = NULL;
	struct patient patient = {0};
	enum health worst = HEALTH_OK;
	int r = diags_new(&diags);

	patient.diags = diags;
	if (r == 0)
		r = read_settings(ctl, &patient);
	settings = patient.settings;
	for (size_t i = 0; i < ARRAY_SIZE(looks) && r == 0; i++) {
		enum health health;

		r = look_at(&looks[i], &patient, ctl_flag(ctl, "json"), &health);
		worst = r == 0 ? MAX(worst, health) : worst;
	}
	if (r < 0)
		return log_error(r, "Cannot look");
	if (diags_count_errors(diags) > 0 || !settings)
		return EX_CONFIG;

	return worst == HEALTH_ERROR ? EX_UNAVAILABLE : 0;
}

static const struct ctl_option options[] = {CTL_OPTION_JSON};

const struct ctl_verb verb_doctor = {
	.name = "doctor",
	.group = "Configuration",
	.synopsis = "",
	.help = "Look at all that mentiond needs to run, and say what to do",
	.description =
		"Looks at the configuration, the database (all of its pages, and how large its\n"
		"log is), the space left for it, the lexicons, the table of places, the presets,\n"
		"the credentials, the mail server (it connects and leaves, no mail is sent), the\n"
		"mails of the last days that reached nobody, and the clock, and prints a line for\n"
		"each: ok, warning or error, and what to do.  Run it as the daemon runs: another\n"
		"user may see less.  The exit code is 0 when nothing is wrong, 78 when the\n"
		"configuration is, 69 for other errors; warnings do not count.",
	.example = "mentionctl doctor\n"
		   "mentionctl doctor --json",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.run = run,
};
