#include "pgtype/labels.h"

#include <string.h>

struct pgtype_labels {
    const struct engine_type *type;
    uint32_t mask;
    int32_t slots[]; /* label numbers from 1; 0 is free */
};

static uint32_t hash(const char *text, size_t length) {
    uint32_t value = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        value = (value ^ (uint8_t)text[i]) * 16777619u;
    return value;
}

const struct pgtype_labels *pgtype_labels_create(struct arena *arena, const struct engine_type *type) {
    uint32_t size = 4;
    while (size < (uint32_t)type->member_count * 2)
        size *= 2;
    struct pgtype_labels *labels =
        arena_allocate_zeroed(arena, 1, sizeof *labels + size * sizeof labels->slots[0]);
    if (!labels)
        return NULL;
    labels->type = type;
    labels->mask = size - 1;
    for (int32_t i = 0; i < type->member_count; i++) {
        uint32_t at = hash(type->members[i].name, type->members[i].name_bytes) & labels->mask;
        while (labels->slots[at])
            at = (at + 1) & labels->mask;
        labels->slots[at] = i + 1;
    }
    return labels;
}

int32_t pgtype_labels_find(const struct pgtype_labels *labels, const char *text, size_t length) {
    for (uint32_t at = hash(text, length) & labels->mask; labels->slots[at]; at = (at + 1) & labels->mask) {
        const struct engine_member *member = &labels->type->members[labels->slots[at] - 1];
        if (member->name_bytes == length && memcmp(member->name, text, length) == 0)
            return labels->slots[at] - 1;
    }
    return -1;
}
