/* Comparing secrets. */
#include <string.h>

#include "airport.h"

bool airport_token_equal(const char *a, const char *b) {
    if (!a || !b)
        return false;
    /* Every byte of `a` is looked at, whatever `b` is; only lengths can be told from the time. */
    size_t a_length = strlen(a), b_length = strlen(b);
    unsigned char difference = a_length != b_length;
    for (size_t i = 0; i < a_length; i++)
        difference |= (unsigned char)(a[i] ^ b[b_length ? i % b_length : 0]);
    return difference == 0;
}
