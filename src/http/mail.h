/* http/mail.h: mail by SMTP (internal to http/; senders use http/client.h). */
#pragma once

#include "http/client.h"

/* What the reply CODE (0: none came) means for a mail that was not accepted in
 * STAGE (RFC 5321, 4.2.1). */
enum mail_verdict mail_judge(enum mail_stage stage, int code);

/* The turn of the next mail that waits; without one, the connection of the last
 * is closed a little later. */
void mail_start_next(struct http_client *client);

/* Ends the connection, and never waits for the server.  No mail may be under
 * way. */
void mail_close(struct http_client *client);
