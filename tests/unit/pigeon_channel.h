/* tests/unit/pigeon_channel.h: a way out in one file: a target is a path of the HTTP peer,
 * and what it answers decides. */
#pragma once

#include <errno.h>

#include "http/client.h"
#include "notify/channel.h"
#include "unit/http_peer.h"

struct pigeon {
	struct http_client *client;
	void (*on_done)(const struct send_answer *answer, void *userdata);
	void *userdata;
};

static bool pigeon_serves(const struct settings *settings)
{
	return true;
}

static int pigeon_check(const struct settings *settings, size_t *ret_n, struct diags *diags)
{
	return 0;
}

static int pigeon_open(const struct settings *settings, struct http_client *client, struct way *ret,
	struct diags *diags)
{
	static struct pigeon pigeon;

	pigeon.client = client;
	*ret = (struct way){.state = &pigeon, .retry = {US_PER_MINUTE, US_PER_HOUR, US_PER_DAY}};
	return 0;
}

static void pigeon_close(struct way *way)
{
}

static const struct texts *pigeon_targets(const struct recipient_settings *recipient)
{
	return &recipient->email;
}

static int pigeon_locate(const char *to, struct arena *arena, const char **ret)
{
	*ret = to;
	return 0;
}

static int pigeon_render(
	const struct rendering *rendering, struct arena *arena, struct delivery *ret)
{
	const struct alert_notice *alert = &rendering->notice->alert;
	CLEANUP(str_done) struct str str = STR_INIT(1000);

	ret->message_id = rendering->key;
	str_add_format(&str, "%s at %s", alert->rule, alert->stream_label);
	ret->message = slice_from(arena_copy(arena, str_slice(&str)), str.len);
	return ret->message.ptr ? 0 : -ENOMEM;
}

static void pigeon_done(const struct http_answer *http, void *userdata)
{
	struct pigeon *pigeon = userdata;
	const int error = http->error < 0 ? http->error : http->status == 200 ? 0 : -EREMOTEIO;
	const struct send_answer answer = {
		.error = error, .code = http->status, .text = http->error_text};

	pigeon->on_done(&answer, pigeon->userdata);
}

static int pigeon_send(const struct way *way, const struct delivery *delivery,
	void (*on_done)(const struct send_answer *answer, void *userdata), void *userdata,
	struct http_request **ret)
{
	struct pigeon *pigeon = way->state;
	char url[200];
	const struct http_exchange wanted = {.url = url,
		.allow_private = true,
		.content = SLICE("coo"),
		.content_type = "text/plain",
		.max_body_bytes = 1 << 16,
		.timeout_us = 20 * US_PER_S};

	snprintf(url, sizeof(url), "http://127.0.0.1:%s%s", peer_port("http"), delivery->target);
	pigeon->on_done = on_done;
	pigeon->userdata = userdata;
	return http_exchange(pigeon->client, &wanted, pigeon_done, pigeon, ret);
}

static enum send_verdict pigeon_verdict(const struct send_answer *answer)
{
	return answer->code == 404 ? SEND_RETRY_TARGET : SEND_RETRY;
}

static const struct channel pigeon_channel = {"pigeon", pigeon_serves, pigeon_check, pigeon_open,
	pigeon_close, pigeon_targets, pigeon_locate, pigeon_render, pigeon_send, pigeon_verdict};
