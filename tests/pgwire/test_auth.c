/* SCRAM against a client written here from RFC 5802, and what a server must refuse; md5; SASLprep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "pgwire/auth.h"

static const uint8_t certificate_hash[32] = {1, 2, 3};

struct exchange {
    struct pgwire_scram scram;
    char server_first[512];
    char server_final[512];
    struct error err;
};

static struct pgwire_value value_of(const char *text) {
    return (struct pgwire_value){(const uint8_t *)text, (int32_t)strlen(text)};
}

static bool send_first(struct exchange *x, const char *mechanism, const char *message) {
    struct writer out = {0};
    error_clear(&x->err);
    bool ok = pgwire_scram_first(&x->scram, mechanism, value_of(message), &out, &x->err);
    if (ok)
        snprintf(x->server_first, sizeof x->server_first, "%.*s", (int)out.length, (const char *)out.bytes);
    writer_destroy(&out);
    return ok;
}

static bool send_final(struct exchange *x, const char *message) {
    struct writer out = {0};
    error_clear(&x->err);
    bool ok = pgwire_scram_final(&x->scram, value_of(message), &out, &x->err);
    if (ok)
        snprintf(x->server_final, sizeof x->server_final, "%.*s", (int)out.length, (const char *)out.bytes);
    writer_destroy(&out);
    return ok;
}

static void hmac(const uint8_t key[32], const char *text, uint8_t out[32]) {
    assert_non_null(HMAC(EVP_sha256(), key, 32, (const uint8_t *)text, strlen(text), out, NULL));
}

/* The client's final message for `password`; `signature` is what the server must answer. */
static void make_final(const struct exchange *x, const char *bare, const char *binding, const char *password,
                       char *message, size_t size, char signature[64]) {
    char nonce[256], salt_text[128], transcript[1024], proof_text[64];
    int iterations;
    uint8_t salt[96], salted[32], client[32], stored[32], server[32], sign[32], mac[32];
    assert_int_equal(3, sscanf(x->server_first, "r=%255[^,],s=%127[^,],i=%d", nonce, salt_text, &iterations));
    assert_int_equal(18, EVP_DecodeBlock(salt, (const uint8_t *)salt_text, (int)strlen(salt_text)));
    assert_int_equal(4096, iterations);
    PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, 16, iterations, EVP_sha256(), 32, salted);
    hmac(salted, "Client Key", client);
    EVP_Digest(client, 32, stored, NULL, EVP_sha256(), NULL);
    hmac(salted, "Server Key", server);
    snprintf(transcript, sizeof transcript, "%s,%s,c=%s,r=%s", bare, x->server_first, binding, nonce);
    hmac(stored, transcript, sign);
    for (int i = 0; i < 32; i++)
        client[i] ^= sign[i];
    EVP_EncodeBlock((uint8_t *)proof_text, client, 32);
    snprintf(message, size, "c=%s,r=%s,p=%s", binding, nonce, proof_text);
    hmac(server, transcript, mac);
    strcpy(signature, "v=");
    EVP_EncodeBlock((uint8_t *)signature + 2, mac, 32);
}

static bool log_in(struct exchange *x, const char *mechanism, const char *gs2, const char *binding,
                   const char *password) {
    char first[128], final[512], signature[64];
    snprintf(first, sizeof first, "%sn=,r=abcdef", gs2);
    if (!send_first(x, mechanism, first))
        return false;
    make_final(x, "n=,r=abcdef", binding, password, final, sizeof final, signature);
    if (!send_final(x, final))
        return false;
    assert_string_equal(signature, x->server_final);
    assert_int_equal(PGWIRE_SCRAM_DONE, x->scram.state);
    return true;
}

static struct pgwire_scram_verifier verifier_of(const char *password) {
    struct pgwire_scram_verifier verifier;
    struct error err;
    assert_true(pgwire_scram_verifier_create(password, &verifier, &err));
    return verifier;
}

static void the_right_password_is_let_in(void **state) {
    (void)state;
    struct pgwire_scram_verifier verifier = verifier_of("pencil");
    struct exchange x;
    pgwire_scram_begin(&x.scram, &verifier, NULL, 0);
    assert_true(log_in(&x, "SCRAM-SHA-256", "n,,", "biws", "pencil"));
    pgwire_scram_destroy(&x.scram);
    pgwire_scram_begin(&x.scram, &verifier, NULL, 0);
    assert_true(log_in(&x, "SCRAM-SHA-256", "y,,", "eSws", "pencil"));
    pgwire_scram_destroy(&x.scram);
}

static void a_wrong_password_and_a_wrong_user_look_alike(void **state) {
    (void)state;
    struct pgwire_scram_verifier verifier = verifier_of("pencil"), mock, again;
    uint8_t secret[32] = {9};
    struct exchange x;
    char first[128];
    pgwire_scram_begin(&x.scram, &verifier, NULL, 0);
    assert_false(log_in(&x, "SCRAM-SHA-256", "n,,", "biws", "pen"));
    assert_int_equal(ERROR_UNAUTHENTICATED, x.err.kind);
    assert_string_equal("28P01", error_sqlstate(&x.err));
    snprintf(first, sizeof first, "%.100s", x.err.message);
    pgwire_scram_destroy(&x.scram);

    assert_true(pgwire_scram_verifier_mock("nobody", secret, &mock, &x.err));
    assert_true(pgwire_scram_verifier_mock("nobody", secret, &again, &x.err));
    assert_memory_equal(mock.salt, again.salt, sizeof mock.salt);
    pgwire_scram_begin(&x.scram, &mock, NULL, 0);
    assert_false(log_in(&x, "SCRAM-SHA-256", "n,,", "biws", "pencil"));
    assert_string_equal(first, x.err.message);
    pgwire_scram_destroy(&x.scram);
}

static void channel_binding_binds(void **state) {
    (void)state;
    struct pgwire_scram_verifier verifier = verifier_of("pencil");
    struct exchange x;
    char raw[128], binding[256];
    memcpy(raw, "p=tls-server-end-point,,", 24);
    memcpy(raw + 24, certificate_hash, 32);
    EVP_EncodeBlock((uint8_t *)binding, (const uint8_t *)raw, 56);
    pgwire_scram_begin(&x.scram, &verifier, certificate_hash, 32);
    assert_true(log_in(&x, "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,", binding, "pencil"));
    pgwire_scram_destroy(&x.scram);
    raw[30] ^= 1;
    EVP_EncodeBlock((uint8_t *)binding, (const uint8_t *)raw, 56);
    pgwire_scram_begin(&x.scram, &verifier, certificate_hash, 32);
    assert_false(log_in(&x, "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,", binding, "pencil"));
    assert_string_equal("SCRAM channel binding check failed", x.err.message);
    pgwire_scram_destroy(&x.scram);
}

struct refusal {
    const char *mechanism, *first;
    size_t hash_bytes;
    const char *sqlstate, *message;
};

static void bad_first_messages_are_refused(void **state) {
    (void)state;
    static const struct refusal refusals[] = {
        {"SCRAM-SHA-1", "n,,n=,r=a", 0, "08P01", "client selected an invalid SASL authentication mechanism"},
        {"SCRAM-SHA-256-PLUS", "n,,n=,r=a", 0, "08P01", "client selected an invalid SASL authentication mechanism"},
        {"SCRAM-SHA-256", "y,,n=,r=a", 32, "28000", "SCRAM channel binding negotiation error"},
        {"SCRAM-SHA-256-PLUS", "n,,n=,r=a", 32, "08P01", "malformed SCRAM message"},
        {"SCRAM-SHA-256", "p=tls-server-end-point,,n=,r=a", 32, "08P01", "malformed SCRAM message"},
        {"SCRAM-SHA-256-PLUS", "p=tls-unique,,n=,r=a", 32, "08P01",
         "unsupported SCRAM channel-binding type \"tls-unique\""},
        {"SCRAM-SHA-256", "n,a=x,n=,r=a", 0, "0A000", "client uses authorization identity, but it is not supported"},
        {"SCRAM-SHA-256", "n,,m=x,n=,r=a", 0, "0A000", "client requires an unsupported SCRAM extension"},
        {"SCRAM-SHA-256", "n,,n=,r=", 0, "08P01", "non-printable characters in SCRAM nonce"},
        {"SCRAM-SHA-256", "n,,n=,r=a\x01", 0, "08P01", "non-printable characters in SCRAM nonce"},
        {"SCRAM-SHA-256", "n,,r=a", 0, "08P01", "malformed SCRAM message"},
        {"SCRAM-SHA-256", "n", 0, "08P01", "malformed SCRAM message"},
        {"SCRAM-SHA-256", "", 0, "08P01", "malformed SCRAM message"},
    };
    struct pgwire_scram_verifier verifier = verifier_of("pencil");
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct exchange x;
        pgwire_scram_begin(&x.scram, &verifier, certificate_hash, refusals[i].hash_bytes);
        assert_false(send_first(&x, refusals[i].mechanism, refusals[i].first));
        assert_string_equal(refusals[i].message, x.err.message);
        assert_string_equal(refusals[i].sqlstate, error_sqlstate(&x.err));
        assert_int_equal(PGWIRE_SCRAM_REFUSED, x.scram.state);
        pgwire_scram_destroy(&x.scram);
    }
}

static void bad_final_messages_are_refused(void **state) {
    (void)state;
    struct pgwire_scram_verifier verifier = verifier_of("pencil");
    char final[512], signature[64], bad[600];
    for (int i = 0; i < 6; i++) {
        struct exchange x;
        pgwire_scram_begin(&x.scram, &verifier, NULL, 0);
        assert_true(send_first(&x, "SCRAM-SHA-256", "n,,n=,r=a"));
        make_final(&x, "n=,r=a", "biws", "pencil", final, sizeof final, signature);
        snprintf(bad, sizeof bad, "%s", final);
        size_t length = strlen(bad);
        if (i == 0)
            memcpy(bad, "c=eSws", 6);
        else if (i == 1)
            bad[10] ^= 1; /* in the nonce */
        else if (i == 2)
            bad[length - 1] = '\0'; /* the proof's padding */
        else if (i == 3)
            bad[length - 20] = '!';
        else if (i == 4)
            strcat(bad, ",x");
        else
            bad[0] = '\0';
        assert_false(send_final(&x, bad));
        assert_int_equal(ERROR_PROTOCOL, x.err.kind);
        assert_false(send_final(&x, final)); /* and it stays refused */
        pgwire_scram_destroy(&x.scram);
    }
}

static void a_missing_first_response_is_asked_for(void **state) {
    (void)state;
    struct pgwire_scram_verifier verifier = verifier_of("pencil");
    struct exchange x;
    struct writer out = {0};
    pgwire_scram_begin(&x.scram, &verifier, NULL, 0);
    assert_true(pgwire_scram_first(&x.scram, "SCRAM-SHA-256", (struct pgwire_value){NULL, PGWIRE_NULL}, &out, &x.err));
    assert_int_equal(0, out.length);
    assert_true(send_first(&x, NULL, "n,,n=,r=a"));
    pgwire_scram_destroy(&x.scram);
    writer_destroy(&out);
}

static void expect_prepared(const char *password, const char *prepared) {
    struct writer out = {0};
    pgwire_password_prepare(password, &out);
    assert_string_equal(prepared, (const char *)out.bytes);
    writer_destroy(&out);
}

/* RFC 4013, section 3, and what cannot be prepared. */
static void passwords_are_prepared(void **state) {
    (void)state;
    expect_prepared("I\xc2\xadX", "IX");
    expect_prepared("\xc2\xaa", "a");
    expect_prepared("\xe2\x85\xa8", "IX");
    expect_prepared("a\xc2\xa0" "b", "a b");
    expect_prepared("\x07", "\x07");
    expect_prepared("\xd8\xa7\x31", "\xd8\xa7\x31");
    expect_prepared("\xff\xfe", "\xff\xfe");
}

static void md5_is_checked(void **state) {
    (void)state;
    static const uint8_t salt[4] = {0x93, 0xf6, 0x1b, 0x2e};
    char inner[64], outer[64], answer[64];
    uint8_t hash[16], salted[36];
    EVP_Digest("secretme", 8, hash, NULL, EVP_md5(), NULL);
    for (int i = 0; i < 16; i++)
        sprintf(inner + 2 * i, "%02x", hash[i]);
    memcpy(salted, inner, 32);
    memcpy(salted + 32, salt, 4);
    EVP_Digest(salted, 36, hash, NULL, EVP_md5(), NULL);
    for (int i = 0; i < 16; i++)
        sprintf(outer + 2 * i, "%02x", hash[i]);
    snprintf(answer, sizeof answer, "md5%.32s", outer);
    assert_true(pgwire_md5_check("me", "secret", salt, answer));
    assert_false(pgwire_md5_check("me", "secre", salt, answer));
    assert_false(pgwire_md5_check("you", "secret", salt, answer));
    assert_false(pgwire_md5_check("me", "secret", salt, "md5"));
    assert_true(pgwire_password_equal("a", "a"));
    assert_false(pgwire_password_equal("a", "ab"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_password_is_let_in),
        cmocka_unit_test(a_wrong_password_and_a_wrong_user_look_alike),
        cmocka_unit_test(channel_binding_binds),
        cmocka_unit_test(bad_first_messages_are_refused),
        cmocka_unit_test(bad_final_messages_are_refused),
        cmocka_unit_test(a_missing_first_response_is_asked_for),
        cmocka_unit_test(passwords_are_prepared),
        cmocka_unit_test(md5_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
