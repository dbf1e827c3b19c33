/* attach: a document is copied into the workspace, under the name of its own hash. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/plans.h"

#define EVIDENCE_LIMIT ((size_t)1 << 30)

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

/* evidence/sha256/ab/abcd…: the hash of the draft is its place. */
static zc_code copy_in(zc_workspace *workspace, const char *file,
                       char digits[ZC_HASH_ROOM], size_t *size, zc_err *err)
{
  char draft[64], folder[64], final[160];
  int from, fd;
  zc_code code = zc_file_open(file, &from, NULL, err);
  if (code != ZC_OK)
    return code;
  snprintf(draft, sizeof draft, "evidence/incoming-%ld", (long)getpid());
  code = zc_file_copy(from, workspace->fd, draft, 0400, EVIDENCE_LIMIT, digits, size,
                      err);
  close(from);
  if (code != ZC_OK)
    return code;
  if (*size == 0) {
    unlinkat(workspace->fd, draft, 0);
    return zc_fail(err, ZC_EDATA, "{file} is empty: nothing was attached", "file", file,
                   NULL);
  }
  snprintf(folder, sizeof folder, "evidence/sha256/%.2s", digits);
  snprintf(final, sizeof final, "%s/%s", folder, digits);
  code = zc_folder_open_beneath(workspace->fd, folder, true, &fd, err);
  if (code == ZC_OK) {
    close(fd);
    code = zc_file_rename(workspace->fd, draft, final, err);
  }
  if (code != ZC_OK)
    unlinkat(workspace->fd, draft, 0);
  return code;
}

static zc_code attach(zc_plan *plan, void *unused, zc_err *err)
{
  (void)unused;
  zc_cli *cli = plan->workspace->cli;
  char digits[ZC_HASH_ROOM];
  size_t size;
  const char *item = cli->arguments[0], *file = cli->arguments[1];
  const char *name = zc_option_value(cli, "name");
  if (name == NULL) {
    const char *slash = strrchr(file, '/');
    name = slash == NULL ? file : slash + 1;
  }
  json_t *clean = zc_json_lossy(name,
                                strlen(name)); /* a file's name may be any bytes */
  name = zc_text_or(json_string_value(clean), "?");
  zc_code code = check_item(plan, item, name, err);
  if (code == ZC_OK)
    code = copy_in(plan->workspace, file, digits, &size, err);
  if (code == ZC_OK)
    code = zc_store_attach(plan->workspace->store, zc_get_text(plan->about, "id"), item,
                           name, digits, (int64_t)size, cli->now, err);
  if (code == ZC_OK)
    zc_say_line(N_("attached to {item}: {name} ({size} bytes, SHA-256 {sha256})"),
                json_pack("{s:s, s:s, s:I, s:s}", "item", item, "name", name, "size",
                          (json_int_t)size, "sha256", digits));
  json_decref(clean);
  return code;
}

int zc_command_attach(zc_cli *cli)
{
  zc_err err;
  return zc_exit(zc_plan_with_one(cli, attach, NULL, &err), &err);
}
