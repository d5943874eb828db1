#include "alert/rule.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "alert/rule_tree.h"
#include "base/diags.h"
#include "base/str.h"

enum { RULE_MAX_BYTES = 8192, ARENA_BYTES = 512 * 1024, SEEN_PER_RULE = 20 };

int rule_compile(struct slice text, struct rule **ret, struct diags *diags)
{
	CLEANUP(rule_freep) struct rule *rule = calloc(1, sizeof(*rule));
	int r;

	if (!rule)
		return -ENOMEM;
	if (text.len > RULE_MAX_BYTES)
		return diags_error(
			diags, NULL, 1, 1, "a rule has at most %d bytes", RULE_MAX_BYTES);

	r = arena_new(ARENA_BYTES, &rule->arena);
	if (r < 0)
		return r;
	rule->text = arena_copy(rule->arena, slice_trim(text));
	if (!rule->text)
		return -ENOMEM;

	r = rule_parse(rule, diags);
	if (r < 0)
		return r;

	*ret = TAKE(rule);
	return 0;
}

void rule_free(struct rule *rule)
{
	if (!rule)
		return;
	arena_free(rule->arena);
	free(rule);
}

bool rule_is_rate(const struct rule *rule)
{
	return rule->is_rate;
}

/* Counts *INDEX down by the texts below NODE; the one where it was 0, or NULL. */
static const struct test *find_text(const struct node *node, size_t *index)
{
	if (!node)
		return NULL;
	if (node->type == NODE_TEST)
		return node->test.value && (*index)-- == 0 ? &node->test : NULL;

	const struct test *test = find_text(node->left, index);
	return test ? test : find_text(node->right, index);
}

int rule_text_find(const struct rule *rule, size_t index, struct rule_text *ret)
{
	const struct test *test = find_text(rule->root, &index);

	if (!test)
		return 0;

	*ret = (struct rule_text){.word = test->word->name,
		.value = test->value,
		.line = test->line,
		.column = test->column};
	return 1;
}

/* One judgement: who is judged, and what was seen. */
struct judgement {
	const struct post *post;
	const struct sentiment *sentiment;
	struct rate_query query; /* stream, now and source */
	json_t *seen;            /* NULL: nobody wants to know */
	int error;
};

static bool compare(enum comparison comparison, double a, double b)
{
	const bool answers[N_COMPARISONS] = {
		[COMPARE_LESS] = a<b, [COMPARE_LESS_EQUAL] = a <= b, [COMPARE_GREATER] = a> b,
		[COMPARE_GREATER_EQUAL] = a >= b,
		[COMPARE_EQUAL] = a == b,
		[COMPARE_NOT_EQUAL] = a != b,
	};

	return answers[comparison];
}

/* What people are shown is what is judged: 0.59999 is told, and counts, as
 * 0.6. */
static double as_told(double value)
{
	return round(value * 1e4) / 1e4;
}

static json_t *value_to_json(const struct test *test, const struct value *value)
{
	if (test->flag || (test->word && test->word->kind == VALUE_TRUTH))
		return json_boolean(value->number != 0);

	return value->text ? json_string(value->text) : json_real(value->number);
}

/* Notes a test that holds. */
static void note(struct judgement *judgement, const struct test *test, const struct value *value)
{
	if (!judgement->seen || json_array_size(judgement->seen) >= SEEN_PER_RULE)
		return;

	CLEANUP(json_freep) json_t *object = json_object();
	int r = json_set_take(object, "test", json_stringn(test->text.ptr, test->text.len));
	r |= json_set_take(object, "value", value_to_json(test, value));
	if (r < 0 || json_array_append(judgement->seen, object) < 0)
		judgement->error = -ENOMEM;
}

static void read_value(struct judgement *judgement, const struct test *test, struct value *ret)
{
	struct rate_query query = judgement->query;
	int r;

	*ret = (struct value){0};
	if (test->rate) {
		query.kind = test->kind;
		query.span_us = test->span_us;
		r = test->rate->read(&query, &ret->number);
		ret->known = r > 0;
		judgement->error = r < 0 ? r : judgement->error;
	} else if (test->word) {
		test->word->read(judgement->post, judgement->sentiment, test->word->index, ret);
	} else if (judgement->sentiment) {
		ret->known = true;
		ret->number = (judgement->sentiment->flags & test->flag) != 0;
	}
	ret->number = as_told(ret->number);
}

/* A language tag matches its longer forms: en is also en-GB. */
static bool text_equals(const struct test *test, const char *text)
{
	const struct slice wanted = slice_of(test->value);
	const struct slice got = slice_of(text);

	if (strcasecmp(test->word->name, "lang") == 0 && got.len > wanted.len &&
		got.ptr[wanted.len] == '-')
		return slice_starts_with_nocase(got, wanted);

	return slice_equals_nocase(got, wanted);
}

static bool judge_test(struct judgement *judgement, const struct test *test)
{
	struct value value;
	bool holds;

	read_value(judgement, test, &value);
	if (!value.known)
		return false;

	if (test->flag || (test->word && test->word->kind == VALUE_TRUTH))
		holds = value.number != 0;
	else if (test->word && test->value)
		holds = text_equals(test, value.text) == (test->comparison == COMPARE_EQUAL);
	else
		holds = compare(test->comparison, value.number, as_told(test->number));

	if (holds)
		note(judgement, test, &value);
	return holds;
}

/* For a mention both sides are always judged, so that the evidence is whole;
 * numbers of rates cost a query each. */
static bool judge(struct judgement *judgement, const struct node *node)
{
	bool left;

	if (node->type == NODE_TEST)
		return judge_test(judgement, &node->test);

	left = judge(judgement, node->left);
	if (node->type == NODE_NOT)
		return !left;
	if (!judgement->post && left == (node->type == NODE_OR))
		return left;

	const bool right = judge(judgement, node->right);
	return node->type == NODE_OR ? left || right : left && right;
}

static int write_evidence(const struct rule *rule, json_t *seen, struct str *ret_evidence)
{
	CLEANUP(json_freep) json_t *evidence = json_object();
	int r = json_set_text(evidence, "when", rule->text);

	r |= json_object_set(evidence, "seen", seen);
	if (r != 0)
		return -ENOMEM;

	json_write(ret_evidence, evidence);
	/* What is too long to be shown is no reason to alert nobody. */
	if (str_error(ret_evidence) == -EMSGSIZE) {
		str_clear(ret_evidence);
		str_add_text(ret_evidence, "{}");
	}
	return str_error(ret_evidence);
}

static int check(const struct rule *rule, struct judgement *judgement, struct str *ret_evidence)
{
	CLEANUP(json_freep) json_t *seen = ret_evidence ? json_array() : NULL;

	judgement->seen = seen;
	const bool raised = judge(judgement, rule->root);
	if (judgement->error < 0)
		return judgement->error;
	if (raised && ret_evidence) {
		const int r = write_evidence(rule, seen, ret_evidence);

		if (r < 0)
			return r;
	}
	return raised;
}

int rule_check_mention(const struct rule *rule, const struct post *post,
	const struct sentiment *sentiment, struct str *ret_evidence)
{
	struct judgement judgement = {.post = post, .sentiment = sentiment};

	return rule->is_rate ? 0 : check(rule, &judgement, ret_evidence);
}

int rule_check_rate(const struct rule *rule, const char *stream, int64_t now_us,
	const struct rate_source *source, struct str *ret_evidence)
{
	struct judgement judgement = {
		.query = {.stream = stream, .now_us = now_us, .source = source}};

	return rule->is_rate ? check(rule, &judgement, ret_evidence) : 0;
}
