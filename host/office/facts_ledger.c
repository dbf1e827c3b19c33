/* The problems of a record, and the figures of its ledger. */
#include <string.h>

#include "office/amount.h"
#include "office/fact.h"

static const char *const states[] = {"found",      "verified",  "dismissed", "assigned",
                                     "rectifying", "rectified", "checked",   "closed",
                                     "held",       "relapsed",  NULL};
static const char *const sources[] =
    {"self_check",     "inspection",        "complaint", "transfer_in", "media",
     "data_screening", "superior_feedback", "look_back", NULL};
static const char *const certainties[] = {"certain", "suspect", "hint", NULL};

static void read_problem(zc_reading *r, const zc_node *told, zc_fact_problem *problem)
{
  const char *item = zc_fact_text_of(told, "item");
  const char *bracket = strchr(item, '[');
  char base[ZC_WORD_MOST + 1] = "";
  if (bracket != NULL && (size_t)(bracket - item) < sizeof base)
    memcpy(base, item, (size_t)(bracket - item));
  *problem = (zc_fact_problem){
      .no = zc_fact_count_of(told, "no"),
      .entry = zc_fact_place(r, item, base),
      .extended = zc_amount_known(zc_fact_count_of(told, "extended")),
      .relapses = zc_amount_known(zc_fact_count_of(told, "relapses")),
      .refund = zc_amount_known(zc_amount_read(zc_fact_text_of(told, "refund"))),
      .counted = zc_node_flag(told, "counted"),
      .unreported = zc_node_flag(told, "unreported"),
      .item = zc_fact_keep(r, item, ZC_WORD_MOST),
      .state = zc_fact_word_of(told, "state", states),
      .source = zc_fact_word_of(told, "source", sources),
      .severity = zc_fact_word_of(told, "severity", zc_fact_severities),
      .certainty = zc_fact_word_of(told, "certainty", certainties),
      .found = zc_fact_day_of(r, told, "found"),
      .reported = zc_fact_day_of(r, told, "reported"),
      .due = zc_fact_day_of(r, told, "due"),
      .done = zc_fact_day_of(r, told, "done"),
      .closed = zc_fact_day_of(r, told, "closed")};
}

/* Their numbers rise, as they do in every report of zicha; with another one ends the reading. */
void zc_fact_set_problems(zc_reading *r)
{
  const zc_node *told = zc_node_get(r->record, "problems"), *one;
  size_t count = zc_node_count(told);
  int64_t before = 0;
  r->facts->problems = zc_arena_take(&r->facts->arena,
                                     (count + 1) * sizeof *r->facts->problems);
  if (r->facts->problems == NULL) {
    r->failed = true;
    return;
  }
  for (one = zc_node_first(told); one != NULL; one = one->next) {
    zc_fact_problem *problem = &r->facts->problems[r->facts->problem_count];
    read_problem(r, one, problem);
    if (problem->no <= before) {
      zc_fact_fault(r, "tampered", N_("the numbers of its problems do not rise"));
      return;
    }
    before = problem->no;
    r->facts->problem_count++;
  }
}

static void set_ledger_figures(zc_reading *r)
{
  const zc_node *ledger = zc_node_get(r->figures, "ledger");
  const zc_node *figures = zc_node_get(ledger, "figures");
  for (int i = ZC_NUMBER_found; i < ZC_NUMBER_COUNT; i++) {
    const char *name = zc_fact_numbers[i];
    r->facts->numbers[i] = i >= ZC_NUMBER_amount
                               ? zc_amount_read(zc_fact_text_of(figures, name))
                               : zc_fact_count_of(figures, name);
  }
}

/* What the problems themselves tell of the ledger's figures. */
static const zc_fact_number counted_here[] =
    {ZC_NUMBER_found,       ZC_NUMBER_counted,    ZC_NUMBER_pending,
     ZC_NUMBER_dismissed,   ZC_NUMBER_rectified,  ZC_NUMBER_closed,
     ZC_NUMBER_overdue,     ZC_NUMBER_due_total,  ZC_NUMBER_on_time,
     ZC_NUMBER_relapsed,    ZC_NUMBER_unreported, ZC_NUMBER_refund,
     ZC_NUMBER_refund_self, ZC_NUMBER_inspected,  ZC_NUMBER_held};
#define COUNTED_HERE (sizeof counted_here / sizeof *counted_here)

static void count_problems(const zc_reading *r, int64_t n[ZC_NUMBER_COUNT])
{
  const char *day = r->facts->texts[ZC_TEXT_day];
  for (size_t i = 0; i < COUNTED_HERE; i++)
    n[counted_here[i]] = 0;
  for (size_t i = 0; i < r->facts->problem_count; i++) {
    const zc_fact_problem *p = &r->facts->problems[i];
    bool closed = strcmp(p->state, "closed") == 0 || strcmp(p->state, "held") == 0;
    bool rectified = closed || strcmp(p->state, "rectified") == 0 ||
                     strcmp(p->state, "checked") == 0;
    n[ZC_NUMBER_found]++;
    n[ZC_NUMBER_counted] += p->counted;
    n[ZC_NUMBER_pending] += strcmp(p->state, "found") == 0;
    n[ZC_NUMBER_dismissed] += strcmp(p->state, "dismissed") == 0;
    n[ZC_NUMBER_held] += strcmp(p->state, "held") == 0;
    n[ZC_NUMBER_rectified] += p->counted && rectified;
    n[ZC_NUMBER_closed] += p->counted && closed;
    n[ZC_NUMBER_overdue] += p->counted && !rectified && *p->due != '\0' &&
                            strcmp(p->due, day) < 0;
    n[ZC_NUMBER_due_total] += p->counted && *p->due != '\0' && strcmp(p->due, day) <= 0;
    n[ZC_NUMBER_on_time] += p->counted && rectified && *p->due != '\0' &&
                            strcmp(p->due, day) <= 0 && strcmp(p->done, p->due) <= 0;
    n[ZC_NUMBER_relapsed] += p->relapses > 0;
    n[ZC_NUMBER_unreported] += p->unreported;
    n[ZC_NUMBER_inspected] += strcmp(p->source, "inspection") == 0;
    n[ZC_NUMBER_refund] += p->refund;
    n[ZC_NUMBER_refund_self] += strcmp(p->source, "self_check") == 0 ? p->refund : 0;
  }
}

/* Whether the figures count the problems of the record; those that depend on the day of the
 * submission are left. */
static bool counts_fit(const zc_reading *r)
{
  static const zc_fact_number same[] = {ZC_NUMBER_found,     ZC_NUMBER_counted,
                                        ZC_NUMBER_pending,   ZC_NUMBER_dismissed,
                                        ZC_NUMBER_rectified, ZC_NUMBER_closed,
                                        ZC_NUMBER_relapsed,  ZC_NUMBER_unreported,
                                        ZC_NUMBER_refund,    ZC_NUMBER_held};
  int64_t own[ZC_NUMBER_COUNT];
  count_problems(r, own);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    if (own[same[i]] != r->facts->numbers[same[i]])
      return false;
  return true;
}

/* Whether the figures are those of the report beside them. */
static void check_figures(zc_reading *r)
{
  static const char *const same[] = {"facility", "plan", "run", "today", "totals"};
  const zc_node *ledger = zc_node_get(r->figures, "ledger");
  bool fits = strcmp(zc_fact_text_of(r->figures, "report"),
                     r->facts->texts[ZC_TEXT_report]) == 0;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    fits = fits && zc_node_equal(zc_node_get(r->figures, same[i]),
                                 zc_node_get(r->record, same[i]));
  if (!fits)
    zc_fact_fault(r, "tampered", N_("its figures are not those of its report"));
  else if (zc_node_integer(ledger, "seq", -1) == r->facts->numbers[ZC_NUMBER_seq] &&
           !counts_fit(r))
    zc_fact_fault(r, "tampered",
                  N_("its figures do not count the problems of its report"));
}

void zc_fact_set_ledger(zc_reading *r)
{
  zc_fact_set_problems(r);
  if (r->figures == NULL) {
    count_problems(r, r->facts->numbers); /* as far as they tell */
    return;
  }
  set_ledger_figures(r);
  check_figures(r);
}
