/* Reads the table of relations and finds those that a statement names. */
#include "pgcat/relation.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "pgcat/pgcat_data.h"

static const char *const schema_names[PGCAT_SCHEMA_COUNT] = {"pg_catalog", "information_schema"};

static const struct column_type {
    const char *type, *sql;
} column_types[] = {
#define PGCAT_COLUMN_TYPE(type, sql) {type, sql},
#include "pgcat_column_types.def"
#undef PGCAT_COLUMN_TYPE
};

const char *pgcat_engine_type(const char *type) {
    for (size_t i = 0; i < sizeof column_types / sizeof column_types[0]; i++)
        if (strcmp(column_types[i].type, type) == 0)
            return column_types[i].sql;
    return NULL;
}

const char *pgcat_file(const char *name) {
    for (size_t i = 0; i < pgcat_data_count; i++)
        if (strcmp(pgcat_data[i].name, name) == 0)
            return pgcat_data[i].text;
    return NULL;
}

/* The text of SCHEMA/FOLDER/NAME.SUFFIX, or NULL. */
static const char *relation_file(enum pgcat_schema schema, const char *folder, const char *name, const char *suffix) {
    char path[160];
    int length = snprintf(path, sizeof path, "%s/%s/%s.%s", schema_names[schema], folder, name, suffix);
    return length < (int)sizeof path ? pgcat_file(path) : NULL;
}

static uint32_t hash_name(const char *name, size_t length) {
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)name[i]) * 16777619u;
    return hash;
}

enum { BUCKET_COUNT = 4 * PGCAT_RELATION_LIMIT };

int32_t pgcat_relations_find(const struct pgcat_relations *relations, const char *name, size_t length,
                             enum pgcat_schema schema) {
    for (uint32_t b = hash_name(name, length) % BUCKET_COUNT; relations->buckets[b] >= 0; b = (b + 1) % BUCKET_COUNT) {
        const struct pgcat_relation *relation = &relations->all[relations->buckets[b]];
        if (relation->schema == schema && strlen(relation->name) == length && memcmp(relation->name, name, length) == 0)
            return relations->buckets[b];
    }
    return -1;
}

static bool is_word(char c) {
    return c == '_' || isalnum((unsigned char)c) || (c & 0x80);
}

/* Calls `found` for each word of the text that is a relation's name; `is_static` where it is static.NAME. Comments and strings
 * count too: naming one relation too many costs time, not truth. */
static void each_named(const struct pgcat_relations *relations, const char *sql, bool with_information,
                       void (*found)(void *self, int32_t index, bool is_static), void *self) {
    static const char qualifier[] = "static.";
    enum { QUALIFIER = sizeof qualifier - 1 };
    char word[64];
    for (const char *c = sql; *c;) {
        bool is_static = c - sql >= QUALIFIER && memcmp(c - QUALIFIER, qualifier, QUALIFIER) == 0;
        size_t length = 0;
        for (; is_word(*c); c++)
            if (length < sizeof word)
                word[length++] = (char)tolower((unsigned char)*c);
        if (length == 0) {
            c++;
            continue;
        }
        if (length == sizeof word)
            continue;
        for (int schema = 0; schema < PGCAT_SCHEMA_COUNT; schema++) {
            int32_t index = schema == PGCAT_SCHEMA_INFORMATION && !with_information
                                ? -1
                                : pgcat_relations_find(relations, word, length, (enum pgcat_schema)schema);
            if (index >= 0)
                found(self, index, is_static);
        }
    }
}

struct named {
    const struct pgcat_relations *relations;
    struct pgcat_relation_set *set;
};

static void add_with_reads(void *self, int32_t index, bool is_static) {
    (void)is_static;
    struct named *named = self;
    pgcat_relation_set_add_all(named->set, &named->relations->reads[index]);
}

void pgcat_relations_named(const struct pgcat_relations *relations, const char *sql, struct pgcat_relation_set *set) {
    struct named named = {relations, set};
    each_named(relations, sql, strcasestr(sql, "information") != NULL, add_with_reads, &named);
}

static void insert_bucket(struct pgcat_relations *relations, int32_t index) {
    const char *name = relations->all[index].name;
    uint32_t b = hash_name(name, strlen(name)) % BUCKET_COUNT;
    while (relations->buckets[b] >= 0)
        b = (b + 1) % BUCKET_COUNT;
    relations->buckets[b] = index;
}

/* "name:type! name:type …" */
static bool parse_columns(struct pgcat_relation *relation, struct arena *arena, char *text) {
    int32_t count = 1;
    for (const char *c = text; *c; c++)
        count += *c == ' ';
    struct pgcat_column *columns = arena_allocate_zeroed(arena, (size_t)count, sizeof *columns);
    if (!columns)
        return false;
    char *rest = text;
    for (int32_t i = 0; i < count; i++) {
        char *item = strsep(&rest, " ");
        columns[i].name = strsep(&item, ":");
        columns[i].type = item ? item : "";
        if (item && *item && item[strlen(item) - 1] == '!')
            item[strlen(item) - 1] = '\0';
    }
    relation->columns = columns;
    relation->column_count = count;
    return true;
}

static enum pgcat_storage storage_of(const char *query) {
    static const char *const words[] = {
        [PGCAT_STORAGE_CONSTANT] = "-- Constant", [PGCAT_STORAGE_VIEW] = "-- View", [PGCAT_STORAGE_VOLATILE] = "-- Volatile"};
    for (int storage = PGCAT_STORAGE_CONSTANT; query && storage <= PGCAT_STORAGE_VOLATILE; storage++)
        if (strncmp(query, words[storage], strlen(words[storage])) == 0)
            return (enum pgcat_storage)storage;
    return PGCAT_STORAGE_TABLE;
}

static bool add_relation(struct pgcat_relations *relations, const struct pgcat_relation *relation, struct error *err) {
    if (relations->count == PGCAT_RELATION_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d catalog relations", PGCAT_RELATION_LIMIT);
    struct pgcat_relation *added = &relations->all[relations->count];
    *added = *relation;
    added->rows = relation_file(added->schema, "static", added->name, "tsv");
    added->query = relation_file(added->schema, "live", added->name, "sql");
    added->storage = storage_of(added->query);
    relations->count++;
    return true;
}

/* relations.tsv: schema, relation, OID, kind, columns. */
static bool load_postgres(struct pgcat_relations *relations, struct arena *arena, struct error *err) {
    char *rest = arena_copy_string(arena, pgcat_file("pg_catalog/relations.tsv"));
    if (!rest)
        return error_set_no_memory(err);
    strsep(&rest, "\n");
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        const char *schema = strsep(&line, "\t");
        struct pgcat_relation relation = {.name = strsep(&line, "\t")};
        relation.schema = strcmp(schema, schema_names[PGCAT_SCHEMA_INFORMATION]) == 0 ? PGCAT_SCHEMA_INFORMATION
                                                                                       : PGCAT_SCHEMA_CATALOG;
        strsep(&line, "\t");
        strsep(&line, "\t");
        if (!line || !parse_columns(&relation, arena, line))
            return error_set_no_memory(err);
        if (!add_relation(relations, &relation, err))
            return false;
    }
    return true;
}

/* Files that relations.tsv does not name are relations of ours. */
static bool load_ours(struct pgcat_relations *relations, struct arena *arena, struct error *err) {
    for (size_t i = 0; i < pgcat_data_count; i++) {
        const char *name = strrchr(pgcat_data[i].name, '/') + 1;
        bool is_relation = strncmp(pgcat_data[i].name, "pg_catalog/live/", 16) == 0 ||
                           strncmp(pgcat_data[i].name, "pg_catalog/static/", 18) == 0;
        size_t length = strcspn(name, ".");
        if (!is_relation || pgcat_relations_find(relations, name, length, PGCAT_SCHEMA_CATALOG) >= 0)
            continue;
        struct pgcat_relation relation = {.name = arena_copy_string_n(arena, name, length)};
        if (!relation.name)
            return error_set_no_memory(err);
        if (!add_relation(relations, &relation, err))
            return false;
        insert_bucket(relations, relations->count - 1);
    }
    return true;
}

static void fill_buckets(struct pgcat_relations *relations) {
    for (size_t i = 0; i < BUCKET_COUNT; i++)
        relations->buckets[i] = -1;
    for (int32_t i = 0; i < relations->count; i++)
        insert_bucket(relations, i);
}

struct named_twice {
    struct pgcat_relation_set live, rows;
};

static void add_index(void *self, int32_t index, bool is_static) {
    struct named_twice *named = self;
    pgcat_relation_set_add(is_static ? &named->rows : &named->live, index);
}

/* Puts a relation behind those its query names, and gathers what these read. */
struct sorter {
    const struct pgcat_relations *from;
    struct pgcat_relations *to;
    struct pgcat_relation_set static_names; /* by their places in `from` */
    bool placed[PGCAT_RELATION_LIMIT];
    int32_t place[PGCAT_RELATION_LIMIT];
};

static void place_relation(struct sorter *sorter, int32_t index) {
    if (sorter->placed[index])
        return;
    sorter->placed[index] = true;
    const struct pgcat_relation *relation = &sorter->from->all[index];
    struct named_twice named = {0};
    if (relation->query)
        each_named(sorter->from, relation->query, false, add_index, &named);
    struct pgcat_relation_set reads = {0};
    for (int32_t i = 0; i < sorter->from->count; i++) {
        if (!pgcat_relation_set_has(&named.live, i) || i == index)
            continue;
        place_relation(sorter, i);
        pgcat_relation_set_add_all(&reads, &sorter->to->reads[sorter->place[i]]);
    }
    pgcat_relation_set_add_all(&sorter->static_names, &named.rows);
    int32_t place = sorter->to->count++;
    sorter->place[index] = place;
    pgcat_relation_set_add(&reads, place);
    sorter->to->all[place] = *relation;
    sorter->to->reads[place] = reads;
}

bool pgcat_relations_load(struct pgcat_relations *relations, struct arena *arena, struct error *err) {
    struct pgcat_relations *found = arena_allocate_zeroed(arena, 1, sizeof *found);
    struct sorter *sorter = arena_allocate_zeroed(arena, 1, sizeof *sorter);
    if (!found || !sorter)
        return error_set_no_memory(err);
    if (!load_postgres(found, arena, err))
        return false;
    fill_buckets(found);
    if (!load_ours(found, arena, err))
        return false;
    *relations = (struct pgcat_relations){0};
    sorter->from = found;
    sorter->to = relations;
    for (int32_t i = 0; i < found->count; i++)
        place_relation(sorter, i);
    for (int32_t i = 0; i < found->count; i++)
        if (pgcat_relation_set_has(&sorter->static_names, i))
            pgcat_relation_set_add(&relations->static_reads, sorter->place[i]);
    fill_buckets(relations);
    return true;
}
