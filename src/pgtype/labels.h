/* The labels of an ENUM, found by their text: a hash table in an arena, then only read. */
#ifndef PGTYPE_LABELS_H
#define PGTYPE_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "engine/type.h"

struct pgtype_labels;

/* Borrows the type. NULL when memory is out. */
const struct pgtype_labels *pgtype_labels_create(struct arena *arena, const struct engine_type *type);
/* The label's number, -1 when there is none. */
int32_t pgtype_labels_find(const struct pgtype_labels *labels, const char *text, size_t length);

#endif
