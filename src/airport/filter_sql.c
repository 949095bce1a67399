/* Filters as SQL text, never narrower than the filter.
 *
 * In a place where letting more rows pass is harmless (the top, and AND and OR there) what cannot be expressed is left out:
 * an AND keeps its other children, an OR is dropped whole. Anywhere else (below NOT, inside a comparison …) it makes the
 * whole expression inexpressible.
 */
#include <string.h>

#include "airport/contract.h"
#include "airport/filter.h"
#include "airport/sql_value.h"
#include "base/memory.h"

enum { MAX_DEPTH = 400, MAX_SQL_BYTES = 16 << 20 };

struct encoder {
    struct writer w;
    struct airport_sql_options options;
    int depth;
};

static const char *const operator_sql[] = {
    "",
#define AIRPORT_OPERATOR(op, type, sql) sql,
#include "airport_operators.def"
#undef AIRPORT_OPERATOR
};

struct function_row {
    const char *name;
    int arguments;
    const char *duckdb, *postgresql;
};

static const struct function_row function_rows[] = {
#define AIRPORT_FUNCTION(name, arguments, duckdb, postgresql) {name, arguments, duckdb, postgresql},
#include "airport_functions.def"
#undef AIRPORT_FUNCTION
};

static bool encode(struct encoder *n, const struct airport_expression *e);

static bool is_postgresql(const struct encoder *n) {
    return n->options.dialect == AIRPORT_DIALECT_POSTGRESQL;
}

static enum airport_type_id type_id(const struct airport_expression *e) {
    return e->type ? e->type->id : AIRPORT_TYPE_UNKNOWN;
}

static bool has_time_zone(const struct airport_expression *e) {
    return type_id(e) == AIRPORT_TYPE_TIMESTAMP_TZ || type_id(e) == AIRPORT_TYPE_TIME_TZ;
}

/* ---- leaves ---- */

static bool encode_column(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    for (size_t i = 0; i < n->options.mapping_count; i++) {
        const struct airport_column_mapping *m = &n->options.mappings[i];
        if (strcmp(m->column, e->name) != 0)
            continue;
        if (m->name)
            return sql_write_name(&n->w, m->name);
        writer_format(&n->w, "(%s)", m->expression);
        return true;
    }
    return !n->options.mapped_only && sql_write_name(&n->w, e->name);
}

static bool encode_constant(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    return sql_write_value(&n->w, e->value, n->options.dialect);
}

/* ---- operators ---- */

static bool is_order(enum airport_operator op) {
    return op >= AIRPORT_OP_LESS && op <= AIRPORT_OP_GREATER_OR_EQUAL;
}

/* PostgreSQL orders text by locale, DuckDB by bytes. */
static bool encode_ordered(struct encoder *n, const struct airport_expression *e) {
    if (!encode(n, e))
        return false;
    if (is_postgresql(n) && (type_id(e) == AIRPORT_TYPE_VARCHAR || type_id(e) == AIRPORT_TYPE_CHAR))
        writer_text(&n->w, " COLLATE \"C\"");
    return true;
}

static bool encode_comparison(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    writer_text(&n->w, "(");
    if (!(is_order(e->op) ? encode_ordered(n, e->children[0]) : encode(n, e->children[0])))
        return false;
    writer_format(&n->w, " %s ", operator_sql[e->op]);
    if (!encode(n, e->children[1]))
        return false;
    writer_text(&n->w, ")");
    return true;
}

static bool encode_between(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    writer_text(&n->w, "(");
    if (!encode_ordered(n, e->children[0]))
        return false;
    writer_text(&n->w, e->lower_inclusive ? " >= " : " > ");
    if (!encode(n, e->children[1]))
        return false;
    writer_text(&n->w, " AND ");
    if (!encode_ordered(n, e->children[0]))
        return false;
    writer_text(&n->w, e->upper_inclusive ? " <= " : " < ");
    if (!encode(n, e->children[2]))
        return false;
    writer_text(&n->w, ")");
    return true;
}

/* The children, with a text between them. */
static bool encode_list(struct encoder *n, const struct airport_expression *e, int32_t from, const char *between) {
    for (int32_t i = from; i < e->child_count; i++) {
        if (i > from)
            writer_text(&n->w, between);
        if (!encode(n, e->children[i]))
            return false;
    }
    return e->child_count > from;
}

static bool encode_conjunction(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    writer_text(&n->w, "(");
    if (!encode_list(n, e, 0, e->op == AIRPORT_OP_AND ? " AND " : " OR "))
        return false;
    writer_text(&n->w, ")");
    return true;
}

static bool encode_postfix(struct encoder *n, const struct airport_expression *e, const char *text) {
    writer_text(&n->w, "(");
    if (e->child_count != 1 || !encode(n, e->children[0]))
        return false;
    writer_text(&n->w, text);
    return true;
}

static bool encode_operation(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    switch (e->op) {
    case AIRPORT_OP_NOT:
        writer_text(&n->w, "(NOT ");
        if (e->child_count != 1 || !encode(n, e->children[0]))
            return false;
        break;
    case AIRPORT_OP_IS_NULL: return encode_postfix(n, e, " IS NULL)");
    case AIRPORT_OP_IS_NOT_NULL: return encode_postfix(n, e, " IS NOT NULL)");
    case AIRPORT_OP_COALESCE:
        writer_text(&n->w, "COALESCE(");
        if (!encode_list(n, e, 0, ", "))
            return false;
        break;
    case AIRPORT_OP_IN:
    case AIRPORT_OP_NOT_IN:
        writer_text(&n->w, "(");
        if (!encode(n, e->children[0]))
            return false;
        writer_format(&n->w, " %s (", operator_sql[e->op]);
        if (!encode_list(n, e, 1, ", "))
            return false;
        writer_text(&n->w, ")");
        break;
    default: return false;
    }
    writer_text(&n->w, ")");
    return true;
}

/* ---- casts, cases, functions ---- */

static bool is_integer(enum airport_type_id id) {
    return (id >= AIRPORT_TYPE_TINYINT && id <= AIRPORT_TYPE_BIGINT) ||
           (id >= AIRPORT_TYPE_UTINYINT && id <= AIRPORT_TYPE_UBIGINT);
}

/* Casts that mean the same at the server: none that asks the session's time zone; in PostgreSQL only of integers. */
static bool is_same_cast(const struct encoder *n, const struct airport_expression *e) {
    const struct airport_expression *child = e->children[0];
    if (has_time_zone(e) != has_time_zone(child) || (has_time_zone(e) && type_id(e) != type_id(child)))
        return false;
    if (!is_postgresql(n))
        return true;
    return !e->try_cast && is_integer(type_id(child)) && (is_integer(type_id(e)) || type_id(e) == AIRPORT_TYPE_VARCHAR);
}

static bool encode_cast(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    if (!is_same_cast(n, e))
        return false;
    writer_text(&n->w, e->try_cast ? "TRY_CAST(" : "CAST(");
    if (!encode(n, e->children[0]))
        return false;
    writer_text(&n->w, " AS ");
    if (!sql_write_type(&n->w, e->type, n->options.dialect))
        return false;
    writer_text(&n->w, ")");
    return true;
}

static bool encode_case(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    writer_text(&n->w, "(CASE");
    for (int32_t i = 0; i + 1 < e->child_count; i += 2) {
        writer_text(&n->w, " WHEN ");
        if (!encode(n, e->children[i]))
            return false;
        writer_text(&n->w, " THEN ");
        if (!encode(n, e->children[i + 1]))
            return false;
    }
    writer_text(&n->w, " ELSE ");
    if (!encode(n, e->children[e->child_count - 1]))
        return false;
    writer_text(&n->w, " END)");
    return true;
}

static const char *function_sql(const struct encoder *n, const struct airport_expression *e) {
    bool is_builtin = (!*e->catalog_name || strcmp(e->catalog_name, "system") == 0) &&
                      (!*e->schema_name || strcmp(e->schema_name, "main") == 0);
    for (size_t i = 0; is_builtin && i < sizeof function_rows / sizeof *function_rows; i++) {
        const struct function_row *row = &function_rows[i];
        if (strcmp(row->name, e->name) == 0 && (row->arguments < 0 || row->arguments == e->child_count))
            return is_postgresql(n) ? row->postgresql : row->duckdb;
    }
    return NULL;
}

static bool encode_function(void *self, const struct airport_expression *e) {
    struct encoder *n = self;
    const char *sql = function_sql(n, e);
    for (int32_t i = 0; i < e->child_count; i++)
        if (has_time_zone(e->children[i]))
            return false;
    if (!sql)
        return false;
    size_t length = strlen(sql);
    bool is_infix = sql[0] == ' ', is_prefix = !is_infix && sql[length - 1] == ' ';
    writer_format(&n->w, is_infix ? "(" : is_prefix ? "(%s" : "%s(", sql);
    if (!encode_list(n, e, 0, is_infix ? sql : ", "))
        return false;
    /* DuckDB's LIKE has no escape character unless it is told one. */
    if (is_postgresql(n) && is_infix && strstr(sql, "LIKE"))
        writer_text(&n->w, " ESCAPE ''");
    writer_text(&n->w, ")");
    return true;
}

static const struct airport_expression_visitor visitor = {
    .size = sizeof visitor,
    .column = encode_column,
    .constant = encode_constant,
    .comparison = encode_comparison,
    .between = encode_between,
    .conjunction = encode_conjunction,
    .operation = encode_operation,
    .cast = encode_cast,
    .case_when = encode_case,
    .function = encode_function,
};

/* The whole expression, or nothing: on failure the text is as it was. */
static bool encode(struct encoder *n, const struct airport_expression *e) {
    size_t before = n->w.length;
    bool ok = n->depth < MAX_DEPTH;
    n->depth++;
    ok = ok && airport_expression_visit(e, &visitor, n) && writer_ok(&n->w);
    n->depth--;
    if (!ok)
        n->w.length = before;
    return ok;
}

static bool encode_widened(struct encoder *n, const struct airport_expression *e);

/* As many children of an AND as can be; all children of an OR, each widened by itself. */
static bool encode_widened_conjunction(struct encoder *n, const struct airport_expression *e) {
    bool is_and = e->op == AIRPORT_OP_AND;
    size_t before = n->w.length;
    int32_t written = 0;
    writer_text(&n->w, "(");
    for (int32_t i = 0; i < e->child_count; i++) {
        size_t mark = n->w.length;
        if (written)
            writer_text(&n->w, is_and ? " AND " : " OR ");
        if (encode_widened(n, e->children[i])) {
            written++;
            continue;
        }
        n->w.length = is_and ? mark : before;
        if (!is_and)
            return false;
    }
    if (!written) {
        n->w.length = before;
        return false;
    }
    writer_text(&n->w, ")");
    return true;
}

static bool encode_widened(struct encoder *n, const struct airport_expression *e) {
    if (e->kind != AIRPORT_EXPRESSION_CONJUNCTION)
        return encode(n, e);
    if (n->depth >= MAX_DEPTH)
        return false;
    n->depth++;
    bool ok = encode_widened_conjunction(n, e);
    n->depth--;
    return ok;
}

/* ---- the public functions ---- */

static void begin(struct encoder *n, const struct airport_sql_options *options) {
    *n = (struct encoder){.w = {.limit_bytes = MAX_SQL_BYTES}};
    if (options)
        copy_sized(&n->options, sizeof n->options, options, "airport_sql_options", NULL);
}

/* The text with a NUL behind, moved to the caller; NULL when memory is out. */
static char *finish(struct writer *w) {
    writer_u8(w, 0);
    if (writer_ok(w))
        return (char *)w->bytes;
    writer_destroy(w);
    return NULL;
}

char *airport_filter_to_sql(const struct airport_filter *filter, const struct airport_sql_options *options) {
    struct encoder n;
    begin(&n, options);
    for (int32_t i = 0; i < filter->conjunct_count; i++) {
        size_t before = n.w.length;
        if (before)
            writer_text(&n.w, " AND ");
        if (!encode_widened(&n, filter->conjuncts[i]))
            n.w.length = before;
    }
    return finish(&n.w);
}

char *airport_expression_to_sql(const struct airport_expression *e, const struct airport_sql_options *options) {
    struct encoder n;
    begin(&n, options);
    if (encode(&n, e))
        return finish(&n.w);
    writer_destroy(&n.w);
    return NULL;
}

char *airport_value_to_sql(const struct airport_value *value, enum airport_dialect dialect) {
    struct writer w = {0};
    if (value->type && sql_write_value(&w, value, dialect))
        return finish(&w);
    writer_destroy(&w);
    return NULL;
}

char *airport_type_to_sql(const struct airport_type *type, enum airport_dialect dialect) {
    struct writer w = {0};
    if (sql_write_type(&w, type, dialect))
        return finish(&w);
    writer_destroy(&w);
    return NULL;
}

void airport_free(void *memory) {
    memory_free(memory);
}
