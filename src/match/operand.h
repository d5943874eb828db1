/* match/operand.h: what a query searches for: words, text as written, regular
 * expressions, hashtags, handles.
 *
 * Each function reads the operand that the parser's token is, and advances.
 * -EINVAL with words in the diags.
 */
#pragma once

#include <stddef.h>

struct node;
struct parser;

int operand_parse_words(struct parser *parser, struct node **ret);
int operand_parse_regex(struct parser *parser, struct node **ret);
int operand_parse_hashtag(struct parser *parser, struct node **ret);
int operand_parse_handle(struct parser *parser, struct node **ret);
/* {BT}, or the value of a "raw:" that starts at byte AT. */
int operand_parse_raw(struct parser *parser, size_t at, struct node **ret);
