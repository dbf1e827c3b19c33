/* ledger.h: the ledger of problems (问题整改台账) in a workspace's database.
 *
 * Its events are the truth: each holds the hash of the one before, none is changed or
 * deleted. What is kept of each problem beside them is made from them alone, in the same
 * transaction: whoever appends says what the problem is after the event (the engine's
 * ledger.lua does), and `zicha verify` makes it again.
 *
 * A problem is a map as ledger.lua makes it; `no` is its number. A row is the list of its cells
 * in the ledger's columns. Amounts of figures are in hundredths of a yuan. */
#ifndef ZC_STORE_LEDGER_H
#define ZC_STORE_LEDGER_H

#include "base/hash.h"
#include "store/store.h"

/* Where the ledger ends. */
typedef struct {
  int64_t seq;             /* 0: it is empty */
  char hash[ZC_HASH_ROOM]; /* of the last event; "" */
  char time[32];           /* when that was written */
  int64_t last_problem;    /* the highest number that was given */
  int64_t by_hand;         /* events whose business date was given by hand */
} zc_head;

zc_code zc_ledger_head(zc_store *store, zc_head *head, zc_err *err);

/* Appends events, all or none: a list of
 *   { event: {action, by, date, body}, problem, row }            of one problem, or
 *   { event: …, problems: [{problem, row}] }                      of the whole ledger,
 * with the problem as it is afterwards. Of several events of one problem only the last needs
 * it; the others have its number, `no`. `instances` beside an event is the canonical text of what
 * its body has as instances besides: many need not become values. body.instances ([{id, …}]) of a `found` or `seen` event
 * become the problem's instances, body.verdicts ({id: {verdict, reason}}) verdicts upon them.
 * `known` is the head that the caller has read before: ZC_EIO when somebody else has written
 * meanwhile. ZC_EDATA when `time` is before the last event's and an event has no
 * body.noted.clock_reason. */
zc_code zc_ledger_append(zc_store *store, const zc_head *known, const json_t *steps,
                         const char *time, zc_err *err);

/* Gives the next problems of an event of the whole ledger, as they are afterwards: [{problem,
 * row}], owned; NULL after the last ones. */
typedef zc_code zc_ledger_batch(void *context, json_t **problems, zc_err *err);

/* Appends one event {action, by, date, body} of the whole ledger together with all problems that
 * `batch` gives, or nothing: a transaction in which never more than a batch is in memory.
 * body.problems names their numbers, so that the event alone tells what it changed. Otherwise
 * as zc_ledger_append. */
zc_code zc_ledger_append_whole(zc_store *store, const zc_head *known,
                               const json_t *event, zc_ledger_batch *batch,
                               void *context, const char *time, zc_err *err);

/* The hash of an event; `fields` has seq, time, business_date, actor, problem, action, body and
 * prev. */
zc_code zc_ledger_hash(const json_t *fields, char digits[ZC_HASH_ROOM], zc_err *err);

/* ---- rows ---------------------------------------------------------------------- */

/* How many cells a row has (ledger_row.lua; host/facility/ledger_rows.c has their titles), and which of
 * them are the five gates. In the database each ends with a unit separator. */
#define ZC_LEDGER_CELLS 38
#define ZC_LEDGER_FIRST_GATE 28
#define ZC_LEDGER_GATES 5
#define ZC_LEDGER_END '\x1f'

/* ---- reading ------------------------------------------------------------------- */

/* Fails because `what` (a translated word) cannot be read. */
zc_code zc_ledger_damaged(const zc_store *store, const char *what, zc_err *err);

/* One problem; *problem is NULL when there is none of this number. Owned. */
zc_code zc_ledger_problem(zc_store *store, int64_t no, json_t **problem, zc_err *err);

/* The numbers of the problems that cite this item of this plan, lowest first; "" is no split
 * value. Owned. */
zc_code zc_ledger_cited(zc_store *store, const char *plan, const char *item,
                        const char *split, json_t **numbers, zc_err *err);

/* The problem that an instance belongs to; 0 when it is new. */
zc_code zc_ledger_owner(zc_store *store, const char *instance, int64_t *no,
                        zc_err *err);

/* What a caller does with one row of many; anything but ZC_OK ends the reading. The value is
 * borrowed. */
typedef zc_code zc_ledger_visit(void *context, const json_t *value, zc_err *err);

/* The instances of a problem, in the order in which they were found: {id, verdict, reason,
 * rule, table, line, keys, show, level}. */
zc_code zc_ledger_instances(zc_store *store, int64_t no, zc_ledger_visit *visit,
                            void *context, zc_err *err);

/* What was entered from a list with this hash before: {rows, problems, date, by}, with the date
 * and name of the first; *known is NULL when it is new. Owned. */
zc_code zc_ledger_known_list(zc_store *store, const char *plan, const char *digits,
                             json_t **known, zc_err *err);

/* The events of a problem (0: all), from `after` on: {seq, time, business_date, actor, problem,
 * action, body, prev, hash}. */
zc_code zc_ledger_events(zc_store *store, int64_t no, int64_t after,
                         zc_ledger_visit *visit, void *context, zc_err *err);

/* Which problems are meant; a member that is NULL or 0 means all. */
typedef struct {
  const char *today; /* for what is overdue or due soon */
  const char *plan;  /* that it belongs to or is cited by */
  const char *view;  /* one of zc_ledger_views */
  const char *focus, *severity, *source;
  const char *person; /* leader or responsible person */
  const char *department;
  const json_t *items; /* ids; those of a counted set */
  int64_t due_within;  /* days from today; -1: not asked */
  int64_t after, most; /* of a list: numbers above this one, and so many */
} zc_ledger_filter;

/* The views that a filter may name: all counted open overdue due relapsed unreported reported
 * systems (a rule was made) results (closed, refunded or a rule made) dismissed found …; ended
 * by NULL. Those after "dismissed" are states. */
extern const char *const zc_ledger_views[];

/* The problems of a filter by number, one after the other. */
zc_code zc_ledger_list(zc_store *store, const zc_ledger_filter *filter,
                       zc_ledger_visit *visit, void *context, zc_err *err);

/* One row of the ledger; all texts are borrowed until the next one is asked for. */
typedef struct {
  int64_t no;
  const char *state, *due, *severity;
  const char *cells[ZC_LEDGER_CELLS];
  const char *body; /* the problem as canonical JSON */
} zc_ledger_row;

/* The rows of a filter by number, without reading any JSON. Owned; *row is NULL behind the last
 * one. */
typedef struct zc_ledger_rows zc_ledger_rows;
zc_code zc_ledger_rows_open(zc_store *store, const zc_ledger_filter *filter,
                            zc_ledger_rows **rows, zc_err *err);
zc_code zc_ledger_rows_next(zc_ledger_rows *rows, const zc_ledger_row **row,
                            zc_err *err);
void zc_ledger_rows_close(zc_ledger_rows *rows);

/* Figures of a filter (docs/json.md, «The ledger»): {figures: {…}, by: {focus: [{id, title,
 * found, counted, pending, dismissed, rectified, closed, overdue}], severity, source,
 * department, state, item}}. Owned. */
zc_code zc_ledger_figures(zc_store *store, const zc_ledger_filter *filter,
                          json_t **figures, zc_err *err);

/* The first of these alone, which is several times faster: {found, counted …}. Owned. */
zc_code zc_ledger_sums(zc_store *store, const zc_ledger_filter *filter,
                       json_t **figures, zc_err *err);

/* ---- for papers ---------------------------------------------------------------- */

/* Of the problems that count, how many have passed each of the five gates and how many have not:
 * [{passed, failed}] in the order of their columns. Owned. */
zc_code zc_ledger_marks(zc_store *store, const zc_ledger_filter *filter, json_t **marks,
                        zc_err *err);

/* What happened in a plan's problems between two business dates, both included: {found,
 * inspected, standing (found or entered, and not dismissed since), verified, dismissed, assigned, rectified, checked, returned, closed, extended, transferred,
 * cases, looked_back, held, relapsed, reported}, each the number of problems that it happened
 * to, and `refund` as an amount. Owned. */
zc_code zc_ledger_window(zc_store *store, const char *plan, const char *from,
                         const char *to, json_t **figures, zc_err *err);

/* The first and the last business date of the plan's problems; "" when there is none. */
zc_code zc_ledger_days(zc_store *store, const char *plan, char first[11], char last[11],
                       zc_err *err);

/* A plan's problems as a report hands them on (docs/json.md, «The record»), by number, each as
 * canonical JSON. */
zc_code zc_ledger_told(zc_store *store, const char *plan,
                       zc_code (*visit)(void *context, const char *text, size_t size,
                                        zc_err *err),
                       void *context, zc_err *err);

/* Between these two nothing that others write is seen: what is read several times stays the
 * same. Nothing may be written in between. */
zc_code zc_ledger_hold(zc_store *store, zc_err *err);
void zc_ledger_release(zc_store *store);

#endif
