/* The keyword table and its perfect hash (tools/generate-keywords). */
#include "pgsql/token.h"

#include "pgsql/keyword_hash.h"

struct keyword_row {
    const char *text;
    uint8_t length;
    uint8_t traits;
};

static const struct keyword_row keyword_rows[PGSQL_KEYWORD_COUNT] = {
    {"", 0, 0},
#define PGSQL_KEYWORD(name, text, traits) [KW_##name] = {text, sizeof text - 1, traits},
#include "pg_keywords.def"
#undef PGSQL_KEYWORD
};

static bool equals_folded(const char *word, const char *lower, size_t length) {
    for (size_t i = 0; i < length; i++) {
        char c = word[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if (c != lower[i])
            return false;
    }
    return true;
}

enum pgsql_keyword pgsql_keyword_find(const char *word, size_t length) {
    if (length > KEYWORD_MAX_BYTES)
        return PGSQL_NO_KEYWORD;
    uint32_t hash = KEYWORD_BASIS;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((uint8_t)word[i] | 0x20u)) * 16777619u;
    uint32_t slot = ((hash >> 16) + keyword_displacements[hash % KEYWORD_DISPLACEMENTS]) % KEYWORD_SLOTS;
    enum pgsql_keyword keyword = keyword_slots[slot];
    const struct keyword_row *row = &keyword_rows[keyword];
    return row->length == length && equals_folded(word, row->text, length) ? keyword : PGSQL_NO_KEYWORD;
}

const char *pgsql_keyword_text(enum pgsql_keyword keyword) {
    return keyword_rows[keyword].text;
}

unsigned pgsql_keyword_traits(enum pgsql_keyword keyword) {
    return keyword_rows[keyword].traits;
}
