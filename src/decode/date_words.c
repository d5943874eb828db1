#include "decode/date_words.h"

#include <string.h>

#include "base/macro.h"
#include "base/utf8.h"

/* How names of months begin.  The longest that fits counts: "juil" before
 * "jui".  Short ones that are also words for days of the week ("mar") are
 * settled in date.c. */
static const struct {
	const char *start;
	int month;
} months[] = {
	{"ağu", 8},
	{"ago", 8},
	{"agu", 8},
	{"aou", 8},
	{"aoû", 8},
	{"abr", 4},
	{"apr", 4},
	{"ápr", 4},
	{"ara", 12},
	{"aug", 8},
	{"avr", 4},
	{"bře", 3},
	{"brez", 3},
	{"čer", 6},
	{"červen", 6},
	{"červenc", 7},
	{"červene", 7},
	{"čvc", 7},
	{"čvn", 6},
	{"cze", 6},
	{"dec", 12},
	{"déc", 12},
	{"des", 12},
	{"dez", 12},
	{"dic", 12},
	{"dub", 4},
	{"eki", 10},
	{"elo", 8},
	{"ene", 1},
	{"eyl", 9},
	{"feb", 2},
	{"fev", 2},
	{"fév", 2},
	{"gen", 1},
	{"giu", 6},
	{"gru", 12},
	{"haz", 6},
	{"hei", 7},
	{"helmi", 2},
	{"huhti", 4},
	{"ian", 1},
	{"iul", 7},
	{"iun", 6},
	{"jan", 1},
	{"ján", 1},
	{"jän", 1},
	{"joulu", 12},
	{"jui", 6},
	{"juil", 7},
	{"jul", 7},
	{"júl", 7},
	{"jun", 6},
	{"jún", 6},
	{"kas", 11},
	{"kes", 6},
	{"kvě", 5},
	{"kwi", 4},
	{"led", 1},
	{"lip", 7},
	{"lis", 11},
	{"loka", 10},
	{"lug", 7},
	{"lut", 2},
	{"maalis", 3},
	{"maart", 3},
	{"mag", 5},
	{"mai", 5},
	{"maj", 5},
	{"máj", 5},
	{"mar", 3},
	{"már", 3},
	{"mär", 3},
	{"marras", 11},
	{"may", 5},
	{"mei", 5},
	{"mrt", 3},
	{"nis", 4},
	{"noi", 11},
	{"nov", 11},
	{"oca", 1},
	{"oct", 10},
	{"okt", 10},
	{"ott", 10},
	{"out", 10},
	{"paź", 10},
	{"pro", 12},
	{"říj", 10},
	{"set", 9},
	{"sep", 9},
	{"sie", 8},
	{"srp", 8},
	{"sty", 1},
	{"şub", 2},
	{"syys", 9},
	{"szep", 9},
	{"tammi", 1},
	{"tem", 7},
	{"touko", 5},
	{"úno", 2},
	{"wrz", 9},
	{"zář", 9},
	/* Greek, without accents */
	{"ιαν", 1},
	{"φεβ", 2},
	{"μαρ", 3},
	{"απρ", 4},
	{"μαι", 5},
	{"ιουν", 6},
	{"ιουλ", 7},
	{"αυγ", 8},
	{"σεπ", 9},
	{"οκτ", 10},
	{"νοε", 11},
	{"δεκ", 12},
	/* Russian, Bulgarian */
	{"янв", 1},
	{"фев", 2},
	{"мар", 3},
	{"апр", 4},
	{"май", 5},
	{"мая", 5},
	{"июн", 6},
	{"июл", 7},
	{"авг", 8},
	{"сен", 9},
	{"окт", 10},
	{"ноя", 11},
	{"дек", 12},
	/* Ukrainian */
	{"січ", 1},
	{"лют", 2},
	{"бер", 3},
	{"кві", 4},
	{"тра", 5},
	{"чер", 6},
	{"лип", 7},
	{"сер", 8},
	{"вер", 9},
	{"жов", 10},
	{"лис", 11},
	{"гру", 12},
	/* Swahili, Malay, Icelandic, Baltic and other Latin ones */
	{"mac", 3},
	{"ogo", 8},
	{"dis", 12},
	{"maí", 5},
	{"ágú", 8},
	{"nóv", 11},
	{"jaan", 1},
	{"veeb", 2},
	{"juun", 6},
	{"juul", 7},
	{"jūn", 6},
	{"jūl", 7},
	{"yan", 1},
	{"iyn", 6},
	{"iyun", 6},
	{"iyl", 7},
	{"iyul", 7},
	{"avq", 8},
	{"avg", 8},
	{"noy", 11},
	{"dek", 12},
	{"saus", 1},
	{"vas", 2},
	{"kov", 3},
	{"bal", 4},
	{"geg", 5},
	{"birž", 6},
	{"liep", 7},
	{"rugp", 8},
	{"rugs", 9},
	{"spal", 10},
	{"lapkr", 11},
	{"gruod", 12},
	/* Serbian, Bulgarian, Belarusian, Kazakh */
	{"јан", 1},
	{"мај", 5},
	{"јун", 6},
	{"јул", 7},
	{"яну", 1},
	{"юни", 6},
	{"юли", 7},
	{"студ", 1},
	{"сак", 3},
	{"кра", 4},
	{"чэр", 6},
	{"ліп", 7},
	{"жні", 8},
	{"кас", 10},
	{"ліс", 11},
	{"сне", 12},
	{"қаң", 1},
	{"ақп", 2},
	{"нау", 3},
	{"сәу", 4},
	{"мам", 5},
	{"мау", 6},
	{"шіл", 7},
	{"там", 8},
	{"қыр", 9},
	{"қаз", 10},
	{"қар", 11},
	{"жел", 12},
	/* Armenian */
	{"հուն", 1},
	{"հնվ", 1},
	{"փ", 2},
	{"մար", 3},
	{"մրտ", 3},
	{"ապր", 4},
	{"մայ", 5},
	{"մյս", 5},
	{"հունիս", 6},
	{"հնս", 6},
	{"հուլ", 7},
	{"հլս", 7},
	{"օգ", 8},
	{"սեպ", 9},
	{"հոկ", 10},
	{"նոյ", 11},
	{"դեկ", 12},
	/* Georgian */
	{"იან", 1},
	{"თებ", 2},
	{"მარ", 3},
	{"აპრ", 4},
	{"მაი", 5},
	{"ივნ", 6},
	{"ივლ", 7},
	{"აგვ", 8},
	{"სექ", 9},
	{"ოქტ", 10},
	{"ნოე", 11},
	{"დეკ", 12},
	/* Khmer */
	{"មករា", 1},
	{"កុម្ភៈ", 2},
	{"មីនា", 3},
	{"មេសា", 4},
	{"ឧសភា", 5},
	{"មិថុនា", 6},
	{"កក្កដា", 7},
	{"សីហា", 8},
	{"កញ្ញា", 9},
	{"តុលា", 10},
	{"វិច្ឆិកា", 11},
	{"ធ្នូ", 12},
	/* Gujarati */
	{"જાન", 1},
	{"ફેબ", 2},
	{"માર", 3},
	{"એપ", 4},
	{"મે", 5},
	{"જૂન", 6},
	{"જુલ", 7},
	{"ઑગ", 8},
	{"ઓગ", 8},
	{"સપ", 9},
	{"ઑક", 10},
	{"ઓક", 10},
	{"નવ", 11},
	{"ડિસ", 12},
	/* Hindi, Marathi */
	{"जन", 1},
	{"जान", 1},
	{"फर", 2},
	{"फ़र", 2},
	{"फ़र", 2},
	{"फेब", 2},
	{"मार्च", 3},
	{"अप", 4},
	{"एप", 4},
	{"मई", 5},
	{"मे", 5},
	{"जून", 6},
	{"जुल", 7},
	{"अग", 8},
	{"ऑग", 8},
	{"सित", 9},
	{"सप", 9},
	{"अक", 10},
	{"ऑक", 10},
	{"नव", 11},
	{"नोव", 11},
	{"दिस", 12},
	{"डिस", 12},
	/* Bengali */
	{"জান", 1},
	{"ফেব", 2},
	{"মার", 3},
	{"এপ", 4},
	{"মে", 5},
	{"জুন", 6},
	{"জুল", 7},
	{"আগ", 8},
	{"সেপ", 9},
	{"অক", 10},
	{"নভ", 11},
	{"ডিস", 12},
	/* Tamil, Telugu */
	{"ஜன", 1},
	{"பிப", 2},
	{"மார", 3},
	{"ஏப", 4},
	{"மே", 5},
	{"ஜூன", 6},
	{"ஜூல", 7},
	{"ஆக", 8},
	{"செப", 9},
	{"அக", 10},
	{"நவ", 11},
	{"டிச", 12},
	{"జన", 1},
	{"ఫిబ", 2},
	{"మార", 3},
	{"ఏప", 4},
	{"మే", 5},
	{"జూన", 6},
	{"జుల", 7},
	{"ఆగ", 8},
	{"సెప", 9},
	{"అక", 10},
	{"నవ", 11},
	{"డిస", 12},
	/* Hebrew */
	{"ינו", 1},
	{"פבר", 2},
	{"מרץ", 3},
	{"מרס", 3},
	{"אפר", 4},
	{"מאי", 5},
	{"יונ", 6},
	{"יול", 7},
	{"אוג", 8},
	{"ספט", 9},
	{"אוק", 10},
	{"נוב", 11},
	{"דצמ", 12},
	/* Arabic, Urdu */
	{"يناير", 1},
	{"جنور", 1},
	{"فبراير", 2},
	{"فرور", 2},
	{"مارس", 3},
	{"مارچ", 3},
	{"أبريل", 4},
	{"ابريل", 4},
	{"اپريل", 4},
	{"اپریل", 4},
	{"مايو", 5},
	{"مئ", 5},
	{"يونيو", 6},
	{"جون", 6},
	{"يوليو", 7},
	{"جولا", 7},
	{"أغسطس", 8},
	{"اغسطس", 8},
	{"اگست", 8},
	{"سبتمبر", 9},
	{"ستمبر", 9},
	{"أكتوبر", 10},
	{"اكتوبر", 10},
	{"اکتوبر", 10},
	{"نوفمبر", 11},
	{"نومبر", 11},
	{"ديسمبر", 12},
	{"دسمبر", 12},
	/* Chinese */
	{"一月", 1},
	{"二月", 2},
	{"三月", 3},
	{"四月", 4},
	{"五月", 5},
	{"六月", 6},
	{"七月", 7},
	{"八月", 8},
	{"九月", 9},
	{"十月", 10},
	{"十一月", 11},
	{"十二月", 12},
};

/* Minutes east of UTC.  What is used in several places has the meaning that is
 * most common in feeds (IST is India's, CST Chicago's); RFC 822's single
 * letters but Z are UTC, as RFC 5322 asks. */
static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{"acdt", 630},
	{"acst", 570},
	{"adt", -180},
	{"aedt", 660},
	{"aest", 600},
	{"akdt", -480},
	{"akst", -540},
	{"art", -180},
	{"ast", -240},
	{"awst", 480},
	{"bdt", 360},
	{"brst", -120},
	{"brt", -180},
	{"bst", 60},
	{"cat", 120},
	{"cdt", -300},
	{"cest", 120},
	{"cet", 60},
	{"clst", -180},
	{"clt", -240},
	{"cot", -300},
	{"cst", -360},
	{"ct", -360},
	{"eat", 180},
	{"edt", -240},
	{"eest", 180},
	{"eet", 120},
	{"est", -300},
	{"et", -300},
	{"gmt", 0},
	{"gst", 240},
	{"hdt", -540},
	{"hkt", 480},
	{"hst", -600},
	{"ict", 420},
	{"idt", 180},
	{"ist", 330},
	{"jst", 540},
	{"kst", 540},
	{"mdt", -360},
	{"mesz", 120},
	{"met", 60},
	{"mez", 60},
	{"msd", 240},
	{"msk", 180},
	{"mst", -420},
	{"mt", -420},
	{"myt", 480},
	{"ndt", -150},
	{"npt", 345},
	{"nst", -210},
	{"nzdt", 780},
	{"nzst", 720},
	{"pdt", -420},
	{"pht", 480},
	{"pkt", 300},
	{"pst", -480},
	{"pt", -480},
	{"sast", 120},
	{"sgt", 480},
	{"trt", 180},
	{"uct", 0},
	{"ut", 0},
	{"utc", 0},
	{"wast", 120},
	{"wat", 60},
	{"west", 60},
	{"wet", 0},
	{"wib", 420},
	{"wit", 540},
	{"wita", 480},
	{"z", 0},
};

static const struct {
	const char *word;
	enum date_word_kind kind;
} others[] = {
	{"am", DATE_WORD_AM},
	{"pm", DATE_WORD_PM},
	{"오전", DATE_WORD_AM},
	{"오후", DATE_WORD_PM},
	{"午前", DATE_WORD_AM},
	{"午後", DATE_WORD_PM},
	{"上午", DATE_WORD_AM},
	{"下午", DATE_WORD_PM},
	{"ص", DATE_WORD_AM},
	{"م", DATE_WORD_PM},
	{"πμ", DATE_WORD_AM},
	{"μμ", DATE_WORD_PM},
	{"a", DATE_WORD_FILLER},
	{"at", DATE_WORD_FILLER},
	{"d", DATE_WORD_FILLER},
	{"de", DATE_WORD_FILLER},
	{"del", DATE_WORD_FILLER},
	{"di", DATE_WORD_FILLER},
	{"em", DATE_WORD_FILLER},
	{"h", DATE_WORD_FILLER},
	{"hrs", DATE_WORD_FILLER},
	{"kl", DATE_WORD_FILLER},
	{"klo", DATE_WORD_FILLER},
	{"nd", DATE_WORD_FILLER},
	{"of", DATE_WORD_FILLER},
	{"on", DATE_WORD_FILLER},
	{"rd", DATE_WORD_FILLER},
	{"st", DATE_WORD_FILLER},
	{"t", DATE_WORD_FILLER},
	{"th", DATE_WORD_FILLER},
	{"the", DATE_WORD_FILLER},
	{"uhr", DATE_WORD_FILLER},
	{"um", DATE_WORD_FILLER},
	{"à", DATE_WORD_FILLER},
	{"às", DATE_WORD_FILLER},
	{"er", DATE_WORD_FILLER},
	{"º", DATE_WORD_FILLER},
	{"ª", DATE_WORD_FILLER},
	{"г", DATE_WORD_FILLER},
	{"года", DATE_WORD_FILLER},
	{"в", DATE_WORD_FILLER},
	{"ын", DATE_WORD_FILLER},
	{"ны", DATE_WORD_FILLER},
	{"ний", DATE_WORD_FILLER},
	{"өдөр", DATE_WORD_FILLER},
};

static const struct {
	const char *word;
	enum date_unit unit;
} units[] = {
	{"年", DATE_UNIT_YEAR},
	{"년", DATE_UNIT_YEAR},
	{"月", DATE_UNIT_MONTH},
	{"월", DATE_UNIT_MONTH},
	{"日", DATE_UNIT_DAY},
	{"일", DATE_UNIT_DAY},
	{"時", DATE_UNIT_HOUR},
	{"时", DATE_UNIT_HOUR},
	{"시", DATE_UNIT_HOUR},
	{"分", DATE_UNIT_MINUTE},
	{"분", DATE_UNIT_MINUTE},
	{"秒", DATE_UNIT_SECOND},
	{"초", DATE_UNIT_SECOND},
	{" оны", DATE_UNIT_YEAR},
	{"-р сар", DATE_UNIT_MONTH},
};

/* The ASCII character that CODE_POINT stands for in dates: a digit of another
 * script, a dash, a blank, a full-width form.  0: none at all; else itself. */
static uint32_t plain_of(uint32_t code_point)
{
	if (code_point < 0x80)
		return code_point;

	static const uint16_t zeros[] = {0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6,
		0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0, 0x1810};

	if (code_point >= 0xFF01 && code_point <= 0xFF5E)
		return code_point - 0xFEE0;
	if ((code_point >= 0x2010 && code_point <= 0x2015) || code_point == 0x2212)
		return '-';
	if (code_point == 0xA0 || (code_point >= 0x2000 && code_point <= 0x200A) ||
		code_point == 0x202F || code_point == 0x3000)
		return ' ';
	if ((code_point >= 0x200B && code_point <= 0x200F) ||
		(code_point >= 0x202A && code_point <= 0x202E) || code_point == 0xFEFF)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++)
		if (code_point >= zeros[i] && code_point - zeros[i] <= 9)
			return '0' + (code_point - zeros[i]);

	return code_point;
}

struct slice date_plain(struct slice text, char *buffer)
{
	size_t len = 0;
	size_t at = 0;

	while (at < text.len && (unsigned char)text.ptr[at] < 0x80)
		at++;
	if (at == text.len)
		return text;

	at = 0;
	while (at < text.len) {
		const uint32_t plain = plain_of(utf8_next(text, &at));

		if (plain != 0)
			len += utf8_encode(plain, buffer + len);
	}
	return slice_from(buffer, len);
}

bool date_is_letter(uint32_t code_point)
{
	if (code_point < 0x80)
		return is_alpha((char)code_point);

	/* Neither Latin-1's signs (but º and ª) nor general punctuation. */
	return code_point >= 0xC0 ? code_point < 0x2000 || code_point > 0x206F
				  : code_point == 0xAA || code_point == 0xBA;
}

static uint32_t fold_greek(uint32_t code_point)
{
	static const struct {
		uint32_t accented, plain;
	} letters[] = {
		{0x386, 0x3B1}, /* Ά */
		{0x388, 0x3B5},
		{0x389, 0x3B7},
		{0x38A, 0x3B9},
		{0x38C, 0x3BF},
		{0x38E, 0x3C5},
		{0x38F, 0x3C9},
		{0x390, 0x3B9}, /* ΐ */
		{0x3AA, 0x3B9},
		{0x3AC, 0x3B1}, /* ά */
		{0x3AD, 0x3B5},
		{0x3AE, 0x3B7},
		{0x3AF, 0x3B9},
		{0x3C2, 0x3C3}, /* final sigma */
		{0x3CA, 0x3B9},
		{0x3CB, 0x3C5},
		{0x3CC, 0x3BF},
		{0x3CD, 0x3C5},
		{0x3CE, 0x3C9},
	};

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
		if (letters[i].accented == code_point)
			return letters[i].plain;

	return code_point >= 0x391 && code_point <= 0x3A9 ? code_point + 0x20 : code_point;
}

uint32_t date_fold(uint32_t code_point)
{
	if (code_point < 0x80)
		return (uint32_t)(unsigned char)to_lower((char)code_point);
	if (code_point >= 0xC0 && code_point <= 0xDE && code_point != 0xD7)
		return code_point + 0x20;
	if ((code_point >= 0x139 && code_point <= 0x148) ||
		(code_point >= 0x179 && code_point <= 0x17E))
		return code_point + code_point % 2;
	if (code_point >= 0x100 && code_point <= 0x177)
		return code_point | 1;
	if (code_point >= 0x386 && code_point <= 0x3CE)
		return fold_greek(code_point);
	if (code_point >= 0x400 && code_point <= 0x40F)
		return code_point + 0x50;
	if (code_point >= 0x410 && code_point <= 0x42F)
		return code_point + 0x20;
	return code_point;
}

/* RFC 822's own words, which nearly all dates are made of. */
static int find_english(struct slice word, struct date_word *ret)
{
	static const char names[][4] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
		"sep", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

	for (size_t i = 0; i < ARRAY_SIZE(names) && word.len == 3; i++) {
		if (word.ptr[0] != names[i][0] || memcmp(word.ptr, names[i], 3) != 0)
			continue;
		*ret = i < 12 ? (struct date_word){DATE_WORD_MONTH, (int)i + 1}
			      : (struct date_word){DATE_WORD_FILLER, 0};
		return 1;
	}
	return 0;
}

static int find_month(struct slice word)
{
	size_t longest = 0;
	int month = 0;

	for (size_t i = 0; i < ARRAY_SIZE(months); i++) {
		if (months[i].start[0] != word.ptr[0])
			continue;

		const struct slice start = slice_of(months[i].start);

		if (start.len > longest && slice_starts_with(word, start)) {
			longest = start.len;
			month = months[i].month;
		}
	}
	return month;
}

static int find_zone(struct slice word, struct date_word *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(zones); i++) {
		if (zones[i].name[0] == word.ptr[0] &&
			slice_equals(slice_of(zones[i].name), word)) {
			*ret = (struct date_word){DATE_WORD_ZONE, zones[i].minutes};
			return 1;
		}
	}
	return 0;
}

int date_word_find(struct slice word, bool is_behind_time, struct date_word *ret)
{
	if (is_behind_time && find_zone(word, ret))
		return 1;
	if (find_english(word, ret))
		return 1;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (others[i].word[0] == word.ptr[0] &&
			slice_equals(slice_of(others[i].word), word)) {
			*ret = (struct date_word){others[i].kind, 0};
			return 1;
		}
	}

	const int month = find_month(word);

	*ret = (struct date_word){DATE_WORD_MONTH, month};
	return month != 0;
}

int date_unit_take(struct slice *rest, enum date_unit *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		const struct slice word = slice_of(units[i].word);

		if (slice_starts_with(*rest, word)) {
			*rest = slice_skip(*rest, word.len);
			*ret = units[i].unit;
			return 1;
		}
	}
	return 0;
}
