/* Zones: finding and reading TZif files (RFC 8536), and looking instants up in them. */
#include "pgtype/zone.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/reader.h"
#include "pgtype/civil.h"
#include "pgtype/zone_rule.h"

static const char zone_folder[] = "/usr/share/zoneinfo";

enum { ZONE_NAME_BYTES = 256, ZONE_FILE_BYTES = 1 << 18, ZONE_TYPES = 256 };

struct zone_type {
    int32_t offset;
    bool is_daylight;
};

struct pgtype_zone {
    char name[ZONE_NAME_BYTES];
    int32_t transition_count;
    int64_t *transitions; /* ascending */
    uint8_t *types_after; /* by transition */
    struct zone_type types[ZONE_TYPES];
    int32_t type_count;
    int32_t first_offset; /* before the first transition */
    bool has_rule;        /* after the last one */
    struct pgtype_zone_rule rule;
};

/* The header's counts, in their order. */
struct zone_counts {
    uint32_t utc_flags, standard_flags, leaps, transitions, types, name_bytes;
};

static bool read_header(struct reader *r, uint8_t *version, struct zone_counts *counts) {
    const uint8_t *magic = reader_bytes(r, 4);
    if (!magic || memcmp(magic, "TZif", 4) != 0)
        return false;
    *version = reader_u8(r);
    reader_bytes(r, 15);
    counts->utc_flags = reader_u32(r);
    counts->standard_flags = reader_u32(r);
    counts->leaps = reader_u32(r);
    counts->transitions = reader_u32(r);
    counts->types = reader_u32(r);
    counts->name_bytes = reader_u32(r);
    return reader_ok(r) && counts->types >= 1 && counts->types <= ZONE_TYPES && counts->transitions <= 1 << 16 &&
           counts->leaps <= 1 << 16;
}

/* What follows the types: names, leap seconds, flags. */
static void skip_tail(struct reader *r, const struct zone_counts *counts, size_t time_bytes) {
    reader_bytes(r, counts->name_bytes);
    reader_bytes(r, counts->leaps * (time_bytes + 4));
    reader_bytes(r, counts->standard_flags);
    reader_bytes(r, counts->utc_flags);
}

static void skip_block(struct reader *r, const struct zone_counts *counts, size_t time_bytes) {
    reader_bytes(r, counts->transitions * (time_bytes + 1));
    reader_bytes(r, counts->types * 6);
    skip_tail(r, counts, time_bytes);
}

/* PostgreSQL's choice for the time before the first transition: type 0 if no transition leads to it, else the
 * standard type before a first transition into daylight saving time, else the first standard one. */
static int32_t first_offset(const struct pgtype_zone *zone) {
    bool used = false;
    for (int32_t i = 0; i < zone->transition_count; i++)
        used |= zone->types_after[i] == 0;
    if (!used)
        return zone->types[0].offset;
    int32_t first = zone->types_after[0];
    if (zone->types[first].is_daylight)
        for (int32_t i = first - 1; i >= 0; i--)
            if (!zone->types[i].is_daylight)
                return zone->types[i].offset;
    for (int32_t i = 0; i < zone->type_count; i++)
        if (!zone->types[i].is_daylight)
            return zone->types[i].offset;
    return zone->types[0].offset;
}

static bool read_block(struct reader *r, const struct zone_counts *counts, struct pgtype_zone *zone) {
    if (r->left / 9 < counts->transitions)
        return false;
    zone->transitions = memory_allocate_zeroed(counts->transitions + 1, sizeof *zone->transitions);
    zone->types_after = memory_allocate_zeroed(counts->transitions + 1, 1);
    if (!zone->transitions || !zone->types_after)
        return false;
    zone->transition_count = (int32_t)counts->transitions;
    zone->type_count = (int32_t)counts->types;
    for (uint32_t i = 0; i < counts->transitions; i++)
        zone->transitions[i] = (int64_t)reader_u64(r);
    for (uint32_t i = 0; i < counts->transitions; i++) {
        zone->types_after[i] = reader_u8(r);
        if (zone->types_after[i] >= counts->types || (i && zone->transitions[i] <= zone->transitions[i - 1]))
            return false;
    }
    for (uint32_t i = 0; i < counts->types; i++) {
        zone->types[i].offset = (int32_t)reader_u32(r);
        zone->types[i].is_daylight = reader_u8(r) != 0;
        reader_u8(r);
    }
    skip_tail(r, counts, 8);
    zone->first_offset = first_offset(zone);
    return reader_ok(r);
}

/* The POSIX string between two newlines, for the time after the last transition; may be empty. */
static bool read_footer(struct reader *r, struct pgtype_zone *zone) {
    char text[128];
    const uint8_t *end;
    if (reader_u8(r) != '\n' || !r->left || !(end = memchr(r->at, '\n', r->left)))
        return false;
    size_t length = (size_t)(end - r->at);
    if (length >= sizeof text)
        return false;
    memcpy(text, r->at, length);
    text[length] = '\0';
    zone->has_rule = pgtype_zone_rule_parse(text, &zone->rule);
    return zone->has_rule || !length;
}

/* Version 2 and later: a block of 32-bit times, which is skipped, then one of 64-bit times. */
static bool read_zone(const uint8_t *bytes, size_t length, struct pgtype_zone *zone) {
    struct reader r = reader_over(bytes, length);
    struct zone_counts counts;
    uint8_t version;
    if (!read_header(&r, &version, &counts) || version < '2')
        return false;
    skip_block(&r, &counts, 4);
    return read_header(&r, &version, &counts) && read_block(&r, &counts, zone) && read_footer(&r, zone);
}

/* Opens `name` below the folder, component by component, whatever its case; `found` becomes the name as it is spelt
 * there. */
static int open_ignoring_case(const char *name, char found[ZONE_NAME_BYTES]) {
    int folder = open(zone_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t length = 0;
    while (folder >= 0 && *name) {
        size_t part = strcspn(name, "/");
        DIR *entries = fdopendir(folder);
        int next = -1;
        if (!entries) {
            close(folder);
            return -1;
        }
        for (struct dirent *entry; next < 0 && (entry = readdir(entries));)
            if (entry->d_name[0] != '.' && strlen(entry->d_name) == part && strncasecmp(entry->d_name, name, part) == 0 &&
                length + part + 2 < ZONE_NAME_BYTES) {
                next = openat(dirfd(entries), entry->d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
                memcpy(found + length, entry->d_name, part);
            }
        closedir(entries);
        length += part;
        name += part;
        if (*name == '/') {
            found[length++] = '/';
            name++;
        }
        folder = next;
    }
    found[length < ZONE_NAME_BYTES ? length : 0] = '\0';
    return folder;
}

static bool load_file(const char *name, struct pgtype_zone *zone) {
    bool ok = false;
    struct stat status;
    int file = open_ignoring_case(name, zone->name);
    uint8_t *bytes = memory_allocate(ZONE_FILE_BYTES);
    if (file >= 0 && bytes && fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
        ssize_t length = read(file, bytes, ZONE_FILE_BYTES);
        ok = length > 0 && read_zone(bytes, (size_t)length, zone);
    }
    if (file >= 0)
        close(file);
    memory_free(bytes);
    return ok;
}

/* PostgreSQL's name of a fixed offset: the POSIX string whose sign is turned round. */
static void name_offset(int32_t seconds, char name[ZONE_NAME_BYTES]) {
    char digits[16];
    int32_t magnitude = seconds < 0 ? -seconds : seconds;
    int length = snprintf(digits, sizeof digits, "%02d", magnitude / 3600);
    if (magnitude % 3600)
        length += snprintf(digits + length, sizeof digits - (size_t)length, ":%02d", magnitude / 60 % 60);
    if (magnitude % 60)
        snprintf(digits + length, sizeof digits - (size_t)length, ":%02d", magnitude % 60);
    snprintf(name, ZONE_NAME_BYTES, "<%c%s>%c%s", seconds < 0 ? '-' : '+', digits, seconds < 0 ? '+' : '-', digits);
}

static bool load_offset(int32_t seconds, struct pgtype_zone *zone) {
    name_offset(seconds, zone->name);
    zone->has_rule = true;
    zone->rule = (struct pgtype_zone_rule){.standard_offset = seconds};
    zone->first_offset = seconds;
    return true;
}

/* `5.5`: hours east. */
static bool load_hours(const char *text, struct pgtype_zone *zone) {
    char *end;
    if (!isdigit((unsigned char)*text) && *text != '-' && *text != '+' && *text != '.')
        return false;
    double hours = strtod(text, &end);
    if (end == text || *end || !(fabs(hours) < 168))
        return false;
    return load_offset((int32_t)rint(hours * 3600), zone);
}

static bool load_rule(const char *text, struct pgtype_zone *zone) {
    if (!pgtype_zone_rule_parse(text, &zone->rule))
        return false;
    snprintf(zone->name, sizeof zone->name, "%s", text);
    zone->has_rule = true;
    zone->first_offset = zone->rule.standard_offset;
    return true;
}

struct pgtype_zone *pgtype_zone_open(const char *name, struct error *err) {
    struct pgtype_zone *zone = memory_allocate_zeroed(1, sizeof *zone);
    if (!zone) {
        error_set_no_memory(err);
        return NULL;
    }
    size_t length = strlen(name);
    if (length > 0 && length < ZONE_NAME_BYTES &&
        (load_hours(name, zone) || (name[0] != '/' && load_file(name, zone)) || load_rule(name, zone)))
        return zone;
    pgtype_zone_close(zone);
    error_set(err, ERROR_INVALID_ARGUMENT, "invalid value for parameter \"TimeZone\": \"%s\"", name);
    return NULL;
}

struct pgtype_zone *pgtype_zone_open_offset(int32_t seconds_east, struct error *err) {
    struct pgtype_zone *zone = memory_allocate_zeroed(1, sizeof *zone);
    if (zone)
        load_offset(seconds_east, zone);
    else
        error_set_no_memory(err);
    return zone;
}

void pgtype_zone_close(struct pgtype_zone *zone) {
    if (!zone)
        return;
    memory_free(zone->transitions);
    memory_free(zone->types_after);
    memory_free(zone);
}

const char *pgtype_zone_name(const struct pgtype_zone *zone) {
    return zone->name;
}

bool pgtype_zone_is_named(const struct pgtype_zone *zone) {
    return !zone || zone->type_count > 0;
}

/* How many transitions are not after this instant. */
static int32_t transitions_until(const struct pgtype_zone *zone, int64_t seconds) {
    int32_t low = 0, high = zone->transition_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (zone->transitions[middle] <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int32_t pgtype_zone_offset_at(const struct pgtype_zone *zone, int64_t seconds) {
    if (!zone)
        return 0;
    int32_t passed = transitions_until(zone, seconds);
    if (passed == zone->transition_count && zone->has_rule)
        return pgtype_zone_rule_offset_at(&zone->rule, seconds);
    return passed ? zone->types[zone->types_after[passed - 1]].offset : zone->first_offset;
}

static bool next_transition(const struct pgtype_zone *zone, int64_t seconds, int64_t *change, int32_t *offset) {
    int32_t passed = transitions_until(zone, seconds);
    if (passed == zone->transition_count)
        return zone->has_rule && pgtype_zone_rule_next(&zone->rule, seconds, change, offset);
    *change = zone->transitions[passed];
    *offset = zone->types[zone->types_after[passed]].offset;
    return true;
}

int32_t pgtype_zone_offset_at_local(const struct pgtype_zone *zone, int64_t local_seconds) {
    if (!zone)
        return 0;
    /* No zone is further than a day from Greenwich, so what counts is the first change after the day before. */
    int64_t start = local_seconds - PGTYPE_SECONDS_PER_DAY, change;
    int32_t before = pgtype_zone_offset_at(zone, start), after;
    if (!next_transition(zone, start, &change, &after))
        return before;
    int64_t by_before = local_seconds - before, by_after = local_seconds - after;
    if (by_before < change && by_after < change)
        return before;
    if (by_before > change && by_after >= change)
        return after;
    return by_before > by_after ? before : after;
}
