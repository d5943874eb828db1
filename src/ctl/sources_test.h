/* ctl/sources_test.h: `mentionctl sources test'. */
#pragma once

struct ctl;

int sources_test(struct ctl *ctl);
