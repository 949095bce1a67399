/* Writing SQL: names and texts always quoted, so that none can change the shape of a statement. */
#ifndef DUCKCAT_SQL_H
#define DUCKCAT_SQL_H

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"
#include "engine/type.h"

void sql_identifier(struct writer *w, const char *name);
void sql_literal(struct writer *w, const char *text);
/* "database"."schema"."name" */
void sql_path(struct writer *w, const char *database, const char *schema, const char *name);
void sql_type(struct writer *w, const struct engine_type *type);
/* Whether the text can stand where one expression is wanted: its brackets and quotes are closed, no comment and no
 * end of a statement is in it. */
bool sql_is_expression(const char *text);
/* Ends the statement: its text, borrowed from the writer; NULL when memory is out. */
const char *sql_finish(struct writer *w, struct error *err);

#endif
