/* Recovery: the write-ahead log that a crash has left is brought into the database before it is opened.
 *
 * DuckDB replays the log of the database that an instance is opened with before that instance has a default database, and the
 * replay of ALTER TABLE and COMMENT ON fails where a column's default calls a function (nextval, now): the database could not
 * be opened again. A database that is attached to an instance which is open has no such trouble.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "engine/internal.h"

static bool has_log(const char *path) {
    size_t bytes = strlen(path) + sizeof ".wal";
    char *log = memory_allocate(bytes);
    struct stat facts;
    if (!log)
        return false;
    snprintf(log, bytes, "%s.wal", path);
    bool found = stat(log, &facts) == 0 && facts.st_size > 0;
    memory_free(log);
    return found;
}

/* "ATTACH 'path' AS recovered", with quotes doubled; owned, free with memory_free. */
static char *attach_statement(const char *path) {
    static const char head[] = "ATTACH '", tail[] = "' AS recovered";
    char *sql = memory_allocate(sizeof head + 2 * strlen(path) + sizeof tail);
    if (!sql)
        return NULL;
    char *to = stpcpy(sql, head);
    for (; *path; path++) {
        if (*path == '\'')
            *to++ = '\'';
        *to++ = *path;
    }
    strcpy(to, tail);
    return sql;
}

void engine_recover(const char *path, duckdb_config config) {
    duckdb_database instance = NULL;
    duckdb_connection connection = NULL;
    char *attach = has_log(path) ? attach_statement(path) : NULL;
    if (attach && duckdb_open_ext(":memory:", &instance, config, NULL) == DuckDBSuccess &&
        duckdb_connect(instance, &connection) == DuckDBSuccess && duckdb_query(connection, attach, NULL) == DuckDBSuccess &&
        duckdb_query(connection, "CHECKPOINT recovered", NULL) == DuckDBSuccess)
        duckdb_query(connection, "DETACH recovered", NULL);
    duckdb_disconnect(&connection);
    duckdb_close(&instance);
    memory_free(attach);
}
