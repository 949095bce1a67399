/* The rewriter: walks the tokens of a statement, calls the rules that its words call for, and gathers their edits.
 * Internal to this layer. */
#ifndef PGSQL_REWRITE_H
#define PGSQL_REWRITE_H

#include "pgsql/parser.h"
#include "pgsql/statement.h"
#include "pgsql/translate.h"

/* The clause that a token stands in, at its own level of brackets. */
enum place {
    PLACE_OTHER,
    PLACE_SELECT_LIST,
    PLACE_FROM,      /* tables, not the conditions of joins */
    PLACE_CONDITION, /* behind ON of a join */
    PLACE_ARGUMENTS, /* of a function, or any brackets within an expression */
    PLACE_TARGET,    /* the table behind INTO, UPDATE and the like */
};

/* How many tokens a rule may look through: all of a statement of ordinary size. It keeps the whole walk linear. */
enum { REWRITER_FAR = 4096 };

struct rewriter {
    struct arena *arena;
    const struct pgsql_statement *statement;
    const struct pgsql_options *options;
    const char *text; /* the script */
    const struct pgsql_token *tokens;
    int32_t count;
    const int32_t *partner;   /* the other bracket of a bracket; -1 for other tokens and unmatched brackets */
    const int32_t *enclosing; /* the innermost bracket that is open at a token; -1 outside of all */
    const uint8_t *places;    /* enum place */
    struct parser_list edits; /* of struct pgsql_edit, in the order of making */
    struct parser parser;     /* for lists and failures */
};

/* Fills in partner, enclosing and places. */
bool rewriter_find_structure(struct rewriter *r);
/* Calls the rules for every token. */
void rewriter_walk(struct rewriter *r);
/* Makes the casts of declared parameters, and what lets DuckDB infer the others (options->infer). */
void rewriter_place_parameters(struct rewriter *r);
/* The names of the top-level select list. */
void rewriter_name_columns(struct rewriter *r, struct pgsql_translation *translation);
/* Labels for the columns of the view or table that the statement makes of a query. */
void rewriter_label_definition(struct rewriter *r);
/* Labels for the columns by which a query refers to the queries in it. */
void rewriter_label_queries(struct rewriter *r);

/* Whether a token calls for a rule; `count` tokens stand before it. */
bool rules_triggered_by(const char *text, const struct pgsql_token *token, int32_t count);

/* Looking at tokens: an index outside of the statement gives the end token, with nothing in it. */
static inline const struct pgsql_token *token_at(const struct rewriter *r, int32_t i) {
    return &r->tokens[i < 0 || i > r->count ? r->count : i];
}

static inline bool is_word(const struct rewriter *r, int32_t i, enum pgsql_keyword keyword) {
    return token_at(r, i)->keyword == keyword;
}

static inline bool is_kind(const struct rewriter *r, int32_t i, enum pgsql_token_kind kind) {
    return token_at(r, i)->kind == kind;
}

/* The token's text equals `text`. */
bool is_text(const struct rewriter *r, int32_t i, const char *text);
/* A word or quoted word. */
bool is_name(const struct rewriter *r, int32_t i);
/* A name that equals `lower`: a word in any case, a quoted word exactly. */
bool is_named(const struct rewriter *r, int32_t i, const char *lower);
bool is_string(const struct rewriter *r, int32_t i);
/* An operand may end with this token. */
bool ends_operand(const struct rewriter *r, int32_t i);
/* The first token of the operand (names, calls, subscripts, casts) that ends with token `end`. */
int32_t operand_start(const struct rewriter *r, int32_t end);
/* The last token of the operand that starts with token `start`. */
int32_t operand_end(const struct rewriter *r, int32_t start);
/* The last token of the call whose arguments end at `close`: with WITHIN GROUP (…), FILTER (…) and OVER (…) or OVER w. */
int32_t call_end(const struct rewriter *r, int32_t close);
/* The END of the CASE at `i`; `i` itself if there is none. */
int32_t case_end(const struct rewriter *r, int32_t i);
/* A type's name stands at `i`: behind ::, in CAST(… AS, or before a string literal. */
bool in_type_position(const struct rewriter *r, int32_t i);
/* numeric of any precision: the engine's gets as many digits as it has, ten of them behind the point. */
#define PGSQL_NUMERIC "DECIMAL(38,10)"
bool is_open_numeric(const struct rewriter *r, int32_t i);
/* The last token of the type that starts at `i`, with its modifiers and brackets. */
int32_t type_end(const struct rewriter *r, int32_t i);

/* The token of this kind (of words: this one) at the level of the arguments between two brackets; `close` when it is not there. */
int32_t find_in_arguments(const struct rewriter *r, int32_t open, int32_t close, enum pgsql_token_kind kind,
                          enum pgsql_keyword word);

/* Edits. Token ranges are inclusive. Texts are copied by format. */
void edit_insert_before(struct rewriter *r, int32_t i, const char *format, ...) __attribute__((format(printf, 3, 4)));
void edit_insert_behind(struct rewriter *r, int32_t i, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* As edit_insert_behind, but nearer to the token than whatever the rules insert there: the token's own cast and the like. */
void edit_add_suffix(struct rewriter *r, int32_t i, const char *format, ...) __attribute__((format(printf, 3, 4)));
void edit_replace(struct rewriter *r, int32_t first, int32_t last, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void edit_delete(struct rewriter *r, int32_t first, int32_t last);
/* A replacement inside of a token. */
void edit_bytes(struct rewriter *r, uint32_t start, uint32_t length, const char *text);
/* The client's text of a range of tokens, in the arena. */
const char *token_range_text(struct rewriter *r, int32_t first, int32_t last);
/* The same with the edits made so far. */
const char *edited_text(struct rewriter *r, int32_t first, int32_t last);
/* The texts of a list of const char *, with `between` between them; in one allocation, however many they are. */
const char *join_texts(struct rewriter *r, const struct parser_list *texts, const char *between);
/* A string as a literal with its quotes doubled. */
const char *quote_literal(struct rewriter *r, const char *value);
/* A name as a quoted identifier. */
const char *quote_name(struct rewriter *r, const char *name);
/* The value of a token (pgsql_token_value); "" after a failure. */
const char *value_at(struct rewriter *r, int32_t i);
/* The statement is run and forgotten: nothing of its text is kept in the database. */
bool is_query(const struct pgsql_statement *statement);
/* Refuses a feature at a token: 0A000. */
void refuse(struct rewriter *r, int32_t i, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Rules, see data/pg_rules.def. */
typedef void rule_function(struct rewriter *r, int32_t i);
#define PGSQL_RULE(keyword, rule) rule_function rule;
#include "pg_rules.def"
#undef PGSQL_RULE
#define PGSQL_OPERATOR_RULE(operator, rule, function) rule_function rule;
#include "pg_operator_rules.def"
#undef PGSQL_OPERATOR_RULE
/* The rule that an operator calls for, NULL when none. */
rule_function *rules_of_operator(const char *text, const struct pgsql_token *token);
/* Rules of other tokens. */
void rule_escape_string(struct rewriter *r, int32_t i);
void rule_bit_string(struct rewriter *r, int32_t i);
void rule_array_literal(struct rewriter *r, int32_t i);
void rule_bytea_literal(struct rewriter *r, int32_t i);
void rule_subscript(struct rewriter *r, int32_t i);
void rule_quoted_word(struct rewriter *r, int32_t i);
void rule_label(struct rewriter *r, int32_t i);
void rule_name(struct rewriter *r, int32_t i);
/* The rest of rule_match: the operator's text, and where its right operand starts. Gives DuckDB's operator. */
const char *rewrite_match(struct rewriter *r, const char *operator_text, int32_t right);
/* The elements of PostgreSQL's array text, as literals between commas; NULL when it is none. */
const char *array_elements(struct rewriter *r, const char *value, int32_t *dimensions);

/* DDL: edits of a statement's clauses, and steps around it. */
struct steps {
    struct parser_list before; /* of struct pgsql_step */
    struct parser_list after;
    const char *notice;
    bool drop_main; /* the statement itself is not run */
};

/* Whether rewrite_definition has something to do for statements of this kind. */
bool defines_something(const struct pgsql_statement *statement);
void rewrite_definition(struct rewriter *r, struct steps *steps);

#endif
