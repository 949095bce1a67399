/* Buffers of batches that were released, for the batches to come: a megabyte given back to the system and fetched
 * again for each batch costs more, in page faults, than filling it.
 *
 * Counted: the batch and each array made from it hold the list. Any thread.
 */
#ifndef ENGINE_SPARE_H
#define ENGINE_SPARE_H

#include <stddef.h>
#include <stdint.h>

struct spare_list;

/* With one reference; NULL when memory is out. */
struct spare_list *spare_list_create(void);
struct spare_list *spare_list_retain(struct spare_list *list);
void spare_list_release(struct spare_list *list);
/* A buffer of at least `*capacity` bytes and not much more, and its capacity; NULL when memory is out. Owned, free with
 * spare_list_give or memory_free. */
uint8_t *spare_list_take(struct spare_list *list, size_t *capacity);
/* Gives a buffer back; NULL is allowed. */
void spare_list_give(struct spare_list *list, uint8_t *bytes, size_t capacity);

#endif
