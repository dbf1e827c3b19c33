/* The files that a place sends, what was done to them on the way, and what the answer key says
 * of both. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write.h"
#include "facility/submit.h"
#include "facility/written.h"
#include "county.h"

/* ---- output ------------------------------------------------------------------------- */

/* Not flushed to the disk: a hundred thousand files would take minutes. */
void write_beneath(int folder, const char *path, const void *data, size_t size)
{
  char part[1000];
  zc_err err;
  for (const char *slash = strchr(path, '/'); slash != NULL;
       slash = strchr(slash + 1, '/')) {
    snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
    mkdirat(folder, part, 0777);
  }
  int fd = openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0)
    stop("cannot write here");
  must(zc_write_all(fd, path, data, size, &err), &err);
  close(fd);
}

void write_line(int fd, const json_t *value)
{
  zc_buffer line = {0};
  zc_err err;
  must(zc_json_canonical(value, &line, &err), &err);
  zc_buffer_char(&line, '\n');
  must(zc_write_all(fd, "key", line.data, line.size, &err), &err);
  zc_buffer_free(&line);
}

/* ---- one file ------------------------------------------------------------------------ */

static void write_markdown(const place *p, const json_t *record, const char *remark,
                           zc_buffer *out)
{
  const json_t *totals = json_object_get(record, "totals"), *item;
  zc_err err;
  size_t index;
  zc_buffer_print(out, "# %s自查整改报告\n\n截至%s，对照%lld项自查，", p->name,
                  zc_text_or(zc_get_text(record, "today"), ""),
                  (long long)zc_get_integer(totals, "items", 0));
  zc_buffer_print(out, "发现问题%lld项。%s\n\n| 检查项 | 结论 |\n|---|---|\n",
                  (long long)zc_get_integer(totals, "problem", 0), remark);
  json_array_foreach(json_object_get(record, "items"), index, item)
  {
    if (strcmp(zc_text_or(zc_get_text(item, "status"), ""), "problem") == 0)
      zc_buffer_print(out, "| %s | 发现问题 |\n",
                      zc_text_or(zc_get_text(item, "title"), ""));
  }
  zc_buffer_text(out, "\n" ZC_RECORD_MARK);
  must(zc_json_canonical(record, out, &err), &err);
  zc_buffer_text(out, ZC_RECORD_END "\n");
  must(zc_buffer_check(out, &err), &err);
}

void seal_text(const place *p, const char *run, const zc_secret_key *key, sealed *s)
{
  zc_err err;
  zc_submission what = {p->code,
                        run,
                        {s->markdown.data, s->markdown.size},
                        {s->figures.data, s->figures.size}};
  must(zc_submission_pack(&what, key, &s->packed, &err), &err);
}

void seal(const place *p, const json_t *record, const json_t *ledger,
          const zc_secret_key *key, const char *run, const char *remark, sealed *s)
{
  zc_err err;
  memset(s, 0, sizeof *s);
  write_markdown(p, record, remark, &s->markdown);
  must(zc_hash_of(s->markdown.data, s->markdown.size, s->report, &err), &err);
  must(zc_submit_figures(record, s->report, ledger, &s->figures, &err), &err);
  seal_text(p, run, key, s);
}

void sealed_free(sealed *s)
{
  zc_buffer_free(&s->markdown);
  zc_buffer_free(&s->figures);
  zc_buffer_free(&s->packed);
}

/* Files come under whatever name somebody thought of. */
static void name_file(const course *c, const output *out, const char *more, char *room,
                      size_t size)
{
  const place *p = c->p;
  char round[24], day[16];
  round_id(c->round, round);
  if (p->plant == LATE && p->round == c->round)
    strcat(round, "-late"); /* they were here after the round's last day */
  zc_day_text(c->today, day);
  if (out->plain) {
    snprintf(room, size, "mail/%03d/%s-%s%s.zrep", p->no / 1000, p->code, day, more);
    return;
  }
  switch ((p->no + c->round) % 4) {
  case 0:
    snprintf(room, size, "mail/%s/%s/%s自查整改报告%s.zrep", round, p->town, p->name,
             more);
    break;
  case 1:
    snprintf(room, size, "mail/%s/%s/%s-%s%s.zrep", round, p->town, p->code, day, more);
    break;
  case 2:
    snprintf(room, size, "mail/%s/RE 报送材料(%s) 第%d季度%s.zrep", round, p->name,
             c->round + 1, more);
    break;
  default:
    snprintf(room, size, "mail/%s/%s %s%s.ZREP.zrep", round, day, p->name, more);
  }
}

/* ---- what is done to a file on its way --------------------------------------------------- */

/* Where `words` stand behind `at`. */
static char *find(const zc_buffer *packed, const char *at, const char *words)
{
  char *start = memmem(packed->data, packed->size, at, strlen(at)), *here = NULL;
  if (start != NULL)
    here = memmem(start, packed->size - (size_t)(start - packed->data), words,
                  strlen(words));
  if (here == NULL)
    stop("nothing there to be tampered with");
  return here;
}

/* After it was signed. */
static void tamper(const course *c, const sealed *s)
{
  static const char severity[] = "\"severity\":\"major\"", found[] = "\"found\":";
  char *at;
  switch (c->p->plant) {
  case RECORD_CHANGED:
    at = find(&s->packed, ZC_RECORD_MARK, severity);
    memcpy(at + sizeof severity - 7, "grave", 5);
    break;
  case FIGURES_CHANGED:
    at = find(&s->packed, "\npart figures.json ", found) + sizeof found - 1;
    *at = *at == '1' ? '2' : '1';
    break;
  case COMMENT_CHANGED:
    at = find(&s->packed, "\ntrusted comment: ", "facility:");
    at[strlen("facility:")] = '6'; /* all codes begin with 5 */
    break;
  default:
    break;
  }
}

/* What is wrong before it is signed. */
static void spoil(const course *c, json_t *record, json_t *ledger)
{
  json_t *plan = json_copy(json_object_get(record, "plan"));
  char hash[ZC_HASH_ROOM];
  zc_err err;
  switch (c->p->plant) {
  case OTHER_PLAN:
    json_object_set_new(plan, "id", json_string("county/another-test"));
    break;
  case OTHER_VERSION:
    json_object_set_new(plan, "version", json_string("0.9"));
    break;
  case FIGURES_DISAGREE:
    json_object_set_new(json_object_get(ledger, "figures"), "closed",
                        json_integer(c->count + 5));
    break;
  default:
    break;
  }
  if (c->p->plant == OTHER_PLAN || c->p->plant == OTHER_VERSION) {
    must(zc_hash_of("another", 7, hash, &err), &err);
    json_object_set_new(plan, "sha256", json_string(hash));
    json_object_set(record, "plan", plan);
  }
  json_decref(plan);
}

/* ---- the answer key ------------------------------------------------------------------------ */

static void tell_file(const course *c, const output *out, const char *path,
                      const sealed *s, const char *state)
{
  char hash[ZC_HASH_ROOM], round[16];
  zc_err err;
  if (out->plain)
    return;
  must(zc_hash_of(s->packed.data, s->packed.size, hash, &err), &err);
  json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "path",
                           path, "sha256", hash, "report", s->report, "facility",
                           c->p->code, "round", round_id(c->round, round), "state",
                           state, "planted", plant_kinds[c->p->plant].name, "run",
                           c->run, "today", day_json(c->today));
  write_line(out->files, line);
  json_decref(line);
}

static json_t *statuses_of(const course *c)
{
  char text[MOST_ENTRIES + 1];
  for (int at = 0; at < c->t->count; at++)
    text[at] = c->answers[at].status;
  text[c->t->count] = '\0';
  return json_string(text);
}

static json_t *left_out_of(const course *c)
{
  int open = 0, undetermined = 0, absent = 0;
  for (int at = 0; at < c->t->count; at++) {
    open += c->answers[at].status == 'C';
    undetermined += c->answers[at].status == 'U';
    absent += c->answers[at].status == '.';
  }
  return json_pack("{s:i, s:i, s:i}", "not_checked", open, "undetermined", undetermined,
                   "absent", absent);
}

/* `state` is of facility and round; without `path` nothing stands for them. */
static void tell_round(const course *c, const output *out, const char *state,
                       const char *path, const json_t *record, const json_t *ledger)
{
  char round[16];
  if (out->plain)
    return;
  const place *p = c->p;
  bool is_here = p->plant != HONEST && (p->round < 0 || p->round == c->round);
  json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:s, s:b}",
                           "facility", p->code, "name", p->name, "class", p->class,
                           "town", p->town, "round", round_id(c->round, round),
                           "expected", p->expected, "on_roster", p->on_roster,
                           "planted", plant_kinds[p->plant].name, "state", state,
                           "here", is_here);
  if (p->twin != p->no || p->copy >= 0) {
    place twin;
    place_make(&twin, p->seed, p->copy >= 0 ? p->copy : p->twin);
    json_object_set_new(line, "twin", json_string(twin.code));
  }
  if (path != NULL) {
    const json_t *totals = json_object_get(record, "totals");
    bool is_nil = zc_get_integer(totals, "problem", 1) == 0 && c->count == 0;
    json_object_set_new(line, "file", json_string(path));
    json_object_set_new(line, "today", day_json(c->today));
    json_object_set_new(line, "statuses", statuses_of(c));
    json_object_set_new(line, "left_out", left_out_of(c));
    json_object_set_new(line, "tables", json_boolean(c->tables));
    json_object_set_new(line, "nil", json_boolean(is_nil));
    json_object_set(line, "totals", (json_t *)totals);
    json_object_set(line, "figures", json_object_get(ledger, "figures"));
  }
  write_line(out->key, line);
  json_decref(line);
}

/* ---- a round -------------------------------------------------------------------------------- */

static bool is_planted(const course *c)
{
  return c->p->plant != HONEST && (c->p->round < 0 || c->p->round == c->round);
}

/* Whether facility and round are taken as reported with such a file; if not, they lack. */
static const char *state_of_round(const char *file)
{
  static const char *const taken[] = {"accepted", "late", "broken_chain"};
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    if (strcmp(file, taken[i]) == 0)
      return file;
  return "missing";
}

static const zc_secret_key *signing_key(place *p, place *other, bool is_here)
{
  if (is_here && p->plant == UNSIGNED)
    return NULL;
  if (!is_here || (p->plant != NEW_KEY && p->plant != OTHERS_KEY))
    return &p->key;
  place_make(other, p->seed, p->plant == OTHERS_KEY ? (p->no == 0 ? 1 : 0) : p->no);
  place_key(other, p->plant == OTHERS_KEY ? "key" : "new key");
  return &other->key;
}

/* The report that is corrected three days later. */
static void send_first(course *c, place *p, const output *out, json_t **corrects)
{
  char path[700];
  sealed s;
  c->sent = c->today + 1;
  json_t *record = course_record(c), *ledger = course_ledger(c);
  seal(p, record, ledger, &p->key, c->run, "（初报）", &s);
  name_file(c, out, "（初报）", path, sizeof path);
  write_beneath(out->folder, path, s.packed.data, s.packed.size);
  tell_file(c, out, path, &s, "superseded");
  *corrects = json_pack("{s:s, s:o, s:s}", "report", s.report, "submitted",
                        day_json(c->sent), "reason", "漏报了一项");
  sealed_free(&s);
  json_decref(record);
  json_decref(ledger);
  course_corrected(c);
}

static void send(course *c, place *p, const output *out, sealed *s)
{
  char path[700];
  place other;
  json_t *corrects = NULL;
  bool is_here = is_planted(c);
  const char *state = is_here ? plant_kinds[p->plant].state : "accepted";
  if (p->plant == UNKNOWN)
    state = "unknown_facility";
  if (is_here && p->plant == CORRECTED) {
    send_first(c, p, out, &corrects);
    state = "accepted";
  }
  c->corrects = corrects;
  json_t *record = course_record(c), *ledger = course_ledger(c);
  if (is_here)
    spoil(c, record, ledger);
  seal(p, record, ledger, signing_key(p, &other, is_here),
       is_here && p->plant == OTHER_RUN ? "0123456789abcdef" : c->run, "", s);
  if (is_here)
    tamper(c, s);
  name_file(c, out, "", path, sizeof path);
  write_beneath(out->folder, path, s->packed.data, s->packed.size);
  tell_file(c, out, path, s, state);
  bool is_told = strcmp(state_of_round(state), "missing") != 0;
  tell_round(c, out, state_of_round(state), is_told ? path : NULL, record, ledger);
  json_decref(record);
  json_decref(ledger);
  json_decref(corrects);
  c->corrects = NULL;
}

/* Last round's report once more: the file, or its run in another report. */
static void send_again(const course *c, const course *before, place *p,
                       const output *out, sealed *last)
{
  char path[700];
  sealed s = {0};
  name_file(c, out, "（再报）", path, sizeof path);
  if (p->plant == SAME_BYTES) {
    write_beneath(out->folder, path, last->packed.data, last->packed.size);
    tell_file(before, out, path, last, "replayed");
  } else {
    json_t *record = course_record(before), *ledger = course_ledger(before);
    seal(p, record, ledger, &p->key, before->run, "第二季度无变化。", &s);
    write_beneath(out->folder, path, s.packed.data, s.packed.size);
    tell_file(before, out, path, &s, "replayed");
    json_decref(record);
    json_decref(ledger);
  }
  sealed_free(&s);
  tell_round(c, out, "missing", NULL, NULL, NULL);
}

void place_report(const template *t, place *p, const output *out, int rounds)
{
  static course c, before;
  sealed last = {0};
  course_begin(&c, t, p);
  for (int round = 0; round < rounds; round++) {
    before = c;
    course_round(&c, round);
    bool is_here = is_planted(&c);
    if (!p->expected ||
        (is_here && (p->plant == NO_REPORT || p->plant == NEVER_REPORTS))) {
      tell_round(&c, out, p->expected ? "missing" : "not_expected", NULL, NULL, NULL);
      continue;
    }
    if (is_here && (p->plant == SAME_BYTES || p->plant == SAME_RUN)) {
      send_again(&c, &before, p, out, &last);
      continue;
    }
    sealed_free(&last);
    send(&c, p, out, &last);
    course_sent(&c);
  }
  sealed_free(&last);
}
