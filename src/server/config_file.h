/* The configuration file: lines of NAME = VALUE, as in postgresql.conf.
 *
 * The equals sign may be missing, # begins a comment, a value with blanks or # stands in single quotes, in which '' is
 * one quote and a backslash stands before n, t, backslash or quote.
 */
#ifndef SERVER_CONFIG_FILE_H
#define SERVER_CONFIG_FILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

/* What a line holds. */
enum config_line { CONFIG_LINE_EMPTY, CONFIG_LINE_SETTING, CONFIG_LINE_WRONG };

/* Takes one line (without its line break) apart; name and value are copies in the arena. A wrong one fills the error.
 */
enum config_line config_line_parse(struct arena *arena, const char *line, const char **name, const char **value,
                                   struct error *err);

#endif
