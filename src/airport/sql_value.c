#include "airport/sql_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "airport/filter.h"

enum { MAX_DEPTH = 200 };

struct type_row {
    const char *duckdb, *postgresql;
};

static const struct type_row type_rows[] = {
    {NULL, NULL},
#define AIRPORT_TYPE(id, name, duckdb, postgresql) {duckdb, postgresql},
#include "airport_types.def"
#undef AIRPORT_TYPE
};

/* ---- text ---- */

/* Valid UTF-8 without NUL: what may stand inside quotes of a statement. */
static bool is_plain_text(const uint8_t *text, size_t size) {
    for (size_t i = 0; i < size;) {
        uint8_t c = text[i];
        size_t more = c < 0x80 ? 0 : c >= 0xc2 && c <= 0xdf ? 1 : c >= 0xe0 && c <= 0xef ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : 4;
        if (!c || more == 4 || size - i <= more)
            return false;
        for (size_t k = 1; k <= more; k++)
            if ((text[i + k] & 0xc0) != 0x80)
                return false;
        bool overlong = (c == 0xe0 && text[i + 1] < 0xa0) || (c == 0xf0 && text[i + 1] < 0x90);
        bool surrogate = (c == 0xed && text[i + 1] > 0x9f) || (c == 0xf4 && text[i + 1] > 0x8f);
        if (overlong || surrogate)
            return false;
        i += more + 1;
    }
    return true;
}

/* In quotes, each quote inside doubled. */
static bool write_quoted(struct writer *w, const char *text, size_t size, char quote, char also_doubled) {
    if (!is_plain_text((const uint8_t *)text, size))
        return false;
    writer_u8(w, (uint8_t)quote);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == quote || (also_doubled && text[i] == also_doubled))
            writer_u8(w, (uint8_t)text[i]);
        writer_u8(w, (uint8_t)text[i]);
    }
    writer_u8(w, (uint8_t)quote);
    return true;
}

bool sql_write_name(struct writer *w, const char *name) {
    return write_quoted(w, name, strlen(name), '"', 0);
}

/* PostgreSQL may run with standard_conforming_strings off: E'' means the same either way. */
static bool write_text(struct writer *w, struct airport_bytes text, enum airport_dialect dialect) {
    const char *data = text.data ? text.data : "";
    bool escapes = dialect == AIRPORT_DIALECT_POSTGRESQL && text.size && memchr(data, '\\', text.size);
    if (escapes)
        writer_u8(w, 'E');
    return write_quoted(w, data, text.size, '\'', escapes ? '\\' : 0);
}

/* ---- types ---- */

static bool write_type(struct writer *w, const struct airport_type *type, enum airport_dialect dialect, int depth);

static bool write_members(struct writer *w, const struct airport_type *type, int depth) {
    for (int32_t i = 0; i < type->child_count; i++) {
        writer_text(w, i ? ", " : "(");
        if (!sql_write_name(w, type->child_names[i]))
            return false;
        writer_text(w, " ");
        if (!write_type(w, type->children[i], AIRPORT_DIALECT_DUCKDB, depth + 1))
            return false;
    }
    writer_text(w, ")");
    return type->child_count > 0;
}

static bool write_enum(struct writer *w, const struct airport_type *type) {
    for (int32_t i = 0; i < type->child_count; i++) {
        writer_text(w, i ? ", " : "ENUM(");
        if (!write_quoted(w, type->child_names[i], strlen(type->child_names[i]), '\'', 0))
            return false;
    }
    writer_text(w, ")");
    return type->child_count > 0;
}

static bool write_nested(struct writer *w, const struct airport_type *type, int depth) {
    const enum airport_dialect dialect = AIRPORT_DIALECT_DUCKDB;
    switch (type->id) {
    case AIRPORT_TYPE_LIST:
        return write_type(w, type->children[0], dialect, depth + 1) && (writer_text(w, "[]"), true);
    case AIRPORT_TYPE_ARRAY:
        return write_type(w, type->children[0], dialect, depth + 1) &&
               (writer_format(w, "[%" PRId64 "]", type->array_size), true);
    case AIRPORT_TYPE_MAP:
        writer_text(w, "MAP(");
        if (!write_type(w, type->children[0], dialect, depth + 1))
            return false;
        writer_text(w, ", ");
        return write_type(w, type->children[1], dialect, depth + 1) && (writer_text(w, ")"), true);
    case AIRPORT_TYPE_STRUCT: writer_text(w, "STRUCT"); return write_members(w, type, depth);
    case AIRPORT_TYPE_UNION: writer_text(w, "UNION"); return write_members(w, type, depth);
    case AIRPORT_TYPE_ENUM: return write_enum(w, type);
    default: return false;
    }
}

/* Types with an alias are the client's own: the server need not know them. */
static bool write_type(struct writer *w, const struct airport_type *type, enum airport_dialect dialect, int depth) {
    unsigned id = (unsigned)type->id;
    if (depth > MAX_DEPTH || id >= sizeof type_rows / sizeof *type_rows || (type->alias && *type->alias))
        return false;
    const char *name = dialect == AIRPORT_DIALECT_DUCKDB ? type_rows[id].duckdb : type_rows[id].postgresql;
    if (!name)
        return false;
    if (type->id == AIRPORT_TYPE_DECIMAL) {
        writer_format(w, "%s(%d,%d)", dialect == AIRPORT_DIALECT_DUCKDB ? "DECIMAL" : name, type->width, type->scale);
        return true;
    }
    if (!*name)
        return write_nested(w, type, depth);
    writer_text(w, name);
    return true;
}

bool sql_write_type(struct writer *w, const struct airport_type *type, enum airport_dialect dialect) {
    return write_type(w, type, dialect, 0);
}

/* ---- numbers ---- */

/* Digits of a 128-bit number, with a point before the last `scale`. */
static void write_digits(struct writer *w, unsigned __int128 magnitude, bool negative, int scale) {
    char digits[48];
    int at = sizeof digits;
    digits[--at] = '\0';
    for (int count = 0; magnitude || count <= scale; count++) {
        if (scale && count == scale)
            digits[--at] = '.';
        digits[--at] = (char)('0' + (int)(magnitude % 10));
        magnitude /= 10;
    }
    writer_format(w, "%s%s", negative ? "-" : "", digits + at);
}

static void write_hugeint(struct writer *w, struct airport_hugeint value, bool is_unsigned, int scale) {
    unsigned __int128 bits = (unsigned __int128)(uint64_t)value.upper << 64 | value.lower;
    bool negative = !is_unsigned && value.upper < 0;
    write_digits(w, negative ? -bits : bits, negative, scale);
}

static void write_uuid(struct writer *w, struct airport_hugeint value) {
    uint64_t high = (uint64_t)value.upper, low = value.lower;
    writer_format(w, "%08x-%04x-%04x-%04x-%012" PRIx64, (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
                  (unsigned)(high & 0xffff), (unsigned)(low >> 48), low & 0xffffffffffffu);
}

static void write_double(struct writer *w, double value) {
    if (value != value)
        writer_text(w, "nan");
    else if (value - value != 0)
        writer_text(w, value > 0 ? "infinity" : "-infinity");
    else
        writer_format(w, "%.17g", value);
}

/* ---- dates and times ---- */

/* Civil date of a day since 1970-01-01 (proleptic Gregorian); false outside the years 1 to 9999, where texts vary. */
static bool write_date(struct writer *w, int64_t days) {
    if (days < -719162 || days > 2932896)
        return false;
    int64_t z = days + 719468, era = z / 146097, day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153; /* months from March on */
    int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1, month = shifted < 10 ? shifted + 3 : shifted - 9;
    writer_format(w, "%04d-%02d-%02d", (int)(year_of_era + era * 400 + (month <= 2)), (int)month, (int)day);
    return true;
}

/* `units` since midnight, `per_second` of them a second. */
static bool write_time(struct writer *w, int64_t units, int64_t per_second) {
    if (units < 0 || units > 86400 * per_second)
        return false;
    int64_t seconds = units / per_second, fraction = units % per_second;
    writer_format(w, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
    if (fraction) {
        int digits = per_second == 1000 ? 3 : per_second == 1000000 ? 6 : 9;
        writer_format(w, ".%0*" PRId64, digits, fraction);
    }
    return true;
}

static bool write_timestamp(struct writer *w, int64_t units, int64_t per_second) {
    int64_t per_day = 86400 * per_second, days = units / per_day, rest = units % per_day;
    if (rest < 0) {
        rest += per_day;
        days--;
    }
    if (!write_date(w, days))
        return false;
    writer_text(w, " ");
    return write_time(w, rest, per_second);
}

static bool write_moment(struct writer *w, const struct airport_value *v) {
    switch (v->type->id) {
    case AIRPORT_TYPE_DATE: return write_date(w, v->as.int64);
    case AIRPORT_TYPE_TIME: return write_time(w, v->as.int64, 1000000);
    case AIRPORT_TYPE_TIMESTAMP_S: return write_timestamp(w, v->as.int64, 1);
    case AIRPORT_TYPE_TIMESTAMP_MS: return write_timestamp(w, v->as.int64, 1000);
    case AIRPORT_TYPE_TIMESTAMP: return write_timestamp(w, v->as.int64, 1000000);
    case AIRPORT_TYPE_TIMESTAMP_NS: return write_timestamp(w, v->as.int64, 1000000000);
    case AIRPORT_TYPE_TIMESTAMP_TZ: return write_timestamp(w, v->as.int64, 1000000) && (writer_text(w, "+00"), true);
    default: return false;
    }
}

/* ---- values ---- */

static bool write_value(struct writer *w, const struct airport_value *v, enum airport_dialect dialect, int depth);

static void write_blob(struct writer *w, struct airport_bytes blob, enum airport_dialect dialect) {
    const uint8_t *bytes = blob.data;
    bool duckdb = dialect == AIRPORT_DIALECT_DUCKDB;
    writer_text(w, duckdb ? "'" : "decode('");
    for (size_t i = 0; i < blob.size; i++)
        writer_format(w, duckdb ? "\\x%02X" : "%02x", bytes[i]);
    writer_text(w, duckdb ? "'::BLOB" : "', 'hex')");
}

/* [a, b], {'name': a} or MAP {k: v}, DuckDB's alone. */
static bool write_nested_value(struct writer *w, const struct airport_value *v, int depth) {
    const enum airport_dialect dialect = AIRPORT_DIALECT_DUCKDB;
    bool is_struct = v->type->id == AIRPORT_TYPE_STRUCT, is_map = v->type->id == AIRPORT_TYPE_MAP;
    if (is_struct && (v->as.nested.count != v->type->child_count || !v->as.nested.count))
        return false;
    writer_text(w, is_struct ? "{" : is_map ? "MAP {" : "[");
    for (int32_t i = 0; i < v->as.nested.count; i++) {
        const struct airport_value *item = &v->as.nested.values[i];
        writer_text(w, i ? ", " : "");
        if (is_struct) {
            const char *name = v->type->child_names[i];
            if (!write_quoted(w, name, strlen(name), '\'', 0))
                return false;
            writer_text(w, ": ");
        }
        if (is_map) {
            if (item->is_null || item->type->id != AIRPORT_TYPE_STRUCT || item->as.nested.count != 2 ||
                !write_value(w, &item->as.nested.values[0], dialect, depth + 1))
                return false;
            writer_text(w, ": ");
            item = &item->as.nested.values[1];
        }
        if (!write_value(w, item, dialect, depth + 1))
            return false;
    }
    writer_text(w, is_struct || is_map ? "}" : "]");
    return true;
}

/* What stands inside CAST(… AS type): a quoted text or a nested value. */
static bool write_castable(struct writer *w, const struct airport_value *v, int depth) {
    switch (v->type->id) {
    case AIRPORT_TYPE_LIST:
    case AIRPORT_TYPE_ARRAY:
    case AIRPORT_TYPE_STRUCT:
    case AIRPORT_TYPE_MAP: return write_nested_value(w, v, depth);
    default: break;
    }
    writer_text(w, "'");
    switch (v->type->id) {
    case AIRPORT_TYPE_HUGEINT: write_hugeint(w, v->as.hugeint, false, 0); break;
    case AIRPORT_TYPE_UHUGEINT: write_hugeint(w, v->as.hugeint, true, 0); break;
    case AIRPORT_TYPE_DECIMAL: write_hugeint(w, v->as.hugeint, false, v->type->scale); break;
    case AIRPORT_TYPE_FLOAT:
    case AIRPORT_TYPE_DOUBLE: write_double(w, v->as.float64); break;
    case AIRPORT_TYPE_UUID: write_uuid(w, v->as.hugeint); break;
    case AIRPORT_TYPE_INTERVAL:
        writer_format(w, "%d months %d days %" PRId64 " microseconds", v->as.interval.months, v->as.interval.days,
                      v->as.interval.micros);
        break;
    default:
        if (!write_moment(w, v))
            return false;
    }
    writer_text(w, "'");
    return true;
}

static bool write_cast(struct writer *w, const struct airport_value *v, enum airport_dialect dialect, int depth) {
    bool is_nested = v->type->id >= AIRPORT_TYPE_LIST && v->type->id <= AIRPORT_TYPE_MAP;
    if (is_nested && dialect != AIRPORT_DIALECT_DUCKDB)
        return false;
    writer_text(w, "CAST(");
    if (v->is_null)
        writer_text(w, "NULL");
    else if (!write_castable(w, v, depth))
        return false;
    writer_text(w, " AS ");
    if (!sql_write_type(w, v->type, dialect))
        return false;
    writer_text(w, ")");
    return true;
}

static bool write_value(struct writer *w, const struct airport_value *v, enum airport_dialect dialect, int depth) {
    if (depth > MAX_DEPTH || (v->type->alias && *v->type->alias))
        return false;
    if (v->type->id == AIRPORT_TYPE_SQLNULL) {
        writer_text(w, "NULL");
        return true;
    }
    if (v->is_null)
        return write_cast(w, v, dialect, depth);
    switch (v->type->id) {
    case AIRPORT_TYPE_BOOLEAN: writer_text(w, v->as.boolean ? "TRUE" : "FALSE"); return true;
    case AIRPORT_TYPE_TINYINT:
    case AIRPORT_TYPE_SMALLINT:
    case AIRPORT_TYPE_INTEGER:
    case AIRPORT_TYPE_BIGINT:
        writer_format(w, v->as.int64 < 0 ? "(%" PRId64 ")" : "%" PRId64, v->as.int64);
        return true;
    case AIRPORT_TYPE_UTINYINT:
    case AIRPORT_TYPE_USMALLINT:
    case AIRPORT_TYPE_UINTEGER:
    case AIRPORT_TYPE_UBIGINT: writer_format(w, "%" PRIu64, v->as.uint64); return true;
    case AIRPORT_TYPE_VARCHAR:
    case AIRPORT_TYPE_CHAR:
    case AIRPORT_TYPE_ENUM: return write_text(w, v->as.bytes, dialect);
    case AIRPORT_TYPE_BLOB: write_blob(w, v->as.bytes, dialect); return true;
    default: return write_cast(w, v, dialect, depth);
    }
}

bool sql_write_value(struct writer *w, const struct airport_value *value, enum airport_dialect dialect) {
    return write_value(w, value, dialect, 0);
}
