/* paper_list.h: lists of what facilities without zicha have reported on paper, as people have
 * written them down: one row for an item of a facility. */
#ifndef ZC_SUPERVISOR_PAPER_LIST_H
#define ZC_SUPERVISOR_PAPER_LIST_H

#include "base/hash.h"
#include "office/facts.h"
#include "supervisor/office.h"

#define ZC_PAPER_LIST_LIMIT ((size_t)64 << 20)

typedef struct {
  const char *file;         /* what it is called, in messages */
  const char *name;         /* the same without its folder, as it is kept */
  const char *digest;       /* of the file */
  const char *received;     /* the day on which it is taken in */
  const json_t *checklist;  /* {plan, version, hash, body} that it is read by */
  const json_t *facilities; /* code → {name, class, expected}; others are mistakes */
  const json_t *round;      /* all of it is of this one; NULL: of any */
  const char *round_id;     /* the one that was named; "" for none */
  int64_t repeat; /* how often the same list was taken in for the plan before */
  int late_days;
  bool
      fresh; /* it is taken in now: also what lists that are kept were allowed to hold is told */
} zc_paper_list;

/* A list that has been read. */
typedef struct {
  json_t *records; /* [{facility, plan, today, items, problems, totals …}] */
  size_t wrong;    /* mistakes, which were told with their places */
} zc_paper_read;

/* Reads it; `text` is UTF-8. With mistakes *read has them counted. To be freed in any case. */
zc_code zc_paper_list_read(const zc_paper_list *list, const zc_buffer *text,
                           zc_paper_read *read, zc_err *err);
void zc_paper_read_free(zc_paper_read *read);

/* What stands for the hash of a file in the facts of this facility: each record has its own. */
zc_code zc_paper_digest(const zc_paper_list *list, const char *facility,
                        char digits[ZC_HASH_ROOM], zc_err *err);

/* The facts of one of its records. */
zc_code zc_paper_facts(const zc_paper_list *list, json_t *record, const zc_known *known,
                       zc_facts *facts, zc_err *err);

/* Appends the sheet to be filled in for these facilities ([{code, name}]); a blank one for none. */
zc_code zc_paper_form(const json_t *checklist, const json_t *facilities, zc_buffer *out,
                      zc_err *err);

/* The last checklist of a plan; NULL when there is none. Borrowed. */
const json_t *zc_paper_checklist(const json_t *checklists, const char *plan);

#endif
