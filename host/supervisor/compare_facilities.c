/* Tables of a comparison with a row for each facility: one round, two, inspections. */
#include <stdlib.h>
#include <string.h>

#include "supervisor/compare_source.h"

/* ---- one round ------------------------------------------------------------------------ */

/* What the state of a facility's report is called on paper. */
static const char *state_title(const zc_member *member)
{
  const char *state = member->report == 0 ? "" : member->state;
  if (member->report == 0 && !member->expected)
    return "不应报送";
  static const struct {
    const char *state, *title;
  } titles[] = {{"", "未报送"},
                {"accepted", "已接收"},
                {"late", "逾期报送"},
                {"allowed", "人工认可"},
                {"broken_chain", "台账不连续"}};
  if (member->report != 0 && strcmp(member->kind, "paper") == 0)
    return strcmp(state, "late") == 0 ? "手工登记（逾期）" : "手工登记";
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i].state, state) == 0)
      return titles[i].title;
  return state;
}

static const char *verdict_text(char letter)
{
  static const struct {
    char letter;
    const char *title;
  } titles[] = {{ZC_STATUS_PASS, "合格"},
                {ZC_STATUS_PROBLEM, "发现问题"},
                {ZC_STATUS_SUSPECT, "可疑"},
                {ZC_STATUS_HINT, "提醒"},
                {ZC_STATUS_NOT_APPLICABLE, "不适用"},
                {ZC_STATUS_NOT_CHECKED, "未检查"},
                {ZC_STATUS_UNDETERMINED, "未判定"},
                {ZC_STATUS_ABSENT, "缺项"}};
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (titles[i].letter == letter)
      return titles[i].title;
  return ZC_NOTHING;
}

enum { INDEX, CODE, NAME, CLASS, TOWN, STATE };
#define WHO "index", "code", "name", "class", "town", "state"

enum {
  F_DAY = STATE + 1,
  F_NIL,
  F_LEFT_OUT,
  F_COMPLETION,
  F_COVERAGE,
  F_FOUND,
  F_COUNTED,
  F_RECTIFIED,
  F_ON_TIME,
  F_CLOSED,
  F_OVERDUE,
  F_RELAPSED,
  F_REFUND,
  F_VERDICT,
  F_CHECKED,
  F_LETTERS
};

static const char *const facility_columns[] = {WHO,
                                               "day",
                                               "nil",
                                               "left_out",
                                               "completion",
                                               "data_coverage",
                                               "found",
                                               "counted",
                                               "rectified_rate",
                                               "on_time_rate",
                                               "closed_rate",
                                               "overdue",
                                               "relapsed",
                                               "refund",
                                               "verdict",
                                               "checked",
                                               ZC_LETTER_COLUMNS,
                                               NULL};

static bool open_facilities(zc_compare_source *s)
{
  s->rows = s->c->order_count;
  return true;
}

static void seek_facility(zc_compare_source *s)
{
  const zc_comparing *c = s->c;
  s->member = &c->view.members.members[c->order[s->row]];
  s->progress = (zc_progress){0};
  if (s->member->report == 0)
    return;
  s->tally = zc_member_tally(s->member, &c->entries);
  s->verdict = zc_view_worst(s->member, c->entries.entries, c->entries.count);
  zc_progress_add(&c->view, s->member, &c->data, &s->progress);
}

static const char *whose(const zc_compare_source *s, size_t column,
                         char room[ZC_FIGURE_ROOM])
{
  switch (column) {
  case INDEX:
    return zc_number_text(room, (int64_t)s->row + 1);
  case CODE:
    return s->member->code;
  case NAME:
    return s->member->name;
  case CLASS:
    return s->member->class;
  case TOWN:
    return *s->member->town == '\0' ? ZC_NOTHING : s->member->town;
  case STATE:
    return state_title(s->member);
  default:
    return NULL;
  }
}

static const char *facility_cell(const zc_compare_source *s, size_t column,
                                 char room[ZC_FIGURE_ROOM])
{
  const zc_member *m = s->member;
  const char *own = whose(s, column, room);
  if (own != NULL)
    return own;
  if (m->report == 0)
    return ZC_NOTHING;
  switch (column) {
  case F_DAY:
    return *m->day == '\0' ? ZC_NOTHING : m->day;
  case F_NIL:
    return zc_view_is_nil(&s->c->view, m) ? "是" : "否";
  case F_COMPLETION:
    return zc_rate_text(room, s->progress.answered, s->progress.applicable);
  case F_COVERAGE:
    return zc_rate_text(room, s->progress.data_run, s->progress.data_rules);
  case F_FOUND:
    return zc_compare_number(room, m->numbers[ZC_NUMBER_found]);
  case F_COUNTED:
    return zc_compare_number(room, m->numbers[ZC_NUMBER_counted]);
  case F_RECTIFIED:
    return zc_rate_text(room, m->numbers[ZC_NUMBER_rectified],
                        m->numbers[ZC_NUMBER_counted]);
  case F_ON_TIME:
    return zc_rate_text(room, m->numbers[ZC_NUMBER_on_time],
                        m->numbers[ZC_NUMBER_due_total]);
  case F_CLOSED:
    return zc_rate_text(room, m->numbers[ZC_NUMBER_closed],
                        m->numbers[ZC_NUMBER_rectified]);
  case F_OVERDUE:
    return zc_compare_number(room, m->numbers[ZC_NUMBER_overdue]);
  case F_RELAPSED:
    return zc_compare_number(room, m->numbers[ZC_NUMBER_relapsed]);
  case F_REFUND:
    return zc_wan_text(room, m->numbers[ZC_NUMBER_refund], s->c->places);
  case F_LEFT_OUT:
    return zc_compare_number(room, zc_tally_left_out(&s->tally));
  case F_VERDICT:
    return verdict_text(s->verdict);
  case F_CHECKED:
    return zc_compare_number(room, zc_tally_checked(&s->tally));
  default:
    return zc_letter_cell(&s->tally, column - F_LETTERS, room);
  }
}

/* ---- two rounds ----------------------------------------------------------------------- */

/* Of each facility that reported in both rounds, or (singles) in one of them. */
static bool open_pairs(zc_compare_source *s, bool both)
{
  const zc_comparing *c = s->c;
  s->rows = 0;
  s->blocks = calloc(c->order_count + 1, sizeof *s->blocks);
  for (size_t i = 0; s->blocks != NULL && c->other != NULL && i < c->order_count; i++) {
    size_t at = c->order[i];
    bool here = c->view.members.members[at].report != 0,
         before = zc_pair_before(&c->pair, at)->report != 0;
    if (both ? here && before : here != before)
      s->blocks[s->rows++] = at;
  }
  return s->blocks != NULL;
}

static bool open_changed(zc_compare_source *s)
{
  return open_pairs(s, true);
}

static bool open_singles(zc_compare_source *s)
{
  return open_pairs(s, false);
}

static void seek_pair(zc_compare_source *s)
{
  size_t at = s->blocks[s->row];
  s->member = &s->c->view.members.members[at];
  if (zc_pair_both(&s->c->pair, at))
    s->change = zc_pair_member(&s->c->pair, at, &s->c->entries);
}

enum { P_BEFORE = STATE + 1, P_CHANGES };
static const char *const pair_columns[] = {WHO, "before", ZC_CHANGE_COLUMNS, NULL};

static const char *pair_cell(const zc_compare_source *s, size_t column,
                             char room[ZC_FIGURE_ROOM])
{
  if (column <= STATE)
    return whose(s, column, room);
  return column == P_BEFORE
             ? state_title(zc_pair_before(&s->c->pair, s->blocks[s->row]))
             : zc_change_cell(&s->change, column - P_CHANGES, room);
}

/* ---- inspections ---------------------------------------------------------------------- */

enum {
  H_VISITS = STATE + 1,
  H_SELF,
  H_INSPECTED,
  H_REPORTED,
  H_AFTER,
  H_UNREPORTED,
  H_NOT_CHECKED,
  H_NOT_IN_SCOPE,
  H_NO_REPORT,
  H_RATE,
  H_AMOUNT,
  H_REFUND,
  H_SHARE
};

static const char *const held_columns[] =
    {WHO,           "visits",          "self_found",
     "inspected",   "reported",        "reported_after",
     "unreported",  "not_checked",     "not_in_scope",
     "no_report",   "unreported_rate", "amount",
     "refund_self", "share",           NULL};

/* Class by class, in a class as the roster has them. */
static bool open_held(zc_compare_source *s)
{
  const zc_comparing *c = s->c;
  s->rows = 0;
  s->blocks = calloc(c->held.count + 1, sizeof *s->blocks);
  for (size_t k = 0; s->blocks != NULL && k < c->view.class_count; k++)
    for (size_t i = 0; i < c->held.count; i++)
      if (c->view.class_of[c->held.rows[i].member] == (int)k)
        s->blocks[s->rows++] = i;
  return s->blocks != NULL;
}

static void seek_held(zc_compare_source *s)
{
  s->member = &s->c->view.members.members[s->c->held.rows[s->blocks[s->row]].member];
}

static const char *held_cell(const zc_compare_source *s, size_t column,
                             char room[ZC_FIGURE_ROOM])
{
  const zc_held *h = &s->c->held.rows[s->blocks[s->row]];
  const int64_t numbers[] =
      {[H_VISITS] = h->visits,           [H_SELF] = h->self_found,
       [H_INSPECTED] = h->inspected,     [H_REPORTED] = h->reported,
       [H_AFTER] = h->reported_after,    [H_UNREPORTED] = h->unreported,
       [H_NOT_CHECKED] = h->not_checked, [H_NOT_IN_SCOPE] = h->not_in_scope,
       [H_NO_REPORT] = h->no_report};
  if (column <= STATE)
    return whose(s, column, room);
  if (column <= H_NO_REPORT)
    return zc_compare_number(room, numbers[column]);
  switch (column) {
  case H_RATE:
    return zc_rate_text(room, zc_held_unreported(h).part, zc_held_unreported(h).whole);
  case H_AMOUNT:
    return zc_wan_text(room, h->amount, s->c->places);
  case H_REFUND:
    return zc_wan_text(room, h->refund_self, s->c->places);
  default:
    return zc_rate_text(room, h->refund_self, h->amount);
  }
}

/* ---- tables ---------------------------------------------------------------------------- */

const zc_compare_table zc_facility_tables[] =
    {{"compare.facilities", facility_columns, open_facilities, seek_facility,
      facility_cell},
     {"changes.facilities", pair_columns, open_changed, seek_pair, pair_cell},
     {"changes.single", pair_columns, open_singles, seek_pair, pair_cell},
     {"inspection.facilities", held_columns, open_held, seek_held, held_cell},
     {NULL, NULL, NULL, NULL, NULL}};
