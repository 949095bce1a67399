/* Objects by name and names by OID, as the reg* types and the functions around them see them.
 *
 * A view gathers what one statement may see; it borrows facts and session.
 */
#ifndef PGCAT_OBJECT_H
#define PGCAT_OBJECT_H

#include "base/writer.h"
#include "pgcat/session.h"

enum pgcat_object_kind {
#define PGCAT_OBJECT(kind, type, sqlstate, what) PGCAT_OBJECT_##kind,
#include "pgcat_objects.def"
#undef PGCAT_OBJECT
    PGCAT_OBJECT_KIND_COUNT
};

struct pgcat_view {
    struct pgcat *pgcat;
    struct pgcat_session *session; /* NULL: a thread of the engine's own; the default search path counts */
    struct pgcat_facts *facts[PGCAT_SCOPE_COUNT]; /* of PostgreSQL's own objects, and of the session's database */
};

/* The functions of fact.h, with the view's facts of the kind's scope. */
static inline const struct pgcat_fact *pgcat_view_fact(const struct pgcat_view *view, enum pgcat_fact_kind kind, uint32_t oid) {
    return pgcat_fact_of(view->facts[pgcat_fact_scope(kind)], kind, oid);
}

static inline const struct pgcat_fact *pgcat_view_fact_sub(const struct pgcat_view *view, enum pgcat_fact_kind kind,
                                                           uint32_t oid, int64_t sub) {
    return pgcat_fact_of_sub(view->facts[pgcat_fact_scope(kind)], kind, oid, sub);
}

static inline const struct pgcat_fact *pgcat_view_fact_next(const struct pgcat_view *view, enum pgcat_fact_kind kind,
                                                            const struct pgcat_fact *fact) {
    return pgcat_fact_next(view->facts[pgcat_fact_scope(kind)], kind, fact);
}

static inline const struct pgcat_fact *pgcat_view_fact_named(const struct pgcat_view *view, enum pgcat_fact_kind kind,
                                                             const char *schema, const char *text) {
    return pgcat_fact_named(view->facts[pgcat_fact_scope(kind)], kind, schema, text);
}

static inline const struct pgcat_fact *pgcat_view_fact_next_named(const struct pgcat_view *view, enum pgcat_fact_kind kind,
                                                                  const struct pgcat_fact *fact) {
    return pgcat_fact_next_named(view->facts[pgcat_fact_scope(kind)], kind, fact);
}

/* Retains the facts; the session may be NULL. */
struct pgcat_view pgcat_view_open(struct pgcat *pgcat, struct pgcat_session *session);
void pgcat_view_close(struct pgcat_view *view);

/* The object of that name or number, PostgreSQL's reg*in; false with PostgreSQL's error. */
bool pgcat_object_find(const struct pgcat_view *view, enum pgcat_object_kind kind, const char *text, size_t length,
                       uint32_t *oid, struct error *err);
/* Writes the object's name, qualified where the search path does not lead to it, PostgreSQL's reg*out; the number when
 * there is no such object. */
void pgcat_object_write(const struct pgcat_view *view, enum pgcat_object_kind kind, uint32_t oid, struct writer *w);
/* Whether the unqualified name leads to this very object. */
bool pgcat_object_is_visible(const struct pgcat_view *view, enum pgcat_object_kind kind, uint32_t oid);
/* The object itself: its schema and name; NULL when there is none. Borrowed from the view. */
const struct pgcat_fact *pgcat_object_fact(const struct pgcat_view *view, enum pgcat_object_kind kind, uint32_t oid);
/* The kind whose registered type has this name; -1: none. */
int pgcat_object_kind_named(const char *type);

/* type_name.c: format_type(); a modifier of -1 says that there is none, PGCAT_NO_MODIFIER nothing at all. */
enum { PGCAT_NO_MODIFIER = INT32_MIN };

void pgcat_type_write(const struct pgcat_view *view, uint32_t oid, int32_t modifier, struct writer *w);
/* The type that a name in SQL's or PostgreSQL's spelling means, arrays included; 0: none. */
uint32_t pgcat_type_find(const struct pgcat_view *view, const char *text, size_t length);
/* The type that stands for an engine type of this name (without array brackets); 0: none. */
uint32_t pgcat_engine_type_oid(const struct pgcat_view *view, const char *definition);
/* A type's array type, and an array type's element; 0: none. */
uint32_t pgcat_type_array(const struct pgcat_view *view, uint32_t oid);
uint32_t pgcat_type_element(const struct pgcat_view *view, uint32_t oid);

/* session.c: the schemas that unqualified names are looked for in, in order; pg_catalog first. The count. */
int32_t pgcat_visible_schemas(const struct pgcat_view *view, const char **schemas, int32_t space);

#endif
