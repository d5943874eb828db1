#include "base/str.h"
#include "text/entities.h"
#include "unit.h"

struct entities_case {
	const char *text;
	const char *found; /* separated by spaces */
};

static void add_texts(struct str *str, const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		str_add_format(str, "%s%s", i > 0 ? " " : "", texts->items[i]);
}

static void check(const struct entities_case *cases, size_t n, size_t list)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		CLEANUP(str_done) struct str got = STR_INIT(4096);
		struct entities found;

		assert_int_equal(arena_new(1 << 20, &arena), 0);
		assert_int_equal(entities_find(slice_of(cases[i].text), arena, &found), 0);
		add_texts(&got, (const struct texts *)(void *)((char *)&found + list));
		expect(same_text(str_text(&got), cases[i].found), "`%s': got `%s', want `%s'",
			cases[i].text, str_text(&got), cases[i].found);
	}
}

static void test_finds_hashtags(void **state)
{
	static const struct entities_case cases[] = {
		{"#nike #Just_Do_It", "nike Just_Do_It"},
		{"＃日本語 です", "日本語"},
		{"a#b &#x #1 #2026 #2cool", "2cool"},
		{"日本#tag", ""},
		{"។#ភ្នំពេញ និង #ខ្មែរ២០២៦", "ភ្នំពេញ ខ្មែរ២០២៦"},
		{"#ગુજરાતી #हिन्दी #한국어 #монгол", "ગુજરાતી हिन्दी 한국어 монгол"},
		{"#צה״ל #תל־אביב #il·lusió", "צה״ל תל־אביב il·lusió"},
		{"#می‌خواهم", "می‌خواهم"},
		{"#հայտնվու՞մ", "հայտնվու՞մ"},
		{"#️⃣ #a#b ##c", "c"},
		{"#tag, (#tag2) \"#tag3\" /#tag4", "tag tag2 tag3 tag4"},
		{"#http://x.com #foo-bar #", "foo"},
		{"https://example.com/#nike #nike", "nike"},
		{"#_ #__1 #½ #Ⅷ #1½", ""},
		{"#m² #Hawaiʻi #a\u200Cb #x\u00ADy", "m Hawaiʻi a\u200Cb x"},
		{"#ព្រះ\u17B4រាជ #ไทย๒ #にほん〜ご", "ព្រះ\u17B4រាជ ไทย๒ にほん〜ご"},
		{"\uFE0F#a é#b ²#c", "a c"},
		{"😀#nike", "nike"},
		{"http://intranet/#x http://shop.internal#y http://a.b?c=d#z \u202B#w\u202C", "w"},
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases), offsetof(struct entities, hashtags));
}

static void test_finds_handles(void **state)
{
	static const struct entities_case cases[] = {
		{"@nike and ＠Nike_2", "nike Nike_2"},
		{"hello@nike me@shop.example first.last@shop.example", ""},
		{"@user@mastodon.example, @first.last@host.example.", "user@mastodon.example "
								      "first.last@host.example"},
		{"@name.bsky.social. @shop.example", "name.bsky.social shop.example"},
		{"@nike. @nike's @nike-fan", "nike nike nike"},
		{"RT@nike: rt:@adidas start@puma", "nike adidas"},
		{"សួស្តី@nikeបាទ привет@acme 日本@acme", "nike acme acme"},
		{"@nike@ @@nike $@nike !@nike", ""},
		{"@josé @http://x.com", ""},
		{".@nike (@nike) \"@nike\" /@nike", "nike nike nike nike"},
		{"https://example.com/@nike", ""},
		{"@", ""},
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases), offsetof(struct entities, handles));
}

static void test_finds_links(void **state)
{
	static const struct entities_case cases[] = {
		{"http://example.com https://Example.com/a?b=c#d",
			"http://example.com https://Example.com/a?b=c#d"},
		{"see nike.com, www.nike.co.ke. and bit.ly/x", "nike.com www.nike.co.ke bit.ly/x"},
		{"me.too foo.nosuchtld node.js", ""},
		{"at bit.ly, x.de? vine.co", "bit.ly x.de vine.co"},
		{"(http://example.com/a_(b)) http://example.com/a).",
			"http://example.com/a_(b) http://example.com/a"},
		{"http://example.com/a, http://example.com/b! http://example.com/c'",
			"http://example.com/a http://example.com/b http://example.com/c"},
		{"twitter.comこれはexample.com中文t.co/abcde한국",
			"twitter.com example.com t.co/abcde"},
		{"មើលhttps://example.com/ទំព័រ", "https://example.com/"},
		{"http://münchen.de http://пример.рф/путь",
			"http://münchen.de http://пример.рф/путь"},
		{"http://127.0.0.1:8080/x http://[::1]:80/y 1.2.3.4",
			"http://127.0.0.1:8080/x http://[::1]:80/y"},
		{"a@nike.com #nike.com $nike.com x.nike.com@y", ""},
		{"xhttp://nike.com", ""},
		{"http:// http://.com http://- http://[", ""},
		{"http://example.com:80 http://example.com:80/x?y=z.",
			"http://example.com:80 "
			"http://example.com:80/x?y=z"},
		{"https://en.wikipedia.org/wiki/A_(b_(c))_d",
			"https://en.wikipedia.org/wiki/A_(b_(c))_d"},
		{"https://example.com/a&b=ü https://shop.example.org?q=1&",
			"https://example.com/a&b=ü "
			"https://shop.example.org?q=1&"},
		{"болно.Энэ આવશે.Instagram 3.14", ""},
		/* No rule for the last label alone, or one that takes in what stands before it. */
		{"http://www.foo.co.za/acme-recall https://shop.gov.za/x?y=1#z acme.co.za, "
		 "x.com.kh",
			"http://www.foo.co.za/acme-recall https://shop.gov.za/x?y=1#z acme.co.za "
			"x.com.kh"},
		{"co.za foo.za", ""},
		/* Direction marks. */
		{"\u202Bhttps://paper.example.org/a\u202C \u2066nike.com\u2069 \u200Fbit.ly/x",
			"https://paper.example.org/a nike.com bit.ly/x"},
		/* With a scheme, whatever the host is. */
		{"http://intranet https://shop.internal/x. http://localhost:80/a http://x_y",
			"http://intranet https://shop.internal/x http://localhost:80/a http://x_y"},
		{"http://app.dev.local/x#y http://example.com.Then http://intranetを",
			"http://app.dev.local/x#y http://example.com http://intranet"},
		{"http://jo:pw@host.internal/a http://jo@nike.com",
			"http://jo:pw@host.internal/a http://jo@nike.com"},
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases), offsetof(struct entities, links));
}

static void test_a_post_gets_each_entity_once(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct post post = {
		.title = "#Nike by @Nike at nike.com",
		.text = "#nike #NIKÉ @nike @adidas nike.com https://nike.com/x",
	};
	CLEANUP(str_done) struct str got = STR_INIT(4096);

	(void)state;
	assert_int_equal(arena_new(1 << 20, &arena), 0);
	assert_int_equal(texts_add(&post.hashtags, arena, SLICE("NIKE")), 0);
	assert_int_equal(entities_add(&post, arena), 0);

	add_texts(&got, &post.hashtags);
	str_add_text(&got, "; ");
	add_texts(&got, &post.handles);
	str_add_text(&got, "; ");
	add_texts(&got, &post.links);
	assert_string_equal(str_text(&got), "NIKE NIKÉ; Nike adidas; nike.com https://nike.com/x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_hashtags),
		cmocka_unit_test(test_finds_handles),
		cmocka_unit_test(test_finds_links),
		cmocka_unit_test(test_a_post_gets_each_entity_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
