#include "command/verify_checklists.h"

#include <string.h>

#include "cli/plan.h"
#include "store/collected.h"

/* ---- what packages make -------------------------------------------------------------------- */

static zc_code make_one(zc_plan *plan, json_t *made, zc_err *err)
{
  json_t *body = NULL;
  const char *hash = plan->package.sha256;
  zc_code code = zc_plan_call(plan, "office_checklist",
                              json_pack("{s:s}", "sha256", hash), &body, err);
  if (code == ZC_OK &&
      json_object_set_new(made, hash,
                          json_pack("{s:s, s:s, s:O}", "plan",
                                    zc_text_of(plan->about, "id"), "version",
                                    zc_text_of(plan->about, "version"), "body",
                                    body)) != 0)
    code = zc_fail_memory(err);
  json_decref(body);
  return code;
}

/* What is wrong with a package is no fault of what is kept. */
static zc_code make_of(zc_workspace *workspace, const char *id, json_t *made,
                       zc_err *err)
{
  zc_plan plan;
  zc_err why;
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_plan_begin(workspace->cli, &plan, err);
  if (code == ZC_OK) {
    plan.collected = faults;
    code = zc_plan_ask(workspace, id, &plan, &why);
    if (code == ZC_OK)
      code = zc_plan_complete(id, &plan, &why);
    if (code == ZC_OK) {
      code = make_one(&plan, made, err);
      zc_plan_close(&plan);
    } else if (code == ZC_EINTERNAL) {
      *err = why;
    } else {
      code = ZC_OK;
    }
  }
  json_decref(faults);
  return code;
}

zc_code zc_checklists_made(zc_workspace *workspace, json_t **made, zc_err *err)
{
  size_t index;
  const json_t *plan;
  *made = json_object();
  zc_code code = *made == NULL ? zc_fail_memory(err) : ZC_OK;
  json_array_foreach(workspace->plans, index, plan)
  {
    if (code == ZC_OK)
      code = make_of(workspace, zc_text_of(plan, "id"), *made, err);
  }
  return code;
}

/* ---- comparing ---------------------------------------------------------------------------- */

/* The last word of the events counts: it was written while the package was in use. Lists of paper name the
 * one that they were read by also where no sum was told. */
static zc_code add_sums(void *context, const json_t *event, zc_err *err)
{
  const json_t *body = json_object_get(event, "body");
  json_t *sums = json_object_get(body, "checklists");
  const char *action = zc_text_of(event, "action"),
             *list = zc_text_of(body, "checklist");
  int bad = 0;
  if (strncmp(action, "collect", strlen("collect")) != 0)
    return ZC_OK;
  if (json_is_object(sums))
    bad |= json_object_update(context, sums);
  if (*list != '\0' && json_object_get(context, list) == NULL)
    bad |= json_object_set_new(context, list, json_null());
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* What the events tell of checklists ({hash: SHA-256, or null}), and what is kept of them. Both owned. */
static zc_code read_both(zc_store *store, json_t **sums, json_t **texts, zc_err *err)
{
  *texts = NULL;
  *sums = json_object();
  zc_code code = *sums == NULL ? zc_fail_memory(err)
                               : zc_ledger_events(store, 0, 0, add_sums, *sums, err);
  return code == ZC_OK ? zc_checklist_texts(store, texts, err) : code;
}

static bool is_missing(const json_t *texts, const char *hash)
{
  size_t index;
  const json_t *kept;
  json_array_foreach((json_t *)texts, index, kept)
  {
    if (strcmp(zc_text_of(kept, "hash"), hash) == 0)
      return false;
  }
  return true;
}

static void say_missing(const char *hash, const json_t *made, zc_err *what)
{
  zc_fail(what, ZC_EDATA,
          made != NULL
              ? N_("that of {plan}, version {version}, by which files were read, is "
                   "missing; `zicha verify --mend` makes it again")
              : N_("that of the package with the SHA-256 {hash} is missing, by which "
                   "files were read, and the package is not in use: `zicha plan use` "
                   "it, then `zicha verify --mend`, or put a backup in its place"),
          "plan", zc_text_of(made, "plan"), "version", zc_text_of(made, "version"),
          "hash", hash, NULL);
}

static zc_code is_made(const json_t *kept, const json_t *made, bool *same, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_json_canonical(json_object_get(made, "body"), &text, err);
  *same = code == ZC_OK && strcmp(text.data, zc_text_of(kept, "text")) == 0 &&
          strcmp(zc_text_of(made, "plan"), zc_text_of(kept, "plan")) == 0 &&
          strcmp(zc_text_of(made, "version"), zc_text_of(kept, "version")) == 0;
  zc_buffer_free(&text);
  return code;
}

/* Its plan and version stand in the text, too. */
static zc_code is_told(const json_t *kept, const char *sum, bool *same, zc_err *err)
{
  zc_err ignored;
  json_t *body = NULL;
  char digits[ZC_HASH_ROOM];
  const char *text = zc_text_of(kept, "text");
  zc_code code = zc_hash_of(text, strlen(text), digits, err);
  *same = code == ZC_OK && strcmp(digits, sum) == 0 &&
          zc_json_parse(text, strlen(text), &body, &ignored) == ZC_OK;
  const json_t *plan = json_object_get(body, "plan");
  *same = *same && strcmp(zc_text_of(plan, "id"), zc_text_of(kept, "plan")) == 0 &&
          strcmp(zc_text_of(plan, "version"), zc_text_of(kept, "version")) == 0;
  json_decref(body);
  return code;
}

static zc_code tell(zc_verifying *v, const json_t *kept, bool at_hand, zc_err *err)
{
  zc_err what;
  zc_fail(
      &what, ZC_EDATA,
      at_hand
          ? N_("that of {plan}, version {version}, is not what its package makes; "
               "`zicha verify --mend` makes it again")
          : N_("that of {plan}, version {version}, is not what the events tell, and "
               "its package is not in use: `zicha plan use` that version, then "
               "`zicha verify --mend`, or put a backup in its place"),
      "plan", zc_text_of(kept, "plan"), "version", zc_text_of(kept, "version"), NULL);
  return zc_verify_fault(v, "table", "checklist", 0, &what, err);
}

static zc_code note_unknown(zc_verifying *v, const json_t *kept, zc_err *err)
{
  zc_err what;
  zc_fail(&what, ZC_EDATA,
          "that of {plan}, version {version}, cannot be checked: its package is not in "
          "use, and no event tells of it",
          "plan", zc_text_of(kept, "plan"), "version", zc_text_of(kept, "version"),
          NULL);
  return zc_verify_note(v, "table", "checklist", &what, err);
}

static zc_code check_one(zc_verifying *v, const json_t *kept, const json_t *made,
                         const json_t *sums, zc_err *err)
{
  bool same = false;
  const json_t *own = json_object_get(made, zc_text_of(kept, "hash"));
  const char *sum = zc_get_text(sums, zc_text_of(kept, "hash"));
  if (own == NULL && sum == NULL)
    return note_unknown(v, kept, err);
  zc_code code = own != NULL ? is_made(kept, own, &same, err)
                             : is_told(kept, sum, &same, err);
  return code == ZC_OK && !same ? tell(v, kept, own != NULL, err) : code;
}

static bool is_readable(const json_t *kept)
{
  zc_err ignored;
  json_t *body = NULL;
  const char *text = zc_text_of(kept, "text");
  bool readable = zc_json_parse(text, strlen(text), &body, &ignored) == ZC_OK;
  json_decref(body);
  return readable;
}

zc_code zc_verify_checklists(zc_verifying *verifying, const json_t *made,
                             bool *readable, zc_err *err)
{
  size_t index;
  const json_t *kept;
  json_t *texts, *sums, *sum;
  const char *hash;
  *readable = true;
  zc_code code = read_both(verifying->workspace->store, &sums, &texts, err);
  json_object_foreach(sums, hash, sum)
  {
    zc_err what;
    if (code != ZC_OK || !is_missing(texts, hash))
      continue;
    say_missing(hash, json_object_get(made, hash), &what);
    code = zc_verify_fault(verifying, "table", "checklist", 0, &what, err);
    *readable = false;
  }
  json_array_foreach(texts, index, kept)
  {
    if (code == ZC_OK)
      code = check_one(verifying, kept, made, sums, err);
    *readable &= is_readable(kept);
  }
  json_decref(texts);
  json_decref(sums);
  return code;
}

/* Without one by which files were read these would be of a plan that nobody knows. */
static zc_code check_whole(zc_store *store, zc_err *err)
{
  json_t *texts, *sums, *sum;
  const char *hash;
  zc_code code = read_both(store, &sums, &texts, err);
  json_object_foreach(sums, hash, sum)
  {
    if (code == ZC_OK && is_missing(texts, hash)) {
      say_missing(hash, NULL, err);
      code = ZC_EDATA;
    }
  }
  json_decref(texts);
  json_decref(sums);
  return code;
}

zc_code zc_mend_checklists(zc_store *store, const json_t *made, zc_err *err)
{
  const char *hash;
  json_t *one;
  zc_code code = ZC_OK;
  json_object_foreach((json_t *)made, hash, one)
  {
    if (code == ZC_OK)
      code = zc_checklist_put(store, zc_text_of(one, "plan"),
                              zc_text_of(one, "version"), hash,
                              json_object_get(one, "body"), err);
  }
  return code == ZC_OK ? check_whole(store, err) : code;
}
