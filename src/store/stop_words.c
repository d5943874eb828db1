#include "store/stop_words.h"

#include <stdlib.h>

#include "base/macro.h"

/* Dutch, English, French, German, Italian, Portuguese, Spanish, Swahili; in the
 * order of bytes. */
/* clang-format off */
static const char *const stop_words[] = {
	"aan", "aber", "about", "after", "again", "ainda", "ali", "all", "alle", "als", "also",
	"anche", "and", "any", "are", "asi", "auch", "auf", "aus", "aux", "avec", "bado",
	"because", "been", "before", "bei", "bien", "bij", "bin", "bis", "but", "can", "ces",
	"cette", "che", "chi", "com", "come", "comme", "como", "con", "cosa", "could", "cuando",
	"cui", "dal", "dalla", "dan", "dans", "das", "dass", "dat", "dei", "del", "dele", "della",
	"delle", "dem", "den", "depois", "depuis", "der", "des", "desde", "deze", "did", 
	"diese", "dit", "doch", "does", "donc", "donde", "door", "dopo", "dos", "dove",
	"een", "ein", "eine", "einem", "einen", "einer", "ela", "elas", "ele", "eles", "ella",
	"elle", "ellos", "era", "eran", "essa", "esse", "est", "esta", "estao", "este", "esto",
	"estou", "etait", "ete", "etre", "fait", "foi", "for", "from", "fue", "geen",
	"get", "gli", "haar", "hab", "habe", "haben", "hace", "had", "hanno", "hapa",
	"has", "hasta", "hat", "hata", "have", "hay", "heb", "hebben", "heeft", "her", "here",
	"het", "hier", "hij", "him", "his", "hivyo", "hiyo", "how", "hun", "huo", "ich", "ihr",
	"ila", "ili", "into", "isso", "ist", "isto", "its", "jetzt", "jij", "just", "kama", "kan",
	"kann", "katika", "kein", "kila", "kwa", "kwamba", "lakini", "las", "les", "leur", "like",
	"loro", "los", "maar", "mais", "man", "mas", "mehr", "mein", "meme", "mes",
	"mesmo", "met", "meu", "mich", "mij", "mijn", "mimi", "minha", "mir", "mis", "mit", "moi",
	"moja", "mon", "more", "most", "much", "muito", "muy", "naar", "nach", "nao", "nas",
	"ndio", "nei", "nel", "nella", "nem", "nicht", "niet", "noch", "nog", "non", "nos", "not",
	"nou", "nous", "now", "nur", "oder", "off", "ogni", "onder", "only", "ons", "ont",
	"ook", "our", "out", "par", "para", "pas", "pela", "pelo", "per", "perche",
	"pero", "pia", "piu", "plus", "por", "porque", "pour", "pues", "quand", "quando", "que",
	"quella", "quello", "quem", "questa", "questo", "qui", "said", "same", "sana", "sans",
	"sao", "sasa", "schon", "sehr", "sein", "sem", "ser", "ses", "seu", "seus", "she",
	"should", "sich", "sie", "sim", "sind", "sobre", "solo", "some", "sono",
	"sont", "still", "sua", "such", "sul", "sulla", "suo", "sur", "sus", "tambem", "tambien",
	"tan", "tem", "than", "that", "the", "their", "them", "then", "there", "these", "they",
	"this", "those", "tiene", "toch", "todo", "todos", "too", "tous", "tout", "tra", "tres",
	"tutti", "tutto", "two", "uber", "uit", "ule", "uma", "una", "und", "under", "une", "uno",
	"unos", "uns", "veel", "very", "voce", "vom", "von", "voor", "vor", "vos", "votre",
	"vous", "waar", "wake", "wako", "wangu", "wao", "was", "wat", "weer", "weil",
	"wel", "wenn", "were", "wetu", "what", "when", "where", "which", "while", "who", "why",
	"wie", "wieder", "wij", "will", "wir", "wird", "with", "would", "yake", "yangu", "yao",
	"yet", "yetu", "you", "your", "zake", "zijn", "zou", "zum", "zur",
};
/* clang-format on */

static int compare(const void *key, const void *word)
{
	return slice_compare(*(const struct slice *)key, slice_of(*(const char *const *)word));
}

bool stop_words_has(struct slice base)
{
	return bsearch(&base, stop_words, ARRAY_SIZE(stop_words), sizeof(stop_words[0]), compare);
}
