#include "text/mailbox.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

enum { LOCAL_MAX = 64, DOMAIN_MAX = 255, LABEL_MAX = 63, NAME_MAX_BYTES = 256 };

static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return true;
	return false;
}

/* RFC 5322's atext, ASCII only: whether the server takes more is not known
 * when a mail is written. */
static bool is_atext(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool is_dot_atom(struct slice text)
{
	struct slice part;

	if (text.len == 0)
		return false;
	while (slice_split(&text, '.', &part)) {
		if (part.len == 0)
			return false;
		for (size_t i = 0; i < part.len; i++)
			if (!is_atext(part.ptr[i]))
				return false;
	}
	return true;
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

static int parse_address(struct slice text, struct arena *arena, struct mailbox *ret)
{
	const ptrdiff_t at = slice_find_char(text, '@');

	if (at < 0 || at > LOCAL_MAX)
		return -EINVAL;
	if (!is_dot_atom(slice_from(text.ptr, (size_t)at)) ||
		!is_domain(slice_skip(text, (size_t)at + 1)))
		return -EINVAL;

	ret->address = arena_copy(arena, text);
	if (!ret->address)
		return -ENOMEM;
	ret->domain = ret->address + at + 1;
	return 0;
}

/* Reads `"a \"b\""`; quotes within a name that is not quoted as a whole are
 * refused. */
static int unquote(struct slice text, struct str *name)
{
	if (text.ptr[0] != '"') {
		for (size_t i = 0; i < text.len; i++)
			if (strchr("\"<>()[],;:@\\", text.ptr[i]))
				return -EINVAL;
		str_add(name, text);
		return 0;
	}
	if (text.len < 2 || text.ptr[text.len - 1] != '"')
		return -EINVAL;

	for (size_t i = 1; i < text.len - 1; i++) {
		if (text.ptr[i] == '"')
			return -EINVAL;
		if (text.ptr[i] == '\\' && ++i == text.len - 1)
			return -EINVAL;
		str_add_char(name, text.ptr[i]);
	}
	return 0;
}

static int parse_name(struct slice text, struct arena *arena, const char **ret)
{
	CLEANUP(str_done) struct str name = STR_INIT(NAME_MAX_BYTES);

	*ret = NULL;
	if (text.len == 0)
		return 0;
	if (!utf8_is_valid(text) || unquote(text, &name) < 0 || str_error(&name) < 0)
		return -EINVAL;

	const struct slice trimmed = slice_trim(str_slice(&name));
	if (trimmed.len == 0)
		return 0;

	*ret = arena_copy(arena, trimmed);
	return *ret ? 0 : -ENOMEM;
}

int mailbox_parse(struct slice text, struct arena *arena, struct mailbox *ret)
{
	struct mailbox mailbox = {0};
	int r;

	if (has_control(text))
		return -EINVAL;

	text = slice_trim(text);
	if (!slice_ends_with(text, SLICE(">"))) {
		r = parse_address(text, arena, &mailbox);
	} else {
		size_t open = text.len;

		while (open > 0 && text.ptr[open - 1] != '<')
			open--;
		if (open == 0)
			return -EINVAL;
		r = parse_name(slice_trim(slice_from(text.ptr, open - 1)), arena, &mailbox.name);
		if (r == 0)
			r = parse_address(
				slice_from(text.ptr + open, text.len - open - 1), arena, &mailbox);
	}
	if (r < 0)
		return r;

	*ret = mailbox;
	return 0;
}
