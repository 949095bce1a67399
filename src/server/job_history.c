#include "server/job_history.h"

#include "base/writer.h"
#include "engine/connection.h"

enum { RUNS_KEPT = 1000 }; /* of each job */

static void write_quoted(struct writer *sql, const char *text) {
    writer_u8(sql, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            writer_u8(sql, '\'');
        writer_u8(sql, (uint8_t)*text);
    }
    writer_u8(sql, '\'');
}

static void write_time(struct writer *sql, int64_t us) {
    writer_format(sql, "make_timestamptz(%lld::BIGINT)", (long long)us);
}

static void write_key(struct writer *sql, const char *job, int64_t started_us) {
    writer_text(sql, " WHERE job = ");
    write_quoted(sql, job);
    writer_text(sql, " AND started_at = ");
    write_time(sql, started_us);
}

/* The writer is freed. */
static bool run(struct engine_database *database, struct writer *sql, struct error *err) {
    writer_u8(sql, 0);
    struct engine_connection *connection = writer_ok(sql) ? engine_connection_create(database, err) : NULL;
    bool ok = writer_ok(sql) || error_set_no_memory(err);
    ok = ok && connection && engine_connection_execute(connection, (const char *)sql->bytes, err);
    engine_connection_destroy(connection);
    writer_destroy(sql);
    return ok;
}

bool job_history_open(struct engine_database *database, struct error *err) {
    struct writer sql = {0};
    writer_text(&sql, "CREATE SCHEMA IF NOT EXISTS mallardb; "
                      "CREATE TABLE IF NOT EXISTS mallardb.job_runs (job VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL, "
                      "ended_at TIMESTAMPTZ, outcome VARCHAR NOT NULL, sqlstate VARCHAR, error VARCHAR); "
                      "UPDATE mallardb.job_runs SET outcome = 'interrupted' WHERE outcome = 'running'");
    return run(database, &sql, err);
}

bool job_history_begin(struct engine_database *database, const char *job, int64_t started_us, struct error *err) {
    struct writer sql = {0};
    writer_text(&sql, "INSERT INTO mallardb.job_runs VALUES (");
    write_quoted(&sql, job);
    writer_text(&sql, ", ");
    write_time(&sql, started_us);
    writer_text(&sql, ", NULL, 'running', NULL, NULL)");
    return run(database, &sql, err);
}

bool job_history_end(struct engine_database *database, const char *job, int64_t started_us, int64_t ended_us,
                     const char *outcome, const struct error *why, struct error *err) {
    struct writer sql = {0};
    writer_text(&sql, "UPDATE mallardb.job_runs SET ended_at = ");
    write_time(&sql, ended_us);
    writer_format(&sql, ", outcome = '%s'", outcome);
    if (why) {
        writer_format(&sql, ", sqlstate = '%s', error = ", error_sqlstate(why));
        write_quoted(&sql, why->message);
    }
    write_key(&sql, job, started_us);
    writer_text(&sql, "; DELETE FROM mallardb.job_runs WHERE job = ");
    write_quoted(&sql, job);
    writer_text(&sql, " AND started_at < (SELECT min(started_at) FROM (SELECT started_at FROM mallardb.job_runs WHERE job = ");
    write_quoted(&sql, job);
    writer_format(&sql, " ORDER BY started_at DESC LIMIT %d))", RUNS_KEPT);
    return run(database, &sql, err);
}
