/* The server's side of a SCRAM exchange, RFC 5802 with SHA-256 (RFC 7677). Error texts are PostgreSQL's
 * (auth-scram.c). */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/reader.h"
#include "pgwire/auth.h"

/* What stands between two commas. */
struct span {
    const char *bytes;
    size_t length;
};

static bool fail_malformed(struct error *err, const char *detail) {
    error_set(err, ERROR_PROTOCOL, "malformed SCRAM message");
    error_set_detail(err, "%s", detail);
    return false;
}

static struct span take_until_comma(struct reader *r) {
    const uint8_t *comma = r->left ? memchr(r->at, ',', r->left) : NULL;
    size_t length = comma ? (size_t)(comma - r->at) : r->left;
    struct span span = {(const char *)reader_bytes(r, length), length};
    if (comma)
        reader_u8(r);
    return span;
}

/* `name=value`, and the comma behind it. */
static bool take_attribute(struct reader *r, char name, struct span *value, struct error *err) {
    struct span span = take_until_comma(r);
    if (span.length < 1 || span.bytes[0] != name) {
        error_set(err, ERROR_PROTOCOL, "malformed SCRAM message");
        error_set_detail(err, "Expected attribute \"%c\" but found \"0x%02x\".", name,
                         span.length ? (unsigned)(uint8_t)span.bytes[0] : 0);
        return false;
    }
    if (span.length < 2 || span.bytes[1] != '=') {
        error_set(err, ERROR_PROTOCOL, "malformed SCRAM message");
        error_set_detail(err, "Expected character \"=\" for attribute \"%c\".", name);
        return false;
    }
    *value = (struct span){span.bytes + 2, span.length - 2};
    return true;
}

static bool span_equals(struct span span, const char *text) {
    return span.length == strlen(text) && memcmp(span.bytes, text, span.length) == 0;
}

static void write_base64(struct writer *w, const void *bytes, size_t length) {
    size_t text_bytes = (length + 2) / 3 * 4;
    /* EVP_EncodeBlock adds a NUL. */
    if (!writer_reserve(w, text_bytes + 1))
        return;
    EVP_EncodeBlock(w->bytes + w->length, bytes, (int)length);
    w->length += text_bytes;
}

void pgwire_scram_begin(struct pgwire_scram *scram, const struct pgwire_scram_verifier *verifier,
                        const uint8_t *endpoint_hash, size_t endpoint_hash_bytes) {
    *scram = (struct pgwire_scram){.state = PGWIRE_SCRAM_FIRST, .verifier = verifier};
    if (endpoint_hash_bytes > 0 && endpoint_hash_bytes <= sizeof scram->endpoint_hash) {
        memcpy(scram->endpoint_hash, endpoint_hash, endpoint_hash_bytes);
        scram->endpoint_hash_bytes = endpoint_hash_bytes;
    }
}

void pgwire_scram_destroy(struct pgwire_scram *scram) {
    if (!scram)
        return;
    if (scram->transcript.bytes)
        OPENSSL_cleanse(scram->transcript.bytes, scram->transcript.capacity);
    writer_destroy(&scram->transcript);
    OPENSSL_cleanse(scram, sizeof *scram);
    scram->state = PGWIRE_SCRAM_REFUSED;
}

static bool choose_mechanism(struct pgwire_scram *scram, const char *mechanism, struct error *err) {
    bool tls = scram->endpoint_hash_bytes > 0;
    scram->channel_bound = tls && strcmp(mechanism, "SCRAM-SHA-256-PLUS") == 0;
    if (scram->channel_bound || strcmp(mechanism, "SCRAM-SHA-256") == 0)
        return true;
    return error_set(err, ERROR_PROTOCOL, "client selected an invalid SASL authentication mechanism");
}

/* n, y or p=NAME: whether the client binds to the channel, and whether that fits the mechanism it chose. The check of y
 * defends against a man in the middle who removed the PLUS mechanism from our list. */
static bool check_binding_flag(struct pgwire_scram *scram, struct span flag, struct error *err) {
    char kind = flag.length ? flag.bytes[0] : '\0';
    if (kind == 'p' && flag.length > 1 && flag.bytes[1] == '=') {
        if (!scram->channel_bound)
            return fail_malformed(err, "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message "
                                       "includes channel binding data.");
        struct span name = {flag.bytes + 2, flag.length - 2};
        if (!span_equals(name, "tls-server-end-point"))
            return error_set(err, ERROR_PROTOCOL, "unsupported SCRAM channel-binding type \"%.*s\"", (int)name.length,
                             name.bytes);
    } else if ((kind == 'n' || kind == 'y') && flag.length == 1) {
        if (scram->channel_bound)
            return fail_malformed(err, "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include "
                                       "channel binding data.");
        if (kind == 'y' && scram->endpoint_hash_bytes > 0) {
            error_set_state(err, ERROR_PROTOCOL, "28000", "SCRAM channel binding negotiation error");
            error_set_detail(err, "The client supports SCRAM channel binding but thinks the server does not.  However, "
                                  "this server does support channel binding.");
            return false;
        }
    } else {
        error_set(err, ERROR_PROTOCOL, "malformed SCRAM message");
        error_set_detail(err, "Unexpected channel-binding flag \"0x%02x\".", (unsigned)(uint8_t)kind);
        return false;
    }
    scram->binding_flag = kind;
    return true;
}

static bool is_printable(struct span span) {
    for (size_t i = 0; i < span.length; i++)
        if (span.bytes[i] < 0x21 || span.bytes[i] > 0x7E)
            return false;
    return span.length > 0;
}

/* gs2-header and client-first-message-bare. */
static bool read_first(struct pgwire_scram *scram, struct reader *r, struct span *bare, struct span *nonce,
                       struct error *err) {
    struct span user;
    if (!check_binding_flag(scram, take_until_comma(r), err))
        return false;
    if (r->left && *r->at == 'a')
        return error_set_state(err, ERROR_UNSUPPORTED, "0A000",
                               "client uses authorization identity, but it is not supported");
    if (take_until_comma(r).length > 0)
        return fail_malformed(err, "Unexpected attribute in client-first-message.");
    *bare = (struct span){(const char *)r->at, r->left};
    if (r->left && *r->at == 'm')
        return error_set_state(err, ERROR_UNSUPPORTED, "0A000", "client requires an unsupported SCRAM extension");
    if (!take_attribute(r, 'n', &user, err) || !take_attribute(r, 'r', nonce, err))
        return false;
    if (!is_printable(*nonce))
        return error_set(err, ERROR_PROTOCOL, "non-printable characters in SCRAM nonce");
    return true;
}

static bool write_server_first(struct pgwire_scram *scram, struct span bare, struct span nonce, struct writer *out,
                               struct error *err) {
    uint8_t random[PGWIRE_SCRAM_NONCE_BYTES];
    if (!pgwire_random(random, sizeof random, err))
        return false;
    struct writer *t = &scram->transcript;
    writer_bytes(t, bare.bytes, bare.length);
    writer_u8(t, ',');
    size_t start = t->length;
    writer_text(t, "r=");
    scram->nonce_offset = t->length;
    writer_bytes(t, nonce.bytes, nonce.length);
    write_base64(t, random, sizeof random);
    scram->nonce_bytes = t->length - scram->nonce_offset;
    writer_text(t, ",s=");
    write_base64(t, scram->verifier->salt, PGWIRE_SCRAM_SALT_BYTES);
    writer_format(t, ",i=%d", scram->verifier->iterations);
    if (!writer_ok(t))
        return error_set_no_memory(err);
    writer_bytes(out, t->bytes + start, t->length - start);
    writer_u8(t, ',');
    return writer_ok(t) || error_set_no_memory(err);
}

static bool check_message(struct pgwire_value message, struct error *err) {
    if (message.length <= 0)
        return fail_malformed(err, "The message is empty.");
    if (memchr(message.bytes, 0, (size_t)message.length))
        return fail_malformed(err, "Message length does not match input length.");
    return true;
}

bool pgwire_scram_first(struct pgwire_scram *scram, const char *mechanism, struct pgwire_value message,
                        struct writer *out, struct error *err) {
    struct span bare = {0}, nonce = {0};
    bool ok = scram->state == PGWIRE_SCRAM_FIRST && (!mechanism || choose_mechanism(scram, mechanism, err));
    if (ok && mechanism && message.length == PGWIRE_NULL)
        return true; /* the empty challenge asks for the message itself */
    struct reader r = reader_over(message.bytes, message.length > 0 ? (size_t)message.length : 0);
    ok = ok && check_message(message, err) && read_first(scram, &r, &bare, &nonce, err) &&
         write_server_first(scram, bare, nonce, out, err);
    scram->state = ok ? PGWIRE_SCRAM_FINAL : PGWIRE_SCRAM_REFUSED;
    return ok;
}

/* c=: the gs2-header of the first message and, when bound, the certificate's hash. */
static bool check_binding(const struct pgwire_scram *scram, struct span given, struct error *err) {
    struct writer raw = {0}, expected = {0};
    if (scram->channel_bound) {
        writer_text(&raw, "p=tls-server-end-point,,");
        writer_bytes(&raw, scram->endpoint_hash, scram->endpoint_hash_bytes);
    } else {
        writer_u8(&raw, (uint8_t)scram->binding_flag);
        writer_text(&raw, ",,");
    }
    if (writer_ok(&raw))
        write_base64(&expected, raw.bytes, raw.length);
    bool memory = writer_ok(&raw) && writer_ok(&expected);
    bool same = memory && expected.length == given.length && memcmp(expected.bytes, given.bytes, given.length) == 0;
    writer_destroy(&raw);
    writer_destroy(&expected);
    if (!memory)
        return error_set_no_memory(err);
    if (same)
        return true;
    if (scram->channel_bound)
        return error_set_state(err, ERROR_PROTOCOL, "28000", "SCRAM channel binding check failed");
    return error_set(err, ERROR_PROTOCOL, "unexpected SCRAM channel-binding attribute in client-final-message");
}

static bool check_nonce(const struct pgwire_scram *scram, struct span given, struct error *err) {
    if (given.length == scram->nonce_bytes &&
        memcmp(given.bytes, scram->transcript.bytes + scram->nonce_offset, given.length) == 0)
        return true;
    error_set(err, ERROR_PROTOCOL, "invalid SCRAM response");
    error_set_detail(err, "Nonce does not match.");
    return false;
}

/* A proof is 32 bytes: 43 base64 digits and one "=". */
static bool decode_proof(struct span text, uint8_t proof[PGWIRE_SCRAM_KEY_BYTES], struct error *err) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t decoded[PGWIRE_SCRAM_KEY_BYTES + 1];
    bool ok = text.length == 44 && text.bytes[43] == '=';
    for (size_t i = 0; ok && i < 43; i++)
        ok = text.bytes[i] && strchr(digits, text.bytes[i]);
    if (!ok || EVP_DecodeBlock(decoded, (const uint8_t *)text.bytes, 44) != sizeof decoded)
        return fail_malformed(err, "Malformed proof in client-final-message.");
    memcpy(proof, decoded, PGWIRE_SCRAM_KEY_BYTES);
    return true;
}

/* Everything up to the proof joins the transcript, which is then AuthMessage. */
static bool read_final(struct pgwire_scram *scram, struct pgwire_value message, uint8_t proof[PGWIRE_SCRAM_KEY_BYTES],
                       struct error *err) {
    struct reader r = reader_over(message.bytes, (size_t)message.length);
    struct span binding, nonce, text;
    if (!take_attribute(&r, 'c', &binding, err) || !check_binding(scram, binding, err) ||
        !take_attribute(&r, 'r', &nonce, err) || !check_nonce(scram, nonce, err))
        return false;
    const uint8_t *proof_start = r.at;
    while (r.left && *r.at != 'p') { /* extensions, which may be ignored */
        take_until_comma(&r);
        proof_start = r.at;
    }
    if (!take_attribute(&r, 'p', &text, err) || !decode_proof(text, proof, err))
        return false;
    if (!reader_finished(&r))
        return fail_malformed(err, "Garbage found at the end of client-final-message.");
    writer_bytes(&scram->transcript, message.bytes, (size_t)(proof_start - message.bytes) - 1);
    return writer_ok(&scram->transcript) || error_set_no_memory(err);
}

static bool sign(const struct pgwire_scram *scram, const uint8_t key[PGWIRE_SCRAM_KEY_BYTES],
                 uint8_t signature[PGWIRE_SCRAM_KEY_BYTES]) {
    return HMAC(EVP_sha256(), key, PGWIRE_SCRAM_KEY_BYTES, scram->transcript.bytes, scram->transcript.length, signature,
                NULL) != NULL;
}

/* ClientKey = proof XOR ClientSignature must hash to StoredKey. A mock verifier goes the same way and never fits. */
static bool proof_is_right(const struct pgwire_scram *scram, const uint8_t proof[PGWIRE_SCRAM_KEY_BYTES]) {
    uint8_t key[PGWIRE_SCRAM_KEY_BYTES], hash[PGWIRE_SCRAM_KEY_BYTES];
    if (!sign(scram, scram->verifier->stored_key, key))
        return false;
    for (int i = 0; i < PGWIRE_SCRAM_KEY_BYTES; i++)
        key[i] ^= proof[i];
    bool ok = EVP_Digest(key, sizeof key, hash, NULL, EVP_sha256(), NULL) == 1 &&
              (CRYPTO_memcmp(hash, scram->verifier->stored_key, sizeof hash) == 0) & !scram->verifier->is_mock;
    OPENSSL_cleanse(key, sizeof key);
    return ok;
}

bool pgwire_scram_final(struct pgwire_scram *scram, struct pgwire_value message, struct writer *out,
                        struct error *err) {
    if (scram->state != PGWIRE_SCRAM_FINAL)
        return fail_malformed(err, "The exchange does not await a final message.");
    uint8_t proof[PGWIRE_SCRAM_KEY_BYTES], signature[PGWIRE_SCRAM_KEY_BYTES];
    bool ok = check_message(message, err) && read_final(scram, message, proof, err);
    if (ok && !(sign(scram, scram->verifier->server_key, signature) && proof_is_right(scram, proof)))
        ok = error_set(err, ERROR_UNAUTHENTICATED, "password authentication failed");
    scram->state = ok ? PGWIRE_SCRAM_DONE : PGWIRE_SCRAM_REFUSED;
    if (!ok)
        return false;
    writer_text(out, "v=");
    write_base64(out, signature, sizeof signature);
    return true;
}
