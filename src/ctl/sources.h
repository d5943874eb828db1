/* ctl/sources.h: the commands below "mentionctl sources" that have a file of
 * their own; their rows stand in the table of sources.c.
 */
#pragma once

struct ctl;

int sources_disable(struct ctl *ctl);
int sources_discover(struct ctl *ctl);
int sources_enable(struct ctl *ctl);
int sources_export(struct ctl *ctl);
int sources_import(struct ctl *ctl);
int sources_test(struct ctl *ctl);
