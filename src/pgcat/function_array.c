/* The shape of arrays, which are lists of lists here: as many dimensions as the type has levels. */
#include "pgcat/value_function.h"

/* array_length(a, dimension): of an empty array NULL. The first element stands for all of its level. */
bool pgcat_array_length(const struct pgcat_value_call *call, struct error *err) {
    const struct engine_vector *vector = &call->arguments->columns[0], *dimensions = &call->arguments->columns[1];
    int64_t row = call->row, length = 0;
    if (vector->type->id != ENGINE_TYPE_LIST && vector->type->id != ENGINE_TYPE_ARRAY && vector->type->id != ENGINE_TYPE_SQLNULL)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "42883", "function array_length(%s, integer) does not exist",
                               engine_type_id_name(vector->type->id));
    bool is_null = engine_vector_is_null(dimensions, row);
    int32_t dimension = is_null ? 0 : ((const int32_t *)dimensions->data)[row];
    for (int32_t level = 1; level <= dimension; level++) {
        bool is_array = vector->type->id == ENGINE_TYPE_ARRAY;
        if ((!is_array && vector->type->id != ENGINE_TYPE_LIST) || engine_vector_is_null(vector, row))
            return pgcat_give_null(call);
        struct engine_list list = is_array ? (struct engine_list){(uint64_t)(row * vector->type->array_size), (uint64_t)vector->type->array_size}
                                           : ((const struct engine_list *)vector->data)[row];
        length = (int64_t)list.length;
        row = (int64_t)list.offset;
        vector = &vector->children[0];
        if (length == 0)
            break;
    }
    return length ? pgcat_give_integer(call, (int32_t)length) : pgcat_give_null(call);
}
