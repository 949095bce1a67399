/* Scalar functions: one answer column per batch. In/out functions: any number of batches per batch, each told to be the last
 * of its chunk or not. */
#include <errno.h>
#include <string.h>

#include "airport/contract.h"
#include "airport/exchange.h"
#include "airport/failure.h"
#include "airport/function.h"
#include "airport/schema.h"

/* app_metadata of in/out answers: plain text (the extension's airport_table_function_set.cpp). */
#define CHUNK_CONTINUES "chunk_continues"
#define CHUNK_FINISHED "chunk_finished"

enum { CLIENT_VECTOR_ROWS = 2048 }; /* DuckDB's STANDARD_VECTOR_SIZE */

/* ---- scalar ---- */

struct scalar_state {
    struct found_function function;
    const struct ArrowSchema *input;
};

static enum exchange_progress begin_scalar(struct exchange *x, const struct ArrowSchema *schema) {
    struct scalar_state *state = arena_allocate_zeroed(&x->call->arena, 1, sizeof *state);
    struct airport_error *err = &x->call->error;
    x->state = state;
    if (!state) {
        airport_fail_no_memory(err);
        return EXCHANGE_FAILED;
    }
    if (!function_find(x->call, &x->name, &state->function, err))
        return EXCHANGE_FAILED;
    if (!state->function.scalar ||
        schema->n_children != state->function.parameters->schema.n_children) {
        airport_fail(err, AIRPORT_INVALID_ARGUMENT, "\"%s\" is no scalar function of %lld arguments", x->name.name,
                     (long long)schema->n_children);
        return EXCHANGE_FAILED;
    }
    state->input = schema;
    return exchange_begin_answers(x, state->function.result);
}

static enum exchange_progress compute(struct exchange *x, struct ArrowArray *batch) {
    struct scalar_state *state = x->state;
    struct airport_error *err = &x->call->error;
    struct ArrowArray out = {.release = NULL};
    int64_t rows = batch->length;
    bool ok = state->function.scalar->execute(state->function.handle.self, x->call, state->input, batch, &out, err);
    if (batch->release)
        batch->release(batch);
    if (ok && (!out.release || out.length != rows))
        ok = contract_broken(x->call, err, "function \"%s\" gave %lld values for %lld rows", x->name.name,
                             (long long)(out.release ? out.length : 0), (long long)rows);
    if (!ok) {
        if (out.release)
            out.release(&out);
        return EXCHANGE_FAILED;
    }
    const struct ArrowArray *const columns[] = {&out};
    return exchange_send_batch(x, columns, 0, rows, &out, NULL);
}

static enum exchange_progress end_scalar(struct exchange *x) {
    (void)x;
    return EXCHANGE_ENDED;
}

/* ---- in/out ---- */

struct in_out_state {
    struct found_function function;
    struct airport_arguments arguments;
    struct airport_processor processor;
    struct ArrowArrayStream answers; /* to the batch at hand; released: none */
    struct ArrowArray next;          /* pulled, and not sent: whether it is the last is not known yet */
    bool input_has_ended;
};

static void release_answers(void *self) {
    struct in_out_state *state = self;
    if (state->next.release)
        state->next.release(&state->next);
    if (state->answers.release)
        state->answers.release(&state->answers);
}

static bool open_processor(struct exchange *x, struct in_out_state *state, const struct ArrowSchema *schema) {
    struct airport_error *err = &x->call->error;
    if (!state->function.in_out->open(state->function.handle.self, x->call, &state->arguments, schema, &state->processor, err))
        return false;
    const struct airport_processor_methods *m = state->processor.methods;
    return REQUIRE(x->call, m, release, err) && REQUIRE(x->call, m, process, err) &&
           call_keep(x->call, m->release, state->processor.self, err) && call_keep(x->call, release_answers, state, err);
}

static enum exchange_progress begin_in_out(struct exchange *x, const struct ArrowSchema *schema) {
    struct in_out_state *state = arena_allocate_zeroed(&x->call->arena, 1, sizeof *state);
    struct airport_error *err = &x->call->error;
    x->state = state;
    if (!state) {
        airport_fail_no_memory(err);
        return EXCHANGE_FAILED;
    }
    if (!function_find(x->call, &x->name, &state->function, err) ||
        !function_read_arguments(x->call, &x->parameters, &state->arguments, err))
        return EXCHANGE_FAILED;
    if (!state->function.in_out) {
        airport_fail(err, AIRPORT_INVALID_ARGUMENT, "\"%s\" takes no table", x->name.name);
        return EXCHANGE_FAILED;
    }
    struct ipc_schema *bound = function_bind(x->call, &state->function, &state->arguments, schema, err);
    return bound && open_processor(x, state, schema) ? exchange_begin_answers(x, bound) : EXCHANGE_FAILED;
}

/* The next batch of the answers into `out`; left alone at their end. */
static bool pull_answer(struct exchange *x, struct in_out_state *state, struct ArrowArray *out) {
    if (!state->answers.release)
        return true;
    int code = state->answers.get_next(&state->answers, out);
    if (code)
        return stream_failed(x->call, &state->answers, code, &x->call->error);
    if (out->release && out->n_children != x->answers->schema.n_children) {
        out->release(out);
        return contract_broken(x->call, &x->call->error, "a batch of \"%s\" does not fit its schema", x->name.name);
    }
    return true;
}

static bool check_answers(struct exchange *x, struct in_out_state *state) {
    struct ArrowSchema schema = {.release = NULL};
    if (!state->answers.release)
        return true;
    int code = state->answers.get_schema(&state->answers, &schema);
    if (code)
        return stream_failed(x->call, &state->answers, code, &x->call->error);
    bool ok = schema_is_well_formed(&schema) && airport_schema_equal(&schema, &x->answers->schema);
    schema_release(&schema);
    return ok || contract_broken(x->call, &x->call->error, "the rows of \"%s\" have another schema than it was bound to",
                                 x->name.name);
}

static enum exchange_progress process(struct exchange *x, struct ArrowArray *batch) {
    struct in_out_state *state = x->state;
    bool ok = state->processor.methods->process(state->processor.self, x->call, batch, &state->answers, &x->call->error);
    if (batch && batch->release)
        batch->release(batch);
    return ok && check_answers(x, state) && pull_answer(x, state, &state->next) ? EXCHANGE_BUSY : EXCHANGE_FAILED;
}

/* DuckDB's client takes a batch that ends with a full vector for one that goes on, whatever its mark says. */
static bool looks_unfinished(const struct ArrowArray *batch) {
    return batch->release && batch->length && batch->length % CLIENT_VECTOR_ROWS == 0;
}

/* Sends the batch at hand; the one behind it tells whether it was the last. Behind a last one that looks unfinished an empty
 * one follows. */
static enum exchange_progress answer_in_out(struct exchange *x) {
    struct in_out_state *state = x->state;
    struct ArrowArray now = state->next;
    state->next.release = NULL;
    if (!pull_answer(x, state, &state->next)) {
        if (now.release)
            now.release(&now);
        return EXCHANGE_FAILED;
    }
    bool is_last = !state->next.release, has_more = !is_last || looks_unfinished(&now);
    const char *mark = has_more ? CHUNK_CONTINUES : CHUNK_FINISHED;
    enum exchange_progress sent =
        now.release ? exchange_send_batch(x, (const struct ArrowArray *const *)now.children, now.offset, now.length, &now, mark)
                    : exchange_send_batch(x, NULL, 0, 0, NULL, mark);
    if (sent == EXCHANGE_FAILED)
        return sent;
    if (is_last && state->answers.release)
        state->answers.release(&state->answers);
    if (has_more)
        return EXCHANGE_BUSY;
    return state->input_has_ended ? EXCHANGE_ENDED : EXCHANGE_MORE;
}

/* The client waits for one more finished chunk, if only an empty one. */
static enum exchange_progress end_in_out(struct exchange *x) {
    struct in_out_state *state = x->state;
    state->input_has_ended = true;
    return process(x, NULL);
}

const struct exchange_kind exchange_scalar = {"scalar_function", begin_scalar, compute, end_scalar, NULL};
const struct exchange_kind exchange_in_out = {"table_function_in_out", begin_in_out, process, end_in_out, answer_in_out};
