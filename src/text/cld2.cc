#include "text/cld2.h"

/* CLD2's header uses FILE without including it. */
// clang-format off
#include <cstdio>
#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>
// clang-format on

extern "C" void cld2_detect(const char *text, int len, struct cld2_guess *ret)
{
	CLD2::Language languages[3];
	int percents[3];
	double scores[3];

	*ret = {};
	CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
	CLD2::ExtDetectLanguageSummary(text, len, true, &hints, 0, languages, percents, scores,
		nullptr, &ret->letters, &ret->reliable);
	if (languages[0] != CLD2::UNKNOWN_LANGUAGE) {
		ret->code = CLD2::LanguageCode(languages[0]);
		ret->percent = percents[0];
		ret->score = (int)scores[0];
	}
}
