#include <string.h>

#include "base/str.h"
#include "dedupe/sketch.h"
#include "text/words.h"
#include "unit/unit.h"

enum { ARENA_BYTES = 64 << 20 };

static const struct story_settings usual = {.distance = 0.1, .least_words = 6};

static struct arena *arena;
static struct words *words;

static int set_up(void **state)
{
	(void)state;
	return words_new(&words) | arena_new(ARENA_BYTES, &arena);
}

static int tear_down(void **state)
{
	(void)state;
	words_free(words);
	arena_free(arena);
	return 0;
}

struct text {
	const char *title, *text;
};

static struct sketch sketch(const struct text *text)
{
	const struct post post = {.title = text->title, .text = text->text};
	struct sketch result;

	assert_int_equal(0, sketch_of(&post, &usual, words, arena, &result));
	return result;
}

/* Whether the two have a third of the fewer features in common: else nobody would
 * compare them. */
static bool share_features(const struct sketch *a, const struct sketch *b)
{
	size_t n_shared = 0;

	for (size_t i = 0; i < a->n_features; i++)
		for (size_t j = 0; j < b->n_features; j++)
			n_shared += a->features[i] == b->features[j];

	return n_shared > 0 && 3 * n_shared >= MIN(a->n_features, b->n_features);
}

static bool is_near(const struct text *a, const struct text *b)
{
	const struct sketch first = sketch(a);
	const struct sketch second = sketch(b);
	const bool near = sketch_is_near(&first, &second, &usual);

	expect(near == sketch_is_near(&second, &first, &usual), "not symmetrical: %s | %s", a->text,
		b->text);
	expect(!near || share_features(&first, &second), "near, but not to be found: %s | %s",
		a->text, b->text);
	return near;
}

#define LEAD                                                                                       \
	"The courier Acme said on Friday that it will close four of its eleven sorting centres "   \
	"in the north by the end of March, after a winter in which one parcel in nine came late "  \
	"and the regulator opened an inquiry into its complaints desk."
#define REST                                                                                       \
	" Unions called the plan a disgrace. \"We learnt of it from the radio,\" said a driver "   \
	"who has worked for the firm for nineteen years. The firm says that nobody will lose "     \
	"work before the summer, and that customers can fetch their parcels from shops. Its "      \
	"shares fell by six percent in the morning and won back a third of it until noon. "        \
	"A spokesman declined to say which of the centres are meant, or whether the machines "     \
	"that were bought last year will be moved to the south."

static const struct text article = {"Acme to close four centres", LEAD REST};

static void copies_of_an_article_are_near(void **state)
{
	static const struct {
		const char *why;
		struct text text;
		bool near;
	} cases[] = {
		{"another headline", {"Courier axes depots as complaints mount", LEAD REST}, true},
		{"a dateline", {"Four centres go", "NAIROBI (Newswire) - " LEAD REST}, true},
		{"read more behind it", {"Acme closes centres", LEAD " Read more at news.example"},
			true},
		{"the first 200 characters",
			{"Depots to go",
				"The courier Acme said on Friday that it will close four of its "
				"eleven "
				"sorting centres in the north by the end of March, after a winter "
				"in which one parcel in nine came late and the regul..."},
			true},
		{"cut without a sign",
			{NULL, "The courier Acme said on Friday that it will close four of its "
			       "eleven "
			       "sorting centres in the north by the end of March, after a winter "
			       "in which one parcel in nine came late and the regul"},
			true},
		{"lightly edited",
			{"Acme shuts four",
				"The courier firm Acme said on Friday it will close four of its "
				"eleven sorting centres in the north by the end of March, after a "
				"winter in which one parcel in nine came late and the regulator "
				"opened an inquiry into its complaints department." REST},
			true},
		{"the headline alone", {NULL, "Acme to close four centres"}, false},
		{"about another firm",
			{"Globex opens a shop in Kisumu",
				"The courier Globex said on Friday that it will open a shop in the "
				"lake city, where customers can send and collect parcels on "
				"Sundays, and hire ninety people until the summer."},
			false},
		{"the same news in other words",
			{"Acme to close four centres",
				"Four depots in the north are to go, the parcel firm Acme told its "
				"staff at the end of the week. It follows months of late "
				"deliveries and an inquiry by the watchdog."},
			false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(is_near(&article, &cases[i].text) == cases[i].near, "%s: want %d",
			cases[i].why, cases[i].near);
}

static void in_a_short_post_every_word_counts(void **state)
{
	static const struct {
		const char *one, *other;
		bool near;
	} cases[] = {
		{"Acme is good", "Acme is good", false}, /* too short to be a story */
		{"Acme is good", "Acme is bad", false},
		{"I think that Acme is really good", "I think that Acme is really bad", false},
		{"My parcel from Acme came today and all of it was great",
			"My parcel from Acme came today and all of it was broken", false},
		{"Never had a problem with Acme in ten years of orders",
			"Always had a problem with Acme in ten years of orders", false},
		{"Acme lost my parcel again, third time this month!",
			"RT @wanjiru: Acme lost my parcel again, third time this month!", true},
		{"Acme lost my parcel again, third time this month!",
			"acme lost my parcel again, third time this month https://t.example/x",
			true},
		{"Acme lost my parcel again, third time this month!",
			"Acme lost my parcel again, third time this month! Read more", true},
		{"Acme lost my parcel again, third time this month, and nobody answers",
			"RT @wanjiru: Acme lost my parcel again, third time this mo…", true},
		{"Acme lost my parcel again, third time this month!",
			"Acme lost my parcel again, first time this month!", false},
		{"Order 4711 has left our house and will be with you on Monday",
			"Order 4712 has left our house and will be with you on Monday", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(is_near(&(struct text){NULL, cases[i].one},
			       &(struct text){NULL, cases[i].other}) == cases[i].near,
			"`%s' and `%s': want %d", cases[i].one, cases[i].other, cases[i].near);
}

/* Where a copy ends with "read more", has its first words alone, or says one
 * word otherwise: in each of the scripts. */
static void scripts_are_alike(void **state)
{
	static const struct {
		const char *lang, *text, *cut, *other;
	} cases[] = {
		{"sw",
			"Kampuni ya Acme imepoteza kifurushi changu tena, na hakuna mtu "
			"anayejibu simu",
			"Kampuni ya Acme imepoteza kifurushi changu tena, na hakuna mtu",
			"Kampuni ya Acme imeleta kifurushi changu tena, na hakuna mtu anayejibu "
			"simu"},
		{"mn", "Acme миний илгээмжийг дахин алдчихлаа, хэн ч утсаа авахгүй байна",
			"Acme миний илгээмжийг дахин алдчихлаа, хэн ч утсаа",
			"Acme миний илгээмжийг дахин авчирлаа, хэн ч утсаа авахгүй байна"},
		{"hy", "Acme-ն կրկին կորցրեց իմ ծանրոցը, և ոչ ոք չի պատասխանում հեռախոսին",
			"Acme-ն կրկին կորցրեց իմ ծանրոցը, և ոչ ոք",
			"Acme-ն կրկին բերեց իմ ծանրոցը, և ոչ ոք չի պատասխանում հեռախոսին"},
		{"km", "ក្រុមហ៊ុនដឹកជញ្ជូនបានបាត់កញ្ចប់របស់ខ្ញុំម្តងទៀតហើយគ្មាននរណាឆ្លើយទូរស័ព្ទទេ",
			"ក្រុមហ៊ុនដឹកជញ្ជូនបានបាត់កញ្ចប់របស់ខ្ញុំម្តងទៀតហើយ",
			"ក្រុមហ៊ុនដឹកជញ្ជូនបានយកកញ្ចប់របស់ខ្ញុំម្តងទៀតហើយគ្មាននរណាឆ្លើយទូរស័ព្ទទេ"},
		{"gu", "Acme એ ફરીથી મારું પાર્સલ ખોઈ નાખ્યું અને કોઈ ફોન ઉપાડતું નથી",
			"Acme એ ફરીથી મારું પાર્સલ ખોઈ નાખ્યું અને",
			"Acme એ ફરીથી મારું પાર્સલ પહોંચાડી નાખ્યું અને કોઈ ફોન ઉપાડતું નથી"},
		{"zh", "快递公司又把我的包裹弄丢了，打了三次电话没有人接听",
			"快递公司又把我的包裹弄丢了，打了三次电话",
			"快递公司又把我的包裹送到了，打了三次电话没有人接听"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str longer = STR_INIT(4096);
		const struct text text = {NULL, cases[i].text};

		str_add_format(&longer, "RT @ann: %s https://news.example/1", cases[i].text);
		expect(is_near(&text, &(struct text){NULL, str_text(&longer)}), "%s: retold",
			cases[i].lang);
		expect(is_near(&text, &(struct text){NULL, cases[i].cut}), "%s: cut",
			cases[i].lang);
		expect(!is_near(&text, &(struct text){NULL, cases[i].other}), "%s: another word",
			cases[i].lang);
	}
}

static void a_constant_text_below_other_titles_is_no_story(void **state)
{
	const char *text = "Read the whole story on our site";

	assert_false(is_near(&(struct text){"Acme wins an award for its drivers", text},
		&(struct text){"Acme is sued by customers in the north", text}));
	assert_true(is_near(&(struct text){"Acme wins an award for its drivers", text},
		&(struct text){"Acme wins an award for its drivers", text}));
}

static void long_texts_cost_what_their_beginning_costs(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(32 << 20);

	for (size_t i = 0; i < 1000000; i++)
		str_add_format(&text, "word%zu ", i);

	const struct sketch whole = sketch(&(struct text){NULL, str_text(&text)});
	assert_true(whole.n_all <= 160 && whole.n_features <= 64);
	assert_false(sketch(&(struct text){NULL, ""}).n_features);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_of_an_article_are_near),
		cmocka_unit_test(in_a_short_post_every_word_counts),
		cmocka_unit_test(scripts_are_alike),
		cmocka_unit_test(a_constant_text_below_other_titles_is_no_story),
		cmocka_unit_test(long_texts_cost_what_their_beginning_costs),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
