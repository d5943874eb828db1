/* daemon/tools.h: what settings compile to.
 *
 * Queries, rules, lexicons and templates, made once from one settings object and not
 * changed until a reload makes others and puts them in the place of these.  Nothing
 * here knows the store: see daemon/turn.h for work that does.
 */
#pragma once

#include "config/settings.h"

struct diags;

/* One of settings->alerts. */
struct compiled_rule {
	const struct alert_settings *settings;
	struct rule *rule;
};

struct tools {
	const struct settings *settings;
	struct engine *engine; /* all streams' queries */
	struct scorer *scorer;
	struct words *words; /* of texts, for stories */
	struct reporter *reporter;
	struct compiled_rule *rules; /* settings->n_alerts */
	struct map *streams;         /* name -> const struct stream_settings * */
};

/* Compiles SETTINGS, which must outlive *RET.  -EINVAL with DIAGS when a person's text
 * is wrong, -ENOMEM, or why a lexicon or a template cannot be read. */
int tools_new(const struct settings *settings, struct tools **ret, struct diags *diags);
void tools_free(struct tools *tools);
DEFINE_CLEANUP(struct tools *, tools_free);

/* By name; NULL: none. */
const struct stream_settings *tools_find_stream(const struct tools *tools, const char *name);
const struct recipient_settings *tools_find_recipient(const struct tools *tools, const char *name);
