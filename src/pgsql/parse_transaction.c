/* BEGIN, COMMIT, ROLLBACK, SET TRANSACTION, savepoints and two-phase commit. */
#include "pgsql/parse.h"

static enum pgsql_isolation parse_isolation(struct parser *p) {
    if (parser_accept(p, KW_SERIALIZABLE))
        return PGSQL_ISOLATION_SERIALIZABLE;
    if (parser_accept(p, KW_REPEATABLE)) {
        parser_expect(p, KW_READ);
        return PGSQL_ISOLATION_REPEATABLE_READ;
    }
    parser_expect(p, KW_READ);
    if (parser_accept(p, KW_UNCOMMITTED))
        return PGSQL_ISOLATION_READ_UNCOMMITTED;
    parser_expect(p, KW_COMMITTED);
    return PGSQL_ISOLATION_READ_COMMITTED;
}

/* One mode; false when none stands here. */
static bool parse_mode(struct parser *p, struct pgsql_transaction *transaction) {
    if (parser_accept(p, KW_ISOLATION)) {
        parser_expect(p, KW_LEVEL);
        transaction->isolation = parse_isolation(p);
    } else if (parser_accept(p, KW_READ)) {
        transaction->read_only = parser_accept(p, KW_ONLY) ? PGSQL_ON : PGSQL_OFF;
        if (transaction->read_only == PGSQL_OFF)
            parser_expect(p, KW_WRITE);
    } else if (parser_accept(p, KW_DEFERRABLE)) {
        transaction->deferrable = PGSQL_ON;
    } else if (parser_accept(p, KW_NOT)) {
        parser_expect(p, KW_DEFERRABLE);
        transaction->deferrable = PGSQL_OFF;
    } else {
        return false;
    }
    return true;
}

/* Modes with commas or blanks between them; SET TRANSACTION wants at least one. */
static void parse_modes(struct parser *p, struct pgsql_transaction *transaction, bool required) {
    if (!parse_mode(p, transaction)) {
        if (required)
            parser_fail(p);
        return;
    }
    for (;;) {
        bool comma = parser_accept_kind(p, PGSQL_COMMA);
        if (!parse_mode(p, transaction)) {
            if (comma)
                parser_fail(p);
            return;
        }
    }
}

static void skip_work(struct parser *p) {
    if (!parser_accept(p, KW_WORK))
        parser_accept(p, KW_TRANSACTION);
}

static void parse_set_transaction(struct parser *p, struct pgsql_transaction *transaction) {
    while (!parser_accept(p, KW_TRANSACTION)) /* SET, LOCAL, SESSION, CHARACTERISTICS, AS */
        if (!parser_skip(p)) {
            parser_fail(p);
            return;
        }
    if (parser_accept(p, KW_SNAPSHOT))
        transaction->snapshot = parser_string(p);
    else
        parse_modes(p, transaction, true);
}

void parse_transaction(struct parser *p, struct pgsql_statement *statement) {
    struct pgsql_transaction *transaction = &statement->as.transaction;
    *transaction = (struct pgsql_transaction){0};
    switch (statement->kind) {
    case PGSQL_STATEMENT_SET_TRANSACTION:
    case PGSQL_STATEMENT_SET_CHARACTERISTICS:
        parse_set_transaction(p, transaction);
        break;
    case PGSQL_STATEMENT_BEGIN:
    case PGSQL_STATEMENT_START_TRANSACTION:
        p->at++;
        skip_work(p);
        parse_modes(p, transaction, false);
        break;
    default:
        p->at++;
        skip_work(p);
        if (parser_accept(p, KW_AND)) {
            transaction->chain = !parser_accept(p, KW_NO);
            parser_expect(p, KW_CHAIN);
        }
    }
    parser_expect_end(p);
}

void parse_savepoint(struct parser *p, struct pgsql_statement *statement) {
    p->at++;
    if (statement->kind == PGSQL_STATEMENT_ROLLBACK_TO) {
        skip_work(p);
        parser_expect(p, KW_TO);
    }
    /* SAVEPOINT may itself be the name. */
    if (statement->kind != PGSQL_STATEMENT_SAVEPOINT && parser_sees(p, KW_SAVEPOINT) && p->at[1].kind != PGSQL_END)
        p->at++;
    statement->as.name = parser_name(p);
    parser_expect_end(p);
}

void parse_two_phase(struct parser *p, struct pgsql_statement *statement) {
    p->at += 2;
    statement->as.name = parser_string(p);
    parser_expect_end(p);
}
