#include "report/view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "report/excerpt.h"
#include "text/localtime.h"
#include "text/url.h"

enum { TEXT_MAX_BYTES = 64 * 1024, LINK_MAX_BYTES = 2000 };

/* The failure of a string is the failure of what is set. */
static int set_str(json_t *object, const char *name, struct str *str)
{
	return str_error(str) < 0 ? -ENOMEM : json_set_text(object, name, str_text(str));
}

int view_set_format(json_t *object, const char *name, const char *format, ...)
{
	CLEANUP(str_done) struct str str = STR_INIT(TEXT_MAX_BYTES);
	va_list arguments;

	va_start(arguments, format);
	str_add_vformat(&str, format, arguments);
	va_end(arguments);
	return set_str(object, name, &str);
}

int view_set_flag(json_t *object, const char *name, bool value)
{
	return value ? json_set_take(object, name, json_true()) : 0;
}

int view_set_list(json_t *object, const char *name, const char *has, json_t *list)
{
	const bool any = json_array_size(list) > 0;
	const int r = json_set_take(object, name, list);

	return r | view_set_flag(object, has, any);
}

int view_set_count(json_t *object, const char *name, size_t count)
{
	char digits[24];
	char text[32];
	size_t length = 0;

	if (count == 0)
		return 0;

	const int n = snprintf(digits, sizeof(digits), "%zu", count);
	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			text[length++] = ',';
		text[length++] = digits[i];
	}
	text[length] = '\0';
	return json_set_text(object, name, text);
}

int view_set_signed(json_t *object, const char *name, long value)
{
	return value == 0 ? json_set_text(object, name, "0")
			  : view_set_format(object, name, "%+ld", value);
}

/* Whether LOCAL, in TIMEZONE, is of another year than NOW_US: then the year is said. */
static bool is_other_year(const struct local_time *local, const char *timezone, int64_t now_us)
{
	struct local_time now;

	if (localtime_at(timezone, now_us, &now) < 0 && localtime_at(NULL, now_us, &now) < 0)
		return true;

	return now.civil.year != local->civil.year;
}

int view_set_time(
	json_t *object, const char *name, struct instant time, const struct view_context *context)
{
	char text[LOCAL_TEXT_SIZE];
	struct local_time local;

	if (!time.known)
		return 0;
	/* A zone that became unknown must not cost a mail. */
	if (localtime_at(context->timezone, time.us, &local) < 0 &&
		localtime_at(NULL, time.us, &local) < 0)
		return -ENOMEM;

	const bool has_year = is_other_year(&local, context->timezone, context->now_us);
	const enum local_form form = context->with_zone
					     ? (has_year ? LOCAL_YEAR_TIME_ZONE : LOCAL_TIME_ZONE)
					     : (has_year ? LOCAL_YEAR_TIME : LOCAL_TIME);

	return json_set_text(object, name, localtime_format(&local, form, text));
}

int view_set_cut(json_t *object, const char *name, const char *text, size_t max)
{
	CLEANUP(str_done) struct str str = STR_INIT(TEXT_MAX_BYTES);
	const struct slice whole = slice_of(text);
	const struct slice start = excerpt_prefix(whole, max);

	if (start.len == whole.len)
		return json_set_text(object, name, text);

	str_add(&str, slice_trim(start));
	str_add_text(&str, "\u2026");
	return set_str(object, name, &str);
}

int view_set_link(json_t *object, const char *name, const char *url)
{
	CLEANUP(str_done) struct str clean = STR_INIT(LINK_MAX_BYTES);
	const struct slice text = slice_of(url);

	for (size_t i = 0; i < text.len;) {
		const size_t start = i;
		const uint32_t code_point = utf8_next(text, &i);

		if (code_point > ' ' && (code_point < 0x7f || code_point > 0xa0))
			str_add(&clean, slice_from(text.ptr + start, i - start));
	}
	if (str_error(&clean) < 0 || !url_is_web(str_slice(&clean)))
		return 0;

	return json_set_text(object, name, str_text(&clean));
}
