/* collect --paper, collect paper-form: facilities without zicha, whose reports people write down. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"
#include "cli/list.h"
#include "cli/message.h"
#include "office/reading.h"
#include "supervisor/collect_paper.h"
#include "supervisor/commands.h"
#include "supervisor/paper_list.h"

typedef struct {
  zc_office *office;
  const char *plan;
  char digest[ZC_HASH_ROOM];
  zc_paper_list list;
  json_t *facilities; /* code → facility. Owned */
  zc_paper_read read;
  zc_known known;
  json_t *told;            /* [[code, name, class]] for the event. Owned */
  char noted[ZC_DAY_ROOM]; /* the day that a known list is noted as received on */
} writing;

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
    if (strcmp(zc_text_of(one, "class"), ZC_OFFICE_CLASS) != 0)
      bad |= json_object_set(*by_code, zc_text_of(one, "code"), one);
  }
  return code == ZC_OK && (bad != 0 || *by_code == NULL) ? zc_fail_memory(err) : code;
}

static zc_code find_checklist(const zc_office *office, const char *plan,
                              const json_t **checklist, zc_err *err)
{
  *checklist = zc_paper_checklist(office->checklists, plan);
  return *checklist != NULL ? ZC_OK
                            : zc_fail(err, ZC_EDATA,
                                      "nothing is known of the plan {plan} yet: take "
                                      "it into use with `zicha plan use`",
                                      "plan", plan, NULL);
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
static zc_code keep_original(const writing *w, const zc_buffer *original, zc_err *err)
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
  json_t *sums = NULL;
  zc_code code = zc_known_make(w->office->checklists, w->office->lines, &w->known, err);
  if (code != ZC_OK)
    return code;
  code = keep_original(w, original, err);
  if (code == ZC_OK)
    code = tell_event(w, err);
  if (code == ZC_OK)
    code = zc_office_checklist_sums(w->office, &sums, err);
  if (code == ZC_OK)
    code = zc_office_record(w->office, "collect_paper",
                            json_pack("{s:s, s:s, s:s, s:O, s:s, s:O, s:s, s:I, s:O}",
                                      "received", w->list.received, "list", w->digest,
                                      "plan", w->plan, "checklist",
                                      json_object_get(w->list.checklist, "hash"),
                                      "name", w->list.name, "facilities", w->told,
                                      "round", w->list.round_id, "repeat",
                                      (json_int_t)w->list.repeat, "checklists", sums),
                            put_records, w, err);
  json_decref(sums);
  zc_known_free(&w->known);
  return code;
}

/* ---- reading ------------------------------------------------------------------------------------ */

static zc_code load_list(writing *w, zc_buffer *original, zc_buffer *text, zc_err *err)
{
  zc_code code = zc_file_read(w->list.file, ZC_PAPER_LIST_LIMIT, original, err);
  w->list.digest = w->digest;
  return code == ZC_OK
             ? zc_list_load(w->list.file, ZC_PAPER_LIST_LIMIT, text, w->digest, err)
             : code;
}

static zc_code read_list(writing *w, const zc_buffer *text, zc_err *err)
{
  zc_code code = zc_paper_list_read(&w->list, text, &w->read, err);
  if (code == ZC_OK && w->read.wrong > 0)
    code = zc_fail(err, ZC_EDATA, "{file} has {count} mistakes: nothing was taken in",
                   "file", w->list.file, "count", ZC_DIGITS(w->read.wrong), NULL);
  if (code == ZC_OK && json_array_size(w->read.records) == 0)
    code = zc_fail(err, ZC_EDATA, "{file} has no facility in it", "file", w->list.file,
                   NULL);
  return code;
}

/* The last record of a facility of the plan that was written down; NULL: none. */
static const zc_filed *last_paper(const writing *w, const zc_filed_list *files,
                                  const char *code)
{
  const zc_filed *last = NULL;
  for (size_t i = 0; i < files->count; i++) {
    const zc_filed *f = &files->files[i];
    if (strcmp(f->kind, "paper") == 0 && *f->via == '\0' &&
        strcmp(f->plan, w->plan) == 0 && strcmp(f->facility, code) == 0 &&
        (last == NULL || f->no > last->no))
      last = f;
  }
  return last;
}

static const char *code_at(const writing *w, size_t index)
{
  const json_t *record = json_array_get(w->read.records, index);
  return zc_text_of(json_object_get(record, "facility"), "code");
}

/* Whether the list is what was written down last of all in it; counts how often it was taken in. */
static bool is_newest(writing *w, const zc_filed_list *files)
{
  bool newest = true;
  for (size_t i = 0; i < files->count; i++) {
    const zc_filed *f = &files->files[i];
    w->list.repeat += strcmp(f->source, w->digest) == 0 &&
                      strcmp(f->plan, w->plan) == 0 &&
                      strcmp(f->facility, code_at(w, 0)) == 0;
  }
  for (size_t i = 0; newest && i < json_array_size(w->read.records); i++) {
    const zc_filed *last = last_paper(w, files, code_at(w, i));
    if (last != NULL)
      snprintf(w->noted, sizeof w->noted, "%s", last->received);
    newest = last != NULL && strcmp(last->source, w->digest) == 0 &&
             (w->list.round == NULL || strcmp(last->round_id, w->list.round_id) == 0);
  }
  return newest;
}

static zc_code is_known(writing *w, bool *known, zc_err *err)
{
  zc_filed_list files;
  zc_code code = zc_filed_read(w->office->workspace.store, &files, err);
  *known = code == ZC_OK && is_newest(w, &files);
  zc_filed_free(&files);
  return code;
}

/* Those of the list whose own reports count instead, or which do not count for another reason. */
static zc_code tell_beaten(const writing *w, zc_err *err)
{
  zc_filed_list files;
  zc_code code = zc_filed_read(w->office->workspace.store, &files, err);
  for (size_t i = 0; code == ZC_OK && i < json_array_size(w->read.records); i++) {
    const json_t *record = json_array_get(w->read.records, i);
    const zc_filed *f = last_paper(w, &files, code_at(w, i));
    if (f != NULL && !f->counts)
      zc_say_line(N_("  {title} ({facility}) of {day} does not count: {state}"),
                  json_pack("{s:s, s:s, s:s, s:s}", "title",
                            zc_text_of(json_object_get(record, "facility"), "name"),
                            "facility", f->facility, "day", f->day, "state",
                            zc_office_state(f->state)));
  }
  zc_filed_free(&files);
  return code;
}

/* ---- a list that is gone ------------------------------------------------------------------------ */

/* Whether inbox/ has the list, byte for byte. */
static bool lies_there(const writing *w, const zc_buffer *original)
{
  int inbox;
  zc_err ignored;
  zc_buffer kept = {0};
  char path[ZC_INBOX_PATH];
  if (zc_folder_open_beneath(w->office->workspace.fd, "inbox", false, &inbox,
                             &ignored) != ZC_OK)
    return false;
  zc_inbox_path(w->digest, "paper", path);
  zc_code code = zc_file_read_beneath(inbox, path, ZC_PAPER_LIST_LIMIT, &kept,
                                      &ignored);
  bool same = code == ZC_OK && kept.size == original->size &&
              memcmp(kept.data, original->data, kept.size) == 0;
  zc_buffer_free(&kept);
  close(inbox);
  return same;
}

/* A list that was taken in before and is gone from the inbox is put back, and no more is done: whoever has
 * lost a file does not mean it anew. */
static zc_code put_back(const writing *w, const zc_buffer *original, bool *put,
                        zc_err *err)
{
  zc_filed_list files;
  bool known = false;
  *put = false;
  zc_code code = zc_filed_read(w->office->workspace.store, &files, err);
  for (size_t i = 0; code == ZC_OK && i < files.count; i++)
    known |= strcmp(files.files[i].source, w->digest) == 0;
  zc_filed_free(&files);
  if (code != ZC_OK || !known || lies_there(w, original))
    return code;
  *put = true;
  code = keep_original(w, original, err);
  if (code == ZC_OK)
    zc_say_line(N_("{file} was gone from inbox/ or changed there, and was put back; "
                   "nothing else has "
                   "changed"),
                json_pack("{s:s}", "file", w->list.file));
  return code;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static zc_code write_down(writing *w, const zc_buffer *original, zc_err *err)
{
  size_t changed = 0;
  zc_code code = keep(w, original, err);
  if (code == ZC_OK)
    code = zc_office_decide(w->office, &changed, err);
  if (code != ZC_OK)
    return code;
  zc_say_line(N_("{count} facilities were written down from {file} (手工)"),
              json_pack("{s:I, s:s}", "count",
                        (json_int_t)json_array_size(w->read.records), "file",
                        w->list.file));
  return tell_beaten(w, err);
}

/* Whoever gives another day is told that it was not taken. */
static void tell_known(const writing *w)
{
  bool given = zc_option_value(w->office->workspace.cli, "received") != NULL;
  zc_say_line(given && strcmp(w->noted, w->list.received) != 0
                  ? N_("{file} was taken in before: nothing has changed, and it stays "
                       "noted as received on {day}; `zicha collect received` corrects "
                       "that")
                  : N_("{file} was taken in before: nothing has changed"),
              json_pack("{s:s, s:s}", "file", w->list.file, "day", w->noted));
}

static zc_code take(writing *w, zc_err *err)
{
  bool known = false, put = false;
  zc_buffer original = {0}, text = {0};
  zc_code code = load_list(w, &original, &text, err);
  if (code == ZC_OK)
    code = put_back(w, &original, &put, err);
  if (code == ZC_OK && !put)
    code = read_list(w, &text, err);
  if (code == ZC_OK && !put)
    code = is_known(w, &known, err);
  if (code == ZC_OK && known)
    tell_known(w);
  if (code == ZC_OK && !known && !put)
    code = write_down(w, &original, err);
  zc_buffer_free(&original);
  zc_buffer_free(&text);
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
                        .fresh = true,
                        .name = zc_text_or(json_string_value(name), ""),
                        .received = received,
                        .round_id = "",
                        .late_days = office->late_days}};
  zc_code code = name == NULL ? zc_fail_memory(err)
                              : zc_office_plan(office, &w.plan, err);
  if (code == ZC_OK && zc_option_value(office->workspace.cli, "round") != NULL)
    code = zc_office_round(office, w.plan, &w.list.round, err);
  if (code == ZC_OK && w.list.round != NULL)
    w.list.round_id = zc_text_of(w.list.round, "id");
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

typedef struct {
  const json_t *by_code; /* code → facility */
  json_t *seen;          /* codes that were chosen. Owned */
  json_t *chosen;        /* [facility]. Owned */
} choosing;

/* Each once, however often it is asked for: a list with two rows of an item is refused. */
static int choose_one(choosing *c, json_t *facility)
{
  const char *code = zc_text_of(facility, "code");
  if (json_object_get(c->seen, code) != NULL)
    return 0;
  return json_object_set_new(c->seen, code, json_true()) |
         json_array_append(c->chosen, facility);
}

static int choose_all(choosing *c, const json_t *list)
{
  size_t index;
  json_t *one;
  int bad = 0;
  json_array_foreach((json_t *)list, index, one)
  {
    if (zc_get_integer(one, "expected", 1) != 0 &&
        json_object_get(c->by_code, zc_text_of(one, "code")) != NULL)
      bad |= choose_one(c, one);
  }
  return bad;
}

static zc_code choose(const zc_cli *cli, choosing *c, const json_t *list, zc_err *err)
{
  size_t index;
  const json_t *wanted;
  int bad = 0;
  json_array_foreach(zc_option_values(cli, "facility"), index, wanted)
  {
    const char *word = json_string_value(wanted);
    json_t *one = json_object_get(c->by_code, word);
    if (strcmp(word, "all") == 0)
      bad |= choose_all(c, list);
    else if (one != NULL)
      bad |= choose_one(c, one);
    else
      return zc_fail(err, ZC_EDATA,
                     "the roster has no facility {code}; `zicha roster list` tells all",
                     "code", word, NULL);
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code print_form(zc_office *office, zc_err *err)
{
  const char *plan;
  const json_t *checklist;
  json_t *by_code = NULL, *list = NULL;
  choosing c = {.seen = json_object(), .chosen = json_array()};
  zc_buffer text = {0};
  zc_code code = c.seen == NULL || c.chosen == NULL
                     ? zc_fail_memory(err)
                     : zc_office_plan(office, &plan, err);
  if (code == ZC_OK)
    code = find_checklist(office, plan, &checklist, err);
  if (code == ZC_OK)
    code = read_facilities(office, plan, &by_code, &list, err);
  c.by_code = by_code;
  if (code == ZC_OK)
    code = choose(office->workspace.cli, &c, list, err);
  if (code == ZC_OK)
    code = zc_paper_form(checklist, c.chosen, &text, err);
  if (code == ZC_OK)
    fwrite(text.data, 1, text.size, stdout);
  zc_buffer_free(&text);
  json_decref(by_code);
  json_decref(list);
  json_decref(c.seen);
  json_decref(c.chosen);
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
