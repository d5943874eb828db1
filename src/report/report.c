#include "report/report.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/str.h"
#include "report/template.h"
#include "report/view.h"
#include "report/wrap.h"

enum {
	OUTPUT_MAX_BYTES = 4 * 1024 * 1024, /* before it is cut to what a mail may hold */
	TEXT_COLUMNS = 72,
	ITEMS_MAX = 20,
	EXAMPLES_MAX = 5,
	QUOTE_MAX = 420, /* code points */
	ALERT_QUOTE_MAX = 1200,
};

/* The values of item.html and item.txt, then those of the mails. */
static const char *const names[] = {
	"anger",
	"author",
	"author_url",
	"copies",
	"deadline",
	"flags",
	"followers",
	"handle",
	"has_anger",
	"has_quote",
	"has_terms",
	"has_title",
	"has_rising",
	"has_topics",
	"has_voices",
	"id",
	"incident",
	"is_angry",
	"is_bad",
	"is_good",
	"is_hit",
	"is_last",
	"is_late",
	"is_negative",
	"is_neutral",
	"is_positive",
	"is_unknown",
	"assignee",
	"lang",
	"place",
	"quote",
	"quote_lines",
	"reasons",
	"rule",
	"score",
	"fetched",
	"source",
	"state",
	"stream",
	"terms",
	"text",
	"time",
	"title",
	"title_lines",
	"url",
	"weight",
	/* alert */
	"earlier",
	"examples",
	"held_back",
	"is_one_held",
	"is_rate",
	"is_second",
	"item",
	"items",
	"more",
	"now",
	"subject",
	"test",
	"tests",
	"value",
	"when",
	/* digest */
	"angry",
	"bad",
	"before",
	"change",
	"count",
	"coverage",
	"days",
	"from",
	"headline",
	"is_brand",
	"is_empty",
	"is_one",
	"is_one_unsent",
	"is_up",
	"last_success",
	"mails",
	"mentions",
	"more_unsent",
	"name",
	"names",
	"needs_answer",
	"negative",
	"net",
	"news",
	"older",
	"positive",
	"problem",
	"rising",
	"share",
	"sources",
	"still_open",
	"stories",
	"timezone",
	"topics",
	"troubled",
	"unsent",
	"until",
	"voices",
	"waiting",
	"width",
};

static const char *const files[] = {
	"alert.html", "alert.txt", "digest.html", "digest.txt", "rest.html", "rest.txt"};

struct reporter {
	struct templates *templates;
};

int reporter_open(const char *folder, struct reporter **ret, struct diags *diags)
{
	CLEANUP(reporter_closep) struct reporter *reporter = calloc(1, sizeof(*reporter));
	CLEANUP(free_heapp) char *installed = NULL;
	struct template_source source = {.folder = folder,
		.files = files,
		.n_files = ARRAY_SIZE(files),
		.names = names,
		.n_names = ARRAY_SIZE(names)};
	int r;

	if (!reporter)
		return -ENOMEM;
	if (!folder) {
		r = file_find_data("templates", &installed);
		if (r < 0)
			return r;
		source.folder = installed;
	}

	r = templates_open(&source, &reporter->templates, diags);
	if (r < 0)
		return r;

	*ret = TAKE(reporter);
	return 0;
}

void reporter_close(struct reporter *reporter)
{
	if (!reporter)
		return;
	templates_free(reporter->templates);
	free(reporter);
}

static int render(
	const struct reporter *reporter, const char *file, const json_t *view, struct str *ret)
{
	str_clear(ret);
	templates_render(reporter->templates, file, view, ret);
	return str_error(ret);
}

static int render_html(const struct reporter *reporter, const char *file, const json_t *view,
	struct arena *arena, const char **ret)
{
	CLEANUP(str_done) struct str html = STR_INIT(OUTPUT_MAX_BYTES);
	int r;

	r = render(reporter, file, view, &html);
	if (r < 0)
		return r;
	if (html.len > REPORT_HTML_MAX_BYTES)
		return -EMSGSIZE;

	*ret = arena_copy(arena, str_slice(&html));
	return *ret ? 0 : -ENOMEM;
}

static int render_text(const struct reporter *reporter, const char *file, const json_t *view,
	struct arena *arena, const char **ret)
{
	CLEANUP(str_done) struct str text = STR_INIT(OUTPUT_MAX_BYTES);
	CLEANUP(str_done) struct str wrapped = STR_INIT(OUTPUT_MAX_BYTES);
	int r;

	r = render(reporter, file, view, &text);
	if (r < 0)
		return r;
	wrap_text(&wrapped, str_slice(&text), TEXT_COLUMNS);
	if (str_error(&wrapped) < 0)
		return str_error(&wrapped);

	*ret = arena_copy(arena, str_slice(&wrapped));
	return *ret ? 0 : -ENOMEM;
}

/* How each kind of notice is told. */
static const struct form {
	const char *html, *text; /* templates */
	int (*view)(const struct notice *notice, const struct view_context *context, json_t **ret);
	size_t max_items, max_quote; /* to begin with */
	bool with_zone;
} forms[] = {
	[NOTICE_ALERT] = {"alert.html", "alert.txt", view_alert, EXAMPLES_MAX, ALERT_QUOTE_MAX,
		true},
	[NOTICE_REST] = {"rest.html", "rest.txt", view_rest, ITEMS_MAX, QUOTE_MAX, true},
	[NOTICE_DIGEST] = {"digest.html", "digest.txt", view_digest, ITEMS_MAX, QUOTE_MAX, false},
};

static_assert(ARRAY_SIZE(forms) == N_NOTICE_KINDS, "a kind of notice without a form");

static int render_mail(const struct reporter *reporter, const struct form *form, const json_t *view,
	struct arena *arena, struct mail_content *ret)
{
	struct mail_content content = {
		.subject = arena_copy_text(arena, json_text(view, "subject"))};
	int r;

	if (!content.subject)
		return -ENOMEM;
	r = render_html(reporter, form->html, view, arena, &content.html);
	if (r == 0)
		r = render_text(reporter, form->text, view, arena, &content.text);
	if (r < 0)
		return r;

	*ret = content;
	return 0;
}

/* Shortens lists, then quotes, until the mail is small enough: mail programs
 * clip long ones. */
static bool shorten(struct view_context *context)
{
	if (context->max_items > 1)
		context->max_items = context->max_items * 2 / 3;
	else if (context->max_quote > 20)
		context->max_quote /= 2;
	else
		return false;
	return true;
}

int report_mail(const struct reporter *reporter, const struct notice *notice, struct arena *arena,
	struct mail_content *ret)
{
	assert(notice->kind < N_NOTICE_KINDS);
	const struct form *form = &forms[notice->kind];
	struct view_context context = {.timezone = notice->timezone,
		.now_us = notice->now_us,
		.with_zone = form->with_zone,
		.max_items = form->max_items,
		.max_quote = form->max_quote};
	int r;

	do {
		CLEANUP(json_freep) json_t *view = NULL;

		r = form->view(notice, &context, &view);
		if (r == 0)
			r = render_mail(reporter, form, view, arena, ret);
	} while (r == -EMSGSIZE && shorten(&context));
	return r;
}
