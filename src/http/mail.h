/* http/mail.h: mail by SMTP (internal to http/; senders use http/client.h). */
#pragma once

#include "http/client.h"

/* The turn of the next mail that waits; without one, the connection of the last
 * is closed a little later. */
void mail_start_next(struct http_client *client);

/* Ends the connection, and never waits for the server.  No mail may be under
 * way. */
void mail_close(struct http_client *client);
