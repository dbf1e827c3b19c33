/* ledger: writes the events of many problems into a workspace's ledger, with their chain, as
 * years of work would leave them. `zicha verify --mend` makes everything else of them.
 *
 *   bench-ledger WORKSPACE PLAN PROBLEMS [ITEM…]
 *
 * Each problem has six events on average, from found to close, less for those still open. Same arguments, same events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/date.h"
#include "store/ledger.h"

static const char *const actions[] = {"found",   "verify", "assign", "start",
                                      "extend",  "rectify", "check",  "close"};

static sqlite3 *db;
static sqlite3_stmt *insert;
static char prev[ZC_HASH_ROOM];
static int64_t seq;

static void stop(const char *why)
{
  fprintf(stderr, "bench-ledger: %s\n", why);
  exit(70);
}

static json_t *day_of(int problem, int step)
{
  char room[16];
  return json_string(zc_day_text(19480 + problem % 300 + step * 5, room));
}

static json_t *text_of(const char *format, int number)
{
  char room[120];
  snprintf(room, sizeof room, format, number);
  return json_string(room);
}

/* What each action says, as scripts/zicha/ledger.lua wants it. */
static json_t *body_of(int problem, int step, const char *plan, const char *item)
{
  static const char *const severities[] = {"general", "major", "grave"};
  json_t *body = json_object();
  switch (step) {
  case 0:
    json_object_set_new(body, "plan", json_string(plan));
    json_object_set_new(body, "plan_title", json_string("专项整治工作方案"));
    json_object_set_new(body, "item", json_string(item));
    json_object_set_new(body, "split", text_of("D%05d", problem));
    json_object_set_new(body, "split_title", json_string("医师工号"));
    json_object_set_new(body, "title", json_string("处方用量超过规定且未注明理由"));
    json_object_set_new(body, "focus", text_of("focus_%d", problem % 4));
    json_object_set_new(body, "focus_title", text_of("整治重点之%d", problem % 4));
    json_object_set_new(body, "source", json_string("self_check"));
    json_object_set_new(body, "severity", json_string(severities[problem % 3]));
    json_object_set_new(body, "certainty",
                        json_string(problem % 5 == 0 ? "suspect" : "certain"));
    json_object_set_new(body, "count", json_integer(problem % 17 + 1));
    json_object_set_new(body, "rows", json_integer(0));
    json_object_set_new(body, "wants_evidence", json_false());
    break;
  case 1:
    json_object_set_new(body, "verdict", json_string("true"));
    break;
  case 2:
    json_object_set_new(body, "leader", json_string("分管院长"));
    json_object_set_new(body, "department", text_of("第%d科室", problem % 40));
    json_object_set_new(body, "person", text_of("科主任%d", problem % 40));
    json_object_set_new(body, "measure", json_string("逐张点评处方并约谈医师"));
    json_object_set_new(body, "target", json_string("处方合格率达到95%"));
    json_object_set_new(body, "due", day_of(problem, 8));
    json_object_set_new(body, "kind",
                        json_string(problem % 3 == 0 ? "immediate" : "deadline"));
    break;
  case 4:
    json_object_set_new(body, "to", day_of(problem, 10));
    json_object_set_new(body, "reason", json_string("信息系统升级推迟"));
    break;
  case 5:
    json_object_set_new(body, "note", json_string("已点评并约谈"));
    json_object_set_new(body, "done", day_of(problem, problem % 9 == 0 ? 11 : 7));
    json_object_set_new(body, "no_system", json_true());
    break;
  case 6:
    json_object_set_new(body, "result", json_string("pass"));
    break;
  default:
    break;
  }
  return body;
}

static void append(int problem, int step, const char *plan, const char *item)
{
  zc_err err;
  char hash[ZC_HASH_ROOM];
  zc_buffer text = {0};
  json_t *body = body_of(problem, step, plan, item), *fields = json_object();
  json_t *day = day_of(problem, step);
  const char *by = step >= 6 ? "质控科长" : "合规专员";
  json_object_set_new(fields, "seq", json_integer(++seq));
  json_object_set_new(fields, "time", json_string("2024-12-31T00:00:00Z"));
  json_object_set(fields, "business_date", day);
  json_object_set_new(fields, "actor", json_string(by));
  json_object_set_new(fields, "problem", json_integer(problem));
  json_object_set_new(fields, "action", json_string(actions[step]));
  json_object_set(fields, "body", body);
  json_object_set_new(fields, "prev", json_string(prev));
  if (zc_ledger_hash(fields, hash, &err) != ZC_OK ||
      zc_json_canonical(body, &text, &err) != ZC_OK)
    stop("out of memory");
  sqlite3_bind_int64(insert, 1, seq);
  sqlite3_bind_text(insert, 2, json_string_value(day), -1, SQLITE_TRANSIENT);
  sqlite3_bind_text(insert, 3, by, -1, SQLITE_STATIC);
  sqlite3_bind_int64(insert, 4, problem);
  sqlite3_bind_text(insert, 5, actions[step], -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 6, text.data, (int)text.size, SQLITE_TRANSIENT);
  sqlite3_bind_text(insert, 7, prev, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text(insert, 8, hash, -1, SQLITE_TRANSIENT);
  if (sqlite3_step(insert) != SQLITE_DONE)
    stop(sqlite3_errmsg(db));
  sqlite3_reset(insert);
  memcpy(prev, hash, sizeof hash);
  json_decref(day);
  json_decref(body);
  json_decref(fields);
  zc_buffer_free(&text);
}

static void begin(const char *folder)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, ZC_STORE_FILE);
  if (sqlite3_open(path, &db) != SQLITE_OK ||
      sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(db,
                         "INSERT INTO event (seq, time, business_date, actor, problem,"
                         " action, body, prev, hash) VALUES (?1, '2024-12-31T00:00:00Z',"
                         " ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                         -1, &insert, NULL) != SQLITE_OK)
    stop(sqlite3_errmsg(db));
}

/* The head is what `verify --mend` compares the chain's end with. */
static void finish(void)
{
  char sql[300];
  sqlite3_finalize(insert);
  snprintf(sql, sizeof sql,
           "INSERT INTO head (one, seq, hash, time, by_hand) VALUES (1, %lld, '%s',"
           " '2024-12-31T00:00:00Z', 0); COMMIT",
           (long long)seq, prev);
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    stop(sqlite3_errmsg(db));
  sqlite3_close(db);
}

int main(int count, char **words)
{
  if (count < 5)
    stop("usage: bench-ledger WORKSPACE PLAN PROBLEMS ITEM…");
  int problems = atoi(words[3]), items = count - 4;
  begin(words[1]);
  for (int problem = 1; problem <= problems; problem++) {
    /* Of eight, four have come to the end, one to each of four stages before. */
    static const int ends[] = {8, 8, 8, 8, 1, 3, 4, 8};
    for (int step = 0; step < ends[problem % 8]; step++)
      append(problem, step, words[2], words[4 + problem % items]);
  }
  finish();
  printf("%lld events\n", (long long)seq);
  return 0;
}
