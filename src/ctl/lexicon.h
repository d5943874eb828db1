/* ctl/lexicon.h: `mentionctl lexicon learn', a row of the table in lexicon.c. */
#pragma once

#include "ctl/ctl.h"

enum { N_LEXICON_LEARN_OPTIONS = 3 };

extern const struct ctl_option lexicon_learn_options[N_LEXICON_LEARN_OPTIONS];

int lexicon_learn(struct ctl *ctl);
