/* Tables and views as handles of the library. */
#ifndef DUCKCAT_TABLE_H
#define DUCKCAT_TABLE_H

#include "base/writer.h"
#include "duckcat/internal.h"

/* What `self` of a table's handle is. */
struct table {
    struct duckcat *owner;
    struct snapshot *snapshot; /* counted */
    const struct snapshot_table *facts; /* of the snapshot */
};

/* Adds the table to a listing. */
bool table_add(struct duckcat *owner, struct snapshot *snapshot, const struct snapshot_table *facts,
               struct airport_tables *out, struct airport_error *err);

/* scan.c, writer.c, alter.c, statistics.c */
extern const struct airport_scan_methods table_scan_methods;
extern const struct airport_write_methods table_insert_methods, table_update_methods, table_remove_methods;
extern const struct airport_alter_methods table_alter_methods;
extern const struct airport_statistics_methods table_statistics_methods;

/* The time point behind a table's name, " AT (VERSION => '3')"; nothing for NULL. False for a unit nobody knows. */
bool table_write_time_point(struct writer *sql, const struct airport_time_point *at, struct airport_error *err);

/* A column as the client sees it. `prefix` is what stands before its name, e.g. "t."; or empty. */
void table_write_column(struct writer *sql, const char *prefix, const struct snapshot_column *column);

#endif
