/* crew.h: threads that are started once, while that is still allowed, and then share work.
 *
 * Whoever runs a task is one of the crew himself. Tasks must not run tasks. */
#ifndef ZC_BASE_CREW_H
#define ZC_BASE_CREW_H

#include <stddef.h>

#include "base/error.h"

#define ZC_CREW_MOST 64

typedef struct zc_crew zc_crew;

/* Starts a crew of so many, with its caller: 1 starts no thread. Fewer when the system gives
 * no more. All of them live when it returns: what a thread needs to begin may be forbidden
 * then. Owned. */
zc_code zc_crew_new(int size, zc_crew **crew, zc_err *err);
void zc_crew_free(zc_crew *crew);

/* How many work; 1 for NULL. */
int zc_crew_size(const zc_crew *crew);

/* Does part number `part`; `worker` is below the crew's size, and no two tasks that run at
 * the same time have the same. */
typedef void (*zc_crew_task)(void *context, size_t part, int worker);

/* Does each part once, the lower ones first, and returns when all are done. What a task has
 * written the caller sees. NULL: the caller does all. */
void zc_crew_run(zc_crew *crew, size_t parts, zc_crew_task task, void *context);

#endif
