/* One action of ALTER TABLE under way. Internal to this layer.
 *
 * alter.c carries it out; what each action makes of the table's shape stands in alter_column.c and alter_constraint.c.
 */
#ifndef PGDDL_ALTER_H
#define PGDDL_ALTER_H

#include "pgddl/table.h"

enum method {
    METHOD_NOTHING,  /* at most the facts change */
    METHOD_IN_PLACE, /* the scripts do it */
    METHOD_REBUILD,
};

struct alteration {
    const struct pgddl *ddl;
    const struct pgsql_alter *action;
    struct table *table;
    struct table **family; /* the table and those that reference it */
    int32_t family_count;
    enum method method;
    const char *script; /* of METHOD_IN_PLACE */
    const char *old_name; /* of RENAME: that the facts lie under */
};

/* As an identifier. */
const char *alter_quoted(const struct alteration *a, const char *text);
/* How the action is to be carried out; without either only the facts change. */
bool alter_rebuild(struct alteration *a);
bool alter_in_place(struct alteration *a, const char *script, struct error *err);
/* A NOTICE or a WARNING for the client. */
void alter_tell(const struct alteration *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void alter_warn(const struct alteration *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The engine can alter the table in place. */
bool alter_is_loose(const struct alteration *a);
void alter_remove_constraint(struct table *table, int32_t at);

/* ---- alter_constraint.c ---- */
/* To the shape, with its name chosen; what it refers to is resolved, and settled at the end. */
bool alter_add_constraint(struct alteration *a, const struct pgsql_shape_constraint *wanted, struct error *err);
bool alter_settle_references(struct alteration *a, struct error *err);
bool alter_apply_add_constraint(struct alteration *a, struct error *err);
/* False while foreign keys stand on the columns. */
bool alter_release_key(struct alteration *a, const struct pgsql_name_list *columns, const char *what, const char *needed,
                       struct error *err);
bool alter_apply_drop_constraint(struct alteration *a, struct error *err);
bool alter_apply_rename_constraint(struct alteration *a, struct error *err);
void alter_fix_names(struct table *table);

/* ---- alter_column.c ---- */
bool alter_apply_add_column(struct alteration *a, struct error *err);
bool alter_apply_drop_column(struct alteration *a, struct error *err);
bool alter_apply_type(struct alteration *a, struct error *err);
bool alter_apply_default(struct alteration *a, struct error *err);
bool alter_apply_not_null(struct alteration *a, struct error *err);
bool alter_apply_identity(struct alteration *a, struct error *err);
bool alter_apply_rename_column(struct alteration *a, struct error *err);

#endif
