/* Filters from the client's JSON, which is DuckDB's own serialisation of bound expressions.
 *
 * Malformed JSON, or JSON that is not of this shape at the top, is refused; an expression that is not understood becomes an
 * UNSUPPORTED node in its place, so that the rest stays usable.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "airport/contract.h"
#include "airport/filter.h"
#include "base/arena.h"
#include "base/memory.h"
#include "flight/grpc.h"

enum { MAX_DEPTH = 200, MAX_JSON_BYTES = 64 << 20 };

struct parsed_filter {
    struct airport_filter filter; /* first: what users hold */
    struct arena arena;
};

struct parser {
    struct arena *arena;
    const char *const *columns;
    int32_t column_count;
    bool out_of_memory;
};

static void *allocate(struct parser *p, size_t count, size_t size) {
    void *memory = arena_allocate_zeroed(p->arena, count ? count : 1, size);
    if (!memory)
        p->out_of_memory = true;
    return memory;
}

/* ---- members ---- */

static json_object *member(json_object *object, const char *name) {
    json_object *value = NULL;
    if (json_object_is_type(object, json_type_object))
        json_object_object_get_ex(object, name, &value);
    return value;
}

static const char *text_or_empty(struct parser *p, json_object *value) {
    if (!json_object_is_type(value, json_type_string))
        return "";
    const char *copy =
        arena_copy_string_n(p->arena, json_object_get_string(value), (size_t)json_object_get_string_len(value));
    if (!copy)
        p->out_of_memory = true;
    return copy ? copy : "";
}

static bool flag(json_object *object, const char *name) {
    return json_object_get_boolean(member(object, name));
}

static size_t array_length(json_object *array) {
    return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

static bool is_integer(json_object *value) {
    return json_object_is_type(value, json_type_int);
}

/* ---- types ---- */

static const struct airport_type *parse_type(struct parser *p, json_object *json, int depth);

/* STRUCT and UNION: [{first: name, second: type}]. DuckDB keeps a union's tag as an unnamed first member. */
static bool parse_members(struct parser *p, json_object *members, struct airport_type *type, int depth) {
    size_t count = array_length(members), skipped = type->id == AIRPORT_TYPE_UNION && count ? 1 : 0;
    const struct airport_type **children = allocate(p, count, sizeof *children);
    const char **names = allocate(p, count, sizeof *names);
    if (!children || !names)
        return false;
    for (size_t i = skipped; i < count; i++) {
        json_object *pair = json_object_array_get_idx(members, i);
        children[i - skipped] = parse_type(p, member(pair, "second"), depth + 1);
        names[i - skipped] = text_or_empty(p, member(pair, "first"));
        if (!children[i - skipped])
            return false;
    }
    type->children = children;
    type->child_names = names;
    type->child_count = (int32_t)(count - skipped);
    return true;
}

static bool parse_element(struct parser *p, json_object *element, struct airport_type *type, int depth) {
    const struct airport_type **children = allocate(p, 1, sizeof *children);
    const struct airport_type *child = parse_type(p, element, depth + 1);
    if (!children || !child)
        return false;
    children[0] = child;
    type->children = children;
    type->child_count = 1;
    /* A map is a list of structs of key and value. */
    if (type->id == AIRPORT_TYPE_MAP) {
        if (child->id != AIRPORT_TYPE_STRUCT || child->child_count != 2)
            return false;
        type->children = child->children;
        type->child_count = 2;
    }
    return true;
}

static bool parse_enum(struct parser *p, json_object *values, struct airport_type *type) {
    size_t count = array_length(values);
    const char **names = allocate(p, count, sizeof *names);
    if (!names)
        return false;
    for (size_t i = 0; i < count; i++)
        names[i] = text_or_empty(p, json_object_array_get_idx(values, i));
    type->child_names = names;
    type->child_count = (int32_t)count;
    return true;
}

static bool parse_type_info(struct parser *p, json_object *info, struct airport_type *type, int depth) {
    type->alias = text_or_empty(p, member(info, "alias"));
    switch (type->id) {
    case AIRPORT_TYPE_DECIMAL:
        type->width = (uint8_t)json_object_get_int(member(info, "width"));
        type->scale = (uint8_t)json_object_get_int(member(info, "scale"));
        return type->width >= 1 && type->width <= 38 && type->scale <= type->width;
    case AIRPORT_TYPE_LIST:
    case AIRPORT_TYPE_MAP: return parse_element(p, member(info, "child_type"), type, depth);
    case AIRPORT_TYPE_ARRAY:
        type->array_size = json_object_get_int64(member(info, "size"));
        return parse_element(p, member(info, "child_type"), type, depth);
    case AIRPORT_TYPE_STRUCT:
    case AIRPORT_TYPE_UNION: return parse_members(p, member(info, "child_types"), type, depth);
    case AIRPORT_TYPE_ENUM: return parse_enum(p, member(info, "values"), type);
    default: return true;
    }
}

/* NULL when it makes no sense. */
static const struct airport_type *parse_type(struct parser *p, json_object *json, int depth) {
    json_object *id = member(json, "id");
    struct airport_type *type = depth < MAX_DEPTH ? allocate(p, 1, sizeof *type) : NULL;
    if (!type || !json_object_is_type(id, json_type_string))
        return NULL;
    type->name = text_or_empty(p, id);
    type->alias = "";
    type->id = filter_type_id(type->name);
    return parse_type_info(p, member(json, "type_info"), type, depth) ? type : NULL;
}

/* ---- values ---- */

static bool parse_value(struct parser *p, json_object *json, const struct airport_type *type,
                        struct airport_value *out, int depth);

static bool parse_hugeint(json_object *json, struct airport_hugeint *out) {
    if (is_integer(json)) {
        int64_t value = json_object_get_int64(json);
        *out = (struct airport_hugeint){(uint64_t)value, value < 0 ? -1 : 0};
        return true;
    }
    json_object *upper = member(json, "upper"), *lower = member(json, "lower");
    if (!is_integer(upper) || !is_integer(lower))
        return false;
    /* UHUGEINT's upper half is unsigned. */
    out->upper = json_object_get_int64(upper) == INT64_MAX ? (int64_t)json_object_get_uint64(upper)
                                                           : json_object_get_int64(upper);
    out->lower = json_object_get_uint64(lower);
    return true;
}

static bool parse_interval(json_object *json, struct airport_interval *out) {
    json_object *months = member(json, "months"), *days = member(json, "days"), *micros = member(json, "micros");
    if (!is_integer(months) || !is_integer(days) || !is_integer(micros))
        return false;
    *out = (struct airport_interval){json_object_get_int(months), json_object_get_int(days),
                                     json_object_get_int64(micros)};
    return true;
}

/* Text, or {"base64": …} for bytes that are no UTF-8. */
static bool parse_text(struct parser *p, json_object *json, struct airport_bytes *out) {
    if (json_object_is_type(json, json_type_string)) {
        out->size = (size_t)json_object_get_string_len(json);
        out->data = text_or_empty(p, json);
        return true;
    }
    json_object *encoded = member(json, "base64");
    if (!json_object_is_type(encoded, json_type_string))
        return false;
    out->data = grpc_decode_binary(p->arena, json_object_get_string(encoded),
                                   (size_t)json_object_get_string_len(encoded), &out->size);
    return out->data != NULL;
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* DuckDB writes a blob as text in which every byte may be \xHH. */
static bool parse_blob(struct parser *p, json_object *json, struct airport_bytes *out) {
    struct airport_bytes text;
    if (!parse_text(p, json, &text))
        return false;
    if (!json_object_is_type(json, json_type_string)) {
        *out = text;
        return true;
    }
    const char *in = text.data;
    char *bytes = allocate(p, text.size + 1, 1);
    size_t size = 0;
    for (size_t i = 0; bytes && i < text.size; i++) {
        if (in[i] != '\\') {
            bytes[size++] = in[i];
            continue;
        }
        bool whole = text.size - i >= 4 && in[i + 1] == 'x' && hex_digit(in[i + 2]) >= 0 && hex_digit(in[i + 3]) >= 0;
        if (!whole)
            return false;
        bytes[size++] = (char)(hex_digit(in[i + 2]) << 4 | hex_digit(in[i + 3]));
        i += 3;
    }
    *out = (struct airport_bytes){bytes, size};
    return bytes != NULL;
}

static bool parse_enum_value(json_object *json, const struct airport_type *type, struct airport_bytes *out) {
    if (!is_integer(json))
        return false;
    int64_t at = json_object_get_int64(json);
    if (at < 0 || at >= type->child_count)
        return false;
    *out = (struct airport_bytes){type->child_names[at], strlen(type->child_names[at])};
    return true;
}

/* {"children": [values]}; the types of the children are their own. */
static bool parse_nested(struct parser *p, json_object *json, struct airport_value *out, int depth) {
    json_object *children = member(json, "children");
    size_t count = array_length(children);
    struct airport_value *values = allocate(p, count, sizeof *values);
    if (!values || !json_object_is_type(children, json_type_array))
        return false;
    for (size_t i = 0; i < count; i++) {
        json_object *child = json_object_array_get_idx(children, i);
        const struct airport_type *type = parse_type(p, member(child, "type"), depth + 1);
        if (!type || !parse_value(p, child, type, &values[i], depth + 1))
            return false;
    }
    out->as.nested.values = values;
    out->as.nested.count = (int32_t)count;
    return true;
}

static bool parse_number(json_object *json, struct airport_value *out) {
    bool is_number = is_integer(json) || json_object_is_type(json, json_type_double);
    if (out->type->id == AIRPORT_TYPE_FLOAT || out->type->id == AIRPORT_TYPE_DOUBLE) {
        out->as.float64 = json_object_get_double(json);
        return is_number;
    }
    bool is_unsigned = (out->type->id >= AIRPORT_TYPE_UTINYINT && out->type->id <= AIRPORT_TYPE_UBIGINT) ||
                       out->type->id == AIRPORT_TYPE_TIME_TZ;
    if (is_unsigned)
        out->as.uint64 = json_object_get_uint64(json);
    else
        out->as.int64 = json_object_get_int64(json);
    return is_integer(json);
}

static bool parse_content(struct parser *p, json_object *json, struct airport_value *out, int depth) {
    switch (out->type->id) {
    case AIRPORT_TYPE_BOOLEAN:
        out->as.boolean = json_object_get_boolean(json);
        return json_object_is_type(json, json_type_boolean);
    case AIRPORT_TYPE_HUGEINT:
    case AIRPORT_TYPE_UHUGEINT:
    case AIRPORT_TYPE_DECIMAL: return parse_hugeint(json, &out->as.hugeint);
    case AIRPORT_TYPE_UUID: /* DuckDB flips the first bit, so that UUIDs sort as signed numbers */
        if (!parse_hugeint(json, &out->as.hugeint))
            return false;
        out->as.hugeint.upper ^= INT64_MIN;
        return true;
    case AIRPORT_TYPE_INTERVAL: return parse_interval(json, &out->as.interval);
    case AIRPORT_TYPE_VARCHAR:
    case AIRPORT_TYPE_CHAR: return parse_text(p, json, &out->as.bytes);
    case AIRPORT_TYPE_BLOB:
    case AIRPORT_TYPE_GEOMETRY: return parse_blob(p, json, &out->as.bytes);
    case AIRPORT_TYPE_ENUM: return parse_enum_value(json, out->type, &out->as.bytes);
    case AIRPORT_TYPE_LIST:
    case AIRPORT_TYPE_ARRAY:
    case AIRPORT_TYPE_STRUCT:
    case AIRPORT_TYPE_MAP: return parse_nested(p, json, out, depth);
    case AIRPORT_TYPE_BIT:
    case AIRPORT_TYPE_BIGNUM:
    case AIRPORT_TYPE_UNION:
    case AIRPORT_TYPE_UNKNOWN: return false; /* their serialised form is DuckDB's memory, not a value */
    default: return parse_number(json, out);
    }
}

static bool parse_value(struct parser *p, json_object *json, const struct airport_type *type,
                        struct airport_value *out, int depth) {
    *out = (struct airport_value){.type = type, .is_null = flag(json, "is_null")};
    if (out->is_null || type->id == AIRPORT_TYPE_SQLNULL) {
        out->is_null = true;
        return true;
    }
    return depth < MAX_DEPTH && parse_content(p, member(json, "value"), out, depth);
}

/* ---- expressions ---- */

static const struct {
    const char *type;
    enum airport_operator op;
} operators[] = {
#define AIRPORT_OPERATOR(op, type, sql) {type, AIRPORT_OP_##op},
#include "airport_operators.def"
#undef AIRPORT_OPERATOR
};

static enum airport_operator operator_of(const char *type) {
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(operators[i].type, type) == 0)
            return operators[i].op;
    return AIRPORT_OP_NONE;
}

static const struct airport_expression *parse_expression(struct parser *p, json_object *json, int depth);

static bool is_comparison(enum airport_operator op) {
    return op >= AIRPORT_OP_EQUAL && op <= AIRPORT_OP_NOT_DISTINCT_FROM;
}

/* Makes the children from the members of these names (NULL ends the list). */
static bool parse_named(struct parser *p, json_object *json, struct airport_expression *e, const char *const *names,
                        int depth) {
    const struct airport_expression **children = allocate(p, 3, sizeof *children);
    if (!children)
        return false;
    e->children = children;
    for (; names[e->child_count]; e->child_count++)
        if (!(children[e->child_count] = parse_expression(p, member(json, names[e->child_count]), depth + 1)))
            return false;
    return true;
}

static bool parse_children(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    json_object *list = member(json, "children");
    size_t count = array_length(list);
    const struct airport_expression **children = allocate(p, count, sizeof *children);
    if (!children || !json_object_is_type(list, json_type_array))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!(children[i] = parse_expression(p, json_object_array_get_idx(list, i), depth + 1)))
            return false;
    e->children = children;
    e->child_count = (int32_t)count;
    return true;
}

static bool parse_column(struct parser *p, json_object *json, struct airport_expression *e) {
    json_object *index = member(member(json, "binding"), "column_index");
    int64_t at = json_object_get_int64(index);
    if (!is_integer(index) || at < 0 || at >= p->column_count)
        return false;
    e->kind = AIRPORT_EXPRESSION_COLUMN;
    e->name = p->columns[at];
    return true;
}

static bool parse_constant(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    json_object *value = member(json, "value");
    struct airport_value *made = allocate(p, 1, sizeof *made);
    const struct airport_type *type = parse_type(p, member(value, "type"), depth + 1);
    if (!made || !type || !parse_value(p, value, type, made, depth + 1))
        return false;
    e->kind = AIRPORT_EXPRESSION_CONSTANT;
    e->type = type;
    e->value = made;
    return true;
}

static bool parse_between(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    static const char *const names[] = {"input", "lower", "upper", NULL};
    e->kind = AIRPORT_EXPRESSION_BETWEEN;
    e->lower_inclusive = flag(json, "lower_inclusive");
    e->upper_inclusive = flag(json, "upper_inclusive");
    return parse_named(p, json, e, names, depth);
}

static bool parse_comparison(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    static const char *const names[] = {"left", "right", NULL};
    e->kind = AIRPORT_EXPRESSION_COMPARISON;
    return is_comparison(e->op) && parse_named(p, json, e, names, depth);
}

static bool parse_cast(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    static const char *const names[] = {"child", NULL};
    e->kind = AIRPORT_EXPRESSION_CAST;
    e->try_cast = flag(json, "try_cast");
    return e->type && parse_named(p, json, e, names, depth);
}

static bool parse_conjunction(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    e->kind = AIRPORT_EXPRESSION_CONJUNCTION;
    return (e->op == AIRPORT_OP_AND || e->op == AIRPORT_OP_OR) && parse_children(p, json, e, depth) && e->child_count > 0;
}

static bool parse_operator(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    e->kind = AIRPORT_EXPRESSION_OPERATOR;
    return e->op >= AIRPORT_OP_NOT && parse_children(p, json, e, depth) && e->child_count > 0;
}

/* when, then, when, then … else */
static bool parse_case(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    json_object *checks = member(json, "case_checks");
    size_t count = array_length(checks);
    const struct airport_expression **children = allocate(p, 2 * count + 1, sizeof *children);
    if (!children || !count)
        return false;
    for (size_t i = 0; i < count; i++) {
        json_object *check = json_object_array_get_idx(checks, i);
        children[2 * i] = parse_expression(p, member(check, "when_expr"), depth + 1);
        children[2 * i + 1] = parse_expression(p, member(check, "then_expr"), depth + 1);
        if (!children[2 * i] || !children[2 * i + 1])
            return false;
    }
    children[2 * count] = parse_expression(p, member(json, "else_expr"), depth + 1);
    e->kind = AIRPORT_EXPRESSION_CASE;
    e->children = children;
    e->child_count = (int32_t)(2 * count + 1);
    return children[2 * count] != NULL;
}

static bool parse_function(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    e->kind = AIRPORT_EXPRESSION_FUNCTION;
    e->name = text_or_empty(p, member(json, "name"));
    e->schema_name = text_or_empty(p, member(json, "schema_name"));
    e->catalog_name = text_or_empty(p, member(json, "catalog_name"));
    e->is_operator = flag(json, "is_operator");
    return *e->name && parse_children(p, json, e, depth);
}

typedef bool (*class_parser)(struct parser *p, json_object *json, struct airport_expression *e, int depth);

static bool parse_column_ref(struct parser *p, json_object *json, struct airport_expression *e, int depth) {
    (void)depth;
    return parse_column(p, json, e);
}

static const struct {
    const char *name;
    class_parser parse;
} classes[] = {
    {"BOUND_COLUMN_REF", parse_column_ref}, {"BOUND_CONSTANT", parse_constant},       {"BOUND_COMPARISON", parse_comparison},
    {"BOUND_BETWEEN", parse_between},       {"BOUND_CONJUNCTION", parse_conjunction}, {"BOUND_OPERATOR", parse_operator},
    {"BOUND_CAST", parse_cast},             {"BOUND_CASE", parse_case},               {"BOUND_FUNCTION", parse_function},
};

static void make_unsupported(struct airport_expression *e, const char *name) {
    *e = (struct airport_expression){.name = name, .schema_name = "", .catalog_name = ""};
}

/* NULL only when it is no expression at all, too deep, or memory is out. */
static const struct airport_expression *parse_expression(struct parser *p, json_object *json, int depth) {
    const char *class_name = text_or_empty(p, member(json, "expression_class"));
    struct airport_expression *e = depth < MAX_DEPTH && *class_name ? allocate(p, 1, sizeof *e) : NULL;
    if (!e)
        return NULL;
    make_unsupported(e, "");
    e->op = operator_of(text_or_empty(p, member(json, "type")));
    json_object *return_type = member(json, "return_type");
    if (return_type)
        e->type = parse_type(p, return_type, depth + 1);
    bool understood = false;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i].name, class_name) == 0)
            understood = classes[i].parse(p, json, e, depth);
    if (!understood)
        make_unsupported(e, class_name);
    return p->out_of_memory ? NULL : e;
}

/* ---- the whole ---- */

static bool parse_names(struct parser *p, json_object *list) {
    size_t count = array_length(list);
    const char **names = allocate(p, count, sizeof *names);
    if (!names)
        return false;
    for (size_t i = 0; i < count; i++)
        names[i] = text_or_empty(p, json_object_array_get_idx(list, i));
    p->columns = names;
    p->column_count = (int32_t)count;
    return true;
}

static bool parse_root(struct parser *p, json_object *root, struct airport_filter *out) {
    json_object *filters = member(root, "filters");
    size_t count = array_length(filters);
    if (!json_object_is_type(filters, json_type_array) || !parse_names(p, member(root, "column_binding_names_by_index")))
        return false;
    const struct airport_expression **conjuncts = allocate(p, count, sizeof *conjuncts);
    if (!conjuncts)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!(conjuncts[i] = parse_expression(p, json_object_array_get_idx(filters, i), 0)))
            return false;
    *out = (struct airport_filter){conjuncts, (int32_t)count, p->columns, p->column_count};
    return true;
}

struct airport_filter *airport_filter_parse(const char *json, size_t length, struct airport_error *err) {
    struct json_tokener *tokener = length <= MAX_JSON_BYTES ? json_tokener_new_ex(2 * MAX_DEPTH) : NULL;
    json_object *root = tokener ? json_tokener_parse_ex(tokener, json, (int)length) : NULL;
    /* A top-level object ends by itself; what follows it must be nothing. */
    bool whole = root && json_tokener_get_error(tokener) == json_tokener_success &&
                 json_tokener_get_parse_end(tokener) == length;
    if (tokener)
        json_tokener_free(tokener);
    struct parsed_filter *made = memory_allocate_zeroed(1, sizeof *made);
    struct parser p = {.arena = made ? &made->arena : NULL};
    bool ok = made && whole && parse_root(&p, root, &made->filter);
    json_object_put(root);
    if (ok)
        return &made->filter;
    if (!made || p.out_of_memory)
        airport_fail_no_memory(err);
    else
        airport_fail(err, AIRPORT_INVALID_ARGUMENT, "the filter is malformed");
    if (made)
        airport_filter_destroy(&made->filter);
    return NULL;
}

void airport_filter_destroy(struct airport_filter *filter) {
    if (!filter)
        return;
    struct parsed_filter *made = (struct parsed_filter *)(void *)filter;
    arena_destroy(&made->arena);
    memory_free(made);
}

/* ---- visiting ---- */

typedef bool (*visit_fn)(void *self, const struct airport_expression *e);

bool airport_expression_visit(const struct airport_expression *e, const struct airport_expression_visitor *visitor,
                              void *self) {
    struct airport_expression_visitor v;
    if (!copy_sized(&v, sizeof v, visitor, "airport_expression_visitor", NULL))
        return false;
    const visit_fn methods[] = {
        [AIRPORT_EXPRESSION_UNSUPPORTED] = NULL,         [AIRPORT_EXPRESSION_COLUMN] = v.column,
        [AIRPORT_EXPRESSION_CONSTANT] = v.constant,      [AIRPORT_EXPRESSION_COMPARISON] = v.comparison,
        [AIRPORT_EXPRESSION_BETWEEN] = v.between,        [AIRPORT_EXPRESSION_CONJUNCTION] = v.conjunction,
        [AIRPORT_EXPRESSION_OPERATOR] = v.operation,     [AIRPORT_EXPRESSION_CAST] = v.cast,
        [AIRPORT_EXPRESSION_CASE] = v.case_when,         [AIRPORT_EXPRESSION_FUNCTION] = v.function,
    };
    unsigned kind = (unsigned)e->kind;
    return kind < sizeof methods / sizeof *methods && methods[kind] && methods[kind](self, e);
}
