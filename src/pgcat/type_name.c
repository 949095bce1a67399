/* Types by name: format_type() and ::regtype. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pgcat/identifier.h"
#include "pgcat/object.h"

enum modifier_kind { MODIFIER_NONE, MODIFIER_LENGTH, MODIFIER_LENGTH4, MODIFIER_NUMERIC, MODIFIER_SECONDS };

static const struct type_name {
    uint32_t oid;
    const char *name;
    enum modifier_kind modifier;
    bool is_printed;
} type_names[] = {
#define PGCAT_TYPE_NAME(oid, name, modifier, is_printed) {oid, name, MODIFIER_##modifier, is_printed},
#include "pgcat_type_names.def"
#undef PGCAT_TYPE_NAME
};

enum { TYPE_NAME_COUNT = sizeof type_names / sizeof type_names[0], BPCHAR = 1042, BIT = 1560 };

static const struct type_name *printed_name(uint32_t oid) {
    for (size_t i = 0; i < TYPE_NAME_COUNT; i++)
        if (type_names[i].oid == oid && type_names[i].is_printed)
            return &type_names[i];
    return NULL;
}

static const struct pgcat_fact *type_fact(const struct pgcat_view *view, uint32_t oid) {
    return pgcat_object_fact(view, PGCAT_OBJECT_TYPE, oid);
}

uint32_t pgcat_type_array(const struct pgcat_view *view, uint32_t oid) {
    const struct pgcat_fact *fact = type_fact(view, oid);
    return fact ? (uint32_t)fact->sub : 0;
}

uint32_t pgcat_type_element(const struct pgcat_view *view, uint32_t oid) {
    const struct pgcat_fact *fact = type_fact(view, oid);
    if (!fact || fact->text[0] != '_')
        return 0;
    /* An array type is named after its element, mostly; the element knows it for certain. */
    static const enum pgcat_fact_kind kinds[] = {PGCAT_FACT_STATIC_TYPE, PGCAT_FACT_TYPE};
    for (size_t i = 0; i < 2; i++) {
        const struct pgcat_fact *element = pgcat_view_fact_named(view, kinds[i], fact->schema, fact->text + 1);
        if (element && element->sub == oid)
            return element->oid;
    }
    return 0;
}

/* The name with its modifier: before the first space for times, behind everything for the others. */
static void write_modified(const struct type_name *name, int32_t modifier, struct writer *w) {
    const char *space = strchr(name->name, ' ');
    size_t head = name->modifier == MODIFIER_SECONDS && space ? (size_t)(space - name->name) : strlen(name->name);
    writer_bytes(w, name->name, head);
    if (name->modifier == MODIFIER_NUMERIC) {
        int32_t packed = modifier - 4, scale = packed & 0x7ff;
        writer_format(w, "(%d,%d)", packed >> 16 & 0xffff, (scale ^ 1024) - 1024);
    } else if (name->modifier != MODIFIER_NONE) {
        writer_format(w, "(%d)", name->modifier == MODIFIER_LENGTH4 ? modifier - 4 : modifier);
    }
    writer_text(w, name->name + head);
}

static void write_scalar(const struct pgcat_view *view, uint32_t oid, int32_t modifier, struct writer *w) {
    const struct type_name *name = printed_name(oid);
    bool has_modifier = modifier >= 0;
    if (name && (oid == BPCHAR || oid == BIT) && modifier == -1) {
        writer_text(w, oid == BPCHAR ? "bpchar" : "\"bit\"");
        return;
    }
    if (name && (!has_modifier || (name->modifier == MODIFIER_SECONDS && modifier > 6))) {
        writer_text(w, name->name);
        return;
    }
    if (name) {
        write_modified(name, modifier, w);
        return;
    }
    const struct pgcat_fact *fact = type_fact(view, oid);
    if (!fact) {
        writer_text(w, "???");
        return;
    }
    if (!pgcat_object_is_visible(view, PGCAT_OBJECT_TYPE, oid)) {
        pgcat_write_identifier(w, fact->schema, strlen(fact->schema));
        writer_u8(w, '.');
    }
    pgcat_write_identifier(w, fact->text, strlen(fact->text));
}

void pgcat_type_write(const struct pgcat_view *view, uint32_t oid, int32_t modifier, struct writer *w) {
    if (oid == 0) {
        writer_u8(w, '-');
        return;
    }
    uint32_t element = pgcat_type_element(view, oid);
    write_scalar(view, element ? element : oid, modifier, w);
    if (element)
        writer_text(w, "[]");
}

/* Cuts `(10,2)` out and [] off the end, folds case and runs of space outside quotes; the number of [] in `*dimensions`. */
static size_t normalize(const char *text, size_t length, char *out, int *dimensions) {
    size_t written = 0;
    bool in_quotes = false;
    *dimensions = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        in_quotes ^= c == '"';
        if (!in_quotes && (c == '(' || c == '[')) {
            const char *close = memchr(text + i, c == '(' ? ')' : ']', length - i);
            *dimensions += c == '[';
            i = close ? (size_t)(close - text) : length - 1;
        } else if (!in_quotes && isspace((unsigned char)c)) {
            if (written && out[written - 1] != ' ')
                out[written++] = ' ';
        } else {
            out[written++] = in_quotes ? c : (char)tolower((unsigned char)c);
        }
    }
    while (written && out[written - 1] == ' ')
        written--;
    out[written] = '\0';
    return written;
}

static uint32_t find_named(const struct pgcat_view *view, struct arena *arena, const char *text, size_t length) {
    for (size_t i = 0; i < TYPE_NAME_COUNT; i++)
        if (strcmp(type_names[i].name, text) == 0)
            return type_names[i].oid;
    struct pgcat_name name;
    if (!pgcat_name_parse(arena, text, length, &name, NULL))
        return 0;
    const char *last = name.parts[name.count - 1];
    const char *visible[PGCAT_SCHEMA_LIMIT];
    int32_t count = name.count > 1 ? 1 : pgcat_visible_schemas(view, visible, PGCAT_SCHEMA_LIMIT);
    if (name.count > 1)
        visible[0] = name.parts[name.count - 2];
    for (int32_t i = 0; i < count; i++) {
        const struct pgcat_fact *fact = pgcat_view_fact_named(view, PGCAT_FACT_STATIC_TYPE, visible[i], last);
        if (!fact)
            fact = pgcat_view_fact_named(view, PGCAT_FACT_TYPE, visible[i], last);
        if (fact)
            return fact->oid;
    }
    return 0;
}

uint32_t pgcat_type_find(const struct pgcat_view *view, const char *text, size_t length) {
    struct arena arena = {0};
    char *normal = arena_allocate(&arena, length + 1);
    int dimensions;
    uint32_t oid = 0;
    if (normal) {
        length = normalize(text, length, normal, &dimensions);
        oid = find_named(view, &arena, normal, length);
        if (oid && dimensions)
            oid = pgcat_type_array(view, oid);
    }
    arena_destroy(&arena);
    return oid;
}

uint32_t pgcat_engine_type_oid(const struct pgcat_view *view, const char *definition) {
    size_t length = strcspn(definition, "(");
    const struct pgcat_fact *fact = pgcat_view_fact_named(view, PGCAT_FACT_TYPE_DEFINITION, NULL, definition);
    if (fact)
        return fact->oid;
    fact = pgcat_view_fact_named(view, PGCAT_FACT_ENGINE_TYPE, NULL, definition);
    for (char name[64]; !fact && definition[length] && length < sizeof name;) {
        memcpy(name, definition, length);
        name[length] = '\0';
        return (fact = pgcat_view_fact_named(view, PGCAT_FACT_ENGINE_TYPE, NULL, name)) ? fact->oid : 0;
    }
    return fact ? fact->oid : 0;
}
