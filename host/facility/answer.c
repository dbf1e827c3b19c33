/* answer: at a prompt, on the command line, or from a sheet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "cli/screen.h"
#include "cli/sheet.h"
#include "facility/commands.h"

/* ---- prompts ----------------------------------------------------------------- */

typedef struct {
  zc_plan *plan;
  json_t *questions;
  size_t at;
  char *note; /* given for the current question, not yet kept */
  size_t kept;
  zc_err *err;
} dialogue;

/* What was answered to the question of an earlier version. */
static void print_before(const json_t *before)
{
  if (before == NULL)
    return;
  zc_say_line(
      N_("  the question has changed; version {version} was answered: {answer}"),
      json_pack("{s:s, s:s}", "version", zc_text_of(before, "version"), "answer",
                zc_text_or(zc_get_text(before, "shown"), "—")));
  if (zc_get_text(before, "ask") != NULL)
    zc_say_line(N_("  it asked: {ask}"),
                json_pack("{s:s}", "ask", zc_get_text(before, "ask")));
}

static void print_question(const dialogue *d)
{
  const json_t *q = json_array_get(d->questions, d->at);
  const char *focus = zc_get_text(q, "focus"), *text = zc_get_text(q, "text");
  const char *answered = zc_get_text(q, "answered");
  printf("\n[%zu/%zu] %s%s%s\n", d->at + 1, json_array_size(d->questions),
         zc_get_text(q, "id"), focus == NULL ? "" : "  ", zc_text_or(focus, ""));
  zc_print_wrapped(stdout, zc_get_text(q, "ask"), 2, 88);
  if (text != NULL) {
    printf("  %s\n", _("standard:"));
    zc_print_wrapped(stdout, text, 4, 88);
  }
  if (answered != NULL)
    zc_say_line(N_("  answered before: {answer}"),
                json_pack("{s:s}", "answer", answered));
  if (answered == NULL)
    print_before(json_object_get(q, "before"));
  if (zc_get_flag(q, "attached"))
    printf("  %s\n", _("its documents are attached"));
  printf("  (%s) > ", zc_get_text(q, "hint"));
  fflush(stdout);
}

#define COMMANDS                                                                       \
  N_(":back  :jump NUMBER  :todo  :na REASON  :note TEXT  :clear  :quit  ?")

static void print_basis(const dialogue *d)
{
  const json_t *q = json_array_get(d->questions, d->at), *line;
  const json_t *basis = json_object_get(q, "basis");
  size_t index;
  if (json_array_size(basis) == 0)
    printf("  %s\n", _("the plan names no basis for this item"));
  json_array_foreach(basis, index, line)
      zc_print_wrapped(stdout, json_string_value(line), 2, 88);
  printf("  %s\n", _(COMMANDS));
}

/* Keeps an answer, or says what is wrong with it. */
static zc_code keep(dialogue *d, const char *typed, bool *good)
{
  json_t *q = json_array_get(d->questions, d->at), *parsed = NULL;
  const char *item = zc_get_text(q, "id");
  json_t *entry = zc_ask_entry(item, typed), *entries = json_array();
  *good = false;
  if (entry == NULL) {
    json_decref(entries);
    zc_say_line(N_("the answer is not UTF-8 text"), NULL);
    return ZC_OK;
  }
  int bad = d->note == NULL
                ? 0
                : json_object_set_new(entry, "note",
                                      zc_json_lossy(d->note, strlen(d->note)));
  bad |= json_array_append_new(entries, entry);
  if (bad != 0) {
    json_decref(entries);
    return zc_fail_memory(d->err);
  }
  zc_code code = zc_ask_parse(d->plan, entries, &parsed, d->err);
  const json_t *result = json_array_get(parsed, 0);
  const json_t *error = json_object_get(result, "error");
  if (code == ZC_OK && error != NULL) {
    fflush(stdout);
    zc_ask_print_error(NULL, error);
  } else if (code == ZC_OK) {
    zc_workspace *w = d->plan->workspace;
    code = zc_store_answer(w->store, zc_get_text(d->plan->about, "id"), item,
                           json_object_get(result, "answer"), "prompt", w->cli->now,
                           d->err);
    if (code == ZC_OK) {
      json_object_set_new(q, "answered", zc_json_lossy(typed, strlen(typed)));
      d->kept++;
      *good = true;
      free(d->note);
      d->note = NULL;
    }
  }
  json_decref(parsed);
  return code;
}

/* Goes to another question; a note belongs to the one that it was written at. */
static void move(dialogue *d, size_t to)
{
  if (d->note != NULL && to != d->at) {
    zc_say_line(N_("the note is not kept: it needs an answer behind it"), NULL);
    free(d->note);
    d->note = NULL;
  }
  d->at = to;
}

/* :jump 7 or :jump item_id */
static void jump(dialogue *d, const char *where)
{
  char *end;
  unsigned long number = strtoul(where, &end, 10);
  size_t index;
  const json_t *q;
  if (*where != '\0' && *end == '\0' && number >= 1 &&
      number <= json_array_size(d->questions)) {
    move(d, number - 1);
    return;
  }
  json_array_foreach(d->questions, index, q)
  {
    if (strcmp(zc_get_text(q, "id"), where) == 0) {
      move(d, index);
      return;
    }
  }
  zc_say_line(N_("there is no question {word}"), json_pack("{s:s}", "word", where));
}

/* :clear — the answer is taken back, and the question asked again. */
static zc_code clear(dialogue *d)
{
  json_t *q = json_array_get(d->questions, d->at), *nothing = json_object();
  zc_workspace *w = d->plan->workspace;
  zc_code code = ZC_OK;
  if (nothing == NULL) {
    code = zc_fail_memory(d->err);
  } else if (zc_get_text(q, "answered") == NULL) {
    zc_say_line(N_("there is no answer to take back"), NULL);
  } else {
    code = zc_store_answer(w->store, zc_get_text(d->plan->about, "id"),
                           zc_get_text(q, "id"), nothing, "prompt", w->cli->now,
                           d->err);
    if (code == ZC_OK) {
      json_object_del(q, "answered");
      zc_say_line(N_("the answer is taken back: the question is open again"), NULL);
    }
  }
  json_decref(nothing);
  return code;
}

/* A line behind a colon: a command, or nothing that could be kept. */
static zc_code take_command(dialogue *d, const char *word, bool *over)
{
  size_t size = strcspn(word, " ");
  const char *rest = word + size + strspn(word + size, " ");
  char name[16];
  snprintf(name, sizeof name, "%.*s", (int)(size < sizeof name ? size : 0), word);
  if (strcmp(name, "quit") == 0) {
    *over = true;
  } else if (strcmp(name, "back") == 0) {
    move(d, d->at - (d->at > 0));
  } else if (strcmp(name, "jump") == 0) {
    jump(d, rest);
  } else if (strcmp(name, "todo") == 0) {
    move(d, d->at + 1);
  } else if (strcmp(name, "clear") == 0) {
    return clear(d);
  } else if (strcmp(name, "note") == 0) {
    free(d->note);
    d->note = strdup(rest);
    return d->note == NULL ? zc_fail_memory(d->err) : ZC_OK;
  } else {
    zc_say_line(N_("there is no command :{word}; there are:"),
                json_pack("{s:o}", "word", zc_json_lossy(word, size)));
    printf("  %s\n", _(COMMANDS));
  }
  return ZC_OK;
}

/* One line that was typed; *over ends the dialogue. A colon may be a full-width one, as
 * Chinese input methods write it. */
static zc_code take_line(dialogue *d, char *line, bool *over)
{
  bool good = false;
  line[strcspn(line, "\r\n")] = '\0';
  line += strspn(line, " ");
  size_t colon = *line == ':' ? 1 : strncmp(line, "：", 3) == 0 ? 3 : 0;
  bool reason = strncmp(line + colon, "na", 2) == 0 &&
                (line[colon + 2] == '\0' || strchr(" :", line[colon + 2]) != NULL ||
                 strncmp(line + colon + 2, "：", 3) == 0);
  if (colon > 0 && !reason)
    return take_command(d, line + colon, over);
  if (strcmp(line, "?") == 0 || strcmp(line, "？") == 0) {
    print_basis(d);
    return ZC_OK;
  }
  if (*line == '\0') {
    move(d, d->at + 1);
    return ZC_OK;
  }
  zc_code code = keep(d, line, &good);
  d->at += good;
  return code;
}

static size_t count_open(const json_t *questions)
{
  size_t open = 0, index;
  const json_t *q;
  json_array_foreach(questions, index, q) open += !zc_ask_settled(q);
  return open;
}

/* Asks from the first open question to the last one, or until the input ends. The same
 * lines work from a terminal and from a pipe. */
static zc_code prompt(zc_plan *plan, json_t *questions, zc_err *err)
{
  dialogue d = {.plan = plan, .questions = questions, .err = err};
  char *line = NULL;
  size_t room = 0;
  bool over = false;
  zc_code code = ZC_OK;
  bool all = zc_option_value(plan->workspace->cli, "all") != NULL;
  while (!all && d.at < json_array_size(questions) &&
         zc_ask_settled(json_array_get(questions, d.at)))
    d.at++;
  while (code == ZC_OK && !over && d.at < json_array_size(questions)) {
    print_question(&d);
    if (getline(&line, &room, stdin) < 0)
      break;
    code = take_line(&d, line, &over);
  }
  free(line);
  free(d.note);
  printf("\n");
  size_t open = count_open(questions), asked = json_array_size(questions);
  if (code == ZC_OK)
    zc_say_line(N_("{kept} answers kept; of {all} questions {answered} are answered, "
                   "{open} are open"),
                json_pack("{s:I, s:I, s:I, s:I}", "kept", (json_int_t)d.kept, "all",
                          (json_int_t)asked, "answered", (json_int_t)(asked - open),
                          "open", (json_int_t)open));
  return code;
}

/* ---- ITEM=VALUE -------------------------------------------------------------- */

/* An answer that would not be used is not acknowledged. */
static void print_judged(const char *place, const char *item)
{
  json_t *message = json_pack(
      "{s:s, s:{s:s}}", "text",
      N_("the item {item} is judged from the imported data: no answer is kept"), "args",
      "item", item);
  zc_ask_print_error(place, message);
  json_decref(message);
}

/* ITEM=VALUE as an entry; an item that is given twice has no one answer. */
static zc_code add_argument(json_t *entries, const char *word, zc_err *err)
{
  const char *equals = strchr(word, '=');
  char item[128];
  size_t size = equals == NULL ? 0 : (size_t)(equals - word), index;
  const json_t *other;
  if (equals == NULL || size == 0 || size >= sizeof item)
    return zc_fail(err, ZC_EUSAGE, "{word} is not of the form ITEM=VALUE", "word", word,
                   NULL);
  memcpy(item, word, size);
  item[size] = '\0';
  json_array_foreach(entries, index, other)
  {
    if (strcmp(zc_get_text(other, "item"), item) == 0)
      return zc_fail(err, ZC_EUSAGE, "the item {item} is given twice: nothing was kept",
                     "item", item, NULL);
  }
  return json_array_append_new(entries, zc_ask_entry(item, equals + 1)) != 0
             ? zc_fail(err, ZC_EDATA, "the answer is not UTF-8 text", NULL)
             : ZC_OK;
}

/* Prints what is wrong with each; returns how many are. */
static size_t print_wrong(const json_t *parsed, const json_t *judged)
{
  size_t index, errors = 0;
  const json_t *result;
  json_array_foreach(parsed, index, result)
  {
    const json_t *error = json_object_get(result, "error");
    const char *item = zc_get_text(result, "item");
    if (error != NULL)
      zc_ask_print_error(item, error);
    else if (zc_get_flag(judged, item) && !zc_ask_cleared(result))
      print_judged(item, item);
    else
      continue;
    errors++;
  }
  return errors;
}

/* How many answers were kept, taken back, and stood there already. */
static void print_kept(const json_t *entries, size_t same)
{
  size_t index, cleared = 0, all = json_array_size(entries);
  const json_t *entry;
  json_array_foreach(entries, index, entry) cleared += zc_ask_cleared(entry);
  if (all > cleared || cleared == 0 || same > 0)
    zc_say_line(same == 0 ? N_("{count} answers kept")
                          : N_("{count} answers kept, {same} unchanged"),
                json_pack("{s:I, s:I}", "count", (json_int_t)(all - cleared), "same",
                          (json_int_t)same));
  if (cleared > 0)
    zc_say_line(N_("{count} answers taken back"),
                json_pack("{s:I}", "count", (json_int_t)cleared));
}

static zc_code from_arguments(zc_plan *plan, zc_err *err)
{
  zc_cli *cli = plan->workspace->cli;
  json_t *entries = json_array(), *parsed = NULL, *judged = NULL;
  size_t errors = 0;
  zc_code code = ZC_OK;
  for (int i = 0; code == ZC_OK && i < cli->argument_count; i++)
    code = add_argument(entries, cli->arguments[i], err);
  if (code != ZC_OK) {
    json_decref(entries);
    return code;
  }
  code = zc_ask_parse(plan, entries, &parsed, err);
  if (code == ZC_OK)
    code = zc_ask_judged(plan, &judged, err);
  if (code == ZC_OK)
    errors = print_wrong(parsed, judged);
  json_decref(judged);
  if (code == ZC_OK && errors > 0)
    code = zc_fail(err, ZC_EDATA, "{count} answers are wrong: nothing was kept",
                   "count", ZC_DIGITS(errors), NULL);
  if (code == ZC_OK)
    code = zc_store_answer_all(plan->workspace->store, zc_get_text(plan->about, "id"),
                               parsed, "command", cli->now, err);
  if (code == ZC_OK)
    print_kept(parsed, 0);
  json_decref(parsed);
  return code;
}

/* ---- --file ------------------------------------------------------------------ */

/* An answer that differs from one given before is not overwritten silently. One that is
 * taken back in so many words is. */
static bool conflicts(const json_t *known, const json_t *entry)
{
  static const char *const decisive[] = {"value", "na"};
  const json_t *before = json_object_get(known, zc_get_text(entry, "item"));
  const json_t *answer = json_object_get(entry, "answer");
  if (zc_ask_cleared(entry))
    return false;
  for (size_t i = 0; before != NULL && i < 2; i++) {
    const json_t *old = json_object_get(before, decisive[i]);
    const json_t *new = json_object_get(answer, decisive[i]);
    if (old != new && (old == NULL || new == NULL || !json_equal(old, new)))
      return true;
  }
  return false;
}

static void print_conflict(const char *place, const json_t *entry)
{
  const char *before = zc_get_text(entry, "before"); /* NULL: to another question */
  json_t *message =
      json_pack("{s:s, s:{s:s, s:s, s:s}}", "text",
                before == NULL
                    ? N_("{item} was answered differently before")
                    : N_("{item} was answered {before} before, the file has {now}"),
                "args", "item", zc_get_text(entry, "item"), "before",
                zc_text_or(before, ""), "now", zc_text_of(entry, "shown"));
  zc_ask_print_error(place, message);
  json_decref(message);
}

/* Who replaces answers by a sheet may take its blank cells for answers, too. */
static void warn_of_blanks(const json_t *known, const json_t *blanks)
{
  size_t index;
  const json_t *blank;
  json_array_foreach(blanks, index, blank)
  {
    const char *item = zc_get_text(blank, "item");
    if (json_object_get(known, item) == NULL)
      continue;
    json_t *message =
        json_pack("{s:s, s:{s:s}, s:s}", "text",
                  N_("warning: {item} is blank here, its earlier answer stands"),
                  "args", "item", item, "hint",
                  N_("to take the answer back, write :clear"));
    zc_ask_print_error(zc_get_text(blank, "place"), message);
    json_decref(message);
  }
}

typedef struct {
  json_t *taken;
  size_t errors, conflicts, same;
} sorted;

/* Errors, conflicts, and what is to be kept. A sheet may be older than the import of a
 * table: what is judged from data since is passed over and told. */
static zc_code sort_entries(zc_plan *plan, const json_t *parsed,
                            const zc_answer_sheet *sheet, sorted *s, zc_err *err)
{
  zc_cli *cli = plan->workspace->cli;
  json_t *known = NULL, *judged = NULL;
  size_t index;
  json_t *entry;
  bool replace = zc_option_value(cli, "replace") != NULL;
  zc_code code = zc_store_answers(plan->workspace->store,
                                  zc_get_text(plan->about, "id"), &known, err);
  if (code == ZC_OK)
    code = zc_ask_judged(plan, &judged, err);
  json_array_foreach(parsed, index, entry)
  {
    if (code != ZC_OK)
      break;
    const json_t *at = json_array_get(sheet->places, index);
    const char *place = zc_get_text(at, "place"), *item = zc_get_text(entry, "item");
    const json_t *error = json_object_get(at, "error");
    const json_t *before = json_object_get(known, item);
    if (error == NULL)
      error = json_object_get(entry, "error");
    if (error != NULL) {
      zc_ask_print_error(place, error);
      s->errors++;
    } else if (zc_get_flag(judged, item) && !zc_ask_cleared(entry)) {
      print_judged(place, item);
    } else if (conflicts(known, entry) && !replace) {
      print_conflict(place, entry);
      s->conflicts++;
    } else if (before == NULL ? zc_ask_cleared(entry)
                              : json_equal(before, json_object_get(entry, "answer"))) {
      s->same++;
    } else if (json_array_append(s->taken, entry) != 0) {
      code = zc_fail_memory(err);
    }
  }
  if (code == ZC_OK && replace)
    warn_of_blanks(known, sheet->blanks);
  json_decref(judged);
  json_decref(known);
  return code;
}

static zc_code from_file(zc_plan *plan, const char *file, zc_err *err)
{
  zc_workspace *w = plan->workspace;
  json_t *parsed = NULL;
  zc_answer_sheet sheet;
  sorted s = {.taken = json_array()};
  zc_code code = zc_answer_sheet_read(file, &sheet, err);
  if (code == ZC_OK)
    code = zc_ask_parse(plan, json_incref(sheet.entries), &parsed, err);
  if (code == ZC_OK)
    code = s.taken == NULL ? zc_fail_memory(err)
                           : sort_entries(plan, parsed, &sheet, &s, err);
  if (code == ZC_OK && s.errors > 0)
    code = zc_fail(err, ZC_EDATA, "{count} answers are wrong: nothing was kept",
                   "count", ZC_DIGITS(s.errors), NULL);
  if (code == ZC_OK)
    code = zc_store_answer_all(w->store, zc_get_text(plan->about, "id"), s.taken, file,
                               w->cli->now, err);
  if (code == ZC_OK)
    print_kept(s.taken, s.same);
  if (code == ZC_OK && s.conflicts > 0)
    code = zc_fail(
        err, ZC_EDATA,
        "{count} answers differ from earlier ones, which stand; --replace takes "
        "those of the file",
        "count", ZC_DIGITS(s.conflicts), NULL);
  json_decref(parsed);
  zc_answer_sheet_free(&sheet);
  json_decref(s.taken);
  return code;
}

/* ---- the command ------------------------------------------------------------- */

static zc_code answer(zc_plan *plan, void *unused, zc_err *err)
{
  (void)unused;
  zc_cli *cli = plan->workspace->cli;
  const char *file = zc_option_value(cli, "file");
  json_t *questions = NULL;
  if (file != NULL && cli->argument_count > 0)
    return zc_fail(err, ZC_EUSAGE,
                   "give either --file or ITEM=VALUE: {word} stands beside a file",
                   "word", cli->arguments[0], NULL);
  if (file != NULL)
    return from_file(plan, file, err);
  if (cli->argument_count > 0)
    return from_arguments(plan, err);
  zc_code code = zc_ask_questions(plan, &questions, err);
  if (code == ZC_OK)
    code = prompt(plan, questions, err);
  json_decref(questions);
  return code;
}

int zc_command_answer(zc_cli *cli)
{
  zc_err err;
  return zc_exit(zc_plan_with_one(cli, answer, NULL, &err), &err);
}
