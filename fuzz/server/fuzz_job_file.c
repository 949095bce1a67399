/* A job.toml, from memory of exactly its size; what it says is computed with. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/job_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int64_t now_s = 1767225600; /* 2026-01-01 */
    struct job_file file;
    struct error err;
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (job_file_parse(text, &file, &err) && (cron_next(&file.schedule, now_s) <= now_s || file.timeout_ms < 0))
        abort();
    free(text);
    return 0;
}
