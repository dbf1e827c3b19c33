/* ask_engine: what the engine answers for a plan of a workspace, in the real evaluator.
 *
 *   ask_engine WORKSPACE PLAN FUNCTION <arguments >answer   (canonical JSON) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/plans.h"

static zc_code read_arguments(json_t **args, zc_err *err)
{
  static char text[1 << 20];
  size_t size = fread(text, 1, sizeof text, stdin);
  return zc_json_parse(text, size, args, err);
}

static zc_code ask(zc_cli *cli, char **words, zc_err *err)
{
  zc_workspace workspace;
  zc_plan plan;
  json_t *args = NULL, *answer = NULL;
  zc_buffer out = {0};
  zc_code code = zc_workspace_open(cli, &workspace, err);
  if (code == ZC_OK)
    code = read_arguments(&args, err);
  if (code == ZC_OK)
    code = zc_plan_open(&workspace, words[1], &plan, err);
  if (code == ZC_OK) {
    code = zc_plan_call(&plan, words[2], json_incref(args), &answer, err);
    zc_plan_close(&plan);
  }
  if (code == ZC_OK)
    code = zc_json_canonical(answer, &out, err);
  if (code == ZC_OK)
    printf("%s\n", out.data);
  zc_buffer_free(&out);
  json_decref(answer);
  json_decref(args);
  zc_workspace_close(&workspace);
  return code;
}

int main(int count, char **words)
{
  static const zc_command command = {.group = "any", .name = "ask"};
  zc_cli cli = {.command = &command, .options = json_object(), .today = "2023-06-30"};
  zc_err err;
  if (count != 4)
    return ZC_EUSAGE;
  cli.folder = words[1];
  zc_code code = zc_home_find(&cli.home, &err);
  if (code == ZC_OK)
    code = ask(&cli, words + 1, &err);
  if (code != ZC_OK)
    zc_print_error(&err);
  json_decref(cli.options);
  return (int)code;
}
