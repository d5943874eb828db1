/* What people say, and what the scorer must make of it.  The sentences are
 * ours; the lexicons are those of config/lexicons. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "score/scorer.h"
#include "unit/unit.h"
#include "unit/work.h"

#define ANY_FLAGS (~0u)

struct fixture {
	struct scorer *scorer;
	struct arena *arena;
};

static int setup(void **state)
{
	static struct fixture fixture;
	const struct scorer_options options = {.folder = TESTS_DIR "/../config/lexicons"};

	assert_int_equal(scorer_open(&options, &fixture.scorer, NULL), 0);
	assert_int_equal(arena_new((size_t)1 << 30, &fixture.arena), 0);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	scorer_free(fixture->scorer);
	arena_free(fixture->arena);
	return 0;
}

static struct sentiment scored_post(struct fixture *fixture, const struct score_request *request)
{
	struct score_request explained = *request;
	struct sentiment sentiment;

	explained.explain = true;
	arena_reset(fixture->arena);
	assert_int_equal(scorer_score(fixture->scorer, &explained, fixture->arena, &sentiment), 0);
	return sentiment;
}

static struct sentiment scored(struct fixture *fixture, const char *text)
{
	const struct post post = {.text = text};

	return scored_post(fixture, &(struct score_request){.post = &post});
}

static const struct scored_term *find_term(const struct sentiment *sentiment, const char *text)
{
	for (size_t i = 0; i < sentiment->n_terms; i++)
		if (strcmp(sentiment->terms[i].text, text) == 0)
			return &sentiment->terms[i];

	return NULL;
}

static bool has_why(const struct sentiment *sentiment, const char *text, const char *why)
{
	const struct scored_term *term = find_term(sentiment, text);

	return term && texts_has(&term->why, slice_of(why));
}

static void test_labels(void **state)
{
	static const struct {
		const char *text;
		enum sentiment_label want;
	} cases[] = {
		{"I love this phone, it is so good!", LABEL_POSITIVE},
		{"The parcel comes on Tuesday.", LABEL_NEUTRAL},
		{"This is the worst phone I have ever had", LABEL_NEGATIVE},
		{"", LABEL_UNKNOWN},
		{"12345", LABEL_UNKNOWN},
		{"https://shop.example/awesome", LABEL_UNKNOWN},
		/* What word lists without terms of several words get wrong. */
		{"refund now or I will sue", LABEL_NEGATIVE},
		{"never again", LABEL_NEGATIVE},
		{"waiting 3 hours on hold", LABEL_NEGATIVE},
		{"thanks for nothing", LABEL_NEGATIVE},
		{"no problems", LABEL_POSITIVE},
		{"not the worst", LABEL_POSITIVE},
		{"Nobody is happy with this update", LABEL_NEGATIVE},
		{"@champion hello there", LABEL_NEUTRAL},
		{"#WorstServiceEver", LABEL_NEGATIVE},
		{"The screen is great but the battery is terrible", LABEL_NEGATIVE},
		{"The battery is terrible but the screen is great", LABEL_POSITIVE},
		{"It is not only fast, it is beautiful", LABEL_POSITIVE},
		/* The other languages. */
		{"Huduma zenu ni mbovu sana", LABEL_NEGATIVE},
		{"Asante sana kwa huduma nzuri", LABEL_POSITIVE},
		{"សេវាកម្មអន់ណាស់", LABEL_NEGATIVE},
		{"អរគុណច្រើន សេវាល្អណាស់", LABEL_POSITIVE},
		{"Үйлчилгээ маш муу байна", LABEL_NEGATIVE},
		{"Маш их баярлалаа, үнэхээр гоё байна", LABEL_POSITIVE},
		{"Սպասարկումը շատ վատն է", LABEL_NEGATIVE},
		{"Շատ շնորհակալ եմ, հիանալի սպասարկում", LABEL_POSITIVE},
		{"ખૂબ ખરાબ સેવા છે", LABEL_NEGATIVE},
		{"ખૂબ સરસ સેવા, આભાર", LABEL_POSITIVE},
		/* No lexicon: never a false neutral. */
		{"Het weer in Rotterdam blijft dit weekend helaas erg wisselvallig", LABEL_UNKNOWN},
		{"Сегодня вечером в центре города состоится концерт", LABEL_UNKNOWN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sentiment got = scored(*state, cases[i].text);

		expect(got.label == cases[i].want, "`%s': %s (%.2f), want %s", cases[i].text,
			label_name(got.label), got.compound, label_name(cases[i].want));
	}
}

static void test_angry_customers(void **state)
{
	static const char *const texts[] = {
		"@acmehelp still no parcel, third call this week",
		"My flight got cancelled and nobody at the desk will tell us anything",
		"I have been on hold for 45 minutes. Unacceptable.",
		"@acme your app crashed again and I lost all my work",
		"refund now or I will sue",
		"never again",
		"waiting 3 hours on hold",
		"thanks for nothing",
		"Worst airline ever. Lost my luggage and no one cares.",
		"WHERE IS MY REFUND??? It has been 3 weeks",
		"Cancelling my subscription today, this service is a joke",
		"@acme why is the internet down AGAIN? I work from home",
		"So they charged me twice and refuse to refund. Thieves.",
		"how hard is it to answer the phone, you are useless",
		"I'm done with @acme. Switching to Globex tomorrow.",
		"I paid and nothing arrived, not even an answer to my mails 😡",
		"Absolutely disgusting food, never eating here again",
		"If this isn't fixed by Friday I'm going to the ombudsman",
		"Huduma zenu ni mbovu sana, nimesubiri masaa matatu na hamjibu simu!",
		"Rudisheni pesa zangu wezi nyinyi",
		"Mtandao haufanyi kazi tangu jana, sitanunua bando lenu tena",
		"សេវាកម្មអន់ណាស់ ខ្ញុំរង់ចាំបីម៉ោងហើយ គ្មានអ្នកឆ្លើយ",
		"ខឹងណាស់! លែងប្រើទៀតហើយ",
		"Үйлчилгээ маш муу байна, гурав дахь удаа залгаж байна, хариу өгөхгүй байна!",
		"Уур хүрч байна, мөнгөө буцааж авмаар байна",
		"Սպասարկումը շատ վատն է, երեք օր սպասում եմ, ոչ ոք չի պատասխանում",
		"Զայրացած եմ, այլևս չեմ օգտվի ձեր ծառայությունից",
		"ખૂબ ખરાબ સેવા છે, ત્રણ દિવસથી રાહ જોઉં છું, કોઈ જવાબ નથી",
		"મારા પૈસા પાછા આપો, ચોર કંપની! ફરી ક્યારેય નહીં ખરીદું",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct sentiment got = scored(*state, texts[i]);

		expect(got.angry, "`%s' is not angry: %.2f (%s)", texts[i], got.anger, got.lang);
	}
}

static void test_others_are_not_angry(void **state)
{
	static const char *const texts[] = {
		"I love the new Acme phone, best ever",
		"How do I reset my password?",
		"Does Acme ship to Kenya?",
		"Acme opens a new shop in Nairobi",
		"Acme is hiring a customer support agent. Apply now https://jobs.example/1",
		"Three people died in a terrible crash, police said",
		"Couriers of Acme will stop work on Friday, their union said. It asks for paid "
		"waiting time. The company said that parcels would arrive late",
		"Acme reports quarterly loss of 3 billion as shares crash https://news.example/2",
		"Acme sued over patent infringement, court documents show https://news.example/3",
		"I am so sad, my grandmother died yesterday",
		"Thanks @acme, problem solved in five minutes!",
		"no problems with my order, all good",
		"So tired today, need coffee",
		"@acme thank you for the quick refund",
		"@acme how do I get a refund for a cancelled flight?",
		"@acme is flight 331 delayed?",
		"@acme any update on the delay of flight 22?",
		"I waited 3 hours for the concert and it was worth it",
		"We apologise for the delay. Our team is working on it.",
		"We apologise for the outage this morning. Our team is working on a fix.",
		("Today's downtime: we are aware of the problem, the site is down for many of you. "
		 "Thank you for your patience."),
		"Weather is terrible today",
		"I hate Mondays",
		"Damn, this pizza is good",
		"fucking love this band",
		"The food was awful but the service was great and they gave us a refund",
		"Looking for a customer service job in Lagos",
		"Earthquake kills 200 in the north, thousands homeless",
		"Can't wait for Friday!!!",
		"I was angry at first but they fixed it within an hour, brilliant service",
		"Never been happier with a purchase",
		"No complaints, would order again",
		"Rais amesema serikali itajenga barabara mpya",
		"រដ្ឋមន្ត្រីបាននិយាយថា ផ្លូវថ្មីនឹងសាងសង់នៅខេត្តកំពង់ចាម",
		"Засгийн газар шинэ төсөв баталлаа",
		"Վարչապետը հայտարարեց նոր ծրագրի մասին",
		"મુખ્યમંત્રીએ નવી યોજનાની જાહેરાત કરી",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct sentiment got = scored(*state, texts[i]);

		expect(!got.angry, "`%s' is angry: %.2f", texts[i], got.anger);
	}
}

static void test_flags(void **state)
{
	static const struct {
		const char *text;
		unsigned int want;
		const char *by; /* the term that raised it */
	} cases[] = {
		{"still waiting for my parcel", FLAG_COMPLAINT, "still waiting"},
		{"I will never buy again", FLAG_CHURN, "will never buy again"},
		{"I will sue", FLAG_LEGAL, "I will sue"},
		{"you fucking cowards", FLAG_PROFANITY, "fucking"},
		{"please help, it is urgent", FLAG_URGENT, "please help"},
		{"thanks for nothing", FLAG_SARCASM, "thanks for nothing"},
		{"Great, my parcel is lost again", FLAG_SARCASM, "Great"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sentiment got = scored(*state, cases[i].text);
		const struct scored_term *term = find_term(&got, cases[i].by);

		expect(got.flags & cases[i].want, "`%s' raises %x", cases[i].text, got.flags);
		expect(term && (term->flags & cases[i].want),
			"`%s': the term `%s' did not raise it", cases[i].text, cases[i].by);
	}
}

static void test_reasons(void **state)
{
	static const struct {
		const char *text, *term, *why;
	} cases[] = {
		{"this is not a beautiful phone", "beautiful", "negated by not"},
		{"nobody was helpful", "helpful", "negated by nobody"},
		{"a very ugly colour", "ugly", "boosted by very"},
		{"a slightly ugly colour", "ugly", "weakened by slightly"},
		{"an UGLY colour", "UGLY", "caps"},
		{"an uglyyyy colour", "uglyyyy", "drawn out"},
		{"the colour is ugly but the shape is beautiful", "ugly", "before but"},
		{"the colour is ugly but the shape is beautiful", "beautiful", "after but"},
		{"that colour 😡", "😡", "emoji"},
		{"that colour :(", ":(", "emoji"},
		{"#ugly", "ugly", "hashtag"},
		{"their \"service\" was so \"helpful\"", "helpful", "in quotation marks"},
		{"haifanyi kazi, huduma gani hii, ugly app", "ugly", "English word"},
		{"આ ફોન સુંદર નથી", "સુંદર", "negated by નથી"},
		{"энэ утас гоё биш", "гоё", "negated by биш"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sentiment got = scored(*state, cases[i].text);

		expect(has_why(&got, cases[i].term, cases[i].why), "`%s': `%s' is not %s",
			cases[i].text, cases[i].term, cases[i].why);
	}
}

static void test_one_text_says_more_than_the_other(void **state)
{
	static const struct {
		const char *more, *less; /* compound */
	} cases[] = {
		{"a good phone", "not a good phone"},
		{"not a bad phone", "a bad phone"},
		{"a very good phone", "a good phone"},
		{"a good phone", "a slightly good phone"},
		{"a GOOD phone", "a good phone"},
		{"a bad phone", "a BAD phone"},
		{"a good phone!!!", "a good phone"},
		{"a bad phone", "a bad phone!!!"},
		{"a sooo good phone", "a good phone"},
		{"I like it, but it is slow", "It is slow"},
		{"the phone is good, never complained", "the phone is never good"},
		{"good 👍🏽", "good"},
		{"bad", "bad 🤬"},
		{"good ❤️", "good"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double more = scored(*state, cases[i].more).compound;
		double less = scored(*state, cases[i].less).compound;

		expect(more > less, "`%s' %.3f is not above `%s' %.3f", cases[i].more, more,
			cases[i].less, less);
	}
}

static void test_anger_rises_with_the_evidence(void **state)
{
	static const struct {
		const char *more, *less;
	} cases[] = {
		{"lost my parcel AGAIN", "lost my parcel"},
		{"you lost my parcel", "he lost my parcel"},
		{"waiting on hold for 3 hours", "waiting on hold"},
		{"this is bad service 😡", "this is bad service"},
		{"WORST BANK EVER, GIVE ME MY MONEY", "worst bank ever, give me my money"},
		{"terrible app!!!", "terrible app"},
		{"Terrible app, I lost my data", "Terrible app, police said https://a.example/1"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double more = scored(*state, cases[i].more).anger;
		double less = scored(*state, cases[i].less).anger;

		expect(more > less, "`%s' %.3f is not above `%s' %.3f", cases[i].more, more,
			cases[i].less, less);
	}
}

static void test_offsets_are_code_points_of_the_field(void **state)
{
	static const char *const texts[] = {
		"😀 não é mau, ugly 😡 #WorstServiceEver :(",
		"Ի՞նչ է սա, ամոթ ձեզ",
		"សេវាកម្មអន់ណាស់ ខ្ញុំខឹងណាស់",
		"ખૂબ ખરાબ સેવા, ગુસ્સો આવે છે",
		"soooo   BAD\n\nthanks\tfor  nothing 👨‍👩‍👧 ❤️",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct sentiment got = scored(*state, texts[i]);
		struct slice text = slice_of(texts[i]);

		expect(got.n_terms > 0, "`%s' has no terms", texts[i]);
		for (size_t k = 0; k < got.n_terms; k++) {
			const struct scored_term *term = &got.terms[k];
			size_t start = utf8_offset(text, term->start);
			struct slice there =
				slice_from(text.ptr + start, utf8_offset(text, term->end) - start);

			expect(slice_equals(there, slice_of(term->text)),
				"`%s': `%.*s' stands at %zu to %zu, not `%s'", texts[i],
				SLICE_FMT(there), term->start, term->end, term->text);
		}
	}
}

static void test_title_and_text_are_told_apart(void **state)
{
	const struct post post = {.title = "A beautiful lamp", .text = "An ugly chair"};
	struct sentiment got = scored_post(*state, &(struct score_request){.post = &post});

	assert_int_equal(got.n_terms, 2);
	assert_int_equal(find_term(&got, "beautiful")->field, FIELD_TITLE);
	assert_int_equal(find_term(&got, "ugly")->field, FIELD_TEXT);
	assert_int_equal(find_term(&got, "ugly")->start, 3);
}

static void test_own_names_carry_no_sentiment(void **state)
{
	const char *items[] = {"Happy Days", "@champion"};
	const struct texts own = {.items = items, .n = 2};
	const struct post post = {.text = "Happy Days and Champion opened at nine"};
	const struct hit hit = {.field = FIELD_TEXT, .start = 0, .end = 10, .text = "Happy Days"};

	assert_true(scored_post(*state, &(struct score_request){.post = &post}).compound > 0);
	struct score_request named = {.post = &post, .own = &own};
	assert_true(scored_post(*state, &named).compound == 0);
	struct score_request matched = {.post = &post, .hits = &hit, .n_hits = 1};
	struct sentiment got = scored_post(*state, &matched);
	assert_null(find_term(&got, "Happy"));
}

static void test_a_query_for_refunds_still_sees_the_refund(void **state)
{
	const struct post post = {.text = "refund now, this is a scam"};
	const struct hit hit = {.field = FIELD_TEXT, .start = 0, .end = 6, .text = "refund"};
	struct score_request request = {.post = &post, .hits = &hit, .n_hits = 1};

	assert_true(scored_post(*state, &request).flags & FLAG_COMPLAINT);
}

static void test_our_own_posts_are_never_angry(void **state)
{
	const char *items[] = {"@AcmeHelp", "www.acme.example"};
	const struct texts own = {.items = items, .n = 2};
	const char *text = "worst service ever, lost my parcel, I want my money back";
	const struct post by_handle = {.text = text, .author_handle = "acmehelp"};
	const struct post by_host = {.text = text, .url = "https://www.acme.example/blog/1"};
	const struct post by_other = {.text = text, .author_handle = "jane"};

	assert_false(scored_post(*state, &(struct score_request){.post = &by_handle, .own = &own})
			     .angry);
	assert_false(
		scored_post(*state, &(struct score_request){.post = &by_host, .own = &own}).angry);
	assert_true(
		scored_post(*state, &(struct score_request){.post = &by_other, .own = &own}).angry);
}

static void test_a_low_rating_counts(void **state)
{
	struct post post = {.text = "It is a disappointing phone."};
	double without = scored_post(*state, &(struct score_request){.post = &post}).anger;

	post.metrics[METRIC_RATING] = (struct metric_value){.value = 1, .known = true};
	assert_true(scored_post(*state, &(struct score_request){.post = &post}).anger > without);
	post.metrics[METRIC_RATING].value = 5;
	assert_true(scored_post(*state, &(struct score_request){.post = &post}).anger < without);
}

static struct sentiment rated(struct fixture *fixture, const char *text, double stars)
{
	const struct post post = {
		.text = text, .metrics[METRIC_RATING] = {.value = stars, .known = true}};

	return scored_post(fixture, &(struct score_request){.post = &post});
}

static void test_stars_are_weighed_with_the_words(void **state)
{
	static const struct {
		const char *text;
		double stars;
		enum sentiment_label want;
	} cases[] = {
		{"It's OK I guess", 1, LABEL_NEGATIVE},
		{"It's OK I guess", 5, LABEL_POSITIVE},
		{"The parcel comes on Tuesday.", 2, LABEL_NEGATIVE},
		{"The parcel comes on Tuesday.", 3, LABEL_NEUTRAL},
		{"The parcel comes on Tuesday.", 4, LABEL_POSITIVE},
		{"This is the worst phone I have ever had", 4, LABEL_NEGATIVE},
		/* Without a word that anybody knows. */
		{"Wisselvallig", 1.5, LABEL_NEGATIVE},
		{"Wisselvallig", 3, LABEL_NEUTRAL},
		{"Wisselvallig", 5, LABEL_POSITIVE},
		{"", 1, LABEL_NEGATIVE},
		/* No number of stars of five. */
		{"Wisselvallig", 0, LABEL_UNKNOWN},
		{"Wisselvallig", 87, LABEL_UNKNOWN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sentiment got = rated(*state, cases[i].text, cases[i].stars);

		expect(got.label == cases[i].want, "`%s' with %g stars: %s (%.2f), want %s",
			cases[i].text, cases[i].stars, label_name(got.label), got.compound,
			label_name(cases[i].want));
	}
}

static void test_stars_are_told_among_the_terms(void **state)
{
	struct sentiment got = rated(*state, "It's OK I guess", 1);
	const struct scored_term *term = &got.terms[got.n_terms - 1];

	assert_string_equal(term->text, "rating 1 of 5");
	assert_true(term->valence < 0 && term->start == 0 && term->end == 0);
	assert_true(has_why(&got, "rating 1 of 5", "rating"));
	got = rated(*state, "It's OK I guess", 3);
	assert_null(find_term(&got, "rating 3 of 5"));
}

/* A video's stars are its audience's. */
static void test_stars_beside_views_are_not_the_authors(void **state)
{
	const struct post post = {.text = "It is a disappointing phone.",
		.metrics[METRIC_RATING] = {.value = 5, .known = true},
		.metrics[METRIC_VIEWS] = {.value = 3456, .known = true}};
	struct sentiment got = scored_post(*state, &(struct score_request){.post = &post});

	assert_int_equal(got.label, LABEL_NEGATIVE);
	assert_null(find_term(&got, "rating 5 of 5"));
}

/* A feed may state the wrong language; the words tell. */
static void test_the_stated_language_must_fit(void **state)
{
	struct post post = {.text = "Huduma zenu ni mbovu sana", .lang = "en"};

	assert_string_equal(scored_post(*state, &(struct score_request){.post = &post}).lang, "sw");
	post = (struct post){.text = "the service was awful today", .lang = "en-GB"};
	assert_string_equal(scored_post(*state, &(struct score_request){.post = &post}).lang, "en");
}

static void test_one_bad_word_does_not_damn_an_article(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

	for (size_t i = 0; i < 300; i++)
		str_add_text(
			&text, "The committee met on Tuesday and looked at the next ten pages. ");
	str_add_text(&text, "One of them was terrible.");
	struct sentiment got = scored(*state, str_text(&text));
	assert_int_equal(got.label, LABEL_NEUTRAL);
	assert_false(got.angry);
}

/* In an article there is room for some of every evidence. */
static void test_anger_counts_by_its_density(void **state)
{
	static const char complaint[] =
		"I called Acme three times about my order, nobody helped me, they are liars. ";
	static const char plain[] =
		"The road goes past the mill and along the river to the next village. ";
	CLEANUP(str_done) struct str article = STR_INIT(1 << 20);
	double before = 1;

	for (size_t i = 0; i < 4; i++) {
		str_clear(&article);
		for (size_t j = 0; j < 3; j++) {
			for (size_t k = 0; k < 8 * i; k++)
				str_add_text(&article, plain);
			str_add_text(&article, complaint);
		}

		const struct sentiment got = scored(*state, str_text(&article));

		expect(i == 0 ? got.angry : got.anger < before - 0.05,
			"%zu sentences about the road: %.2f, before %.2f", 24 * i, got.anger,
			before);
		before = got.anger;
	}
}

static void test_a_long_post_is_scored_where_it_speaks_of_the_match(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

	for (size_t i = 0; i < 40; i++)
		str_add_text(&text, "The hotel was beautiful and everybody was happy. ");
	size_t start = text.len;
	str_add_text(&text, "Acme lost my luggage, what a terrible airline. ");
	for (size_t i = 0; i < 40; i++)
		str_add_text(&text, "We had a wonderful time at the beach. ");

	const struct post post = {.text = str_text(&text)};
	const struct hit hit = {
		.field = FIELD_TEXT, .start = start, .end = start + 4, .text = "Acme"};
	struct score_request request = {.post = &post, .hits = &hit, .n_hits = 1};

	assert_int_equal(scored(*state, post.text).label, LABEL_POSITIVE);
	struct sentiment got = scored_post(*state, &request);
	assert_int_equal(got.label, LABEL_NEGATIVE);
	assert_true(got.n_terms < 16);
}

static void test_what_is_not_read_to_its_end_is_told(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(4 << 20);

	while (text.len <= 64 << 10)
		str_add_text(&text, "The parcel comes on Tuesday. ");
	str_add_text(&text, "What a terrible, terrible day.");
	struct sentiment got = scored(*state, str_text(&text));

	assert_true(got.is_cut);
	assert_null(find_term(&got, "terrible"));
	assert_false(scored(*state, "The parcel comes on Tuesday.").is_cut);
}

static uint64_t work_for(struct fixture *fixture, const char *piece, size_t bytes)
{
	struct str text = STR_INIT((size_t)64 << 20);

	while (text.len < bytes)
		str_add_text(&text, piece);

	const uint64_t before = work_done();

	scored(fixture, str_text(&text));
	str_done(&text);
	return work_done() - before;
}

/* Eight times the text may be eight times the work, with room for tables that
 * grow; with the square it would be sixty-four. */
static void test_work_is_linear(void **state)
{
	static const char *const pieces[] = {
		"not very good but bad ",
		"😡🤬👍🏽",
		"!!!???...",
		"#WorstServiceEver ",
		"សេវាកម្មអន់ណាស់",
		"\"a\" @b ",
		"aaaaaaaaaaaaaaaa",
	};

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		const uint64_t less = work_for(*state, pieces[i], (size_t)1 << 13);
		const uint64_t more = work_for(*state, pieces[i], (size_t)1 << 16);

		expect(more < 10 * less, "`%s': 8 KiB are %" PRIu64 " blocks, 64 KiB %" PRIu64,
			pieces[i], less, more);
	}
}

static void test_what_is_cut_is_no_work(void **state)
{
	const uint64_t whole = work_for(*state, "not very good but bad ", (size_t)1 << 16);
	const uint64_t cut = work_for(*state, "not very good but bad ", (size_t)5 << 16);

	expect(cut < whole + whole / 2, "64 KiB are %" PRIu64 " blocks, 320 KiB %" PRIu64, whole,
		cut);
}

static void test_stop_words_of_all_languages_count(void **state)
{
	static const char *const words[] = {
		"the", "nicht", "ete", "kwa", "niet", "ដែល", "અને", "որ"};
	const struct fixture *fixture = *state;
	const struct map *stop_words = scorer_stop_words(fixture->scorer);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		expect(map_find(stop_words, slice_of(words[i]), NULL), "`%s'", words[i]);
	assert_false(map_find(stop_words, SLICE("refund"), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stop_words_of_all_languages_count),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_angry_customers),
		cmocka_unit_test(test_others_are_not_angry),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_one_text_says_more_than_the_other),
		cmocka_unit_test(test_anger_rises_with_the_evidence),
		cmocka_unit_test(test_offsets_are_code_points_of_the_field),
		cmocka_unit_test(test_title_and_text_are_told_apart),
		cmocka_unit_test(test_own_names_carry_no_sentiment),
		cmocka_unit_test(test_a_query_for_refunds_still_sees_the_refund),
		cmocka_unit_test(test_our_own_posts_are_never_angry),
		cmocka_unit_test(test_what_is_not_read_to_its_end_is_told),
		cmocka_unit_test(test_a_low_rating_counts),
		cmocka_unit_test(test_stars_are_weighed_with_the_words),
		cmocka_unit_test(test_stars_are_told_among_the_terms),
		cmocka_unit_test(test_stars_beside_views_are_not_the_authors),
		cmocka_unit_test(test_the_stated_language_must_fit),
		cmocka_unit_test(test_one_bad_word_does_not_damn_an_article),
		cmocka_unit_test(test_anger_counts_by_its_density),
		cmocka_unit_test(test_a_long_post_is_scored_where_it_speaks_of_the_match),
		cmocka_unit_test(test_work_is_linear),
		cmocka_unit_test(test_what_is_cut_is_no_work),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
