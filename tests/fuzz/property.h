/* property.h: what the fuzzers share. A target asserts what must hold for every input; a
 * property that does not hold is a crash with its own words, which libFuzzer keeps with
 * the input. replay.c runs the same targets over files. */
#ifndef ZC_FUZZ_PROPERTY_H
#define ZC_FUZZ_PROPERTY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "value/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(claim, ...)                                                              \
  do {                                                                                 \
    if (!(claim)) {                                                                    \
      fprintf(stderr, "does not hold: %s\n  ", #claim);                                \
      fprintf(stderr, __VA_ARGS__);                                                    \
      fputc('\n', stderr);                                                             \
      abort();                                                                         \
    }                                                                                  \
  } while (0)

static inline char *canonical_text(const json_t *value)
{
  zc_buffer out = {0};
  zc_err err;
  HOLDS(zc_json_canonical(value, &out, &err) == ZC_OK, "%s", err.text);
  return zc_buffer_take(&out);
}

#endif
