/* node.h: JSON that is read and forgotten again, a hundred thousand documents a minute: where json.h's
 * values are built one allocation a piece, these are read in place.
 *
 * Only canonical text is taken (json.h): what zicha has written, byte for byte. So keys rise, which
 * finds a key that stands twice and ends a search early. */
#ifndef ZC_VALUE_NODE_H
#define ZC_VALUE_NODE_H

#include "base/arena.h"
#include "value/json.h"

typedef enum {
  ZC_NODE_MAP,
  ZC_NODE_LIST,
  ZC_NODE_TEXT,
  ZC_NODE_INTEGER,
  ZC_NODE_FLAG
} zc_node_kind;

#define ZC_NODES 3000000 /* a document has no more values */

typedef struct zc_node zc_node;
struct zc_node {
  zc_node_kind kind;
  uint32_t count;      /* members of a map or list */
  const char *key;     /* within a map */
  const zc_node *next; /* of the map or list that it is in */
  union {
    const char *text;     /* of a text; ends with NUL */
    int64_t integer;      /* also 0 or 1 of a flag */
    const zc_node *first; /* member of a map or list; NULL: none */
  };
};

/* Reads one document into the arena, from which all of it is borrowed. ZC_EDATA for anything that
 * zc_json_canonical would not have written. */
zc_code zc_node_read(const char *text, size_t size, zc_arena *arena,
                     const zc_node **node, zc_err *err);

/* A member of a map; NULL when there is none, also where `map` is NULL or no map. */
const zc_node *zc_node_get(const zc_node *map, const char *key);

/* Like zc_get_text, zc_get_integer, zc_get_flag (json.h). */
const char *zc_node_text(const zc_node *map, const char *key);
int64_t zc_node_integer(const zc_node *map, const char *key, int64_t otherwise);
bool zc_node_flag(const zc_node *map, const char *key);

/* The first member of a list (or map), NULL for none and for what is no list: for
 * `for (n = zc_node_first(list); n != NULL; n = n->next)`. */
const zc_node *zc_node_first(const zc_node *list);

/* Members of a list or map; 0 for anything else. */
size_t zc_node_count(const zc_node *list);

/* Whether two values are the same; both NULL are. */
bool zc_node_equal(const zc_node *a, const zc_node *b);

#endif
