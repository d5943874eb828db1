#include "text/mailbox.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "text/idn.h"

enum {
	MAILBOX_MAX_BYTES = 998,
	LOCAL_MAX = 64,
	DOMAIN_MAX = 253,
	LABEL_MAX = 63,
	NAME_MAX_BYTES = 256,
	ASCII_DOMAIN_MAX = 1024, /* before it is measured */
};

enum mistake {
	MISTAKE_NONE,
	MISTAKE_SHAPE, /* nothing like a mailbox */
	MISTAKE_LENGTH,
	MISTAKE_CONTROL,
	MISTAKE_UTF8,
	MISTAKE_OPEN,
	MISTAKE_SEVERAL,
	MISTAKE_BRACKETS,
	MISTAKE_QUOTE,
	MISTAKE_NAME_LENGTH,
	MISTAKE_LOCAL,
	MISTAKE_LOCAL_LENGTH,
	MISTAKE_LOCAL_SCRIPT,
	MISTAKE_DOMAIN,
	N_MISTAKES
};

static const struct mailbox_mistake mistakes[N_MISTAKES] = {
	[MISTAKE_LENGTH] = {"the mailbox is longer than 998 bytes", NULL},
	[MISTAKE_CONTROL] = {"the mailbox holds a control character or a line break", NULL},
	[MISTAKE_UTF8] = {"the mailbox is not UTF-8", NULL},
	[MISTAKE_OPEN] = {"the address is not closed",
		"write Name <name@host.example>, with nothing behind the >"},
	[MISTAKE_SEVERAL] = {"these are several mailboxes",
		"make each an entry of its own: [\"a@host.example\", \"b@host.example\"]; quote a "
		"name that only looks so: '\"a@host.example, b\" <c@host.example>'"},
	[MISTAKE_BRACKETS] = {"the name holds < or >",
		"quote the name: '\"Name <of the team>\" <name@host.example>'"},
	[MISTAKE_QUOTE] = {"a quote in the name is not closed",
		"write \\\" for a quotation mark that belongs to the name, within quotes"},
	[MISTAKE_NAME_LENGTH] = {"the name is longer than 256 bytes", NULL},
	[MISTAKE_LOCAL] = {"what stands before the @ is no name of a mailbox",
		"letters, digits and !#$%&'*+-/=?^_`{|}~, with single dots between them"},
	[MISTAKE_LOCAL_LENGTH] = {"what stands before the @ is longer than 64 bytes", NULL},
	[MISTAKE_LOCAL_SCRIPT] = {"what stands before the @ is not ASCII, which needs SMTPUTF8; "
				  "that is not offered",
		"use an address in ASCII; the domain and the name may be in any script"},
	[MISTAKE_DOMAIN] = {"what stands behind the @ is no domain", "write name@host.example"},
};

/* RFC 5322's atext, ASCII only. */
static bool is_atext(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.len;) {
		const uint32_t code_point = utf8_next(text, &i);

		if (code_point < ' ' || (code_point >= 0x7f && code_point < 0xa0) ||
			code_point == 0x2028 || code_point == 0x2029)
			return true;
	}
	return false;
}

/* --- the address ------------------------------------------------------------ */

static enum mistake check_local(struct slice local)
{
	struct slice part;

	if (local.len == 0)
		return MISTAKE_SHAPE;
	if (!slice_is_ascii(local))
		return MISTAKE_LOCAL_SCRIPT;
	if (local.len > LOCAL_MAX)
		return MISTAKE_LOCAL_LENGTH;
	while (slice_split(&local, '.', &part)) {
		if (part.len == 0)
			return MISTAKE_LOCAL;
		for (size_t i = 0; i < part.len; i++)
			if (!is_atext(part.ptr[i]))
				return MISTAKE_LOCAL;
	}
	return MISTAKE_NONE;
}

static bool is_domain(struct slice text)
{
	struct slice label;

	if (text.len == 0 || text.len > DOMAIN_MAX)
		return false;
	while (slice_split(&text, '.', &label)) {
		if (label.len == 0 || label.len > LABEL_MAX || label.ptr[0] == '-' ||
			label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!is_alnum(label.ptr[i]) && label.ptr[i] != '-')
				return false;
	}
	return true;
}

/* DOMAIN in ASCII, into STR; what is ASCII stays as it is written. */
static enum mistake read_domain(struct slice domain, struct str *str)
{
	if (slice_is_ascii(domain))
		str_add(str, domain);
	else
		idn_to_ascii(domain, str);

	return str_error(str) == 0 && is_domain(str_slice(str)) ? MISTAKE_NONE : MISTAKE_DOMAIN;
}

/* LOCAL and DOMAIN are what TEXT is made of. */
static enum mistake read_address(struct slice text, struct slice *ret_local, struct str *domain)
{
	const ptrdiff_t at = slice_find_char(text, '@');

	if (at < 0)
		return MISTAKE_SHAPE;

	*ret_local = slice_from(text.ptr, (size_t)at);
	const enum mistake mistake = check_local(*ret_local);
	return mistake != MISTAKE_NONE ? mistake
				       : read_domain(slice_skip(text, (size_t)at + 1), domain);
}

static bool is_address(struct slice text)
{
	CLEANUP(str_done) struct str domain = STR_INIT(ASCII_DOMAIN_MAX);
	struct slice local;

	return read_address(text, &local, &domain) == MISTAKE_NONE;
}

static int parse_address(
	struct slice text, struct arena *arena, struct mailbox *mailbox, enum mistake *ret)
{
	CLEANUP(str_done) struct str domain = STR_INIT(ASCII_DOMAIN_MAX);
	struct slice local;

	*ret = read_address(text, &local, &domain);
	if (*ret != MISTAKE_NONE)
		return -EINVAL;

	mailbox->address = arena_format(arena, "%.*s@%s", SLICE_FMT(local), str_text(&domain));
	if (!mailbox->address)
		return -ENOMEM;
	mailbox->domain = mailbox->address + local.len + 1;
	return 0;
}

/* --- the name ----------------------------------------------------------------- */

/* Reads the quoted string at the start of *REST into NAME. */
static bool unquote(struct slice *rest, struct str *name)
{
	for (size_t i = 1; i < rest->len; i++) {
		if (rest->ptr[i] == '"') {
			*rest = slice_skip(*rest, i + 1);
			return true;
		}
		if (rest->ptr[i] == '\\' && ++i == rest->len)
			return false;
		str_add_char(name, rest->ptr[i]);
	}
	return false;
}

/* Whether TEXT, a name without quotes, has an address between commas or
 * semicolons: the mailboxes before the last one would get nothing. */
static bool names_others(struct slice text)
{
	size_t start = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.ptr[i] != ',' && text.ptr[i] != ';')
			continue;
		if ((start > 0 || i < text.len) &&
			is_address(slice_trim(slice_from(text.ptr + start, i - start))))
			return true;
		start = i + 1;
	}
	return false;
}

/* The name as it reads: words in quotes and words without them. */
static enum mistake read_name(struct slice text, struct str *name)
{
	struct slice rest = text;

	if (slice_find_char(text, '"') < 0 && names_others(text))
		return MISTAKE_SEVERAL;
	while (rest.len > 0) {
		const char c = rest.ptr[0];

		if (c == '"') {
			if (!unquote(&rest, name))
				return MISTAKE_QUOTE;
			continue;
		}
		if (c == '<' || c == '>')
			return slice_find_char(rest, '@') >= 0 ? MISTAKE_SEVERAL : MISTAKE_BRACKETS;
		str_add_char(name, c);
		rest = slice_skip(rest, 1);
	}
	return str_error(name) < 0 ? MISTAKE_NAME_LENGTH : MISTAKE_NONE;
}

static int parse_name(
	struct slice text, struct arena *arena, const char **ret_name, enum mistake *ret)
{
	CLEANUP(str_done) struct str name = STR_INIT(NAME_MAX_BYTES);

	*ret = read_name(text, &name);
	if (*ret != MISTAKE_NONE)
		return -EINVAL;

	const struct slice trimmed = slice_trim(str_slice(&name));
	*ret_name = trimmed.len > 0 ? arena_copy(arena, trimmed) : NULL;
	return trimmed.len > 0 && !*ret_name ? -ENOMEM : 0;
}

/* --- all of it ----------------------------------------------------------------- */

/* What is no single address, in words that help. */
static enum mistake look_closer(struct slice text, enum mistake mistake)
{
	if (slice_find_char(text, '<') >= 0)
		return MISTAKE_OPEN;
	if (names_others(text))
		return MISTAKE_SEVERAL;

	return mistake;
}

static int parse(struct slice text, struct arena *arena, struct mailbox *ret, enum mistake *mistake)
{
	size_t open = text.len;
	int r;

	if (!slice_ends_with(text, SLICE(">"))) {
		r = parse_address(text, arena, ret, mistake);
		if (r == -EINVAL)
			*mistake = look_closer(text, *mistake);
		return r;
	}

	while (open > 0 && text.ptr[open - 1] != '<')
		open--;
	if (open == 0)
		return -EINVAL;
	r = parse_name(slice_trim(slice_from(text.ptr, open - 1)), arena, &ret->name, mistake);
	return r < 0 ? r
		     : parse_address(slice_trim(slice_from(text.ptr + open, text.len - open - 1)),
			       arena, ret, mistake);
}

int mailbox_parse(struct slice text, struct arena *arena, struct mailbox *ret,
	struct mailbox_mistake *ret_mistake)
{
	struct mailbox mailbox = {0};
	enum mistake mistake = MISTAKE_SHAPE;
	int r = -EINVAL;

	if (text.len > MAILBOX_MAX_BYTES)
		mistake = MISTAKE_LENGTH;
	else if (!utf8_is_valid(text))
		mistake = MISTAKE_UTF8;
	else if (has_control(text))
		mistake = MISTAKE_CONTROL;
	else
		r = parse(slice_trim(text), arena, &mailbox, &mistake);
	if (r == -EINVAL && ret_mistake)
		*ret_mistake = mistakes[mistake];
	if (r < 0)
		return r;

	*ret = mailbox;
	return 0;
}
