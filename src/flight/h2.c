#include "flight/h2.h"

#include <nghttp2/nghttp2.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/writer.h"

enum {
    MAX_HEADERS = 128,
    MAX_FRAME_BYTES = 4 << 20, /* what gRPC's C core announces too; fewer, larger frames are cheaper */
    FRAME_HEAD_BYTES = 9,
    CONNECTION_WINDOWS = 8,
    MAX_WINDOW_BYTES = INT32_MAX,
    PULL_BYTES = 1 << 20, /* of output made at a time */
    MAX_QUEUED_SEGMENTS = 1024,
    /* Streams that a client may reset: every query with a LIMIT does, and a reset call costs next to nothing here, so
     * that nghttp2's own 33 a second would only end busy clients' connections. */
    RESETS_AT_ONCE = 1000,
    RESETS_PER_S = 1000,
};

/* A request whose headers are still coming. */
struct request {
    struct arena arena;
    struct h2_header headers[MAX_HEADERS];
    size_t count, bytes;
    bool too_large;
};

/* Bytes that are not borrowed, until they are sent. */
struct control_block {
    struct control_block *next;
    size_t length;
    uint8_t bytes[];
};

struct h2_session {
    nghttp2_session *http;
    struct h2_handler handler;
    void *self;
    struct h2_limits limits;
    struct request request;
    struct flight_segment *segments; /* what is ready, from first_segment on */
    size_t first_segment, segment_count, segment_capacity;
    size_t output_bytes;
    uint64_t sent_mark;
    struct control_block *control_first, **control_last; /* oldest first */
    bool out_of_memory;
};

/* ---- output ---- */

static void append_segment(struct h2_session *s, const uint8_t *bytes, size_t length) {
    if (s->segment_count == s->segment_capacity) {
        size_t capacity = s->segment_capacity ? 2 * s->segment_capacity : 64;
        struct flight_segment *grown = memory_resize(s->segments, capacity * sizeof *grown);
        if (!grown) {
            s->out_of_memory = true;
            return;
        }
        s->segments = grown;
        s->segment_capacity = capacity;
    }
    s->segments[s->segment_count++] = (struct flight_segment){bytes, length};
    s->output_bytes += length;
}

/* Copied bytes: frames' heads and everything but bodies. */
static void append_control(struct h2_session *s, const uint8_t *bytes, size_t length) {
    struct control_block *block = memory_allocate(sizeof *block + length);
    if (!block) {
        s->out_of_memory = true;
        return;
    }
    block->next = NULL;
    block->length = length;
    memcpy(block->bytes, bytes, length);
    *s->control_last = block;
    s->control_last = &block->next;
    append_segment(s, block->bytes, length);
}

void h2_emit(struct h2_session *session, const uint8_t *bytes, size_t length) {
    if (length)
        append_segment(session, bytes, length);
}

size_t h2_output(const struct h2_session *session, struct flight_segment *segments, size_t capacity) {
    size_t count = session->segment_count - session->first_segment;
    count = count < capacity ? count : capacity;
    if (count)
        memcpy(segments, session->segments + session->first_segment, count * sizeof *segments);
    return count;
}

/* Frees the oldest control block if the segment that was just sent whole is its. */
static void release_control(struct h2_session *s, const uint8_t *end) {
    struct control_block *block = s->control_first;
    if (!block || block->bytes + block->length != end)
        return;
    s->control_first = block->next;
    if (!s->control_first)
        s->control_last = &s->control_first;
    memory_free(block);
}

void h2_output_sent(struct h2_session *session, size_t length) {
    struct h2_session *s = session;
    s->output_bytes -= length;
    s->sent_mark += length;
    while (length) {
        struct flight_segment *segment = &s->segments[s->first_segment];
        if (length < segment->length) {
            segment->bytes += length;
            segment->length -= length;
            return;
        }
        length -= segment->length;
        release_control(s, segment->bytes + segment->length);
        s->first_segment++;
    }
    if (s->first_segment == s->segment_count)
        s->first_segment = s->segment_count = 0;
}

bool h2_has_output(const struct h2_session *session) {
    return session->first_segment < session->segment_count;
}

uint64_t h2_output_mark(const struct h2_session *session) {
    return session->sent_mark + session->output_bytes;
}

uint64_t h2_sent_mark(const struct h2_session *session) {
    return session->sent_mark;
}

/* ---- nghttp2's callbacks ---- */

static int on_begin_headers(nghttp2_session *http, const nghttp2_frame *frame, void *user) {
    (void)http;
    struct h2_session *s = user;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        arena_reset(&s->request.arena);
        s->request.count = s->request.bytes = 0;
        s->request.too_large = false;
    }
    return 0;
}

/* Collects a header; RFC 9113, 6.5.2 counts 32 bytes for each beside its text. */
static int on_header(nghttp2_session *http, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
                     const uint8_t *value, size_t value_length, uint8_t flags, void *user) {
    (void)http;
    (void)flags;
    struct h2_session *s = user;
    struct request *r = &s->request;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST || r->too_large)
        return 0;
    r->bytes += name_length + value_length + 32;
    if (r->count == MAX_HEADERS || r->bytes > s->limits.max_header_bytes) {
        r->too_large = true;
        return 0;
    }
    char *name_copy = arena_copy_string_n(&r->arena, (const char *)name, name_length);
    char *value_copy = arena_copy_string_n(&r->arena, (const char *)value, value_length);
    if (!name_copy || !value_copy)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    r->headers[r->count++] = (struct h2_header){name_copy, value_copy, value_length};
    return 0;
}

static void begin_request(struct h2_session *s, int32_t stream_id) {
    void *stream = s->request.too_large
                       ? NULL
                       : s->handler.begin(s->self, stream_id, s->request.headers, s->request.count);
    if (stream)
        nghttp2_session_set_stream_user_data(s->http, stream_id, stream);
    else
        h2_reset(s, stream_id, s->request.too_large ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_REFUSED_STREAM);
}

static int on_frame(nghttp2_session *http, const nghttp2_frame *frame, void *user) {
    struct h2_session *s = user;
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
        return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        begin_request(s, frame->hd.stream_id);
    void *stream = nghttp2_session_get_stream_user_data(http, frame->hd.stream_id);
    if (stream && frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
        s->handler.end(s->self, stream);
    return 0;
}

static int on_data(nghttp2_session *http, uint8_t flags, int32_t stream_id, const uint8_t *bytes, size_t length,
                   void *user) {
    (void)flags;
    struct h2_session *s = user;
    void *stream = nghttp2_session_get_stream_user_data(http, stream_id);
    /* The connection's window is opened at once, the stream's only when its owner has dealt with the bytes. */
    nghttp2_session_consume_connection(http, length);
    if (!stream) {
        nghttp2_session_consume_stream(http, stream_id, length);
        return 0;
    }
    return s->handler.data(s->self, stream, bytes, length) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int on_close(nghttp2_session *http, int32_t stream_id, uint32_t error_code, void *user) {
    struct h2_session *s = user;
    void *stream = nghttp2_session_get_stream_user_data(http, stream_id);
    if (stream)
        s->handler.closed(s->self, stream, error_code);
    return 0;
}

/* A response that ends before its request: the client need send no more (RFC 9113, 8.1). */
static int on_frame_sent(nghttp2_session *http, const nghttp2_frame *frame, void *user) {
    (void)user;
    bool ends = frame->hd.type == NGHTTP2_HEADERS && frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
    if (ends && nghttp2_session_get_stream_remote_close(http, frame->hd.stream_id) == 0)
        nghttp2_submit_rst_stream(http, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
    return 0;
}

static ssize_t frame_length(nghttp2_session *http, uint8_t type, int32_t stream_id, int32_t session_window,
                            int32_t stream_window, uint32_t remote_max_frame, void *user) {
    (void)http;
    (void)type;
    (void)stream_id;
    (void)user;
    int64_t length = session_window < stream_window ? session_window : stream_window;
    length = length < remote_max_frame ? length : remote_max_frame;
    return length < MAX_FRAME_BYTES ? (ssize_t)length : MAX_FRAME_BYTES;
}

static ssize_t read_body(nghttp2_session *http, int32_t stream_id, uint8_t *buffer, size_t capacity, uint32_t *flags,
                         nghttp2_data_source *source, void *user) {
    (void)buffer;
    (void)source;
    struct h2_session *s = user;
    void *stream = nghttp2_session_get_stream_user_data(http, stream_id);
    if (!stream)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    enum h2_body_state state = H2_BODY_MORE;
    size_t ready = s->handler.body_ready(s->self, stream, &state);
    if (ready) {
        *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
        return (ssize_t)(ready < capacity ? ready : capacity);
    }
    if (state == H2_BODY_WAIT)
        return NGHTTP2_ERR_DEFERRED;
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    return 0;
}

static int send_body(nghttp2_session *http, nghttp2_frame *frame, const uint8_t *frame_head, size_t length,
                     nghttp2_data_source *source, void *user) {
    (void)source;
    struct h2_session *s = user;
    void *stream = nghttp2_session_get_stream_user_data(http, frame->hd.stream_id);
    if (!stream)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (s->output_bytes >= PULL_BYTES)
        return NGHTTP2_ERR_WOULDBLOCK; /* asked again at the next h2_pull */
    append_control(s, frame_head, FRAME_HEAD_BYTES);
    if (length)
        s->handler.body_take(s->self, stream, length);
    return s->out_of_memory ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

/* ---- the session ---- */

static bool set_callbacks(nghttp2_session_callbacks **out) {
    nghttp2_session_callbacks *c;
    if (nghttp2_session_callbacks_new(&c))
        return false;
    nghttp2_session_callbacks_set_on_begin_headers_callback(c, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(c, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(c, on_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(c, on_frame_sent);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(c, on_close);
    nghttp2_session_callbacks_set_data_source_read_length_callback(c, frame_length);
    nghttp2_session_callbacks_set_send_data_callback(c, send_body);
    *out = c;
    return true;
}

static int create_http(struct h2_session *s) {
    nghttp2_session_callbacks *callbacks;
    nghttp2_option *option;
    if (nghttp2_option_new(&option))
        return NGHTTP2_ERR_NOMEM;
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_no_closed_streams(option, 1);
    nghttp2_option_set_stream_reset_rate_limit(option, RESETS_AT_ONCE, RESETS_PER_S);
    int result = NGHTTP2_ERR_NOMEM;
    if (set_callbacks(&callbacks)) {
        result = nghttp2_session_server_new2(&s->http, callbacks, s, option);
        nghttp2_session_callbacks_del(callbacks);
    }
    nghttp2_option_del(option);
    return result;
}

/* SETTINGS_0xfe03 (true binary metadata) is not announced: so "-bin" headers come in base64. */
static int announce(struct h2_session *s) {
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, s->limits.max_streams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, s->limits.first_window_bytes},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, MAX_FRAME_BYTES},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, s->limits.max_header_bytes},
        {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 0},
    };
    int64_t window = (int64_t)s->limits.window_bytes * CONNECTION_WINDOWS;
    int result = nghttp2_submit_settings(s->http, NGHTTP2_FLAG_NONE, settings, sizeof settings / sizeof *settings);
    if (!result)
        result = nghttp2_session_set_local_window_size(s->http, NGHTTP2_FLAG_NONE, 0,
                                                       window < MAX_WINDOW_BYTES ? (int32_t)window : MAX_WINDOW_BYTES);
    return result;
}

struct h2_session *h2_session_create(const struct h2_handler *handler, void *self, const struct h2_limits *limits,
                                     struct error *err) {
    struct h2_session *s = memory_allocate_zeroed(1, sizeof *s);
    if (!s) {
        error_set_no_memory(err);
        return NULL;
    }
    s->handler = *handler;
    s->self = self;
    s->limits = *limits;
    s->control_last = &s->control_first;
    int result = create_http(s);
    if (!result)
        result = announce(s);
    if (result) {
        error_set(err, ERROR_NO_MEMORY, "HTTP/2: %s", nghttp2_strerror(result));
        h2_session_destroy(s);
        return NULL;
    }
    return s;
}

void h2_session_destroy(struct h2_session *session) {
    if (!session)
        return;
    nghttp2_session_del(session->http);
    while (session->control_first) {
        struct control_block *next = session->control_first->next;
        memory_free(session->control_first);
        session->control_first = next;
    }
    memory_free(session->segments);
    arena_destroy(&session->request.arena);
    memory_free(session);
}

bool h2_receive(struct h2_session *session, const uint8_t *bytes, size_t length, struct error *err) {
    ssize_t result = nghttp2_session_mem_recv(session->http, bytes, length);
    if (result < 0)
        return error_set(err, ERROR_PROTOCOL, "HTTP/2: %s", nghttp2_strerror((int)result));
    return true;
}

void h2_consume(struct h2_session *session, int32_t stream_id, size_t length) {
    nghttp2_session_consume_stream(session->http, stream_id, length);
}

void h2_widen(struct h2_session *session, int32_t stream_id) {
    nghttp2_session_set_local_window_size(session->http, NGHTTP2_FLAG_NONE, stream_id,
                                          (int32_t)session->limits.window_bytes);
}

bool h2_pull(struct h2_session *session) {
    struct h2_session *s = session;
    while (s->output_bytes < PULL_BYTES && s->segment_count - s->first_segment < MAX_QUEUED_SEGMENTS) {
        const uint8_t *bytes;
        size_t before = s->output_bytes;
        ssize_t length = nghttp2_session_mem_send(s->http, &bytes);
        if (length < 0 || s->out_of_memory)
            return false;
        if (length > 0)
            append_control(s, bytes, (size_t)length);
        if (s->output_bytes == before)
            break;
    }
    return !s->out_of_memory;
}

/* nghttp2's view of headers; its copies are its own. */
static size_t to_nv(const struct h2_header *headers, size_t count, nghttp2_nv *nv) {
    count = count < MAX_HEADERS ? count : MAX_HEADERS;
    for (size_t i = 0; i < count; i++)
        nv[i] = (nghttp2_nv){(uint8_t *)headers[i].name, (uint8_t *)headers[i].value, strlen(headers[i].name),
                             headers[i].value_length, NGHTTP2_NV_FLAG_NONE};
    return count;
}

bool h2_submit_headers(struct h2_session *session, int32_t stream_id, const struct h2_header *headers, size_t count,
                       bool end) {
    nghttp2_nv nv[MAX_HEADERS];
    nghttp2_data_provider provider = {.read_callback = read_body};
    count = to_nv(headers, count, nv);
    return nghttp2_submit_response(session->http, stream_id, nv, count, end ? NULL : &provider) == 0;
}

bool h2_submit_trailers(struct h2_session *session, int32_t stream_id, const struct h2_header *headers, size_t count) {
    nghttp2_nv nv[MAX_HEADERS];
    count = to_nv(headers, count, nv);
    return nghttp2_submit_trailer(session->http, stream_id, nv, count) == 0;
}

void h2_resume(struct h2_session *session, int32_t stream_id) {
    nghttp2_session_resume_data(session->http, stream_id);
}

void h2_reset(struct h2_session *session, int32_t stream_id, uint32_t error_code) {
    nghttp2_submit_rst_stream(session->http, NGHTTP2_FLAG_NONE, stream_id, error_code);
}

void h2_shut_down(struct h2_session *session, const char *why) {
    int32_t last = nghttp2_session_get_last_proc_stream_id(session->http);
    nghttp2_submit_goaway(session->http, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, (const uint8_t *)why,
                          strlen(why));
}

bool h2_is_over(const struct h2_session *session) {
    return !h2_has_output(session) && !nghttp2_session_want_read(session->http) &&
           !nghttp2_session_want_write(session->http);
}
