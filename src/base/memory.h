/* Allocation that tests can make fail (see fault.h). All heap memory of ours comes from here or from an arena. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* As malloc, calloc, realloc, strdup, strndup; NULL when memory is out. Free with memory_free. */
void *memory_allocate(size_t bytes);
void *memory_allocate_zeroed(size_t count, size_t bytes);
void *memory_resize(void *old, size_t bytes);
char *memory_copy_string(const char *text);
char *memory_copy_string_n(const char *text, size_t length);
void memory_free(void *memory); /* NULL is allowed */

#endif
