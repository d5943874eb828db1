/* daemon/check_values.h: what rules compare with, and no post can state. */
#pragma once

struct alert_settings;
struct diags;
struct rule;
struct settings;

/* Warns of each value of RULE, which is ALERT's, that is no language, no country, or no
 * source of SETTINGS: the comparison never holds (with != always).  -ENOMEM. */
int check_values(const struct settings *settings, const struct alert_settings *alert,
	const struct rule *rule, struct diags *diags);
