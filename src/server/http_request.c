#include "server/http_request.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    BAD_REQUEST = 400,
    METHOD_NOT_ALLOWED = 405,
    CONTENT_TOO_LARGE = 413,
    FIELDS_TOO_LARGE = 431,
    VERSION_NOT_SUPPORTED = 505,
};

/* A piece of the request. */
struct slice {
    const char *bytes;
    size_t length;
};

static bool slice_is(struct slice slice, const char *text) {
    return strlen(text) == slice.length && !strncasecmp(slice.bytes, text, slice.length);
}

/* Takes what stands before the byte, and the byte, off the front. */
static bool take_until(struct slice *rest, char byte, struct slice *taken) {
    const char *found = memchr(rest->bytes, byte, rest->length);
    if (!found)
        return false;
    *taken = (struct slice){rest->bytes, (size_t)(found - rest->bytes)};
    rest->bytes += taken->length + 1;
    rest->length -= taken->length + 1;
    return true;
}

static struct slice trim(struct slice slice) {
    while (slice.length && (slice.bytes[0] == ' ' || slice.bytes[0] == '\t'))
        slice.bytes++, slice.length--;
    while (slice.length && (slice.bytes[slice.length - 1] == ' ' || slice.bytes[slice.length - 1] == '\t'))
        slice.length--;
    return slice;
}

/* RFC 9110, 5.6.2: what methods and field names are made of. */
static bool is_token(struct slice slice) {
    for (size_t i = 0; i < slice.length; i++) {
        unsigned char c = (unsigned char)slice.bytes[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return slice.length > 0;
}

/* No control characters but a tab; bytes above ASCII are let through, as the RFC allows. */
static bool is_value(struct slice slice) {
    for (size_t i = 0; i < slice.length; i++) {
        unsigned char c = (unsigned char)slice.bytes[i];
        if ((c < ' ' && c != '\t') || c == 0x7F)
            return false;
    }
    return true;
}

static bool copy(char *to, size_t size, struct slice from) {
    bool fits = from.length < size;
    snprintf(to, size, "%.*s", (int)(fits ? from.length : size - 1), from.bytes);
    return fits;
}

/* "/path?query", or the same behind "http://host". */
static bool take_target(struct slice target, struct http_request *request) {
    static const char scheme[] = "http://";
    if (target.length > strlen(scheme) && !strncasecmp(target.bytes, scheme, strlen(scheme))) {
        target.bytes += strlen(scheme);
        target.length -= strlen(scheme);
        const char *slash = memchr(target.bytes, '/', target.length);
        if (!slash)
            return false;
        target.length -= (size_t)(slash - target.bytes);
        target.bytes = slash;
    }
    const char *query = memchr(target.bytes, '?', target.length);
    if (query)
        target.length = (size_t)(query - target.bytes);
    copy(request->path, sizeof request->path, target);
    return target.length > 0 && target.bytes[0] == '/' && is_value(target);
}

static int take_request_line(struct slice line, struct http_request *request) {
    struct slice method, target;
    if (!take_until(&line, ' ', &method) || !take_until(&line, ' ', &target) || !is_token(method) ||
        !take_target(target, request))
        return BAD_REQUEST;
    if (line.length != 8 || strncmp(line.bytes, "HTTP/", 5))
        return BAD_REQUEST;
    if (strncmp(line.bytes + 5, "1.", 2))
        return VERSION_NOT_SUPPORTED;
    request->keeps_alive = line.bytes[7] != '0';
    request->is_head = method.length == 4 && !memcmp(method.bytes, "HEAD", 4);
    bool is_get = method.length == 3 && !memcmp(method.bytes, "GET", 3);
    return request->is_head || is_get ? HTTP_COMPLETE : METHOD_NOT_ALLOWED;
}

static int take_field(struct slice line, struct http_request *request) {
    struct slice name;
    if (!take_until(&line, ':', &name) || !is_token(name) || !is_value(line))
        return BAD_REQUEST;
    struct slice value = trim(line);
    if (slice_is(name, "authorization") && !copy(request->authorization, sizeof request->authorization, value))
        request->authorization[0] = '\0';
    if (slice_is(name, "connection") && slice_is(value, "close"))
        request->keeps_alive = false;
    if (slice_is(name, "transfer-encoding") || (slice_is(name, "content-length") && !slice_is(value, "0")))
        return CONTENT_TOO_LARGE;
    return HTTP_COMPLETE;
}

/* The next line without its CR LF; one with a CR or LF of its own is none. */
static bool take_line(struct slice *rest, struct slice *line) {
    return take_until(rest, '\n', line) && line->length > 0 && line->bytes[--line->length] == '\r' &&
           !memchr(line->bytes, '\r', line->length);
}

int http_request_parse(const char *bytes, size_t length, struct http_request *request, size_t *used) {
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    struct slice rest = {bytes, end ? (size_t)(end - bytes) + 2 : 0}, line;
    if (!end)
        return length < HTTP_REQUEST_BYTES ? HTTP_PARTIAL : FIELDS_TOO_LARGE;
    if (rest.length + 2 > HTTP_REQUEST_BYTES)
        return FIELDS_TOO_LARGE;
    *request = (struct http_request){0};
    *used = rest.length + 2;
    if (!take_line(&rest, &line))
        return BAD_REQUEST;
    int status = take_request_line(line, request), failure = HTTP_COMPLETE;
    while (rest.length && failure == HTTP_COMPLETE)
        failure = take_line(&rest, &line) ? take_field(line, request) : BAD_REQUEST;
    return status == HTTP_COMPLETE || failure == BAD_REQUEST ? failure : status;
}

/* ---- authorization ---- */

/* RFC 4648, 4; the length of what is decoded, or -1. */
static int decode_base64(const char *text, char *out, size_t size) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    int held = 0;
    size_t length = 0;
    for (; *text && *text != '='; text++) {
        const char *at = strchr(alphabet, *text);
        if (!at)
            return -1;
        bits = bits << 6 | (uint32_t)(at - alphabet);
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        if (length + 1 >= size)
            return -1;
        out[length++] = (char)(bits >> held & 0xFF);
    }
    out[length] = '\0';
    return strspn(text, "=") == strlen(text) ? (int)length : -1;
}

/* In a time that does not depend on where the texts differ. */
static bool is_same(const char *given, const char *token) {
    size_t length = strlen(token), given_length = strlen(given);
    unsigned char differs = given_length != length;
    for (size_t i = 0; i < given_length; i++)
        differs |= (unsigned char)(given[i] ^ token[i % (length + 1)]);
    return !differs;
}

bool http_request_has_token(const struct http_request *request, const char *token) {
    char decoded[HTTP_AUTHORIZATION_BYTES];
    const char *header = request->authorization;
    if (!strncasecmp(header, "Bearer ", 7))
        return is_same(header + 7, token);
    if (strncasecmp(header, "Basic ", 6) || decode_base64(header + 6, decoded, sizeof decoded) < 0)
        return false;
    const char *colon = strchr(decoded, ':');
    return colon && is_same(colon + 1, token);
}
