/* FlightData, the message that carries rows: { 1 flight_descriptor, 2 data_header, 3 app_metadata, 1000 data_body }
 * (Flight.proto). Read and written by hand because its body is large and never copied. Any thread.
 */
#ifndef FLIGHT_FLIGHT_DATA_H
#define FLIGHT_FLIGHT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "flight/message.h"

struct flight_bytes {
    const uint8_t *bytes; /* borrowed; NULL when the field is absent */
    size_t length;
};

struct flight_data {
    struct flight_bytes descriptor, header, app_metadata, body;
};

/* Finds the fields in a serialized FlightData; they borrow from it. */
bool flight_data_read(const void *bytes, size_t length, struct flight_data *out, struct error *err);

/* Puts the gRPC prefix and the protobuf around a body whose segments stand in `message` already: header and app_metadata are
 * copied. False when memory is out. */
bool flight_data_wrap(struct flight_message *message, const void *header, size_t header_length,
                      const void *app_metadata, size_t app_metadata_length);

#endif
