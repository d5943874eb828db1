#include "push/sse.h"

#include <errno.h>
#include <string.h>

enum { NAME_MAX_BYTES = 1024 };

#define RETRY_MOST_MS (INT64_C(24) * 3600 * 1000)

void sse_init(struct sse *sse, size_t max_bytes)
{
	*sse = (struct sse){
		.line = STR_INIT(max_bytes),
		.data = STR_INIT(max_bytes),
		.type = STR_INIT(NAME_MAX_BYTES),
		.id = STR_INIT(NAME_MAX_BYTES),
		.last_id = STR_INIT(NAME_MAX_BYTES),
		.retry_us = -1,
	};
}

void sse_done(struct sse *sse)
{
	struct str *const texts[] = {&sse->line, &sse->data, &sse->type, &sse->id, &sse->last_id};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		str_done(texts[i]);
}

static void clear_event(struct sse *sse)
{
	str_clear(&sse->data);
	str_clear(&sse->type);
	sse->is_too_long = false;
}

static void set(struct str *str, struct slice value)
{
	str_clear(str);
	str_add(str, value);
}

void sse_restart(struct sse *sse, struct slice last_id)
{
	clear_event(sse);
	str_clear(&sse->line);
	set(&sse->last_id, last_id);
	set(&sse->id, last_id);
	sse->began = sse->after_cr = false;
}

static void set_retry(struct sse *sse, struct slice value)
{
	int64_t ms;

	for (size_t i = 0; i < value.len; i++)
		if (!is_digit(value.ptr[i]))
			return;
	if (slice_to_int64(value, &ms) == 1)
		sse->retry_us = MIN(ms, RETRY_MOST_MS) * US_PER_MS;
}

static void take_field(struct sse *sse, struct slice name, struct slice value)
{
	if (slice_equals(name, SLICE("data"))) {
		str_add(&sse->data, value);
		str_add_char(&sse->data, '\n');
	} else if (slice_equals(name, SLICE("event"))) {
		set(&sse->type, value);
	} else if (slice_equals(name, SLICE("id")) && !memchr(value.ptr, '\0', value.len)) {
		set(&sse->id, value);
	} else if (slice_equals(name, SLICE("retry"))) {
		set_retry(sse, value);
	}
}

static bool is_over_bound(const struct sse *sse)
{
	return sse->is_too_long || str_error(&sse->data) == -EMSGSIZE ||
	       str_error(&sse->type) == -EMSGSIZE || str_error(&sse->id) == -EMSGSIZE;
}

static bool is_out_of_memory(const struct sse *sse)
{
	return str_error(&sse->line) == -ENOMEM || str_error(&sse->data) == -ENOMEM ||
	       str_error(&sse->type) == -ENOMEM || str_error(&sse->id) == -ENOMEM ||
	       str_error(&sse->last_id) == -ENOMEM;
}

/* An empty line: the event is complete. */
static int dispatch(struct sse *sse, int (*on_event)(const struct sse_event *event, void *userdata),
	void *userdata)
{
	int r = 0;

	if (is_over_bound(sse)) {
		sse->n_dropped++;
		if (str_error(&sse->id) < 0)
			set(&sse->id, str_slice(&sse->last_id));
	} else {
		set(&sse->last_id, str_slice(&sse->id));
		if (sse->data.len > 0) {
			const struct sse_event event = {
				.type = sse->type.len > 0 ? str_text(&sse->type) : "message",
				.id = str_text(&sse->last_id),
				.data = slice_from(sse->data.ptr, sse->data.len - 1),
			};

			r = on_event(&event, userdata);
		}
	}
	clear_event(sse);
	return r;
}

static int take_line(struct sse *sse,
	int (*on_event)(const struct sse_event *event, void *userdata), void *userdata)
{
	struct slice line = str_slice(&sse->line);
	int r = 0;

	if (!sse->began && slice_starts_with(line, SLICE("\xEF\xBB\xBF")))
		line = slice_skip(line, 3);
	sse->began = true;

	if (str_error(&sse->line) == -EMSGSIZE) {
		sse->is_too_long = true;
	} else if (line.len == 0) {
		r = dispatch(sse, on_event, userdata);
	} else if (line.ptr[0] != ':') {
		const ptrdiff_t colon = slice_find_char(line, ':');
		struct slice value = colon < 0 ? SLICE("") : slice_skip(line, (size_t)colon + 1);

		if (slice_starts_with(value, SLICE(" ")))
			value = slice_skip(value, 1);
		take_field(sse, colon < 0 ? line : slice_from(line.ptr, (size_t)colon), value);
	}
	if (is_out_of_memory(sse))
		return -ENOMEM;

	str_clear(&sse->line);
	return r;
}

int sse_read(struct sse *sse, struct slice bytes,
	int (*on_event)(const struct sse_event *event, void *userdata), void *userdata)
{
	while (bytes.len > 0) {
		size_t n = 0;

		if (sse->after_cr && bytes.ptr[0] == '\n')
			bytes = slice_skip(bytes, 1);
		sse->after_cr = false;
		while (n < bytes.len && bytes.ptr[n] != '\n' && bytes.ptr[n] != '\r')
			n++;
		str_add(&sse->line, slice_from(bytes.ptr, n));
		if (n == bytes.len)
			break;

		sse->after_cr = bytes.ptr[n] == '\r';
		bytes = slice_skip(bytes, n + 1);
		const int r = take_line(sse, on_event, userdata);
		if (r < 0)
			return r;
	}
	return is_out_of_memory(sse) ? -ENOMEM : 0;
}
