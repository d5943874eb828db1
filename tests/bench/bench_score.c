/* Texts a CPU second: the engine alone by language and by table of rules,
 * `mentionctl score' with its JSON, and beside them npm's vader-sentiment and
 * sentiment where node has them (NODE_PATH).
 *
 * Texts are sentences of ours in random order, 17 words each; all is made from a
 * seed.  Given LANG FILE, the lines of FILE are scored instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "bench.h"
#include "score/scorer.h"

enum {
	N_TEXTS = 4000,
	N_WORDS = 17,
	SENTENCES = 8,
	ARENA_BYTES = 64 << 20,
	MAX_FILE_BYTES = 64 << 20,
	MAX_LINE = 512,
	PROCESS_ROUNDS = 25,
};

static const double least_seconds = 1;

struct corpus {
	char **items;
	size_t n;
};

/* What customers and others write; N is the number of words. */
static const struct language {
	const char *tag;
	const char *sentences[SENTENCES];
	unsigned int words; /* of one sentence, about */
} languages[] = {
	{"en",
		{"@acme still no parcel, third call this week!",
			"I really love the new phone, great camera and so light",
			"the shop in Market Street opens at nine on Monday",
			"not happy with the service, nobody answers the phone",
			"Thanks for the quick help, my order came today :)",
			"WHERE is my refund??? It has been three weeks",
			"the food was good but the waiter was very rude 😡",
			"Acme opens a second warehouse near the harbour, the mayor said"},
		9},
	{"de",
		{"die Lieferung kommt seit zwei Wochen nicht, niemand antwortet",
			"ich bin sehr zufrieden mit dem neuen Telefon, danke!",
			"der Laden in der Marktstraße öffnet um neun Uhr",
			"nicht schlecht, aber viel zu teuer",
			"das Essen war wunderbar und die Bedienung freundlich :)",
			"nie wieder, das ist eine Frechheit 😡",
			"die Stadt baut eine neue Brücke über den Fluss",
			"warum geht die App schon wieder nicht?"},
		8},
	{"sw",
		{"huduma zenu ni mbovu sana, nimesubiri masaa matatu",
			"asante sana kwa huduma nzuri", "duka linafunguliwa saa tatu asubuhi",
			"mtandao haufanyi kazi tangu jana",
			"chakula kilikuwa kitamu na watu ni wakarimu :)",
			"rudisheni pesa zangu wezi nyinyi 😡",
			"serikali itajenga barabara mpya mwakani", "kwa nini hamjibu simu?"},
		6},
	{"mn",
		{"үйлчилгээ маш муу байна, хариу өгөхгүй байна",
			"маш их баярлалаа, үнэхээр гоё байна", "дэлгүүр өглөө есөн цагт нээгдэнэ",
			"гурав дахь удаа залгаж байна", "хоол амттай байсан",
			"мөнгөө буцааж авмаар байна 😡", "засгийн газар шинэ төсөв баталлаа",
			"яагаад утсаа авахгүй байна вэ?"},
		6},
	{"hy",
		{"սպասարկումը շատ վատն է, երեք օր սպասում եմ",
			"շատ շնորհակալ եմ, հիանալի սպասարկում", "խանութը բացվում է ժամը իննին",
			"ոչ ոք չի պատասխանում", "ուտելիքը համեղ էր :)",
			"զայրացած եմ, այլևս չեմ օգտվի 😡", "վարչապետը հայտարարեց նոր ծրագրի մասին",
			"ինչո՞ւ չեք պատասխանում"},
		6},
	{"gu",
		{"ખૂબ ખરાબ સેવા છે, ત્રણ દિવસથી રાહ જોઉં છું", "ખૂબ સરસ સેવા, આભાર",
			"દુકાન સવારે નવ વાગ્યે ખુલે છે", "કોઈ જવાબ નથી", "ખોરાક સ્વાદિષ્ટ હતો :)",
			"મારા પૈસા પાછા આપો 😡", "મુખ્યમંત્રીએ નવી યોજનાની જાહેરાત કરી",
			"ફોન કેમ ઉપાડતા નથી?"},
		5},
	{"km",
		{"សេវាកម្មអន់ណាស់ ខ្ញុំរង់ចាំបីម៉ោងហើយ", "អរគុណច្រើន សេវាល្អណាស់", "ហាងបើកម៉ោងប្រាំបួនព្រឹក",
			"គ្មានអ្នកឆ្លើយ", "ម្ហូបឆ្ងាញ់ណាស់ :)", "ខឹងណាស់! លែងប្រើទៀតហើយ 😡",
			"រដ្ឋមន្ត្រីបាននិយាយថា ផ្លូវថ្មីនឹងសាងសង់", "ហេតុអ្វីមិនឆ្លើយទូរស័ព្ទ?"},
		5},
};

static void die(const char *what)
{
	fprintf(stderr, "bench_score: %s\n", what);
	exit(EXIT_FAILURE);
}

static void make_texts(const struct language *language, struct corpus *ret)
{
	struct random random = {.state = 1};

	ret->items = calloc(N_TEXTS, sizeof(*ret->items));
	for (ret->n = 0; ret->items && ret->n < N_TEXTS; ret->n++) {
		struct str text = STR_INIT(MAX_LINE * 4);

		for (unsigned int n = 0; n < N_WORDS; n += language->words) {
			size_t pick = random_next(&random) % SENTENCES;

			if (n > 0)
				str_add_text(&text, ". ");
			str_add_text(&text, language->sentences[pick]);
		}
		if (str_take(&text, &ret->items[ret->n]) < 0)
			die("out of memory");
	}
}

static void read_texts(const char *path, struct corpus *ret)
{
	char *bytes;
	size_t len;

	if (file_read(path, MAX_FILE_BYTES, &bytes, &len) < 0)
		die("the file cannot be read");

	*ret = (struct corpus){.items = calloc(len / 2 + 1, sizeof(char *))};
	for (char *line = strtok(bytes, "\n"); line; line = strtok(NULL, "\n"))
		ret->items[ret->n++] = line;
}

/* Texts a CPU second. */
static double rate_of(struct scorer *scorer, const struct corpus *texts, const char *lang)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	size_t n = 0;
	double spent = 0;

	if (arena_new(ARENA_BYTES, &arena) < 0)
		die("out of memory");

	double start = bench_cpu_s();
	while (spent < least_seconds) {
		for (size_t i = 0; i < texts->n; i++) {
			const struct post post = {.text = texts->items[i], .lang = lang};
			struct sentiment sentiment;

			arena_reset(arena);
			if (scorer_score(scorer, &(struct score_request){.post = &post}, arena,
				    &sentiment) < 0)
				die("a text was refused");
		}
		n += texts->n;
		spent = bench_cpu_s() - start;
	}
	return (double)n / spent;
}

static struct scorer *open_scorer(const struct scorer_options *options)
{
	struct scorer *scorer;

	if (scorer_open(options, &scorer, NULL) < 0)
		die("the lexicons cannot be read");
	return scorer;
}

static void print_engine(const char *lang, const struct corpus *texts)
{
	static struct scorer *own, *vader;

	if (!own) {
		own = open_scorer(&(struct scorer_options){0});
		vader = open_scorer(&(struct scorer_options){
			.wordlist = BENCH_DIR "/../fixtures/score/words.txt"});
	}
	printf("  %-4s %10.0f %10.0f %10.0f\n", lang, rate_of(own, texts, lang),
		rate_of(own, texts, NULL), rate_of(vader, texts, lang));
}

/* CPU seconds of the children so far. */
static double children_cpu_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* TEXT as a post of `mentionctl score'. */
static void add_json(struct str *line, const char *text)
{
	CLEANUP(json_freep) json_t *post = json_object();

	if (!post || json_set_text(post, "text", text) < 0 || json_set_text(post, "lang", "en") < 0)
		die("out of memory");
	json_write(line, post);
}

static size_t write_file(const char *path, const struct corpus *texts, bool as_json, int rounds)
{
	FILE *out = fopen(path, "w");
	struct str line = STR_INIT((size_t)1 << 24);

	if (!out)
		die("no room for a file of texts");
	for (int round = 0; round < rounds; round++) {
		for (size_t i = 0; i < texts->n; i++) {
			str_clear(&line);
			if (as_json)
				add_json(&line, texts->items[i]);
			else
				str_add_text(&line, texts->items[i]);
			fprintf(out, "%s\n", str_text(&line));
		}
	}
	str_done(&line);
	fclose(out);
	return texts->n * (size_t)rounds;
}

static double rate_of_process(const char *folder, const struct corpus *texts)
{
	char path[MAX_LINE], command[2 * MAX_LINE];

	snprintf(path, sizeof(path), "%s/texts.ndjson", folder);
	snprintf(command, sizeof(command), MENTIONCTL " score %s > %s/scores.ndjson", path, folder);

	double start = children_cpu_s();
	if (write_file(path, texts, true, 0) > 0 || system(command) != 0)
		die("mentionctl score failed");
	double to_open = children_cpu_s() - start;

	size_t n = write_file(path, texts, true, PROCESS_ROUNDS);
	start = children_cpu_s();
	if (system(command) != 0)
		die("mentionctl score failed");
	return (double)n / (children_cpu_s() - start - to_open);
}

/* The peers, beside OURS texts a second. */
static void print_peers(const char *folder, const struct corpus *texts, double ours)
{
	char command[2 * MAX_LINE], line[MAX_LINE], name[MAX_LINE];
	double n, seconds;

	snprintf(command, sizeof(command), "%s/texts.txt", folder);
	write_file(command, texts, false, 1);
	snprintf(
		command, sizeof(command), "node %s/score_peers.js %s/texts.txt", BENCH_DIR, folder);

	FILE *peers = popen(command, "r");
	while (peers && fgets(line, sizeof(line), peers)) {
		if (sscanf(line, "%511s %lf %lf", name, &n, &seconds) == 3)
			printf("  npm's %-16s %8.0f; ours is %.1f times as fast\n", name,
				n / seconds, ours * seconds / n);
		else
			printf("  npm's %s", line);
	}
	if (!peers || pclose(peers) != 0)
		printf("  no node here, so no peers\n");
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/bench_score.XXXXXX", command[MAX_LINE];
	struct corpus texts;

	printf("Texts a CPU second, engine alone: our rules with the language given, and\n"
	       "detected; VADER's rules\n");
	for (size_t i = 0; argc < 3 && i < ARRAY_SIZE(languages); i++) {
		make_texts(&languages[i], &texts);
		print_engine(languages[i].tag, &texts);
	}
	if (argc == 3) {
		read_texts(argv[2], &texts);
		print_engine(argv[1], &texts);
		return 0;
	}

	if (!mkdtemp(folder))
		die("no folder for files");
	make_texts(&languages[0], &texts);
	double ours = rate_of(open_scorer(&(struct scorer_options){0}), &texts, "en");
	printf("mentionctl score, en: %.0f\n", rate_of_process(folder, &texts));
	printf("Beside others, en:\n");
	print_peers(folder, &texts, ours);

	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) == 0 ? 0 : EXIT_FAILURE;
}
