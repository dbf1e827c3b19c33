/* What an office makes of the files that it was sent: nothing depends on their order. */
#include "office/standing.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "chance.h"
#include "folder.h"
#include "store/collected.h"

#define MOST 64

/* ---- an office ------------------------------------------------------------------------ */

typedef struct {
  folder folder;
  zc_store *store;
  json_t *rosters, *rounds, *keys, *decisions;
  zc_filed files[MOST];
  size_t count;
  bool take_unsigned, last;
  zc_filed_list list; /* a copy that was decided upon */
} office;

/* Two rounds; T1 to T3 are facilities, T4 is not expected, C1 and C2 are offices. */
static office office_new(void)
{
  zc_err err;
  office o = {.folder = folder_new(),
              .rosters = json_pack("{s:{s:i, s:i, s:i, s:i, s:i, s:i}}", "p", "T1", 1,
                                   "T2", 1, "T3", 1, "T4", 0, "C1", 2, "C2", 2),
              .rounds = json_pack("{s:[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}]}",
                                  "p", "id", "r1", "from", "2023-01-01", "to",
                                  "2023-03-31", "due", "2023-04-05", "id", "r2", "from",
                                  "2023-04-01", "to", "2023-06-30", "due",
                                  "2023-07-05"),
              .keys = json_object(),
              .decisions = json_object()};
  static const char *const codes[] = {"T1", "T2", "T3", "T4", "C1", "C2", "X9"};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    json_object_set_new(o.keys, codes[i],
                        json_pack("[{s:s, s:s, s:s, s:s}]", "key", "k", "id", "K",
                                  "since", "2023-01-01", "until", ""));
  cr_assert(eq(int, zc_store_open(o.folder.path, true, &o.store, &err), ZC_OK), "%s",
            err.text);
  return o;
}

static void office_free(office *o)
{
  zc_filed_free(&o->list);
  zc_store_close(o->store);
  json_decref(o->rosters);
  json_decref(o->rounds);
  json_decref(o->keys);
  json_decref(o->decisions);
  folder_free(&o->folder);
}

/* A signed report of a facility; what differs is set by the caller. */
static zc_filed *add(office *o, const char *file, const char *code, const char *day,
                     int64_t seq)
{
  zc_filed *f = &o->files[o->count++];
  *f = (zc_filed){.no = (int64_t)o->count,
                  .seq = seq,
                  .checklist = 1,
                  .file = file,
                  .kind = "zrep",
                  .name = file,
                  .received = day,
                  .fault = "",
                  .detail = "",
                  .report = file,
                  .run = file,
                  .plan = "p",
                  .facility = code,
                  .day = day,
                  .head = file,
                  .corrects = "",
                  .key_id = "K",
                  .signer = "k",
                  .source = "",
                  .via = "",
                  .round_day = "",
                  .round_from = "",
                  .round_id = "",
                  .round = "",
                  .state = "",
                  .reason = ""};
  return f;
}

static zc_filed *add_paper(office *o, const char *file, const char *code,
                           const char *day)
{
  zc_filed *f = add(o, file, code, day, -1);
  f->kind = "paper";
  f->run = f->head = f->signer = f->key_id = "";
  f->source = "list";
  return f;
}

static zc_filed *add_office(office *o, const char *file, const char *code,
                            const char *day, const char *round_day, int64_t seq)
{
  zc_filed *f = add(o, file, code, day, seq);
  f->kind = "office";
  f->round_day = round_day;
  return f;
}

/* What an office tells of a facility. */
static zc_filed *add_part(office *o, const char *file, const zc_filed *whole,
                          const char *code, const char *day)
{
  zc_filed *f = add(o, file, code, day, -1);
  f->kind = "office";
  f->run = f->head = f->signer = f->key_id = "";
  f->source = whole->file;
  f->via = whole->facility;
  return f;
}

static void decide(office *o)
{
  zc_err err;
  const zc_expected expected = {o->rosters,   o->rounds,        o->keys,
                                o->decisions, o->take_unsigned, 15};
  zc_filed_free(&o->list);
  o->list.files = malloc((o->count + 1) * sizeof *o->list.files);
  cr_assert(o->list.files != NULL);
  memcpy(o->list.files, o->files, o->count * sizeof *o->files);
  o->list.count = o->count;
  cr_assert(
      eq(int, zc_standing_decide(o->store, &expected, o->last, &o->list, &err), ZC_OK));
}

static const zc_filed *find(const office *o, const char *file)
{
  for (size_t i = 0; i < o->list.count; i++)
    if (strcmp(o->list.files[i].file, file) == 0)
      return &o->list.files[i];
  cr_assert(false, "%s", file);
  return NULL;
}

static void expect(const office *o, const char *file, const char *state,
                   const char *round)
{
  const zc_filed *f = find(o, file);
  bool counts = strcmp(state, "accepted") == 0 || strcmp(state, "late") == 0 ||
                strcmp(state, "allowed") == 0;
  cr_expect(eq(str, (char *)f->state, (char *)state), "%s: %s", file, f->reason);
  cr_expect(eq(str, (char *)f->round, (char *)round), "%s", file);
  cr_expect(f->counts == counts, "%s", file);
}

/* ---- direct reports ---------------------------------------------------------------------- */

Test(standing, a_correction_supersedes_what_it_corrects_and_an_old_report_is_replayed)
{
  office o = office_new();
  add(&o, "a", "T1", "2023-03-01", 1);
  add(&o, "b", "T1", "2023-03-10", 2)->corrects = "a";
  zc_filed *again = add(&o, "c", "T1", "2023-03-01", 1);
  again->report = "a";
  again->received = "2023-05-01";
  decide(&o);
  expect(&o, "a", "superseded", "r1");
  expect(&o, "b", "accepted", "r1");
  expect(&o, "c", "replayed", "r1");
  cr_expect(strstr(find(&o, "a")->reason, "corrects") != NULL);
  office_free(&o);
}

Test(standing, a_report_behind_a_round_belongs_to_it_when_that_has_none_and_is_late)
{
  office o = office_new();
  add(&o, "a", "T1", "2023-04-10", 1);
  add(&o, "b", "T2", "2023-03-20", 1);
  add(&o, "c", "T2", "2023-04-10", 2);
  add(&o, "d", "T3", "2023-04-02", 1);
  add(&o, "e", "T3", "2023-09-30", 2);
  decide(&o);
  expect(&o, "a", "late", "r1");
  expect(&o, "b", "accepted", "r1");
  expect(&o, "c", "accepted", "r2");
  expect(&o, "d", "accepted", "r1");
  expect(&o, "e", "bad_date", "");
  office_free(&o);
}

Test(standing,
     a_correction_behind_a_rounds_end_belongs_to_the_round_of_what_it_corrects)
{
  office o = office_new();
  add(&o, "a", "T1", "2023-03-20", 1);
  add(&o, "b", "T1", "2023-04-03", 2)->corrects = "a";
  add(&o, "c", "T1", "2023-04-20", 3)->corrects = "b"; /* due on 5 April, and 15 days */
  add(&o, "d", "T2", "2023-03-20", 1);
  add(&o, "e", "T2", "2023-04-21", 2)->corrects = "d";
  add(&o, "f", "T3", "2023-06-20", 1);
  add(&o, "g", "T3", "2023-07-18", 2)->corrects = "f"; /* of the last round, too */
  decide(&o);
  expect(&o, "a", "superseded", "r1");
  expect(&o, "b", "superseded", "r1");
  expect(&o, "c", "late", "r1");
  expect(&o, "d", "accepted", "r1");
  expect(&o, "e", "accepted", "r2");
  expect(&o, "f", "superseded", "r2");
  expect(&o, "g", "late", "r2");
  office_free(&o);
}

static void allow(office *o, const char *file, const char *round)
{
  json_object_set_new(o->decisions, file,
                      json_pack("{s:s, s:s}", "decision", "allow", "round", round));
}

Test(standing,
     a_decision_names_the_round_and_what_comes_later_still_replaces_the_report)
{
  office o = office_new();
  add(&o, "a", "T1", "2024-03-20", 1)->received = "2023-03-28";
  add(&o, "b", "T2", "2024-03-20", 1)->received = "2023-03-28";
  add(&o, "c", "T2", "2023-04-03", 2)->corrects = "b";
  add(&o, "d", "T3", "2022-03-20", 1)->received = "2023-03-28";
  allow(&o, "a", "r1");
  allow(&o, "b", "r1");
  decide(&o);
  expect(&o, "a", "allowed", "r1");
  expect(&o, "b", "superseded", "r1");
  expect(&o, "c", "accepted", "r1");
  expect(&o, "d", "bad_date", "r1"); /* it was here in that round */
  allow(&o, "a", "");
  allow(&o, "d", "r2");
  decide(&o);
  expect(&o, "a", "bad_date", "r1"); /* no round has its day */
  expect(&o, "d", "allowed", "r2");
  office_free(&o);
}

Test(standing, what_is_refused_is_told_with_the_round_that_it_was_meant_for)
{
  office o = office_new();
  add(&o, "a", "T1", "2023-04-03", 1)->signer = "other";
  add(&o, "b", "T2", "2023-03-20", 1);
  add(&o, "c", "T2", "2023-04-03", 2)->signer = "other"; /* r1 has one of it */
  zc_filed *f = add(&o, "d", "T3", "2023-04-03", 1);
  f->fault = "tampered";
  zc_filed *g = add(&o, "e", "", "", -1);
  g->fault = "unreadable";
  g->plan = "";
  decide(&o);
  expect(&o, "a", "foreign_key", "r1");
  expect(&o, "c", "foreign_key", "r2");
  expect(&o, "d", "tampered", "r1");
  expect(&o, "e", "unreadable", "");
  office_free(&o);
}

Test(standing, only_offices_report_as_offices_and_only_facilities_as_facilities)
{
  office o = office_new();
  add_office(&o, "a", "T1", "2023-03-20", "2023-03-31", 1);
  add(&o, "b", "C1", "2023-03-20", 1);
  add_office(&o, "c", "X9", "2023-03-20", "2023-03-31", 1);
  decide(&o);
  expect(&o, "a", "unknown_facility", "r1");
  expect(&o, "b", "unknown_facility", "r1");
  expect(&o, "c", "unknown_facility", "r1");
  office_free(&o);
}

/* ---- keys ---------------------------------------------------------------------------------- */

Test(standing, a_key_that_has_ended_is_good_for_what_was_received_by_then)
{
  office o = office_new();
  json_object_set_new(o.keys, "T1",
                      json_pack("[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}]", "key",
                                "k", "id", "OLD", "since", "2023-01-01", "until",
                                "2023-03-15", "key", "n", "id", "NEW", "since",
                                "2023-03-15", "until", ""));
  add(&o, "a", "T1", "2023-03-01", 1);
  add(&o, "b", "T1", "2023-03-02", 2)->received = "2023-03-16";
  add(&o, "c", "T1", "2023-03-14", 3)->received = "2023-03-15";
  decide(&o);
  expect(&o, "a", "superseded", "r1");
  expect(&o, "b", "foreign_key", "r1");
  expect(&o, "c", "accepted", "r1");
  cr_expect(strstr(find(&o, "b")->reason, "NEW") != NULL);
  office_free(&o);
}

Test(standing, the_key_that_is_trusted_again_is_the_one_that_messages_name)
{
  office o = office_new();
  json_object_set_new(o.keys, "T1",
                      json_pack("[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}]", "key",
                                "k", "id", "FIRST", "since", "2023-01-01", "until", "",
                                "key", "n", "id", "SECOND", "since", "2023-02-01",
                                "until", "2023-03-01"));
  add(&o, "a", "T1", "2023-03-20", 1)->signer = "";
  decide(&o);
  expect(&o, "a", "foreign_key", "r1");
  cr_expect(strstr(find(&o, "a")->reason, "FIRST") != NULL);
  cr_expect(strstr(find(&o, "a")->reason, "SECOND") == NULL);
  office_free(&o);
}

static zc_filed *add_unsigned(office *o, const char *file, const char *code,
                              const char *day, int64_t seq)
{
  zc_filed *f = add(o, file, code, day, seq);
  f->fault = "unsigned";
  f->signer = f->key_id = "";
  return f;
}

Test(standing, an_unsigned_report_is_taken_only_of_whom_no_key_was_known)
{
  office o = office_new();
  json_object_del(o.keys, "T2");
  json_object_set_new(o.keys, "T3",
                      json_pack("[{s:s, s:s, s:s, s:s}]", "key", "k", "id", "K",
                                "since", "2023-03-20", "until", ""));
  o.take_unsigned = true;
  add_unsigned(&o, "a", "T1", "2023-03-02", 1);
  add_unsigned(&o, "b", "T2", "2023-03-02", 1);
  add_unsigned(&o, "c", "T3", "2023-03-19", 1);
  add_unsigned(&o, "d", "T3", "2023-03-20", 2);
  decide(&o);
  expect(&o, "a", "unsigned", "r1");
  expect(&o, "b", "accepted", "r1");
  expect(&o, "c", "accepted", "r1");
  expect(&o, "d", "unsigned", "r1");
  o.take_unsigned = false;
  decide(&o);
  expect(&o, "b", "unsigned", "r1");
  office_free(&o);
}

Test(standing, an_unsigned_report_never_takes_the_place_of_a_signed_one)
{
  office o = office_new();
  json_object_set_new(o.decisions, "u", json_pack("{s:s}", "decision", "allow"));
  json_object_set_new(o.decisions, "v", json_pack("{s:s}", "decision", "allow"));
  add(&o, "a", "T1", "2023-03-01", 5);
  add_unsigned(&o, "u", "T1", "2023-03-10", 90);
  add(&o, "b", "T1", "2023-05-01", 6);
  add_unsigned(&o, "v", "T2", "2023-03-10", 90);
  decide(&o);
  expect(&o, "a", "accepted", "r1");
  expect(&o, "u", "superseded", "r1");
  expect(&o, "b", "accepted", "r2");
  expect(&o, "v", "allowed", "r1");
  office_free(&o);
}

Test(standing, what_is_kept_in_brief_is_wanted_whole_before_it_counts)
{
  office o = office_new();
  add(&o, "a", "T1", "2023-03-01", 1)->brief = true;
  add_unsigned(&o, "b", "T2", "2023-03-01", 1)->brief = true;
  decide(&o);
  cr_expect(find(&o, "a")->wanted);
  cr_expect(not(find(&o, "b")->wanted));
  o.last = true;
  decide(&o);
  expect(&o, "a", "unreadable", "r1");
  expect(&o, "b", "unsigned", "r1");
  office_free(&o);
}

/* ---- paper --------------------------------------------------------------------------------- */

Test(standing, a_paper_never_counts_where_a_signed_report_of_its_round_does)
{
  office o = office_new();
  add_paper(&o, "a", "T1", "2023-03-20");
  add(&o, "b", "T1", "2023-03-01", 1);
  add_paper(&o, "c", "T1", "2023-05-20");
  decide(&o);
  expect(&o, "a", "superseded", "r1");
  expect(&o, "b", "accepted", "r1");
  expect(&o, "c", "accepted", "r2");
  office_free(&o);
}

Test(standing, what_was_written_down_last_replaces_the_same_day)
{
  office o = office_new();
  add_paper(&o, "z", "T1", "2023-03-20");
  add_paper(&o, "a", "T1", "2023-03-20");
  decide(&o);
  expect(&o, "z", "superseded", "r1");
  expect(&o, "a", "accepted", "r1");
  office_free(&o);
}

Test(standing, a_paper_counts_when_the_signed_report_of_its_round_does_not)
{
  office o = office_new();
  add_paper(&o, "a", "T1", "2023-03-20");
  add(&o, "b", "T1", "2023-03-01", 1)->signer = "other";
  decide(&o);
  expect(&o, "a", "accepted", "r1");
  expect(&o, "b", "foreign_key", "r1");
  office_free(&o);
}

/* ---- offices ---------------------------------------------------------------------------------- */

Test(standing, a_facility_that_reports_directly_and_through_an_office_counts_once)
{
  office o = office_new();
  add(&o, "a", "T1", "2023-03-20", 1);
  const zc_filed *whole = add_office(&o, "w", "C1", "2023-04-03", "2023-03-31", 1);
  add_part(&o, "w1", whole, "T1", "2023-03-20");
  add_part(&o, "w2", whole, "T2", "2023-03-21");
  add_part(&o, "w3", whole, "X1", "2023-03-22");
  add_part(&o, "w4", whole, "T4", "2023-03-22");
  decide(&o);
  expect(&o, "a", "accepted", "r1");
  expect(&o, "w", "accepted", "r1");
  expect(&o, "w1", "twice", "r1");
  expect(&o, "w2", "accepted", "r1");
  expect(&o, "w3", "accepted", "r1"); /* on the roster of C1 only */
  expect(&o, "w4", "unknown_facility", "r1");
  cr_expect(strstr(find(&o, "w1")->reason, "C1") != NULL);
  office_free(&o);
}

Test(standing, of_two_offices_with_the_same_facility_the_later_report_counts)
{
  office o = office_new();
  const zc_filed *one = add_office(&o, "w", "C1", "2023-04-03", "2023-03-31", 1);
  add_part(&o, "w1", one, "X1", "2023-03-20");
  add_part(&o, "w2", one, "X2", "2023-03-20");
  const zc_filed *two = add_office(&o, "v", "C2", "2023-04-03", "2023-03-31", 1);
  add_part(&o, "v1", two, "X1", "2023-03-25");
  add_part(&o, "v2", two, "X2", "2023-03-20");
  decide(&o);
  expect(&o, "w1", "twice", "r1");
  expect(&o, "v1", "accepted", "r1");
  expect(&o, "w2", "accepted", "r1"); /* of the same day: the first by its code */
  expect(&o, "v2", "twice", "r1");
  office_free(&o);
}

Test(standing, what_an_office_tells_goes_with_its_report)
{
  office o = office_new();
  const zc_filed *first = add_office(&o, "w", "C1", "2023-04-03", "2023-03-31", 1);
  add_part(&o, "w1", first, "X1", "2023-03-20");
  const zc_filed *second = add_office(&o, "v", "C1", "2023-04-08", "2023-03-31", 2);
  add_part(&o, "v1", second, "X1", "2023-03-20");
  zc_filed *foreign = add_office(&o, "u", "C2", "2023-04-03", "2023-03-31", 1);
  foreign->signer = "other";
  add_part(&o, "u1", foreign, "X2", "2023-03-20");
  decide(&o);
  expect(&o, "w", "superseded", "r1");
  expect(&o, "w1", "superseded", "r1");
  expect(&o, "v", "late", "r1");
  expect(&o, "v1", "accepted", "r1"); /* it was in time with its own office */
  expect(&o, "u", "foreign_key", "r1");
  expect(&o, "u1", "foreign_key", "r1");
  office_free(&o);
}

Test(standing, an_office_reports_for_the_round_that_it_names)
{
  office o = office_new();
  add_office(&o, "w", "C1", "2023-05-20", "2023-03-31", 1);
  add_office(&o, "v", "C1", "2023-05-21", "2023-06-30", 1)->head = "w";
  add_office(&o, "u", "C2", "2023-05-20", "2022-12-31", 1);
  decide(&o);
  expect(&o, "w", "late", "r1");
  expect(&o, "v", "accepted", "r2");
  expect(&o, "u", "bad_date", "r2"); /* it was here in that one */
  office_free(&o);
}

Test(standing,
     an_office_reports_for_the_round_of_the_same_name_and_days_before_one_that_is_due)
{
  office o = office_new();
  json_object_set_new(o.rounds, "p",
                      json_pack("[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}, {s:s, "
                                "s:s, s:s, s:s}]",
                                "id", "feb", "from", "2023-02-01", "to", "2023-02-28",
                                "due", "2023-03-31", "id", "year", "from", "2022-04-01",
                                "to", "2023-03-31", "due", "2023-05-05", "id", "q1",
                                "from", "2023-01-01", "to", "2023-03-31", "due",
                                "2023-05-05"));
  zc_filed *f = add_office(&o, "w", "C1", "2023-04-03", "2023-03-31", 1);
  f->round_id = "q1";
  f->round_from = "2023-01-01";
  f = add_office(&o, "v", "C2", "2023-04-03", "2023-03-31", 1);
  f->round_id = "r1";
  f->round_from = "2023-01-01";
  add_office(&o, "u", "C1", "2023-04-04", "2023-03-31", 2);
  decide(&o);
  expect(&o, "w", "accepted", "q1");
  expect(&o, "v", "accepted", "q1");
  expect(&o, "u", "accepted", "year"); /* the first that ends then */
  office_free(&o);
}

/* ---- order -------------------------------------------------------------------------------------- */

static void fill(office *o)
{
  add(o, "a1", "T1", "2023-03-01", 1);
  add(o, "a2", "T1", "2023-03-10", 2);
  add(o, "a3", "T1", "2023-03-12", 1)->report = "a1";
  add(o, "a4", "T1", "2023-05-01", 1);
  add(o, "b1", "T2", "2023-04-10", 3);
  add(o, "b2", "T2", "2023-04-12", 4);
  add(o, "b3", "T2", "2023-06-20", 4)->head = "b2";
  add(o, "b4", "T2", "2023-06-20", 5)->signer = "other";
  add(o, "c1", "T3", "2023-07-10", 1);
  add(o, "c2", "T3", "2023-03-10", 1)->received = "2023-02-01";
  add_paper(o, "d1", "T3", "2023-03-10");
  add_paper(o, "d2", "T1", "2023-03-10");
  add(o, "e1", "X9", "2023-03-10", 1);
  const zc_filed *one = add_office(o, "w", "C1", "2023-04-03", "2023-03-31", 1);
  add_part(o, "w1", one, "T1", "2023-03-01");
  add_part(o, "w2", one, "X1", "2023-03-01");
  add_part(o, "w3", one, "X2", "2023-03-01");
  const zc_filed *two = add_office(o, "v", "C1", "2023-04-05", "2023-03-31", 2);
  add_part(o, "v1", two, "T1", "2023-03-01");
  add_part(o, "v2", two, "X1", "2023-03-01");
  const zc_filed *other = add_office(o, "u", "C2", "2023-04-05", "2023-03-31", 2);
  add_part(o, "u2", other, "X1", "2023-03-01");
}

static void shuffle(office *o, uint64_t *dice)
{
  for (size_t i = o->count; i > 1; i--) {
    size_t k = (size_t)random_between(dice, 0, (int)i - 1);
    zc_filed taken = o->files[i - 1];
    o->files[i - 1] = o->files[k];
    o->files[k] = taken;
  }
  for (size_t i = 0; i < o->count; i++)
    if (strcmp(o->files[i].kind, "paper") != 0)
      o->files[i].no = (int64_t)i + 1;
}

Test(standing, the_order_in_which_files_came_changes_nothing)
{
  office o = office_new();
  uint64_t dice = 20230630;
  fill(&o);
  decide(&o);
  zc_filed_list first = o.list;
  o.list = (zc_filed_list){0};
  for (int round = 0; round < 500; round++) {
    shuffle(&o, &dice);
    decide(&o);
    for (size_t i = 0; i < first.count; i++) {
      const zc_filed *was = &first.files[i], *is = find(&o, was->file);
      cr_assert(strcmp(was->state, is->state) == 0 && was->counts == is->counts &&
                    strcmp(was->round, is->round) == 0 &&
                    strcmp(was->reason, is->reason) == 0,
                "round %d, %s: %s, %s", round, was->file, was->state, is->state);
    }
  }
  zc_filed_free(&first);
  office_free(&o);
}
