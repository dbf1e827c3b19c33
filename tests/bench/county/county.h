/* county.h: bench-county, a generator of submitted reports. A report of a real workspace, the
 * template, is varied: who reports, when, what was found, what became of it. Everything
 * follows from the seed; nothing here reads a clock.
 *
 * It is no part of zicha: out of memory, or a template that it cannot use, ends it. */
#ifndef COUNTY_H
#define COUNTY_H

#include "base/date.h"
#include "base/hash.h"
#include "package/key.h"
#include "package/zrep.h"
#include "value/json.h"

#define ROUNDS 3
#define MOST_ENTRIES 400
#define MOST_MEMBERS 200
#define MOST_PROBLEMS 48

/* Ends the program. */
void stop(const char *why);
void must(zc_code code, const zc_err *err);

/* ---- chance ------------------------------------------------------------------- */

typedef struct {
  uint64_t state;
} dice;

/* The same words, the same dice. */
dice dice_of(uint64_t seed, uint64_t number, const char *what);
uint64_t dice_roll(dice *d);
int dice_below(dice *d, int limit);           /* 0 … limit − 1 */
int dice_between(dice *d, int low, int high); /* both included */
bool dice_chance(dice *d, int percent);

/* ---- the template ------------------------------------------------------------- */

typedef enum { KEPT, YESNO, SAMPLE, DATA, EVIDENCE } shape;

typedef struct {
  const json_t *item;
  const char *id, *base, *member, *focus, *focus_title, *severity, *certainty;
  const char *good, *bad;       /* answers of YESNO */
  json_int_t population, found; /* in the template's message of DATA */
  shape shape;
} entry;

typedef struct {
  json_t *record, *plan;
  entry entries[MOST_ENTRIES];
  int count;
  bool bound[MOST_MEMBERS][MOST_ENTRIES]; /* members of sets in the record's order */
} template;

/* `plan` is what `plan show --format json` prints; NULL: sets count what is asked across
 * them, and nothing else. */
void template_load(template *t, const char *report, const char *plan);

/* ---- who reports ---------------------------------------------------------------- */

typedef enum {
  HONEST,
  NO_REPORT,
  NEVER_REPORTS,
  NIL,
  NOT_CHECKED,
  UNDETERMINED,
  LEFT_OUT,
  LATE,
  SAME_BYTES,
  SAME_RUN,
  RECORD_CHANGED,
  FIGURES_CHANGED,
  COMMENT_CHANGED,
  OTHER_RUN,
  FIGURES_DISAGREE,
  NEW_KEY,
  OTHERS_KEY,
  UNSIGNED,
  UNKNOWN,
  OTHER_PLAN,
  OTHER_VERSION,
  YEAR_BEFORE,
  YEAR_AFTER,
  SEQ_BACK,
  SEQ_FORKED,
  PROBLEM_GONE,
  CORRECTED,
  RELAPSED,
  UNCHANGED,
  SAME_DAY,
  IDENTICAL,
  TOKEN_SAMPLE,
  SILENT_DATA,
  PLANTS
} plant;

typedef struct {
  const char *name;  /* in the answer key */
  const char *state; /* of the file; "accepted" where it is an ordinary one */
  int count;         /* how many of a county of 300 */
  int size;          /* 1: large ones, with tables; 2: small ones, without; 0: any */
  int round;         /* 1 … 3; 0: it holds in all of them; -1: another one each */
} plant_kind;
extern const plant_kind plant_kinds[PLANTS];

typedef struct {
  int no;
  uint64_t seed;
  char code[24], name[160];
  const char *class, *grade, *ownership, *town;
  bool large, expected, on_roster;
  plant plant;
  int round; /* in which it is planted, 0 … 2; -1: in all */
  int twin;  /* whose answers it has copied; itself */
  int copy;  /* who has copied its own; -1 */
  zc_secret_key key;
} place;

/* Fills a place of this number; the key is made apart, because it takes longest. */
void place_make(place *p, uint64_t seed, int no);
void place_key(place *p, const char *which);
void place_roster_line(const place *p, zc_buffer *out);
#define ROSTER_HEAD                                                                       \
  "机构编码,机构名称,机构类别,等级,所有制,乡镇,许可证有效期起," \
  "许可证有效期止,联系人,联系电话,公钥,应报\r\n"

/* Gives the planted ones to places of the right size. */
void places_plant(place *places, int count, uint64_t seed);

/* ---- what happens there ----------------------------------------------------------- */

/* Days; 0: it has not come to that. */
typedef struct {
  int no, entry, extended, relapses, department, person;
  int32_t found, verified, assigned, started, due, done, checked, closed, held;
  int32_t dismissed, reported, relapsed, extends;
  int64_t refund; /* hundredths of a yuan, once it is done */
  const char *kind;
  bool suspect, inspected, system, gone;
} problem;

typedef struct {
  char status; /* P X S H N C U . as in the office's store */
  int checked, wrong;
  bool manual;
} answer;

typedef struct {
  const template *t;
  const place *p;
  dice dice;
  problem problems[MOST_PROBLEMS];
  int count;
  answer answers[MOST_ENTRIES];
  /* of the report that is being written */
  int round;
  int32_t day, shift; /* the true day, and how far the clock there is off */
  int32_t today, sent, from, to;
  int64_t seq;
  char hash[ZC_HASH_ROOM], run[ZC_HASH_ROOM];
  bool tables;
  int rows;
  json_t *corrects; /* borrowed */
  int64_t last_seq; /* of the report before */
  int submissions;
} course;

extern const int32_t round_ends[ROUNDS]; /* days since 1970 */
const char *round_id(int round, char room[16]);

void course_begin(course *c, const template *t, const place *p);

/* On to this round: what was found since, and what became of the rest. */
void course_round(course *c, int round);

/* The report of this round has left the house. */
void course_sent(course *c);

/* Three days later the same is reported once more, corrected. */
void course_corrected(course *c);

/* Whether an earlier report has held the problem. */
bool problem_reported(const problem *p, const course *c);

/* The problem's state on the day of the report. */
const char *problem_state(const problem *p, int32_t today);
bool problem_counted(const problem *p, int32_t today);
bool problem_unfinished(const problem *p, int32_t today);
bool problem_rectified(const problem *p, int32_t today);

/* Owned. */
json_t *course_record(const course *c);
json_t *course_ledger(const course *c); /* as figures.json has it */
json_t *day_json(int32_t day);

/* ---- files ----------------------------------------------------------------------- */

typedef struct {
  int folder;     /* of all output */
  int key, files; /* descriptors of the answer key */
  bool plain;     /* a bench: no answer key, short names */
} output;

/* All reports of one place, and what is true of them. */
void place_report(const template *t, place *p, const output *out, int rounds);

typedef struct {
  char report[ZC_HASH_ROOM]; /* of report.md */
  zc_buffer markdown, figures, packed;
} sealed;

/* Writes the Markdown, the figures and, with a key, the signature; NULL: unsigned. */
void seal(const place *p, const json_t *record, const json_t *ledger,
          const zc_secret_key *key, const char *run, const char *remark, sealed *s);
void seal_text(const place *p, const char *run, const zc_secret_key *key, sealed *s);
void sealed_free(sealed *s);
void write_beneath(int folder, const char *path, const void *data, size_t size);
void write_line(int fd, const json_t *value);

/* `count` mutations of valid reports, one of each place. */
void hostile(const template *t, place *places, int places_count, const output *out,
             uint64_t seed, int count);

#endif
