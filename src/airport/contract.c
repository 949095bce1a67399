#include "airport/contract.h"

#include <errno.h>
#include <string.h>

#include "airport/call.h"
#include "airport/failure.h"
#include "airport/server.h"

bool contract_broken(struct airport_call *call, struct airport_error *err, const char *format, ...) {
    struct airport_error why = {AIRPORT_OK, ""};
    va_list args;
    va_start(args, format);
    airport_fail_v(&why, AIRPORT_UNKNOWN, format, args);
    va_end(args);
    server_log(call->server, AIRPORT_LOG_WARNING, call, "%s", why.message);
    return airport_fail(err, AIRPORT_UNKNOWN, "the server's data source broke its contract: %s", why.message);
}

bool stream_failed(const struct airport_call *call, struct ArrowArrayStream *stream, int code, struct airport_error *err) {
    if (call->stream_error.kind != AIRPORT_OK) {
        *err = call->stream_error;
        return false;
    }
    const char *text = stream->get_last_error ? stream->get_last_error(stream) : NULL;
    return airport_fail(err, code == ENOMEM ? AIRPORT_NO_MEMORY : AIRPORT_UNKNOWN, "%s", text && *text ? text : strerror(code));
}

bool rows_failed(struct airport_call *call, const struct error *inner, struct airport_error *err) {
    return inner->kind == ERROR_INVALID_INPUT ? contract_broken(call, err, "%s", inner->message)
                                              : failure_from_error(err, inner);
}

/* No struct of ours grows beyond this: a larger size was never set. */
enum { MAX_STRUCT_BYTES = 4096 };

bool copy_element(void *out, size_t size, const void *array, size_t index, const char *name, struct airport_error *err) {
    size_t given = 0;
    memset(out, 0, size);
    if (array)
        memcpy(&given, array, sizeof given);
    if (given <= sizeof given || given > MAX_STRUCT_BYTES)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, array ? "the size of a struct %s is not set" : "a struct %s is missing",
                            name);
    memcpy(out, (const char *)array + index * given, given < size ? given : size);
    return true;
}

bool copy_sized(void *out, size_t size, const void *given, const char *name, struct airport_error *err) {
    return copy_element(out, size, given, 0, name, err);
}
