/* A connection's bytes: a start-up packet first when the first byte says so, then messages until one is incomplete. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pgwire/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_startup(const uint8_t *data, size_t size, struct arena *arena) {
    struct pgwire_frame frame;
    struct pgwire_startup startup;
    struct error err;
    size_t wanted;
    if (pgwire_frame_read_startup(data, size, &frame, &wanted, &err) != PGWIRE_FRAME_COMPLETE)
        return;
    if (pgwire_startup_parse(&frame, arena, &startup, &err) && startup.kind == PGWIRE_STARTUP &&
        !pgwire_startup_parameter(&startup, "user"))
        abort();
}

/* Reads what the parser claims to be there. */
static void touch(const struct pgwire_value *values, int32_t count) {
    volatile uint8_t sum = 0;
    for (int32_t i = 0; i < count; i++)
        for (int32_t at = 0; at < values[i].length; at++)
            sum = (uint8_t)(sum + values[i].bytes[at]);
}

static void use(const struct pgwire_message *message) {
    struct error err;
    struct pgwire_sasl_initial initial;
    const char *password;
    switch (message->id) {
    case PGWIRE_BIND:
        touch(message->bind.parameters, message->bind.parameter_count);
        for (int32_t i = 0; i < message->bind.parameter_count; i++)
            pgwire_format_at(message->bind.parameter_formats, message->bind.parameter_format_count, i);
        pgwire_formats_check(message->bind.result_formats, message->bind.result_format_count, 3, "result", &err);
        break;
    case PGWIRE_FUNCTION_CALL:
        touch(message->function_call.arguments, message->function_call.argument_count);
        break;
    case PGWIRE_COPY_DATA:
        touch(&message->copy_data, 1);
        break;
    case PGWIRE_PASSWORD:
        pgwire_password_read(message, &password, &err);
        if (pgwire_sasl_initial_read(message, &initial, &err))
            touch(&initial.response, 1);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = {0};
    if (size && data[0] == 0)
        read_startup(data, size, &arena);
    while (size) {
        struct pgwire_frame frame;
        struct pgwire_message message;
        struct error err;
        size_t wanted = 0;
        enum pgwire_frame_status status = pgwire_frame_read(data, size, 1 << 20, &frame, &wanted, &err);
        if (status == PGWIRE_FRAME_PARTIAL && !wanted)
            abort();
        if (status != PGWIRE_FRAME_COMPLETE)
            break;
        if (pgwire_message_parse(&frame, &arena, &message, &err))
            use(&message);
        data += frame.frame_bytes;
        size -= frame.frame_bytes;
    }
    arena_destroy(&arena);
    return 0;
}
