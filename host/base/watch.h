/* watch.h: whoever waits for a long piece of work is told how far it has come. */
#ifndef ZC_BASE_WATCH_H
#define ZC_BASE_WATCH_H

#include <stddef.h>
#include <stdint.h>

/* `tell` is called now and then, always by the thread that was handed the watch, with the
 * bytes done so far and the rows in them (0 where there are none). It must be cheap and
 * must not fail. */
typedef struct {
  void (*tell)(void *context, uint64_t bytes, uint64_t rows);
  void *context; /* borrowed */
} zc_watch;

/* NULL: nobody waits. */
static inline void zc_watch_tell(const zc_watch *watch, uint64_t bytes, uint64_t rows)
{
  if (watch != NULL)
    watch->tell(watch->context, bytes, rows);
}

#endif
