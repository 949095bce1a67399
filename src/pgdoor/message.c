#include "pgdoor/message.h"

#include <ctype.h>
#include <string.h>

enum { PARTS_MAX = 9 };

struct message_row {
    const char *engine, *message, *hint;
};

static const struct message_row message_rows[] = {
#define PG_MESSAGE(engine, message, hint) {engine, message, hint},
#define PG_TYPE_WORD(engine, name)
#include "engine_messages.def"
#undef PG_MESSAGE
#undef PG_TYPE_WORD
};

static const struct {
    const char *engine, *name;
} type_words[] = {
#define PG_MESSAGE(engine, message, hint)
#define PG_TYPE_WORD(engine, name) {engine, name},
#include "engine_messages.def"
#undef PG_MESSAGE
#undef PG_TYPE_WORD
};

struct part {
    const char *start;
    size_t length;
};

/* ---- matching ---- */

/* Whether the text fits the pattern from its start to its end; what each `%` stands for goes to `parts`. */
static bool fits(const char *pattern, const char *text, struct part parts[PARTS_MAX]) {
    int count = 0;
    for (;;) {
        size_t literal = strcspn(pattern, "%");
        if (strncmp(text, pattern, literal) != 0)
            return false;
        text += literal;
        pattern += literal;
        if (!*pattern)
            return !*text;
        pattern++;
        size_t next = strcspn(pattern, "%");
        const char *end = next ? memmem(text, strlen(text), pattern, next) : text + strlen(text);
        if (!end || count == PARTS_MAX)
            return false;
        /* What stands last reaches to the end: the literal behind it must be the last of its kind. */
        size_t left = strlen(end);
        if (!pattern[next] && left > next)
            end += left - next;
        parts[count++] = (struct part){text, (size_t)(end - text)};
        text = end;
    }
}

/* ---- writing ---- */

struct text {
    char bytes[ERROR_MESSAGE_BYTES];
    size_t length;
};

static void add(struct text *out, const char *bytes, size_t length) {
    size_t room = sizeof out->bytes - 1 - out->length;
    length = length < room ? length : room;
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
    out->bytes[out->length] = '\0';
}

static void add_cased(struct text *out, struct part part, int (*cased)(int)) {
    for (size_t i = 0; i < part.length; i++)
        add(out, &(char){(char)cased((unsigned char)part.start[i])}, 1);
}

/* One type: its list brackets and modifiers stay behind its name. */
static void add_type(struct text *out, struct part type) {
    size_t name = 0;
    while (name < type.length && type.start[name] != '(' && type.start[name] != '[')
        name++;
    for (size_t i = 0; i < sizeof type_words / sizeof type_words[0]; i++)
        if (strlen(type_words[i].engine) == name && memcmp(type_words[i].engine, type.start, name) == 0) {
            add(out, type_words[i].name, strlen(type_words[i].name));
            add(out, type.start + name, type.length - name);
            return;
        }
    bool decimal = name == 7 && memcmp(type.start, "DECIMAL", 7) == 0;
    if (decimal)
        add(out, "numeric", 7);
    else
        add_cased(out, type, tolower);
}

/* A list of types, split at the commas outside of parentheses. */
static void add_types(struct text *out, struct part types) {
    size_t start = 0;
    int depth = 0;
    for (size_t i = 0; i <= types.length; i++) {
        char c = i < types.length ? types.start[i] : ',';
        depth += (c == '(') - (c == ')');
        if (c != ',' || (depth > 0 && i < types.length))
            continue;
        add_type(out, (struct part){types.start + start, i - start});
        if (i < types.length)
            add(out, ", ", 2);
        start = i + 1 + (i + 1 < types.length && types.start[i + 1] == ' ');
        i = start > i + 1 ? i + 1 : i;
    }
}

static void write(struct text *out, const char *form, const struct part parts[PARTS_MAX]) {
    for (; *form; form++) {
        if (*form != '$') {
            add(out, form, 1);
            continue;
        }
        char how = isdigit((unsigned char)form[1]) ? '\0' : *++form;
        const struct part part = parts[*++form - '1'];
        if (how == 't')
            add_types(out, part);
        else if (how == 'l' || how == 'u')
            add_cased(out, part, how == 'l' ? tolower : toupper);
        else
            add(out, part.start, part.length);
    }
}

/* A function whose name is no word is an operator: with its operands, as PostgreSQL names it. */
static bool write_operator(struct text *out, struct part name, struct part types) {
    struct text words = {.length = 0};
    if (!name.length || isalpha((unsigned char)name.start[0]) || name.start[0] == '_')
        return false;
    add_types(&words, types);
    const char *comma = strstr(words.bytes, ", ");
    add(out, "operator does not exist: ", 25);
    if (comma)
        add(out, words.bytes, (size_t)(comma - words.bytes));
    add(out, " ", comma ? 1 : 0);
    add(out, name.start, name.length);
    add(out, " ", 1);
    add(out, comma ? comma + 2 : words.bytes, strlen(comma ? comma + 2 : words.bytes));
    return true;
}

static void translate(struct error *err, const struct message_row *row, const struct part parts[PARTS_MAX]) {
    struct text message = {.length = 0}, hint = {.length = 0};
    bool is_signature = strncmp(row->engine, "No function matches", 19) == 0;
    if (is_signature && write_operator(&message, parts[0], parts[1])) {
        add(&hint, "No operator matches the given name and argument types. You might need to add explicit type casts.", 97);
    } else {
        write(&message, row->message, parts);
        write(&hint, row->hint ? row->hint : "", parts);
    }
    memcpy(err->message, message.bytes, message.length + 1);
    if (row->hint)
        error_set_hint(err, "%s", hint.bytes);
}

void message_translate(struct error *err) {
    struct part parts[PARTS_MAX];
    for (size_t i = 0; i < sizeof message_rows / sizeof message_rows[0]; i++)
        if (fits(message_rows[i].engine, err->message, parts)) {
            translate(err, &message_rows[i], parts);
            return;
        }
}
