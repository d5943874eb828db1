#include "text/name_key.h"

int name_key(struct words *words, struct slice name, struct str *key, struct str *base)
{
	const struct word *items;
	size_t n;
	const int r = words_split(words, name, &items, &n);

	if (r < 0)
		return r;

	str_clear(key);
	if (base)
		str_clear(base);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			str_add_char(key, ' ');
		str_add(key, items[i].key);
		if (base && i > 0)
			str_add_char(base, ' ');
		if (base)
			str_add(base, items[i].base);
	}
	return str_error(key) < 0 || !base ? str_error(key) : str_error(base);
}

bool name_key_means(struct slice key, struct slice base, struct slice name)
{
	struct slice said;
	struct slice plain;
	struct slice known;

	while (slice_split(&key, ' ', &said) && slice_split(&base, ' ', &plain) &&
		slice_split(&name, ' ', &known))
		if (!slice_equals(said, plain) && !slice_equals(said, known))
			return false;

	return true;
}
