/* Names of select lists, between names.c and labels.c. Internal to this layer. */
#ifndef PGSQL_NAMES_H
#define PGSQL_NAMES_H

#include "pgsql/rewrite.h"

struct named_item {
    const char *name; /* NULL: a plain column, a star, or not known */
    int32_t last;     /* token */
    bool labelled;    /* in the text */
};

/* The items of the list behind SELECT, as struct named_item. */
struct parser_list names_of_list(struct rewriter *r, int32_t select);
/* The first token with the keyword, from `i` on, at the level of the bracket `level`; the token count if there is none. */
int32_t names_find_at_level(const struct rewriter *r, int32_t i, int32_t level, enum pgsql_keyword keyword);

#endif
