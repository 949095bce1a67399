/* What the server prints once it serves: how to connect, ready to paste. */
#ifndef SERVER_ANNOUNCE_H
#define SERVER_ANNOUNCE_H

#include <stdio.h>

#include "engine/database.h"
#include "server/config.h"
#include "server/doors.h"

void announce(FILE *out, const struct config *config, const struct engine_database *database,
              const struct doors *doors, uint16_t monitor_port);

#endif
