/* lock.h: what the evaluator gives up before it reads a byte from outside. */
#ifndef ZC_EVAL_LOCK_H
#define ZC_EVAL_LOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/crew.h"
#include "base/error.h"
#include "base/text.h"

/* Prepares what needs files or devices: jansson's seed, the heap and, if there are
 * tables to read, GB18030 (NULL when the C library lacks it). Before zc_lock. */
zc_code zc_lock_prepare(bool tables, zc_gb18030 **converter, zc_err *err);

/* Locks the process for good: no new privileges, no files, no processes, no network, at most
 * `mapped` bytes three times over, 1 GiB and 64 MiB a thread of address space, and only the
 * system calls that computing needs; anything else kills it. On the way it starts a crew of
 * `threads` (*crew is owned; NULL for 1), which is locked as well. *full is false where the
 * system cannot filter calls (or in a sanitizer build, which needs the forbidden ones). */
zc_code zc_lock(size_t mapped, int threads, zc_crew **crew, bool *full, zc_err *err);

/* Uses under the lock what scripts and tables will use: memory, a Lua state, a conversion,
 * each thread. A lock that forbids too much shows here and not half-way through a check. */
zc_code zc_lock_test(zc_gb18030 *converter, zc_crew *crew, zc_err *err);

/* Does the forbidden thing called `name` (open, socket, fork, exec, kill, map, or thread: one
 * of the crew opens a file), for `doctor`: under a full lock it does not return. Returns
 * false if the name is unknown. */
bool zc_lock_breach(const char *name, zc_crew *crew);

#endif
