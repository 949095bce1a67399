/* UTF-8 validation (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). Any thread. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes from the start are whole, valid characters; `length` when all are. NUL is a valid character here. */
size_t utf8_valid_bytes(const void *bytes, size_t length);

/* The bytes the character beginning with `first` claims to have: 1 to 4 (1 for a byte that begins none). */
static inline size_t utf8_claimed_bytes(unsigned char first) {
    return first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF8 ? 4 : 1;
}

/* The number of characters in valid UTF-8. */
size_t utf8_character_count(const void *bytes, size_t length);

#endif
