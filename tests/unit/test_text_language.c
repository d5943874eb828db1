#include "base/str.h"
#include "text/language.h"
#include "unit/unit.h"

struct language_case {
	const char *text, *want; /* NULL: unsure */
};

static void check_case(const struct language_case *c)
{
	const char *got = language_detect(slice_of(c->text));

	expect(same_text(got, c->want), "`%s': %s, want %s", c->text, got ? got : "unsure",
		c->want ? c->want : "unsure");
}

/* Those with a lexicon: complaints, praise, news, with names and English words
 * in them, formal and not, long and short. */
static void test_languages(void **state)
{
	static const struct language_case cases[] = {
		{"The parcel should have been here on Tuesday, where is it?", "en"},
		{"Das Paket sollte am Dienstag ankommen, wo ist es?", "de"},
		{"El paquete debería haber llegado el martes, ¿dónde está?", "es"},
		{"Le colis aurait dû arriver mardi, où est-il passé ?", "fr"},
		{"Il pacco doveva arrivare martedì, dove si trova adesso?", "it"},
		{"O pacote deveria ter chegado na terça-feira, onde ele está?", "pt"},
		{"Mzigo wangu ulitakiwa kufika siku ya Jumanne, uko wapi sasa?", "sw"},
		{"كان من المفترض أن يصل الطرد يوم الثلاثاء، أين هو؟", "ar"},
		{"पार्सल मंगलवार को आना चाहिए था, वह कहाँ है?", "hi"},
		{"Илгээмж мягмар гарагт ирэх ёстой байсан, хаана байна?", "mn"},
		{"Ծանրոցը պետք է երեքշաբթի օրը հասներ", "hy"},
		{"પાર્સલ મંગળવારે આવવું જોઈતું હતું", "gu"},
		{"កញ្ចប់គួរតែមកដល់នៅថ្ងៃអង្គារ", "km"},
		{"Still no refund after three weeks, this is a joke.", "en"},
		{"Acme's quarterly profit rose by eight percent, the company said in a statement "
		 "on Monday.",
			"en"},
		{"Worst customer service ever, never again", "en"},
		{"Where is my order?", "en"},
		{"The room was clean but the breakfast buffet closed far too early.", "en"},
		{"Love the new Samsung Galaxy, battery lasts forever!", "en"},
		{"my internet is down again, fix it please", "en"},
		{"The Nairobi branch of Equity Bank refused to help my mother yesterday.", "en"},
		{"Modi said the Delhi government would announce the new budget in Mumbai on "
		 "Friday.",
			"en"},
		{"Does anybody know whether they ship to Armenia?", "en"},
		{"Seit drei Wochen warte ich auf meine Rückerstattung, das ist ein Witz.", "de"},
		{"Der Konzern steigerte seinen Gewinn im dritten Quartal um acht Prozent, teilte "
		 "das Unternehmen mit.",
			"de"},
		{"Nie wieder, unfreundlicher Service", "de"},
		{"Wo bleibt mein Paket?", "de"},
		{"Das Zimmer war sauber, aber das Frühstück leider kalt.", "de"},
		{"Mein Samsung Galaxy geht nach dem Update nicht mehr an", "de"},
		{"Internet schon wieder weg, bitte kümmert euch drum", "de"},
		{"habs jetzt zum dritten mal reklamiert, keine Antwort vom Support", "de"},
		{"Super Shop, schnelle Lieferung, gerne wieder!", "de"},
		{"Llevo tres semanas esperando el reembolso, esto es una broma.", "es"},
		{"La empresa aumentó sus beneficios un ocho por ciento en el tercer trimestre, "
		 "según informó el lunes.",
			"es"},
		{"Nunca más, pésimo servicio al cliente", "es"},
		{"¿Dónde está mi pedido?", "es"},
		{"La habitación estaba limpia pero el desayuno llegó frío.", "es"},
		{"mi Samsung Galaxy no enciende desde la última actualización", "es"},
		{"otra vez sin internet, arreglen eso por favor", "es"},
		{"Excelente atención, muy recomendable", "es"},
		{"J'attends mon remboursement depuis trois semaines, c'est une blague.", "fr"},
		{"L'entreprise a augmenté son bénéfice de huit pour cent au troisième trimestre, "
		 "selon un communiqué publié lundi.",
			"fr"},
		{"Plus jamais, service client lamentable", "fr"},
		{"Où est ma commande ?", "fr"},
		{"La chambre était propre mais le petit déjeuner était froid.", "fr"},
		{"mon Samsung Galaxy ne s'allume plus depuis la mise à jour", "fr"},
		{"encore une panne internet, réparez ça svp", "fr"},
		{"Très bon produit, livraison rapide", "fr"},
		{"Aspetto il rimborso da tre settimane, è una presa in giro.", "it"},
		{"L'azienda ha aumentato l'utile dell'otto per cento nel terzo trimestre, ha "
		 "comunicato lunedì.",
			"it"},
		{"Mai più, servizio clienti pessimo", "it"},
		{"Dov'è il mio ordine?", "it"},
		{"La camera era pulita ma la colazione era fredda.", "it"},
		{"il mio Samsung Galaxy non si accende più dopo l'aggiornamento", "it"},
		{"di nuovo senza internet, sistemate per favore", "it"},
		{"Ottimo prodotto, spedizione veloce", "it"},
		{"Estou há três semanas à espera do reembolso, isto é uma piada.", "pt"},
		{"A empresa aumentou o lucro em oito por cento no terceiro trimestre, segundo "
		 "comunicado divulgado na segunda-feira.",
			"pt"},
		{"Nunca mais, péssimo atendimento ao cliente", "pt"},
		{"Onde está a minha encomenda?", "pt"},
		{"O quarto estava limpo, mas o café da manhã estava frio.", "pt"},
		{"meu Samsung Galaxy não liga mais depois da atualização", "pt"},
		{"sem internet de novo, arrumem isso por favor", "pt"},
		{"Ótimo produto, entrega rápida, recomendo", "pt"},
		{"Nimesubiri wiki tatu kurudishiwa pesa zangu, huu ni utani.", "sw"},
		{"Kampuni hiyo ilisema faida yake iliongezeka kwa asilimia nane katika robo ya "
		 "tatu ya mwaka.",
			"sw"},
		{"Huduma mbaya sana, sitarudi tena", "sw"},
		{"Mzigo wangu uko wapi?", "sw"},
		{"Chumba kilikuwa safi lakini chakula kilikuwa baridi.", "sw"},
		{"simu yangu ya Samsung haiwaki tangu jana", "sw"},
		{"mtandao umekatika tena, tafadhali rekebisheni", "sw"},
		{"Safaricom mnatuibia bundles zetu kila siku", "sw"},
		{"Asante sana kwa huduma nzuri", "sw"},
		{"Teen hafte ho gaye, refund abhi tak nahi aaya", "hi-Latn"},
		{"bahut kharab service hai, kabhi mat kharidna", "hi-Latn"},
		{"mera order kahan hai bhai", "hi-Latn"},
		{"kamra saaf tha lekin khana thanda tha", "hi-Latn"},
		{"Samsung ka phone update ke baad on nahi ho raha hai", "hi-Latn"},
		{"Jio ka network phir se band, koi sunta hi nahi", "hi-Latn"},
		{"bohot accha product hai, delivery bhi jaldi hui", "hi-Latn"},
		{"لم أستلم المبلغ منذ ثلاثة أسابيع وهذا غير مقبول", "ar"},
		{"وين الطلب حقي يا جماعة", "ar"},
		{"خدمة سيئة جدا", "ar"},
		{"قالت الشركة إن أرباحها ارتفعت بنسبة ثمانية في المئة", "ar"},
		{"الغرفة كانت نظيفة بس الفطور بارد", "ar"},
		{"तीन हफ्ते हो गए, पैसा अभी तक वापस नहीं आया", "hi"},
		{"बहुत खराब सेवा है", "hi"},
		{"मेरा ऑर्डर कहाँ है?", "hi"},
		{"Гурван долоо хоног болж байна, мөнгөө буцааж аваагүй", "mn"},
		{"маш муу үйлчилгээ", "mn"},
		{"Захиалга маань хаана байна?", "mn"},
		{"интернет дахиад тасарчихлаа", "mn"},
		{"сайн байна уу", "mn"},
		{"Компанийн ашиг гуравдугаар улиралд найман хувиар өслөө гэж мэдэгдэв", "mn"},
		{"Երեք շաբաթ է սպասում եմ գումարի վերադարձին", "hy"},
		{"վատ սպասարկում", "hy"},
		{"ત્રણ અઠવાડિયા થયા, પૈસા પાછા નથી આવ્યા", "gu"},
		{"ખૂબ ખરાબ સેવા", "gu"},
		{"រង់ចាំបីសប្តាហ៍ហើយ មិនទាន់បានលុយវិញទេ", "km"},
		{"សេវាកម្មអន់ណាស់", "km"},
		/* Names and words in Latin letters do not change the script. */
		{"សេវាកម្ម Acme Online នៅលើ Instagram អន់ណាស់មែនទែន", "km"},
		{"تجربة سيئة مع Samsung Galaxy S24", "ar"},
		{"Acme Online Store-оос захиалсан бараа алга", "mn"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_case(&cases[i]);
}

/* None of these may be taken for the language with a lexicon that it is like. */
static void test_other_languages(void **state)
{
	static const struct language_case cases[] = {
		{"Посылка должна была прийти во вторник, где она?", "ru"},
		{"Сәлемдеме сейсенбіде келуі керек еді, ол қайда?", "kk"},
		{"החבילה הייתה אמורה להגיע ביום שלישי, איפה היא?", "he"},
		{"Ik wacht al drie weken op mijn geld, dit is een grap.", "nl"},
		{"Het bedrijf heeft zijn winst in het derde kwartaal met acht procent verhoogd.",
			"nl"},
		{"Waar blijft mijn pakketje?", "nl"},
		{"slechte service, nooit meer", "nl"},
		{"Czekam na zwrot pieniędzy od trzech tygodni, to jakiś żart.", "pl"},
		{"Gdzie jest moja paczka?", "pl"},
		{"fatalna obsługa, nigdy wiecej", "pl"},
		{"Jag har väntat på mina pengar i tre veckor, det är ett skämt.", "sv"},
		{"Jeg har ventet på mine penge i tre uger, det er en joke.", "da"},
		{"Jeg har ventet på pengene mine i tre uker, dette er en spøk.", "no"},
		{"Hvor blir det av pakken min?", "no"},
		{"Olen odottanut rahojani kolme viikkoa, tämä on vitsi.", "fi"},
		{"Olen oma raha oodanud juba kolm nädalat, see on nali.", "et"},
		{"Es jau trīs nedēļas gaidu savu naudu, tas ir joks.", "lv"},
		{"Jau tris savaites laukiu savo pinigų, čia kažkoks juokas.", "lt"},
		{"Už tři týdny čekám na vrácení peněz, to je vtip.", "cs"},
		{"Už tri týždne čakám na vrátenie peňazí, to je vtip.", "sk"},
		{"Három hete várok a pénzemre, ez egy vicc.", "hu"},
		{"Aștept banii de trei săptămâni, este o glumă.", "ro"},
		{"Že tri tedne čakam na vračilo denarja, to je šala.", "sl"},
		{"Kam tre javë që pres paratë e mia, kjo është shaka.", "sq"},
		{"Üç haftadır paramın iadesini bekliyorum, bu bir şaka mı?", "tr"},
		{"Kargom nerede kaldı?", "tr"},
		{"berbat hizmet, bir daha asla", "tr"},
		{"Sudah tiga minggu saya menunggu uang kembali, ini lelucon.", "id"},
		{"pelayanan buruk sekali, kapok", "id"},
		{"Sudah tiga minggu saya tunggu wang saya dipulangkan, memang teruk.", "ms"},
		{"Tôi đã chờ hoàn tiền ba tuần rồi, thật là nực cười.", "vi"},
		{"dich vu qua te, khong bao gio quay lai", "vi"},
		{"Tatlong linggo na akong naghihintay ng refund, biro ba ito?", "tl"},
		{"ang pangit ng serbisyo, hindi na ako babalik", "tl"},
		{"Saddex toddobaad ayaan sugayay lacagtayda, waa kaftan.", "so"},
		{"Adeeg aad u xun, mar dambe kuma noqonayo", "so"},
		{"Sengilinde amasonto amathathu imali yami, lena yinhlekisa.", "zu"},
		{"Ndilinde iiveki ezintathu imali yam, yintlekisa le.", "xh"},
		{"Mo ti n duro de owo mi fun ọsẹ mẹta, awada ni eyi.", "yo"},
		{"Na jira kudina na makonni uku, wannan wasa ne.", "ha"},
		{"Echerela m ego m izu atọ, nke a bụ njakịrị.", "ig"},
		{"Maze ibyumweru bitatu ntegereje amafaranga yanjye, ni urwenya.", "rw"},
		{"Mmaze wiiki ssatu nga nninda ssente zange, kino kisaaga.", "lg"},
		{"Ndamirira mari yangu kwemavhiki matatu, uku kutamba.", "sn"},
		{"Ndadikira ndalama zanga kwa milungu itatu, izi ndi nthabwala.", "ny"},
		{"Ke letetse tjhelete ya ka dibeke tse tharo, ena ke papadi.", "st"},
		{"Efa telo herinandro aho no niandry ny volako, vazivazy ity.", "mg"},
		{"Ek wag al drie weke vir my geld, dit is 'n grap.", "af"},
		{"Fa tres setmanes que espero el reemborsament, això és una broma.", "ca"},
		{"Hiru aste daramatzat diruaren zain, hau txantxa bat da.", "eu"},
		{"Rwy'n aros am fy arian ers tair wythnos, jôc yw hyn.", "cy"},
		{"Tá mé ag fanacht le mo chuid airgid le trí seachtaine, is magadh é seo.", "ga"},
		{"Ég hef beðið eftir peningunum mínum í þrjár vikur, þetta er brandari.", "is"},
		{"Ilni tliet ġimgħat nistenna flusi, din ċajta.", "mt"},
		{"Üç həftədir pulumu gözləyirəm, bu zarafatdır.", "az"},
		{"Uch haftadan beri pulimni kutyapman, bu hazil.", "uz"},
		{"Mi atendas mian monon jam tri semajnojn, tio estas ŝerco.", "eo"},
		{"Sa fè twa semèn m ap tann lajan mwen, se yon blag.", "ht"},
		{"Aku wis ngenteni dhuwitku telung minggu, iki guyonan.", "jv"},
		{"Три недели жду возврата денег, это какой-то анекдот.", "ru"},
		{"ужасный сервис", "ru"},
		{"Три тижні чекаю на повернення коштів, це якийсь жарт.", "uk"},
		{"Де моє замовлення?", "uk"},
		{"Три седмици чакам да ми върнат парите, това е шега.", "bg"},
		{"Три недеље чекам повраћај новца, ово је шала.", "sr"},
		{"Тры тыдні чакаю вяртання грошай, гэта нейкі жарт.", "be"},
		{"Үш апта бойы ақшамды күтіп жүрмін, бұл әзіл ме?", "kk"},
		{"Үч жумадан бери акчамды күтүп жатам, бул тамашабы?", "ky"},
		{"Өч атна акчамны көтәм, бу нинди шаян?", "tt"},
		{"Се ҳафта пулҳоямро интизорам, ин шӯхӣ аст.", "tg"},
		{"سه هفته است منتظر برگشت پولم هستم، این شوخی است", "fa"},
		{"تین ہفتوں سے اپنے پیسوں کا انتظار کر رہا ہوں، یہ مذاق ہے", "ur"},
		{"درې اونۍ کېږي چې د خپلو پیسو انتظار کوم", "ps"},
		{"ئۈچ ھەپتىدىن بېرى پۇلۇمنى كۈتۈۋاتىمەن", "ug"},
		{"तीन आठवडे झाले, मी माझ्या पैशांची वाट पाहत आहे", "mr"},
		{"तीन हप्ता भयो, मेरो पैसा अझै फिर्ता आएको छैन", "ne"},
		{"אני מחכה להחזר כבר שלושה שבועות", "he"},
		{"איך וואַרט שוין דרײַ וואָכן אויף מײַן געלט", "yi"},
		{"Περιμένω τα χρήματά μου τρεις εβδομάδες", "el"},
		{"სამი კვირაა ველოდები ჩემს ფულს", "ka"},
		{"รอเงินคืนมาสามสัปดาห์แล้ว", "th"},
		{"ລໍຖ້າເງິນຄືນມາສາມອາທິດແລ້ວ", "lo"},
		{"환불을 삼 주째 기다리고 있어요", "ko"},
		{"返金を三週間待っています", "ja"},
		{"ひどいサービスだ", "ja"},
		{"我等退款已经三个星期了", "zh-Hans"},
		{"我等退款已經三個星期了", "zh-Hant"},
		{"மூன்று வாரங்களாக பணத்திற்காக காத்திருக்கிறேன்", "ta"},
		{"మూడు వారాలుగా నా డబ్బు కోసం ఎదురు చూస్తున్నాను", "te"},
		{"ಮೂರು ವಾರಗಳಿಂದ ನನ್ನ ಹಣಕ್ಕಾಗಿ ಕಾಯುತ್ತಿದ್ದೇನೆ", "kn"},
		{"മൂന്ന് ആഴ്ചയായി പണത്തിനായി കാത്തിരിക്കുന്നു", "ml"},
		{"তিন সপ্তাহ ধরে টাকার জন্য অপেক্ষা করছি", "bn"},
		{"ਤਿੰਨ ਹਫ਼ਤਿਆਂ ਤੋਂ ਪੈਸੇ ਦੀ ਉਡੀਕ ਕਰ ਰਿਹਾ ਹਾਂ", "pa"},
		{"සති තුනක් තිස්සේ මගේ මුදල් එනතුරු බලා සිටිමි", "si"},
		{"သုံးပတ်ရှိပြီ ငွေပြန်အမ်းတာ စောင့်နေတယ်", "my"},
		{"ገንዘቤን ለሦስት ሳምንታት እየጠበቅኩ ነው", "am"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_case(&cases[i]);
}

/* Mongolian, Gujarati and Armenian, as customers write them on Latin keyboards. */
static void test_romanised_languages(void **state)
{
	static const struct language_case cases[] = {
		{"sain baina uu, mongoo butsaaj avaagui 3 doloo honoj bna", "mn-Latn"},
		{"internet mash udaan bna shuu", "mn-Latn"},
		{"zahialga maani haana baina", "mn-Latn"},
		{"tran athvadiya thaya, paisa pacha nathi aavya", "gu-Latn"},
		{"bahu kharab seva che, kyarey na leta", "gu-Latn"},
		{"maro order kya che", "gu-Latn"},
		{"barev, erek shabat e spasum em gumari veradardzin", "hy-Latn"},
		{"shat vat spasarkum, el chem galu", "hy-Latn"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_case(&cases[i]);
}

/* Too little to tell, or a language that nobody here knows in these letters
 * (Khmer, Arabic, Russian): no guess. */
static void test_what_cannot_be_told_is_left_open(void **state)
{
	static const char *const texts[] = {
		"ok",
		"Acme",
		"iPhone 15 Pro Max",
		"LOL",
		"Samsung Galaxy S24 Ultra",
		"Coca-Cola",
		"haha",
		"wow",
		"hmm ok",
		"vortegh e im patvery",
		"sevakam on nas, min mok vinh te",
		"khedma sayi2a jedan, mesh hashtery tany",
		"gde moy zakaz, uzhasny servis",
		"no",
		"Apple",
		"Nike shoes",
		"Vodafone",
		"PayPal",
		"Safaricom",
		"M-Pesa",
		"hotel",
		"Paket saya di mana ya?",
		"Nasaan na ang order ko?",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check_case(&(struct language_case){texts[i], NULL});
}

static void test_what_tells_nothing(void **state)
{
	static const char *const texts[] = {
		"",
		"a",
		"1234 !!! 😡",
		"https://www.example.org/the/parcel/should/have/been/here",
		"@theparcel #shouldhave @beenhere",
		"\xff\xfe\xf0\x9f",
		"ＡＣＭＥ ｓｔｏｒｅ", /* full width: Latin to Unicode, not to the table */
		"ʊʃʒ ʃʊ",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check_case(&(struct language_case){texts[i], NULL});
}

static void test_handles_links_and_tags_do_not_count(void **state)
{
	(void)state;
	assert_string_equal(
		language_detect(SLICE("@theparcel @shouldhave Das Paket ist noch nicht da "
				      "#herewego https://example.org/the/end")),
		"de");
}

/* Only the beginning of a text is read, and no letter is cut in two there. */
static void test_long_texts(void **state)
{
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

	(void)state;
	str_add_text(&text, "x");
	while (text.len < 100000)
		str_add_text(&text, "Ծանրոցը չի հասել");
	assert_string_equal(language_detect(str_slice(&text)), "hy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_other_languages),
		cmocka_unit_test(test_romanised_languages),
		cmocka_unit_test(test_what_cannot_be_told_is_left_open),
		cmocka_unit_test(test_what_tells_nothing),
		cmocka_unit_test(test_handles_links_and_tags_do_not_count),
		cmocka_unit_test(test_long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
