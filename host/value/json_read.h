/* json_read.h: reading ordinary JSON quickly. Inside value only. */
#ifndef ZC_VALUE_JSON_READ_H
#define ZC_VALUE_JSON_READ_H

#include "value/json.h"

/* The value of a JSON document that keeps to the contract of json.h. Owned; NULL for every other
 * document, for one with surrogates, and when out of memory: the library reads these again, and
 * has the words for what is wrong. */
json_t *zc_json_read(const char *text, size_t size);

#endif
