#include "history.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Immutable once recorded; counted by the history, by those who found it, and by every batch that a scan was given. */
struct version {
    atomic_int references;
    struct ArrowSchema schema;      /* the table's */
    struct ArrowSchema rows_schema; /* the scan's */
    struct ArrowArray *batches;
    int32_t batch_count;
};

struct table_history {
    struct table_history *next;
    char *catalog, *schema, *table;
    struct version **versions;
    int64_t version_count;
};

struct history {
    pthread_mutex_t changing; /* see history_lock */
    pthread_mutex_t lock;     /* of the list */
    struct table_history *first;
};

struct history *history_create(void) {
    struct history *history = calloc(1, sizeof *history);
    if (history) {
        pthread_mutex_init(&history->changing, NULL);
        pthread_mutex_init(&history->lock, NULL);
    }
    return history;
}

void history_destroy(struct history *history) {
    if (!history)
        return;
    history_forget(history, (struct history_key){NULL, NULL, NULL});
    pthread_mutex_destroy(&history->changing);
    pthread_mutex_destroy(&history->lock);
    free(history);
}

void history_lock(struct history *history) {
    pthread_mutex_lock(&history->changing);
}

void history_unlock(struct history *history) {
    pthread_mutex_unlock(&history->changing);
}

/* ---- versions ---- */

void version_release(struct version *version) {
    if (!version || atomic_fetch_sub(&version->references, 1) != 1)
        return;
    for (int32_t i = 0; i < version->batch_count; i++)
        version->batches[i].release(&version->batches[i]);
    if (version->schema.release)
        version->schema.release(&version->schema);
    if (version->rows_schema.release)
        version->rows_schema.release(&version->rows_schema);
    free(version->batches);
    free(version);
}

const struct ArrowSchema *version_schema(const struct version *version) {
    return &version->schema;
}

static bool add_batch(struct version *v, struct ArrowArray *batch) {
    struct ArrowArray *batches = realloc(v->batches, ((size_t)v->batch_count + 1) * sizeof *batches);
    if (!batches)
        return false;
    v->batches = batches;
    batches[v->batch_count++] = *batch;
    return true;
}

static bool drain(struct version *v, struct ArrowArrayStream *stream, struct airport_error *err) {
    if (stream->get_schema(stream, &v->rows_schema) != 0)
        return airport_fail(err, AIRPORT_UNKNOWN, "%s", stream->get_last_error(stream));
    for (;;) {
        struct ArrowArray batch = {.release = NULL};
        if (stream->get_next(stream, &batch) != 0)
            return airport_fail(err, AIRPORT_UNKNOWN, "%s", stream->get_last_error(stream));
        if (!batch.release)
            return true;
        if (!add_batch(v, &batch)) {
            batch.release(&batch);
            return airport_fail_no_memory(err);
        }
    }
}

static bool read_table(struct version *v, struct airport_table table, struct airport_call *call,
                       struct airport_error *err) {
    struct airport_table_info info = {.size = sizeof info};
    if (!table.methods->describe(table.self, call, NULL, &info, err))
        return false;
    v->schema = info.schema;
    int32_t count = (int32_t)v->schema.n_children;
    const char **columns = airport_call_allocate(call, (size_t)count * sizeof *columns);
    int32_t *indexes = airport_call_allocate(call, (size_t)count * sizeof *indexes);
    if (!columns || !indexes)
        return airport_fail_no_memory(err);
    for (int32_t i = 0; i < count; i++) {
        columns[i] = v->schema.children[i]->name;
        indexes[i] = i;
    }
    const struct airport_scan_options options = {
        .size = sizeof options, .columns = columns, .column_indexes = indexes, .column_count = count, .limit = -1};
    struct ArrowArrayStream stream = {.release = NULL};
    if (!table.methods->scan->open(table.self, call, &options, &stream, err))
        return false;
    bool ok = drain(v, &stream, err);
    stream.release(&stream);
    return ok;
}

/* A batch lent to a scan keeps its version. */
static void release_lent(struct ArrowArray *batch) {
    version_release(batch->private_data);
    batch->release = NULL;
}

bool version_scan(struct version *version, struct ArrowArrayStream *out, struct airport_error *err) {
    struct ArrowSchema schema;
    struct ArrowArray *batches = calloc((size_t)version->batch_count + 1, sizeof *batches);
    if (!batches)
        return airport_fail_no_memory(err);
    bool ok = airport_schema_copy(&version->rows_schema, &schema, err);
    for (int32_t i = 0; ok && i < version->batch_count; i++) {
        atomic_fetch_add(&version->references, 1);
        batches[i] = version->batches[i];
        batches[i].release = release_lent;
        batches[i].private_data = version;
    }
    ok = ok && airport_stream_from_batches(&schema, batches, version->batch_count, out, err);
    free(batches);
    return ok;
}

/* ---- the list ---- */

static bool matches(const struct table_history *t, struct history_key key) {
    return (!key.catalog || strcmp(t->catalog, key.catalog) == 0) && (!key.schema || strcmp(t->schema, key.schema) == 0) &&
           (!key.table || strcmp(t->table, key.table) == 0);
}

static void destroy_table(struct table_history *t) {
    for (int64_t i = 0; i < t->version_count; i++)
        version_release(t->versions[i]);
    free(t->versions);
    free(t->catalog);
    free(t->schema);
    free(t->table);
    free(t);
}

/* With the lock held. */
static struct table_history *find(struct history *history, struct history_key key) {
    struct table_history *t = history->first;
    while (t && !matches(t, key))
        t = t->next;
    return t;
}

/* With the lock held; NULL when memory is out. */
static struct table_history *find_or_add(struct history *history, struct history_key key) {
    struct table_history *t = find(history, key);
    if (t)
        return t;
    t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->catalog = strdup(key.catalog);
    t->schema = strdup(key.schema);
    t->table = strdup(key.table);
    if (!t->catalog || !t->schema || !t->table) {
        destroy_table(t);
        return NULL;
    }
    t->next = history->first;
    history->first = t;
    return t;
}

static bool append(struct history *history, struct history_key key, struct version *version) {
    pthread_mutex_lock(&history->lock);
    struct table_history *t = find_or_add(history, key);
    struct version **versions =
        t ? realloc(t->versions, ((size_t)t->version_count + 1) * sizeof(struct version *)) : NULL;
    if (versions) {
        t->versions = versions;
        versions[t->version_count++] = version;
    }
    pthread_mutex_unlock(&history->lock);
    return versions != NULL;
}

bool history_record(struct history *history, struct history_key key, struct airport_table table,
                    struct airport_call *call, struct airport_error *err) {
    struct version *version = calloc(1, sizeof *version);
    if (!version)
        return airport_fail_no_memory(err);
    atomic_init(&version->references, 1);
    bool ok = read_table(version, table, call, err) && (append(history, key, version) || airport_fail_no_memory(err));
    if (!ok)
        version_release(version);
    return ok;
}

void history_forget(struct history *history, struct history_key key) {
    pthread_mutex_lock(&history->lock);
    struct table_history **at = &history->first;
    while (*at) {
        struct table_history *t = *at;
        if (!matches(t, key)) {
            at = &t->next;
            continue;
        }
        *at = t->next;
        destroy_table(t);
    }
    pthread_mutex_unlock(&history->lock);
}

bool history_rename(struct history *history, struct history_key key, const char *new_name, struct airport_error *err) {
    char *name = strdup(new_name);
    pthread_mutex_lock(&history->lock);
    struct table_history *t = name ? find(history, key) : NULL;
    if (t) {
        free(t->table);
        t->table = name;
    } else {
        free(name);
    }
    pthread_mutex_unlock(&history->lock);
    return name || airport_fail_no_memory(err);
}

struct version *history_find(struct history *history, struct history_key key, const struct airport_time_point *at,
                             struct airport_error *err) {
    char *end;
    long long number = strtoll(at->value, &end, 10);
    if (strcmp(at->unit, "version") != 0) {
        airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "tables have versions by number, not by %s", at->unit);
        return NULL;
    }
    pthread_mutex_lock(&history->lock);
    const struct table_history *t = find(history, key);
    bool known = t && *at->value && !*end && number >= 0 && number < t->version_count;
    struct version *version = known ? t->versions[number] : NULL;
    if (version)
        atomic_fetch_add(&version->references, 1);
    pthread_mutex_unlock(&history->lock);
    if (!version)
        airport_fail(err, AIRPORT_NOT_FOUND, "table \"%s\" has no version %s", key.table, at->value);
    return version;
}
