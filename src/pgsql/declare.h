/* Declarations: what the columns and constraints of a client's statement say, as a shape. Internal to this layer. */
#ifndef PGSQL_DECLARE_H
#define PGSQL_DECLARE_H

#include "pgsql/define.h"
#include "pgsql/shape.h"

/* The type that starts at token `i`. */
void declare_type(struct rewriter *r, int32_t i, struct pgsql_declared *declared);
/* The constraint at token `i`: of a table, or of the column of that name. Gives the token behind it; without one there, `i`. */
int32_t declare_constraint(struct rewriter *r, int32_t i, int32_t end, const char *column, struct pgsql_shape_constraint *constraint);
/* A column's type, identity and constraints (of struct pgsql_shape_constraint, added to the list). */
void declare_column(struct rewriter *r, const struct column *column, struct pgsql_shape_column *declared,
                    struct parser_list *constraints);
/* The names between the brackets that open at token `i`. */
struct pgsql_name_list declare_names(struct rewriter *r, int32_t open);

/* The table that a definition makes: its facts are kept with it. */
struct declared_table {
    struct parser_list columns, constraints; /* of struct pgsql_shape_column, struct pgsql_shape_constraint */
};

void declare_table(struct rewriter *r, struct steps *steps, const struct table *table, const struct declared_table *declared);

#endif
