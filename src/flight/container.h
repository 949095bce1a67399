/* Airport's compressed container: the msgpack array [uncompressed length, zstd frame]. Any thread. */
#ifndef FLIGHT_CONTAINER_H
#define FLIGHT_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/writer.h"

/* Appends the container of `bytes`. */
bool container_write(struct writer *w, const void *bytes, size_t length, struct error *err);
/* Appends the content of a container. A frame that gives more or fewer bytes than announced, or more than `limit_bytes`, is
 * refused before the memory for it is taken. */
bool container_read(struct writer *w, const void *bytes, size_t length, size_t limit_bytes, struct error *err);

#endif
