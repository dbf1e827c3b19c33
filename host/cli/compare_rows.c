#include "cli/compare_rows.h"

#include <stdlib.h>
#include <string.h>

#include "office/amount.h"

#define NOTHING "—"

/* ---- the open table ---------------------------------------------------------------------- */

typedef struct table table;

struct zc_compare_source {
  const zc_comparing *c;
  const table *table;
  size_t row, rows; /* the present one, from 0; how many there are */
  size_t width;
  size_t *columns;              /* of the table's own, by cell; owned */
  char (*room)[ZC_FIGURE_ROOM]; /* a text for each cell; owned */
  const char **cells;           /* owned */
  const zc_compared_rows *kind; /* rows that are tallied */
  size_t first, count;          /* of these, which */
  size_t *blocks;               /* classes, and class_count for all together; owned */
  size_t block_count;
  /* of the present row */
  const zc_member *member;
  zc_tally tally;
  zc_progress progress;
  zc_change_tally change;
  char verdict;
};

/* The cell of a column; in `room`, or borrowed. */
typedef const char *cell_text(const zc_compare_source *s, size_t column,
                              char room[ZC_FIGURE_ROOM]);

struct table {
  const char *source;
  const char *const *columns;         /* ended by NULL */
  bool (*open)(zc_compare_source *s); /* sets `rows`; false: out of memory */
  void (*seek)(zc_compare_source *s); /* to the present row */
  cell_text *cell;
};

static const char *number(char room[ZC_FIGURE_ROOM], int64_t value)
{
  return value == ZC_UNKNOWN ? NOTHING : zc_number_text(room, value);
}

/* ---- facilities ---------------------------------------------------------------------------- */

const char *zc_compare_state(const char *state)
{
  static const struct {
    const char *state, *title;
  } titles[] = {{"", "未报送"},
                {"accepted", "已接收"},
                {"late", "逾期报送"},
                {"allowed", "经批准计入"},
                {"broken_chain", "台账不连续"},
                {"paper", "手工登记"}};
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
  return NOTHING;
}

enum {
  F_INDEX,
  F_CODE,
  F_NAME,
  F_CLASS,
  F_TOWN,
  F_STATE,
  F_DAY,
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
  F_PASS,
  F_PROBLEM,
  F_SUSPECT,
  F_HINT,
  F_NOT_APPLICABLE,
  F_NOT_CHECKED,
  F_UNDETERMINED,
  F_ABSENT
};

static const char *const facility_columns[] =
    {"index",          "code",        "name",         "class",          "town",
     "state",          "day",         "nil",          "left_out",       "completion",
     "data_coverage",  "found",       "counted",      "rectified_rate", "on_time_rate",
     "closed_rate",    "overdue",     "relapsed",     "refund",         "verdict",
     "checked",        "pass",        "problem",      "suspect",        "hint",
     "not_applicable", "not_checked", "undetermined", "absent",         NULL};

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
  case F_INDEX:
    return zc_number_text(room, (int64_t)s->row + 1);
  case F_CODE:
    return s->member->code;
  case F_NAME:
    return s->member->name;
  case F_CLASS:
    return s->member->class;
  case F_TOWN:
    return *s->member->town == '\0' ? "无" : s->member->town;
  case F_STATE:
    return zc_compare_state(s->member->report == 0 ? "" : s->member->state);
  default:
    return NULL;
  }
}

static const char *letters_cell(const zc_compare_source *s, size_t column,
                                char room[ZC_FIGURE_ROOM])
{
  const zc_tally *t = &s->tally;
  switch (column) {
  case F_VERDICT:
    return verdict_text(s->verdict);
  case F_CHECKED:
    return number(room, zc_tally_checked(t));
  case F_LEFT_OUT:
    return number(room, zc_tally_left_out(t));
  case F_PASS:
    return number(room, t->pass);
  case F_PROBLEM:
    return number(room, t->problem);
  case F_SUSPECT:
    return number(room, t->suspect);
  case F_HINT:
    return number(room, t->hint);
  case F_NOT_APPLICABLE:
    return number(room, t->not_applicable);
  case F_NOT_CHECKED:
    return number(room, t->not_checked);
  case F_UNDETERMINED:
    return number(room, t->undetermined);
  default:
    return number(room, t->absent);
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
    return NOTHING;
  switch (column) {
  case F_DAY:
    return *m->day == '\0' ? NOTHING : m->day;
  case F_NIL:
    return zc_view_has_found(&s->c->view, m) ? "否" : "是";
  case F_COMPLETION:
    return zc_rate_text(room, s->progress.answered, s->progress.applicable);
  case F_COVERAGE:
    return zc_rate_text(room, s->progress.data_run, s->progress.data_rules);
  case F_FOUND:
    return number(room, m->numbers[ZC_NUMBER_found]);
  case F_COUNTED:
    return number(room, m->numbers[ZC_NUMBER_counted]);
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
    return number(room, m->numbers[ZC_NUMBER_overdue]);
  case F_RELAPSED:
    return number(room, m->numbers[ZC_NUMBER_relapsed]);
  case F_REFUND:
    return zc_wan_text(room, m->numbers[ZC_NUMBER_refund]);
  default:
    return letters_cell(s, column, room);
  }
}

/* ---- tallies by class ------------------------------------------------------------------------ */

enum {
  T_INDEX,
  T_CLASS,
  T_ID,
  T_TITLE,
  T_EXPECTED,
  T_HERE,
  T_MISSING,
  T_NIL,
  T_LEFT_OUT,
  T_CHECKED,
  T_SHARE,
  T_SUSPECTS,
  T_PASS,
  T_PROBLEM,
  T_SUSPECT,
  T_HINT,
  T_NOT_APPLICABLE,
  T_NOT_CHECKED,
  T_UNDETERMINED,
  T_ABSENT,
  T_BOTH,
  T_NEW,
  T_FIXED,
  T_RELAPSED,
  T_UNCHANGED,
  T_CLEAN,
  T_SCOPE,
  T_SCOPE_NEW,
  T_SCOPE_LOST,
  T_OUTSIDE
};

static const char *const tally_columns[] =
    {"index", "class",          "id",          "title",        "expected",
     "here",  "missing",        "nil",         "left_out",     "checked",
     "share", "suspect_share",  "pass",        "problem",      "suspect",
     "hint",  "not_applicable", "not_checked", "undetermined", "absent",
     NULL};
static const char *const change_columns[] =
    {"index",      "class",   "id",       "title",     "",      "",      "",
     "",           "",        "",         "",          "",      "",      "",
     "",           "",        "",         "",          "",      "",      "both",
     "new",        "fixed",   "relapsed", "unchanged", "clean", "scope", "scope_new",
     "scope_lost", "outside", NULL};

/* The classes that are compared, and all together before or without them. */
static bool open_blocks(zc_compare_source *s, const zc_compared_rows *kind, bool all,
                        bool classes)
{
  s->kind = kind;
  s->first = 0;
  s->count = kind->count;
  s->block_count = 0;
  s->blocks = calloc(s->c->view.class_count + 1, sizeof *s->blocks);
  if (s->blocks == NULL)
    return false;
  if (all)
    s->blocks[s->block_count++] = s->c->view.class_count;
  for (size_t k = 0; classes && k < s->c->view.class_count; k++)
    if (zc_compared_class(s->c, k))
      s->blocks[s->block_count++] = k;
  s->rows = s->block_count * s->count;
  return true;
}

static bool open_all_items(zc_compare_source *s)
{
  return open_blocks(s, &s->c->items, true, false);
}

static bool open_items(zc_compare_source *s)
{
  return open_blocks(s, &s->c->items, false, true);
}

static bool open_areas(zc_compare_source *s)
{
  return open_blocks(s, &s->c->areas, true, true);
}

static bool open_members(zc_compare_source *s)
{
  return open_blocks(s, &s->c->members, true, true);
}

static size_t block_of(const zc_compare_source *s)
{
  return s->blocks[s->row / s->count];
}

static size_t place_of(const zc_compare_source *s)
{
  return s->first + s->row % s->count;
}

static void seek_tally(zc_compare_source *s)
{
  size_t class = block_of(s);
  int at = class == s->c->view.class_count ? -1 : (int)class;
  if (s->c->other == NULL)
    s->tally = *zc_tallies_at(&s->kind->tallies, place_of(s), at);
  else
    s->change = *zc_change_tallies_at(&s->kind->changes, place_of(s), at);
}

static const char *row_title(const zc_compare_source *s, const zc_compared_row *row)
{
  if (*row->title != '\0')
    return row->title;
  return s->kind == &s->c->members ? "合计（任一成员）" : row->id;
}

static const char *row_cell(const zc_compare_source *s, size_t column,
                            char room[ZC_FIGURE_ROOM])
{
  const zc_compared_row *row = &s->kind->rows[place_of(s)];
  size_t class = block_of(s);
  switch (column) {
  case T_INDEX:
    return zc_number_text(room, (int64_t)s->row + 1);
  case T_CLASS:
    return class == s->c->view.class_count ? "全部" : s->c->groups[class].title;
  case T_ID:
    return s->kind == &s->c->members
               ? zc_text_or(zc_get_text(s->c->sets[row->set], "title"), "")
               : row->id;
  case T_TITLE:
    return row_title(s, row);
  default:
    return NULL;
  }
}

static const char *tally_cell(const zc_compare_source *s, size_t column,
                              char room[ZC_FIGURE_ROOM])
{
  static const size_t letters[] = {F_PASS,         F_PROBLEM,        F_SUSPECT,
                                   F_HINT,         F_NOT_APPLICABLE, F_NOT_CHECKED,
                                   F_UNDETERMINED, F_ABSENT};
  const char *own = row_cell(s, column, room);
  size_t class = own == NULL ? block_of(s) : 0;
  const zc_group *g = class == s->c->view.class_count ? &s->c->all
                                                      : &s->c->groups[class];
  const zc_tally *t = &s->tally;
  if (own != NULL)
    return own;
  switch (column) {
  case T_EXPECTED:
    return number(room, g->expected);
  case T_HERE:
    return number(room, g->here);
  case T_MISSING:
    return number(room, g->expected - g->here);
  case T_NIL:
    return number(room, g->nil);
  case T_LEFT_OUT:
    return number(room, zc_tally_left_out(t));
  case T_CHECKED:
    return number(room, zc_tally_checked(t));
  case T_SHARE:
    return zc_rate_text(room, t->problem, zc_tally_checked(t));
  case T_SUSPECTS:
    return zc_rate_text(room, t->suspect + t->hint, zc_tally_checked(t));
  default:
    return letters_cell(s, letters[column - T_PASS], room);
  }
}

/* ---- two rounds -------------------------------------------------------------------------------- */

static const char *change_text(const zc_change_tally *t, size_t column,
                               char room[ZC_FIGURE_ROOM])
{
  static const zc_change changes[] = {[T_NEW] = ZC_CHANGE_NEW,
                                      [T_FIXED] = ZC_CHANGE_FIXED,
                                      [T_RELAPSED] = ZC_CHANGE_RELAPSED,
                                      [T_UNCHANGED] = ZC_CHANGE_UNCHANGED,
                                      [T_CLEAN] = ZC_CHANGE_CLEAN,
                                      [T_SCOPE_NEW] = ZC_CHANGE_SCOPE_NEW,
                                      [T_SCOPE_LOST] = ZC_CHANGE_SCOPE_LOST,
                                      [T_OUTSIDE] = ZC_CHANGE_OUTSIDE};
  int64_t sum = 0;
  for (int i = 0; i < ZC_CHANGES; i++)
    sum += t->counts[i];
  return number(room, column == T_BOTH    ? sum
                      : column == T_SCOPE ? zc_change_scope(t)
                                          : t->counts[changes[column]]);
}

static const char *change_cell(const zc_compare_source *s, size_t column,
                               char room[ZC_FIGURE_ROOM])
{
  const char *own = row_cell(s, column, room);
  return own != NULL ? own : change_text(&s->change, column, room);
}

/* Of each facility that reported in both rounds, or (singles) in one of them. */
static bool open_pairs(zc_compare_source *s, bool both)
{
  const zc_comparing *c = s->c;
  s->rows = 0;
  s->blocks = calloc(c->order_count + 1, sizeof *s->blocks);
  for (size_t i = 0; s->blocks != NULL && c->other != NULL && i < c->order_count; i++) {
    size_t at = c->order[i];
    bool here = c->view.members.members[at].report != 0,
         before = c->before.members.members[at].report != 0;
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

static const char *const pair_columns[] =
    {"index",      "class",   "code",     "name",      "town",   "",      "",
     "",           "",        "",         "",          "",       "",      "",
     "",           "",        "",         "",          "before", "after", "both",
     "new",        "fixed",   "relapsed", "unchanged", "clean",  "scope", "scope_new",
     "scope_lost", "outside", NULL};
enum { P_CODE = 2, P_NAME, P_TOWN, P_BEFORE = 18, P_AFTER };

static const char *pair_cell(const zc_compare_source *s, size_t column,
                             char room[ZC_FIGURE_ROOM])
{
  const zc_member *m = s->member;
  const zc_member *before = &s->c->before.members.members[s->blocks[s->row]];
  switch (column) {
  case T_INDEX:
    return zc_number_text(room, (int64_t)s->row + 1);
  case T_CLASS:
    return m->class;
  case P_CODE:
    return m->code;
  case P_NAME:
    return m->name;
  case P_TOWN:
    return *m->town == '\0' ? "无" : m->town;
  case P_BEFORE:
    return zc_compare_state(before->report == 0 ? "" : before->state);
  case P_AFTER:
    return zc_compare_state(m->report == 0 ? "" : m->state);
  default:
    return change_text(&s->change, column, room);
  }
}

/* ---- inspections ---------------------------------------------------------------------------------- */

enum {
  H_INDEX,
  H_CODE,
  H_NAME,
  H_CLASS,
  H_TOWN,
  H_STATE,
  H_VISITS,
  H_SELF,
  H_INSPECTED,
  H_REPORTED,
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
    {"index",      "code",        "name",         "class",     "town",
     "state",      "visits",      "self_found",   "inspected", "reported",
     "unreported", "not_checked", "not_in_scope", "no_report", "unreported_rate",
     "amount",     "refund_self", "share",        NULL};

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
  const int64_t numbers[] = {[H_VISITS] = h->visits,
                             [H_SELF] = h->self_found,
                             [H_INSPECTED] = h->inspected,
                             [H_REPORTED] = h->reported,
                             [H_UNREPORTED] = h->unreported,
                             [H_NOT_CHECKED] = h->not_checked,
                             [H_NOT_IN_SCOPE] = h->not_in_scope,
                             [H_NO_REPORT] = h->no_report};
  if (column <= H_STATE)
    return whose(s, column, room);
  if (column <= H_NO_REPORT)
    return number(room, numbers[column]);
  switch (column) {
  case H_RATE:
    return zc_rate_text(room, h->unreported, h->inspected);
  case H_AMOUNT:
    return zc_wan_text(room, h->amount);
  case H_REFUND:
    return zc_wan_text(room, h->refund_self);
  default:
    return zc_rate_text(room, h->refund_self, h->amount);
  }
}

/* ---- tables ------------------------------------------------------------------------------------------ */

static const table tables[] = {
    {"compare.facilities", facility_columns, open_facilities, seek_facility,
     facility_cell},
    {"compare.items.all", tally_columns, open_all_items, seek_tally, tally_cell},
    {"compare.items", tally_columns, open_items, seek_tally, tally_cell},
    {"compare.focus", tally_columns, open_areas, seek_tally, tally_cell},
    {"compare.sets", tally_columns, open_members, seek_tally, tally_cell},
    {"changes.facilities", pair_columns, open_changed, seek_pair, pair_cell},
    {"changes.single", pair_columns, open_singles, seek_pair, pair_cell},
    {"changes.items.all", change_columns, open_all_items, seek_tally, change_cell},
    {"changes.items", change_columns, open_items, seek_tally, change_cell},
    {"changes.focus", change_columns, open_areas, seek_tally, change_cell},
    {"changes.sets", change_columns, open_members, seek_tally, change_cell},
    {"inspection.facilities", held_columns, open_held, seek_held, held_cell},
};

static const table *find_table(const char *source)
{
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    if (strcmp(tables[i].source, source) == 0)
      return &tables[i];
  return NULL;
}

static bool find_column(const table *t, const char *id, size_t *column)
{
  for (*column = 0; t->columns[*column] != NULL; ++*column)
    if (*id != '\0' && strcmp(t->columns[*column], id) == 0)
      return true;
  return false;
}

bool zc_compare_source_known(const char *source)
{
  return find_table(source) != NULL;
}

zc_code zc_compare_columns_known(const char *source, const json_t *pick, zc_err *err)
{
  size_t index, column;
  const json_t *one;
  if (json_array_size(pick) == 0)
    return zc_fail(err, ZC_EINTERNAL, "the rows of {source} have no column {column}",
                   "source", source, "column", "", NULL);
  json_array_foreach(pick, index, one)
  {
    if (!find_column(find_table(source), zc_text_or(json_string_value(one), ""),
                     &column))
      return zc_fail(err, ZC_EINTERNAL, "the rows of {source} have no column {column}",
                     "source", source, "column", zc_text_or(json_string_value(one), ""),
                     NULL);
  }
  return ZC_OK;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

zc_code zc_compare_source_new(const zc_comparing *comparing, zc_compare_source **source,
                              zc_err *err)
{
  *source = calloc(1, sizeof **source);
  if (*source == NULL)
    return zc_fail_memory(err);
  (*source)->c = comparing;
  return ZC_OK;
}

static void close_table(void *context)
{
  zc_compare_source *s = context;
  free(s->columns);
  free(s->room);
  free(s->cells);
  free(s->blocks);
  *s = (zc_compare_source){.c = s->c};
}

void zc_compare_source_free(zc_compare_source *source)
{
  if (source != NULL)
    close_table(source);
  free(source);
}

/* A table that is of two rounds has no rows where one is compared, and so on. */
static bool has_rows(const zc_compare_source *s)
{
  bool changes = strncmp(s->table->source, "changes.", 8) == 0;
  bool held = strncmp(s->table->source, "inspection.", 11) == 0;
  return changes == (s->c->other != NULL) && (!held || s->c->inspections);
}

static zc_code open_table(void *context, const char *source, const json_t *pick,
                          zc_err *err)
{
  zc_compare_source *s = context;
  size_t index;
  const json_t *one;
  s->table = find_table(source);
  if (s->table == NULL)
    return zc_fail(err, ZC_EINTERNAL,
                   "a table has its rows from {source}, which is not known here",
                   "source", source, NULL);
  zc_code code = zc_compare_columns_known(source, pick, err);
  s->width = json_array_size(pick);
  s->columns = calloc(s->width + 1, sizeof *s->columns);
  s->room = calloc(s->width + 1, sizeof *s->room);
  s->cells = calloc(s->width + 1, sizeof *s->cells);
  if (code == ZC_OK && (s->columns == NULL || s->room == NULL || s->cells == NULL ||
                        (has_rows(s) && !s->table->open(s))))
    code = zc_fail_memory(err);
  if (code != ZC_OK) {
    close_table(s);
    return code;
  }
  json_array_foreach(pick, index, one)
      find_column(s->table, json_string_value(one), &s->columns[index]);
  return ZC_OK;
}

static zc_code next_row(void *context, const char *const **cells, size_t *count,
                        zc_err *err)
{
  (void)err;
  zc_compare_source *s = context;
  *cells = NULL;
  *count = s->width;
  if (s->row == s->rows)
    return ZC_OK;
  s->table->seek(s);
  for (size_t i = 0; i < s->width; i++)
    s->cells[i] = s->table->cell(s, s->columns[i], s->room[i]);
  s->row++;
  *cells = s->cells;
  return ZC_OK;
}

zc_rows zc_compare_source_rows(zc_compare_source *source)
{
  return (zc_rows){open_table, next_row, close_table, source};
}
