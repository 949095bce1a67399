/* Catalogs made by the builder: immutable, so that what is sent of them is made once. Any thread. */
#ifndef AIRPORT_STATIC_CATALOG_H
#define AIRPORT_STATIC_CATALOG_H

#include "airport/lookup.h"

/* The answer to list_schemas of a static catalog under the name it was asked by: the same bytes as last time, if it was
 * asked by that name. Appends and returns true; false: not a static catalog, or not yet known. */
bool static_catalog_recall(struct airport_catalog catalog, const char *name, struct writer *w);
/* Remembers the answer; nothing happens for other catalogs. */
void static_catalog_remember(struct airport_catalog catalog, const char *name, const void *bytes, size_t length);
/* The schema of a simple table, made once; NULL for other tables. */
struct ipc_schema *static_table_schema(struct airport_table table, uint64_t *fingerprint);

#endif
