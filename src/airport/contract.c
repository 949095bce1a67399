#include "airport/contract.h"

#include "airport/call.h"
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
