/* Parsers of the statements that the session carries out, one for each form. Each reads from the first token of the
 * statement and fills `statement->as`; `p->failed` tells of a mismatch. Internal to this layer. */
#ifndef PGSQL_PARSE_H
#define PGSQL_PARSE_H

#include "pgsql/parser.h"
#include "pgsql/statement.h"

void parse_transaction(struct parser *p, struct pgsql_statement *statement);
void parse_savepoint(struct parser *p, struct pgsql_statement *statement);
void parse_two_phase(struct parser *p, struct pgsql_statement *statement);
void parse_set(struct parser *p, struct pgsql_statement *statement);
void parse_name(struct parser *p, struct pgsql_statement *statement);
void parse_notify(struct parser *p, struct pgsql_statement *statement);
void parse_prepare(struct parser *p, struct pgsql_statement *statement);
void parse_execute(struct parser *p, struct pgsql_statement *statement);
void parse_declare(struct parser *p, struct pgsql_statement *statement);
void parse_fetch(struct parser *p, struct pgsql_statement *statement);
void parse_copy(struct parser *p, struct pgsql_statement *statement);
void parse_explain(struct parser *p, struct pgsql_statement *statement);
void parse_object(struct parser *p, struct pgsql_statement *statement);

/* Gives the statement another kind, and its form. */
void statement_become(struct pgsql_statement *statement, enum pgsql_statement_kind kind);

/* Finds the kind of a statement whose place and tokens are set, and parses it if the session carries it out. A `nested` one
 * is what another statement contains; it must be a query or a statement of the engine. */
bool statement_classify(struct arena *arena, struct pgsql_statement *statement, bool nested, struct error *err);
/* The statement from where the parser stands up to the token `end`, and the parser behind it; NULL when it has failed. */
const struct pgsql_statement *parse_nested(struct parser *p, const struct pgsql_token *end);

#endif
