/* Schemas whose fields share their children: counted before anybody walks them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "flight/ipc_budget.h"

struct message {
    uint8_t bytes[4096];
    size_t length;
};

static void put_u16(struct message *m, uint16_t value) {
    memcpy(m->bytes + m->length, &value, sizeof value);
    m->length += sizeof value;
}

static void put_u32(struct message *m, uint32_t value) {
    memcpy(m->bytes + m->length, &value, sizeof value);
    m->length += sizeof value;
}

static void put_layout(struct message *m, const uint16_t *slots, int count) {
    put_u16(m, (uint16_t)(4 + 2 * count));
    put_u16(m, 12);
    for (int i = 0; i < count; i++)
        put_u16(m, slots[i]);
}

/* A Schema message with one field, whose children are `width` times the same field, and so on, `depth` levels down. */
static struct message make(uint32_t width, int depth) {
    static const uint16_t message_slots[] = {0, 4, 8, 0}, schema_slots[] = {0, 4}, field_slots[] = {0, 0, 0, 0, 0, 4};
    struct message m = {.length = 0};
    put_u32(&m, 16);
    put_layout(&m, message_slots, 4); /* at 4 */
    put_u32(&m, 12);                  /* the message, at 16 */
    put_u32(&m, 1);
    put_u32(&m, 36 - 24);
    put_layout(&m, schema_slots, 2); /* at 28 */
    put_u32(&m, 8);                  /* the schema, at 36 */
    put_u32(&m, 60 - 40);
    put_layout(&m, field_slots, 6); /* at 44 */
    put_u32(&m, 1);                 /* its fields, at 60 */
    put_u32(&m, 4);
    for (int level = 0; level < depth; level++) {
        put_u32(&m, (uint32_t)m.length - 44);
        put_u32(&m, 4);
        put_u32(&m, width);
        for (uint32_t i = 0; i < width; i++)
            put_u32(&m, 4 * (width - i));
    }
    put_u32(&m, (uint32_t)m.length - 44);
    put_u32(&m, 4);
    put_u32(&m, 0);
    return m;
}

static bool are_few(const struct message *m) {
    return ipc_fields_are_few(m->bytes, m->length);
}

static void trees_are_counted(void **state) {
    (void)state;
    struct message chain = make(1, 20), shared = make(8, 30), pairs = make(2, 40), deep = make(1, 100);
    assert_true(are_few(&chain));
    assert_false(are_few(&shared)); /* 8 to the 30th */
    assert_false(are_few(&pairs));
    assert_false(are_few(&deep));
}

/* Whatever bytes: an answer, and nothing read outside. */
static void cut_and_changed_messages(void **state) {
    (void)state;
    struct message shared = make(8, 10);
    for (size_t length = 0; length < shared.length; length++) {
        uint8_t *exact = malloc(length + 1); /* so that the sanitizer sees a byte too many */
        memcpy(exact + 1, shared.bytes, length);
        ipc_fields_are_few(exact + 1, length);
        free(exact);
    }
    for (size_t at = 0; at < shared.length; at++)
        for (int value = 0; value < 256; value += 51) {
            struct message changed = shared;
            changed.bytes[at] = (uint8_t)value;
            are_few(&changed);
        }
    assert_true(ipc_fields_are_few("", 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(trees_are_counted), cmocka_unit_test(cut_and_changed_messages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
