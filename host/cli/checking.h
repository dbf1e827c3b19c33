/* checking.h: one self-check of one plan: from the workspace's files to a record. */
#ifndef ZC_CLI_CHECKING_H
#define ZC_CLI_CHECKING_H

#include "cli/judging.h"

typedef struct {
  json_t *record;
  bool fresh;       /* false: the record of an earlier run with the same inputs */
  char run[17];     /* the run's id, from the hash of … */
  zc_buffer inputs; /* … the canonical text of all that decides the record */
} zc_checked;

/* Runs the check, or finds its record. Takes the tables' process. `checked` is to be
 * freed. */
zc_code zc_check(zc_plan *plan, zc_opened_tables *tables, zc_checked *checked,
                 zc_err *err);

/* Judges anew and tells all hits of an item: a list of {rule, rows: [{table, line, show,
 * keys, level}]}, one of each of its rules, owned. ZC_EUSAGE when the plan has no such item
 * or none that rules judge. Takes the tables' process. */
zc_code zc_check_hits(zc_plan *plan, zc_opened_tables *tables, const char *item,
                      json_t **hits, zc_err *err);

/* The record of the plan's last run, without judging anew: *record is owned, NULL when there is
 * none. *changed: answers, documents, tables or the plan are others than they were. Takes the
 * tables' process. */
zc_code zc_check_last(zc_plan *plan, zc_opened_tables *tables, json_t **record,
                      bool *changed, zc_err *err);

/* The rows behind an item's problem of a fresh run: [{id, rule, table, line, keys, show, level,
 * split}], owned; NULL or empty when there are none. */
json_t *zc_checked_instances(const zc_checked *checked, const char *item);

/* Keeps a fresh run in the workspace; nobody sees a record before. */
zc_code zc_check_keep(const zc_plan *plan, const zc_checked *checked, zc_err *err);
void zc_checked_free(zc_checked *checked);

/* ZC_EUSAGE for words of --fail-on and --isolation that mean nothing. */
zc_code zc_check_words(const zc_cli *cli, zc_err *err);

/* What status a record has: 0 complete and clean, 1 problems, 2 incomplete, narrowed by
 * --fail-on. */
int zc_check_status(const zc_cli *cli, const json_t *record);

#endif
