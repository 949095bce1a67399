/*
 * Runs a fuzz target without libFuzzer: over every file of a corpus folder, over each of its prefixes' ends, and over
 * a number of deterministic mutations of it. So ordinary test runs, with any compiler and sanitizer, replay
 * what fuzzing has found.
 *
 * Usage: replay_LAYER_NAME FOLDER MUTATIONS. A folder that does not exist counts as one empty input.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_INPUT_BYTES = 1 << 20,
    MAX_EDITS = 8,
    GROWTH_BYTES = 16,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    uint8_t *data;
    size_t size;
};

/* xorshift64: the same inputs in every run, on every machine. */
static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* An exactly sized copy, so that AddressSanitizer sees the first byte read past the end. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size);
    if (copy == NULL && size > 0)
        abort();
    if (size > 0)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static struct input read_input(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct input input = {malloc(MAX_INPUT_BYTES), 0};
    FILE *file = fopen(path, "rb");
    if (input.data == NULL || file == NULL) {
        fprintf(stderr, "replay: cannot read %s\n", path);
        exit(2);
    }
    input.size = fread(input.data, 1, MAX_INPUT_BYTES, file);
    fclose(file);
    return input;
}

/* One small edit of the kinds that break parsers: flipped bits, extreme bytes and lengths, cuts, repeats. */
static size_t edit(uint8_t *data, size_t size, uint64_t *state)
{
    static const uint32_t lengths[] = {0, 1, 0x7f, 0x80, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
    size_t at = size > 0 ? random_next(state) % size : 0;
    uint32_t length = lengths[random_next(state) % 8];
    switch (size > 0 ? random_next(state) % 6 : 5) {
    case 0:
        data[at] ^= (uint8_t)(1u << random_next(state) % 8);
        return size;
    case 1:
        data[at] = (uint8_t)random_next(state);
        return size;
    case 2:
        if (size - at >= sizeof length)
            memcpy(data + at, &length, sizeof length);
        return size;
    case 3:
        return at;
    case 4:
        memmove(data + at, data + at + 1, size - at - 1);
        return size - 1;
    default:
        memmove(data + at + 1, data + at, size - at);
        data[at] = (uint8_t)random_next(state);
        return size + 1;
    }
}

static void run_mutations(const struct input *input, size_t count, uint64_t *state)
{
    uint8_t *data = malloc(input->size + GROWTH_BYTES);
    if (data == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        size_t size = input->size;
        if (size > 0)
            memcpy(data, input->data, size);
        for (size_t edits = 1 + random_next(state) % MAX_EDITS; edits > 0; edits--)
            size = edit(data, size, state);
        run(data, size);
    }
    free(data);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s FOLDER MUTATIONS\n", argv[0]);
        return 2;
    }
    size_t mutations = strtoul(argv[2], NULL, 10);
    uint64_t state = 0x9e3779b97f4a7c15u;
    struct dirent **entries = NULL;
    int count = scandir(argv[1], &entries, is_visible, compare_names);
    struct input empty = {NULL, 0};
    run(NULL, 0);
    run_mutations(&empty, mutations / 10, &state);
    for (int i = 0; i < count; i++) {
        struct input input = read_input(argv[1], entries[i]->d_name);
        run(input.data, input.size);
        run_mutations(&input, mutations / (size_t)count + 1, &state);
        free(input.data);
        free(entries[i]);
    }
    free(entries);
    printf("%d files and about %zu mutations replayed\n", count > 0 ? count : 0, mutations);
    return 0;
}
