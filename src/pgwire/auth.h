/* Passwords: what the server keeps of one, and the server's side of SCRAM-SHA-256, SCRAM-SHA-256-PLUS and md5.
 *
 * Follows RFC 5802, RFC 7677, RFC 5929 (tls-server-end-point) and PostgreSQL's use of them: the user name of the SCRAM
 * message is ignored (the start-up packet's counts), passwords go through SASLprep (RFC 4013) and are taken as they are
 * when that is impossible. Comparisons take the same time for any input. No clock, no I/O but the system's randomness.
 * A verifier is immutable once made: any thread; an exchange belongs to one connection.
 */
#ifndef PGWIRE_AUTH_H
#define PGWIRE_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/writer.h"
#include "pgwire/message.h"

enum {
    PGWIRE_SCRAM_KEY_BYTES = 32,
    PGWIRE_SCRAM_SALT_BYTES = 16,   /* as PostgreSQL */
    PGWIRE_SCRAM_ITERATIONS = 4096, /* RFC 7677's least, and PostgreSQL's */
    PGWIRE_SCRAM_NONCE_BYTES = 18,  /* before base64, as PostgreSQL */
    PGWIRE_MD5_TEXT_BYTES = 36      /* "md5", 32 digits, NUL */
};

struct pgwire_scram_verifier {
    uint8_t salt[PGWIRE_SCRAM_SALT_BYTES];
    uint8_t stored_key[PGWIRE_SCRAM_KEY_BYTES];
    uint8_t server_key[PGWIRE_SCRAM_KEY_BYTES];
    int32_t iterations;
    bool is_mock; /* nobody's: the exchange runs to its end and fails */
};

/* Of a password, with fresh salt. */
bool pgwire_scram_verifier_create(const char *password, struct pgwire_scram_verifier *verifier, struct error *err);
/* For a user that does not exist: the salt depends on the name and the server's secret, so that it is the same each
 * time. */
bool pgwire_scram_verifier_mock(const char *user, const uint8_t secret[32], struct pgwire_scram_verifier *verifier,
                                struct error *err);

/* What the exchange awaits. */
enum pgwire_scram_state {
    PGWIRE_SCRAM_FIRST,    /* the client's first message */
    PGWIRE_SCRAM_FINAL,    /* its proof */
    PGWIRE_SCRAM_DONE,     /* nothing: authenticated */
    PGWIRE_SCRAM_REFUSED,  /* nothing: failed */
};

struct pgwire_scram {
    enum pgwire_scram_state state;
    const struct pgwire_scram_verifier *verifier; /* borrowed until the exchange ends */
    /* The hash of the server's certificate for SCRAM-SHA-256-PLUS; 0 bytes on a connection without TLS. */
    uint8_t endpoint_hash[64];
    size_t endpoint_hash_bytes;
    bool channel_bound; /* SCRAM-SHA-256-PLUS was chosen */
    char binding_flag;  /* the client's: n, y or p */
    struct writer transcript; /* client-first-bare, server-first, client-final-without-proof: RFC 5802's AuthMessage */
    size_t nonce_offset, nonce_bytes; /* of the whole nonce, within the transcript */
};

/* `endpoint_hash_bytes` of 0 means: no TLS, and SCRAM-SHA-256-PLUS is not offered. */
void pgwire_scram_begin(struct pgwire_scram *scram, const struct pgwire_scram_verifier *verifier,
                        const uint8_t *endpoint_hash, size_t endpoint_hash_bytes);
/* The mechanism and first message of SASLInitialResponse; appends the server's first message to `out`. When the
 * client sent none (PGWIRE_NULL) nothing is appended: an empty challenge asks for it, and it comes here with a NULL
 * mechanism. A failure is a malformed message (08P01) or an unusable mechanism. */
bool pgwire_scram_first(struct pgwire_scram *scram, const char *mechanism, struct pgwire_value message,
                        struct writer *out, struct error *err);
/* The client's final message; appends the server's to `out` when the proof is right. Otherwise false: a malformed
 * message (08P01), or `password authentication failed` (28P01, kind ERROR_UNAUTHENTICATED), whose text the session
 * words itself. */
bool pgwire_scram_final(struct pgwire_scram *scram, struct pgwire_value message, struct writer *out,
                        struct error *err);
/* Wipes the transcript and frees it. NULL is allowed. */
void pgwire_scram_destroy(struct pgwire_scram *scram);

/* The answer to AuthenticationMD5Password; false when the system lacks MD5. */
bool pgwire_md5_answer(const char *user, const char *password, const uint8_t salt[4],
                       char answer[PGWIRE_MD5_TEXT_BYTES]);
bool pgwire_md5_check(const char *user, const char *password, const uint8_t salt[4], const char *answer);
/* Cleartext: whether both are the same, in a time that depends on neither. */
bool pgwire_password_equal(const char *a, const char *b);
/* SASLprep; `out` gets the prepared password, or the password itself when it cannot be prepared. */
void pgwire_password_prepare(const char *password, struct writer *out);
/* Bytes from the system's source, for salts, cancel keys and secrets. */
bool pgwire_random(void *bytes, size_t length, struct error *err);

#endif
