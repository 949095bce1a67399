/* The engine's error messages in PostgreSQL's words: clients and their users know those by heart. */
#ifndef PGDOOR_MESSAGE_H
#define PGDOOR_MESSAGE_H

#include "base/error.h"

/* Rewrites message and hint if data/engine_messages.def has a row for them; all else stays. */
void message_translate(struct error *err);

#endif
