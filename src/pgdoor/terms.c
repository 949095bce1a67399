#include "pgdoor/terms.h"

#include <string.h>

#include "base/memory.h"

static bool copy_users(struct terms *terms, const struct pgdoor_options *options, struct error *err) {
    size_t count = (size_t)options->user_count;
    struct pgdoor_user *users = arena_allocate_zeroed(&terms->arena, count, sizeof *users);
    terms->verifiers = arena_allocate_zeroed(&terms->arena, count, sizeof *terms->verifiers);
    if (!users || !terms->verifiers)
        return error_set_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct pgdoor_user *from = &options->users[i];
        users[i] = *from;
        users[i].name = arena_copy_string(&terms->arena, from->name);
        users[i].password = from->password ? arena_copy_string(&terms->arena, from->password) : NULL;
        if (!users[i].name || (from->password && !users[i].password))
            return error_set_no_memory(err);
        if (from->password && !pgwire_scram_verifier_create(from->password, &terms->verifiers[i], err))
            return false;
    }
    terms->users = users;
    terms->user_count = options->user_count;
    return true;
}

struct terms *terms_create(const struct pgdoor_options *options, struct terms *before, struct error *err) {
    struct terms *terms = memory_allocate_zeroed(1, sizeof *terms);
    if (!terms) {
        error_set_no_memory(err);
        return NULL;
    }
    terms->auth = options->auth;
    terms->max_connections = options->max_connections;
    terms->max_strangers = options->max_strangers;
    terms->statement_timeout_ms = options->statement_timeout_ms;
    terms->idle_timeout_ms = options->idle_timeout_ms;
    terms->startup_timeout_ms = options->startup_timeout_ms;
    if (!copy_users(terms, options, err)) {
        terms_destroy(terms);
        return NULL;
    }
    terms->before = before;
    return terms;
}

void terms_destroy(struct terms *terms) {
    while (terms) {
        struct terms *before = terms->before;
        arena_destroy(&terms->arena);
        memory_free(terms);
        terms = before;
    }
}

const struct pgdoor_user *terms_user(const struct terms *terms, const char *name) {
    for (int32_t i = 0; i < terms->user_count; i++)
        if (strcmp(terms->users[i].name, name) == 0)
            return &terms->users[i];
    return NULL;
}

const struct pgwire_scram_verifier *terms_verifier(const struct terms *terms, const struct pgdoor_user *user) {
    return &terms->verifiers[user - terms->users];
}
