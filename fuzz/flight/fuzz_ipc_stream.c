/* Arrow IPC streams (arguments of functions) and schemas. */
#include <stddef.h>
#include <stdint.h>

#include "flight/ipc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error err = {0};
    struct ArrowSchema schema;
    struct ArrowArray row;
    if (ipc_read_stream(data, size, &schema, &row, &err)) {
        row.release(&row);
        schema.release(&schema);
    }
    if (ipc_read_schema(data, size, &schema, &err)) {
        struct ipc_schema *made = ipc_schema_create(&schema, &err);
        ipc_schema_destroy(made);
        schema.release(&schema);
    }
    return 0;
}
