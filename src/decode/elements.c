#include "decode/elements.h"

#include <math.h>
#include <string.h>

#include "base/macro.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/html.h"
#include "text/reference.h"
#include "text/url.h"

enum { MAX_ATTRIBUTE_BYTES = 1 << 20, CAPTION_RANK = 40 };

/* --- Attributes --- */

/* Appends the value of attribute NAME, references replaced; 0 when there is
 * none or an empty one. */
static int read_attribute(const struct markup_token *token, struct slice name, struct str *str)
{
	struct slice value;

	if (!markup_attribute(token, name, &value))
		return 0;

	markup_add_text(NULL, slice_trim(value), str);
	return str_error(str) == 0 && str->len > 0;
}

static bool attribute_is(const struct markup_token *token, struct slice name, struct slice wanted)
{
	struct slice value;

	return markup_attribute(token, name, &value) &&
	       slice_equals_nocase(slice_trim(value), wanted);
}

enum relation {
	RELATION_NONE,
	RELATION_ALTERNATE,
	RELATION_LINK, /* something else that the entry links to */
	RELATION_REPLIES,
	RELATION_SELF,
	RELATION_HUB,
	RELATION_NEXT,
};

static enum relation relation_of(const struct markup_token *token)
{
	static const struct {
		struct slice name;
		enum relation relation;
	} relations[] = {
		{SLICE_INIT("alternate"), RELATION_ALTERNATE},
		{SLICE_INIT("enclosure"), RELATION_LINK},
		{SLICE_INIT("related"), RELATION_LINK},
		{SLICE_INIT("via"), RELATION_LINK},
		{SLICE_INIT("replies"), RELATION_REPLIES},
		{SLICE_INIT("self"), RELATION_SELF},
		{SLICE_INIT("hub"), RELATION_HUB},
		{SLICE_INIT("next"), RELATION_NEXT},
	};
	const struct slice iana = SLICE("http://www.iana.org/assignments/relation/");
	struct slice rel;

	if (!markup_attribute(token, SLICE("rel"), &rel) || slice_trim(rel).len == 0)
		return RELATION_ALTERNATE;
	rel = slice_trim(rel);
	if (slice_starts_with_nocase(rel, iana))
		rel = slice_skip(rel, iana.len);
	for (size_t i = 0; i < ARRAY_SIZE(relations); i++)
		if (slice_equals_nocase(rel, relations[i].name))
			return relations[i].relation;

	return RELATION_NONE;
}

/* Of several alternates, the page beats other representations of the entry. */
static unsigned char alternate_rank(const struct element *element, const struct markup_token *token)
{
	struct slice type;
	const bool is_page = !markup_attribute(token, SLICE("type"), &type) ||
			     slice_find_nocase(type, SLICE("html")) >= 0;

	return is_page ? element->row->rank : (unsigned char)(element->row->rank - 30);
}

static void start_link(struct element *element, const struct markup_token *token)
{
	CLEANUP(str_done) struct str href = STR_INIT(MAX_ATTRIBUTE_BYTES);
	struct draft *draft = element->draft;
	const bool is_feed = draft == &element->body->about;
	const enum relation relation = relation_of(token);
	struct slice count;

	element->is_done = read_attribute(token, SLICE("href"), &href) > 0;
	if (!element->is_done)
		return;

	if (relation == RELATION_ALTERNATE)
		draft_set_url(draft, SLOT_URL, alternate_rank(element, token), element->base,
			str_slice(&href));
	else if (is_feed && relation == RELATION_SELF)
		draft_set_url(draft, SLOT_SELF, 90, element->base, str_slice(&href));
	else if (is_feed && relation == RELATION_HUB)
		draft_set_url(draft, SLOT_HUB, 90, element->base, str_slice(&href));
	else if (is_feed && relation == RELATION_NEXT)
		draft_set_url(draft, SLOT_NEXT, 90, element->base, str_slice(&href));
	else if (!is_feed && relation == RELATION_LINK)
		draft_add_link(draft, element->base, str_slice(&href));
	else if (!is_feed && relation == RELATION_REPLIES &&
		 markup_attribute(token, SLICE("count"), &count))
		draft_set_metric(draft, METRIC_COMMENTS, count);
}

static void start_guid(struct element *element, const struct markup_token *token)
{
	const struct slice name = SLICE("ispermalink");

	if (attribute_is(token, name, SLICE("false")))
		element->is_link = LINK_NO;
	else if (attribute_is(token, name, SLICE("true")))
		element->is_link = LINK_YES;
}

static void start_category(struct element *element, const struct markup_token *token)
{
	CLEANUP(str_done) struct str name = STR_INIT(MAX_ATTRIBUTE_BYTES);

	/* Atom's label and term, iTunes' text. */
	element->is_done = read_attribute(token, SLICE("label"), &name) ||
			   read_attribute(token, SLICE("term"), &name) ||
			   read_attribute(token, SLICE("text"), &name);
	if (element->is_done)
		draft_add_tag(element->draft, str_slice(&name));
}

static void start_enclosure(struct element *element, const struct markup_token *token)
{
	CLEANUP(str_done) struct str url = STR_INIT(MAX_ATTRIBUTE_BYTES);

	if (read_attribute(token, SLICE("url"), &url))
		draft_add_link(element->draft, element->base, str_slice(&url));
	element->is_done = true;
}

static void start_reply(struct element *element, const struct markup_token *token)
{
	CLEANUP(str_done) struct str ref = STR_INIT(MAX_ATTRIBUTE_BYTES);
	const struct field_row *row = element->row;

	if (read_attribute(token, SLICE("ref"), &ref))
		draft_set_text(element->draft, row->slot, row->rank, str_slice(&ref));
	else if (read_attribute(token, SLICE("href"), &ref))
		draft_set_url(element->draft, row->slot, row->rank, element->base, str_slice(&ref));
	element->is_done = true;
}

static void start_statistics(struct element *element, const struct markup_token *token)
{
	struct slice value;

	if (markup_attribute(token, SLICE("views"), &value))
		draft_set_metric(element->draft, METRIC_VIEWS, value);
	if (markup_attribute(token, SLICE("favorites"), &value))
		draft_set_metric(element->draft, METRIC_LIKES, value);
	element->is_done = true;
}

static void start_rating(struct element *element, const struct markup_token *token)
{
	struct slice value;

	if (markup_attribute(token, SLICE("average"), &value))
		draft_set_metric(element->draft, METRIC_RATING, value);
	element->is_done = true;
}

/* Photographers and publishers are credited too. */
static void start_credit(struct element *element, const struct markup_token *token)
{
	static const struct slice authors[] = {SLICE_INIT("author"), SLICE_INIT("owner"),
		SLICE_INIT("uploader"), SLICE_INIT("writer")};
	struct slice role;

	element->is_done = markup_attribute(token, SLICE("role"), &role) > 0;
	for (size_t i = 0; i < ARRAY_SIZE(authors) && element->is_done; i++)
		element->is_done = !slice_equals_nocase(slice_trim(role), authors[i]);
}

/* GML's places may have a height, which makes three numbers of each. */
static void start_area(struct element *element, const struct markup_token *token)
{
	struct slice value;
	int64_t number;

	element->n_dimensions = 2;
	if (markup_attribute(token, SLICE("srsdimension"), &value) &&
		slice_to_int64(slice_trim(value), &number) && number == 3)
		element->n_dimensions = 3;
}

static void start_coordinates(struct element *element, const struct markup_token *token)
{
	(void)token;
	element->n_dimensions = 2;
	element->place->is_east_first = true;
}

static void start_html(struct element *element, const struct markup_token *token)
{
	(void)token;
	element->keeps_tags = true;
	/* <xhtml:body> holds HTML that is not escaped. */
	element->is_markup = token->space == SPACE_XHTML;
}

enum text_type {
	TYPE_UNDECLARED,
	TYPE_TEXT,
	TYPE_HTML,
	TYPE_MARKUP, /* XHTML and other XML */
	TYPE_OTHER,  /* an image and the like, in base64 */
};

/* Atom's type: a word, or a media type whose parameters do not matter. */
static enum text_type type_of(const struct markup_token *token)
{
	struct slice parameters = SLICE("");
	struct slice type = SLICE("");

	markup_attribute(token, SLICE("type"), &parameters);
	slice_split(&parameters, ';', &type);
	type = slice_trim(type);
	if (slice_equals_nocase(type, SLICE("html")) ||
		slice_equals_nocase(type, SLICE("text/html")))
		return TYPE_HTML;
	if (slice_equals_nocase(type, SLICE("xhtml")) || slice_ends_with(type, SLICE("+xml")) ||
		slice_ends_with(type, SLICE("/xml")))
		return TYPE_MARKUP;
	if (slice_equals_nocase(type, SLICE("text")) ||
		slice_starts_with_nocase(type, SLICE("text/")))
		return TYPE_TEXT;
	return slice_find_char(type, '/') > 0 ? TYPE_OTHER : TYPE_UNDECLARED;
}

static void start_construct(struct element *element, const struct markup_token *token)
{
	const struct slice mode = SLICE("mode"); /* of Atom 0.3 */
	enum text_type type = type_of(token);
	struct slice src;

	if (type == TYPE_HTML && attribute_is(token, mode, SLICE("xml")))
		type = TYPE_MARKUP;
	else if (type == TYPE_MARKUP && (attribute_is(token, mode, SLICE("escaped")) ||
						attribute_is(token, mode, SLICE("base64"))))
		type = TYPE_HTML;

	element->is_done = type == TYPE_OTHER || markup_attribute(token, SLICE("src"), &src);
	element->is_markup = type == TYPE_MARKUP;
	element->keeps_tags = type != TYPE_TEXT;
	element->is_plain = type == TYPE_TEXT || type == TYPE_UNDECLARED;
	element->is_declared = type == TYPE_TEXT;
	element->is_base64 = attribute_is(token, mode, SLICE("base64"));
}

/* --- Text --- */

/* Appends TEXT with its lines, each without white space around it; empty ones
 * are left out, as in text from HTML. */
static void add_lines(struct str *str, struct slice text)
{
	struct slice line;

	while (slice_split(&text, '\n', &line)) {
		line = slice_trim(line);
		if (line.len == 0)
			continue;
		if (str->len > 0)
			str_add_char(str, '\n');
		str_add(str, line);
	}
}

static void set_text(struct element *element)
{
	const struct str *str = element->scratch;

	if (str_error(str) < 0)
		element->draft->error = str_error(str);
	else
		draft_set_text(
			element->draft, element->row->slot, element->row->rank, str_slice(str));
}

static void add_title(struct str *str, struct slice text)
{
	static const struct html_options line = {.mode = HTML_LINE};

	html_to_text(text, &line, str);
}

static void end_name(struct element *element, struct slice text)
{
	str_add_folded(element->scratch, text);
	set_text(element);
}

static void end_id(struct element *element, struct slice text)
{
	end_name(element, text);
	if (url_is_web(str_slice(element->scratch)))
		draft_set_url(
			element->draft, SLOT_URL, 20, element->base, str_slice(element->scratch));
}

static void end_title(struct element *element, struct slice text)
{
	add_title(element->scratch, text);
	set_text(element);
}

static void end_html(struct element *element, struct slice text)
{
	body_add_html(element->draft, element->base, text, element->scratch);
	set_text(element);
}

static void end_caption(struct element *element, struct slice text)
{
	body_add_html(element->draft, element->base, text, element->scratch);
	draft_add_caption(element->draft, str_slice(element->scratch), SLICE(""));
	if (str_error(element->scratch) == 0)
		draft_set_text(
			element->draft, SLOT_TEXT, CAPTION_RANK, str_slice(element->scratch));
}

/* Many publishers forget to say type="html", or escape twice: a text whose type
 * is not declared may be HTML, and has references at most once more. */
static bool is_html(const struct element *element, struct slice text)
{
	return !element->is_plain || (!element->is_declared && html_is_likely(text));
}

static int base64_digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

static void add_base64(struct str *str, struct slice text)
{
	uint32_t bits = 0;
	int n_bits = 0;

	for (size_t i = 0; i < text.len; i++) {
		const int digit = base64_digit(text.ptr[i]);

		if (digit < 0)
			continue;
		bits = bits << 6 | (uint32_t)digit;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			str_add_char(str, (char)(bits >> n_bits & 0xFF));
		}
	}
}

/* TEXT, or what it holds in base64 as UTF-8 in BUFFER. */
static struct slice without_base64(
	const struct element *element, struct slice text, struct str *buffer)
{
	CLEANUP(str_done) struct str bytes = STR_INIT(text.len + 1);

	if (!element->is_base64)
		return text;
	add_base64(&bytes, text);
	utf8_add_valid(buffer, str_slice(&bytes));
	return str_slice(buffer);
}

static void end_heading(struct element *element, struct slice text)
{
	CLEANUP(str_done) struct str bytes = STR_INIT(text.len * 3 + 1);

	text = without_base64(element, text, &bytes);
	if (is_html(element, text)) {
		end_title(element, text);
	} else if (element->is_declared) {
		end_name(element, text);
	} else {
		CLEANUP(str_done) struct str decoded = STR_INIT(text.len * 2 + 16);

		reference_add_text(&decoded, text, false);
		end_name(element, str_slice(&decoded));
	}
}

static void end_body(struct element *element, struct slice text)
{
	CLEANUP(str_done) struct str bytes = STR_INIT(text.len * 3 + 1);

	text = without_base64(element, text, &bytes);
	if (is_html(element, text)) {
		end_html(element, text);
	} else {
		add_lines(element->scratch, text);
		set_text(element);
	}
}

static void end_date(struct element *element, struct slice text)
{
	text = slice_trim(text);
	if (text.len == 0)
		return;

	const char *complaint =
		draft_set_date(element->draft, element->row->slot, element->row->rank, text);

	if (complaint)
		markup_warn(element->markup, NULL, "<%s>: `%.*s' %s", element->row->name,
			(int)MIN(text.len, (size_t)60), text.ptr, complaint);
}

static void end_url(struct element *element, struct slice text)
{
	draft_set_url(element->draft, element->row->slot, element->row->rank, element->base, text);
}

static void end_guid(struct element *element, struct slice text)
{
	text = slice_trim(text);
	draft_set_text(element->draft, SLOT_ID, element->row->rank, text);

	/* Most of those that say nothing are no addresses, whatever the default. */
	if (element->is_link == LINK_YES ||
		(element->is_link == LINK_UNSAID &&
			(url_is_web(text) || slice_starts_with(text, SLICE("/")))))
		draft_set_url(element->draft, SLOT_URL, 60, element->base, text);
}

static void end_author(struct element *element, struct slice text)
{
	struct person person;

	add_title(element->scratch, text);
	person_parse(str_slice(element->scratch), &person);
	draft_set_person(element->draft, element->row->rank, &person);
}

static void end_category(struct element *element, struct slice text)
{
	add_title(element->scratch, text);
	draft_add_tag(element->draft, str_slice(element->scratch));
}

static void end_keywords(struct element *element, struct slice text)
{
	struct slice keyword;

	str_add_folded(element->scratch, text);

	struct slice rest = str_slice(element->scratch);

	while (slice_split(&rest, ',', &keyword))
		draft_add_tag(element->draft, keyword);
}

static void end_metric(struct element *element, struct slice text)
{
	draft_set_metric(element->draft, element->row->metric, text);
}

/* --- Places --- */

/* Takes a number from REST, which blanks and commas separate. */
static bool take_number(struct slice *rest, double *ret)
{
	size_t start = 0;
	size_t end;

	while (start < rest->len && (is_space(rest->ptr[start]) || rest->ptr[start] == ','))
		start++;
	for (end = start; end < rest->len && !is_space(rest->ptr[end]) && rest->ptr[end] != ',';)
		end++;

	const struct slice number = slice_from(rest->ptr + start, end - start);

	*rest = slice_skip(*rest, end);
	return number.len > 0 && slice_to_double(number, ret);
}

/* Takes a pair of numbers in the order that the place's system has. */
static bool take_point(const struct element *element, struct slice *rest, double *lat, double *lon)
{
	const bool is_east_first = element->place->is_east_first;

	return take_number(rest, is_east_first ? lon : lat) &&
	       take_number(rest, is_east_first ? lat : lon);
}

static void end_point(struct element *element, struct slice text)
{
	double lat;
	double lon;

	if (take_point(element, &text, &lat, &lon))
		draft_set_point(element->draft, element->row->rank, lat, lon);
}

/* Line, polygon or box: the middle of what it spans. */
static void end_area(struct element *element, struct slice text)
{
	double lat;
	double lon;
	double height;
	double south = HUGE_VAL;
	double north = -HUGE_VAL;
	double west = HUGE_VAL;
	double east = -HUGE_VAL;

	while (take_point(element, &text, &lat, &lon)) {
		if (element->n_dimensions == 3)
			take_number(&text, &height);
		south = fmin(south, lat);
		north = fmax(north, lat);
		west = fmin(west, lon);
		east = fmax(east, lon);
	}
	if (fabs(south) <= 90 && fabs(north) <= 90)
		draft_set_point(
			element->draft, element->row->rank, (south + north) / 2, (west + east) / 2);
}

static void end_corner(struct element *element, struct slice text)
{
	struct place_parts *place = element->place;
	double lat;
	double lon;

	if (!take_point(element, &text, &lat, &lon))
		return;
	if (place->has_corner)
		draft_set_point(element->draft, element->row->rank, (lat + place->corner_lat) / 2,
			(lon + place->corner_lon) / 2);
	place->has_corner = true;
	place->corner_lat = lat;
	place->corner_lon = lon;
}

/* A number by itself, whose comma can only be a decimal one. */
static bool read_degrees(struct slice text, double *ret)
{
	CLEANUP(str_done) struct str number = STR_INIT(64);

	text = slice_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ',')
			str_add_char(&number, '.');
		else
			str_add_char(&number, text.ptr[i]);
	}
	return str_error(&number) == 0 && slice_to_double(str_slice(&number), ret);
}

static void end_lat_or_lon(struct element *element, struct slice text)
{
	struct place_parts *place = element->place;

	if (element->row->kind == KIND_LAT)
		place->has_lat = read_degrees(text, &place->lat);
	else
		place->has_lon = read_degrees(text, &place->lon);
	if (place->has_lat && place->has_lon)
		draft_set_point(element->draft, 80, place->lat, place->lon);
}

/* --- The feed's rhythm --- */

static void end_ttl(struct element *element, struct slice text)
{
	double minutes;

	if (slice_to_double(slice_trim(text), &minutes) && minutes > 0 && minutes < 1e6)
		element->rhythm->ttl_us = (int64_t)(minutes * (double)US_PER_MINUTE);
}

static void end_hour(struct element *element, struct slice text)
{
	int64_t hour;

	/* Some count from 1 to 24. */
	if (slice_to_int64(slice_trim(text), &hour) && hour >= 0 && hour <= 24)
		element->rhythm->skip_hours |= UINT32_C(1) << hour % 24;
}

static void end_day(struct element *element, struct slice text)
{
	static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

	for (size_t i = 0; i < ARRAY_SIZE(days); i++)
		if (slice_starts_with_nocase(slice_trim(text), slice_of(days[i])))
			element->rhythm->skip_days |= UINT32_C(1) << i;
}

static void end_period(struct element *element, struct slice text)
{
	static const struct {
		const char *name;
		int64_t us;
	} periods[] = {
		{"hourly", US_PER_HOUR},
		{"daily", US_PER_DAY},
		{"weekly", 7 * US_PER_DAY},
		{"monthly", 30 * US_PER_DAY},
		{"yearly", 365 * US_PER_DAY},
	};

	for (size_t i = 0; i < ARRAY_SIZE(periods); i++)
		if (slice_equals_nocase(slice_trim(text), slice_of(periods[i].name)))
			element->rhythm->period_us = periods[i].us;
}

static void end_frequency(struct element *element, struct slice text)
{
	double frequency;

	if (slice_to_double(slice_trim(text), &frequency) && frequency >= 1e-3 && frequency <= 1e6)
		element->rhythm->frequency = frequency;
}

void rhythm_finish(const struct rhythm *rhythm, struct feed *feed)
{
	/* The period is daily when only its frequency is said. */
	const double frequency = rhythm->frequency > 0 ? rhythm->frequency : 1;
	const int64_t period_us =
		rhythm->period_us == 0 && rhythm->frequency > 0 ? US_PER_DAY : rhythm->period_us;

	feed->ttl_us = MAX(rhythm->ttl_us, (int64_t)((double)period_us / frequency));
	feed->skip_hours = rhythm->skip_hours;
	feed->skip_days = rhythm->skip_days;
}

/* --- By kind --- */

static void (*const starts[N_KINDS])(struct element *, const struct markup_token *) = {
	[KIND_TITLE] = start_html,
	[KIND_HTML] = start_html,
	[KIND_CAPTION] = start_html,
	[KIND_HEADING] = start_construct,
	[KIND_BODY] = start_construct,
	[KIND_LINK] = start_link,
	[KIND_GUID] = start_guid,
	[KIND_CREDIT] = start_credit,
	[KIND_CATEGORY] = start_category,
	[KIND_ENCLOSURE] = start_enclosure,
	[KIND_REPLY] = start_reply,
	[KIND_STATISTICS] = start_statistics,
	[KIND_RATING] = start_rating,
	[KIND_AREA] = start_area,
	[KIND_COORDINATES] = start_coordinates,
};

static void (*const ends[N_KINDS])(struct element *, struct slice) = {
	[KIND_NAME] = end_name,
	[KIND_ID] = end_id,
	[KIND_TITLE] = end_title,
	[KIND_HTML] = end_html,
	[KIND_HEADING] = end_heading,
	[KIND_BODY] = end_body,
	[KIND_CAPTION] = end_caption,
	[KIND_DATE] = end_date,
	[KIND_URL] = end_url,
	[KIND_LINK] = end_url,
	[KIND_GUID] = end_guid,
	[KIND_AUTHOR] = end_author,
	[KIND_CREDIT] = end_author,
	[KIND_CATEGORY] = end_category,
	[KIND_KEYWORDS] = end_keywords,
	[KIND_METRIC] = end_metric,
	[KIND_POINT] = end_point,
	[KIND_AREA] = end_area,
	[KIND_CORNER] = end_corner,
	[KIND_COORDINATES] = end_area,
	[KIND_LAT] = end_lat_or_lon,
	[KIND_LON] = end_lat_or_lon,
	[KIND_TTL] = end_ttl,
	[KIND_HOUR] = end_hour,
	[KIND_DAY] = end_day,
	[KIND_PERIOD] = end_period,
	[KIND_FREQUENCY] = end_frequency,
};

void element_start(struct element *element, const struct markup_token *token)
{
	if (starts[element->row->kind])
		starts[element->row->kind](element, token);
}

void element_end(struct element *element, struct slice text)
{
	str_clear(element->scratch);
	if (ends[element->row->kind])
		ends[element->row->kind](element, text);
}
