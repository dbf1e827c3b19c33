/* summary, circular: drafts of what an office tells those above it, and its facilities. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/plans.h"
#include "cli/summing.h"
#include "cli/written.h"

static bool is_json(const char *format)
{
  return format != NULL && strcmp(format, "json") == 0;
}

/* What the layout would be told, for programs. */
static zc_code print_data(zc_counting *c, json_t *args, zc_err *err)
{
  int bad = json_object_set(args, "plan", json_object_get(c->view.checklist, "plan"));
  bad |= json_object_set(args, "statistics", c->table);
  bad |= json_object_set_new(args, "span", zc_span_told(&c->span));
  bad |= json_object_set_new(args, "today",
                             json_string(c->office.workspace.cli->today));
  if (c->has_previous)
    bad |= json_object_set_new(args, "previous", zc_span_told(&c->previous));
  return bad == 0 ? zc_print_document(json_incref(args), "summary/1", err)
                  : zc_fail_memory(err);
}

static zc_code write_paper(zc_counting *c, const char *layout, const char *name,
                           zc_err *err)
{
  zc_office_source *source = NULL;
  json_t *args = json_object();
  zc_code code = args == NULL ? zc_fail_memory(err)
                              : zc_office_source_new(c, &source, err);
  if (code == ZC_OK)
    code = zc_summing_gather(c, source, args, err);
  const char *format = zc_option_value(c->office.workspace.cli, "format");
  if (code == ZC_OK && is_json(format)) {
    code = print_data(c, args, err);
  } else if (code == ZC_OK) {
    zc_rows rows = zc_office_source_rows(source);
    code = zc_counting_paper(c, layout, name, args, &rows, false, err);
  }
  zc_office_source_free(source);
  json_decref(args);
  return code;
}

static zc_code print_template(zc_plan *plan, void *layout, zc_err *err)
{
  zc_buffer out = {0};
  json_t *values = NULL;
  zc_code code = zc_paper_prose(plan, layout, &values, err);
  if (code == ZC_OK)
    code = zc_report_template(plan, layout, values, &out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  if (code == ZC_OK)
    code = zc_paper_check(plan, err);
  json_decref(values);
  zc_buffer_free(&out);
  return code;
}

static int run(zc_cli *cli, const char *layout, const char *name)
{
  zc_err err;
  zc_counting c;
  const zc_counting_wish wish = {.by = ZC_COUNT_CLASS, .previous = true};
  if (zc_option_value(cli, "needs") != NULL)
    return zc_exit(zc_plan_with_one(cli, print_template, (void *)layout, &err), &err);
  bool json = is_json(zc_option_value(cli, "format"));
  zc_code code = json && zc_option_values(cli, "out") == NULL
                     ? ZC_OK
                     : zc_paper_formats(cli, &err);
  if (code == ZC_OK)
    code = zc_counting_open(cli, &wish, &c, &err);
  if (code == ZC_OK) {
    code = write_paper(&c, layout, name, &err);
    zc_counting_close(&c);
  }
  return zc_exit(code, &err);
}

int zc_command_summary(zc_cli *cli)
{
  return run(cli, "stage_summary", "summary");
}

int zc_command_circular(zc_cli *cli)
{
  return run(cli, "circular", "circular");
}
