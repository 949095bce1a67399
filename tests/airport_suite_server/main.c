/* airport_suite_server: what the airport extension's own test suite wants to find. Databases made by action, kept in
 * DuckDB with every version of their tables, and beside their schemas a constant set of functions and tables.
 *
 *     airport_suite_server [--port N]
 */
#include <airport.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duckcat/duckcat.h"
#include "suite.h"
#include "versioned.h"

enum { MAX_ACTIONS = 8 };

struct suite {
    struct engine_database *database;
    struct duckcat *duckcat;
    struct history *history;
    struct airport_catalog constant; /* the schemas that every database has */
    struct airport_server_config inner; /* as duckcat would be served by itself */
    struct airport_action actions[MAX_ACTIONS];
    size_t action_count;
};

/* ---- catalogs ---- */

static bool build_constant(struct suite *s, struct airport_error *err) {
    struct airport_catalog_builder *b = airport_catalog_builder_create();
    airport_builder_schema(b, "remote_data", NULL);
    add_remote_tables(b);
    airport_builder_schema(b, "static_data", NULL);
    add_static_tables(b);
    airport_builder_schema(b, "utils", NULL);
    add_scalar_functions(b);
    add_table_functions(b);
    add_in_out_functions(b);
    return airport_catalog_builder_finish(b, &s->constant, err);
}

static bool find_catalog(void *self, struct airport_call *call, const char *name, struct airport_catalog *out,
                         struct airport_error *err) {
    struct suite *s = self;
    struct airport_catalog inner = {NULL, NULL};
    if (!s->inner.find_catalog(s->inner.find_catalog_self, call, name, &inner, err))
        return false;
    if (!inner.methods)
        return true;
    *out = versioned_catalog(call, inner, s->constant, name, s->history);
    return out->methods || airport_fail_no_memory(err);
}

/* ---- actions ---- */

static const struct airport_action *inner_action(const struct suite *s, const char *name) {
    for (size_t i = 0; i < s->inner.action_count; i++)
        if (strcmp(s->inner.actions[i].name, name) == 0)
            return &s->inner.actions[i];
    return NULL;
}

static bool drop_database(void *self, struct airport_call *call, struct airport_bytes body,
                          struct airport_results *out, struct airport_error *err) {
    struct suite *s = self;
    const struct airport_action *inner = inner_action(s, "drop_database");
    char *name = strndup(body.size ? body.data : "", body.size);
    bool ok = name ? inner->run(inner->self, call, body, out, err) : airport_fail_no_memory(err);
    if (ok)
        history_forget(s->history, (struct history_key){name, NULL, NULL});
    free(name);
    return ok;
}

static bool reset(void *self, struct airport_call *call, struct airport_bytes body, struct airport_results *out,
                  struct airport_error *err) {
    struct suite *s = self;
    const struct airport_action *inner = inner_action(s, "reset");
    history_forget(s->history, (struct history_key){NULL, NULL, NULL});
    return inner->run(inner->self, call, body, out, err);
}

/* Fails as it is asked to. */
static bool generate_error(void *self, struct airport_call *call, struct airport_bytes body,
                           struct airport_results *out, struct airport_error *err) {
    static const struct {
        const char *name;
        enum airport_error_kind kind;
    } errors[] = {
        {"flight_server_error", AIRPORT_UNKNOWN},
        {"flight_unavailable", AIRPORT_UNAVAILABLE},
        {"flight_unauthenticated", AIRPORT_UNAUTHORIZED},
    };
    (void)self;
    (void)call;
    (void)out;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strlen(errors[i].name) == body.size && memcmp(errors[i].name, body.data, body.size) == 0)
            return airport_fail(err, errors[i].kind, "Testing error: %s", errors[i].name);
    return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "there is no such error");
}

static void make_actions(struct suite *s) {
    const struct airport_action added[] = {
        *inner_action(s, "create_database"),
        {sizeof *added, "drop_database", "Drops a database with the versions of its tables", drop_database, s},
        {sizeof *added, "reset", "Drops every database", reset, s},
        {sizeof *added, "generate_error", "Fails as its parameter says", generate_error, s},
    };
    s->action_count = sizeof added / sizeof *added;
    memcpy(s->actions, added, sizeof added);
}

/* ---- the program ---- */

static bool open_suite(struct suite *s, struct error *err) {
    const struct engine_options engine = {.path = ":memory:"};
    const struct duckcat_options options = {.admin_actions = true};
    s->history = history_create();
    if (!s->history)
        return error_set_no_memory(err);
    s->database = engine_database_create(&engine, err);
    s->duckcat = s->database ? duckcat_create(&options, s->database, err) : NULL;
    if (!s->duckcat)
        return false;
    duckcat_configure(s->duckcat, &s->inner);
    make_actions(s);
    return true;
}

static bool serve(struct suite *s, int32_t port, struct airport_error *err) {
    const struct airport_server_config config = {
        .size = sizeof config,
        .find_catalog = find_catalog,
        .find_catalog_self = s,
        .port = port,
        .actions = s->actions,
        .action_count = s->action_count,
    };
    struct airport_server *server = build_constant(s, err) ? airport_server_create(&config, err) : NULL;
    bool ok = server && airport_server_run_until_signal(server, err);
    airport_server_destroy(server);
    return ok;
}

/* In the engine's threads too, which inherit this. */
static void block_signals(void) {
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigprocmask(SIG_BLOCK, &ending, NULL);
}

int main(int argc, char **argv) {
    struct suite suite = {0};
    struct error why = {0};
    struct airport_error err = {0};
    block_signals();
    bool ok = open_suite(&suite, &why);
    if (!ok)
        fprintf(stderr, "airport_suite_server: %s\n", why.message);
    else if (!(ok = serve(&suite, argc == 3 && strcmp(argv[1], "--port") == 0 ? atoi(argv[2]) : 0, &err)))
        fprintf(stderr, "airport_suite_server: %s\n", err.message);
    airport_catalog_release(suite.constant);
    duckcat_destroy(suite.duckcat);
    engine_database_destroy(suite.database);
    history_destroy(suite.history);
    return !ok;
}
