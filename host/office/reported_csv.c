/* The figures of reports as the table that rules read. */
#include <stdio.h>
#include <string.h>

#include "office/amount.h"
#include "office/reported.h"

static const char *const heads[] = {"code",
                                    "name",
                                    "class",
                                    "town",
                                    "ownership",
                                    "round_id",
                                    "state",
                                    "report",
                                    "report_day",
                                    "entries",
                                    "passed",
                                    "problems",
                                    "suspects",
                                    "hints",
                                    "not_applicable",
                                    "not_checked",
                                    "undetermined",
                                    "absent",
                                    "left_out",
                                    "is_nil",
                                    "nil_rounds",
                                    "tables",
                                    "rows",
                                    "data_run",
                                    "data_found",
                                    "manual",
                                    "samples",
                                    "sample_total",
                                    "sample_median",
                                    "sample_most",
                                    "found",
                                    "counted",
                                    "rectified",
                                    "closed",
                                    "unfinished",
                                    "overdue",
                                    "due_total",
                                    "on_time",
                                    "relapsed",
                                    "self_found",
                                    "outside_found",
                                    "unreported",
                                    "finished",
                                    "finished_same_day",
                                    "finished_days",
                                    "finished_one_day",
                                    "refund",
                                    "same_count",
                                    "same_with",
                                    "class_reports",
                                    "class_nil",
                                    "class_with_data",
                                    "all_reports",
                                    "all_nil",
                                    "previous_round",
                                    "previous_report",
                                    "previous_day",
                                    "previous_same",
                                    "previous_found",
                                    "previous_unfinished",
                                    "vanished",
                                    "data_round",
                                    "data_round_tables",
                                    "data_round_run",
                                    "data_round_found"};

typedef struct {
  zc_buffer *out;
  size_t cells;
} writing;

static void next_cell(writing *w)
{
  if (w->cells++ > 0)
    zc_buffer_char(w->out, ',');
}

/* Quoted, in one line: a row is a line. */
static void text(writing *w, const char *value)
{
  next_cell(w);
  zc_buffer_char(w->out, '"');
  for (; *value != '\0'; value++) {
    if (*value == '"')
      zc_buffer_char(w->out, '"');
    zc_buffer_char(w->out, *value == '\n' || *value == '\r' ? ' ' : *value);
  }
  zc_buffer_char(w->out, '"');
}

static void number(writing *w, int64_t value)
{
  next_cell(w);
  if (value != ZC_UNKNOWN)
    zc_buffer_number(w->out, value);
}

static void flag(writing *w, bool is_known, bool value)
{
  next_cell(w);
  if (is_known)
    zc_buffer_char(w->out, value ? '1' : '0');
}

/* Hundredths, which may be below zero. */
static void money(writing *w, int64_t value)
{
  next_cell(w);
  if (value == ZC_UNKNOWN)
    return;
  int64_t size = value < 0 ? -value : value;
  zc_buffer_print(w->out, "%s%lld.%02lld", value < 0 ? "-" : "",
                  (long long)(size / 100), (long long)(size % 100));
}

static int64_t open_of(const zc_member *m)
{
  int64_t counted = m->numbers[ZC_NUMBER_counted],
          done = m->numbers[ZC_NUMBER_rectified];
  return counted == ZC_UNKNOWN || done == ZC_UNKNOWN ? ZC_UNKNOWN : counted - done;
}

static void add_row(const zc_reported_list *list, const zc_reported *row,
                    zc_buffer *out)
{
  const zc_member *m = &list->view->members.members[row->member];
  const zc_group *group = &list->view->classes[list->view->class_of[row->member]];
  char file[ZC_REPORT_NAME];
  writing line = {.out = out};
  snprintf(file, sizeof file, "%s", m->file);
  text(&line, m->code);
  text(&line, m->name);
  text(&line, m->class);
  text(&line, m->town);
  text(&line, m->ownership);
  text(&line, list->round);
  text(&line, m->state);
  text(&line, file);
  text(&line, m->day);
  number(&line, (int64_t)list->view->entries);
  number(&line, row->tally.pass);
  number(&line, row->tally.problem);
  number(&line, row->tally.suspect);
  number(&line, row->tally.hint);
  number(&line, row->tally.not_applicable);
  number(&line, row->tally.not_checked);
  number(&line, row->tally.undetermined);
  number(&line, row->tally.absent);
  number(&line, row->left_out);
  flag(&line, true, row->nil);
  number(&line, row->nil_rounds);
  number(&line, m->numbers[ZC_NUMBER_tables]);
  number(&line, m->numbers[ZC_NUMBER_rows]);
  number(&line, m->numbers[ZC_NUMBER_data_run]);
  number(&line, m->numbers[ZC_NUMBER_data_found]);
  number(&line, m->numbers[ZC_NUMBER_manual]);
  number(&line, m->numbers[ZC_NUMBER_samples]);
  number(&line, m->numbers[ZC_NUMBER_sample_total]);
  number(&line, m->numbers[ZC_NUMBER_sample_median]);
  number(&line, m->numbers[ZC_NUMBER_sample_most]);
  number(&line, m->numbers[ZC_NUMBER_found]);
  number(&line, m->numbers[ZC_NUMBER_counted]);
  number(&line, m->numbers[ZC_NUMBER_rectified]);
  number(&line, m->numbers[ZC_NUMBER_closed]);
  number(&line, open_of(m));
  number(&line, m->numbers[ZC_NUMBER_overdue]);
  number(&line, m->numbers[ZC_NUMBER_due_total]);
  number(&line, m->numbers[ZC_NUMBER_on_time]);
  number(&line, m->numbers[ZC_NUMBER_relapsed]);
  number(&line, row->self_found);
  number(&line, row->outside_found);
  number(&line, row->unreported);
  number(&line, row->finished);
  number(&line, row->same_day);
  number(&line, row->days);
  number(&line, row->one_day);
  money(&line, m->numbers[ZC_NUMBER_refund]);
  number(&line, row->same_count);
  text(&line, row->same_with);
  number(&line, group->here);
  number(&line, group->nil);
  number(&line, list->class_with_data[list->view->class_of[row->member]]);
  number(&line, list->view->all.here);
  number(&line, list->view->all.nil);
  text(&line, row->before_round);
  text(&line, row->before_file);
  text(&line, row->before_day);
  flag(&line, row->before, row->before_same);
  number(&line, row->before_found);
  number(&line, row->before_open);
  number(&line, row->vanished);
  text(&line, row->data_round);
  number(&line, row->data_tables);
  number(&line, row->data_run);
  number(&line, row->data_found);
  zc_buffer_char(out, '\n');
}

zc_code zc_reported_csv(const zc_reported_list *list, zc_buffer *out, zc_err *err)
{
  writing head = {.out = out};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
    text(&head, heads[i]);
  zc_buffer_char(out, '\n');
  for (size_t i = 0; i < list->count; i++)
    add_row(list, &list->rows[i], out);
  return zc_buffer_check(out, err);
}
