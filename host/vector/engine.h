/* engine.h: the vector engine: judges rules over columns, with the results of the plain
 * executor (table/plain.h), which takes what the engine leaves to it. */
#ifndef ZC_VECTOR_ENGINE_H
#define ZC_VECTOR_ENGINE_H

#include "base/crew.h"
#include "table/plain.h"

/* *engine is owned and borrows `crew`, which may be NULL. Tables are loaded by
 * zc_columns_load (load.h), or as the plain executor loads them. */
zc_code zc_vectors_new(zc_crew *crew, const zc_engine **engine, zc_err *err);
void zc_vectors_free(const zc_engine *engine);

#endif
