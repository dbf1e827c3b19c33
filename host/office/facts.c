#include "office/fact.h"

#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "office/amount.h"
#include "office/signed.h"

#define TITLE_MOST 300 /* bytes of a name that are kept */
#define RECORD_MARK "\n<!-- zicha-record "
#define RECORD_END " -->"

/* ---- keeping texts ------------------------------------------------------------------ */

const char *zc_fact_keep(zc_reading *r, const char *text, size_t most)
{
  size_t size = strlen(text);
  char *copy = zc_arena_copy(r->arena == NULL ? &r->facts->arena : r->arena, text,
                             size <= most ? size : zc_utf8_cut(text, size, most));
  r->failed |= copy == NULL;
  return copy == NULL ? "" : copy;
}

void zc_fact_set(zc_reading *r, zc_fact_text at, const char *text)
{
  if (text != NULL && *text != '\0')
    r->facts->texts[at] = zc_fact_keep(r, text,
                                       at == ZC_TEXT_title ? TITLE_MOST : 4096);
}

const char *zc_fact_text_of(const zc_node *map, const char *key)
{
  return zc_text_or(zc_node_text(map, key), "");
}

/* A count as reports have it; anything else is unknown. */
int64_t zc_fact_count_of(const zc_node *map, const char *key)
{
  int64_t number = zc_node_integer(map, key, -1);
  return number < 0 || number > ZC_AMOUNT_MOST ? ZC_UNKNOWN : number;
}

const char *zc_fact_day_of(zc_reading *r, const zc_node *map, const char *key)
{
  int32_t day;
  const char *text = zc_fact_text_of(map, key);
  return strlen(text) == 10 && zc_day_parse(text, 10, &day) ? zc_fact_keep(r, text, 10)
                                                            : "";
}

/* One of the words that records have, which outlives everything; "" for another. */
const char *zc_fact_word_of(const zc_node *map, const char *key,
                            const char *const *words)
{
  const char *text = zc_fact_text_of(map, key);
  for (; *words != NULL; words++)
    if (strcmp(text, *words) == 0)
      return *words;
  return "";
}

/* ---- faults ------------------------------------------------------------------------- */

/* The first fault counts, but one of the contents before that nobody has signed them: an office may
 * take unsigned reports. The reason is a message {text, args} as canonical JSON. */
static void set_fault(zc_reading *r, const char *fault, const zc_err *why)
{
  zc_err ignored;
  zc_buffer text = {0};
  json_t *message = zc_message_of(why);
  const char *known = r->facts->texts[ZC_TEXT_fault];
  if (*known == '\0' || strcmp(known, "unsigned") == 0) {
    if (message == NULL || zc_json_canonical(message, &text, &ignored) != ZC_OK)
      r->failed = true;
    else
      r->facts->texts[ZC_TEXT_detail] = zc_fact_keep(r, text.data, text.size);
    r->facts->texts[ZC_TEXT_fault] = fault;
  }
  zc_buffer_free(&text);
  json_decref(message);
}

void zc_fact_fault(zc_reading *r, const char *fault, const char *text)
{
  zc_err why;
  zc_fail(&why, ZC_EDATA, text, NULL);
  set_fault(r, fault, &why);
}

/* ---- what is in the file -------------------------------------------------------------- */

/* The record in the last line of a report that begins as one does; false when it has none. */
static bool find_record(const zc_part *report, const char **text, size_t *size)
{
  size_t mark = strlen(RECORD_MARK), end = strlen(RECORD_END);
  const char *stop = report->data + report->size, *at = NULL;
  for (const char *from = stop; from > report->data;) {
    at = memrchr(report->data, '\n', (size_t)(from - report->data));
    if (at == NULL)
      return false;
    if ((size_t)(stop - at) > mark && memcmp(at, RECORD_MARK, mark) == 0)
      break;
    from = at;
    at = NULL;
  }
  if (at == NULL)
    return false;
  *text = at + mark;
  const char *line = memchr(*text, '\n', (size_t)(stop - *text));
  *size = (size_t)((line == NULL ? stop : line) - *text);
  if (*size > 0 && (*text)[*size - 1] == '\r')
    *size -= 1;
  if (*size < end || memcmp(*text + *size - end, RECORD_END, end) != 0)
    return false;
  *size -= end;
  return true;
}

static bool is_office(const zc_reading *r)
{
  return strcmp(zc_fact_text_of(r->record, "zicha"), "office/1") == 0;
}

static void read_record(zc_reading *r, const zc_part *report)
{
  zc_err err;
  const char *text;
  size_t size;
  if (!find_record(report, &text, &size)) {
    zc_fact_fault(
        r, "unreadable",
        strcmp(r->facts->texts[ZC_TEXT_kind], "md") == 0
            ? N_("it is no submitted file (.zrep), and no report: no record of "
                 "zicha stands at its end")
            : N_("no record of zicha stands at the end of its report"));
    return;
  }
  zc_code code = zc_node_read(text, size, r->scratch, &r->record, &err);
  if (code == ZC_EINTERNAL)
    r->failed = true;
  else if (code != ZC_OK)
    set_fault(r, "unreadable", &err);
  else if (is_office(r) && strcmp(r->facts->texts[ZC_TEXT_kind], "zrep") == 0)
    r->facts->texts[ZC_TEXT_kind] = "office";
  else if (strcmp(zc_fact_text_of(r->record, "zicha"), "record/1") != 0)
    zc_fact_fault(r, "unreadable", N_("the record at its end is no record/1"));
}

/* Figures end with a line feed. */
static size_t ends_line(const zc_part *part)
{
  return part->size > 0 && part->data[part->size - 1] == '\n';
}

static void read_figures(zc_reading *r, const zc_part *part)
{
  zc_err err;
  if (part->data == NULL)
    return;
  zc_code code = zc_node_read(part->data, part->size - ends_line(part), r->scratch,
                              &r->figures, &err);
  if (code == ZC_EINTERNAL)
    r->failed = true;
  else if (code != ZC_OK)
    set_fault(r, "unreadable", &err);
  else if (strcmp(zc_fact_text_of(r->figures, "zicha"),
                  is_office(r) ? "office-figures/1" : "figures/1") != 0)
    zc_fact_fault(r, "unreadable", N_("its figures are no figures/1"));
}

/* ---- whose it is ---------------------------------------------------------------------- */

static const zc_checklist *find_list(const zc_known *known, const zc_node *plan)
{
  const char *hash = zc_node_text(plan, "sha256");
  for (size_t i = 0; hash != NULL && i < known->count; i++)
    if (strcmp(known->lists[i].hash, hash) == 0)
      return &known->lists[i];
  return NULL;
}

static bool is_plan(const zc_known *known, const char *id)
{
  for (size_t i = 0; i < known->count; i++)
    if (strcmp(known->lists[i].plan, id) == 0)
      return true;
  return false;
}

/* The plan of the office that a report is of: its own, else the nearest of its parents. */
static void set_plan(zc_reading *r)
{
  const zc_node *plan = zc_node_get(r->record, "plan"), *parent, *of = plan;
  const zc_node *chain = zc_node_get(plan, "chain");
  r->list = find_list(r->known, plan);
  bool named = r->list != NULL || is_plan(r->known, zc_fact_text_of(plan, "id"));
  for (parent = zc_node_first(chain); parent != NULL; parent = parent->next) {
    const zc_checklist *list = r->list == NULL ? find_list(r->known, parent) : NULL;
    if (list != NULL || (!named && is_plan(r->known, zc_fact_text_of(parent, "id")))) {
      of = parent;
      named = true;
    }
    if (list != NULL)
      r->list = list;
  }
  zc_fact_set(r, ZC_TEXT_plan, zc_fact_text_of(of, "id"));
  zc_fact_set(r, ZC_TEXT_version, zc_fact_text_of(of, "version"));
  zc_fact_set(r, ZC_TEXT_plan_hash, zc_fact_text_of(of, "sha256"));
  if (r->list != NULL)
    r->facts->numbers[ZC_NUMBER_checklist] = r->list->no;
}

static void set_identity(zc_reading *r)
{
  const zc_node *facility = zc_node_get(r->record,
                                        is_office(r) ? "office" : "facility");
  const zc_node *ledger = zc_node_get(r->record, "ledger");
  const char *code = zc_fact_text_of(facility, "code");
  r->facts->texts[ZC_TEXT_day] = zc_fact_day_of(r, r->record, "today");
  if (*code == '\0' || strlen(code) > ZC_WORD_MOST)
    zc_fact_fault(r, "unreadable",
                  N_("its record does not say which facility it is of"));
  else if (r->facts->texts[ZC_TEXT_day][0] == '\0')
    zc_fact_fault(r, "unreadable", N_("its record does not say of which day it is"));
  else
    zc_fact_set(r, ZC_TEXT_facility, code);
  zc_fact_set(r, ZC_TEXT_title, zc_fact_text_of(facility, "name"));
  zc_fact_set(r, ZC_TEXT_class, zc_fact_text_of(facility, "class"));
  zc_fact_set(r, ZC_TEXT_run, zc_fact_text_of(r->record, "run"));
  zc_fact_set(r, ZC_TEXT_isolation, zc_fact_text_of(r->record, "isolation"));
  zc_fact_set(r, ZC_TEXT_head, zc_fact_text_of(ledger, "hash"));
  r->facts->numbers[ZC_NUMBER_seq] = zc_fact_count_of(ledger, "seq");
  zc_fact_set(r, ZC_TEXT_corrects,
              zc_fact_text_of(zc_node_get(r->record, "corrects"), "report"));
  set_plan(r);
}

const char *const zc_fact_severities[] = {"general", "major", "grave", NULL};

/* Where an entry stands: itself, or the item that it belongs to; -1: it has no place. */
int64_t zc_fact_place(const zc_reading *r, const char *id, const char *item)
{
  if (r->list == NULL)
    return -1;
  const json_t *place = json_object_get(r->list->places, id);
  if (place == NULL && item != NULL)
    place = json_object_get(r->list->items, item);
  return place == NULL ? -1 : (int64_t)json_integer_value(place);
}

/* ---- a file ----------------------------------------------------------------------------- */

void zc_fact_begin(zc_facts *facts, const char *kind)
{
  *facts = (zc_facts){0};
  for (size_t i = 0; i < ZC_TEXT_COUNT; i++)
    facts->texts[i] = "";
  for (size_t i = 0; i < ZC_NUMBER_COUNT; i++)
    facts->numbers[i] = ZC_UNKNOWN;
  facts->texts[ZC_TEXT_kind] = kind;
}

size_t zc_facts_size(const zc_facts *facts)
{
  return sizeof *facts + zc_arena_size(&facts->arena) +
         facts->member_count * sizeof *facts->members;
}

static zc_code end(zc_reading *r, zc_err *err)
{
  if (!r->failed)
    return ZC_OK;
  zc_facts_free(r->facts);
  return zc_fail_memory(err);
}

static void set_hash(zc_reading *r, const zc_part *report)
{
  zc_err err;
  char digits[ZC_HASH_ROOM];
  if (zc_hash_of(report->data, report->size, digits, &err) == ZC_OK)
    zc_fact_set(r, ZC_TEXT_report, digits);
  else
    r->failed = true;
}

/* The name that a file came by, with what is no text made one. */
static void set_name(zc_reading *r, const char *name)
{
  json_t *text = zc_json_lossy(name, strlen(name));
  r->failed |= text == NULL;
  if (text != NULL)
    r->facts->texts[ZC_TEXT_name] = zc_fact_keep(r, json_string_value(text),
                                                 TITLE_MOST);
  json_decref(text);
}

static void read_signer(zc_reading *r, const zc_zrep *parts)
{
  zc_signed found;
  const char *code = r->facts->texts[ZC_TEXT_facility];
  const zc_signed_claim claim = {code, r->facts->texts[ZC_TEXT_run]};
  zc_err why;
  zc_code result = zc_signed_find(parts, json_object_get(r->known->keys, code), &claim,
                                  &found, &why);
  zc_fact_set(r, ZC_TEXT_key_id, found.key_id);
  zc_fact_set(r, ZC_TEXT_signer, found.key);
  if (result == ZC_EINTERNAL)
    r->failed = true;
  else if (result != ZC_OK)
    set_fault(r, found.fault, &why);
}

/* A report by itself, with its signature beside it; else the parts of a submitted file. */
static bool take_apart(zc_reading *r, zc_zrep *parts)
{
  zc_err err;
  const zc_sent *sent = r->sent;
  if (strcmp(r->facts->texts[ZC_TEXT_kind], "md") == 0) {
    *parts = (zc_zrep){.report = {sent->data, sent->size},
                       .signature = {sent->signature, sent->signature_size}};
    return true;
  }
  zc_code code = zc_zrep_read(sent->name, sent->data, sent->size, parts, &err);
  if (code == ZC_EINTERNAL)
    r->failed = true;
  else if (code != ZC_OK)
    set_fault(r, "unreadable", &err);
  return code == ZC_OK;
}

const char *zc_sent_kind(const char *data, size_t size)
{
  size_t head = strlen(ZC_SENT_HEAD);
  return size >= head && memcmp(data, ZC_SENT_HEAD, head) == 0 ? "zrep" : "md";
}

/* What nobody has signed whose key is known can be of anybody, and of any size. */
static void set_brief(zc_reading *r)
{
  r->brief = !r->sent->whole && (*r->facts->texts[ZC_TEXT_signer] == '\0' ||
                                 *r->facts->texts[ZC_TEXT_fault] != '\0');
  r->facts->numbers[ZC_NUMBER_brief] = r->brief;
}

/* So that it is read again when other plans are known. */
static void set_looked(zc_reading *r)
{
  int64_t last = 0;
  for (size_t i = 0; r->list == NULL && i < r->known->count; i++)
    if (r->known->lists[i].no > last)
      last = r->known->lists[i].no;
  r->facts->numbers[ZC_NUMBER_looked] = last;
}

zc_code zc_facts_read(const zc_sent *sent, const zc_known *known, zc_arena *scratch,
                      zc_facts *facts, zc_err *err)
{
  zc_zrep parts = {0};
  zc_reading r = {.sent = sent, .known = known, .facts = facts, .scratch = scratch};
  zc_arena_reset(scratch);
  zc_fact_begin(r.facts, zc_sent_kind(sent->data, sent->size));
  zc_fact_set(&r, ZC_TEXT_file, sent->digest);
  set_name(&r, sent->name);
  facts->numbers[ZC_NUMBER_size] = (int64_t)sent->size;
  if (take_apart(&r, &parts)) {
    set_hash(&r, &parts.report);
    read_record(&r, &parts.report);
    read_figures(&r, &parts.figures);
  }
  if (r.record != NULL && *facts->texts[ZC_TEXT_fault] == '\0') {
    set_identity(&r);
    if (*facts->texts[ZC_TEXT_facility] != '\0')
      read_signer(&r, &parts);
    set_brief(&r);
    set_looked(&r);
    if (is_office(&r)) {
      zc_fact_set_office(&r);
    } else {
      zc_fact_set_items(&r);
      zc_fact_set_ledger(&r);
    }
  }
  return end(&r, err);
}

zc_code zc_facts_of_record(const json_t *record, const zc_known *known,
                           const char *file, const char *source, const char *name,
                           const char *received, zc_facts *facts, zc_err *err)
{
  zc_arena scratch = {0};
  zc_buffer text = {0};
  zc_reading r = {.known = known, .facts = facts, .scratch = &scratch};
  zc_code code = zc_json_canonical(record, &text, err);
  if (code == ZC_OK)
    code = zc_node_read(text.data, text.size, &scratch, &r.record, err);
  if (code == ZC_OK) {
    zc_fact_begin(facts, "paper");
    facts->numbers[ZC_NUMBER_brief] = facts->numbers[ZC_NUMBER_looked] = 0;
    zc_fact_set(&r, ZC_TEXT_file, file);
    zc_fact_set(&r, ZC_TEXT_report, file);
    zc_fact_set(&r, ZC_TEXT_source, source);
    set_name(&r, name);
    set_identity(&r);
    /* What was rectified until then stands in the list, so that is the day of its figures. */
    zc_fact_set(&r, ZC_TEXT_ledger_day, received);
    zc_fact_set_items(&r);
    zc_fact_set_ledger(&r);
    code = end(&r, err);
  }
  zc_buffer_free(&text);
  zc_arena_free(&scratch);
  return code;
}

void zc_facts_receive(zc_facts *facts, const char *day)
{
  facts->texts[ZC_TEXT_received] = day;
  for (size_t i = 0; i < facts->member_count; i++)
    if (*facts->members[i].texts[ZC_TEXT_received] == '\0')
      facts->members[i].texts[ZC_TEXT_received] = day;
}

zc_code zc_facts_unreadable(const char *name, const char *digest, const zc_err *why,
                            zc_facts *facts, zc_err *err)
{
  zc_reading r = {.facts = facts};
  zc_fact_begin(r.facts, "zrep");
  zc_fact_set(&r, ZC_TEXT_file, digest);
  set_name(&r, name);
  set_fault(&r, "unreadable", why);
  return end(&r, err);
}
