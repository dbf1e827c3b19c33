/* collect received: the day on which files were here was noted wrongly, as after a mistyped --received; a
 * person corrects it, with a reason that stays in the events. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/message.h"
#include "store/received.h"
#include "supervisor/commands.h"
#include "supervisor/office.h"

typedef struct {
  zc_office *office;
  const char *day, *reason;
  zc_filed_list list;
  json_t *files;  /* [[file, day before]]. Owned */
  json_t *chosen; /* {file: true}. Owned */
  json_t *before; /* {day before: true}. Owned */
  zc_err *err;
} correcting;

/* ---- which files ------------------------------------------------------------------------ */

/* What stands in the report of another office has the day on which it was there. */
static bool is_own(const zc_filed *f)
{
  return *f->via == '\0';
}

static zc_code choose(correcting *c, const zc_filed *f)
{
  int bad = 0;
  if (json_object_get(c->chosen, f->file) != NULL || strcmp(f->received, c->day) == 0)
    return ZC_OK;
  bad |= json_object_set_new(c->chosen, f->file, json_true());
  bad |= json_object_set_new(c->before, f->received, json_true());
  bad |= json_array_append_new(c->files, json_pack("[s, s]", f->file, f->received));
  return bad == 0 ? ZC_OK : zc_fail_memory(c->err);
}

static zc_code choose_day(correcting *c, const char *from)
{
  size_t found = 0;
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < c->list.count; i++) {
    const zc_filed *f = &c->list.files[i];
    if (!is_own(f) || strcmp(f->received, from) != 0)
      continue;
    code = choose(c, f);
    found++;
  }
  return code != ZC_OK || found > 0
             ? code
             : zc_fail(c->err, ZC_EUSAGE,
                       "no file is noted as received on {day}; `zicha collect list "
                       "--all` tells the days",
                       "day", from, NULL);
}

static zc_code choose_file(correcting *c, const char *prefix)
{
  size_t found = 0, at = 0;
  for (size_t i = 0; i < c->list.count; i++)
    if (is_own(&c->list.files[i]) &&
        strncmp(c->list.files[i].file, prefix, strlen(prefix)) == 0) {
      at = i;
      found++;
    }
  return found == 1
             ? choose(c, &c->list.files[at])
             : zc_fail(c->err, ZC_EUSAGE,
                       found == 0
                           ? N_("no file begins with {value}; `zicha collect list` "
                                "tells the beginnings of their hashes")
                           : "several files begin with {value}: give more of its hash",
                       "value", prefix, NULL);
}

static zc_code choose_all(correcting *c)
{
  const zc_cli *cli = c->office->workspace.cli;
  const char *from = zc_option_value(cli, "from");
  zc_code code = zc_filed_read(c->office->workspace.store, &c->list, c->err);
  if (code == ZC_OK && from != NULL)
    code = choose_day(c, from);
  for (int i = 1; code == ZC_OK && i < cli->argument_count; i++)
    code = choose_file(c, cli->arguments[i]);
  return code;
}

/* ---- writing ---------------------------------------------------------------------------- */

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  const correcting *c = context;
  size_t index;
  const json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(c->files, index, one)
  {
    if (code == ZC_OK)
      code = zc_received_put(store, json_string_value(json_array_get(one, 0)), c->day,
                             err);
  }
  return code;
}

/* ---- telling ---------------------------------------------------------------------------- */

static size_t count_refused(const correcting *c)
{
  size_t count = 0;
  for (size_t i = 0; i < c->list.count; i++)
    count += !c->list.files[i].counts &&
             json_object_get(c->chosen, c->list.files[i].file) != NULL;
  return count;
}

/* Those whose receipt tells the day that was wrong. */
static zc_code count_answered(const correcting *c, size_t *count)
{
  json_t *receipts = NULL, *unused;
  const char *file;
  zc_code code = zc_receipts(c->office->workspace.store, &receipts, c->err);
  *count = 0;
  json_object_foreach(c->chosen, file, unused) *count += json_object_get(receipts,
                                                                         file) != NULL;
  json_decref(receipts);
  return code;
}

static zc_code tell(correcting *c, size_t changed)
{
  zc_buffer days = {0};
  const char *day;
  json_t *unused;
  size_t answered;
  json_object_foreach(c->before, day, unused)
      zc_buffer_print(&days, "%s%s", days.size == 0 ? "" : "、", day);
  zc_code code = zc_buffer_check(&days, c->err);
  if (code == ZC_OK)
    code = count_answered(c, &answered);
  zc_filed_free(&c->list);
  if (code == ZC_OK)
    code = zc_filed_read(c->office->workspace.store, &c->list, c->err);
  if (code == ZC_OK) {
    zc_say_line(
        N_("{count} files are noted as received on {day} now, before on {list}"),
        json_pack("{s:I, s:s, s:s}", "count", (json_int_t)json_array_size(c->files),
                  "day", c->day, "list", zc_text_or(days.data, "")));
    zc_say_line(N_("{count} files have another state than before, or their first one"),
                json_pack("{s:I}", "count", (json_int_t)changed));
    size_t refused = count_refused(c);
    if (refused > 0)
      zc_say_line(N_("{count} of them do not count: `zicha collect list` tells why"),
                  json_pack("{s:I}", "count", (json_int_t)refused));
    if (answered > 0)
      zc_say_line(N_("{count} of them have a receipt that tells the day before: "
                     "`zicha collect receipts --again` writes it anew"),
                  json_pack("{s:I}", "count", (json_int_t)answered));
  }
  zc_buffer_free(&days);
  return code;
}

static zc_code correct(correcting *c)
{
  size_t changed = 0;
  zc_code code = choose_all(c);
  if (code == ZC_OK && json_array_size(c->files) == 0) {
    zc_say_line(N_("noted as received on {day} already: nothing was written"),
                json_pack("{s:s}", "day", c->day));
    return ZC_OK;
  }
  if (code == ZC_OK)
    code = zc_office_record(c->office, "collect_received",
                            json_pack("{s:s, s:s, s:O}", "received", c->day, "reason",
                                      c->reason, "files", c->files),
                            put, c, c->err);
  if (code == ZC_OK)
    code = zc_office_decide(c->office, &changed, c->err);
  return code == ZC_OK ? tell(c, changed) : code;
}

/* ---- the command ------------------------------------------------------------------------ */

static bool is_day(const char *text)
{
  int32_t day;
  return strlen(text) == 10 && zc_day_parse(text, 10, &day);
}

static zc_code check_usage(const zc_cli *cli, zc_err *err)
{
  const char *day = cli->arguments[0], *from = zc_option_value(cli, "from");
  if (!is_day(day) || strcmp(day, cli->today) > 0)
    return zc_fail(err, ZC_EUSAGE, "{value} is no day up to today, such as 2026-01-31",
                   "value", day, NULL);
  if (from != NULL && !is_day(from))
    return zc_fail(err, ZC_EUSAGE, "--{name} {value} is no day; write it as 2026-12-31",
                   "name", "from", "value", from, NULL);
  if ((from != NULL) == (cli->argument_count > 1))
    return zc_fail(err, ZC_EUSAGE,
                   "say which files it is about: their hashes, or --from DAY for all "
                   "that are noted as received on that day",
                   NULL);
  return zc_office_check_actor(cli, err);
}

int zc_command_collect_received(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  correcting c = {.office = &office,
                  .files = json_array(),
                  .chosen = json_object(),
                  .before = json_object(),
                  .err = &err};
  bool memory = c.files == NULL || c.chosen == NULL || c.before == NULL;
  zc_code code = memory ? zc_fail_memory(&err) : check_usage(cli, &err);
  if (code == ZC_OK)
    code = zc_office_reason(cli, N_("say why the day is another one: --reason TEXT"),
                            &c.reason, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    c.day = cli->arguments[0];
    code = correct(&c);
    zc_filed_free(&c.list);
    zc_office_close(&office);
  }
  json_decref(c.files);
  json_decref(c.chosen);
  json_decref(c.before);
  return zc_exit(code, &err);
}
