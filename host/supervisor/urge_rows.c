#include "supervisor/urge_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "supervisor/remedy.h"

#define ENTRIES_NAMED 5 /* of those that were left out */
#define COLUMNS_MOST 16

static const char *const lists[ZC_URGE_LISTS] = {"missing", "returned", "left_out"};

typedef struct {
  size_t member;
  const zc_filed *file; /* of the list of those returned; else NULL */
} urged;

struct zc_urge {
  zc_view view;
  zc_filed_list files;
  const char *today, *due;
  json_t *offices;             /* code → name. Owned */
  urged *lists[ZC_URGE_LISTS]; /* owned */
  size_t counts[ZC_URGE_LISTS];
  /* of the open table */
  zc_urge_list open;
  size_t at, width;
  int columns[COLUMNS_MOST];
  zc_buffer texts[COLUMNS_MOST];
  const char *cells[COLUMNS_MOST];
};

zc_urge_list zc_urge_list_of(const char *name)
{
  int i = 0;
  while (i < ZC_URGE_LISTS && strcmp(lists[i], name) != 0)
    i++;
  return (zc_urge_list)i;
}

/* ---- finding them ----------------------------------------------------------------------- */

/* code → place in the view. Owned; NULL when out of memory. */
static json_t *find_places(const zc_view *view)
{
  json_t *places = json_object();
  int bad = places == NULL;
  for (size_t i = 0; i < view->members.count; i++)
    bad |= json_object_set_new(places, view->members.members[i].code,
                               json_integer((json_int_t)i));
  if (bad == 0)
    return places;
  json_decref(places);
  return NULL;
}

/* Of several files of a facility the last that was here. */
static bool find_returned(zc_urge *u, const char *plan, const json_t *round,
                          const zc_filed **of)
{
  json_t *places = find_places(&u->view);
  for (size_t i = 0; places != NULL && i < u->files.count; i++) {
    const zc_filed *f = &u->files.files[i];
    const json_t *place = json_object_get(places, f->facility);
    if (place == NULL || f->counts || zc_remedy_of(f->state) == NULL ||
        (*f->plan != '\0' && strcmp(f->plan, plan) != 0) ||
        strcmp(f->round, zc_text_of(round, "id")) != 0)
      continue;
    const zc_filed **last = &of[json_integer_value(place)];
    if (*last == NULL || strcmp((*last)->received, f->received) < 0 ||
        (strcmp((*last)->received, f->received) == 0 &&
         strcmp((*last)->file, f->file) < 0))
      *last = f;
  }
  bool good = places != NULL;
  json_decref(places);
  return good;
}

static int by_class(const void *one, const void *other, void *context)
{
  const zc_view *view = context;
  const urged *a = one, *b = other;
  int order = view->class_of[a->member] - view->class_of[b->member];
  if (order == 0)
    order = strcmp(view->members.members[a->member].town,
                   view->members.members[b->member].town);
  return order != 0 ? order : (a->member > b->member) - (a->member < b->member);
}

static void add(zc_urge *u, zc_urge_list list, size_t member, const zc_filed *file)
{
  u->lists[list][u->counts[list]++] = (urged){member, file};
}

static bool fill(zc_urge *u, const char *plan, const json_t *round)
{
  size_t count = u->view.members.count;
  const zc_filed **of = calloc(count + 1, sizeof(zc_filed *));
  bool good = of != NULL && find_returned(u, plan, round, of);
  for (int i = 0; i < ZC_URGE_LISTS; i++) {
    u->lists[i] = calloc(count + 1, sizeof **u->lists);
    good = good && u->lists[i] != NULL;
  }
  for (size_t i = 0; good && i < count; i++) {
    const zc_member *m = &u->view.members.members[i];
    if (!m->expected)
      continue;
    if (m->report == 0)
      add(u, of[i] == NULL ? ZC_URGE_MISSING : ZC_URGE_RETURNED, i, of[i]);
    else if (zc_view_left_out(&u->view, m) > 0)
      add(u, ZC_URGE_LEFT_OUT, i, NULL);
  }
  for (int i = 0; good && i < ZC_URGE_LISTS; i++)
    qsort_r(u->lists[i], u->counts[i], sizeof **u->lists, by_class, &u->view);
  free(of);
  return good;
}

static zc_code read_offices(zc_urge *u, zc_store *store, const char *plan,
                            const char *round, zc_err *err)
{
  size_t index;
  json_t *list = NULL;
  const json_t *one;
  zc_code code = zc_offices_read(store, plan, round, &list, err);
  int bad = (u->offices = json_object()) == NULL;
  json_array_foreach(list, index, one)
      bad |= json_object_set(u->offices, zc_text_of(one, "code"),
                             json_object_get(one, "name"));
  json_decref(list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_urge_new(zc_office *office, const char *plan, const json_t *round,
                    zc_urge **urge, zc_err *err)
{
  zc_urge *u = calloc(1, sizeof *u);
  *urge = u;
  if (u == NULL)
    return zc_fail_memory(err);
  u->today = office->workspace.cli->today;
  u->due = zc_text_of(round, "due");
  zc_code code = zc_view_read(office->workspace.store, office->checklists, plan,
                              zc_text_of(round, "id"), &u->view, err);
  if (code == ZC_OK)
    code = read_offices(u, office->workspace.store, plan, zc_text_of(round, "id"), err);
  if (code == ZC_OK)
    code = zc_filed_read(office->workspace.store, &u->files, err);
  if (code == ZC_OK && !fill(u, plan, round))
    code = zc_fail_memory(err);
  return code;
}

static void close_table(void *context)
{
  zc_urge *u = context;
  for (size_t i = 0; i < COLUMNS_MOST; i++)
    zc_buffer_free(&u->texts[i]);
}

void zc_urge_free(zc_urge *urge)
{
  if (urge == NULL)
    return;
  close_table(urge);
  for (int i = 0; i < ZC_URGE_LISTS; i++)
    free(urge->lists[i]);
  zc_filed_free(&urge->files);
  zc_view_free(&urge->view);
  json_decref(urge->offices);
  free(urge);
}

/* ---- numbers ------------------------------------------------------------------------------ */

static json_t *group_counts(const zc_urge *u, const zc_group *group, int class)
{
  json_int_t counts[ZC_URGE_LISTS] = {0};
  for (int list = 0; list < ZC_URGE_LISTS; list++)
    for (size_t i = 0; i < u->counts[list]; i++)
      counts[list] += class < 0 || u->view.class_of[u->lists[list][i].member] == class;
  return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "class", group->title, "expected",
                   (json_int_t)group->expected, "here", (json_int_t)group->here,
                   "missing", counts[ZC_URGE_MISSING], "returned",
                   counts[ZC_URGE_RETURNED], "left_out", counts[ZC_URGE_LEFT_OUT]);
}

json_t *zc_urge_counts(const zc_urge *u)
{
  json_t *classes = json_array();
  int bad = classes == NULL;
  for (size_t i = 0; i < u->view.class_count; i++)
    if (u->view.classes[i].expected > 0)
      bad |= json_array_append_new(classes,
                                   group_counts(u, &u->view.classes[i], (int)i));
  json_t *counts = json_object();
  bad |= json_object_set_new(counts, "counts", group_counts(u, &u->view.all, -1));
  bad |= json_object_set(counts, "classes", classes);
  json_decref(classes);
  if (bad == 0)
    return counts;
  json_decref(counts);
  return NULL;
}

/* ---- cells -------------------------------------------------------------------------------- */

typedef void printing(const zc_urge *u, const urged *one, zc_buffer *out);

#define MEMBER(name)                                                                   \
  static void print_##name(const zc_urge *u, const urged *one, zc_buffer *out)         \
  {                                                                                    \
    zc_buffer_text(out, u->view.members.members[one->member].name);                    \
  }
MEMBER(class)
MEMBER(town)
MEMBER(code)
MEMBER(name)
MEMBER(phone)
#undef MEMBER

/* Who is another office's facility is called by that one. */
static void print_contact(const zc_urge *u, const urged *one, zc_buffer *out)
{
  const zc_member *m = &u->view.members.members[one->member];
  if (*m->via != '\0')
    zc_buffer_print(out, "由%s催报",
                    zc_text_or(zc_get_text(u->offices, m->via), m->via));
  else
    zc_buffer_text(out, m->contact);
}

static void print_overdue(const zc_urge *u, const urged *one, zc_buffer *out)
{
  (void)one;
  int32_t due, today;
  if (zc_day_parse(u->due, strlen(u->due), &due) &&
      zc_day_parse(u->today, strlen(u->today), &today) && today > due)
    zc_buffer_print(out, "%d", (int)(today - due));
}

static void print_day(const zc_urge *u, const urged *one, zc_buffer *out)
{
  zc_buffer_text(out, one->file != NULL ? one->file->day
                                        : u->view.members.members[one->member].day);
}

static void print_received(const zc_urge *u, const urged *one, zc_buffer *out)
{
  (void)u;
  zc_buffer_text(out, one->file == NULL ? "" : one->file->received);
}

static void print_state(const zc_urge *u, const urged *one, zc_buffer *out)
{
  (void)u;
  if (one->file != NULL)
    zc_buffer_text(out, zc_remedy_of(one->file->state)->word);
}

static void print_remedy(const zc_urge *u, const urged *one, zc_buffer *out)
{
  (void)u;
  if (one->file != NULL)
    zc_buffer_text(out,
                   zc_remedy_text(zc_remedy_of(one->file->state), one->file->kind));
}

static void print_letter(const zc_urge *u, const urged *one, char letter,
                         zc_buffer *out)
{
  size_t count = 0;
  const char *statuses = u->view.members.members[one->member].statuses;
  for (size_t i = 0; i < u->view.entries; i++)
    count += statuses[i] == letter;
  zc_buffer_print(out, "%zu", count);
}

static void print_not_checked(const zc_urge *u, const urged *one, zc_buffer *out)
{
  print_letter(u, one, ZC_STATUS_NOT_CHECKED, out);
}

static void print_undetermined(const zc_urge *u, const urged *one, zc_buffer *out)
{
  print_letter(u, one, ZC_STATUS_UNDETERMINED, out);
}

static void print_absent(const zc_urge *u, const urged *one, zc_buffer *out)
{
  print_letter(u, one, ZC_STATUS_ABSENT, out);
}

static void print_entries(const zc_urge *u, const urged *one, zc_buffer *out)
{
  size_t count = 0;
  const char *statuses = u->view.members.members[one->member].statuses;
  const json_t *entries = json_object_get(u->view.checklist, "entries");
  for (size_t i = 0; i < u->view.entries; i++) {
    if (statuses[i] != ZC_STATUS_NOT_CHECKED && statuses[i] != ZC_STATUS_UNDETERMINED &&
        statuses[i] != ZC_STATUS_ABSENT)
      continue;
    if (count++ < ENTRIES_NAMED)
      zc_buffer_print(out, "%s%s", count > 1 ? "、" : "",
                      zc_text_of(json_array_get(entries, i), "title"));
  }
  if (count > ENTRIES_NAMED)
    zc_buffer_print(out, "等%zu项", count);
}

static const struct {
  const char *id;
  printing *print;
} columns[] = {{"class", print_class},
               {"town", print_town},
               {"code", print_code},
               {"name", print_name},
               {"contact", print_contact},
               {"phone", print_phone},
               {"overdue", print_overdue},
               {"day", print_day},
               {"received", print_received},
               {"state", print_state},
               {"remedy", print_remedy},
               {"not_checked", print_not_checked},
               {"undetermined", print_undetermined},
               {"absent", print_absent},
               {"entries", print_entries}};
#define COLUMNS (sizeof columns / sizeof *columns)

/* ---- rows ----------------------------------------------------------------------------------- */

static int column_of(const char *id)
{
  for (size_t i = 0; i < COLUMNS; i++)
    if (strcmp(columns[i].id, id) == 0)
      return (int)i;
  return -1;
}

static bool is_source(const char *source)
{
  return strncmp(source, "urge.", 5) == 0 &&
         zc_urge_list_of(source + 5) < ZC_URGE_LISTS;
}

static bool has_column(const char *source, const char *column)
{
  (void)source;
  return column_of(column) >= 0;
}

const zc_paper_rows zc_urge_paper_rows = {is_source, has_column};

static zc_code open_table(void *context, const char *source, const json_t *pick,
                          zc_err *err)
{
  zc_urge *u = context;
  size_t index;
  const json_t *id;
  bool known = strncmp(source, "urge.", 5) == 0;
  u->open = known ? zc_urge_list_of(source + 5) : ZC_URGE_LISTS;
  u->at = 0;
  u->width = json_array_size(pick);
  known = u->open < ZC_URGE_LISTS && u->width <= COLUMNS_MOST;
  json_array_foreach(pick, index, id)
  {
    int column = column_of(zc_text_or(json_string_value(id), ""));
    known = known && column >= 0;
    if (known)
      u->columns[index] = column;
  }
  return known ? ZC_OK
               : zc_fail(err, ZC_EINTERNAL,
                         "a table has its rows from {source}, which is not "
                         "known here",
                         "source", source, NULL);
}

static zc_code next_row(void *context, const char *const **cells, size_t *count,
                        zc_err *err)
{
  zc_urge *u = context;
  zc_code code = ZC_OK;
  *cells = NULL;
  if (u->at == u->counts[u->open])
    return ZC_OK;
  const urged *one = &u->lists[u->open][u->at++];
  for (size_t i = 0; code == ZC_OK && i < u->width; i++) {
    zc_buffer *text = &u->texts[i];
    text->size = 0;
    columns[u->columns[i]].print(u, one, text);
    if (text->size == 0)
      zc_buffer_text(text, "—");
    code = zc_buffer_check(text, err);
    u->cells[i] = text->data;
  }
  if (code == ZC_OK) {
    *cells = u->cells;
    *count = u->width;
  }
  return code;
}

zc_rows zc_urge_rows(zc_urge *urge)
{
  return (zc_rows){open_table, next_row, close_table, urge};
}
