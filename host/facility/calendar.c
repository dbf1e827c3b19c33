/* calendar: the days of all plans in use, and the deadlines of problems, as a file for the calendars of phones and
 * computers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "document/calendar.h"
#include "facility/commands.h"
#include "store/ledger.h"

typedef struct {
  json_t *events;          /* of all plans, as zc_calendar_print takes them */
  json_t *blank, *dayless; /* titles of what has no day, or not all of them */
  json_t *problems;        /* numbers of those whose deadline is among them */
} agenda;

static int add_all(json_t *into, const json_t *found, const char *key)
{
  return json_array_extend(into, json_object_get(found, key));
}

static zc_code take_plan(zc_plan *plan, agenda *all, zc_err *err)
{
  json_t *found = NULL;
  zc_code code = zc_plan_call_dated(plan, "events", NULL, &found, err);
  if (code == ZC_OK) {
    int bad = add_all(all->events, found, "events");
    bad |= add_all(all->blank, found, "blank");
    bad |= add_all(all->dayless, found, "dayless");
    code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  }
  json_decref(found);
  return code;
}

/* ---- deadlines of problems ---------------------------------------------------- */

typedef struct {
  const char *facility;
  agenda *all;
} deadlines;

static void add_line(zc_buffer *text, const char *title, const char *words)
{
  if (words != NULL)
    zc_buffer_print(text, "%s%s：%s", text->size == 0 ? "" : "\n", title, words);
}

/* What somebody has to know on that day, in the ledger's words. Owned. */
static json_t *describe(const json_t *problem)
{
  static const struct {
    const char *key, *title;
  } lines[] = {{"leader", "责任领导"},
               {"department", "责任科室"},
               {"person", "责任人"},
               {"measure", "整改措施"},
               {"target", "整改目标"}};
  zc_buffer text = {0};
  const json_t *assigned = json_object_get(problem, "assigned");
  add_line(&text, "方案", zc_get_text(problem, "plan_title"));
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    add_line(&text, lines[i].title, zc_get_text(assigned, lines[i].key));
  json_t *words = text.failed ? NULL : json_string(zc_text_or(text.data, ""));
  zc_buffer_free(&text);
  return words;
}

/* The name of the entry has no day in it: a deadline that is moved moves its entry. */
static json_t *event_of(const deadlines *d, const json_t *problem)
{
  long long no = (long long)zc_get_integer(problem, "no", 0);
  const char *due = zc_text_of(problem, "due");
  zc_buffer uid = {0}, title = {0};
  zc_buffer_print(&uid, "%s problem %lld", d->facility, no);
  zc_buffer_print(&title, "整改期限：%s（问题%lld）", zc_text_of(problem, "title"), no);
  json_t *event = uid.failed || title.failed
                      ? NULL
                      : json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:i}", "uid",
                                  uid.data, "from", due, "to", due, "title", title.data,
                                  "description", describe(problem), "category", "整改",
                                  "alarm", 3);
  zc_buffer_free(&uid);
  zc_buffer_free(&title);
  return event;
}

/* A problem that several plans cite stands once. */
static zc_code add_deadline(void *context, const json_t *problem, zc_err *err)
{
  const deadlines *d = context;
  const char *no = ZC_DIGITS(zc_get_integer(problem, "no", 0));
  if (json_object_get(d->all->problems, no) != NULL)
    return ZC_OK;
  int bad = json_object_set_new(d->all->problems, no, json_true());
  bad |= json_array_append_new(d->all->events, event_of(d, problem));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code take_deadlines(zc_plan *plan, agenda *all, zc_err *err)
{
  deadlines d = {zc_text_of(zc_plan_subject(plan), "code"), all};
  const zc_ledger_filter filter = {.today = plan->cli->today,
                                   .plan = zc_get_text(plan->about, "id"),
                                   .view = "due",
                                   .due_within = -1};
  return zc_ledger_list(plan->workspace->store, &filter, add_deadline, &d, err);
}

/* ---- the plans ----------------------------------------------------------------- */

/* One file holds the days of several plans: nobody keeps a calendar for each. */
static zc_code take_plans(zc_workspace *workspace, agenda *all, zc_err *err)
{
  const char *wanted = zc_option_value(workspace->cli, "plan"), *only = NULL;
  size_t index;
  const json_t *entry;
  zc_code code = ZC_OK;
  if (wanted != NULL || json_array_size(workspace->plans) == 0)
    code = zc_workspace_plan(workspace, &only, err);
  json_array_foreach(workspace->plans, index, entry)
  {
    const char *id = zc_get_text(entry, "id");
    zc_plan plan;
    if (code != ZC_OK)
      break;
    if (only != NULL && strcmp(only, id) != 0)
      continue;
    code = zc_plan_open(workspace, id, &plan, err);
    if (code != ZC_OK)
      break;
    code = take_plan(&plan, all, err);
    if (code == ZC_OK)
      code = take_deadlines(&plan, all, err);
    zc_plan_close(&plan);
  }
  return code;
}

static void tell(const char *text, const json_t *titles)
{
  zc_buffer names = {0};
  size_t index;
  const json_t *title;
  if (json_array_size(titles) == 0)
    return;
  json_array_foreach(titles, index, title)
  {
    zc_buffer_text(&names, index == 0 ? "" : "、");
    zc_add_visible(&names, json_string_value(title));
  }
  json_t *message = json_pack("{s:s, s:{s:I, s:s}}", "text", text, "args", "count",
                              (json_int_t)json_array_size(titles), "names",
                              zc_text_or(names.data, ""));
  char *line = message == NULL ? NULL : zc_message_text(message);
  fprintf(stderr, "%s\n", zc_text_or(line, zc_text_or(names.data, "")));
  free(line);
  json_decref(message);
  zc_buffer_free(&names);
}

static zc_code give(const zc_cli *cli, const agenda *all, const zc_buffer *out,
                    zc_err *err)
{
  const char *path = zc_option_value(cli, "out");
  if (path == NULL) {
    fwrite(out->data, 1, out->size, stdout);
    return ZC_OK;
  }
  zc_code code = zc_file_write(AT_FDCWD, path, out->data, out->size, 0666, err);
  if (code == ZC_EOPEN)
    code = err->code = ZC_EWRITE; /* the folder that it is to be written into */
  if (code == ZC_OK)
    zc_say_line(N_("{path}: {count} entries"),
                json_pack("{s:s, s:I}", "path", path, "count",
                          (json_int_t)json_array_size(all->events)));
  return code;
}

int zc_command_calendar(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  agenda all = {json_array(), json_array(), json_array(), json_object()};
  zc_buffer out = {0};
  zc_err err;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = take_plans(&workspace, &all, &err);
  if (code == ZC_OK) {
    tell(N_("{count} times are still blank, so their days are missing: {names}"),
         all.blank);
    tell(N_("{count} times mean no day: {names}"), all.dayless);
    if (json_array_size(all.events) == 0) /* programs refuse a calendar of nothing */
      code = zc_fail(&err, ZC_EDATA,
                     "no day is known yet, so there is no calendar to write", NULL);
  }
  if (code == ZC_OK)
    code = zc_calendar_print("专项整治日程", cli->today, all.events, &out, &err);
  if (code == ZC_OK)
    code = give(cli, &all, &out, &err);
  json_decref(all.events);
  json_decref(all.blank);
  json_decref(all.dayless);
  json_decref(all.problems);
  zc_buffer_free(&out);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
