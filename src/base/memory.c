#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

void *memory_allocate(size_t bytes) {
    return fault_strikes(FAULT_ALLOCATE) ? NULL : malloc(bytes ? bytes : 1);
}

void *memory_allocate_zeroed(size_t count, size_t bytes) {
    return fault_strikes(FAULT_ALLOCATE) ? NULL : calloc(count ? count : 1, bytes ? bytes : 1);
}

void *memory_resize(void *old, size_t bytes) {
    return fault_strikes(FAULT_ALLOCATE) ? NULL : realloc(old, bytes ? bytes : 1);
}

char *memory_copy_string(const char *text) {
    return memory_copy_string_n(text, strlen(text));
}

char *memory_copy_string_n(const char *text, size_t length) {
    char *copy = memory_allocate(length + 1);
    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void memory_free(void *memory) {
    free(memory);
}
