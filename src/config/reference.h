/* config/reference.h: the reference of all settings, printed from their table.
 *
 * The same rows make the part of docs/configuration.md, of mentiond.yaml(5),
 * and what `mentionctl settings' shows.
 */
#pragma once

struct setting;
struct str;

/* Appends the type with its bounds and default: "duration, 1s to 30d", "one of
 * send, skip; send". */
void reference_add_type(struct str *str, const struct setting *setting);

/* Append all settings, a heading a section. */
void reference_add_markdown(struct str *str);
void reference_add_scdoc(struct str *str);
