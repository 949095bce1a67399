/* create_database, drop_database, reset. Only what was created here can be dropped here. */
#include "duckcat/admin.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "duckcat/ddl.h"
#include "duckcat/sql.h"

struct created_database {
    struct created_database *next;
    char *name;
};

/* The action's body as a name; owned, free with memory_free. NULL with the error set. */
static char *read_name(struct airport_bytes body, struct airport_error *err) {
    if (!body.size || memchr(body.data, 0, body.size) || utf8_valid_bytes(body.data, body.size) != body.size) {
        airport_fail(err, AIRPORT_INVALID_ARGUMENT, "the action's parameter must be the name of a database");
        return NULL;
    }
    char *name = memory_copy_string_n(body.data, body.size);
    if (!name)
        airport_fail_no_memory(err);
    return name;
}

static bool create_database(void *self, struct airport_call *call, struct airport_bytes body,
                            struct airport_results *out, struct airport_error *err) {
    struct duckcat *owner = self;
    struct ddl ddl;
    (void)out;
    struct created_database *created = memory_allocate_zeroed(1, sizeof *created);
    if (!created)
        return airport_fail_no_memory(err);
    created->name = read_name(body, err);
    if (!created->name) {
        memory_free(created);
        return false;
    }
    ddl_begin(&ddl, owner, call, "CREATE DATABASE", err);
    writer_text(&ddl.sql, "ATTACH ':memory:' AS ");
    sql_identifier(&ddl.sql, created->name);
    if (!ddl_run(&ddl)) {
        memory_free(created->name);
        memory_free(created);
        return false;
    }
    pthread_mutex_lock(&owner->lock);
    created->next = owner->created;
    owner->created = created;
    pthread_mutex_unlock(&owner->lock);
    return true;
}

/* Takes the database of that name off the list, any if `name` is NULL; NULL when there is none. */
static struct created_database *take_created(struct duckcat *owner, const char *name) {
    pthread_mutex_lock(&owner->lock);
    struct created_database **at = &owner->created;
    while (*at && name && strcasecmp((*at)->name, name) != 0)
        at = &(*at)->next;
    struct created_database *found = *at;
    if (found)
        *at = found->next;
    pthread_mutex_unlock(&owner->lock);
    return found;
}

static bool drop_created(struct duckcat *owner, struct airport_call *call, struct created_database *created,
                         struct airport_error *err) {
    struct ddl ddl;
    ddl_begin(&ddl, owner, call, "DROP DATABASE", err);
    writer_text(&ddl.sql, "DETACH DATABASE IF EXISTS ");
    sql_identifier(&ddl.sql, created->name);
    bool ok = ddl_run(&ddl);
    memory_free(created->name);
    memory_free(created);
    return ok;
}

static bool drop_database(void *self, struct airport_call *call, struct airport_bytes body,
                          struct airport_results *out, struct airport_error *err) {
    struct duckcat *owner = self;
    (void)out;
    if (!duckcat_may_write(owner, call, "DROP DATABASE", err))
        return false;
    char *name = read_name(body, err);
    if (!name)
        return false;
    struct created_database *created = take_created(owner, name);
    bool ok = created ? drop_created(owner, call, created, err)
                      : airport_fail(err, AIRPORT_NOT_FOUND, "no action has created a database \"%s\"", name);
    memory_free(name);
    return ok;
}

static bool reset(void *self, struct airport_call *call, struct airport_bytes body, struct airport_results *out,
                  struct airport_error *err) {
    struct duckcat *owner = self;
    struct created_database *created;
    (void)body;
    (void)out;
    if (!duckcat_may_write(owner, call, "DROP DATABASE", err))
        return false;
    while ((created = take_created(owner, NULL)))
        if (!drop_created(owner, call, created, err))
            return false;
    return true;
}

void admin_fill_actions(struct duckcat *owner, struct airport_action actions[ADMIN_ACTION_COUNT]) {
    const struct airport_action table[ADMIN_ACTION_COUNT] = {
        {sizeof *actions, "create_database", "Creates a DuckDB database in memory", create_database, owner},
        {sizeof *actions, "drop_database", "Drops a database that create_database has made", drop_database, owner},
        {sizeof *actions, "reset", "Drops every database that create_database has made", reset, owner},
    };
    memcpy(actions, table, sizeof table);
}

void admin_destroy(struct duckcat *owner) {
    while (owner->created) {
        struct created_database *created = take_created(owner, NULL);
        memory_free(created->name);
        memory_free(created);
    }
}
