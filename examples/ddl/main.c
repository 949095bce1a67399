/* ddl: schemas and tables that clients create, alter and drop; rows are the matter of the example dml. See README.md. */
#include <airport.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Methods have the parameters of their group, needed here or not. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

enum { MAX_ITEMS = 32, NAME_BYTES = 64 };

/* Each begins with its name; without one the place is free. */
struct column {
    char name[NAME_BYTES], format[NAME_BYTES], default_expression[NAME_BYTES];
    bool not_null;
};

struct table {
    char name[NAME_BYTES];
    struct column columns[MAX_ITEMS + 1]; /* the last stays free */
};

struct schema {
    char name[NAME_BYTES];
    struct table tables[MAX_ITEMS];
};

static struct schema schemas[MAX_ITEMS] = {{.name = "demo"}};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the schemas and all that is in them */

/* Defines a method: the expression, under the lock. */
#define METHOD(name, expression, ...)                                                                                  \
    static bool name(void *self, struct airport_call *call, __VA_ARGS__, struct airport_error *err) {                  \
        pthread_mutex_lock(&lock);                                                                                     \
        bool ok = (expression);                                                                                        \
        pthread_mutex_unlock(&lock);                                                                                   \
        return ok;                                                                                                     \
    }

/* Puts a text into its place, if there is one. */
static bool put(void *place, const char *text, struct airport_error *err) {
    bool fits = strlen(text) < NAME_BYTES || airport_fail(err, AIRPORT_INVALID_ARGUMENT, "\"%s\" is too long", text);
    return place && fits && strcpy(place, text);
}

/* The place of that name among schemas, tables or columns. */
static void *find_in(void *places, size_t size, const char *name, struct airport_error *err) {
    for (int i = 0; i < MAX_ITEMS; i++)
        if (strcmp((char *)places + (size_t)i * size, name) == 0)
            return (char *)places + (size_t)i * size;
    airport_fail(err, AIRPORT_NOT_FOUND, "there is no \"%s\"", name);
    return NULL;
}

/* A free place, with that name from now on. */
static void *add_to(void *places, size_t size, const char *name, struct airport_error *err) {
    void *place = find_in(places, size, "", NULL);
    if (find_in(places, size, name, NULL))
        airport_fail(err, AIRPORT_ALREADY_EXISTS, "\"%s\" exists", name);
    else if (!place)
        airport_fail(err, AIRPORT_RESOURCE_EXHAUSTED, "this example has room for %d", MAX_ITEMS);
    else if (put(memset(place, 0, size), name, err))
        return place;
    return NULL;
}

#define FIND(places, name, err) find_in(places, sizeof *(places), name, err)
#define ADD(places, name, err) add_to(places, sizeof *(places), name, err)

/* ---- tables ---- */

static struct column *column(struct table *t, const char *name, struct airport_error *err) {
    return FIND(t->columns, name, err);
}

static bool append(struct table *t, const struct ArrowSchema *field, struct airport_error *err) {
    if (field->n_children)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "this example has no nested columns");
    struct column *c = ADD(t->columns, field->name, err);
    return c && put(c->format, field->format, err);
}

static bool cut(struct table *t, struct column *c) {
    return c && memmove(c, c + 1, (size_t)(&t->columns[MAX_ITEMS] - c) * sizeof *c);
}

static bool set_nullable(struct column *c, bool nullable) {
    return c && (c->not_null = !nullable, true);
}

METHOD(add_column, append(self, field, err), const struct ArrowSchema *field, const struct airport_alter_options *options)
METHOD(remove_column, cut(self, column(self, name, err)), const char *name, const struct airport_alter_options *options)
METHOD(rename_column, put(column(self, name, err), new_name, err), const char *name, const char *new_name)
METHOD(set_type, column(self, to->name, err) && put(column(self, to->name, err)->format, to->format, err),
       const struct ArrowSchema *to, const char *expression)
METHOD(set_not_null, set_nullable(column(self, name, err), false), const char *name)
METHOD(drop_not_null, set_nullable(column(self, name, err), true), const char *name)
METHOD(set_default, column(self, name, err) && put(column(self, name, err)->default_expression, expression, err),
       const char *name, const char *expression)

static bool tell_table(const struct table *t, struct airport_call *call, struct airport_table_info *out,
                       struct airport_error *err) {
    struct airport_field fields[MAX_ITEMS] = {{.size = sizeof *fields}};
    int32_t count = 0;
    for (const struct column *c = t->columns; *c->name; c++) {
        fields[count] = (struct airport_field){.size = sizeof *fields, .name = c->name, .format = c->format};
        fields[count].flags = c->not_null ? AIRPORT_FIELD_NOT_NULL : 0;
        fields[count++].default_expression = *c->default_expression ? c->default_expression : NULL;
    }
    out->name = airport_call_copy_string(call, t->name); /* it may be renamed meanwhile */
    return out->name ? airport_schema_from_fields(fields, count, &out->schema, err) : airport_fail_no_memory(err);
}

METHOD(describe_table, at ? airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "tables have no past") : tell_table(self, call, out, err),
       const struct airport_time_point *at, struct airport_table_info *out)

static bool open_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    struct airport_table_info info = {.size = sizeof info};
    return describe_table(self, call, NULL, &info, err) && airport_stream_from_batches(&info.schema, NULL, 0, out, err);
}

static const struct airport_scan_methods scan = {.size = sizeof scan, .open = open_scan};
static const struct airport_alter_methods alter = {
    .size = sizeof alter,           .add_column = add_column,     .remove_column = remove_column, .rename_column = rename_column,
    .change_column_type = set_type, .set_not_null = set_not_null, .drop_not_null = drop_not_null, .set_default = set_default,
};
static const struct airport_table_methods table_methods = {
    .size = sizeof table_methods, .describe = describe_table, .scan = &scan, .alter = &alter};

/* ---- schemas ---- */

static struct table *table(struct schema *s, const char *name, struct airport_error *err) {
    return FIND(s->tables, name, err);
}

static bool make_table(struct schema *s, const struct airport_create_table *request, struct airport_error *err) {
    struct table *t = ADD(s->tables, request->name, err);
    bool ok = t != NULL;
    for (int64_t i = 0; ok && i < request->schema->n_children; i++)
        ok = append(t, request->schema->children[i], err);
    for (int32_t i = 0; ok && i < request->not_null_column_count; i++)
        t->columns[request->not_null_columns[i]].not_null = true;
    return ok || (put(t, "", err) && false);
}

static bool add_tables(struct schema *s, struct airport_tables *out, struct airport_error *err) {
    bool ok = true;
    for (int i = 0; ok && i < MAX_ITEMS; i++)
        ok = !*s->tables[i].name || airport_tables_add(out, (struct airport_table){&table_methods, &s->tables[i]}, err);
    return ok;
}

METHOD(describe_schema, (out->name = self) != NULL, struct airport_schema_info *out)
METHOD(list_tables, add_tables(self, out, err), const char *name, struct airport_tables *out)
METHOD(create_table, make_table(self, request, err), const struct airport_create_table *request)
METHOD(drop_table, put(table(self, name, err), "", err), const char *name, bool if_exists)
METHOD(rename_table, put(table(self, name, err), new_name, err), const char *name, const char *new_name)

static const struct airport_table_ddl_methods table_ddl = {
    .size = sizeof table_ddl, .create_table = create_table, .drop_table = drop_table, .rename_table = rename_table};
static const struct airport_schema_methods schema_methods = {
    .size = sizeof schema_methods, .describe = describe_schema, .tables = list_tables, .ddl = &table_ddl};

/* ---- the catalog ---- */

static bool forget_schema(struct schema *s, struct airport_error *err) {
    for (int i = 0; s && i < MAX_ITEMS; i++)
        if (*s->tables[i].name)
            return airport_fail(err, AIRPORT_SCHEMA_NOT_EMPTY, "schema \"%s\" contains tables", s->name);
    return put(s, "", err);
}

static bool add_schemas(struct airport_schemas *out, struct airport_error *err) {
    bool ok = true;
    for (int i = 0; ok && i < MAX_ITEMS; i++)
        ok = !*schemas[i].name || airport_schemas_add(out, (struct airport_schema){&schema_methods, &schemas[i]}, err);
    return ok;
}

METHOD(list_schemas, add_schemas(out, err), const char *name, struct airport_schemas *out)
METHOD(create_schema, ADD(schemas, request->name, err) != NULL, const struct airport_schema_info *request)
METHOD(drop_schema, forget_schema(FIND(schemas, name, err), err), const char *name, bool if_exists)

static const struct airport_schema_ddl_methods schema_ddl = {
    .size = sizeof schema_ddl, .create_schema = create_schema, .drop_schema = drop_schema};
static const struct airport_catalog_methods catalog = {.size = sizeof catalog, .schemas = list_schemas, .ddl = &schema_ddl};

int main(int argc, char **argv) {
    struct airport_error err = {0};
    const int port = argc == 3 && strcmp(argv[1], "--port") == 0 ? atoi(argv[2]) : 50051;
    const struct airport_server_config config = {.size = sizeof config, .catalog = {&catalog, NULL}, .port = port};
    struct airport_server *server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "ddl: %s\n", err.message);
    airport_server_destroy(server);
    return err.kind != AIRPORT_OK;
}
