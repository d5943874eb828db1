#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/slice.h"

static int64_t system_now_us(void *userdata)
{
	struct timespec now;

	(void)userdata;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

const struct clock *clock_system(void)
{
	static const struct clock clock = {.now_us = system_now_us};

	return &clock;
}

int64_t clock_now_us(const struct clock *clock)
{
	return clock->now_us(clock->userdata);
}

struct instant instant_first(struct instant a, struct instant b)
{
	if (!a.known || (b.known && b.us < a.us))
		return b;
	return a;
}

static int64_t fixed_now_us(void *userdata)
{
	const int64_t *time_us = userdata;

	return *time_us;
}

int64_t clock_cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

struct clock clock_fixed(int64_t *time_us)
{
	return (struct clock){.now_us = fixed_now_us, .userdata = time_us};
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t days_from_civil(int64_t year, int month, int day)
{
	const int64_t y = year - (month <= 2);
	const int64_t era = floor_div(y, 400);
	const int64_t year_of_era = y - era * 400;
	const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	const int64_t day_of_era =
		year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

int64_t civil_to_us(const struct civil *civil)
{
	const int64_t days = days_from_civil(civil->year, civil->month, civil->day);
	const int64_t seconds = days * 86400 + civil->hour * INT64_C(3600) +
				civil->minute * INT64_C(60) + civil->second;

	return seconds * US_PER_S + civil->microsecond;
}

void civil_from_us(int64_t time_us, struct civil *ret)
{
	const int64_t days = floor_div(time_us, US_PER_DAY);
	const int64_t rest = (time_us % US_PER_DAY + US_PER_DAY) % US_PER_DAY;
	const int64_t shifted = days + 719468;
	const int64_t era = floor_div(shifted, 146097);
	const int64_t day_of_era = shifted - era * 146097;
	const int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	const int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const int64_t month_from_march = (5 * day_of_year + 2) / 153;

	ret->day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	ret->month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	ret->year = year_of_era + era * 400 + (ret->month <= 2);
	ret->hour = (int)(rest / US_PER_HOUR);
	ret->minute = (int)(rest / US_PER_MINUTE % 60);
	ret->second = (int)(rest / US_PER_S % 60);
	ret->microsecond = (int)(rest % US_PER_S);
	ret->weekday = (int)(((days + 4) % 7 + 7) % 7);
}

int days_in_month(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

char *time_format_rfc3339(int64_t time_us, char *text)
{
	struct civil c;
	char fraction[12] = "";

	civil_from_us(time_us, &c);
	if (c.microsecond % 1000 != 0)
		snprintf(fraction, sizeof(fraction), ".%06d", c.microsecond);
	else if (c.microsecond != 0)
		snprintf(fraction, sizeof(fraction), ".%03d", c.microsecond / 1000);
	snprintf(text, TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", (int)c.year, c.month,
		c.day, c.hour, c.minute, c.second, fraction);
	return text;
}

char *time_format_sql(int64_t time_us, char *text)
{
	struct civil c;

	civil_from_us(time_us, &c);
	snprintf(text, TIME_TEXT_SIZE, "%04d-%02d-%02d %02d:%02d:%02d", (int)c.year, c.month, c.day,
		c.hour, c.minute, c.second);
	return text;
}

/* Reads a number for each run of 0 in PATTERN into NUMBERS, which are 0 before;
 * what stands between must be the same, and any of "T", "t", " " for T.  Returns
 * the text behind, or NULL. */
static const char *parse_numbers(const char *text, const char *pattern, int *numbers)
{
	for (; *pattern != '\0'; pattern++, text++) {
		const bool same =
			*text == *pattern || (*pattern == 'T' && (*text == 't' || *text == ' '));

		if (*pattern == '0' && is_digit(*text))
			*numbers = *numbers * 10 + (*text - '0');
		else if (*pattern != '0' && same)
			numbers++;
		else
			return NULL;
	}
	return text;
}

static const char *parse_fraction(const char *text, int *ret_us)
{
	int scale = 100000;

	*ret_us = 0;
	if (*text != '.' || !is_digit(text[1]))
		return text;
	for (text++; is_digit(*text); text++, scale /= 10)
		*ret_us += (*text - '0') * scale;

	return text;
}

static const char *parse_zone(const char *text, int *ret_minutes)
{
	int zone[2] = {0};

	*ret_minutes = 0;
	if (*text == 'Z' || *text == 'z')
		return text + 1;
	if (*text != '+' && *text != '-')
		return text;

	const char *behind = parse_numbers(text + 1, "00:00", zone);
	if (!behind || zone[0] > 23 || zone[1] > 59)
		return text;

	*ret_minutes = (*text == '-' ? -1 : 1) * (zone[0] * 60 + zone[1]);
	return behind;
}

int time_parse(const char *text, int64_t *ret_us)
{
	int n[6] = {0};
	int zone_minutes;

	text = parse_numbers(text, "0000-00-00T00:00:00", n);
	if (!text)
		return 0;

	struct civil c = {.year = n[0],
		.month = n[1],
		.day = n[2],
		.hour = n[3],
		.minute = n[4],
		.second = n[5]};

	if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > days_in_month(c.year, c.month) ||
		c.hour > 23 || c.minute > 59 || c.second > 60)
		return 0;

	text = parse_fraction(text, &c.microsecond);
	text = parse_zone(text, &zone_minutes);
	if (*text != '\0')
		return 0;

	*ret_us = civil_to_us(&c) - zone_minutes * US_PER_MINUTE;
	return 1;
}

static const struct {
	char unit;
	int64_t us;
} units[] = {
	{'y', 365 * US_PER_DAY},
	{'w', 7 * US_PER_DAY},
	{'d', US_PER_DAY},
	{'h', US_PER_HOUR},
	{'m', US_PER_MINUTE},
	{'s', US_PER_S},
};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

int duration_parse(const char *text, int64_t *ret_us)
{
	int64_t total = 0;

	if (!text || *text == '\0')
		return 0;

	while (*text != '\0') {
		int64_t number = 0;
		int64_t part;
		const char *digits = text;
		size_t i = 0;

		for (; is_digit(*text) && text - digits < 12; text++)
			number = number * 10 + (*text - '0');
		while (i < N_UNITS && units[i].unit != *text)
			i++;
		if (text == digits || i == N_UNITS)
			return 0;
		if (__builtin_mul_overflow(number, units[i].us, &part) ||
			__builtin_add_overflow(total, part, &total))
			return 0;
		text++;
	}

	*ret_us = total;
	return 1;
}

char *duration_format(int64_t duration_us, char *text)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < N_UNITS; i++) {
		const int64_t count = duration_us / units[i].us;

		/* Years and weeks read well only when nothing follows. */
		if (count == 0 || (units[i].us > US_PER_DAY && duration_us % units[i].us != 0))
			continue;
		length += (size_t)snprintf(text + length, TIME_TEXT_SIZE - length, "%lld%c",
			(long long)count, units[i].unit);
		duration_us -= count * units[i].us;
	}
	if (length == 0)
		snprintf(text, TIME_TEXT_SIZE, "0s");
	return text;
}
