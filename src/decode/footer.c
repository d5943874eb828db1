#include "decode/footer.h"

#include "base/macro.h"
#include "base/str.h"
#include "text/url.h"

enum { MAX_FOOTER_BYTES = 1000, MAX_FOOTERS = 4 };

/* What WordPress's best-known extension writes, in the languages that we read and some
 * others: the post's title stands between the first two, a site between the others. */
static const struct form {
	struct slice before, between, after;
} forms[] = {
#define FORM(before, between)                                                                      \
	{                                                                                          \
		{before, sizeof(before) - 1}, {between, sizeof(between) - 1},                      \
		{                                                                                  \
			".", 1                                                                     \
		}                                                                                  \
	}
	FORM("The post", "appeared first on"),
	FORM("The post", "first appeared on"),
	FORM("Der Beitrag", "erschien zuerst auf"),
	FORM("L’article", "est apparu en premier sur"),
	FORM("L'article", "est apparu en premier sur"),
	FORM("Cet article", "est apparu en premier sur"),
	FORM("La entrada", "se publicó primero en"),
	FORM("La entrada", "apareció primero en"),
	FORM("La entrada", "aparece primero en"),
	FORM("O post", "apareceu primeiro em"),
	FORM("O post", "aparece primeiro em"),
	FORM("L'articolo", "proviene da"),
	FORM("L’articolo", "proviene da"),
	FORM("Het bericht", "verscheen eerst op"),
#undef FORM
};

static struct slice trim_end(struct slice text)
{
	while (text.len > 0 && is_space(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

static struct slice trim_start(struct slice text)
{
	while (text.len > 0 && is_space(text.ptr[0]))
		text = slice_skip(text, 1);
	return text;
}

/* Cuts WORD off the end of *TEXT when a whole word it is. */
static bool cut_word(struct slice *text, struct slice word)
{
	const struct slice whole = trim_end(*text);
	const struct slice rest = slice_from(whole.ptr, whole.len - MIN(whole.len, word.len));

	if (!slice_ends_with(whole, word) || (rest.len > 0 && !is_space(rest.ptr[rest.len - 1])))
		return false;

	*text = rest;
	return true;
}

/* Whether REST is "TITLE appeared first on SITE." to the end, then *RET is SITE. */
static bool names_site(const struct form *form, struct slice rest, struct slice *ret)
{
	const ptrdiff_t between =
		rest.len <= MAX_FOOTER_BYTES ? slice_find(rest, form->between) : -1;

	if (between <= 0 || slice_find_char(rest, '\n') >= 0)
		return false;

	*ret = slice_skip(rest, (size_t)between + form->between.len);
	return slice_ends_with(*ret, form->after) && slice_trim(*ret).len > form->after.len;
}

static bool has_link(const struct footer_evidence *evidence, size_t at)
{
	for (size_t i = 0; i < evidence->n_links; i++)
		if (evidence->links[i] == at)
			return true;

	return false;
}

/* By its links, which begin where title and site do: the length before it, or -1. */
static ptrdiff_t find_by_link(
	const struct form *form, struct slice text, const struct footer_evidence *evidence)
{
	for (size_t i = 0; i < evidence->n_links; i++) {
		const size_t at = evidence->links[i];
		struct slice head = slice_from(text.ptr, MIN(at, text.len));
		struct slice site;

		if (names_site(form, slice_skip(text, at), &site) &&
			has_link(evidence, (size_t)(site.ptr - text.ptr)) &&
			cut_word(&head, form->before))
			return (ptrdiff_t)head.len;
	}
	return -1;
}

/* By the post's own title: the last one counts. */
static ptrdiff_t find_by_title(
	const struct form *form, struct slice text, const struct footer_evidence *evidence)
{
	const struct slice title = evidence->title;
	struct slice rest = text;
	ptrdiff_t found = -1;
	ptrdiff_t at;

	if (text.len > MAX_FOOTER_BYTES)
		rest = slice_skip(text, text.len - MAX_FOOTER_BYTES);
	if (title.len == 0 || !slice_ends_with(text, form->after) || slice_find(rest, title) < 0)
		return -1;

	while ((at = slice_find(rest, form->before)) >= 0) {
		rest = slice_skip(rest, (size_t)at + form->before.len);

		const struct slice behind = trim_start(rest);
		struct slice head = slice_from(text.ptr, text.len - rest.len);
		struct slice site;

		if (slice_starts_with(behind, title) && cut_word(&head, form->before) &&
			slice_starts_with(
				trim_start(slice_skip(behind, title.len)), form->between) &&
			names_site(form, behind, &site))
			found = (ptrdiff_t)head.len;
	}
	return found;
}

/* "[comments]", "[12 comments]" */
static bool cut_comments(struct slice *text)
{
	static const struct slice words[] = {SLICE_INIT("comments]"), SLICE_INIT("comment]")};
	struct slice rest = *text;

	if (cut_word(text, SLICE("[comments]")))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!cut_word(&rest, words[i]))
			continue;
		rest = trim_end(rest);
		while (rest.len > 0 && is_digit(rest.ptr[rest.len - 1]))
			rest.len--;
		if (!slice_ends_with(rest, SLICE("[")))
			return false;
		rest.len--;
		*text = rest;
		return true;
	}
	return false;
}

static void cut_any_word(struct slice *text)
{
	*text = trim_end(*text);
	while (text->len > 0 && !is_space(text->ptr[text->len - 1]))
		text->len--;
}

/* Reddit's "submitted by /u/NAME [link] [comments]", also "... to r/NAME". */
static ptrdiff_t find_submitted(struct slice text)
{
	struct slice rest = text;

	if (!cut_comments(&rest) || !cut_word(&rest, SLICE("[link]")))
		return -1;

	/* One word, or one "to" another. */
	for (size_t i = 0; i < 2; i++) {
		struct slice by;

		cut_any_word(&rest);
		by = rest;
		if (cut_word(&by, SLICE("by")) && cut_word(&by, SLICE("submitted")))
			return (ptrdiff_t)by.len;
		if (!cut_word(&rest, SLICE("to")))
			break;
	}
	return -1;
}

static ptrdiff_t find_one(struct slice text, const struct footer_evidence *evidence)
{
	ptrdiff_t found = find_submitted(text);

	for (size_t i = 0; i < ARRAY_SIZE(forms) && found < 0; i++) {
		found = find_by_link(&forms[i], text, evidence);
		if (found < 0)
			found = find_by_title(&forms[i], text, evidence);
	}
	return found;
}

size_t footer_find(struct slice text, const struct footer_evidence *evidence)
{
	const size_t whole = text.len;
	bool is_cut = false;

	/* A post that was copied has the footer of both sites. */
	for (size_t i = 0; i < MAX_FOOTERS; i++) {
		const ptrdiff_t found = find_one(trim_end(text), evidence);

		if (found < 0)
			break;
		text = trim_end(slice_from(text.ptr, (size_t)found));
		is_cut = true;
	}
	return is_cut ? text.len : whole;
}

bool footer_links_out(struct slice footer, struct slice address)
{
	CLEANUP(str_done) struct str host = STR_INIT(1000);

	return slice_find(footer, SLICE("[link]")) >= 0 && url_host(address, &host) &&
	       !slice_equals(str_slice(&host), SLICE("reddit.com")) &&
	       !slice_ends_with(str_slice(&host), SLICE(".reddit.com"));
}
