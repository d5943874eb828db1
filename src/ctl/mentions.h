/* ctl/mentions.h: the commands below `mentionctl mentions'. */
#pragma once

#include "ctl/ctl.h"

enum { N_MENTIONS_VERBS = 1 };

extern const struct ctl_verb mentions_verbs[N_MENTIONS_VERBS]; /* relabel.c */
