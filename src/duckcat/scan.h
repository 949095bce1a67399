/* Rows of a statement as an Arrow stream. */
#ifndef DUCKCAT_SCAN_H
#define DUCKCAT_SCAN_H

#include "base/writer.h"
#include "duckcat/internal.h"

/* Streams the rows of a statement that was prepared on the lease; `columns` are the names under which its columns go
 * out, borrowed until the stream is released. The lease and the statement are moved. */
bool scan_stream(struct lease *lease, struct engine_statement *statement, const char *const *columns,
                 int32_t column_count, int64_t batch_rows, struct ArrowArrayStream *out, struct airport_error *err);
/* All rows of a statement as one struct array; `out` is owned, free with its release. */
bool scan_collect(struct lease *lease, struct engine_statement *statement, struct ArrowArray *out, struct error *why);
/* Takes a lease for reading: a call that may only read gets a transaction that can only read. */
struct lease *scan_take_lease(struct duckcat *owner, struct airport_call *call, struct error *err);
/* The SELECT list of these columns. */
void scan_write_columns(struct writer *sql, const char *const *columns, int32_t count);
/* " WHERE …" for what of the filter can be told to the engine; `facts` may be NULL. `*written` tells whether
 * anything was. */
bool scan_write_filter(struct writer *sql, const struct airport_filter *filter, const struct snapshot_table *facts,
                       bool *written, struct airport_error *err);

#endif
