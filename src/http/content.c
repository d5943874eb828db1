#include "http/content.h"

#include <errno.h>
#include <stdlib.h>

#define ZLIB_CONST /* its input is const */
#include <zlib.h>

#include "http/header.h"

enum {
	HEAD_BYTES = 2, /* which the decision needs */
	PIECE_BYTES = 32 * 1024,
	/* A file FILE.gz may be sent with gzip on top. */
	MAX_LAYERS = 2,
	WINDOW_RAW = -MAX_WBITS,
	WINDOW_ZLIB = MAX_WBITS,
	WINDOW_GZIP = MAX_WBITS + 16,
};

/* What the header says of a layer. */
enum said { SAID_NOTHING, SAID_DEFLATE, SAID_UNREADABLE };

enum state { STATE_HEAD, STATE_PLAIN, STATE_INFLATE, STATE_BEHIND };

struct layer {
	enum state state;
	char head[HEAD_BYTES]; /* of the layer, or of what is behind its end */
	size_t n_head;
	z_stream stream;
	bool has_stream;
	size_t n_out;
};

struct content {
	struct str *body;
	enum said said;
	size_t n_in;
	int error;
	const char *words;
	struct layer layers[MAX_LAYERS];
};

static int fail(struct content *content, int error, const char *words)
{
	content->error = error;
	content->words = words;
	return error;
}

static int fail_size(struct content *content)
{
	content->body->error = -EMSGSIZE;
	return fail(content, -EMSGSIZE, NULL);
}

/* --- What it is --- */

static const struct {
	const char *name;
	enum said said;
} codings[] = {
	{"deflate", SAID_DEFLATE},
	{"br", SAID_UNREADABLE},
	{"zstd", SAID_UNREADABLE},
	{"compress", SAID_UNREADABLE},
	{"x-compress", SAID_UNREADABLE},
};

/* Of gzip the bytes tell; names that are no coding at all say nothing. */
static enum said read_said(struct slice headers)
{
	struct slice value;
	struct slice name;

	while (header_next(&headers, "content-encoding", &value) == 1)
		while (slice_split(&value, ',', &name))
			for (size_t i = 0; i < ARRAY_SIZE(codings); i++)
				if (slice_equals_nocase(
					    slice_trim(name), slice_of(codings[i].name)))
					return codings[i].said;

	return SAID_NOTHING;
}

static bool is_gzip(const char *head)
{
	return head[0] == '\x1F' && head[1] == '\x8B';
}

static bool is_zlib(const char *head)
{
	const unsigned int first = (unsigned char)head[0];

	return (first & 0x0F) == Z_DEFLATED && (first << 8 | (unsigned char)head[1]) % 31 == 0;
}

/* Whether it begins as XML, HTML and JSON do, or with a mark of byte order. */
static bool is_text(const char *head)
{
	static const char *const marks[] = {"\xEF\xBB", "\xFE\xFF", "\xFF\xFE"};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (head[0] == marks[i][0] && head[1] == marks[i][1])
			return true;
	if (is_space(head[0]))
		return is_space(head[1]) || slice_find_char(SLICE("<{["), head[1]) >= 0;
	if (head[0] == '<')
		return is_alpha(head[1]) || slice_find_char(SLICE("?!"), head[1]) >= 0;

	return (head[0] == '{' || head[0] == '[') &&
	       (is_space(head[1]) || slice_find_char(SLICE("{[\"}]"), head[1]) >= 0);
}

/* --- Inflating --- */

static int add_to_layer(struct content *content, size_t n, struct slice bytes);

static int pass_on(struct content *content, size_t n, struct slice bytes)
{
	struct layer *layer = &content->layers[n];

	/* Each layer for itself: what gives nothing in the end costs time all the same. */
	layer->n_out += bytes.len;
	if (layer->n_out > content->body->max_bytes)
		return fail_size(content);
	if (n + 1 < MAX_LAYERS)
		return add_to_layer(content, n + 1, bytes);

	str_add(content->body, bytes);
	return str_error(content->body) < 0 ? fail(content, str_error(content->body), NULL) : 0;
}

static int inflate_piece(struct content *content, size_t n)
{
	struct layer *layer = &content->layers[n];
	z_stream *stream = &layer->stream;
	char piece[PIECE_BYTES];

	stream->next_out = (unsigned char *)piece;
	stream->avail_out = sizeof(piece);

	const int result = inflate(stream, Z_NO_FLUSH);

	if (result == Z_MEM_ERROR)
		return fail(content, -ENOMEM, "out of memory");
	if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
		return fail(content, -EBADMSG, "the compressed body is damaged");
	if (result == Z_STREAM_END)
		layer->state = STATE_BEHIND;

	const int r = pass_on(content, n, slice_from(piece, sizeof(piece) - stream->avail_out));

	/* 1: there may be more in it. */
	return r < 0 ? r : result == Z_OK && (stream->avail_in > 0 || stream->avail_out == 0);
}

/* Takes of *BYTES what belongs to the stream. */
static int take_deflated(struct content *content, size_t n, struct slice *bytes)
{
	struct layer *layer = &content->layers[n];
	int r;

	layer->stream.next_in = (const unsigned char *)bytes->ptr;
	layer->stream.avail_in = (unsigned int)bytes->len;
	do
		r = inflate_piece(content, n);
	while (r > 0);

	*bytes = slice_skip(*bytes, bytes->len - layer->stream.avail_in);
	/* Another may follow, as `cat' joins files. */
	if (layer->state == STATE_BEHIND)
		layer->n_head = 0;
	return r;
}

/* The layer's bytes are deflated, as WINDOW says. */
static int begin_stream(struct content *content, size_t n, int window)
{
	struct layer *layer = &content->layers[n];
	const int result = layer->has_stream ? inflateReset2(&layer->stream, window)
					     : inflateInit2(&layer->stream, window);

	if (result != Z_OK)
		return fail(content, -ENOMEM, "out of memory");

	layer->has_stream = true;
	layer->state = STATE_INFLATE;

	struct slice head = slice_from(layer->head, layer->n_head);

	return take_deflated(content, n, &head);
}

static int begin_plain(struct content *content, size_t n)
{
	struct layer *layer = &content->layers[n];

	layer->state = STATE_PLAIN;
	return pass_on(content, n, slice_from(layer->head, layer->n_head));
}

/* --- Deciding --- */

static int decide(struct content *content, size_t n)
{
	struct layer *layer = &content->layers[n];
	const enum said said = n == 0 ? content->said : SAID_NOTHING;
	const char *head = layer->head;

	if (layer->state == STATE_BEHIND)
		return is_gzip(head) ? begin_stream(content, n, WINDOW_GZIP) : 0;
	if (is_gzip(head))
		return begin_stream(content, n, WINDOW_GZIP);
	if (said == SAID_NOTHING || is_text(head))
		return begin_plain(content, n);
	if (said == SAID_DEFLATE)
		return begin_stream(content, n, is_zlib(head) ? WINDOW_ZLIB : WINDOW_RAW);

	return fail(content, -EBADMSG, "the body is compressed in a way that was not asked for");
}

static int take_head(struct content *content, size_t n, struct slice *bytes)
{
	struct layer *layer = &content->layers[n];

	layer->head[layer->n_head++] = bytes->ptr[0];
	*bytes = slice_skip(*bytes, 1);
	return layer->n_head == HEAD_BYTES ? decide(content, n) : 0;
}

static int add_to_layer(struct content *content, size_t n, struct slice bytes)
{
	struct layer *layer = &content->layers[n];
	int r = 0;

	while (bytes.len > 0 && r >= 0) {
		if (layer->n_head < HEAD_BYTES)
			r = take_head(content, n, &bytes);
		else if (layer->state == STATE_INFLATE)
			r = take_deflated(content, n, &bytes);
		else if (layer->state == STATE_PLAIN)
			return pass_on(content, n, bytes);
		else
			return 0; /* rubbish behind the end, zeros mostly */
	}
	return MIN(r, 0);
}

int content_add(struct content *content, struct slice bytes)
{
	if (content->error < 0 || bytes.len == 0)
		return content->error;

	content->n_in += bytes.len;
	if (content->n_in > content->body->max_bytes)
		return fail_size(content);

	return add_to_layer(content, 0, bytes);
}

int content_end(struct content *content)
{
	for (size_t n = 0; n < MAX_LAYERS && content->error == 0; n++)
		if (content->layers[n].state == STATE_HEAD)
			begin_plain(content, n);

	return content->error;
}

const char *content_words(const struct content *content)
{
	return content->words;
}

int content_new(struct slice headers, struct str *body, struct content **ret)
{
	struct content *content = calloc(1, sizeof(*content));

	if (!content)
		return -ENOMEM;

	content->body = body;
	content->said = read_said(headers);
	*ret = content;
	return 0;
}

void content_free(struct content *content)
{
	for (size_t n = 0; content && n < MAX_LAYERS; n++)
		if (content->layers[n].has_stream)
			inflateEnd(&content->layers[n].stream);
	free(content);
}
