#include "decode/caption.h"

#include "base/macro.h"
#include "base/utf8.h"
#include "text/fold.h"
#include "text/url.h"

/* What stands there when nobody has described the picture. */
static const char *const empty_words[] = {"alt", "alt text", "avatar", "banner", "cover image",
	"cover photo", "featured image", "graphic", "header image", "hero image", "icon",
	"illustration", "image", "images", "img", "logo", "media", "no alt text",
	"no alt text provided", "no description", "null", "photo", "photograph", "photos", "pic",
	"picture", "pictures", "placeholder", "profile picture", "screenshot", "spacer", "thumb",
	"thumbnail", "undefined", "untitled", "uploaded image", "user image",
	/* Arabic, Armenian, French, German, Gujarati, Hindi, Italian, Khmer, Mongolian,
	 * Portuguese, Spanish, Swahili */
	"صورة", "նկար", "լուսանկար", "illustration", "image à la une", "bild", "foto", "છબી",
	"ફોટો", "चित्र", "तस्वीर", "फोटो", "immagine", "រូបភាព", "រូបថត", "зураг", "фото зураг",
	"imagem", "fotografia", "imagen", "fotografía", "picha"};

static const char *const endings[] = {".avif", ".bmp", ".gif", ".heic", ".jpeg", ".jpg", ".png",
	".svg", ".tif", ".tiff", ".webp"};

static bool is_sign(uint32_t code_point)
{
	return code_point < 0x80 && !is_alnum((char)code_point);
}

/* The next letter of TEXT from *AT on, in lower case; 0 at the end.  WITH_DIGITS: they count
 * as letters. */
static uint32_t next_letter(struct slice text, size_t *at, bool with_digits)
{
	while (*at < text.len) {
		const uint32_t c = utf8_next(text, at);

		if (!is_sign(c) && (with_digits || c >= 0x80 || !is_digit((char)c)))
			return fold_lower(c);
	}
	return 0;
}

static bool has_same_letters(struct slice a, struct slice b, bool with_digits)
{
	size_t at_a = 0;
	size_t at_b = 0;
	uint32_t c;

	do {
		c = next_letter(a, &at_a, with_digits);
		if (c != next_letter(b, &at_b, with_digits))
			return false;
	} while (c != 0);
	return true;
}

bool caption_is_same(struct slice a, struct slice b)
{
	return has_same_letters(a, b, true);
}

static bool has_blank(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_space(text.ptr[i]))
			return true;

	return false;
}

/* "IMG_2031", "DSC-00417": what a camera or a telephone calls it. */
static bool is_camera_name(struct slice alt)
{
	size_t n_digits = 0;
	bool has_joint = false;

	for (size_t i = 0; i < alt.len; i++) {
		n_digits += is_digit(alt.ptr[i]);
		has_joint |= alt.ptr[i] == '_' || alt.ptr[i] == '-';
	}
	return n_digits >= 4 && has_joint && !has_blank(alt);
}

/* The file's name in SRC, without ending and parameters. */
static struct slice stem_of(struct slice src)
{
	struct url url;
	struct slice stem;
	ptrdiff_t at;

	url_split(src, &url);
	stem = url.path;
	while ((at = slice_find_char(stem, '/')) >= 0)
		stem = slice_skip(stem, (size_t)at + 1);
	at = slice_find_char(stem, '.');
	return at > 0 ? slice_from(stem.ptr, (size_t)at) : stem;
}

static bool is_file_name(struct slice alt, struct slice src)
{
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		const struct slice ending = slice_of(endings[i]);

		if (alt.len > ending.len &&
			slice_equals_nocase(slice_skip(alt, alt.len - ending.len), ending))
			return true;
	}
	/* Written with blanks it was written by somebody. */
	return is_camera_name(alt) || (!has_blank(alt) && slice_equals_nocase(alt, stem_of(src)));
}

bool caption_is_telling(struct slice alt, struct slice src)
{
	size_t at = 0;

	alt = slice_trim(alt);
	if (next_letter(alt, &at, false) == 0 || is_file_name(alt, src) || url_is_web(alt))
		return false;

	for (size_t i = 0; i < ARRAY_SIZE(empty_words); i++)
		if (has_same_letters(alt, slice_of(empty_words[i]), false))
			return false;

	return true;
}
