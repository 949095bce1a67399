/* Catalogs and schemas as handles of the library. */
#ifndef DUCKCAT_CATALOG_H
#define DUCKCAT_CATALOG_H

#include "duckcat/internal.h"

/* What `self` of a schema's handle is. */
struct schema {
    struct duckcat *owner;
    struct snapshot *snapshot; /* counted */
    const struct snapshot_schema *facts;
};

/* A handle for the database of that name; empty without an error when there is none. Moved to the library. */
bool catalog_find(struct duckcat *owner, struct airport_call *call, const char *name, struct airport_catalog *out,
                  struct airport_error *err);
/* The default database's handle, which needs no release. */
extern const struct airport_catalog_methods catalog_methods;
const char *catalog_database(const struct catalog *catalog);

/* databases.c: the list of databases as a flight; for airport_catalog_methods.find_flight. */
bool databases_find(void *self, struct airport_call *call, const struct airport_flight *flight,
                    struct airport_table *out, struct airport_error *err);

/* function.c: adds a macro to a listing. */
bool function_add(struct duckcat *owner, struct snapshot *snapshot, const struct snapshot_function *facts,
                  struct airport_functions *out, struct airport_error *err);

#endif
