/* What the server knows of passwords: SASLprep, SCRAM verifiers, md5, comparisons. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <stringprep.h>

#include "pgwire/auth.h"

bool pgwire_random(void *bytes, size_t length, struct error *err) {
    if (length <= INT32_MAX && RAND_bytes(bytes, (int)length) == 1)
        return true;
    return error_set(err, ERROR_SYSTEM, "could not get random bytes");
}

/* PostgreSQL leaves pure ASCII alone, even where SASLprep would refuse a control character. */
static bool is_ascii(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

void pgwire_password_prepare(const char *password, struct writer *out) {
    char *prepared = NULL;
    if (!is_ascii(password) && pgwire_text_check(password, strlen(password), NULL) &&
        stringprep_profile(password, &prepared, "SASLprep", STRINGPREP_NO_UNASSIGNED) == STRINGPREP_OK && *prepared)
        writer_string(out, prepared);
    else
        writer_string(out, password);
    if (prepared)
        OPENSSL_cleanse(prepared, strlen(prepared));
    free(prepared);
}

static bool hmac(const uint8_t key[PGWIRE_SCRAM_KEY_BYTES], const char *text, uint8_t out[PGWIRE_SCRAM_KEY_BYTES]) {
    return HMAC(EVP_sha256(), key, PGWIRE_SCRAM_KEY_BYTES, (const uint8_t *)text, strlen(text), out, NULL) != NULL;
}

/* RFC 5802, section 3: SaltedPassword, ClientKey, StoredKey, ServerKey. */
static bool derive_keys(const char *prepared, struct pgwire_scram_verifier *verifier) {
    uint8_t salted[PGWIRE_SCRAM_KEY_BYTES], client_key[PGWIRE_SCRAM_KEY_BYTES];
    bool ok = PKCS5_PBKDF2_HMAC(prepared, (int)strlen(prepared), verifier->salt, PGWIRE_SCRAM_SALT_BYTES,
                                verifier->iterations, EVP_sha256(), sizeof salted, salted) == 1 &&
              hmac(salted, "Client Key", client_key) &&
              EVP_Digest(client_key, sizeof client_key, verifier->stored_key, NULL, EVP_sha256(), NULL) == 1 &&
              hmac(salted, "Server Key", verifier->server_key);
    OPENSSL_cleanse(salted, sizeof salted);
    OPENSSL_cleanse(client_key, sizeof client_key);
    return ok;
}

bool pgwire_scram_verifier_create(const char *password, struct pgwire_scram_verifier *verifier, struct error *err) {
    struct pgwire_scram_verifier made = {.iterations = PGWIRE_SCRAM_ITERATIONS};
    struct writer prepared = {0};
    bool ok = false;
    pgwire_password_prepare(password, &prepared);
    if (!writer_ok(&prepared)) {
        error_set_no_memory(err);
        goto done;
    }
    if (!pgwire_random(made.salt, sizeof made.salt, err))
        goto done;
    ok = derive_keys((const char *)prepared.bytes, &made) || error_set(err, ERROR_SYSTEM, "could not hash a password");
    if (ok)
        *verifier = made;
done:
    if (prepared.bytes)
        OPENSSL_cleanse(prepared.bytes, prepared.length);
    writer_destroy(&prepared);
    return ok;
}

bool pgwire_scram_verifier_mock(const char *user, const uint8_t secret[32], struct pgwire_scram_verifier *verifier,
                                struct error *err) {
    struct pgwire_scram_verifier made = {.iterations = PGWIRE_SCRAM_ITERATIONS, .is_mock = true};
    uint8_t hash[PGWIRE_SCRAM_KEY_BYTES];
    if (!hmac(secret, user, hash) || !pgwire_random(made.stored_key, sizeof made.stored_key, NULL) ||
        !pgwire_random(made.server_key, sizeof made.server_key, NULL))
        return error_set(err, ERROR_SYSTEM, "could not make a mock verifier");
    memcpy(made.salt, hash, sizeof made.salt);
    *verifier = made;
    return true;
}

/* MD5 of two pieces as 32 digits. */
static bool md5_text(const void *a, size_t a_bytes, const void *b, size_t b_bytes, char out[33]) {
    uint8_t hash[16];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context && EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1 &&
              EVP_DigestUpdate(context, a, a_bytes) == 1 && EVP_DigestUpdate(context, b, b_bytes) == 1 &&
              EVP_DigestFinal_ex(context, hash, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (!ok)
        return false;
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
    out[32] = '\0';
    return true;
}

/* "md5" and md5(md5(password + user) + salt), PostgreSQL 15 documentation, section 55.2.1. */
bool pgwire_md5_answer(const char *user, const char *password, const uint8_t salt[4],
                       char answer[PGWIRE_MD5_TEXT_BYTES]) {
    char inner[33];
    memcpy(answer, "md5", 3);
    return md5_text(password, strlen(password), user, strlen(user), inner) && md5_text(inner, 32, salt, 4, answer + 3);
}

bool pgwire_md5_check(const char *user, const char *password, const uint8_t salt[4], const char *answer) {
    char expected[PGWIRE_MD5_TEXT_BYTES];
    return pgwire_md5_answer(user, password, salt, expected) && pgwire_password_equal(expected, answer);
}

/* Hashes make the lengths equal, so that the comparison tells nothing of either text. */
bool pgwire_password_equal(const char *a, const char *b) {
    uint8_t hash_a[32], hash_b[32];
    return EVP_Digest(a, strlen(a), hash_a, NULL, EVP_sha256(), NULL) == 1 &&
           EVP_Digest(b, strlen(b), hash_b, NULL, EVP_sha256(), NULL) == 1 &&
           CRYPTO_memcmp(hash_a, hash_b, sizeof hash_a) == 0;
}
