/* Functions and operators that look into json and jsonb, and change jsonb (PostgreSQL 15, 9.16). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pgcat/value_function.h"

/* The argument's document. jsonb is in its own order; json's functions see members as written. */
static const struct json_node *read_argument(const struct pgcat_value_call *call, int32_t i, struct error *err) {
    struct json_text text = pgcat_text_argument(call, i);
    bool is_jsonb = strcmp(call->arguments->columns[i].type->alias, "jsonb") == 0;
    return json_read(call->arena, text.bytes, text.length, is_jsonb ? JSON_ORDER_JSONB : JSON_ORDER_WRITTEN, err);
}

static bool give_node(const struct pgcat_value_call *call, const struct json_node *node, struct error *err) {
    if (!node)
        return error_set_no_memory(err);
    json_write(node, call->text);
    return pgcat_give_written(call, err);
}

/* The text of a node as ->> gives it: a string's own, otherwise the document's. jsonb's is written anew, json's as it was. */
static struct json_text text_of(const struct pgcat_value_call *call, const struct json_node *node, bool is_jsonb, bool bare) {
    if (bare && node->kind == JSON_STRING)
        return node->text;
    if (!is_jsonb)
        return node->source;
    writer_reset(call->text);
    json_write(node, call->text);
    return (struct json_text){(const char *)call->text->bytes, call->text->length};
}

/* A node found in argument 0, as a document or, with `bare`, as text, where JSON's null is NULL. */
static bool give_found(const struct pgcat_value_call *call, const struct json_node *node, bool bare, struct error *err) {
    if (!node || (bare && node->kind == JSON_NULL))
        return pgcat_give_null(call);
    bool is_jsonb = strcmp(call->arguments->columns[0].type->alias, "jsonb") == 0;
    struct json_text text = text_of(call, node, is_jsonb, bare);
    return writer_ok(call->text) ? pgcat_give_text(call, text.bytes, text.length) : error_set_no_memory(err);
}

bool pgcat_json_contains(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *a = read_argument(call, call->parameter, err), *b = a ? read_argument(call, !call->parameter, err) : NULL;
    return b && pgcat_give_boolean(call, json_contains(a, b));
}

/* A key of an object, a string among an array's elements, or the string that the document is. */
static bool exists(const struct json_node *node, struct json_text key) {
    if (node->kind == JSON_STRING)
        return json_compare_keys(node->text, key) == 0;
    if (node->kind == JSON_OBJECT)
        return json_find(node, key) != NULL;
    for (int32_t i = 0; i < node->count; i++)
        if (node->members[i].value->kind == JSON_STRING && json_compare_keys(node->members[i].value->text, key) == 0)
            return true;
    return false;
}

bool pgcat_json_exists(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    return node && pgcat_give_boolean(call, exists(node, pgcat_text_argument(call, 1)));
}

/* ?| and ?&: any, or all of them; NULLs do not count. */
bool pgcat_json_exists_some(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    struct engine_list keys = pgcat_list_argument(call, 1);
    bool all = call->parameter, answer = all;
    for (uint64_t i = 0; node && i < keys.length && answer == all; i++) {
        struct json_text key;
        if (pgcat_list_text(call, 1, keys.offset + i, &key))
            answer = exists(node, key);
    }
    return node && pgcat_give_boolean(call, answer);
}

/* Whether argument 1 names the key: one text, or one of a list of them. */
static bool is_named(const struct pgcat_value_call *call, struct json_text key) {
    if (!call->parameter)
        return json_compare_keys(pgcat_text_argument(call, 1), key) == 0;
    struct engine_list keys = pgcat_list_argument(call, 1);
    for (uint64_t i = 0; i < keys.length; i++) {
        struct json_text name;
        if (pgcat_list_text(call, 1, keys.offset + i, &name) && json_compare_keys(name, key) == 0)
            return true;
    }
    return false;
}

static bool refuse_scalar(const struct json_node *node, const char *message, struct error *err) {
    return node->kind >= JSON_ARRAY || error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "%s", message);
}

bool pgcat_json_delete_key(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    if (!node || !refuse_scalar(node, "cannot delete from scalar", err))
        return false;
    struct json_node copy = *node;
    struct json_member *members = arena_allocate(call->arena, ((size_t)node->count + 1) * sizeof *members);
    if (!members)
        return error_set_no_memory(err);
    copy.members = members;
    copy.count = 0;
    for (int32_t i = 0; i < node->count; i++) {
        const struct json_node *value = node->members[i].value;
        bool goes = node->kind == JSON_OBJECT ? is_named(call, node->members[i].key)
                                              : value->kind == JSON_STRING && is_named(call, value->text);
        if (!goes)
            members[copy.count++] = node->members[i];
    }
    return give_node(call, &copy, err);
}

bool pgcat_json_delete_element(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    if (!node || !refuse_scalar(node, "cannot delete from scalar", err))
        return false;
    if (node->kind == JSON_OBJECT)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "cannot delete from object using integer index");
    const struct json_node *doomed = json_element(node, pgcat_bigint_argument(call, 1));
    struct json_member *members = arena_allocate(call->arena, ((size_t)node->count + 1) * sizeof *members);
    if (!members)
        return error_set_no_memory(err);
    int32_t count = 0;
    for (int32_t i = 0; i < node->count; i++)
        if (node->members[i].value != doomed)
            members[count++] = node->members[i];
    return give_node(call, json_make_array(call->arena, members, count), err);
}

/* Objects merge, the right one's members win; everything else is strung together as arrays. */
bool pgcat_json_concatenate(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *a = read_argument(call, 0, err), *b = a ? read_argument(call, 1, err) : NULL;
    if (!b)
        return false;
    const struct json_node *sides[] = {a, b};
    bool merges = a->kind == JSON_OBJECT && b->kind == JSON_OBJECT;
    struct json_member *members = arena_allocate(call->arena, ((size_t)a->count + (size_t)b->count + 2) * sizeof *members);
    if (!members)
        return error_set_no_memory(err);
    int32_t count = 0;
    for (int side = 0; side < 2; side++) {
        bool spread = merges || sides[side]->kind == JSON_ARRAY;
        if (!spread)
            members[count++] = (struct json_member){.value = sides[side]};
        for (int32_t i = 0; spread && i < sides[side]->count; i++)
            if (!merges || side == 1 || !json_find(b, a->members[i].key))
                members[count++] = sides[side]->members[i];
    }
    return give_node(call, merges ? json_make_object(call->arena, members, count) : json_make_array(call->arena, members, count), err);
}

bool pgcat_json_member(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    return node && give_found(call, json_find(node, pgcat_text_argument(call, 1)), call->parameter, err);
}

bool pgcat_json_item(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    return node && give_found(call, json_element(node, pgcat_bigint_argument(call, 1)), call->parameter, err);
}

/* An array's index as text. */
static bool read_index(const struct pgcat_value_call *call, struct json_text text, int64_t *index) {
    const char *copy = arena_copy_string_n(call->arena, text.bytes, text.length);
    char *end;
    errno = 0;
    *index = copy ? strtol(copy, &end, 10) : 0;
    return copy && text.length && !*end && !errno && *index >= INT32_MIN && *index <= INT32_MAX;
}

static const struct json_node *step_into(const struct pgcat_value_call *call, const struct json_node *node, struct json_text step) {
    int64_t index;
    if (node->kind == JSON_ARRAY)
        return read_index(call, step, &index) ? json_element(node, index) : NULL;
    return json_find(node, step);
}

bool pgcat_json_path(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    if (!node)
        return false;
    struct engine_list steps = pgcat_list_argument(call, 1);
    for (uint64_t i = 0; node && i < steps.length; i++) {
        struct json_text step;
        node = pgcat_list_text(call, 1, steps.offset + i, &step) ? step_into(call, node, step) : NULL;
    }
    return give_found(call, node, call->parameter, err);
}

/* A change along a path: jsonb_set, jsonb_insert, #-. */
struct change {
    const struct pgcat_value_call *call;
    struct engine_list steps;
    const struct json_node *value; /* NULL for a deletion */
    bool flag;                     /* create what is missing; insert behind */
    struct error *err;
};

static const struct json_node *change_node(const struct change *change, const struct json_node *node, uint64_t depth);

static const struct json_node *fail_change(const struct change *change, const char *sqlstate, const char *format, const char *text) {
    error_set_state(change->err, ERROR_INVALID_ARGUMENT, sqlstate, format, text);
    return NULL;
}

/* A copy of the members with room for one more. */
static struct json_member *copy_members(const struct change *change, const struct json_node *node) {
    struct json_member *members = arena_allocate(change->call->arena, ((size_t)node->count + 1) * sizeof *members);
    if (!members)
        error_set_no_memory(change->err);
    else if (node->count)
        memcpy(members, node->members, (size_t)node->count * sizeof *members);
    return members;
}

static const struct json_node *or_no_memory(const struct change *change, const struct json_node *node) {
    if (!node)
        error_set_no_memory(change->err);
    return node;
}

static void remove_member(struct json_member *members, int32_t *count, int32_t at) {
    memmove(members + at, members + at + 1, (size_t)(*count - at - 1) * sizeof *members);
    --*count;
}

static const struct json_node *change_object(const struct change *change, const struct json_node *node, struct json_text key,
                                             uint64_t depth) {
    bool is_last = depth + 1 == change->steps.length;
    int32_t at = 0, count = node->count;
    while (at < count && json_compare_keys(node->members[at].key, key) != 0)
        at++;
    struct json_member *members = copy_members(change, node);
    if (!members)
        return NULL;
    if (at < count && !is_last) {
        members[at].value = change_node(change, members[at].value, depth + 1);
        if (!members[at].value)
            return NULL;
    } else if (at < count && change->call->parameter == JSON_CHANGE_INSERT) {
        return fail_change(change, "22023", "%s", "cannot replace existing key");
    } else if (at < count && change->value) {
        members[at].value = change->value;
    } else if (at < count) {
        remove_member(members, &count, at);
    } else if (is_last && change->value && (change->flag || change->call->parameter == JSON_CHANGE_INSERT)) {
        members[count++] = (struct json_member){key, change->value};
    }
    return or_no_memory(change, json_make_object(change->call->arena, members, count));
}

static const struct json_node *change_array(const struct change *change, const struct json_node *node, struct json_text step,
                                            uint64_t depth) {
    bool is_last = depth + 1 == change->steps.length, inserts = change->call->parameter == JSON_CHANGE_INSERT;
    int32_t count = node->count;
    int64_t index;
    if (!read_index(change->call, step, &index))
        return fail_change(change, "22P02", "path element is not an integer: \"%s\"",
                           arena_copy_string_n(change->call->arena, step.bytes, step.length));
    bool before_all = index < -(int64_t)count;
    index = before_all ? 0 : index < 0 ? index + count : index > count ? count : index;
    bool is_there = index < count && !before_all;
    struct json_member *members = copy_members(change, node);
    if (!members)
        return NULL;
    if (!is_last) {
        if (is_there && !(members[index].value = change_node(change, members[index].value, depth + 1)))
            return NULL;
    } else if (!change->value) {
        if (is_there)
            remove_member(members, &count, (int32_t)index);
    } else if (is_there && !inserts) {
        members[index].value = change->value;
    } else if (inserts || change->flag) {
        index += inserts && change->flag && is_there;
        memmove(members + index + 1, members + index, (size_t)(count - index) * sizeof *members);
        members[index] = (struct json_member){.value = change->value};
        count++;
    }
    return or_no_memory(change, json_make_array(change->call->arena, members, count));
}

/* Scalars on the way end it: the document stays as it is. */
static const struct json_node *change_node(const struct change *change, const struct json_node *node, uint64_t depth) {
    struct json_text step;
    if (node->kind < JSON_ARRAY)
        return node;
    if (!pgcat_list_text(change->call, 1, change->steps.offset + depth, &step))
        return fail_change(change, "22004", "%s", "path element is null");
    return node->kind == JSON_OBJECT ? change_object(change, node, step, depth) : change_array(change, node, step, depth);
}

bool pgcat_json_change(const struct pgcat_value_call *call, struct error *err) {
    bool deletes = call->parameter == JSON_CHANGE_DELETE;
    const struct json_node *node = read_argument(call, 0, err);
    if (!node || !refuse_scalar(node, deletes ? "cannot delete path in scalar" : "cannot set path in scalar", err))
        return false;
    struct change change = {
        .call = call,
        .steps = pgcat_list_argument(call, 1),
        .value = deletes ? NULL : read_argument(call, 2, err),
        .flag = call->arguments->column_count > 3 ? pgcat_boolean_argument(call, 3) : call->parameter == JSON_CHANGE_SET,
        .err = err,
    };
    if (!deletes && !change.value)
        return false;
    const struct json_node *changed = change.steps.length ? change_node(&change, node, 0) : node;
    return changed && give_node(call, changed, err);
}

bool pgcat_json_pretty(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    if (node)
        json_write_pretty(node, 0, call->text);
    return node && pgcat_give_written(call, err);
}

static const struct json_node *strip_nulls(const struct pgcat_value_call *call, const struct json_node *node) {
    if (node->kind < JSON_ARRAY)
        return node;
    struct json_node *copy = arena_allocate(call->arena, sizeof *copy);
    struct json_member *members = arena_allocate(call->arena, ((size_t)node->count + 1) * sizeof *members);
    if (!copy || !members)
        return NULL;
    *copy = (struct json_node){.kind = node->kind, .members = members};
    for (int32_t i = 0; i < node->count; i++) {
        if (node->kind == JSON_OBJECT && node->members[i].value->kind == JSON_NULL)
            continue;
        struct json_member *kept = &members[copy->count++];
        *kept = (struct json_member){node->members[i].key, strip_nulls(call, node->members[i].value)};
        if (!kept->value)
            return NULL;
    }
    return copy;
}

bool pgcat_json_strip_nulls(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    return node && give_node(call, strip_nulls(call, node), err);
}

bool pgcat_json_typeof(const struct pgcat_value_call *call, struct error *err) {
    static const char *const names[] = {"null", "boolean", "boolean", "number", "string", "array", "object"};
    const struct json_node *node = read_argument(call, 0, err);
    return node && pgcat_give_text(call, names[node->kind], strlen(names[node->kind]));
}

static bool must_be(const struct json_node *node, enum json_kind kind, const char *what, struct error *err) {
    static const char *const names[] = {"a scalar", "a scalar", "a scalar", "a scalar", "a scalar", "an array", "an object"};
    return node->kind == kind ||
           error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "cannot %s %s", what, names[node->kind]);
}

bool pgcat_json_length(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    return node && must_be(node, JSON_ARRAY, "get array length of", err) && pgcat_give_integer(call, node->count);
}

/* The members' values as a list of documents, or, with the parameter, of texts. */
static bool give_values(const struct pgcat_value_call *call, const struct json_node *node, struct error *err) {
    bool is_jsonb = strcmp(call->arguments->columns[0].type->alias, "jsonb") == 0;
    uint64_t first;
    if (!pgcat_give_list(call, node->count, &first, err))
        return false;
    for (int32_t i = 0; i < node->count; i++) {
        struct engine_vector *child = &call->result->children[0];
        const struct json_node *value = node->members[i].value;
        int64_t row = (int64_t)first + i;
        struct json_text text = text_of(call, value, is_jsonb, call->parameter);
        if (call->parameter && value->kind == JSON_NULL)
            engine_vector_set_null(child, row);
        else
            engine_vector_set_bytes(child, row, text.bytes, text.length);
    }
    return writer_ok(call->text) || error_set_no_memory(err);
}

bool pgcat_json_elements(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    return node && must_be(node, JSON_ARRAY, "extract elements from", err) && give_values(call, node, err);
}

bool pgcat_json_values(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    return node && must_be(node, JSON_OBJECT, "deconstruct", err) && give_values(call, node, err);
}

bool pgcat_json_keys(const struct pgcat_value_call *call, struct error *err) {
    const struct json_node *node = read_argument(call, 0, err);
    uint64_t first;
    if (!node || !must_be(node, JSON_OBJECT, "call json_object_keys on", err) || !pgcat_give_list(call, node->count, &first, err))
        return false;
    for (int32_t i = 0; i < node->count; i++)
        engine_vector_set_bytes(&call->result->children[0], (int64_t)first + i, node->members[i].key.bytes,
                                node->members[i].key.length);
    return true;
}
