/* collect --paper, collect paper-form: facilities without zicha, whose reports people write down. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"
#include "cli/collect_paper.h"
#include "cli/commands.h"
#include "cli/list.h"
#include "cli/message.h"
#include "cli/paper_list.h"
#include "office/reading.h"

typedef struct {
  zc_office *office;
  const char *plan;
  char digest[ZC_HASH_ROOM];
  zc_paper_list list;
  json_t *facilities; /* code → facility. Owned */
  zc_paper_read read;
  zc_known known;
  json_t *told; /* [[code, name, class]] for the event. Owned */
} writing;

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

/* ---- who ------------------------------------------------------------------------------------ */

static zc_code read_facilities(zc_office *office, const char *plan, json_t **by_code,
                               json_t **list, zc_err *err)
{
  size_t index;
  json_t *one;
  int bad = 0;
  *by_code = json_object();
  zc_code code = zc_roster(office->workspace.store, plan, list, err);
  json_array_foreach(*list, index, one)
  {
    if (strcmp(text_of(one, "class"), ZC_OFFICE_CLASS) != 0)
      bad |= json_object_set(*by_code, text_of(one, "code"), one);
  }
  return code == ZC_OK && (bad != 0 || *by_code == NULL) ? zc_fail_memory(err) : code;
}

static zc_code find_checklist(const zc_office *office, const char *plan,
                              const json_t **checklist, zc_err *err)
{
  *checklist = zc_paper_checklist(office->checklists, plan);
  return *checklist != NULL
             ? ZC_OK
             : zc_fail(err, ZC_EDATA, "nothing is known of the plan {plan} yet", "plan",
                       plan, NULL);
}

/* ---- writing it down -------------------------------------------------------------------------- */

static zc_code put_records(zc_store *store, void *context, zc_err *err)
{
  writing *w = context;
  size_t index;
  json_t *record;
  zc_code code = ZC_OK;
  json_array_foreach(w->read.records, index, record)
  {
    zc_facts facts;
    if (code != ZC_OK)
      continue;
    code = zc_paper_facts(&w->list, record, &w->known, &facts, err);
    if (code == ZC_OK) {
      code = zc_collected_keep(store, &facts, err);
      zc_facts_free(&facts);
    }
  }
  return code;
}

/* The list as it was handed in. */
static zc_code keep_original(writing *w, const zc_buffer *original, zc_err *err)
{
  char path[ZC_INBOX_PATH], folder[16];
  int inbox, below = -1;
  zc_code code = zc_folder_open_beneath(w->office->workspace.fd, "inbox", true, &inbox,
                                        err);
  if (code != ZC_OK)
    return code;
  snprintf(folder, sizeof folder, "sha256/%.2s", w->digest);
  zc_inbox_path(w->digest, "paper", path);
  code = zc_folder_open_beneath(inbox, folder, true, &below, err);
  if (code == ZC_OK)
    code = zc_place_file(inbox, path, original->data, original->size, 0400, err);
  if (code == ZC_OK)
    code = zc_place_flush(inbox, "inbox", err);
  if (below >= 0)
    close(below);
  close(inbox);
  return code;
}

static zc_code tell_event(writing *w, zc_err *err)
{
  size_t index;
  const json_t *record;
  int bad = (w->told = json_array()) == NULL;
  json_array_foreach(w->read.records, index, record)
  {
    const json_t *facility = json_object_get(record, "facility");
    bad |= json_array_append_new(w->told,
                                 json_pack("[O, O, O]",
                                           json_object_get(facility, "code"),
                                           json_object_get(facility, "name"),
                                           json_object_get(facility, "class")));
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code keep(writing *w, const zc_buffer *original, zc_err *err)
{
  zc_code code = zc_known_make(w->office->checklists, w->office->lines, &w->known, err);
  if (code != ZC_OK)
    return code;
  code = keep_original(w, original, err);
  if (code == ZC_OK)
    code = tell_event(w, err);
  if (code == ZC_OK)
    code = zc_office_record(w->office, "collect_paper",
                            json_pack("{s:s, s:s, s:s, s:O, s:s, s:O}", "received",
                                      w->list.received, "list", w->digest, "plan",
                                      w->plan, "checklist",
                                      json_object_get(w->list.checklist, "hash"),
                                      "name", w->list.name, "facilities", w->told),
                            put_records, w, err);
  zc_known_free(&w->known);
  return code;
}

/* ---- reading ------------------------------------------------------------------------------------ */

static zc_code read_list(writing *w, zc_buffer *original, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_file_read(w->list.file, ZC_PAPER_LIST_LIMIT, original, err);
  if (code == ZC_OK)
    code = zc_list_load(w->list.file, ZC_PAPER_LIST_LIMIT, &text, w->digest, err);
  w->list.digest = w->digest;
  if (code == ZC_OK)
    code = zc_paper_list_read(&w->list, &text, &w->read, err);
  zc_buffer_free(&text);
  if (code == ZC_OK && w->read.wrong > 0)
    code = zc_fail(err, ZC_EDATA, "{file} has {count} mistakes: nothing was taken in",
                   "file", w->list.file, "count", ZC_DIGITS(w->read.wrong), NULL);
  if (code == ZC_OK && json_array_size(w->read.records) == 0)
    code = zc_fail(err, ZC_EDATA, "{file} has no facility in it", "file", w->list.file,
                   NULL);
  return code;
}

/* Those whose own reports count instead. */
static zc_code count_beaten(void *context, const json_t *file, zc_err *err)
{
  (void)err;
  if (strcmp(text_of(file, "kind"), "paper") != 0 ||
      zc_get_integer(file, "counts", 0) != 0)
    return ZC_OK;
  json_t *told = ((json_t **)context)[0];
  const json_t *known = ((json_t **)context)[1];
  const json_t *record;
  size_t index;
  json_array_foreach(known, index, record)
  {
    const json_t *facility = json_object_get(record, "facility");
    if (strcmp(text_of(facility, "code"), text_of(file, "facility")) == 0 &&
        strcmp(text_of(record, "today"), text_of(file, "day")) == 0)
      json_array_append(told, (json_t *)file);
  }
  return ZC_OK;
}

static zc_code tell_beaten(const writing *w, zc_err *err)
{
  size_t index;
  const json_t *file;
  json_t *told = json_array();
  void *context[] = {told, w->read.records};
  const zc_filed_filter filter = {.plan = w->plan};
  zc_code code = told == NULL ? zc_fail_memory(err)
                              : zc_standing_list(w->office->workspace.store, &filter,
                                                 count_beaten, context, err);
  json_array_foreach(told, index, file)
      zc_say_line(N_("  {title} ({facility}) of {day} does not count: {state}"),
                  json_pack("{s:O, s:O, s:O, s:s}", "title",
                            json_object_get(file, "title"), "facility",
                            json_object_get(file, "facility"), "day",
                            json_object_get(file, "day"), "state",
                            zc_office_state(text_of(file, "state"))));
  json_decref(told);
  return code;
}

static zc_code take(writing *w, zc_err *err)
{
  size_t changed = 0;
  json_t *seen = NULL;
  zc_buffer original = {0};
  zc_code code = read_list(w, &original, err);
  if (code == ZC_OK)
    code = zc_collected_files(w->office->workspace.store, &seen, err);
  bool known = json_object_get(seen, w->digest) != NULL;
  if (code == ZC_OK && known)
    zc_say_line(N_("{file} was taken in before: nothing has changed"),
                json_pack("{s:s}", "file", w->list.file));
  if (code == ZC_OK && !known)
    code = keep(w, &original, err);
  if (code == ZC_OK && !known)
    code = zc_office_decide(w->office, &changed, err);
  if (code == ZC_OK && !known) {
    zc_say_line(N_("{count} facilities were written down from {file} (手工)"),
                json_pack("{s:I, s:s}", "count",
                          (json_int_t)json_array_size(w->read.records), "file",
                          w->list.file));
    code = tell_beaten(w, err);
  }
  zc_buffer_free(&original);
  json_decref(seen);
  return code;
}

zc_code zc_collect_paper(zc_office *office, const char *file, const char *received,
                         zc_err *err)
{
  json_t *list = NULL;
  const char *slash = strrchr(file, '/');
  json_t *name = zc_json_lossy(slash == NULL ? file : slash + 1,
                               strlen(slash == NULL ? file : slash + 1));
  writing w = {.office = office,
               .list = {.file = file,
                        .name = zc_text_or(json_string_value(name), ""),
                        .received = received,
                        .late_days = office->late_days}};
  zc_code code = name == NULL ? zc_fail_memory(err)
                              : zc_office_plan(office, &w.plan, err);
  if (code == ZC_OK && zc_option_value(office->workspace.cli, "round") != NULL)
    code = zc_office_round(office, w.plan, &w.list.round, err);
  if (code == ZC_OK)
    code = find_checklist(office, w.plan, &w.list.checklist, err);
  if (code == ZC_OK)
    code = read_facilities(office, w.plan, &w.facilities, &list, err);
  w.list.facilities = w.facilities;
  if (code == ZC_OK)
    code = take(&w, err);
  zc_paper_read_free(&w.read);
  json_decref(list);
  json_decref(w.facilities);
  json_decref(w.told);
  json_decref(name);
  return code;
}

/* ---- collect paper-form ----------------------------------------------------------------------------- */

static zc_code choose(const zc_cli *cli, const json_t *by_code, const json_t *list,
                      json_t *chosen, zc_err *err)
{
  size_t index, at;
  const json_t *wanted;
  json_t *one;
  zc_code code = ZC_OK;
  json_array_foreach(zc_option_values(cli, "facility"), index, wanted)
  {
    const char *word = json_string_value(wanted);
    one = json_object_get(by_code, word);
    if (strcmp(word, "all") == 0) {
      json_array_foreach((json_t *)list, at, one)
      {
        if (zc_get_integer(one, "expected", 1) != 0 &&
            json_object_get(by_code, text_of(one, "code")) != NULL)
          json_array_append(chosen, one);
      }
    } else if (one == NULL && code == ZC_OK) {
      code = zc_fail(err, ZC_EDATA,
                     "the roster has no facility {code}; `zicha roster list` tells all",
                     "code", word, NULL);
    } else if (one != NULL) {
      json_array_append(chosen, one);
    }
  }
  return code;
}

static zc_code print_form(zc_office *office, zc_err *err)
{
  const char *plan;
  const json_t *checklist;
  json_t *by_code = NULL, *list = NULL, *chosen = json_array();
  zc_buffer text = {0};
  zc_code code = chosen == NULL ? zc_fail_memory(err)
                                : zc_office_plan(office, &plan, err);
  if (code == ZC_OK)
    code = find_checklist(office, plan, &checklist, err);
  if (code == ZC_OK)
    code = read_facilities(office, plan, &by_code, &list, err);
  if (code == ZC_OK)
    code = choose(office->workspace.cli, by_code, list, chosen, err);
  if (code == ZC_OK)
    code = zc_paper_form(checklist, chosen, &text, err);
  if (code == ZC_OK)
    fwrite(text.data, 1, text.size, stdout);
  zc_buffer_free(&text);
  json_decref(by_code);
  json_decref(list);
  json_decref(chosen);
  return code;
}

int zc_command_collect_paper_form(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  zc_code code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = print_form(&office, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
