#include "cli/asking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/checking.h"
#include "cli/message.h"

zc_code zc_ask_questions(zc_plan *plan, json_t **questions, zc_err *err)
{
  json_t *answers = NULL, *tables = NULL, *described = NULL;
  zc_store *store = plan->workspace->store;
  *questions = NULL;
  zc_code code = zc_store_answers(store, zc_get_text(plan->about, "id"), &answers, err);
  if (code == ZC_OK)
    code = zc_store_tables(store, &tables, err);
  if (code == ZC_OK)
    code = zc_plan_describe(plan, &described, err);
  if (code == ZC_OK) {
    json_t *args = json_object();
    int bad = json_object_set(args, "answers", answers);
    bad |= json_object_set_new(args, "handed", zc_handed_tables(tables));
    bad |= json_object_set_new(args, "reads", zc_plan_reads(described));
    bad |= json_object_set_new(args, "today", json_string(plan->workspace->cli->today));
    if (bad != 0) {
      json_decref(args);
      args = NULL;
    }
    code = zc_plan_call(plan, "questions", args, questions, err);
  }
  json_decref(answers);
  json_decref(tables);
  json_decref(described);
  return code;
}

json_t *zc_ask_entry(const char *item, const char *text)
{
  static const char *const marks[] = {":na", "不适用：", "不适用:"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (strncmp(text, marks[i], strlen(marks[i])) == 0) {
      const char *why = text + strlen(marks[i]);
      why += strspn(why, " ");
      return json_pack("{s:s, s:s}", "item", item, "na", *why == '\0' ? "—" : why);
    }
  return strcmp(text, "不适用") == 0
             ? json_pack("{s:s, s:s}", "item", item, "na", "—")
             : json_pack("{s:s, s:s}", "item", item, "text", text);
}

zc_code zc_ask_parse(zc_plan *plan, json_t *entries, json_t **parsed, zc_err *err)
{
  json_t *args = json_object();
  if (json_object_set_new(args, "entries", entries) != 0) {
    json_decref(args);
    args = NULL;
  }
  return zc_plan_call(plan, "answers", args, parsed, err);
}

void zc_ask_print_error(const char *place, const json_t *error)
{
  char *text = zc_message_text(error);
  fprintf(stderr, "%s%s%s\n", place == NULL ? "" : place, place == NULL ? "" : ": ",
          zc_text_or(text, "?"));
  free(text);
  if (zc_get_text(error, "hint") == NULL)
    return;
  json_t *hint = json_pack("{s:s, s:O}", "text", zc_get_text(error, "hint"), "args",
                           json_object_get(error, "args"));
  text = hint == NULL ? NULL : zc_message_text(hint);
  fprintf(stderr, "    → %s\n", zc_text_or(text, "?"));
  free(text);
  json_decref(hint);
}
