/* The map of OIDs: two hash tables over one set of entries, and the file. */
#include "pgcat/oid_map.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/memory.h"

enum {
    OID_LIMIT = INT32_MAX - PGCAT_OID_BLOCK,
    RESERVE = 4096, /* OIDs that a line of the file permits at a time */
};

static const char header[] = "mallardb oids 1\n";

struct entry {
    struct entry *next_by_engine, *next_by_path;
    uint32_t oid;
    uint32_t engine_hash, path_hash;
    int64_t engine_oid; /* -1: not met since the instance was opened */
    const char *database, *kind, *part, *path;
};

struct pgcat_oid_map {
    pthread_mutex_t mutex;
    struct arena arena;
    struct entry **by_engine, **by_path; /* buckets, a power of two each */
    size_t bucket_count, entry_count;
    uint32_t next_oid, reserved; /* OIDs below `reserved` may be given out without a new line */
    FILE *log;                   /* NULL: nothing is kept */
};

static uint32_t mix(uint32_t hash, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    return (hash ^ 0xff) * 16777619u;
}

static uint32_t hash_object(const struct pgcat_oid_key *key) {
    uint32_t hash = mix(2166136261u, key->database, key->database_length);
    hash = mix(hash, key->kind, key->kind_length);
    return mix(hash, key->part, key->part_length);
}

static uint32_t hash_engine(const struct pgcat_oid_key *key) {
    return mix(hash_object(key), (const char *)&key->engine_oid, sizeof key->engine_oid);
}

static uint32_t hash_path(const struct pgcat_oid_key *key) {
    return mix(hash_object(key), key->path, key->path_length);
}

static bool same_text(const char *a, const char *b, size_t b_length) {
    return strncmp(a, b, b_length) == 0 && a[b_length] == '\0';
}

static bool same_object(const struct entry *entry, const struct pgcat_oid_key *key) {
    return same_text(entry->part, key->part, key->part_length) &&
           same_text(entry->kind, key->kind, key->kind_length) &&
           same_text(entry->database, key->database, key->database_length);
}

static bool grow(struct pgcat_oid_map *map) {
    size_t count = map->bucket_count ? 2 * map->bucket_count : 1024;
    struct entry **by_engine = memory_allocate_zeroed(count, sizeof(struct entry *));
    struct entry **by_path = memory_allocate_zeroed(count, sizeof(struct entry *));
    if (!by_engine || !by_path) {
        memory_free(by_engine);
        memory_free(by_path);
        return false;
    }
    for (size_t b = 0; b < map->bucket_count; b++) {
        for (struct entry *entry = map->by_engine[b], *next; entry; entry = next) {
            next = entry->next_by_engine;
            entry->next_by_engine = by_engine[entry->engine_hash % count];
            by_engine[entry->engine_hash % count] = entry;
        }
        for (struct entry *entry = map->by_path[b], *next; entry; entry = next) {
            next = entry->next_by_path;
            entry->next_by_path = by_path[entry->path_hash % count];
            by_path[entry->path_hash % count] = entry;
        }
    }
    memory_free(map->by_engine);
    memory_free(map->by_path);
    map->by_engine = by_engine;
    map->by_path = by_path;
    map->bucket_count = count;
    return true;
}

static void link_engine(struct pgcat_oid_map *map, struct entry *entry, const struct pgcat_oid_key *key) {
    entry->engine_oid = key->engine_oid;
    entry->engine_hash = hash_engine(key);
    entry->next_by_engine = map->by_engine[entry->engine_hash % map->bucket_count];
    map->by_engine[entry->engine_hash % map->bucket_count] = entry;
}

static void link_path(struct pgcat_oid_map *map, struct entry *entry, const struct pgcat_oid_key *key) {
    entry->path_hash = hash_path(key);
    entry->next_by_path = map->by_path[entry->path_hash % map->bucket_count];
    map->by_path[entry->path_hash % map->bucket_count] = entry;
}

static void unlink_path(struct pgcat_oid_map *map, struct entry *entry) {
    struct entry **at = &map->by_path[entry->path_hash % map->bucket_count];
    while (*at != entry)
        at = &(*at)->next_by_path;
    *at = entry->next_by_path;
}

static struct entry *add_entry(struct pgcat_oid_map *map, const struct pgcat_oid_key *key, uint32_t oid) {
    if (map->entry_count >= map->bucket_count && !grow(map))
        return NULL;
    struct entry *entry = arena_allocate_zeroed(&map->arena, 1, sizeof *entry);
    if (!entry)
        return NULL;
    entry->oid = oid;
    entry->engine_oid = -1;
    entry->database = arena_copy_string_n(&map->arena, key->database, key->database_length);
    entry->kind = arena_copy_string_n(&map->arena, key->kind, key->kind_length);
    entry->part = arena_copy_string_n(&map->arena, key->part, key->part_length);
    entry->path = arena_copy_string_n(&map->arena, key->path, key->path_length);
    if (!entry->database || !entry->kind || !entry->part || !entry->path)
        return NULL;
    link_path(map, entry, key);
    map->entry_count++;
    return entry;
}

/* Tabs, newlines and backslashes are the only bytes that a field may not hold as they are. */
static void write_field(FILE *file, const char *text, char end) {
    for (; *text; text++) {
        if (*text == '\t' || *text == '\n' || *text == '\\')
            fputc('\\', file);
        fputc(*text == '\t' ? 't' : *text == '\n' ? 'n' : *text, file);
    }
    fputc(end, file);
}

static void write_entry(FILE *file, const struct entry *entry) {
    fprintf(file, "%" PRIu32 "\t", entry->oid);
    write_field(file, entry->database, '\t');
    write_field(file, entry->kind, '\t');
    write_field(file, entry->part, '\t');
    write_field(file, entry->path, '\n');
}

/* What cannot be written is kept in memory only. */
static void sync_log(struct pgcat_oid_map *map) {
    if (fflush(map->log) == 0 && fdatasync(fileno(map->log)) == 0)
        return;
    fclose(map->log);
    map->log = NULL;
}

static uint32_t take_oid(struct pgcat_oid_map *map) {
    if (map->next_oid > OID_LIMIT)
        return 0;
    uint32_t oid = map->next_oid;
    map->next_oid += PGCAT_OID_BLOCK;
    if (map->next_oid > map->reserved) {
        map->reserved = map->next_oid + RESERVE;
        if (map->log) {
            fprintf(map->log, "%" PRIu32 "\n", map->reserved);
            sync_log(map);
        }
    }
    return oid;
}

static struct entry *find_engine(struct pgcat_oid_map *map, const struct pgcat_oid_key *key) {
    if (!map->bucket_count)
        return NULL;
    uint32_t hash = hash_engine(key);
    struct entry *entry = map->by_engine[hash % map->bucket_count];
    while (entry && !(entry->engine_hash == hash && entry->engine_oid == key->engine_oid && same_object(entry, key)))
        entry = entry->next_by_engine;
    return entry;
}

/* One of an earlier life of the database: the present ones are found by the engine's number. */
static struct entry *find_path(struct pgcat_oid_map *map, const struct pgcat_oid_key *key) {
    if (!map->bucket_count)
        return NULL;
    uint32_t hash = hash_path(key);
    struct entry *entry = map->by_path[hash % map->bucket_count];
    while (entry && !(entry->path_hash == hash && entry->engine_oid < 0 &&
                      same_text(entry->path, key->path, key->path_length) && same_object(entry, key)))
        entry = entry->next_by_path;
    return entry;
}

static void keep_entry(struct pgcat_oid_map *map, const struct entry *entry) {
    if (map->log)
        write_entry(map->log, entry);
}

/* The object was renamed: the next start must find it under its new name. */
static void move_entry(struct pgcat_oid_map *map, struct entry *entry, const struct pgcat_oid_key *key) {
    const char *path = arena_copy_string_n(&map->arena, key->path, key->path_length);
    if (!path)
        return;
    unlink_path(map, entry);
    entry->path = path;
    link_path(map, entry, key);
    keep_entry(map, entry);
}

uint32_t pgcat_oid_map_get(struct pgcat_oid_map *map, const struct pgcat_oid_key *key) {
    pthread_mutex_lock(&map->mutex);
    struct entry *entry = find_engine(map, key);
    if (entry && !same_text(entry->path, key->path, key->path_length)) {
        move_entry(map, entry, key);
    } else if (!entry) {
        entry = find_path(map, key);
        uint32_t oid = entry ? entry->oid : take_oid(map);
        bool is_new = !entry;
        if (is_new && oid && (entry = add_entry(map, key, oid)))
            keep_entry(map, entry);
        if (entry)
            link_engine(map, entry, key);
    }
    uint32_t oid = entry ? entry->oid : 0;
    pthread_mutex_unlock(&map->mutex);
    return oid;
}

bool pgcat_oid_map_alias(struct pgcat_oid_map *map, const struct pgcat_oid_key *key, int64_t engine_oid) {
    pthread_mutex_lock(&map->mutex);
    struct pgcat_oid_key alias = *key;
    alias.engine_oid = engine_oid;
    struct entry *entry = find_engine(map, key), *added = NULL;
    bool known = !entry || find_engine(map, &alias); /* one that nobody has asked for has no OID to keep */
    if (!known && (added = add_entry(map, &alias, entry->oid))) {
        link_engine(map, added, &alias);
        keep_entry(map, added);
    }
    pthread_mutex_unlock(&map->mutex);
    return known || added;
}

void pgcat_oid_map_forget_engine(struct pgcat_oid_map *map) {
    pthread_mutex_lock(&map->mutex);
    for (size_t b = 0; b < map->bucket_count; b++) {
        for (struct entry *entry = map->by_engine[b]; entry; entry = entry->next_by_engine)
            entry->engine_oid = -1;
        map->by_engine[b] = NULL;
    }
    pthread_mutex_unlock(&map->mutex);
}

/* Undoes write_field in place. */
static void read_field(char *text) {
    char *out = text;
    for (; *text; text++) {
        if (*text == '\\' && text[1]) {
            text++;
            *out++ = *text == 't' ? '\t' : *text == 'n' ? '\n' : *text;
        } else {
            *out++ = *text;
        }
    }
    *out = '\0';
}

static void read_line(struct pgcat_oid_map *map, char *line) {
    char *fields[5] = {NULL};
    for (size_t i = 0; i < 5 && line; i++)
        fields[i] = strsep(&line, "\t");
    char *end;
    unsigned long oid = fields[0] ? strtoul(fields[0], &end, 10) : 0;
    if (oid == 0 || oid > OID_LIMIT || *end)
        return;
    if (oid + PGCAT_OID_BLOCK > map->next_oid)
        map->next_oid = fields[4] ? (uint32_t)oid + PGCAT_OID_BLOCK : (uint32_t)oid;
    if (!fields[4])
        return;
    for (size_t i = 1; i < 5; i++)
        read_field(fields[i]);
    struct pgcat_oid_key key = {fields[1],         fields[2],         (int64_t)oid,      fields[3], fields[4], strlen(fields[1]),
                                strlen(fields[2]), strlen(fields[3]), strlen(fields[4])};
    struct entry *entry = find_engine(map, &key);
    if (entry)
        move_entry(map, entry, &key);
    else if ((entry = add_entry(map, &key, (uint32_t)oid)))
        link_engine(map, entry, &key);
}

/* A later line about an OID replaces an earlier one: the object was renamed. While reading, OIDs stand in for the engine's
 * numbers. */
static void read_file(struct pgcat_oid_map *map, FILE *file) {
    char *line = NULL;
    size_t space = 0;
    if (getline(&line, &space, file) > 0 && strcmp(line, header) == 0)
        for (ssize_t length; (length = getline(&line, &space, file)) > 0;)
            if (line[length - 1] == '\n') {
                line[length - 1] = '\0';
                read_line(map, line);
            }
    free(line);
    pgcat_oid_map_forget_engine(map);
}

/* Writes what was read anew beside the file and puts it in its place; true: the log is open behind it. */
static bool rewrite_file(struct pgcat_oid_map *map, const char *path) {
    char beside[4096];
    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return false;
    FILE *file = fopen(beside, "w");
    if (!file)
        return false;
    map->reserved = map->next_oid + RESERVE;
    fputs(header, file);
    for (size_t b = 0; b < map->bucket_count; b++)
        for (struct entry *entry = map->by_path[b]; entry; entry = entry->next_by_path)
            write_entry(file, entry);
    fprintf(file, "%" PRIu32 "\n", map->reserved);
    bool ok = fflush(file) == 0 && fdatasync(fileno(file)) == 0 && rename(beside, path) == 0;
    if (ok)
        map->log = file;
    else
        fclose(file);
    return ok;
}

struct pgcat_oid_map *pgcat_oid_map_create(const char *path, struct error *err) {
    struct pgcat_oid_map *map = memory_allocate_zeroed(1, sizeof *map);
    if (!map || !grow(map)) {
        memory_free(map);
        error_set_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&map->mutex, NULL);
    map->next_oid = PGCAT_OID_FIRST;
    map->reserved = OID_LIMIT;
    if (!path)
        return map;
    FILE *file = fopen(path, "r");
    if (!file && errno != ENOENT) {
        error_set_errno(err, ERROR_IO, errno, "cannot read \"%s\"", path);
        pgcat_oid_map_destroy(map);
        return NULL;
    }
    if (file) {
        read_file(map, file);
        fclose(file);
    }
    if (!rewrite_file(map, path))
        map->reserved = OID_LIMIT;
    return map;
}

void pgcat_oid_map_destroy(struct pgcat_oid_map *map) {
    if (!map)
        return;
    if (map->log)
        fclose(map->log);
    memory_free(map->by_engine);
    memory_free(map->by_path);
    arena_destroy(&map->arena);
    pthread_mutex_destroy(&map->mutex);
    memory_free(map);
}
