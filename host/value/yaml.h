/* yaml.h: strict YAML, the only place that knows libyaml.
 *
 * Every plain scalar stays a text: `no`, `012` and `1e3` mean what the schema says.
 * Refused, with position and remedy: anchors, aliases, tags, merge keys, duplicate
 * keys, second documents, keys that are not plain texts, depth over 32, files over
 * 2 MiB or 20,000 entries or 5,000 containers, maps over 2,000 keys, characters that a reader cannot see. A GB18030 file is read with a
 * warning. Each value comes with the place where it stands. */
#ifndef ZC_VALUE_YAML_H
#define ZC_VALUE_YAML_H

#include "value/fault.h"
#include "value/json.h"

#define ZC_YAML_LIMIT ((size_t)2 << 20)
#define ZC_YAML_DEPTH 32

/* Parses `size` bytes of the file called `file`.
 *
 * *document is {file, value, at}, owned. `at` mirrors `value`: a scalar document's is its
 * position; a container's is {pos, of, inner}. `of` is a text of its entries in the order
 * of the file, each after a line end: for a map key, tab, position of the key, tab,
 * position of the value; for a list the position. `inner` holds the nodes of entries that
 * are containers, by key or by number from 1. A position is line × 65536 + column, both
 * from 1; the column of a text over several lines is 0. An empty file has no `value`.
 * With an error in the file *document is NULL, the code ZC_EDATA and the faults
 * say why; `err` then only counts them. */
zc_code zc_yaml_parse(const char *file, const char *bytes, size_t size, json_t *faults,
                      json_t **document, zc_err *err);

/* The position of a key in a map's `at`; 0 when it is not there. */
json_int_t zc_yaml_key_position(const json_t *at, const char *key);

#endif
