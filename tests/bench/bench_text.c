/* Languages of posts a CPU second, beside CLD2 alone on the same posts.
 *
 *	bench_text           posts of a tweet's length in many languages, from a seed
 *	bench_text --tags    reads texts, a line each, and prints for each the tag of
 *	                     language_detect(), a tab, and that of CLD2 alone (as it is
 *	                     asked by us: reliable guesses); tools/language-figures reads it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "text/cld2.h"
#include "text/language.h"

enum { N_POSTS = 20000, POST_BYTES = 512, LINE_MAX_BYTES = 1 << 16 };

/* Clauses of one language each: a post is a handle, three clauses and a link. */
static const char *const clauses[][6] = {
	{"still waiting for my parcel", "nobody answers the phone", "the app crashes every time",
		"three weeks and no refund", "the staff were really kind", "prices went up again"},
	{"warte immer noch auf das Paket", "am Telefon meldet sich keiner",
		"die App stürzt ständig ab", "seit drei Wochen kein Geld",
		"das Personal war sehr nett", "schon wieder teurer geworden"},
	{"sigo esperando el paquete", "nadie contesta el teléfono", "la aplicación se cierra sola",
		"tres semanas sin reembolso", "el personal fue muy amable",
		"otra vez subieron los precios"},
	{"toujours pas reçu mon colis", "personne ne répond au téléphone",
		"l'application plante sans arrêt", "trois semaines sans remboursement",
		"le personnel était adorable", "les prix ont encore augmenté"},
	{"aspetto ancora il pacco", "al telefono non risponde nessuno",
		"l'applicazione si blocca sempre", "tre settimane senza rimborso",
		"il personale è stato gentile", "i prezzi sono saliti ancora"},
	{"ainda estou à espera da encomenda", "ninguém atende o telefone",
		"o aplicativo trava toda hora", "três semanas sem reembolso",
		"os funcionários foram simpáticos", "os preços subiram outra vez"},
	{"bado nasubiri mzigo wangu", "hakuna anayepokea simu", "programu inajizima kila mara",
		"wiki tatu bila kurudishiwa pesa", "wahudumu walikuwa wakarimu sana",
		"bei zimepanda tena"},
	{"abhi tak parcel nahi mila", "koi phone nahi uthata", "app baar baar band ho jata hai",
		"teen hafte se refund nahi aaya", "staff bahut accha tha",
		"daam phir se badh gaye"},
	{"ما زلت أنتظر الطرد", "لا أحد يرد على الهاتف", "التطبيق يتوقف كل مرة",
		"ثلاثة أسابيع بدون استرداد", "الموظفون كانوا لطفاء جدا", "ارتفعت الأسعار مرة أخرى"},
	{"илгээмж ирээгүй л байна", "утсаа хэн ч авахгүй юм", "апп нь байнга унтардаг",
		"гурван долоо хоног боллоо", "ажилчид нь үнэхээр найрсаг", "үнэ дахиад нэмэгдлээ"},
	{"դեռ սպասում եմ ծանրոցին", "ոչ ոք չի պատասխանում", "հավելվածը անընդհատ փակվում է",
		"երեք շաբաթ գումար չկա", "աշխատակիցները շատ բարի էին", "գները նորից բարձրացան"},
	{"હજુ પાર્સલની રાહ જોઉં છું", "કોઈ ફોન ઉપાડતું નથી", "એપ વારંવાર બંધ થાય છે",
		"ત્રણ અઠવાડિયાથી પૈસા નથી", "સ્ટાફ ખૂબ સારો હતો", "ભાવ ફરી વધ્યા"},
	{"នៅតែរង់ចាំកញ្ចប់", "គ្មានអ្នកទទួលទូរស័ព្ទទេ", "កម្មវិធីគាំងរាល់ដង", "បីសប្តាហ៍ហើយមិនទាន់សងលុយ",
		"បុគ្គលិករួសរាយណាស់", "តម្លៃឡើងទៀតហើយ"},
	{"ik wacht nog op mijn pakket", "niemand neemt de telefoon op", "de app loopt steeds vast",
		"al drie weken geen geld terug", "het personeel was aardig",
		"de prijzen zijn weer omhoog"},
};

static char posts[N_POSTS][POST_BYTES + CLD2_PADDING];

static void make_posts(struct random *random)
{
	for (size_t i = 0; i < N_POSTS; i++) {
		CLEANUP(str_done) struct str post = STR_INIT(POST_BYTES);
		const char *const *of = clauses[random_next(random) % ARRAY_SIZE(clauses)];

		str_add_text(&post, "@acme");
		for (int n = 0; n < 3; n++)
			str_add_format(
				&post, " %s,", of[random_next(random) % ARRAY_SIZE(*clauses)]);
		str_add_text(&post, " https://example.org/4f1");
		memcpy(posts[i], str_text(&post), post.len);
	}
}

static const char *by_table(const char *text, size_t len)
{
	return language_detect(slice_from(text, len));
}

static const char *by_cld2(const char *text, size_t len)
{
	struct cld2_guess guess;

	cld2_detect(text, (int)len, &guess);
	return guess.code;
}

static double rate_of(const char *(*detect)(const char *text, size_t len))
{
	const double start = bench_cpu_s();
	size_t n = 0;

	do {
		for (size_t i = 0; i < N_POSTS; i++)
			detect(posts[i], strlen(posts[i]));
		n += N_POSTS;
	} while (bench_cpu_s() - start < 1);

	return (double)n / (bench_cpu_s() - start);
}

/* As a daemon has done before long.  From then on glibc keeps what CLD2 takes and
 * gives back for each text, which costs as much as the guess otherwise. */
static void give_back_memory(void)
{
	void *volatile large = malloc(4 << 20);

	free(large);
}

static void print_tags(void)
{
	static char line[LINE_MAX_BYTES + CLD2_PADDING];

	while (fgets(line, LINE_MAX_BYTES, stdin)) {
		const size_t len = strcspn(line, "\n");

		memset(line + len, 0, CLD2_PADDING);

		const char *ours = by_table(line, len), *peer = by_cld2(line, len);
		printf("%s\t%s\n", ours ? ours : "und", peer ? peer : "und");
	}
}

int main(int argc, char **argv)
{
	struct random random = {.state = 1};

	if (argc > 1 && strcmp(argv[1], "--tags") == 0) {
		print_tags();
		return 0;
	}

	make_posts(&random);
	give_back_memory();
	printf("%-20s %12s\n", "language of a post", "posts/s");
	printf("%-20s %12.0f\n", "language_detect()", rate_of(by_table));
	printf("%-20s %12.0f\n", "CLD2 alone", rate_of(by_cld2));
	return 0;
}
