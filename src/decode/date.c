#include "decode/date.h"

#include <string.h>

#include "base/macro.h"
#include "base/utf8.h"
#include "decode/date_words.h"
#include "text/localtime.h"

enum {
	MAX_BYTES = 200,
	MAX_NUMBERS = 3,
	FIRST_YEAR = 1000,
	LAST_YEAR = 9999,
	MONTHS = 12,
	BUDDHIST_YEARS = 543, /* ahead of the common era */
	BUDDHIST_FIRST = 2400,
};

/* What has been read so far. */
struct parts {
	struct slice lang;  /* of the feed */
	struct civil civil; /* year 0, month 0, day 0: not yet */
	int days;           /* to be added: day of the year or of weeks, 24:00 */
	bool has_time;
	enum { HALF_NONE, HALF_AM, HALF_PM } half;
	int offset_minutes; /* east of UTC */
	bool has_zone;
	bool has_offset;          /* the zone is said by a number */
	struct slice zone;        /* an IANA name instead of an offset */
	int numbers[MAX_NUMBERS]; /* day, year of two digits, or month */
	size_t n_numbers;
	unsigned int months;    /* that the name may mean; bit 0 is January */
	unsigned int weekdays;  /* that are named; bit 0 is Sunday */
	bool is_month_next;     /* the next number is that of the month */
	bool is_thai;           /* years may be those of the Buddhist era */
	bool has_odd_word;      /* behind the time: one that is not known */
	bool has_zone_name;     /* also one that is UTC */
	const char *doubt;      /* see date_parse() */
	bool is_year_first;     /* before all other numbers */
	bool is_month_early;    /* a name of a month stood before any number */
	bool has_dots;          /* between numbers, as in 21.11.2026 */
	unsigned int n_unknown; /* words */
};

/* --- Reading pieces --- */

static size_t count_digits(struct slice text)
{
	size_t n = 0;

	while (n < text.len && is_digit(text.ptr[n]))
		n++;

	return n;
}

static int number_of(struct slice text, size_t start, size_t len)
{
	int number = 0;

	for (size_t i = start; i < start + len; i++)
		number = number * 10 + (text.ptr[i] - '0');

	return number;
}

/* Takes LEN digits from REST. */
static bool take_number(struct slice *rest, size_t len, int *ret)
{
	if (count_digits(*rest) < len)
		return false;

	*ret = number_of(*rest, 0, len);
	*rest = slice_skip(*rest, len);
	return true;
}

static bool take_char(struct slice *rest, char c)
{
	if (rest->len == 0 || to_lower(rest->ptr[0]) != c)
		return false;

	*rest = slice_skip(*rest, 1);
	return true;
}

static bool take_text(struct slice *rest, struct slice text)
{
	if (!slice_starts_with_nocase(*rest, text))
		return false;

	*rest = slice_skip(*rest, text.len);
	return true;
}

/* ".25" or ",25" behind the seconds. */
static void take_fraction(struct slice *rest, struct parts *parts)
{
	int scale = 100000;

	if (rest->len < 2 || (rest->ptr[0] != '.' && rest->ptr[0] != ',') ||
		!is_digit(rest->ptr[1]))
		return;

	size_t n = count_digits(slice_skip(*rest, 1));

	for (size_t i = 1; i <= n; i++) {
		parts->civil.microsecond += (rest->ptr[i] - '0') * scale;
		scale /= 10;
	}
	*rest = slice_skip(*rest, n + 1);
}

/* Takes one or two digits from REST. */
static bool take_short_number(struct slice *rest, int *ret)
{
	const size_t n = MIN(count_digits(*rest), (size_t)2);

	return n > 0 && take_number(rest, n, ret);
}

/* "8:05", "08:05:30", "08:05:30.250", with another SEPARATOR "8.05" or "8h05". */
static bool take_clock_with(struct slice *rest, char separator, struct parts *parts)
{
	struct slice after = *rest;
	int hour;
	int minute;
	int second = 0;

	if (parts->has_time || count_digits(after) > 2 || !take_short_number(&after, &hour) ||
		!take_char(&after, separator) || (separator != ':' && count_digits(after) != 2) ||
		!take_short_number(&after, &minute))
		return false;
	if (take_char(&after, separator)) {
		if (!take_short_number(&after, &second))
			return false;
		take_fraction(&after, parts);
	}
	parts->civil.hour = hour;
	parts->civil.minute = minute;
	parts->civil.second = second;
	parts->has_time = true;
	*rest = after;
	return true;
}

static bool take_clock(struct slice *rest, struct parts *parts)
{
	return take_clock_with(rest, ':', parts);
}

/* "+0100", "-5", "+05:30", "+530" behind a time. */
static bool take_offset(struct slice *rest, struct parts *parts)
{
	struct slice after = slice_skip(*rest, 1);
	const size_t n = count_digits(after);
	int hours = 0;
	int minutes = 0;

	if (rest->len == 0 || (rest->ptr[0] != '+' && rest->ptr[0] != '-') || n == 0 || n > 6)
		return false;

	const bool is_west = rest->ptr[0] == '-';

	take_number(&after, n <= 2 ? n : 2 - n % 2, &hours);
	if (n > 2)
		take_number(&after, 2, &minutes);
	else if (take_char(&after, ':') && !take_number(&after, 2, &minutes))
		return false;
	after = slice_skip(after, count_digits(after));
	if (hours > 23 || minutes > 59)
		return false;

	if (!parts->has_offset) /* "+0000 +0000" */
		parts->offset_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
	parts->has_offset = true;
	parts->has_zone = true;
	*rest = after;
	return true;
}

/* --- From parts to a time --- */

static bool is_possible(const struct civil *civil)
{
	return civil->year >= FIRST_YEAR && civil->year <= LAST_YEAR && civil->month >= 1 &&
	       civil->month <= 12 && civil->day >= 1 &&
	       civil->day <= days_in_month(civil->year, civil->month) && civil->hour <= 23 &&
	       civil->minute <= 59 && civil->second <= 59;
}

/* 12-hour clocks, 24:00 and leap seconds in terms of a common time of day. */
static int64_t fit_clock(struct parts *parts)
{
	struct civil *civil = &parts->civil;
	int64_t more_us = 0;

	if (parts->half == HALF_AM && civil->hour == 12)
		civil->hour = 0;
	else if (parts->half == HALF_PM && civil->hour < 12)
		civil->hour += 12;
	if (civil->hour == 24 && civil->minute == 0 && civil->second == 0) {
		civil->hour = 0;
		more_us += US_PER_DAY;
	}
	if (civil->second == 60) {
		civil->second = 59;
		more_us += US_PER_S;
	}
	return more_us;
}

/* The offset that a zone of the tz database has at the wall-clock time LOCAL_US. */
static bool find_offset(struct slice zone, int64_t local_us, int *ret)
{
	char name[64];
	struct local_time local;

	if (zone.len >= sizeof(name))
		return false;
	memcpy(name, zone.ptr, zone.len);
	name[zone.len] = '\0';

	/* A guess, and a second look where it leads. */
	if (localtime_at(name, local_us, &local) < 0 ||
		localtime_at(name, local_us - local.offset_minutes * US_PER_MINUTE, &local) < 0)
		return false;
	*ret = local.offset_minutes;
	return true;
}

/* Whether CIVIL can be a day that is named by one of WEEKDAYS; 0: by none. */
static bool is_named(const struct civil *civil, unsigned int weekdays)
{
	struct civil day = {.year = civil->year, .month = civil->month, .day = civil->day};

	if (!is_possible(civil))
		return false;
	civil_from_us(civil_to_us(&day), &day);
	return weekdays == 0 || weekdays & 1U << day.weekday;
}

/* Of a name of several months the one that makes the day of the week right. */
static bool choose_month(struct parts *parts)
{
	struct civil civil = parts->civil;
	int n_months = 0;

	if ((parts->months & (parts->months - 1)) == 0)
		return true;

	for (int month = 1; month <= MONTHS; month++) {
		civil.month = month;
		if (!(parts->months & 1U << (month - 1)) || !is_named(&civil, parts->weekdays))
			continue;
		parts->civil.month = month;
		n_months++;
	}
	if (n_months > 1)
		parts->doubt = "names a month that is another one in another language";
	return n_months == 1;
}

/* Zero of the clocks of systems, by the wall clock or in UTC: what stands for a
 * date that was never set. */
static bool is_unset(int64_t time_us)
{
	static const struct civil zeros[] = {
		{.year = 1601, .month = 1, .day = 1},   /* Windows */
		{.year = 1753, .month = 1, .day = 1},   /* SQL Server's first */
		{.year = 1899, .month = 12, .day = 30}, /* OLE, spreadsheets */
		{.year = 1899, .month = 12, .day = 31},
		{.year = 1900, .month = 1, .day = 1},
		{.year = 1904, .month = 1, .day = 1}, /* Mac OS */
		{.year = 1969, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 59},
		{.year = 1970, .month = 1, .day = 1},
		{.year = 9999, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 59},
	};

	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++)
		if (time_us - time_us % US_PER_S == civil_to_us(&zeros[i]))
			return true;

	return false;
}

/* 1 and the time, unless it was never set. */
static int give(int64_t local_us, int64_t time_us, struct instant *ret, const char **ret_doubt)
{
	const int64_t newest_zero_us = US_PER_DAY; /* nearly all dates are behind it */
	const int64_t oldest_year_9999_us = INT64_C(253370764800) * US_PER_S;

	if ((time_us < newest_zero_us || time_us >= oldest_year_9999_us) &&
		(is_unset(local_us) || is_unset(time_us))) {
		*ret_doubt = "stands for a date that was never set";
		return 0;
	}
	*ret = INSTANT(time_us);
	return 1;
}

static int finish(struct parts *parts, struct instant *ret)
{
	const int64_t more_us = fit_clock(parts);

	if (parts->is_thai && parts->civil.year >= BUDDHIST_FIRST)
		parts->civil.year -= BUDDHIST_YEARS;
	if (!choose_month(parts) || !is_possible(&parts->civil))
		return 0;

	const int64_t local_us = civil_to_us(&parts->civil) + more_us + parts->days * US_PER_DAY;

	if (parts->zone.len > 0 && !find_offset(parts->zone, local_us, &parts->offset_minutes))
		return 0;
	if (parts->has_odd_word && !parts->has_zone && !parts->has_zone_name)
		parts->doubt = "has a zone that is not known; it is read as UTC";

	return give(local_us, local_us - parts->offset_minutes * US_PER_MINUTE, ret, &parts->doubt);
}

/* RFC 5322, § 4.3. */
static int full_year(int year, size_t n_digits)
{
	if (n_digits == 2)
		return year < 50 ? year + 2000 : year + 1900;
	if (n_digits == 3)
		return year + 1900;
	return year;
}

/* --- Digits only --- */

static bool is_leap(int64_t year)
{
	return days_in_month(year, 2) == 29;
}

static bool set_day_of_year(struct parts *parts, int day)
{
	if (day < 1 || day > (is_leap(parts->civil.year) ? 366 : 365))
		return false;

	parts->civil.month = 1;
	parts->civil.day = 1;
	parts->days = day - 1;
	return true;
}

/* Seconds, milliseconds or microseconds since 1970, by the number of digits. */
static int parse_epoch(struct slice text, size_t n, struct instant *ret, const char **ret_doubt)
{
	int64_t number;
	double fraction = 0;
	int64_t unit_us = n == 10 ? US_PER_S : n == 13 ? US_PER_MS : n == 16 ? 1 : 0;

	if (n == 9)
		unit_us = US_PER_S;
	if (unit_us == 0 || !slice_to_int64(slice_from(text.ptr, n), &number))
		return 0;
	if (n < text.len && !slice_to_double(slice_skip(text, n), &fraction))
		return 0;
	if (!(fraction >= 0 && fraction < 1))
		return 0;

	const int64_t time_us = number * unit_us + (int64_t)(fraction * (double)unit_us);

	return give(time_us, time_us, ret, ret_doubt);
}

/* --- ISO 8601 --- */

/* "W47-6" or "W476" behind the year; the day is Monday when it is absent. */
static bool take_week(struct slice *rest, struct parts *parts)
{
	int week;
	int day = 1;

	if (!take_char(rest, 'w') || !take_number(rest, 2, &week) || week < 1 || week > 53)
		return false;
	if (rest->len > 0 && rest->ptr[0] == '-')
		*rest = slice_skip(*rest, 1);
	if (count_digits(*rest) > 0 && (!take_number(rest, 1, &day) || day < 1 || day > 7))
		return false;

	/* Week 1 holds 4 January, and each week belongs to the year of its Thursday. */
	struct civil first = {.year = parts->civil.year, .month = 1, .day = 4};

	civil_from_us(civil_to_us(&first), &first);

	const int monday = (week - 1) * 7 - (first.weekday + 6) % 7;

	parts->civil.month = 1;
	parts->civil.day = 4;
	parts->days = monday + day - 1;
	return first.day + monday + 3 <= (is_leap(first.year) ? 366 : 365);
}

/* What follows "YYYY-". */
static bool take_dashed(struct slice *rest, struct parts *parts)
{
	const size_t n = count_digits(*rest);
	int day;

	if (n == 3)
		return take_number(rest, 3, &day) && set_day_of_year(parts, day);
	if (n == 0 || n > 2 || !take_number(rest, n, &parts->civil.month))
		return false;
	parts->civil.day = 1;
	if (!take_char(rest, '-'))
		return n == 2;

	const size_t n_day = count_digits(*rest);

	return n_day >= 1 && n_day <= 2 && take_number(rest, n_day, &parts->civil.day);
}

/* "03-12-31", "031231", "03-365", "-03-12", "-0312", as the first
 * edition of ISO 8601 allowed.  Six digits that may be a year and a month as
 * well are no date. */
static bool take_short_date(struct slice *rest, struct parts *parts)
{
	const bool is_month = take_char(rest, '-');
	const struct slice text = *rest;
	int year = 0;
	int day;

	if (count_digits(text) < 2)
		return false;

	take_number(rest, 2, &year);
	parts->civil.year = full_year(year, 2);

	const bool is_extended = take_char(rest, '-');
	const size_t n = count_digits(*rest);

	if (is_month) {
		parts->civil.day = 1;
		return n == 2 && take_number(rest, 2, &parts->civil.month);
	}
	if (is_extended && n == 3)
		return take_number(rest, 3, &day) && set_day_of_year(parts, day);
	if (n != (is_extended ? 2 : 4) || !take_number(rest, 2, &parts->civil.month) ||
		(is_extended && !take_char(rest, '-')) || count_digits(*rest) != 2)
		return false;
	take_number(rest, 2, &parts->civil.day);
	return is_extended || parts->civil.day > 12 || (year != 19 && year != 20) ||
	       count_digits(text) != 6;
}

static bool stands_at_week(struct slice rest)
{
	return rest.len > 0 && to_lower(rest.ptr[0]) == 'w';
}

/* The date of ISO 8601, extended or basic. */
static bool take_iso_date(struct slice *rest, struct parts *parts)
{
	const size_t n = count_digits(*rest);
	int year = 0;
	int day;

	if (n == 0 || n == 2 || n == 6)
		return take_short_date(rest, parts);
	if (n != 4 && n != 7 && n != 8 && n != 12 && n != 14)
		return false;

	take_number(rest, 4, &year);
	parts->civil.year = year;
	if (n == 7)
		return take_number(rest, 3, &day) && set_day_of_year(parts, day);
	if (n > 4)
		return take_number(rest, 2, &parts->civil.month) &&
		       take_number(rest, 2, &parts->civil.day);
	if (stands_at_week(*rest))
		return take_week(rest, parts);
	if (take_char(rest, '-'))
		return stands_at_week(*rest) ? take_week(rest, parts) : take_dashed(rest, parts);

	/* The year alone. */
	parts->civil.month = 1;
	parts->civil.day = 1;
	return rest->len == 0;
}

/* "10", "10:15", "1015", "101530", with fraction. */
static bool take_iso_time(struct slice *rest, struct parts *parts)
{
	const size_t n = count_digits(*rest);

	if (take_clock(rest, parts))
		return true;
	if (n != 2 && n != 4 && n != 6)
		return false;

	take_number(rest, 2, &parts->civil.hour);
	if (n > 2)
		take_number(rest, 2, &parts->civil.minute);
	if (n > 4) {
		take_number(rest, 2, &parts->civil.second);
		take_fraction(rest, parts);
	}
	parts->has_time = true;
	return true;
}

static int parse_iso(struct slice text, struct instant *ret, const char **ret_doubt)
{
	struct parts parts = {0};
	const size_t n = count_digits(text);

	if (!take_iso_date(&text, &parts))
		return 0;

	/* Date and time may be one run of digits. */
	const bool is_joined = n == 12 || n == 14;

	if (take_char(&text, 't') || take_char(&text, ' ') || is_joined) {
		text = slice_trim(text);
		if (!take_iso_time(&text, &parts))
			return 0;
	}
	text = slice_trim(text);
	if (text.len > 0 && !take_char(&text, 'z') && !take_offset(&text, &parts))
		return 0;

	if (text.len > 0)
		return 0;

	const int r = finish(&parts, ret);

	*ret_doubt = parts.doubt;
	return r;
}

/* --- Everything else: words and numbers in any order --- */

/* "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT". */
static bool take_iana(struct slice *rest, struct parts *parts)
{
	bool has_slash = false;
	size_t len = 0;

	while (len < rest->len) {
		const char c = rest->ptr[len];

		if (!is_alnum(c) && c != '/' && c != '_' && !(has_slash && (c == '+' || c == '-')))
			break;
		has_slash |= c == '/' && len > 0;
		len++;
	}

	const struct slice name = slice_from(rest->ptr, len);
	const bool is_posix = name.len == 7 && is_digit(name.ptr[3]) && is_alpha(name.ptr[4]);

	if (!has_slash && !is_posix)
		return false;
	parts->zone = name;
	parts->has_zone = true;
	*rest = slice_skip(*rest, len);
	return true;
}

/* Whether TEXT starts with a letter of Thai. */
static bool is_thai(struct slice text)
{
	size_t at = 0;
	const uint32_t c = utf8_next(text, &at);

	return c >= 0xE00 && c <= 0xE7F;
}

static int first_month(unsigned int months)
{
	int month = 1;

	while (month < MONTHS && !(months & 1U << (month - 1)))
		month++;

	return month;
}

/* A word that is nothing we know: a day of the week in some language at the
 * start, the name of a zone at the end. */
static bool accept_unknown(struct parts *parts)
{
	const bool is_start = parts->civil.year == 0 && parts->n_numbers == 0 && !parts->has_time;

	parts->has_odd_word |= !is_start;
	return (is_start || parts->has_time) && parts->n_unknown++ < 2;
}

static bool set_month(struct parts *parts, const struct date_word *word)
{
	/* "mar. 21 nov.": what looked like a month was a day of the week. */
	if (parts->civil.month != 0 && !parts->is_month_early)
		return word->is_guess ? accept_unknown(parts)
				      : word->weekdays != 0 || word->is_filler;

	parts->is_month_early =
		parts->civil.month == 0 && parts->n_numbers == 0 && parts->civil.year == 0;
	parts->months = word->months;
	parts->civil.month = first_month(word->months);
	return true;
}

static bool is_before_digit(struct slice rest)
{
	rest = slice_trim(rest);
	return rest.len > 0 && is_digit(rest.ptr[0]);
}

static bool read_word(struct slice *rest, struct parts *parts)
{
	const struct date_place place = {.lang = parts->lang,
		.is_behind_time = parts->has_time,
		.is_behind_date =
			parts->civil.month != 0 || parts->civil.year != 0 || parts->n_numbers > 0};
	struct date_word word;

	if (take_text(rest, SLICE("a.m")) || take_text(rest, SLICE("p.m"))) {
		parts->half = to_lower(rest->ptr[-3]) == 'a' ? HALF_AM : HALF_PM;
		return true;
	}
	if (parts->has_time && take_iana(rest, parts))
		return true;

	parts->is_thai |= is_thai(*rest);
	if (!date_word_take(rest, &place, &word))
		return true;

	parts->weekdays |= word.weekdays;
	parts->has_odd_word |= word.is_odd;
	switch (word.kind) {
	case DATE_WORD_UNKNOWN:
		return accept_unknown(parts);
	case DATE_WORD_MONTH:
		return set_month(parts, &word);
	case DATE_WORD_MONTH_NUMBER:
		parts->is_month_next = is_before_digit(*rest);
		return true;
	case DATE_WORD_AM:
		parts->half = HALF_AM;
		return true;
	case DATE_WORD_PM:
		parts->half = HALF_PM;
		return true;
	case DATE_WORD_ZONE:
		/* A number says more: "+0100 CET", "GMT +01:00". */
		parts->has_zone_name = true;
		if (!parts->has_zone) {
			parts->has_zone = word.minutes != 0;
			parts->offset_minutes = word.minutes;
		}
		return true;
	case DATE_WORD_WEEKDAY:
	case DATE_WORD_FILLER:
		return true;
	}
	return false;
}

/* The unit that stands behind a number: 年 月 日 時 分 秒 and their kind. */
static bool set_unit(struct parts *parts, int number, struct slice *rest)
{
	enum date_unit unit;

	if (!date_unit_take(rest, &unit))
		return false;

	int *const places[] = {
		[DATE_UNIT_MONTH] = &parts->civil.month,
		[DATE_UNIT_DAY] = &parts->civil.day,
		[DATE_UNIT_HOUR] = &parts->civil.hour,
		[DATE_UNIT_MINUTE] = &parts->civil.minute,
		[DATE_UNIT_SECOND] = &parts->civil.second,
	};

	if (unit == DATE_UNIT_YEAR)
		parts->civil.year = number;
	else
		*places[unit] = number;
	parts->has_time |= unit == DATE_UNIT_HOUR;
	return true;
}

/* Whether day, month and year are there: "19.48" is a time then. */
static bool has_date(const struct parts *parts)
{
	return parts->civil.year != 0 &&
	       parts->n_numbers + (parts->civil.month != 0) + (parts->civil.day != 0) >= 2;
}

/* "0200" behind a time: an offset whose plus sign became a blank on its way
 * through a form. */
static bool take_unsigned_offset(struct slice *rest, struct parts *parts)
{
	if (!parts->has_time || parts->has_zone || parts->civil.year == 0 ||
		count_digits(*rest) != 4)
		return false;

	const int number = number_of(*rest, 0, 4);

	if (number > 1400 || number % 100 > 59 || number % 100 % 15 != 0)
		return false;
	parts->offset_minutes = number / 100 * 60 + number % 100;
	parts->has_zone = true;
	*rest = slice_skip(*rest, 4);
	return true;
}

/* Whether "am" or "pm" comes next, and not "Am Màrt". */
static bool is_before_half(struct slice rest, const struct parts *parts)
{
	const struct date_place place = {.lang = parts->lang};
	struct date_word word;

	rest = slice_trim(rest);
	return rest.len > 1 && to_lower(rest.ptr[1]) == 'm' &&
	       date_word_take(&rest, &place, &word) &&
	       (word.kind == DATE_WORD_AM || word.kind == DATE_WORD_PM);
}

static bool read_number(struct slice *rest, struct parts *parts)
{
	const size_t n = count_digits(*rest);
	int number;

	if (take_clock(rest, parts) || take_clock_with(rest, 'h', parts) ||
		(has_date(parts) && take_clock_with(rest, '.', parts)))
		return true;
	if (take_unsigned_offset(rest, parts))
		return true;
	if (n > 4 || !take_number(rest, n, &number))
		return false;
	if (set_unit(parts, number, rest))
		return true;
	if (parts->is_month_next && n <= 2) {
		parts->civil.month = number;
		parts->months = 0;
		parts->is_month_next = false;
		return true;
	}

	if (n <= 2 && !parts->has_time && is_before_half(*rest, parts)) {
		parts->civil.hour = number;
		parts->has_time = true;
		return true;
	}
	if (n >= 3) {
		if (parts->civil.year != 0)
			return false;
		parts->civil.year = full_year(number, n);
		parts->is_year_first = parts->n_numbers == 0;
		return true;
	}
	if (parts->n_numbers == MAX_NUMBERS)
		return false;
	parts->has_dots |= rest->len > 1 && rest->ptr[0] == '.' && is_digit(rest->ptr[1]);
	parts->numbers[parts->n_numbers++] = number;
	return true;
}

static bool read_piece(struct slice *rest, struct parts *parts)
{
	const char c = rest->ptr[0];

	if (is_digit(c))
		return read_number(rest, parts);
	if (c == '(') {
		const ptrdiff_t end = slice_find_char(*rest, ')');

		*rest = end < 0 ? SLICE("") : slice_skip(*rest, (size_t)end + 1);
		return true;
	}
	if ((c == '+' || c == '-') && parts->has_time && take_offset(rest, parts))
		return true;
	if (is_alpha(c) || (unsigned char)c >= 0x80)
		return read_word(rest, parts);

	*rest = slice_skip(*rest, 1);
	return true;
}

/* Day and month where no name tells which is which: 21.11. is the day first;
 * with a slash or a dash only a number above 12 tells. */
static bool set_day_and_month(struct parts *parts, int first, int second)
{
	const bool is_day_first = parts->has_dots || first > 12 || first == second;

	if (!is_day_first && second <= 12)
		return false;

	parts->civil.day = is_day_first ? first : second;
	parts->civil.month = is_day_first ? second : first;
	return true;
}

/* Thailand counts years from the Buddha, in two digits as well. */
static int short_year(const struct parts *parts, int year)
{
	if (parts->is_thai && year >= 50)
		return year + 2500 - BUDDHIST_YEARS;

	return full_year(year, 2);
}

/* Gives the bare numbers their meaning. */
static bool place_numbers(struct parts *parts)
{
	const int *numbers = parts->numbers;
	struct civil *civil = &parts->civil;
	const size_t n = parts->n_numbers;

	if (civil->day != 0) /* by units: nothing else may be left */
		return n == 0;
	if (civil->month != 0 && civil->year != 0 && n == 0) { /* "May 2004" */
		civil->day = 1;
		return !parts->has_time;
	}
	if (civil->month != 0 && n == 1) {
		civil->day = numbers[0];
		return true;
	}
	if (civil->month != 0 && n == 2 && civil->year == 0) {
		const bool is_year_early = numbers[0] > 31;

		civil->day = numbers[is_year_early];
		civil->year = short_year(parts, numbers[!is_year_early]);
		return true;
	}
	if (civil->month == 0 && n == 2 && civil->year != 0 && parts->is_year_first) {
		civil->month = numbers[0];
		civil->day = numbers[1];
		return true;
	}
	if (civil->month == 0 && n == 2 && civil->year != 0)
		return set_day_and_month(parts, numbers[0], numbers[1]);
	if (civil->month == 0 && n == 3 && civil->year == 0 && parts->has_dots) {
		civil->year = full_year(numbers[2], 2);
		return set_day_and_month(parts, numbers[0], numbers[1]);
	}
	return false;
}

static int parse_words(
	struct slice text, struct slice lang, struct instant *ret, const char **ret_doubt)
{
	struct parts parts = {.lang = lang};

	while (text.len > 0)
		if (!read_piece(&text, &parts))
			return 0;

	const int r = place_numbers(&parts) ? finish(&parts, ret) : 0;

	*ret_doubt = parts.doubt;
	return r;
}

int date_parse(struct slice text, struct slice lang, struct instant *ret, const char **ret_doubt)
{
	char buffer[MAX_BYTES * 3];

	*ret_doubt = NULL;
	text = slice_trim(text);
	if (text.len == 0 || text.len > MAX_BYTES)
		return 0;
	text = slice_trim(date_plain(text, buffer));

	const size_t n = count_digits(text);

	if (n >= 9 && (n == text.len || text.ptr[n] == '.') &&
		(parse_epoch(text, n, ret, ret_doubt) || *ret_doubt))
		return *ret_doubt == NULL;

	return parse_iso(text, ret, ret_doubt) ||
	       (*ret_doubt == NULL && parse_words(text, lang, ret, ret_doubt));
}
