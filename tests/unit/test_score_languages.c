/* What a customer says in each language that we have a lexicon for: a
 * complaint is found and angry, praise and a question are not. */
#include <string.h>

#include "base/arena.h"
#include "score/scorer.h"
#include "unit/unit.h"

static void test_complaint_praise_and_question(void **state)
{
	static const struct {
		const char *lang, *text;
		enum sentiment_label label;
		bool angry;
	} cases[] = {
		{"ar", "طلبي ما وصل من اسبوع ومحد يرد، أسوأ شركة", LABEL_NEGATIVE, true},
		{"ar", "شكرا لكم، خدمة ممتازة", LABEL_POSITIVE, false},
		{"ar", "متى يفتح الفرع؟", LABEL_NEUTRAL, false},
		{"de", "Mein Paket ist seit drei Wochen nicht angekommen und niemand geht ran!",
			LABEL_NEGATIVE, true},
		{"de", "Danke für die schnelle Hilfe, super Service", LABEL_POSITIVE, false},
		{"de", "Wann öffnet die Filiale in Köln?", LABEL_NEUTRAL, false},
		{"es", "llevo tres semanas esperando mi pedido y nadie responde, nunca más",
			LABEL_NEGATIVE, true},
		{"es", "muchas gracias, excelente atención", LABEL_POSITIVE, false},
		{"es", "¿a qué hora abre la tienda?", LABEL_NEUTRAL, false},
		{"fr", "toujours pas de réponse depuis trois semaines, colis perdu, je résilie",
			LABEL_NEGATIVE, true},
		{"fr", "merci beaucoup, service impeccable", LABEL_POSITIVE, false},
		{"fr", "à quelle heure ouvre la boutique ?", LABEL_NEUTRAL, false},
		{"hi", "teen hafte se parcel nahi mila, koi jawab nahi, ghatiya service",
			LABEL_NEGATIVE, true},
		{"hi", "तीन हफ्ते से पार्सल नहीं मिला, कोई जवाब नहीं, घटिया सेवा", LABEL_NEGATIVE, true},
		{"hi", "bahut badhiya service, dhanyavad", LABEL_POSITIVE, false},
		{"hi", "बहुत बढ़िया सेवा, धन्यवाद", LABEL_POSITIVE, false},
		{"hi", "store kitne baje khulta hai?", LABEL_NEUTRAL, false},
		{"hi", "दुकान कब खुलती है?", LABEL_NEUTRAL, false},
		{"it", "aspetto da tre settimane, nessuno risponde, che vergogna!", LABEL_NEGATIVE,
			true},
		{"it", "grazie mille, servizio eccellente", LABEL_POSITIVE, false},
		{"it", "a che ora apre il negozio?", LABEL_NEUTRAL, false},
		{"pt", "há três semanas esperando, ninguém responde, um descaso!", LABEL_NEGATIVE,
			true},
		{"pt", "muito obrigada, atendimento excelente", LABEL_POSITIVE, false},
		{"pt", "que horas abre a loja?", LABEL_NEUTRAL, false},
	};
	const struct scorer_options options = {.folder = TESTS_DIR "/../config/lexicons"};
	CLEANUP(scorer_freep) struct scorer *scorer = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;

	(void)state;
	assert_int_equal(scorer_open(&options, &scorer, NULL), 0);
	assert_int_equal(arena_new(16 << 20, &arena), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct post post = {.text = cases[i].text, .lang = cases[i].lang};
		const struct score_request request = {.post = &post};
		struct sentiment sentiment;

		arena_reset(arena);
		assert_int_equal(scorer_score(scorer, &request, arena, &sentiment), 0);
		expect(sentiment.label == cases[i].label && sentiment.angry == cases[i].angry,
			"%s: `%s' is %s, anger %.2f", cases[i].lang, cases[i].text,
			label_name(sentiment.label), sentiment.anger);
		expect(strcmp(sentiment.lang, cases[i].lang) == 0, "`%s' is read as %s",
			cases[i].text, sentiment.lang);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complaint_praise_and_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
