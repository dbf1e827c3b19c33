/* unite.h: what several rules of one item have marked together. */
#ifndef ZC_VECTOR_UNITE_H
#define ZC_VECTOR_UNITE_H

#include "table/union.h"

/* The engine's `unite` (table/plain.h). */
bool zc_vector_unite(const zc_engine *engine, zc_plain *plain, const zc_ran *ran,
                     size_t count, bool hits, int64_t *rows, int64_t *units,
                     bool *memory);

#endif
