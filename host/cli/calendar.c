/* calendar: the days of all plans in use as a file for the calendars of phones and
 * computers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "document/calendar.h"

typedef struct {
  json_t *events;          /* of all plans, as zc_calendar_print takes them */
  json_t *blank, *dayless; /* titles of what has no day, or not all of them */
} agenda;

static int add_all(json_t *into, const json_t *found, const char *key)
{
  return json_array_extend(into, json_object_get(found, key));
}

static zc_code take_plan(zc_plan *plan, agenda *all, zc_err *err)
{
  json_t *found = NULL;
  zc_code code = zc_plan_call_dated(plan, "events", &found, err);
  if (code == ZC_OK) {
    int bad = add_all(all->events, found, "events");
    bad |= add_all(all->blank, found, "blank");
    bad |= add_all(all->dayless, found, "dayless");
    code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  }
  json_decref(found);
  return code;
}

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
    /* Deadlines of problems that are being put right belong to `all->events`, too, as
     * {uid: "PLAN problem NO", from, to, title, description, category, alarm}. */
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
  agenda all = {json_array(), json_array(), json_array()};
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
  zc_buffer_free(&out);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
