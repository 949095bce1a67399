#include "server/script_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/writer.h"
#include "pgsql/script.h"

/* ---- directories ---- */

bool script_has_suffix(const char *name, const char *suffix) {
    size_t length = strlen(name), end = strlen(suffix);
    return length > end && !strcmp(name + length - end, suffix);
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

void script_directory_free(struct dirent **entries, int count) {
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

int script_directory_read(const char *directory, struct dirent ***entries) {
    return scandir(directory, entries, is_visible, by_bytes);
}

/* ---- statements ---- */

static bool read_whole(const char *path, struct writer *text, struct error *err) {
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(err, ERROR_CONFIG, errno, "cannot read the script \"%s\"", path);
    uint8_t *place;
    size_t got = 1;
    while (got && (place = writer_place(text, BUFSIZ))) {
        got = fread(place, 1, BUFSIZ, file);
        text->length -= BUFSIZ - got;
    }
    writer_u8(text, '\0');
    bool ok = !ferror(file);
    fclose(file);
    if (!ok)
        return error_set_errno(err, ERROR_CONFIG, errno, "cannot read the script \"%s\"", path);
    return writer_ok(text) || error_set_no_memory(err);
}

bool script_file_blame(const char *path, int line, struct error *err) {
    struct error inner = *err;
    char place[32] = "";
    if (line)
        snprintf(place, sizeof place, " in line %d", line);
    error_set_state(err, inner.kind, inner.sqlstate, "script \"%s\" failed%s: %s", path, place, inner.message);
    error_set_detail(err, "%s", inner.detail);
    error_set_hint(err, "%s", inner.hint);
    return false;
}

/* The line in which the character number `position` of the statement that begins at `start` stands. */
static int line_of(const char *script, uint32_t start, int32_t position) {
    int line = 1;
    for (uint32_t at = 0; at < start; at++)
        line += script[at] == '\n';
    const char *text = script + start;
    for (int32_t at = 1; *text && at < position; text++) {
        line += *text == '\n';
        at += ((unsigned char)text[1] & 0xC0) != 0x80;
    }
    return line;
}

/* A script in memory, its statements told apart; both are empty before it is loaded. */
struct loaded {
    struct writer text; /* with a NUL at its end */
    struct arena arena;
    struct pgsql_script script;
};

static void unload(struct loaded *loaded) {
    writer_destroy(&loaded->text);
    arena_destroy(&loaded->arena);
}

static bool load(const char *path, struct loaded *loaded, struct error *err) {
    if (!read_whole(path, &loaded->text, err))
        return false;
    const char *text = (const char *)loaded->text.bytes;
    if (strlen(text) + 1 != loaded->text.length)
        return error_set(err, ERROR_CONFIG, "the script \"%s\" is no text: there is a NUL in it", path);
    return pgsql_script_parse(&loaded->arena, text, strlen(text), &loaded->script, err) ||
           script_file_blame(path, line_of(text, 0, err->position), err);
}

bool script_file_check(const char *path, struct error *err) {
    struct loaded loaded = {.text = {0}};
    bool ok = load(path, &loaded, err);
    unload(&loaded);
    return ok;
}

/* One statement after the other, as psql sends them. */
bool script_file_run(const struct script_file *script, struct error *err) {
    struct loaded loaded = {.text = {0}};
    bool ok = load(script->path, &loaded, err);
    const char *text = (const char *)loaded.text.bytes;
    for (int32_t i = 0; ok && i < loaded.script.statement_count; i++) {
        const struct pgsql_statement *statement = &loaded.script.statements[i];
        ok = (!script->before || script->before(script->self, err)) &&
             (client_run(script->client, text + statement->start, statement->length, err) ||
              script_file_blame(script->path, line_of(text, statement->start, err->position), err));
    }
    unload(&loaded);
    return ok;
}
