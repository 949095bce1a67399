/* Filters, inside: see airport.h, chapters 13 and 14. */
#ifndef AIRPORT_FILTER_H
#define AIRPORT_FILTER_H

#include "airport.h"

/* The id of a type by DuckDB's name; AIRPORT_TYPE_UNKNOWN when it is unknown. And back; static. */
enum airport_type_id filter_type_id(const char *name);
const char *filter_type_name(enum airport_type_id id);

#endif
