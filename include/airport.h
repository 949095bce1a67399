/*
 * libairport: serve your data to DuckDB.
 *
 * A program that links libairport is an Arrow Flight server to which any DuckDB can say
 *
 *     ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://host:50051');
 *
 * This header is the manual. Chapters:
 *
 *     1  Arrow structs            7  Scans                     13  Filters
 *     2  Conventions              8  Writing                   14  Filters as SQL
 *     3  Errors                   9  Altering                  15  Schemas, batches, streams, values
 *     4  Calls                   10  Functions                 16  The static catalog builder
 *     5  Types and values        11  Catalogs and schemas      17  The server
 *     6  Tables                  12  Transactions, actions     18  Small helpers
 *
 * Protocols: Arrow Flight (arrow.apache.org/docs/format/Flight.html), the Arrow C data and stream interfaces, and the
 * conventions of DuckDB's airport extension. "The client" below is a DuckDB with that extension.
 *
 * Needs C11 or C++17 and no other header than the standard library's.
 */
#ifndef AIRPORT_H
#define AIRPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define AIRPORT_API __attribute__((visibility("default")))
#define AIRPORT_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define AIRPORT_API
#define AIRPORT_PRINTF(text, first)
#endif

#define AIRPORT_VERSION_MAJOR 0
#define AIRPORT_VERSION_MINOR 1
#define AIRPORT_VERSION_PATCH 0

/* ---------------------------------------------------------------- 1  Arrow structs
 *
 * The Arrow C data and C stream interfaces, under the specification's own guards: another Arrow library's declarations
 * may stand beside these. Rows enter and leave this library only in these structs, so any Arrow library will do to make
 * them, or none (chapter 15). */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/* ---------------------------------------------------------------- 2  Conventions
 *
 * HANDLES. What you offer (a catalog, a table, a function …) is a handle: a pointer to a table of methods and `self`, your
 * own object. Methods stand in groups; a NULL group means that the capability is absent, and clients are told exactly
 * that. A handle whose `methods` is NULL is no handle: "there is none".
 *
 * SIZES. The first member of every method table, options and info struct is its size in bytes, set by whoever fills it
 * (`.size = sizeof(struct …)`); members behind that size count as zero, and arrays of such structs are stepped by their first
 * element's size. So structs can grow without breaking a binary: a program runs with the library it was built with, and newer ones.
 * Out-structs that the library hands to a method come with the size set and everything else zero.
 *
 * METHODS, unless their comment says otherwise,
 *   - take self, the call, inputs, outputs and an error, in this order; return true, or false with the error filled and the
 *     outputs untouched (what stands in an Arrow struct of theirs all the same is released);
 *   - are required if their group is there;
 *   - run on a worker thread of the server, may block, and may be called at any time from several threads at once: lock
 *     what is shared. Methods of one call never overlap, but may run on different threads;
 *   - find inputs valid (*borrowed*) until they return;
 *   - may fail at any point, and may be given up: when airport_call_is_cancelled() turns true nobody waits for the answer.
 *
 * OWNERSHIP is one of three words. *Borrowed until …*: the pointer is only lent. *Moved*: ownership goes over, even if the
 * callee fails. *Owned, free with …*: the caller has it from now on. An Arrow struct is alive while its `release` is not
 * NULL; moving one copies the struct and sets the source's `release` to NULL.
 *
 * TEXT is NUL-terminated UTF-8. Counts of rows are int64_t, indexes int32_t, bytes size_t, times in names' units.
 *
 * THE LIBRARY CHECKS what methods return, because the client does not: a stream of the wrong type, a short answer or an
 * impossible count becomes a line in the log and a clean error at the client, never a crash of either side. */

/* Bytes that somebody else owns; `data` may be NULL when `size` is 0. */
struct airport_bytes {
    const void *data;
    size_t size;
};

/* ---------------------------------------------------------------- 3  Errors */

/* Kinds of failure. The comment names the gRPC status that a client sees. The ones marked (slow) make a DuckDB client wait
 * three seconds before it reports them, so use them only where they are meant. */
enum airport_error_kind {
    AIRPORT_OK = 0,
    AIRPORT_CANCELLED = 1,           /* CANCELLED */
    AIRPORT_UNKNOWN = 2,             /* UNKNOWN */
    AIRPORT_INVALID_ARGUMENT = 3,    /* INVALID_ARGUMENT */
    AIRPORT_DEADLINE_EXCEEDED = 4,   /* DEADLINE_EXCEEDED (slow) */
    AIRPORT_NOT_FOUND = 5,           /* NOT_FOUND */
    AIRPORT_ALREADY_EXISTS = 6,      /* ALREADY_EXISTS */
    AIRPORT_PERMISSION_DENIED = 7,   /* PERMISSION_DENIED (slow) */
    AIRPORT_RESOURCE_EXHAUSTED = 8,  /* RESOURCE_EXHAUSTED */
    AIRPORT_FAILED_PRECONDITION = 9, /* FAILED_PRECONDITION */
    AIRPORT_ABORTED = 10,            /* ABORTED (slow): a conflict; trying again may help */
    AIRPORT_OUT_OF_RANGE = 11,       /* OUT_OF_RANGE */
    AIRPORT_NOT_IMPLEMENTED = 12,    /* UNIMPLEMENTED */
    AIRPORT_INTERNAL = 13,           /* INTERNAL (slow) */
    AIRPORT_UNAVAILABLE = 14,        /* UNAVAILABLE (slow) */
    AIRPORT_DATA_LOSS = 15,          /* DATA_LOSS */
    AIRPORT_UNAUTHORIZED = 16,       /* UNAUTHENTICATED (slow) */
    /* finer kinds */
    AIRPORT_SCHEMA_NOT_EMPTY = 32, /* FAILED_PRECONDITION: the schema contains tables */
    AIRPORT_NULL_ROW_ID = 33,      /* INVALID_ARGUMENT: a row id was null */
    AIRPORT_NO_MEMORY = 34,        /* RESOURCE_EXHAUSTED */
    /* exceptions of DuckDB: while rows are read or written the client raises the very class, with this message */
    AIRPORT_CONSTRAINT_EXCEPTION = 48,    /* UNKNOWN, ConstraintException */
    AIRPORT_PERMISSION_EXCEPTION = 49,    /* UNKNOWN, PermissionException */
    AIRPORT_INVALID_INPUT_EXCEPTION = 50  /* UNKNOWN, InvalidInputException */
};

/* Filled without allocating. An error of your own starts zeroed: `struct airport_error err = {0};` */
struct airport_error {
    enum airport_error_kind kind;
    char message[2044];
};

/* Fills `err` (NULL is allowed) and returns false, so that a failing method can end with `return airport_fail(...)`. */
AIRPORT_API bool airport_fail(struct airport_error *err, enum airport_error_kind kind, const char *format, ...)
    AIRPORT_PRINTF(3, 4);
AIRPORT_API bool airport_fail_v(struct airport_error *err, enum airport_error_kind kind, const char *format, va_list args)
    AIRPORT_PRINTF(3, 0);
/* "out of memory". */
AIRPORT_API bool airport_fail_no_memory(struct airport_error *err);
/* The kind's name, e.g. "NOT_FOUND"; static. */
AIRPORT_API const char *airport_error_kind_name(enum airport_error_kind kind);
/* The gRPC status code of a kind, e.g. 5. */
AIRPORT_API int airport_error_grpc_status(enum airport_error_kind kind);

/* ---------------------------------------------------------------- 4  Calls
 *
 * One request of one client. Methods get it first after self; it stays valid until the last thing made for the request
 * (a stream, a writer, a processor) was released. */

struct airport_call;

/* Whom the authenticate callback recognised; "" without authentication. Borrowed until the call ends, as all below. */
AIRPORT_API const char *airport_call_identity(const struct airport_call *call);
/* The catalog's name as the client said it; "" is the default catalog. */
AIRPORT_API const char *airport_call_catalog_name(const struct airport_call *call);
/* The client's transaction, as begin_transaction named it; "" when there is none. See chapter 12. */
AIRPORT_API const char *airport_call_transaction_id(const struct airport_call *call);
/* One id per scan or exchange, the same on all of its requests; "" when the client sent none. */
AIRPORT_API const char *airport_call_trace_id(const struct airport_call *call);
/* One id per client process; "" when the client sent none. */
AIRPORT_API const char *airport_call_session_id(const struct airport_call *call);
/* A request header by its lower-case name, NULL when absent; the first if there are several. Binary headers ("…-bin") are
 * given decoded; `size` (may be NULL) gets the number of bytes. */
AIRPORT_API const char *airport_call_header(const struct airport_call *call, const char *name, size_t *size);
/* The client's address, "127.0.0.1:54321". */
AIRPORT_API const char *airport_call_peer(const struct airport_call *call);
/* Milliseconds that are left until the client gives up; -1 when it set no deadline, 0 when it is over. */
AIRPORT_API int64_t airport_call_remaining_ms(const struct airport_call *call);
/* The client has gone, has cancelled, or its deadline is over. Any thread. */
AIRPORT_API bool airport_call_is_cancelled(const struct airport_call *call);
/* Has `cancelled(self)` called once when the call is cancelled: on the server's I/O thread (be quick, do not block, call no
 * function of this library), or at once, here, if it is cancelled already. A call has one hook: setting replaces it, NULL
 * removes it, and after this function has returned the old hook neither runs nor will run. Any thread. */
AIRPORT_API void airport_call_on_cancel(struct airport_call *call, void (*cancelled)(void *self), void *self);
/* Ends a call from outside: its source has failed, or its time is over, while it may be waiting for its client. The client is
 * told this error behind what was sent before, whatever the call's methods answer later; a worker releases the call's stream or
 * writer as soon as none of its methods runs. The hook is not called. Any thread, while something made for the call has not
 * been released. */
AIRPORT_API void airport_call_abort(struct airport_call *call, enum airport_error_kind kind, const char *format, ...)
    AIRPORT_PRINTF(3, 4);
/* Memory that lives as long as the call; NULL when memory is out. From the call's methods only. */
AIRPORT_API void *airport_call_allocate(struct airport_call *call, size_t size);
AIRPORT_API char *airport_call_copy_string(struct airport_call *call, const char *text);
/* How much of a scan is done, 0 to 1; told to the client with the next batch. From the scan's stream. */
AIRPORT_API void airport_call_set_progress(struct airport_call *call, double fraction);

/* ---------------------------------------------------------------- 5  Types and values
 *
 * DuckDB's logical types and single values of them: constants in filters, minima and maxima in statistics. */

enum airport_type_id {
    AIRPORT_TYPE_UNKNOWN = 0, /* a type this library does not know; its name is in `name` */
    AIRPORT_TYPE_SQLNULL,
    AIRPORT_TYPE_BOOLEAN,
    AIRPORT_TYPE_TINYINT,
    AIRPORT_TYPE_SMALLINT,
    AIRPORT_TYPE_INTEGER,
    AIRPORT_TYPE_BIGINT,
    AIRPORT_TYPE_HUGEINT,
    AIRPORT_TYPE_UTINYINT,
    AIRPORT_TYPE_USMALLINT,
    AIRPORT_TYPE_UINTEGER,
    AIRPORT_TYPE_UBIGINT,
    AIRPORT_TYPE_UHUGEINT,
    AIRPORT_TYPE_FLOAT,
    AIRPORT_TYPE_DOUBLE,
    AIRPORT_TYPE_DECIMAL,
    AIRPORT_TYPE_VARCHAR,
    AIRPORT_TYPE_CHAR,
    AIRPORT_TYPE_BLOB,
    AIRPORT_TYPE_BIT,
    AIRPORT_TYPE_DATE,
    AIRPORT_TYPE_TIME,
    AIRPORT_TYPE_TIME_NS,
    AIRPORT_TYPE_TIME_TZ,
    AIRPORT_TYPE_TIMESTAMP_S,
    AIRPORT_TYPE_TIMESTAMP_MS,
    AIRPORT_TYPE_TIMESTAMP,
    AIRPORT_TYPE_TIMESTAMP_NS,
    AIRPORT_TYPE_TIMESTAMP_TZ,
    AIRPORT_TYPE_INTERVAL,
    AIRPORT_TYPE_UUID,
    AIRPORT_TYPE_ENUM,
    AIRPORT_TYPE_LIST,
    AIRPORT_TYPE_ARRAY,
    AIRPORT_TYPE_STRUCT,
    AIRPORT_TYPE_MAP,
    AIRPORT_TYPE_UNION,
    AIRPORT_TYPE_BIGNUM,
    AIRPORT_TYPE_GEOMETRY
};

struct airport_type {
    enum airport_type_id id;
    const char *name;     /* as DuckDB writes it, e.g. "DECIMAL" */
    const char *alias;    /* the name of a user-defined type, e.g. "JSON"; "" when none */
    uint8_t width, scale; /* DECIMAL */
    int64_t array_size;   /* ARRAY */
    /* LIST, ARRAY: the element. MAP: key, value. STRUCT, UNION: the members. */
    const struct airport_type *const *children;
    const char *const *child_names; /* STRUCT, UNION: beside the children. ENUM: the values */
    int32_t child_count;            /* of both */
};

struct airport_hugeint {
    uint64_t lower;
    int64_t upper;
};

struct airport_interval {
    int32_t months;
    int32_t days;
    int64_t micros;
};

struct airport_value {
    const struct airport_type *type;
    bool is_null;
    union {
        bool boolean;                    /* BOOLEAN */
        int64_t int64;                   /* TINYINT … BIGINT; DATE: days; TIME, TIMESTAMP, TIMESTAMP_TZ: microseconds;
                                            the other TIME… and TIMESTAMP…: their own unit; since 1970-01-01 */
        uint64_t uint64;                 /* UTINYINT … UBIGINT; TIME_TZ: DuckDB's bits */
        struct airport_hugeint hugeint;  /* HUGEINT, UHUGEINT (upper as unsigned), DECIMAL: unscaled; UUID: big-endian order */
        double float64;                  /* FLOAT, DOUBLE */
        struct airport_interval interval;
        struct airport_bytes bytes;      /* VARCHAR, CHAR, BLOB, BIT (text of 0 and 1), ENUM (the value's text), BIGNUM */
        struct {                         /* LIST, ARRAY, STRUCT; MAP: STRUCT(key, value) values */
            const struct airport_value *values;
            int32_t count;
        } nested;
    } as;
};

/* Values without a type tree of their own; texts and bytes are borrowed. */
AIRPORT_API struct airport_value airport_value_null(void);
AIRPORT_API struct airport_value airport_value_boolean(bool value);
AIRPORT_API struct airport_value airport_value_int64(enum airport_type_id id, int64_t value);
AIRPORT_API struct airport_value airport_value_uint64(enum airport_type_id id, uint64_t value);
AIRPORT_API struct airport_value airport_value_double(double value);
AIRPORT_API struct airport_value airport_value_text(const char *text);
AIRPORT_API struct airport_value airport_value_blob(const void *data, size_t size);
/* A simple type (neither nested nor DECIMAL nor ENUM); static, NULL for others. */
AIRPORT_API const struct airport_type *airport_type_simple(enum airport_type_id id);

/* ---------------------------------------------------------------- 6  Tables
 *
 * A table is described (name, comment, Arrow schema) and may be scanned, written, altered and asked for statistics.
 *
 * The Arrow schema is a struct ("+s") whose children are the columns. The client reads this metadata of it:
 *   - column `is_rowid` (any value): the row id, hidden from SELECT *; needed for UPDATE and DELETE; any type;
 *   - column `default`: an SQL expression that the client applies in INSERT;
 *   - column `comment`; column not nullable: the client enforces NOT NULL in INSERT.
 * airport_schema_from_fields() and airport_schema_annotate() (chapter 15) write it for you.
 * Schemas called `main` are listed by the client, but it cannot query them: choose another name. */

/* A moment in the past: SELECT … AT (VERSION => 42). */
struct airport_time_point {
    const char *unit;  /* "timestamp", "version" or "snapshot" */
    const char *value; /* as the client wrote it, e.g. "42" or "2024-01-15 10:30:00" */
};

struct airport_table_info {
    size_t size;
    const char *name;          /* required; borrowed, as all texts here, until the handle is released */
    const char *comment;       /* NULL: none */
    struct ArrowSchema schema; /* required; moved to the library */
    const char *const *check_constraints; /* SQL expressions, which the client checks in INSERT */
    size_t check_constraint_count;
    /* How many rows, for the client's planner; 0: unknown. */
    int64_t estimated_rows;
};

struct airport_scan_methods;
struct airport_write_methods;
struct airport_alter_methods;
struct airport_statistics_methods;

struct airport_table_methods {
    size_t size;
    /* Optional. The library needs the handle no more. Called once per handle that it was given. */
    void (*release)(void *self);
    /* Describes the table as it is now, or as it was at `at` (NULL: now). Tables without a past refuse a time point with
     * AIRPORT_NOT_IMPLEMENTED. Called for every listing and before each operation: answer from memory where you can. */
    bool (*describe)(void *self, struct airport_call *call, const struct airport_time_point *at,
                     struct airport_table_info *out, struct airport_error *err);
    const struct airport_scan_methods *scan;
    const struct airport_write_methods *insert;
    const struct airport_write_methods *update; /* needs a row id column */
    const struct airport_write_methods *remove; /* DELETE; needs a row id column */
    const struct airport_alter_methods *alter;
    const struct airport_statistics_methods *statistics;
};

struct airport_table {
    const struct airport_table_methods *methods;
    void *self;
};

/* ---------------------------------------------------------------- 7  Scans
 *
 * SELECT: the client asks for endpoints, then reads each of them with its own request, in parallel. A table that does not
 * split its rows leaves `plan` NULL and has one endpoint. */

struct airport_filter;
struct airport_arguments;

struct airport_scan_options {
    size_t size;
    /* The columns wanted, in the order of the client; the row id under its own name. Never NULL; all of the table's when the
     * client did not say. Columns that only filters use are among them. */
    const char *const *columns;
    const int32_t *column_indexes; /* their places in the table's Arrow schema */
    int32_t column_count;
    const char *filter_json; /* the predicate as the client sent it; NULL: none */
    /* The predicate, parsed; NULL: none, or one that this library could not read. The client applies it again: returning
     * more rows than match is correct, returning fewer is not. */
    const struct airport_filter *filter;
    int64_t limit;         /* rows at most; -1: no limit. DuckDB's client does not push LIMIT, it cancels the scan */
    int64_t batch_rows;    /* a hint: rows per batch that suit the wire */
    const struct airport_time_point *time_point; /* NULL: now */
    struct airport_bytes state; /* of the endpoint, as `plan` gave it; empty without one. It has been in the hands of the
                                   client: treat it as input from outside */
    /* Table functions: the arguments (chapter 10); NULL for tables. */
    const struct airport_arguments *arguments;
};

struct airport_endpoints;

struct airport_endpoint {
    size_t size;
    struct airport_bytes state; /* handed back to `open`; copied. Small: it travels in the ticket */
    /* Where to read: "grpc://host:port" of servers with the same catalog. None: the server that was asked. Copied. */
    const char *const *locations;
    size_t location_count;
    int64_t expires_at_s; /* seconds since 1970; 0: does not expire */
};

/* Adds an endpoint. False when memory is out. */
AIRPORT_API bool airport_endpoints_add(struct airport_endpoints *out, const struct airport_endpoint *endpoint,
                                       struct airport_error *err);
/* Adds an endpoint that makes the client read a file itself: format is "parquet", "ipc-file" or "ipc-stream". The file's
 * columns must be the table's. */
AIRPORT_API bool airport_endpoints_add_file(struct airport_endpoints *out, const char *format, const char *uri,
                                            struct airport_error *err);
/* Adds an endpoint that makes the client call one of its own table functions, e.g. read_parquet or read_csv. `arguments` is a
 * batch of one row with columns arg_0, arg_1 … and, for named arguments, their names; borrowed. */
AIRPORT_API bool airport_endpoints_add_function_call(struct airport_endpoints *out, const char *function_name,
                                                     const struct ArrowSchema *arguments_schema,
                                                     const struct ArrowArray *arguments, struct airport_error *err);

struct airport_scan_methods {
    size_t size;
    /* Optional. Adds the endpoints that together give the rows; none means no rows. All rows of one plan must come from one
     * snapshot. The client may never come for them. */
    bool (*plan)(void *self, struct airport_call *call, const struct airport_scan_options *options,
                 struct airport_endpoints *out, struct airport_error *err);
    /* Opens the stream of one endpoint. `options`, and everything in it, is borrowed until the stream is released.
     *
     * The stream's columns are found by name: it has the wanted ones, in any order, with the types of the table's schema.
     * Others may be missing: the library fills them with nulls at no cost (the client ignores them). Batches may have any
     * number of rows: large ones are cut, small ones gathered.
     *
     * The library pulls batches while the client reads, two to four ahead. get_next may run on another thread than `open`,
     * one call at a time, and may be long in coming back for the next batch when the client is slow; batches are released
     * on any thread, also while get_next runs. To end with a kind of
     * error of your choice use airport_call_fail(); else get_last_error's text goes to the client as AIRPORT_UNKNOWN. */
    bool (*open)(void *self, struct airport_call *call, const struct airport_scan_options *options,
                 struct ArrowArrayStream *out, struct airport_error *err);
};

/* Sets the error with which a stream of this call is about to fail and returns EIO's number, for `return` in get_next. */
AIRPORT_API int airport_call_fail(struct airport_call *call, enum airport_error_kind kind, const char *format, ...)
    AIRPORT_PRINTF(3, 4);

/* ---------------------------------------------------------------- 8  Writing
 *
 * INSERT, UPDATE and DELETE: open, write for each batch (2,048 rows at most), finish. The client has no COMMIT: what
 * `finish` has acknowledged must be durable, and a writer that is released without a successful `finish` must leave
 * nothing behind.
 *
 * The columns of a batch:
 *   insert   the table's columns without the row id, in its order; DEFAULTs are filled in already
 *   update   the columns that are SET, in the statement's order (with RETURNING followed by all others), the row id last
 *   remove   the row id alone
 * The row id column is always called "rowid" here. The Arrow types follow the client's settings, not the table's schema:
 * BOOLEAN may come as bool or arrow.bool8, UUID as text or arrow.uuid, text as string, large_string or string_view … The
 * readers of chapter 15 understand them all. */

struct airport_write_options {
    size_t size;
    const struct ArrowSchema *schema; /* of the batches that will come; borrowed until the writer is released */
    int32_t row_id_index;             /* of the row id among the columns; -1 for insert */
    bool returning;                   /* RETURNING: every write answers with rows */
    /* The columns and types that the answers must have, in this order; NULL without RETURNING. insert, remove: all columns
     * of the table, the row id included. update: the columns of `schema` with the table's types. Borrowed like schema. */
    const struct ArrowSchema *returning_schema;
};

struct airport_writer_methods {
    size_t size;
    /* Ends the writer, after `finish` or instead of it; then everything not finished is undone. Required. */
    void (*release)(void *self);
    /* Writes a batch. `batch` is moved. No row id in it is null: the library refused those with AIRPORT_NULL_ROW_ID.
     * With RETURNING fill `returned` with the rows as they are now (remove: as they were), in the batch's order, at most as
     * many as the batch has; without it leave `returned` alone. Set either this or `write_row_ids`. */
    bool (*write)(void *self, struct airport_call *call, struct ArrowArray *batch, struct ArrowArray *returned,
                  struct airport_error *err);
    /* For update and remove of tables with integer row ids, instead of `write`: the row ids as an array beside the batch,
     * which still has its row id column. */
    bool (*write_row_ids)(void *self, struct airport_call *call, const int64_t *row_ids, struct ArrowArray *batch,
                          struct ArrowArray *returned, struct airport_error *err);
    /* All batches were written: commits, and tells how many rows were changed, which becomes the statement's count. */
    bool (*finish)(void *self, struct airport_call *call, int64_t *changed_rows, struct airport_error *err);
};

struct airport_writer {
    const struct airport_writer_methods *methods;
    void *self;
};

struct airport_write_methods {
    size_t size;
    /* Called before the client reads the rows that it will update or delete: those must come from a stable snapshot. */
    bool (*open)(void *self, struct airport_call *call, const struct airport_write_options *options,
                 struct airport_writer *out, struct airport_error *err);
};

/* ---------------------------------------------------------------- 9  Altering
 *
 * ALTER TABLE. Each method is optional; NULL answers "not implemented". After a success the library looks the table up
 * again and tells the client its new description. */

struct airport_alter_options {
    size_t size;
    bool if_exists;     /* of the column or field; the library ignores your AIRPORT_NOT_FOUND then */
    bool if_not_exists; /* likewise AIRPORT_ALREADY_EXISTS */
    bool cascade;
};

/* A path to a field inside a struct column: {"address", "city"}. */
struct airport_field_path {
    const char *const *names;
    int32_t count;
};

struct airport_alter_methods {
    size_t size;
    /* `column` is a field: its name and type. Defaults and constraints do not come with it; see set_default. */
    bool (*add_column)(void *self, struct airport_call *call, const struct ArrowSchema *column,
                       const struct airport_alter_options *options, struct airport_error *err);
    bool (*remove_column)(void *self, struct airport_call *call, const char *column,
                          const struct airport_alter_options *options, struct airport_error *err);
    bool (*rename_column)(void *self, struct airport_call *call, const char *column, const char *new_name,
                          struct airport_error *err);
    /* `column`: its name and the new type. `expression`: SQL that makes new values from old, e.g. "CAST(id AS BIGINT)". */
    bool (*change_column_type)(void *self, struct airport_call *call, const struct ArrowSchema *column,
                               const char *expression, struct airport_error *err);
    bool (*set_not_null)(void *self, struct airport_call *call, const char *column, struct airport_error *err);
    bool (*drop_not_null)(void *self, struct airport_call *call, const char *column, struct airport_error *err);
    /* `expression` is SQL. */
    bool (*set_default)(void *self, struct airport_call *call, const char *column, const char *expression,
                        struct airport_error *err);
    /* Adds a field to the struct at `parent`. The client loses the new field's name: `field` has its type, and the name
     * of the parent path. */
    bool (*add_field)(void *self, struct airport_call *call, const struct airport_field_path *parent,
                      const struct ArrowSchema *field, const struct airport_alter_options *options,
                      struct airport_error *err);
    bool (*remove_field)(void *self, struct airport_call *call, const struct airport_field_path *path,
                         const struct airport_alter_options *options, struct airport_error *err);
    bool (*rename_field)(void *self, struct airport_call *call, const struct airport_field_path *path, const char *new_name,
                         struct airport_error *err);
    /* `constraint` is SQL. */
    bool (*add_constraint)(void *self, struct airport_call *call, const char *constraint, struct airport_error *err);
};

/* Statistics: the client prunes and plans by them, so wrong ones give wrong answers. Offered only for tables all of whose
 * columns have types that the client can take statistics of (no INTERVAL, ENUM, BIT). */
struct airport_column_statistics {
    size_t size;
    bool has_null;     /* set both when you do not know */
    bool has_not_null;
    uint64_t distinct_count; /* 0: unknown */
    struct airport_value min, max; /* of the column's type; null: unknown. Texts are borrowed until the call ends */
    uint64_t max_string_length;    /* text; 0: unknown */
    bool contains_unicode;         /* text; set when you do not know */
};

struct airport_statistics_methods {
    size_t size;
    /* `type` is the column's type as DuckDB writes it. */
    bool (*column)(void *self, struct airport_call *call, const char *column, const char *type,
                   struct airport_column_statistics *out, struct airport_error *err);
};

/* ---------------------------------------------------------------- 10  Functions
 *
 * Scalar functions, table functions, and table functions that take a table (in/out). A function handle has exactly one of
 * the three groups. Several functions with one name in one schema are overloads. */

/* What a function was called with: one row whose columns are the parameters in their order (a table argument left out).
 * Named arguments that were not given are null. */
struct airport_arguments {
    const struct ArrowSchema *schema;
    const struct ArrowArray *row;
};

/* The argument of a parameter, `otherwise` when it is null or there is no parameter of that name. Bytes are borrowed; none for
 * null. Chapter 15 reads the other types. */
AIRPORT_API int64_t airport_argument_int64(const struct airport_arguments *arguments, const char *parameter,
                                           int64_t otherwise);
AIRPORT_API struct airport_bytes airport_argument_bytes(const struct airport_arguments *arguments, const char *parameter);

enum airport_stability {
    AIRPORT_VOLATILE = 0,            /* may differ from row to row: called for each */
    AIRPORT_CONSISTENT = 1,          /* same arguments, same result */
    AIRPORT_CONSISTENT_IN_QUERY = 2  /* … within one statement */
};

struct airport_function_info {
    size_t size;
    const char *name;        /* required; texts borrowed until the handle is released */
    const char *comment;     /* NULL: none */
    const char *description; /* NULL: none */
    /* A struct whose children are the parameters, made by airport_schema_from_fields() with AIRPORT_FIELD_ANY,
     * AIRPORT_FIELD_NAMED and AIRPORT_FIELD_TABLE as needed. Required; moved. */
    struct ArrowSchema parameters;
    /* Scalar functions: a struct with one child, the result; its name is free. Required there; moved. Table functions: what
     * is known before `bind`; may stay empty. */
    struct ArrowSchema result;
    enum airport_stability stability; /* scalar functions */
};

struct airport_scalar_methods {
    size_t size;
    /* Computes one value per row. `input` (moved) has the arguments as columns, of the types in `schema`: ANY parameters
     * have the type of the argument. `out` gets an array of the result's type and of the same length. */
    bool (*execute)(void *self, struct airport_call *call, const struct ArrowSchema *schema, struct ArrowArray *input,
                    struct ArrowArray *out, struct airport_error *err);
};

struct airport_table_function_methods {
    size_t size;
    /* The schema of the rows for these arguments. Called when a statement is planned and again before it reads. */
    bool (*bind)(void *self, struct airport_call *call, const struct airport_arguments *arguments, struct ArrowSchema *out,
                 struct airport_error *err);
    /* As the scan of a table; options->arguments has the arguments. */
    const struct airport_scan_methods *scan;
};

struct airport_processor_methods {
    size_t size;
    void (*release)(void *self); /* required */
    /* Takes a batch of the table argument (moved), or NULL when there are no more. `out` gets the rows that this gives rise
     * to, of the bound schema, in any number of batches; left alone: none. It is read to its end before the next batch. */
    bool (*process)(void *self, struct airport_call *call, struct ArrowArray *input, struct ArrowArrayStream *out,
                    struct airport_error *err);
};

struct airport_processor {
    const struct airport_processor_methods *methods;
    void *self;
};

struct airport_in_out_methods {
    size_t size;
    /* The schema of the rows, for these arguments and a table argument of this schema. */
    bool (*bind)(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                 const struct ArrowSchema *input, struct ArrowSchema *out, struct airport_error *err);
    /* Arguments and input are borrowed until the processor is released. A statement may open several, one per thread. */
    bool (*open)(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                 const struct ArrowSchema *input, struct airport_processor *out, struct airport_error *err);
};

struct airport_function_methods {
    size_t size;
    void (*release)(void *self); /* optional */
    bool (*describe)(void *self, struct airport_call *call, struct airport_function_info *out, struct airport_error *err);
    const struct airport_scalar_methods *scalar;
    const struct airport_table_function_methods *table;
    const struct airport_in_out_methods *in_out;
};

struct airport_function {
    const struct airport_function_methods *methods;
    void *self;
};

/* ---------------------------------------------------------------- 11  Catalogs and schemas
 *
 * Every request looks up what it names afresh, so what a catalog holds may change at any time and may depend on the
 * identity of the caller. Clients list a catalog once, when they attach it; a request for a table whose schema has changed
 * since is refused with a message that says so. Catalogs that never change are made by chapter 16 and cost nothing. */

struct airport_schemas;
struct airport_tables;
struct airport_functions;

/* Each adds a handle to a listing; the handle is moved (released even when adding fails). */
AIRPORT_API bool airport_tables_add(struct airport_tables *out, struct airport_table table, struct airport_error *err);
AIRPORT_API bool airport_functions_add(struct airport_functions *out, struct airport_function function,
                                       struct airport_error *err);

/* CREATE TABLE. */
struct airport_create_table {
    size_t size;
    const char *name;
    const struct ArrowSchema *schema; /* names and types; every column nullable, without metadata */
    const int32_t *not_null_columns;
    int32_t not_null_column_count;
    const char *const *primary_key_columns; /* PRIMARY KEY (a, b …), also in not_null_columns */
    int32_t primary_key_column_count;
    const char *const *unique_columns; /* each UNIQUE by itself */
    int32_t unique_column_count;
    const char *const *check_constraints; /* SQL expressions */
    int32_t check_constraint_count;
    const char *const *extra_constraints; /* SQL, e.g. "UNIQUE(b, c)" */
    int32_t extra_constraint_count;
    bool if_not_exists; /* the library ignores your AIRPORT_ALREADY_EXISTS then */
};

struct airport_table_ddl_methods {
    size_t size;
    /* Each optional. DEFAULTs do not reach the server with CREATE TABLE. */
    bool (*create_table)(void *self, struct airport_call *call, const struct airport_create_table *request,
                         struct airport_error *err);
    /* The library ignores your AIRPORT_NOT_FOUND when `if_exists`. */
    bool (*drop_table)(void *self, struct airport_call *call, const char *name, bool if_exists, struct airport_error *err);
    bool (*rename_table)(void *self, struct airport_call *call, const char *name, const char *new_name,
                         struct airport_error *err);
};

struct airport_tag {
    const char *key;
    const char *value;
};

struct airport_schema_info {
    size_t size;
    const char *name;    /* required; texts borrowed until the handle is released */
    const char *comment; /* NULL: none */
    const struct airport_tag *tags;
    size_t tag_count;
    bool is_default; /* where clients of DuckDB 1.4 look for names without a schema */
};

struct airport_schema_methods {
    size_t size;
    void (*release)(void *self); /* optional */
    bool (*describe)(void *self, struct airport_call *call, struct airport_schema_info *out, struct airport_error *err);
    /* Adds all tables or, if `name` is not NULL, the one of that name (adding others too is harmless, but slower). */
    bool (*tables)(void *self, struct airport_call *call, const char *name, struct airport_tables *out,
                   struct airport_error *err);
    /* Optional. The same for functions of all kinds; all overloads of `name`. */
    bool (*functions)(void *self, struct airport_call *call, const char *name, struct airport_functions *out,
                      struct airport_error *err);
    const struct airport_table_ddl_methods *ddl;
};

struct airport_schema {
    const struct airport_schema_methods *methods;
    void *self;
};

AIRPORT_API bool airport_schemas_add(struct airport_schemas *out, struct airport_schema schema, struct airport_error *err);

/* For a catalog that stands in front of another one: an empty listing of its own, which the other's methods fill, and what is
 * in it. Lives as long as the call, and so do its handles (borrowed). NULL when memory is out. */
AIRPORT_API struct airport_schemas *airport_schemas_create(struct airport_call *call);
AIRPORT_API int32_t airport_schemas_count(const struct airport_schemas *schemas);
AIRPORT_API struct airport_schema airport_schemas_get(const struct airport_schemas *schemas, int32_t index);
AIRPORT_API struct airport_tables *airport_tables_create(struct airport_call *call);
AIRPORT_API int32_t airport_tables_count(const struct airport_tables *tables);
AIRPORT_API struct airport_table airport_tables_get(const struct airport_tables *tables, int32_t index);

struct airport_schema_ddl_methods {
    size_t size;
    /* Each optional. The client cannot tell CREATE SCHEMA IF NOT EXISTS from CREATE SCHEMA; it knows the schemas that were
     * there when it attached. */
    bool (*create_schema)(void *self, struct airport_call *call, const struct airport_schema_info *request,
                          struct airport_error *err);
    /* The library ignores your AIRPORT_NOT_FOUND when `if_exists`. CASCADE does not reach the server. */
    bool (*drop_schema)(void *self, struct airport_call *call, const char *name, bool if_exists, struct airport_error *err);
};

struct airport_catalog_version {
    size_t size;
    uint64_t version;
    bool is_fixed; /* it will not change while the server runs: the client need not ask again */
    /* Until the version changes the listing is the same for every caller, so that the library may answer from memory. A
     * version never comes back then, not even for another catalog of that name. */
    bool is_shared;
};

struct airport_flight;

struct airport_catalog_methods {
    size_t size;
    void (*release)(void *self); /* optional */
    /* Adds all schemas or, if `name` is not NULL, the one of that name (adding others too is harmless). */
    bool (*schemas)(void *self, struct airport_call *call, const char *name, struct airport_schemas *out,
                    struct airport_error *err);
    /* Optional; NULL: version 1, which may change. */
    bool (*version)(void *self, struct airport_call *call, struct airport_catalog_version *out, struct airport_error *err);
    const struct airport_schema_ddl_methods *ddl;
    /* Optional. Finds what a Flight descriptor means that names no table of the catalog: airport_take_flight(location,
     * 'any text') and airport_take_flight(location, ['a', 'path']). Leave `out` empty if it means nothing. */
    bool (*find_flight)(void *self, struct airport_call *call, const struct airport_flight *flight,
                        struct airport_table *out, struct airport_error *err);
};

struct airport_catalog {
    const struct airport_catalog_methods *methods;
    void *self;
};

/* A Flight descriptor: a command or a path. */
struct airport_flight {
    size_t size;
    struct airport_bytes command; /* empty for a path */
    const char *const *path;
    int32_t path_count; /* 0 for a command */
};

/* ---------------------------------------------------------------- 12  Transactions and actions
 *
 * The client asks for a transaction's identifier when a statement, or BEGIN, first touches the catalog, and sends it with
 * the requests of that transaction; but COMMIT and ROLLBACK send nothing, so every write stands by itself and ids simply
 * cease to be used: treat each operation as autocommitted. Clients that can do more call the actions begin_transaction,
 * commit_transaction, rollback_transaction and transaction_status, which the server offers when it has these methods. */

enum airport_transaction_state {
    AIRPORT_TRANSACTION_UNKNOWN = 0,
    AIRPORT_TRANSACTION_ACTIVE,
    AIRPORT_TRANSACTION_COMMITTED,
    AIRPORT_TRANSACTION_ABORTED
};

struct airport_transaction_methods {
    size_t size;
    /* `*id` is borrowed until the call ends (airport_call_copy_string). NULL: no transaction. */
    bool (*begin)(void *self, struct airport_call *call, const char **id, struct airport_error *err);
    bool (*commit)(void *self, struct airport_call *call, const char *id, struct airport_error *err);   /* optional */
    bool (*rollback)(void *self, struct airport_call *call, const char *id, struct airport_error *err); /* optional */
    bool (*status)(void *self, struct airport_call *call, const char *id, enum airport_transaction_state *out,
                   struct airport_error *err); /* optional */
};

struct airport_transactions {
    const struct airport_transaction_methods *methods;
    void *self;
};

struct airport_results;

/* Adds a result, which the client gets as one BLOB row; copied. */
AIRPORT_API bool airport_results_add(struct airport_results *out, const void *data, size_t size, struct airport_error *err);

/* A custom action: SELECT * FROM airport_action(location, 'name', 'body'). Names of the protocol's own actions are taken. */
struct airport_action {
    size_t size;
    const char *name;
    const char *description; /* NULL: none */
    bool (*run)(void *self, struct airport_call *call, struct airport_bytes body, struct airport_results *out,
                struct airport_error *err);
    void *self;
};

/* ---------------------------------------------------------------- 13  Filters
 *
 * The predicate of a scan: a conjunction of expressions, as a tree. Nodes are uniform, so that walking is a loop over
 * children; what children and members mean is a matter of the kind:
 *
 *   COLUMN       name; type
 *   CONSTANT     value
 *   COMPARISON   op EQUAL … NOT_DISTINCT_FROM; children left, right
 *   BETWEEN      children input, lower, upper; lower_inclusive, upper_inclusive
 *   CONJUNCTION  op AND, OR; any number of children
 *   OPERATOR     op NOT, IS_NULL, IS_NOT_NULL, COALESCE, IN, NOT_IN (the first child is tested against the others) …
 *   CAST         child; type is the target; try_cast
 *   CASE         children when, then, when, then … else
 *   FUNCTION     name, schema_name, catalog_name; the arguments are the children; is_operator for symbols such as "+"
 *   UNSUPPORTED  anything else; name is the client's word for it */

enum airport_expression_kind {
    AIRPORT_EXPRESSION_UNSUPPORTED = 0,
    AIRPORT_EXPRESSION_COLUMN,
    AIRPORT_EXPRESSION_CONSTANT,
    AIRPORT_EXPRESSION_COMPARISON,
    AIRPORT_EXPRESSION_BETWEEN,
    AIRPORT_EXPRESSION_CONJUNCTION,
    AIRPORT_EXPRESSION_OPERATOR,
    AIRPORT_EXPRESSION_CAST,
    AIRPORT_EXPRESSION_CASE,
    AIRPORT_EXPRESSION_FUNCTION
};

enum airport_operator {
    AIRPORT_OP_NONE = 0,
    AIRPORT_OP_EQUAL,
    AIRPORT_OP_NOT_EQUAL,
    AIRPORT_OP_LESS,
    AIRPORT_OP_LESS_OR_EQUAL,
    AIRPORT_OP_GREATER,
    AIRPORT_OP_GREATER_OR_EQUAL,
    AIRPORT_OP_DISTINCT_FROM,
    AIRPORT_OP_NOT_DISTINCT_FROM,
    AIRPORT_OP_AND,
    AIRPORT_OP_OR,
    AIRPORT_OP_NOT,
    AIRPORT_OP_IS_NULL,
    AIRPORT_OP_IS_NOT_NULL,
    AIRPORT_OP_COALESCE,
    AIRPORT_OP_IN,
    AIRPORT_OP_NOT_IN
};

struct airport_expression {
    enum airport_expression_kind kind;
    enum airport_operator op;
    const struct airport_type *type; /* of the result; NULL where the client did not say */
    const char *name;                /* "" where it has no meaning; likewise the next two */
    const char *schema_name;
    const char *catalog_name;
    const struct airport_value *value; /* CONSTANT, else NULL */
    const struct airport_expression *const *children;
    int32_t child_count;
    bool lower_inclusive, upper_inclusive;
    bool try_cast;
    bool is_operator;
};

/* Immutable; any thread. */
struct airport_filter {
    const struct airport_expression *const *conjuncts;
    int32_t conjunct_count;
    const char *const *columns; /* the names that the client had bound */
    int32_t column_count;
};

/* Parses the client's JSON (need not be NUL-terminated). NULL with AIRPORT_INVALID_ARGUMENT when it is malformed; expressions
 * that are well-formed but unknown become UNSUPPORTED nodes. Owned, free with airport_filter_destroy. */
AIRPORT_API struct airport_filter *airport_filter_parse(const char *json, size_t length, struct airport_error *err);
AIRPORT_API void airport_filter_destroy(struct airport_filter *filter);

/* A visitor: one method per kind; NULL counts as false. */
struct airport_expression_visitor {
    size_t size;
    bool (*column)(void *self, const struct airport_expression *e);
    bool (*constant)(void *self, const struct airport_expression *e);
    bool (*comparison)(void *self, const struct airport_expression *e);
    bool (*between)(void *self, const struct airport_expression *e);
    bool (*conjunction)(void *self, const struct airport_expression *e);
    bool (*operation)(void *self, const struct airport_expression *e);
    bool (*cast)(void *self, const struct airport_expression *e);
    bool (*case_when)(void *self, const struct airport_expression *e);
    bool (*function)(void *self, const struct airport_expression *e);
};

/* Calls the method of the expression's kind, which visits the children itself as it sees fit; false when it returned false
 * or there is none. */
AIRPORT_API bool airport_expression_visit(const struct airport_expression *e,
                                          const struct airport_expression_visitor *visitor, void *self);

/* ---------------------------------------------------------------- 14  Filters as SQL
 *
 * Writes the text behind WHERE. What cannot be expressed is left out so that the text lets at least every matching row
 * pass: of an AND the rest is kept, an OR is dropped whole. Values and names are always quoted: no filter can change the
 * shape of your statement. */

enum airport_dialect { AIRPORT_DIALECT_DUCKDB = 0, AIRPORT_DIALECT_POSTGRESQL = 1 };

/* What stands for a column: another name, which is quoted, or an SQL expression, which is not. */
struct airport_column_mapping {
    const char *column;
    const char *name;       /* NULL: see expression */
    const char *expression; /* NULL: see name */
};

struct airport_sql_options {
    size_t size;
    enum airport_dialect dialect;
    const struct airport_column_mapping *mappings; /* columns that have none keep their names */
    size_t mapping_count;
    bool mapped_only; /* columns without a mapping cannot be expressed */
};

/* NULL options: DuckDB, no mappings. "" when nothing can be expressed; NULL only when memory is out. Owned, free with
 * airport_free. */
AIRPORT_API char *airport_filter_to_sql(const struct airport_filter *filter, const struct airport_sql_options *options);
/* The same for one expression; NULL too when it cannot be expressed. */
AIRPORT_API char *airport_expression_to_sql(const struct airport_expression *e, const struct airport_sql_options *options);
/* A value as a literal and a type as DuckDB writes it, e.g. "DECIMAL(10,2)[]". NULL when it has no literal, or memory is out.
 * Owned, free with airport_free. */
AIRPORT_API char *airport_value_to_sql(const struct airport_value *value, enum airport_dialect dialect);
AIRPORT_API char *airport_type_to_sql(const struct airport_type *type, enum airport_dialect dialect);
AIRPORT_API void airport_free(void *memory);

/* ---------------------------------------------------------------- 15  Schemas, batches, streams, values
 *
 * Enough of Arrow to serve and receive rows without another library. */

enum airport_field_flag {
    AIRPORT_FIELD_NOT_NULL = 1,
    AIRPORT_FIELD_ROW_ID = 2, /* the row id of its table; not null */
    AIRPORT_FIELD_ANY = 4,    /* a function's parameter of any type; format may be NULL */
    AIRPORT_FIELD_NAMED = 8,  /* a table function's named parameter */
    AIRPORT_FIELD_TABLE = 16  /* an in/out function's table parameter; format may be NULL */
};

/* A field: a column, a parameter, a member of a struct. Arrays of it are stepped by the first element's size. */
struct airport_field {
    size_t size;
    const char *name;
    /* Arrow's format string: "b" bool, "c C s S i I l L" integers of 8 to 64 bits (capitals unsigned), "f" float, "g" double,
     * "u" text, "z" blob, "tdD" date, "ttu" time, "tsu:" timestamp, "tsu:UTC" timestamp with time zone, "d:18,3" decimal,
     * "tin" interval, "+l" list, "+s" struct, "+m" map, "+w:3" array … */
    const char *format;
    unsigned flags;
    const char *default_expression; /* SQL; NULL: none */
    const char *comment;            /* NULL: none */
    const struct airport_field *children; /* "+l", "+w": the element; "+s": the members; "+m": key and value */
    int32_t child_count;
    const char *extension_name;     /* e.g. "geoarrow.wkb"; NULL: none */
    const char *extension_metadata; /* NULL: none */
};

/* A struct schema with these fields. `out` is owned, free with its release. */
AIRPORT_API bool airport_schema_from_fields(const struct airport_field *fields, int32_t field_count,
                                            struct ArrowSchema *out, struct airport_error *err);
/* A copy of `schema` to whose columns, found by name, the flags, default, comment and extension of `fields` are added;
 * formats and children of the fields are not looked at. */
AIRPORT_API bool airport_schema_annotate(const struct ArrowSchema *schema, const struct airport_field *fields,
                                         int32_t field_count, struct ArrowSchema *out, struct airport_error *err);
AIRPORT_API bool airport_schema_copy(const struct ArrowSchema *schema, struct ArrowSchema *out, struct airport_error *err);
/* A copy with only these columns, in this order; AIRPORT_NOT_FOUND names one that is missing. */
AIRPORT_API bool airport_schema_project(const struct ArrowSchema *schema, const char *const *columns, int32_t column_count,
                                        struct ArrowSchema *out, struct airport_error *err);
/* The index of the column of that name, -1 when there is none. */
AIRPORT_API int32_t airport_schema_find(const struct ArrowSchema *schema, const char *name);
/* The index of the row id column: the one with `is_rowid` metadata, else the one called "rowid"; -1 when there is none. */
AIRPORT_API int32_t airport_find_rowid_column(const struct ArrowSchema *schema);
/* The value of a key of a schema's metadata, not NUL-terminated; data is NULL when absent. Borrowed from the schema. */
AIRPORT_API struct airport_bytes airport_schema_metadata(const struct ArrowSchema *schema, const char *key);
/* Names and types (with their nested ones) are the same; nullability and metadata are not looked at. */
AIRPORT_API bool airport_schema_equal(const struct ArrowSchema *a, const struct ArrowSchema *b);

/* A batch from plain C arrays, which are copied. What an array holds depends on the column's format:
 *   bool                                     bool
 *   integers, float, double, date, time …    the C type of that width
 *   text, blob (also large)                  struct airport_bytes, or const char * if `texts` is used
 *   fixed-size binary, decimal, interval     the raw bytes of each value in turn */
struct airport_column_data {
    const void *values;
    const char *const *texts; /* text columns: NUL-terminated; a NULL pointer is a null. Instead of values */
    const bool *valid;        /* false marks a null; NULL: no nulls */
};

AIRPORT_API bool airport_batch_from_columns(const struct ArrowSchema *schema, const struct airport_column_data *columns,
                                            int64_t row_count, struct ArrowArray *out, struct airport_error *err);

/* A batch row by row. A failure (no memory, a value that does not fit its column) sticks and is told by the finish. */
struct airport_batch_builder;
/* `schema` is borrowed until the builder is destroyed. NULL when memory is out or a type is not supported. */
AIRPORT_API struct airport_batch_builder *airport_batch_builder_create(const struct ArrowSchema *schema,
                                                                       struct airport_error *err);
/* The same for a schema of these fields, which the builder makes and keeps. */
AIRPORT_API struct airport_batch_builder *airport_batch_builder_from_fields(const struct airport_field *fields,
                                                                            int32_t field_count,
                                                                            struct airport_error *err);
AIRPORT_API void airport_batch_builder_destroy(struct airport_batch_builder *builder);
/* Each appends one value to a column. Integers also fit dates, times, timestamps and booleans. */
AIRPORT_API void airport_batch_append_null(struct airport_batch_builder *builder, int32_t column);
AIRPORT_API void airport_batch_append_int64(struct airport_batch_builder *builder, int32_t column, int64_t value);
AIRPORT_API void airport_batch_append_double(struct airport_batch_builder *builder, int32_t column, double value);
AIRPORT_API void airport_batch_append_bytes(struct airport_batch_builder *builder, int32_t column, const void *data,
                                            size_t size);
AIRPORT_API void airport_batch_append_text(struct airport_batch_builder *builder, int32_t column, const char *text);
/* Appends a value of any type, nested ones included, copied from another array. */
AIRPORT_API void airport_batch_append_from(struct airport_batch_builder *builder, int32_t column,
                                           const struct ArrowArray *source, int64_t row);
/* Appends one list, or map, of `count` elements: rows of an array, from `first` on. */
AIRPORT_API void airport_batch_append_list(struct airport_batch_builder *builder, int32_t column,
                                           const struct ArrowArray *elements, int64_t first, int64_t count);
AIRPORT_API int64_t airport_batch_row_count(const struct airport_batch_builder *builder);
/* The rows so far; every column must have the same number. The builder is empty again. `out` is owned, free with its release. */
AIRPORT_API bool airport_batch_finish(struct airport_batch_builder *builder, struct ArrowArray *out,
                                      struct airport_error *err);
/* The ends of a scan and of a scalar function: the rows so far as a stream of one batch, or the only column as an array. The
 * builder is destroyed in any case; NULL, which has told its error, gives false. */
AIRPORT_API bool airport_stream_from_builder(struct airport_batch_builder *builder, struct ArrowArrayStream *out,
                                             struct airport_error *err);
AIRPORT_API bool airport_array_from_builder(struct airport_batch_builder *builder, struct ArrowArray *out,
                                            struct airport_error *err);

/* A stream of batches; `schema` and the batches are moved. */
AIRPORT_API bool airport_stream_from_batches(struct ArrowSchema *schema, struct ArrowArray *batches, int32_t batch_count,
                                             struct ArrowArrayStream *out, struct airport_error *err);
/* A stream that asks `next` for each batch: fill `out`, or leave it alone at the end. `schema` is moved; `release` (may be
 * NULL) is called once, even if this function fails. `call` is that of the scan: its error kinds reach the client. */
AIRPORT_API bool airport_stream_from_function(struct airport_call *call, struct ArrowSchema *schema,
                                              bool (*next)(void *self, struct airport_call *call, struct ArrowArray *out,
                                                           struct airport_error *err),
                                              void (*release)(void *self), void *self, struct ArrowArrayStream *out,
                                              struct airport_error *err);

/* Reading single values. `type` is the column's schema, `column` its array; rows count from the array's offset. Extension types
 * that the client may send (bool8, uuid, opaque) and large and view variants are understood. */
AIRPORT_API bool airport_array_is_null(const struct ArrowSchema *type, const struct ArrowArray *column, int64_t row);
/* Integers, booleans, dates, times and timestamps; other types and nulls give 0. */
AIRPORT_API int64_t airport_array_int64(const struct ArrowSchema *type, const struct ArrowArray *column, int64_t row);
/* Floats, integers and decimals; other types and nulls give 0. */
AIRPORT_API double airport_array_double(const struct ArrowSchema *type, const struct ArrowArray *column, int64_t row);
/* Text, blobs and fixed-size binary, dictionary-encoded too; others and nulls give no data. Borrowed from the array. */
AIRPORT_API struct airport_bytes airport_array_bytes(const struct ArrowSchema *type, const struct ArrowArray *column,
                                                     int64_t row);
/* Reads the integer row ids of a batch into `row_ids`, one per row; AIRPORT_NULL_ROW_ID if one is null. */
AIRPORT_API bool airport_read_row_ids(const struct ArrowSchema *schema, const struct ArrowArray *batch, int64_t *row_ids,
                                      struct airport_error *err);

/* ---------------------------------------------------------------- 16  The static catalog builder
 *
 * For catalogs that do not change: names are given once, serialised once. The builder's failures stick: add everything,
 * test once, when the catalog is built.
 *
 *     struct airport_catalog_builder *b = airport_catalog_builder_create();
 *     airport_builder_schema(b, "demo", "Demonstration");
 *     airport_builder_simple_table(b, &users);
 *     struct airport_catalog catalog;
 *     if (!airport_catalog_builder_finish(b, &catalog, &err)) … */

struct airport_simple_table {
    size_t size;
    const char *name;
    const char *comment; /* NULL: none */
    const struct airport_field *fields;
    int32_t field_count;
    const struct ArrowSchema *schema; /* instead of fields; copied */
    const char *const *check_constraints;
    size_t check_constraint_count;
    /* As `open` of airport_scan_methods. */
    bool (*scan)(void *self, struct airport_call *call, const struct airport_scan_options *options,
                 struct ArrowArrayStream *out, struct airport_error *err);
    void *self;
    /* Optional; as `column` of airport_statistics_methods. */
    bool (*statistics)(void *self, struct airport_call *call, const char *column, const char *type,
                       struct airport_column_statistics *out, struct airport_error *err);
};

struct airport_simple_function {
    size_t size;
    const char *name;
    const char *description; /* NULL: none */
    const struct airport_field *parameters;
    int32_t parameter_count;
    const struct airport_field *result; /* one field */
    enum airport_stability stability;
    /* As `execute` of airport_scalar_methods. */
    bool (*execute)(void *self, struct airport_call *call, const struct ArrowSchema *schema, struct ArrowArray *input,
                    struct ArrowArray *out, struct airport_error *err);
    void *self;
};

struct airport_simple_table_function {
    size_t size;
    const char *name;
    const char *description; /* NULL: none */
    const struct airport_field *parameters;
    int32_t parameter_count;
    const struct airport_field *columns; /* of the rows */
    int32_t column_count;
    /* As `open` of airport_scan_methods; options->arguments has the arguments. */
    bool (*scan)(void *self, struct airport_call *call, const struct airport_scan_options *options,
                 struct ArrowArrayStream *out, struct airport_error *err);
    void *self;
    /* Optional, for columns that depend on the arguments; as `bind` of airport_table_function_methods. */
    bool (*bind)(void *self, struct airport_call *call, const struct airport_arguments *arguments, struct ArrowSchema *out,
                 struct airport_error *err);
};

struct airport_catalog_builder;

/* NULL when memory is out; every function below accepts NULL. Names, texts and fields are copied; handles are moved. */
AIRPORT_API struct airport_catalog_builder *airport_catalog_builder_create(void);
/* Begins a schema; what follows belongs to it. */
AIRPORT_API void airport_builder_schema(struct airport_catalog_builder *builder, const char *name, const char *comment);
AIRPORT_API void airport_builder_tag(struct airport_catalog_builder *builder, const char *key, const char *value);
AIRPORT_API void airport_builder_simple_table(struct airport_catalog_builder *builder,
                                              const struct airport_simple_table *table);
AIRPORT_API void airport_builder_table(struct airport_catalog_builder *builder, struct airport_table table);
AIRPORT_API void airport_builder_simple_function(struct airport_catalog_builder *builder,
                                                 const struct airport_simple_function *function);
AIRPORT_API void airport_builder_simple_table_function(struct airport_catalog_builder *builder,
                                                       const struct airport_simple_table_function *function);
AIRPORT_API void airport_builder_function(struct airport_catalog_builder *builder, struct airport_function function);
/* Frees the builder in any case. The catalog is immutable; owned, free with airport_catalog_release, once no server uses it. */
AIRPORT_API bool airport_catalog_builder_finish(struct airport_catalog_builder *builder, struct airport_catalog *out,
                                                struct airport_error *err);
/* Drops a builder that will not be finished. */
AIRPORT_API void airport_catalog_builder_destroy(struct airport_catalog_builder *builder);
/* Calls the catalog's release, if there is one. */
AIRPORT_API void airport_catalog_release(struct airport_catalog catalog);

/* ---------------------------------------------------------------- 17  The server */

enum airport_log_level {
    AIRPORT_LOG_DEFAULT = 0, /* info */
    AIRPORT_LOG_DEBUG = 1,
    AIRPORT_LOG_INFO = 2,
    AIRPORT_LOG_WARNING = 3,
    AIRPORT_LOG_ERROR = 4,
    AIRPORT_LOG_OFF = 5
};

struct airport_named_catalog {
    const char *name;
    struct airport_catalog catalog;
};

/* How a call went; texts are borrowed until call_ended returns. */
struct airport_call_report {
    size_t size;
    const char *method; /* of the Flight service: "DoGet", "DoAction" …; "" for what is none */
    enum airport_error_kind outcome;
    const char *message; /* of a failure; "" after a success */
    int64_t duration_ns; /* from its headers to its end, waiting for the client included */
};

/* Zero means the default. Texts and arrays are copied, handles and every `self` borrowed until the server is destroyed. */
struct airport_server_config {
    size_t size;

    /* Catalogs, chosen by the name in ATTACH 'name'. First the named ones, then `find_catalog`, then `catalog`: without
     * the other two it answers to every name, with them only to "". */
    struct airport_catalog catalog;
    const struct airport_named_catalog *catalogs;
    size_t catalog_count;
    /* Finds a catalog at each request; the handle is moved. Leave `out` empty if there is none of that name. */
    bool (*find_catalog)(void *self, struct airport_call *call, const char *name, struct airport_catalog *out,
                         struct airport_error *err);
    void *find_catalog_self;

    /* Where to listen: host ("*": everywhere; NULL: "127.0.0.1") and port (0: 50051; -1: one that is free, see
     * airport_server_port), or a socket that listens already, which the server takes over (0: none). */
    const char *host;
    int32_t port;
    int listening_socket;
    /* "grpc://host:port" by which clients reach this server, told in endpoints; NULL: they stay on their connection. */
    const char *advertised_location;

    /* TLS 1.2 or newer: PEM files; NULL: plain text. With a client CA clients need a certificate signed by it. */
    const char *tls_certificate_file;
    const char *tls_key_file;
    const char *tls_client_ca_file;

    /* Authentication of every request; NULL: none. `token` is what follows "Bearer " in the authorization header, NULL when
     * there is none. Success may set `*identity` (borrowed until the call ends; airport_call_copy_string). Refuse with
     * AIRPORT_UNAUTHORIZED. Note that the client sends a token given to ATTACH with catalog actions only; with scans and
     * writes it sends one from a SECRET whose scope is the location. */
    bool (*authenticate)(void *self, struct airport_call *call, const char *token, const char **identity,
                         struct airport_error *err);
    void *authenticate_self;
    /* Whether the caller may use the catalog `name` at all; NULL: everyone may. */
    bool (*authorize)(void *self, struct airport_call *call, const char *catalog_name, struct airport_error *err);
    void *authorize_self;

    struct airport_transactions transactions; /* empty: none */
    const struct airport_action *actions;
    size_t action_count;

    /* Log lines; NULL: standard error. Called from any thread. `call` may be NULL. */
    void (*log)(void *self, enum airport_log_level level, const struct airport_call *call, const char *message);
    void *log_self;
    enum airport_log_level log_level; /* lines below it are not made */

    int32_t worker_threads; /* run your methods, as I/O threads do while they are idle; default: 4 per core, at least 8 */
    int32_t io_threads;     /* own the connections; default: 1 per 4 cores, at least 1 */
    size_t max_message_bytes;         /* of what is sent; default 4 MiB (a Go client's limit); one row may exceed it */
    size_t max_received_message_bytes; /* default 64 MiB */
    size_t batch_bytes;               /* what batches of a scan are cut and gathered to; default 1 MiB */
    int32_t max_connections;          /* of clients that have authenticated; default 10,000 */
    int32_t max_streams_per_connection; /* default 1,000 */
    int32_t idle_timeout_ms;          /* closes connections without requests; default 0: never */

    /* For metrics: a call has ended, one that was refused as well. Optional. Called from any thread, before what the call's
     * methods made is freed; calls overlap. */
    void (*call_ended)(void *self, const struct airport_call *call, const struct airport_call_report *report);
    void *call_ended_self;

    /* Clients that have not authenticated yet: until a first call of theirs was, a connection lives this long (default 60,000),
     * and there are at most so many of them (default: max_connections); the oldest makes room for a new one. */
    int32_t authentication_timeout_ms;
    int32_t max_unauthenticated_connections;
};

struct airport_server;

/* Checks the configuration; nothing listens yet. Owned, free with airport_server_destroy. Servers are independent of one
 * another: a process may have several. They end with fork(): the child must leave its parent's alone, and may make its own. */
AIRPORT_API struct airport_server *airport_server_create(const struct airport_server_config *config,
                                                         struct airport_error *err);
/* Listens, and serves in the background, on threads of its own. Once per server; one that could not start may try again. */
AIRPORT_API bool airport_server_start(struct airport_server *server, struct airport_error *err);
/* Serves until airport_server_interrupt() or airport_server_stop() is called. */
AIRPORT_API bool airport_server_run(struct airport_server *server, struct airport_error *err);
/* The same until SIGINT or SIGTERM comes, for a program that does nothing else. Both are blocked in this thread meanwhile, and
 * in the server's own; threads that the program has started before must have them blocked, or they take them away. */
AIRPORT_API bool airport_server_run_until_signal(struct airport_server *server, struct airport_error *err);
/* Makes the two functions above stop the server and return. Any thread, and from signal handlers. */
AIRPORT_API void airport_server_interrupt(struct airport_server *server);
/* Accepts no more, tells clients so, lets running calls end for up to `drain_ms` (-1: 5 seconds), then cancels them; returns
 * when all has ended. Any thread but the server's own; a second call can shorten the time of the first. */
AIRPORT_API void airport_server_stop(struct airport_server *server, int32_t drain_ms);
/* Stops at once if it runs, and frees. */
AIRPORT_API void airport_server_destroy(struct airport_server *server);
/* The port it listens on, once it was started. */
AIRPORT_API int32_t airport_server_port(const struct airport_server *server);
/* Changes these two of the configuration; 0 means as there. Connections that are open stay as they are. Any thread. */
AIRPORT_API void airport_server_set_limits(struct airport_server *server, int32_t max_connections, int32_t idle_timeout_ms);
/* Reads the TLS files again; new connections use them. On failure the old ones stay. Any thread. */
AIRPORT_API bool airport_server_reload_tls(struct airport_server *server, struct airport_error *err);

struct airport_server_counters {
    size_t size;
    int64_t connections;       /* now */
    int64_t connections_total; /* since the start, as all below */
    int64_t calls_total;
    int64_t calls_failed;
    int64_t calls_active; /* now */
    int64_t bytes_received;
    int64_t bytes_sent;
    int64_t calls_queued; /* now: of the active ones those that wait for a worker thread */
};
/* Any thread. */
AIRPORT_API void airport_server_read_counters(const struct airport_server *server, struct airport_server_counters *out);

/* A call under way; texts are borrowed until the callback returns, and "" where there is none, or not yet. */
struct airport_running_call {
    size_t size;
    int64_t id;            /* of this server's calls; none has it twice */
    const char *method;    /* of the Flight service: "DoGet", "DoAction" … */
    const char *operation; /* the action's name, or what an exchange is for: "insert" … */
    const char *schema_name, *object_name; /* of the table or function that it works on */
    const char *peer, *user_agent, *identity, *catalog_name;
    int64_t duration_ns; /* since its headers came */
};
/* Each call that was let in and has not ended, under a lock: the callback must be quick and not call the server. Stops when it
 * returns false, and returns what it returned last, true without calls. Any thread. */
AIRPORT_API bool airport_server_each_call(struct airport_server *server,
                                          bool (*take)(void *self, const struct airport_running_call *call), void *self);
/* Cancels the call with this id, whose client is told AIRPORT_CANCELLED; false when there is none. Any thread. */
AIRPORT_API bool airport_server_cancel_call(struct airport_server *server, int64_t id);

/* ---------------------------------------------------------------- 18  Small helpers */

/* Compares in a time that does not depend on where the texts differ: for tokens. NULL equals nothing. */
AIRPORT_API bool airport_token_equal(const char *a, const char *b);
/* "0.1.0"; static. */
AIRPORT_API const char *airport_version(void);

#ifdef __cplusplus
}
#endif
#endif
