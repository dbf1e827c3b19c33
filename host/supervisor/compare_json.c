#include "supervisor/compare_json.h"

#include <string.h>

#include "office/amount.h"
#include "store/project.h"

/* Sums of foreign numbers may be larger than what JSON of ours holds. */
static json_t *number(int64_t value)
{
  if (value == ZC_UNKNOWN)
    return NULL;
  return json_integer(value > ZC_INTEGER_MAX ? ZC_INTEGER_MAX : value);
}

/* A number under its name; what is unknown is missing. */
static int put(json_t *map, const char *key, int64_t value)
{
  return value == ZC_UNKNOWN ? 0 : json_object_set_new(map, key, number(value));
}

static int put_rate(json_t *map, const char *key, int64_t part, int64_t whole)
{
  char room[ZC_FIGURE_ROOM];
  return json_object_set_new(map, key, json_string(zc_rate_text(room, part, whole)));
}

/* In yuan, as everywhere in our JSON. */
static int put_money(json_t *map, const char *key, int64_t cents)
{
  return cents == ZC_UNKNOWN ? 0 : json_object_set_new(map, key, zc_amount(cents));
}

/* ---- figures of reports --------------------------------------------------------------- */

static const struct {
  const char *key;
  zc_fact_number at;
} figures[] = {{"found", ZC_NUMBER_found},         {"counted", ZC_NUMBER_counted},
               {"rectified", ZC_NUMBER_rectified}, {"closed", ZC_NUMBER_closed},
               {"due_total", ZC_NUMBER_due_total}, {"on_time", ZC_NUMBER_on_time},
               {"overdue", ZC_NUMBER_overdue},     {"relapsed", ZC_NUMBER_relapsed}};

static int put_figures(json_t *map, const int64_t numbers[ZC_NUMBER_COUNT])
{
  int bad = put_money(map, "refund", numbers[ZC_NUMBER_refund]);
  for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
    bad |= put(map, figures[i].key, numbers[figures[i].at]);
  bad |= put_rate(map, "rectified_rate", numbers[ZC_NUMBER_rectified],
                  numbers[ZC_NUMBER_counted]);
  bad |= put_rate(map, "on_time_rate", numbers[ZC_NUMBER_on_time],
                  numbers[ZC_NUMBER_due_total]);
  return bad | put_rate(map, "closed_rate", numbers[ZC_NUMBER_closed],
                        numbers[ZC_NUMBER_rectified]);
}

static int put_progress(json_t *map, const zc_progress *p)
{
  int bad = put(map, "applicable", p->applicable);
  bad |= put(map, "answered", p->answered);
  bad |= put(map, "data_rules", p->data_rules);
  bad |= put(map, "data_run", p->data_run);
  bad |= put_rate(map, "completion", p->answered, p->applicable);
  return bad | put_rate(map, "data_coverage", p->data_run, p->data_rules);
}

static int put_tally(json_t *map, const zc_tally *t)
{
  int bad = put(map, "pass", t->pass);
  bad |= put(map, "problem", t->problem);
  bad |= put(map, "suspect", t->suspect);
  bad |= put(map, "hint", t->hint);
  bad |= put(map, "not_applicable", t->not_applicable);
  bad |= put(map, "not_checked", t->not_checked);
  bad |= put(map, "undetermined", t->undetermined);
  bad |= put(map, "absent", t->absent);
  return bad | put(map, "checked", zc_tally_checked(t));
}

static int put_changes(json_t *map, const zc_change_tally *t)
{
  static const char *const keys[] = {"new",        "fixed",       "relapsed",
                                     "unchanged",  "clean",       "scope_new",
                                     "scope_lost", "scope_other", "outside"};
  int bad = put(map, "scope", zc_change_scope(t));
  for (int i = 0; i < ZC_CHANGES; i++)
    bad |= put(map, keys[i], t->counts[i]);
  return bad;
}

static int put_held(json_t *map, const zc_held *h, int places)
{
  char room[ZC_FIGURE_ROOM];
  int bad = put(map, "visits", h->visits);
  bad |= put(map, "self_found", h->self_found);
  bad |= put(map, "inspected", h->inspected);
  bad |= put(map, "reported", h->reported);
  bad |= put(map, "reported_after", h->reported_after);
  bad |= put(map, "unreported", h->unreported);
  bad |= put(map, "not_checked", h->not_checked);
  bad |= put(map, "not_in_scope", h->not_in_scope);
  bad |= put(map, "no_report", h->no_report);
  bad |= put_money(map, "amount", h->amount);
  bad |= put_money(map, "refund_self", h->refund_self);
  const zc_share share = zc_held_unreported(h);
  bad |= put_rate(map, "unreported_rate", share.part, share.whole);
  bad |= put_rate(map, "share", h->refund_self, h->amount);
  bad |= json_object_set_new(map, "amount_wan",
                             json_string(zc_wan_text(room, h->amount, places)));
  return bad |
         json_object_set_new(map, "refund_self_wan",
                             json_string(zc_wan_text(room, h->refund_self, places)));
}

/* ---- classes -------------------------------------------------------------------------------- */

/* What has become of all entries of a class; -1: of all. */
static zc_change_tally sum_changes(const zc_comparing *c, int class)
{
  zc_change_tally sum = {{0}};
  for (size_t r = 0; r < c->items.count; r++)
    for (int i = 0; i < ZC_CHANGES; i++)
      sum.counts[i] += zc_change_tallies_at(&c->items.changes, r, class)->counts[i];
  return sum;
}

static int64_t count_both(const zc_comparing *c, int class)
{
  int64_t both = 0;
  for (size_t i = 0; i < c->order_count; i++)
    both += (class < 0 || c->view.class_of[c->order[i]] == class) &&
            zc_pair_both(&c->pair, c->order[i]);
  return both;
}

static json_t *group_of(const zc_comparing *c, int class)
{
  size_t at = class < 0 ? c->view.class_count : (size_t) class;
  const zc_group *g = class < 0 ? &c->all : &c->groups[class];
  char room[ZC_FIGURE_ROOM];
  json_t *map = json_object();
  int bad = class < 0 ? 0 : json_object_set_new(map, "title", json_string(g->title));
  bad |= put(map, "expected", g->expected);
  bad |= put(map, "here", g->here);
  bad |= put(map, "missing", g->expected - g->here);
  bad |= put(map, "late", g->late);
  bad |= put(map, "nil", g->nil);
  bad |= put(map, "left_out", g->left_out);
  bad |= put(map, "clean", g->clean);
  bad |= put_progress(map, &c->progress[at]);
  bad |= put_figures(map, g->numbers);
  bad |= json_object_set_new(map, "refund_wan",
                             json_string(zc_wan_text(room, g->numbers[ZC_NUMBER_refund],
                                                     c->places)));
  if (c->other != NULL) {
    zc_change_tally sum = sum_changes(c, class);
    bad |= put(map, "both", count_both(c, class));
    bad |= put_changes(map, &sum);
  }
  if (c->inspections) {
    json_t *held = json_object();
    bad |= put(held, "facilities", c->held.classes[at].facilities);
    bad |= put_held(held, &c->held.classes[at], c->places);
    bad |= json_object_set_new(map, "inspection", held);
  }
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static json_t *classes_of(const zc_comparing *c)
{
  json_t *list = json_array();
  int bad = 0;
  for (size_t k = 0; k < c->view.class_count; k++)
    if (zc_compared_class(c, k))
      bad |= json_array_append_new(list, group_of(c, (int)k));
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

/* ---- rows ------------------------------------------------------------------------------------- */

static int put_counts(const zc_comparing *c, const zc_compared_rows *rows, size_t row,
                      int class, json_t *map)
{
  return c->other == NULL
             ? put_tally(map, zc_tallies_at(&rows->tallies, row, class))
             : put_changes(map, zc_change_tallies_at(&rows->changes, row, class));
}

/* The counts of all, and with `classes` a list of those of each class. */
static json_t *row_of(const zc_comparing *c, const zc_compared_rows *rows, size_t row,
                      bool classes)
{
  json_t *all = json_object(), *list = json_array();
  int bad = put_counts(c, rows, row, -1, all);
  for (size_t k = 0; classes && k < c->view.class_count; k++) {
    if (!zc_compared_class(c, k))
      continue;
    json_t *one = json_object();
    bad |= json_object_set_new(one, "title", json_string(c->groups[k].title));
    bad |= put_counts(c, rows, row, (int)k, one);
    bad |= json_array_append_new(list, one);
  }
  json_t *map = json_pack("{s:s, s:s, s:o}", "id", rows->rows[row].id, "title",
                          rows->rows[row].title, "all", all);
  if (classes)
    bad |= json_object_set(map, "classes", list);
  json_decref(list);
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static json_t *rows_of(const zc_comparing *c, const zc_compared_rows *rows,
                       bool classes)
{
  json_t *list = json_array();
  int bad = 0;
  for (size_t i = 0; i < rows->count; i++)
    bad |= json_array_append_new(list, row_of(c, rows, i, classes));
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

/* Sets with their members; the row without an id is of the whole set. */
static json_t *sets_of(const zc_comparing *c, bool classes)
{
  json_t *list = json_array();
  int bad = 0;
  for (size_t s = 0; s < c->set_count; s++) {
    json_t *members = json_array(), *whole = NULL;
    for (size_t i = 0; i < c->members.count; i++) {
      if (c->members.rows[i].set != s)
        continue;
      json_t *row = row_of(c, &c->members, i, classes);
      if (*c->members.rows[i].id == '\0')
        whole = row;
      else
        bad |= json_array_append_new(members, row);
    }
    bad |= json_object_set_new(whole, "id", json_string(zc_text_of(c->sets[s], "id")));
    bad |= json_object_set_new(whole, "title",
                               json_string(zc_text_of(c->sets[s], "title")));
    bad |= json_object_set_new(whole, "members", members);
    bad |= json_array_append_new(list, whole);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

/* What the command line has narrowed it to: option → [value]. */
static json_t *filter_of(const zc_comparing *c)
{
  static const char *const options[] = {"class", "town", "facility", "item",
                                        "focus", "set",  "from",     "to"};
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    const json_t *values = zc_option_values(c->office->workspace.cli, options[i]);
    if (values != NULL)
      bad |= json_object_set(map, options[i], (json_t *)values);
  }
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

json_t *zc_compare_figures(const zc_comparing *comparing, bool classes)
{
  const zc_comparing *c = comparing;
  const char *kind = c->inspections     ? "inspection"
                     : c->other != NULL ? "rounds"
                                        : "facilities";
  json_t *map = json_pack("{s:s, s:s, s:s, s:O, s:O}", "zicha", "compare/1", "kind",
                          kind, "today", c->office->workspace.cli->today, "plan",
                          json_object_get(c->view.checklist, "plan"), "round",
                          c->round);
  int bad = json_object_set_new(map, "all", group_of(c, -1));
  bad |= json_object_set_new(map, "classes", classes_of(c));
  bad |= json_object_set_new(map, "filter", filter_of(c));
  if (json_array_size(c->view.offices) > 0) {
    bad |= json_object_set(map, "offices", c->view.offices);
    bad |= json_object_set_new(map, "unheard", number(c->view.members.unheard));
  }
  if (c->other != NULL)
    bad |= json_object_set(map, "with", (json_t *)c->other);
  if (c->inspections) {
    bad |= json_object_set_new(map, "others", number(c->held.others));
    bad |= json_object_set_new(map, "window",
                               json_pack("{s:s, s:s}", "from", zc_text_or(c->from, ""),
                                         "to", zc_text_or(c->to, "")));
  }
  if (!c->inspections) {
    bad |= json_object_set_new(map, "items", rows_of(c, &c->items, classes));
    bad |= json_object_set_new(map, "focus", rows_of(c, &c->areas, classes));
    bad |= json_object_set_new(map, "sets", sets_of(c, classes));
  }
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

/* ---- facilities ------------------------------------------------------------------------------------ */

static const char *state_of(const zc_member *m)
{
  return m->report == 0 ? "missing" : m->state;
}

static json_t *about(const zc_member *m)
{
  return json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", m->code, "name", m->name,
                   "class", m->class, "town", m->town, "state", state_of(m));
}

static json_t *facility_of(const zc_comparing *c, size_t member)
{
  const zc_member *m = &c->view.members.members[member];
  json_t *map = about(m);
  if (m->report == 0)
    return map;
  zc_progress progress = {0};
  zc_tally tally = zc_member_tally(m, &c->entries);
  zc_progress_add(&c->view, m, &c->data, &progress);
  int bad = json_object_set_new(map, "day", json_string(m->day));
  bad |= json_object_set_new(map, "kind", json_string(m->kind));
  bad |= json_object_set_new(map, "report", json_string(m->file));
  bad |= json_object_set_new(map, "nil", json_boolean(zc_view_is_nil(&c->view, m)));
  bad |= put(map, "left_out", zc_tally_left_out(&tally));
  bad |= put_tally(map, &tally);
  bad |= put_progress(map, &progress);
  bad |= put_figures(map, m->numbers);
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

/* Of a facility that reported in neither round NULL without a failure: *none. */
static json_t *changed_of(const zc_comparing *c, size_t member, bool *none)
{
  const zc_member *m = &c->view.members.members[member];
  const zc_member *before = zc_pair_before(&c->pair, member);
  *none = m->report == 0 && before->report == 0;
  if (*none)
    return NULL;
  json_t *map = about(m);
  int bad = json_object_set_new(map, "before", json_string(state_of(before)));
  if (zc_pair_both(&c->pair, member)) {
    zc_change_tally t = zc_pair_member(&c->pair, member, &c->entries);
    bad |= put_changes(map, &t);
  }
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static json_t *held_of(const zc_comparing *c, const zc_held *h)
{
  json_t *map = about(&c->view.members.members[h->member]);
  if (put_held(map, h, c->places) == 0)
    return map;
  json_decref(map);
  return NULL;
}

typedef struct {
  const zc_sink *sink;
  zc_buffer text;
  bool begun;
} writing;

/* Takes the facility; NULL counts as out of memory. */
static zc_code write_facility(writing *w, json_t *facility, zc_err *err)
{
  if (w->begun)
    zc_buffer_char(&w->text, ',');
  w->begun = true;
  zc_code code = facility == NULL ? zc_fail_memory(err)
                                  : zc_json_canonical(facility, &w->text, err);
  json_decref(facility);
  return code == ZC_OK ? zc_sink_drain(w->sink, &w->text, ZC_SINK_CHUNK, err) : code;
}

static zc_code write_facilities(const zc_comparing *c, writing *w, zc_err *err)
{
  zc_code code = ZC_OK;
  zc_buffer_text(&w->text, "\"facilities\":[");
  for (size_t i = 0; c->inspections && code == ZC_OK && i < c->held.count; i++)
    code = write_facility(w, held_of(c, &c->held.rows[i]), err);
  for (size_t i = 0; !c->inspections && code == ZC_OK && i < c->order_count; i++) {
    bool none = false;
    json_t *facility = c->other == NULL ? facility_of(c, c->order[i])
                                        : changed_of(c, c->order[i], &none);
    if (!none)
      code = write_facility(w, facility, err);
  }
  zc_buffer_char(&w->text, ']');
  return code;
}

zc_code zc_compare_write(const zc_comparing *comparing, const zc_sink *sink,
                         zc_err *err)
{
  static const char *const keys[] = {"all",    "classes", "facilities", "filter",
                                     "focus",  "items",   "kind",       "offices",
                                     "others", "plan",    "round",      "sets",
                                     "today",  "unheard", "window",     "with",
                                     "zicha"}; /* as canonical JSON has them */
  writing w = {.sink = sink};
  json_t *map = zc_compare_figures(comparing, true);
  zc_code code = map == NULL ? zc_fail_memory(err) : ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof keys / sizeof *keys; i++) {
    const json_t *value = json_object_get(map, keys[i]);
    bool streamed = strcmp(keys[i], "facilities") == 0;
    if (value == NULL && !streamed)
      continue;
    zc_buffer_char(&w.text, i == 0 ? '{' : ',');
    if (streamed) {
      code = write_facilities(comparing, &w, err);
      continue;
    }
    zc_buffer_print(&w.text, "\"%s\":", keys[i]);
    code = zc_json_canonical(value, &w.text, err);
  }
  zc_buffer_text(&w.text, "}\n");
  if (code == ZC_OK)
    code = zc_sink_drain(sink, &w.text, 0, err);
  json_decref(map);
  zc_buffer_free(&w.text);
  return code;
}
