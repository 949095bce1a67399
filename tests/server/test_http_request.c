#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/http_request.h"

static int parse(const char *text, struct http_request *request, size_t *used) {
    size_t length = strlen(text);
    char *copy = malloc(length + 1); /* of exactly its size, for the sanitizers */
    memcpy(copy, text, length);
    int status = http_request_parse(copy, length, request, used);
    free(copy);
    return status;
}

static void requests_that_are_served(void **state) {
    (void)state;
    static const struct {
        const char *text, *path;
        bool is_head, keeps_alive;
    } cases[] = {
        {"GET /metrics HTTP/1.1\r\n\r\n", "/metrics", false, true},
        {"GET /metrics?a=b HTTP/1.1\r\nHost: x\r\n\r\n", "/metrics", false, true},
        {"GET http://host:99/status HTTP/1.1\r\n\r\n", "/status", false, true},
        {"HEAD / HTTP/1.0\r\n\r\n", "/", true, false},
        {"GET / HTTP/1.1\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", "/", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_request request;
        size_t used = 0;
        assert_int_equal(HTTP_COMPLETE, parse(cases[i].text, &request, &used));
        assert_int_equal(strlen(cases[i].text), used);
        assert_string_equal(cases[i].path, request.path);
        assert_int_equal(cases[i].is_head, request.is_head);
        assert_int_equal(cases[i].keeps_alive, request.keeps_alive);
    }
}

static void requests_that_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int status;
    } cases[] = {
        {"GET / HTTP/1.1\r\n", HTTP_PARTIAL},
        {"", HTTP_PARTIAL},
        {"\r\n\r\n", 400},
        {"GET\r\n\r\n", 400},
        {"GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n folded\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA: \x01\r\n\r\n", 400},
        {"GET metrics HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/11.1\r\n\r\n", 400},
        {"G(T / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\n\r\n", 505},
        {"POST / HTTP/1.1\r\n\r\n", 405},
        {"get / HTTP/1.1\r\n\r\n", 405},
        {"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", 413},
        {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 413},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_request request;
        size_t used = 0;
        assert_int_equal(cases[i].status, parse(cases[i].text, &request, &used));
    }
}

static void long_requests_are_refused(void **state) {
    (void)state;
    struct http_request request;
    size_t used = 0;
    char *text = malloc(HTTP_REQUEST_BYTES + 1);
    memset(text, 'a', HTTP_REQUEST_BYTES + 1);
    assert_int_equal(HTTP_PARTIAL, http_request_parse(text, HTTP_REQUEST_BYTES - 1, &request, &used));
    assert_int_equal(431, http_request_parse(text, HTTP_REQUEST_BYTES, &request, &used));
    free(text);
}

/* A path longer than any page's is cut, and is none of them. */
static void long_paths_are_cut(void **state) {
    (void)state;
    struct http_request request;
    size_t used = 0;
    char text[400] = "GET /metrics";
    memset(text + strlen(text), '/', 300);
    strcpy(text + 312, " HTTP/1.1\r\n\r\n");
    assert_int_equal(HTTP_COMPLETE, parse(text, &request, &used));
    assert_int_equal(HTTP_PATH_BYTES - 1, strlen(request.path));
}

static bool has_token(const char *header, const char *token) {
    struct http_request request = {0};
    strcpy(request.authorization, header);
    return http_request_has_token(&request, token);
}

static void tokens(void **state) {
    (void)state;
    assert_true(has_token("Bearer secret", "secret"));
    assert_true(has_token("bearer secret", "secret"));
    assert_true(has_token("Basic YW55Om90aGVyOnNlY3JldA==", "other:secret"));
    assert_true(has_token("Basic OnNlY3JldA==", "secret"));
    assert_false(has_token("", "secret"));
    assert_false(has_token("Bearer ", "secret"));
    assert_false(has_token("Bearer secre", "secret"));
    assert_false(has_token("Bearer secrets", "secret"));
    assert_false(has_token("Digest secret", "secret"));
    assert_false(has_token("Basic c2VjcmV0", "secret")); /* no colon */
    assert_false(has_token("Basic !!!!", "secret"));
    assert_false(has_token("Basic OnNlY3JldA==x", "secret"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_that_are_served), cmocka_unit_test(requests_that_are_refused),
        cmocka_unit_test(long_requests_are_refused), cmocka_unit_test(long_paths_are_cut), cmocka_unit_test(tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
