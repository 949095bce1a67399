/* geometry: points as WKB, which a client with the spatial extension sees as GEOMETRY. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

static const struct airport_field fields[] = {
    FIELD(.name = "name", .format = "u"),
    FIELD(.name = "place", .format = "z", .extension_name = "geoarrow.wkb", .extension_metadata = "{}"),
};

enum { POINT_BYTES = 21 };

/* Well-known binary: byte order 1 (little-endian), type 1 (point), x, y. */
static void write_point(unsigned char *out, double x, double y) {
    static const unsigned char head[] = {1, 1, 0, 0, 0};
    memcpy(out, head, sizeof head);
    memcpy(out + 5, &x, sizeof x);
    memcpy(out + 13, &y, sizeof y);
}

static bool scan_cities(void *self, struct airport_call *call, const struct airport_scan_options *options,
                        struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    static const char *const names[] = {"Berlin", "Lisbon"};
    unsigned char points[2][POINT_BYTES];
    write_point(points[0], 13.405, 52.52);
    write_point(points[1], -9.139, 38.722);
    const struct airport_bytes places[] = {{points[0], POINT_BYTES}, {points[1], POINT_BYTES}};
    const struct airport_column_data columns[] = {{.texts = names}, {.values = places}};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    if (!airport_schema_from_fields(fields, 2, &schema, err))
        return false;
    if (airport_batch_from_columns(&schema, columns, 2, &batch, err))
        return airport_stream_from_batches(&schema, &batch, 1, out, err);
    schema.release(&schema);
    return false;
}

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    const struct airport_simple_table cities = {
        .size = sizeof cities, .name = "cities", .fields = fields, .field_count = 2, .scan = scan_cities};
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "Places");
    airport_builder_simple_table(builder, &cities);
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "geometry: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}
