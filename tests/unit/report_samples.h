/* tests/unit/report_samples.h: mentions as they come, in many scripts, and a
 * digest of them.  Marks are found in the texts, not counted by hand. */
#pragma once

#include <stdlib.h>

#include "base/utf8.h"
#include "report/report.h"
#include "unit/unit.h"

/* A mention in short: what is marked in it, and how. */
struct sample {
	const char *author, *handle, *lang, *title, *text;
	const char *hit;      /* the brand, as it stands there */
	const char *terms[3]; /* words that counted */
	double valence[3];
	double anger;
	enum sentiment_label label;
	double compound;
	const char *url;
	int64_t incident_id;
	size_t n_copies;
};

static const int64_t sample_now_us = INT64_C(1795237200) * US_PER_S; /* 2026-11-21 05:00 UTC */

static const struct sample samples[] = {
	{"Jane Wanjiru", "janew", "en", NULL,
		"@acmehelp third time this week that your courier says \"nobody at home\". I was "
		"at home ALL DAY. Worst service ever, I want my refund or I will sue. Where is my "
		"parcel, Acme?",
		"Acme", {"Worst", "sue", "refund"}, {-3.1, -1.7, 0}, 0.91, LABEL_NEGATIVE, -0.83,
		"https://social.example/@janew/1", 12, 1},
	{"ሰላም / Սոնա Պետրոսյան", "sona_p", "hy", NULL,
		"Acme-ի սպասարկումը սարսափելի է, երրորդ օրը զանգում եմ, և ոչ ոք չի պատասխանում։ "
		"Ի՞նչ է կատարվում ձեզ մոտ։",
		"Acme", {"սարսափելի"}, {-2.9}, 0.7, LABEL_NEGATIVE, -0.62,
		"https://social.example/@sona_p/2", 13, 1},
	{"សុខ ដារ៉ា", "dara", "km", NULL,
		"សេវាកម្មរបស់ Acme យឺតណាស់ខ្ញុំរង់ចាំបីថ្ងៃហើយនៅតែមិនទាន់បានទទួលកញ្ចប់ខ្ញុំខឹងណាស់"
		"មិនដែលឃើញក្រុមហ៊ុនណាអាក្រក់ជាងនេះទេ",
		"Acme", {"អាក្រក់", "ខឹង"}, {-2.8, -2.2}, 0.64, LABEL_NEGATIVE, -0.58,
		"https://social.example/@dara/3", 14, 1},
	{"પ્રિયા શાહ", NULL, "gu", "એક્મેની ડિલિવરી વિશે",
		"Acme ની સેવા ખૂબ ખરાબ છે. ત્રણ દિવસથી પાર્સલ આવ્યું નથી અને કોઈ જવાબ આપતું નથી.", "Acme",
		{"ખરાબ"}, {-2.5}, 0.2, LABEL_NEGATIVE, -0.44, "https://forum.example/t/4", 0, 1},
	{"Бат-Эрдэнэ", "bat", "mn", NULL,
		"Acme-ийн хүргэлт маш удаан, харилцагчдаа огт хүндэлдэггүй юм байна.", "Acme",
		{"удаан"}, {-1.6}, 0.1, LABEL_NEGATIVE, -0.31, "https://social.example/@bat/5", 0,
		1},
	{"سارة الأحمد", "sara", "ar", NULL,
		"خدمة Acme سيئة جدا، انتظرت أسبوعين ولم يصل الطرد. لن أشتري منكم مرة أخرى!", "Acme",
		{"سيئة"}, {-2.4}, 0.4, LABEL_NEGATIVE, -0.57, "https://social.example/@sara/6", 0,
		1},
	{"<script>alert(1)</script>", "\"><img src=x>", "\" onload=\"x", "<b>Bold & \"quoted\"</b>",
		"<script>alert('Acme')</script> "
		"Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
		"bauunterbeamtengesellschaft\x1b[31m",
		"Acme", {"alert"}, {-0.5}, 0, LABEL_NEUTRAL, -0.02, "javascript:alert(1)", 0, 1},
	{"Amina Otieno", "amina", "sw", NULL,
		"Asante sana Acme! Nimepata mzigo wangu leo asubuhi, huduma nzuri sana.", "Acme",
		{"Asante", "nzuri"}, {2.2, 2.4}, 0, LABEL_POSITIVE, 0.78,
		"https://social.example/@amina/7", 0, 1},
	{"Nairobi Daily", NULL, "en", "Acme opens ten more pick-up points in Nairobi",
		"The parcel company Acme said on Friday that it will open ten more pick-up points "
		"in the capital before Christmas.\n\nThe new points will be open until 22:00.",
		"Acme", {NULL}, {0}, 0, LABEL_UNKNOWN, 0, "https://news.example/acme-opens?a=1&b=2",
		0, 1204},
};

static void *sample_alloc(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	assert_non_null(memory);
	return memory;
}

/* Code points of the first occurrence of WORD in TEXT. */
static bool sample_find(const char *text, const char *word, size_t *ret_start, size_t *ret_end)
{
	const ptrdiff_t at = text && word ? slice_find(slice_of(text), slice_of(word)) : -1;

	if (at < 0)
		return false;
	*ret_start = utf8_index(slice_of(text), (size_t)at);
	*ret_end = *ret_start + utf8_length(slice_of(word));
	return true;
}

static void sample_mark(struct item *item, const struct sample *sample)
{
	item->hits = sample_alloc(1, sizeof(*item->hits));
	item->hits[0] = (struct hit){.field = FIELD_TEXT, .text = sample->hit, .term = "acme"};
	item->n_hits =
		sample_find(sample->text, sample->hit, &item->hits[0].start, &item->hits[0].end);
	item->sentiment.terms = sample_alloc(3, sizeof(*item->sentiment.terms));
	for (size_t i = 0; i < 3; i++) {
		struct scored_term *term = &item->sentiment.terms[item->sentiment.n_terms];

		*term = (struct scored_term){.field = FIELD_TEXT,
			.text = sample->terms[i],
			.valence = sample->valence[i],
			.anger = sample->valence[i] == 0 ? 0.4 : 0,
			.flags = sample->valence[i] == 0 ? FLAG_COMPLAINT : 0};
		item->sentiment.n_terms +=
			sample_find(sample->text, sample->terms[i], &term->start, &term->end);
	}
}

/* Item of sample INDEX; release it by sample_done(). */
static struct item sample_item(size_t index)
{
	const struct sample *sample = &samples[index % ARRAY_SIZE(samples)];
	struct item item = {
		.mention_id = 4200 + (int64_t)index,
		.stream = "acme",
		.stream_label = "Acme",
		.post = {.url = sample->url,
			.title = sample->title,
			.text = sample->text,
			.author = sample->author,
			.author_handle = sample->handle,
			.author_url = sample->url,
			.lang = sample->lang,
			.published = INSTANT(sample_now_us - (int64_t)index * 17 * US_PER_MINUTE),
			.source = "acme-fediverse"},
		.sentiment = {.compound = sample->compound,
			.label = sample->label,
			.anger = sample->anger,
			.angry = sample->anger >= 0.6,
			.flags = sample->anger >= 0.9 ? FLAG_COMPLAINT | FLAG_LEGAL : 0,
			.lang = sample->lang},
		.fetched = INSTANT(sample_now_us),
		.n_copies = sample->n_copies,
		.incident_id = sample->incident_id,
		.rule = "angry-customer",
	};

	if (index == 0) {
		item.post.metrics[METRIC_FOLLOWERS] = (struct metric_value){12400, true};
		item.post.location.name = "Nairobi";
	}
	if (item.incident_id != 0) {
		item.opened = INSTANT(sample_now_us - 30 * US_PER_MINUTE);
		item.deadline =
			INSTANT(sample_now_us + (int64_t)(1 - (int64_t)index) * 30 * US_PER_MINUTE);
	}
	sample_mark(&item, sample);
	return item;
}

static void sample_done(struct item *item)
{
	free(item->hits);
	free(item->sentiment.terms);
}

/* N items from sample FIRST on, of N_ALL. */
static struct items sample_items(size_t first, size_t n, size_t n_all)
{
	struct items items = {.n = n, .n_all = n_all};

	items.list = sample_alloc(n + 1, sizeof(*items.list));
	for (size_t i = 0; i < n; i++)
		items.list[i] = sample_item(first + i);
	return items;
}

static void sample_items_done(struct items *items)
{
	for (size_t i = 0; i < items->n; i++)
		sample_done(&items->list[i]);
	free(items->list);
}

static struct rising_word sample_rising[] = {
	{"#acmefail", 31, 2}, {"refund", 19, 4}, {"កញ្ចប់", 9, 0}, {"Christmas", 8, 3}};

static struct stream_count sample_streams[] = {
	{"acme", "Acme", "brand", 42, 30, 14, 12, 10, 6, 3, 30, 2},
	{"globex", "Globex", "competitor", 71, 60, 20, 26, 25, 0, 0, 71, 0},
	{"initech", "Initech", "competitor", 1, 1, 0, 1, 0, 0, 0, 4, 0},
	{"parcels", "Parcels & post", "topic", 120, 90, 30, 60, 30, 0, 0, 110, 1},
};

static struct source_health sample_troubled[] = {
	{"nairobi-daily", "answers 503 since Fri 20 Nov, 21:10", {0}, {0}, 14},
	{"acme-reddit", "nothing new for 3 days, usually every 20 minutes", {0}, {0}, 0},
};

static struct failed_mail sample_failed[] = {
	{.kind = DELIVERY_ALERT,
		.recipient = "press",
		.rule = "angry-customer",
		.stream = "acme",
		.source = "nairobi-daily",
		.why = "5.1.1 no such user",
		.at = INSTANT(INT64_C(1795230000) * US_PER_S)},
	{.kind = DELIVERY_DIGEST,
		.recipient = "boss",
		.why = "the mail cannot be written: larger than the limit",
		.at = INSTANT(INT64_C(1795230060) * US_PER_S)},
};

static struct digest sample_digest(void)
{
	struct digest digest = {
		.from_us = sample_now_us - US_PER_DAY,
		.until_us = sample_now_us,
		.timezone = "Africa/Nairobi",
		.needs_answer = sample_items(0, 2, 2),
		.still_open = sample_items(2, 1, 1),
		.negative = sample_items(3, 3, 10),
		.positive = sample_items(7, 1, 14),
		.news = sample_items(8, 1, 1),
		.rising = sample_rising,
		.n_rising = ARRAY_SIZE(sample_rising),
		.streams = sample_streams,
		.n_streams = ARRAY_SIZE(sample_streams),
		.troubled = sample_troubled,
		.n_troubled = ARRAY_SIZE(sample_troubled),
		.n_sources = 38,
		.failed = {sample_failed, ARRAY_SIZE(sample_failed), 7},
		.n_held_back = 14,
	};

	digest.still_open.list[0].state = INCIDENT_ACKNOWLEDGED;
	digest.still_open.list[0].assignee = "peter";
	sample_troubled[0].last_success = INSTANT(sample_now_us - 11 * US_PER_HOUR);
	return digest;
}

static void sample_digest_done(struct digest *digest)
{
	sample_items_done(&digest->needs_answer);
	sample_items_done(&digest->still_open);
	sample_items_done(&digest->negative);
	sample_items_done(&digest->positive);
	sample_items_done(&digest->news);
}
