#include "server/postgres_door.h"

#include "server/limits.h"

enum { BATCH_BYTES = 128 * 1024 }; /* what is collected before it is sent */

/* Direct TLS (PostgreSQL 17, sslnegotiation=direct) names the protocol so. */
static const char *const protocols[] = {"postgresql", NULL};

static struct net_tls_context *create_tls(const struct config *config, struct error *err) {
    struct net_tls_options options = {
        .certificate_file = config_text(config, SETTING_TLS_CERT),
        .key_file = config_text(config, SETTING_TLS_KEY),
        .client_ca_file = config_text(config, SETTING_TLS_CA),
        .client_required = config_text(config, SETTING_TLS_CA) != NULL,
        .alpn = protocols,
        .alpn_required = true,
    };
    return net_tls_context_create(&options, err);
}

/* Without a password the door asks for none: it is open to this machine only. */
static enum pgdoor_auth auth_of(const struct config *config) {
    static const enum pgdoor_auth methods[] = {PGDOOR_SCRAM, PGDOOR_MD5, PGDOOR_TRUST};
    return config_text(config, SETTING_PASSWORD) ? methods[config_number(config, SETTING_AUTH)] : PGDOOR_TRUST;
}

static int32_t collect_users(const struct config *config, struct pgdoor_user users[2]) {
    int32_t count = 0;
    users[count++] = (struct pgdoor_user){.name = config_text(config, SETTING_USER),
                                          .password = config_text(config, SETTING_PASSWORD)};
    if (config_text(config, SETTING_READONLY_USER))
        users[count++] = (struct pgdoor_user){.name = config_text(config, SETTING_READONLY_USER),
                                              .password = config_text(config, SETTING_READONLY_PASSWORD),
                                              .read_only = true};
    return count;
}

/* What a reload may change. */
static void set_terms(struct pgdoor_options *options, const struct config *config, struct pgdoor_user users[2],
                      enum pgdoor_auth auth) {
    options->users = users;
    options->user_count = collect_users(config, users);
    options->auth = auth;
    options->max_connections = (int32_t)config_number(config, SETTING_MAX_CONNECTIONS);
    options->max_strangers = limits_strangers(config);
    options->statement_timeout_ms = config_number(config, SETTING_QUERY_TIMEOUT_MS);
    options->idle_timeout_ms = config_number(config, SETTING_IDLE_TIMEOUT_MS);
    options->startup_timeout_ms = config_number(config, SETTING_AUTHENTICATION_TIMEOUT_MS);
}

static struct pgdoor *open_at(const struct postgres_frame *frame, const char *host, uint16_t port,
                              enum pgdoor_auth auth, enum pgdoor_tls_mode mode, struct error *err) {
    const struct config *config = frame->config;
    struct pgdoor_user users[2];
    struct pgdoor_options options = {
        .database = frame->database,
        .crew = frame->crew,
        .loop = frame->loop,
        .attempts = frame->attempts,
        .pgcat = frame->catalog,
        .log = frame->log,
        .observer = frame->observer,
        .host = host,
        .port = port,
        .read_only = config_number(config, SETTING_READ_ONLY) != 0,
        .tls_mode = mode,
        .database_alias = config_text(config, SETTING_DB),
        .server_version = config_text(config, SETTING_PG_VERSION),
        .product_version = MALLARDB_VERSION,
        .setting_at = shown_at,
        .settings = frame->shown,
        .max_message_bytes = (size_t)config_number(config, SETTING_MAX_MESSAGE_BYTES),
        .batch_bytes = BATCH_BYTES,
    };
    set_terms(&options, config, users, auth);
    if (mode != PGDOOR_TLS_OFF && !(options.tls = create_tls(config, err)))
        return NULL;
    struct pgdoor *door = pgdoor_create(&options, err);
    net_tls_context_release(options.tls);
    return door;
}

static enum pgdoor_tls_mode tls_mode_of(const struct config *config) {
    static const enum pgdoor_tls_mode modes[] = {PGDOOR_TLS_OFF, PGDOOR_TLS_ALLOW, PGDOOR_TLS_REQUIRE};
    return config_text(config, SETTING_TLS_CERT) ? modes[config_number(config, SETTING_TLS_MODE)] : PGDOOR_TLS_OFF;
}

struct pgdoor *postgres_door_open(const struct postgres_frame *frame, struct error *err) {
    const struct config *config = frame->config;
    struct pgdoor *door =
        open_at(frame, config_text(config, SETTING_HOST), (uint16_t)config_number(config, SETTING_PORT),
                auth_of(config), tls_mode_of(config), err);
    if (!door && err->kind == ERROR_CONFIG)
        config_blame(config, SETTING_PORT, err);
    return door;
}

struct pgdoor *postgres_door_open_private(const struct postgres_frame *frame, struct error *err) {
    enum pgdoor_auth auth = config_text(frame->config, SETTING_PASSWORD) ? PGDOOR_MD5 : PGDOOR_TRUST;
    return open_at(frame, "127.0.0.1", 0, auth, PGDOOR_TLS_OFF, err);
}

bool postgres_door_reload_tls(struct pgdoor *door, const struct config *config, struct error *err) {
    struct net_tls_context *context = create_tls(config, err);
    if (!context)
        return false;
    pgdoor_set_tls(door, context);
    net_tls_context_release(context);
    return true;
}

bool postgres_door_reload(struct pgdoor *door, const struct config *config, struct error *err) {
    struct pgdoor_user users[2];
    struct pgdoor_options options = {0};
    set_terms(&options, config, users, auth_of(config));
    return pgdoor_reload(door, &options, err);
}
