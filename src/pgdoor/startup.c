/* From the first packet to the first ReadyForQuery: encryption, authentication, the database, the settings. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/attempts.h"
#include "pgdoor/door.h"
#include "pgdoor/execute.h"
#include "pgdoor/parameters.h"
#include "pgdoor/watch.h"

static bool tls_is_possible(const struct session *session) {
    return session->door->options.tls_mode != PGDOOR_TLS_OFF && !net_stream_is_tls(session->stream);
}

static enum step begin_handshake(struct session *session) {
    struct error err;
    struct net_tls_context *tls = door_tls(session->door);
    bool ok = tls && net_stream_start_tls(session->stream, tls, &err);
    net_tls_context_release(tls);
    if (!ok)
        return STEP_END;
    session_set_state(session, SESSION_HANDSHAKE);
    return STEP_AGAIN;
}

/* The byte that answers SSLRequest and GSSENCRequest. Bytes behind an SSLRequest were sent in the clear by somebody else than
 * the client (CVE-2021-23214): the connection ends. */
static enum step answer_encryption(struct session *session, enum pgwire_startup_kind kind) {
    bool accept = kind == PGWIRE_SSL_REQUEST && tls_is_possible(session);
    if (session->in_used < session->in.length && accept) {
        struct error err;
        error_set(&err, ERROR_PROTOCOL, "received unencrypted data after SSL request");
        error_set_detail(&err, "This could be either a client-software bug or evidence of an attempted "
                               "man-in-the-middle attack.");
        return session_fail(session, &err);
    }
    if (accept) {
        /* The one byte goes out before the handshake; a socket that just opened has room for it. */
        size_t moved;
        struct error err;
        if (net_stream_write(session->stream, "S", 1, &moved, &err) != NET_DONE)
            return STEP_END;
        return begin_handshake(session);
    }
    writer_u8(&session->out, 'N');
    session->flush_wanted = true;
    return STEP_AGAIN;
}

/* TLS without an SSLRequest begins with a ClientHello: it is looked at without being taken, for OpenSSL reads the socket. */
static enum step look_for_tls(struct session *session) {
    struct error err;
    uint8_t first;
    size_t moved;
    enum net_status status = net_stream_peek(session->stream, &first, 1, &moved, &err);
    if (status == NET_WANT_READ)
        return STEP_PARK_READ;
    if (status != NET_DONE)
        return STEP_END;
    session->peeked = true;
    if (first != 0x16)
        return STEP_AGAIN;
    session->direct_tls = true;
    return tls_is_possible(session) ? begin_handshake(session) : STEP_END;
}

enum step startup_handshake(struct session *session) {
    struct error err;
    size_t alpn_bytes;
    switch (net_stream_handshake(session->stream, &err)) {
    case NET_DONE:
        net_stream_alpn(session->stream, &alpn_bytes);
        if (session->direct_tls && !alpn_bytes)
            return STEP_END; /* direct TLS needs ALPN, against attacks across protocols */
        session_set_state(session, SESSION_STARTUP);
        return STEP_AGAIN;
    case NET_WANT_READ:
        return STEP_PARK_READ;
    case NET_WANT_WRITE:
        return STEP_WANT_WRITE;
    default:
        return STEP_END;
    }
}

/* ---- who ---- */

static bool keep_text(char **place, const char *text, struct error *err) {
    memory_free(*place);
    *place = memory_copy_string(text);
    return *place || error_set_no_memory(err);
}

static enum step refuse_password(struct session *session) {
    struct error err;
    net_attempts_fail(session->door->options.attempts, net_stream_peer(session->stream), clock_monotonic_ns());
    error_set(&err, ERROR_UNAUTHENTICATED, "password authentication failed for user \"%s\"", session->user_name);
    return session_fail(session, &err);
}

static size_t endpoint_hash(struct session *session, uint8_t hash[64]) {
    if (!net_stream_is_tls(session->stream))
        return 0;
    struct net_tls_context *tls = door_tls(session->door);
    size_t bytes = tls ? net_tls_context_endpoint_hash(tls, hash) : 0;
    net_tls_context_release(tls);
    return bytes;
}

static enum step begin_scram(struct session *session) {
    struct error err;
    uint8_t hash[64];
    const struct pgwire_scram_verifier *verifier = &session->mock_verifier;
    if (session->user && session->user->password)
        verifier = terms_verifier(session->terms, session->user);
    else if (!pgwire_scram_verifier_mock(session->user_name, session->door->mock_secret, &session->mock_verifier, &err))
        return session_fail(session, &err);
    size_t hash_bytes = endpoint_hash(session, hash);
    pgwire_scram_begin(&session->scram, verifier, hash, hash_bytes);
    pgwire_write_authentication_sasl(&session->out, hash_bytes > 0);
    session_set_state(session, SESSION_SASL_FIRST);
    return STEP_AGAIN;
}

static enum step begin_md5(struct session *session) {
    struct error err;
    if (!pgwire_random(session->md5_salt, sizeof session->md5_salt, &err))
        return session_fail(session, &err);
    pgwire_write_authentication_md5(&session->out, session->md5_salt);
    session_set_state(session, SESSION_MD5);
    return STEP_AGAIN;
}

static enum step authenticated(struct session *session);

static enum step begin_authentication(struct session *session) {
    const struct terms *terms = session->terms;
    session->user = terms_user(terms, session->user_name);
    bool asked = !session->trusted && terms->auth != PGDOOR_TRUST && !(session->user && !session->user->password);
    if (!asked && !session->user) {
        struct error err;
        error_set_state(&err, ERROR_UNAUTHENTICATED, "28000", "role \"%s\" does not exist", session->user_name);
        return session_fail(session, &err);
    }
    if (!asked)
        return authenticated(session);
    return terms->auth == PGDOOR_MD5 ? begin_md5(session) : begin_scram(session);
}

static enum step sasl_first(struct session *session, const struct pgwire_message *message) {
    struct error err;
    struct pgwire_sasl_initial initial;
    struct writer answer = {0};
    bool ok = pgwire_sasl_initial_read(message, &initial, &err) &&
              pgwire_scram_first(&session->scram, initial.mechanism, initial.response, &answer, &err);
    if (ok)
        pgwire_write_authentication_sasl_continue(&session->out, answer.bytes, answer.length);
    writer_destroy(&answer);
    if (!ok)
        return session_fail(session, &err);
    session_set_state(session, SESSION_SASL_FINAL);
    return STEP_AGAIN;
}

static enum step sasl_final(struct session *session, const struct pgwire_message *message) {
    struct error err;
    struct writer answer = {0};
    bool ok = pgwire_scram_final(&session->scram, message->password, &answer, &err);
    if (ok)
        pgwire_write_authentication_sasl_final(&session->out, answer.bytes, answer.length);
    writer_destroy(&answer);
    if (ok)
        return authenticated(session);
    return err.kind == ERROR_UNAUTHENTICATED ? refuse_password(session) : session_fail(session, &err);
}

static enum step md5_answer(struct session *session, const struct pgwire_message *message) {
    struct error err;
    const char *answer;
    if (!pgwire_password_read(message, &answer, &err))
        return session_fail(session, &err);
    /* An unknown user's answer is compared all the same, with a password nobody has. */
    bool known = session->user && session->user->password;
    bool right = pgwire_md5_check(session->user_name, known ? session->user->password : "", session->md5_salt, answer);
    return known && right ? authenticated(session) : refuse_password(session);
}

/* The last word before a password is looked at: connections that wait side by side make no more guesses than one. */
enum step startup_password(struct session *session, const struct pgwire_message *message) {
    struct error err;
    if (!net_attempts_allow(session->door->options.attempts, net_stream_peer(session->stream), clock_monotonic_ns(), &err))
        return session_fail(session, &err);
    switch (session->state) {
    case SESSION_SASL_FIRST:
        return sasl_first(session, message);
    case SESSION_SASL_FINAL:
        return sasl_final(session, message);
    default:
        return md5_answer(session, message);
    }
}

/* ---- what and how ---- */

static bool open_database(struct session *session, struct error *err) {
    const struct pgdoor_options *options = &session->door->options;
    const char *wanted = session->database;
    const char *own = engine_database_name(options->database);
    bool is_default = strcmp(wanted, "postgres") == 0 ||
                      (options->database_alias && strcmp(wanted, options->database_alias) == 0);
    session->engine = engine_connection_create(options->database, err);
    if (!session->engine)
        return false;
    if (is_default)
        return keep_text(&session->database, own, err);
    return execute_database_exists(session, wanted, err);
}

/* A command line such as `-c geqo=off --search_path=a`, words separated by spaces, a backslash taking the next character. */
static bool apply_options(struct session *session, const char *text, struct error *err) {
    char *words = arena_copy_string(&session->message, text);
    if (!words)
        return error_set_no_memory(err);
    for (char *at = words; *at;) {
        while (*at == ' ')
            at++;
        char *word = at, *to = at;
        for (; *at && *at != ' '; at++) {
            if (*at == '\\' && at[1])
                at++;
            *to++ = *at;
        }
        bool more = *at;
        *to = '\0';
        at += more;
        if (!*word || (more && strcmp(word, "-c") == 0))
            continue; /* the assignment is the next word */
        char *equals = strchr(word, '=');
        if (!equals)
            return error_set_state(err, ERROR_SETTINGS, "42601", "invalid command-line argument for server process: %s",
                                   word);
        *equals = '\0';
        word += strncmp(word, "--", 2) == 0 || strncmp(word, "-c", 2) == 0 ? 2 : 0;
        for (char *c = word; *c; c++)
            *c = *c == '-' ? '_' : *c;
        if (!parameters_start(session, word, equals + 1, err))
            return false;
    }
    return true;
}

static bool apply_parameters(struct session *session, struct error *err) {
    bool ok = parameters_start_server(session, err);
    for (int32_t i = 0; ok && i < session->startup_parameter_count; i++) {
        const struct pgwire_parameter *parameter = &session->startup_parameters[i];
        if (strcmp(parameter->name, "options") == 0)
            ok = apply_options(session, parameter->value, err);
        else if (strcmp(parameter->name, "user") != 0 && strcmp(parameter->name, "database") != 0 &&
                 strcmp(parameter->name, "replication") != 0)
            ok = parameters_start(session, parameter->name, parameter->value, err);
    }
    return ok && parameters_apply_engine(session, err);
}

static enum step authenticated(struct session *session) {
    struct error err;
    error_clear(&err);
    if (!door_admit(session->door, session, &err) || !open_database(session, &err) || !apply_parameters(session, &err))
        return session_fail(session, &err);
    pgwire_write_authentication_ok(&session->out);
    parameters_report_all(session);
    pgwire_write_backend_key_data(&session->out, session->pid, session->cancel_key, sizeof session->cancel_key);
    pgwire_write_ready_for_query(&session->out, PGWIRE_IDLE);
    atomic_store(&session->idle_deadline_ns, 0);
    arena_destroy(&session->statement); /* held the start-up packet */
    session->startup_parameters = NULL;
    session_set_state(session, SESSION_READY);
    watch_connected(session);
    return STEP_AGAIN;
}

/* ---- the first packet ---- */

/* The packet's strings are gone with the next bytes read; the parameters are wanted after authentication. */
static bool keep_parameters(struct session *session, const struct pgwire_startup *startup, struct error *err) {
    int32_t count = startup->parameter_count;
    struct pgwire_parameter *kept = arena_allocate(&session->statement, (size_t)count * sizeof *kept);
    if (!kept)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < count; i++) {
        kept[i].name = arena_copy_string(&session->statement, startup->parameters[i].name);
        kept[i].value = arena_copy_string(&session->statement, startup->parameters[i].value);
        if (!kept[i].name || !kept[i].value)
            return error_set_no_memory(err);
    }
    session->startup_parameters = kept;
    session->startup_parameter_count = count;
    return true;
}

static enum step begin_session(struct session *session, const struct pgwire_startup *startup) {
    struct error err;
    struct pgdoor *door = session->door;
    const char *user = pgwire_startup_parameter(startup, "user");
    const char *database = pgwire_startup_parameter(startup, "database");
    if (startup->minor > PGWIRE_PROTOCOL_MINOR || startup->unknown_option_count)
        pgwire_write_negotiate_protocol_version(&session->out, PGWIRE_PROTOCOL_MINOR, startup->unknown_options,
                                                startup->unknown_option_count);
    if (!keep_parameters(session, startup, &err) || !keep_text(&session->user_name, user, &err) ||
        !keep_text(&session->database, database && database[0] ? database : user, &err))
        return session_fail(session, &err);
    if (atomic_load(&door->draining)) {
        error_set_state(&err, ERROR_SHUTDOWN, "57P03", "the database system is shutting down");
        return session_fail(session, &err);
    }
    if (door->options.tls_mode == PGDOOR_TLS_REQUIRE && !session->trusted && !net_stream_is_tls(session->stream)) {
        error_set_state(&err, ERROR_UNAUTHENTICATED, "28000",
                        "no pg_hba.conf entry for host \"%s\", user \"%s\", database \"%s\", no encryption",
                        net_stream_peer(session->stream), session->user_name, session->database);
        error_set_hint(&err, "The server asks for TLS (setting TLS_MODE).");
        return session_fail(session, &err);
    }
    return begin_authentication(session);
}

enum step startup_step(struct session *session, size_t *wanted) {
    struct error err;
    struct pgwire_frame frame;
    struct pgwire_startup startup;
    if (!session->peeked)
        return look_for_tls(session);
    switch (pgwire_frame_read_startup(session_input(session), session->in.length - session->in_used, &frame,
                                      wanted, &err)) {
    case PGWIRE_FRAME_PARTIAL:
        return session->input_ended ? STEP_END : STEP_WANT_READ;
    case PGWIRE_FRAME_INVALID:
        return session_fail(session, &err);
    case PGWIRE_FRAME_COMPLETE:
        break;
    }
    session->in_used += frame.frame_bytes;
    if (!pgwire_startup_parse(&frame, &session->statement, &startup, &err))
        return session_fail(session, &err);
    switch (startup.kind) {
    case PGWIRE_CANCEL_REQUEST:
        door_cancel_request(session->door, startup.cancel_pid, startup.cancel_key, startup.cancel_key_bytes);
        return STEP_END;
    case PGWIRE_SSL_REQUEST:
    case PGWIRE_GSSENC_REQUEST:
        return answer_encryption(session, startup.kind);
    case PGWIRE_STARTUP:
        break;
    }
    return begin_session(session, &startup);
}
