#include "config/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/macro.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/utf8.h"
#include "config/addresses.h"
#include "text/mailbox.h"

enum { NAME_MAX_LENGTH = 64, TEXT_MAX_BYTES = 4096, LINES_MAX_BYTES = 64 * 1024 };

/* 1 or 0 as value_read(); 0 may leave a problem and a hint. */
typedef int value_fn(struct value *value, void *slot);

static int refuse(struct value *value, const char *problem, const char *hint)
{
	value->problem = problem;
	value->hint = hint;
	return 0;
}

static int keep_text(struct value *value, struct slice text, void *slot)
{
	char *copy = arena_copy(value->arena, text);

	if (!copy)
		return -ENOMEM;
	*(const char **)slot = copy;
	return 1;
}

static bool has_control(struct slice text, bool lines_allowed)
{
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.ptr[i];

		if ((c < ' ' || c == 0x7F) && !(lines_allowed && (c == '\n' || c == '\t')))
			return true;
	}
	return false;
}

static int read_text(struct value *value, void *slot)
{
	const struct slice text = slice_trim(slice_of(value->text));

	if (text.len == 0)
		return refuse(value, NULL, "leave the line out when there is nothing to say");
	if (text.len > TEXT_MAX_BYTES)
		return refuse(value, "the text is longer than 4096 bytes", NULL);
	if (has_control(text, false))
		return refuse(value, "the text holds a control character or a line break", NULL);

	return keep_text(value, text, slot);
}

static int read_lines(struct value *value, void *slot)
{
	struct slice text = slice_of(value->text);

	/* Only behind: places within the text are counted from its start. */
	while (text.len > 0 && is_space(text.ptr[text.len - 1]))
		text.len--;
	if (text.len == 0)
		return refuse(value, NULL, "leave it out when there is nothing to say");
	if (text.len > LINES_MAX_BYTES)
		return refuse(value, "the text is longer than 64 KiB", NULL);
	if (has_control(text, true))
		return refuse(value, "the text holds a control character", NULL);

	return keep_text(value, text, slot);
}

static int read_name(struct value *value, void *slot)
{
	const struct slice name = slice_of(value->text);

	if (utf8_length(name) > NAME_MAX_LENGTH)
		return refuse(value, "the name is longer than 64 characters", NULL);
	if (slice_trim(name).len != name.len || has_control(name, false))
		return refuse(value, "a name has no spaces around it and no line breaks", NULL);

	return read_text(value, slot);
}

static int refuse_address(struct value *value, const struct complaint *complaint)
{
	const char *hint = complaint->hint ? arena_copy_text(value->arena, complaint->hint) : NULL;

	return refuse(value, complaint->problem, hint);
}

static int read_url(struct value *value, void *slot)
{
	struct complaint complaint = {0};

	if (address_is_url(value->text, value->setting->choices, &complaint))
		return read_text(value, slot);
	return refuse_address(value, &complaint);
}

static int read_mailbox(struct value *value, void *slot)
{
	struct mailbox_mistake mistake = {0};
	struct mailbox mailbox;
	const int r = mailbox_parse(slice_of(value->text), value->arena, &mailbox, &mistake);

	if (r == -EINVAL)
		return refuse(value, mistake.problem, mistake.hint);

	return r < 0 ? r : read_text(value, slot);
}

static int read_timezone(struct value *value, void *slot)
{
	struct complaint complaint = {0};

	if (address_is_timezone(value->text, &complaint))
		return read_text(value, slot);
	return refuse_address(value, &complaint);
}

/* BCP 47 in form: a language of 2 or 3 letters, then parts of up to 8. */
static int read_language(struct value *value, void *slot)
{
	struct slice rest = slice_of(value->text);
	struct slice part;

	for (bool first = true; slice_split(&rest, '-', &part); first = false) {
		if (part.len < (first ? 2 : 1) || part.len > (first ? 3 : 8))
			return 0;
		for (size_t i = 0; i < part.len; i++)
			if (!is_alpha(part.ptr[i]) && (first || !is_digit(part.ptr[i])))
				return 0;
	}
	return read_text(value, slot);
}

static int read_country(struct value *value, void *slot)
{
	char code[3] = "";

	if (strlen(value->text) != 2 || !is_alpha(value->text[0]) || !is_alpha(value->text[1]))
		return 0;
	for (size_t i = 0; i < 2; i++)
		code[i] = (char)(value->text[i] -
				 (to_lower(value->text[i]) == value->text[i] ? 32 : 0));

	/* People write it so; ISO 3166-1 keeps it for them. */
	return keep_text(value, strcmp(code, "UK") == 0 ? SLICE("GB") : slice_of(code), slot);
}

/* The slots of whole numbers differ in width. */
static int keep_whole(const struct value *value, int64_t number, void *slot)
{
	if (value->setting->width == sizeof(uint32_t)) {
		const uint32_t narrow = (uint32_t)number;

		memcpy(slot, &narrow, sizeof(narrow));
	} else {
		memcpy(slot, &number, sizeof(number));
	}
	return 1;
}

static bool is_all_digits(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int parse_duration(struct value *value, int64_t *ret)
{
	if (duration_parse(value->text, ret))
		return 1;
	if (is_all_digits(value->text) && strlen(value->text) < 10) {
		const char *hint = arena_format(value->arena, "say the unit: %ss, %sm, %sh or %sd",
			value->text, value->text, value->text, value->text);

		return refuse(value, NULL, hint);
	}
	return 0;
}

static int parse_size(struct value *value, int64_t *ret)
{
	static const struct {
		const char *unit;
		int64_t bytes;
	} units[] = {
		{"", 1},
		{"B", 1},
		{"k", 1 << 10},
		{"kB", 1 << 10},
		{"KiB", 1 << 10},
		{"M", 1 << 20},
		{"MB", 1 << 20},
		{"MiB", 1 << 20},
		{"G", 1 << 30},
		{"GB", 1 << 30},
		{"GiB", 1 << 30},
	};
	const size_t digits = strspn(value->text, "0123456789");
	int64_t number;

	if (!slice_to_int64(slice_from(value->text, digits), &number))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strcasecmp(units[i].unit, value->text + digits) == 0)
			return !__builtin_mul_overflow(number, units[i].bytes, ret);

	return 0;
}

static int parse_count(struct value *value, int64_t *ret)
{
	return is_all_digits(value->text) && slice_to_int64(slice_of(value->text), ret);
}

static int parse_number(struct value *value, double *ret)
{
	return slice_to_double(slice_of(value->text), ret);
}

/* A number of any kind, for comparing it with its bounds. */
static int parse_any(struct value *value, int64_t *ret_whole, double *ret)
{
	int r;

	switch (value->setting->type) {
	case SETTING_DURATION:
		r = parse_duration(value, ret_whole);
		break;
	case SETTING_SIZE:
		r = parse_size(value, ret_whole);
		break;
	case SETTING_COUNT:
		r = parse_count(value, ret_whole);
		break;
	default:
		return parse_number(value, ret);
	}
	if (r > 0)
		*ret = (double)*ret_whole;
	return r;
}

static bool bound_of(const struct value *value, const char *text, double *ret)
{
	struct value bound = {.setting = value->setting, .text = text, .arena = value->arena};
	int64_t whole;

	return text && parse_any(&bound, &whole, ret) > 0;
}

static int read_number(struct value *value, void *slot)
{
	const struct setting *setting = value->setting;
	int64_t whole = 0;
	double number;
	double bound;
	const int r = parse_any(value, &whole, &number);

	if (r <= 0)
		return r;
	if (bound_of(value, setting->min, &bound) && number < bound)
		return refuse(value,
			arena_format(value->arena, "%s is below the least, %s", value->text,
				setting->min),
			NULL);
	if (bound_of(value, setting->max, &bound) && number > bound)
		return refuse(value,
			arena_format(value->arena, "%s is above the most, %s", value->text,
				setting->max),
			NULL);

	if (setting->type != SETTING_NUMBER)
		return keep_whole(value, whole, slot);
	memcpy(slot, &number, sizeof(number));
	return 1;
}

/* YAML 1.1 has many words for it; people use them. */
static int read_bool(struct value *value, void *slot)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"true", true}, {"yes", true}, {"on", true}, {"false", false}, {"no", false},
		{"off", false}};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(value->text, words[i].word) == 0) {
			memcpy(slot, &words[i].value, sizeof(words[i].value));
			return 1;
		}

	return 0;
}

static int refuse_choice(struct value *value)
{
	struct slice rest = slice_of(value->setting->choices);
	struct nearest nearest = nearest_start(slice_of(value->text));
	struct slice word;

	while (slice_split(&rest, ' ', &word)) {
		const char *copy = arena_copy(value->arena, word);

		if (!copy)
			return -ENOMEM;
		nearest_offer(&nearest, copy);
	}
	if (!nearest.name)
		return 0;
	return refuse(value, NULL, arena_format(value->arena, "did you mean %s?", nearest.name));
}

static int read_choice(struct value *value, void *slot)
{
	struct slice rest = slice_of(value->setting->choices);
	struct slice word;

	for (int64_t i = 0; slice_split(&rest, ' ', &word); i++)
		if (slice_equals(word, slice_of(value->text)))
			return keep_whole(value, i, slot);

	return refuse_choice(value);
}

static int read_time(struct value *value, void *slot)
{
	struct slice minutes = slice_of(value->text);
	struct slice hours;
	int64_t hour;
	int64_t minute;

	slice_split(&minutes, ':', &hours);
	if (hours.len == 0 || hours.len > 2 || minutes.len != 2 || !is_digit(hours.ptr[0]) ||
		!is_digit(minutes.ptr[0]))
		return 0;
	if (!slice_to_int64(hours, &hour) || !slice_to_int64(minutes, &minute) || hour > 23 ||
		minute > 59)
		return 0;

	return keep_whole(value, hour * 60 + minute, slot);
}

/* "mon" or "monday"; 0 is Sunday, -1 none. */
static int weekday_find(struct slice name)
{
	static const struct slice days[] = {SLICE("sunday"), SLICE("monday"), SLICE("tuesday"),
		SLICE("wednesday"), SLICE("thursday"), SLICE("friday"), SLICE("saturday")};

	for (size_t i = 0; i < ARRAY_SIZE(days); i++)
		if (name.len >= 3 && slice_starts_with_nocase(days[i], name))
			return (int)i;

	return -1;
}

/* "mon-fri", "mon,wed", "fri-mon"; bit 0 is Sunday. */
static int read_weekdays(struct value *value, void *slot)
{
	struct slice rest = slice_of(value->text);
	struct slice last;
	uint32_t days = 0;

	while (slice_split(&rest, ',', &last)) {
		struct slice first;

		slice_split(&last, '-', &first);

		int day = weekday_find(slice_trim(first));
		const int until = last.ptr ? weekday_find(slice_trim(last)) : day;
		if (day < 0 || until < 0)
			return 0;
		for (; day != until; day = (day + 1) % 7)
			days |= 1u << day;
		days |= 1u << until;
	}
	return keep_whole(value, days, slot);
}

static const struct {
	const char *name, *wanted;
	value_fn *read;
} types[N_SETTING_TYPES] = {
	[SETTING_TEXT] = {"text", "a text", read_text},
	[SETTING_LINES] = {"text", "a text", read_lines},
	[SETTING_NAME] = {"name", "a name", read_name},
	[SETTING_URL] = {"URL", "an address", read_url},
	[SETTING_MAILBOX] = {"mailbox", "a mailbox such as Name <name@host.example>", read_mailbox},
	[SETTING_LANGUAGE] = {"language", "a language tag such as en or pt-BR", read_language},
	[SETTING_COUNTRY] = {"country", "a country code of two letters such as KE", read_country},
	[SETTING_TIMEZONE] = {"time zone", "a time zone such as Africa/Nairobi", read_timezone},
	[SETTING_QUERY] = {"query", "a query", read_lines},
	[SETTING_RULE] = {"rule", "a rule such as anger >= 0.6", read_lines},
	[SETTING_DURATION] = {"duration", "a duration such as 90s, 15m, 2h or 14d", read_number},
	[SETTING_SIZE] = {"size", "a size such as 500k or 16M", read_number},
	[SETTING_COUNT] = {"whole number", "a whole number", read_number},
	[SETTING_NUMBER] = {"number", "a number", read_number},
	[SETTING_BOOL] = {"true or false", "true or false", read_bool},
	[SETTING_CHOICE] = {"choice", "one word", read_choice},
	[SETTING_TIME] = {"time of day", "a time of day such as 08:00", read_time},
	[SETTING_WEEKDAYS] = {"days of the week", "days such as mon-fri or mon,wed", read_weekdays},
	[SETTING_SECRET] = {"secret", "{ credential: NAME }", NULL},
	[SETTING_PARAMETERS] = {"map", "a map of texts and secrets", NULL},
	[SETTING_SECTION] = {"section", "a section: keys with values", NULL},
	[SETTING_RECORDS] = {"list", "a list of sections, each after a dash", NULL},
};

int value_read(struct value *value, void *slot)
{
	return types[value->setting->type].read(value, slot);
}

static void add_words(struct str *str, const char *words, const char *between, const char *behind)
{
	struct slice rest = slice_of(words);
	struct slice word;

	while (slice_split(&rest, ' ', &word))
		str_add_format(str, "%.*s%s%s", SLICE_FMT(word), behind, rest.ptr ? between : "");
}

void value_add_wanted(struct str *str, const struct setting *setting)
{
	if (setting->list)
		str_add_text(str, "a list, each ");
	if (setting->type == SETTING_CHOICE) {
		str_add_text(str, "one of ");
		add_words(str, setting->choices, ", ", "");
		return;
	}
	str_add_text(str, types[setting->type].wanted);
	if (setting->type == SETTING_URL) {
		str_add_text(str, " that begins with ");
		add_words(str, setting->choices, " or ", ":");
	}
}

const char *value_type_name(enum setting_type type)
{
	return types[type].name;
}

bool value_is_null(struct slice text)
{
	static const struct slice words[] = {SLICE(""), SLICE("~"), SLICE("null")};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_equals_nocase(text, words[i]))
			return true;

	return false;
}
