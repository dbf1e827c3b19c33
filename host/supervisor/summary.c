/* summary, circular: drafts of what an office tells those above it, and its facilities. */
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/plans.h"
#include "facility/written.h"
#include "supervisor/commands.h"
#include "supervisor/summing.h"

static bool is_json(const char *format)
{
  return format != NULL && strcmp(format, "json") == 0;
}

/* Those keys that stand before (or behind) another one, as canonical JSON without its braces; there are some
 * of both. */
static zc_code print_keys(const json_t *map, const char *other, bool before,
                          zc_err *err)
{
  const char *key;
  json_t *value, *part = json_object();
  zc_buffer text = {0};
  int bad = part == NULL;
  json_object_foreach((json_t *)map, key, value)
  {
    if ((strcmp(key, other) < 0) == before)
      bad |= json_object_set(part, key, value);
  }
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_json_canonical(part, &text, err);
  if (code == ZC_OK)
    fwrite(text.data + 1, 1, text.size - 2, stdout);
  zc_buffer_free(&text);
  json_decref(part);
  return code;
}

/* A circular has the rows of its facilities, too: one after the other, however many they are. */
static zc_code print_facilities(zc_office_source *source, zc_err *err)
{
  json_t *told = NULL;
  const char *comma = "";
  zc_code code = zc_office_source_next(source, &told, err);
  while (code == ZC_OK && told != NULL) {
    zc_buffer text = {0};
    code = zc_json_canonical(told, &text, err);
    if (code == ZC_OK)
      printf("%s%s", comma, text.data);
    comma = ",";
    zc_buffer_free(&text);
    json_decref(told);
    told = NULL;
    if (code == ZC_OK)
      code = zc_office_source_next(source, &told, err);
  }
  return code;
}

/* What the layout would be told, for programs. */
static zc_code print_data(zc_counting *c, zc_office_source *source, bool facilities,
                          json_t *args, zc_err *err)
{
  int bad = json_object_set(args, "plan", json_object_get(c->view.checklist, "plan"));
  bad |= json_object_set(args, "statistics", c->table);
  bad |= json_object_set_new(args, "span", zc_span_told(&c->span));
  bad |= json_object_set_new(args, "today",
                             json_string(c->office.workspace.cli->today));
  bad |= json_object_set(args, "offices", c->view.offices);
  if (c->reach.before > 0 || c->reach.within > 0)
    bad |= json_object_set_new(args, "reach", zc_reach_told(&c->reach));
  if (c->has_previous)
    bad |= json_object_set_new(args, "previous", zc_span_told(&c->previous));
  bad |= json_object_set_new(args, "zicha", json_string("summary/1"));
  if (bad != 0)
    return zc_fail_memory(err);
  putchar('{');
  zc_code code = print_keys(args, "facilities", true, err);
  if (code == ZC_OK && facilities) {
    fputs(",\"facilities\":[", stdout);
    code = print_facilities(source, err);
    putchar(']');
  }
  putchar(',');
  if (code == ZC_OK)
    code = print_keys(args, "facilities", false, err);
  puts("}");
  return code;
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
    code = print_data(c, source, strcmp(name, "circular") == 0, args, err);
  } else if (code == ZC_OK) {
    zc_rows rows = zc_office_source_rows(source);
    code = zc_counting_paper(c, layout, name, args, &rows, false, err);
  }
  zc_office_source_free(source);
  json_decref(args);
  return code;
}

static int run(zc_cli *cli, const char *layout, const char *name)
{
  zc_err err;
  zc_counting c;
  const zc_counting_wish wish = {.by = ZC_COUNT_CLASS,
                                 .previous = true,
                                 .found = true,
                                 .hold = true};
  if (zc_option_value(cli, "needs") != NULL)
    return zc_exit(zc_plan_with_one(cli, zc_paper_template, (void *)layout, &err),
                   &err);
  bool json = is_json(zc_option_value(cli, "format"));
  zc_code code = zc_paper_check_screen(cli, &err);
  if (code == ZC_OK && !json)
    code = zc_paper_draft_formats(cli, &err);
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
