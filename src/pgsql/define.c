#include "pgsql/rewrite.h"
bool defines_something(const struct pgsql_statement *statement) { (void)statement; return false; }
void rewrite_definition(struct rewriter *r, struct steps *steps) { (void)r; (void)steps; }
