/* Statements as the session sees them: what kind, what the session itself has to do, and the command tag.
 *
 * The kinds are rows of data/pg_statements.def. A statement that the session carries out is parsed into the struct that
 * its form names; all others (PGSQL_FORM_ENGINE) are translated (translate.h) and run by the engine. Texts in the structs
 * are values: folded or unquoted, NUL-terminated, in the arena.
 */
#ifndef PGSQL_STATEMENT_H
#define PGSQL_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "pgsql/token.h"

enum pgsql_statement_kind {
#define PGSQL_STATEMENT(kind, word1, word2, word3, form, tag, count, rules) PGSQL_STATEMENT_##kind,
#include "pg_statements.def"
#undef PGSQL_STATEMENT
    PGSQL_STATEMENT_KIND_COUNT
};

/* Who carries a statement out, and which member of struct pgsql_statement describes it. */
enum pgsql_form {
    PGSQL_FORM_ENGINE,      /* translated and run */
    PGSQL_FORM_ACCEPTED,    /* nothing to do: answer with the tag */
    PGSQL_FORM_REFUSED,     /* pgsql_statement_refuse() gives the error */
    PGSQL_FORM_TRANSACTION, /* transaction: BEGIN, COMMIT, ROLLBACK, SET TRANSACTION, SET SESSION CHARACTERISTICS … */
    PGSQL_FORM_SAVEPOINT,   /* name: SAVEPOINT, RELEASE, ROLLBACK TO */
    PGSQL_FORM_TWO_PHASE,   /* name: PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED */
    PGSQL_FORM_SET,         /* set: SET, RESET */
    PGSQL_FORM_NAME,        /* name, NULL for ALL: SHOW, DEALLOCATE, CLOSE, LISTEN, UNLISTEN, DISCARD, RESET */
    PGSQL_FORM_NOTIFY,      /* notify */
    PGSQL_FORM_PREPARE,     /* prepare */
    PGSQL_FORM_EXECUTE,     /* execute */
    PGSQL_FORM_DECLARE,     /* declare */
    PGSQL_FORM_FETCH,       /* fetch: FETCH, MOVE */
    PGSQL_FORM_COPY,        /* copy: only with STDIN and STDOUT */
    PGSQL_FORM_EXPLAIN,     /* explain */
    PGSQL_FORM_OBJECT,      /* object: statements on roles, databases, extensions and the like */
};

/* Rules of PostgreSQL about when a statement may run. */
enum {
    PGSQL_IN_FAILED = 1 << 0,    /* may run in a failed transaction */
    PGSQL_READ_ONLY = 1 << 1,    /* may run in a read-only transaction and by the reader; what it contains may still write */
    PGSQL_OUTSIDE_BLOCK = 1 << 2 /* not in a transaction block (25001) */
};

enum pgsql_isolation {
    PGSQL_ISOLATION_UNSET,
    PGSQL_ISOLATION_READ_UNCOMMITTED,
    PGSQL_ISOLATION_READ_COMMITTED,
    PGSQL_ISOLATION_REPEATABLE_READ,
    PGSQL_ISOLATION_SERIALIZABLE,
};

enum pgsql_switch { PGSQL_UNSET, PGSQL_OFF, PGSQL_ON };

struct pgsql_transaction {
    enum pgsql_isolation isolation;
    enum pgsql_switch read_only;
    enum pgsql_switch deferrable;
    bool chain;           /* AND CHAIN */
    const char *snapshot; /* SET TRANSACTION SNAPSHOT; otherwise NULL */
};

enum pgsql_value_kind { PGSQL_VALUE_WORD, PGSQL_VALUE_STRING, PGSQL_VALUE_NUMBER };

struct pgsql_set_value {
    enum pgsql_value_kind kind;
    const char *text;
};

struct pgsql_set {
    const char *name; /* in lower case, "a.b" for a qualified one; NULL: RESET ALL */
    bool local;
    bool reset; /* to its default: RESET, SET … TO DEFAULT, SET TIME ZONE LOCAL */
    const struct pgsql_set_value *values;
    int32_t value_count;
};

struct pgsql_notify {
    const char *channel;
    const char *payload; /* "" when absent */
};

struct pgsql_prepare {
    const char *name;
    const char *const *types; /* as written */
    int32_t type_count;
    const struct pgsql_statement *query;
};

struct pgsql_execute {
    const char *name;
    const char *const *arguments; /* SQL expressions as written */
    int32_t argument_count;
};

struct pgsql_declare {
    const char *name;
    bool binary;
    bool insensitive;
    enum pgsql_switch scroll;
    bool hold;
    const struct pgsql_statement *query;
};

enum pgsql_direction {
    PGSQL_FORWARD,  /* count rows; negative counts were turned into PGSQL_BACKWARD */
    PGSQL_BACKWARD, /* count rows */
    PGSQL_ABSOLUTE, /* to row count, from the end when negative */
    PGSQL_RELATIVE, /* by count rows */
};

struct pgsql_fetch {
    const char *cursor;
    enum pgsql_direction direction;
    int64_t count; /* INT64_MAX for ALL; FIRST is PGSQL_ABSOLUTE 1, LAST PGSQL_ABSOLUTE -1, NEXT PGSQL_FORWARD 1 */
};

enum pgsql_copy_format { PGSQL_COPY_TEXT, PGSQL_COPY_CSV, PGSQL_COPY_BINARY };
enum pgsql_copy_header { PGSQL_HEADER_OFF, PGSQL_HEADER_ON, PGSQL_HEADER_MATCH };

struct pgsql_names_list {
    bool all; /* "*" */
    const char *const *names;
    int32_t count;
};

struct pgsql_copy {
    bool from;         /* FROM STDIN; otherwise TO STDOUT */
    const char *table; /* as SQL, qualified and quoted as written; NULL for a query */
    const char *catalog_name, *schema_name, *table_name; /* the same, unquoted; NULL where absent */
    struct pgsql_names_list columns;                     /* count 0: all */
    const struct pgsql_statement *query;                 /* COPY (query) TO STDOUT */
    enum pgsql_copy_format format;
    enum pgsql_copy_header header;
    const char *delimiter, *null, *quote, *escape; /* the format's default when not given */
    const char *encoding;                          /* NULL: the client's */
    struct pgsql_names_list force_quote, force_not_null, force_null;
    bool freeze;
    const char *where; /* COPY … FROM … WHERE, as SQL; otherwise NULL */
};

enum pgsql_explain_format { PGSQL_EXPLAIN_TEXT, PGSQL_EXPLAIN_JSON };

struct pgsql_explain {
    bool analyze;
    enum pgsql_explain_format format;
    const struct pgsql_statement *query;
};

struct pgsql_object {
    const char *name; /* of the first object named; NULL where the statement names none */
    bool if_exists;   /* or IF NOT EXISTS */
};

struct pgsql_statement {
    enum pgsql_statement_kind kind;
    enum pgsql_form form;
    const char *script; /* the text that token positions count in */
    uint32_t start;     /* bytes of the script, from the first token to behind the last */
    uint32_t length;
    const struct pgsql_token *tokens; /* without the semicolon; tokens[token_count] is a PGSQL_END */
    int32_t token_count;
    int32_t parameter_count; /* the highest $n */
    bool triggered;          /* some token calls for a rewrite rule (data/pg_rules.def) */
    union {
        struct pgsql_transaction transaction;
        struct pgsql_set set;
        const char *name;
        struct pgsql_notify notify;
        struct pgsql_prepare prepare;
        struct pgsql_execute execute;
        struct pgsql_declare declare;
        struct pgsql_fetch fetch;
        const struct pgsql_copy *copy;
        struct pgsql_explain explain;
        struct pgsql_object object;
    } as;
};

/* Facts of data/pg_statements.def. */
unsigned pgsql_statement_rules(const struct pgsql_statement *statement);
/* The tag without a count, e.g. "CREATE TABLE"; for error texts such as "cannot execute %s in a read-only transaction". */
const char *pgsql_statement_tag(const struct pgsql_statement *statement);
/* The whole tag of a CommandComplete, e.g. "INSERT 0 5"; `rows` counts rows sent or changed, and is not looked at for a kind
 * without a count. */
void pgsql_statement_complete_tag(const struct pgsql_statement *statement, int64_t rows, char *tag, size_t tag_bytes);
/* Whether it selects nothing but literals (SELECT 1, the question by which connection pools know that a server lives): its result
 * never changes. False for all that is not obviously so. */
bool pgsql_statement_is_constant(const struct pgsql_statement *statement);

/* The table that an INSERT, UPDATE, DELETE, MERGE, ALTER TABLE or CREATE INDEX writes to, and its schema, NULL if none is named. False
 * for others. */
bool pgsql_statement_target(struct arena *arena, const struct pgsql_statement *statement, const char **schema, const char **table);
/* Of a PGSQL_FORM_REFUSED statement: its error. Returns false. */
bool pgsql_statement_refuse(const struct pgsql_statement *statement, struct error *err);

#endif
