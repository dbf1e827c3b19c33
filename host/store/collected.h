/* collected.h: what an office keeps of each file that it was sent. The file itself lies in inbox/
 * under its hash. */
#ifndef ZC_STORE_COLLECTED_H
#define ZC_STORE_COLLECTED_H

#include "base/arena.h"
#include "store/office.h"

/* The columns of texts and of numbers, in the order of the table. `source` is the file in the inbox
 * that holds several reports, of which this is one; `via` the office that has sent it; `round_day`,
 * `round_from` and `round_id` are the last day, the first and the name of the round that an office
 * says it reports for; what is on paper has the name when somebody has named its round. `ledger_day`
 * is the one on which the figures of its ledger were counted, where the file tells it: that on which it
 * was handed in, not that of the report; of paper the day on which the list was received. */
/* clang-format off */
#define ZC_FACT_TEXTS(X) \
  X(file) X(kind) X(name) X(received) X(fault) X(detail) X(report) X(run) X(plan) \
  X(version) X(plan_hash) X(facility) X(title) X(class) X(day) X(head) X(corrects) \
  X(key_id) X(signer) X(isolation) X(statuses) X(measures) X(digest) X(source) \
  X(via) X(round_day) X(round_from) X(round_id) X(ledger_day)
/* brief: 1 where problems, measures and parts are left out (office/facts.h); looked: of a report
 * whose plan is not known, the last checklist that was known when it was read; -1: to be read again.
 * samples: spot checks (抽查) that were answered, how many papers they looked at together
 * (sample_total), the size that half of them do not exceed, and the largest; data_run: data items
 * that tables have decided, and with what many of them were problems (data_found).
 * Those of a ledger stand last, by the names that figures.json has (docs/json.md); the last
 * three are money, in hundredths of a yuan. */
#define ZC_FACT_NUMBERS(X) \
  X(size) X(brief) X(looked) X(checklist) X(seq) X(items) X(applicable) X(passed) X(problems) \
  X(not_applicable) X(not_checked) X(undetermined) X(manual) X(tables) X(absent) \
  X(rows) X(samples) X(sample_total) X(sample_median) X(sample_most) X(data_run) \
  X(data_found) ZC_FACT_FIGURES(X)
#define ZC_FACT_FIGURES(X) \
  X(found) X(counted) X(pending) X(verified) X(dismissed) X(untrue_rows) \
  X(assigned) X(rectifying) X(not_begun) X(rectified) X(closed) X(open) X(overdue) \
  X(no_deadline) X(immediate) X(deadline) X(long_term) X(due_10) X(due_20) \
  X(extended) X(extensions) X(due_total) X(on_time) X(transferred) X(cases) \
  X(looked_back) X(held) X(relapsed) X(relapsed_at_look_back) X(inspected) \
  X(unreported) X(reported) X(systems) X(departments) X(people) X(amount) X(refund) \
  X(refund_self)
/* clang-format on */

#define ZC_FACT_TEXT(name) ZC_TEXT_##name,
#define ZC_FACT_NUMBER(name) ZC_NUMBER_##name,
typedef enum { ZC_FACT_TEXTS(ZC_FACT_TEXT) ZC_TEXT_COUNT } zc_fact_text;
typedef enum { ZC_FACT_NUMBERS(ZC_FACT_NUMBER) ZC_NUMBER_COUNT } zc_fact_number;
#undef ZC_FACT_TEXT
#undef ZC_FACT_NUMBER

#define ZC_UNKNOWN INT64_MIN /* a number that the file does not tell */

/* What a file's verdict upon an entry of the checklist is called in `statuses`. */
#define ZC_STATUS_PASS 'P'
#define ZC_STATUS_PROBLEM 'X'
#define ZC_STATUS_SUSPECT 'S'
#define ZC_STATUS_HINT 'H'
#define ZC_STATUS_NOT_APPLICABLE 'N'
#define ZC_STATUS_NOT_CHECKED 'C'
#define ZC_STATUS_UNDETERMINED 'U'
#define ZC_STATUS_ABSENT '.'

typedef struct {
  int64_t entry; /* its place in the checklist; -1: of no known entry */
  char status;
  const char *severity;
  int64_t count, population, amount; /* ZC_UNKNOWN where there is none */
} zc_fact_finding;

typedef struct {
  int64_t no, entry, extended, relapses, refund;
  bool counted, unreported;
  const char *item, *state, *source, *severity, *certainty;
  const char *found, *reported, *due, *done,
      *closed; /* "" where it has not come to that */
} zc_fact_problem;

/* A facility of which the roster of another office knows. */
typedef struct {
  const char *code, *name, *class, *grade, *ownership, *town;
  bool expected;
} zc_fact_listed;

/* A figure that an office's report tells beside its facilities, by its kind:
 *   known     name: visits, cases (1: its register has any), manual, registers, silent (the
 *             report tells of them)
 *   case      key: a facility's code, "" for whoever is on no roster; name: a figure of
 *             zc_case_figures (cases.h); money in hundredths of a yuan
 *   manual    key: a class, "" for all; name: a row of the table; millionths
 *   register  name: a register; how many rows it has
 *   silent    key, name: an office that has not reported to it; how many facilities it has,
 *             -1 where nobody knows
 *   without   key: visits, cases, manual or manual/ROW; name: an office whose figures are not in
 *             those that it tells */
typedef struct {
  const char *kind, *key, *name;
  int64_t value;
} zc_fact_figure;

typedef struct zc_facts zc_facts;
struct zc_facts {
  zc_arena arena;                   /* of all that is here */
  const char *texts[ZC_TEXT_COUNT]; /* none is NULL */
  int64_t numbers[ZC_NUMBER_COUNT];
  zc_fact_finding *findings;
  zc_fact_problem *problems;
  size_t finding_count, problem_count;
  /* Of an office's report: the facilities that it lists, and what it tells of each that has
   * reported. */
  zc_fact_listed *listed;
  zc_facts *members; /* owned */
  size_t listed_count, member_count;
  zc_fact_figure *told;
  size_t told_count;
};

void zc_facts_free(zc_facts *facts);

/* Names of the columns of numbers, in their order. */
extern const char *const zc_fact_numbers[ZC_NUMBER_COUNT];

/* Forgets what no form on paper asks for, so that nobody knows it: 核销, 回头看, money, and who else has found
 * something. */
void zc_facts_forget_unasked(int64_t numbers[ZC_NUMBER_COUNT]);

/* ---- keeping ------------------------------------------------------------------------ */

/* Keeps the facts of a file and of what is reported in it, within a change of the office
 * (office.h). */
zc_code zc_collected_keep(zc_store *store, const zc_facts *facts, zc_err *err);

/* Keeps what a file tells when it is read again in the place of what was kept as number `no`; its
 * name and the day on which it was received stay those of the first time. */
zc_code zc_collected_replace(zc_store *store, const zc_facts *facts, int64_t no,
                             zc_err *err);

/* The findings and problems of a report by its number, as records have them: [{entry, status,
 * severity, count, population, amount}], [{no, item, state, …}]; amounts are hundredths of a
 * yuan. Owned. */
zc_code zc_collected_findings(zc_store *store, int64_t no, json_t **findings,
                              zc_err *err);
zc_code zc_collected_problems(zc_store *store, int64_t no, json_t **problems,
                              zc_err *err);

/* Notes that a file which is known came again under another name; *fresh: it had not before. */
zc_code zc_arrival_keep(zc_store *store, const char *file, const char *name,
                        const char *received, bool *fresh, zc_err *err);

/* The hashes of the files that were kept: {hash: true; the number of one that was unreadable}; with
 * `lists` also those of lists that people have written down ({hash: true}). Owned. */
zc_code zc_collected_files(zc_store *store, bool lists, json_t **files, zc_err *err);

/* The number of a file; 0 when there is none. */
zc_code zc_collected_number(zc_store *store, const char *file, int64_t *no,
                            zc_err *err);

/* Whether there are files whose plan was not known when the checklist before `last` was the last, or
 * which an older zicha has read that passed over some of what they tell. */
zc_code zc_collected_behind(zc_store *store, int64_t last, bool *behind, zc_err *err);

/* ---- checklists --------------------------------------------------------------------- */

/* Keeps what a version of a plan asks: `body` is what the engine's office_checklist gives, and replaces what
 * is kept under that hash, if it is another. */
zc_code zc_checklist_keep(zc_store *store, const char *plan, const char *version,
                          const char *hash, const json_t *body, zc_err *err);

/* The same within a change. */
zc_code zc_checklist_put(zc_store *store, const char *plan, const char *version,
                         const char *hash, const json_t *body, zc_err *err);

/* The texts of all that are kept, whatever stands in them: [{plan, version, hash, text}]. Owned. */
zc_code zc_checklist_texts(zc_store *store, json_t **texts, zc_err *err);

/* All that are kept, the first one first: [{no, plan, version, hash, body}]. Owned. */
zc_code zc_checklists(zc_store *store, json_t **checklists, zc_err *err);

#endif
