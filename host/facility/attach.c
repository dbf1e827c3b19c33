/* attach: a document of an item, or of a problem of the ledger. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/asking.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "facility/commands.h"
#include "facility/evidence.h"
#include "facility/ledger.h"

/* Copies the file in that the command names. */
static zc_code copy_in(const zc_workspace *workspace, zc_evidence *evidence,
                       zc_err *err)
{
  int fd;
  const zc_cli *cli = workspace->cli;
  const char *file = cli->arguments[1];
  bool copy = zc_option_value(cli, "copy") != NULL;
  zc_code code = zc_evidence_open(workspace, file, copy, &fd, err);
  if (code != ZC_OK)
    return code;
  code = zc_evidence_keep(workspace, fd, file, evidence, err);
  close(fd);
  return code;
}

/* --name, else what the file is called. Owned; NULL when out of memory. */
static json_t *name_of(const zc_cli *cli)
{
  const char *name = zc_option_value(cli, "name");
  return name != NULL ? json_string(name) : zc_evidence_name(cli->arguments[1]);
}

static void tell(const char *to, const char *name, const zc_evidence *evidence)
{
  zc_say_line(zc_is_problem(to)
                  ? N_("attached to problem {item}: {name} ({size} bytes, SHA-256 "
                       "{sha256})")
                  : N_("attached to {item}: {name} ({size} bytes, SHA-256 {sha256})"),
              json_pack("{s:s, s:s, s:I, s:s}", "item", to, "name", name, "size",
                        (json_int_t)evidence->size, "sha256", evidence->digits));
}

/* ---- to an item ------------------------------------------------------------------- */

/* The plan's items and what each wants attached: an item that the plan lacks is told
 * with its nearest. */
static zc_code check_item(zc_plan *plan, const char *item, const char *name,
                          zc_err *err)
{
  json_t *answer = NULL;
  zc_code code = zc_plan_call(plan, "evidence",
                              json_pack("{s:s, s:s}", "item", item, "name", name),
                              &answer, err);
  const json_t *error = json_object_get(answer, "error");
  if (code == ZC_OK && error != NULL) {
    zc_ask_print_error(NULL, error);
    code = zc_fail(err, ZC_EDATA, "nothing was attached", NULL);
  }
  json_decref(answer);
  return code;
}

static zc_code attach_to_item(zc_plan *plan, void *unused, zc_err *err)
{
  (void)unused;
  const zc_workspace *workspace = plan->workspace;
  const char *item = workspace->cli->arguments[0];
  zc_evidence evidence = {0};
  json_t *clean = name_of(workspace->cli);
  const char *name = zc_text_or(json_string_value(clean), "?");
  zc_code code = check_item(plan, item, name, err);
  if (code == ZC_OK)
    code = copy_in(workspace, &evidence, err);
  if (code == ZC_OK)
    code = zc_store_attach(workspace->store, zc_get_text(plan->about, "id"), item, name,
                           evidence.digits, (int64_t)evidence.size, workspace->cli->now,
                           err);
  if (code == ZC_OK)
    tell(item, name, &evidence);
  json_decref(clean);
  return code;
}

/* ---- to a problem ----------------------------------------------------------------- */

/* The event's body. Owned; NULL when out of memory. */
static json_t *body_of(const zc_cli *cli, const char *name, const zc_evidence *evidence)
{
  const char *kind = zc_option_value(cli, "kind"),
             *where = zc_option_value(cli, "where");
  json_t *body = json_pack("{s:s, s:s, s:I, s:s}", "name", name, "sha256",
                           evidence->digits, "size", (json_int_t)evidence->size, "kind",
                           zc_text_or(kind, "file"));
  int bad = body == NULL;
  if (where != NULL)
    bad |= json_object_set_new(body, "where", json_string(where));
  if (bad == 0)
    return body;
  json_decref(body);
  return NULL;
}

static zc_code attach_to_problem(zc_plan *plan, const json_t *problem, zc_err *err)
{
  const zc_workspace *workspace = plan->workspace;
  const zc_cli *cli = workspace->cli;
  zc_evidence evidence = {0};
  zc_code code = copy_in(workspace, &evidence, err);
  if (code != ZC_OK)
    return code;
  json_t *name = name_of(cli);
  const char *text = zc_text_or(json_string_value(name), "?");
  code = zc_ledger_step(plan, problem, "attach", body_of(cli, text, &evidence), NULL,
                        err);
  if (code == ZC_OK)
    tell(cli->arguments[0], text, &evidence);
  json_decref(name);
  return code;
}

static zc_code with_problem(zc_cli *cli, zc_err *err)
{
  zc_workspace workspace = {.fd = -1};
  zc_plan plan;
  json_t *problem = NULL;
  zc_code code = zc_workspace_open(cli, &workspace, err);
  if (code == ZC_OK)
    code = zc_ledger_open(&workspace, cli->arguments[0], &plan, &problem, err);
  if (code == ZC_OK) {
    code = attach_to_problem(&plan, problem, err);
    zc_plan_close(&plan);
  }
  json_decref(problem);
  zc_workspace_close(&workspace);
  return code;
}

/* ---- the command ------------------------------------------------------------------ */

/* What only problems have; who attached to an item is not written down. */
static zc_code check_options(const zc_cli *cli, zc_err *err)
{
  static const char *const options[] = {"kind", "where", "by", "clock-reason"};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (zc_option_value(cli, options[i]) != NULL)
      return zc_fail(
          err, ZC_EUSAGE,
          "--{option} belongs to a problem's document: name the problem by its "
          "number instead of an item",
          "option", options[i], NULL);
  return ZC_OK;
}

int zc_command_attach(zc_cli *cli)
{
  zc_err err;
  if (zc_is_problem(cli->arguments[0]))
    return zc_exit(with_problem(cli, &err), &err);
  zc_code code = check_options(cli, &err);
  if (code == ZC_OK)
    code = zc_plan_with_one(cli, attach_to_item, NULL, &err);
  return zc_exit(code, &err);
}
