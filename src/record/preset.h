/* record/preset.h: how the API of a service is asked and read.
 *
 * A preset is written as a YAML file (docs/sources.md); config/ reads it into
 * these records, source/ makes the requests and decode/ reads the answers.
 * They live as long as the settings.  Absent texts are NULL.
 *
 * A template holds names in braces, "https://{instance}/tags/{tag}"; what a
 * name stands for is the business of whoever expands it.  A path leads through
 * JSON by names of members, numbers of elements and `*' for each element,
 * "record.facets.*.features"; "" is the whole.
 */
#pragma once

#include "record/post.h"

struct str;

enum parameter_kind {
	PARAMETER_TEXT,
	PARAMETER_SERVER, /* a host name, or an address without path: https:// by itself */
	PARAMETER_SECRET, /* a token; goes into headers only */
	N_PARAMETER_KINDS,
};

struct preset_parameter {
	const char *name;
	enum parameter_kind kind;
	bool required;
	const char *fallback;
	const char *help;
	const char *example;
};

/* A name and its templates, of which the first counts that has all its values. */
struct preset_pair {
	const char *name;
	struct texts templates;
};

struct preset_pairs {
	struct preset_pair *items;
	size_t n;
};

struct preset_request {
	struct texts urls; /* templates; the first that has all its values */
	struct preset_pairs query;
	struct preset_pairs headers;
};

/* Where the service sends its posts as server-sent events, beside being asked.
 * Each is an item of the first list. */
struct preset_stream {
	struct preset_request request; /* without urls there is no stream */
	struct texts events;           /* names of those that hold a post */
	const char *path;              /* of the post in the data of an event */
};

/* What a value is used for. */
enum preset_target {
	TARGET_ID,
	TARGET_URL,
	TARGET_TITLE,
	TARGET_TEXT,
	TARGET_AUTHOR,
	TARGET_AUTHOR_HANDLE,
	TARGET_AUTHOR_URL,
	TARGET_PUBLISHED,
	TARGET_UPDATED,
	TARGET_LANG,
	TARGET_REPLY_TO,
	TARGET_TAGS,
	TARGET_HASHTAGS,
	TARGET_HANDLES,
	TARGET_LINKS,
	TARGET_DESCRIPTIONS, /* of pictures */
	TARGET_FACETS,       /* Bluesky's: hashtags, handles and links by byte offsets of a text */
	TARGET_METRIC,       /* the first of N_METRICS */
	N_TARGETS = TARGET_METRIC + N_METRICS,
};

/* How a value is written. */
enum value_form {
	FORM_PLAIN,
	FORM_ESCAPED, /* plain, with HTML's character references */
	FORM_HTML,    /* HTML */
	FORM_MARKDOWN,
	FORM_TIME,     /* ISO 8601 in any form, RFC 822; without a zone UTC */
	FORM_EPOCH,    /* seconds since 1970 */
	FORM_EPOCH_MS, /* milliseconds */
	N_VALUE_FORMS,
};

struct preset_field {
	enum preset_target target;
	enum value_form form;
	/* Paths, or templates of paths (those with a brace); the first that gives
	 * something counts. */
	struct texts paths;
	const char *text; /* TARGET_FACETS: path of the text that the offsets count in */
};

/* An object elsewhere in the answer that belongs to an item: the one in the list
 * PATH whose member ID equals the item's member KEY.  It is seen as AS. */
struct preset_join {
	const char *path, *id, *key, *as;
};

struct preset_list {
	const char *path;  /* of the array; an object there is a list of one */
	const char *needs; /* an item without this is no post */
	bool optional;     /* that it is missing says that there are no posts */
	struct preset_join join;
	struct preset_field *fields;
	size_t n_fields;
};

enum preset_paging {
	PAGING_NONE,
	PAGING_LINK,   /* the header Link names the next page */
	PAGING_CURSOR, /* the answer has what stands for {cursor} in the next request */
	PAGING_NUMBER, /* {page} counts */
	N_PAGINGS,
};

struct preset_pages {
	enum preset_paging kind;
	const char *path;   /* CURSOR: of the cursor; NUMBER: of what says that there is more, or
			     * NULL: while posts come */
	unsigned int first; /* NUMBER */
	unsigned int most;  /* in one poll */
	unsigned int size;  /* NONE: posts of an answer that may have left some out */
	int64_t overlap_us; /* how much later than its time a post may appear */
};

struct preset_limits {
	const char *remaining, *reset; /* headers, beside the usual ones */
	const char *backoff;           /* path of seconds to wait */
};

struct preset_errors {
	struct texts message;      /* paths of the words of an error */
	struct preset_pairs words; /* by status, "403": what to do */
};

enum preset_format { FORMAT_API, FORMAT_FEED, N_PRESET_FORMATS };

struct preset {
	const char *name;
	const char *help;
	const char *docs; /* where the API is documented */
	enum preset_format format;
	struct preset_parameter *parameters;
	size_t n_parameters;
	struct preset_request request;
	struct preset_list *lists;
	size_t n_lists;
	struct preset_pages pages;
	struct preset_limits limits;
	struct preset_errors errors;
	struct preset_stream stream;
	struct texts sniff; /* paths that only its answers have; all must be there */
};

struct presets {
	struct preset *items;
	size_t n;
};

/* NULL when there is none of this name. */
const struct preset *preset_find(const struct presets *presets, const char *name);
const struct preset_parameter *preset_find_parameter(
	const struct preset *preset, struct slice name);

/* "text", "server", "secret"; "id", "likes"; "html"; "link"; "api".  NULL behind
 * the last. */
const char *parameter_kind_name(size_t kind);
const char *preset_target_name(size_t target);
const char *value_form_name(size_t form);
const char *preset_paging_name(size_t paging);
const char *preset_format_name(size_t format);

/* Whether TEXT has a name in braces. */
bool template_is(const char *text);
/* The next name in braces at or after *POSITION of TEMPLATE, *POSITION behind it;
 * false at the end. */
bool template_next(
	struct slice template, size_t *position, struct slice *ret_before, struct slice *ret_name);

/* Appends what the name stands for to STR: 1, or 0 when it has no value. */
typedef int template_find_fn(struct slice name, struct str *str, void *userdata);

/* Appends TEMPLATE to STR with its names replaced by what FIND appends.  1, or 0
 * with STR as it was when a name has no value. */
int template_expand(const char *template, template_find_fn *find, void *userdata, struct str *str);
/* The first of TEMPLATES that can be expanded. */
int template_expand_first(
	const struct texts *templates, template_find_fn *find, void *userdata, struct str *str);

/* Appends the address of REQUEST of PRESET to STR: its url and query, whose
 * names FIND gives as they are; all but the parameters of servers is
 * percent-encoded here.  What in the query has no value is left out.  1, or 0
 * when no url has all its values. */
int preset_add_url(const struct preset *preset, const struct preset_request *request,
	template_find_fn *find, void *userdata, struct str *str);
