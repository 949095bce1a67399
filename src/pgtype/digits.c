#include "pgtype/digits.h"

const char pgtype_digit_pairs[201] = "0001020304050607080910111213141516171819"
                                     "2021222324252627282930313233343536373839"
                                     "4041424344454647484950515253545556575859"
                                     "6061626364656667686970717273747576777879"
                                     "8081828384858687888990919293949596979899";

char *pgtype_write_fraction(char *out, uint64_t fraction, int32_t places) {
    if (!fraction)
        return out;
    *out++ = '.';
    out = pgtype_write_padded(out, fraction, places);
    while (out[-1] == '0')
        out--;
    return out;
}

char *pgtype_write_u128(char *out, unsigned __int128 value) {
    static const uint64_t ten_to_18 = 1000000000000000000;
    if (value <= UINT64_MAX)
        return pgtype_write_u64(out, (uint64_t)value);
    unsigned __int128 high = value / ten_to_18;
    out = pgtype_write_u128(out, high);
    return pgtype_write_padded(out, (uint64_t)(value - high * ten_to_18), 18);
}
