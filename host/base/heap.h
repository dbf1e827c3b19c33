/* heap.h: memory that is there before it is asked for. */
#ifndef ZC_BASE_HEAP_H
#define ZC_BASE_HEAP_H

#include <stddef.h>

/* Lets the heap grow by so many large pages (2 MiB) at once. Taking its memory 4 KiB at
 * a time costs a small self-check as much as a third of its computing. A wish: nothing
 * fails if the system does not grant it. */
void zc_heap_warm(size_t pages);

/* For a process that works on tables: memory that was given back is kept for the next array.
 * Otherwise each large array would be a mapping of its own, whose pages the system clears
 * anew for every rule. A wish, too. Not in large pages: in a virtual machine these may first
 * have to be fetched from its host, which takes longer than all they save. */
void zc_heap_keep(void);

/* As calloc, for an array whose places are looked at before they are written. A page that is
 * read first becomes one of zeros that all share, and its own one only when it is written: two
 * faults, at the second of which all threads have to stop. */
void *zc_heap_zeros(size_t count, size_t size);

#endif
