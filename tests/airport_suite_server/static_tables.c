/* The tables of the schemas static_data and remote_data. */
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* ---- static_data.employees ---- */

struct employee {
    const char *name;
    int32_t age;
    int64_t start_date_ms;
    const char *json_data;
    uint8_t id[16];
    int32_t birthdate;
    bool is_active;
    const char *nickname;
    double salary;
    int64_t balance; /* millionths */
};

static const struct employee employees[] = {
    {"Emily", 30, 1696118400000, "{}",
     {0xb9, 0x75, 0xe4, 0x18, 0x7a, 0x6d, 0x4a, 0xfd, 0xb1, 0xa4, 0x1f, 0x71, 0x74, 0xce, 0x18, 0x05}, 19631, true, "Ann",
     1234.123, 12345678790},
    {"Amy", 32, 1727827200000, "[1,2,3]",
     {0x7e, 0xf1, 0x9a, 0xb7, 0xc7, 0xaf, 0x4f, 0x01, 0x88, 0xc3, 0x86, 0xfa, 0xe8, 0x62, 0xfd, 0x60}, 19998, false, NULL,
     5678.123, 67890123456},
};
enum { EMPLOYEE_COUNT = sizeof employees / sizeof *employees };

static const struct airport_field employee_columns[] = {
    FIELD(.name = "name", .format = "u"),
    FIELD(.name = "age", .format = "i"),
    FIELD(.name = "start_date", .format = "tsm:"),
    FIELD(.name = "json_data", .format = "u", .extension_name = "arrow.json"),
    FIELD(.name = "id", .format = "w:16", .extension_name = "arrow.uuid"),
    FIELD(.name = "birthdate", .format = "tdD"),
    FIELD(.name = "is_active", .format = "b"),
    FIELD(.name = "nickname", .format = "u"),
    FIELD(.name = "salary", .format = "g"),
    FIELD(.name = "balance", .format = "d:12,6"),
};
enum { EMPLOYEE_COLUMNS = sizeof employee_columns / sizeof *employee_columns };

static bool scan_employees(void *self, struct airport_call *call, const struct airport_scan_options *options,
                           struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(employee_columns, EMPLOYEE_COLUMNS, err);
    for (int i = 0; b && i < EMPLOYEE_COUNT; i++) {
        const struct employee *e = &employees[i];
        const int64_t balance[] = {e->balance, 0};
        airport_batch_append_text(b, 0, e->name);
        airport_batch_append_int64(b, 1, e->age);
        airport_batch_append_int64(b, 2, e->start_date_ms);
        airport_batch_append_text(b, 3, e->json_data);
        airport_batch_append_bytes(b, 4, e->id, sizeof e->id);
        airport_batch_append_int64(b, 5, e->birthdate);
        airport_batch_append_int64(b, 6, e->is_active);
        airport_batch_append_text(b, 7, e->nickname);
        airport_batch_append_double(b, 8, e->salary);
        airport_batch_append_bytes(b, 9, balance, sizeof balance);
    }
    return airport_stream_from_builder(b, out, err);
}

/* A column of an employee as a value. */
static struct airport_value value_of(const struct employee *e, const char *column) {
    if (strcmp(column, "name") == 0)
        return airport_value_text(e->name);
    if (strcmp(column, "age") == 0)
        return airport_value_int64(AIRPORT_TYPE_INTEGER, e->age);
    if (strcmp(column, "start_date") == 0)
        return airport_value_int64(AIRPORT_TYPE_TIMESTAMP_MS, e->start_date_ms);
    if (strcmp(column, "json_data") == 0)
        return airport_value_text(e->json_data);
    if (strcmp(column, "id") == 0)
        return airport_value_blob(e->id, sizeof e->id);
    if (strcmp(column, "birthdate") == 0)
        return airport_value_int64(AIRPORT_TYPE_DATE, e->birthdate);
    if (strcmp(column, "is_active") == 0)
        return airport_value_boolean(e->is_active);
    if (strcmp(column, "nickname") == 0)
        return e->nickname ? airport_value_text(e->nickname) : airport_value_null();
    if (strcmp(column, "salary") == 0)
        return airport_value_double(e->salary);
    return airport_value_int64(AIRPORT_TYPE_BIGINT, e->balance);
}

static int compare(const struct airport_value *a, const struct airport_value *b) {
    switch (a->type->id) {
    case AIRPORT_TYPE_DOUBLE: return (a->as.float64 > b->as.float64) - (a->as.float64 < b->as.float64);
    case AIRPORT_TYPE_BOOLEAN: return a->as.boolean - b->as.boolean;
    case AIRPORT_TYPE_VARCHAR:
    case AIRPORT_TYPE_BLOB: {
        size_t shorter = a->as.bytes.size < b->as.bytes.size ? a->as.bytes.size : b->as.bytes.size;
        int order = memcmp(a->as.bytes.data, b->as.bytes.data, shorter);
        return order ? order : (a->as.bytes.size > b->as.bytes.size) - (a->as.bytes.size < b->as.bytes.size);
    }
    default: return (a->as.int64 > b->as.int64) - (a->as.int64 < b->as.int64);
    }
}

static bool employee_statistics(void *self, struct airport_call *call, const char *column, const char *type,
                                struct airport_column_statistics *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)type;
    (void)err;
    out->has_null = out->has_not_null = false;
    out->distinct_count = EMPLOYEE_COUNT;
    for (int i = 0; i < EMPLOYEE_COUNT; i++) {
        const struct airport_value value = value_of(&employees[i], column);
        if (value.is_null) {
            out->has_null = true;
            continue;
        }
        if (!out->has_not_null || compare(&value, &out->min) < 0)
            out->min = value;
        if (!out->has_not_null || compare(&value, &out->max) > 0)
            out->max = value;
        if (value.type->id == AIRPORT_TYPE_VARCHAR && value.as.bytes.size > out->max_string_length)
            out->max_string_length = value.as.bytes.size;
        out->has_not_null = true;
    }
    return true;
}

/* ---- static_data.big_chunk ---- */

enum { BIG_ROWS = 100000 };
static const struct airport_field big_columns[] = {FIELD(.name = "id", .format = "l")};

static bool scan_big_chunk(void *self, struct airport_call *call, const struct airport_scan_options *options,
                           struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(big_columns, 1, err);
    for (int64_t i = 0; b && i < BIG_ROWS; i++)
        airport_batch_append_int64(b, 0, i);
    return airport_stream_from_builder(b, out, err);
}

void add_static_tables(struct airport_catalog_builder *builder) {
    static const struct airport_simple_table tables[] = {
        {.size = sizeof *tables, .name = "big_chunk", .fields = big_columns, .field_count = 1, .scan = scan_big_chunk},
        {.size = sizeof *tables,
         .name = "employees",
         .fields = employee_columns,
         .field_count = EMPLOYEE_COLUMNS,
         .scan = scan_employees,
         .statistics = employee_statistics},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        airport_builder_simple_table(builder, &tables[i]);
}

/* ---- remote_data.nyc_yellow_taxi: parquet files that the client reads itself ---- */

#define TAXI_FILES "https://d37ci6vzurychx.cloudfront.net/trip-data/yellow_tripdata_"
static const struct airport_field taxi_columns[] = {
    FIELD(.name = "VendorID", .format = "i"),
    FIELD(.name = "tpep_pickup_datetime", .format = "tsu:"),
    FIELD(.name = "tpep_dropoff_datetime", .format = "tsu:"),
    FIELD(.name = "passenger_count", .format = "l"),
    FIELD(.name = "trip_distance", .format = "g"),
    FIELD(.name = "RatecodeID", .format = "l"),
    FIELD(.name = "store_and_fwd_flag", .format = "u"),
    FIELD(.name = "PULocationID", .format = "i"),
    FIELD(.name = "DOLocationID", .format = "i"),
    FIELD(.name = "payment_type", .format = "l"),
    FIELD(.name = "fare_amount", .format = "g"),
    FIELD(.name = "extra", .format = "g"),
    FIELD(.name = "mta_tax", .format = "g"),
    FIELD(.name = "tip_amount", .format = "g"),
    FIELD(.name = "tolls_amount", .format = "g"),
    FIELD(.name = "improvement_surcharge", .format = "g"),
    FIELD(.name = "total_amount", .format = "g"),
    FIELD(.name = "congestion_surcharge", .format = "g"),
    FIELD(.name = "Airport_fee", .format = "g"),
    FIELD(.name = "cbd_congestion_fee", .format = "g"),
};

static bool describe_taxi(void *self, struct airport_call *call, const struct airport_time_point *at,
                          struct airport_table_info *out, struct airport_error *err) {
    (void)self;
    (void)call;
    if (at)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "nyc_yellow_taxi has no past");
    out->name = "nyc_yellow_taxi";
    return airport_schema_from_fields(taxi_columns, sizeof taxi_columns / sizeof *taxi_columns, &out->schema, err);
}

static bool plan_taxi(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct airport_endpoints *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    return airport_endpoints_add_file(out, "parquet", TAXI_FILES "2025-01.parquet", err) &&
           airport_endpoints_add_file(out, "parquet", TAXI_FILES "2025-02.parquet", err);
}

static bool open_taxi(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    (void)out;
    return airport_fail(err, AIRPORT_FAILED_PRECONDITION, "the rows are in the files that the endpoints name");
}

void add_remote_tables(struct airport_catalog_builder *builder) {
    static const struct airport_scan_methods scan = {.size = sizeof scan, .plan = plan_taxi, .open = open_taxi};
    static const struct airport_table_methods methods = {.size = sizeof methods, .describe = describe_taxi, .scan = &scan};
    airport_builder_table(builder, (struct airport_table){&methods, NULL});
}
