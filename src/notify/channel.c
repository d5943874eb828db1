#include "notify/channel.h"

#include "notify/mail/mail_channel.h"

static const struct channel *const channels[] = {
	&mail_channel,
};

const struct channel *const *channels_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(channels);
	return channels;
}

void channels_add_names(struct str *str)
{
	str_add_char(str, '\n');
	for (size_t i = 0; i < ARRAY_SIZE(channels); i++) {
		str_add_text(str, channels[i]->name);
		str_add_char(str, '\n');
	}
}

bool channels_serve(const struct settings *settings)
{
	for (size_t i = 0; i < ARRAY_SIZE(channels); i++)
		if (channels[i]->serves(settings))
			return true;

	return false;
}
