#include "flight/msgpack.h"

enum { MAX_DEPTH = 64 };

static struct msgpack_item bytes_item(struct reader *r, size_t length) {
    const uint8_t *bytes = reader_bytes(r, length);
    if (!bytes)
        return (struct msgpack_item){.type = MSGPACK_NIL};
    return (struct msgpack_item){.type = MSGPACK_BYTES, .bytes = bytes, .length = length};
}

static struct msgpack_item unsigned_item(uint64_t value) {
    return (struct msgpack_item){.type = MSGPACK_UNSIGNED, .unsigned_value = value};
}

static struct msgpack_item signed_item(int64_t value) {
    if (value >= 0)
        return unsigned_item((uint64_t)value);
    return (struct msgpack_item){.type = MSGPACK_NEGATIVE, .negative_value = value};
}

static struct msgpack_item counted_item(enum msgpack_type type, uint32_t count) {
    return (struct msgpack_item){.type = type, .count = count};
}

static struct msgpack_item float_item(double value) {
    return (struct msgpack_item){.type = MSGPACK_FLOAT, .float_value = value};
}

static double read_float32(struct reader *r) {
    uint32_t bits = reader_u32(r);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double read_float64(struct reader *r) {
    uint64_t bits = reader_u64(r);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* An extension: its type byte, then its bytes. */
static struct msgpack_item extension_item(struct reader *r, size_t length) {
    reader_u8(r);
    struct msgpack_item item = bytes_item(r, length);
    item.type = MSGPACK_EXTENSION;
    return item;
}

/* The formats 0xc0 to 0xdf, each by its first byte. */
static struct msgpack_item read_tagged(struct reader *r, uint8_t tag) {
    switch (tag) {
    case 0xc0: return counted_item(MSGPACK_NIL, 0);
    case 0xc2: return (struct msgpack_item){.type = MSGPACK_BOOLEAN, .boolean = false};
    case 0xc3: return (struct msgpack_item){.type = MSGPACK_BOOLEAN, .boolean = true};
    case 0xc4: return bytes_item(r, reader_u8(r));
    case 0xc5: return bytes_item(r, reader_u16(r));
    case 0xc6: return bytes_item(r, reader_u32(r));
    case 0xc7: return extension_item(r, reader_u8(r));
    case 0xc8: return extension_item(r, reader_u16(r));
    case 0xc9: return extension_item(r, reader_u32(r));
    case 0xca: return float_item(read_float32(r));
    case 0xcb: return float_item(read_float64(r));
    case 0xcc: return unsigned_item(reader_u8(r));
    case 0xcd: return unsigned_item(reader_u16(r));
    case 0xce: return unsigned_item(reader_u32(r));
    case 0xcf: return unsigned_item(reader_u64(r));
    case 0xd0: return signed_item((int8_t)reader_u8(r));
    case 0xd1: return signed_item((int16_t)reader_u16(r));
    case 0xd2: return signed_item((int32_t)reader_u32(r));
    case 0xd3: return signed_item((int64_t)reader_u64(r));
    case 0xd4: return extension_item(r, 1);
    case 0xd5: return extension_item(r, 2);
    case 0xd6: return extension_item(r, 4);
    case 0xd7: return extension_item(r, 8);
    case 0xd8: return extension_item(r, 16);
    case 0xd9: return bytes_item(r, reader_u8(r));
    case 0xda: return bytes_item(r, reader_u16(r));
    case 0xdb: return bytes_item(r, reader_u32(r));
    case 0xdc: return counted_item(MSGPACK_ARRAY, reader_u16(r));
    case 0xdd: return counted_item(MSGPACK_ARRAY, reader_u32(r));
    case 0xde: return counted_item(MSGPACK_MAP, reader_u16(r));
    case 0xdf: return counted_item(MSGPACK_MAP, reader_u32(r));
    default: r->failed = true; return counted_item(MSGPACK_NIL, 0); /* 0xc1 is never used */
    }
}

struct msgpack_item msgpack_read(struct reader *r) {
    uint8_t tag = reader_u8(r);
    struct msgpack_item item;
    if (r->failed)
        item = counted_item(MSGPACK_NIL, 0);
    else if (tag <= 0x7f)
        item = unsigned_item(tag);
    else if (tag <= 0x8f)
        item = counted_item(MSGPACK_MAP, tag & 0x0f);
    else if (tag <= 0x9f)
        item = counted_item(MSGPACK_ARRAY, tag & 0x0f);
    else if (tag <= 0xbf)
        item = bytes_item(r, tag & 0x1f);
    else if (tag >= 0xe0)
        item = signed_item((int8_t)tag);
    else
        item = read_tagged(r, tag);
    /* Every element takes a byte at least: a larger count is a lie, told before anybody loops over it. */
    if (item.count > r->left)
        r->failed = true;
    return r->failed ? counted_item(MSGPACK_NIL, 0) : item;
}

static void skip_nested(struct reader *r, int depth) {
    struct msgpack_item item = msgpack_read(r);
    uint64_t elements = item.type == MSGPACK_MAP ? 2 * (uint64_t)item.count : item.count;
    if (elements && depth == MAX_DEPTH)
        r->failed = true;
    for (uint64_t i = 0; i < elements && !r->failed; i++)
        skip_nested(r, depth + 1);
}

void msgpack_skip(struct reader *r) {
    skip_nested(r, 0);
}

void msgpack_read_bytes(struct reader *r, const uint8_t **bytes, size_t *length) {
    struct msgpack_item item = msgpack_read(r);
    if (item.type != MSGPACK_BYTES && item.type != MSGPACK_NIL)
        r->failed = true;
    bool is_bytes = item.type == MSGPACK_BYTES && !r->failed;
    *bytes = is_bytes ? item.bytes : (const uint8_t *)"";
    *length = is_bytes ? item.length : 0;
}

uint64_t msgpack_read_unsigned(struct reader *r) {
    struct msgpack_item item = msgpack_read(r);
    if (item.type != MSGPACK_UNSIGNED)
        r->failed = true;
    return item.unsigned_value;
}

bool msgpack_read_boolean(struct reader *r) {
    struct msgpack_item item = msgpack_read(r);
    if (item.type != MSGPACK_BOOLEAN)
        r->failed = true;
    return item.boolean;
}

static uint32_t read_counted(struct reader *r, enum msgpack_type type) {
    struct msgpack_item item = msgpack_read(r);
    if (item.type != type && item.type != MSGPACK_NIL)
        r->failed = true;
    return r->failed ? 0 : item.count;
}

uint32_t msgpack_read_array(struct reader *r) {
    return read_counted(r, MSGPACK_ARRAY);
}

uint32_t msgpack_read_map(struct reader *r) {
    return read_counted(r, MSGPACK_MAP);
}

void msgpack_write_nil(struct writer *w) {
    writer_u8(w, 0xc0);
}

void msgpack_write_boolean(struct writer *w, bool value) {
    writer_u8(w, value ? 0xc3 : 0xc2);
}

void msgpack_write_unsigned(struct writer *w, uint64_t value) {
    if (value <= 0x7f) {
        writer_u8(w, (uint8_t)value);
    } else if (value <= UINT8_MAX) {
        writer_u8(w, 0xcc);
        writer_u8(w, (uint8_t)value);
    } else if (value <= UINT16_MAX) {
        writer_u8(w, 0xcd);
        writer_u16(w, (uint16_t)value);
    } else if (value <= UINT32_MAX) {
        writer_u8(w, 0xce);
        writer_u32(w, (uint32_t)value);
    } else {
        writer_u8(w, 0xcf);
        writer_u64(w, value);
    }
}

void msgpack_write_double(struct writer *w, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    writer_u8(w, 0xcb);
    writer_u64(w, bits);
}

/* A head in the smallest of three sizes. */
static void write_head(struct writer *w, size_t count, uint8_t tag8, uint8_t tag16, uint8_t tag32) {
    if (tag8 && count <= UINT8_MAX) {
        writer_u8(w, tag8);
        writer_u8(w, (uint8_t)count);
    } else if (count <= UINT16_MAX) {
        writer_u8(w, tag16);
        writer_u16(w, (uint16_t)count);
    } else if (count <= UINT32_MAX) {
        writer_u8(w, tag32);
        writer_u32(w, (uint32_t)count);
    } else {
        w->failed = true;
    }
}

void msgpack_write_string(struct writer *w, const void *bytes, size_t length) {
    if (length <= 31)
        writer_u8(w, (uint8_t)(0xa0 | length));
    else
        write_head(w, length, 0xd9, 0xda, 0xdb);
    writer_bytes(w, bytes, length);
}

void msgpack_write_text(struct writer *w, const char *text) {
    if (text)
        msgpack_write_string(w, text, strlen(text));
    else
        msgpack_write_nil(w);
}

void msgpack_write_binary(struct writer *w, const void *bytes, size_t length) {
    write_head(w, length, 0xc4, 0xc5, 0xc6);
    writer_bytes(w, bytes, length);
}

void msgpack_write_array(struct writer *w, uint32_t count) {
    if (count <= 15)
        writer_u8(w, (uint8_t)(0x90 | count));
    else
        write_head(w, count, 0, 0xdc, 0xdd);
}

void msgpack_write_map(struct writer *w, uint32_t count) {
    if (count <= 15)
        writer_u8(w, (uint8_t)(0x80 | count));
    else
        write_head(w, count, 0, 0xde, 0xdf);
}
