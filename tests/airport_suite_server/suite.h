/* What the suite server publishes besides the databases that clients create: schemas that are the same in each of them. */
#ifndef AIRPORT_SUITE_SUITE_H
#define AIRPORT_SUITE_SUITE_H

#include <airport.h>

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

/* Columns result_0 to result_19. */
enum { WIDE_COLUMNS = 20 };
extern const struct airport_field wide_columns[WIDE_COLUMNS];
void append_wide_row(struct airport_batch_builder *builder);

/* Each adds to the builder's current schema. */
void add_scalar_functions(struct airport_catalog_builder *builder);
void add_table_functions(struct airport_catalog_builder *builder);
void add_in_out_functions(struct airport_catalog_builder *builder);
void add_static_tables(struct airport_catalog_builder *builder);
void add_remote_tables(struct airport_catalog_builder *builder);

#endif
