/* mentionctl digest: see the digest that would be sent, or send it now. */
#include <assert.h>
#include <errno.h>
#include <sysexits.h>

#include "base/diags.h"
#include "base/log.h"
#include "base/random.h"
#include "base/str.h"
#include "base/terminal.h"
#include "config/load.h"
#include "ctl/ctl.h"
#include "ctl/database.h"
#include "ctl/workbench.h"
#include "daemon/digests.h"
#include "record/delivery.h"

enum { PREVIEW_ARENA_BYTES = 64 * 1024 * 1024, LINE_MAX_BYTES = 1024 * 1024 };

static const struct recipient_settings *find_named(
	const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->n_recipients; i++)
		if (slice_equals(slice_of(settings->recipients[i].name), slice_of(name)))
			return &settings->recipients[i];
	return NULL;
}

/* The recipient that the argument names, or the only one; else NULL, and the
 * person has been told. */
static int choose(
	struct ctl *ctl, const struct settings *settings, const struct recipient_settings **ret)
{
	const char *name = ctl_argument(ctl, 0);
	const struct recipient_settings *recipient = NULL;

	if (name)
		recipient = find_named(settings, name);
	else if (settings->n_recipients == 1)
		recipient = &settings->recipients[0];

	if (!recipient && !name)
		return ctl_usage(
			ctl, "which recipient? The configuration has %zu", settings->n_recipients);
	if (!recipient) {
		log_error(0, "There is no recipient %s", name);
		return -ENOENT;
	}

	*ret = recipient;
	return 0;
}

static int print_text(const struct mail_content *mail)
{
	CLEANUP(str_done) struct str safe = STR_INIT(LINE_MAX_BYTES);
	struct slice rest = slice_of(mail->text);
	struct slice line;

	terminal_add_safe(&safe, slice_of(mail->subject));
	printf("Subject: %s\n\n", str_text(&safe));
	while (slice_split(&rest, '\n', &line) && rest.ptr) {
		str_clear(&safe);
		terminal_add_safe(&safe, line);
		puts(str_text(&safe));
	}
	return str_error(&safe);
}

static int print_json(const struct recipient_settings *recipient, const struct mail_content *mail)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = json_set_text(object, "recipient", recipient->name);

	r |= json_set_text(object, "subject", mail->subject);
	r |= json_set_text(object, "text", mail->text);
	r |= json_set_text(object, "html", mail->html);
	return r < 0 ? log_error(-ENOMEM, "Cannot print the digest") : ctl_print_json(object);
}

static int print(struct ctl *ctl, const struct recipient_settings *recipient,
	const struct mail_content *mail)
{
	if (ctl_flag(ctl, "json"))
		return print_json(recipient, mail);
	if (ctl_flag(ctl, "html"))
		return fputs(mail->html, stdout) < 0 ? log_error(-EIO, "Cannot print the digest")
						     : 0;

	const int r = print_text(mail);
	return r < 0 ? log_error(r, "Cannot print the digest") : 0;
}

static int run_preview(struct ctl *ctl)
{
	CLEANUP(workbench_done) struct workbench bench = {0};
	const struct recipient_settings *recipient = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct mail_content mail = {0};
	int r;

	r = workbench_open(&bench, ctl, STORE_READ);
	if (r != 0)
		return r;

	r = choose(ctl, bench.settings, &recipient);
	if (r < 0)
		return r;
	assert(recipient);

	r = arena_new(PREVIEW_ARENA_BYTES, &arena);
	if (r == 0)
		r = digests_preview(&bench.context, recipient->name, arena, &mail);
	if (r < 0)
		return log_error(r, "Cannot make the digest of %s", recipient->name);

	return print(ctl, recipient, &mail);
}

static int run_send(struct ctl *ctl)
{
	CLEANUP(workbench_done) struct workbench bench = {0};
	const struct recipient_settings *recipient = NULL;
	int r;

	r = workbench_open(&bench, ctl, STORE_WRITE);
	if (r != 0)
		return r;

	r = choose(ctl, bench.settings, &recipient);
	if (r < 0)
		return r;
	assert(recipient);

	r = digests_send(&bench.context, recipient->name);
	if (r < 0)
		return log_error(r, "Cannot send the digest of %s", recipient->name);

	printf("The digest of %s is in the outbox; mentiond sends it.\n", recipient->name);
	return 0;
}

static const struct ctl_option preview_options[] = {
	{.name = "html", .help = "Print the HTML part, for a browser"},
	CTL_OPTION_JSON,
};

static const struct ctl_verb verbs[] = {
	{
		.name = "preview",
		.synopsis = "[--html | --json] [RECIPIENT]",
		.help = "Print the digest as it would be sent now",
		.description = "Prints what happened since RECIPIENT's last digest, or in the last "
			       "24 hours\n"
			       "where there was none.  Nothing is recorded and nothing is sent.",
		.example = "mentionctl digest preview support\n"
			   "mentionctl digest preview support --html > digest.html",
		.options = preview_options,
		.n_options = ARRAY_SIZE(preview_options),
		.max_args = 1,
		.run = run_preview,
	},
	{
		.name = "send",
		.synopsis = "[RECIPIENT]",
		.help = "Send the digest now, due or not",
		.description = "Writes the digest to the outbox, from which mentiond sends it.  "
			       "The next digest\n"
			       "begins where this one ends, so nothing is told twice.",
		.example = "mentionctl digest send support",
		.max_args = 1,
		.run = run_send,
	},
};

const struct ctl_verb verb_digest = {
	.name = "digest",
	.group = "Reports",
	.synopsis = "COMMAND",
	.help = "See a recipient's digest before it is sent, or send it now",
	.example = "mentionctl digest preview support",
	.verbs = verbs,
	.n_verbs = ARRAY_SIZE(verbs),
};
