/* UTF-8 validation; ASCII goes by eight bytes at a time. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

static size_t ascii_bytes(const unsigned char *bytes, size_t length) {
    size_t at = 0;
    for (; length - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, bytes + at, sizeof word);
        if (word & 0x8080808080808080u)
            break;
    }
    while (at < length && bytes[at] < 0x80)
        at++;
    return at;
}

/* The length of the character at `bytes`, whose first byte is not ASCII; 0 when it is invalid or cut off.
 * The bounds of the second byte are those of RFC 3629, section 4. */
static size_t character_bytes(const unsigned char *bytes, size_t left) {
    unsigned char first = bytes[0];
    unsigned char low = 0x80, high = 0xBF;
    size_t length = utf8_claimed_bytes(first);
    if (first < 0xC2 || first > 0xF4 || left < length)
        return 0;
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    if (bytes[1] < low || bytes[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

size_t utf8_valid_bytes(const void *bytes, size_t length) {
    const unsigned char *start = bytes;
    size_t at = 0;
    while (at < length) {
        at += ascii_bytes(start + at, length - at);
        while (at < length && start[at] >= 0x80) {
            size_t character = character_bytes(start + at, length - at);
            if (!character)
                return at;
            at += character;
        }
    }
    return at;
}

size_t utf8_character_count(const void *bytes, size_t length) {
    const unsigned char *start = bytes;
    size_t count = 0;
    for (size_t at = 0; at < length; at++)
        count += (start[at] & 0xC0) != 0x80;
    return count;
}
