/* View types (string_view, binary_view, list_view) in what a peer sends, which nanoarrow's decoder does not read.
 *
 * The decoder is shown like types that it knows: in the schema's flatbuffer the types without "view"; in the Arrow
 * schema that batches are decoded by, sixteen bytes for each text or blob. The buffers that texts and blobs refer to are
 * taken out of a batch's metadata before and joined to its arrays after. Nobody has checked what stands in views:
 * ipc_view_join does. Views inside of dictionaries are refused. Belongs to one stream.
 */
#ifndef FLIGHT_IPC_VIEW_H
#define FLIGHT_IPC_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/arrow_abi.h"
#include "base/error.h"
#include "base/writer.h"
#include "flight/ipc_metadata.h"

/* All zero for a schema without views. */
struct ipc_views {
    struct writer kinds; /* one letter for each field, depth first: 'u', 'z', 'l', 'L' views, '-' others */
    bool any;            /* a field is a view */
    bool any_bytes;      /* a field is a view of texts or blobs: batches must be joined */
    struct arena arena;  /* of the batch */
    struct ipc_buffer *buffers; /* those taken out of the batch, and how many each field has, in the fields' order */
    int64_t *counts;
};

void ipc_views_destroy(struct ipc_views *views);
/* Notes which fields of a sane schema message are views and changes their types in the flatbuffer, which is the caller's own. */
bool ipc_views_lower(struct ipc_views *views, void *flatbuffer, struct error *err);
/* Gives the fields of the decoded schema the formats that the decoder shall read them by, or their true ones. */
bool ipc_views_set_formats(const struct ipc_views *views, struct ArrowSchema *schema, bool for_decoding, struct error *err);
/* The metadata of a sane record batch without the buffers that views refer to, whose lists have all their sizes: a flatbuffer in
 * the views' arena. `schema` has the formats for decoding. */
uint8_t *ipc_views_split(struct ipc_views *views, const struct ArrowSchema *schema, const void *flatbuffer,
                         int64_t body_length, size_t *length, struct error *err);
/* Joins the buffers, which lie in the body that the arrays keep, to the decoded batch; `schema` has its true formats. */
bool ipc_views_join(struct ipc_views *views, const struct ArrowSchema *schema, struct ArrowArray *batch,
                    const uint8_t *body, struct error *err);

#endif
