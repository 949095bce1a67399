/* What a query names, as DuckDB's own parser reads it, before anything is bound: nothing is opened, nothing is run.
 *
 * Views and macros are not looked into: what they do is their maker's.
 */
#ifndef ENGINE_INSPECT_H
#define ENGINE_INSPECT_H

#include "engine/connection.h"

struct engine_query_visitor {
    void *self;
    /* Each returns false to end the inspection, with the error filled. Texts are borrowed until the call returns. */
    bool (*table)(void *self, const char *catalog, const char *schema, const char *name, struct error *err);
    bool (*table_function)(void *self, const char *name, struct error *err);
    bool (*function)(void *self, const char *name, struct error *err); /* scalar, aggregate or window */
};

/* Visits everything that the query names, in no certain order. What is not a query (SELECT, VALUES, FROM, DESCRIBE …) fails with
 * ERROR_UNSUPPORTED. */
bool engine_query_inspect(struct engine_connection *connection, const char *sql,
                          const struct engine_query_visitor *visitor, struct error *err);

#endif
