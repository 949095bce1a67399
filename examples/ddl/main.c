/* ddl: schemas and tables that clients create, alter and drop. The tables stay empty: rows are the matter of the example dml.
 * See README.md. */
#include <airport.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SCHEMAS = 16, MAX_TABLES = 64, MAX_COLUMNS = 32, NAME_BYTES = 64 };

struct column {
    char name[NAME_BYTES], format[NAME_BYTES], default_expression[128];
    bool not_null;
};

struct table {
    char schema[NAME_BYTES], name[NAME_BYTES]; /* "" name: unused */
    struct column columns[MAX_COLUMNS];
    int32_t column_count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all below */
static char schemas[MAX_SCHEMAS][NAME_BYTES] = {"demo"};
static struct table tables[MAX_TABLES];
static uint64_t changes;

static bool put(char *out, size_t size, const char *text, struct airport_error *err) {
    if (strlen(text) >= size)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "\"%s\" is too long", text);
    strcpy(out, text);
    return true;
}

/* The lock is held by callers of these. A handle's self is the table's place, which may have another table by now. */
static struct table *find_table(const char *schema, const char *name) {
    for (int i = 0; i < MAX_TABLES; i++)
        if (strcmp(tables[i].name, name) == 0 && (!*name || strcmp(tables[i].schema, schema) == 0))
            return &tables[i];
    return NULL;
}

static char *find_schema(const char *name) {
    for (int i = 0; i < MAX_SCHEMAS; i++)
        if (strcmp(schemas[i], name) == 0)
            return schemas[i];
    return NULL;
}

static struct column *find_column(struct table *t, const char *name, struct airport_error *err) {
    for (int32_t i = 0; i < t->column_count; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return &t->columns[i];
    airport_fail(err, AIRPORT_NOT_FOUND, "there is no column \"%s\"", name);
    return NULL;
}

static bool append_column(struct table *t, const struct ArrowSchema *field, struct airport_error *err) {
    if (t->column_count == MAX_COLUMNS || field->n_children)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "this example knows %d plain columns", MAX_COLUMNS);
    struct column *c = &t->columns[t->column_count];
    *c = (struct column){.not_null = false};
    if (!put(c->name, NAME_BYTES, field->name, err) || !put(c->format, NAME_BYTES, field->format, err))
        return false;
    t->column_count++;
    return true;
}

/* Every change of the catalog: under the lock, counted. */
#define LOCKED(expression)                                                                                             \
    (pthread_mutex_lock(&lock), ok = (expression), changes += ok, pthread_mutex_unlock(&lock), ok)
#define UNUSED (void)self, (void)call

/* ---- tables ---- */

static bool describe_table(void *self, struct airport_call *call, const struct airport_time_point *at,
                           struct airport_table_info *out, struct airport_error *err) {
    (void)call;
    if (at)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "tables have no past");
    struct airport_field fields[MAX_COLUMNS] = {{.size = sizeof *fields}};
    const struct table *t = self;
    out->name = t->name;
    for (int32_t i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        fields[i] = (struct airport_field){.size = sizeof *fields, .name = c->name, .format = c->format};
        fields[i].flags = c->not_null ? AIRPORT_FIELD_NOT_NULL : 0;
        fields[i].default_expression = *c->default_expression ? c->default_expression : NULL;
    }
    return airport_schema_from_fields(fields, t->column_count, &out->schema, err);
}

static bool open_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    struct airport_table_info info = {.size = sizeof info};
    (void)options;
    return describe_table(self, call, NULL, &info, err) && airport_stream_from_batches(&info.schema, NULL, 0, out, err);
}

static bool add_column(void *self, struct airport_call *call, const struct ArrowSchema *column,
                       const struct airport_alter_options *options, struct airport_error *err) {
    bool ok;
    (void)options;
    UNUSED;
    return LOCKED(find_column(self, column->name, NULL)
                      ? airport_fail(err, AIRPORT_ALREADY_EXISTS, "column \"%s\" exists", column->name)
                      : append_column(self, column, err));
}

static bool cut(struct table *t, struct column *c) {
    if (c)
        memmove(c, c + 1, (size_t)(&t->columns[--t->column_count] - c) * sizeof *c);
    return c != NULL;
}

static bool remove_column(void *self, struct airport_call *call, const char *column,
                          const struct airport_alter_options *options, struct airport_error *err) {
    bool ok;
    (void)options;
    UNUSED;
    return LOCKED(cut(self, find_column(self, column, err)));
}

static bool rename_column(void *self, struct airport_call *call, const char *column, const char *new_name,
                          struct airport_error *err) {
    bool ok;
    struct column *c;
    UNUSED;
    return LOCKED((c = find_column(self, column, err)) && put(c->name, NAME_BYTES, new_name, err));
}

static bool change_type(void *self, struct airport_call *call, const struct ArrowSchema *column, const char *expression,
                        struct airport_error *err) {
    bool ok;
    struct column *c;
    (void)expression;
    UNUSED;
    return LOCKED((c = find_column(self, column->name, err)) && put(c->format, NAME_BYTES, column->format, err));
}

static bool set_not_null(void *self, struct airport_call *call, const char *column, struct airport_error *err) {
    bool ok;
    struct column *c;
    UNUSED;
    return LOCKED((c = find_column(self, column, err)) && (c->not_null = true));
}

static bool drop_not_null(void *self, struct airport_call *call, const char *column, struct airport_error *err) {
    bool ok;
    struct column *c;
    UNUSED;
    return LOCKED((c = find_column(self, column, err)) && !(c->not_null = false));
}

static bool set_default(void *self, struct airport_call *call, const char *column, const char *expression,
                        struct airport_error *err) {
    bool ok;
    struct column *c;
    UNUSED;
    return LOCKED((c = find_column(self, column, err)) &&
                  put(c->default_expression, sizeof c->default_expression, expression, err));
}

static const struct airport_scan_methods scan = {.size = sizeof scan, .open = open_scan};
static const struct airport_alter_methods alter = {
    .size = sizeof alter,
    .add_column = add_column,
    .remove_column = remove_column,
    .rename_column = rename_column,
    .change_column_type = change_type,
    .set_not_null = set_not_null,
    .drop_not_null = drop_not_null,
    .set_default = set_default,
};

static const struct airport_table_methods table_methods = {
    .size = sizeof table_methods, .describe = describe_table, .scan = &scan, .alter = &alter};

/* ---- schemas; `self` is the schema's name ---- */

static bool describe_schema(void *self, struct airport_call *call, struct airport_schema_info *out,
                            struct airport_error *err) {
    (void)call;
    (void)err;
    out->name = self;
    return true;
}

static bool list_tables(void *self, struct airport_call *call, const char *name, struct airport_tables *out,
                        struct airport_error *err) {
    bool ok = true;
    (void)call;
    pthread_mutex_lock(&lock);
    for (int i = 0; ok && i < MAX_TABLES; i++)
        if (*tables[i].name && strcmp(tables[i].schema, self) == 0 && (!name || strcmp(tables[i].name, name) == 0))
            ok = airport_tables_add(out, (struct airport_table){&table_methods, &tables[i]}, err);
    pthread_mutex_unlock(&lock);
    return ok;
}

static bool make_table(const char *schema, const struct airport_create_table *request, struct airport_error *err) {
    struct table made = {.column_count = 0}, *place = find_table(schema, "");
    if (find_table(schema, request->name))
        return airport_fail(err, AIRPORT_ALREADY_EXISTS, "table \"%s\" exists", request->name);
    if (!place)
        return airport_fail(err, AIRPORT_RESOURCE_EXHAUSTED, "there are %d tables already", MAX_TABLES);
    for (int64_t i = 0; i < request->schema->n_children; i++)
        if (!append_column(&made, request->schema->children[i], err))
            return false;
    for (int32_t i = 0; i < request->not_null_column_count; i++)
        made.columns[request->not_null_columns[i]].not_null = true;
    if (!put(made.schema, NAME_BYTES, schema, err) || !put(made.name, NAME_BYTES, request->name, err))
        return false;
    *place = made;
    return true;
}

static bool create_table(void *self, struct airport_call *call, const struct airport_create_table *request,
                         struct airport_error *err) {
    bool ok;
    (void)call;
    return LOCKED(make_table(self, request, err));
}

static bool forget(struct table *t, const char *name, struct airport_error *err) {
    if (!t)
        return airport_fail(err, AIRPORT_NOT_FOUND, "there is no table \"%s\"", name);
    t->name[0] = '\0';
    return true;
}

static bool drop_table(void *self, struct airport_call *call, const char *name, bool if_exists, struct airport_error *err) {
    bool ok;
    (void)call;
    (void)if_exists;
    return LOCKED(forget(find_table(self, name), name, err));
}

static bool rename_table(void *self, struct airport_call *call, const char *name, const char *new_name,
                         struct airport_error *err) {
    bool ok;
    struct table *t;
    (void)call;
    return LOCKED((t = find_table(self, name)) ? put(t->name, NAME_BYTES, new_name, err)
                                               : airport_fail(err, AIRPORT_NOT_FOUND, "there is no table \"%s\"", name));
}

static const struct airport_table_ddl_methods table_ddl = {
    .size = sizeof table_ddl, .create_table = create_table, .drop_table = drop_table, .rename_table = rename_table};
static const struct airport_schema_methods schema_methods = {
    .size = sizeof schema_methods, .describe = describe_schema, .tables = list_tables, .ddl = &table_ddl};

/* ---- the catalog ---- */

static bool list_schemas(void *self, struct airport_call *call, const char *name, struct airport_schemas *out,
                         struct airport_error *err) {
    bool ok = true;
    UNUSED;
    pthread_mutex_lock(&lock);
    for (int i = 0; ok && i < MAX_SCHEMAS; i++)
        if (*schemas[i] && (!name || strcmp(schemas[i], name) == 0))
            ok = airport_schemas_add(out, (struct airport_schema){&schema_methods, schemas[i]}, err);
    pthread_mutex_unlock(&lock);
    return ok;
}

static bool version(void *self, struct airport_call *call, struct airport_catalog_version *out,
                    struct airport_error *err) {
    UNUSED;
    (void)err;
    pthread_mutex_lock(&lock);
    out->version = 1 + changes;
    pthread_mutex_unlock(&lock);
    return true;
}

static bool make_schema(const char *name, struct airport_error *err) {
    if (find_schema(name))
        return airport_fail(err, AIRPORT_ALREADY_EXISTS, "schema \"%s\" exists", name);
    char *place = find_schema("");
    return place ? put(place, NAME_BYTES, name, err) : airport_fail(err, AIRPORT_RESOURCE_EXHAUSTED, "too many schemas");
}

static bool create_schema(void *self, struct airport_call *call, const struct airport_schema_info *request,
                          struct airport_error *err) {
    bool ok;
    UNUSED;
    return LOCKED(make_schema(request->name, err));
}

static bool forget_schema(const char *name, struct airport_error *err) {
    char *place = find_schema(name);
    if (!place)
        return airport_fail(err, AIRPORT_NOT_FOUND, "there is no schema \"%s\"", name);
    for (int i = 0; i < MAX_TABLES; i++)
        if (*tables[i].name && strcmp(tables[i].schema, name) == 0)
            return airport_fail(err, AIRPORT_SCHEMA_NOT_EMPTY, "schema \"%s\" contains tables", name);
    *place = '\0';
    return true;
}

static bool drop_schema(void *self, struct airport_call *call, const char *name, bool if_exists, struct airport_error *err) {
    bool ok;
    UNUSED;
    (void)if_exists;
    return LOCKED(forget_schema(name, err));
}

static const struct airport_schema_ddl_methods schema_ddl = {
    .size = sizeof schema_ddl, .create_schema = create_schema, .drop_schema = drop_schema};
static const struct airport_catalog_methods catalog = {
    .size = sizeof catalog, .schemas = list_schemas, .version = version, .ddl = &schema_ddl};

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config, .catalog = {&catalog, NULL}};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "ddl: %s\n", err.message);
    airport_server_destroy(server);
    return err.kind != AIRPORT_OK;
}
