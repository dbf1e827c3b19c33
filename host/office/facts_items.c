/* The verdicts of a record, and what they rest on. */
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"
#include "office/fact.h"
#include "office/letters.h"

/* ---- verdicts ------------------------------------------------------------------------- */

static char letter_of(const zc_node *item)
{
  static const struct {
    const char *word;
    char letter;
  } words[] = {{"pass", ZC_STATUS_PASS},
               {"problem", ZC_STATUS_PROBLEM},
               {"not_applicable", ZC_STATUS_NOT_APPLICABLE},
               {"not_checked", ZC_STATUS_NOT_CHECKED},
               {"undetermined", ZC_STATUS_UNDETERMINED}};
  const char *status = zc_fact_text_of(item, "status"),
             *certainty = zc_fact_text_of(item, "certainty");
  char letter = ZC_STATUS_ABSENT;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(status, words[i].word) == 0)
      letter = words[i].letter;
  if (letter != ZC_STATUS_PROBLEM)
    return letter;
  return strcmp(certainty, "hint") == 0      ? ZC_STATUS_HINT
         : strcmp(certainty, "suspect") == 0 ? ZC_STATUS_SUSPECT
                                             : ZC_STATUS_PROBLEM;
}

static void add_finding(zc_reading *r, const zc_node *item, int64_t place, char letter)
{
  zc_fact_finding *finding = NULL;
  for (size_t i = 0; i < r->facts->finding_count && finding == NULL; i++)
    if (r->facts->findings[i].entry == place)
      finding = &r->facts->findings[i];
  int64_t count = zc_fact_count_of(item, "count"),
          population = zc_fact_count_of(item, "population");
  int64_t amount = zc_amount_read(zc_fact_text_of(item, "amount"));
  if (finding == NULL) {
    finding = &r->facts->findings[r->facts->finding_count++];
    *finding = (zc_fact_finding){place,
                                 letter,
                                 zc_fact_word_of(item, "severity", zc_fact_severities),
                                 count,
                                 population,
                                 amount};
    return;
  }
  finding->status = zc_letter_worse(finding->status, letter);
  finding->count = zc_amount_add(finding->count, count);
  finding->population = zc_amount_add(finding->population, population);
  finding->amount = zc_amount_add(finding->amount, amount);
}

/* What was answered, so that two reports with the same answers are seen to be. */
static void add_digest(zc_buffer *digest, const zc_node *item)
{
  static const char *const keys[] = {"id", "status", "answer", "note"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    zc_buffer_text(digest, zc_fact_text_of(item, keys[i]));
    zc_buffer_char(digest, '\0');
  }
  zc_buffer_print(digest, "%lld/%lld\n", (long long)zc_node_integer(item, "count", -1),
                  (long long)zc_node_integer(item, "population", -1));
}

static void add_items(zc_reading *r, const zc_node *items, int64_t seen[128],
                      zc_buffer *digest)
{
  const zc_node *item;
  for (item = zc_node_first(items); item != NULL; item = item->next) {
    char letter = letter_of(item);
    int64_t place = zc_fact_place(r, zc_fact_text_of(item, "id"),
                                  zc_node_text(item, "item"));
    seen[(unsigned char)letter]++;
    add_digest(digest, item);
    if (place < 0 || (size_t)place >= r->list->count)
      continue;
    r->statuses[place] = zc_letter_worse(r->statuses[place], letter);
    if (letter == ZC_STATUS_PROBLEM || letter == ZC_STATUS_SUSPECT ||
        letter == ZC_STATUS_HINT)
      add_finding(r, item, place, letter);
  }
}

/* Whether the totals are those of the items. */
static bool totals_fit(const zc_node *totals, const int64_t seen[128], int64_t items)
{
  int64_t problems = seen[ZC_STATUS_PROBLEM] + seen[ZC_STATUS_SUSPECT] +
                     seen[ZC_STATUS_HINT];
  return zc_node_integer(totals, "items", -1) == items &&
         zc_node_integer(totals, "applicable", -1) ==
             items - seen[ZC_STATUS_NOT_APPLICABLE] &&
         zc_node_integer(totals, "problem", -1) == problems &&
         zc_node_integer(totals, "pass", -1) == seen[ZC_STATUS_PASS] &&
         zc_node_integer(totals, "not_applicable", -1) ==
             seen[ZC_STATUS_NOT_APPLICABLE] &&
         zc_node_integer(totals, "not_checked", -1) == seen[ZC_STATUS_NOT_CHECKED] &&
         zc_node_integer(totals, "undetermined", -1) == seen[ZC_STATUS_UNDETERMINED];
}

static void set_totals(zc_reading *r, const zc_node *totals)
{
  static const struct {
    const char *key;
    zc_fact_number at;
  } kept[] = {{"items", ZC_NUMBER_items},
              {"applicable", ZC_NUMBER_applicable},
              {"pass", ZC_NUMBER_passed},
              {"problem", ZC_NUMBER_problems},
              {"not_applicable", ZC_NUMBER_not_applicable},
              {"not_checked", ZC_NUMBER_not_checked},
              {"undetermined", ZC_NUMBER_undetermined},
              {"manual", ZC_NUMBER_manual}};
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    r->facts->numbers[kept[i].at] = zc_fact_count_of(totals, kept[i].key);
}

/* ---- how much was looked at ------------------------------------------------------------ */

/* 30/1: papers that were looked at in a spot check; 0: it is none, or nothing was. */
static int64_t sample_of(const zc_node *item)
{
  const char *answer = zc_fact_text_of(item, "answer");
  size_t digits = strspn(answer, "0123456789");
  const char *wrong = answer + digits + 1;
  if (digits == 0 || answer[digits] != '/' || *wrong == '\0' ||
      wrong[strspn(wrong, "0123456789")] != '\0')
    return 0;
  return zc_amount_known(zc_fact_count_of(item, "population"));
}

static int by_size(const void *a, const void *b)
{
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void set_samples(zc_reading *r, int64_t *sizes, size_t count)
{
  int64_t total = 0;
  for (size_t i = 0; i < count; i++)
    total = zc_amount_add(total, sizes[i]);
  if (count > 0)
    qsort(sizes, count, sizeof *sizes, by_size);
  r->facts->numbers[ZC_NUMBER_samples] = (int64_t)count;
  r->facts->numbers[ZC_NUMBER_sample_total] = total;
  r->facts->numbers[ZC_NUMBER_sample_median] = count == 0 ? ZC_UNKNOWN
                                                          : sizes[(count - 1) / 2];
  r->facts->numbers[ZC_NUMBER_sample_most] = count == 0 ? ZC_UNKNOWN : sizes[count - 1];
}

/* Spot checks, and data items that tables have decided. */
static void set_extent(zc_reading *r, const zc_node *items)
{
  size_t count = 0;
  const zc_node *item;
  int64_t run = 0, found = 0;
  int64_t *sizes = calloc(zc_node_count(items) + 1, sizeof *sizes);
  if (sizes == NULL) {
    r->failed = true;
    return;
  }
  for (item = zc_node_first(items); item != NULL; item = item->next) {
    const char *status = zc_fact_text_of(item, "status");
    bool is_problem = strcmp(status, "problem") == 0;
    if (!is_problem && strcmp(status, "pass") != 0)
      continue;
    int64_t size = sample_of(item);
    if (size > 0)
      sizes[count++] = size;
    else if (strcmp(zc_fact_text_of(item, "kind"), "data") == 0 &&
             !zc_node_flag(item, "manual")) {
      run++;
      found += is_problem;
    }
  }
  r->facts->numbers[ZC_NUMBER_data_run] = run;
  r->facts->numbers[ZC_NUMBER_data_found] = found;
  set_samples(r, sizes, count);
  free(sizes);
}

static void set_digest(zc_reading *r, const zc_buffer *text)
{
  zc_err err;
  char digits[ZC_HASH_ROOM];
  if (text->failed ||
      zc_hash_of(zc_text_or(text->data, ""), text->size, digits, &err) != ZC_OK)
    r->failed = true;
  else
    zc_fact_set(r, ZC_TEXT_digest, digits);
}

static void set_verdicts(zc_reading *r)
{
  const zc_node *items = zc_node_get(r->record, "items");
  const zc_node *totals = zc_node_get(r->record, "totals");
  int64_t seen[128] = {0};
  size_t count = zc_node_count(items);
  zc_buffer digest = {0};
  if (r->list != NULL) {
    r->statuses = zc_arena_take(&r->facts->arena, r->list->count + 1);
    size_t most = count < r->list->count ? count : r->list->count; /* one a place */
    r->facts->findings = zc_arena_take(&r->facts->arena,
                                       (most + 1) * sizeof *r->facts->findings);
    r->failed |= r->statuses == NULL || r->facts->findings == NULL;
    if (r->failed)
      return;
    zc_letters_begin(r->statuses, r->list->count);
    r->facts->texts[ZC_TEXT_statuses] = r->statuses;
  }
  add_items(r, items, seen, &digest);
  if (r->list != NULL)
    zc_letters_end(r->statuses, r->list->count);
  set_digest(r, &digest);
  zc_buffer_free(&digest);
  set_totals(r, totals);
  set_extent(r, items);
  if (!totals_fit(totals, seen, (int64_t)count))
    zc_fact_fault(r, "tampered", N_("its totals are not those of its items"));
}

/* ---- tables, measures ------------------------------------------------------------------ */

static void set_tables(zc_reading *r)
{
  const zc_node *table;
  int64_t handed = 0, absent = 0, rows = 0;
  for (table = zc_node_first(zc_node_get(r->record, "tables")); table != NULL;
       table = table->next) {
    if (zc_node_get(table, "absent") != NULL) {
      absent++;
      continue;
    }
    handed++;
    rows = zc_amount_add(rows, zc_fact_count_of(table, "rows"));
  }
  r->facts->numbers[ZC_NUMBER_tables] = handed;
  r->facts->numbers[ZC_NUMBER_absent] = absent;
  r->facts->numbers[ZC_NUMBER_rows] = rows;
}

void zc_fact_set_measures(zc_reading *r, const zc_node *list, zc_fact_measure *measure)
{
  zc_err err;
  zc_buffer text = {0};
  json_t *map = json_object();
  int bad = map == NULL;
  const zc_node *one = r->brief ? NULL : zc_node_first(list);
  for (; one != NULL; one = one->next) {
    const char *id = "", *value = measure(one, &id);
    if (*id != '\0' && value != NULL && zc_decimal_is(value))
      bad |= json_object_set_new(map, id, json_string(value));
  }
  if (bad == 0 && json_object_size(map) > 0)
    bad |= zc_json_canonical(map, &text, &err) != ZC_OK;
  if (bad == 0 && text.size > 0)
    r->facts->texts[ZC_TEXT_measures] = zc_fact_keep(r, text.data, text.size);
  r->failed |= bad != 0;
  zc_buffer_free(&text);
  json_decref(map);
}

static const char *measure_of(const zc_node *row, const char **id)
{
  *id = zc_fact_text_of(row, "id");
  return zc_node_text(row, "value");
}

void zc_fact_set_items(zc_reading *r)
{
  set_verdicts(r);
  set_tables(r);
  zc_fact_set_measures(r, zc_node_get(r->record, "figures"), measure_of);
}
