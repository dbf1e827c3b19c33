#include "store/schema.h"

/* Version 1: plans, answers, exports, documents of items, runs. */
static const char first[] =
    "CREATE TABLE plan ("
    "  id TEXT PRIMARY KEY, place TEXT NOT NULL, added TEXT NOT NULL,"
    "  position INTEGER NOT NULL"
    ") STRICT;"
    /* Answers are events: the last one of an item counts, none is ever changed. */
    "CREATE TABLE answer ("
    "  seq INTEGER PRIMARY KEY, time TEXT NOT NULL, plan TEXT NOT NULL,"
    "  item TEXT NOT NULL, body TEXT NOT NULL, source TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX answer_item ON answer (plan, item, seq);"
    "CREATE TRIGGER answer_stays BEFORE UPDATE ON answer BEGIN"
    "  SELECT RAISE(ABORT, 'answers are not changed'); END;"
    "CREATE TRIGGER answer_kept BEFORE DELETE ON answer BEGIN"
    "  SELECT RAISE(ABORT, 'answers are not deleted'); END;"
    "CREATE TABLE handed ("
    "  name TEXT PRIMARY KEY, time TEXT NOT NULL, body TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE evidence ("
    "  seq INTEGER PRIMARY KEY, time TEXT NOT NULL, plan TEXT NOT NULL,"
    "  item TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
    "  size INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX evidence_item ON evidence (plan, item, seq);"
    "CREATE TABLE run ("
    "  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time TEXT NOT NULL,"
    "  plan TEXT NOT NULL, inputs TEXT NOT NULL, record TEXT NOT NULL,"
    "  sha256 TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX run_plan ON run (plan, seq);";

/* Version 2: the ledger. Its events are the truth; nobody changes or deletes one, and each
 * follows the one before. The tables up to `instance` can be made again from the events. Amounts are in
 * hundredths of a yuan. */
static const char ledger[] =
    "CREATE TABLE event ("
    "  seq INTEGER PRIMARY KEY, time TEXT NOT NULL, business_date TEXT NOT NULL,"
    "  actor TEXT NOT NULL, problem INTEGER NOT NULL, action TEXT NOT NULL,"
    "  body TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX event_problem ON event (problem, seq);"
    "CREATE INDEX event_day ON event (business_date, action);"
    "CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN"
    "  SELECT RAISE(ABORT, 'events of the ledger are not changed'); END;"
    "CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN"
    "  SELECT RAISE(ABORT, 'events of the ledger are not deleted'); END;"
    "CREATE TRIGGER event_follows BEFORE INSERT ON event WHEN"
    "  NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event) OR"
    "  NEW.prev IS NOT coalesce((SELECT hash FROM event ORDER BY seq DESC LIMIT 1), '')"
    "  BEGIN SELECT RAISE(ABORT, 'an event follows the last one of the ledger'); END;"
    /* Where the ledger ends, so that a tail that is cut off is missed. */
    "CREATE TABLE head ("
    "  one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT "
    "NULL,"
    "  time TEXT NOT NULL, by_hand INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE problem ("
    "  no INTEGER PRIMARY KEY, plan TEXT NOT NULL, item TEXT NOT NULL, focus TEXT NOT "
    "NULL,"
    "  focus_title TEXT NOT NULL, split TEXT NOT NULL,"
    "  state TEXT NOT NULL, source TEXT NOT NULL, severity TEXT NOT NULL,"
    "  certainty TEXT NOT NULL, counted INTEGER NOT NULL, unfinished INTEGER NOT NULL,"
    "  leader TEXT NOT NULL, department TEXT NOT NULL, person TEXT NOT NULL,"
    "  kind TEXT NOT NULL, found TEXT NOT NULL, verified TEXT NOT NULL, due TEXT NOT "
    "NULL,"
    "  done TEXT NOT NULL, closed TEXT NOT NULL, reported TEXT NOT NULL,"
    "  relapses INTEGER NOT NULL, lookbacks INTEGER NOT NULL,"
    "  lookbacks_relapsed INTEGER NOT NULL, extensions INTEGER NOT NULL,"
    "  transfers INTEGER NOT NULL, cases INTEGER NOT NULL, unreported INTEGER NOT NULL,"
    "  inspected INTEGER NOT NULL, system INTEGER NOT NULL, untrue INTEGER NOT NULL, "
    "amount INTEGER NOT NULL,"
    "  refund INTEGER NOT NULL, last INTEGER NOT NULL, body TEXT NOT NULL,"
    "  told TEXT NOT NULL, gates TEXT NOT NULL, cells TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX problem_item ON problem (plan, item);"
    /* Figures are read from here: without the texts it is a tenth of the table. */
    "CREATE INDEX problem_figures ON problem (state, counted, unfinished, plan, item,"
    "  focus, focus_title, split, source, severity, certainty, leader, department,"
    "  person, kind, found, verified, due, done, closed, reported, relapses, lookbacks,"
    "  lookbacks_relapsed, extensions, transfers, cases, unreported, inspected, "
    "system, untrue, amount,"
    "  refund, gates);"
    "CREATE TABLE citation ("
    "  plan TEXT NOT NULL, item TEXT NOT NULL, split TEXT NOT NULL,"
    "  problem INTEGER NOT NULL, PRIMARY KEY (plan, item, split, problem)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX citation_problem ON citation (problem, plan);"
    "CREATE TABLE instance ("
    "  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, problem INTEGER NOT NULL,"
    "  verdict TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX instance_problem ON instance (problem, position);"
    /* Files in reports/ as zicha has written them. No event makes these again. */
    "CREATE TABLE written ("
    "  path TEXT PRIMARY KEY, sha256 TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;";

/* The rest of version 3: what the office has inspected, the cases that it has filed, and the
 * registers that a plan wants. Events alone make these; the names of handlings and receivers are
 * joined by commas. */
#define INSPECTIONS                                                                    \
  "CREATE TABLE visit ("                                                               \
  "  no INTEGER PRIMARY KEY, plan TEXT NOT NULL, facility TEXT NOT NULL,"              \
  "  subject TEXT NOT NULL, day TEXT NOT NULL, team TEXT NOT NULL, kind TEXT NOT "     \
  "NULL,"                                                                              \
  "  inspectors INTEGER NOT NULL, handling TEXT NOT NULL, scope TEXT NOT NULL,"        \
  "  source TEXT NOT NULL, note TEXT NOT NULL,"                                        \
  "  UNIQUE (plan, facility, subject, day, team, kind)"                                \
  ") STRICT;"                                                                          \
  "CREATE TABLE inspected ("                                                           \
  "  visit INTEGER NOT NULL, no INTEGER NOT NULL, entry TEXT NOT NULL,"                \
  "  title TEXT NOT NULL, found TEXT NOT NULL, severity TEXT NOT NULL,"                \
  "  count INTEGER NOT NULL, amount INTEGER NOT NULL, handling TEXT NOT NULL,"         \
  "  note TEXT NOT NULL, PRIMARY KEY (visit, no), UNIQUE (visit, entry, title)"        \
  ") STRICT, WITHOUT ROWID;"                                                           \
  "CREATE TABLE legal_case ("                                                          \
  "  plan TEXT NOT NULL, no TEXT NOT NULL, position INTEGER NOT NULL,"                 \
  "  facility TEXT NOT NULL, subject TEXT NOT NULL, entry TEXT NOT NULL,"              \
  "  cause TEXT NOT NULL, procedure TEXT NOT NULL, filed TEXT NOT NULL,"               \
  "  decided TEXT NOT NULL, closed TEXT NOT NULL, warning INTEGER NOT NULL,"           \
  "  fine INTEGER NOT NULL, confiscated INTEGER NOT NULL, suspended INTEGER NOT NULL," \
  "  revoked INTEGER NOT NULL, cancelled INTEGER NOT NULL,"                            \
  "  doctors_suspended INTEGER NOT NULL, doctors_revoked INTEGER NOT NULL,"            \
  "  points_facilities INTEGER NOT NULL, points_staff INTEGER NOT NULL,"               \
  "  staff INTEGER NOT NULL, refund INTEGER NOT NULL, transfers TEXT NOT NULL,"        \
  "  transferred TEXT NOT NULL, lead TEXT NOT NULL, published TEXT NOT NULL,"          \
  "  note TEXT NOT NULL, PRIMARY KEY (plan, no)"                                       \
  ") STRICT, WITHOUT ROWID;"                                                           \
  "CREATE TABLE register_row ("                                                        \
  "  plan TEXT NOT NULL, register TEXT NOT NULL, line TEXT NOT NULL,"                  \
  "  position INTEGER NOT NULL, day TEXT NOT NULL, body TEXT NOT NULL,"                \
  "  PRIMARY KEY (plan, register, line)"                                               \
  ") STRICT, WITHOUT ROWID;"                                                           \
  "CREATE TABLE register_head ("                                                       \
  "  plan TEXT NOT NULL, register TEXT NOT NULL, columns TEXT NOT NULL,"               \
  "  PRIMARY KEY (plan, register)"                                                     \
  ") STRICT, WITHOUT ROWID;"

/* Version 3: what an office keeps of its facilities. `event` holds each of its writes, too; these
 * tables can be made again from the events and the files in inbox/. Amounts are in hundredths of
 * a yuan; a figure that a report does not tell is NULL. */
static const char office[] =
    "CREATE TABLE roster ("
    "  plan TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, class TEXT NOT NULL,"
    "  grade TEXT NOT NULL, ownership TEXT NOT NULL, town TEXT NOT NULL,"
    "  licence_from TEXT NOT NULL, licence_to TEXT NOT NULL, contact TEXT NOT NULL,"
    "  phone TEXT NOT NULL, expected INTEGER NOT NULL, position INTEGER NOT NULL,"
    "  PRIMARY KEY (plan, code)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX roster_position ON roster (plan, position, code);"
    /* All keys that were ever trusted for a facility; `until` '' is still. */
    "CREATE TABLE facility_key ("
    "  code TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, since TEXT NOT NULL,"
    "  until TEXT NOT NULL, PRIMARY KEY (code, key)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE round ("
    "  plan TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, first TEXT NOT NULL,"
    "  last TEXT NOT NULL, due TEXT NOT NULL, position INTEGER NOT NULL,"
    "  PRIMARY KEY (plan, id)"
    ") STRICT, WITHOUT ROWID;"
    /* What one version of a plan asks, in its order: {entries: [{id, title, …}], …}. */
    "CREATE TABLE checklist ("
    "  no INTEGER PRIMARY KEY, plan TEXT NOT NULL, version TEXT NOT NULL,"
    "  hash TEXT NOT NULL UNIQUE, body TEXT NOT NULL"
    ") STRICT;"
    /* What each file tells by itself. `statuses` has a letter for each entry of its
     * checklist: P pass, X problem, S suspect, H hint, N not applicable, C not checked,
     * U undetermined, '.' not in the report. */
    "CREATE TABLE collected ("
    "  no INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
    "  name TEXT NOT NULL, received TEXT NOT NULL, fault TEXT NOT NULL,"
    "  detail TEXT NOT NULL, report TEXT NOT NULL, run TEXT NOT NULL, plan TEXT NOT "
    "NULL,"
    "  version TEXT NOT NULL, plan_hash TEXT NOT NULL, facility TEXT NOT NULL,"
    "  title TEXT NOT NULL, class TEXT NOT NULL, day TEXT NOT NULL, head TEXT NOT NULL,"
    "  corrects TEXT NOT NULL, key_id TEXT NOT NULL, signer TEXT NOT NULL,"
    "  isolation TEXT NOT NULL, statuses TEXT NOT NULL, measures TEXT NOT NULL,"
    "  digest TEXT NOT NULL, source TEXT NOT NULL, via TEXT NOT NULL,"
    "  round_day TEXT NOT NULL,"
    "  size INTEGER, checklist INTEGER, seq INTEGER, items INTEGER, applicable INTEGER,"
    "  passed INTEGER, problems INTEGER, not_applicable INTEGER, not_checked INTEGER,"
    "  undetermined INTEGER, manual INTEGER, tables INTEGER, absent INTEGER, rows "
    "INTEGER,"
    "  samples INTEGER, sample_total INTEGER, sample_median INTEGER,"
    "  sample_most INTEGER, data_run INTEGER, data_found INTEGER,"
    "  found INTEGER, counted INTEGER, pending INTEGER, verified INTEGER,"
    "  dismissed INTEGER, untrue_rows INTEGER, assigned INTEGER, rectifying INTEGER,"
    "  not_begun INTEGER, rectified INTEGER, closed INTEGER, open INTEGER,"
    "  overdue INTEGER, no_deadline INTEGER, immediate INTEGER, deadline INTEGER,"
    "  long_term INTEGER, due_10 INTEGER, due_20 INTEGER, extended INTEGER,"
    "  extensions INTEGER, due_total INTEGER, on_time INTEGER, transferred INTEGER,"
    "  cases INTEGER, looked_back INTEGER, held INTEGER, relapsed INTEGER,"
    "  relapsed_at_look_back INTEGER, inspected INTEGER, unreported INTEGER,"
    "  reported INTEGER, systems INTEGER, departments INTEGER, people INTEGER,"
    "  amount INTEGER, refund INTEGER, refund_self INTEGER"
    ") STRICT;"
    "CREATE INDEX collected_facility ON collected (facility, plan);"
    "CREATE INDEX collected_source ON collected (source) WHERE source <> '';"
    /* The findings of its items (`entry` is a place in the checklist), and the problems
     * of its ledger. */
    "CREATE TABLE collected_finding ("
    "  report INTEGER NOT NULL, entry INTEGER NOT NULL, status TEXT NOT NULL,"
    "  severity TEXT NOT NULL, count INTEGER, population INTEGER, amount INTEGER,"
    "  PRIMARY KEY (report, entry)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE collected_problem ("
    "  report INTEGER NOT NULL, no INTEGER NOT NULL, entry INTEGER NOT NULL,"
    "  item TEXT NOT NULL, state TEXT NOT NULL, source TEXT NOT NULL,"
    "  severity TEXT NOT NULL, certainty TEXT NOT NULL, found TEXT NOT NULL,"
    "  reported TEXT NOT NULL, due TEXT NOT NULL, done TEXT NOT NULL,"
    "  closed TEXT NOT NULL, counted INTEGER NOT NULL, extended INTEGER NOT NULL,"
    "  relapses INTEGER NOT NULL, unreported INTEGER NOT NULL, refund INTEGER NOT NULL,"
    "  PRIMARY KEY (report, no)"
    ") STRICT, WITHOUT ROWID;"
    /* The facilities that an office's report lists. */
    "CREATE TABLE collected_member ("
    "  report INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,"
    "  class TEXT NOT NULL, grade TEXT NOT NULL, ownership TEXT NOT NULL,"
    "  town TEXT NOT NULL, expected INTEGER NOT NULL, position INTEGER NOT NULL,"
    "  PRIMARY KEY (report, code)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX collected_member_code ON collected_member (code);"
    /* Other names under which a file came again. */
    "CREATE TABLE arrival ("
    "  file TEXT NOT NULL, name TEXT NOT NULL, received TEXT NOT NULL,"
    "  PRIMARY KEY (file, name)"
    ") STRICT, WITHOUT ROWID;"
    /* What the office makes of each file: made again as a whole after every change. */
    "CREATE TABLE standing ("
    "  report INTEGER PRIMARY KEY, plan TEXT NOT NULL, round TEXT NOT NULL,"
    "  facility TEXT NOT NULL, state TEXT NOT NULL, counts INTEGER NOT NULL,"
    "  reason TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX standing_round ON standing (plan, round, facility);"
    /* What somebody has decided about a file: that it counts although it is unsigned … */
    "CREATE TABLE decision ("
    "  file TEXT PRIMARY KEY, decision TEXT NOT NULL, reason TEXT NOT NULL,"
    "  day TEXT NOT NULL, by TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    /* What people have entered into a plan's 量化统计表; `class` is '' for the total. */
    "CREATE TABLE manual_figure ("
    "  plan TEXT NOT NULL, round TEXT NOT NULL, line TEXT NOT NULL, class TEXT NOT "
    "NULL,"
    "  value TEXT NOT NULL, day TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL,"
    "  PRIMARY KEY (plan, round, line, class)"
    ") STRICT, WITHOUT ROWID;"
    /* The last receipt that was written for a file. */
    "CREATE TABLE receipt ("
    "  file TEXT PRIMARY KEY, state TEXT NOT NULL, sha256 TEXT NOT NULL,"
    "  day TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    /* What `standing` was decided by besides the files: settings and rounds, and the last
     * event that it knows of. */
    "CREATE TABLE basis ("
    "  one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, body TEXT NOT "
    "NULL"
    ") STRICT;" INSPECTIONS;

/* Version 4: cases, visits and problems that were taken back (作废), by what each is known by, and
 * rows of registers; the round that a decision is for ('': that of the file's day), and the first
 * day and the name of the one that an office reports on; as of which day a report's ledger was
 * counted; whether a file was kept in brief, and which plans were known when it was read. What is
 * made of the files is decided anew by that. */
static const char withdrawn[] =
    "CREATE TABLE withdrawn ("
    "  plan TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,"
    "  facility TEXT NOT NULL, day TEXT NOT NULL, by TEXT NOT NULL,"
    "  reason TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (plan, kind, key)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE register_void ("
    "  plan TEXT NOT NULL, register TEXT NOT NULL, line TEXT NOT NULL,"
    "  day TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL,"
    "  PRIMARY KEY (plan, register, line)"
    ") STRICT, WITHOUT ROWID;"
    "ALTER TABLE decision ADD COLUMN round TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE collected ADD COLUMN round_from TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE collected ADD COLUMN round_id TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE collected ADD COLUMN ledger_day TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE collected ADD COLUMN brief INTEGER DEFAULT 0;"
    "ALTER TABLE collected ADD COLUMN looked INTEGER DEFAULT 0;"
    "UPDATE collected SET looked = 1 WHERE checklist IS NULL AND fault <> 'unreadable'"
    " AND source = '';"
    "CREATE INDEX collected_looked ON collected (looked) WHERE looked > 0;"
    "DELETE FROM basis;";

/* Version 5: what the report of an office tells beside its facilities: of its register, of the figures
 * that were entered there by hand, of the offices that it lacks itself (collected.h). Reports that are
 * here already are read again, since an older zicha has passed over it. */
static const char passed[] =
    "CREATE TABLE collected_figure ("
    "  report INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,"
    "  name TEXT NOT NULL, value INTEGER NOT NULL,"
    "  PRIMARY KEY (report, kind, key, name)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX collected_again ON collected (looked) WHERE looked < 0;"
    "UPDATE collected SET looked = -1 WHERE kind = 'office' AND source = ''"
    " AND fault <> 'unreadable';";

/* Version 6: from which day on a facility's reports are expected ('': as long as there is the roster), and
 * from which they are not any more ('': still, or never were). Changes that were made before have no
 * such day, and hold for all rounds as they did. */
static const char roster_days[] =
    "ALTER TABLE roster ADD COLUMN since TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE roster ADD COLUMN until TEXT NOT NULL DEFAULT '';";

/* Version 7: which versions of its plans a workspace has worked with. `origin` and `target` are
 * {version, sha256, place}; a document with an empty hash in `evidence` is one that does not count any
 * more. */
static const char upgrades[] =
    "CREATE TABLE upgrade ("
    "  no INTEGER PRIMARY KEY, time TEXT NOT NULL, business_date TEXT NOT NULL,"
    "  actor TEXT NOT NULL, plan TEXT NOT NULL, decision TEXT NOT NULL,"
    "  reason TEXT NOT NULL, first_answer INTEGER NOT NULL, origin TEXT NOT NULL,"
    "  target TEXT NOT NULL, body TEXT NOT NULL, sha256 TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX upgrade_plan ON upgrade (plan, decision, no);"
    "CREATE TRIGGER upgrade_stays BEFORE UPDATE ON upgrade BEGIN"
    "  SELECT RAISE(ABORT, 'upgrades are not changed'); END;"
    "CREATE TRIGGER upgrade_kept BEFORE DELETE ON upgrade BEGIN"
    "  SELECT RAISE(ABORT, 'upgrades are not deleted'); END;";

static const char *const steps[] = {first,  ledger,      office,  withdrawn,
                                    passed, roster_days, upgrades};
_Static_assert(sizeof steps / sizeof *steps == ZC_SCHEMA_VERSION,
               "each version has a step that makes it");

const char *zc_schema_step(int version)
{
  return steps[version];
}

zc_code zc_schema_fresh(const zc_store *store, zc_store *fresh, zc_err *err)
{
  *fresh = (zc_store){.path = store->path};
  int result = sqlite3_open_v2(":memory:", &fresh->db,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  for (int version = 0; result == SQLITE_OK && version < ZC_SCHEMA_VERSION; version++)
    result = sqlite3_exec(fresh->db, zc_schema_step(version), NULL, NULL, NULL);
  if (result == SQLITE_OK)
    return ZC_OK;
  zc_code code = fresh->db == NULL ? zc_fail_memory(err)
                                   : zc_sql_fail(fresh, result, err);
  sqlite3_close(fresh->db);
  fresh->db = NULL;
  return code;
}
