/* A catalog that has every group of methods: schema "s" with table "t" (row id, id, name), functions twice (scalar), series
 * (table) and echo (in/out). Rows are always the same three; writes and definitions succeed and change nothing.
 */
#ifndef TESTS_AIRPORT_FULL_CATALOG_H
#define TESTS_AIRPORT_FULL_CATALOG_H

#include "airport.h"

/* What the catalog is made of; a test replaces what it wants to be different. */
struct full_parts {
    const struct airport_catalog_methods *catalog;
    const struct airport_schema_methods *schema;
    const struct airport_table_methods *table;
    const struct airport_function_methods *twice, *series, *echo;
};

extern const struct full_parts full_parts;
extern const struct airport_transactions full_transactions;
extern const struct airport_action full_action; /* "echo" */

/* Borrows the parts. */
struct airport_catalog full_catalog(const struct full_parts *parts);

#endif
