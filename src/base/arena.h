/* An arena: memory that is freed all at once, by lifespan (process > session > statement > message).
 *
 * Not safe for concurrent use. Pointers stay valid until arena_reset() or arena_destroy(). A zeroed struct is an empty
 * arena; nothing is allocated before first use.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used_bytes;          /* of the newest block */
};

/* Aligned for any object; NULL when memory is out. */
void *arena_allocate(struct arena *arena, size_t bytes);
void *arena_allocate_zeroed(struct arena *arena, size_t count, size_t bytes);
char *arena_copy_string(struct arena *arena, const char *text);
char *arena_copy_string_n(struct arena *arena, const char *text, size_t length); /* adds a NUL */
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Forgets everything but keeps one block of ordinary size for reuse. */
void arena_reset(struct arena *arena);
void arena_destroy(struct arena *arena);

#endif
