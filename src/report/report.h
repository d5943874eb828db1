/* report/report.h: what the team reads: alert mails and digests.
 *
 * A reporter holds the templates (config/templates), loaded and checked once;
 * the administrator may bring others.  Rendering is a pure function of the
 * records: subject, plain text of 72 columns, HTML under 90 kB with inline
 * styles, no remote images and nothing unescaped.
 *
 * Uses base/, record/, text/ (local times).
 */
#pragma once

#include "record/mail_content.h"
#include "record/notice.h"

struct diags;
struct reporter;

enum { REPORT_HTML_MAX_BYTES = 90 * 1000 };

/* Loads the templates of FOLDER (NULL: those that came with mentiond).
 * -EINVAL + DIAGS for mistakes in a template, -ENOENT, -ENOMEM, or what reading
 * a file gave. */
int reporter_open(const char *folder, struct reporter **ret, struct diags *diags);
void reporter_close(struct reporter *reporter);
DEFINE_CLEANUP(struct reporter *, reporter_close);

/* The mail that tells NOTICE, in ARENA.  Lists, then quotes, are cut so that the HTML
 * stays below REPORT_HTML_MAX_BYTES, and say what they leave out.  -EMSGSIZE when
 * that is not enough, -ENOMEM. */
int report_mail(const struct reporter *reporter, const struct notice *notice, struct arena *arena,
	struct mail_content *ret);
