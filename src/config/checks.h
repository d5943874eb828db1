/* config/checks.h: what must hold between settings, once all files are read. */
#pragma once

#include "config/settings.h"

struct arena;
struct diags;

/* Fills in what follows from other settings (a stream's label), and adds to
 * DIAGS: names given twice, alerts that name unknown streams or recipients,
 * sources without or with two addresses, no source at all, mail without a
 * server.  PATH is the main file.  0, also after mistakes; -ENOMEM. */
int checks_run(const char *path, struct settings *settings, struct diags *diags);
