/* The list of spare buffers. */
#include "engine/spare.h"

#include <pthread.h>

#include "base/memory.h"

/* More than this is given back to the system: four batches of sixteen columns, or a few very large buffers. */
enum { SPARE_BUFFERS = 128, SPARE_BYTES = 16 << 20 };

struct spare {
    uint8_t *bytes;
    size_t capacity;
};

struct spare_list {
    pthread_mutex_t lock; /* guards everything */
    int32_t references;
    int32_t count;
    size_t bytes;
    struct spare spares[SPARE_BUFFERS];
};

struct spare_list *spare_list_create(void) {
    struct spare_list *list = memory_allocate_zeroed(1, sizeof *list);
    if (!list)
        return NULL;
    pthread_mutex_init(&list->lock, NULL);
    list->references = 1;
    return list;
}

struct spare_list *spare_list_retain(struct spare_list *list) {
    pthread_mutex_lock(&list->lock);
    list->references++;
    pthread_mutex_unlock(&list->lock);
    return list;
}

void spare_list_release(struct spare_list *list) {
    if (!list)
        return;
    pthread_mutex_lock(&list->lock);
    int32_t left = --list->references;
    pthread_mutex_unlock(&list->lock);
    if (left)
        return;
    for (int32_t i = 0; i < list->count; i++)
        memory_free(list->spares[i].bytes);
    pthread_mutex_destroy(&list->lock);
    memory_free(list);
}

uint8_t *spare_list_take(struct spare_list *list, size_t *capacity) {
    uint8_t *bytes = NULL;
    pthread_mutex_lock(&list->lock);
    for (int32_t i = list->count - 1; !bytes && i >= 0; i--) {
        struct spare *spare = &list->spares[i];
        if (spare->capacity < *capacity || spare->capacity / 4 > *capacity)
            continue;
        bytes = spare->bytes;
        *capacity = spare->capacity;
        list->bytes -= spare->capacity;
        *spare = list->spares[--list->count];
    }
    pthread_mutex_unlock(&list->lock);
    return bytes ? bytes : memory_allocate(*capacity);
}

void spare_list_give(struct spare_list *list, uint8_t *bytes, size_t capacity) {
    if (!bytes)
        return;
    pthread_mutex_lock(&list->lock);
    if (list->count < SPARE_BUFFERS && capacity <= SPARE_BYTES - list->bytes) {
        list->spares[list->count++] = (struct spare){bytes, capacity};
        list->bytes += capacity;
        bytes = NULL;
    }
    pthread_mutex_unlock(&list->lock);
    memory_free(bytes);
}
