/* Data definition statements: composed, run by themselves, refused to those who may only read. */
#ifndef DUCKCAT_DDL_H
#define DUCKCAT_DDL_H

#include "base/writer.h"
#include "duckcat/internal.h"

struct ddl {
    struct duckcat *owner;
    struct airport_call *call;
    struct airport_error *err;
    struct lease *lease; /* NULL: it has failed already */
    struct arena arena;
    struct writer sql;
};

/* `statement` is its kind, e.g. "ALTER TABLE". Then write ddl->sql; end it with ddl_run in any case. */
void ddl_begin(struct ddl *ddl, struct duckcat *owner, struct airport_call *call, const char *statement,
               struct airport_error *err);
/* The types of a struct schema's columns, valid until the end; NULL when it has failed. */
const struct engine_type *const *ddl_read_types(struct ddl *ddl, const struct ArrowSchema *schema);
/* Writes SQL of the client's, which must be one expression. */
void ddl_write_expression(struct ddl *ddl, const char *expression);
/* Runs the statement and frees everything. */
bool ddl_run(struct ddl *ddl);

/* Schema-level and catalog-level methods (ddl.c). */
extern const struct airport_table_ddl_methods schema_table_ddl_methods;
extern const struct airport_schema_ddl_methods catalog_schema_ddl_methods;

#endif
