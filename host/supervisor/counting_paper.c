/* Papers of what an office has counted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/paper_write.h"
#include "supervisor/counting.h"
#include "supervisor/registered.h"

json_t *zc_counting_title(const zc_count *group)
{
  return group->of.expected > 0 ? json_string(group->of.title)
                                : json_sprintf("%s（不再应报）", group->of.title);
}

static json_t *told_titles(const zc_counting *c)
{
  json_t *titles = json_array();
  for (size_t i = 0; i < c->counts.count; i++)
    if (zc_counting_shows(c, &c->counts.groups[i]))
      json_array_append_new(titles, zc_counting_title(&c->counts.groups[i]));
  if (zc_counting_others(c))
    json_array_append_new(titles, json_string(ZC_OFF_ROSTER_TITLE));
  return titles;
}

/* Why rows have no value, in the language of papers. */
static int say_reasons(json_t *table)
{
  size_t index;
  json_t *row;
  int bad = 0;
  json_array_foreach(json_object_get(table, "rows"), index, row)
  {
    const json_t *reason = json_object_get(row, "reason");
    char *text = reason == NULL ? NULL : zc_message_chinese(reason);
    if (text != NULL)
      bad |= json_object_set_new(row, "why", json_string(text));
    free(text);
  }
  return bad;
}

static zc_code add_data(zc_counting *c, const char *layout, json_t *args, zc_err *err)
{
  json_t *prose = NULL;
  zc_code code = zc_paper_prose(&c->plan, layout, &prose, err);
  int bad = say_reasons(c->table);
  bad |= json_object_set(args, "prose", prose);
  json_decref(prose);
  bad |= json_object_set(args, "office", c->plan.office);
  bad |= json_object_set(args, "plan", json_object_get(c->view.checklist, "plan"));
  bad |= json_object_set(args, "statistics", c->table);
  bad |= json_object_set_new(args, "groups",
                             c->columns ? told_titles(c) : json_array());
  bad |= json_object_set_new(args, "span", zc_span_told(&c->span));
  if (c->has_previous)
    bad |= json_object_set_new(args, "previous", zc_span_told(&c->previous));
  bad |= json_object_set_new(args, "today",
                             json_string(c->office.workspace.cli->today));
  bad |= json_object_set(args, "offices", c->view.offices);
  bad |= json_object_set_new(args, "below", zc_below_told(&c->below));
  bad |= json_object_set_new(args, "unheard", json_integer(c->counts.unheard));
  bad |= json_object_set_new(args, "reach", zc_reach_told(&c->reach));
  bad |= json_object_set_new(args, "untold",
                             json_integer(c->counts.all.of.here - c->reach.before -
                                          c->counts.all.of.told));
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_counting_paper(zc_counting *c, const char *layout, const char *name,
                          json_t *args, const zc_rows *rows, bool sheets, zc_err *err)
{
  zc_paper paper = {0};
  zc_buffer base = {0};
  const char *slash = strrchr(c->id, '/');
  zc_code code = add_data(c, layout, args, err);
  if (code == ZC_OK)
    code = zc_paper_build(&c->plan, layout, args, &paper, err);
  zc_buffer_print(&base, "reports/%.200s-%s-%s/%s", slash == NULL ? c->id : slash + 1,
                  c->span.window ? c->span.to : zc_text_of(c->span.round, "id"),
                  c->office.workspace.cli->today, name);
  if (code == ZC_OK)
    code = zc_buffer_check(&base, err);
  if (code == ZC_OK)
    code = zc_paper_write(&c->office.workspace, paper.tree, rows, NULL, base.data,
                          sheets, sheets, err);
  if (code == ZC_OK)
    zc_paper_warn_of_holes(&paper);
  zc_paper_free(&paper);
  zc_buffer_free(&base);
  return code == ZC_OK ? zc_paper_check(&c->plan, err) : code;
}
