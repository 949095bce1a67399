#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { ARENA_BLOCK_BYTES = 8192 - 64 };

struct arena_block {
    struct arena_block *older;
    size_t capacity;
    alignas(max_align_t) unsigned char bytes[];
};

static size_t round_up(size_t bytes) {
    size_t align = alignof(max_align_t);
    return (bytes + align - 1) & ~(align - 1);
}

static struct arena_block *add_block(struct arena *arena, size_t bytes) {
    size_t capacity = bytes > ARENA_BLOCK_BYTES ? bytes : ARENA_BLOCK_BYTES;
    if (capacity > SIZE_MAX - sizeof(struct arena_block))
        return NULL;
    struct arena_block *block = memory_allocate(sizeof *block + capacity);
    if (!block)
        return NULL;
    block->older = arena->blocks;
    block->capacity = capacity;
    arena->blocks = block;
    arena->used_bytes = 0;
    return block;
}

void *arena_allocate(struct arena *arena, size_t bytes) {
    if (bytes > SIZE_MAX / 2)
        return NULL;
    bytes = round_up(bytes ? bytes : 1);
    struct arena_block *block = arena->blocks;
    if (!block || block->capacity - arena->used_bytes < bytes) {
        block = add_block(arena, bytes);
        if (!block)
            return NULL;
    }
    void *memory = block->bytes + arena->used_bytes;
    arena->used_bytes += bytes;
    return memory;
}

void *arena_allocate_zeroed(struct arena *arena, size_t count, size_t bytes) {
    if (bytes && count > SIZE_MAX / bytes)
        return NULL;
    void *memory = arena_allocate(arena, count * bytes);
    return memory ? memset(memory, 0, count * bytes) : NULL;
}

char *arena_copy_string(struct arena *arena, const char *text) {
    return arena_copy_string_n(arena, text, strlen(text));
}

char *arena_copy_string_n(struct arena *arena, const char *text, size_t length) {
    char *copy = arena_allocate(arena, length + 1);
    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *text = length < 0 ? NULL : arena_allocate(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void arena_reset(struct arena *arena) {
    struct arena_block *kept = NULL;
    for (struct arena_block *block = arena->blocks, *older; block; block = older) {
        older = block->older;
        if (!kept && block->capacity == ARENA_BLOCK_BYTES)
            kept = block;
        else
            memory_free(block);
    }
    if (kept)
        kept->older = NULL;
    arena->blocks = kept;
    arena->used_bytes = 0;
}

void arena_destroy(struct arena *arena) {
    for (struct arena_block *block = arena->blocks, *older; block; block = older) {
        older = block->older;
        memory_free(block);
    }
    arena->blocks = NULL;
    arena->used_bytes = 0;
}
