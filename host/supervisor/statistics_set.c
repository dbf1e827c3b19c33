/* statistics set: figures that no report and no register tells, entered by people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "facility/ledger.h"
#include "office/amount.h"
#include "supervisor/commands.h"
#include "supervisor/counting.h"

/* ---- ROW[:CLASS]=VALUE ---------------------------------------------------------------- */

static bool is_class(const zc_counting *c, const char *class)
{
  for (size_t i = 0; i < c->counts.count; i++)
    if (strcmp(c->counts.groups[i].of.title, class) == 0)
      return true;
  return false;
}

/* A number as it is written, or nothing to take it back. */
static bool is_value(const char *value)
{
  return *value == '\0' || zc_decimal_is(value);
}

static zc_code check_row(const zc_counting *c, const char *id, zc_err *err)
{
  const json_t *row = zc_counting_row(c, id), *one;
  size_t index;
  zc_buffer known = {0};
  if (row != NULL && zc_get_flag(row, "open"))
    return ZC_OK;
  json_array_foreach(json_object_get(c->table, "rows"), index, one)
  {
    if (zc_get_flag(one, "open"))
      zc_buffer_print(&known, "%s%s", known.size == 0 ? "" : " ",
                      zc_text_of(one, "id"));
  }
  zc_code code = zc_fail(
      err, ZC_EUSAGE,
      row == NULL
          ? N_("the plan's table has no row {row}; these can be entered: {list}")
          : N_("{row} is computed, nobody enters it; these can be entered: {list}"),
      "row", id, "list", zc_text_or(known.data, "—"), NULL);
  zc_buffer_free(&known);
  return code;
}

/* ---- what a unit admits ------------------------------------------------------------------ */

#define DIGITS_MOST 12
#define PLACES_MOST 2

/* Units of what is counted one by one (domain rule: 家, 户次, 人, 个, 起, 件, 份, 条 …). */
static bool is_counted(const char *unit)
{
  static const char *const units[] = {"家", "户", "户次", "家次", "人", "人次",
                                      "名", "个", "条",   "起",   "件", "份",
                                      "次", "例", "例次", "项",   "场", "场次",
                                      "期", "张", "篇",   "本",   "所", "台",
                                      "册", "宗", "批",   "批次", "处", "间",
                                      "天", NULL};
  for (size_t i = 0; units[i] != NULL; i++)
    if (strcmp(units[i], unit) == 0)
      return true;
  return false;
}

static zc_code check_value(const char *row, const char *unit, const char *value,
                           zc_err *err)
{
  size_t whole = strspn(value, "0123456789");
  size_t places = value[whole] == '.' ? strlen(value + whole + 1) : 0;
  const char *text =
      *value == '-'         ? N_("{row}: {value} is below 0")
      : whole > DIGITS_MOST ? N_("{row}: {value} has more than twelve "
                                 "digits: look whether one is too many")
      : strcmp(unit, "%") == 0 && strtod(value, NULL) > 100
          ? N_("{row}: {value} is more than 100 %")
      : places > 0 && is_counted(unit)
          ? N_("{row}: {value} is no whole number, and it counts in {unit}")
      : places > PLACES_MOST ? N_("{row}: {value} has more than two decimals")
                             : NULL;
  return text == NULL ? ZC_OK
                      : zc_fail(err, ZC_EUSAGE, text, "row", row, "value", value,
                                "unit", unit, NULL);
}

static bool same_place(const json_t *a, const json_t *b)
{
  return strcmp(zc_text_of(a, "row"), zc_text_of(b, "row")) == 0 &&
         strcmp(zc_text_of(a, "class"), zc_text_of(b, "class")) == 0;
}

static zc_code add_figure(json_t *figures, json_t *figure, const char *word,
                          zc_err *err)
{
  size_t index;
  const json_t *one;
  bool twice = false;
  json_array_foreach(figures, index, one) twice |= same_place(one, figure);
  if (!twice)
    return json_array_append_new(figures, figure) == 0 ? ZC_OK : zc_fail_memory(err);
  json_decref(figure);
  return zc_fail(err, ZC_EUSAGE,
                 "{word}: this figure stands in the command twice; leave one out",
                 "word", word, NULL);
}

/* ---- reading ----------------------------------------------------------------------------- */

static zc_code read_figure(const zc_counting *c, const char *word, json_t *figures,
                           zc_err *err)
{
  const char *equals = strchr(word, '='), *colon = strchr(word, ':');
  if (equals == NULL || equals == word)
    return zc_fail(err, ZC_EUSAGE, "{word} is not ROW=VALUE or ROW:CLASS=VALUE", "word",
                   word, NULL);
  bool classed = colon != NULL && colon < equals;
  char *row = strndup(word, (size_t)((classed ? colon : equals) - word));
  char *class = classed ? strndup(colon + 1, (size_t)(equals - colon - 1)) : strdup("");
  zc_code code = row == NULL || class == NULL ? zc_fail_memory(err)
                                              : check_row(c, row, err);
  if (code == ZC_OK && classed && !is_class(c, class))
    code = zc_fail(err, ZC_EUSAGE, "the roster has no facility of the class {class}",
                   "class", class, NULL);
  if (code == ZC_OK && !is_value(equals + 1))
    code = zc_fail(err, ZC_EUSAGE, "{value} is no number, such as 12 or 454.70",
                   "value", equals + 1, NULL);
  if (code == ZC_OK)
    code = check_value(row, zc_text_of(zc_counting_row(c, row), "unit"), equals + 1,
                       err);
  if (code == ZC_OK)
    code = add_figure(figures,
                      json_pack("{s:s, s:s, s:s}", "row", row, "class", class, "value",
                                equals + 1),
                      word, err);
  free(row);
  free(class);
  return code;
}

/* ---- what stands afterwards ------------------------------------------------------------ */

static json_t *after_of(const zc_counting *c, const json_t *figures)
{
  size_t i, k;
  const json_t *one;
  json_t *after = json_array(), *known;
  json_array_foreach(c->manual, i, known)
  {
    bool replaced = false;
    json_array_foreach(figures, k, one) replaced |= same_place(one, known);
    if (!replaced)
      json_array_append(after, known);
  }
  json_array_extend(after, (json_t *)figures);
  return after;
}

/* A total beside its parts would be two statements of one figure. */
static zc_code check_total(const json_t *after, const char *row, zc_err *err)
{
  size_t index;
  const json_t *one;
  bool total = false, parts = false;
  json_array_foreach(after, index, one)
  {
    if (strcmp(zc_text_of(one, "row"), row) != 0 || *zc_text_of(one, "value") == '\0')
      continue;
    total |= *zc_text_of(one, "class") == '\0';
    parts |= *zc_text_of(one, "class") != '\0';
  }
  return !total || !parts
             ? ZC_OK
             : zc_fail(
                   err, ZC_EUSAGE,
                   "{row} has a total and figures of classes: enter one or the other; "
                   "{row}= takes the total back",
                   "row", row, NULL);
}

static zc_code check_totals(const zc_counting *c, const json_t *figures, zc_err *err)
{
  size_t index;
  const json_t *one;
  json_t *after = after_of(c, figures);
  zc_code code = after == NULL ? zc_fail_memory(err) : ZC_OK;
  json_array_foreach(figures, index, one)
  {
    if (code == ZC_OK)
      code = check_total(after, zc_text_of(one, "row"), err);
  }
  json_decref(after);
  return code;
}

/* ---- the command ------------------------------------------------------------------------ */

/* Leaves those that stand so already, or are taken back and never stood. */
static int keep_changes(const zc_counting *c, json_t *figures)
{
  int bad = 0;
  size_t index;
  const json_t *known;
  for (size_t i = json_array_size(figures); i-- > 0;) {
    const json_t *one = json_array_get(figures, i);
    const char *was = "";
    json_array_foreach(c->manual, index, known)
    {
      if (same_place(one, known))
        was = zc_text_of(known, "value");
    }
    if (strcmp(was, zc_text_of(one, "value")) == 0)
      bad |= json_array_remove(figures, i);
  }
  return bad;
}

static void tell(const zc_counting *c, const json_t *figures)
{
  static const char *const texts[] =
      {N_("{count} figures of the round {round} are entered by hand, by {by}"),
       N_("{count} figures of the round {round} that were entered by hand are taken "
          "back, "
          "by {by}")};
  size_t index, counts[2] = {0};
  const json_t *one;
  json_array_foreach(figures, index, one) counts[*zc_text_of(one, "value") == '\0']++;
  for (size_t i = 0; i < 2; i++)
    if (counts[i] > 0)
      zc_say_line(texts[i], json_pack("{s:I, s:s, s:s}", "count", (json_int_t)counts[i],
                                      "round", zc_text_of(c->span.round, "id"), "by",
                                      zc_ledger_actor(c->office.workspace.cli)));
}

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  return zc_manual_put(store, context, err);
}

static zc_code keep(zc_counting *c, json_t *figures, zc_err *err)
{
  const zc_cli *cli = c->office.workspace.cli;
  json_t *body = json_pack("{s:s, s:s, s:O, s:s, s:s, s:s}", "plan", c->id, "round",
                           zc_text_of(c->span.round, "id"), "figures", figures, "day",
                           cli->today, "by", zc_ledger_actor(cli), "reason",
                           zc_text_or(zc_option_value(cli, "reason"), ""));
  zc_code code = zc_office_record(&c->office, "statistics_set", json_incref(body), put,
                                  body, err);
  json_decref(body);
  if (code == ZC_OK)
    tell(c, figures);
  return code;
}

static zc_code set_figures(zc_counting *c, zc_err *err)
{
  const zc_cli *cli = c->office.workspace.cli;
  json_t *figures = json_array();
  zc_code code = figures == NULL ? zc_fail_memory(err) : ZC_OK;
  for (int i = 0; code == ZC_OK && i < cli->argument_count; i++)
    code = read_figure(c, cli->arguments[i], figures, err);
  if (code == ZC_OK)
    code = check_totals(c, figures, err);
  if (code == ZC_OK && keep_changes(c, figures) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK && json_array_size(figures) == 0)
    zc_say_line(N_("these figures are what they were: nothing was written"), NULL);
  else if (code == ZC_OK)
    code = keep(c, figures, err);
  json_decref(figures);
  return code;
}

int zc_command_statistics_set(zc_cli *cli)
{
  zc_err err;
  zc_counting c;
  zc_code code = zc_office_check_actor(cli, &err);
  if (code == ZC_OK)
    code = zc_counting_open(cli, &(zc_counting_wish){.by = ZC_COUNT_CLASS}, &c, &err);
  if (code == ZC_OK) {
    code = set_figures(&c, &err);
    zc_counting_close(&c);
  }
  return zc_exit(code, &err);
}
