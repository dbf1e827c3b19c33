/* checking.h: one self-check of one plan: from the workspace's files to a record. */
#ifndef ZC_CLI_CHECKING_H
#define ZC_CLI_CHECKING_H

#include "cli/judging.h"
#include "runner/kept.h"

typedef struct {
  json_t *record;
  bool fresh;       /* false: the record of an earlier run with the same inputs */
  char run[17];     /* the run's id, from the hash of … */
  zc_buffer inputs; /* … the canonical text of all that decides the record */
  json_t *hits;     /* of a fresh run whose rules hit something (runner/kept.h) … */
  json_t *items;    /* … and whose they are: {item: [{rule, key, split}]} */
} zc_checked;

/* Runs the check, or finds its record. Takes the tables' process. `checked` is to be
 * freed. */
zc_code zc_check(zc_plan *plan, zc_opened_tables *tables, zc_checked *checked,
                 zc_err *err);

/* The same for somebody who only looks: the evaluator tells no hits, so that there are no
 * instances, and nothing of it may be kept. */
zc_code zc_check_preview(zc_plan *plan, zc_opened_tables *tables, zc_checked *checked,
                         zc_err *err);

/* What a caller does with an instance of an item: what `rule` has hit, and the split value by
 * which the item's problems are told apart, as JSON, "" when it is blank or the item has none. */
typedef zc_code zc_checked_visit(void *context, const char *rule,
                                 const zc_kept_hit *hit, zc_piece split, zc_err *err);

/* The instances of an item of the record that is a problem: what its rules have hit, those
 * that found the problem, in their order. The `id` of a hit names the same thing in every run
 * (docs/rules.md). What is no row has the line 0. There are none where no rule judges, and when
 * nobody knows them: the record is that of an earlier run. *more: there are others, beyond
 * ZC_KEPT_MOST of a rule. */
zc_code zc_checked_each(const zc_checked *checked, const char *item,
                        zc_checked_visit *visit, void *context, bool *more,
                        zc_err *err);

/* Judges anew and tells all hits of an item: a list of {rule, split, rows: [{id, table,
 * line, show, keys, level, split}]}, one of each of its rules, owned; `split` is true if the
 * item has one. ZC_EUSAGE when the plan has no such item or none that rules judge. Takes the
 * tables' process. */
zc_code zc_check_hits(zc_plan *plan, zc_opened_tables *tables, const char *item,
                      json_t **hits, zc_err *err);

/* The record of the plan's last run, without judging anew: *record is owned, NULL when there is
 * none. *changed: answers, documents, tables or the plan are others than they were. Takes the
 * tables' process. */
zc_code zc_check_last(zc_plan *plan, zc_opened_tables *tables, json_t **record,
                      bool *changed, zc_err *err);

/* Keeps a fresh run in the workspace; nobody sees a record before. */
zc_code zc_check_keep(const zc_plan *plan, const zc_checked *checked, zc_err *err);
void zc_checked_free(zc_checked *checked);

/* ZC_EUSAGE for words of --fail-on and --isolation that mean nothing. */
zc_code zc_check_words(const zc_cli *cli, zc_err *err);

/* What status a record has: 0 complete and clean, 1 problems, 2 incomplete, narrowed by
 * --fail-on. */
int zc_check_status(const zc_cli *cli, const json_t *record);

/* Whether --fail-on asks for problems of the ledger that are overdue: they give 1. */
bool zc_check_asks_overdue(const zc_cli *cli);

#endif
