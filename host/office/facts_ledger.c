/* The problems of a record, and the figures of its ledger. */
#include <string.h>

#include "base/date.h"
#include "office/amount.h"
#include "office/fact.h"

static const char *const states[] = {"found",      "verified",  "dismissed", "assigned",
                                     "rectifying", "rectified", "checked",   "closed",
                                     "held",       "relapsed",  NULL};
static const char *const sources[] =
    {"self_check",     "inspection",        "complaint", "transfer_in", "media",
     "data_screening", "superior_feedback", "look_back", NULL};
static const char *const certainties[] = {"certain", "suspect", "hint", NULL};

/* What is not kept is borrowed as long as it is looked at. */
static const char *keep(zc_reading *r, const char *text)
{
  return r->brief ? text : zc_fact_keep(r, text, ZC_WORD_MOST);
}

static const char *keep_day(zc_reading *r, const zc_node *told, const char *key)
{
  int32_t day;
  const char *text = zc_fact_text_of(told, key);
  return strlen(text) == 10 && zc_day_parse(text, 10, &day) ? keep(r, text) : "";
}

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
      .item = keep(r, item),
      .state = zc_fact_word_of(told, "state", states),
      .source = zc_fact_word_of(told, "source", sources),
      .severity = zc_fact_word_of(told, "severity", zc_fact_severities),
      .certainty = zc_fact_word_of(told, "certainty", certainties),
      .found = keep_day(r, told, "found"),
      .reported = keep_day(r, told, "reported"),
      .due = keep_day(r, told, "due"),
      .done = keep_day(r, told, "done"),
      .closed = keep_day(r, told, "closed")};
}

/* What the problems themselves tell of the ledger's figures. */
static const zc_fact_number counted_here[] =
    {ZC_NUMBER_found,       ZC_NUMBER_counted,    ZC_NUMBER_pending,
     ZC_NUMBER_dismissed,   ZC_NUMBER_rectified,  ZC_NUMBER_closed,
     ZC_NUMBER_overdue,     ZC_NUMBER_due_total,  ZC_NUMBER_on_time,
     ZC_NUMBER_relapsed,    ZC_NUMBER_unreported, ZC_NUMBER_refund,
     ZC_NUMBER_refund_self, ZC_NUMBER_inspected,  ZC_NUMBER_held};
#define COUNTED_HERE (sizeof counted_here / sizeof *counted_here)

static void count_problem(const zc_reading *r, const zc_fact_problem *p, int64_t *n)
{
  const char *told = r->facts->texts[ZC_TEXT_ledger_day];
  const char *day = *told == '\0' ? r->facts->texts[ZC_TEXT_day] : told;
  bool closed = strcmp(p->state, "closed") == 0 || strcmp(p->state, "held") == 0;
  bool rectified = closed || strcmp(p->state, "rectified") == 0 ||
                   strcmp(p->state, "checked") == 0;
  bool due = p->counted && *p->due != '\0' && strcmp(p->due, day) <= 0;
  n[ZC_NUMBER_found]++;
  n[ZC_NUMBER_counted] += p->counted;
  n[ZC_NUMBER_pending] += strcmp(p->state, "found") == 0;
  n[ZC_NUMBER_dismissed] += strcmp(p->state, "dismissed") == 0;
  n[ZC_NUMBER_held] += strcmp(p->state, "held") == 0;
  n[ZC_NUMBER_rectified] += p->counted && rectified;
  n[ZC_NUMBER_closed] += p->counted && closed;
  n[ZC_NUMBER_overdue] += due && !rectified && strcmp(p->due, day) < 0;
  n[ZC_NUMBER_due_total] += due;
  n[ZC_NUMBER_on_time] += due && rectified && strcmp(p->done, p->due) <= 0;
  n[ZC_NUMBER_relapsed] += p->relapses > 0;
  n[ZC_NUMBER_unreported] += p->unreported;
  n[ZC_NUMBER_inspected] += strcmp(p->source, "inspection") == 0;
  n[ZC_NUMBER_refund] = zc_amount_add(n[ZC_NUMBER_refund], p->refund);
  if (strcmp(p->source, "self_check") == 0)
    n[ZC_NUMBER_refund_self] = zc_amount_add(n[ZC_NUMBER_refund_self], p->refund);
}

static zc_fact_problem *make_room(zc_reading *r, size_t count)
{
  zc_arena *arena = r->arena == NULL ? &r->facts->arena : r->arena;
  r->facts->problems = zc_arena_take(arena, (count + 1) * sizeof(zc_fact_problem));
  r->failed |= r->facts->problems == NULL;
  return r->facts->problems;
}

/* Their numbers rise, as they do in every report of zicha; with another one ends the reading. */
void zc_fact_set_problems(zc_reading *r, int64_t counted[ZC_NUMBER_COUNT])
{
  const zc_node *told = zc_node_get(r->record, "problems"), *one;
  zc_fact_problem alone, *problem = &alone;
  int64_t before = 0;
  for (size_t i = 0; i < COUNTED_HERE; i++)
    counted[counted_here[i]] = 0;
  if (!r->brief && (problem = make_room(r, zc_node_count(told))) == NULL)
    return;
  for (one = zc_node_first(told); one != NULL; one = one->next) {
    read_problem(r, one, problem);
    if (problem->no <= before) {
      zc_fact_fault(r, "tampered", N_("the numbers of its problems do not rise"));
      return;
    }
    before = problem->no;
    count_problem(r, problem, counted);
    if (!r->brief) {
      r->facts->problem_count++;
      problem++;
    }
  }
}

/* ---- figures ---------------------------------------------------------------------------- */

static void set_ledger_figures(zc_reading *r, const zc_node *ledger)
{
  const zc_node *figures = zc_node_get(ledger, "figures");
  for (int i = ZC_NUMBER_found; i < ZC_NUMBER_COUNT; i++) {
    const char *name = zc_fact_numbers[i];
    r->facts->numbers[i] = i >= ZC_NUMBER_amount
                               ? zc_amount_read(zc_fact_text_of(figures, name))
                               : zc_fact_count_of(figures, name);
  }
}

bool zc_fact_figures_fit(const int64_t n[ZC_NUMBER_COUNT])
{
  static const struct {
    zc_fact_number part, whole;
  } parts[] = {{ZC_NUMBER_counted, ZC_NUMBER_found},
               {ZC_NUMBER_pending, ZC_NUMBER_found},
               {ZC_NUMBER_verified, ZC_NUMBER_found},
               {ZC_NUMBER_dismissed, ZC_NUMBER_found},
               {ZC_NUMBER_transferred, ZC_NUMBER_found},
               {ZC_NUMBER_looked_back, ZC_NUMBER_found},
               {ZC_NUMBER_held, ZC_NUMBER_found},
               {ZC_NUMBER_relapsed, ZC_NUMBER_found},
               {ZC_NUMBER_relapsed_at_look_back, ZC_NUMBER_looked_back},
               {ZC_NUMBER_inspected, ZC_NUMBER_found},
               {ZC_NUMBER_unreported, ZC_NUMBER_found},
               {ZC_NUMBER_reported, ZC_NUMBER_found},
               {ZC_NUMBER_assigned, ZC_NUMBER_not_begun},
               {ZC_NUMBER_rectifying, ZC_NUMBER_counted},
               {ZC_NUMBER_not_begun, ZC_NUMBER_counted},
               {ZC_NUMBER_rectified, ZC_NUMBER_counted},
               {ZC_NUMBER_closed, ZC_NUMBER_rectified},
               {ZC_NUMBER_open, ZC_NUMBER_counted},
               {ZC_NUMBER_overdue, ZC_NUMBER_counted},
               {ZC_NUMBER_due_total, ZC_NUMBER_counted},
               {ZC_NUMBER_on_time, ZC_NUMBER_due_total},
               {ZC_NUMBER_refund_self, ZC_NUMBER_refund}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    int64_t part = n[parts[i].part], whole = n[parts[i].whole];
    if (part != ZC_UNKNOWN && whole != ZC_UNKNOWN && part > whole)
      return false;
  }
  return true;
}

/* Whether the figures count the problems of the record, as of the ledger's day. */
static bool counts_fit(const zc_reading *r, const int64_t own[ZC_NUMBER_COUNT])
{
  static const zc_fact_number same[] = {ZC_NUMBER_found,     ZC_NUMBER_counted,
                                        ZC_NUMBER_pending,   ZC_NUMBER_dismissed,
                                        ZC_NUMBER_rectified, ZC_NUMBER_closed,
                                        ZC_NUMBER_relapsed,  ZC_NUMBER_unreported,
                                        ZC_NUMBER_refund,    ZC_NUMBER_held,
                                        ZC_NUMBER_overdue,   ZC_NUMBER_due_total,
                                        ZC_NUMBER_on_time};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    if (own[same[i]] != r->facts->numbers[same[i]])
      return false;
  return true;
}

/* Whether the figures can be those of the ledger that the record tells of: of the same event, or of
 * a later one, by which no problem can have gone. */
static bool ledger_fits(const zc_reading *r, const zc_node *ledger,
                        const int64_t own[ZC_NUMBER_COUNT])
{
  const int64_t *n = r->facts->numbers;
  int64_t seq = zc_fact_count_of(ledger, "seq"), since = n[ZC_NUMBER_seq];
  bool same = strcmp(zc_fact_text_of(ledger, "hash"), r->facts->texts[ZC_TEXT_head]) ==
              0;
  if (seq == ZC_UNKNOWN || seq < since || same != (seq == since) ||
      n[ZC_NUMBER_found] < own[ZC_NUMBER_found] || !zc_fact_figures_fit(n))
    return false;
  return seq > since || counts_fit(r, own);
}

/* Whether the figures are those of the report beside them. */
static void check_figures(zc_reading *r, const zc_node *ledger,
                          const int64_t own[ZC_NUMBER_COUNT])
{
  static const char *const same[] = {"facility", "plan", "run", "today", "totals"};
  bool fits = strcmp(zc_fact_text_of(r->figures, "report"),
                     r->facts->texts[ZC_TEXT_report]) == 0;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    fits = fits && zc_node_equal(zc_node_get(r->figures, same[i]),
                                 zc_node_get(r->record, same[i]));
  if (!fits)
    zc_fact_fault(r, "tampered", N_("its figures are not those of its report"));
  else if (!ledger_fits(r, ledger, own))
    zc_fact_fault(r, "tampered",
                  N_("its figures do not count the problems of its report"));
}

/* Each problem is an event at least; a report that does not say how far its ledger had come could
 * not be held against the one before. */
static void check_place(zc_reading *r)
{
  int64_t seq = r->facts->numbers[ZC_NUMBER_seq];
  if (seq == ZC_UNKNOWN)
    zc_fact_fault(r, "unreadable", N_("its record does not say where its ledger ends"));
  else if (seq < (int64_t)r->facts->problem_count)
    zc_fact_fault(r, "tampered", N_("its ledger ends before its problems do"));
}

void zc_fact_set_ledger(zc_reading *r)
{
  int64_t own[ZC_NUMBER_COUNT];
  for (size_t i = 0; i < ZC_NUMBER_COUNT; i++)
    own[i] = ZC_UNKNOWN;
  const zc_node *ledger = zc_node_get(r->figures, "ledger");
  if (ledger != NULL)
    r->facts->texts[ZC_TEXT_ledger_day] = zc_fact_day_of(r, ledger, "today");
  zc_fact_set_problems(r, own);
  if (r->sent != NULL)
    check_place(r);
  if (r->figures == NULL) { /* as far as they tell */
    for (size_t i = 0; i < COUNTED_HERE; i++)
      r->facts->numbers[counted_here[i]] = own[counted_here[i]];
    if (r->sent == NULL) /* on paper */
      zc_facts_forget_unasked(r->facts->numbers);
    return;
  }
  set_ledger_figures(r, ledger);
  check_figures(r, ledger, own);
}
