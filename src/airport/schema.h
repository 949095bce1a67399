/* Arrow schemas that we make and own: every part allocated by itself, so that metadata can be changed. Any thread. */
#ifndef AIRPORT_SCHEMA_H
#define AIRPORT_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "airport.h"

/* A schema node with room for children, which are zeroed until filled. False when memory is out. */
bool schema_make(struct ArrowSchema *out, const char *format, const char *name, int64_t flags, int64_t child_count);
/* Deep copy into a schema of ours. */
bool schema_copy(const struct ArrowSchema *schema, struct ArrowSchema *out);
/* Adds a key or replaces its value. Only for schemas of ours. */
bool schema_set_metadata(struct ArrowSchema *schema, const char *key, const void *value, size_t length);
bool schema_set_metadata_text(struct ArrowSchema *schema, const char *key, const char *value);
bool schema_set_name(struct ArrowSchema *schema, const char *name);
/* One number for what decides whether rows of one schema can be read by another: names, types, extension names and which
 * column is the row id. */
uint64_t schema_fingerprint(const struct ArrowSchema *schema);
void schema_release(struct ArrowSchema *schema); /* any; released ones are left alone */
/* The nesting is that of a sane type, and every node is there. */
bool schema_is_well_formed(const struct ArrowSchema *schema);

#endif
