/* What a door grants its clients: who may come in, how many, for how long.
 *
 * Immutable. A reload puts other terms in their place for sessions to come; those that are there keep theirs, which the door
 * therefore keeps until its own end.
 */
#ifndef PGDOOR_TERMS_H
#define PGDOOR_TERMS_H

#include "base/arena.h"
#include "pgdoor/pgdoor.h"
#include "pgwire/auth.h"

struct terms {
    struct terms *before;
    struct arena arena;
    const struct pgdoor_user *users;
    struct pgwire_scram_verifier *verifiers; /* one for each user */
    int32_t user_count;
    enum pgdoor_auth auth;
    int32_t max_connections, max_strangers;
    int64_t statement_timeout_ms, idle_timeout_ms, startup_timeout_ms;
};

/* Owned, free with terms_destroy, which frees those before, too. Those before are moved in on success. */
struct terms *terms_create(const struct pgdoor_options *options, struct terms *before, struct error *err);
void terms_destroy(struct terms *terms);
/* NULL: nobody is called so. */
const struct pgdoor_user *terms_user(const struct terms *terms, const char *name);
const struct pgwire_scram_verifier *terms_verifier(const struct terms *terms, const struct pgdoor_user *user);

#endif
