#include "cli/asking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/handed.h"
#include "cli/message.h"
#include "store/upgrade.h"

/* Tells the engine which tables there are and which rules read them: by that it knows
 * what a person is asked and what is judged from data. */
static zc_code add_tables(zc_plan *plan, const json_t *tables, json_t *args,
                          zc_err *err)
{
  json_t *described = NULL;
  zc_code code = zc_plan_describe(plan, &described, err);
  int bad = json_object_set_new(args, "handed", zc_handed_tables(tables));
  bad |= json_object_set_new(args, "reads", zc_plan_reads(described));
  json_decref(described);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* True if every document that an item wants is attached; wanting none by name, any. */
static bool all_attached(const json_t *question, const json_t *files)
{
  const json_t *wanted = json_object_get(question, "evidence"), *name, *file;
  size_t index, inner;
  json_array_foreach(wanted, index, name)
  {
    bool found = false;
    json_array_foreach(files, inner, file)
        found |= json_equal(name, json_object_get(file, "name"));
    if (!found)
      return false;
  }
  return json_array_size(files) > 0;
}

/* Marks what needs no answer any more, because its documents are there. */
static zc_code mark_attached(zc_plan *plan, json_t *questions, zc_err *err)
{
  json_t *evidence, *question;
  size_t index;
  zc_code code = zc_store_evidence(plan->workspace->store,
                                   zc_get_text(plan->about, "id"), &evidence, err);
  json_array_foreach(questions, index, question)
  {
    const char *kind = zc_text_of(question, "kind");
    const json_t *files = json_object_get(evidence, zc_get_text(question, "id"));
    if (code == ZC_OK && strcmp(kind, "evidence") == 0 &&
        all_attached(question, files) &&
        json_object_set_new(question, "attached", json_true()) != 0)
      code = zc_fail_memory(err);
  }
  json_decref(evidence);
  return code;
}

/* An answer to what the question was before the last upgrade is no answer to it: it is only shown
 * beside it, as `before`. */
static zc_code add_priors(zc_plan *plan, json_t *questions, zc_err *err)
{
  json_t *priors, *question, *by_id = json_object();
  const json_t *prior;
  size_t index;
  int bad = by_id == NULL;
  zc_code code = zc_upgrade_priors(plan->workspace->store,
                                   zc_get_text(plan->about, "id"), &priors, err);
  json_array_foreach(priors, index, prior)
  {
    bad |= json_object_set(by_id, zc_text_of(prior, "id"), (json_t *)prior);
  }
  json_array_foreach(questions, index, question)
  {
    json_t *before = json_object_get(by_id, zc_get_text(question, "id"));
    if (before != NULL && !zc_ask_settled(question))
      bad |= json_object_set(question, "before", before);
  }
  json_decref(by_id);
  json_decref(priors);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_ask_questions(zc_plan *plan, json_t **questions, zc_err *err)
{
  json_t *answers = NULL, *tables = NULL, *args = json_object();
  zc_store *store = plan->workspace->store;
  *questions = NULL;
  zc_code code = zc_store_answers(store, zc_get_text(plan->about, "id"), &answers, err);
  if (code == ZC_OK)
    code = zc_store_tables(store, &tables, err);
  if (code == ZC_OK)
    code = add_tables(plan, tables, args, err);
  int bad = json_object_set(args, "answers", answers);
  bad |= json_object_set_new(args, "today", json_string(plan->workspace->cli->today));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK) {
    code = zc_plan_call(plan, "questions", args, questions, err);
    args = NULL;
  }
  if (code == ZC_OK)
    code = mark_attached(plan, *questions, err);
  if (code == ZC_OK)
    code = add_priors(plan, *questions, err);
  json_decref(args);
  json_decref(answers);
  json_decref(tables);
  return code;
}

bool zc_ask_settled(const json_t *question)
{
  return zc_get_text(question, "answered") != NULL || zc_get_flag(question, "attached");
}

/* What stands after «not applicable», or NULL when that is not what was written: a word
 * that only begins so is none of it. */
static const char *reason_of(const char *text)
{
  static const char *const marks[] = {":na", "：na", "不适用"};
  static const char *const ends[] = {" ", "\t", "　", ":", "："};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    size_t size = strlen(marks[i]);
    if (strncmp(text, marks[i], size) != 0)
      continue;
    if (text[size] == '\0')
      return text + size;
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
      if (strncmp(text + size, ends[k], strlen(ends[k])) == 0)
        return text + size + strlen(ends[k]);
  }
  return NULL;
}

/* :clear, perhaps behind a full-width colon: the answer is taken back. */
static bool clears(const char *text)
{
  size_t colon = *text == ':' ? 1 : strncmp(text, "：", 3) == 0 ? 3 : 0;
  return colon > 0 && strncmp(text + colon, "clear", 5) == 0 &&
         text[colon + 5 + strspn(text + colon + 5, " \t")] == '\0';
}

json_t *zc_ask_entry(const char *item, const char *text)
{
  text += strspn(text, " \t");
  const char *reason = reason_of(text);
  if (clears(text))
    return json_pack("{s:s, s:b}", "item", item, "clear", true);
  return json_pack("{s:s, s:s}", "item", item, reason == NULL ? "text" : "na",
                   reason == NULL ? text : reason);
}

zc_code zc_ask_parse(zc_plan *plan, json_t *entries, json_t **parsed, zc_err *err)
{
  json_t *args = json_object(), *known = NULL;
  *parsed = NULL;
  zc_code code = zc_store_answers(plan->workspace->store,
                                  zc_get_text(plan->about, "id"), &known, err);
  int bad = json_object_set_new(args, "entries", entries);
  if (code == ZC_OK && (bad | json_object_set_new(args, "known", known)) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    return zc_plan_call(plan, "answers", args, parsed, err);
  json_decref(args);
  return code;
}

zc_code zc_ask_judged(zc_plan *plan, json_t **judged, zc_err *err)
{
  json_t *tables = NULL, *args = json_object();
  *judged = NULL;
  zc_code code = zc_store_tables(plan->workspace->store, &tables, err);
  if (code == ZC_OK && json_object_size(tables) == 0) {
    *judged = args; /* no rules need be loaded to know that */
    json_decref(tables);
    return args == NULL ? zc_fail_memory(err) : ZC_OK;
  }
  if (code == ZC_OK)
    code = add_tables(plan, tables, args, err);
  if (code == ZC_OK) {
    code = zc_plan_call(plan, "judged", args, judged, err);
    args = NULL;
  }
  json_decref(args);
  json_decref(tables);
  return code;
}

bool zc_ask_cleared(const json_t *parsed)
{
  const json_t *answer = json_object_get(parsed, "answer");
  return answer != NULL && json_object_size(answer) == 0;
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
