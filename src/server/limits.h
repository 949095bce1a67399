/* What the system allows this process: made as wide as it may be, and told where it is too narrow for the settings. */
#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

#include "base/log.h"
#include "server/config.h"

/* Raises the number of descriptors to the hard limit; warns when max_connections cannot be reached with it. Once, at the start. */
void limits_raise(const struct config *config, struct log *log);
/* How many connections a door keeps that have not logged in yet. */
int32_t limits_strangers(const struct config *config);

#endif
