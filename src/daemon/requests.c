#include "daemon/requests.h"

#include "config/secret.h"
#include "source/poll.h"

static int read_secret(const struct secret *secret, char **ret)
{
	return secret_read(secret, ret, NULL);
}

int requests_make(const struct source_settings *source, const struct source_state *state,
	struct arena *arena, struct fetch_request *ret, void *userdata)
{
	struct poll_request request;
	const int r = poll_request(source, state, read_secret, arena, &request);

	(void)userdata;
	*ret = (struct fetch_request){.url = request.url,
		.headers = request.headers,
		.secret_headers = request.secret_headers,
		.is_feed = request.is_feed,
		.problem = request.problem};
	return r;
}

int requests_find_password(const struct source_settings *source, char **ret, void *userdata)
{
	(void)userdata;
	*ret = NULL;

	return source->password.kind == SECRET_NONE ? 0 : secret_read(&source->password, ret, NULL);
}
