#include "place/parts.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "text/countries.h"
#include "text/letters.h"
#include "text/name_key.h"

/* What stands between two parts; some signs only between blanks, for they stand
 * in names as well. */
static const struct {
	uint32_t sign;
	bool is_between_blanks;
} separators[] = {
	{'\n', false}, {'(', false}, {')', false}, {',', false}, {'-', true}, {'/', false},
	{';', false}, {'|', false}, {0x00B7, true}, /* · */
	{0x060C, false},                            /* ، */
	{0x2013, true},                             /* – */
	{0x2014, true},                             /* — */
	{0x2022, false},                            /* • */
	{0x3001, false},                            /* 、 */
	{0xFF0C, false},                            /* ， */
	{0xFF5C, false},                            /* ｜ */
};

/* Adds TEXT, if it holds a word. */
static int add_part(struct words *words, struct slice text, struct parts *parts)
{
	text = slice_trim(text);
	if (text.len == 0)
		return 0;
	if (parts->n == PARTS_MAX)
		return -EMSGSIZE;

	struct part *part = &parts->items[parts->n];

	*part = (struct part){
		.text = text, .key = STR_INIT(PART_MAX_BYTES), .base = STR_INIT(PART_MAX_BYTES)};
	parts->n++;

	const int r = name_key(words, text, &part->key, &part->base);

	if (r == 0 && part->key.len == 0) {
		parts->n--;
		str_done(&part->key);
		str_done(&part->base);
	}
	return r;
}

static bool is_blank_at(struct slice text, size_t at)
{
	return at >= text.len || is_space(text.ptr[at]);
}

/* Whether SIGN, which is TEXT[START, END), parts what stands beside it. */
static bool is_separator(struct slice text, size_t start, size_t end, uint32_t sign)
{
	const enum letter_kind kind = letter_of(sign)->kind;

	for (size_t i = 0; i < ARRAY_SIZE(separators); i++)
		if (separators[i].sign == sign)
			return !separators[i].is_between_blanks ||
			       (start > 0 && is_blank_at(text, start - 1) &&
				       is_blank_at(text, end));

	return kind == LETTER_EMOJI || kind == LETTER_PICTURE || kind == LETTER_FLAG;
}

/* Takes a flag from the start of REST, two regional indicators or the black flag
 * and tags; its country in *RET is NULL where it has none (the European Union's). */
static bool take_flag(struct slice *rest, const char **ret)
{
	const uint32_t black = 0x1F3F4;
	const uint32_t tag_a = 0xE0061;
	const uint32_t indicator_a = 0x1F1E6;
	size_t at = 0;
	const bool is_tagged = utf8_next(*rest, &at) == black;
	const uint32_t first = is_tagged ? tag_a : indicator_a;
	char letters[2];
	size_t n = 0;

	at = is_tagged ? at : 0;
	for (size_t next = at; next < rest->len && (is_tagged || n < 2); at = next) {
		const uint32_t c = utf8_next(*rest, &next);

		if (c < first || c > first + ('z' - 'a'))
			break;
		if (n < 2) /* "gbsct" is Scotland's: the country comes first */
			letters[n] = (char)('A' + (c - first));
		n++;
	}
	if (n < 2)
		return false;

	*ret = country_by_code(slice_from(letters, 2));
	*rest = slice_skip(*rest, at);
	return true;
}

static void add_flag(struct parts *parts, const char *country)
{
	parts->is_torn |= parts->flag && country && strcmp(parts->flag, country) != 0;
	if (country)
		parts->flag = country;
}

int parts_split(struct slice name, struct parts *parts)
{
	CLEANUP(words_freep) struct words *words = NULL;
	size_t start = 0;
	size_t at = 0;
	int r = words_new(&words);

	while (r == 0 && at < name.len) {
		struct slice rest = slice_skip(name, at);
		const char *country = NULL;
		const bool is_flag =
			(unsigned char)rest.ptr[0] >= 0xF0 && take_flag(&rest, &country);
		size_t end = at;
		const uint32_t sign = utf8_next(name, &end);

		if (is_flag) {
			add_flag(parts, country);
			end = name.len - rest.len;
		}
		if (is_flag || is_separator(name, at, end, sign)) {
			r = add_part(words, slice_from(name.ptr + start, at - start), parts);
			start = end;
		}
		at = end;
	}
	return r < 0 ? r : add_part(words, slice_skip(name, start), parts);
}

void parts_done(struct parts *parts)
{
	for (size_t i = 0; i < parts->n; i++) {
		str_done(&parts->items[i].key);
		str_done(&parts->items[i].base);
	}
}
