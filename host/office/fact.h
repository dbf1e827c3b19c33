/* fact.h: what the parts of reading a file share. Inside the office only. */
#ifndef ZC_OFFICE_FACT_H
#define ZC_OFFICE_FACT_H

#include "office/facts.h"
#include "value/node.h"

#define ZC_WORD_MOST 255 /* bytes of a code or an id */

typedef struct {
  const zc_sent *sent;
  const zc_known *known;
  zc_facts *facts;
  zc_arena *scratch;               /* of what is read; borrowed */
  zc_arena *arena;                 /* what is kept; NULL: that of the facts */
  bool brief;                      /* problems and parts are looked at, not kept */
  const zc_node *record, *figures; /* figures is NULL where there are none */
  const zc_checklist *list;        /* NULL: of no version that is known here */
  char *statuses;                  /* of the facts */
  bool failed;                     /* out of memory */
} zc_reading;

/* A copy that the facts keep, of at most so many bytes. */
const char *zc_fact_keep(zc_reading *r, const char *text, size_t most);

/* Keeps a text of the facts; nothing happens without one. */
void zc_fact_set(zc_reading *r, zc_fact_text at, const char *text);

/* A member of a record: a text, "" where there is none; a count, or ZC_UNKNOWN; a day, or ""; one
 * of the words that records have (they end with NULL), or "". */
const char *zc_fact_text_of(const zc_node *map, const char *key);
int64_t zc_fact_count_of(const zc_node *map, const char *key);
const char *zc_fact_day_of(zc_reading *r, const zc_node *map, const char *key);
const char *zc_fact_word_of(const zc_node *map, const char *key,
                            const char *const *words);

extern const char *const zc_fact_severities[];

/* Notes what is wrong with the file; the first fault counts. */
void zc_fact_fault(zc_reading *r, const char *fault, const char *text);

/* The facts of a file before anything is known of it. */
void zc_fact_begin(zc_facts *facts, const char *kind);

/* Problems of the record, with what they tell of the figures (facts_ledger.c). */
void zc_fact_set_problems(zc_reading *r, int64_t counted[ZC_NUMBER_COUNT]);

/* Whether the figures of a ledger can be those of one: none is more than what it is a part of. */
bool zc_fact_figures_fit(const int64_t n[ZC_NUMBER_COUNT]);

/* The measures of a report: {id: decimal}. `value` gives of one of the list its id and decimal, NULL
 * where it has none (facts_items.c). */
typedef const char *zc_fact_measure(const zc_node *one, const char **id);
void zc_fact_set_measures(zc_reading *r, const zc_node *list, zc_fact_measure *value);

/* What an office reports of its facilities (facts_office.c). */
void zc_fact_set_office(zc_reading *r);

/* What it reports of its register and by hand (facts_registered.c). `codes` are those of the facilities
 * that it lists. */
void zc_fact_set_registered(zc_reading *r, const json_t *codes);

/* Where an entry stands in the checklist: itself, or the item that it belongs to (may be NULL);
 * -1: it has no place. */
int64_t zc_fact_place(const zc_reading *r, const char *id, const char *item);

/* Verdicts, totals, tables and measures of the record (facts_items.c). */
void zc_fact_set_items(zc_reading *r);

/* Problems and figures of the ledger (facts_ledger.c). */
void zc_fact_set_ledger(zc_reading *r);

#endif
