/* tests/unit/deliveries.h: what the outbox asks the store for, of mails. */
#pragma once

#include "record/delivery.h"

#define DUE_AT(time_us) (&(struct due_query){.channel = "mail", .except = "", .now_us = (time_us)})
#define TO(address)     (&(struct delivery){.channel = "mail", .target = (address)})
