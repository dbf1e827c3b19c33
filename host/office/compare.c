#include "office/compare.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"

/* ---- letters --------------------------------------------------------------------------- */

/* Where the count of a letter stands in a tally: in the order of zc_tally. */
enum {
  PASS,
  PROBLEM,
  SUSPECT,
  HINT,
  NOT_APPLICABLE,
  NOT_CHECKED,
  UNDETERMINED,
  ABSENT,
  LETTERS
};

static int index_of(char letter)
{
  switch (letter) {
  case ZC_STATUS_PASS:
    return PASS;
  case ZC_STATUS_PROBLEM:
    return PROBLEM;
  case ZC_STATUS_SUSPECT:
    return SUSPECT;
  case ZC_STATUS_HINT:
    return HINT;
  case ZC_STATUS_NOT_APPLICABLE:
    return NOT_APPLICABLE;
  case ZC_STATUS_NOT_CHECKED:
    return NOT_CHECKED;
  case ZC_STATUS_UNDETERMINED:
    return UNDETERMINED;
  default:
    return ABSENT;
  }
}

static char letter_of(const zc_member *member, const zc_row_entries *row)
{
  return row->count == 1 ? member->statuses[row->entries[0]]
                         : zc_view_worst(member, row->entries, row->count);
}

/* ---- tallies --------------------------------------------------------------------------- */

typedef struct {
  int64_t of[LETTERS];
} counts;

static zc_tally tally_of(const counts *c)
{
  return (zc_tally){.pass = c->of[PASS],
                    .problem = c->of[PROBLEM],
                    .suspect = c->of[SUSPECT],
                    .hint = c->of[HINT],
                    .not_applicable = c->of[NOT_APPLICABLE],
                    .not_checked = c->of[NOT_CHECKED],
                    .undetermined = c->of[UNDETERMINED],
                    .absent = c->of[ABSENT]};
}

/* What each class has of a row, and the sum behind them. */
static void take_row(zc_tallies *t, size_t row, const counts *of_classes)
{
  counts all = {{0}};
  zc_tally *out = &t->cells[row * (t->classes + 1)];
  for (size_t k = 0; k < t->classes; k++) {
    out[k] = tally_of(&of_classes[k]);
    for (int i = 0; i < LETTERS; i++)
      all.of[i] += of_classes[k].of[i];
  }
  out[t->classes] = tally_of(&all);
}

zc_code zc_tallies_count(const zc_view *view, const bool *chosen,
                         const zc_row_entries *rows, size_t count, zc_tallies *tallies,
                         zc_err *err)
{
  size_t classes = view->class_count;
  *tallies = (zc_tallies){.rows = count, .classes = classes};
  tallies->cells = calloc(count * (classes + 1) + 1, sizeof *tallies->cells);
  counts *sums = calloc(count * classes + 1, sizeof *sums);
  if (tallies->cells == NULL || sums == NULL) {
    free(sums);
    return zc_fail_memory(err);
  }
  for (size_t i = 0; i < view->members.count; i++) {
    const zc_member *m = &view->members.members[i];
    if (!zc_member_here(m) || (chosen != NULL && !chosen[i]))
      continue;
    counts *own = sums + view->class_of[i];
    for (size_t r = 0; r < count; r++, own += classes)
      if (rows[r].count > 0)
        own->of[index_of(letter_of(m, &rows[r]))]++;
  }
  for (size_t r = 0; r < count; r++)
    take_row(tallies, r, &sums[r * classes]);
  free(sums);
  return ZC_OK;
}

void zc_tallies_free(zc_tallies *tallies)
{
  free(tallies->cells);
  *tallies = (zc_tallies){0};
}

const zc_tally *zc_tallies_at(const zc_tallies *tallies, size_t row, int class)
{
  size_t column = class < 0 ? tallies->classes : (size_t) class;
  return &tallies->cells[row * (tallies->classes + 1) + column];
}

int64_t zc_tally_checked(const zc_tally *tally)
{
  return tally->pass + tally->problem + tally->suspect + tally->hint;
}

int64_t zc_tally_left_out(const zc_tally *tally)
{
  return tally->not_checked + tally->undetermined + tally->absent;
}

/* ---- one facility ------------------------------------------------------------------------ */

zc_tally zc_member_tally(const zc_member *member, const zc_row_entries *row)
{
  counts c = {{0}};
  for (size_t i = 0; i < row->count; i++)
    c.of[index_of(member->statuses[row->entries[i]])]++;
  return tally_of(&c);
}

bool zc_data_entries(const zc_view *view, zc_row_entries *data)
{
  size_t index, count = 0, *places = calloc(view->entries + 1, sizeof *places);
  const json_t *entry;
  json_array_foreach(json_object_get(view->checklist, "entries"), index, entry)
  {
    if (places != NULL && strcmp(zc_text_of(entry, "kind"), "data") == 0)
      places[count++] = index;
  }
  *data = (zc_row_entries){places, count};
  return places != NULL;
}

void zc_progress_add(const zc_view *view, const zc_member *member,
                     const zc_row_entries *data, zc_progress *progress)
{
  int64_t by_people = zc_amount_known(member->numbers[ZC_NUMBER_manual]);
  zc_tally t = zc_member_tally(member, data);
  bool paper = strcmp(member->kind, "paper") == 0; /* no data were run for any of it */
  int64_t run = paper ? 0 : zc_tally_checked(&t) - by_people;
  progress->data_rules += zc_tally_checked(&t) + zc_tally_left_out(&t);
  progress->data_run += run > 0 ? run : 0;
  for (size_t i = 0; i < view->entries; i++) {
    int letter = index_of(member->statuses[i]);
    progress->applicable += letter != NOT_APPLICABLE;
    progress->answered += letter <= HINT;
  }
}

/* ---- what has become of an entry ---------------------------------------------------------- */

zc_change zc_change_of(char before, char after, bool relapsed)
{
  int was = index_of(before), is = index_of(after);
  bool looked = was <= HINT, looks = is <= HINT;
  bool had = looked && was != PASS, has = looks && is != PASS;
  if (!looked || !looks)
    return has               ? ZC_CHANGE_SCOPE_NEW
           : had             ? ZC_CHANGE_SCOPE_LOST
           : looked || looks ? ZC_CHANGE_SCOPE
                             : ZC_CHANGE_OUTSIDE;
  if (has && relapsed)
    return ZC_CHANGE_RELAPSED;
  if (has)
    return had ? ZC_CHANGE_UNCHANGED : ZC_CHANGE_NEW;
  return had ? ZC_CHANGE_FIXED : ZC_CHANGE_CLEAN;
}

int64_t zc_change_scope(const zc_change_tally *tally)
{
  return tally->counts[ZC_CHANGE_SCOPE] + tally->counts[ZC_CHANGE_SCOPE_NEW] +
         tally->counts[ZC_CHANGE_SCOPE_LOST];
}

bool zc_change_differs(const zc_change_tally *tally)
{
  return tally->counts[ZC_CHANGE_NEW] + tally->counts[ZC_CHANGE_FIXED] +
             tally->counts[ZC_CHANGE_RELAPSED] + zc_change_scope(tally) >
         0;
}

/* ---- relapses ------------------------------------------------------------------------------ */

static const zc_relapse *first_of(const zc_relapses *list, int64_t report)
{
  size_t low = 0, high = list->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (list->relapses[middle].report < report)
      low = middle + 1;
    else
      high = middle;
  }
  return list->relapses + low;
}

/* How often an entry has relapsed as the report of a member tells. */
static int64_t relapses_of(const zc_view *view, const zc_relapses *list,
                           const zc_member *m, size_t entry)
{
  int64_t sum = 0;
  if (list->count == 0 || m->report == 0)
    return 0;
  for (const zc_relapse *r = first_of(list, m->report);
       r < list->relapses + list->count && r->report == m->report; r++)
    if (zc_view_place(view, m->checklist, r->entry) == (int64_t)entry)
      sum = zc_amount_add(sum, r->count);
  return sum;
}

static bool is_noted(const zc_relapsed *found, size_t start, size_t count, size_t entry)
{
  for (size_t i = start; i < count; i++)
    if (found->entries[i] == entry)
      return true;
  return false;
}

static zc_code find_relapsed(zc_rounds_pair *pair, const zc_relapses *earlier,
                             const zc_relapses *later, zc_err *err)
{
  const zc_view *before = pair->before, *after = pair->after;
  size_t count = 0, members = after->members.count;
  zc_relapsed *relapsed = &pair->relapsed;
  *relapsed = (zc_relapsed){.entries = calloc(later->count + 1, sizeof(size_t)),
                            .starts = calloc(members + 1, sizeof(size_t))};
  if (relapsed->entries == NULL || relapsed->starts == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < members; i++) {
    const zc_member *m = &after->members.members[i];
    relapsed->starts[i] = count;
    if (m->report == 0 || later->count == 0)
      continue;
    for (const zc_relapse *r = first_of(later, m->report);
         r < later->relapses + later->count && r->report == m->report; r++) {
      int64_t place = zc_view_place(after, m->checklist, r->entry);
      if (place < 0 || is_noted(relapsed, relapsed->starts[i], count, (size_t)place) ||
          relapses_of(after, later, m, (size_t)place) <=
              relapses_of(before, earlier, zc_pair_before(pair, i), (size_t)place))
        continue;
      relapsed->entries[count++] = (size_t)place;
    }
  }
  relapsed->starts[members] = count;
  return ZC_OK;
}

/* ---- two rounds ------------------------------------------------------------------------------ */

zc_code zc_pair_make(const zc_view *before, const zc_view *after,
                     const zc_relapses *earlier, const zc_relapses *later,
                     zc_rounds_pair *pair, zc_err *err)
{
  *pair = (zc_rounds_pair){.before = before,
                           .after = after,
                           .matched = zc_view_match(after, before)};
  return pair->matched == NULL ? zc_fail_memory(err)
                               : find_relapsed(pair, earlier, later, err);
}

void zc_pair_free(zc_rounds_pair *pair)
{
  free(pair->matched);
  free(pair->relapsed.entries);
  free(pair->relapsed.starts);
  *pair = (zc_rounds_pair){0};
}

const zc_member *zc_pair_before(const zc_rounds_pair *pair, size_t member)
{
  return pair->matched[member];
}

bool zc_pair_both(const zc_rounds_pair *pair, size_t member)
{
  return zc_member_here(zc_pair_before(pair, member)) &&
         zc_member_here(&pair->after->members.members[member]);
}

static bool row_relapsed(const zc_rounds_pair *pair, size_t member,
                         const zc_row_entries *row)
{
  const zc_relapsed *r = &pair->relapsed;
  size_t start = r->starts[member], end = r->starts[member + 1];
  for (size_t i = 0; start < end && i < row->count; i++)
    if (is_noted(r, start, end, row->entries[i]))
      return true;
  return false;
}

static zc_change change_at(const zc_rounds_pair *pair, size_t member,
                           const zc_row_entries *row)
{
  return zc_change_of(letter_of(zc_pair_before(pair, member), row),
                      letter_of(&pair->after->members.members[member], row),
                      row_relapsed(pair, member, row));
}

zc_change_tally zc_pair_member(const zc_rounds_pair *pair, size_t member,
                               const zc_row_entries *row)
{
  zc_change_tally t = {{0}};
  for (size_t i = 0; i < row->count; i++) {
    const zc_row_entries one = {&row->entries[i], 1};
    t.counts[change_at(pair, member, &one)]++;
  }
  return t;
}

zc_code zc_pair_count(const zc_rounds_pair *pair, const bool *chosen,
                      const zc_row_entries *rows, size_t count,
                      zc_change_tallies *tallies, zc_err *err)
{
  const zc_view *view = pair->after;
  size_t width = view->class_count + 1;
  *tallies = (zc_change_tallies){.rows = count, .classes = view->class_count};
  tallies->cells = calloc(count * width + 1, sizeof *tallies->cells);
  if (tallies->cells == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < view->members.count; i++) {
    if ((chosen != NULL && !chosen[i]) || !zc_pair_both(pair, i))
      continue;
    zc_change_tally *own = tallies->cells + view->class_of[i];
    for (size_t r = 0; r < count; r++, own += width)
      if (rows[r].count > 0)
        own->counts[change_at(pair, i, &rows[r])]++;
  }
  for (size_t r = 0; r < count; r++)
    for (size_t k = 0; k + 1 < width; k++)
      for (int c = 0; c < ZC_CHANGES; c++)
        tallies->cells[r * width + width - 1].counts[c] +=
            tallies->cells[r * width + k].counts[c];
  return ZC_OK;
}

void zc_change_tallies_free(zc_change_tallies *tallies)
{
  free(tallies->cells);
  *tallies = (zc_change_tallies){0};
}

const zc_change_tally *zc_change_tallies_at(const zc_change_tallies *tallies,
                                            size_t row, int class)
{
  size_t column = class < 0 ? tallies->classes : (size_t) class;
  return &tallies->cells[row * (tallies->classes + 1) + column];
}
