/* Shapes: tables as CREATE TABLE describes them, with what PostgreSQL's statements declare of them and the engine forgets.
 *
 * The engine keeps no lengths of texts, no precisions of times, no names of constraints and no foreign keys but its own. Such
 * facts of a table are kept beside it in the database, as a JSON object that is the comment of the view "schema.table" in the
 * schema pg_declared, which is hidden from clients: so they come and go with the transaction that declares them, and with the file.
 */
#ifndef PGSQL_SHAPE_H
#define PGSQL_SHAPE_H

#include "base/arena.h"
#include "base/error.h"

#define PGSQL_DECLARED_SCHEMA "pg_declared"

/* What a column is declared as, beyond the engine's type. */
struct pgsql_declared {
    uint32_t type_oid;   /* 0: nothing */
    int32_t modifier;    /* atttypmod */
    const char *engine;  /* the engine's type that it was declared over: if the column has another, the fact is void */
    char identity;       /* attidentity: 'a' ALWAYS, 'd' BY DEFAULT; 0: none */
};

struct pgsql_shape_column {
    const char *name; /* unquoted, as all names here */
    const char *type; /* the engine's, as SQL, with its collation */
    const char *generated, *value; /* the expressions of GENERATED and DEFAULT; NULL: none */
    bool not_null;
    struct pgsql_declared declared;
    const char *comment;
    const char *source; /* SQL over the old table that gives the new one's values; NULL: the default does */
};

struct pgsql_name_list {
    const char **names;
    int32_t count;
};

struct pgsql_shape_constraint {
    char kind;        /* pg_constraint.contype: 'p', 'u', 'c', 'f' */
    const char *name; /* NULL: not given */
    const char *shown; /* what the catalog calls it; NULL: it is new */
    struct pgsql_name_list columns;
    const char *expression; /* of a check, as SQL without its brackets */
    const char *foreign_schema, *foreign_table; /* schema NULL: by the search path, or the table's own */
    struct pgsql_name_list foreign_columns;     /* none: the primary key */
    char on_update, on_delete;                  /* pg_constraint.confupdtype: 'a' NO ACTION, 'r' RESTRICT, 'c' CASCADE, 'n' SET NULL,
                                  * 'd' SET DEFAULT */
    bool deferrable, deferred;
    bool unenforced; /* declared only */
    bool by_index;   /* a unique index of the same name does it */
};

struct pgsql_shape {
    const char *database; /* "": the current one */
    const char *schema, *name;
    bool temporary;
    struct pgsql_shape_column *columns;
    int32_t column_count;
    struct pgsql_shape_constraint *constraints;
    int32_t constraint_count;
};

/* Reads the engine's own text of a table (duckdb_tables().sql): columns only, with constraints of one column but NOT NULL left out. */
bool pgsql_shape_parse(struct arena *arena, const char *sql, struct pgsql_shape *shape, struct error *err);
/* CREATE TABLE for the engine; NULL: no memory. */
const char *pgsql_shape_create(struct arena *arena, const struct pgsql_shape *shape);
/* The facts that the engine forgets, as JSON; "" when there are none; NULL: no memory. */
const char *pgsql_shape_facts(struct arena *arena, const struct pgsql_shape *shape);
/* The statements that keep the facts of a table, or forget them when there are none. */
const char *pgsql_shape_keep(struct arena *arena, const struct pgsql_shape *shape, const char *facts);
/* The check by which the engine refuses what is too long for the column; "" when its type has no such limit; NULL: no memory. */
const char *pgsql_length_check(struct arena *arena, const struct pgsql_shape_column *column);
/* Its name with all qualifiers, as SQL; NULL: no memory. */
const char *pgsql_shape_name(struct arena *arena, const struct pgsql_shape *shape);
/* A text of SQL with each name `from` replaced by `to`; NULL: no memory. */
const char *pgsql_rename(struct arena *arena, const char *sql, const char *from, const char *to);
/* Quoted, as an identifier or a literal; NULL: no memory. */
const char *pgsql_quoted(struct arena *arena, const char *text, char mark);
/* "a", "b" … */
const char *pgsql_quoted_list(struct arena *arena, const struct pgsql_name_list *list);
int32_t pgsql_name_position(const struct pgsql_name_list *list, const char *name); /* -1: not there */

/* ALTER TYPE … ADD VALUE, RENAME VALUE. */
struct pgsql_enum_change {
    const char *schema, *type; /* as written; schema NULL: by the search path */
    const char *value;
    const char *new_value; /* of RENAME; NULL: `value` is added */
    const char *neighbour; /* of ADD: BEFORE or AFTER which; NULL: at the end */
    bool before;
    bool if_not_exists;
};

/* One action of ALTER TABLE. */
enum pgsql_alter_kind {
    PGSQL_ALTER_ADD_COLUMN,
    PGSQL_ALTER_DROP_COLUMN,
    PGSQL_ALTER_TYPE,
    PGSQL_ALTER_DEFAULT,
    PGSQL_ALTER_NOT_NULL,
    PGSQL_ALTER_IDENTITY,
    PGSQL_ALTER_RENAME_COLUMN,
    PGSQL_ALTER_RENAME,
    PGSQL_ALTER_SET_SCHEMA,
    PGSQL_ALTER_ADD_CONSTRAINT,
    PGSQL_ALTER_DROP_CONSTRAINT,
    PGSQL_ALTER_RENAME_CONSTRAINT,
};

struct pgsql_alter {
    enum pgsql_alter_kind kind;
    const char *database, *schema, *table; /* as written; NULL where absent */
    bool table_if_exists;
    const char *sql;      /* the action as a statement of its own, for what is no table after all */
    const char *name;     /* of the column or constraint */
    const char *new_name; /* of RENAME; the new schema */
    bool if_exists;       /* IF EXISTS, or IF NOT EXISTS */
    bool cascade;
    bool is_set;          /* SET NOT NULL; an identity that changes, not a new one */
    struct pgsql_shape_column column; /* type, value and what else the action says */
    const char *using;                /* of TYPE; NULL: a cast */
    const struct pgsql_shape_constraint *constraints; /* to add, of ADD COLUMN too */
    int32_t constraint_count;
};

#endif
