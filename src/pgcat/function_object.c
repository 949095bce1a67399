/* Functions about objects: their names, definitions and comments; OIDs; quoting. */
#include <stdlib.h>
#include <string.h>

#include "pgcat/function.h"
#include "pgcat/identifier.h"

static void answer_fact(struct pgcat_value *result, const struct pgcat_fact *fact) {
    if (fact)
        pgcat_answer_text(result, fact->text, strlen(fact->text));
}

bool pgcat_nothing(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                   struct error *err) {
    (void)call, (void)arguments, (void)result, (void)err;
    return true;
}

bool pgcat_yes(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
               struct error *err) {
    (void)call, (void)arguments, (void)err;
    pgcat_answer_number(result, 1);
    return true;
}

bool pgcat_format_type(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                       struct error *err) {
    if (arguments[0].is_null)
        return true;
    pgcat_type_write(&call->view, (uint32_t)arguments[0].number, arguments[1].is_null ? PGCAT_NO_MODIFIER : (int32_t)arguments[1].number,
                     call->text);
    return pgcat_answer_written(call, result, err);
}

bool pgcat_user_name(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                     struct error *err) {
    const char *reader = atomic_load(&call->view.pgcat->reader);
    uint32_t oid = (uint32_t)arguments[0].number;
    const struct pgcat_fact *fact = pgcat_view_fact(&call->view, PGCAT_FACT_STATIC_ROLE, oid);
    if (oid == PGCAT_WRITER_OID)
        writer_text(call->text, atomic_load(&call->view.pgcat->writer));
    else if (oid == PGCAT_READER_OID && reader)
        writer_text(call->text, reader);
    else if (fact)
        writer_text(call->text, fact->text);
    else
        writer_format(call->text, "unknown (OID=%u)", oid);
    return pgcat_answer_written(call, result, err);
}

bool pgcat_fact_text(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                     struct error *err) {
    (void)err;
    answer_fact(result, pgcat_view_fact(&call->view, (enum pgcat_fact_kind)call->parameter, (uint32_t)arguments[0].number));
    return true;
}

/* How long the text in parentheses is that starts here, both included; 0: it does not end. */
static size_t parenthesized_length(const char *text) {
    size_t depth = 0, length = 0;
    do {
        depth += text[length] == '(';
        depth -= text[length] == ')';
        length++;
    } while (depth && text[length]);
    return depth ? 0 : length;
}

/* PostgreSQL's pretty printing leaves out one of two pairs of parentheses around an expression: `CHECK ((a > 0))`. */
static bool write_pretty(const struct pgcat_call *call, const char *text, struct pgcat_value *result, struct error *err) {
    for (const char *c = text; *c; c++) {
        size_t length = c[0] == '(' && c[1] == '(' ? parenthesized_length(c) : 0;
        if (length && 1 + parenthesized_length(c + 1) == length - 1) {
            writer_bytes(call->text, c + 1, length - 2);
            c += length - 1;
        } else {
            writer_u8(call->text, (uint8_t)*c);
        }
    }
    return pgcat_answer_written(call, result, err);
}

/* "… ON public.t USING …" without the schema if the search path leads there. */
static const char *leave_out_schema(const struct pgcat_call *call, const struct pgcat_fact *fact) {
    const char *schemas[PGCAT_SCHEMA_LIMIT];
    int32_t count = pgcat_visible_schemas(&call->view, schemas, PGCAT_SCHEMA_LIMIT);
    const char *qualifier = arena_format(call->arena, " ON %s.", fact->schema);
    const char *at = qualifier && fact->schema[0] ? strstr(fact->text, qualifier) : NULL;
    for (int32_t i = 0; at && i < count; i++)
        if (strcmp(schemas[i], fact->schema) == 0)
            return arena_format(call->arena, "%.*s ON %s", (int)(at - fact->text), fact->text, at + strlen(qualifier));
    return fact->text;
}

/* From PostgreSQL's own objects or the database's. */
static const struct pgcat_fact *find_definition(const struct pgcat_call *call, enum pgcat_fact_kind constants,
                                                enum pgcat_fact_kind database, uint32_t oid, int64_t sub) {
    const struct pgcat_fact *fact = pgcat_view_fact_sub(&call->view, constants, oid, sub);
    return fact ? fact : pgcat_view_fact_sub(&call->view, database, oid, sub);
}

static bool is_searched(const struct pgcat_call *call, const char *schema) {
    const char *schemas[PGCAT_SCHEMA_LIMIT];
    int32_t count = pgcat_visible_schemas(&call->view, schemas, PGCAT_SCHEMA_LIMIT);
    while (count > 0 && strcmp(schemas[count - 1], schema) != 0)
        count--;
    return count > 0;
}

/* The referenced table's schema is put in where the search path does not lead to it. */
static bool qualify_reference(const struct pgcat_call *call, const struct pgcat_fact *fact, struct pgcat_value *result,
                              struct error *err) {
    static const char references[] = ") REFERENCES ";
    const char *at = fact->schema[0] && !is_searched(call, fact->schema) ? strstr(fact->text, references) : NULL;
    if (!at) {
        answer_fact(result, fact);
        return true;
    }
    at += sizeof references - 1;
    writer_bytes(call->text, fact->text, (size_t)(at - fact->text));
    pgcat_write_identifier(call->text, fact->schema, strlen(fact->schema));
    writer_u8(call->text, '.');
    writer_text(call->text, at);
    return pgcat_answer_written(call, result, err);
}

bool pgcat_constraint_text(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                           struct error *err) {
    const struct pgcat_fact *fact = find_definition(call, PGCAT_FACT_STATIC_CONSTRAINT_DEFINITION,
                                                    PGCAT_FACT_CONSTRAINT_DEFINITION, (uint32_t)arguments[0].number, 0);
    if (fact && call->argument_count == 2 && arguments[1].number && !strstr(fact->text, ") REFERENCES "))
        return write_pretty(call, fact->text, result, err);
    if (fact)
        return qualify_reference(call, fact, result, err);
    return true;
}

bool pgcat_index_text(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                      struct error *err) {
    uint32_t oid = (uint32_t)arguments[0].number;
    bool has_place = call->argument_count == 3;
    const struct pgcat_fact *fact = find_definition(call, PGCAT_FACT_STATIC_INDEX_DEFINITION, PGCAT_FACT_INDEX_DEFINITION, oid,
                                                    has_place ? arguments[1].number : 0);
    if (fact && has_place && arguments[2].number) {
        const char *text = leave_out_schema(call, fact);
        return text ? write_pretty(call, text, result, err) : error_set_no_memory(err);
    }
    answer_fact(result, fact);
    if (!fact && find_definition(call, PGCAT_FACT_STATIC_INDEX_DEFINITION, PGCAT_FACT_INDEX_DEFINITION, oid, 0))
        pgcat_answer_text(result, "", 0);
    return true;
}

bool pgcat_function_result(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                           struct error *err) {
    uint32_t oid = (uint32_t)arguments[0].number;
    const struct pgcat_fact *fact = pgcat_view_fact(&call->view, PGCAT_FACT_STATIC_FUNCTION_RESULT, oid);
    if (!fact) {
        answer_fact(result, pgcat_view_fact(&call->view, PGCAT_FACT_FUNCTION_RESULT, oid));
        return true;
    }
    writer_text(call->text, fact->text);
    pgcat_type_write(&call->view, (uint32_t)fact->sub, PGCAT_NO_MODIFIER, call->text);
    return pgcat_answer_written(call, result, err);
}

/* Where in the text a name of the database begins that is not qualified, and whose schema it needs: the sequence of a nextval(), or
 * the type behind a constant. NULL: there is none. */
static const char *find_name(const struct pgcat_call *call, const char *text, uint32_t relation, const char **schema) {
    static const char nextval[] = "nextval('";
    const struct pgcat_fact *fact = NULL;
    const char *name = NULL;
    if (strncmp(text, nextval, sizeof nextval - 1) == 0) {
        name = text + sizeof nextval - 1;
        fact = strchr(name, '.') ? NULL : pgcat_view_fact(&call->view, PGCAT_FACT_RELATION, relation);
    } else if (text[0] == '\'' && (name = strrchr(text, ':'))) {
        fact = pgcat_view_fact_named(&call->view, PGCAT_FACT_TYPE, NULL, ++name);
    }
    *schema = fact ? fact->schema : NULL;
    return fact && !is_searched(call, fact->schema) ? name : NULL;
}

/* A stored expression, with names qualified where the search path does not lead to them. */
bool pgcat_expression(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                      struct error *err) {
    const char *text = arena_copy_string_n(call->arena, arguments[0].text, arguments[0].length), *schema;
    if (!text)
        return error_set_no_memory(err);
    const char *name = find_name(call, text, (uint32_t)arguments[1].number, &schema);
    if (!name) {
        *result = arguments[0];
        return true;
    }
    writer_bytes(call->text, text, (size_t)(name - text));
    pgcat_write_identifier(call->text, schema, strlen(schema));
    writer_u8(call->text, '.');
    writer_text(call->text, name);
    return pgcat_answer_written(call, result, err);
}

bool pgcat_view_text(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                     struct error *err) {
    uint32_t oid;
    if (!pgcat_object_find(&call->view, PGCAT_OBJECT_RELATION, arguments[0].text, arguments[0].length, &oid, err))
        return false;
    answer_fact(result, pgcat_view_fact(&call->view, PGCAT_FACT_VIEW_DEFINITION, oid));
    return true;
}

/* A view's rule has the OID three behind the view's (engine_relation's block). */
bool pgcat_rule_text(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                     struct error *err) {
    uint32_t view = (uint32_t)arguments[0].number - 3;
    const struct pgcat_fact *fact = pgcat_view_fact(&call->view, PGCAT_FACT_VIEW_DEFINITION, view);
    if (!fact)
        return true;
    writer_text(call->text, "CREATE RULE \"_RETURN\" AS\n    ON SELECT TO ");
    pgcat_object_write(&call->view, PGCAT_OBJECT_RELATION, view, call->text);
    writer_format(call->text, " DO INSTEAD %s", fact->text);
    return pgcat_answer_written(call, result, err);
}

/* PostgreSQL's own: the types of its arguments; a macro's: their names. */
bool pgcat_function_arguments(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                              struct error *err) {
    uint32_t oid = (uint32_t)arguments[0].number;
    const struct pgcat_fact *fact = pgcat_view_fact(&call->view, PGCAT_FACT_STATIC_FUNCTION, oid);
    if (!fact) {
        answer_fact(result, pgcat_view_fact(&call->view, PGCAT_FACT_FUNCTION_ARGUMENTS, oid));
        return true;
    }
    const char *list = fact->schema;
    for (char *after; *list; list = after) {
        unsigned long type = strtoul(list, &after, 10);
        if (after == list)
            break;
        writer_text(call->text, list == fact->schema ? "" : ", ");
        pgcat_type_write(&call->view, (uint32_t)type, PGCAT_NO_MODIFIER, call->text);
    }
    return pgcat_answer_written(call, result, err);
}

bool pgcat_serial_sequence(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                           struct error *err) {
    uint32_t oid;
    if (!pgcat_object_find(&call->view, PGCAT_OBJECT_RELATION, arguments[0].text, arguments[0].length, &oid, err))
        return false;
    const struct pgcat_fact *fact = pgcat_view_fact(&call->view, PGCAT_FACT_SERIAL_SEQUENCE, oid);
    for (; fact; fact = pgcat_view_fact_next(&call->view, PGCAT_FACT_SERIAL_SEQUENCE, fact))
        if (strlen(fact->schema) == arguments[1].length && memcmp(fact->schema, arguments[1].text, arguments[1].length) == 0)
            break;
    answer_fact(result, fact);
    return true;
}

static bool text_is(const struct pgcat_value *value, const char *text) {
    return strlen(text) == value->length && memcmp(text, value->text, value->length) == 0;
}

bool pgcat_description(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                       struct error *err) {
    static const struct {
        const char *name;
        uint32_t oid;
    } classes[] = {{"pg_type", 1247}, {"pg_namespace", 2615}, {"pg_proc", 1255}, {"pg_constraint", 2606}};
    (void)err;
    uint32_t oid = (uint32_t)arguments[0].number;
    bool any = call->argument_count == 1;
    const struct pgcat_fact *fact = NULL;
    if (any || text_is(&arguments[1], "pg_class"))
        fact = pgcat_view_fact_sub(&call->view, PGCAT_FACT_COMMENT_RELATION, oid, 0);
    for (size_t i = 0; !fact && i < sizeof classes / sizeof classes[0]; i++)
        if (any || text_is(&arguments[1], classes[i].name))
            fact = pgcat_view_fact_sub(&call->view, PGCAT_FACT_COMMENT_OTHER, oid, classes[i].oid);
    answer_fact(result, fact);
    return true;
}

bool pgcat_column_description(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                              struct error *err) {
    (void)err;
    if (arguments[1].number > 0)
        answer_fact(result, pgcat_view_fact_sub(&call->view, PGCAT_FACT_COMMENT_RELATION, (uint32_t)arguments[0].number,
                                              arguments[1].number));
    return true;
}

bool pgcat_is_visible(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                      struct error *err) {
    (void)err;
    enum pgcat_object_kind kind = (enum pgcat_object_kind)call->parameter;
    uint32_t oid = (uint32_t)arguments[0].number;
    if (pgcat_object_fact(&call->view, kind, oid))
        pgcat_answer_number(result, pgcat_object_is_visible(&call->view, kind, oid));
    return true;
}

/* A name that leads nowhere gives NULL; one that is none at all is an error, as in PostgreSQL. */
bool pgcat_find_object(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                       struct error *err) {
    struct error why;
    error_clear(&why);
    uint32_t oid;
    if (pgcat_object_find(&call->view, (enum pgcat_object_kind)call->parameter, arguments[0].text, arguments[0].length, &oid,
                          &why)) {
        pgcat_answer_number(result, oid);
        return true;
    }
    if (why.kind == ERROR_NOT_FOUND)
        return true;
    return error_set_state(err, why.kind, why.sqlstate, "%s", why.message);
}

bool pgcat_quote_identifier(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                            struct error *err) {
    pgcat_write_identifier(call->text, arguments[0].text, arguments[0].length);
    return pgcat_answer_written(call, result, err);
}

bool pgcat_quote_qualified(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                           struct error *err) {
    pgcat_write_identifier(call->text, arguments[0].text, arguments[0].length);
    writer_u8(call->text, '.');
    pgcat_write_identifier(call->text, arguments[1].text, arguments[1].length);
    return pgcat_answer_written(call, result, err);
}

bool pgcat_quote_text(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                      struct error *err) {
    if (arguments[0].is_null)
        writer_text(call->text, "NULL");
    else
        pgcat_write_literal(call->text, arguments[0].text, arguments[0].length);
    return pgcat_answer_written(call, result, err);
}

bool pgcat_object_oid(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                      struct error *err) {
    struct pgcat_oid_key key = {
        .database = arguments[0].text,
        .database_length = arguments[0].length,
        .kind = arguments[1].text,
        .kind_length = arguments[1].length,
        .engine_oid = arguments[2].number,
        .part = arguments[3].text,
        .part_length = arguments[3].length,
        .path = arguments[4].text,
        .path_length = arguments[4].length,
    };
    uint32_t oid = pgcat_oid_map_get(call->view.pgcat->oids, &key);
    pgcat_answer_number(result, oid);
    return oid != 0 || error_set(err, ERROR_LIMIT, "no OID is left for \"%.*s\"", (int)key.path_length, key.path);
}
