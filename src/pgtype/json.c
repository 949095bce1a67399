/* Trees of JSON: looking into them, comparing them, and their text as jsonb prints it. */
#include "pgtype/json.h"

#include <stdlib.h>
#include <string.h>

void json_write_string(struct json_text text, struct writer *w) {
    static const char escaped[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\", digits[] = "0123456789abcdef";
    writer_u8(w, '"');
    for (size_t i = 0, from = 0; i <= text.length; i++) {
        uint8_t c = i < text.length ? (uint8_t)text.bytes[i] : 0;
        if (i < text.length && c >= ' ' && c != '"' && c != '\\')
            continue;
        writer_bytes(w, text.bytes + from, i - from);
        from = i + 1;
        const char *letter = c ? strchr(escaped, c) : NULL;
        if (letter) {
            writer_u8(w, '\\');
            writer_u8(w, (uint8_t)letters[letter - escaped]);
        } else if (i < text.length) {
            writer_bytes(w, "\\u00", 4);
            writer_u8(w, (uint8_t)digits[c >> 4]);
            writer_u8(w, (uint8_t)digits[c & 15]);
        }
    }
    writer_u8(w, '"');
}

static void write_scalar(const struct json_node *node, struct writer *w) {
    switch (node->kind) {
    case JSON_STRING:
        json_write_string(node->text, w);
        break;
    case JSON_NUMBER:
        writer_bytes(w, node->text.bytes, node->text.length);
        break;
    case JSON_TRUE:
        writer_bytes(w, "true", 4);
        break;
    case JSON_FALSE:
        writer_bytes(w, "false", 5);
        break;
    default:
        writer_bytes(w, "null", 4);
    }
}

static void write_key(const struct json_node *node, int32_t i, struct writer *w) {
    if (node->kind != JSON_OBJECT)
        return;
    json_write_string(node->members[i].key, w);
    writer_bytes(w, ": ", 2);
}

void json_write(const struct json_node *node, struct writer *w) {
    if (node->kind < JSON_ARRAY) {
        write_scalar(node, w);
        return;
    }
    writer_u8(w, node->kind == JSON_OBJECT ? '{' : '[');
    for (int32_t i = 0; i < node->count; i++) {
        if (i)
            writer_bytes(w, ", ", 2);
        write_key(node, i, w);
        json_write(node->members[i].value, w);
    }
    writer_u8(w, node->kind == JSON_OBJECT ? '}' : ']');
}

static void break_line(int32_t level, struct writer *w) {
    writer_u8(w, '\n');
    for (int32_t i = 0; i < level; i++)
        writer_bytes(w, "    ", 4);
}

void json_write_pretty(const struct json_node *node, int32_t level, struct writer *w) {
    if (node->kind < JSON_ARRAY) {
        write_scalar(node, w);
        return;
    }
    writer_u8(w, node->kind == JSON_OBJECT ? '{' : '[');
    for (int32_t i = 0; i < node->count; i++) {
        if (i)
            writer_u8(w, ',');
        break_line(level + 1, w);
        write_key(node, i, w);
        json_write_pretty(node->members[i].value, level + 1, w);
    }
    break_line(level, w);
    writer_u8(w, node->kind == JSON_OBJECT ? '}' : ']');
}

int json_compare_keys(struct json_text a, struct json_text b) {
    if (a.length != b.length)
        return a.length < b.length ? -1 : 1;
    return a.length ? memcmp(a.bytes, b.bytes, a.length) : 0;
}

const struct json_node *json_find(const struct json_node *object, struct json_text key) {
    if (object->kind != JSON_OBJECT)
        return NULL;
    for (int32_t i = object->count; i-- > 0;) /* of equal keys the last counts */
        if (json_compare_keys(object->members[i].key, key) == 0)
            return object->members[i].value;
    return NULL;
}

const struct json_node *json_element(const struct json_node *array, int64_t index) {
    if (array->kind != JSON_ARRAY)
        return NULL;
    index = index < 0 ? index + array->count : index;
    return index >= 0 && index < array->count ? array->members[index].value : NULL;
}

/* Numbers are equal whatever zeros stand behind their point. */
static struct json_text without_zeros(struct json_text number) {
    if (memchr(number.bytes, '.', number.length)) {
        while (number.bytes[number.length - 1] == '0')
            number.length--;
        number.length -= number.bytes[number.length - 1] == '.';
    }
    return number;
}

bool json_equal(const struct json_node *a, const struct json_node *b) {
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == JSON_NUMBER)
        return json_compare_keys(without_zeros(a->text), without_zeros(b->text)) == 0;
    if (a->kind == JSON_STRING)
        return json_compare_keys(a->text, b->text) == 0;
    for (int32_t i = 0; i < a->count; i++)
        if (json_compare_keys(a->members[i].key, b->members[i].key) != 0 || !json_equal(a->members[i].value, b->members[i].value))
            return false;
    return true;
}

/* Scalars contain what they equal; an array's bare scalars are json_contains()'s business. */
static bool contains_value(const struct json_node *value, const struct json_node *wanted) {
    if (wanted->kind < JSON_ARRAY)
        return json_equal(value, wanted);
    return value->kind == wanted->kind && json_contains(value, wanted);
}

static bool contains_element(const struct json_node *array, const struct json_node *wanted) {
    for (int32_t i = 0; i < array->count; i++)
        if (contains_value(array->members[i].value, wanted))
            return true;
    return false;
}

static bool contains_member(const struct json_node *object, const struct json_member *wanted) {
    const struct json_node *value = json_find(object, wanted->key);
    return value && contains_value(value, wanted->value);
}

bool json_contains(const struct json_node *a, const struct json_node *b) {
    if (a->kind == JSON_ARRAY && b->kind < JSON_ARRAY) /* an array may contain a bare scalar */
        return contains_element(a, b);
    if (a->kind != b->kind)
        return false;
    if (a->kind < JSON_ARRAY)
        return json_equal(a, b);
    for (int32_t i = 0; i < b->count; i++)
        if (a->kind == JSON_ARRAY ? !contains_element(a, b->members[i].value) : !contains_member(a, &b->members[i]))
            return false;
    return true;
}

const struct json_node *json_make_string(struct arena *arena, struct json_text text) {
    struct json_node *node = arena_allocate_zeroed(arena, 1, sizeof *node);
    if (node) {
        node->kind = JSON_STRING;
        node->text = text;
    }
    return node;
}

const struct json_node *json_make_array(struct arena *arena, struct json_member *members, int32_t count) {
    struct json_node *node = arena_allocate_zeroed(arena, 1, sizeof *node);
    if (node) {
        node->kind = JSON_ARRAY;
        node->count = count;
        node->members = members;
    }
    return node;
}

/* Equal keys keep the order in which they were written, that of their values in the source. */
static int compare_members(const void *left, const void *right) {
    const struct json_member *a = left, *b = right;
    const char *a_source = a->value->source.bytes, *b_source = b->value->source.bytes;
    int order = json_compare_keys(a->key, b->key);
    return order ? order : (a_source > b_source) - (a_source < b_source);
}

const struct json_node *json_make_object(struct arena *arena, struct json_member *members, int32_t count) {
    struct json_node *node = arena_allocate_zeroed(arena, 1, sizeof *node);
    if (!node)
        return NULL;
    if (count > 1)
        qsort(members, (size_t)count, sizeof *members, compare_members);
    int32_t kept = 0;
    for (int32_t i = 0; i < count; i++)
        if (i + 1 == count || json_compare_keys(members[i].key, members[i + 1].key) != 0)
            members[kept++] = members[i];
    *node = (struct json_node){.kind = JSON_OBJECT, .count = kept, .members = members};
    return node;
}
