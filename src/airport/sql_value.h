/* Names, types and values as SQL text. Every function appends, and returns false (leaving what it may have appended to be
 * cut off by the caller) when there is no safe way to write it. Any thread.
 */
#ifndef AIRPORT_SQL_VALUE_H
#define AIRPORT_SQL_VALUE_H

#include "airport.h"
#include "base/writer.h"

bool sql_write_name(struct writer *w, const char *name);
bool sql_write_type(struct writer *w, const struct airport_type *type, enum airport_dialect dialect);
bool sql_write_value(struct writer *w, const struct airport_value *value, enum airport_dialect dialect);

#endif
