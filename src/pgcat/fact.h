/* Facts: what functions and casts look up by OID or by name, read from the catalog in one go.
 *
 * A struct pgcat_facts is filled once, then shared and immutable; any thread.
 */
#ifndef PGCAT_FACT_H
#define PGCAT_FACT_H

#include "base/arena.h"
#include "engine/connection.h"

enum pgcat_fact_kind {
#define PGCAT_FACT(fact, file, scope) PGCAT_FACT_##fact,
#include "pgcat_facts.def"
#undef PGCAT_FACT
    PGCAT_FACT_COUNT
};

enum pgcat_fact_scope {
#define PGCAT_FACT_SCOPE(scope, is_static, words) PGCAT_SCOPE_##scope,
#include "pgcat_fact_scopes.def"
#undef PGCAT_FACT_SCOPE
    PGCAT_SCOPE_COUNT
};

enum pgcat_fact_scope pgcat_fact_scope(enum pgcat_fact_kind kind);
bool pgcat_fact_scope_is_static(enum pgcat_fact_scope scope);
/* The scopes that a statement of this text needs: a bit for each. */
uint32_t pgcat_fact_scopes_wanted(const char *sql);

struct pgcat_fact {
    uint32_t oid;
    int64_t sub;
    const char *schema;
    const char *text;
};

struct pgcat_facts;

/* Runs the queries of the scope on a connection whose search path leads to the catalog to read. Owned by one reference,
 * give it back with pgcat_facts_release. */
struct pgcat_facts *pgcat_facts_read(struct engine_connection *connection, enum pgcat_fact_scope scope, struct error *err);
/* Adds the relations that the queries of the scope read. */
struct pgcat_relations;
struct pgcat_relation_set;
void pgcat_facts_relations(enum pgcat_fact_scope scope, const struct pgcat_relations *relations,
                           struct pgcat_relation_set *set);
struct pgcat_facts *pgcat_facts_retain(struct pgcat_facts *facts); /* NULL is allowed */
void pgcat_facts_release(struct pgcat_facts *facts);               /* NULL is allowed */

/* The first row with this OID, or with this OID and `sub`; NULL: none. Borrowed from the facts, which may be NULL. */
const struct pgcat_fact *pgcat_fact_of(const struct pgcat_facts *facts, enum pgcat_fact_kind kind, uint32_t oid);
const struct pgcat_fact *pgcat_fact_of_sub(const struct pgcat_facts *facts, enum pgcat_fact_kind kind, uint32_t oid,
                                           int64_t sub);
/* The row behind `fact` if it has the same OID, else NULL. */
const struct pgcat_fact *pgcat_fact_next(const struct pgcat_facts *facts, enum pgcat_fact_kind kind,
                                         const struct pgcat_fact *fact);
/* The first row with this text, in this schema unless it is NULL. */
const struct pgcat_fact *pgcat_fact_named(const struct pgcat_facts *facts, enum pgcat_fact_kind kind, const char *schema,
                                          const char *text);
/* The row behind it in the order of names if it has the same text, else NULL. */
const struct pgcat_fact *pgcat_fact_next_named(const struct pgcat_facts *facts, enum pgcat_fact_kind kind,
                                               const struct pgcat_fact *fact);

#endif
