/* Rules about operators: which of them call for one, regular expressions, and those that DuckDB has not, binds otherwise or
 * takes a failure of for NULL. */
#include <string.h>

#include "pgsql/rewrite.h"

static const struct operator_row {
    const char *text;
    rule_function *rule;
    const char *function;
} operator_rows[] = {
#define PGSQL_OPERATOR_RULE(operator, rule, function) {operator, rule, function},
#include "pg_operator_rules.def"
#undef PGSQL_OPERATOR_RULE
};

static const struct operator_row *find_row(const char *text, const struct pgsql_token *token) {
    static const char first[] = "~!-#?@|/%"; /* letters that the operators of the table begin with */
    if (token->kind != PGSQL_OPERATOR || !strchr(first, text[token->start]))
        return NULL;
    for (size_t i = 0; i < sizeof operator_rows / sizeof *operator_rows; i++)
        if (strlen(operator_rows[i].text) == token->length && memcmp(operator_rows[i].text, text + token->start, token->length) == 0)
            return &operator_rows[i];
    return NULL;
}

rule_function *rules_of_operator(const char *text, const struct pgsql_token *token) {
    const struct operator_row *row = find_row(text, token);
    return row ? row->rule : NULL;
}

static const struct operator_row *row_at(const struct rewriter *r, int32_t i) {
    return find_row(r->text, token_at(r, i));
}

/* Regular expressions: PostgreSQL's operators look for a match anywhere and let . match a newline, DuckDB's wants the whole
 * text to match. So the pattern is wrapped, inside its literal where it is one. */
const char *rewrite_match(struct rewriter *r, const char *operator_text, int32_t right) {
    bool fold = strchr(operator_text, '*') != NULL;
    const char *flags = fold ? "(?is)" : "(?s)";
    const char *engine_operator = operator_text[0] == '!' ? "!~" : "~";
    const struct pgsql_token *token = token_at(r, right);
    if ((token->kind == PGSQL_STRING || token->kind == PGSQL_ESCAPE_STRING) && token->length >= 2) {
        const char *begin = arena_format(r->arena, "%s.*(?:", flags);
        const char *quote = memchr(r->text + token->start, '\'', token->length);
        edit_bytes(r, (uint32_t)(quote - r->text) + 1, 0, begin);
        edit_bytes(r, token->start + token->length - 1, 0, ").*");
    } else {
        edit_insert_before(r, right, "('%s.*(?:'||", flags);
        edit_insert_behind(r, operand_end(r, right), "||').*')");
    }
    return engine_operator;
}

static bool is_quantified(const struct rewriter *r, int32_t i) {
    return is_word(r, i, KW_ANY) || is_word(r, i, KW_ALL) || is_word(r, i, KW_SOME);
}

/* a ~ b; not the complement of bits. */
void rule_match(struct rewriter *r, int32_t i) {
    if (ends_operand(r, i - 1) && !is_quantified(r, i + 1))
        edit_replace(r, i, i, "%s", rewrite_match(r, token_range_text(r, i, i), i + 1));
}

/* OPERATOR(pg_catalog.~) */
void rule_operator(struct rewriter *r, int32_t i) {
    int32_t close = is_kind(r, i + 1, PGSQL_OPEN_PAREN) ? r->partner[i + 1] : -1;
    if (close < 0 || !is_kind(r, close - 1, PGSQL_OPERATOR))
        return;
    const char *text = token_range_text(r, close - 1, close - 1);
    const struct operator_row *row = row_at(r, close - 1);
    if (row && row->rule == rule_match && ends_operand(r, i - 1))
        text = rewrite_match(r, text, close + 1);
    edit_replace(r, i, close, " %s ", text);
}

/* An operator of this family with its operands around it. The arrow of a lambda has a name on its right. */
static bool is_link(const struct rewriter *r, int32_t i) {
    const struct operator_row *row = row_at(r, i);
    if (!row || row->rule != rule_chain || !ends_operand(r, i - 1) || is_quantified(r, i + 1))
        return false;
    return strcmp(row->text, "->") != 0 || is_string(r, i + 1) || is_kind(r, i + 1, PGSQL_INTEGER) ||
           is_kind(r, i + 1, PGSQL_PARAMETER) || is_text(r, i + 1, "-");
}

/* a -> 'b' ->> 'c' = 'd': the operators bind from the left and before comparisons, in DuckDB after them. Those of a chain get
 * their brackets, or their functions, together, the last and outermost first. */
void rule_chain(struct rewriter *r, int32_t i) {
    if (!is_link(r, i) || is_link(r, operand_end(r, i + 1) + 1))
        return;
    int32_t first = operand_start(r, i - 1);
    for (int32_t left = 0; left < REWRITER_FAR && is_link(r, first - 1); left++)
        first = operand_start(r, first - 2);
    for (int32_t at = i; at > first; at = operand_start(r, at - 1) - 1) {
        const char *function = row_at(r, at)->function;
        edit_insert_before(r, first, "%s(", function ? function : "");
        bool is_bare = !function && is_string(r, at + 1) && operand_end(r, at + 1) == at + 1;
        edit_insert_behind(r, operand_end(r, at + 1), is_bare ? "::VARCHAR)" : ")"); /* a key, no index */
        if (function)
            edit_replace(r, at, at, ", ");
    }
}

/* |/ 25 */
void rule_prefix(struct rewriter *r, int32_t i) {
    if (ends_operand(r, i - 1))
        return;
    edit_replace(r, i, i, "%s(", row_at(r, i)->function);
    edit_insert_behind(r, operand_end(r, i + 1), ")");
}

/* Not the % of USING SAMPLE 10%. */
static bool begins_operand(const struct rewriter *r, int32_t i) {
    return is_name(r, i) || is_kind(r, i, PGSQL_INTEGER) || is_kind(r, i, PGSQL_NUMBER) || is_kind(r, i, PGSQL_PARAMETER) ||
           is_kind(r, i, PGSQL_OPEN_PAREN) || is_text(r, i, "-") || is_word(r, i, KW_CASE) || is_word(r, i, KW_CAST);
}

static bool is_multiplication(const struct rewriter *r, int32_t i) {
    static const char *const operators[] = {"*", "/", "%", "^", "//", "**"};
    for (size_t n = 0; n < sizeof operators / sizeof *operators; n++)
        if (is_text(r, i, operators[n]) && is_kind(r, i, PGSQL_OPERATOR))
            return ends_operand(r, i - 1);
    return false;
}

static bool is_sign(const struct rewriter *r, int32_t i) {
    return (is_text(r, i, "-") || is_text(r, i, "+")) && is_kind(r, i, PGSQL_OPERATOR) && !ends_operand(r, i - 1);
}

/* The first token of the product that ends at `last`: these operators bind from the left. */
static int32_t product_start(const struct rewriter *r, int32_t last) {
    int32_t first = operand_start(r, last);
    for (int32_t left = 0; left < REWRITER_FAR; left++) {
        if (is_sign(r, first - 1))
            first--;
        else if (is_multiplication(r, first - 1))
            first = operand_start(r, first - 2);
        else
            break;
    }
    return first;
}

static int32_t power_end(const struct rewriter *r, int32_t first) {
    int32_t end = operand_end(r, first);
    while (is_text(r, end + 1, "^") && end + 2 < r->count)
        end = operand_end(r, end + 2);
    return end;
}

static bool is_other_than_zero(struct rewriter *r, int32_t i) {
    bool is_number = is_kind(r, i, PGSQL_INTEGER) || is_kind(r, i, PGSQL_NUMBER);
    return is_number && strpbrk(token_range_text(r, i, i), "123456789");
}

/* a % b: a divisor that is not seen to be other than 0 is looked at. What is kept in the database must be understood without our
 * functions. */
void rule_modulo(struct rewriter *r, int32_t i) {
    if (!ends_operand(r, i - 1) || !begins_operand(r, i + 1) || is_other_than_zero(r, i + 1) || !is_query(r->statement))
        return;
    edit_insert_before(r, i + 1, "pgcat_divisor(");
    edit_insert_behind(r, operand_end(r, i + 1), ")");
}

/* a / b: a zero divisor is an error, and the type of the quotient is PostgreSQL's. */
void rule_divide(struct rewriter *r, int32_t i) {
    if (!ends_operand(r, i - 1) || !begins_operand(r, i + 1) || !is_query(r->statement))
        return;
    edit_insert_before(r, product_start(r, i - 1), "pgcat_divide(");
    edit_replace(r, i, i, ",");
    edit_insert_behind(r, power_end(r, i + 1), ")");
}

/* j['key']: a key, which DuckDB would rather take for an index. Its own literals of maps and structs know better. */
void rule_subscript(struct rewriter *r, int32_t i) {
    bool is_key = is_string(r, i + 1) && is_kind(r, i + 2, PGSQL_CLOSE_BRACKET);
    if (is_key && ends_operand(r, i - 1) && !is_kind(r, i - 1, PGSQL_CLOSE_BRACE))
        edit_insert_behind(r, i + 1, "::VARCHAR");
}
